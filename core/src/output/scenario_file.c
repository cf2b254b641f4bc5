/* scenarios/<label>.csv: a row a load file (MODEL.md section 11). */
#include "base/digest.h"
#include "base/number.h"
#include "output/output.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const fixed_columns[] = {
#define HEADER(name, header) header,
    PVS_SCENARIO_COLUMNS(HEADER)
#undef HEADER
};
static const char *const customer_columns[] = {"cust_bill_", "cust_solar_bill_", "cust_total$_"};

static pvs_code header_of(struct pvs_output *output, uint32_t f, pvs_error *error) {
  const pvs_folder *folder = &output->plan->study->folders[f];
  size_t bound = 1024;
  for (uint32_t i = 0; i < folder->n_residents; i++)
    bound += 3 * (24 + pvs_text_bound(folder->residents[i]));
  char *text = pvs_arena_small(&output->arena, bound), *end = text, name[1024];
  if (!text)
    return pvs_fail_memory(error);
  for (int i = 0; i < PVS_FIXED_COLUMNS; i++) {
    *end++ = ',';
    end = pvs_put_text(end, fixed_columns[i]);
  }
  for (int kind = 0; kind < 3; kind++)
    for (uint32_t customer = 0; customer < folder->n_residents; customer++) {
      snprintf(name, sizeof name, "%s%s", customer_columns[kind],
               folder->residents[pvs_customer_resident(folder, customer)]);
      *end++ = ',';
      end = pvs_put_text(end, name);
    }
  *end++ = '\n';
  output->headers[f].text = text;
  output->headers[f].length = (size_t)(end - text);
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

static pvs_code write_file(const struct pvs_output *output, uint32_t scenario, const char *text,
                           size_t length, struct pvs_workspace *ws, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  const pvs_scenario *s = &study->scenarios.items[scenario];
  char label[512], name[1024];
  snprintf(name, sizeof name, "%s.csv", pvs_study_label(study, scenario, label, sizeof label));
  int fd = pvs_create_file(output->scenarios_fd, output->folder, name, error);
  if (fd < 0)
    return PVS_IO;
  pvs_code code = pvs_write_all(fd, output->folder, name, output->headers[s->folder].text,
                                output->headers[s->folder].length, error);
  if (!code)
    code = pvs_write_all(fd, output->folder, name, text, length, error);
  close(fd);
  ws->stats.files_written++;
  ws->stats.bytes_written += output->headers[s->folder].length + length;
  return code;
}

pvs_code pvs_scenario_write(const struct pvs_output *output, uint32_t scenario,
                            struct pvs_workspace *ws, uint64_t *digest, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  const pvs_scenario *s = &study->scenarios.items[scenario];
  const pvs_folder *folder = &study->folders[s->folder];
  size_t width = pvs_scenario_width(folder->n_residents);
  char *end = ws->text;
  for (uint32_t file = 0; file < folder->n_loads; file++) {
    const double *column = ws->columns + file * width;
    end = pvs_put_text(end, study->loads[folder->first_load + file].file_name);
    for (size_t i = 0; i < width; i++)
      end = pvs_put_number(end, column[i]);
    *end++ = '\n';
  }
  size_t length = (size_t)(end - ws->text);
  *digest =
      pvs_digest_add(*digest, output->headers[s->folder].text, output->headers[s->folder].length);
  *digest = pvs_digest_add(*digest, ws->text, length);
  ws->stats.numbers_written += width * folder->n_loads;
  if (output->scenarios_fd < 0)
    return PVS_OK;
  return write_file(output, scenario, ws->text, length, ws, error);
}
