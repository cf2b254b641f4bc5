/* Clock frequency control as Linux shows it. */
#ifndef HX_MACHINE_CPUFREQ_H
#define HX_MACHINE_CPUFREQ_H

#include <stddef.h>

typedef enum hx_turbo { HX_TURBO_UNKNOWN, HX_TURBO_OFF, HX_TURBO_ON } hx_turbo;

/* Names of the scaling governors in use, "performance" or "performance+powersave"; "" when there is
 * no frequency control to see (usual in a virtual machine). Returns how many CPUs have one. */
int hx_cpufreq_governors(const char *root, char *text, size_t cap);
/* How many CPUs have a governor other than "performance". */
int hx_cpufreq_not_performance(const char *root);
/* intel_pstate's no_turbo or acpi-cpufreq's boost. */
hx_turbo hx_cpufreq_turbo(const char *root);

#endif
