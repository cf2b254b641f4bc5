/* Reading profiles: the fast reader, the one through libcsv that decides, and the numbers alone. */
#include "bm_data.h"
#include "bm_list.h"

#include "input/profile.h"
#include "input/profile_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SERIES = 48, STEPS = 4368, CELL_BYTES = 24, TIME_BYTES = 24, INTERVAL_S = 1800 };

typedef struct profile_case {
  char *text;
  size_t size;
  double *expected; /* SERIES x STEPS */
  pvs_code (*parse)(pvs_profile *, const pvs_profile_rules *, const char *, const char *, size_t,
                    pvs_error *);
  pvs_profile profile;
} profile_case;

/* Consumption as meters give it, three decimals, or as others computed it, every digit. */
static double draw(uint64_t *random, bool every_digit) {
  double u = bm_uniform(random);
  return every_digit ? u * u : (double)(int)(u * u * 2000) / 1000;
}

static char *put_row(char *end, int step, bool every_digit, uint64_t *random, double *expected) {
  time_t time = (time_t)1356998400 + (time_t)step * INTERVAL_S; /* 1 January 2013 */
  struct tm parts;
  gmtime_r(&time, &parts);
  end += strftime(end, TIME_BYTES, "%d/%m/%Y %H:%M", &parts);
  for (int s = 0; s < SERIES; s++) {
    char *cell = end + 1;
    end += sprintf(end, every_digit ? ",%.17g" : ",%.3f", draw(random, every_digit));
    expected[(size_t)s * STEPS + (size_t)step] = strtod(cell, NULL);
  }
  *end++ = '\n';
  return end;
}

static void make_text(profile_case *c, bool every_digit) {
  c->text = bm_alloc(STEPS + 1, SERIES * CELL_BYTES + TIME_BYTES);
  c->expected = bm_alloc((size_t)SERIES * STEPS, sizeof *c->expected);
  char *end = c->text + sprintf(c->text, "timestamp");
  for (int s = 0; s < SERIES; s++)
    end += sprintf(end, ",unit_%d", s + 1);
  *end++ = '\n';
  uint64_t random = 7;
  for (int step = 0; step < STEPS; step++)
    end = put_row(end, step, every_digit, &random, c->expected);
  c->size = (size_t)(end - c->text);
}

static void *profile_setup(const bm_param *param, char *why) {
  (void)why;
  profile_case *c = bm_alloc(1, sizeof *c);
  make_text(c, strstr(param->variant, "every_digit") != NULL);
  c->parse = strstr(param->variant, "slow") ? pvs_profile_parse_slow : pvs_profile_parse;
  return c;
}

static void profile_run(void *ctx) {
  profile_case *c = ctx;
  pvs_profile_deinit(&c->profile);
  c->parse(&c->profile, NULL, "profile.csv", c->text, c->size, NULL);
}

static bool profile_check(void *ctx, bm_work *work, char *why) {
  profile_case *c = ctx;
  work->bytes = (double)c->size;
  work->item = "number";
  work->items = (double)SERIES * STEPS;
  if (c->profile.steps != STEPS || c->profile.n_series != SERIES)
    return bm_wrong(why, "%u steps of %u series, expected %d of %d", c->profile.steps,
                    c->profile.n_series, STEPS, SERIES);
  for (uint32_t s = 0; s < SERIES; s++)
    if (!bm_same_bits(pvs_profile_series(&c->profile, s), c->expected + (size_t)s * STEPS, STEPS))
      return bm_wrong(why, "series %u differs from strtod's values", s + 1);
  return true;
}

static void profile_teardown(void *ctx) {
  profile_case *c = ctx;
  if (!c)
    return;
  pvs_profile_deinit(&c->profile);
  free(c->text);
  free(c->expected);
  free(c);
}

const bm_ops bm_profile = {profile_setup, NULL, profile_run, profile_check, profile_teardown};

/* ---- the numbers of a row ---- */

typedef struct values_case {
  profile_case made;
  pvs_values_reader read;
  double *values; /* by row */
} values_case;

static void *values_setup(const bm_param *param, char *why) {
  (void)why;
  values_case *c = bm_alloc(1, sizeof *c);
  make_text(&c->made, strstr(param->variant, "every_digit") != NULL);
  c->read =
      strstr(param->variant, "portable") ? pvs_values_read_portable : pvs_values_reader_best();
  c->values = bm_alloc((size_t)SERIES * STEPS, sizeof *c->values);
  return c;
}

static void values_run(void *ctx) {
  values_case *c = ctx;
  const char *end = c->made.text + c->made.size, *p = strchr(c->made.text, '\n');
  for (size_t step = 0; step < STEPS && p; step++) {
    p = strchr(p, ',');
    p = c->read(p, end, SERIES, c->values + step * SERIES);
  }
}

static bool values_check(void *ctx, bm_work *work, char *why) {
  values_case *c = ctx;
  work->bytes = (double)c->made.size;
  work->item = "number";
  work->items = (double)SERIES * STEPS;
  for (size_t step = 0; step < STEPS; step++)
    for (size_t s = 0; s < SERIES; s++)
      if (!bm_same_bits(&c->values[step * SERIES + s], &c->made.expected[s * STEPS + step], 1))
        return bm_wrong(why, "row %zu, number %zu differs from strtod's", step + 1, s + 1);
  return true;
}

static void values_teardown(void *ctx) {
  values_case *c = ctx;
  if (!c)
    return;
  free(c->made.text);
  free(c->made.expected);
  free(c->values);
  free(c);
}

const bm_ops bm_values = {values_setup, NULL, values_run, values_check, values_teardown};
