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

static hx_block_text *text_of(ranks *r, uint32_t block) {
  for (uint32_t i = 0; i < r->n_texts; i++)
    if (r->texts[i].rows[0] && r->texts[i].block == block)
      return &r->texts[i];
  return NULL;
}

/* A free buffer for rows, or a new one. */
static hx_block_text *take_text(ranks *r) {
  hx_block_text *text = text_of(r, UINT32_MAX);
  if (text)
    return text;
  for (uint32_t i = 0; i < r->n_texts; i++)
    if (!r->texts[i].rows[0])
      return hx_block_text_init(&r->texts[i], &r->maker) ? &r->texts[i] : NULL;
  return NULL;
}

void hx_ranks_put_in_place(ranks *r, uint32_t block, const pvs_extent *place) {
  hx_block_text *text = text_of(r, block);
  hx_exec_result result = {0};
  pvs_extent size;
  if (!text)
    return;
  for (int i = 0; i < PVS_TABLES; i++)
    size.bytes[i] = r->text_bytes[(size_t)(text - r->texts) * PVS_TABLES + (size_t)i];
  bool ok = write_block(r, text, &size, place, &result);
  text->block = UINT32_MAX;
  if (!ok)
    hx_ranks_fail_item(r, block, &result);
  else if (r->rank == 0)
    hx_lead_written(r, block);
  else
    hx_ranks_tell(r, 0, M_WRITTEN, block, NULL);
}

static bool run_block(ranks *r, uint32_t item, hx_block_packet **packet, hx_exec_result *result) {
  hx_block_text *text = take_text(r);
  if (!text)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a block's rows");
  bool ok = hx_block_scenarios_run(&r->maker, item, text, packet, result);
  if (!ok)
    text->block = UINT32_MAX;
  for (int i = 0; ok && i < PVS_TABLES; i++)
    r->text_bytes[(size_t)(text - r->texts) * PVS_TABLES + (size_t)i] = (*packet)->size.bytes[i];
  return ok;
}

static bool run_other(ranks *r, uint32_t item, hx_block_packet **packet, hx_exec_result *result) {
  uint32_t parts = r->job->study->work.parts, all = r->maker.n_shared_units;
  *packet = calloc(1, sizeof **packet);
  if (!*packet)
    return hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for a message");
  (*packet)->item = item;
  if (item < parts)
    return hx_block_part(&r->maker, item, &(*packet)->part_digest, result);
  uint32_t first = (item - parts) * r->now.flows_at_once, left = all - first;
  return hx_block_flows(&r->maker, first, left < r->now.flows_at_once ? left : r->now.flows_at_once,
                        result);
}

void hx_ranks_run_one(ranks *r) {
  uint32_t item = r->queue[0];
  hx_block_packet *packet = NULL;
  hx_exec_result result = {0};
  memmove(r->queue, r->queue + 1, --r->queued * sizeof *r->queue);
  bool ok =
      r->now.blocks ? run_block(r, item, &packet, &result) : run_other(r, item, &packet, &result);
  if (result.abandoned) /* its threads are stuck */
    r->mpi->abort(1);
  if (!ok || !packet) {
    free(packet);
    if (result.status != HX_EXEC_CANCELLED) /* which somebody else has said why */
      hx_ranks_fail_item(r, item, &result);
    return;
  }
  packet->kind = M_DONE;
  if (r->rank == 0) {
    hx_lead_done(r, 0, packet);
    return;
  }
  r->mpi->send(0, packet, hx_block_packet_bytes(packet));
  free(packet);
}
