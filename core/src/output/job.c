/* From units and scenarios to bytes: the public face of working and writing. */
#include "base/digest.h"
#include "output/output.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHEET_BYTES = 1 << 16 };
#define CHECKSUM_LIMIT_C 0.005

size_t pvs_sheet_bytes(const struct pvs_output *output) {
  return SHEET_BYTES + output->plan->info.rows_bytes;
}

/* ---- folder ---- */

static int make_folder(struct pvs_output *output, const char *name, pvs_error *error) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", output->folder, name);
  int fd = -1;
  if (mkdirat(output->folder_fd, name, 0777) == 0 || errno == EEXIST)
    fd = openat(output->folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    pvs_fail_errno(error, PVS_IO, errno, (pvs_where){.file = path}, "cannot make this folder");
  return fd;
}

static pvs_code open_folders(struct pvs_output *output, pvs_error *error) {
  output->folder_fd = open(output->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (output->folder_fd < 0)
    return pvs_fail_errno(error, PVS_IO, errno, (pvs_where){.file = output->folder},
                          "cannot open this folder");
  int tariffs_fd = make_folder(output, "saved_tariffs", error);
  if (tariffs_fd < 0)
    return PVS_IO;
  close(tariffs_fd);
  if (output->scenario_files &&
      (output->scenarios_fd = make_folder(output, "scenarios", error)) < 0)
    return PVS_IO;
  if ((output->logs & PVS_LOG_DETAILED) &&
      (output->detailed_fd = make_folder(output, "timeseries_d", error)) < 0)
    return PVS_IO;
  if ((output->logs & PVS_LOG_BRIEF) &&
      (output->brief_fd = make_folder(output, "timeseries_b", error)) < 0)
    return PVS_IO;
  return PVS_OK;
}

static void destroy(struct pvs_output *output) {
  int fds[] = {output->folder_fd, output->scenarios_fd, output->detailed_fd, output->brief_fd};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0)
      close(fds[i]);
  for (int i = 0; i < PVS_SHEETS; i++)
    if (output->sheets[i].fd >= 0)
      close(output->sheets[i].fd);
  pvs_arena_deinit(&output->arena);
  free(output);
}

pvs_code pvs_output_create(const pvs_plan *plan, const pvs_output_options *options,
                           pvs_output **out, pvs_error *error) {
  *out = NULL;
  struct pvs_output *output = calloc(1, sizeof *output);
  if (!output)
    return pvs_fail_memory(error);
  const struct pvs_study *study = plan->study;
  pvs_arena_init(&output->arena);
  output->plan = plan;
  output->folder_fd = output->scenarios_fd = output->detailed_fd = output->brief_fd = -1;
  for (int i = 0; i < PVS_SHEETS; i++)
    output->sheets[i].fd = -1;
  output->scenario_files = !options->no_scenario_files;
  output->has_std_dev = study->has_std_dev;
  output->has_customers = study->one_folder;
  for (uint32_t i = 0; i < study->scenarios.count; i++)
    output->logs |= study->scenarios.items[i].logs;
  pvs_code code = PVS_OK;
  if (options->folder) {
    output->folder = pvs_arena_string(&output->arena, options->folder, strlen(options->folder));
    code = output->folder ? open_folders(output, error) : pvs_fail_memory(error);
  }
  if (!code)
    code = pvs_scenario_headers(output, error);
  if (!code)
    code = pvs_sheets_begin(output, error);
  if (!code)
    code = pvs_saved_tariffs_begin(output, error);
  if (code)
    destroy(output);
  else
    *out = output;
  return code;
}

/* ---- work ---- */

static uint32_t least(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

/* Runs as many units from `unit` on, at most `most`, as are better run together than one by one.
 * *count: how many. */
static pvs_code run_some(const pvs_plan *plan, uint32_t unit, uint32_t most, pvs_workspace *ws,
                         void *results, pvs_output *output, uint32_t *count, pvs_error *error) {
  uint32_t alike = least(least(pvs_plan_alike(plan, unit), PVS_NETS), most);
  uint32_t abreast = least(least(pvs_plan_same_load(plan, unit), plan->abreast), most);
  *count = 1;
  if (pvs_timeseries_wanted(plan, unit))
    return pvs_timeseries_run(output, unit, ws, results, error);
  if (alike >= plan->kernels->lanes_from) {
    pvs_flow_run_alike(plan, unit, alike, ws, results);
    *count = alike;
  } else {
    pvs_flow_run_abreast(plan, unit, abreast, ws, results);
    *count = abreast;
  }
  return PVS_OK;
}

pvs_code pvs_units_run(const pvs_plan *plan, uint32_t first, uint32_t *count, pvs_workspace *ws,
                       void *results, pvs_output *output, pvs_error *error) {
  for (uint32_t done = 0, n; done < *count; done += n) {
    pvs_code code = run_some(plan, first + done, *count - done, ws, results, output, &n, error);
    if (code) {
      *count = done;
      return code;
    }
  }
  return PVS_OK;
}

pvs_code pvs_unit_run(const pvs_plan *plan, uint32_t unit, pvs_workspace *ws, void *results,
                      pvs_output *output, pvs_error *error) {
  uint32_t count = 1;
  return pvs_units_run(plan, unit, &count, ws, results, output, error);
}

static void warn_checksum(const struct pvs_study *study, uint32_t scenario, double cents,
                          pvs_rows *rows) {
  char label[512],
      *text = rows->text + rows->results_length + rows->std_dev_length + rows->customers_length;
  int length =
      snprintf(text, 768, "%s: payments and receipts differ by %.3g c, expected 0 (study %s)",
               pvs_study_label(study, scenario, label, sizeof label), cents, study->name);
  rows->warning_length = (uint32_t)(length < 768 ? length : 767);
}

pvs_code pvs_scenario_finish(const pvs_plan *plan, uint32_t scenario, pvs_workspace *ws,
                             const void *results, pvs_output *output, pvs_rows *rows,
                             pvs_error *error) {
  uint64_t started = pvs_now_ns();
  double checksum = pvs_scenario_compute(plan, scenario, ws, results);
  uint64_t computed = pvs_now_ns();
  rows->scenario = scenario;
  rows->reserved = 0;
  pvs_scenario_text text;
  pvs_scenario_format(output, scenario, ws, &text);
  pvs_rows_fill(output, scenario, ws, rows);
  pvs_code code = pvs_scenario_write(output, scenario, ws, &text, error);
  rows->digest = pvs_scenario_digest(&text);
  size_t length = (size_t)rows->results_length + rows->std_dev_length + rows->customers_length;
  rows->digest = pvs_digest_add(rows->digest, rows->text, length);
  const pvs_scenario *s = &plan->study->scenarios.items[scenario];
  for (uint32_t file = 0; s->logs && file < plan->study->folders[s->folder].n_loads; file++) {
    const pvs_flow_result *flow =
        pvs_plan_result(plan, results, plan->group_of_scenario[scenario], file);
    if (s->logs & PVS_LOG_DETAILED)
      rows->digest = pvs_digest_add(rows->digest, &flow->timeseries_digest[0], sizeof(uint64_t));
    if (s->logs & PVS_LOG_BRIEF)
      rows->digest = pvs_digest_add(rows->digest, &flow->timeseries_digest[1], sizeof(uint64_t));
  }
  if (fabs(checksum) > CHECKSUM_LIMIT_C)
    warn_checksum(plan->study, scenario, checksum, rows);
  ws->stats.scenarios_finished++;
  ws->stats.finish_ns += computed - started;
  ws->stats.write_ns += pvs_now_ns() - computed;
  return code;
}

/* ---- tables ---- */

static pvs_code flush(const struct pvs_output *output, pvs_sheet *sheet, pvs_error *error) {
  pvs_code code = sheet->fd < 0 ? PVS_OK
                                : pvs_write_all(sheet->fd, output->folder, sheet->name,
                                                sheet->buffer, sheet->used, error);
  sheet->used = 0;
  return code;
}

pvs_code pvs_output_emit(pvs_output *output, const pvs_rows *rows, pvs_error *error) {
  const char *text = rows->text;
  uint32_t lengths[PVS_SHEETS] = {rows->results_length, rows->std_dev_length,
                                  rows->customers_length};
  output->digest = pvs_digest_add(output->digest, &rows->digest, sizeof rows->digest);
  for (int i = 0; i < PVS_SHEETS; i++) {
    pvs_sheet *sheet = &output->sheets[i];
    if (lengths[i] == 0)
      continue;
    if (sheet->used + lengths[i] > pvs_sheet_bytes(output)) {
      pvs_code code = flush(output, sheet, error);
      if (code)
        return code;
    }
    memcpy(sheet->buffer + sheet->used, text, lengths[i]);
    sheet->used += lengths[i];
    text += lengths[i];
  }
  return PVS_OK;
}

pvs_code pvs_output_close(pvs_output *output, const uint64_t *tariff_digests, uint64_t *digest,
                          pvs_error *error) {
  pvs_code code = PVS_OK;
  if (digest) {
    for (int i = 0; i < PVS_SHEETS && !code; i++)
      if (output->sheets[i].buffer)
        code = flush(output, &output->sheets[i], error);
    *digest = pvs_digest_add(output->digest, tariff_digests,
                             pvs_output_tariff_parts(output) * sizeof *tariff_digests);
  }
  destroy(output);
  return code;
}
