/* Profiles: the fast readers against the one over libcsv and strtod. Same success, same error to
 * the letter, bit-equal values, however the file is divided into ranges. */
#include "input/profile.h"
#include "input/profile_fast.h"
#include "input/profile_values.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

static void require_equal(const pvs_profile *a, const pvs_profile *b) {
  require(a->n_series == b->n_series && a->steps == b->steps && a->stride == b->stride);
  require(a->start == b->start && a->interval_s == b->interval_s);
  for (uint32_t i = 0; i < a->n_series; i++) {
    require(strcmp(a->names[i], b->names[i]) == 0);
  }
  require(memcmp(a->values, b->values, (size_t)a->n_series * a->stride * sizeof *a->values) == 0);
}

static void check_ranges(const char *text, size_t size, const pvs_profile *slow,
                         const pvs_block_level *level) {
  enum { RANGES = 3 };
  pvs_profile_range ranges[RANGES];
  pvs_profile fast;
  if (!pvs_profile_fast_open(&fast, "f.csv", text, size, ranges, RANGES)) {
    return;
  }
  bool plain = true;
  for (size_t i = RANGES; i-- > 0;) {
    plain = pvs_profile_fast_read_by(&fast, &ranges[i], level) && plain;
  }
  if (plain) {
    require(slow != NULL);
    require_equal(&fast, slow);
  }
  pvs_profile_deinit(&fast);
}

/* What stands behind the last number is for the caller of a reader to judge, as here. */
static bool is_delimited(const char *end_of_number, const char *end) {
  return end_of_number != NULL && (end_of_number == end || *end_of_number == ',' ||
                                   *end_of_number == '\n' || *end_of_number == '\r');
}

/* The readers of a row's numbers, which may look ahead only as far as the text goes. */
static void check_values(const char *text, size_t size) {
  enum { NUMBERS = 3 };
  const char *comma = memchr(text, ',', size);
  if (comma == NULL || comma - text < PVS_VALUES_BEFORE) {
    return;
  }
  double a[NUMBERS], b[NUMBERS];
  const char *end_a = pvs_values_read_portable(comma, text + size, NUMBERS, a);
  const char *end_b = pvs_values_reader_best()(comma, text + size, NUMBERS, b);
  if (is_delimited(end_a, text + size) && is_delimited(end_b, text + size)) {
    require(end_a == end_b && memcmp(a, b, sizeof a) == 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = size > 0 ? (const char *)data : "";
  pvs_profile fast, slow;
  pvs_error fast_error = {0};
  pvs_error slow_error = {0};
  const pvs_code fast_code = pvs_profile_parse(&fast, NULL, "f.csv", text, size, &fast_error);
  const pvs_code slow_code = pvs_profile_parse_slow(&slow, NULL, "f.csv", text, size, &slow_error);
  require(fast_code == slow_code);
  if (fast_code == PVS_OK) {
    require_equal(&fast, &slow);
  } else {
    require(memcmp(&fast_error, &slow_error, sizeof fast_error) == 0);
    require(fast.values == NULL && slow.values == NULL);
  }
  const pvs_block_level *const levels[] = {NULL, pvs_block_choose("avx2"),
                                           pvs_block_choose("avx512")};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    check_ranges(text, size, slow_code == PVS_OK ? &slow : NULL, levels[i]);
  }
  check_values(text, size);
  pvs_profile_deinit(&fast);
  pvs_profile_deinit(&slow);
  return 0;
}
