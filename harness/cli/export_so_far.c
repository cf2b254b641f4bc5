#include "cli/export_so_far.h"

#include "base/grow.h"

#include "cli/table.h"
#include "decide/stats.h"
#include "measure/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The counted runs of one configuration, or of one side of a comparison. */
typedef struct group {
  char *workload, *config, *side;
  double *seconds;
  size_t runs;
  double most_kib;
} group;

typedef struct so_far {
  char *sweep; /* id of the last row's sweep or comparison; NULL: there is no row */
  group *groups;
  size_t n;
} so_far;

static bool set_text(char **text, const char *value) {
  if (*text && strcmp(*text, value) == 0)
    return true;
  free(*text);
  return (*text = strdup(value)) != NULL;
}

static bool note_sweep(void *ctx, const void *row) {
  so_far *all = ctx;
  return set_text(&all->sweep, ((const hx_run_row *)row)->sweep);
}

static group *group_of(so_far *all, const hx_run_row *row) {
  for (size_t i = 0; i < all->n; i++) {
    group *g = &all->groups[i];
    if (strcmp(g->workload, row->workload) == 0 && strcmp(g->config, row->config) == 0 &&
        strcmp(g->side, row->side) == 0)
      return g;
  }
  if (!hx_grow(&all->groups, all->n, sizeof *all->groups))
    return NULL;
  group *g = &all->groups[all->n++];
  *g = (group){0};
  return set_text(&g->workload, row->workload) && set_text(&g->config, row->config) &&
                 set_text(&g->side, row->side)
             ? g
             : NULL;
}

static bool add_run(void *ctx, const void *stored) {
  so_far *all = ctx;
  const hx_run_row *row = stored;
  if (row->counted != 1 || strcmp(row->sweep, all->sweep) != 0)
    return true;
  group *g = group_of(all, row);
  if (!g || !hx_grow(&g->seconds, g->runs, sizeof *g->seconds))
    return false;
  g->seconds[g->runs++] = row->seconds;
  g->most_kib = fmax(g->most_kib, (double)row->max_rss_kib);
  return true;
}

static void export_groups(const hx_context *cx, const so_far *all) {
  hx_table *t = hx_table_create("so_far", NULL);
  hx_table_columns(t, "workload=workload|config=config|side=side|#runs=runs|#median_s=median s|"
                      "#max_rss_mb=peak MB");
  hx_table_measurement(t, all->sweep);
  for (size_t i = 0; i < all->n; i++) {
    const group *g = &all->groups[i];
    hx_table_line(t, HX_T(g->workload), HX_T(g->config), HX_T(g->side), HX_N(g->runs, 0),
                  HX_N(hx_stats_median(g->seconds, g->runs), 4), HX_N(1024e-6 * g->most_kib, 1));
  }
  hx_command_export(cx, &t, 1);
  hx_table_destroy(t);
}

void hx_export_so_far(const hx_context *cx, const char *folder) {
  so_far all = {0};
  bool asked = cx->exports[HX_TABLE_FILE_JSON] || cx->exports[HX_TABLE_FILE_CSV] ||
               cx->exports[HX_TABLE_FILE_MARKDOWN];
  if (asked && hx_store_rows_each(folder, &hx_runs_schema, note_sweep, &all, NULL) && all.sweep &&
      hx_store_rows_each(folder, &hx_runs_schema, add_run, &all, NULL))
    export_groups(cx, &all);
  for (size_t i = 0; i < all.n; i++) {
    free(all.groups[i].workload);
    free(all.groups[i].config);
    free(all.groups[i].side);
    free(all.groups[i].seconds);
  }
  free(all.groups);
  free(all.sweep);
}
