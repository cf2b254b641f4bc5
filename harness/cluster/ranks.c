#include "cluster/ranks_state.h"

#include "base/clock.h"
#include "base/fail.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
    s->credit[from] = CREDIT;
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
    r->queue[r->queued++] = packet->item;
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
    r->maker.report.coordinator_ns += hx_clock_ns() - start_ns;
  if (r->given->cancel && *r->given->cancel && !r->cancel) {
    hx_exec_result result = {.status = HX_EXEC_CANCELLED};
    r->cancel = 1;
    hx_ranks_fail_item(r, 0, &result);
  }
  if (r->rank != 0) {
    r->cancel = r->cancel || r->stop;
    return;
  }
  hx_lead_hand_out(r);
  if (r->s.stopping)
    r->cancel = 1;
}

/* While the workers of an item are at work. */
static void on_tick(void *ctx, uint32_t done, uint32_t scenarios) {
  ranks *r = ctx;
  (void)done;
  (void)scenarios;
  serve(r);
  if (r->rank == 0 && r->given->progress && r->now.blocks) {
    uint64_t scenarios_done = (uint64_t)r->s.complete * r->job->block;
    uint32_t all = r->job->study->work.scenarios;
    r->given->progress(r->given->progress_ctx,
                       scenarios_done < all ? (uint32_t)scenarios_done : all, all);
  }
}

/* ---- a round ------------------------------------------------------------------------------- */

static void pause_shortly(void) {
  nanosleep(&(struct timespec){.tv_nsec = IDLE_US * 1000L}, NULL);
}

static void lead(ranks *r) {
  server *s = &r->s;
  s->credit[0] = CREDIT;
  for (;;) {
    serve(r);
    if (s->complete == r->now.items || s->stopping)
      break;
    if (r->queued > 0)
      hx_ranks_run_one(r);
    else
      pause_shortly();
  }
  for (int rank = 1; rank < r->n; rank++)
    hx_ranks_tell(r, rank, M_STOP, 0, NULL);
  s->stopping = true; /* nothing is handed out any more */
  while (s->byes < r->n - 1) {
    serve(r);
    pause_shortly();
  }
}

static void follow(ranks *r) {
  hx_ranks_tell(r, 0, M_READY, 0, NULL);
  while (!r->stop) {
    serve(r);
    if (r->queued > 0 && !r->stop)
      hx_ranks_run_one(r);
    else if (!r->stop)
      pause_shortly();
  }
  hx_ranks_tell(r, 0, M_BYE, 0, NULL);
}

/* Collective. False with the same status everywhere. */
static bool run_round(ranks *r, round now, hx_exec_result *result) {
  server *s = &r->s;
  r->now = now;
  r->queued = 0;
  r->stop = false;
  r->cancel = 0;
  hx_exec_result agreed = {.status = HX_EXEC_OK};
  if (r->rank == 0) {
    hx_lead_begin(r);
    lead(r);
    if (s->complete < now.items)
      agreed = s->result;
    hx_lead_end(r);
  } else {
    follow(r);
  }
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

/* Workers of all ranks, one rank's after the other's, on rank 0. */
static bool gather(ranks *r, hx_exec_report *report) {
  hx_block_maker_count(&r->maker);
  hx_exec_report *own = &r->maker.report;
  for (int rank = 1; rank < r->n; rank++) {
    uint32_t n = own->workers_asked;
    hx_exec_worker *theirs = NULL;
    if (r->rank != 0 && r->rank != rank)
      n = 0;
    r->mpi->broadcast(rank, &n, sizeof n);
    theirs = calloc(n, sizeof *theirs);
    if (!theirs)
      r->mpi->abort(1);
    if (r->rank == rank)
      memcpy(theirs, own->workers, n * sizeof *theirs);
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
  return true;
}

static void make_report(ranks *r, hx_exec_report *report) {
  hx_exec_report *own = &r->maker.report;
  *report = *own;
  report->workers = calloc(own->workers_asked, sizeof *own->workers);
  if (!report->workers)
    r->mpi->abort(1);
  hx_block_maker_count(&r->maker);
  memcpy(report->workers, own->workers, own->workers_asked * sizeof *own->workers);
  gather(r, report);
  hx_exec_report_sum(report);
}

static bool all_well(ranks *r, bool ok, hx_exec_result *result) {
  int status = (int)result->status;
  ok = hx_cluster_agree(r->job->cluster, ok, &status, &result->error);
  result->status = ok ? HX_EXEC_OK : (hx_exec_status)status;
  return ok;
}

static bool run_rounds(ranks *r, hx_exec_result *result) {
  const hx_study_work *study = r->job->study;
  uint32_t threads = r->maker.n_workspaces, shared = r->maker.n_shared_units;
  uint32_t at_once = threads * study->work.units_at_once;
  pvs_plan_info info;
  pvs_plan_describe(study->plan, &info);
  /* All ranks must count alike, though their threads may differ. */
  at_once = (uint32_t)r->mpi->smallest(at_once < INT_MAX ? (int)at_once : INT_MAX);
  round first = {.items = study->work.parts + (shared + at_once - 1) / at_once,
                 .flows_at_once = at_once};
  round blocks = {.blocks = true, .items = (info.scenarios + r->job->block - 1) / r->job->block};
  if (!run_round(r, first, result))
    return false;
  r->mpi->combine(r->maker.results, info.shared_bytes / sizeof(uint64_t));
  r->mpi->broadcast(0, study->work.part_digests, study->work.parts * sizeof(uint64_t));
  return run_round(r, blocks, result);
}

bool hx_ranks_run(const hx_ranks_job *job, const hx_exec_options *options, hx_exec_report *report,
                  hx_exec_result *result) {
  ranks *r = calloc(1, sizeof *r);
  *report = (hx_exec_report){.bindings_held = -1};
  *result = (hx_exec_result){.status = HX_EXEC_OK};
  if (!r)
    job->cluster->mpi->abort(1);
  r->job = job;
  r->mpi = job->cluster->mpi;
  r->rank = job->cluster->place.rank;
  r->n = job->cluster->place.ranks;
  r->given = options;
  r->options = *options;
  r->options.cancel = &r->cancel;
  r->options.progress = on_tick;
  r->options.progress_ctx = r;
  r->options.tick_ms = r->rank == 0 ? SERVER_MS : OTHERS_MS;
  r->n_texts = MOST_AHEAD * (uint32_t)r->n + CREDIT;
  r->texts = calloc(r->n_texts, sizeof *r->texts);
  r->text_bytes = calloc((size_t)r->n_texts * PVS_TABLES, sizeof *r->text_bytes);
  bool ok = r->texts && r->text_bytes &&
            hx_block_maker_init(&r->maker, job->study, &r->options, job->block, &result->error);
  if (!ok)
    hx_exec_fail(result, HX_EXEC_SYSTEM, PVS_NO_MEMORY, "no memory for the ranks' work");
  ok = all_well(r, ok, result);
  if (ok) {
    ok = all_well(r, open_files(r, result), result) && run_rounds(r, result);
    hx_exec_result closing = {.status = HX_EXEC_OK};
    bool closed = all_well(r, close_files(r, &closing), &closing);
    if (ok && !closed) {
      *result = closing;
      ok = false;
    }
    if (!result->abandoned)
      make_report(r, report);
  }
  for (uint32_t i = 0; r->texts && i < r->n_texts; i++)
    hx_block_text_deinit(&r->texts[i]);
  free(r->texts);
  free(r->text_bytes);
  hx_block_maker_deinit(&r->maker);
  free(r);
  return ok;
}
