/* How often our own statistics are wrong, on noise with a known truth: ./dev selftest PART. */
#include "selftest/show.h"

#include "cli/message.h"
#include "selftest/trial.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    "usage: ./dev selftest search|list|compare|history [--short] [--seeds N] [--csv]\n"
    "       ./dev selftest search --surface FILE [--csv]\n"
    "\n"
    "Replays timing noise, recorded on a shared two-core virtual machine and simulated, through\n"
    "the very code that decides about measurements, with a truth that is known, and prints how\n"
    "often it decides wrongly and what deciding costs. Nothing is measured, so the figures are\n"
    "the same on every machine and in every run.\n"
    "\n"
    "  search     searching whole machines of 2 to 256 hardware threads, against the best of all\n"
    "             configurations; false winners of programs that ignore their workers\n"
    "  list       given lists of 12 and 108 configurations\n"
    "  compare    false alarms, power and cost of a comparison, and what a U test or mean and\n"
    "             standard deviation say on the same noise\n"
    "  history    change points over commits, and bisection\n"
    "\n"
    "  --short    a tenth of the repetitions, without the noise no promise is made for\n"
    "  --seeds N  repetitions behind each row (default: 300 search, 200 list, 500 compare, 1000 "
    "history)\n"
    "  --csv      tables as CSV\n"
    "  --surface FILE  search the surfaces of a CSV file instead: what a sweep exported\n"
    "\n"
    "A row that does not keep what is promised is marked NO, and the exit code is 1.\n";

size_t selftest_repetitions(const selftest_options *o, size_t full) {
  return o->seeds > 0 ? (size_t)o->seeds : o->is_short ? (full + 9) / 10 : full;
}

void selftest_percent(hx_table *t, double share, int decimals) {
  if (isnan(share))
    hx_table_empty(t);
  else
    hx_table_number_as(t, share, "%.*f %%", decimals, 100 * share);
}

void selftest_kept(hx_table *t, bool promised, bool kept) {
  hx_table_text(t, "%s", !promised ? "" : kept ? "yes" : "NO");
}

int selftest_conclude(const selftest_options *o, hx_table **tables, size_t n, bool ok,
                      size_t broken) {
  int code = HX_EXIT_FAILED;
  if (!ok)
    hx_error("out of memory");
  else if (hx_tables_print(tables, n, hx_table_format_of(false, o->csv), NULL) != 0)
    hx_error("cannot write to standard output: %s", strerror(errno));
  else if (broken > 0)
    hx_error("selftest: %zu row%s without what is promised (marked NO)", broken,
             broken == 1 ? "" : "s");
  else
    code = HX_EXIT_OK;
  for (size_t i = 0; i < n; i++)
    hx_table_destroy(tables[i]);
  return code;
}

/* 0 when fine. */
static int parse(int argc, char **argv, selftest_options *o) {
  static const struct option options[] = {{"short", no_argument, NULL, 's'},
                                          {"seeds", required_argument, NULL, 'n'},
                                          {"csv", no_argument, NULL, 'c'},
                                          {"surface", required_argument, NULL, 'f'},
                                          {0}};
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    char *end = NULL;
    if (c == 's')
      o->is_short = true;
    else if (c == 'c')
      o->csv = true;
    else if (c == 'f')
      o->surface = optarg;
    else if (c == 'n')
      o->seeds = strtol(optarg, &end, 10);
    else
      return HX_EXIT_USAGE;
    if (end && (*end != '\0' || o->seeds < 1 || o->seeds > HX_SELFTEST_MAX_TRIALS)) {
      hx_error("--seeds: found '%s', expected 1 to %d", optarg, HX_SELFTEST_MAX_TRIALS);
      return HX_EXIT_USAGE;
    }
  }
  return HX_EXIT_OK;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*show)(const selftest_options *);
  } parts[] = {{"search", selftest_show_search},
               {"list", selftest_show_list},
               {"compare", selftest_show_compare},
               {"history", selftest_show_history}};
  setlocale(LC_CTYPE, "C.UTF-8"); /* column widths */
  selftest_options o = {0};
  if (parse(argc, argv, &o) == HX_EXIT_OK && optind == argc - 1)
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
      if (strcmp(argv[optind], parts[i].name) == 0)
        return parts[i].show(&o);
  fputs(usage_text, stderr);
  return HX_EXIT_USAGE;
}
