/* scenarios/<label>.csv: one row per load file (MODEL.md section 11). */
#include "base/digest.h"
#include "base/number.h"
#include "output/output.h"
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

static pvs_code header_of(struct pvs_output *output, uint32_t f, pvs_error *error) {
  const pvs_folder *folder = &output->plan->study->folders[f];
  size_t bound = 1024;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    bound += PVS_CUSTOMER_RESULT_COUNT * (24 + pvs_text_bound(folder->residents[i]));
  char *text = pvs_arena_small(&output->arena, bound), *end = text;
  if (!text)
    return pvs_fail_memory(error);
  for (int i = PVS_RESULT_BUILDING_COSTS; i < PVS_RESULT_CP_BILL; i++)
    end = pvs_put_cell(end, pvs_result_name((pvs_result)i));
  for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++)
    for (uint32_t customer = 0; customer < folder->n_residents; customer++)
      end = pvs_put_name(end, pvs_customer_prefix((pvs_customer_result)kind),
                         folder->residents[pvs_customer_resident(folder, customer)], "");
  *end++ = '\n';
  output->headers[f].text = text;
  output->headers[f].length = (size_t)(end - text);
  output->headers[f].digest = pvs_digest_add(0, text, (size_t)(end - text));
  return PVS_OK;
}

pvs_code pvs_scenario_headers(struct pvs_output *output, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  output->headers = pvs_arena_alloc(&output->arena, study->n_folders, sizeof *output->headers);
  pvs_code code = output->headers ? PVS_OK : pvs_fail_memory(error);
  for (uint32_t f = 0; f < study->n_folders && !code; f++)
    code = header_of(output, f, error);
  return code;
}

void pvs_scenario_format(const struct pvs_output *output, uint32_t scenario,
                         struct pvs_workspace *ws, pvs_scenario_text *text) {
  const struct pvs_study *study = output->plan->study;
  uint32_t f = study->scenarios.items[scenario].folder;
  const pvs_folder *folder = &study->folders[f];
  size_t width = pvs_scenario_width(folder->n_residents);
  char *end = ws->text;
  for (uint32_t file = 0; file < folder->n_loads; file++) {
    const double *column = ws->columns + file * width;
    end = pvs_put_text(end, study->loads[folder->first_load + file].file_name);
    for (size_t i = 0; i < width; i++) {
      if (file == 0)
        ws->cell_at[i] = (uint32_t)(end - ws->text);
      end = pvs_put_number_again(end, column[i], ws->numbers);
    }
    if (file == 0)
      ws->cell_at[width] = (uint32_t)(end - ws->text);
    *end++ = '\n';
  }
  ws->stats.numbers_written += width * folder->n_loads;
  *text = (pvs_scenario_text){.header = output->headers[f].text,
                              .header_length = output->headers[f].length,
                              .header_digest = output->headers[f].digest,
                              .rows = ws->text,
                              .rows_length = (size_t)(end - ws->text)};
}

uint64_t pvs_scenario_digest(const pvs_scenario_text *text) {
  return pvs_digest_add(text->header_digest, text->rows, text->rows_length);
}

pvs_code pvs_scenario_write(const struct pvs_output *output, uint32_t scenario,
                            struct pvs_workspace *ws, const pvs_scenario_text *text,
                            pvs_error *error) {
  if (output->scenarios_fd < 0)
    return PVS_OK;
  char label[512], name[1024];
  pvs_study_label(output->plan->study, scenario, label, sizeof label);
  snprintf(name, sizeof name, "%s.csv", label);
  int fd = pvs_create_file(output->scenarios_fd, output->folder, name, error);
  if (fd < 0)
    return PVS_IO;
  struct iovec parts[] = {{(void *)(uintptr_t)text->header, text->header_length},
                          {(void *)(uintptr_t)text->rows, text->rows_length}};
  size_t size = text->header_length + text->rows_length;
  pvs_code code = PVS_OK;
  /* Less than all of it is rare (a signal, a disk nearly full): then from the start, in two. */
  if (writev(fd, parts, 2) != (ssize_t)size) {
    lseek(fd, 0, SEEK_SET);
    code = pvs_write_all(fd, output->folder, name, text->header, text->header_length, error);
    if (!code)
      code = pvs_write_all(fd, output->folder, name, text->rows, text->rows_length, error);
  }
  ws->stats.files_written++;
  ws->stats.bytes_written += size;
  return pvs_close_file(fd, output->folder, name, code, error);
}
