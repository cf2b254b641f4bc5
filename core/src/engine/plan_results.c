/* Where the results of units lie: blocks of plain data in one piece of memory, which forked workers
 * share. A block is used again when all scenarios of its group are finished. */
#include "base/error.h"
#include "base/list.h"
#include "engine/plan.h"
#include <stdlib.h>

/* Size classes of blocks: powers of two from 512 bytes. */
enum { SMALLEST_CLASS = 9, N_CLASSES = 64 };

size_t pvs_flow_result_bytes(uint32_t n_residents, uint32_t n_bills) {
  size_t bytes = sizeof(pvs_flow_result) + 2 * (size_t)n_residents * sizeof(double) +
                 (n_residents + 3) * sizeof(uint32_t) +
                 n_bills * (sizeof(uint32_t) + sizeof(pvs_bill));
  return (bytes + 2 * PVS_ALIGN - 1) / PVS_ALIGN * PVS_ALIGN;
}

void pvs_flow_result_view(pvs_flow_result *result, pvs_flow_view *view) {
  uint32_t n = result->n_residents, n_bills = result->n_bills;
  view->generation_kwh = (double *)(result + 1);
  view->cycles = view->generation_kwh + n;
  view->bills = (pvs_bill *)(view->cycles + n);
  view->payer_first = (uint32_t *)(view->bills + n_bills);
  view->tariffs = view->payer_first + n + 3;
}

pvs_flow_result *pvs_plan_result(const struct pvs_plan *plan, const void *results, uint32_t group,
                                 uint32_t file) {
  const pvs_group *g = &plan->groups[group];
  char *base = (char *)(uintptr_t)results;
  return (pvs_flow_result *)(void *)(base + g->offset +
                                     file * pvs_flow_result_bytes(pvs_plan_residents(plan, g),
                                                                  g->n_bills));
}

/* Blocks of one size class that are free again, ordered by the scenario after which they are: a
 * binary heap. */
typedef struct block {
  uint32_t last_scenario;
  uint64_t offset;
} block;

typedef struct block_heap {
  block *items;
  uint32_t count, capacity;
} block_heap;

/* A block that there is no memory to remember is not used again. */
static void heap_push(block_heap *heap, block item) {
  if (heap->count == heap->capacity) {
    block *grown = pvs_list_grow(heap->items, &heap->count, &heap->capacity, sizeof *grown);
    if (!grown)
      return;
    heap->items = grown;
  }
  uint32_t i = heap->count++;
  while (i > 0 && heap->items[(i - 1) / 2].last_scenario > item.last_scenario) {
    heap->items[i] = heap->items[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  heap->items[i] = item;
}

static block heap_pop(block_heap *heap) {
  block top = heap->items[0], last = heap->items[--heap->count];
  uint32_t i = 0;
  for (;;) {
    uint32_t child = 2 * i + 1;
    if (child >= heap->count)
      break;
    if (child + 1 < heap->count &&
        heap->items[child + 1].last_scenario < heap->items[child].last_scenario)
      child++;
    if (last.last_scenario <= heap->items[child].last_scenario)
      break;
    heap->items[i] = heap->items[child];
    i = child;
  }
  heap->items[i] = last;
  return top;
}

/* Bytes of a group's place: its size class. */
static uint64_t place_bytes(const struct pvs_plan *plan, const pvs_group *group, int *class) {
  uint32_t folder = plan->study->scenarios.items[group->first_scenario].folder;
  uint64_t size = (uint64_t)plan->study->folders[folder].n_loads *
                  pvs_flow_result_bytes(pvs_plan_residents(plan, group), group->n_bills);
  *class = SMALLEST_CLASS;
  while ((1ull << *class) < size)
    ++*class;
  return 1ull << *class;
}

/* Whether all scenarios up to last_scenario are certainly finished when a unit of the group begins:
 * they are of an earlier block, or outside the window (a unit starts when first < finished +
 * window). */
static bool is_free_by(const struct pvs_plan *plan, uint32_t last_scenario,
                       const pvs_group *group) {
  uint32_t start = plan->info.first_scenario;
  if (plan->block > 0)
    return (last_scenario - start) / plan->block < (group->first_scenario - start) / plan->block;
  return (uint64_t)last_scenario + plan->info.window <= group->first_scenario;
}

/* Those that blocks share come first, and nobody uses their places again. They end at the border of a
 * page, whatever its size is here. */
static uint64_t place_shared(struct pvs_plan *plan) {
  uint64_t end = 0;
  int class;
  for (uint32_t g = 0; g < plan->info.groups; g++) {
    if (!plan->groups[g].shared)
      continue;
    plan->groups[g].offset = end;
    end += place_bytes(plan, &plan->groups[g], &class);
    plan->info.shared_groups++;
  }
  end = (end + PVS_SHARED_UNIT - 1) / PVS_SHARED_UNIT * PVS_SHARED_UNIT;
  plan->info.shared_bytes = (size_t)end;
  return end;
}

void pvs_plan_place_results(struct pvs_plan *plan) {
  block_heap heaps[N_CLASSES] = {0};
  uint64_t end = place_shared(plan);
  for (uint32_t g = 0; g < plan->info.groups; g++) {
    pvs_group *group = &plan->groups[g];
    if (group->shared)
      continue;
    int class;
    uint64_t bytes = place_bytes(plan, group, &class);
    block_heap *heap = &heaps[class];
    if (heap->count > 0 && is_free_by(plan, heap->items[0].last_scenario, group)) {
      group->offset = heap_pop(heap).offset;
    } else {
      group->offset = end;
      end += bytes;
    }
    heap_push(heap, (block){group->last_scenario, group->offset});
  }
  for (int i = 0; i < N_CLASSES; i++)
    free(heaps[i].items);
  plan->info.results_bytes = (size_t)end;
}
