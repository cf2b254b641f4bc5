/* All descendants of a process, including those that have changed their process group or
 * session. */
#ifndef HX_MEASURE_DESCENDANTS_H
#define HX_MEASURE_DESCENDANTS_H

#include "machine/bind.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct hx_descendant {
  pid_t pid, parent, group;
  char state;              /* as in /proc/PID/stat: 'Z' has ended */
  unsigned long long born; /* start time since boot: tells two processes of one pid apart */
} hx_descendant;

typedef struct hx_descendants {
  hx_descendant *at; /* owned */
  size_t n;
} hx_descendants;

/* All of them; none when /proc cannot be read, and fewer when memory is short. */
hx_descendants hx_descendants_of(pid_t root);
void hx_descendants_deinit(hx_descendants *list);
/* The children that a process's main thread has started or been given, ended ones too, `room` of them at the
 * most. Returns how many were put into `to`; 0 when /proc does not say. */
size_t hx_children_of(pid_t pid, pid_t *to, size_t room);
/* Whether something traces it or a process below it (a leak check at its end, say). Of the processes
 * below, those that main threads have started are looked at, and 64 of them at most. */
bool hx_descendants_traced(pid_t root);
/* Stops a process group that `root` leads. The signal goes to each thread, of the same processes as above:
 * one that computes takes it at once. A signal to the group alone goes to one thread of each process, often
 * one that waits; until that is given a CPU, which takes up to some milliseconds, the others go on. */
void hx_descendants_stop(pid_t root, pid_t group);

/* What was seen of a run's processes over several looks. All zero to begin with. */
typedef struct hx_watch_entry {
  pid_t pid;
  unsigned long long born;
  double cpu_s; /* CPU time it had at the last look */
} hx_watch_entry;
typedef struct hx_watch_log {
  hx_bind_sample sample;   /* where they were allowed and where they ran; tasks 0: never seen */
  hx_watch_entry *entries; /* owned */
  size_t n;
  bool left_group;         /* one of them was in another process group than the run's */
  int looks;               /* that found any */
  double processes, tasks; /* summed over these looks; tasks: all threads of all processes */
} hx_watch_log;

/* Looks at every descendant of `root` now; `group` is the run's process group. */
void hx_watch_look(hx_watch_log *log, pid_t root, pid_t group);
/* CPU time of the observed processes when each was last seen. The rest of a run's CPU time was not
 * observed. */
double hx_watch_cpu_s(const hx_watch_log *log);
void hx_watch_deinit(hx_watch_log *log);

#endif
