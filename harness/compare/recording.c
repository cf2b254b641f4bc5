#include "compare/recording.h"

#include "base/fail.h"

#include <stdlib.h>
#include <string.h>

static bool append(hx_commits *all, const hx_commit *items, size_t n, pvs_error *error) {
  hx_commit *grown = realloc(all->items, (all->n + n + 1) * sizeof *grown);
  if (!grown)
    return hx_fail_memory(error);
  all->items = grown;
  if (n)
    memcpy(all->items + all->n, items, n * sizeof *items);
  all->n += n;
  return true;
}

static bool add_argument(const hx_repository *repository, const char *argument, hx_commits *all,
                         pvs_error *error) {
  char first[HX_COMMIT_TEXT], last[HX_COMMIT_TEXT];
  const char *dots = strstr(argument, "..");
  hx_commits found;
  bool ok;
  if (dots) {
    char *name = strndup(argument, (size_t)(dots - argument));
    ok = name && hx_repository_resolve(repository, name, first, error) &&
         hx_repository_resolve(repository, dots[2] ? dots + 2 : "HEAD", last, error) &&
         hx_repository_list(repository, first, last, 0, &found, error);
    free(name);
  } else {
    ok = hx_repository_resolve(repository, argument, last, error) &&
         hx_repository_list(repository, NULL, last, 1, &found, error);
  }
  if (!ok)
    return false;
  size_t skip = dots && found.n ? 1 : 0;
  ok = append(all, found.items + skip, found.n - skip, error);
  hx_commits_deinit(&found);
  return ok;
}

bool hx_recording_commits(const hx_repository *repository, char *const *arguments, int n,
                          hx_commits *out, pvs_error *error) {
  *out = (hx_commits){0};
  if (!n)
    return add_argument(repository, "HEAD", out, error);
  for (int i = 0; i < n; i++)
    if (!add_argument(repository, arguments[i], out, error))
      return false;
  return true;
}

bool hx_recording_is_known(const hx_comparison *c, const hx_store_rows *verdicts,
                           const hx_commit *commit) {
  const hx_verdict_row *row = verdicts->rows;
  char config[HX_CONFIG_TEXT];
  hx_config_format(&c->config[1], config, sizeof config);
  for (size_t w = 0; w < c->n; w++) {
    bool found = false;
    for (size_t i = 0; i < verdicts->n && !found; i++)
      found = strcmp(row[i].command, "record") == 0 &&
              strncmp(row[i].b_revision, commit->id, HX_COMMIT_SHORT) == 0 &&
              strcmp(row[i].a_revision, c->ready[0].revision) == 0 &&
              strcmp(row[i].a_binary, c->ready[0].binary) == 0 &&
              strcmp(row[i].workload, c->options.workloads[w].key) == 0 &&
              strcmp(row[i].build, c->options.build ? c->options.build : "") == 0 &&
              strcmp(row[i].around, c->around.at ? c->around.at : "") == 0 &&
              hx_config_same(row[i].b_config, config) &&
              strcmp(row[i].allocation, c->session->context.allocation) == 0;
    if (!found)
      return false;
  }
  return true;
}
