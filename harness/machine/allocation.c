#include "machine/allocation.h"
#include "base/phrase.h"

#include "machine/sysfile.h"

#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool hx_affinity_read(pid_t tid, hx_cpuset *set) {
  return sched_getaffinity(tid, sizeof *set, set) == 0;
}

/* True when `token` is one of the comma separated items. */
static bool has_item(const char *items, const char *token) {
  size_t length = strlen(token);
  for (const char *at = items; (at = strstr(at, token)) != NULL; at += length)
    if ((at == items || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
      return true;
  return false;
}

/* Where a cgroup hierarchy is mounted, and which cgroup its mount point shows. */
typedef struct mount {
  char root[PATH_MAX], point[PATH_MAX];
  bool found;
} mount;

/* The cgroup2 mount (v2), or the v1 mount with the cpu controller. proc_pid_mountinfo(5):
 * "36 35 98:0 ROOT POINT OPTIONS [TAGS...] - FSTYPE SOURCE SUPER_OPTIONS". */
static void find_mounts(const char *root, mount *v2, mount *v1) {
  char text[HX_SYSFILE_TEXT], *rest;
  if (!hx_sysfile_read(root, "/proc/self/mountinfo", text, sizeof text))
    return;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
    char shown[PATH_MAX], point[PATH_MAX], type[32], options[512];
    char *tail = strstr(line, " - ");
    if (tail == NULL || sscanf(line, "%*s %*s %*s %4095s %4095s", shown, point) != 2 ||
        sscanf(tail, " - %31s %*s %511s", type, options) != 2)
      continue;
    mount *hit = strcmp(type, "cgroup2") == 0                              ? v2
                 : strcmp(type, "cgroup") == 0 && has_item(options, "cpu") ? v1
                                                                           : NULL;
    if (hit == NULL || hit->found)
      continue;
    strcpy(hit->root, shown);
    strcpy(hit->point, point);
    hit->found = true;
  }
}

/* 0: no quota. */
static double quotient(double quota, double period) {
  double cpus = quota / period;
  return quota > 0 && period > 0 && isfinite(cpus) ? cpus : 0;
}

/* cpu.max holds "QUOTA PERIOD" in microseconds, QUOTA "max" when there is none. */
static double read_v2(const char *root, const char *folder, char *where) {
  char path[2 * PATH_MAX + 32], text[64];
  double quota, period;
  snprintf(path, sizeof path, "%s/cpu.max", folder);
  if (!hx_sysfile_read(root, path, text, sizeof text) ||
      sscanf(text, "%lf %lf", &quota, &period) != 2)
    return 0;
  snprintf(where, HX_QUOTA_WHERE, "%.*s", HX_QUOTA_WHERE - 1, path);
  return quotient(quota, period);
}

/* A quota of -1 means none. */
static double read_v1(const char *root, const char *folder, char *where) {
  char path[2 * PATH_MAX + 32];
  double quota, period;
  snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
  if (!hx_sysfile_number(root, path, &period))
    return 0;
  snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
  if (!hx_sysfile_number(root, path, &quota))
    return 0;
  snprintf(where, HX_QUOTA_WHERE, "%.*s", HX_QUOTA_WHERE - 1, path);
  return quotient(quota, period);
}

/* The tightest quota of `group` and its ancestors up to the mount point. */
static void tighten(hx_quota *best, const char *root, const mount *m, const char *group,
                    double (*read_quota)(const char *, const char *, char *)) {
  /* In a container the mount may show the container's own cgroup as its root. A path that does not
   * lead below it (a cgroup namespace) means the mount point itself. */
  size_t shown = strcmp(m->root, "/") == 0 ? 0 : strlen(m->root);
  bool below = strncmp(group, m->root, shown) == 0 && (group[shown] == '/' || group[shown] == '\0');
  char folder[2 * PATH_MAX];
  int n = snprintf(folder, PATH_MAX, "%s%s", m->point, below ? group + shown : "");
  if (n < 0 || n >= PATH_MAX)
    return;
  size_t length = (size_t)n, stop = strlen(m->point);
  for (;;) {
    while (length > stop && folder[length - 1] == '/')
      length--;
    folder[length] = '\0';
    char where[HX_QUOTA_WHERE];
    double cpus = read_quota(root, folder, where);
    if (cpus > 0 && (best->cpus <= 0 || cpus < best->cpus)) {
      best->cpus = cpus;
      strcpy(best->where, where);
    }
    if (length <= stop)
      return;
    while (length > stop && folder[length - 1] != '/')
      length--;
  }
}

hx_quota hx_quota_read(const char *root) {
  hx_quota best = {0};
  char text[HX_SYSFILE_TEXT], *rest;
  mount v2 = {.found = false}, v1 = {.found = false};
  find_mounts(root, &v2, &v1);
  if (hx_sysfile_read(root, "/proc/self/cgroup", text, sizeof text)) {
    /* Lines are "ID:CONTROLLERS:PATH"; v2 is the one with ID 0 and no controllers. */
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
      char *controllers = strchr(line, ':');
      char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
      if (group == NULL)
        continue;
      controllers++;
      *group++ = '\0';
      if (*controllers == '\0' && v2.found)
        tighten(&best, root, &v2, group, read_v2);
      else if (has_item(controllers, "cpu") && v1.found)
        tighten(&best, root, &v1, group, read_v1);
    }
  }
  return best;
}

int hx_cpus_usable(const char *root) {
  hx_cpuset allowed;
  hx_quota quota = hx_quota_read(root);
  int n = hx_affinity_read(0, &allowed) ? hx_cpuset_count(&allowed) : 1;
  if (quota.cpus > 0 && quota.cpus < n)
    n = quota.cpus > 1 ? (int)quota.cpus : 1;
  return n;
}

/* Names who took which CPUs: what `taker` leaves out of `rest`, which shrinks to what remains. */
static void explain_step(hx_phrase *out, hx_cpuset *rest, const hx_cpuset *taker, const char *who) {
  hx_cpuset taken = hx_cpuset_minus(rest, taker);
  if (hx_cpuset_is_empty(&taken))
    return;
  char list[HX_CPUSET_TEXT];
  hx_cpuset_format(&taken, list, sizeof list);
  hx_phrase_add(out, "; %s taken by %s", list, who);
  *rest = hx_cpuset_and(rest, taker);
}

size_t hx_allocation_explain(const hx_allocation *a, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  char list[HX_CPUSET_TEXT];
  hx_cpuset_format(&a->allowed, list, sizeof list);
  hx_phrase_add(&out, "%d of %d CPUs (%s)", hx_cpuset_count(&a->allowed),
                hx_cpuset_count(&a->machine), list);
  hx_cpuset rest = a->machine;
  explain_step(&out, &rest, &a->cgroup, "a cpuset cgroup");
  explain_step(&out, &rest, &a->affinity, "the inherited affinity mask");
  if (a->has_asked)
    explain_step(&out, &rest, &a->asked, "the restriction asked for");
  if (a->quota.cpus > 0)
    hx_phrase_add(&out, "; quota %.4g CPUs (%s)", a->quota.cpus, a->quota.where);
  return out.length;
}
