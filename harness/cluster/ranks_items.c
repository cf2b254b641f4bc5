/* What a rank does of an MPI run: its items, and the rows of its blocks. */
#include "cluster/ranks_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- writing rows -------------------------------------------------------------------------- */

/* MPI does not say what is wrong with a disk: the system does, when asked to write the same. */
static bool write_plainly(const char *path, uint64_t at, const char *data, size_t size,
                          hx_exec_result *result) {
  int fd = open(path, O_WRONLY | O_CLOEXEC), reason = errno;
  bool ok = fd >= 0;
  while (ok && size > 0) {
    ssize_t n = pwrite(fd, data, size, (off_t)at);
    reason = errno;
    if (n < 0 && reason == EINTR)
      continue;
    ok = n > 0;
    data += ok ? n : 0;
    at += ok ? (uint64_t)n : 0;
    size -= ok ? (size_t)n : 0;
  }
  if (fd >= 0 && close(fd) != 0 && ok) {
    reason = errno;
    ok = false;
  }
  if (ok)
    return true;
  hx_exec_fail(result, HX_EXEC_FAILED, PVS_IO, "writing failed: %s", strerror(reason));
  result->error.os_errno = reason;
  snprintf(result->error.file, sizeof result->error.file, "%.*s",
           (int)sizeof result->error.file - 1, path);
  return false;
}

static bool write_block(ranks *r, const hx_block_text *text, const pvs_extent *size,
                        const pvs_extent *place, hx_exec_result *result) {
  for (int i = 0; i < PVS_TABLES; i++)
    if (size->bytes[i] > 0 && r->files[i] &&
        !r->mpi->file_write(r->files[i], place->bytes[i], text->rows[i], size->bytes[i]) &&
        !write_plainly(r->paths[i], place->bytes[i], text->rows[i], size->bytes[i], result))
      return false;
  return true;
}

/* ---- this rank's items --------------------------------------------------------------------- */

void hx_ranks_fail_item(ranks *r, uint32_t item, const hx_exec_result *result) {
  if (r->rank == 0) {
    hx_lead_failed(r, item, result);
    return;
  }
  failure message = {.head = {.kind = M_FAILED, .item = item}, .result = *result};
  r->mpi->send(0, &message, sizeof message);
}

/* NULL: there is none. The lock is held. */
static rank_text *find_text(ranks *r, uint32_t block) {
  rank_text *found = r->texts;
  while (found && found->text.block != block)
    found = found->next;
  return found;
}

/* A free buffer for rows, or a new one. */
static rank_text *take_text(ranks *r, uint32_t block) {
  pthread_mutex_lock(&r->lock);
  rank_text *free_one = find_text(r, UINT32_MAX);
  if (!free_one && (free_one = calloc(1, sizeof *free_one))) {
    if (hx_block_text_init(&free_one->text, &r->plan)) {
      free_one->next = r->texts;
      r->texts = free_one;
    } else {
      free(free_one);
      free_one = NULL;
    }
  }
  if (free_one)
    free_one->text.block = block;
  pthread_mutex_unlock(&r->lock);
  return free_one;
}

static void give_back(ranks *r, rank_text *text) {
  pthread_mutex_lock(&r->lock);
  text->text.block = UINT32_MAX;
  pthread_mutex_unlock(&r->lock);
}

void hx_ranks_put_in_place(ranks *r, uint32_t block, const pvs_extent *place) {
  hx_exec_result result = {0};
  pthread_mutex_lock(&r->lock);
  rank_text *text = find_text(r, block);
  pthread_mutex_unlock(&r->lock);
  if (!text)
    return;
  pvs_extent size;
  memcpy(size.bytes, text->bytes, sizeof size.bytes);
  bool ok = write_block(r, &text->text, &size, place, &result);
  give_back(r, text);
  if (!ok)
    hx_ranks_fail_item(r, block, &result);
  else if (r->rank == 0)
    hx_lead_written(r, block);
  else
    hx_ranks_tell(r, 0, M_WRITTEN, block, NULL);
}

/* In a worker. */
static bool run_block(rank_worker *worker, uint32_t item, hx_block_packet **packet,
                      hx_exec_result *result) {
  rank_text *text = take_text(worker->ranks, item);
  if (!text)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a block's rows");
  bool ok = hx_block_scenarios_run(&worker->maker, item, &text->text, packet, result);
  if (ok)
    memcpy(text->bytes, (*packet)->size.bytes, sizeof text->bytes);
  else
    give_back(worker->ranks, text);
  return ok;
}

static bool run_other(rank_worker *worker, uint32_t item, hx_block_packet **packet,
                      hx_exec_result *result) {
  const ranks *r = worker->ranks;
  uint32_t parts = r->job->study->work.parts, all = r->plan.n_shared_units;
  *packet = calloc(1, sizeof **packet);
  if (!*packet)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a message");
  (*packet)->item = item;
  if (item < parts)
    return hx_block_part(&worker->maker, item, &(*packet)->part_digest, result);
  uint32_t first = (item - parts) * r->now.flows_at_once, left = all - first;
  return hx_block_flows(&worker->maker, first,
                        left < r->now.flows_at_once ? left : r->now.flows_at_once, result);
}

void hx_ranks_run_item(rank_worker *worker, uint32_t item, rank_done *done) {
  bool ok = worker->ranks->now.blocks ? run_block(worker, item, &done->packet, &done->result)
                                      : run_other(worker, item, &done->packet, &done->result);
  if (ok)
    return;
  free(done->packet);
  done->packet = NULL;
}

/* ---- what they have done ------------------------------------------------------------------- */

void hx_ranks_hand_on(ranks *r) {
  rank_done done;
  while (hx_ranks_take_done(r, &done)) {
    if (!done.packet) {
      if (done.result.status != HX_EXEC_CANCELLED) /* which somebody else has said why */
        hx_ranks_fail_item(r, done.item, &done.result);
      continue;
    }
    done.packet->kind = M_DONE;
    if (r->rank == 0) {
      hx_lead_done(r, 0, done.packet);
      continue;
    }
    r->mpi->send(0, done.packet, hx_block_packet_bytes(done.packet));
    free(done.packet);
  }
}
