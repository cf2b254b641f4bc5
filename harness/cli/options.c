#include "cli/options.h"
#include "cli/suggest.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct parser {
  const hx_option_set *sets;
  size_t n_sets;
  bool *given; /* one an option, over all sets in order: for HX_OPT_REQUIRED */
  int argc, at;
  char **argv;
  hx_parsed *parsed;
  char **error;
} parser;

/* An option found, with the struct its offset points into and its place in parser.given. */
typedef struct match {
  const hx_option *option;
  void *storage;
  size_t index;
} match;

static int fail(const parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(const parser *p, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(p->error, format, arguments) < 0)
    *p->error = NULL;
  va_end(arguments);
  return -1;
}

/* By long name (length bytes of it), or by short name where `name` is NULL. */
static match find(const parser *p, const char *name, size_t length, char short_name) {
  size_t index = 0;
  for (size_t s = 0; s < p->n_sets; s++)
    for (const hx_option *o = p->sets[s].options; o->name != NULL; o++, index++)
      if (name != NULL ? strncmp(o->name, name, length) == 0 && o->name[length] == '\0'
                       : o->short_name == short_name)
        return (match){o, p->sets[s].storage, index};
  return (match){0};
}

static int fail_unknown(const parser *p, const char *name, size_t length) {
  char *typed = strndup(name, length);
  if (typed == NULL)
    return -1;
  hx_suggestion near = hx_suggest_start(typed);
  for (size_t s = 0; s < p->n_sets; s++)
    for (const hx_option *o = p->sets[s].options; o->name != NULL; o++)
      if (!(o->flags & HX_OPT_HIDDEN))
        hx_suggest_offer(&near, o->name);
  if (near.best != NULL)
    fail(p, "unknown option '--%s'; did you mean '--%s'?", typed, near.best);
  else
    fail(p, "unknown option '--%s'", typed);
  free(typed);
  return -1;
}

/* The next argument as the value of `o`. One that looks like an option is taken for a forgotten
 * value, except a number. */
static const char *next_value(parser *p, const hx_option *o) {
  const char *next = p->at + 1 < p->argc ? p->argv[p->at + 1] : NULL;
  bool is_text = o->type == HX_OPT_STRING || o->type == HX_OPT_LIST || o->type == HX_OPT_CHOICE;
  if (next != NULL && !(next[0] == '-' && next[1] != '\0' && (is_text || next[1] == '-'))) {
    p->at++;
    return next;
  }
  const char *metavar = o->metavar != NULL ? o->metavar : "VALUE";
  if (next == NULL)
    fail(p, "--%s: found no value, expected --%s %s", o->name, o->name, metavar);
  else
    fail(p, "--%s: found '%s', expected --%s %s (or --%s=%s, if that is meant)", o->name, next,
         o->name, metavar, o->name, next);
  return NULL;
}

static int apply(parser *p, match m, const char *value) {
  p->given[m.index] = true;
  if (m.option->type == HX_OPT_FLAG && strcmp(m.option->name, "help") == 0)
    p->parsed->help = true;
  return hx_option_set_value(m.option, m.storage, value, p->error);
}

static int parse_long(parser *p, const char *text) {
  size_t length = strcspn(text, "=");
  const char *value = text[length] == '=' ? text + length + 1 : NULL;
  match m = find(p, text, length, 0);
  if (m.option == NULL && length > 3 && strncmp(text, "no-", 3) == 0) {
    m = find(p, text + 3, length - 3, 0);
    if (m.option != NULL && m.option->flags & HX_OPT_NEGATABLE && value == NULL) {
      *(bool *)((char *)m.storage + m.option->offset) = false;
      p->given[m.index] = true;
      return 0;
    }
    m.option = NULL;
  }
  if (m.option == NULL)
    return fail_unknown(p, text, length);
  if (!hx_option_takes_value(m.option)) {
    if (value != NULL)
      return fail(p, "--%s: found the value '%s', expected none", m.option->name, value);
  } else if (value == NULL && (value = next_value(p, m.option)) == NULL) {
    return -1;
  }
  return apply(p, m, value);
}

/* "-w4", "-w 4", "-qv", "-qw4". */
static int parse_short(parser *p, const char *letters) {
  for (; *letters != '\0'; letters++) {
    match m = find(p, NULL, 0, *letters);
    if (m.option == NULL)
      return fail(p, "unknown option '-%c'%s%s%s", *letters, letters[1] != '\0' ? " in '-" : "",
                  letters[1] != '\0' ? letters : "", letters[1] != '\0' ? "'" : "");
    if (!hx_option_takes_value(m.option)) {
      if (apply(p, m, NULL) != 0)
        return -1;
      continue;
    }
    const char *value = letters[1] != '\0' ? letters + 1 : next_value(p, m.option);
    return value == NULL ? -1 : apply(p, m, value);
  }
  return 0;
}

static int check_required(const parser *p) {
  size_t index = 0;
  for (size_t s = 0; s < p->n_sets; s++)
    for (const hx_option *o = p->sets[s].options; o->name != NULL; o++, index++)
      if (o->flags & HX_OPT_REQUIRED && !p->given[index])
        return fail(p, "--%s is missing, expected --%s %s", o->name, o->name,
                    o->metavar != NULL ? o->metavar : "");
  return 0;
}

static size_t count_options(const hx_option_set *sets, size_t n_sets) {
  size_t count = 0;
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name != NULL; o++)
      count++;
  return count;
}

int hx_options_parse(const hx_option_set *sets, size_t n_sets, bool rest_apart, int argc,
                     char **argv, hx_parsed *parsed, char **error) {
  *error = NULL;
  *parsed = (hx_parsed){.args = argv + 1, .rest = argv + argc};
  parser p = {
      .sets = sets, .n_sets = n_sets, .argc = argc, .argv = argv, .parsed = parsed, .error = error};
  p.given = calloc(count_options(sets, n_sets) + 1, sizeof *p.given);
  if (p.given == NULL)
    return -1;
  int status = 0;
  for (p.at = 1; p.at < argc && status == 0 && !parsed->help; p.at++) {
    char *text = argv[p.at];
    if (strcmp(text, "--") == 0) {
      if (rest_apart) {
        parsed->rest = argv + p.at + 1;
        parsed->n_rest = argc - p.at - 1;
      } else {
        for (int i = p.at + 1; i < argc; i++)
          parsed->args[parsed->n_args++] = argv[i];
      }
      break;
    }
    if (text[0] == '-' && text[1] == '-')
      status = parse_long(&p, text + 2);
    else if (text[0] == '-' && text[1] != '\0')
      status = parse_short(&p, text + 1);
    else
      parsed->args[parsed->n_args++] = text;
  }
  if (status == 0 && !parsed->help)
    status = check_required(&p);
  free(p.given);
  return status;
}

void hx_options_release(const hx_option_set *sets, size_t n_sets) {
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name != NULL; o++)
      if (o->type == HX_OPT_LIST) {
        hx_strings *list = (hx_strings *)(void *)((char *)sets[s].storage + o->offset);
        free(list->items);
        *list = (hx_strings){0};
      }
}
