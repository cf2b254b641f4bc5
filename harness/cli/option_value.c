/* The text of one option, to its value and back. */
#include "cli/options.h"

#include "base/fail.h"
#include "base/grow.h"
#include "cli/suggest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *hx_choice_at(const char *choices, size_t index, size_t *length) {
  for (; index > 0; index--) {
    choices = strchr(choices, '|');
    if (choices == NULL)
      return NULL;
    choices++;
  }
  *length = strcspn(choices, "|");
  return choices;
}

static const char *kind_of(hx_opt_type type) {
  switch (type) {
  case HX_OPT_INT:
    return "a whole number";
  case HX_OPT_PERCENT:
    return "a percentage such as 3%";
  case HX_OPT_DURATION:
    return "a duration such as 90s, 2m, 1.5h, 30d or 250ms";
  default:
    return "a number";
  }
}

/* Fails with "expected …" fit to the option's range. */
static bool fail_number(const hx_option *o, const char *text, bool is_number, pvs_error *error) {
  if (!is_number)
    return hx_fail(error, PVS_BAD_VALUE, "--%s: found '%s', expected %s", o->name, text,
                   kind_of(o->type));
  char range[HX_RANGE_TEXT];
  return hx_fail(error, PVS_BAD_VALUE, "--%s: found %s, expected %s", o->name, text,
                 hx_option_range(o, range));
}

const char *hx_option_range(const hx_option *o, char text[HX_RANGE_TEXT]) {
  const double shown = o->type == HX_OPT_PERCENT ? 100 : 1;
  const char *unit = o->type == HX_OPT_PERCENT ? "%" : o->type == HX_OPT_DURATION ? "s" : "";
  if (!isfinite(o->max))
    snprintf(text, HX_RANGE_TEXT, "at least %.15g%s", shown * o->min, unit);
  else
    snprintf(text, HX_RANGE_TEXT, "%.15g%s to %.15g%s", shown * o->min, unit, shown * o->max, unit);
  return text;
}

static bool in_range(const hx_option *o, double value) {
  return value >= o->min && value <= o->max;
}

/* Decimal only: strtod alone would take "inf", "nan", hexadecimal and leading spaces. */
static bool parse_decimal(const char *text, double *value, const char **end) {
  if (text[0] == '\0' || strspn(text, "+-.0123456789") == 0 || text[strspn(text, "+-0")] == 'x' ||
      text[strspn(text, "+-0")] == 'X')
    return false;
  char *stop;
  *value = strtod(text, &stop);
  *end = stop;
  return stop != text && isfinite(*value);
}

/* Factor that a unit behind a number stands for; 0: no such unit for the type. A percentage without
 * its sign is refused: 1 may be meant as 1% or as 100%. */
static double unit_factor(hx_opt_type type, const char *unit) {
  static const struct {
    hx_opt_type type;
    const char *unit;
    double factor;
  } units[] = {{HX_OPT_PERCENT, "%", 0.01},  {HX_OPT_DURATION, "ms", 1e-3},
               {HX_OPT_DURATION, "s", 1},    {HX_OPT_DURATION, "m", 60},
               {HX_OPT_DURATION, "min", 60}, {HX_OPT_DURATION, "h", 3600},
               {HX_OPT_DURATION, "d", 86400}};
  if (unit[0] == '\0')
    return type == HX_OPT_PERCENT ? 0 : 1;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].type == type && strcmp(units[i].unit, unit) == 0)
      return units[i].factor;
  return 0;
}

static bool set_number(const hx_option *o, void *member, const char *text, pvs_error *error) {
  const char *unit = NULL;
  double value = 0;
  if (!parse_decimal(text, &value, &unit))
    return fail_number(o, text, false, error);
  double factor = unit_factor(o->type, unit);
  const bool unclear = o->flags & HX_OPT_UNIT && value != 0 && !*unit;
  if (!(factor > 0) || unclear)
    return fail_number(o, text, false, error);
  /* Divided where that is exact in decimal: 3% is the double nearest to 0.03. */
  value = factor < 1 ? value / (1 / factor) : value * factor;
  if (!in_range(o, value))
    return fail_number(o, text, true, error);
  *(double *)member = value;
  return true;
}

static bool set_integer(const hx_option *o, void *member, const char *text, pvs_error *error) {
  char *end;
  if (strspn(text, "+-0123456789") != strlen(text) || text[0] == '\0')
    return fail_number(o, text, false, error);
  errno = 0;
  long value = strtol(text, &end, 10);
  if (*end != '\0')
    return fail_number(o, text, false, error);
  if (errno == ERANGE)
    return hx_fail(error, PVS_BAD_VALUE, "--%s: found %s, expected a number that fits 64 bits",
                   o->name, text);
  if (!in_range(o, (double)value))
    return fail_number(o, text, true, error);
  *(long *)member = value;
  return true;
}

static bool set_choice(const hx_option *o, void *member, const char *text, pvs_error *error) {
  hx_suggestion near = hx_suggest_start(text);
  char *words = strdup(o->choices), *listed = calloc(1, 2 * strlen(o->choices) + 1);
  int index = 0, found = -1;
  if (words == NULL || listed == NULL) {
    hx_fail_memory(error);
    goto out;
  }
  char *state = NULL, *to = listed;
  for (char *word = strtok_r(words, "|", &state); word != NULL;
       word = strtok_r(NULL, "|", &state)) {
    if (strcmp(word, text) == 0)
      found = index;
    hx_suggest_offer(&near, word);
    to = stpcpy(stpcpy(to, index++ > 0 ? ", " : ""), word);
  }
  if (found >= 0)
    *(int *)member = found;
  else if (near.best != NULL)
    hx_fail(error, PVS_BAD_VALUE, "--%s: found '%s', expected one of %s; did you mean '%s'?",
            o->name, text, listed, near.best);
  else
    hx_fail(error, PVS_BAD_VALUE, "--%s: found '%s', expected one of %s", o->name, text, listed);
out:
  free(listed);
  free(words);
  return found >= 0;
}

static bool append(hx_strings *list, const char *text, pvs_error *error) {
  if (!hx_grow(&list->items, list->count, sizeof *list->items))
    return hx_fail_memory(error);
  list->items[list->count++] = text;
  return true;
}

static bool is_path(const char *hint) {
  return hint && (strcmp(hint, "DIR") == 0 || strcmp(hint, "FILE") == 0);
}

bool hx_option_set_value(const hx_option *o, void *storage, const char *text, pvs_error *error) {
  void *member = (char *)storage + o->offset;
  switch (o->type) {
  case HX_OPT_FLAG:
    *(bool *)member = true;
    return true;
  case HX_OPT_COUNT:
    ++*(int *)member;
    return true;
  case HX_OPT_STRING:
    /* '' is no path, though '' followed by "/STUDY" would be one. */
    if (!*text && (is_path(o->choices) || is_path(o->metavar)))
      return hx_fail(error, PVS_BAD_VALUE, "--%s: found an empty text, expected %s", o->name,
                     o->metavar);
    *(const char **)member = text;
    return true;
  case HX_OPT_INT:
    return set_integer(o, member, text, error);
  case HX_OPT_DOUBLE:
  case HX_OPT_PERCENT:
  case HX_OPT_DURATION:
    return set_number(o, member, text, error);
  case HX_OPT_CHOICE:
    return set_choice(o, member, text, error);
  case HX_OPT_LIST:
    return append(member, text, error);
  }
  return false;
}

/* One line whatever the value holds. */
static void print_line(hx_text *out, const char *name, const char *value) {
  hx_text_printf(out, "%s=", name);
  for (; value != NULL && *value != '\0'; value++)
    if (*value == '\n' || *value == '\\')
      hx_text_printf(out, "\\%c", *value == '\n' ? 'n' : '\\');
    else
      hx_text_put_char(out, *value);
  hx_text_put_char(out, '\n');
}

void hx_option_describe(const hx_option *o, const void *storage, hx_text *out) {
  const void *member = (const char *)storage + o->offset;
  size_t length = 0;
  switch (o->type) {
  case HX_OPT_FLAG:
    print_line(out, o->name, *(const bool *)member ? "yes" : "no");
    break;
  case HX_OPT_COUNT:
    hx_text_printf(out, "%s=%d\n", o->name, *(const int *)member);
    break;
  case HX_OPT_STRING:
    print_line(out, o->name, *(const char *const *)member);
    break;
  case HX_OPT_INT:
    hx_text_printf(out, "%s=%ld\n", o->name, *(const long *)member);
    break;
  case HX_OPT_PERCENT: /* one digit fewer than all: 7, where 100 * 0.07 is a little more */
    hx_text_printf(out, "%s=%.15g%%\n", o->name, 100 * *(const double *)member);
    break;
  case HX_OPT_DOUBLE:
  case HX_OPT_DURATION:
    hx_text_printf(out, "%s=", o->name);
    hx_text_put_real(out, *(const double *)member);
    hx_text_put_char(out, '\n');
    break;
  case HX_OPT_CHOICE: {
    const char *choice = hx_choice_at(o->choices, (size_t) * (const int *)member, &length);
    hx_text_printf(out, "%s=%.*s\n", o->name, (int)length, choice == NULL ? "" : choice);
    break;
  }
  case HX_OPT_LIST:
    for (size_t i = 0; i < ((const hx_strings *)member)->count; i++)
      print_line(out, o->name, ((const hx_strings *)member)->items[i]);
    break;
  }
}
