/* The parameters of a configuration: parts of its text, sorted. */
#include "base/config.h"

#include "base/fail.h"
#include "base/phrase.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char environment_mark[] = "env:";

bool hx_param_name_is_valid(const char *name, size_t length) {
  if (length == 0 || length >= HX_PARAM_NAME || isdigit((unsigned char)name[0]))
    return false;
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)name[i]) && name[i] != '_')
      return false;
  return true;
}

bool hx_param_name_is_taken(const char *name) {
  static const char *const taken[] = {"workers",  "processes", "threads", "output", "pin",
                                      "schedule", "chunk",     "and",     "or",     "not"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (strcmp(name, taken[i]) == 0)
      return true;
  return false;
}

/* ---- values as text ---- */

static bool is_plain(char c) {
  return c != '%' && c != '/' && (unsigned char)c > ' ' && c != 0x7f;
}

/* The part of a parameter. False when it is too long. */
static bool encode(const hx_param_value *p, char part[HX_PARAMS_TEXT]) {
  int n = snprintf(part, HX_PARAMS_TEXT, "%s%s=", p->environment ? environment_mark : "", p->name);
  for (const char *c = p->value; *c; c++) {
    if (n + 4 > HX_PARAMS_TEXT)
      return false;
    n += snprintf(part + n, 4, is_plain(*c) ? "%c" : "%%%02X", (unsigned char)*c);
  }
  return true;
}

static int hex(char c) {
  const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;
  return at ? (int)(at - digits) : -1;
}

/* The reverse, of `length` characters. False when they are no parameter in the one form that encode
 * gives. */
static bool decode(const char *part, size_t length, hx_param_value *p) {
  size_t mark = sizeof environment_mark - 1, n = 0;
  *p = (hx_param_value){.environment = length > mark && strncmp(part, environment_mark, mark) == 0};
  const char *name = part + (p->environment ? mark : 0), *end = part + length;
  const char *equals = memchr(name, '=', (size_t)(end - name));
  if (!equals || !hx_param_name_is_valid(name, (size_t)(equals - name)))
    return false;
  memcpy(p->name, name, (size_t)(equals - name));
  for (const char *c = equals + 1; c < end; c++, n++) {
    if (n + 1 == sizeof p->value || (*c != '%' && !is_plain(*c)))
      return false;
    if (*c != '%') {
      p->value[n] = *c;
      continue;
    }
    int high = end - c > 2 ? hex(c[1]) : -1, low = high < 0 ? -1 : hex(c[2]);
    char value = (char)(high * 16 + low);
    if (low < 0 || value == '\0' || is_plain(value))
      return false;
    p->value[n] = value;
    c += 2;
  }
  return n > 0 && (p->environment || !hx_param_name_is_taken(p->name));
}

/* ---- the list ---- */

static bool same_name(const hx_param_value *a, const hx_param_value *b) {
  return a->environment == b->environment && strcmp(a->name, b->name) == 0;
}

bool hx_config_param_at(const hx_config *c, size_t index, hx_param_value *out) {
  const char *at = c->params;
  for (; index > 0 && *at; index--) {
    at += strcspn(at, "/");
    at += *at == '/';
  }
  return *at && decode(at, strcspn(at, "/"), out);
}

const char *hx_config_param_words(const hx_config *c, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  hx_param_value p;
  text[0] = '\0';
  for (size_t i = 0; hx_config_param_at(c, i, &p); i++)
    if (!strchr(p.value, '{')) /* otherwise it follows from the others */
      hx_phrase_add(&out, "%s%s=%s", out.length ? ", " : "", p.name, p.value);
  return text;
}

bool hx_config_param_find(const hx_config *c, bool environment, const char *name,
                          hx_param_value *out) {
  for (size_t i = 0; hx_config_param_at(c, i, out); i++)
    if (out->environment == environment && strcmp(out->name, name) == 0)
      return true;
  return false;
}

bool hx_config_param_set(hx_config *c, const hx_param_value *param, pvs_error *error) {
  char part[HX_PARAMS_TEXT], all[HX_PARAMS_TEXT] = "", own[HX_PARAMS_TEXT];
  hx_param_value other;
  size_t n = 0;
  bool placed = false, fits = encode(param, own);
  for (size_t i = 0; fits; i++) {
    bool more = hx_config_param_at(c, i, &other);
    if (more && same_name(&other, param))
      continue;
    fits = !more || encode(&other, part);
    for (int turn = 0; fits && turn < 2; turn++) {
      bool mine = turn == 0;
      if (mine ? placed || (more && strcmp(part, own) < 0) : !more)
        continue;
      const char *next = mine ? own : part;
      placed = placed || mine;
      fits = n + strlen(next) + 2 <= sizeof all;
      if (fits)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", n ? "/" : "", next);
    }
    if (!more)
      break;
  }
  if (!fits)
    return hx_fail(error, PVS_BAD_VALUE,
                   "the parameters of a configuration are too long with %s: expected at most %d "
                   "characters in all",
                   param->name, HX_PARAMS_TEXT - 1);
  memcpy(c->params, all, sizeof all);
  return true;
}

bool hx_config_param_read(hx_config *c, const char *text, pvs_error *error) {
  hx_param_value p, other;
  if (!decode(text, strlen(text), &p))
    return hx_fail(error, PVS_BAD_VALUE,
                   "found \"%s\", expected a parameter such as level=9 or env:NAME=VALUE", text);
  for (size_t i = 0; hx_config_param_at(c, i, &other); i++)
    if (same_name(&p, &other))
      return hx_fail(error, PVS_BAD_VALUE, "the parameter %s is given twice", p.name);
  return hx_config_param_set(c, &p, error);
}

bool hx_config_param_refuse(const hx_config *c, pvs_error *error) {
  hx_param_value p;
  return !hx_config_param_at(c, 0, &p) ||
         hx_fail(error, PVS_BAD_VALUE,
                 "the configuration has \"%s\": a study has no parameters, expected pin=NAME, "
                 "schedule=dynamic or static, or chunk=N",
                 p.name);
}
