/* What `pvtune run -x mpi` does besides what every run does. */
#include "cli/run_execution.h"

#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  TELL_S = 2,            /* rank 0 may begin that much later, on a busy node */
  SCENARIOS_MOST = 4096, /* of a block */
  SCENARIOS_LEAST = 32,  /* which all blocks are a multiple of: flows are computed side by side */
  BLOCKS_LEAST = 8,      /* of each thread */
  BLOCKS_MOST = 2048,    /* of all threads, if these are not too many: rank 0 has to do with each */
  BLOCKS_PER_THREAD =
      128, /* threads end within a block of each other; a block costs 0.1 ms at most */
  RESULTS_BYTES = 32 << 20, /* of flows, of a rank's blocks that are under way */
};

/* What -x, --executor or --config is given here: behind its name in the same argument, or as the next
 * one. NULL: it is none of them. */
static const char *executor_given(const char *word, const char *next) {
  static const char *const names[] = {"--executor", "--config"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t length = strlen(names[i]);
    if (strncmp(word, names[i], length) == 0 && (word[length] == '=' || word[length] == '\0'))
      return word[length] ? word + length + 1 : next;
  }
  const char *letter = word[0] == '-' && word[1] != '-' ? strchr(word, 'x') : NULL;
  return letter ? letter[1] ? letter + 1 : next : NULL;
}

static bool names_mpi(const char *executor) {
  return executor && strncmp(executor, "mpi", 3) == 0 && strchr(":/", executor[3]);
}

bool run_is_other_rank(int argc, char **argv) {
  int ranks;
  if (hx_cluster_launched(&ranks) == 0)
    return false;
  for (int i = 1; i < argc; i++)
    if (names_mpi(executor_given(argv[i], i + 1 < argc ? argv[i + 1] : NULL)))
      return true;
  return false;
}

void run_let_rank_0_tell(void) {
  int ranks;
  if (hx_cluster_launched(&ranks) > 0)
    sleep(TELL_S);
}

bool run_leads(const execution *e) {
  return !e->setup->cluster || e->setup->cluster->place.rank == 0;
}

bool run_agree(execution *e, bool ok) {
  const hx_cluster *cluster = e->setup->cluster;
  run_study *study = e->study;
  pvs_error error = {.code = PVS_IO};
  if (!cluster)
    return ok;
  snprintf(error.message, sizeof error.message, "%.*s", (int)sizeof error.message - 1,
           study->error[0] ? study->error : hx_message_unsaid());
  bool told = !ok, agreed = hx_cluster_agree(cluster, ok, &study->status, &error);
  if (!agreed && !told && error.message[0])
    return run_fail_text(e, study->status, error.message);
  return agreed;
}

/* ---- blocks -------------------------------------------------------------------------------- */

static void identify(const execution *e, uint32_t block, char text[HX_JOURNAL_IDENTITY]) {
  const run_options *options = e->setup->options;
  pvs_study_info info;
  pvs_study_describe(e->opened, &info);
  const hx_range *range = e->setup->range;
  uint32_t first = 0, count = info.scenarios;
  hx_range_resolve(range, info.scenarios, &first, &count, NULL);
  snprintf(text, HX_JOURNAL_IDENTITY,
           "journal=1 version=%s project=%s study=%s region=%s inputs=%016llx scenarios=%u-%u "
           "files=%s block=%u",
           PVS_VERSION, info.project, info.name, info.region, (unsigned long long)info.input_digest,
           first, first + count - 1, options->scenario_files == RUN_FILES_EACH ? "each" : "none",
           block);
}

/* The size of blocks in an identity; 0: none. */
static uint32_t block_of(const char *identity) {
  const char *at = strstr(identity, " block=");
  return at ? (uint32_t)strtoul(at + 7, NULL, 10) : 0;
}

static bool take_up(execution *e, uint32_t *block) {
  pvs_error error = {0};
  char found[HX_JOURNAL_IDENTITY], expected[HX_JOURNAL_IDENTITY];
  run_study *study = e->study;
  if (!study->folder[0])
    return run_fail_text(e, HX_EXIT_USAGE, "--resume needs outputs, found none to go on with");
  if (!hx_outdir_adopt(&e->outdir, study->folder, study->name, e->setup->options->force, HX_JOURNAL,
                       &error)) {
    if (error.code != PVS_OK)
      return run_fail(e, &error);
    hx_note("%s: nothing unfinished to resume; the whole study is run", study->folder);
    return true;
  }
  hx_journal journal;
  bool ok = hx_journal_resume(&journal, e->outdir.temp, found, NULL, NULL, &error);
  hx_journal_close(&journal, false);
  *block = block_of(found);
  identify(e, *block, expected);
  if (ok && (*block == 0 || strcmp(found, expected) != 0))
    ok =
        hx_fail_at(&error, PVS_MISMATCH, e->outdir.temp, 0, NULL,
                   "what is unfinished is of another run (%s), expected %s; without --resume it is "
                   "removed and the run begins anew",
                   found, expected);
  e->journal_taken = ok;
  if (ok)
    return true;
  hx_publish_leave(&e->outdir);
  return run_fail(e, &error);
}

bool run_ranks_prepare(execution *e) {
  const hx_cluster *cluster = e->setup->cluster;
  pvs_study_info info;
  pvs_study_describe(e->opened, &info);
  uint64_t digest = info.input_digest;
  cluster->mpi->broadcast(0, &digest, sizeof digest);
  bool ok = digest == info.input_digest;
  if (!ok) {
    char text[128];
    snprintf(text, sizeof text,
             "rank %d has read other inputs than rank 0, expected the same files on all nodes",
             cluster->place.rank);
    run_fail_text(e, HX_EXIT_USAGE, text);
  }
  struct {
    uint32_t block, threads;
  } first = {.threads = (uint32_t)e->setup->request->config.threads};
  if (run_leads(e) && ok && e->setup->options->resume)
    ok = take_up(e, &first.block);
  cluster->mpi->broadcast(0, &first, sizeof first);
  e->block = first.block;
  e->rank_threads = first.threads;
  return ok;
}

static uint32_t larger(uint32_t a, uint32_t b) {
  return a > b ? a : b;
}

/* About so many scenarios. */
static uint32_t whole_block(uint32_t scenarios) {
  scenarios -= scenarios % SCENARIOS_LEAST;
  return scenarios < SCENARIOS_LEAST  ? SCENARIOS_LEAST
         : scenarios > SCENARIOS_MOST ? SCENARIOS_MOST
                                      : scenarios;
}

bool run_ranks_plan(execution *e, pvs_plan_options *options, pvs_error *error) {
  const uint32_t own_threads = larger(e->rank_threads, 1);
  const uint32_t threads = (uint32_t)e->setup->cluster->place.ranks * own_threads;
  uint32_t scenarios = options->scenarios ? options->scenarios : e->study->info.scenarios;
  uint32_t block = e->block;
  if (!block)
    block = whole_block(larger(scenarios / (threads * BLOCKS_PER_THREAD),
                               scenarios / larger(BLOCKS_MOST, threads * BLOCKS_LEAST)));
  for (;;) {
    pvs_plan_info info;
    options->block = block;
    if (pvs_plan_create(e->opened, options, &e->plan, error) != PVS_OK)
      return false;
    pvs_plan_describe(e->plan, &info);
    size_t own = info.results_bytes - info.shared_bytes;
    e->block = block;
    const size_t most = RESULTS_BYTES / own_threads;
    if (own <= most || block <= SCENARIOS_LEAST)
      return true;
    block = whole_block((uint32_t)((uint64_t)block * most / own));
    pvs_plan_destroy(e->plan);
    e->plan = NULL;
  }
}

bool run_ranks_fail_join(execution *e) {
  pvs_error error = {0};
  hx_fail_at(
      &error, PVS_NOT_FOUND, e->study->folder, 0, NULL,
      "rank %d does not see the folder that rank 0 has made here, expected a file system that "
      "all nodes share",
      e->setup->cluster->place.rank);
  return run_fail(e, &error);
}

/* ---- folder and journal -------------------------------------------------------------------- */

bool run_ranks_folder(execution *e) {
  const hx_cluster *cluster = e->setup->cluster;
  char identity[HX_JOURNAL_IDENTITY];
  pvs_error error = {0};
  hx_publish shared = e->outdir;
  cluster->mpi->broadcast(0, &shared, sizeof shared);
  e->journal.fd = -1;
  if (!run_leads(e)) {
    memcpy(e->outdir.temp, shared.temp, sizeof shared.temp);
    memcpy(e->outdir.final, shared.final, sizeof shared.final);
    e->outdir.lock_fd = -1;
    return true;
  }
  identify(e, e->block, identity);
  if (!e->study->folder[0] || e->journal_taken)
    return true;
  return hx_journal_create(&e->journal, e->outdir.temp, identity, &error) || run_fail(e, &error);
}

bool run_ranks_simulate(execution *e, const hx_exec_options *options, hx_exec_result *result) {
  hx_ranks_job job = {.cluster = e->setup->cluster,
                      .study = &e->work,
                      .folder = e->study->folder[0] ? e->outdir.temp : NULL,
                      .block = e->block,
                      .journal = run_leads(e) && e->study->folder[0] ? &e->journal : NULL,
                      .resume = e->journal_taken};
  hx_exec_options own = *options;
  own.config.executor = HX_EXECUTOR_THREADS;
  own.config.processes = 1;
  return hx_ranks_run(&job, &own, &e->study->report, result);
}

void run_ranks_close(execution *e, bool ok) {
  if (!run_leads(e) || !e->study->folder[0] || !e->outdir.temp[0])
    return;
  e->keep_folder = !ok && e->journal.blocks > 0;
  hx_journal_close(&e->journal, ok);
  if (e->keep_folder)
    hx_note("%u complete block%s of %s kept; run the same again with --resume to go on from there",
            e->journal.blocks, e->journal.blocks == 1 ? "" : "s", e->study->name);
}
