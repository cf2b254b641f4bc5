/* The folder: created with its header rows, grown by rows, closed. */
#include "output/output.h"
#include "base/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static pvs_code destroy(struct pvs_output *output, pvs_error *error) {
  int fds[] = {output->folder_fd, output->scenarios_fd, output->detailed_fd, output->brief_fd};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0)
      close(fds[i]);
  pvs_code code = pvs_table_files_close(output, error);
  pvs_arena_deinit(&output->arena);
  free(output);
  return code;
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
  output->log = pvs_timeseries_log(output);
  output->folder_fd = output->scenarios_fd = output->detailed_fd = output->brief_fd = -1;
  for (int i = 0; i < PVS_TABLES; i++)
    output->tables[i].fd = -1;
  output->scenario_files = !options->no_scenario_files;
  output->join = options->join;
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
    code = pvs_tables_begin(output, error);
  if (!code)
    code = pvs_saved_tariffs_begin(output, error);
  if (code)
    destroy(output, NULL);
  else
    *out = output;
  return code;
}

static uint64_t add_tariffs(uint64_t digest, const uint64_t *parts, uint32_t n) {
  return pvs_digest_add(digest, parts, n * sizeof *parts);
}

uint64_t pvs_output_digest(const uint64_t *scenario_digests, size_t scenarios,
                           const uint64_t *tariff_digests, uint32_t tariff_parts) {
  uint64_t digest = 0;
  for (size_t i = 0; i < scenarios; i++)
    digest = pvs_digest_add(digest, &scenario_digests[i], sizeof *scenario_digests);
  return add_tariffs(digest, tariff_digests, tariff_parts);
}

void pvs_output_count(pvs_output *output, const pvs_rows *rows) {
  output->digest = pvs_digest_add(output->digest, &rows->digest, sizeof rows->digest);
}

pvs_code pvs_output_emit(pvs_output *output, const pvs_rows *rows, pvs_error *error) {
  pvs_code code = pvs_output_write_rows(output, &rows, 1, &output->end, error);
  pvs_rows_add(rows, &output->end);
  pvs_output_count(output, rows);
  return code;
}

pvs_code pvs_output_close(pvs_output *output, const uint64_t *tariff_digests, uint64_t *digest,
                          pvs_error *error) {
  if (digest)
    *digest = add_tariffs(output->digest, tariff_digests, pvs_output_tariff_parts(output));
  pvs_code code = destroy(output, error);
  return digest ? code : PVS_OK;
}
