#include "machine/sysfile.h"

#include "machine/cpuset.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(const char *root, const char *path, char *full, size_t cap) {
  bool live = root == NULL || strcmp(root, "/") == 0;
  int n = snprintf(full, cap, "%s%s", live ? "" : root, path);
  return n >= 0 && (size_t)n < cap;
}

bool hx_sysfile_read(const char *root, const char *path, char *text, size_t cap) {
  char full[PATH_MAX];
  text[0] = '\0';
  int fd = join(root, path, full, sizeof full) ? open(full, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return false;
  size_t used = 0;
  ssize_t n = 0;
  while (used < cap - 1 && (n = read(fd, text + used, cap - 1 - used)) > 0)
    used += (size_t)n;
  bool ok = used == cap - 1 || n == 0;
  close(fd);
  while (ok && used > 0 && text[used - 1] == '\n')
    used--;
  text[ok ? used : 0] = '\0';
  return ok;
}

/* A name may hold blanks and parentheses itself, so counting begins behind the last ')'. */
const char *hx_sysfile_task_stat(int dir, const char *id, char *text, size_t cap) {
  char path[300];
  snprintf(path, sizeof path, "%s/stat", id);
  int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  ssize_t n = read(fd, text, cap - 1);
  close(fd);
  text[n > 0 ? n : 0] = '\0';
  const char *name_end = strrchr(text, ')');
  return name_end ? name_end + 1 : NULL;
}

bool hx_sysfile_exists(const char *root, const char *path) {
  char full[PATH_MAX];
  return join(root, path, full, sizeof full) && access(full, F_OK) == 0;
}

bool hx_sysfile_number(const char *root, const char *path, double *number) {
  char text[128], *end;
  if (!hx_sysfile_read(root, path, text, sizeof text))
    return false;
  double value = strtod(text, &end);
  if (end == text)
    return false;
  *number = value;
  return true;
}

bool hx_sysfile_field(const char *root, const char *path, const char *key, char *value,
                      size_t cap) {
  char text[HX_SYSFILE_TEXT]; /* without memory a machine must not look like another one */
  bool found = false;
  value[0] = '\0';
  if (hx_sysfile_read(root, path, text, sizeof text)) {
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && !found;
         line = strtok_r(NULL, "\n", &rest)) {
      if (strncmp(line, key, strlen(key)) != 0)
        continue;
      line += strlen(key);
      line += strspn(line, " \t:");
      size_t length = strlen(line);
      while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
      snprintf(value, cap, "%.*s", (int)length, line);
      found = true;
    }
  }
  return found;
}

/* CPUs that the machine has or may get; all that we know of where the kernel does not say. */
static hx_cpuset cpus_possible(const char *root) {
  char text[256];
  hx_cpuset cpus = {{0}};
  if (hx_sysfile_read(root, "/sys/devices/system/cpu/possible", text, sizeof text) &&
      hx_cpuset_parse(text, &cpus, NULL))
    return cpus;
  for (int cpu = 0; cpu < HX_CPUSET_BITS; cpu++)
    hx_cpuset_add(&cpus, cpu);
  return cpus;
}

int hx_sysfile_each_cpu(const char *root, const char *leaf,
                        void (*visit)(void *to, int cpu, const char *text), void *to) {
  char path[256], text[256];
  int n = 0;
  const hx_cpuset cpus = cpus_possible(root);
  for (int cpu = hx_cpuset_next(&cpus, -1); cpu >= 0; cpu = hx_cpuset_next(&cpus, cpu)) {
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/%s", cpu, leaf);
    if (hx_sysfile_read(root, path, text, sizeof text)) {
      visit(to, cpu, text);
      n++;
    }
  }
  return n;
}

bool hx_sysfile_virtual(const char *root) {
  char flags[8192];
  return (hx_sysfile_field(root, "/proc/cpuinfo", "flags", flags, sizeof flags) &&
          strstr(flags, " hypervisor") != NULL) ||
         hx_sysfile_exists(root, "/sys/hypervisor/type");
}
