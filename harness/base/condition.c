#include "base/condition.h"

#include "base/fail.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_MAX = 128, DEPTH_MAX = 48, TEXT_MAX = 64 };

typedef enum kind { TRUTH, NUMBER, TEXT } kind;

typedef enum op {
  OP_NUMBER,
  OP_TEXT,
  OP_NAME,
  OP_NEGATE,
  OP_NOT,
  OP_ADD,
  OP_SUBTRACT,
  OP_MULTIPLY,
  OP_DIVIDE,
  OP_MODULO,
  OP_LESS,
  OP_LESS_EQUAL,
  OP_GREATER,
  OP_GREATER_EQUAL,
  OP_EQUAL,
  OP_UNEQUAL,
  OP_AND,
  OP_OR,
} op;

/* Reverse Polish notation. */
typedef struct step {
  op op;
  size_t name;
  double number;
  char text[TEXT_MAX];
} step;

struct hx_condition {
  char *typed;
  size_t n;
  step code[];
};

typedef struct parser {
  const char *option, *text, *at;
  const hx_condition_name *names;
  size_t n_names, n;
  int depth;
  step code[CODE_MAX];
  pvs_error *error;
} parser;

/* ---- words ---- */

static void skip_spaces(parser *p) {
  p->at += strspn(p->at, " \t\n");
}

/* The length of the word, number or sign that comes next; 0: the end. */
static size_t next_length(const char *at) {
  size_t n = 1;
  if (!*at)
    return 0;
  if (isalnum((unsigned char)*at) || *at == '_' || *at == '.')
    while (isalnum((unsigned char)at[n]) || at[n] == '_' || at[n] == '.')
      n++;
  else if (strchr("<>=!&|", *at))
    n += at[1] == '=' || (strchr("&|", *at) && at[1] == *at);
  return n;
}

static bool refuse(parser *p, const char *expected) {
  size_t n = next_length(p->at);
  int column = (int)(p->at - p->text) + 1;
  if (n == 0)
    return hx_fail(p->error, PVS_BAD_VALUE, "%s '%s': found the end at %d, expected %s", p->option,
                   p->text, column, expected);
  return hx_fail(p->error, PVS_BAD_VALUE, "%s '%s': found '%.*s' at %d, expected %s", p->option,
                 p->text, (int)n, p->at, column, expected);
}

static bool take(parser *p, const char *word) {
  skip_spaces(p);
  size_t n = strlen(word);
  if (next_length(p->at) != n || strncmp(p->at, word, n) != 0)
    return false;
  p->at += n;
  return true;
}

static bool add(parser *p, step s) {
  if (p->n == CODE_MAX)
    return hx_fail(p->error, PVS_BAD_VALUE, "%s '%s': too long, expected at most %d parts",
                   p->option, p->text, CODE_MAX);
  p->code[p->n++] = s;
  return true;
}

/* ---- the grammar ---- */

static bool parse_or(parser *p, kind *k);

/* What stood at `from` must be of a kind. */
static bool is_kind(parser *p, const char *from, kind found, kind expected) {
  static const char *const expecting[] = {
      [TRUTH] = "a comparison such as workers < 8", [NUMBER] = "a number"};
  if (found == expected)
    return true;
  p->at = from;
  return refuse(p, expecting[expected]);
}

static bool parse_quoted(parser *p) {
  step s = {.op = OP_TEXT};
  char quote = *p->at;
  const char *end = strchr(p->at + 1, quote);
  size_t n = end ? (size_t)(end - p->at - 1) : 0;
  if (!end || n >= sizeof s.text)
    return hx_fail(p->error, PVS_BAD_VALUE, "%s '%s': the text at %d %s", p->option, p->text,
                   (int)(p->at - p->text) + 1, end ? "is too long" : "has no closing quote");
  memcpy(s.text, p->at + 1, n);
  p->at = end + 1;
  return add(p, s);
}

/* True when a number, with its suffix, ends where the word ends. */
static bool read_number(const char *text, size_t length, double *number) {
  char word[TEXT_MAX], *end;
  static const char suffixes[] = "KMGT";
  if (length == 0 || length >= sizeof word || strspn(text, "0123456789.") == 0)
    return false;
  memcpy(word, text, length);
  word[length] = '\0';
  if (strpbrk(word, "xXpPnN"))
    return false; /* hexadecimal, nan */
  double value = strtod(word, &end);
  const char *suffix = *end ? strchr(suffixes, *end == 'k' && end[1] == 'B' ? 'K' : *end) : NULL;
  if (suffix) {
    const int power = (int)(suffix - suffixes) + 1;
    const bool is_decimal = end[1] == 'B'; /* as in the tables */
    value *= is_decimal ? pow(1000, power) : ldexp(1, 10 * power);
    end += is_decimal ? 2 : end[1] == 'i' && end[2] == 'B' ? 3 : 1;
  } else if (*end == 'B') {
    end++;
  }
  *number = value;
  return end != word && *end == '\0' && isfinite(value);
}

/* A number may have an exponent with a sign, which is no part of a word. */
static size_t number_length(const char *at) {
  size_t n = strspn(at, "0123456789.");
  if ((at[n] == 'e' || at[n] == 'E') && (at[n + 1] == '-' || at[n + 1] == '+') &&
      isdigit((unsigned char)at[n + 2]))
    return n + 2 + next_length(at + n + 2);
  return next_length(at);
}

static bool parse_name(parser *p, kind *k) {
  size_t n = next_length(p->at), at = 0;
  for (size_t i = 0; i < p->n_names; i++) {
    if (strlen(p->names[i].name) != n || strncmp(p->names[i].name, p->at, n) != 0)
      continue;
    *k = p->names[i].is_text ? TEXT : NUMBER;
    p->at += n;
    return add(p, (step){.op = OP_NAME, .name = i});
  }
  char expected[512];
  at = (size_t)snprintf(expected, sizeof expected, "a number, a text in quotes, or one of");
  for (size_t i = 0; i < p->n_names && at < sizeof expected; i++)
    at += (size_t)snprintf(expected + at, sizeof expected - at, "%s %s", i ? "," : "",
                           p->names[i].name);
  return refuse(p, expected);
}

static bool parse_factor(parser *p, kind *k) {
  skip_spaces(p);
  if (p->depth == DEPTH_MAX)
    return hx_fail(p->error, PVS_BAD_VALUE, "%s '%s': nested too deeply at %d", p->option, p->text,
                   (int)(p->at - p->text) + 1);
  if (take(p, "-")) {
    p->depth++;
    skip_spaces(p);
    const char *from = p->at;
    bool ok = parse_factor(p, k) && is_kind(p, from, *k, NUMBER);
    p->depth--;
    return ok && add(p, (step){.op = OP_NEGATE});
  }
  if (take(p, "(")) {
    p->depth++;
    bool ok = parse_or(p, k);
    p->depth--;
    return ok && (take(p, ")") || refuse(p, "')'"));
  }
  if (*p->at == '\'' || *p->at == '"') {
    *k = TEXT;
    return parse_quoted(p);
  }
  step number = {.op = OP_NUMBER};
  size_t length = number_length(p->at);
  if (read_number(p->at, length, &number.number)) {
    *k = NUMBER;
    p->at += length;
    return add(p, number);
  }
  return parse_name(p, k);
}

static bool take_any(parser *p, const char *const *words, const op *ops, size_t n, op *found) {
  for (size_t i = 0; i < n; i++)
    if (take(p, words[i])) {
      *found = ops[i];
      return true;
    }
  return false;
}

/* Operands joined by operators of one level, from the left. */
static bool parse_level(parser *p, kind *k, bool (*operand)(parser *, kind *), kind of,
                        const char *const *words, const op *ops, size_t n) {
  skip_spaces(p);
  const char *from = p->at;
  op found;
  if (!operand(p, k))
    return false;
  while (take_any(p, words, ops, n, &found)) {
    skip_spaces(p);
    const char *right = p->at;
    kind other;
    if (!is_kind(p, from, *k, of) || !operand(p, &other) || !is_kind(p, right, other, of) ||
        !add(p, (step){.op = found}))
      return false;
  }
  return true;
}

static bool parse_product(parser *p, kind *k) {
  static const char *const words[] = {"*", "/", "%"};
  static const op ops[] = {OP_MULTIPLY, OP_DIVIDE, OP_MODULO};
  return parse_level(p, k, parse_factor, NUMBER, words, ops, 3);
}

static bool parse_sum(parser *p, kind *k) {
  static const char *const words[] = {"+", "-"};
  static const op ops[] = {OP_ADD, OP_SUBTRACT};
  return parse_level(p, k, parse_product, NUMBER, words, ops, 2);
}

static bool parse_comparison(parser *p, kind *k) {
  static const char *const words[] = {"<", "<=", ">", ">=", "==", "=", "!="};
  static const op ops[] = {OP_LESS,  OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL,
                           OP_EQUAL, OP_EQUAL,      OP_UNEQUAL};
  skip_spaces(p);
  const char *from = p->at;
  op found;
  if (!parse_sum(p, k))
    return false;
  if (!take_any(p, words, ops, sizeof ops / sizeof *ops, &found))
    return true;
  skip_spaces(p);
  const char *right = p->at;
  kind other;
  bool text = *k == TEXT && (found == OP_EQUAL || found == OP_UNEQUAL);
  if (!text && !is_kind(p, from, *k, NUMBER))
    return false;
  if (!parse_sum(p, &other))
    return false;
  if (text && other != TEXT) {
    p->at = right;
    return refuse(p, "a text in quotes");
  }
  *k = TRUTH;
  return (text || is_kind(p, right, other, NUMBER)) && add(p, (step){.op = found});
}

static bool parse_not(parser *p, kind *k) {
  if (!take(p, "not") && !take(p, "!"))
    return parse_comparison(p, k);
  skip_spaces(p);
  const char *from = p->at;
  if (p->depth == DEPTH_MAX)
    return refuse(p, "less nesting");
  p->depth++;
  bool ok = parse_not(p, k) && is_kind(p, from, *k, TRUTH);
  p->depth--;
  return ok && add(p, (step){.op = OP_NOT});
}

static bool parse_and(parser *p, kind *k) {
  static const char *const words[] = {"and", "&&"};
  static const op ops[] = {OP_AND, OP_AND};
  return parse_level(p, k, parse_not, TRUTH, words, ops, 2);
}

static bool parse_or(parser *p, kind *k) {
  static const char *const words[] = {"or", "||"};
  static const op ops[] = {OP_OR, OP_OR};
  return parse_level(p, k, parse_and, TRUTH, words, ops, 2);
}

static hx_condition *finish(const parser *p) {
  hx_condition *c = malloc(sizeof *c + p->n * sizeof *c->code);
  if (!c)
    return NULL;
  *c = (hx_condition){.typed = strdup(p->text), .n = p->n};
  memcpy(c->code, p->code, p->n * sizeof *c->code);
  if (c->typed)
    return c;
  hx_condition_free(c);
  return NULL;
}

hx_condition *hx_condition_parse(const char *option, const char *text,
                                 const hx_condition_name *names, size_t n_names, pvs_error *error) {
  pvs_error own = {0};
  parser p = {.option = option,
              .text = text,
              .at = text,
              .names = names,
              .n_names = n_names,
              .error = &own};
  kind k;
  skip_spaces(&p);
  const char *from = p.at;
  bool ok = parse_or(&p, &k) && is_kind(&p, from, k, TRUTH);
  skip_spaces(&p);
  ok = ok && (!*p.at || refuse(&p, "and, or, or the end"));
  hx_condition *c = ok ? finish(&p) : NULL;
  if (ok && !c)
    hx_fail_memory(&own);
  if (!c)
    hx_fail(error, own.code, "%s", own.message);
  return c;
}

void hx_condition_free(hx_condition *c) {
  if (c)
    free(c->typed);
  free(c);
}

/* ---- evaluating ---- */

/* 1, 0, or NaN: nothing is known of what is no number. */
static double compare(op o, const hx_condition_value *a, const hx_condition_value *b) {
  if (!a->text && !b->text && (isnan(a->number) || isnan(b->number)))
    return (double)NAN;
  if (a->text && b->text) {
    bool equal = strcmp(a->text, b->text) == 0;
    return o == OP_EQUAL ? equal : !equal;
  }
  bool less = a->number<b->number, greater = a->number> b->number;
  bool equal = a->number <= b->number && a->number >= b->number;
  switch (o) {
  case OP_LESS:
    return less;
  case OP_LESS_EQUAL:
    return less || equal;
  case OP_GREATER:
    return greater;
  case OP_GREATER_EQUAL:
    return greater || equal;
  case OP_EQUAL:
    return equal;
  default:
    return less || greater;
  }
}

/* Of 1, 0 and NaN. */
static double both(double a, double b) {
  bool is_false = (!isnan(a) && !(a > 0)) || (!isnan(b) && !(b > 0));
  return is_false ? 0 : a + b > 0 ? 1 : (double)NAN;
}

static double negation(double a) {
  return isnan(a) ? a : !(a > 0);
}

static double calculate(op o, double a, double b) {
  switch (o) {
  case OP_ADD:
    return a + b;
  case OP_SUBTRACT:
    return a - b;
  case OP_MULTIPLY:
    return a * b;
  case OP_DIVIDE:
    return a / b;
  case OP_MODULO:
    return fmod(a, b);
  case OP_AND:
    return both(a, b);
  default:
    return negation(both(negation(a), negation(b)));
  }
}

bool hx_condition_holds(const hx_condition *c, const hx_condition_value *values) {
  hx_condition_value stack[CODE_MAX];
  size_t n = 0;
  for (size_t i = 0; i < c->n; i++) {
    const step *s = &c->code[i];
    hx_condition_value *a = n > 1 ? &stack[n - 2] : NULL, *b = n > 0 ? &stack[n - 1] : NULL;
    /* The compiler gave every operator its operands. */
    assert(s->op == OP_NUMBER || s->op == OP_TEXT || s->op == OP_NAME || b);
    switch (s->op) {
    case OP_NUMBER:
      stack[n++] = (hx_condition_value){.number = s->number};
      break;
    case OP_TEXT:
      stack[n++] = (hx_condition_value){.text = s->text};
      break;
    case OP_NAME:
      stack[n++] = values[s->name];
      break;
    case OP_NEGATE:
      b->number = -b->number;
      break;
    case OP_NOT:
      b->number = negation(b->number);
      break;
    default:
      assert(a && b);
      if (s->op >= OP_LESS && s->op <= OP_UNEQUAL)
        *a = (hx_condition_value){.number = compare(s->op, a, b)};
      else
        a->number = calculate(s->op, a->number, b->number);
      n--;
      break;
    }
  }
  assert(n == 1);
  return stack[0].number > 0;
}

bool hx_condition_names(const hx_condition *c, size_t name) {
  for (size_t i = 0; i < c->n; i++)
    if (c->code[i].op == OP_NAME && c->code[i].name == name)
      return true;
  return false;
}

const char *hx_condition_text(const hx_condition *c) {
  return c->typed;
}

bool hx_number_parse(const char *text, double *number) {
  bool negative = *text == '-';
  if (!read_number(text + negative, strlen(text + negative), number))
    return false;
  *number = negative ? -*number : *number;
  return true;
}

bool hx_size_parse(const char *text, double *bytes) {
  const size_t length = strlen(text);
  return hx_number_parse(text, bytes) && *bytes >= 0 &&
         (*bytes == 0 || strchr("KMGTB", text[length - 1]) != NULL);
}
