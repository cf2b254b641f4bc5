#include "machine/cpufreq.h"
#include "base/phrase.h"

#include "machine/sysfile.h"

#include <string.h>

static void collect_name(void *to, int cpu, const char *governor) {
  hx_phrase *names = to;
  (void)cpu;
  bool seen = names->length > 0 && strstr(names->at, governor) != NULL;
  if (!seen)
    hx_phrase_add(names, "%s%s", names->length > 0 ? "+" : "", governor);
}

int hx_cpufreq_governors(const char *root, char *text, size_t cap) {
  hx_phrase names = {text, cap, 0};
  text[0] = '\0';
  return hx_sysfile_each_cpu(root, "cpufreq/scaling_governor", collect_name, &names);
}

static void count_other(void *to, int cpu, const char *governor) {
  (void)cpu;
  *(int *)to += strcmp(governor, "performance") != 0;
}

int hx_cpufreq_not_performance(const char *root) {
  int n = 0;
  hx_sysfile_each_cpu(root, "cpufreq/scaling_governor", count_other, &n);
  return n;
}

hx_turbo hx_cpufreq_turbo(const char *root) {
  double value;
  if (hx_sysfile_number(root, "/sys/devices/system/cpu/intel_pstate/no_turbo", &value))
    return value != 0 ? HX_TURBO_OFF : HX_TURBO_ON;
  if (hx_sysfile_number(root, "/sys/devices/system/cpu/cpufreq/boost", &value))
    return value != 0 ? HX_TURBO_ON : HX_TURBO_OFF;
  return HX_TURBO_UNKNOWN;
}
