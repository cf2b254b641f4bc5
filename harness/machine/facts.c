/* The part of identity.h that is recorded beside measurements but is no part of the identity. */
#include "machine/identity.h"

#include "machine/cpufreq.h"
#include "machine/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static void add(hx_fact *fact, int *n, const char *name, const char *value) {
  fact[*n].name = name;
  snprintf(fact[*n].value, sizeof fact[*n].value, "%s", value);
  (*n)++;
}

static void add_file(hx_fact *fact, int *n, const char *name, const char *root, const char *path) {
  char text[HX_FACT_VALUE];
  hx_sysfile_read(root, path, text, sizeof text);
  add(fact, n, name, text);
}

/* A /proc/meminfo line, which is in kB, in bytes. */
static void add_memory(hx_fact *fact, int *n, const char *name, const char *root, const char *key) {
  char text[HX_FACT_VALUE] = "";
  if (hx_sysfile_field(root, "/proc/meminfo", key, text, sizeof text))
    snprintf(text, sizeof text, "%lld", strtoll(text, NULL, 10) * 1024);
  add(fact, n, name, text);
}

int hx_facts_read(const hx_topo *topo, const char *root, hx_fact fact[HX_FACTS_MAX]) {
  int n = 0;
  char text[HX_FACT_VALUE];
  struct utsname kernel;
  if (root == NULL && uname(&kernel) == 0) {
    add(fact, &n, "host", kernel.nodename);
    add(fact, &n, "kernel", kernel.release);
  } else {
    add_file(fact, &n, "host", root, "/proc/sys/kernel/hostname");
    add_file(fact, &n, "kernel", root, "/proc/sys/kernel/osrelease");
  }
  hx_sysfile_field(root, "/etc/os-release", "PRETTY_NAME=", text, sizeof text);
  text[strcspn(text + (text[0] == '"'), "\"") + (text[0] == '"')] = '\0';
  add(fact, &n, "os", text + (text[0] == '"'));
  add(fact, &n, "cpu_model", hx_topo_cpu_model(topo));
  hx_cpufreq_governors(root, text, sizeof text);
  add(fact, &n, "governor", text);
  hx_turbo turbo = hx_cpufreq_turbo(root);
  add(fact, &n, "turbo", turbo == HX_TURBO_ON ? "on" : turbo == HX_TURBO_OFF ? "off" : "");
  add_file(fact, &n, "smt", root, "/sys/devices/system/cpu/smt/control");
  add_file(fact, &n, "aslr", root, "/proc/sys/kernel/randomize_va_space");
  bool is_virtual = hx_sysfile_virtual(root);
  hx_sysfile_read(root, "/sys/class/dmi/id/sys_vendor", text, sizeof text);
  add(fact, &n, "hypervisor", !is_virtual ? "no" : text[0] != '\0' ? text : "yes");
  add_memory(fact, &n, "memory_bytes", root, "MemTotal:");
  add_memory(fact, &n, "swap_bytes", root, "SwapTotal:");
  hx_sysfile_read(root, "/proc/loadavg", text, sizeof text);
  text[strcspn(text, " ")] = '\0';
  add(fact, &n, "load_1min", text);
  add_file(fact, &n, "boot_id", root, "/proc/sys/kernel/random/boot_id");
  return n;
}
