#include "measure/descendants.h"

#include "base/grow.h"
#include "machine/sysfile.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* State, parent, process group and, as field 22, the time of birth. */
static bool read_one(int proc, const char *pid, hx_descendant *out) {
  char text[1024];
  const char *rest = hx_sysfile_task_stat(proc, pid, text, sizeof text);
  int parent, group;
  out->pid = (pid_t)atoi(pid);
  if (!rest || sscanf(rest,
                      " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
                      "%llu",
                      &out->state, &parent, &group, &out->born) != 4)
    return false;
  out->parent = parent;
  out->group = group;
  return true;
}

static hx_descendants every_process(void) {
  hx_descendants all = {0};
  DIR *proc = opendir("/proc");
  for (struct dirent *entry; proc && (entry = readdir(proc)) != NULL;) {
    hx_descendant one;
    if (isdigit((unsigned char)entry->d_name[0]) && read_one(dirfd(proc), entry->d_name, &one) &&
        hx_grow(&all.at, all.n, sizeof *all.at))
      all.at[all.n++] = one;
  }
  if (proc)
    closedir(proc);
  return all;
}

hx_descendants hx_descendants_of(pid_t root) {
  hx_descendants all = every_process();
  size_t kept = 0;
  /* Those kept so far stand in front; a pass that adds none is the last. */
  for (size_t before = all.n + 1; kept != before;) {
    before = kept;
    for (size_t i = kept; i < all.n; i++) {
      bool below = all.at[i].parent == root;
      for (size_t k = 0; k < kept && !below; k++)
        below = all.at[i].parent == all.at[k].pid;
      if (below) {
        hx_descendant found = all.at[i];
        all.at[i] = all.at[kept];
        all.at[kept++] = found;
      }
    }
  }
  all.n = kept;
  return all;
}

void hx_descendants_deinit(hx_descendants *list) {
  free(list->at);
  *list = (hx_descendants){0};
}

/* ---- tracing ---- */

static bool is_traced(pid_t pid) {
  char path[64], line[256];
  int tracer = 0;
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  FILE *f = fopen(path, "re");
  while (f && fgets(line, sizeof line, f) && sscanf(line, "TracerPid: %d", &tracer) != 1) {
  }
  if (f)
    fclose(f);
  return tracer > 0;
}

size_t hx_children_of(pid_t pid, pid_t *to, size_t room) {
  char path[64];
  size_t n = 0;
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
  FILE *f = fopen(path, "re");
  while (f && n < room && fscanf(f, "%d", &to[n]) == 1)
    n++;
  if (f)
    fclose(f);
  return n;
}

enum { FAMILY_MOST = 64 };

/* `root`, and those below it that main threads have started. Returns how many. */
static size_t family_of(pid_t root, pid_t found[FAMILY_MOST]) {
  size_t n = 1;
  found[0] = root;
  for (size_t i = 0; i < n; i++)
    n += hx_children_of(found[i], found + n, FAMILY_MOST - n);
  return n;
}

bool hx_descendants_traced(pid_t root) {
  pid_t family[FAMILY_MOST];
  bool any = false;
  for (size_t i = 0, n = family_of(root, family); i < n && !any; i++)
    any = is_traced(family[i]);
  return any;
}

/* ---- stopping ---- */

static void stop_threads(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;)
    if (entry->d_name[0] != '.')
      tgkill(pid, (pid_t)atoi(entry->d_name), SIGSTOP);
  if (tasks)
    closedir(tasks);
}

void hx_descendants_stop(pid_t root, pid_t group) {
  pid_t family[FAMILY_MOST];
  kill(-group, SIGSTOP);
  for (size_t i = 0, n = family_of(root, family); i < n; i++)
    if (getpgid(family[i]) == group)
      stop_threads(family[i]);
}

/* ---- looks ---- */

static double cpu_s_of(pid_t pid) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
    return 0;
  return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

static void note(hx_watch_log *log, const hx_descendant *one) {
  double cpu_s = cpu_s_of(one->pid);
  for (size_t i = 0; i < log->n; i++)
    if (log->entries[i].pid == one->pid && log->entries[i].born == one->born) {
      log->entries[i].cpu_s = cpu_s > log->entries[i].cpu_s ? cpu_s : log->entries[i].cpu_s;
      return;
    }
  if (!hx_grow(&log->entries, log->n, sizeof *log->entries))
    return; /* its time then counts as not watched */
  log->entries[log->n++] = (hx_watch_entry){.pid = one->pid, .born = one->born, .cpu_s = cpu_s};
}

void hx_watch_look(hx_watch_log *log, pid_t root, pid_t group) {
  hx_descendants below = hx_descendants_of(root);
  int processes = 0;
  for (size_t i = 0; i < below.n; i++) {
    const int tasks =
        below.at[i].state == 'Z' ? 0 : hx_bind_sample_process(below.at[i].pid, &log->sample);
    if (tasks == 0)
      continue;
    processes++;
    log->tasks += tasks;
    note(log, &below.at[i]);
    log->left_group |= below.at[i].group != group;
  }
  log->processes += processes;
  log->looks += processes > 0;
  hx_descendants_deinit(&below);
}

double hx_watch_cpu_s(const hx_watch_log *log) {
  double sum_s = 0;
  for (size_t i = 0; i < log->n; i++)
    sum_s += log->entries[i].cpu_s;
  return sum_s;
}

void hx_watch_deinit(hx_watch_log *log) {
  free(log->entries);
  *log = (hx_watch_log){0};
}
