/* measure/counters.h and energy.h on files of our own making. */
#include "measure/counters.h"
#include "measure/energy.h"

#include "unit/decide_support.h"
#include "unit/machine_support.h"

static void test_the_cpus_asked_for(void **state) {
  (void)state;
  fake_root proc = fake_root_make();
  fake_root_write(&proc, "/stat",
                  "cpu  900 900 900 900 900 900 900 900 0 0\n"
                  "cpu0 100 20 3 5000 6000 40 5 70 1 1\n"
                  "cpu1 1000 200 30 7000 8000 400 50 700 2 2\n"
                  "cpu12 7 7 7 7 7 7 7 7 7 7\n"
                  "intr 1 2 3\ncpux 5\n");
  fake_root_write(&proc, "/pressure/cpu",
                  "some avg10=0.00 avg60=1.00 total=2500000\nfull total=7\n");
  fake_root_write(&proc, "/loadavg", "0.10 0.20 0.30 4/321 9876\n");
  double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
  hx_cpuset all = {0}, second = {0};
  hx_cpuset_add(&second, 1);
  hx_counters c = hx_counters_read(proc.path, &all);
  assert_near(c.busy_s, tick_s * (168 + 1680 + 35), 1e-9);
  assert_near(c.steal_s, tick_s * (70 + 700 + 7), 1e-9);
  assert_near(c.pressure_s, 2.5, 1e-12);
  assert_int_equal(c.runnable, 4);
  assert_true(c.at_s > 0);
  c = hx_counters_read(proc.path, &second);
  assert_near(c.busy_s, tick_s * 1680, 1e-9);
  assert_near(c.steal_s, tick_s * 700, 1e-9);
  hx_cpuset none_of_them = {0};
  hx_cpuset_add(&none_of_them, 5);
  c = hx_counters_read(proc.path, &none_of_them);
  assert_near(c.busy_s, 0, 0);
  fake_root_remove(&proc);
}

static void test_what_the_kernel_does_not_say(void **state) {
  (void)state;
  fake_root proc = fake_root_make();
  hx_cpuset all = {0};
  hx_counters c = hx_counters_read(proc.path, &all);
  assert_true(isnan(c.busy_s) && isnan(c.steal_s) && isnan(c.pressure_s));
  assert_int_equal(c.runnable, -1);
  fake_root_write(&proc, "/stat", "cpu  1 2 3 4 5 6 7 8\n");
  fake_root_write(&proc, "/loadavg", "0.1 0.2\n");
  c = hx_counters_read(proc.path, &all);
  assert_true(isnan(c.busy_s));
  assert_int_equal(c.runnable, -1);
  fake_root_remove(&proc);
}

static void test_energy_of_two_packages(void **state) {
  (void)state;
  fake_root rapl = fake_root_make();
  hx_energy from, to;
  hx_energy_read(rapl.path, &from);
  assert_int_equal(from.n, 0);
  assert_true(isnan(hx_energy_between(&from, &from)));
  fake_root_write(&rapl, "/intel-rapl:0/energy_uj", "9000000\n");
  fake_root_write(&rapl, "/intel-rapl:0/max_energy_range_uj", "10000000\n");
  fake_root_write(&rapl, "/intel-rapl:1/energy_uj", "500000\n");
  hx_energy_read(rapl.path, &from);
  assert_int_equal(from.n, 2);
  assert_near(hx_energy_between(&from, &from), 0, 0);
  fake_root_write(&rapl, "/intel-rapl:0/energy_uj", "2000000\n"); /* it has begun anew */
  fake_root_write(&rapl, "/intel-rapl:1/energy_uj", "800000\n");
  hx_energy_read(rapl.path, &to);
  assert_near(hx_energy_between(&from, &to), 3.3, 1e-9);
  fake_root_write(&rapl, "/intel-rapl:1/energy_uj",
                  "400000\n"); /* it too, and nobody knows where */
  hx_energy_read(rapl.path, &to);
  assert_true(isnan(hx_energy_between(&from, &to)));
  to.n = 1;
  assert_true(isnan(hx_energy_between(&from, &to)));
  fake_root_remove(&rapl);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_cpus_asked_for),
                                     cmocka_unit_test(test_what_the_kernel_does_not_say),
                                     cmocka_unit_test(test_energy_of_two_packages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
