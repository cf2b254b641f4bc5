#include "report/template.h"

#include "base/fail.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

typedef struct filling {
  const char *text, *name;
  const json_t *stack[DEPTH_MAX]; /* the values that names are looked for in, innermost last */
  int depth;
  FILE *out;
  pvs_error *error;
} filling;

/* {{kind name|format}} from `begin` to `end`; behind `end` the text goes on. */
typedef struct tag {
  const char *begin, *end;
  char kind, name[64], format[16];
} tag;

static bool fail(const filling *f, const char *at, const char *format, const char *what) {
  long row = 1;
  for (const char *c = f->text; c < at; c++)
    row += *c == '\n';
  return hx_fail_at(f->error, PVS_SYNTAX, f->name, row, NULL, format, what);
}

/* ---- reading ---- */

static const char *trimmed(const char *from, const char *to, char *text, size_t cap) {
  while (from < to && *from == ' ')
    from++;
  while (to > from && to[-1] == ' ')
    to--;
  if ((size_t)(to - from) >= cap)
    return NULL;
  memcpy(text, from, (size_t)(to - from));
  text[to - from] = '\0';
  return text;
}

/* Takes the line end behind a tag that is alone on its line. */
static void take_line(const char *text, tag *t) {
  const char *before = t->begin;
  while (before > text && before[-1] == ' ')
    before--;
  if (*t->end == '\n' && (before == text || before[-1] == '\n')) {
    t->begin = before;
    t->end++;
  }
}

/* The next tag from `at` to `end`: 1, 0 when there is none, -1 with an error. */
static int next_tag(const filling *f, const char *at, const char *end, tag *t) {
  const char *open = memmem(at, (size_t)(end - at), "{{", 2);
  const char *close = open ? memmem(open, (size_t)(end - open), "}}", 2) : NULL;
  if (!open)
    return 0;
  if (!close) {
    fail(f, open, "%s is not closed by }}", "{{");
    return -1;
  }
  const char *name = open + 2, *bar;
  *t = (tag){.begin = open, .end = close + 2, .kind = ' '};
  if (name < close && strchr("&#?^/<>!", *name))
    t->kind = *name++;
  bar = t->kind == ' ' && name < close ? memchr(name, '|', (size_t)(close - name)) : NULL;
  if (t->kind != '!' &&
      (!trimmed(name, bar ? bar : close, t->name, sizeof t->name) || !t->name[0] ||
       !trimmed(bar ? bar + 1 : close, close, t->format, sizeof t->format))) {
    fail(f, open, "%s has no name, or too long a one", "a tag");
    return -1;
  }
  if (strchr("#?^/<!", t->kind))
    take_line(f->text, t);
  return 1;
}

/* The tag that closes `opening`, which ends before `end`. */
static bool find_closing(const filling *f, const tag *opening, const char *end, tag *closing) {
  int open = 1, found;
  for (const char *at = opening->end; (found = next_tag(f, at, end, closing)) > 0;
       at = closing->end) {
    bool opens = strchr("#?^<", closing->kind) != NULL;
    open += opens ? 1 : closing->kind == '/' ? -1 : 0;
    if (open > 0)
      continue;
    return strcmp(closing->name, opening->name) == 0 ||
           fail(f, closing->begin, "{{/%s}} closes another section", closing->name);
  }
  if (found == 0)
    fail(f, opening->begin, "section %s is not closed", opening->name);
  return false;
}

/* ---- looking up ---- */

/* "a.b.c" in an object; NULL: not there. */
static const json_t *member(const json_t *object, const char *path) {
  char part[64];
  for (; object && *path; path += *path == '.') {
    size_t length = strcspn(path, ".");
    snprintf(part, sizeof part, "%.*s", (int)length, path);
    object = json_object_get(object, part);
    path += length;
  }
  return object;
}

static const json_t *look_up(const filling *f, const tag *t) {
  const json_t *value = strcmp(t->name, ".") == 0 ? f->stack[f->depth - 1] : NULL;
  for (int i = f->depth; i > 0 && !value; i--)
    value = member(f->stack[i - 1], t->name);
  if (!value)
    fail(f, t->begin, "there is no value %s", t->name);
  return value;
}

static bool is_something(const json_t *value) {
  if (json_is_array(value))
    return json_array_size(value) > 0;
  if (json_is_string(value))
    return json_string_length(value) > 0;
  if (json_is_number(value))
    return json_number_value(value) != 0;
  return json_is_true(value) || json_is_object(value);
}

/* ---- writing ---- */

static bool write_value(const filling *f, const tag *t) {
  const json_t *value = look_up(f, t);
  if (!value)
    return false;
  if (t->format[0])
    return hx_template_format(value, t->format, f->out) ||
           fail(f, t->begin, "there is no format %s for this value", t->format);
  if (json_is_string(value) && t->kind == '&')
    fputs(json_string_value(value), f->out);
  else if (json_is_string(value))
    hx_html_text(json_string_value(value), f->out);
  else if (json_is_integer(value))
    fprintf(f->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  else if (json_is_real(value))
    fprintf(f->out, "%.9g", json_real_value(value));
  else if (!json_is_null(value))
    return fail(f, t->begin, "%s is neither text nor number", t->name);
  return true;
}

static bool fill(filling *f, const char *at, const char *end);

static bool fill_with(filling *f, const json_t *value, const char *at, const char *end) {
  if (f->depth == DEPTH_MAX)
    return fail(f, at, "%s are nested too deeply", "sections");
  f->stack[f->depth++] = value;
  bool ok = fill(f, at, end);
  f->depth--;
  return ok;
}

static bool write_section(filling *f, const tag *opening, const tag *closing) {
  const json_t *value = look_up(f, opening);
  if (!value)
    return false;
  if (opening->kind != '#' && is_something(value) == (opening->kind == '?'))
    return fill(f, opening->end, closing->begin);
  if (opening->kind != '#' || (!json_is_array(value) && !is_something(value)))
    return true;
  if (!json_is_array(value))
    return fill_with(f, value, opening->end, closing->begin);
  for (size_t i = 0; i < json_array_size(value); i++)
    if (!fill_with(f, json_array_get(value, i), opening->end, closing->begin))
      return false;
  return true;
}

/* {{>name}}: the text between {{<name}} and {{/name}}, wherever that is. */
static bool write_part(filling *f, const tag *use) {
  const char *end = strchr(f->text, '\0');
  tag opening = {0}, closing = {0};
  int found;
  for (const char *at = f->text; (found = next_tag(f, at, end, &opening)) > 0; at = opening.end)
    if (opening.kind == '<' && strcmp(opening.name, use->name) == 0)
      return find_closing(f, &opening, end, &closing) &&
             fill_with(f, f->stack[f->depth - 1], opening.end, closing.begin);
  return found < 0 ? false : fail(f, use->begin, "there is no part {{<%s}}", use->name);
}

static bool fill(filling *f, const char *at, const char *end) {
  tag t = {0}, closing = {0};
  int found;
  while ((found = next_tag(f, at, end, &t)) > 0) {
    bool ok = true;
    fwrite(at, 1, (size_t)(t.begin - at), f->out);
    at = t.end;
    if (strchr("#?^<", t.kind)) {
      ok = find_closing(f, &t, end, &closing) && (t.kind == '<' || write_section(f, &t, &closing));
      at = closing.end;
    } else if (t.kind == '>') {
      ok = write_part(f, &t);
    } else if (t.kind == '/') {
      ok = fail(f, t.begin, "{{/%s}} closes nothing", t.name);
    } else if (t.kind != '!') {
      ok = write_value(f, &t);
    }
    if (!ok)
      return false;
  }
  if (found == 0 && at < end)
    fwrite(at, 1, (size_t)(end - at), f->out);
  return found == 0;
}

bool hx_template_fill(const char *template, const char *name, const json_t *data, FILE *out,
                      pvs_error *error) {
  filling f = {.text = template, .name = name, .out = out, .error = error};
  return fill_with(&f, data, template, strchr(template, '\0'));
}
