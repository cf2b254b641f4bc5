/* pvtune_bench: registers the cases of bm_list.h and runs them. */
#include "bm_data.h"
#include "bm_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bm_case {
  const char *name, *variant;
  const bm_ops *ops;
  unsigned flags;
  const char *arg_name;
  const int64_t *args;
} bm_case;

/* ---- a case that is wrong, so that tests see one fail ---- */

static void *wrong_setup(const bm_param *param, char *why) {
  (void)param, (void)why;
  return bm_alloc(1, 1);
}

static void wrong_run(void *ctx) {
  (void)ctx;
}

static bool wrong_check(void *ctx, bm_work *work, char *why) {
  (void)ctx, (void)work;
  return bm_wrong(why, "wrong on purpose");
}

static const bm_ops wrong = {wrong_setup, NULL, wrong_run, wrong_check, free};

/* ---- options ---- */

enum { MOST_ARGS = 256 };

typedef struct options {
  bool all, smoke, wrong, help;
  int n_args; /* Google Benchmark's: defaults, then what the user gave, which wins */
  const char *args[MOST_ARGS];
} options;

static void add(options *o, const char *arg) {
  if (o->n_args < MOST_ARGS)
    o->args[o->n_args++] = arg;
}

static void read_options(options *o, int argc, char **argv) {
  *o = (options){0};
  for (int i = 1; i < argc; i++) {
    o->all |= strcmp(argv[i], "--all") == 0 || strncmp(argv[i], "--benchmark_filter", 18) == 0;
    o->smoke |= strcmp(argv[i], "--smoke") == 0;
    o->wrong |= strcmp(argv[i], "--wrong") == 0;
    o->help |= strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
  }
  add(o, argv[0]);
  add(o, "--benchmark_enable_random_interleaving=true");
  add(o, o->smoke ? "--benchmark_repetitions=1" : "--benchmark_repetitions=10");
  add(o, o->smoke ? "--benchmark_min_time=0" : "--benchmark_min_time=0.02");
  if (!o->smoke)
    add(o, "--benchmark_display_aggregates_only=true");
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--all") != 0 && strcmp(argv[i], "--smoke") != 0 &&
        strcmp(argv[i], "--wrong") != 0)
      add(o, argv[i]);
}

static const char help[] =
    "usage: pvtune_bench [--all] [--benchmark_filter=REGEX] [--benchmark_...]\n"
    "\n"
    "  --all     every case; without it a quick set\n"
    "  --smoke   each case once, to see that it works and is right\n"
    "\n"
    "All options of Google Benchmark are taken; a filter chooses among all cases. Some of them:\n"
    "  --benchmark_list_tests=true          the names\n"
    "  --benchmark_repetitions=N            10 unless said otherwise, in random order\n"
    "  --benchmark_out=FILE.json            for compare.py\n"
    "Exit code: 0; 1 when a case failed or none was run; 2 for an unknown option.\n";

/* ---- cases ---- */

static void register_at(const bm_case *c, const char *level) {
  char name[128];
  snprintf(name, sizeof name, "%s/%s%s%s", c->name, c->variant, level ? "/" : "",
           level ? level : "");
  bm_register(&(bm_family){.name = name,
                           .ops = c->ops,
                           .param = {.variant = c->variant, .level = level},
                           .arg_name = c->arg_name,
                           .args = c->args,
                           .growth = c->flags & BM_GROWTH});
}

static void register_case(const bm_case *c, bool all) {
  if (!all && !(c->flags & BM_QUICK))
    return;
  if (!(c->flags & BM_LEVELS)) {
    register_at(c, NULL);
    return;
  }
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++) {
    register_at(c, (*k)->name);
    if (!all)
      break;
  }
}

int main(int argc, char **argv) {
#define BM_ROW(name, variant, ops, flags, ...) {name, variant, &ops, flags, __VA_ARGS__},
  const bm_case cases[] = {BM_CASES(BM_ROW)};
#undef BM_ROW
  options o;
  read_options(&o, argc, argv);
  if (o.help) {
    fputs(help, stdout);
    return 0;
  }
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    register_case(&cases[i], o.all);
  if (o.wrong)
    register_at(&(bm_case){.name = "wrong", .variant = "on_purpose", .ops = &wrong}, NULL);
  bm_note("pvtune", PVS_VERSION);
  bm_note("simd", bm_kernels(NULL)->name);
  bm_note("output_parent", bm_output_parent());
  int code = bm_run(o.n_args, o.args);
  bm_data_free();
  return code;
}
