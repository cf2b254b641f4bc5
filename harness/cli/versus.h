/* What compare, gate, record and history have in common: their options, and the way from two sides
 * as text to a verdict. */
#ifndef HX_CLI_VERSUS_H
#define HX_CLI_VERSUS_H

#include "pvs/pvs.h"

#include "cli/measure_session.h"
#include "compare/revision.h"
#include "compare/side.h"
#include "compare/subject.h"
#include "compare/verdict.h"

typedef struct hx_versus_options {
  hx_strings workloads, studies;
  const char *base, *project; /* of a study */
  const char *config;         /* key of a configuration; NULL: serial */
  const char *config_b;       /* of B; NULL: as A's */
  const char *build;          /* NULL: pvtune's own */
  double min_effect, margin;
  double budget_s;  /* INFINITY: none */
  double timeout_s; /* 0: none */
  long blocks;      /* so many, whatever the verdict; 0: until there is one */
  int outputs;      /* HX_VERSUS_OUTPUTS_* */
  int interleave;   /* hx_duet_interleave */
  bool own_best, instructions, lock;
  const char *note, *scratch;
} hx_versus_options;

enum { HX_VERSUS_OUTPUTS_CHECK, HX_VERSUS_OUTPUTS_IGNORE };

/* min_effect 0.5 %, margin 3 %, no budget, lock. */
hx_versus_options hx_versus_defaults(void);

/* Rows of an option table; S is the command's options struct, M the member of it that holds
 * hx_versus_options. */
#define HX_VERSUS_AT(S, M, name) (offsetof(S, M) + offsetof(hx_versus_options, name))

/* What is run. BASE_NAME: long name of -b, for gate has a --base of its own. DEFAULT: the workload
 * when none is named, as text. */
#define HX_VERSUS_WORKLOAD_ROWS(S, M, BASE_NAME, DEFAULT)                                          \
  {.name = "workload",                                                                             \
   .type = HX_OPT_LIST,                                                                            \
   .offset = HX_VERSUS_AT(S, M, workloads),                                                        \
   .metavar = "W",                                                                                 \
   .default_text = DEFAULT,                                                                        \
   .help = "study:BASE/PROJECT/STUDY, builtin:NAME[:SIZE] or cmd:'COMMAND' (with --build)"},       \
      {.short_name = 'b',                                                                          \
       .name = BASE_NAME,                                                                          \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_VERSUS_AT(S, M, base),                                                         \
       .metavar = "DIR",                                                                           \
       .choices = "DIR",                                                                           \
       .help = "base folder, with -p and -s: short for --workload study:"},                        \
      {.short_name = 'p',                                                                          \
       .name = "project",                                                                          \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_VERSUS_AT(S, M, project),                                                      \
       .metavar = "NAME",                                                                          \
       .help = "project within the base folder"},                                                  \
      {.short_name = 's',                                                                          \
       .name = "study",                                                                            \
       .type = HX_OPT_LIST,                                                                        \
       .offset = HX_VERSUS_AT(S, M, studies),                                                      \
       .metavar = "NAME",                                                                          \
       .help = "study of the project"},                                                            \
      {.name = "config",                                                                           \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_VERSUS_AT(S, M, config),                                                       \
       .metavar = "KEY",                                                                           \
       .default_text = "serial",                                                                   \
       .help = "how both sides run, such as serial, threads:4 or threads:4/pin=compact"},          \
  {                                                                                                \
    .name = "build", .type = HX_OPT_STRING, .offset = HX_VERSUS_AT(S, M, build), .metavar = "CMD", \
    .default_text = "pvtune's own",                                                                \
    .help = "shell command that builds a revision, run in its worktree: any git repository"        \
  }

/* How it is measured. */
#define HX_VERSUS_MEASURE_ROWS(S, M, BUDGET_TEXT)                                                  \
  {.name = "budget",                                                                               \
   .type = HX_OPT_DURATION,                                                                        \
   .offset = HX_VERSUS_AT(S, M, budget_s),                                                         \
   .metavar = "TIME",                                                                              \
   .default_text = BUDGET_TEXT,                                                                    \
   .min = 0.1,                                                                                     \
   .max = 1e7,                                                                                     \
   .help = "time to spend measuring, without builds; shared by the workloads"},                    \
      {.name = "timeout",                                                                          \
       .type = HX_OPT_DURATION,                                                                    \
       .offset = HX_VERSUS_AT(S, M, timeout_s),                                                    \
       .metavar = "TIME",                                                                          \
       .help = "stop a run that takes longer; it counts as failed"},                               \
      {.name = "interleave",                                                                       \
       .type = HX_OPT_CHOICE,                                                                      \
       .offset = HX_VERSUS_AT(S, M, interleave),                                                   \
       .metavar = "WHEN",                                                                          \
       .default_text = "auto",                                                                     \
       .choices = "auto|never|always",                                                             \
       .help = "a run of A and one of B take turns every 5 ms, so that what disturbs one "         \
               "disturbs both; auto: when they compute, in as many processes"},                    \
      {.name = "lock",                                                                             \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_VERSUS_AT(S, M, lock),                                                         \
       .default_text = "on",                                                                       \
       .help = "measure only while nobody else does on this machine",                              \
       .flags = HX_OPT_NEGATABLE},                                                                 \
      {.name = "note",                                                                             \
       .type = HX_OPT_STRING,                                                                      \
       .offset = HX_VERSUS_AT(S, M, note),                                                         \
       .metavar = "TEXT",                                                                          \
       .help = "kept with every run"},                                                             \
  {                                                                                                \
    .name = "scratch", .type = HX_OPT_STRING, .offset = HX_VERSUS_AT(S, M, scratch),               \
    .metavar = "DIR", .default_text = "$TMPDIR, else /tmp", .choices = "DIR",                      \
    .help = "where the runs write their outputs"                                                   \
  }

/* When it is called what. */
#define HX_VERSUS_EFFECT_ROWS(S, M)                                                                \
  {.name = "margin",                                                                               \
   .type = HX_OPT_PERCENT,                                                                         \
   .offset = HX_VERSUS_AT(S, M, margin),                                                           \
   .metavar = "PERCENT",                                                                           \
   .default_text = "3%",                                                                           \
   .min = 0.001,                                                                                   \
   .max = 1,                                                                                       \
   .help = "SAME: the difference is surely less than this"},                                       \
  {                                                                                                \
    .name = "min-effect", .type = HX_OPT_PERCENT, .offset = HX_VERSUS_AT(S, M, min_effect),        \
    .metavar = "PERCENT", .default_text = "0.5%", .min = 0, .max = 1,                              \
    .help = "SLOWER and FASTER: the difference is surely more than this"                           \
  }

/* What else is compared, and how. */
#define HX_VERSUS_EVIDENCE_ROWS(S, M)                                                              \
  {.name = "outputs",                                                                              \
   .type = HX_OPT_CHOICE,                                                                          \
   .offset = HX_VERSUS_AT(S, M, outputs),                                                          \
   .metavar = "HOW",                                                                               \
   .default_text = "check",                                                                        \
   .choices = "check|ignore",                                                                      \
   .help = "check: A and B must give the same outputs; ignore: only say when they do not"},        \
      {.name = "own-best",                                                                         \
       .type = HX_OPT_FLAG,                                                                        \
       .offset = HX_VERSUS_AT(S, M, own_best),                                                     \
       .help = "run each side as pvtune tune recommended for it"},                                 \
  {                                                                                                \
    .name = "instructions", .type = HX_OPT_FLAG, .offset = HX_VERSUS_AT(S, M, instructions),       \
    .help = "count instructions too: exact, whatever else the machine does"                        \
  }

/* Two sides on their way to being measured. Not to be moved once opened. */
typedef struct hx_versus {
  const hx_context *cx;
  const hx_versus_options *options;
  const char *command;
  hx_side side[2];
  hx_measure_session session;
  hx_repository repository;       /* with a rev: side */
  hx_measure_workloads workloads; /* of both sides, or, for cmd: sides, A's and then B's */
  size_t n;                       /* workloads to compare on */
  hx_config config[2];            /* unless each runs at its own best */
  hx_subject subject[2];
  char commit[2][HX_COMMIT_TEXT]; /* of rev: sides; "" */
  char scratch[PATH_MAX];
  char duet[HX_UUID_TEXT];
  bool b_later; /* B is made by hx_versus_replace_b, not by hx_versus_open */
  char b_text[HX_COMMIT_TEXT + 8];
  int status; /* why a step returned false: an hx_exit */
  bool opened;
} hx_versus;

/* Takes the sides and options apart and checks that the sides are alike; looks up revisions. No
 * measuring yet, nothing is written. False after saying why, status set. Close in any case. */
bool hx_versus_init(hx_versus *versus, const hx_context *cx, const hx_versus_options *options,
                    const char *command, const char *a, const char *b);
/* Lock, builds, sizes of built-ins. False after saying why, status set. */
bool hx_versus_open(hx_versus *versus);
/* Measures all workloads and concludes. The summary's lines are malloc'd: hx_versus_free. False
 * after saying why, status set; then there is no summary. */
bool hx_versus_measure(hx_versus *versus, hx_verdict_summary *summary);
void hx_versus_free(hx_verdict_summary *summary);
void hx_versus_close(hx_versus *versus);

/* Builds one commit (in full) and puts it in B's place: what a series and a bisection do. False
 * with a sentence in error. */
bool hx_versus_replace_b(hx_versus *versus, const char *commit, pvs_error *error);

/* The table and its sentences on stdout. Returns the summary's status, or HX_EXIT_FAILED when
 * stdout failed. */
int hx_versus_print(const hx_context *cx, const hx_verdict_summary *summary);

#endif
