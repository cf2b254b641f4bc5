/* Ranges of scenarios, and the journal of an unfinished run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/journal.h"
#include "cluster/range.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- ranges ---- */

static void ranges_of_scenarios(void **state) {
  (void)state;
  hx_range range = {0};
  uint32_t first, count;
  assert_true(hx_range_resolve(&range, 7, &first, &count, NULL));
  assert_int_equal(first, 0);
  assert_int_equal(count, 7);
  assert_true(hx_range_parse_scenarios("2-6", &range, NULL));
  assert_true(hx_range_resolve(&range, 7, &first, &count, NULL));
  assert_int_equal(first, 2);
  assert_int_equal(count, 5);
  assert_false(hx_range_resolve(&range, 6, &first, &count, NULL));
  assert_true(hx_range_parse_scenarios("4", &range, NULL));
  assert_true(hx_range_resolve(&range, 7, &first, &count, NULL));
  assert_int_equal(count, 1);
  static const char *const bad[] = {"", "-", "1-", "-1", "2-1", "1-2-3", "a", "1 -2", "4294967295"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(hx_range_parse_scenarios(bad[i], &range, NULL));
}

/* Whatever their number, shards are neighbours without a gap and of sizes that differ by one. */
static void shards_cover_a_study(void **state) {
  (void)state;
  for (uint32_t scenarios = 1; scenarios < 60; scenarios++)
    for (uint32_t n = 1; n <= scenarios; n++) {
      uint32_t next = 0;
      for (uint32_t i = 1; i <= n; i++) {
        hx_range range;
        uint32_t first, count;
        char text[32];
        snprintf(text, sizeof text, "%u/%u", i, n);
        assert_true(hx_range_parse_shard(text, &range, NULL));
        assert_true(hx_range_resolve(&range, scenarios, &first, &count, NULL));
        assert_int_equal(first, next);
        assert_in_range(count, scenarios / n, scenarios / n + 1);
        next = first + count;
      }
      assert_int_equal(next, scenarios);
    }
  static const char *const bad[] = {"", "1", "0/2", "3/2", "1/0", "1/2/3", "1/", "/2", "x/2"};
  hx_range range;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(hx_range_parse_shard(bad[i], &range, NULL));
}

/* ---- journal ---- */

enum { BLOCKS = 3 };

typedef struct found {
  uint32_t items[BLOCKS + 1];
  size_t n;
} found;

static void take(void *ctx, const hx_block_packet *packet, const pvs_extent *place) {
  found *f = ctx;
  assert_in_range(f->n, 0, BLOCKS);
  f->items[f->n++] = packet->item;
  assert_int_equal(place->bytes[0], 100 * packet->item);
  assert_int_equal(packet->count, packet->item + 1);
  assert_int_equal(hx_block_scenarios(packet)[packet->item].digest, 7 + packet->item);
  assert_memory_equal(hx_block_warnings(packet), "odd\n", 4);
}

static void add(hx_journal *journal, uint32_t item) {
  hx_block_packet *packet = calloc(1, sizeof *packet + (item + 1) * sizeof(hx_block_scenario) + 4);
  pvs_extent place = {{100 * item}};
  *packet = (hx_block_packet){.item = item, .count = item + 1, .warning_bytes = 4};
  hx_block_scenarios(packet)[item].digest = 7 + item;
  memcpy(hx_block_warnings(packet), "odd\n", 4);
  assert_true(hx_journal_add(journal, packet, &place, NULL));
  free(packet);
}

/* Cut anywhere, or with a byte changed, a journal gives the records before and no other, and goes on. */
static void a_torn_journal_gives_what_is_whole(void **state) {
  (void)state;
  char folder[] = "/tmp/test_cluster.XXXXXX", path[64], identity[HX_JOURNAL_IDENTITY];
  assert_non_null(mkdtemp(folder));
  hx_journal journal;
  off_t ends[BLOCKS + 1];
  assert_true(hx_journal_create(&journal, folder, "this run", NULL));
  snprintf(path, sizeof path, "%s/" HX_JOURNAL, folder);
  ends[0] = lseek(journal.fd, 0, SEEK_END);
  for (uint32_t i = 0; i < BLOCKS; i++) {
    add(&journal, i);
    ends[i + 1] = lseek(journal.fd, 0, SEEK_END);
  }
  hx_journal_close(&journal, false);
  for (off_t end = ends[BLOCKS]; end >= ends[0]; end--) {
    found f = {.n = 0};
    size_t whole = 0;
    assert_int_equal(truncate(path, end), 0);
    while (whole < BLOCKS && ends[whole + 1] <= end)
      whole++;
    assert_true(hx_journal_resume(&journal, folder, identity, take, &f, NULL));
    assert_string_equal(identity, "this run");
    assert_int_equal(f.n, whole);
    assert_int_equal(journal.blocks, whole);
    hx_journal_close(&journal, false);
  }
  found f = {.n = 0};
  assert_true(hx_journal_resume(&journal, folder, identity, take, &f, NULL));
  add(&journal, 0);
  add(&journal, 1);
  hx_journal_close(&journal, false);
  int fd = open(path, O_RDWR);
  assert_int_equal(pwrite(fd, "x", 1, ends[2] - 2), 1); /* in the second record's warning */
  close(fd);
  assert_true(hx_journal_resume(&journal, folder, identity, take, &f, NULL));
  assert_int_equal(f.n, 1);
  hx_journal_close(&journal, true);
  assert_int_equal(access(path, F_OK), -1);
  assert_int_equal(rmdir(folder), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ranges_of_scenarios),
      cmocka_unit_test(shards_cover_a_study),
      cmocka_unit_test(a_torn_journal_gives_what_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
