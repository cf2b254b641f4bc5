#include "machine/doctor.h"

#include "machine/cpufreq.h"
#include "machine/sysfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a check looks at and where it writes what it found. */
typedef struct look {
  const hx_topo *topo;
  const char *root;
  char *found;
  const char **advice; /* the check's own, unless what was found needs another */
} look;

static hx_doctor_level say(const look *l, hx_doctor_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static hx_doctor_level say(const look *l, hx_doctor_level level, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(l->found, HX_DOCTOR_TEXT, format, args);
  va_end(args);
  return level;
}

/* ------------------------------------------------------------------------------------- clock */

static hx_doctor_level check_governor(const look *l) {
  char names[128];
  int cpus = hx_cpufreq_governors(l->root, names, sizeof names);
  int other = hx_cpufreq_not_performance(l->root);
  if (cpus == 0)
    return say(l, HX_DOCTOR_UNKNOWN, "this machine shows no frequency control");
  if (other == 0)
    return say(l, HX_DOCTOR_OK, "performance on %d CPUs", cpus);
  return say(l, HX_DOCTOR_WARN, "%s: %d of %d CPUs are not on \"performance\"", names, other, cpus);
}

static hx_doctor_level check_turbo(const look *l) {
  switch (hx_cpufreq_turbo(l->root)) {
  case HX_TURBO_ON:
    return say(l, HX_DOCTOR_NOTE, "on");
  case HX_TURBO_OFF:
    return say(l, HX_DOCTOR_OK, "off");
  case HX_TURBO_UNKNOWN:
    break;
  }
  return say(l, HX_DOCTOR_UNKNOWN, "this machine shows no turbo switch");
}

static hx_doctor_level check_power(const look *l) {
  char path[64], status[32];
  for (int i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "/sys/class/power_supply/BAT%d/status", i);
    if (hx_sysfile_read(l->root, path, status, sizeof status) && strcmp(status, "Discharging") == 0)
      return say(l, HX_DOCTOR_WARN, "running on battery BAT%d", i);
  }
  return say(l, HX_DOCTOR_OK, "not on battery");
}

static void add_count(void *to, int cpu, const char *text) {
  (void)cpu;
  *(long long *)to += strtoll(text, NULL, 10);
}

static hx_doctor_level check_thermal(const look *l) {
  long long throttled = 0;
  int cpus =
      hx_sysfile_each_cpu(l->root, "thermal_throttle/core_throttle_count", add_count, &throttled);
  double hottest_c = -1;
  for (int zone = 0; zone < 64; zone++) {
    char path[64];
    double milli_c;
    snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%d/temp", zone);
    if (hx_sysfile_number(l->root, path, &milli_c) && milli_c / 1000 > hottest_c)
      hottest_c = milli_c / 1000;
  }
  if (hottest_c >= 85)
    return say(l, HX_DOCTOR_WARN, "the hottest sensor is at %.0f degrees C", hottest_c);
  if (throttled > 0)
    return say(l, HX_DOCTOR_WARN, "throttled by heat %lld times since boot", throttled);
  if (cpus == 0 && hottest_c < 0)
    return say(l, HX_DOCTOR_UNKNOWN, "this machine shows no temperature sensors");
  if (hottest_c < 0)
    return say(l, HX_DOCTOR_OK, "never throttled since boot");
  return say(l, HX_DOCTOR_OK, "the hottest sensor is at %.0f degrees C", hottest_c);
}

static hx_doctor_level check_clocksource(const look *l) {
  static const char *const fast[] = {"tsc", "kvm-clock", "arch_sys_counter",
                                     "hyperv_clocksource_tsc_page"};
  char name[64];
  if (!hx_sysfile_read(l->root, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
                       name, sizeof name))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  for (size_t i = 0; i < sizeof fast / sizeof fast[0]; i++)
    if (strcmp(name, fast[i]) == 0)
      return say(l, HX_DOCTOR_OK, "%s", name);
  return say(l, HX_DOCTOR_WARN, "%s", name);
}

/* ------------------------------------------------------------------------------- what we get */

static hx_doctor_level check_smt(const look *l) {
  int pus = hx_topo_get_counts(l->topo)->pus_per_core;
  if (pus > 1)
    return say(l, HX_DOCTOR_NOTE, "on: up to %d hardware threads per core", pus);
  return say(l, HX_DOCTOR_OK, "off, or only one thread of each core is allowed");
}

static hx_doctor_level check_cpuset(const look *l) {
  const hx_allocation *a = hx_topo_get_allocation(l->topo);
  bool all = hx_cpuset_equal(&a->allowed, &a->machine);
  hx_allocation no_quota = *a;
  no_quota.quota.cpus = 0; /* has a check of its own */
  hx_allocation_explain(&no_quota, l->found, HX_DOCTOR_TEXT);
  return all ? HX_DOCTOR_OK : HX_DOCTOR_NOTE;
}

static hx_doctor_level check_quota(const look *l) {
  const hx_quota *quota = &hx_topo_get_allocation(l->topo)->quota;
  if (quota->cpus <= 0)
    return say(l, HX_DOCTOR_OK, "none");
  return say(l, HX_DOCTOR_WARN, "%.4g CPUs (%.200s)", quota->cpus, quota->where);
}

static hx_doctor_level check_hypervisor(const look *l) {
  if (hx_sysfile_virtual(l->root))
    return say(l, HX_DOCTOR_NOTE, "this is a virtual machine");
  return say(l, HX_DOCTOR_OK, "none");
}

/* Time the hypervisor gave to others since boot; the fields of the first line of proc_stat(5). */
static hx_doctor_level check_steal(const look *l) {
  char text[256];
  double v[8];
  if (!hx_sysfile_field(l->root, "/proc/stat", "cpu ", text, sizeof text) ||
      sscanf(text, "%lf %lf %lf %lf %lf %lf %lf %lf", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5],
             &v[6], &v[7]) != 8)
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  double busy = v[0] + v[1] + v[2] + v[5] + v[6] + v[7];
  double percent = busy > 0 ? 100 * v[7] / busy : 0;
  hx_doctor_level level = percent >= 0.5 ? HX_DOCTOR_WARN : HX_DOCTOR_OK;
  return say(l, level, "%.2g %% of the busy time since boot was taken by other machines", percent);
}

/* --------------------------------------------------------------------------------- who else */

static hx_doctor_level check_load(const look *l) {
  double load;
  if (!hx_sysfile_number(l->root, "/proc/loadavg", &load))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  return say(l, load >= 0.5 ? HX_DOCTOR_WARN : HX_DOCTOR_OK, "%.2f over the last minute", load);
}

static hx_doctor_level check_runnable(const look *l) {
  char text[64];
  if (!hx_sysfile_field(l->root, "/proc/stat", "procs_running ", text, sizeof text))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  long others = strtol(text, NULL, 10) - 1; /* one of them is asking */
  if (others <= 0)
    return say(l, HX_DOCTOR_OK, "none at this moment");
  return say(l, HX_DOCTOR_WARN, "%ld at this moment", others);
}

static hx_doctor_level check_swap(const look *l) {
  char total[64], left[64];
  if (!hx_sysfile_field(l->root, "/proc/meminfo", "SwapTotal:", total, sizeof total) ||
      !hx_sysfile_field(l->root, "/proc/meminfo", "SwapFree:", left, sizeof left))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  double total_mb = 1.024e-3 * strtod(total, NULL); /* in KiB */
  double used_mb = total_mb - 1.024e-3 * strtod(left, NULL);
  if (total_mb <= 0)
    return say(l, HX_DOCTOR_OK, "none");
  return say(l, used_mb >= 1 ? HX_DOCTOR_WARN : HX_DOCTOR_OK, "%.0f of %.0f MB in use", used_mb,
             total_mb);
}

/* --------------------------------------------------------------------------- kernel settings */

static hx_doctor_level check_perf(const look *l) {
  double paranoid;
  const char *usual = *l->advice;
  *l->advice = "nothing: compare --instructions works without counters";
  if (!hx_sysfile_number(l->root, "/proc/sys/kernel/perf_event_paranoid", &paranoid))
    return say(l, HX_DOCTOR_NOTE, "this kernel has no performance counters");
  bool counters = hx_sysfile_exists(l->root, "/sys/bus/event_source/devices/cpu") ||
                  hx_sysfile_exists(l->root, "/sys/bus/event_source/devices/cpu_core");
  if (paranoid > 2) {
    *l->advice = usual;
    return say(l, HX_DOCTOR_NOTE, "%.0f: counting is not allowed", paranoid);
  }
  if (!counters)
    return say(l, HX_DOCTOR_NOTE, "%.0f: allowed, but this machine shows no hardware counters",
               paranoid);
  return say(l, HX_DOCTOR_OK, "%.0f: own processes may be counted", paranoid);
}

static hx_doctor_level check_huge_pages(const look *l) {
  char text[128];
  if (!hx_sysfile_read(l->root, "/sys/kernel/mm/transparent_hugepage/enabled", text, sizeof text))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  if (strstr(text, "[always]") != NULL)
    return say(l, HX_DOCTOR_NOTE, "always");
  return say(l, HX_DOCTOR_OK, "%s", strstr(text, "[madvise]") != NULL ? "madvise" : "never");
}

static hx_doctor_level check_aslr(const look *l) {
  double value;
  if (!hx_sysfile_number(l->root, "/proc/sys/kernel/randomize_va_space", &value))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  return value != 0 ? say(l, HX_DOCTOR_NOTE, "on (%.0f)", value) : say(l, HX_DOCTOR_OK, "off");
}

static hx_doctor_level check_numa_balancing(const look *l) {
  double value = 0;
  if (hx_topo_get_counts(l->topo)->numa_nodes < 2)
    return say(l, HX_DOCTOR_OK, "one NUMA node: nothing to balance");
  if (!hx_sysfile_number(l->root, "/proc/sys/kernel/numa_balancing", &value))
    return say(l, HX_DOCTOR_UNKNOWN, "the kernel does not say");
  return value != 0 ? say(l, HX_DOCTOR_NOTE, "on") : say(l, HX_DOCTOR_OK, "off");
}

typedef struct check {
  const char *name;
  hx_doctor_level (*run)(const look *l);
  const char *why, *advice;
} check;

static const check checks[] = {
    {"governor", check_governor, "with a power-saving governor each run starts at a low clock rate",
     "cpupower frequency-set -g performance (on a virtual machine: on its host)"},
    {"turbo", check_turbo,
     "a single busy core runs faster than many, so the speed-up over one worker looks smaller, and "
     "the clock rate depends on the temperature",
     "leave it on to find the best configuration; to compare revisions switch it off: echo 1 > "
     "/sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 > "
     "/sys/devices/system/cpu/cpufreq/boost"},
    {"power", check_power, "on battery the clock rate is limited", "connect the power supply"},
    {"thermal", check_thermal, "a hot CPU lowers its clock rate during a measurement",
     "improve cooling, or let the machine cool down before measuring"},
    {"clocksource", check_clocksource, "each reading of a slow clock takes microseconds",
     "boot with clocksource=tsc if the CPU's counter is stable"},
    {"smt", check_smt, "two workers on one core share it, so the second one adds less",
     "nothing: pvtune tries both; --pin cores puts one worker on each core"},
    {"cpuset", check_cpuset,
     "results are valid for the allowed CPUs only, and are stored with them",
     "if the studies will have all CPUs, allow all of them now (taskset, cpuset cgroup, container "
     "limits)"},
    {"quota", check_quota,
     "when the quota is used up the kernel stops all workers until the next period, so times vary",
     "raise or remove the CPU limit of the container, service or job; pvtune tries no more workers "
     "than the quota allows"},
    {"hypervisor", check_hypervisor,
     "the host can move and stop virtual CPUs, and may not report the real caches",
     "use dedicated CPUs if possible; otherwise give comparisons more time, since intervals are "
     "wider"},
    {"steal", check_steal, "time taken by other machines makes runs longer at random",
     "measure when the host is idle, or on a machine with dedicated CPUs"},
    {"load", check_load, "other jobs compete with the runs for CPUs and caches",
     "wait until they are done, or stop them"},
    {"runnable", check_runnable,
     "other processes that are ready to run would share CPUs with the runs",
     "find them with top and stop them, or measure later"},
    {"swap", check_swap, "runs are slower at random when their memory must be read back from disk",
     "free memory, then swapoff -a && swapon -a"},
    {"perf_event_paranoid", check_perf, "without instruction counts comparisons can only use times",
     "sysctl kernel.perf_event_paranoid=2; compare --instructions works without counters"},
    {"huge_pages", check_huge_pages,
     "with \"always\" the time of a run depends on whether the kernel finds free huge pages",
     "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"},
    {"aslr", check_aslr,
     "each run has a different memory layout, which can change its time by a few per cent; "
     "repeated "
     "runs average this out",
     "nothing: this is one reason why pvtune makes every run a fresh process"},
    {"numa_balancing", check_numa_balancing, "the kernel moves pages between nodes during a run",
     "sysctl kernel.numa_balancing=0, or use --pin numa"},
};

int hx_doctor_run(const hx_topo *topo, const char *root, hx_finding finding[HX_DOCTOR_MAX]) {
  enum { CHECKS = sizeof checks / sizeof checks[0] };
  _Static_assert((int)CHECKS <= (int)HX_DOCTOR_MAX, "callers have room for all checks");
  for (int i = 0; i < CHECKS; i++) {
    hx_finding *f = &finding[i];
    const char *advice = checks[i].advice;
    look l = {topo, root, f->found, &advice};
    f->check = checks[i].name;
    f->level = checks[i].run(&l);
    f->why = checks[i].why;
    f->advice = f->level == HX_DOCTOR_OK ? "" : advice;
  }
  return CHECKS;
}

const char *hx_doctor_level_name(hx_doctor_level level) {
  static const char *const names[] = {"ok", "note", "warn", "unknown"};
  return names[level];
}
