/* pvtune clean: what pvtune keeps on this machine, and how to be rid of it. */
#include "cli/command.h"

#include "base/fail.h"
#include "cli/message.h"
#include "cli/table.h"
#include "compare/revision_cache.h"
#include "measure/goal.h"

#include <math.h>
#include <string.h>
#include <time.h>

extern const hx_command hx_cmd_clean;

typedef struct clean_options {
  double older_s; /* NaN: only show */
} clean_options;

static const hx_option options[] = {
    HX_OPTION(DURATION, clean_options, older_s, "older", .metavar = "AGE", .max = 1e10,
              .flags = HX_OPT_UNIT,
              .help = "remove builds that were not used for this long, such as 30d; 0 removes all "
                      "that no comparison is using"),
    {0}};

static void defaults(void *storage) {
  *(clean_options *)storage = (clean_options){.older_s = (double)NAN};
}

static void add_row(hx_table *t, const hx_cached *build, double age_s, bool removed) {
  hx_table_line(t, HX_T(build->key), HX_T(strndupa(build->what, 12)), HX_N(age_s / 86400, 1),
                HX_N(build->bytes / 1e6, 1));
  hx_table_bool(t, removed);
}

static hx_table *clean(const clean_options *o, const char *cache, const hx_cache_list *list,
                       bool *failed) {
  hx_table *t = hx_table_create("builds", NULL);
  double kept = 0, freed = 0, limit = 0;
  time_t now = time(NULL);
  hx_table_fact(t, "builds", "%s", cache);
  hx_table_columns(
      t, "build=build|commit=commit|#unused_days=days unused|#size_mb=MB|?removed=removed");
  for (size_t i = 0; i < list->n; i++) {
    pvs_error error = {0};
    const hx_cached *build = &list->items[i];
    double age_s = difftime(now, build->used);
    bool remove = age_s >= o->older_s; /* false with NaN */
    bool removed = remove && hx_cache_remove(cache, build->key, &error);
    if (error.code != PVS_OK) {
      hx_error("%s", HX_FAIL_LINE(&error));
      *failed = true;
    } else if (remove && !removed) {
      hx_note("%s is kept: a comparison is using it", build->key);
    }
    *(removed ? &freed : &kept) += build->bytes;
    add_row(t, build, age_s, removed);
  }
  if (isnan(o->older_s))
    hx_table_note(t, "%.1f MB are kept.", kept / 1e6);
  else
    hx_table_note(t, "%.1f MB are kept and %.1f MB were freed.", kept / 1e6, freed / 1e6);
  if (hx_cache_limit(&limit, NULL) && isfinite(limit))
    hx_table_note(t,
                  "If builds take more than %s (PVTUNE_CACHE_LIMIT), a new build removes those "
                  "unused for longest.",
                  hx_goal_show_bytes(limit, (char[16]){""}, 16));
  return t;
}

static int run(const hx_context *cx, void *storage) {
  const clean_options *o = storage;
  char cache[PATH_MAX];
  pvs_error error = {0};
  hx_cache_list list = {0};
  double limit;
  if (!hx_cache_folder(cache, sizeof cache, &error) || !hx_cache_limit(&limit, &error) ||
      !hx_cache_read(cache, &list, &error))
    return hx_command_fail(&error, error.code == PVS_BAD_VALUE ? HX_EXIT_USAGE : HX_EXIT_FAILED);
  bool failed = false;
  hx_table *t = clean(o, cache, &list, &failed);
  int status = hx_command_print(cx, t);
  hx_cache_list_deinit(&list);
  return failed ? HX_EXIT_FAILED : status;
}

const hx_command hx_cmd_clean = {
    .name = "clean",
    .summary = "show and remove the builds that comparisons keep",
    .synopsis = "",
    .description =
        "compare, gate, record and history keep each build of a revision, so that it is made "
        "only once. Without options this command lists the builds; the one that was last "
        "used longest ago comes first. --older removes builds. A build that is missing is "
        "made again when it is needed.\n\n"
        "Scratch folders of runs that were killed are removed by the next measurement in the "
        "same place. Measurements in the results folder are never removed by pvtune.",
    .examples = "pvtune clean\n"
                "    what is kept, and how large it is\n"
                "pvtune clean --older 30d\n"
                "    remove what was not used for a month\n"
                "pvtune clean --older 0\n"
                "    remove everything\n",
    .options = options,
    .options_size = sizeof(clean_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
