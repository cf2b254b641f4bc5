#include "tune/fleet.h"

#include "base/fail.h"
#include "base/grow.h"
#include "decide/stats.h"
#include "tune/recommend.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One machine's part of the store. */
typedef struct store {
  char *machine;
  hx_recommendations best;
  hx_store_rows runs;
} store;

typedef struct stores {
  store *items;
  size_t n;
} stores;

/* ---- reading ------------------------------------------------------------------------------- */

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_store(store *s, const char *results, const char *machine, pvs_error *error) {
  char folder[PATH_MAX];
  s->runs.schema = &hx_runs_schema;
  s->machine = strdup(machine);
  if (!s->machine)
    return hx_fail_memory(error);
  if (snprintf(folder, sizeof folder, "%s/%s", results, machine) >= (int)sizeof folder)
    return hx_fail_errno(error, ENAMETOOLONG, results, "cannot be read");
  if (!hx_recommendations_read(folder, machine, &s->best, error))
    return false;
  char why[640];
  for (size_t i = 0; i < s->best.n_refused; i++)
    hx_store_tell("%s: %s: %s", machine, s->best.refused[i].workload,
                  hx_recommendation_why_refused(&s->best.refused[i], machine, why, sizeof why));
  return hx_store_rows_read(folder, &hx_runs_schema, &s->runs, error);
}

static bool read_stores(stores *all, const char *results, pvs_error *error) {
  struct dirent **entries;
  int n = scandir(results, &entries, NULL, by_name);
  if (n < 0)
    return hx_fail_errno(error, errno, results, "cannot be read");
  all->items = calloc((size_t)n + 1, sizeof *all->items);
  bool ok = all->items || hx_fail_memory(error);
  for (int i = 0; i < n; i++) {
    if (ok && entries[i]->d_name[0] != '.' && entries[i]->d_type != DT_REG)
      ok = read_store(&all->items[all->n++], results, entries[i]->d_name, error);
    free(entries[i]);
  }
  free(entries);
  return ok;
}

static void stores_deinit(stores *all) {
  for (size_t i = 0; i < all->n; i++) {
    free(all->items[i].machine);
    hx_recommendations_deinit(&all->items[i].best);
    hx_store_rows_deinit(&all->items[i].runs);
  }
  free(all->items);
}

/* ---- the workload -------------------------------------------------------------------------- */

static bool is_for(const hx_recommendation_row *row, const char *workload) {
  return strcmp(row->scope, "single") == 0 && strcmp(row->workload, workload) == 0;
}

static size_t machines_with(const stores *all, const char *workload) {
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++)
    for (size_t k = 0; k < all->items[i].best.n; k++)
      if (is_for(&all->items[i].best.rows[k], workload)) {
        n++;
        break;
      }
  return n;
}

static const char *most_tuned(const stores *all) {
  const char *found = NULL;
  size_t most = 0;
  for (size_t i = 0; i < all->n; i++)
    for (size_t k = 0; k < all->items[i].best.n; k++) {
      const hx_recommendation_row *row = &all->items[i].best.rows[k];
      size_t n = strcmp(row->scope, "single") == 0 ? machines_with(all, row->workload) : 0;
      if (n > most || (n > 0 && n == most && strcmp(row->workload, found) < 0)) {
        most = n;
        found = row->workload;
      }
    }
  return found;
}

/* ---- what serves all ----------------------------------------------------------------------- */

/* Median of the runs that count; NaN: none. */
static double seconds_of(const store *s, const hx_fleet *fleet, const hx_fleet_machine *m,
                         const char *config) {
  const hx_run_row *run = s->runs.rows;
  double *times = calloc(s->runs.n + 1, sizeof *times), median = NAN;
  size_t n = 0;
  for (size_t i = 0; times && i < s->runs.n; i++)
    if (run[i].counted == 1 && strcmp(run[i].workload, fleet->workload) == 0 &&
        strcmp(run[i].allocation, m->allocation) == 0 && hx_config_same(run[i].config, config))
      times[n++] = run[i].seconds;
  if (n > 0)
    median = hx_stats_median(times, n);
  free(times);
  return median;
}

static const store *store_of(const stores *all, const hx_fleet_machine *m) {
  for (size_t i = 0; i < all->n; i++)
    if (strcmp(all->items[i].machine, m->machine) == 0)
      return &all->items[i];
  return NULL;
}

/* Losses of a configuration against each machine's own optimum, and the largest of them; NaN when a
 * machine has not measured it. */
static double losses(const hx_fleet *fleet, const stores *all, const char *config, double *loss) {
  double worst = 0;
  for (size_t i = 0; i < fleet->n; i++) {
    const hx_fleet_machine *m = &fleet->machines[i];
    const store *s = store_of(all, m);
    double best = seconds_of(s, fleet, m, m->config);
    loss[i] = seconds_of(s, fleet, m, config) / best - 1;
    worst = isnan(loss[i]) || loss[i] > worst ? loss[i] : worst;
    if (isnan(worst))
      return worst;
  }
  return worst;
}

/* Every configuration that some machine has measured. */
static bool find_serving_all(hx_fleet *fleet, const stores *all, pvs_error *error) {
  double *loss = calloc(fleet->n, sizeof *loss);
  const store *first = store_of(all, &fleet->machines[0]);
  const hx_run_row *run = first->runs.rows;
  if (!loss)
    return hx_fail_memory(error);
  fleet->worst_loss = NAN;
  for (size_t i = 0; i < first->runs.n; i++) {
    bool seen = strcmp(run[i].workload, fleet->workload) != 0 || run[i].counted != 1;
    for (size_t k = 0; k < i && !seen; k++)
      seen = run[k].counted == 1 && strcmp(run[k].workload, fleet->workload) == 0 &&
             hx_config_same(run[k].config, run[i].config);
    if (seen)
      continue;
    double worst = losses(fleet, all, run[i].config, loss);
    fleet->candidates += isnan(worst) ? 0 : 1;
    if (isnan(worst) || worst >= fleet->worst_loss)
      continue;
    fleet->worst_loss = worst;
    snprintf(fleet->serves_all, sizeof fleet->serves_all, "%s", run[i].config);
    for (size_t m = 0; m < fleet->n; m++)
      fleet->machines[m].loss = loss[m];
  }
  free(loss);
  return true;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static bool add_machine(hx_fleet *fleet, const store *s, const hx_recommendation_row *row,
                        pvs_error *error) {
  if (!hx_grow(&fleet->machines, fleet->n, sizeof *fleet->machines))
    return hx_fail_memory(error);
  hx_fleet_machine *m = &fleet->machines[fleet->n++];
  *m =
      (hx_fleet_machine){.seconds = row->seconds,
                         .speedup = row->objective[0] ? row->serial_s / row->seconds : row->speedup,
                         .loss = NAN};
  snprintf(m->machine, sizeof m->machine, "%s", s->machine);
  snprintf(m->allocation, sizeof m->allocation, "%s", row->allocation);
  snprintf(m->tuned, sizeof m->tuned, "%.10s", row->made_utc);
  snprintf(m->config, sizeof m->config, "%s", row->config);
  return true;
}

/* Names that do not fit end in an ellipsis. */
static void add_unknown(hx_fleet *fleet, const store *s) {
  size_t used = strlen(fleet->unknown), room = sizeof fleet->unknown - used;
  const char *before = fleet->n_unknown++ ? ", " : "";
  if (strlen(before) + strlen(s->machine) + sizeof ", ..." <= room)
    snprintf(fleet->unknown + used, room, "%s%s", before, s->machine);
  else if (used < 3 || strcmp(fleet->unknown + used - 3, "...") != 0)
    snprintf(fleet->unknown + used, room, ", ...");
}

static bool fill(hx_fleet *fleet, const stores *all, const char *results, const char *workload,
                 pvs_error *error) {
  const char *chosen = workload ? workload : most_tuned(all);
  if (!chosen || machines_with(all, chosen) == 0)
    return hx_fail_at(error, PVS_EMPTY, results, 0, NULL, "no machine here has been tuned%s%s",
                      workload ? " for " : "", workload ? workload : "; run pvtune tune");
  fleet->workload = strdup(chosen);
  if (!fleet->workload)
    return hx_fail_memory(error);
  for (size_t i = 0; i < all->n; i++) {
    const size_t before = fleet->n;
    for (size_t k = 0; k < all->items[i].best.n; k++)
      if (is_for(&all->items[i].best.rows[k], chosen) &&
          !add_machine(fleet, &all->items[i], &all->items[i].best.rows[k], error))
        return false;
    if (fleet->n == before)
      add_unknown(fleet, &all->items[i]);
  }
  return find_serving_all(fleet, all, error);
}

bool hx_fleet_read(hx_fleet *fleet, const char *results, const char *workload, pvs_error *error) {
  stores all = {0};
  *fleet = (hx_fleet){.worst_loss = NAN};
  bool ok = read_stores(&all, results, error) && fill(fleet, &all, results, workload, error);
  stores_deinit(&all);
  return ok;
}

void hx_fleet_deinit(hx_fleet *fleet) {
  free(fleet->workload);
  free(fleet->machines);
  *fleet = (hx_fleet){0};
}
