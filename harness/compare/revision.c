#include "compare/revision.h"

#include "base/fail.h"

#include "measure/shell_reading.h"
#include "measure/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail_foreign(const char *folder, pvs_error *error) {
  hx_text word = {0};
  hx_shell_quote_path(&word, folder);
  hx_fail(error, PVS_IO,
          "the git repository at %s belongs to another user, and git reads it only after: git "
          "config --global --add safe.directory \"$(realpath %s)\"",
          folder, word.at ? word.at : ".");
  hx_text_deinit(&word);
}

bool hx_repository_open(const char *folder, hx_repository *repository, pvs_error *error) {
  static const char *const hooks[] = {
      "GIT_DIR",        "GIT_WORK_TREE",        "GIT_INDEX_FILE",
      "GIT_PREFIX",     "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_COMMON_DIR", "GIT_NAMESPACE",        "GIT_SHALLOW_FILE",
      "GIT_GRAFT_FILE", "GIT_QUARANTINE_PATH"};
  char *argv[] = {"git", "rev-parse", "--show-toplevel", NULL};
  for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
    unsetenv(hooks[i]);
  pvs_error why = {0};
  char *top = hx_tool_read(argv, folder, &why);
  bool ok = top && top[0] && strlen(top) < sizeof repository->top;
  if (ok)
    strcpy(repository->top, top);
  else if (strstr(why.message, "safe.directory")) /* of what git says, the last line is there */
    fail_foreign(folder ? folder : ".", error);
  else
    hx_fail(error, PVS_IO, "there is no git repository at %s: %s", folder ? folder : ".",
            why.code ? why.message : "not in a worktree");
  free(top);
  return ok;
}

static bool is_shallow(const hx_repository *repository) {
  char *argv[] = {"git", "rev-parse", "--is-shallow-repository", NULL};
  char *answer = hx_tool_read(argv, repository->top, NULL);
  bool shallow = answer && strcmp(answer, "true") == 0;
  free(answer);
  return shallow;
}

bool hx_repository_resolve(const hx_repository *repository, const char *revision,
                           char commit[HX_COMMIT_TEXT], pvs_error *error) {
  char *name = NULL;
  char *answer = NULL;
  /* A leading dash would be an option of git. */
  if (revision[0] != '-' && asprintf(&name, "%s^{commit}", revision) >= 0) {
    char *argv[] = {"git", "rev-parse", "--verify", "--quiet", name, NULL};
    answer = hx_tool_read(argv, repository->top, NULL);
  }
  free(name);
  /* For ^HEAD the answer is no commit, but what to leave out. */
  size_t length = answer ? strspn(answer, "0123456789abcdef") : 0;
  bool ok = length >= HX_COMMIT_SHORT && length < HX_COMMIT_TEXT && !answer[length];
  if (ok)
    strcpy(commit, answer);
  else
    hx_fail(error, PVS_IO, "%s names no commit of %s%s", revision, repository->top,
            is_shallow(repository)
                ? " (a shallow clone: fetch its history, such as with fetch-depth: 0)"
                : "");
  free(answer);
  return ok;
}

bool hx_repository_is_dirty(const hx_repository *repository) {
  char *argv[] = {"git",         "--no-optional-locks",  "status",
                  "--porcelain", "--untracked-files=no", NULL};
  char *answer = hx_tool_read(argv, repository->top, NULL);
  bool dirty = answer && answer[0];
  free(answer);
  return dirty;
}

/* ---- lists ---- */

/* "ID\tWHEN\tSUBJECT" */
static bool take_commit(char *line, hx_commit *out) {
  char *when = strchr(line, '\t');
  char *subject = when ? strchr(when + 1, '\t') : NULL;
  if (!subject)
    return false;
  *when = *subject = 0;
  if (strlen(line) >= sizeof out->id)
    return false;
  strcpy(out->id, line);
  snprintf(out->when, sizeof out->when, "%s", when + 1);
  snprintf(out->subject, sizeof out->subject, "%s", subject + 1);
  return true;
}

static bool take_commits(char *text, hx_commits *out) {
  size_t lines = 1;
  for (const char *c = text; *c; c++)
    lines += *c == '\n';
  *out = (hx_commits){.items = calloc(lines, sizeof *out->items)};
  if (!out->items)
    return false;
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
    out->n += take_commit(line, &out->items[out->n]);
  return true;
}

bool hx_repository_contains(const hx_repository *repository, const char *last, const char *first) {
  char *argv[] = {"git", "merge-base", "--is-ancestor", strdupa(first), strdupa(last), NULL};
  char *answer = hx_tool_read(argv, repository->top, NULL);
  bool is = answer != NULL;
  free(answer);
  return is;
}

bool hx_repository_list(const hx_repository *repository, const char *first, const char *last,
                        size_t most, hx_commits *out, pvs_error *error) {
  *out = (hx_commits){0};
  char range[2 * HX_COMMIT_TEXT + 4], count[32] = "--max-count=-1";
  if (first && !hx_repository_contains(repository, last, first))
    return hx_fail(error, PVS_IO, "%.*s is not an ancestor of %.*s", HX_COMMIT_SHORT, first,
                   HX_COMMIT_SHORT, last);
  if (first)
    snprintf(range, sizeof range, "%s..%s", first, last);
  else
    snprintf(range, sizeof range, "%s", last);
  if (!first)
    snprintf(count, sizeof count, "--max-count=%zu", most);
  /* The first itself is not part of a range, so it is listed on its own. */
  char alone[HX_COMMIT_TEXT] = "";
  char format[] = "--format=%H%x09%cI%x09%s";
  char *range_argv[] = {"git", "log", "--first-parent", "--reverse", format, count, range, NULL};
  char *first_argv[] = {"git", "log", "--no-walk", format, alone, NULL};
  snprintf(alone, sizeof alone, "%s", first ? first : last);
  char *head = first ? hx_tool_read(first_argv, repository->top, error) : strdup("");
  char *tail = head ? hx_tool_read(range_argv, repository->top, error) : NULL;
  char *text = NULL;
  bool ok = head && tail && asprintf(&text, "%s\n%s", head, tail) >= 0 && take_commits(text, out);
  if (!ok && head && tail)
    hx_fail_memory(error);
  free(head);
  free(tail);
  free(text);
  return ok;
}

void hx_commits_deinit(hx_commits *commits) {
  free(commits->items);
  *commits = (hx_commits){0};
}
