/* Every check of the doctor, on made-up machines: quiet, disturbed, and silent. */
#include "error_support.h"
#include "machine/doctor.h"
#include "machine_support.h"

static hx_topo *open_topo(const hx_topo_origin *source) {
  pvs_error error;
  hx_topo *topo = hx_topo_open(source, afresh(&error));
  assert_non_null(topo);
  return topo;
}

/* What one check says, with everything else of the machine as it is. */
static void expect(const hx_topo *topo, const fake_root *root, const char *check,
                   hx_doctor_level level, const char *found) {
  hx_finding finding[HX_DOCTOR_MAX];
  int n = hx_doctor_run(topo, root->path, finding);
  for (int i = 0; i < n; i++) {
    if (strcmp(finding[i].check, check) != 0)
      continue;
    assert_string_equal(finding[i].found, found);
    assert_string_equal(hx_doctor_level_name(finding[i].level), hx_doctor_level_name(level));
    assert_true(finding[i].why[0] != '\0');
    assert_int_equal(finding[i].advice[0] == '\0', level == HX_DOCTOR_OK);
    return;
  }
  fail_msg("no check %s", check);
}

/* A machine with one CPU's worth of files; `value` goes into `path`. */
typedef struct row {
  const char *check, *path, *value;
  hx_doctor_level level;
  const char *found;
} row;

#define CPU "/sys/devices/system/cpu"
static const row rows[] = {
    {"governor", CPU "/cpu0/cpufreq/scaling_governor", "performance\n", HX_DOCTOR_OK,
     "performance on 1 CPUs"},
    {"governor", CPU "/cpu0/cpufreq/scaling_governor", "powersave\n", HX_DOCTOR_WARN,
     "powersave: 1 of 1 CPUs are not on \"performance\""},
    {"turbo", CPU "/intel_pstate/no_turbo", "0\n", HX_DOCTOR_NOTE, "on"},
    {"turbo", CPU "/intel_pstate/no_turbo", "1\n", HX_DOCTOR_OK, "off"},
    {"turbo", CPU "/cpufreq/boost", "1\n", HX_DOCTOR_NOTE, "on"},
    {"turbo", CPU "/cpufreq/boost", "0\n", HX_DOCTOR_OK, "off"},
    {"power", "/sys/class/power_supply/BAT1/status", "Discharging\n", HX_DOCTOR_WARN,
     "running on battery BAT1"},
    {"power", "/sys/class/power_supply/BAT1/status", "Charging\n", HX_DOCTOR_OK, "not on battery"},
    {"thermal", CPU "/cpu0/thermal_throttle/core_throttle_count", "7\n", HX_DOCTOR_WARN,
     "throttled by heat 7 times since boot"},
    {"thermal", CPU "/cpu0/thermal_throttle/core_throttle_count", "0\n", HX_DOCTOR_OK,
     "never throttled since boot"},
    {"thermal", "/sys/class/thermal/thermal_zone3/temp", "91000\n", HX_DOCTOR_WARN,
     "the hottest sensor is at 91 degrees C"},
    {"thermal", "/sys/class/thermal/thermal_zone3/temp", "45000\n", HX_DOCTOR_OK,
     "the hottest sensor is at 45 degrees C"},
    {"clocksource", "/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n",
     HX_DOCTOR_OK, "tsc"},
    {"clocksource", "/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n",
     HX_DOCTOR_WARN, "hpet"},
    {"hypervisor", "/proc/cpuinfo", "flags\t: fpu hypervisor\n", HX_DOCTOR_NOTE,
     "this is a virtual machine"},
    {"hypervisor", "/proc/cpuinfo", "flags\t: fpu\n", HX_DOCTOR_OK, "none"},
    {"hypervisor", "/sys/hypervisor/type", "xen\n", HX_DOCTOR_NOTE, "this is a virtual machine"},
    {"steal", "/proc/stat", "cpu  80 0 10 900 0 0 0 10 0 0\n", HX_DOCTOR_WARN,
     "10 % of the busy time since boot was taken by other machines"},
    {"steal", "/proc/stat", "cpu  80 0 10 900 0 0 0 0 0 0\n", HX_DOCTOR_OK,
     "0 % of the busy time since boot was taken by other machines"},
    {"load", "/proc/loadavg", "0.10 0 0 1/2 3\n", HX_DOCTOR_OK, "0.10 over the last minute"},
    {"load", "/proc/loadavg", "2.50 0 0 1/2 3\n", HX_DOCTOR_WARN, "2.50 over the last minute"},
    {"runnable", "/proc/stat", "cpu 1\nprocs_running 1\n", HX_DOCTOR_OK, "none at this moment"},
    {"runnable", "/proc/stat", "cpu 1\nprocs_running 4\n", HX_DOCTOR_WARN, "3 at this moment"},
    {"swap", "/proc/meminfo", "SwapTotal: 0 kB\nSwapFree: 0 kB\n", HX_DOCTOR_OK, "none"},
    {"swap", "/proc/meminfo", "SwapTotal: 2048 kB\nSwapFree: 2048 kB\n", HX_DOCTOR_OK,
     "0 of 2 MB in use"},
    {"swap", "/proc/meminfo", "SwapTotal: 4096 kB\nSwapFree: 1024 kB\n", HX_DOCTOR_WARN,
     "3 of 4 MB in use"},
    {"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid", "4\n", HX_DOCTOR_NOTE,
     "4: counting is not allowed"},
    {"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid", "2\n", HX_DOCTOR_NOTE,
     "2: allowed, but this machine shows no hardware counters"},
    {"huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n",
     HX_DOCTOR_NOTE, "always"},
    {"huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n",
     HX_DOCTOR_OK, "madvise"},
    {"huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n",
     HX_DOCTOR_OK, "never"},
    {"aslr", "/proc/sys/kernel/randomize_va_space", "2\n", HX_DOCTOR_NOTE, "on (2)"},
    {"aslr", "/proc/sys/kernel/randomize_va_space", "0\n", HX_DOCTOR_OK, "off"},
};

static void each_file_is_judged(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    fake_root root = fake_root_make();
    fake_root_write(&root, rows[i].path, rows[i].value);
    expect(topo, &root, rows[i].check, rows[i].level, rows[i].found);
    fake_root_remove(&root);
  }
  hx_topo_close(topo);
}

static void hardware_counters_are_looked_for(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  fake_root root = fake_root_make();
  fake_root_write(&root, "/proc/sys/kernel/perf_event_paranoid", "1\n");
  fake_root_write(&root, "/sys/bus/event_source/devices/cpu/type", "4\n");
  expect(topo, &root, "perf_event_paranoid", HX_DOCTOR_OK, "1: own processes may be counted");
  fake_root_remove(&root);
  hx_topo_close(topo);
}

static const char *advice_on_perf(const hx_topo *topo, const char *paranoid) {
  hx_finding finding[HX_DOCTOR_MAX];
  fake_root root = fake_root_make();
  if (paranoid)
    fake_root_write(&root, "/proc/sys/kernel/perf_event_paranoid", paranoid);
  int n = hx_doctor_run(topo, root.path, finding), i = 0;
  while (i < n && strcmp(finding[i].check, "perf_event_paranoid") != 0)
    i++;
  fake_root_remove(&root);
  return i < n ? finding[i].advice : "";
}

static void nothing_is_advised_that_is_so_already(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  assert_non_null(strstr(advice_on_perf(topo, "4\n"), "sysctl kernel.perf_event_paranoid=2"));
  assert_null(strstr(advice_on_perf(topo, "2\n"), "sysctl"));
  assert_null(strstr(advice_on_perf(topo, NULL), "sysctl"));
  hx_topo_close(topo);
}

static void governors_may_differ(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  fake_root root = fake_root_make();
  fake_root_write(&root, CPU "/cpu0/cpufreq/scaling_governor", "schedutil\n");
  fake_root_write(&root, CPU "/cpu1/cpufreq/scaling_governor", "performance\n");
  fake_root_write(&root, CPU "/cpu11/cpufreq/scaling_governor", "schedutil\n");
  expect(topo, &root, "governor", HX_DOCTOR_WARN,
         "schedutil+performance: 2 of 3 CPUs are not on \"performance\"");
  fake_root_write(&root, CPU "/possible", "0-1\n"); /* no others are looked for */
  expect(topo, &root, "governor", HX_DOCTOR_WARN,
         "schedutil+performance: 1 of 2 CPUs are not on \"performance\"");
  fake_root_remove(&root);
  hx_topo_close(topo);
}

static void what_is_allowed_is_judged(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  hx_topo *all = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  expect(all, &root, "smt", HX_DOCTOR_OK, "off, or only one thread of each core is allowed");
  expect(all, &root, "cpuset", HX_DOCTOR_OK, "4 of 4 CPUs (0-3)");
  expect(all, &root, "quota", HX_DOCTOR_OK, "none");
  expect(all, &root, "numa_balancing", HX_DOCTOR_OK, "one NUMA node: nothing to balance");
  hx_topo_close(all);
  hx_topo *part = open_topo(
      &(hx_topo_origin){.synthetic = "numa:2 core:2 pu:2", .allowed = "0-5", .quota_cpus = 1.5});
  expect(part, &root, "smt", HX_DOCTOR_NOTE, "on: up to 2 hardware threads per core");
  expect(part, &root, "cpuset", HX_DOCTOR_NOTE,
         "6 of 8 CPUs (0-5); 6-7 taken by the restriction asked for");
  expect(part, &root, "quota", HX_DOCTOR_WARN, "1.5 CPUs (asked for)");
  expect(part, &root, "numa_balancing", HX_DOCTOR_UNKNOWN, "the kernel does not say");
  fake_root_write(&root, "/proc/sys/kernel/numa_balancing", "1\n");
  expect(part, &root, "numa_balancing", HX_DOCTOR_NOTE, "on");
  fake_root_write(&root, "/proc/sys/kernel/numa_balancing", "0\n");
  expect(part, &root, "numa_balancing", HX_DOCTOR_OK, "off");
  hx_topo_close(part);
  fake_root_remove(&root);
}

/* A machine that says nothing is not called fine, nor disturbed. */
static void silence_is_no_finding(void **state) {
  (void)state;
  static const char *const silent[] = {"governor", "turbo",    "thermal", "clocksource", "steal",
                                       "load",     "runnable", "swap",    "huge_pages",  "aslr"};
  fake_root root = fake_root_make();
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:4 pu:1"});
  hx_finding finding[HX_DOCTOR_MAX];
  int n = hx_doctor_run(topo, root.path, finding), unknown = 0;
  for (int i = 0; i < n; i++) {
    assert_int_not_equal(finding[i].level, HX_DOCTOR_WARN);
    for (size_t s = 0; s < sizeof silent / sizeof silent[0]; s++)
      if (strcmp(finding[i].check, silent[s]) == 0) {
        assert_int_equal(finding[i].level, HX_DOCTOR_UNKNOWN);
        unknown++;
      }
    for (int j = 0; j < i; j++)
      assert_string_not_equal(finding[i].check, finding[j].check);
  }
  assert_int_equal(unknown, sizeof silent / sizeof silent[0]);
  hx_topo_close(topo);
  fake_root_remove(&root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_file_is_judged),
      cmocka_unit_test(hardware_counters_are_looked_for),
      cmocka_unit_test(nothing_is_advised_that_is_so_already),
      cmocka_unit_test(governors_may_differ),
      cmocka_unit_test(what_is_allowed_is_judged),
      cmocka_unit_test(silence_is_no_finding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
