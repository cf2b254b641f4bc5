#include "input/builder.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids that rows of the study file give numbers to. */
enum { ROW_INTERNS = 6 };

pvs_builder *pvs_builder_create(const pvs_study_options *options, bool collects_errors) {
  pvs_builder *builder = calloc(1, sizeof *builder);
  pvs_study *study = calloc(1, sizeof *study);
  if (!builder || !study) {
    free(builder);
    free(study);
    return NULL;
  }
  builder->study = study;
  study->builder = builder;
  pvs_arena *arena = builder->arena = &study->arena;
  pvs_arena_init(arena);
  pvs_notes_init(&builder->notes, arena, collects_errors);
  pvs_intern_init(&builder->folder_names, arena);
  pvs_intern_init(&builder->pv_names, arena);
  pvs_intern_init(&builder->tariff_ids, arena);
  pvs_intern_init(&builder->register_names, arena);
  pvs_builder_start_lists(builder);
  builder->is_region_given = options->region != NULL;
  builder->parallel = options->parallel;
  study->needs = PVS_NEED_RATES;
  builder->source = options->source ? options->source : pvs_source_files();
  builder->base = pvs_arena_string(arena, options->base, strlen(options->base));
  study->project = pvs_arena_string(arena, options->project, strlen(options->project));
  study->name = pvs_arena_string(arena, options->study, strlen(options->study));
  if (builder->base && study->project && study->name)
    return builder;
  pvs_builder_destroy(builder);
  pvs_arena_deinit(arena);
  free(study);
  return NULL;
}

static bool take_warnings(pvs_builder *builder) {
  uint32_t n = builder->notes.items.count;
  const char **texts = pvs_arena_alloc(builder->arena, n, sizeof *texts);
  for (uint32_t i = 0; texts && i < n; i++)
    if (!(texts[i] = pvs_note_text(&builder->notes, i)))
      return false;
  builder->study->warnings.items = texts;
  builder->study->warnings.count = n;
  return texts != NULL;
}

pvs_code pvs_builder_hand_over(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  uint32_t n = builder->payer_keys.count;
  const uint32_t **payer_sets = pvs_arena_alloc(builder->arena, n, sizeof *payer_sets);
  if (!payer_sets || !take_warnings(builder))
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < n; i++)
    payer_sets[i] = builder->payer_keys.keys[i];
  study->payer_sets.items = payer_sets;
  study->payer_sets.count = n;
#define HAND_OVER(list)                                                                            \
  study->list.items = builder->list.items;                                                         \
  study->list.count = builder->list.count;                                                         \
  builder->list.items = NULL
  HAND_OVER(strategies);
  HAND_OVER(installed);
  HAND_OVER(battery_sets);
  HAND_OVER(costings);
  HAND_OVER(scenarios);
#undef HAND_OVER
  pvs_builder_destroy(builder);
  study->builder = NULL;
  return PVS_OK;
}

static void list_row_interns(pvs_builder *builder, pvs_intern *interns[ROW_INTERNS]) {
  pvs_intern *all[ROW_INTERNS] = {&builder->strategy_ids, &builder->installed_keys,
                                  &builder->payer_keys,   &builder->battery_keys,
                                  &builder->costing_keys, &builder->battery_ids};
  memcpy(interns, all, sizeof all);
}

void pvs_builder_start_lists(pvs_builder *builder) {
  pvs_intern *interns[ROW_INTERNS];
  list_row_interns(builder, interns);
  for (size_t i = 0; i < ROW_INTERNS; i++)
    pvs_intern_init(interns[i], builder->arena);
#define START(list) memset(&builder->list, 0, sizeof builder->list)
  START(strategies);
  START(installed);
  START(battery_terms);
  START(battery_sets);
  START(central_sets);
  START(owner_sets);
  START(costings);
  START(scenarios);
#undef START
}

void pvs_builder_free_lists(pvs_builder *builder) {
  pvs_intern *interns[ROW_INTERNS];
  list_row_interns(builder, interns);
  for (size_t i = 0; i < ROW_INTERNS; i++)
    pvs_intern_deinit(interns[i]);
  free(builder->strategies.items);
  free(builder->installed.items);
  free(builder->battery_terms.items);
  free(builder->battery_sets.items);
  free(builder->central_sets.items);
  free(builder->owner_sets.items);
  free(builder->costings.items);
  free(builder->scenarios.items);
}

void pvs_builder_destroy(pvs_builder *builder) {
  if (!builder)
    return;
  if (builder->study_bytes_held)
    builder->source->release(builder->source->ctx, &builder->study_bytes);
  pvs_intern_deinit(&builder->folder_names);
  pvs_intern_deinit(&builder->pv_names);
  pvs_intern_deinit(&builder->tariff_ids);
  pvs_intern_deinit(&builder->register_names);
  free(builder->folder_rows.items);
  free(builder->pv_rows.items);
  pvs_builder_free_lists(builder);
  pvs_notes_deinit(&builder->notes);
  free(builder);
}

char *pvs_builder_path(pvs_builder *builder, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *path = length < 0 ? NULL : pvs_arena_small(builder->arena, (size_t)length + 1);
  if (!path)
    return NULL;
  va_start(arguments, format);
  vsnprintf(path, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return path;
}
