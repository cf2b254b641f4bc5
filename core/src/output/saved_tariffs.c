/* saved_tariffs/: the rates of every tariff that the study names, one column per tariff. Rates change a few
 * times per day: a row that equals the one before is copied. */
#include "base/digest.h"
#include "base/number.h"
#include "output/output.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { IMPORT, SOLAR, EXPORT };

static const char *const file_names[PVS_TARIFF_PARTS] = {
    "static_import_tariffs.csv", "static_solar_import_tariffs.csv", "static_export_tariffs.csv"};

/* By day table entry; NULL: the same in every step. */
static const double *rates_of(const pvs_tariff *tariff, int part) {
  switch (part) {
  case IMPORT:
    return tariff->import_rate;
  case SOLAR:
    return tariff->solar_rate;
  default:
    return tariff->export_rate;
  }
}

static double rate(const pvs_tariff *tariff, int part, uint32_t entry) {
  const double *rates = rates_of(tariff, part);
  if (rates)
    return rates[entry];
  return part == IMPORT ? tariff->flat_c_per_kwh : part == EXPORT ? tariff->export_c_per_kwh : 0;
}

uint32_t pvs_output_tariff_parts(const pvs_output *output) {
  (void)output;
  return PVS_TARIFF_PARTS;
}

/* A file on its way out: buffered in the workspace's text. */
typedef struct file_writer {
  const struct pvs_output *output;
  int fd;
  const char *name;
  char *buffer, *end, *limit;
  uint64_t digest, bytes;
} file_writer;

static pvs_code flush(file_writer *w, pvs_error *error) {
  size_t size = (size_t)(w->end - w->buffer);
  w->digest = pvs_digest_add_long(w->digest, w->buffer, size);
  w->bytes += size;
  w->end = w->buffer;
  return w->fd < 0 ? PVS_OK
                   : pvs_write_all(w->fd, w->output->folder, w->name, w->buffer, size, error);
}

static pvs_code put_header(file_writer *w, const struct pvs_study *study, pvs_error *error) {
  w->end = pvs_put_text(w->end, "timestamp");
  for (uint32_t i = 0; i < study->n_tariffs; i++) {
    if (w->end + pvs_text_bound(study->tariffs[i].id) + 2 > w->limit) {
      pvs_code code = flush(w, error);
      if (code)
        return code;
    }
    *w->end++ = ',';
    w->end = pvs_put_text(w->end, study->tariffs[i].id);
  }
  *w->end++ = '\n';
  return flush(w, error);
}

static bool changes_any(const struct pvs_study *study, int part) {
  bool any = false;
  for (uint32_t i = 0; i < study->n_tariffs; i++)
    any = any || rates_of(&study->tariffs[i], part);
  return any;
}

static bool same_rates(const struct pvs_study *study, int part, uint32_t a, uint32_t b) {
  for (uint32_t i = 0; i < study->n_tariffs; i++) {
    const double *rates = rates_of(&study->tariffs[i], part);
    if (rates && rates[a] != rates[b])
      return false;
  }
  return true;
}

/* A tariff's rate as it was written last: most stay when one changes. */
struct pvs_cell {
  uint64_t bits;
  uint8_t length; /* 0: none yet */
  char text[PVS_NUMBER_MAX + 1];
};

pvs_code pvs_saved_tariffs_begin(struct pvs_output *output, pvs_error *error) {
  for (int part = 0; part < PVS_TARIFF_PARTS; part++) {
    output->cells[part] = pvs_arena_alloc(&output->arena, output->plan->study->n_tariffs + 1,
                                          sizeof *output->cells[part]);
    if (!output->cells[part])
      return pvs_fail_memory(error);
  }
  return PVS_OK;
}

static size_t put_cells(char *cells, struct pvs_cell *cache, const struct pvs_study *study,
                        int part, uint32_t entry) {
  char *end = cells;
  for (uint32_t i = 0; i < study->n_tariffs; i++) {
    double value = rate(&study->tariffs[i], part, entry);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    struct pvs_cell *cell = &cache[i];
    if (cell->length == 0 || cell->bits != bits) {
      cell->bits = bits;
      cell->length = (uint8_t)(pvs_put_number(cell->text, value) - cell->text);
    }
    memcpy(end, cell->text, sizeof cell->text);
    end += cell->length;
  }
  *end++ = '\n';
  return (size_t)(end - cells);
}

/* Where rates change within a day. Days of a type follow one another. */
enum { MOST_SLOTS = 24 * 60 };
typedef struct day_changes {
  uint32_t at, n;           /* of the day's entries; n 0: of none */
  bool changes[MOST_SLOTS]; /* from the slot before */
} day_changes;

static void find_changes(day_changes *day, const struct pvs_study *study, int part, uint32_t at,
                         uint32_t n) {
  if (day->at == at && day->n == n)
    return;
  day->at = at;
  day->n = n;
  for (uint32_t i = 1; i < n; i++)
    day->changes[i] = !same_rates(study, part, at + i, at + i - 1);
}

static pvs_code put_rows(file_writer *w, const struct pvs_study *study, int part, char *cells,
                         uint64_t *numbers, pvs_error *error) {
  const pvs_days *days = &study->metering.days;
  const pvs_calendar *calendar = &study->metering.calendar;
  size_t length = 0,
         row_bound = PVS_TIMESTAMP_LENGTH + 2 + study->n_tariffs * (size_t)(PVS_NUMBER_MAX + 1);
  uint32_t last_entry = PVS_NONE;
  const bool changes = changes_any(study, part);
  pvs_timestamper times = {0};
  day_changes day = {0};
  for (uint32_t r = 0; r < days->n_spans; r++) {
    const pvs_day_span *span = &days->spans[r];
    const bool is_day = changes && span->n <= MOST_SLOTS;
    if (is_day)
      find_changes(&day, study, part, span->at, span->n);
    for (uint32_t i = 0; i < span->n; i++) {
      uint32_t step = span->first + i, entry = span->at + i;
      bool is_other = last_entry == PVS_NONE;
      if (changes && !is_other)
        is_other = is_day && i > 0 ? day.changes[i] : !same_rates(study, part, entry, last_entry);
      if (is_other) {
        length = put_cells(cells, w->output->cells[part], study, part, entry);
        *numbers += study->n_tariffs;
      }
      last_entry = entry;
      if (w->end + row_bound > w->limit) {
        pvs_code code = flush(w, error);
        if (code)
          return code;
      }
      pvs_format_timestamps(&times, w->end,
                            calendar->start + (pvs_time)step * calendar->interval_s);
      memcpy(w->end + PVS_TIMESTAMP_LENGTH, cells, length);
      w->end += PVS_TIMESTAMP_LENGTH + length;
    }
  }
  return flush(w, error);
}

pvs_code pvs_output_write_tariffs(pvs_output *output, uint32_t part, pvs_workspace *ws,
                                  uint64_t *digest, pvs_error *error) {
  const struct pvs_study *study = output->plan->study;
  uint64_t started = pvs_now_ns();
  char path[64];
  snprintf(path, sizeof path, "saved_tariffs/%s", file_names[part]);
  size_t cells = study->n_tariffs * (size_t)(PVS_NUMBER_MAX + 1) + 2;
  file_writer w = {.output = output, .fd = -1, .name = path};
  w.buffer = w.end = ws->text + cells;
  w.limit = ws->text + ws->text_bytes;
  if (output->folder &&
      (w.fd = pvs_create_file(output->folder_fd, output->folder, path, error)) < 0)
    return PVS_IO;
  pvs_code code = put_header(&w, study, error);
  if (!code)
    code = put_rows(&w, study, (int)part, ws->text, &ws->stats.numbers_written, error);
  if (w.fd >= 0)
    code = pvs_close_file(w.fd, output->folder, w.name, code, error);
  *digest = w.digest;
  ws->stats.bytes_written += w.bytes;
  ws->stats.files_written += w.fd >= 0;
  ws->stats.write_ns += pvs_now_ns() - started;
  return code;
}
