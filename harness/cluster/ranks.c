#include "cluster/ranks_state.h"

#include "base/clock.h"
#include "base/fail.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRESS_MS = 50 };

/* ---- messages ------------------------------------------------------------------------------ */

void hx_ranks_tell(ranks *r, int to, int kind, uint32_t item, const pvs_extent *place) {
  hx_block_packet packet = {.kind = kind, .item = item};
  if (place)
    packet.size = *place;
  r->mpi->send(to, &packet, sizeof packet);
}

/* ---- looking for messages ------------------------------------------------------------------ */

static void take_message(ranks *r, int from, hx_block_packet *packet, size_t size) {
  server *s = &r->s;
  switch (packet->kind) {
  case M_READY:
    hx_lead_ready(r, from, packet->item);
    break;
  case M_DONE:
    hx_lead_done(r, from, packet);
    return; /* which keeps it */
  case M_WRITTEN:
    hx_lead_written(r, packet->item);
    break;
  case M_FAILED:
    if (size == sizeof(failure))
      hx_lead_failed(r, packet->item, &((failure *)(void *)packet)->result);
    break;
  case M_BYE:
    s->byes++;
    break;
  case M_ITEM:
    hx_ranks_give(r, packet->item);
    break;
  case M_PLACE:
    hx_ranks_put_in_place(r, packet->item, &packet->size);
    break;
  case M_STOP:
    r->stop = true;
    break;
  default:
    break;
  }
  free(packet);
}

/* The workers read it meanwhile. */
static void cancel_items(ranks *r) {
  __atomic_store_n(&r->cancel, 1, __ATOMIC_RELAXED);
}

static void serve(ranks *r) {
  int from;
  size_t size;
  uint64_t start_ns = hx_clock_ns(), messages = 0;
  while (r->mpi->probe(&from, &size)) {
    messages++;
    hx_block_packet *packet = malloc(size > sizeof *packet ? size : sizeof *packet);
    if (!packet)
      r->mpi->abort(1);
    r->mpi->receive(from, packet, size);
    take_message(r, from, packet, size);
  }
  if (r->rank == 0 && messages > 0) /* what leading costs */
    r->serve_ns += hx_clock_ns() - start_ns;
  if (hx_exec_cancelled(r->given) && !r->cancel) {
    hx_exec_result result = {.status = HX_EXEC_CANCELLED};
    cancel_items(r);
    hx_ranks_fail_item(r, 0, &result);
  }
  if (r->rank != 0) {
    if (r->stop)
      cancel_items(r);
    return;
  }
  hx_lead_hand_out(r);
  if (r->s.stopping)
    cancel_items(r);
}

static void show_progress(ranks *r) {
  uint64_t now_ns = hx_clock_ns();
  if (!r->given->progress || !r->now.blocks || now_ns < r->next_progress_ns)
    return;
  r->next_progress_ns = now_ns + PROGRESS_MS * UINT64_C(1000000);
  uint64_t done = (uint64_t)r->s.complete * r->job->block;
  uint32_t all = r->job->study->work.scenarios;
  r->given->progress(r->given->progress_ctx, done < all ? (uint32_t)done : all, all);
}

/* ---- a round ------------------------------------------------------------------------------- */

static void lead(ranks *r) {
  server *s = &r->s;
  for (;;) {
    hx_ranks_hand_on(r);
    serve(r);
    if (s->complete == r->now.items || s->stopping)
      break;
    show_progress(r);
    hx_ranks_wait(r);
  }
  for (int rank = 1; rank < r->n; rank++)
    hx_ranks_tell(r, rank, M_STOP, 0, NULL);
  s->stopping = true; /* nothing is handed out any more */
  while (s->byes < r->n - 1) {
    hx_ranks_hand_on(r);
    serve(r);
    hx_ranks_wait(r);
  }
}

static void follow(ranks *r) {
  hx_ranks_tell(r, 0, M_READY, r->n_workers, NULL);
  while (!r->stop) {
    hx_ranks_hand_on(r);
    serve(r);
    if (!r->stop)
      hx_ranks_wait(r);
  }
  hx_ranks_tell(r, 0, M_BYE, 0, NULL);
}

/* Collective. False with the same status everywhere. */
static bool run_round(ranks *r, round now, hx_exec_result *result) {
  server *s = &r->s;
  r->now = now;
  r->stop = false;
  __atomic_store_n(&r->cancel, 0, __ATOMIC_RELAXED);
  hx_exec_result agreed = {.status = HX_EXEC_OK};
  if (r->rank == 0) {
    hx_lead_begin(r);
    lead(r);
    if (s->complete < now.items)
      agreed = s->result;
  } else {
    follow(r);
  }
  hx_ranks_settle(r);
  if (r->rank == 0)
    hx_lead_end(r);
  r->mpi->broadcast(0, &agreed, sizeof agreed);
  *result = agreed;
  return agreed.status == HX_EXEC_OK;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static bool open_files(ranks *r, hx_exec_result *result) {
  const hx_ranks_job *job = r->job;
  bool ok = true;
  for (int i = 0; job->folder && i < PVS_TABLES; i++) {
    const char *name = pvs_output_table(job->study->output, i);
    if (!name)
      continue;
    if (snprintf(r->paths[i], PATH_MAX, "%s/%s", job->folder, name) >= PATH_MAX)
      r->paths[i][0] = '\0';
    r->files[i] = r->mpi->file_open(r->paths[i]);
    if (!r->files[i] && ok) {
      ok = hx_exec_fail(result, HX_EXEC_FAILED, PVS_IO, "MPI cannot open this file");
      snprintf(result->error.file, sizeof result->error.file, "%.*s",
               (int)sizeof result->error.file - 1, r->paths[i]);
    }
  }
  return ok;
}

static bool close_files(ranks *r, hx_exec_result *result) {
  bool ok = true;
  for (int i = 0; i < PVS_TABLES; i++)
    if (r->files[i] && !r->mpi->file_close(r->files[i]))
      ok = hx_exec_fail(result, HX_EXEC_FAILED, PVS_IO, "%s: MPI cannot close it", r->paths[i]);
  return ok;
}

/* This rank's workers. */
static void report_own(ranks *r, hx_exec_report *report) {
  *report = (hx_exec_report){.workers = calloc(r->n_workers, sizeof *report->workers),
                             .workers_asked = r->n_workers,
                             .bindings_held = -1,
                             .run_ns = r->run_ns,
                             .coordinator_ns = r->serve_ns};
  if (!report->workers)
    r->mpi->abort(1);
  for (uint32_t i = 0; i < r->n_workers; i++) {
    hx_block_maker *maker = &r->workers[i].maker;
    hx_block_maker_count(maker);
    report->workers[i] = maker->worker;
    if (!r->given->places)
      report->workers[i].place.thread = (int)i;
    report->scenarios += maker->scenarios;
    report->coordinator_ns += maker->emit_ns;
  }
}

/* Adds the workers of all other ranks, one rank's after the other's, on rank 0. */
static void gather(ranks *r, hx_exec_report *report) {
  for (int rank = 1; rank < r->n; rank++) {
    uint32_t n = r->rank == rank ? r->n_workers : 0;
    r->mpi->broadcast(rank, &n, sizeof n);
    hx_exec_worker *theirs = calloc(n, sizeof *theirs);
    if (!theirs)
      r->mpi->abort(1);
    if (r->rank == rank)
      memcpy(theirs, report->workers, n * sizeof *theirs);
    r->mpi->broadcast(rank, theirs, n * sizeof *theirs);
    if (r->rank == 0) {
      hx_exec_worker *grown =
          reallocarray(report->workers, report->workers_asked + n, sizeof *grown);
      if (!grown)
        r->mpi->abort(1);
      report->workers = grown;
      memcpy(grown + report->workers_asked, theirs, n * sizeof *theirs);
      report->workers_asked += n;
    }
    free(theirs);
  }
}

static bool all_well(ranks *r, bool ok, hx_exec_result *result) {
  int status = (int)result->status;
  ok = hx_cluster_agree(r->job->cluster, ok, &status, &result->error);
  result->status = ok ? HX_EXEC_OK : (hx_exec_status)status;
  return ok;
}

static bool run_rounds(ranks *r, hx_exec_result *result) {
  const hx_study_work *study = r->job->study;
  const uint32_t shared = r->plan.n_shared_units;
  /* All ranks must count alike, though their CPUs may differ. */
  const uint32_t at_once = (uint32_t)r->mpi->smallest((int)study->work.units_at_once);
  round first = {.items = study->work.parts + (shared + at_once - 1) / at_once,
                 .flows_at_once = at_once};
  round blocks = {.blocks = true,
                  .items = (r->plan.info.scenarios + r->job->block - 1) / r->job->block};
  if (!run_round(r, first, result))
    return false;
  r->mpi->combine(r->workers[0].maker.results, r->plan.info.shared_bytes / sizeof(uint64_t));
  r->mpi->broadcast(0, study->work.part_digests, study->work.parts * sizeof(uint64_t));
  return run_round(r, blocks, result);
}

static void release(ranks *r) {
  rank_done unread;
  hx_ranks_stop_workers(r);
  while (hx_ranks_take_done(r, &unread))
    free(unread.packet);
  for (uint32_t i = 0; i < r->n_workers; i++)
    hx_block_maker_deinit(&r->workers[i].maker);
  while (r->texts) {
    rank_text *text = r->texts;
    r->texts = text->next;
    hx_block_text_deinit(&text->text);
    free(text);
  }
  free(r->workers);
  free(r->queue);
  free(r->done);
  hx_block_plan_deinit(&r->plan);
  free(r);
}

bool hx_ranks_run(const hx_ranks_job *job, const hx_exec_options *options, hx_exec_report *report,
                  hx_exec_result *result) {
  ranks *r = calloc(1, sizeof *r);
  uint64_t start_ns = hx_clock_ns();
  *report = (hx_exec_report){.bindings_held = -1};
  *result = (hx_exec_result){.status = HX_EXEC_OK};
  if (!r)
    job->cluster->mpi->abort(1);
  r->job = job;
  r->mpi = job->cluster->mpi;
  r->rank = job->cluster->place.rank;
  r->n = job->cluster->place.ranks;
  r->given = options;
  pthread_mutex_init(&r->lock, NULL);
  bool ok = hx_block_plan_init(&r->plan, job->study, job->block, &result->error) &&
            hx_ranks_start_workers(r, &result->error);
  if (!ok)
    result->status = HX_EXEC_SYSTEM;
  ok = all_well(r, ok, result);
  if (ok) {
    ok = all_well(r, open_files(r, result), result) && run_rounds(r, result);
    hx_exec_result closing = {.status = HX_EXEC_OK};
    bool closed = all_well(r, close_files(r, &closing), &closing);
    if (ok && !closed) {
      *result = closing;
      ok = false;
    }
    hx_ranks_stop_workers(r); /* which they count from */
    r->run_ns = hx_clock_ns() - start_ns;
    report_own(r, report);
    gather(r, report);
    hx_exec_report_sum(report);
  }
  release(r);
  return ok;
}
