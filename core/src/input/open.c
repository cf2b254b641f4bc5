/* A study's life: open (tables, study file, names of profiles), read (profiles), seal (check
 * together, compile), close. */
#include "base/digest.h"
#include "input/alike_names.h"
#include "input/charge_table.h"
#include "input/customers.h"
#include "input/dst_table.h"
#include "input/known_columns.h"
#include "input/profile_files.h"
#include "input/study_parts.h"
#include "input/study_rows.h"
#include "input/study_scan.h"
#include "input/tariff_table.h"
#include "input/usual.h"
#include "study/load_sums.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

/* Adds two texts to a message, as far as there is room. */
static void add_to_message(pvs_error *error, const char *before, const char *text) {
  size_t used = error ? strlen(error->message) : 0;
  if (error)
    snprintf(error->message + used, sizeof error->message - used, "%s%s", before, text);
}

/* All six, so that those which are missing can be named together. */
static pvs_code load_tables(pvs_builder *builder, pvs_error *error) {
  struct {
    pvs_table *table;
    const char *file;
  } tables[] = {
      {&builder->tariff_table, "reference/tariff_lookup.csv"},
      {&builder->battery_table, "reference/battery_lookup.csv"},
      {&builder->strategy_table, "reference/battery_control_strategies.csv"},
      {&builder->en_table, "reference/capex_en_lookup.csv"},
      {&builder->pv_table, "reference/capex_pv_lookup.csv"},
      {&builder->dst_table, "reference/dst_lookup.csv"},
  };
  pvs_code first = PVS_OK;
  const char *before = "; missing too: ";
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    pvs_error *own = first ? NULL : error;
    pvs_code code = pvs_table_load(tables[i].table, builder->source, builder->base, tables[i].file,
                                   builder->arena, &builder->study->input_digest,
                                   &builder->study->input_bytes, own);
    code = pvs_settle(&builder->notes, code, own);
    if (first == PVS_NOT_FOUND && code == PVS_NOT_FOUND) {
      add_to_message(error, before, tables[i].file);
      before = ", ";
    }
    if (code && !first)
      first = code;
    if (first && first != PVS_NOT_FOUND)
      break;
  }
  return first;
}

/* The two that may be missing. */
static pvs_code load_optional_tables(pvs_builder *builder, pvs_error *error) {
  struct {
    pvs_table *table;
    const char *file;
  } tables[] = {
      {&builder->charge_table, "reference/tariff_calendar.csv"},
      {&builder->holiday_table, "reference/holidays.csv"},
  };
  pvs_code code = PVS_OK;
  for (size_t i = 0; i < sizeof tables / sizeof *tables && !code; i++) {
    pvs_error own = {0};
    code = pvs_table_load(tables[i].table, builder->source, builder->base, tables[i].file,
                          builder->arena, &builder->study->input_digest,
                          &builder->study->input_bytes, &own);
    if (code == PVS_NOT_FOUND) {
      *tables[i].table = (pvs_table){.file = tables[i].file};
      code = PVS_OK;
    }
    if (code && error)
      *error = own;
    code = pvs_settle(&builder->notes, code, error);
  }
  return code;
}

typedef struct study_names {
  pvs_arena *arena;
  PVS_LIST(const char *) list;
} study_names;

static pvs_code take_study_name(void *ctx, const char *name) {
  study_names *names = ctx;
  size_t length = strlen(name), prefix = strlen("study_"), suffix = strlen(".csv");
  if (length <= prefix + suffix || strncmp(name, "study_", prefix) != 0 ||
      strcmp(name + length - suffix, ".csv") != 0)
    return PVS_OK;
  const char **slot = PVS_LIST_ADD(names->list);
  if (!slot || !(*slot = pvs_arena_string(names->arena, name + prefix, length - prefix - suffix)))
    return PVS_NO_MEMORY;
  return PVS_OK;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether the name of the study's file was typed: study_NAME.csv, or a part of that, but not NAME. */
static bool is_file_of(const char *typed, const char *name) {
  static const char prefix[] = "study_";
  const size_t length = strlen(name), skip = sizeof prefix - 1;
  if (strcmp(typed, name) == 0)
    return false;
  typed += strncmp(typed, prefix, skip) == 0 ? skip : 0;
  return strncmp(typed, name, length) == 0 &&
         (!typed[length] || strcmp(typed + length, ".csv") == 0);
}

/* Names the studies that there are, when the one that was asked for is not. */
static void list_studies(pvs_builder *builder, pvs_error *error) {
  study_names names = {.arena = builder->arena};
  char *folder =
      pvs_builder_path(builder, "%s/studies/%s/inputs", builder->base, builder->study->project);
  pvs_code code =
      folder ? builder->source->list(builder->source->ctx, folder, take_study_name, &names, NULL)
             : PVS_NO_MEMORY;
  if (code == PVS_NOT_FOUND)
    add_to_message(error, "; there is no project ", builder->study->project);
  if (code == PVS_OK && names.list.count == 0)
    add_to_message(error, "",
                   "; this project has no study: the file of one is called study_NAME.csv");
  if (code == PVS_OK && names.list.count > 0) {
    if (names.list.count > 1)
      qsort(names.list.items, names.list.count, sizeof *names.list.items, by_bytes);
    add_to_message(error, "; this project has ", "the studies");
    for (uint32_t i = 0; i < names.list.count; i++)
      add_to_message(error, i == 0 ? " " : ", ", names.list.items[i]);
    for (uint32_t i = 0; i < names.list.count; i++)
      if (is_file_of(builder->study->name, names.list.items[i])) {
        add_to_message(error, "; did you mean '", names.list.items[i]);
        add_to_message(error, "'?", "");
      }
  }
  free((void *)names.list.items);
}

/* Projects and studies are folders and files of that name, and outputs go to folders of that name:
 * none may lead elsewhere. */
static pvs_code check_name(const char *what, const char *name, pvs_error *error) {
  if (*name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
    return PVS_OK;
  return pvs_fail(error, PVS_BAD_VALUE, (pvs_where){0},
                  "found the name '%s' of a %s, expected one without '/' that is neither empty nor "
                  "'.' or '..'",
                  name, what);
}

static pvs_code scan(pvs_builder *builder, const char *region, pvs_error *error) {
  pvs_study *study = builder->study;
  if (check_name("project", study->project, error) || check_name("study", study->name, error))
    return PVS_BAD_VALUE;
  builder->study_path = pvs_builder_path(builder, "%s/studies/%s/inputs/study_%s.csv",
                                         builder->base, study->project, study->name);
  if (!builder->study_path)
    return pvs_fail_memory(error);
  pvs_code code = builder->source->read(builder->source->ctx, builder->study_path,
                                        &builder->study_bytes, error);
  if (code == PVS_NOT_FOUND)
    list_studies(builder, error);
  if (code)
    return code;
  builder->study_bytes_held = true;
  study->input_digest =
      pvs_digest_add(study->input_digest, builder->study_bytes.data, builder->study_bytes.size);
  study->input_bytes += builder->study_bytes.size;
  builder->tariff_used =
      pvs_arena_alloc(builder->arena, builder->tariff_table.n_rows, sizeof *builder->tariff_used);
  const char *named = NULL;
  code =
      builder->tariff_used ? pvs_study_rows_scan(builder, &named, error) : pvs_fail_memory(error);
  study->region = region  ? pvs_arena_string(builder->arena, region, strlen(region))
                  : named ? named
                          : "nsw";
  return code || study->region ? code : pvs_fail_memory(error);
}

/* ---- sealing ---- */

static pvs_code build_scenarios(pvs_builder *builder, pvs_error *error) {
  uint32_t *tariff_of_row =
      malloc(((size_t)builder->tariff_table.n_rows + 1) * sizeof *tariff_of_row);
  pvs_code code =
      tariff_of_row ? pvs_tariffs_compile(builder, tariff_of_row, error) : pvs_fail_memory(error);
  if (!code)
    code = pvs_study_rows_build(builder, tariff_of_row, error);
  free(tariff_of_row);
  return code;
}

/* All that is made of the files when they are read. */
static pvs_code build(pvs_builder *builder, pvs_error *error) {
  pvs_study *study = builder->study;
  pvs_code code = pvs_files_finish(builder, error);
  if (!code)
    code = pvs_profiles_check(builder, error);
  if (!code)
    code = pvs_customers_take(builder, error);
  bool is_complete = builder->notes.n_errors == 0;
  if (!code)
    code = pvs_summers_fill(builder, error);
  if (!code)
    code = pvs_charges_read(builder, error);
  if (!code && !pvs_days_compile(&study->metering.days, &study->metering.calendar,
                                 pvs_charges_count(builder), builder->charges, builder->arena))
    code = pvs_fail_memory(error);
  if (!code)
    code = pvs_table_columns_check(builder, error);
  if (!code)
    code = pvs_study_columns_check(builder, error);
  if (!code)
    code = pvs_alike_names_check(builder, error);
  if (!code)
    code = pvs_pvs_check(builder, error);
  if (!code)
    code = build_scenarios(builder, error);
  if (code || !is_complete)
    return code;
  return pvs_load_sums_make(study) ? pvs_loads_check(builder, error) : pvs_fail_memory(error);
}

static pvs_code seal(pvs_study *study, pvs_error *error) {
  pvs_builder *builder = study->builder;
  pvs_code code = build(builder, error);
  if (code)
    return code;
  const pvs_scenario *last = &builder->scenarios.items[builder->scenarios.count - 1];
  study->has_std_dev = study->folders[last->folder].n_loads > 1;
  study->one_folder = study->n_folders == 1;
  return pvs_builder_hand_over(builder, error);
}

/* ---- both ---- */

static void read_some(void *ctx, size_t task) {
  pvs_files_read(ctx, task);
}

pvs_code pvs_study_open(const pvs_study_options *options, pvs_study **out, pvs_error *error) {
  *out = NULL;
  pvs_builder *builder = pvs_builder_create(options, false);
  if (!builder)
    return pvs_fail_memory(error);
  pvs_study *study = builder->study;
  pvs_code code = load_tables(builder, error);
  if (!code)
    code = load_optional_tables(builder, error);
  if (!code)
    code = pvs_tariffs_index(builder, error);
  if (!code)
    code = scan(builder, options->region, error);
  if (!code)
    code = pvs_files_list(builder, error);
  if (!code)
    code = pvs_files_open(builder, error);
  if (!code)
    pvs_builder_run(builder, builder->n_read_tasks, read_some, builder);
  if (!code)
    code = seal(study, error);
  if (code)
    pvs_study_close(study);
  else
    *out = study;
  return code;
}

/* ---- checking ---- */

/* As far as one can get: what a missing table or an unreadable study file keeps from being looked at
 * is left out. */
static pvs_code check(pvs_builder *builder, const char *region, pvs_error *error) {
  pvs_code code = load_tables(builder, error);
  if (!code)
    code = load_optional_tables(builder, error);
  bool is_complete = builder->notes.n_errors == 0;
  if (!code && is_complete)
    code = pvs_tariffs_index(builder, error);
  if (!code)
    code = scan(builder, region, error);
  if (!code)
    code = pvs_files_list(builder, error);
  if (code || !is_complete)
    return code;
  code = pvs_files_open(builder, error);
  if (code)
    return code;
  pvs_builder_run(builder, builder->n_read_tasks, read_some, builder);
  return build(builder, error);
}

pvs_code pvs_study_check(const pvs_study_options *options,
                         void (*found)(void *ctx, bool is_error, const char *text), void *ctx,
                         pvs_error *error) {
  pvs_builder *builder = pvs_builder_create(options, true);
  if (!builder)
    return pvs_fail_memory(error);
  pvs_error own = {0};
  const pvs_notes *notes = &builder->notes;
  pvs_code code = pvs_settle(&builder->notes, check(builder, options->region, &own), &own);
  for (uint32_t i = 0; i < notes->items.count && !code; i++) {
    const char *text = pvs_note_text(notes, i);
    if (text)
      found(ctx, notes->items.items[i].is_error, text);
    else
      code = PVS_NO_MEMORY;
  }
  pvs_study_close(builder->study);
  return code ? pvs_fail_memory(error) : PVS_OK;
}

/* ---- closing ---- */

void pvs_study_close(pvs_study *study) {
  if (!study)
    return;
  if (study->builder)
    pvs_files_close(study->builder);
  pvs_builder_destroy(study->builder);
  for (uint32_t i = 0; study->loads && i < study->n_loads; i++)
    pvs_profile_deinit(&study->loads[i].profile);
  for (uint32_t i = 0; study->pvs && i < study->n_pvs; i++)
    pvs_profile_deinit(&study->pvs[i].profile);
  free((void *)study->strategies.items);
  free((void *)study->installed.items);
  free((void *)study->battery_sets.items);
  free((void *)study->costings.items);
  free((void *)study->scenarios.items);
  pvs_arena_deinit(&study->arena);
  free(study);
}
