/* Numbers: text to double and back, beside what the C and C++ libraries need for the same. */
#include "bm_data.h"
#include "bm_list.h"

#include "base/number.h"
#include "base/to_chars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 4096 };

typedef struct number_case {
  double values[NUMBERS];
  char texts[NUMBERS][PVS_NUMBER_MAX];
  size_t lengths[NUMBERS];
  /* What run made: texts, or values. */
  char made_texts[NUMBERS][PVS_NUMBER_MAX];
  size_t made_lengths[NUMBERS];
  double made_values[NUMBERS];
} number_case;

/* By the variant's first word. money: as bills come, every digit; cents: two decimals; whole:
 * counts; wild: any finite bits. */
static double draw(const char *variant, uint64_t *random) {
  double u = bm_uniform(random);
  if (strncmp(variant, "cents", 5) == 0)
    return (double)(int)(u * 5e5) / 100;
  if (strncmp(variant, "whole", 5) == 0)
    return (double)(int)(u * 1e6);
  if (strncmp(variant, "wild", 4) == 0) {
    uint64_t bits = bm_random(random) & ~((uint64_t)1 << 62); /* below 2: finite */
    memcpy(&u, &bits, sizeof u);
    return u;
  }
  return u * u * 1e4;
}

static void *number_setup(const bm_param *param, char *why) {
  (void)why;
  number_case *c = bm_alloc(1, sizeof *c);
  uint64_t random = 11;
  for (int i = 0; i < NUMBERS; i++) {
    c->values[i] = draw(param->variant, &random);
    c->lengths[i] = (size_t)(pvs_to_chars(c->texts[i], c->texts[i] + PVS_NUMBER_MAX, c->values[i]) -
                             c->texts[i]);
  }
  return c;
}

static bool texts_check(void *ctx, bm_work *work, char *why) {
  number_case *c = ctx;
  work->item = "number";
  work->items = NUMBERS;
  for (int i = 0; i < NUMBERS; i++)
    if (c->made_lengths[i] != c->lengths[i] ||
        memcmp(c->made_texts[i], c->texts[i], c->lengths[i]) != 0)
      return bm_wrong(why, "\"%.*s\", std::to_chars gives \"%.*s\"", (int)c->made_lengths[i],
                      c->made_texts[i], (int)c->lengths[i], c->texts[i]);
  return true;
}

static bool values_check(void *ctx, bm_work *work, char *why) {
  number_case *c = ctx;
  work->item = "number";
  work->items = NUMBERS;
  for (int i = 0; i < NUMBERS; i++)
    if (!bm_same_bits(&c->made_values[i], &c->values[i], 1))
      return bm_wrong(why, "%.17g, expected %.17g", c->made_values[i], c->values[i]);
  return true;
}

/* Other libraries' texts: not the shortest, but they must read back. */
static bool printed_check(void *ctx, bm_work *work, char *why) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++)
    c->made_values[i] = strtod(c->made_texts[i], NULL);
  return values_check(ctx, work, why);
}

static void format_run(void *ctx) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++)
    c->made_lengths[i] = pvs_format_double(c->made_texts[i], c->values[i]);
}

static void to_chars_run(void *ctx) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++) {
    char *text = c->made_texts[i];
    c->made_lengths[i] = (size_t)(pvs_to_chars(text, text + PVS_NUMBER_MAX, c->values[i]) - text);
  }
}

static void printf_run(void *ctx) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++)
    snprintf(c->made_texts[i], PVS_NUMBER_MAX, "%.17g", c->values[i]);
}

static void parse_run(void *ctx) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++)
    pvs_parse_double(c->texts[i], c->lengths[i], &c->made_values[i]);
}

static void strtod_run(void *ctx) {
  number_case *c = ctx;
  for (int i = 0; i < NUMBERS; i++)
    c->made_values[i] = strtod(c->texts[i], NULL);
}

const bm_ops bm_format = {number_setup, NULL, format_run, texts_check, free};
const bm_ops bm_to_chars = {number_setup, NULL, to_chars_run, texts_check, free};
const bm_ops bm_printf = {number_setup, NULL, printf_run, printed_check, free};
const bm_ops bm_parse = {number_setup, NULL, parse_run, values_check, free};
const bm_ops bm_strtod = {number_setup, NULL, strtod_run, values_check, free};
