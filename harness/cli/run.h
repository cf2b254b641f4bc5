/* The parts of `pvtune run`: options → request (run_config.c), one study (run_study.c), what is
 * said about it (run_tell.c, run_headlines.c, run_log.c, run_timing.c). */
#ifndef HX_CLI_RUN_H
#define HX_CLI_RUN_H

#include "cli/command.h"
#include "cluster/cluster.h"
#include "cluster/range.h"
#include "cluster/shard.h"
#include "exec/exec.h"
#include "exec/fault.h"
#include "exec/study_work.h"
#include "exec/telemetry.h"
#include "measure/workload.h"

#include <limits.h>
#include <signal.h>
#include <stdint.h>

typedef struct run_options {
  const char *base, *project, *region, *output, *config, *workers, *pin, *expect;
  const char *scenarios, *shard;
  hx_strings studies, workloads;
  int executor, schedule, share, simd, scenario_files, read; /* indices into their choices */
  long chunk, telemetry_fd;
  bool no_output, timing, force, strict, check, resume;
} run_options;

enum { RUN_SHARE_ALL, RUN_SHARE_NONE };
enum { RUN_FILES_EACH, RUN_FILES_NONE };
enum { RUN_READ_AUTO, RUN_READ_ONCE, RUN_READ_EACH };

#define RUN_EXECUTORS "auto|serial|threads|processes|hybrid|mpi"
#define RUN_SCHEDULES "auto|dynamic|static"

/* ---- how to run (run_config.c) ---- */

/* As far as the options say; the rest waits until the study is known. */
typedef struct run_request {
  hx_config config;
  bool workers_open, executor_open, pin_open, schedule_open; /* not said */
  bool ranks_given;                                          /* of mpi */
  bool threads_open; /* of a rank: what was tuned, else what its share of the CPUs has room for */
  bool measured;     /* --record */
} run_request;

/* Prints what is wrong and returns false if the options contradict each other. */
bool run_request_make(const run_options *options, run_request *request);
/* Whether this is a rank other than rank 0 of a run with -x mpi, by its arguments: what is wrong with
 * them is wrong on every rank, and said once. */
bool run_is_other_rank(int argc, char **argv);
/* Before MPI is started: keeps a rank other than rank 0 from ending. A launcher ends all ranks as soon
 * as one has failed, and rank 0 might not have said yet what is wrong. Ends by itself in the end, for
 * launchers that do not. */
void run_let_rank_0_tell(void);
/* With -x mpi: the ranks there are, and the threads of this one, which are those of the request or,
 * if it leaves them open and nothing was tuned, what its share of the CPUs has room for. False after
 * saying that the request is for another number of ranks. */
bool run_request_ranks(run_request *request, const hx_cluster *cluster);
/* How many threads may read the inputs. */
unsigned run_request_readers(const run_request *request);

/* What an open request is decided on. */
typedef struct run_facts {
  const hx_context *cx;
  const hx_cluster *cluster; /* NULL: none */
  const char *workload, *workload_class;
  uint32_t units, scenarios;
} run_facts;
/* Decides what the request leaves open, and where the workers go: *places is malloc'd with one
 * place per worker, or NULL if none is bound. Needs a topology only for what is open or bound.
 * False after saying why. */
bool run_configure(const run_request *request, const run_facts *facts, hx_config *config,
                   hx_place **places);

/* ---- one study (run_study.c) ---- */

typedef struct run_warnings {
  char **text;
  size_t n;
} run_warnings;

/* Takes a copy of `length` bytes; out of memory drops it. */
void run_warnings_add(run_warnings *warnings, const char *text, size_t length);
void run_warnings_deinit(run_warnings *warnings);

typedef struct run_extreme {
  long id;           /* number of the scenario */
  double total_cost; /* $; NaN: there is none */
} run_extreme;

/* The scenarios of one arrangement. Of equal costs the first counts. */
typedef struct run_headline {
  char *arrangement;
  run_extreme cheapest, dearest;
  double least_self_consumption, most_self_consumption; /* %; NaN: none has PV */
} run_headline;

typedef struct run_headlines {
  run_headline *items; /* arrangements in order of their first scenario */
  size_t n;
  uint32_t n_over, n_under; /* scenarios with a self-consumption of more than 100 %, less than 0 */
  long first_over, first_under; /* numbers of the first of them */
} run_headlines;

/* Out of memory drops the arrangement. */
void run_headlines_add(run_headlines *headlines, const hx_scenario_figures *figures);
void run_headlines_deinit(run_headlines *headlines);

/* Wall nanoseconds. */
typedef struct run_phases {
  uint64_t read_ns, plan_ns, simulate_ns, output_ns, publish_ns;
} run_phases;

/* One study: what it is, and what became of it. */
typedef struct run_study {
  hx_workload workload;
  const char *name;           /* of the study, and of its output folder */
  char folder[PATH_MAX];      /* "": no outputs */
  char logs[PATH_MAX];        /* folder for logs; "": none */
  char expect[PATH_MAX];      /* "": not checked */
  char log[PATH_MAX];         /* written; "": none */
  char digest_text[17];       /* "": not finished */
  char error[PATH_MAX + 512]; /* "": none */
  char comparison[1024];      /* with `expect`; "": agrees, or not checked */
  int status;                 /* hx_exit */
  bool started;               /* its inputs were right: it has a plan */
  bool cancelled, abandoned;  /* by a signal; abandoned: threads are stuck in it */
  hx_config config;
  run_phases phases;
  pvs_study_info info; /* its texts are gone: do not read */
  pvs_plan_info plan;
  hx_exec_report report;
  run_warnings warnings;
  run_headlines headlines;
  size_t errors_found; /* with --check */
  uint64_t digest;
  hx_shard_table tables[PVS_TABLES]; /* of a part of a study */
} run_study;

typedef struct run_setup {
  const hx_context *cx;
  const run_options *options;
  const run_request *request;
  const hx_range *range;
  const hx_cluster *cluster; /* NULL: no ranks, this process alone */
  const hx_fault *fault;
  const volatile sig_atomic_t *cancel;
} run_setup;

/* With --check: prints every error and warning in the inputs, and runs nothing. */
bool run_study_check(const run_setup *setup, run_study *study);
/* Runs it and fills everything from `log` on; says what went wrong. True when status is 0. */
bool run_study_execute(const run_setup *setup, run_study *study);
void run_study_deinit(run_study *study);

/* ---- which studies (run_studies.c) ---- */

/* Fills the workload, name and folders of each from the options. False after saying why: for one, because
 * an output folder would replace inputs, an --expect, logs, the store or another study's outputs. */
bool run_studies_name(const hx_context *cx, const run_options *options, run_study *studies,
                      size_t n);
/* Whether the output folder of `study`, which is replaced, and the inputs of `of` are apart. */
bool run_study_spares_inputs(const run_study *study, const run_study *of, pvs_error *error);

/* ---- a part of a study (run_part.c) ---- */

/* What the options ask for. False, with what is wrong said, when they contradict each other. */
bool run_part_make(const run_options *options, hx_range *range);
/* Once the study is known: the output folder of a part is called after its scenarios,
 * STUDY.FIRST-LAST. An error when the study has no such scenarios, or the folder is not apart from the
 * inputs. */
bool run_part_name(const hx_range *range, run_study *study, pvs_error *error);
/* Which scenarios the plan has. */
void run_part_plan(const hx_range *range, const run_study *study, pvs_plan_options *plan);
/* Once its tables are closed: says in its folder which part it is. */
bool run_part_describe(const run_study *study, const hx_study_work *work, const char *folder,
                       bool scenario_files, pvs_error *error);

/* ---- telling (run_tell.c, run_log.c, run_timing.c) ---- */

/* Prints at most ten lines to stderr and how many more there are; the log has all of them.
 * `as_errors`: with --strict. */
void run_tell_warnings(const run_study *study, bool as_errors);
/* Where the headlines, which say so too, are left out: that the bills it wrote are not those of a
 * year. */
void run_tell_period(const run_study *study);
bool run_shows_headlines(const hx_context *cx);
/* Errors found in the inputs, likewise; what is left out is counted, and --check lists it. */
void run_tell_errors(const run_warnings *errors);
/* The table of studies on stdout; as text, and not with -q, the headlines of each; with --timing one
 * more for each. */
int run_tell_results(const run_setup *setup, const run_study *studies, size_t n);
/* With --check: how many errors and warnings each study has. */
int run_tell_checks(const run_setup *setup, const run_study *studies, size_t n);
struct hx_table *run_timing_table(const run_study *study);
/* What must be known to judge the results, one sentence each; "" where there is nothing to say. */
enum { RUN_REMARK_OVER, RUN_REMARK_UNDER, RUN_REMARK_PERIOD, RUN_REMARKS };
typedef struct run_remark {
  char text[256];
} run_remark;
run_remark run_remark_of(const run_study *study, int which);
/* The cheapest and the dearest scenario of each arrangement. */
struct hx_table *run_headlines_table(const run_study *study);

/* LOGS/STUDY_UTC_PID.log. A log that cannot be written is a warning. */
void run_log_write(const run_setup *setup, run_study *study);

/* Adds a study to what --record reports. False when out of memory. */
bool run_telemetry_add(hx_telemetry *telemetry, const run_study *study);

/* "static", "batteries", "mixed". */
const char *run_class_name(pvs_workload_class workload_class);

#endif
