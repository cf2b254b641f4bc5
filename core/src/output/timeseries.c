/* timeseries_d and timeseries_b: one row per step (MODEL.md section 11). Scenarios of one group have
 * the same flows: the first file is formatted, the others are copies. */
#include "base/digest.h"
#include "base/number.h"
#include "output/output.h"
#include <errno.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum { DETAILED, BRIEF, KINDS, ROW_BYTES = PVS_TIMESTAMP_LENGTH + 1 + 9 * (PVS_NUMBER_MAX + 1) };

static const uint8_t flag_of[KINDS] = {PVS_LOG_DETAILED, PVS_LOG_BRIEF};

/* One kind of file while its unit runs. */
typedef struct series_file {
  uint32_t scenario; /* the first that wants it, PVS_NONE: nobody does */
  int folder_fd, fd; /* -1: nothing is written */
  char name[1024];
  char *buffer;
  size_t size, used;
  uint64_t digest;
} series_file;

typedef struct writer {
  const struct pvs_output *output;
  struct pvs_workspace *ws;
  uint32_t load_file;
  series_file files[KINDS];
} writer;

static uint32_t next_wanting(const struct pvs_plan *plan, uint32_t scenario, int kind) {
  while (scenario != PVS_NONE && !(plan->study->scenarios.items[scenario].logs & flag_of[kind]))
    scenario = plan->next_in_group[scenario];
  return scenario;
}

static const char *file_name(const struct pvs_study *study, uint32_t scenario, uint32_t file,
                             char *name, size_t size) {
  const pvs_scenario *s = &study->scenarios.items[scenario];
  char label[512];
  snprintf(name, size, "%s_%s_%s", pvs_study_label(study, scenario, label, sizeof label),
           pvs_scenario_arrangement(s)->id,
           study->loads[study->folders[s->folder].first_load + file].file_name);
  return name;
}

static pvs_code flush(const writer *w, series_file *file, pvs_error *error) {
  file->digest = pvs_digest_add(file->digest, file->buffer, file->used);
  w->ws->stats.bytes_written += file->fd >= 0 ? file->used : 0;
  pvs_code code = file->fd < 0 ? PVS_OK
                               : pvs_write_all(file->fd, w->output->folder, file->name,
                                               file->buffer, file->used, error);
  file->used = 0;
  return code;
}

static char *put_row(char *end, int kind, const pvs_flow_chunk *c, uint32_t t, pvs_time time) {
  pvs_format_timestamp(end, time);
  end = pvs_put_number(end + PVS_TIMESTAMP_LENGTH, c->load[t]);
  if (kind == BRIEF) {
    end = pvs_put_number(end, c->network_import[t]);
    end = pvs_put_number(end, c->residents_import[t]);
  } else {
    end = pvs_put_number(end, c->pv[t]);
    end = pvs_put_number(end, c->network_import[t]);
    end = pvs_put_number(end, c->network_export[t]);
    end = pvs_put_number(end, c->residents_import[t]);
    end = pvs_put_number(end, c->residents_export[t]);
    if (c->has_central) {
      end = pvs_put_number(end, 100 * c->central_level[t] / c->central_cap_kwh);
      end = pvs_put_number(end, c->central_level[t]);
    }
    if (c->has_individual)
      end = pvs_put_number(end, c->individual_level[t] / c->individual_cap_kwh * 100);
  }
  *end++ = '\n';
  return end;
}

static void put_header(series_file *file, int kind, const pvs_flow_chunk *c) {
  const char *text =
      kind == BRIEF
          ? "timestamp,network_load,grid_import,sum_of_customer_imports"
          : "timestamp,network_load,pv_generation,grid_import,grid_export,sum_of_customer_imports,"
            "sum_of_customer_exports";
  bool detailed = kind == DETAILED;
  file->used = (size_t)snprintf(file->buffer, file->size, "%s%s%s\n", text,
                                detailed && c->has_central ? ",battery_SOC,battery_charge_kWh" : "",
                                detailed && c->has_individual ? ",ind_battery_SOC" : "");
}

static pvs_code listen_chunk(void *ctx, const pvs_flow_chunk *chunk, pvs_error *error) {
  writer *w = ctx;
  const pvs_calendar *calendar = &w->output->plan->study->metering.calendar;
  for (int kind = 0; kind < KINDS; kind++) {
    series_file *file = &w->files[kind];
    if (file->scenario == PVS_NONE)
      continue;
    if (chunk->first == 0)
      put_header(file, kind, chunk);
    for (uint32_t t = 0; t < chunk->n; t++) {
      if (file->used + ROW_BYTES > file->size) {
        pvs_code code = flush(w, file, error);
        if (code)
          return code;
      }
      pvs_time time = calendar->start + (pvs_time)(chunk->first + t) * calendar->interval_s;
      file->used =
          (size_t)(put_row(file->buffer + file->used, kind, chunk, t, time) - file->buffer);
    }
    w->ws->stats.numbers_written += (uint64_t)chunk->n * (kind == BRIEF ? 3 : 6);
  }
  return PVS_OK;
}

static pvs_code copy_file(const writer *w, const series_file *from, const char *name,
                          pvs_error *error) {
  int fd = pvs_create_file(from->folder_fd, w->output->folder, name, error);
  if (fd < 0)
    return PVS_IO;
  off_t offset = 0, size = lseek(from->fd, 0, SEEK_END);
  pvs_code code = PVS_OK;
  while (offset < size && !code) {
    ssize_t copied = sendfile(fd, from->fd, &offset, (size_t)(size - offset));
    if (copied == 0 || (copied < 0 && errno != EINTR))
      code = pvs_fail_write(w->output->folder, name, copied == 0 ? EIO : errno, error);
  }
  w->ws->stats.files_written++;
  return pvs_close_file(fd, w->output->folder, name, code, error);
}

static pvs_code finish_file(writer *w, int kind, pvs_error *error) {
  series_file *file = &w->files[kind];
  const struct pvs_plan *plan = w->output->plan;
  pvs_code code = flush(w, file, error);
  if (file->fd < 0)
    return code;
  w->ws->stats.files_written++;
  char name[1024];
  for (uint32_t s = next_wanting(plan, plan->next_in_group[file->scenario], kind);
       s != PVS_NONE && !code; s = next_wanting(plan, plan->next_in_group[s], kind))
    code = copy_file(w, file, file_name(plan->study, s, w->load_file, name, sizeof name), error);
  return code;
}

/* ---- as the engine calls it (flow.h) ---- */

_Static_assert(sizeof(writer) <= PVS_LOG_STATE_BYTES, "it fits the state of a unit's log");

static pvs_code begin(void *ctx, void *state, uint32_t unit, struct pvs_workspace *ws,
                      pvs_error *error) {
  const struct pvs_output *output = ctx;
  const struct pvs_plan *plan = output->plan;
  writer *w = state;
  const uint32_t group = plan->group_of_unit[unit];
  const size_t half = ws->text_bytes / 2;
  *w = (writer){.output = output, .ws = ws, .load_file = unit - plan->groups[group].first_unit};
  pvs_code code = PVS_OK;
  for (int kind = 0; kind < KINDS; kind++) {
    series_file *file = &w->files[kind];
    file->scenario = next_wanting(plan, plan->groups[group].first_scenario, kind);
    file->folder_fd = kind == DETAILED ? output->detailed_fd : output->brief_fd;
    file->buffer = ws->text + (kind == DETAILED ? 0 : half);
    file->size = half;
    file->fd = -1;
    if (file->scenario == PVS_NONE || file->folder_fd < 0 || code)
      continue;
    file_name(plan->study, file->scenario, w->load_file, file->name, sizeof file->name);
    file->fd = pvs_create_file(file->folder_fd, output->folder, file->name, error);
    if (file->fd < 0)
      code = PVS_IO;
  }
  return code;
}

static pvs_code end(void *state, pvs_code code, pvs_flow_result *result, pvs_error *error) {
  writer *w = state;
  for (int kind = 0; kind < KINDS; kind++) {
    series_file *file = &w->files[kind];
    if (file->scenario != PVS_NONE && !code)
      code = finish_file(w, kind, error);
    result->timeseries_digest[kind] = file->digest;
    if (file->fd >= 0)
      code = pvs_close_file(file->fd, w->output->folder, file->name, code, error);
  }
  return code;
}

pvs_flow_log pvs_timeseries_log(struct pvs_output *output) {
  return (pvs_flow_log){.ctx = output, .begin = begin, .chunk = listen_chunk, .end = end};
}
