#include "cli/options.h"

#include "base/fail.h"
#include "cli/suggest.h"

#include <stdlib.h>
#include <string.h>

/* An option, with the struct its offset points into. */
typedef struct entry {
  const hx_option *option;
  void *storage;
  bool given;
} entry;

typedef struct parser {
  entry *entries; /* of all sets in order, up to one whose option is NULL */
  int argc, at;
  char **argv;
  hx_parsed *parsed;
  pvs_error *error;
} parser;

static bool has_name(const hx_option *o, const char *name, size_t length) {
  return strncmp(o->name, name, length) == 0 && o->name[length] == '\0';
}

static entry *find_long(const parser *p, const char *name, size_t length) {
  for (entry *e = p->entries; e->option != NULL; e++)
    if (has_name(e->option, name, length))
      return e;
  return NULL;
}

static entry *find_short(const parser *p, char name) {
  for (entry *e = p->entries; e->option != NULL; e++)
    if (e->option->short_name == name)
      return e;
  return NULL;
}

static const entry *find_instead(const parser *p, const char *name, size_t length) {
  for (const entry *e = p->entries; e->option != NULL; e++) {
    size_t n = 0;
    const char *other = e->option->instead_of;
    for (size_t i = 0; other != NULL && (other = hx_choice_at(e->option->instead_of, i, &n)); i++)
      if (n == length && strncmp(other, name, n) == 0)
        return e;
  }
  return NULL;
}

static bool fail_unknown(const parser *p, const char *name, size_t length) {
  const entry *instead = find_instead(p, name, length);
  char *typed = strndup(name, length);
  if (typed == NULL)
    return hx_fail_memory(p->error);
  hx_suggestion near = hx_suggest_start(typed);
  for (const entry *e = p->entries; e->option != NULL; e++)
    if (!(e->option->flags & HX_OPT_HIDDEN))
      hx_suggest_offer(&near, e->option->name);
  if (instead != NULL)
    near.best = instead->option->name;
  else
    p->parsed->unknown = name - 2;
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

static bool apply(parser *p, entry *e, const char *value) {
  e->given = true;
  if (e->option->type == HX_OPT_FLAG && strcmp(e->option->name, "help") == 0)
    p->parsed->help = true;
  return hx_option_set_value(e->option, e->storage, value, p->error);
}

static bool parse_long(parser *p, const char *text) {
  size_t length = strcspn(text, "=");
  const char *value = text[length] == '=' ? text + length + 1 : NULL;
  entry *e = find_long(p, text, length);
  if (e == NULL && length > 3 && strncmp(text, "no-", 3) == 0 && value == NULL) {
    e = find_long(p, text + 3, length - 3);
    if (e != NULL && e->option->flags & HX_OPT_NEGATABLE) {
      *(bool *)((char *)e->storage + e->option->offset) = false;
      return e->given = true;
    }
    e = NULL;
  }
  if (e == NULL)
    return fail_unknown(p, text, length);
  if (!hx_option_takes_value(e->option)) {
    if (value != NULL)
      return hx_fail(p->error, PVS_BAD_VALUE, "--%s: found the value '%s', expected none",
                     e->option->name, value);
  } else if (value == NULL && (value = next_value(p, e->option)) == NULL) {
    return false;
  }
  return apply(p, e, value);
}

/* "-w4", "-w 4", "-qv", "-qw4". */
static bool parse_short(parser *p, const char *letters) {
  for (; *letters != '\0'; letters++) {
    entry *e = find_short(p, *letters);
    if (e == NULL)
      p->parsed->unknown = p->argv[p->at];
    if (e == NULL)
      return hx_fail(p->error, PVS_BAD_VALUE, "unknown option '-%c'%s%s%s", *letters,
                     letters[1] != '\0' ? " in '-" : "", letters[1] != '\0' ? letters : "",
                     letters[1] != '\0' ? "'" : "");
    if (!hx_option_takes_value(e->option)) {
      if (!apply(p, e, NULL))
        return false;
      continue;
    }
    const char *value = letters[1] != '\0' ? letters + 1 : next_value(p, e->option);
    return value != NULL && apply(p, e, value);
  }
  return true;
}

/* By whatever name: a hidden option may set the same member. */
static bool was_given(const parser *p, const entry *of) {
  for (const entry *e = p->entries; e->option != NULL; e++)
    if (e->given && e->storage == of->storage && e->option->offset == of->option->offset)
      return true;
  return false;
}

static bool check_required(const parser *p) {
  for (const entry *e = p->entries; e->option != NULL; e++)
    if (e->option->flags & HX_OPT_REQUIRED && !was_given(p, e))
      return hx_fail(p->error, PVS_BAD_VALUE, "--%s is missing, expected --%s %s", e->option->name,
                     e->option->name, e->option->metavar != NULL ? e->option->metavar : "");
  return true;
}

static bool is_given(const parser *p, const char *name, size_t length) {
  const entry *e = find_long(p, name, length);
  return e != NULL && was_given(p, e);
}

/* What would have no effect is refused, and not passed over. */
static bool check_use(const parser *p, const entry *e) {
  const hx_option *o = e->option;
  const bool negatable = o->flags & HX_OPT_NEGATABLE;
  const bool set = negatable && *(const bool *)((const char *)e->storage + o->offset);
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
  for (const entry *e = p->entries; e->option != NULL; e++)
    if (was_given(p, e) && !check_use(p, e))
      return false;
  return true;
}

/* malloc'd; NULL without memory. */
static entry *list_entries(const hx_option_set *sets, size_t n_sets) {
  size_t n = 0;
  for (size_t s = 0; s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name != NULL; o++)
      n++;
  entry *entries = calloc(n + 1, sizeof *entries);
  n = 0;
  for (size_t s = 0; entries != NULL && s < n_sets; s++)
    for (const hx_option *o = sets[s].options; o->name != NULL; o++)
      entries[n++] = (entry){.option = o, .storage = sets[s].storage};
  return entries;
}

bool hx_options_parse(const hx_option_set *sets, size_t n_sets, bool rest_apart, int argc,
                      char **argv, hx_parsed *parsed, pvs_error *error) {
  *parsed = (hx_parsed){.args = argv + 1, .rest = argv + argc};
  parser p = {.entries = list_entries(sets, n_sets),
              .argc = argc,
              .argv = argv,
              .parsed = parsed,
              .error = error};
  bool ok = p.entries != NULL || hx_fail_memory(error);
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
  free(p.entries);
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
