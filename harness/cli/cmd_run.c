/* pvtune run: studies in, outputs out. */
#include "cli/message.h"
#include "cli/stop_signal.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/files.h"
#include "cli/run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- options to studies -------------------------------------------------------------------- */

static bool is_missing(const char *value, const char *name) {
  if (value)
    return false;
  hx_error("--%s is missing; a study is named by --base, --project and --study, or by --workload",
           name);
  return true;
}

static bool check_options(const run_options *options) {
  bool any_study = options->base || options->project || options->studies.count > 0;
  if (any_study || options->workloads.count == 0)
    if (is_missing(options->base, "base") || is_missing(options->project, "project") ||
        is_missing(options->studies.count ? options->studies.items[0] : NULL, "study"))
      return false;
  if (options->expect && (options->no_output || options->check)) {
    hx_error("--expect needs outputs to compare, found %s",
             options->check ? "--check" : "--no-output");
    return false;
  }
  if (options->telemetry_fd >= 0 && !hx_cluster_telemetry_path() &&
      fcntl((int)options->telemetry_fd, F_GETFD) < 0) {
    hx_error("--record: found %ld, expected an open file descriptor", options->telemetry_fd);
    return false;
  }
  return true;
}

static bool read_fault(hx_fault *fault) {
  const char *text = getenv("PVTUNE_TEST_FAULT");
  pvs_error error = {0};
  if (!text || hx_fault_parse(text, fault, &error))
    return true;
  hx_error("PVTUNE_TEST_FAULT: %s", HX_FAIL_LINE(&error));
  return false;
}

/* ---- telemetry ----------------------------------------------------------------------------- */

static int64_t ns_of(struct timeval self, struct timeval children) {
  return (int64_t)(self.tv_sec + children.tv_sec) * 1000000000 +
         (int64_t)(self.tv_usec + children.tv_usec) * 1000;
}

static void add_usage(hx_telemetry *telemetry) {
  struct rusage self, children;
  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  telemetry->user_ns = ns_of(self.ru_utime, children.ru_utime);
  telemetry->system_ns = ns_of(self.ru_stime, children.ru_stime);
  telemetry->max_rss_kb = self.ru_maxrss > children.ru_maxrss ? self.ru_maxrss : children.ru_maxrss;
  telemetry->minor_faults = self.ru_minflt + children.ru_minflt;
  telemetry->major_faults = self.ru_majflt + children.ru_majflt;
  telemetry->voluntary_switches = self.ru_nvcsw + children.ru_nvcsw;
  telemetry->involuntary_switches = self.ru_nivcsw + children.ru_nivcsw;
}

static int write_telemetry(const run_options *options, const run_study *studies, size_t n,
                           uint64_t start_ns, uint64_t setup_ns, int status) {
  hx_telemetry telemetry;
  hx_telemetry_init(&telemetry);
  snprintf(telemetry.version, sizeof telemetry.version, "%s", PVS_VERSION);
  telemetry.exit_status = status;
  telemetry.main_start_mono_ns = (int64_t)start_ns;
  telemetry.setup_ns = (int64_t)setup_ns;
  bool ok = true;
  for (size_t i = 0; i < n; i++)
    ok = run_telemetry_add(&telemetry, &studies[i]) && ok;
  add_usage(&telemetry);
  telemetry.total_ns = (int64_t)(hx_clock_ns() - start_ns);
  const char *path = hx_cluster_telemetry_path();
  int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : (int)options->telemetry_fd;
  if (!ok)
    errno = ENOMEM;
  else if (!path || fd >= 0) /* else errno says why it cannot be opened */
    ok = hx_telemetry_write(&telemetry, fd);
  else
    ok = false;
  if (!ok)
    hx_error("--record: cannot write: %s", strerror(errno));
  if (path && fd >= 0)
    close(fd);
  hx_telemetry_deinit(&telemetry);
  return ok || status != HX_EXIT_OK ? status : HX_EXIT_FAILED;
}

/* ---- the command --------------------------------------------------------------------------- */

/* One after the other; what is wrong with one does not keep the others from being run. */
static int run_all(const run_setup *setup, run_study *studies, size_t n, bool *abandoned) {
  int status = HX_EXIT_OK;
  for (size_t i = 0; i < n && !*hx_stop_signal(); i++) {
    if (setup->options->check)
      run_study_check(setup, &studies[i]);
    else
      run_study_execute(setup, &studies[i]);
    *abandoned = studies[i].abandoned;
    if (status == HX_EXIT_OK)
      status = studies[i].status;
  }
  if (*hx_stop_signal()) {
    hx_note("interrupted by SIG%s; unfinished outputs are removed",
            sigabbrev_np(*hx_stop_signal()));
    status = HX_EXIT_FAILED;
  }
  return status;
}

/* Whether all ranks can begin. What is wrong on another one is said by the first. */
static bool all_begin(const hx_cluster *cluster, bool ok) {
  int status = 0;
  pvs_error error = {.code = PVS_IO};
  snprintf(error.message, sizeof error.message, "%.*s", (int)sizeof error.message - 1,
           hx_message_unsaid());
  const bool said = !ok;
  if (hx_cluster_agree(cluster, ok, &status, &error))
    return true;
  if (!said)
    hx_error("%s", error.message);
  return false;
}

/* -x mpi: the other ranks do the same and say nothing. */
static bool start_ranks(const hx_context *cx, run_request *request, int telemetry_fd,
                        hx_cluster *cluster) {
  pvs_error error = {0};
  int ranks;
  hx_cluster_launched(&ranks);
  if (ranks == 0 && request->ranks_given && request->config.processes > 1 &&
      !hx_cluster_launch(cx->self_path, request->config.processes, telemetry_fd, &error))
    return hx_error("-x mpi: %s", HX_FAIL_LINE(&error));
  if (!hx_cluster_start(cluster, cx->self_path, &error))
    return hx_error("-x mpi: %s", HX_FAIL_LINE(&error));
  /* A launcher's variables that are left over are no launcher: MPI alone knows the rank. */
  hx_message_mute(cluster->place.rank > 0);
  return all_begin(cluster, run_request_ranks(request, cluster));
}

static int run_studies(const run_setup *setup, run_study *studies, size_t n, uint64_t start_ns) {
  const run_options *options = setup->options;
  uint64_t setup_ns = hx_clock_ns() - start_ns;
  bool abandoned = false;
  hx_stop_signal_catch();
  int status = run_all(setup, studies, n, &abandoned);
  if (setup->cluster) {
    assert(setup->cluster->mpi); /* it has started, or nothing is run */
    setup->cluster->mpi->broadcast(0, &status, sizeof status);
    if (setup->cluster->place.rank > 0)
      return status;
  }
  int printed =
      options->check ? run_tell_checks(setup, studies, n) : run_tell_results(setup, studies, n);
  fflush(stdout); /* warnings come after the table */
  for (size_t i = 0; i < n && !options->check; i++) {
    run_tell_warnings(&studies[i], false);
    if (!run_shows_headlines(setup->cx) && options->telemetry_fd < 0)
      run_tell_period(&studies[i]);
  }
  if (status == HX_EXIT_OK)
    status = printed;
  if (options->telemetry_fd >= 0)
    status = write_telemetry(options, studies, n, start_ns, setup_ns, status);
  if (*hx_stop_signal())
    hx_stop_signal_end(*hx_stop_signal());
  return status;
}

static int run(const hx_context *cx, void *storage) {
  uint64_t start_ns = hx_clock_ns();
  const run_options *options = storage;
  run_request request;
  hx_range range;
  hx_cluster cluster = {0};
  hx_fault fault = {HX_FAULT_NONE, 0};
  if (!check_options(options) || !run_request_make(options, &request) ||
      !run_part_make(options, &range) || !read_fault(&fault)) {
    run_let_rank_0_tell();
    return HX_EXIT_USAGE;
  }
  const bool ranks = request.config.executor == HX_EXECUTOR_MPI;
  if ((options->resume || options->read != RUN_READ_AUTO) && !ranks)
    return hx_error_exit(HX_EXIT_USAGE, "--%s is for -x mpi; found another executor",
                         options->resume ? "resume" : "read");
  if (ranks && !start_ranks(cx, &request, (int)options->telemetry_fd, &cluster)) {
    hx_cluster_stop(&cluster);
    return HX_EXIT_USAGE;
  }
  size_t n = options->studies.count + options->workloads.count;
  run_study *studies = calloc(n, sizeof *studies);
  if (!studies) {
    hx_error("out of memory");
    return HX_EXIT_FAILED;
  }
  run_setup setup = {.cx = cx,
                     .options = options,
                     .request = &request,
                     .range = &range,
                     .cluster = ranks ? &cluster : NULL,
                     .fault = fault.kind == HX_FAULT_NONE ? NULL : &fault,
                     .cancel = hx_stop_signal()};
  int status = HX_EXIT_USAGE;
  bool ok = run_studies_name(cx, options, studies, n);
  if (ranks)
    ok = all_begin(&cluster, ok);
  if (ok)
    status = run_studies(&setup, studies, n, start_ns);
  for (size_t i = 0; i < n; i++)
    run_study_deinit(&studies[i]);
  free(studies);
  hx_cluster_stop(&cluster);
  return status;
}

static void defaults(void *storage) {
  *(run_options *)storage = (run_options){.workers = "auto", .telemetry_fd = -1};
}

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, run_options, MEMBER, __VA_ARGS__)

static const hx_option option_table[] = {
    ROW(STRING, base, "base", .short_name = 'b', .metavar = "DIR",
        .help = "base folder, with load_profiles, pv_profiles, reference and studies"),
    ROW(STRING, project, "project", .short_name = 'p', .metavar = "NAME",
        .help = "folder in BASE/studies"),
    ROW(LIST, studies, "study", .short_name = 's', .metavar = "NAME",
        .help = "the study in the project's inputs/study_NAME.csv"),
    ROW(STRING, region, "region", .short_name = 'd', .metavar = "REGION",
        .default_text = "the study's, else nsw",
        .help = "region of daylight saving: uses columns REGION_start and REGION_end of "
                "dst_lookup.csv"),
    ROW(STRING, output, "output", .short_name = 'o', .metavar = "DIR",
        .default_text = "BASE/studies/PROJECT/outputs", .choices = "DIR",
        .help = "write outputs to DIR/STUDY and logs to DIR/logs"),
    ROW(STRING, scenarios, "scenarios", .metavar = "FIRST-LAST", .default_text = "all",
        .help = "run only these scenarios, counted from 0 in the study file, both included"),
    ROW(STRING, shard, "shard", .metavar = "I/N",
        .help = "divide the study into N parts of nearly equal size and run only part I, from "
                "1 to N"),
    ROW(STRING, config, "config", .metavar = "CONFIG", .default_text = "auto",
        .help = "how to run, such as serial, threads:4 or processes:2/pin=compact; auto: as "
                "pvtune tune recommends, otherwise one thread per allowed core"),
    ROW(CHOICE, executor, "executor", .short_name = 'x', .metavar = "NAME",
        .default_text = "as --config says", .choices = RUN_EXECUTORS,
        .help = "how workers are made"),
    ROW(STRING, workers, "workers", .short_name = 'w', .instead_of = "threads|processes|jobs",
        .metavar = "N|PxT|auto", .default_text = "as --config says",
        .help = "number of workers; PxT: P processes of T threads each; with mpi: threads of "
                "each rank"),
    ROW(STRING, pin, "pin", .metavar = "NAME|LIST", .default_text = "as --config says",
        .choices = HX_PIN_NAMES("|"),
        .help = "CPUs of the workers: a strategy (" HX_PIN_NAMES(", ") ") or a list such as 0-3,8"),
    ROW(CHOICE, schedule, "schedule", .metavar = "NAME", .default_text = "auto",
        .choices = RUN_SCHEDULES,
        .help = "how work is handed out: on demand (dynamic) or in fixed shares (static)"),
    ROW(INT, chunk, "chunk", .metavar = "N", .default_text = "0: chosen by pvtune",
        .max = HX_CHUNK_MAX, .help = "energy flows that a worker takes at once"),
    ROW(CHOICE, share, "share", .metavar = "WHAT", .default_text = "all", .choices = "all|none",
        .help = "all: compute equal energy flows and bills once for all scenarios; none: for each "
                "scenario again (same outputs)"),
    ROW(CHOICE, simd, "simd", .metavar = "LEVEL", .default_text = "auto",
        .choices = "auto|portable|avx2|avx512",
        .help = "SIMD instructions to use; auto: the widest that the processor has (same "
                "outputs)"),
    ROW(CHOICE, scenario_files, "scenario-files", .metavar = "WHICH", .default_text = "each",
        .choices = "each|none",
        .help = "whether to write a file for each scenario beside the tables of the study"),
    ROW(FLAG, no_output, "no-output", .excludes = "output|force|scenario-files",
        .help = "write no outputs, only print their digest"),
    ROW(LIST, workloads, "workload", .metavar = "WORKLOAD",
        .help = "study:BASE/PROJECT/STUDY, or builtin:NAME:SCENARIOS, a study made in memory"),
    ROW(FLAG, timing, "timing", .help = "print how long each stage took"),
    ROW(STRING, expect, "expect", .metavar = "DIR", .flags = HX_OPT_READS,
        .help = "compare outputs with those in DIR (of several studies: DIR/STUDY); exit code "
                "3 if they differ"),
    ROW(FLAG, check, "check", .excludes = "timing|resume",
        .help = "run nothing; list all errors and warnings in the inputs"),
    ROW(FLAG, strict, "strict", .help = "treat warnings about the inputs as errors"),
    ROW(CHOICE, read, "read", .metavar = "HOW", .default_text = "auto", .choices = "auto|once|each",
        .help = "with -x mpi: once: rank 0 reads the inputs and sends them to the others; "
                "each: every rank reads them; auto: once if there are several nodes"),
    ROW(FLAG, resume, "resume", .help = "with -x mpi: continue an unfinished run"),
    ROW(FLAG, force, "force",
        .help = "replace an existing output folder that holds what pvtune did not write"),
    ROW(INT, telemetry_fd, "record", .metavar = "FD", .max = 1000000,
        .help = "write telemetry to this file descriptor, for programs that time runs"),
    {0}};

const hx_command hx_cmd_run = {
    .name = "run",
    .summary = "run studies and write their outputs",
    .synopsis = "",
    .description =
        "Runs every scenario of a study, BASE/studies/PROJECT/inputs/study_NAME.csv, and "
        "writes its outputs to DIR/NAME. All inputs are checked first, and nothing is "
        "written if one of them is wrong. docs/INPUTS.md describes the input files.\n\n"
        "The outputs are the same bytes for every executor, number of workers, pinning and "
        "schedule; compare the digests in the table. An existing output folder is replaced "
        "as a whole, and only if pvtune wrote all that is in it (or with --force). It is never "
        "replaced if it is, holds or lies in what the run reads: inputs and --expect.\n\n"
        "With -x mpi, started by mpirun or srun, the ranks share the work and write the same "
        "bytes; each rank runs as many threads as suit its share of the CPUs. If a run ends early, "
        "the finished part of its outputs is kept in a hidden folder beside the output "
        "folder. --resume continues from there; any other run into the same output folder "
        "removes it. docs/CLUSTER.md says more.\n\n"
        "--scenarios and --shard run only a part of the study, for job arrays. The outputs "
        "of a part go to DIR/NAME.FIRST-LAST; pvtune merge puts all parts together.\n\n"
        "The first table has one row per study. For each study a second one names the "
        "cheapest and the dearest scenario of each arrangement, by total$_building_costs, "
        "and the range of its self-consumption; -q, --csv and --json leave it out. Warnings "
        "about the inputs follow on standard error, at most ten lines per study. All of "
        "them, and everything else about the run, are in its log, "
        "DIR/logs/NAME_TIME_PID.log. With --check nothing is run: every error and warning in "
        "the inputs is listed at once.",
    .named_by = "a study is named by -b BASE -p PROJECT -s STUDY, each further one by another -s",
    .examples = "pvtune run -b data -p synthetic -s static\n"
                "    run one study in the way that is recommended for this machine\n"
                "pvtune run -b data -p synthetic -s static -s mixed -o /tmp/out -w 4\n"
                "    run two studies with four threads, and write to /tmp/out\n"
                "pvtune run -b data -p synthetic -s static -o out --expect baseline/static\n"
                "    check that the outputs are still those of a baseline\n"
                "mpirun -n 8 pvtune run -b data -p synthetic -s static -o out -x mpi\n"
                "    run one study with eight processes, on any number of machines\n"
                "pvtune run -b data -p synthetic -s static -o out --shard 3/16\n"
                "    run the third of sixteen parts of a study; pvtune merge puts them together\n"
                "pvtune run -b data -p synthetic -s static --check\n"
                "    list every error and warning in the inputs of a study\n"
                "pvtune run --workload builtin:batteries:12 -x processes -w 2 --timing\n"
                "    see where the time goes, in a study made in memory\n",
    .exit_codes = "3  outputs differ from those in --expect\n"
                  "130  interrupted by Ctrl-C (143: by SIGTERM)\n",
    .options = option_table,
    .options_size = sizeof(run_options),
    .defaults = defaults,
    .run = run,
    .is_mute = run_is_other_rank,
    .let_first_tell = run_let_rank_0_tell,
    .prints_table = true,
};
