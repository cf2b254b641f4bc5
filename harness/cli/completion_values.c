#include "cli/completion_values.h"

#include "base/text.h"
#include "cli/options.h"
#include "measure/session.h"
#include "measure/store_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word to be completed. */
typedef struct word {
  const char *text;
  size_t kept; /* characters that stay: "--pins=none," */
} word;

/* Prints `length` characters of a value that continues the word, and what it means ("": nothing). */
static void offer(const word *w, const char *value, size_t length, const char *meaning) {
  const char *typed = w->text + w->kept;
  if (strncmp(value, typed, strlen(typed)) == 0 && strlen(typed) <= length)
    printf("%.*s%.*s%s%s\n", (int)w->kept, w->text, (int)length, value, *meaning ? "\t" : "",
           meaning);
}

/* Offers what the pattern finds, without `before` and `after` around the name. */
static void offer_found(const word *w, char *pattern, const char *before, const char *after) {
  glob_t found;
  if (pattern != NULL && glob(pattern, GLOB_TILDE, NULL, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) {
      const char *slash = strrchr(found.gl_pathv[i], '/');
      const char *name = (slash ? slash + 1 : found.gl_pathv[i]) + strlen(before);
      offer(w, name, strlen(name) - strlen(after), "");
    }
    globfree(&found);
  }
  free(pattern);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void offer_workloads(const word *w, const hx_context *cx) {
  hx_measure_session session;
  hx_store_rows sweeps = {.schema = &hx_recommendations_schema},
                verdicts = {.schema = &hx_verdicts_schema};
  hx_store_set_teller(NULL); /* nobody reads it while typing */
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
      offer(w, names[i], strlen(names[i]), "");
  free(names);
  hx_store_rows_deinit(&sweeps);
  hx_store_rows_deinit(&verdicts);
  hx_measure_session_close(&session);
}

static void offer_commands(const word *w) {
  for (const hx_command *const *c = hx_commands; *c != NULL; c++)
    offer(w, (*c)->name, strlen((*c)->name), (*c)->summary);
}

/* "a|b|c", or a list "a,b,c", of which each is offered only once. */
static void offer_words(word w, const char *words) {
  bool is_list = strchr(words, '|') == NULL;
  if (is_list) {
    const char *comma = strrchr(w.text + w.kept, ',');
    w.kept = comma ? (size_t)(comma + 1 - w.text) : w.kept;
    puts("\tlist");
  }
  for (const char *at = words; *at; at += strspn(at, "|,")) {
    size_t length = strcspn(at, "|,");
    offer(&w, at, length, "");
    at += length;
  }
}

static void offer_options(const word *w, const hx_command *command) {
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++) {
      char name[80];
      int n = snprintf(name, sizeof name, "--%s", o->name);
      if (o->flags & HX_OPT_HIDDEN)
        continue;
      offer(w, name, (size_t)n, o->help);
      n = snprintf(name, sizeof name, "--no-%s", o->name);
      if (o->flags & HX_OPT_NEGATABLE)
        offer(w, name, (size_t)n, "");
    }
}

/* The option with a value that the word is, "--pins" or "-w"; NULL if it is none. */
static const hx_option *option_of(const hx_command *command, const char *text, size_t length) {
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(command, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++)
      if (hx_option_takes_value(o) && text[0] == '-' &&
          ((length == 2 && text[1] == o->short_name) ||
           (text[1] == '-' && strlen(o->name) == length - 2 &&
            memcmp(text + 2, o->name, length - 2) == 0)))
        return o;
  return NULL;
}

/* What an option such as "--base" has been given; "" if nothing. */
static const char *given(const hx_command *command, char *const *words, int n, const char *name) {
  for (int i = 1; i + 1 < n; i++) {
    const hx_option *o = option_of(command, words[i], strlen(words[i]));
    if (o != NULL && strcmp(o->name, name) == 0)
      return words[i + 1];
  }
  return "";
}

/* A hint such as "FILE", "DIR" or "[COMMAND]". False if it is none. */
static bool offer_hinted(const word *w, const char *hint) {
  if (strstr(hint, "COMMAND") != NULL)
    offer_commands(w);
  else if (strstr(hint, "FILE") != NULL)
    puts("\tfiles");
  else if (strstr(hint, "DIR") != NULL || strstr(hint, "FOLDER") != NULL)
    puts("\tfolders");
  else
    return false;
  return true;
}

static void offer_values(const hx_context *cx, const hx_command *command, const hx_option *o,
                         const word *w, char *const *words, int n) {
  const char *base = given(command, words, n, "base"),
             *project = given(command, words, n, "project");
  if (o->choices != NULL && strpbrk(o->choices, "|,") != NULL)
    offer_words(*w, o->choices);
  else if (o->metavar != NULL && strcmp(o->metavar, "W") == 0)
    offer_workloads(w, cx);
  else if (o->short_name == 'p' && strcmp(o->name, "project") == 0)
    offer_found(w, hx_format("%s/studies/*", base), "", "");
  else if (o->short_name == 's' && strcmp(o->name, "study") == 0)
    offer_found(w, hx_format("%s/studies/%s/inputs/study_*.csv", base, project), "study_", ".csv");
  else
    offer_hinted(w, o->choices ? o->choices : o->metavar ? o->metavar : "");
}

void hx_completion_print_values(const hx_context *cx, char *const *words, int n) {
  word w = {.text = n > 0 ? words[n - 1] : ""};
  const hx_command *command = n > 1 ? hx_command_find(words[0]) : NULL;
  const char *equals = strchr(w.text, '=');
  const hx_option *o = NULL;
  if (n <= 1 || strcmp(words[0], "help") == 0) {
    offer_commands(&w);
    if (n <= 1)
      offer_words(w, "help|--help|--version");
  }
  if (command == NULL)
    return;
  if (strncmp(w.text, "--", 2) == 0 && equals != NULL) {
    o = option_of(command, w.text, (size_t)(equals - w.text));
    w.kept = (size_t)(equals + 1 - w.text);
  } else if (n > 2) {
    o = option_of(command, words[n - 2], strlen(words[n - 2]));
  }
  if (o != NULL)
    offer_values(cx, command, o, &w, words, n);
  else if (w.text[0] == '-')
    offer_options(&w, command);
  else if (n == 2 && command->words != NULL)
    offer_words(w, command->words);
  else if (!offer_hinted(&w, command->synopsis))
    puts("\tfiles");
}
