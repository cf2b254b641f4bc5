/* A study's life: open (tables, study file, names of profiles), read (profiles), seal (check
 * together, compile), close. */
#include "input/study.h"
#include "base/digest.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *pvs_list_grow(void *items, uint32_t *count, uint32_t *capacity, size_t size) {
  uint32_t wanted = *capacity ? *capacity * 2 : 16;
  void *grown = wanted > *count ? realloc(items, wanted * size) : NULL;
  if (!grown)
    return NULL;
  *capacity = wanted;
  return grown;
}

pvs_code pvs_study_warn(struct pvs_study *study, uint32_t scenario, pvs_error *error,
                        const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const char *kept = pvs_arena_string(&study->arena, text, strlen(text));
  pvs_noted *slot = kept ? PVS_LIST_ADD(study->warnings) : NULL;
  if (!slot)
    return pvs_fail_memory(error);
  *slot = (pvs_noted){scenario, kept};
  return PVS_OK;
}

static char *format_path(pvs_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static char *format_path(pvs_arena *arena, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return length < 0 || (size_t)length >= sizeof text
             ? NULL
             : pvs_arena_string(arena, text, (size_t)length);
}

/* ---- opening ---- */

static pvs_code load_tables(struct pvs_study *study, pvs_error *error) {
  struct {
    pvs_table *table;
    const char *file;
  } tables[] = {
      {&study->tariff_table, "reference/tariff_lookup.csv"},
      {&study->battery_table, "reference/battery_lookup.csv"},
      {&study->strategy_table, "reference/battery_control_strategies.csv"},
      {&study->en_table, "reference/capex_en_lookup.csv"},
      {&study->pv_table, "reference/capex_pv_lookup.csv"},
      {&study->dst_table, "reference/dst_lookup.csv"},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    pvs_code code = pvs_table_load(tables[i].table, study->source, study->base, tables[i].file,
                                   &study->arena, &study->input_digest, &study->input_bytes, error);
    if (code)
      return code;
  }
  return PVS_OK;
}

/* Ids number the table's rows: a row without one gets a name that no cell can have. */
static pvs_code index_tariffs(struct pvs_study *study, pvs_error *error) {
  int32_t column;
  pvs_code code = pvs_table_column(&study->tariff_table, "tariff_id", true, &column, error);
  for (uint32_t row = 0; row < study->tariff_table.n_rows && !code; row++) {
    const char *id = pvs_table_cell(&study->tariff_table, row, column);
    int is_new;
    if (*id && pvs_intern_add(&study->tariff_ids, id, strlen(id), &is_new) == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
    if (*id && !is_new)
      code = pvs_fail(error, PVS_DUPLICATE, pvs_table_where(&study->tariff_table, row, column),
                      "found '%s' a second time, expected each id once", id);
    char nothing[16];
    int length = snprintf(nothing, sizeof nothing, "\n%u", row);
    if (!*id &&
        pvs_intern_add(&study->tariff_ids, nothing, (size_t)length, NULL) == PVS_INTERN_NONE)
      return pvs_fail_memory(error);
  }
  return code;
}

typedef struct listing {
  pvs_arena *arena;
  const char **names;
  uint32_t count, capacity;
} listing;

static pvs_code list_file(void *ctx, const char *name) {
  listing *l = ctx;
  size_t length = strlen(name);
  if (name[0] == '.' || length < 5 || strcasecmp(name + length - 4, ".csv") != 0)
    return PVS_OK;
  if (l->count == l->capacity) {
    void *grown = pvs_list_grow((void *)l->names, &l->count, &l->capacity, sizeof *l->names);
    if (!grown)
      return PVS_NO_MEMORY;
    l->names = grown;
  }
  const char *kept = pvs_arena_string(l->arena, name, length);
  if (!kept)
    return PVS_NO_MEMORY;
  l->names[l->count++] = kept;
  return PVS_OK;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static pvs_code list_loads(struct pvs_study *study, pvs_error *error) {
  study->n_folders = study->folder_names.count;
  study->folders = pvs_arena_alloc(&study->arena, study->n_folders, sizeof *study->folders);
  if (!study->folders)
    return pvs_fail_memory(error);
  listing all = {.arena = &study->arena};
  pvs_code code = PVS_OK;
  for (uint32_t f = 0; f < study->n_folders && !code; f++) {
    pvs_folder *folder = &study->folders[f];
    folder->name = study->folder_names.keys[f];
    folder->first_load = all.count;
    const char *path = format_path(&study->arena, "%s/load_profiles/%s", study->base, folder->name);
    code = path ? study->source->list(study->source->ctx, path, list_file, &all, error)
                : pvs_fail_memory(error);
    folder->n_loads = all.count - folder->first_load;
    if (code == PVS_NO_MEMORY)
      pvs_fail_memory(error);
    if (!code && folder->n_loads == 0)
      code = pvs_fail(error, PVS_EMPTY, (pvs_where){.file = path},
                      "found no .csv file, expected one or more load files");
    assert(code || all.names);
    if (!code)
      qsort(all.names + folder->first_load, folder->n_loads, sizeof *all.names, by_bytes);
  }
  study->n_loads = all.count;
  study->loads = code ? NULL : pvs_arena_alloc(&study->arena, all.count, sizeof *study->loads);
  if (!code && !study->loads)
    code = pvs_fail_memory(error);
  for (uint32_t f = 0; f < study->n_folders && !code; f++)
    for (uint32_t i = 0; i < study->folders[f].n_loads; i++) {
      assert(study->loads && all.names);
      pvs_load *load = &study->loads[study->folders[f].first_load + i];
      load->folder = f;
      load->file_name = all.names[study->folders[f].first_load + i];
    }
  free((void *)all.names);
  return code;
}

static pvs_code list_pvs(struct pvs_study *study, pvs_error *error) {
  study->n_pvs = study->pv_names.count;
  study->pvs = pvs_arena_alloc(&study->arena, study->n_pvs, sizeof *study->pvs);
  study->owner_maps = pvs_arena_alloc(&study->arena, (size_t)study->n_pvs * study->n_folders,
                                      sizeof *study->owner_maps);
  if (!study->pvs || !study->owner_maps)
    return pvs_fail_memory(error);
  for (uint32_t i = 0; i < study->n_pvs; i++)
    study->pvs[i].name = study->pv_names.keys[i];
  return PVS_OK;
}

static pvs_code scan(struct pvs_study *study, const char *region, pvs_error *error) {
  study->study_path = format_path(&study->arena, "%s/studies/%s/inputs/study_%s.csv", study->base,
                                  study->project, study->name);
  if (!study->study_path)
    return pvs_fail_memory(error);
  pvs_code code =
      study->source->read(study->source->ctx, study->study_path, &study->study_bytes, error);
  if (code)
    return code;
  study->study_bytes_held = true;
  study->input_digest =
      pvs_digest_add(study->input_digest, study->study_bytes.data, study->study_bytes.size);
  study->input_bytes += study->study_bytes.size;
  study->tariff_used =
      pvs_arena_alloc(&study->arena, study->tariff_table.n_rows, sizeof *study->tariff_used);
  const char *named = NULL;
  code = study->tariff_used ? pvs_study_rows_scan(study, &named, error) : pvs_fail_memory(error);
  study->region = region  ? pvs_arena_string(&study->arena, region, strlen(region))
                  : named ? named
                          : "nsw";
  return code || study->region ? code : pvs_fail_memory(error);
}

static struct pvs_study *create(const pvs_study_options *options) {
  struct pvs_study *study = calloc(1, sizeof *study);
  if (!study)
    return NULL;
  pvs_arena *arena = &study->arena;
  pvs_arena_init(arena);
  study->needs = PVS_NEED_RATES;
  study->source = options->source ? options->source : pvs_source_files();
  study->base = pvs_arena_string(arena, options->base, strlen(options->base));
  study->project = pvs_arena_string(arena, options->project, strlen(options->project));
  study->name = pvs_arena_string(arena, options->study, strlen(options->study));
  pvs_intern *interns[] = {&study->folder_names, &study->pv_names,    &study->tariff_ids,
                           &study->strategy_ids, &study->unit_keys,   &study->payer_keys,
                           &study->battery_keys, &study->costing_keys};
  for (size_t i = 0; i < sizeof interns / sizeof *interns; i++)
    pvs_intern_init(interns[i], arena);
  if (study->base && study->project && study->name)
    return study;
  pvs_study_close(study);
  return NULL;
}

pvs_code pvs_study_open(const pvs_study_options *options, pvs_study **out, pvs_error *error) {
  *out = NULL;
  struct pvs_study *study = create(options);
  if (!study)
    return pvs_fail_memory(error);
  pvs_code code = load_tables(study, error);
  if (!code)
    code = index_tariffs(study, error);
  if (!code)
    code = scan(study, options->region, error);
  if (!code)
    code = list_loads(study, error);
  if (!code)
    code = list_pvs(study, error);
  if (!code)
    code = pvs_files_open(study, error);
  if (!options->defer_profiles) {
    for (size_t task = 0; !code && task < pvs_study_reads(study); task++)
      code = pvs_study_read(study, task, error);
    if (!code)
      code = pvs_study_seal(study, error);
  }
  if (code)
    pvs_study_close(study);
  else
    *out = study;
  return code;
}

/* ---- sealing ---- */

static pvs_code build_scenarios(struct pvs_study *study, pvs_error *error) {
  uint32_t *tariff_of_row =
      malloc(((size_t)study->tariff_table.n_rows + 1) * sizeof *tariff_of_row);
  pvs_code code =
      tariff_of_row ? pvs_tariffs_compile(study, tariff_of_row, error) : pvs_fail_memory(error);
  if (!code)
    code = pvs_study_rows_build(study, tariff_of_row, error);
  free(tariff_of_row);
  return code;
}

pvs_code pvs_study_seal(pvs_study *study, pvs_error *error) {
  if (study->sealed)
    return PVS_OK;
  pvs_code code = pvs_files_finish(study, error);
  if (!code)
    code = pvs_profiles_check(study, error);
  if (!code)
    code = pvs_profiles_take(study, error);
  if (!code)
    code = pvs_summers_fill(study, error);
  if (!code && !pvs_days_compile(&study->metering.days, &study->metering.calendar, &study->arena))
    code = pvs_fail_memory(error);
  if (!code)
    code = build_scenarios(study, error);
  if (!code)
    code = pvs_profiles_meter(study, error);
  if (code)
    return code;
  const pvs_scenario *last = &study->scenarios.items[study->scenarios.count - 1];
  study->has_std_dev = study->folders[last->folder].n_loads > 1;
  study->one_folder = study->n_folders == 1;
  study->source->release(study->source->ctx, &study->study_bytes);
  study->study_bytes_held = false;
  study->sealed = true;
  return PVS_OK;
}

void pvs_study_close(pvs_study *study) {
  if (!study)
    return;
  if (study->study_bytes_held)
    study->source->release(study->source->ctx, &study->study_bytes);
  pvs_files_close(study);
  for (uint32_t i = 0; study->loads && i < study->n_loads; i++)
    pvs_profile_deinit(&study->loads[i].profile);
  for (uint32_t i = 0; study->pvs && i < study->n_pvs; i++)
    pvs_profile_deinit(&study->pvs[i].profile);
  pvs_intern *interns[] = {&study->folder_names, &study->pv_names,    &study->tariff_ids,
                           &study->strategy_ids, &study->unit_keys,   &study->payer_keys,
                           &study->battery_keys, &study->costing_keys};
  for (size_t i = 0; i < sizeof interns / sizeof *interns; i++)
    pvs_intern_deinit(interns[i]);
  free(study->strategies.items);
  free(study->units.items);
  free(study->battery_sets.items);
  free(study->costings.items);
  free(study->scenarios.items);
  free(study->warnings.items);
  pvs_arena_deinit(&study->arena);
  free(study);
}

/* ---- looking at it ---- */

void pvs_study_describe(const pvs_study *study, pvs_study_info *info) {
  *info = (pvs_study_info){
      .name = study->name,
      .project = study->project,
      .region = study->region,
      .scenarios = study->scenarios.count,
      .steps = study->metering.calendar.steps,
      .interval_s = study->metering.calendar.interval_s,
      .num_days = study->metering.num_days,
      .load_files = study->n_loads,
      .pv_files = study->n_pvs,
      .tariffs = study->n_tariffs,
      .max_residents = study->max_residents,
      .input_bytes = study->input_bytes,
      .input_doubles = study->input_doubles,
      .input_digest = study->input_digest,
  };
}

long pvs_study_scenario_id(const pvs_study *study, uint32_t scenario) {
  return study->scenarios.items[scenario].id;
}

const char *pvs_study_label(const pvs_study *study, uint32_t scenario, char *buffer, size_t size) {
  snprintf(buffer, size, "%s_%03ld", study->name, study->scenarios.items[scenario].id);
  return buffer;
}

size_t pvs_study_warnings(const pvs_study *study) {
  return study->warnings.count;
}

const char *pvs_study_warning(const pvs_study *study, size_t index, uint32_t *scenario) {
  if (scenario)
    *scenario = study->warnings.items[index].scenario;
  return study->warnings.items[index].text;
}
