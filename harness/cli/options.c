#include "cli/options.h"

#include "base/fail.h"
#include "cli/suggest.h"

#include <stdlib.h>
#include <string.h>

typedef struct parser {
  const hx_option_set *sets;
  size_t n_sets;
  bool *given; /* one an option, over all sets in order: for HX_OPT_REQUIRED */
  int argc, at;
  char **argv;
  hx_parsed *parsed;
  pvs_error *error;
} parser;

/* An option found, with the struct its offset points into and its place in parser.given. */
typedef struct match {
  const hx_option *option;
  void *storage;
  size_t index;
} match;

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

static bool fail_unknown(const parser *p, const char *name, size_t length) {
  char *typed = strndup(name, length);
  if (typed == NULL)
    return hx_fail_memory(p->error);
  hx_suggestion near = hx_suggest_start(typed);
  for (size_t s = 0; s < p->n_sets; s++)
    for (const hx_option *o = p->sets[s].options; o->name != NULL; o++)
      if (!(o->flags & HX_OPT_HIDDEN))
        hx_suggest_offer(&near, o->name);
  if (near.best != NULL)
    hx_fail(p->error, PVS_BAD_VALUE, "unknown option '--%s'; did you mean '--%s'?", typed,
            near.best);
  else
    hx_fail(p->error, PVS_BAD_VALUE, "unknown option '--%s'", typed);
  free(typed);
  return false;
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
    hx_fail(p->error, PVS_BAD_VALUE, "--%s: found no value, expected --%s %s", o->name, o->name,
            metavar);
  else
    hx_fail(p->error, PVS_BAD_VALUE,
            "--%s: found '%s', expected --%s %s (or --%s=%s, if that is meant)", o->name, next,
            o->name, metavar, o->name, next);
  return NULL;
}

static bool apply(parser *p, match m, const char *value) {
  p->given[m.index] = true;
  if (m.option->type == HX_OPT_FLAG && strcmp(m.option->name, "help") == 0)
    p->parsed->help = true;
  return hx_option_set_value(m.option, m.storage, value, p->error);
}

static bool parse_long(parser *p, const char *text) {
  size_t length = strcspn(text, "=");
  const char *value = text[length] == '=' ? text + length + 1 : NULL;
  match m = find(p, text, length, 0);
  if (m.option == NULL && length > 3 && strncmp(text, "no-", 3) == 0) {
    m = find(p, text + 3, length - 3, 0);
    if (m.option != NULL && m.option->flags & HX_OPT_NEGATABLE && value == NULL) {
      *(bool *)((char *)m.storage + m.option->offset) = false;
      p->given[m.index] = true;
      return true;
    }
    m.option = NULL;
  }
  if (m.option == NULL)
    return fail_unknown(p, text, length);
  if (!hx_option_takes_value(m.option)) {
    if (value != NULL)
      return hx_fail(p->error, PVS_BAD_VALUE, "--%s: found the value '%s', expected none",
                     m.option->name, value);
  } else if (value == NULL && (value = next_value(p, m.option)) == NULL) {
    return false;
  }
  return apply(p, m, value);
}

/* "-w4", "-w 4", "-qv", "-qw4". */
static bool parse_short(parser *p, const char *letters) {
  for (; *letters != '\0'; letters++) {
    match m = find(p, NULL, 0, *letters);
    if (m.option == NULL)
      return hx_fail(p->error, PVS_BAD_VALUE, "unknown option '-%c'%s%s%s", *letters,
                     letters[1] != '\0' ? " in '-" : "", letters[1] != '\0' ? letters : "",
                     letters[1] != '\0' ? "'" : "");
    if (!hx_option_takes_value(m.option)) {
      if (!apply(p, m, NULL))
        return false;
      continue;
    }
    const char *value = letters[1] != '\0' ? letters + 1 : next_value(p, m.option);
    return value != NULL && apply(p, m, value);
  }
  return true;
}

/* By whatever name: a hidden option may set the same member. `first`: the index of its set's first. */
static bool was_given(const parser *p, const hx_option *options, size_t first, const hx_option *o) {
  for (size_t i = 0; options[i].name != NULL; i++)
    if (options[i].offset == o->offset && p->given[first + i])
      return true;
  return false;
}

static bool check_required(const parser *p) {
  size_t first = 0, n = 0;
  for (size_t s = 0; s < p->n_sets; s++, first += n)
    for (n = 0; p->sets[s].options[n].name != NULL; n++) {
      const hx_option *o = &p->sets[s].options[n];
      if (o->flags & HX_OPT_REQUIRED && !was_given(p, p->sets[s].options, first, o))
        return hx_fail(p->error, PVS_BAD_VALUE, "--%s is missing, expected --%s %s", o->name,
                       o->name, o->metavar != NULL ? o->metavar : "");
    }
  return true;
}

static bool is_given(const parser *p, const char *name, size_t length) {
  size_t first = 0, n = 0;
  for (size_t s = 0; s < p->n_sets; s++, first += n)
    for (n = 0; p->sets[s].options[n].name != NULL; n++) {
      const hx_option *o = &p->sets[s].options[n];
      if (strncmp(o->name, name, length) == 0 && o->name[length] == '\0')
        return was_given(p, p->sets[s].options, first, o);
    }
  return false;
}

/* What would have no effect is refused, and not passed over. */
static bool check_use(const parser *p, const hx_option *o, const void *storage) {
  const bool negatable = o->flags & HX_OPT_NEGATABLE;
  const bool set = negatable && *(const bool *)((const char *)storage + o->offset);
  const char *no = negatable && !set ? "no-" : "", *idle = set ? NULL : o->excludes, *other;
  size_t length = 0;
  if (o->needs != NULL && !is_given(p, o->needs, strlen(o->needs)))
    return hx_fail(p->error, PVS_BAD_VALUE, "--%s%s has no effect without --%s", no, o->name,
                   o->needs);
  for (size_t i = 0; idle != NULL && (other = hx_choice_at(idle, i, &length)) != NULL; i++)
    if (is_given(p, other, length))
      return hx_fail(p->error, PVS_BAD_VALUE, "--%.*s has no effect with --%s%s: omit one of them",
                     (int)length, other, no, o->name);
  return true;
}

static bool check_uses(const parser *p) {
  size_t first = 0, n = 0;
  for (size_t s = 0; s < p->n_sets; s++, first += n)
    for (n = 0; p->sets[s].options[n].name != NULL; n++) {
      const hx_option *o = &p->sets[s].options[n];
      if (was_given(p, p->sets[s].options, first, o) && !check_use(p, o, p->sets[s].storage))
        return false;
    }
  return true;
}

static size_t count_options(const hx_option_set *sets, size_t n_sets) {
  size_t count = 0;
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name != NULL; o++)
      count++;
  return count;
}

bool hx_options_parse(const hx_option_set *sets, size_t n_sets, bool rest_apart, int argc,
                      char **argv, hx_parsed *parsed, pvs_error *error) {
  *parsed = (hx_parsed){.args = argv + 1, .rest = argv + argc};
  parser p = {
      .sets = sets, .n_sets = n_sets, .argc = argc, .argv = argv, .parsed = parsed, .error = error};
  p.given = calloc(count_options(sets, n_sets) + 1, sizeof *p.given);
  bool ok = p.given != NULL || hx_fail_memory(error);
  for (p.at = 1; p.at < argc && ok && !parsed->help; p.at++) {
    char *text = argv[p.at];
    if (strcmp(text, "--") == 0) {
      if (rest_apart) {
        parsed->rest = argv + p.at + 1;
        parsed->n_rest = argc - p.at - 1;
        if (parsed->n_rest == 0)
          ok = hx_fail(error, PVS_BAD_VALUE, "nothing found behind --, expected PROGRAM ARG...");
        else if (parsed->rest[0][0] == '\0')
          ok = hx_fail(error, PVS_BAD_VALUE,
                       "found an empty text behind --, expected PROGRAM ARG...");
      } else {
        for (int i = p.at + 1; i < argc; i++)
          parsed->args[parsed->n_args++] = argv[i];
      }
      break;
    }
    if (text[0] == '-' && text[1] == '-')
      ok = parse_long(&p, text + 2);
    else if (text[0] == '-' && text[1] != '\0')
      ok = parse_short(&p, text + 1);
    else
      parsed->args[parsed->n_args++] = text;
  }
  ok = ok && (parsed->help || (check_required(&p) && check_uses(&p)));
  free(p.given);
  return ok;
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
