#include "measure/counters.h"

#include "base/clock.h"
#include "machine/sysfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_cpu_line(const char *line, const hx_cpuset *cpus, double tick_s, hx_counters *out) {
  char *at;
  long cpu = strtol(line + 3, &at, 10);
  unsigned long long t[8] = {0}; /* user nice system idle iowait irq softirq steal */
  if (!hx_cpuset_is_empty(cpus) && !hx_cpuset_has(cpus, (int)cpu))
    return;
  for (int i = 0; i < 8; i++)
    t[i] = strtoull(at, &at, 10);
  out->busy_s += tick_s * (double)(t[0] + t[1] + t[2] + t[5] + t[6]);
  out->steal_s += tick_s * (double)t[7];
}

hx_counters hx_counters_read(const char *proc, const hx_cpuset *cpus) {
  static const char total[] = "total=";
  hx_counters out = {
      .at_s = hx_clock_s(), .busy_s = NAN, .steal_s = NAN, .pressure_s = NAN, .runnable = -1};
  enum { SIZE = 128 * 1024 }; /* the rest of /proc/stat, behind the CPUs, is not needed */
  char *text = malloc(SIZE);  /* too much for a small stack */
  if (!text)
    return out;
  hx_sysfile_read(proc, "/stat", text, SIZE);
  double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
  for (char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL)
    if (strncmp(line, "cpu", 3) == 0 && line[3] >= '0' && line[3] <= '9') {
      if (isnan(out.busy_s))
        out.busy_s = out.steal_s = 0;
      add_cpu_line(line, cpus, tick_s, &out);
    }
  hx_sysfile_read(proc, "/pressure/cpu", text, SIZE);
  char *some = strstr(text, total);
  if (some)
    out.pressure_s = 1e-6 * strtod(some + sizeof total - 1, NULL);
  hx_sysfile_read(proc, "/loadavg", text, SIZE);
  if (sscanf(text, "%*s %*s %*s %ld/", &out.runnable) != 1)
    out.runnable = -1;
  free(text);
  return out;
}
