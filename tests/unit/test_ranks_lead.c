/* How rank 0 hands items out, with ranks that are played here: no MPI, no threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/ranks_state.h"

#include <stdlib.h>
#include <string.h>

enum { RANKS = 3, MOST_WORKERS = 4, ITEMS = 400 };

static struct {
  uint32_t item[RANKS][ITEMS], n[RANKS]; /* given and not done */
  uint32_t times[ITEMS];                 /* how often an item was given */
  uint32_t done[RANKS];
} play;

static void take(int rank, uint32_t item) {
  assert_in_range(item, 0, ITEMS - 1);
  play.times[item]++;
  play.item[rank][play.n[rank]++] = item;
}

void hx_ranks_tell(ranks *r, int to, int kind, uint32_t item, const pvs_extent *place) {
  (void)r;
  assert_int_equal(kind, M_ITEM);
  assert_in_range(to, 1, RANKS - 1);
  assert_null(place);
  take(to, item);
}

void hx_ranks_give(ranks *r, uint32_t item) {
  assert_int_equal(r->rank, 0);
  take(0, item);
}

void hx_ranks_put_in_place(ranks *r, uint32_t block, const pvs_extent *place) {
  (void)r;
  (void)block;
  (void)place;
  fail_msg("shared flows have no rows");
}

/* A round of shared flows, which have no places. */
static void begin(ranks *r, hx_study_work *study, const uint32_t *workers) {
  static hx_ranks_job job;
  memset(&play, 0, sizeof play);
  job = (hx_ranks_job){.study = study};
  *r = (ranks){.job = &job, .n = RANKS, .now = {.items = ITEMS}, .n_workers = workers[0]};
  hx_lead_begin(r);
  for (int rank = 1; rank < RANKS; rank++)
    hx_lead_ready(r, rank, workers[rank]);
}

/* The rank has done the item that it was given first. */
static void finish(ranks *r, int rank) {
  hx_block_packet *packet = calloc(1, sizeof *packet);
  assert_non_null(packet);
  assert_true(play.n[rank] > 0);
  packet->item = play.item[rank][0];
  memmove(play.item[rank], play.item[rank] + 1, --play.n[rank] * sizeof play.item[rank][0]);
  play.done[rank]++;
  hx_lead_done(r, rank, packet);
}

static uint32_t given(void) {
  uint32_t n = 0;
  for (int i = 0; i < ITEMS; i++)
    n += play.times[i];
  return n;
}

/* What holds after each handing out. */
static void check(const ranks *r, const uint32_t *workers, uint32_t all) {
  const uint32_t left = ITEMS - given();
  bool one_waits = false;
  for (int rank = 0; rank < RANKS; rank++) {
    assert_true(play.n[rank] <= CREDIT * workers[rank]);
    one_waits = one_waits || play.n[rank] < workers[rank];
  }
  assert_true(r->s.next <= r->s.placed + MOST_AHEAD * all);
  /* A worker without an item while items are left, only because the first unfinished one is far behind. */
  if (one_waits && left > 0)
    assert_int_equal(r->s.next, r->s.placed + MOST_AHEAD * all);
}

static void every_item_once_and_the_fast_take_more(void **state) {
  (void)state;
  static const uint32_t workers[RANKS] = {1, 2, 4};
  ranks r;
  hx_study_work study = {0};
  begin(&r, &study, workers);
  hx_lead_hand_out(&r);
  for (int rank = 0; rank < RANKS; rank++)
    assert_int_equal(play.n[rank], CREDIT * workers[rank]);
  for (int turn = 0; r.s.complete < ITEMS; turn++) {
    for (int rank = 0; rank < RANKS; rank++)
      if (play.n[rank] > 0 && (rank != 1 || turn % 4 == 0)) /* rank 1 is slow */
        finish(&r, rank);
    hx_lead_hand_out(&r);
    check(&r, workers, 7);
    assert_true(turn < 4 * ITEMS);
  }
  for (int i = 0; i < ITEMS; i++)
    assert_int_equal(play.times[i], 1);
  assert_true(play.done[0] > 2 * play.done[1]);
  assert_true(play.done[2] > 2 * play.done[1]);
  hx_lead_end(&r);
}

/* Near the end nobody has two per worker while another could begin one. */
static void the_last_items_are_shared(void **state) {
  (void)state;
  static const uint32_t workers[RANKS] = {2, 2, 2};
  ranks r;
  hx_study_work study = {0};
  begin(&r, &study, workers);
  hx_lead_hand_out(&r);
  while (r.s.complete < ITEMS) {
    int rank = (int)(r.s.complete % RANKS);
    while (play.n[rank] == 0)
      rank = (rank + 1) % RANKS;
    finish(&r, rank);
    const uint32_t before = given(), had = play.n[rank];
    hx_lead_hand_out(&r);
    if (ITEMS - before < CREDIT * 6 && had >= workers[rank])
      assert_int_equal(given(), before);
  }
  assert_int_equal(given(), ITEMS);
  hx_lead_end(&r);
}

/* Rows of finished blocks wait in memory for those of the first unfinished one. */
static void none_runs_far_ahead(void **state) {
  (void)state;
  static const uint32_t workers[RANKS] = {1, 1, 1};
  ranks r;
  hx_study_work study = {0};
  begin(&r, &study, workers);
  hx_lead_hand_out(&r);
  int stuck = 0; /* the rank that has item 0 */
  while (play.item[stuck][0] != 0)
    stuck++;
  for (int turn = 0; turn < 50; turn++) {
    for (int rank = 0; rank < RANKS; rank++)
      if (rank != stuck && play.n[rank] > 0)
        finish(&r, rank);
    hx_lead_hand_out(&r);
  }
  assert_int_equal(r.s.placed, 0);
  assert_int_equal(given(), MOST_AHEAD * RANKS);
  finish(&r, stuck);
  hx_lead_hand_out(&r);
  assert_true(given() > MOST_AHEAD * RANKS);
  hx_lead_end(&r);
}

static void a_failure_stops_the_handing_out(void **state) {
  (void)state;
  static const uint32_t workers[RANKS] = {1, 1, 1};
  ranks r;
  hx_study_work study = {0};
  hx_exec_result first = {.status = HX_EXEC_FAILED, .error.code = PVS_IO};
  hx_exec_result later = {.status = HX_EXEC_FAILED, .error.code = PVS_MISMATCH};
  begin(&r, &study, workers);
  hx_lead_hand_out(&r);
  const uint32_t before = given();
  hx_lead_failed(&r, 5, &later);
  hx_lead_failed(&r, 2, &first); /* what a serial run would have met first */
  hx_lead_failed(&r, 4, &later);
  assert_int_equal(r.s.failed_item, 2);
  assert_int_equal(r.s.result.error.code, PVS_IO);
  finish(&r, 0);
  hx_lead_hand_out(&r);
  assert_int_equal(given(), before);
  hx_lead_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_once_and_the_fast_take_more),
      cmocka_unit_test(the_last_items_are_shared),
      cmocka_unit_test(none_runs_far_ahead),
      cmocka_unit_test(a_failure_stops_the_handing_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
