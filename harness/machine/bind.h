/* Binding a worker to its place and proving that it holds. Linux system calls only: needs no
 * topology, so a forked worker can use it as its first act, before it allocates anything. */
#ifndef HX_MACHINE_BIND_H
#define HX_MACHINE_BIND_H

#include "pvs/pvs.h"

#include "machine/cpuset.h"
#include "machine/pin.h"

#include <stdbool.h>
#include <sys/types.h>

/* What a worker found about itself. Plain data for shared memory. */
typedef struct hx_bind_proof {
  hx_cpuset cpus; /* the affinity mask read back from the kernel */
  int last_cpu;   /* the CPU the thread is on, -1 unknown */
  int mem_node;   /* the one node its memory is bound to, -1 not bound (or to several) */
  bool holds; /* cpus equals the place's set, last_cpu is in it, and the memory node is as asked.
                 For a place that is not bound: always true, the mask is for information */
} hx_bind_proof;

/* Binds the calling thread (and with mem_node >= 0 its future memory; pages already touched stay).
 * An empty cpuset binds nothing. False with an error. */
bool hx_bind_self(const hx_place *place, pvs_error *error);
/* Reads the binding back. Call it after binding and again after the work, so that a binding that
 * was changed in between is noticed. */
hx_bind_proof hx_bind_prove(const hx_place *place);

/* A process seen from outside: union of its tasks' masks and of the CPUs they last ran on. */
typedef struct hx_bind_sample {
  hx_cpuset allowed;
  hx_cpuset ran_on;
  int tasks; /* the most that were seen at one look */
} hx_bind_sample;
/* Adds one look at process `pid` (from /proc/PID/task) to *sample, which starts as all zero. Returns how
 * many tasks it has now, 0 when it is gone. Its child processes are not included. */
int hx_bind_sample_process(pid_t pid, hx_bind_sample *sample);

#endif
