/* Reads the small text files of /proc and /sys below a root folder; tests give a root of their
 * own. */
#ifndef HX_MACHINE_SYSFILE_H
#define HX_MACHINE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>

enum { HX_SYSFILE_TEXT = 32768 };

/* Reads `root` + `path` ("/proc/swaps"; root NULL or "/": the live machine) into text, at most
 * cap-1 bytes, with the trailing newline cut off. False, and an empty text, when it cannot be read.
 */
bool hx_sysfile_read(const char *root, const char *path, char *text, size_t cap);
bool hx_sysfile_exists(const char *root, const char *path);
/* The number a file starts with. */
bool hx_sysfile_number(const char *root, const char *path, double *number);
/* The rest of the first line that starts with `key` ("MemTotal:"), blanks around it cut off. */
bool hx_sysfile_field(const char *root, const char *path, const char *key, char *value, size_t cap);
/* Calls visit for every file "cpu<N>/<leaf>" below /sys/devices/system/cpu with N in ascending
 * order (text: its contents). Returns how many there were. */
int hx_sysfile_each_cpu(const char *root, const char *leaf,
                        void (*visit)(void *to, int cpu, const char *text), void *to);
/* Reads `id`/stat of a process or thread below the open folder `dir` (/proc, /proc/PID/task) into
 * text. Returns the fields behind the name, beginning with a blank and the state (proc(5) counts
 * that as field 3); NULL if the task is gone. */
const char *hx_sysfile_task_stat(int dir, const char *id, char *text, size_t cap);
/* True in a virtual machine, which the CPU's hypervisor flag or /sys/hypervisor shows. */
bool hx_sysfile_virtual(const char *root);

#endif
