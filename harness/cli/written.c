#include "cli/written.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/paths.h"
#include "cli/table.h"
#include "compare/series.h"
#include "exec/outdir.h"
#include "measure/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what pvtune reads and keeps ---- */

static bool is_file(const char *folder, const char *name) {
  char path[PATH_MAX];
  struct stat status;
  return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
         stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* `inside`: where a file lies below the folder, such as "reference/tariff_lookup.csv". */
static bool is_input(const char *folder, const char *inside) {
  static const char *const inputs[] = {"load_profiles/", "pv_profiles/", "reference/"};
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
    if (strncmp(inside, inputs[i], strlen(inputs[i])) == 0)
      return hx_files_has_folder(folder, "studies") && hx_files_has_folder(folder, "reference");
  const char *project = strncmp(inside, "studies/", 8) == 0 ? inside + 8 : "";
  const char *below = strchr(project, '/');
  return below && strncmp(below, "/inputs/", 8) == 0 && hx_files_has_folder(folder, "reference");
}

static bool is_of_store(const char *name) {
  const char *const names[] = {hx_runs_schema.file,
                               hx_sweeps_schema.file,
                               hx_standings_schema.file,
                               hx_recommendations_schema.file,
                               hx_verdicts_schema.file,
                               hx_environments_schema.file,
                               hx_accepted_schema.file,
                               hx_references_schema.file,
                               "machine.xml"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

/* As it is given, from the root; links stay. False: it is too long, or not known. */
static bool make_absolute(const char *path, char full[PATH_MAX]) {
  if (path[0] == '/')
    return snprintf(full, PATH_MAX, "%s", path) < PATH_MAX;
  size_t length = getcwd(full, PATH_MAX) ? strlen(full) : PATH_MAX;
  return length < PATH_MAX &&
         snprintf(full + length, PATH_MAX - length, "/%s", path) < (int)(PATH_MAX - length);
}

/* What the file is by the folders above it, and the one that makes it so in `place`, which is the file at
 * first; NULL: none of these. */
static const char *owner_above(char place[PATH_MAX]) {
  char full[PATH_MAX];
  strcpy(full, place);
  for (char *slash; (slash = strrchr(place, '/')) != NULL && slash != place;) {
    *slash = '\0';
    if (is_file(place, HX_OUTDIR_MARKER))
      return "found a place among the outputs";
    if (is_input(place, full + strlen(place) + 1))
      return "found an input of the base folder";
  }
  return NULL;
}

/* The same, and the store. Inputs and the folders that hold them may be links. */
static const char *owner_of(const char *path, const char *results, char place[PATH_MAX]) {
  if (!hx_path_resolve(path, place))
    return NULL;
  if (is_of_store(strrchr(place, '/') + 1) && hx_path_is_in(place, results)) {
    snprintf(place, PATH_MAX, "%s", results);
    return "found a file of the store";
  }
  const char *owner = owner_above(place);
  char given[PATH_MAX];
  if (!owner && make_absolute(path, given) && (owner = owner_above(given)) != NULL)
    return hx_path_resolve(given, place) ? owner : NULL;
  return owner;
}

/* ---- what else the command is given ---- */

static bool is_path(const hx_option *o) {
  static const char *const words[] = {"FILE", "DIR", "PATH"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (o->metavar && strcmp(o->metavar, words[i]) == 0)
      return true;
  return false;
}

static hx_strings values_of(const hx_option_set *set, const hx_option *o, const char **one) {
  const char *member = (const char *)set->storage + o->offset;
  if (!is_path(o) || (o->type != HX_OPT_STRING && o->type != HX_OPT_LIST))
    return (hx_strings){0};
  if (o->type == HX_OPT_LIST)
    return *(const hx_strings *)(const void *)member;
  *one = *(const char *const *)(const void *)member;
  return (hx_strings){one, *one != NULL};
}

typedef struct written {
  const hx_option *option;
  const char *path;
} written;

static bool refuse_same(const written *w, const char *dashes, const char *other, pvs_error *error) {
  return hx_fail(error, PVS_BAD_VALUE, "--%s %s: the same file is given to %s%s, expected another",
                 w->option->name, w->path, dashes, other);
}

static bool refuse_inside(const written *w, const char *folder, pvs_error *error) {
  return hx_fail(error, PVS_BAD_VALUE,
                 "--%s %s: this file lies in %s, which is read, expected another", w->option->name,
                 w->path, folder);
}

static bool is_inside(const char *path, const char *folder) {
  return hx_files_is_folder(folder) && hx_path_is_in(path, folder);
}

/* Two that are written are told once, by the second. */
static bool check_options(const hx_option_set *sets, size_t n_sets, const written *w,
                          pvs_error *error) {
  bool behind = false;
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name; o++) {
      const char *one;
      behind |= o == w->option;
      hx_strings values = values_of(&sets[s], o, &one);
      if (o == w->option || (behind && o->flags & HX_OPT_WRITES))
        continue;
      for (size_t i = 0; i < values.count; i++) {
        if (hx_path_is_same(values.items[i], w->path))
          return refuse_same(w, "--", o->name, error);
        if (o->flags & HX_OPT_READS && is_inside(w->path, values.items[i]))
          return refuse_inside(w, values.items[i], error);
      }
    }
  return true;
}

static bool check_one(const hx_option_set *sets, size_t n_sets, const hx_context *cx,
                      bool reads_args, const written *w, pvs_error *error) {
  char place[PATH_MAX];
  if (strcmp(w->path, "-") == 0)
    return true;
  if (!check_options(sets, n_sets, w, error))
    return false;
  if (!hx_table_file_is_replaced(w->path))
    return true;
  for (int i = 0; i < cx->n_args; i++) {
    if (hx_path_is_same(cx->args[i], w->path) && access(w->path, F_OK) == 0)
      return refuse_same(w, "", cx->args[i], error);
    if (reads_args && is_inside(w->path, cx->args[i]))
      return refuse_inside(w, cx->args[i], error);
  }
  const char *owner = owner_of(w->path, cx->results_dir, place);
  return !owner || hx_fail(error, PVS_BAD_VALUE, "--%s %s: %s %s, expected another file",
                           w->option->name, w->path, owner, place);
}

bool hx_written_check(const hx_option_set *sets, size_t n_sets, const hx_context *cx,
                      bool reads_args, pvs_error *error) {
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name; o++) {
      const char *one;
      hx_strings values = o->flags & HX_OPT_WRITES ? values_of(&sets[s], o, &one) : (hx_strings){0};
      if (values.count &&
          !check_one(sets, n_sets, cx, reads_args, &(written){o, values.items[0]}, error))
        return false;
    }
  return true;
}
