#include "synth/files.h"

#include "synth/sweep.h"

#include <stdio.h>
#include <string.h>

/* How many household tariffs are tried on one flow; which ones differs from flow to flow. */
enum { TARIFFS_PER_FLOW = 3 };

static const char *const pv_names[HX_PV_KINDS] = {"", "pv_1kW", "pv_total", "pv_central", "pv_ind"};

/* A row under way: the scenario, its flow, and how often that flow was seen before. */
typedef struct row {
  uint32_t scenario, flow_index, again;
  const hx_synth_flow *flow;
  const char *arrangement;
} row;

static bool is_en(const char *arrangement) {
  return strncmp(arrangement, "en", 2) == 0;
}
static bool is_shared(const char *arrangement) {
  return strncmp(arrangement, "btm_s", 5) == 0 || strncmp(arrangement, "btm_p", 5) == 0;
}
static bool is_ppa(const char *arrangement) {
  return strncmp(arrangement, "btm_p", 5) == 0;
}

/* Where choices of a flow start: neighbours differ, and so do flows of one family, which recur
 * every few flows. */
static uint32_t start_of(const row *r) {
  return r->flow_index + r->flow_index / 6;
}

/* Choice number `turn`. */
static const char *vary(hx_synth_ids ids, const row *r, uint32_t turn) {
  return ids.ids[(turn + start_of(r)) % ids.count];
}

static void put_header(hx_synth_text *t, const hx_synth_building *building, hx_synth_kind kind) {
  hx_synth_put(t, "scenario,arrangement,load_folder,pv_filename,pv_scaleable,pv_kW_peak,pv_cap_id,"
                  "pv_capex_scaleable,"
                  "cp,all_residents,parent,network_tariff,en_capex_id,a_term,a_rate,central_kWp");
  for (uint32_t i = 0; i < building->n_owners; i++)
    hx_synth_putf(t, ",%s_kWp", building->owners[i].name);
  if (kind != HX_SYNTH_STATIC) {
    hx_synth_put(t, ",central_battery_id,central_battery_strategy,central_battery_capacity_kWh");
    if (hx_synth_home_batteries(kind, building))
      hx_synth_put(t, ",all_battery_id,all_battery_strategy,all_battery_capacity_kWh");
    if (kind == HX_SYNTH_MIXED) {
      hx_synth_put(t, ",cp_battery_id,cp_battery_strategy");
      for (uint32_t i = 1; i < building->n_owners && i <= HX_SYNTH_FEW; i++)
        hx_synth_putf(t, ",%s_battery_id,%s_battery_strategy", building->owners[i].name,
                      building->owners[i].name);
    }
    hx_synth_put(t, ",battery_capex_per_kWh");
    if (kind == HX_SYNTH_MIXED)
      hx_synth_put(t, ",output_types");
  }
  hx_synth_put_char(t, '\n');
}

static void put_tariffs_of(hx_synth_text *t, const row *r) {
  const hx_synth_choices *choose = &hx_synth_choose;
  bool en = is_en(r->arrangement), ppa = is_ppa(r->arrangement);
  bool own_pv = r->flow->pv != HX_PV_NONE && !en && strcmp(r->arrangement, "cp_only") != 0;
  hx_synth_ids residents = en       ? choose->network_member
                           : ppa    ? choose->solar_retail
                           : own_pv ? choose->with_pv
                                    : choose->market;
  /* Under a PPA for all, the common property buys solar energy too. */
  bool cp_ppa = strcmp(r->arrangement, "btm_p_c") == 0;
  hx_synth_ids common = en       ? choose->common_member
                        : cp_ppa ? choose->solar_retail
                                 : choose->common_market;
  uint32_t turn = r->flow->arrangements[1] ? r->again / 2 : r->again;
  uint32_t outer = turn / TARIFFS_PER_FLOW;
  hx_synth_putf(t, ",%s,%s,%s,%s", vary(common, r, outer),
                vary(residents, r, turn % TARIFFS_PER_FLOW),
                en ? vary(choose->parent, r, outer / common.count) : HX_SYNTH_NO_TARIFF,
                vary(choose->network, r, outer / common.count));
}

static void put_finance(hx_synth_text *t, const row *r) {
  static const char *const terms[] = {"20,0.06", "10,0.05", "25,0.075", "15,0.04"};
  const hx_synth_choices *choose = &hx_synth_choose;
  hx_synth_put_char(t, ',');
  if (is_ppa(r->arrangement))
    hx_synth_put(t, vary(choose->retailer_capex, r, r->again / 4));
  else if (is_en(r->arrangement) || is_shared(r->arrangement))
    hx_synth_put(t, vary(choose->en_capex, r, r->again / 4));
  hx_synth_putf(t, ",%s", terms[(start_of(r) + r->again / 9) % 4]);
}

/* Priced by size as far as the price list reaches, else by the older tables. */
static bool by_price(const row *r, const hx_synth_building *building) {
  if (r->flow->pv == HX_PV_IND)
    return true;
  if (strcmp(r->arrangement, "en_pv") != 0 && strcmp(r->arrangement, "cp_only") != 0)
    return false;
  double kwp = r->flow->pv == HX_PV_SCALED ? r->flow->kwp : building->central_kwp;
  return kwp <= 100 && (start_of(r) + r->again / 3) % 2 == 1;
}

static void put_pv(hx_synth_text *t, const row *r, const hx_synth_building *building) {
  const hx_synth_choices *choose = &hx_synth_choose;
  hx_synth_pv pv = r->flow->pv;
  hx_synth_putf(t, ",%s,", pv_names[pv]);
  if (pv == HX_PV_SCALED) {
    hx_synth_put(t, "TRUE,");
    hx_synth_put_number(t, r->flow->kwp, 6);
  } else {
    hx_synth_put_char(t, ',');
  }
  const char *capex = "", *scaled = "";
  if (pv != HX_PV_NONE && by_price(r, building)) {
    capex = choose->pv_by_price;
  } else if (pv == HX_PV_SCALED) {
    capex = vary(choose->pv_per_kw, r, r->again / 6);
    scaled = "TRUE";
  } else if (pv != HX_PV_NONE) {
    capex = pv == HX_PV_TOTAL ? choose->pv_total : choose->pv_central;
  }
  hx_synth_putf(t, ",%s,%s", capex, scaled);
}

/* central_kWp, then those of building->owners (cp first): what price points are paid for. */
static void put_sizes(hx_synth_text *t, const row *r, const hx_synth_building *building) {
  hx_synth_pv pv = r->flow->pv;
  bool priced = pv != HX_PV_NONE && by_price(r, building);
  bool for_cp = strcmp(r->arrangement, "cp_only") == 0;
  double single = pv == HX_PV_SCALED ? r->flow->kwp : building->central_kwp;
  hx_synth_put_char(t, ',');
  if (priced && pv != HX_PV_IND && !for_cp)
    hx_synth_put_number(t, single, 6);
  for (uint32_t i = 0; i < building->n_owners; i++) {
    hx_synth_put_char(t, ',');
    if (pv == HX_PV_IND)
      hx_synth_put_number(t, building->owners[i].kwp, 1);
    else if (priced && for_cp && i == 0)
      hx_synth_put_number(t, single, 6);
  }
}

static void put_battery(hx_synth_text *t, const hx_synth_battery *battery, bool with_size) {
  hx_synth_putf(t, ",%s,%s", battery->id ? battery->id : "",
                battery->strategy ? battery->strategy : "");
  if (!with_size)
    return;
  hx_synth_put_char(t, ',');
  if (battery->kwh > 0)
    hx_synth_put_number(t, battery->kwh, 6);
}

static void put_batteries(hx_synth_text *t, const row *r, const hx_synth_building *building,
                          hx_synth_kind kind, uint32_t scenarios) {
  const hx_synth_flow *flow = r->flow;
  put_battery(t, &flow->central, true);
  if (hx_synth_home_batteries(kind, building))
    put_battery(t, &flow->all, true);
  if (kind == HX_SYNTH_MIXED) {
    put_battery(t, &flow->cp, false);
    for (uint32_t i = 1; i < building->n_owners && i <= HX_SYNTH_FEW; i++)
      put_battery(t, &flow->few[i - 1], false);
  }
  /* A scaled battery has no other price. */
  static const char *const prices[] = {"750", "900", "600"};
  bool scaled = flow->central.kwh > 0 || flow->all.kwh > 0;
  hx_synth_putf(t, ",%s", scaled ? prices[(start_of(r) + r->again) % 3] : "");
  if (kind == HX_SYNTH_MIXED) {
    bool detailed = r->scenario == scenarios / 2 || r->scenario == 2, brief = r->scenario == 1;
    hx_synth_putf(t, ",%s",
                  detailed ? "log_timeseries_detailed"
                  : brief  ? "log_timeseries_brief"
                           : "");
  }
}

pvs_code hx_synth_put_study(hx_synth_text *t, const hx_synth_spec *spec,
                            const hx_synth_building *building, hx_synth_kind kind) {
  uint32_t flows = hx_synth_flows(spec, kind);
  char path[96];
  snprintf(path, sizeof path, "studies/" HX_SYNTH_PROJECT "/inputs/study_%s.csv",
           hx_synth_kind_name(kind));
  hx_synth_text_begin(t, path);
  put_header(t, building, kind);
  row r = {.flow_index = UINT32_MAX};
  hx_synth_flow flow = {0};
  for (uint32_t i = 0; i < spec->scenarios; i++) {
    uint32_t index = (uint32_t)((uint64_t)i * flows / spec->scenarios);
    if (index != r.flow_index) {
      flow = hx_synth_flow_of(kind, building, index, flows);
      r = (row){.flow_index = index, .flow = &flow};
    }
    r.scenario = i;
    r.arrangement = flow.arrangements[flow.arrangements[1] ? r.again % 2 : 0];
    hx_synth_putf(t, "%u,%s," HX_SYNTH_LOAD_FOLDER, i, r.arrangement);
    put_pv(t, &r, building);
    put_tariffs_of(t, &r);
    put_finance(t, &r);
    put_sizes(t, &r, building);
    if (kind != HX_SYNTH_STATIC)
      put_batteries(t, &r, building, kind, spec->scenarios);
    hx_synth_put_char(t, '\n');
    r.again++;
  }
  return hx_synth_text_end(t);
}
