/* <study>_results.csv, <study>_results_std_dev.csv, <study>_customer_results.csv (MODEL.md section
 * 11). */
#include "base/digest.h"
#include "base/number.h"
#include "output/output.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const fixed_columns[] = {
#define HEADER(name, header) header,
    PVS_SCENARIO_COLUMNS(HEADER)
#undef HEADER
};
static const char *const customer_columns[] = {"cust_bill_", "cust_solar_bill_", "cust_total$_"};
enum { CUSTOMER_KINDS = 3, FILE_NAME = 512 };

/* ---- header rows ---- */

static char *put_cell(char *end, const char *text) {
  *end++ = ',';
  return pvs_put_text(end, text);
}

static char *put_suffixed(char *end, const char *name, const char *suffix) {
  char text[FILE_NAME];
  snprintf(text, sizeof text, "%s%s", name, suffix);
  return put_cell(end, text);
}

static char *put_columns(char *end, const char *suffix) {
  for (int i = 0; i < PVS_FIXED_COLUMNS; i++)
    end = put_suffixed(end, fixed_columns[i], suffix);
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++) {
    char name[64];
    snprintf(name, sizeof name, "%scp", customer_columns[kind]);
    end = put_suffixed(end, name, suffix);
  }
  return end;
}

static void begin_results(pvs_sheet *sheet, bool has_std_dev) {
  char *end = pvs_put_text(sheet->buffer, "scenario");
  static const char *const first[] = {
      "scenario_label",     "arrangement",      "number_of_households",
      "load_folder",        "en_opex",          "en_capex_repayment",
      "pv_capex_repayment", "average_hh_bill$", "average_hh_solar_bill$",
      "average_hh_total$"};
  for (size_t i = 0; i < sizeof first / sizeof *first; i++)
    end = put_cell(end, first[i]);
  end = put_columns(end, has_std_dev ? "_mean" : "");
  *end++ = '\n';
  sheet->used = (size_t)(end - sheet->buffer);
}

static void begin_std_dev(pvs_sheet *sheet) {
  char *end = pvs_put_text(sheet->buffer, "scenario");
  end = put_cell(end, "std_hh_bill$");
  end = put_cell(end, "std_hh_solar_bill$");
  end = put_cell(end, "std_hh_total$");
  end = put_columns(end, "_std");
  *end++ = '\n';
  sheet->used = (size_t)(end - sheet->buffer);
}

static void begin_customers(pvs_sheet *sheet, const pvs_folder *folder) {
  char *end = pvs_put_text(sheet->buffer, "scenario"), name[1024];
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++)
    for (uint32_t customer = 1; customer < folder->n_residents; customer++) {
      if (!folder->averaged[customer])
        continue;
      const char *who = folder->residents[pvs_customer_resident(folder, customer)];
      snprintf(name, sizeof name, "%s%s_mean", customer_columns[kind], who);
      end = put_cell(end, name);
      snprintf(name, sizeof name, "%s%s_std", customer_columns[kind], who);
      end = put_cell(end, name);
    }
  *end++ = '\n';
  sheet->used = (size_t)(end - sheet->buffer);
}

pvs_code pvs_sheets_begin(struct pvs_output *output, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  static const char *const suffixes[PVS_SHEETS] = {"results", "results_std_dev",
                                                   "customer_results"};
  size_t names = 0;
  for (uint32_t i = 0; i < study->folders[0].n_residents; i++)
    names += 6 * (32 + pvs_text_bound(study->folders[0].residents[i]));
  for (int i = 0; i < PVS_SHEETS; i++) {
    pvs_sheet *sheet = &output->sheets[i];
    bool wanted = i == PVS_SHEET_RESULTS ||
                  (i == PVS_SHEET_STD_DEV ? output->has_std_dev : output->has_customers);
    sheet->fd = -1;
    if (!wanted)
      continue;
    char name[FILE_NAME];
    snprintf(name, sizeof name, "%s_%s.csv", study->name, suffixes[i]);
    sheet->name = pvs_arena_string(&output->arena, name, strlen(name));
    sheet->buffer = pvs_arena_small(&output->arena, pvs_sheet_bytes(output) + names);
    if (!sheet->name || !sheet->buffer)
      return pvs_fail_memory(error);
    if (output->folder &&
        (sheet->fd = pvs_create_file(output->folder_fd, output->folder, name, error)) < 0)
      return PVS_IO;
  }
  begin_results(&output->sheets[PVS_SHEET_RESULTS], output->has_std_dev);
  if (output->has_std_dev)
    begin_std_dev(&output->sheets[PVS_SHEET_STD_DEV]);
  if (output->has_customers)
    begin_customers(&output->sheets[PVS_SHEET_CUSTOMERS], &study->folders[0]);
  return PVS_OK;
}

/* ---- a scenario's rows ---- */

/* A column over the load files of a scenario. */
typedef struct column_view {
  const double *first;
  size_t stride;
  uint32_t n;
} column_view;

static double mean(column_view v) {
  double sum = 0;
  for (uint32_t i = 0; i < v.n; i++)
    sum += v.first[i * v.stride];
  return sum / v.n;
}

/* With n - 1; absent for one value. */
static double standard_deviation(column_view v) {
  if (v.n < 2)
    return NAN;
  double centre = mean(v), sum = 0;
  for (uint32_t i = 0; i < v.n; i++) {
    double d = v.first[i * v.stride] - centre;
    sum += d * d;
  }
  return sqrt(sum / (v.n - 1));
}

typedef struct table_row {
  const pvs_folder *folder;
  const struct pvs_workspace *ws;
  size_t width;
} table_row;

static column_view column(const table_row *row, size_t index) {
  return (column_view){row->ws->columns + index, row->width, row->folder->n_loads};
}

/* Mean over the households of their means over load files; absent without households. */
static double household_average(const table_row *row, pvs_customer_column kind) {
  double sum = 0;
  uint32_t n = 0;
  for (uint32_t customer = 1; customer < row->folder->n_residents; customer++) {
    if (!row->folder->averaged[customer])
      continue;
    sum += mean(column(row, pvs_customer_index(kind, row->folder->n_residents, customer)));
    n++;
  }
  return n ? sum / n : NAN;
}

/* Over all values of households and load files. */
static double household_deviation(const table_row *row, pvs_customer_column kind) {
  double centre = household_average(row, kind), sum = 0;
  uint32_t n = 0;
  for (uint32_t customer = 1; customer < row->folder->n_residents; customer++) {
    if (!row->folder->averaged[customer])
      continue;
    column_view v = column(row, pvs_customer_index(kind, row->folder->n_residents, customer));
    for (uint32_t i = 0; i < v.n; i++, n++)
      sum += (v.first[i * v.stride] - centre) * (v.first[i * v.stride] - centre);
  }
  return n > 1 ? sqrt(sum / (n - 1)) : NAN;
}

/* The mean of one value is the value, and its text is there. */
static char *put_mean(char *end, const table_row *row, size_t index) {
  if (row->folder->n_loads > 1)
    return pvs_put_number(end, mean(column(row, index)));
  const uint32_t *at = row->ws->cell_at + index;
  memcpy(end, row->ws->text + at[0], at[1] - at[0]);
  return end + (at[1] - at[0]);
}

static char *put_deviation(char *end, const table_row *row, size_t index) {
  return pvs_put_number(end, standard_deviation(column(row, index)));
}

static char *put_columns_of(char *end, const table_row *row,
                            char *(*put)(char *, const table_row *, size_t)) {
  for (size_t i = 0; i < PVS_FIXED_COLUMNS; i++)
    end = put(end, row, i);
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++)
    end = put(end, row, pvs_customer_index((pvs_customer_column)kind, row->folder->n_residents, 0));
  return end;
}

static char *put_results(char *end, const struct pvs_output *output, uint32_t scenario,
                         const table_row *row) {
  const struct pvs_study *study = output->plan->study;
  const pvs_scenario *s = &study->scenarios.items[scenario];
  const pvs_costing *costing = &study->costings.items[s->costing];
  char label[FILE_NAME];
  end += snprintf(end, PVS_NUMBER_MAX, "%ld", s->id);
  end = put_cell(end, pvs_study_label(study, scenario, label, sizeof label));
  end = put_cell(end, pvs_scenario_arrangement(s)->id);
  end = pvs_put_number(end, row->folder->n_residents - 1);
  end = put_cell(end, row->folder->name);
  end = pvs_put_number(end, costing->en_opex);
  end = pvs_put_number(end, costing->en_repayment);
  end = pvs_put_number(end, costing->pv_total_repayment);
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++)
    end = pvs_put_number(end, household_average(row, (pvs_customer_column)kind));
  end = put_columns_of(end, row, put_mean);
  *end++ = '\n';
  return end;
}

static char *put_std_dev(char *end, const struct pvs_output *output, uint32_t scenario,
                         const table_row *row) {
  end += snprintf(end, PVS_NUMBER_MAX, "%ld", output->plan->study->scenarios.items[scenario].id);
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++)
    end = pvs_put_number(end, household_deviation(row, (pvs_customer_column)kind));
  end = put_columns_of(end, row, put_deviation);
  *end++ = '\n';
  return end;
}

static char *put_customers(char *end, const struct pvs_output *output, uint32_t scenario,
                           const table_row *row) {
  end += snprintf(end, PVS_NUMBER_MAX, "%ld", output->plan->study->scenarios.items[scenario].id);
  for (int kind = 0; kind < CUSTOMER_KINDS; kind++)
    for (uint32_t customer = 1; customer < row->folder->n_residents; customer++) {
      if (!row->folder->averaged[customer])
        continue;
      size_t index =
          pvs_customer_index((pvs_customer_column)kind, row->folder->n_residents, customer);
      end = put_mean(end, row, index);
      end = put_deviation(end, row, index);
    }
  *end++ = '\n';
  return end;
}

void pvs_rows_fill(const struct pvs_output *output, uint32_t scenario,
                   const struct pvs_workspace *ws, pvs_rows *rows) {
  const struct pvs_study *study = output->plan->study;
  const pvs_folder *folder = &study->folders[study->scenarios.items[scenario].folder];
  table_row row = {folder, ws, pvs_scenario_width(folder->n_residents)};
  char *start = rows->text, *end = put_results(start, output, scenario, &row);
  rows->results_length = (uint32_t)(end - start);
  start = end;
  if (output->has_std_dev)
    end = put_std_dev(start, output, scenario, &row);
  rows->std_dev_length = (uint32_t)(end - start);
  start = end;
  if (output->has_customers)
    end = put_customers(start, output, scenario, &row);
  rows->customers_length = (uint32_t)(end - start);
  rows->warning_length = 0;
}
