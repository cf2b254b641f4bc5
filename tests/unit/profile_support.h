/* Profiles as text, made as wanted, and both readers on them. */
#ifndef PROFILE_SUPPORT_H
#define PROFILE_SUPPORT_H

#include "input/profile.h"
#include "input/profile_fast.h"
#include "unit/base_support.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((unused)) static pvs_time at(const char *text) {
  pvs_time time;
  assert_true(pvs_parse_timestamp(text, strlen(text), &time));
  return time;
}

typedef struct text {
  char *data;
  size_t length, capacity;
} text;

__attribute__((unused, format(printf, 2, 3))) static void add(text *self, const char *format, ...) {
  if (self->capacity - self->length < 256) {
    self->capacity = self->capacity * 2 + 4096;
    self->data = realloc(self->data, self->capacity);
    assert_non_null(self->data);
  }
  va_list arguments;
  va_start(arguments, format);
  self->length += (size_t)vsnprintf(self->data + self->length, 256, format, arguments);
  va_end(arguments);
}

__attribute__((unused)) static void add_number(text *file, uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  const unsigned kind = (unsigned)(*seed >> 58);
  const double value = (double)(*seed >> 11) * 0x1p-53;
  if (kind < 40) {
    add(file, "%.3g", value);
  } else if (kind < 44) {
    add(file, "%.3f", value * 1000);
  } else if (kind < 48) {
    add(file, "%.17g", value);
  } else if (kind < 52) {
    add(file, "%.15g", -value * 100);
  } else if (kind < 56) {
    add(file, "%u", (unsigned)(*seed >> 40));
  } else if (kind < 60) {
    add(file, "%.*e", (int)kind - 50, value * 1e-5);
  } else {
    add(file, "%.25f", value);
  }
}

/* Styles of timestamps. */
enum { D_MM_YYYY, D_M_YY, DD_MM_YYYY, ISO, STYLES };

__attribute__((unused)) static void add_time(text *file, int style, pvs_time time) {
  char iso[PVS_TIMESTAMP_LENGTH + 1] = "";
  pvs_format_timestamp(iso, time);
  int year, month, day, hour, minute, second;
  assert_int_equal(sscanf(iso, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second),
                   6);
  switch (style) {
  case D_MM_YYYY:
    add(file, "%d/%02d/%d %d:%02d", day, month, year, hour, minute);
    break;
  case D_M_YY:
    add(file, "%d/%d/%02d %d:%02d", day, month, year % 100, hour, minute);
    break;
  case DD_MM_YYYY:
    add(file, "%02d/%02d/%d %02d:%02d:%02d", day, month, year, hour, minute, second);
    break;
  default:
    add(file, "%s", iso);
  }
}

static void assert_same_profile(const pvs_profile *a, const pvs_profile *b) {
  assert_int_equal(a->n_series, b->n_series);
  assert_int_equal(a->steps, b->steps);
  assert_int_equal(a->stride, b->stride);
  assert_int_equal(a->interval_s, b->interval_s);
  assert_int_equal(a->start, b->start);
  for (uint32_t i = 0; i < a->n_series; i++) {
    assert_string_equal(a->names[i], b->names[i]);
  }
  assert_memory_equal(a->values, b->values, (size_t)a->n_series * a->stride * sizeof *a->values);
}

/* Levels of profile_block.h, as many as this machine runs; NULL among them: row by row. */
enum { LEVELS = 3 };

static const pvs_block_level *level_number(size_t i) {
  static const char *const names[LEVELS] = {"avx512", "avx2", NULL};
  return names[i] == NULL ? NULL : pvs_block_choose(names[i]);
}

/* Every level says that the file is not plain or reads what `slow` has (NULL: an error). Returns
 * how many found it plain. */
static unsigned assert_levels_agree(const text *file, const pvs_profile *slow) {
  unsigned plain = 0;
  for (size_t i = 0; i < LEVELS; i++) {
    pvs_profile fast;
    pvs_profile_range all;
    if (!pvs_profile_fast_open(&fast, "p.csv", file->data, file->length, &all, 1)) {
      continue;
    }
    if (pvs_profile_fast_read_by(&fast, &all, level_number(i))) {
      assert_non_null(slow);
      assert_same_profile(&fast, slow);
      plain++;
    }
    pvs_profile_deinit(&fast);
  }
  return plain;
}

__attribute__((unused)) static void assert_readers_agree(const text *file) {
  pvs_profile fast, slow;
  pvs_error error = {0};
  if (pvs_profile_parse(&fast, NULL, "p.csv", file->data, file->length, &error) != PVS_OK ||
      pvs_profile_parse_slow(&slow, NULL, "p.csv", file->data, file->length, &error) != PVS_OK) {
    fail_msg("row %ld, column %s: %s", error.row, error.column, error.message);
  }
  assert_same_profile(&fast, &slow);
  const unsigned plain = assert_levels_agree(file, &slow);
  assert_true(plain == 0 || plain == LEVELS);
  pvs_profile_deinit(&fast);
  pvs_profile_deinit(&slow);
}

#endif
