/* Kernels on series of every length that their loops are cut for, against one step after the other:
 * every bit, and nothing outside. */
#include "core_support.h"

#include "model/kernels.h"

enum { MOST = 256, ROOM = MOST + 64 };

static _Alignas(64) double x[4 * ROOM], y[ROOM], expected[ROOM];

static void fill(dice *d) {
  for (size_t i = 0; i < COUNT_OF(x); i++)
    x[i] = dice_between(d, -1, 2);
  for (size_t i = 0; i < COUNT_OF(y); i++)
    expected[i] = y[i] = dice_between(d, -1, 2);
}

static void assert_expected(const char *kernel, const char *level, size_t n, size_t rows) {
  for (size_t i = 0; i < ROOM; i++)
    if (bits_of(y[i]) != bits_of(expected[i]))
      fail_msg("%s, %s, %zu rows of %zu: [%zu] is %.17g, expected %.17g", kernel, level, rows, n, i,
               y[i], expected[i]);
}

/* Four partial sums, added as (0 + 1) + (2 + 3). */
static double row_sum(const double *row, size_t n) {
  double part[4] = {0};
  const size_t whole = n / 4 * 4;
  for (size_t i = 0; i < whole; i++)
    part[i % 4] += row[i];
  for (size_t i = whole; i < n; i++)
    part[0] += row[i];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

static void sums_of_rows(void **state) {
  (void)state;
  dice d = {3};
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (size_t n = 1; n <= 49; n++)
      for (size_t rows = 0; rows <= 9; rows++) {
        fill(&d);
        for (size_t r = 0; r < rows; r++)
          expected[r] += row_sum(x + r * n, n);
        (*k)->row_sums(n, rows, x, y);
        assert_expected("row_sums", (*k)->name, n, rows);
      }
}

static void sums_of_series(void **state) {
  (void)state;
  dice d = {4};
  const double *const series[] = {x + 64, x + ROOM, x + 2 * ROOM, x + 3 * ROOM};
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (size_t n = 0; n <= MOST; n += PVS_LANES)
      for (size_t rows = 0; rows <= COUNT_OF(series); rows++)
        for (size_t at = 0; at <= 16; at += 8) {
          fill(&d);
          for (size_t r = 0; r < rows; r++)
            for (size_t i = 0; i < n; i++)
              expected[i] += series[r][at + i];
          (*k)->add_rows(n, rows, series, at, y);
          assert_expected("add_rows", (*k)->name, n, rows);
        }
}

/* Any number of slots of a day, of several days, from anywhere to anywhere. */
static void rows_of_a_day_table(void **state) {
  (void)state;
  dice d = {5};
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (uint32_t n = 1; n <= 200; n++) {
      const uint32_t rows = 1 + n % 4, stride = n + n % 3;
      const pvs_day_rows days[] = {
          {.skip = n % 5, .n = n, .stride = stride, .rows = rows, .at = n % 7},
          {.skip = 1, .n = 3, .stride = 3, .rows = 1, .at = 11}};
      for (int greatest = 0; greatest < 2; greatest++) {
        fill(&d);
        for (size_t part = 0; part < COUNT_OF(days); part++)
          for (uint32_t r = 0; r < days[part].rows; r++)
            for (uint32_t i = 0; i < days[part].n; i++) {
              double value = x[days[part].skip + r * days[part].stride + i];
              double *entry = &expected[days[part].at + i];
              *entry = !greatest ? *entry + value : value > *entry ? value : *entry;
            }
        (greatest ? (*k)->maximum : (*k)->accumulate)(COUNT_OF(days), days, x, y);
        assert_expected(greatest ? "maximum" : "accumulate", (*k)->name, n, rows);
      }
    }
}

static void single_series(void **state) {
  (void)state;
  dice d = {6};
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (size_t n = 0; n <= 96; n += PVS_LANES) {
      fill(&d);
      for (size_t i = 0; i < n; i++)
        expected[i] = (x[i] * 1.7 - x[i] * 1.7 * 0.3) / 3;
      (*k)->scale_rest(n, x, 1.7, 0.3, 3, y);
      assert_expected("scale_rest", (*k)->name, n, 1);
      for (size_t i = 0; i < n; i++)
        expected[i] = x[i] * 1.7 * 0.3;
      (*k)->scale(n, x, 1.7, 0.3, y);
      assert_expected("scale", (*k)->name, n, 1);
      for (size_t i = 0; i < n; i++)
        expected[i] = x[i] - x[ROOM + i];
      (*k)->difference(n, x, x + ROOM, y);
      assert_expected("difference", (*k)->name, n, 1);
      for (size_t i = 0; i < n; i++)
        expected[i] += x[i];
      (*k)->add(n, x, y);
      assert_expected("add", (*k)->name, n, 1);
      for (size_t i = 0; i < n; i++)
        expected[i % PVS_LANES] += x[i] * x[ROOM + i];
      (*k)->dot(n, x, x + ROOM, y);
      assert_expected("dot", (*k)->name, n, 1);
      for (size_t i = 0; i < n; i++)
        expected[i % PVS_LANES] += x[i];
      (*k)->sum(n, x, y);
      assert_expected("sum", (*k)->name, n, 1);
    }
}

/* What a customer imports at night, and that what is in no span is neither read nor written. */
static void nights_are_imports_of_the_load(void **state) {
  (void)state;
  enum { N = 64 };
  static const pvs_daylight_span spans[] = {{8, 16, 24, 40}, {48, 48, 56, 56}};
  static _Alignas(64) double import[2][N], consumption[2][N], sums_import[N], sums_export[N],
      gen[N];
  dice d = {7};
  fill(&d);
  for (int t = 0; t < N; t++) {
    x[t] = dice_between(&d, 0, 1);
    x[ROOM + t] = dice_between(&d, 0, 1);
    gen[t] = (t >= 16 && t < 24) || (t >= 48 && t < 56) ? 0.5 : 0;
  }
  for (const pvs_kernels *const *k = pvs_kernels_available(); *k; k++)
    for (unsigned count = 1; count <= 2; count++) {
      pvs_flow_lanes sums[2] = {{.import = {0}}};
      pvs_flow_customer customers[2];
      for (int t = 0; t < N; t++)
        import[0][t] = import[1][t] = consumption[0][t] = consumption[1][t] = -7;
      memset(sums_import, 0, sizeof sums_import);
      memset(sums_export, 0, sizeof sums_export);
      for (unsigned i = 0; i < count; i++)
        customers[i] = (pvs_flow_customer){.load = x + i * ROOM,
                                           .gen = gen,
                                           .next = x,
                                           .import = import[i],
                                           .consumption = consumption[i],
                                           .sums = &sums[i]};
      pvs_flow_stretch stretch = {.n_spans = 2,
                                  .spans = spans,
                                  .network_import = sums_import,
                                  .network_export = sums_export};
      (*k)->flow_static(&stretch, count, customers);
      for (unsigned i = 0; i < count; i++) {
        double total = 0, out = 0;
        for (int t = 0; t < N; t++) {
          const double load = x[i * ROOM + (size_t)t], net = gen[t] - load;
          const bool is_night = t < 8 || (t >= 40 && t < 48) || t >= 56;
          assert_true(import[i][t] == (is_night ? -7 : net < 0 ? -net : 0));
          assert_true(consumption[i][t] == (is_night ? -7 : gen[t] < load ? gen[t] : load));
          total += is_night ? 0 : import[i][t];
          out += is_night || net < 0 ? 0 : net;
        }
        assert_near(pvs_lanes_sum(sums[i].import), total);
        assert_near(pvs_lanes_sum(sums[i].export), out);
      }
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_of_rows),
      cmocka_unit_test(sums_of_series),
      cmocka_unit_test(rows_of_a_day_table),
      cmocka_unit_test(single_series),
      cmocka_unit_test(nights_are_imports_of_the_load),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
