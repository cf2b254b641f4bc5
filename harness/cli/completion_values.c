#include "cli/completion_values.h"

#include "base/text.h"
#include "cli/message.h"
#include "measure/session.h"
#include "measure/store_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints what the pattern finds, without `before` and `after` around the name. */
static void print_found(char *pattern, const char *before, const char *after) {
  glob_t found;
  if (pattern != NULL && glob(pattern, GLOB_TILDE, NULL, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) {
      const char *slash = strrchr(found.gl_pathv[i], '/');
      const char *name = (slash ? slash + 1 : found.gl_pathv[i]) + strlen(before);
      printf("%.*s\n", (int)(strlen(name) - strlen(after)), name);
    }
    globfree(&found);
  }
  free(pattern);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_workloads(const hx_context *cx) {
  hx_measure_session session;
  hx_store_rows sweeps = {.schema = &hx_recommendations_schema},
                verdicts = {.schema = &hx_verdicts_schema};
  bool ok = hx_measure_session_look_at(&session, cx->results_dir, NULL) &&
            hx_store_rows_read(session.folder, &hx_recommendations_schema, &sweeps, NULL) &&
            hx_store_rows_read(session.folder, &hx_verdicts_schema, &verdicts, NULL);
  const char **names = ok ? malloc((sweeps.n + verdicts.n + 1) * sizeof *names) : NULL;
  size_t n = 0;
  for (size_t i = 0; names && i < sweeps.n; i++)
    names[n++] = ((const hx_recommendation_row *)sweeps.rows)[i].workload;
  for (size_t i = 0; names && i < verdicts.n; i++)
    names[n++] = ((const hx_verdict_row *)verdicts.rows)[i].workload;
  if (n)
    qsort(names, n, sizeof *names, by_text);
  for (size_t i = 0; i < n; i++)
    if ((i == 0 || strcmp(names[i], names[i - 1]) != 0) && !strchr(names[i], '\n'))
      puts(names[i]);
  free(names);
  hx_store_rows_deinit(&sweeps);
  hx_store_rows_deinit(&verdicts);
  hx_measure_session_close(&session);
}

int hx_completion_print_values(const hx_context *cx) {
  const char *kind = cx->n_args > 1 ? cx->args[1] : "", *base = cx->n_args > 2 ? cx->args[2] : "",
             *project = cx->n_args > 3 ? cx->args[3] : "";
  if (strcmp(kind, "projects") == 0)
    print_found(hx_format("%s/studies/*", base), "", "");
  else if (strcmp(kind, "studies") == 0)
    print_found(hx_format("%s/studies/%s/inputs/study_*.csv", base, project), "study_", ".csv");
  else if (strcmp(kind, "workloads") == 0)
    print_workloads(cx);
  else
    return hx_error_exit(HX_EXIT_USAGE, "found '%s', expected projects, studies or workloads",
                         kind);
  return HX_EXIT_OK;
}
