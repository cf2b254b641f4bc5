#include "synth/synth.h"

#include "base/dates.h"
#include "base/fail.h"
#include "synth/building.h"
#include "synth/climate.h"
#include "synth/files.h"
#include "synth/text.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[HX_SYNTH_KINDS] = {"static", "batteries", "mixed"};

const char *hx_synth_kind_name(hx_synth_kind kind) {
  return kind < HX_SYNTH_KINDS ? kind_names[kind] : NULL;
}

hx_synth_kind hx_synth_kind_named(const char *name) {
  hx_synth_kind kind = HX_SYNTH_STATIC;
  while (kind < HX_SYNTH_KINDS && strcmp(name, kind_names[kind]) != 0)
    kind++;
  return kind;
}

void hx_synth_defaults(hx_synth_spec *spec) {
  *spec = (hx_synth_spec){.customers = 18,
                          .scenarios = 36,
                          .days = 365,
                          .interval_min = 30,
                          .load_files = 1,
                          .seed = 1,
                          .start_year = 2013,
                          .kinds = (1u << HX_SYNTH_KINDS) - 1};
}

uint32_t hx_synth_flows(const hx_synth_spec *spec, hx_synth_kind kind) {
  enum { STATIC_FLOWS = 20 };
  if (spec->flows > 0)
    return spec->flows;
  return kind == HX_SYNTH_STATIC && spec->scenarios > STATIC_FLOWS ? STATIC_FLOWS : spec->scenarios;
}

pvs_code hx_synth_check(const hx_synth_spec *spec, pvs_error *error) {
  const struct {
    const char *name;
    long value, low, high;
  } numbers[] = {
      {"customers", spec->customers, 1, HX_SYNTH_MAX_CUSTOMERS},
      {"scenarios", spec->scenarios, 1, HX_SYNTH_MAX_SCENARIOS},
      {"days", spec->days, 1, HX_SYNTH_MAX_DAYS},
      {"load_files", spec->load_files, 1, HX_SYNTH_MAX_LOAD_FILES},
      {"flows", spec->flows ? spec->flows : 1, 1, spec->scenarios},
      {"start_year", spec->start_year, 1970, 2100},
      {"kinds", spec->kinds, 1, (1 << HX_SYNTH_KINDS) - 1},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    if (numbers[i].value < numbers[i].low || numbers[i].value > numbers[i].high) {
      hx_fail_at(error, PVS_BAD_VALUE, NULL, 0, numbers[i].name, "found %ld, expected %ld to %ld",
                 numbers[i].value, numbers[i].low, numbers[i].high);
      return PVS_BAD_VALUE;
    }
  static const uint32_t intervals[] = {60, 30, 15, 5, 1};
  for (size_t i = 0; i < sizeof intervals / sizeof intervals[0]; i++)
    if (spec->interval_min == intervals[i])
      return PVS_OK;
  hx_fail_at(error, PVS_BAD_VALUE, NULL, 0, "interval_min",
             "found %" PRIu32 " minutes, expected 60, 30, 15, 5 or 1", spec->interval_min);
  return PVS_BAD_VALUE;
}

pvs_code hx_synth_render(const hx_synth_spec *spec, hx_synth_sink sink, void *ctx,
                         pvs_error *error) {
  pvs_code code = hx_synth_check(spec, error);
  if (code != PVS_OK)
    return code;
  hx_synth_building building;
  hx_synth_building_init(&building, spec);
  hx_synth_climate climate;
  hx_synth_text text = {0};
  code = hx_synth_climate_init(&climate, spec->seed, hx_day_number(spec->start_year, 1, 1),
                               spec->days);
  if (code == PVS_OK)
    code = hx_synth_text_init(&text, sink, ctx);
  if (code == PVS_OK)
    code = hx_synth_put_load_files(&text, spec, &building, &climate);
  if (code == PVS_OK)
    code = hx_synth_put_pv_files(&text, spec, &building, &climate);
  if (code == PVS_OK)
    code = hx_synth_put_tables(&text, spec, &building);
  for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS && code == PVS_OK; kind++)
    if (spec->kinds & 1u << kind)
      code = hx_synth_put_study(&text, spec, &building, kind);
  /* A sink that failed has said why itself. */
  if (code == PVS_NO_MEMORY && text.code == PVS_OK)
    hx_fail(error, PVS_NO_MEMORY, "not enough memory for a day of %" PRIu32 " households",
            spec->customers);
  hx_synth_text_deinit(&text);
  hx_synth_climate_deinit(&climate);
  return code;
}
