/* What rank 0 of an MPI run does besides its items: hands them out, knows where rows go, and takes what
 * is kept of each scenario. */
#include "cluster/ranks_state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- rank 0: handing out ------------------------------------------------------------------- */

static void skip_complete(server *s, uint32_t items) {
  while (s->next < items && s->owner[s->next] < 0)
    s->next++;
}

/* One item to each rank that has fewer than `most` per worker. Not too far ahead of the first that is
 * not done: rows of finished blocks wait in memory until their place is known. False: nothing was given. */
static bool hand_out_once(ranks *r, uint32_t most) {
  server *s = &r->s;
  bool gave = false;
  for (int rank = r->n - 1; rank >= 0; rank--) {
    skip_complete(s, r->now.items);
    if (s->next >= r->now.items || s->next >= (uint64_t)s->placed + MOST_AHEAD * s->all_workers)
      return false;
    if (s->given[rank] >= most * s->workers[rank])
      continue;
    s->given[rank]++;
    gave = true;
    if (rank == 0)
      hx_ranks_give(r, s->next++);
    else
      hx_ranks_tell(r, rank, M_ITEM, s->next++, NULL);
  }
  return gave;
}

/* To whoever has least, in turn. The last ones only to those who have a worker without any, so that
 * nobody waits while another has two. */
void hx_lead_hand_out(ranks *r) {
  server *s = &r->s;
  for (uint32_t most = 1; most <= CREDIT && !s->stopping; most++) {
    const bool last_ones = r->now.items - s->next < CREDIT * s->all_workers;
    if (most > 1 && last_ones)
      return;
    while (hand_out_once(r, most)) {
    }
  }
}

void hx_lead_ready(ranks *r, int rank, uint32_t workers) {
  r->s.workers[rank] = workers;
  r->s.all_workers += workers;
}

void hx_lead_failed(ranks *r, uint32_t item, const hx_exec_result *result) {
  server *s = &r->s;
  if (!s->stopping || item < s->failed_item) {
    s->failed_item = item;
    s->result = *result;
  }
  s->stopping = true;
}

/* What rank 0 tells its caller of a block, in the order of scenarios. */
static void take_scenarios(ranks *r, const hx_block_packet *packet) {
  hx_study_work *study = r->job->study;
  for (uint32_t i = 0; i < packet->count; i++) {
    const hx_block_scenario *one = &hx_block_scenarios(packet)[i];
    hx_scenario_figures figures = {.id = (long)one->id,
                                   .arrangement = one->arrangement,
                                   .total_cost = one->total_cost,
                                   .self_consumption = one->self_consumption};
    pvs_rows rows = {.digest = one->digest};
    study->scenario_digests[(size_t)packet->item * r->job->block + i] = one->digest;
    if (study->figures)
      study->figures(study->ctx, &figures);
    pvs_output_count(study->output, &rows);
  }
  const char *line = hx_block_warnings(packet), *end = line + packet->warning_bytes;
  while (line < end) {
    size_t length = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) - line);
    if (study->warn)
      study->warn(study->ctx, line, length);
    line += length + 1;
  }
}

/* Where an earlier run has written the block is where it belongs: the same inputs give the same bytes. */
static void check_place(ranks *r, uint32_t item, const pvs_extent *place) {
  server *s = &r->s;
  hx_exec_result result = {0};
  if (item < r->now.items && s->packet[item] && s->owner[item] < 0 &&
      memcmp(place, &s->place[item], sizeof *place) != 0) {
    hx_exec_fail(&result, HX_EXEC_FAILED, PVS_MISMATCH,
                 "block %u is not where the journal says; run without --resume", item);
    hx_lead_failed(r, item, &result);
  }
}

/* Blocks that are done without a gap get their places. */
static void place_blocks(ranks *r) {
  server *s = &r->s;
  while (s->placed < r->now.items && s->packet[s->placed]) {
    uint32_t item = s->placed++;
    hx_block_packet *packet = s->packet[item];
    take_scenarios(r, packet);
    pvs_extent next = s->place[item];
    for (int i = 0; i < PVS_TABLES; i++)
      next.bytes[i] += packet->size.bytes[i];
    check_place(r, item + 1, &next);
    s->place[item + 1] = next;
    if (s->owner[item] < 0) { /* in place already */
      free(packet);
      s->packet[item] = NULL;
    } else if (s->owner[item] > 0) {
      if (!s->stopping) /* else nobody may be there to receive it */
        hx_ranks_tell(r, s->owner[item], M_PLACE, item, &s->place[item]);
    } else {
      hx_ranks_put_in_place(r, item, &s->place[item]);
    }
  }
}

void hx_lead_done(ranks *r, int owner, hx_block_packet *packet) {
  server *s = &r->s;
  uint32_t item = packet->item;
  s->packet[item] = packet;
  s->owner[item] = owner;
  s->given[owner]--;
  if (r->now.blocks) {
    place_blocks(r);
    return;
  }
  if (item < r->job->study->work.parts)
    r->job->study->work.part_digests[item] = packet->part_digest;
  s->complete++;
  while (s->placed < r->now.items && s->packet[s->placed])
    s->placed++;
}

void hx_lead_written(ranks *r, uint32_t item) {
  server *s = &r->s;
  hx_exec_result result = {0};
  s->complete++;
  if (r->job->journal &&
      !hx_journal_add(r->job->journal, s->packet[item], &s->place[item], &result.error)) {
    result.status = HX_EXEC_FAILED;
    hx_lead_failed(r, item, &result);
  }
  free(s->packet[item]);
  s->packet[item] = NULL;
}

static bool read_at(const char *path, uint64_t at, char *to, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && size > 0) {
    ssize_t n = pread(fd, to, size, (off_t)at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    to += n;
    at += (uint64_t)n;
    size -= (size_t)n;
  }
  if (fd >= 0)
    close(fd);
  return size == 0;
}

/* The journal may know of rows that have never reached the disk: the node of their rank went down. */
static bool is_on_disk(const ranks *r, const hx_block_packet *packet, const pvs_extent *place) {
  char *rows[PVS_TABLES] = {0};
  bool whole = true;
  for (int i = 0; i < PVS_TABLES && whole; i++) {
    size_t size = packet->size.bytes[i];
    rows[i] = malloc(size + 1);
    whole = rows[i] && read_at(r->paths[i], place->bytes[i], rows[i], size);
  }
  whole = whole && hx_block_rows_digest(rows, &packet->size) == packet->rows_digest;
  for (int i = 0; i < PVS_TABLES; i++)
    free(rows[i]);
  return whole;
}

/* Blocks that are complete by the journal of an earlier run. Others are computed again. */
static void take_complete(void *ctx, const hx_block_packet *packet, const pvs_extent *place) {
  ranks *r = ctx;
  server *s = &r->s;
  size_t bytes = hx_block_packet_bytes(packet);
  if (packet->item >= r->now.items || s->packet[packet->item] || !is_on_disk(r, packet, place))
    return;
  hx_block_packet *kept = malloc(bytes);
  if (!kept)
    r->mpi->abort(1);
  memcpy(kept, packet, bytes);
  s->packet[packet->item] = kept;
  s->owner[packet->item] = -1;
  s->place[packet->item] = *place;
  s->complete++;
}

static void resume(ranks *r) {
  char identity[HX_JOURNAL_IDENTITY], folder[PATH_MAX];
  hx_exec_result result = {.status = HX_EXEC_FAILED};
  snprintf(folder, sizeof folder, "%s", r->job->folder);
  if (hx_journal_resume(r->job->journal, folder, identity, take_complete, r, &result.error))
    place_blocks(r);
  else
    hx_lead_failed(r, 0, &result);
}

void hx_lead_begin(ranks *r) {
  server *s = &r->s;
  size_t n = (size_t)r->now.items + 1;
  *s = (server){.packet = calloc(n, sizeof(hx_block_packet *)),
                .place = calloc(n, sizeof *s->place),
                .owner = calloc(n, sizeof *s->owner),
                .workers = calloc((size_t)r->n, sizeof *s->workers),
                .given = calloc((size_t)r->n, sizeof *s->given)};
  if (!s->packet || !s->place || !s->owner || !s->workers || !s->given)
    r->mpi->abort(1);
  hx_lead_ready(r, 0, r->n_workers);
  s->place[0] = r->job->study->work.begin;
  if (r->now.blocks && r->job->resume)
    resume(r);
}

void hx_lead_end(ranks *r) {
  server *s = &r->s;
  for (uint32_t i = 0; i < r->now.items; i++)
    free(s->packet[i]);
  free(s->packet);
  free(s->place);
  free(s->owner);
  free(s->workers);
  free(s->given);
  *s = (server){0};
}
