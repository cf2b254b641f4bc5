#include "machine/cpuset.h"
#include "base/phrase.h"

#include "base/fail.h"

#include <ctype.h>
#include <string.h>

int hx_cpuset_next(const hx_cpuset *set, int after) {
  int cpu = after + 1;
  while (cpu < HX_CPUSET_BITS && !CPU_ISSET((size_t)cpu, set))
    cpu++;
  return cpu < HX_CPUSET_BITS ? cpu : -1;
}

size_t hx_cpuset_format(const hx_cpuset *set, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  if (cap > 0)
    text[0] = '\0';
  for (int first = hx_cpuset_next(set, -1); first >= 0;) {
    int last = first;
    while (hx_cpuset_has(set, last + 1))
      last++;
    const char *comma = out.length > 0 ? "," : "";
    if (last > first)
      hx_phrase_add(&out, "%s%d-%d", comma, first, last);
    else
      hx_phrase_add(&out, "%s%d", comma, first);
    first = hx_cpuset_next(set, last);
  }
  return out.length;
}

/* Digits at *at up to HX_CPUSET_BITS-1; moves *at behind them. -1: no digits, or too large a
 * number. */
static int read_cpu(const char **at) {
  int cpu = -1;
  for (; isdigit((unsigned char)**at); (*at)++) {
    cpu = (cpu < 0 ? 0 : cpu) * 10 + (**at - '0');
    if (cpu >= HX_CPUSET_BITS)
      return -1;
  }
  return cpu;
}

/* Calls `take` for every CPU of the list, in its order. */
static bool walk_list(const char *text, void (*take)(void *to, int cpu), void *to,
                      pvs_error *error) {
  const char *at = text;
  size_t end = strcspn(text, "\n");
  if (end == 0)
    return true;
  for (;;) {
    int first = read_cpu(&at);
    int last = first;
    if (first >= 0 && *at == '-') {
      at++;
      last = read_cpu(&at);
    }
    bool ends = at == text + end;
    if (first < 0 || last < first || (*at != ',' && !ends))
      return hx_fail(error, PVS_BAD_VALUE,
                     "CPU list \"%.*s\": at character %zu expected CPU numbers 0 to %d like "
                     "\"0-3,8\"",
                     (int)end, text, (size_t)(at - text) + 1, HX_CPUSET_BITS - 1);
    for (int cpu = first; cpu <= last; cpu++)
      take(to, cpu);
    if (ends)
      return true;
    at++;
  }
}

static void take_into_set(void *to, int cpu) {
  hx_cpuset_add(to, cpu);
}

bool hx_cpuset_parse(const char *text, hx_cpuset *set, pvs_error *error) {
  hx_cpuset parsed = {{0}};
  if (!walk_list(text, take_into_set, &parsed, error))
    return false;
  *set = parsed;
  return true;
}

typedef struct ordered {
  int *cpu;
  int cap;
  int n;
} ordered;

static void take_in_order(void *to, int cpu) {
  ordered *list = to;
  if (list->n < list->cap)
    list->cpu[list->n] = cpu;
  list->n++;
}

int hx_cpulist_parse(const char *text, int *cpu, int cap, pvs_error *error) {
  ordered list = {cpu, cap, 0};
  return walk_list(text, take_in_order, &list, error) ? list.n : -1;
}
