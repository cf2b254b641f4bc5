/* <study>_results.csv, <study>_results_std_dev.csv, <study>_customer_results.csv (MODEL.md section
 * 11). */
#include "base/number.h"
#include "output/output.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FILE_NAME = 512, HEADER_BYTES = 1 << 13 };

/* Results that the std_dev table has too. */
enum { FIRST_SPREAD = PVS_RESULT_AVERAGE_BILL, FIRST_OF_FILES = PVS_RESULT_BUILDING_COSTS };

/* ---- header rows ---- */

static char *put_names(char *end, int first, int last, const char *suffix) {
  for (int result = first; result < last; result++)
    end = pvs_put_name(end, "", pvs_result_name((pvs_result)result), suffix);
  return end;
}

static char *put_single_names(char *end, const pvs_single_columns *singles, const char *suffix) {
  for (uint32_t i = 0; i < singles->n; i++)
    end = pvs_put_name(end, pvs_customer_prefix(singles->items[i].kind), singles->items[i].name,
                       suffix);
  return end;
}

static char *begin_results(char *end, const pvs_single_columns *singles, bool has_std_dev) {
  const char *suffix = has_std_dev ? "_mean" : "";
  end = pvs_put_text(end, "scenario");
  end = pvs_put_cell(end, "scenario_label");
  end = pvs_put_cell(end, "arrangement");
  end = put_names(end, PVS_RESULT_HOUSEHOLDS, PVS_RESULT_EN_OPEX, "");
  end = pvs_put_cell(end, "load_folder");
  end = put_names(end, PVS_RESULT_EN_OPEX, FIRST_OF_FILES, "");
  end = put_names(end, FIRST_OF_FILES, PVS_RESULT_CP_BILL, suffix);
  end = put_single_names(end, singles, suffix);
  *end++ = '\n';
  return end;
}

static char *begin_std_dev(char *end, const pvs_single_columns *singles) {
  end = pvs_put_text(end, "scenario");
  end = pvs_put_cell(end, "std_hh_bill$");
  end = pvs_put_cell(end, "std_hh_solar_bill$");
  end = pvs_put_cell(end, "std_hh_total$");
  end = put_names(end, FIRST_OF_FILES, PVS_RESULT_CP_BILL, "_std");
  end = put_single_names(end, singles, "_std");
  *end++ = '\n';
  return end;
}

static char *begin_customers(char *end, const pvs_folder *folder) {
  end = pvs_put_text(end, "scenario");
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++)
    for (uint32_t customer = 1; customer < folder->n_residents; customer++) {
      if (!folder->averaged[customer])
        continue;
      const char *prefix = pvs_customer_prefix((pvs_customer_result)kind);
      const char *name = folder->residents[pvs_customer_resident(folder, customer)];
      end = pvs_put_name(end, prefix, name, "_mean");
      end = pvs_put_name(end, prefix, name, "_std");
    }
  *end++ = '\n';
  return end;
}

static uint32_t find_single(const pvs_single_columns *singles, int kind, const char *name) {
  uint32_t i = 0;
  while (i < singles->n &&
         ((int)singles->items[i].kind != kind || strcmp(singles->items[i].name, name) != 0))
    i++;
  return i;
}

static pvs_code find_singles(struct pvs_output *output, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  pvs_single_columns *singles = &output->singles;
  const size_t most = singles->room = PVS_CUSTOMER_RESULT_COUNT * pvs_study_single_customers(study);
  singles->items = pvs_arena_alloc(&output->arena, most, sizeof *singles->items);
  singles->customer_of =
      pvs_arena_alloc(&output->arena, study->n_folders * most, sizeof *singles->customer_of);
  if (!singles->items || !singles->customer_of)
    return pvs_fail_memory(error);
  for (size_t i = 0; i < study->n_folders * most; i++)
    singles->customer_of[i] = PVS_NONE;
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++)
      for (uint32_t customer = 0; customer < study->folders[f].n_residents; customer++) {
        const pvs_folder *folder = &study->folders[f];
        const char *name = folder->residents[pvs_customer_resident(folder, customer)];
        if (folder->averaged[customer])
          continue;
        uint32_t i = find_single(singles, kind, name);
        if (i == singles->n)
          singles->n++;
        singles->items[i].kind = (pvs_customer_result)kind;
        singles->items[i].name = name;
        singles->customer_of[f * most + i] = customer;
      }
  return PVS_OK;
}

static size_t header_bound(const struct pvs_study *study) {
  size_t bound = HEADER_BYTES;
  for (uint32_t f = 0; f < study->n_folders; f++)
    for (uint32_t i = 0; i < study->folders[f].n_residents; i++)
      bound += 6 * (32 + pvs_text_bound(study->folders[f].residents[i]));
  return bound;
}

static char *put_header(char *end, const struct pvs_output *output, int table) {
  const struct pvs_study *study = output->plan->study;
  switch (table) {
  case PVS_TABLE_RESULTS:
    return begin_results(end, &output->singles, study->has_std_dev);
  case PVS_TABLE_STD_DEV:
    return begin_std_dev(end, &output->singles);
  default:
    return begin_customers(end, &study->folders[0]);
  }
}

static pvs_code begin_table(struct pvs_output *output, int number, const char *suffix,
                            pvs_error *error) {
  pvs_table_file *table = &output->tables[number];
  char name[FILE_NAME];
  snprintf(name, sizeof name, "%s_%s.csv", output->plan->study->name, suffix);
  table->name = pvs_arena_string(&output->arena, name, strlen(name));
  char *header = pvs_arena_small(&output->arena, header_bound(output->plan->study));
  if (!table->name || !header)
    return pvs_fail_memory(error);
  table->header = header;
  table->header_length = (size_t)(put_header(header, output, number) - header);
  output->end.bytes[number] = table->header_length;
  return pvs_table_file_begin(output, table, error);
}

pvs_code pvs_tables_begin(struct pvs_output *output, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  pvs_code code = find_singles(output, error);
  if (!code)
    code = begin_table(output, PVS_TABLE_RESULTS, "results", error);
  if (!code && study->has_std_dev)
    code = begin_table(output, PVS_TABLE_STD_DEV, "results_std_dev", error);
  if (!code && study->one_folder)
    code = begin_table(output, PVS_TABLE_CUSTOMERS, "customer_results", error);
  return code;
}

/* ---- a scenario's rows ---- */

/* Column number `index` of scenario files over the load files. The mean of one value is the value,
 * and its text is there. */
static char *put_mean(char *end, const struct pvs_workspace *ws, bool is_one, size_t index,
                      double value) {
  if (!is_one)
    return pvs_put_number_again(end, value, ws->numbers);
  const uint32_t *at = ws->cell_at + index;
  memcpy(end, ws->text + at[0], PVS_NUMBER_MAX); /* no cell is longer, and a fixed size is faster */
  return end + (at[1] - at[0]);
}

/* The scenario's customer in each of the single columns. */
static const uint32_t *singles_of(const struct pvs_output *output, uint32_t scenario) {
  const pvs_scenario *s = &output->plan->study->scenarios.items[scenario];
  return output->singles.customer_of + s->folder * output->singles.room;
}

static char *put_results(char *end, const struct pvs_output *output, const struct pvs_workspace *ws,
                         bool is_one) {
  const pvs_scenario_results *r = &ws->results;
  char label[FILE_NAME];
  end = pvs_put_integer(end, r->id);
  end = pvs_put_cell(end, pvs_study_label(output->plan->study, r->scenario, label, sizeof label));
  end = pvs_put_cell(end, r->arrangement);
  end = pvs_put_number_again(end, r->value[PVS_RESULT_HOUSEHOLDS], ws->numbers);
  end = pvs_put_cell(end, r->load_folder);
  for (int i = PVS_RESULT_EN_OPEX; i < FIRST_OF_FILES; i++)
    end = pvs_put_number_again(end, r->value[i], ws->numbers);
  for (size_t i = 0; i < PVS_FIXED_COLUMNS; i++)
    end = put_mean(end, ws, is_one, i, r->value[FIRST_OF_FILES + i]);
  const uint32_t *customer_of = singles_of(output, r->scenario);
  for (uint32_t i = 0; i < output->singles.n; i++) {
    const pvs_customer_result kind = output->singles.items[i].kind;
    if (customer_of[i] == PVS_NONE)
      end = pvs_put_number(end, NAN);
    else
      end = put_mean(end, ws, is_one, pvs_customer_index(kind, r->n_customers, customer_of[i]),
                     r->customers[customer_of[i]].value[kind]);
  }
  *end++ = '\n';
  return end;
}

static char *put_std_dev(char *end, const struct pvs_output *output,
                         const pvs_scenario_results *r) {
  end = pvs_put_integer(end, r->id);
  for (int i = FIRST_SPREAD; i < PVS_RESULT_CP_BILL; i++)
    end = pvs_put_number(end, r->deviation[i]);
  const uint32_t *customer_of = singles_of(output, r->scenario);
  for (uint32_t i = 0; i < output->singles.n; i++)
    end = pvs_put_number(
        end, customer_of[i] == PVS_NONE
                 ? NAN
                 : r->customers[customer_of[i]].deviation[output->singles.items[i].kind]);
  *end++ = '\n';
  return end;
}

static char *put_customers(char *end, const struct pvs_workspace *ws, bool is_one) {
  const pvs_scenario_results *r = &ws->results;
  end = pvs_put_integer(end, r->id);
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++)
    for (uint32_t i = 0; i < r->n_customers; i++) {
      const pvs_customer_results *customer = &r->customers[i];
      if (!customer->averaged)
        continue;
      end = put_mean(end, ws, is_one,
                     pvs_customer_index((pvs_customer_result)kind, r->n_customers, i),
                     customer->value[kind]);
      end = pvs_put_number(end, customer->deviation[kind]);
    }
  *end++ = '\n';
  return end;
}

void pvs_rows_fill(const struct pvs_output *output, uint32_t scenario,
                   const struct pvs_workspace *ws, pvs_rows *rows) {
  const struct pvs_study *study = output->plan->study;
  bool is_one = study->folders[study->scenarios.items[scenario].folder].n_loads == 1;
  char *start = rows->text, *end = put_results(start, output, ws, is_one);
  rows->results_length = (uint32_t)(end - start);
  start = end;
  if (study->has_std_dev)
    end = put_std_dev(start, output, &ws->results);
  rows->std_dev_length = (uint32_t)(end - start);
  start = end;
  if (study->one_folder)
    end = put_customers(start, ws, is_one);
  rows->customers_length = (uint32_t)(end - start);
}
