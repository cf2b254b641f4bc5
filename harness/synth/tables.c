#include "synth/files.h"

#include "base/dates.h"

#include <math.h>

#define IDS(...)                                                                                   \
  {                                                                                                \
    .ids = (const char *const[]){__VA_ARGS__},                                                     \
    .count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)                     \
  }

const hx_synth_choices hx_synth_choose = {
    .market = IDS("res_flat_15pc", "res_tou_15pc", "res_block_daily", "res_demand", "res_flat",
                  "res_block_quarterly"),
    .with_pv = IDS("res_tou_fit8", "res_flat_fit12", "res_tou_nofit", "res_demand", "res_tou"),
    .network_member = IDS("en_tou", "en_flat", "en_solar_hours"),
    .solar_retail = IDS("ppa_tou_18", "ppa_flat_16", "ppa_tou_22"),
    .common_market = IDS("com_tou", "com_flat", "com_tou_fit8"),
    .common_member = IDS(HX_SYNTH_NO_TARIFF, "com_tou"),
    .parent = IDS("parent_demand_kw", "parent_tou", "parent_demand_kva", "parent_flat_demand"),
    .network = IDS("net_demand_kw", "net_tou", "net_demand_kva"),
    .en_capex = IDS("meters_only", "retrofit", "new_board"),
    .retailer_capex = IDS("retailer", "retailer_large"),
    .pv_per_kw = IDS("roof_per_kw", "roof_steep_per_kw"),
    .pv_by_price = "pricepoint",
    .pv_total = "roof_all",
    .pv_central = "roof_central",
    .central = IDS("bess_30", "bess_60", "bess_120"),
    .strategies =
        IDS("evening_peak", "self_consumption", "night_and_peak", "peak_shave_80", "evening_slow",
            "two_cycles", "keep_for_peak", "peak_shave_65", "evening_all_year", "noon_top_up"),
    .grid_strategies = IDS("night_and_peak", "two_cycles", "noon_top_up"),
    .central_scaled = "bess_scale",
    .home_scaled = "home_scale",
    .home = "home_10",
};

static pvs_code put_file(hx_synth_text *t, const char *path, const char *content) {
  hx_synth_text_begin(t, path);
  hx_synth_put(t, content);
  return hx_synth_text_end(t);
}

/* Those to scale have no price of their own (costs are not scaled): studies give one per kWh. */
static const char batteries[] = "battery_id,capacity_kWh,max_charge_kW,efficiency_cycle,maxDOD,"
                                "maxSOC,max_cycles,battery_cost,battery_life_years,"
                                "battery_inv_cost,life_bat_inv\n"
                                "home_7,6.5,3,0.93,0.9,1,6000,6400,10,1300,10\n"
                                "home_10,9.8,5,0.95,0.9,1,6000,8900,10,1450,10\n"
                                "home_13,13.5,5,0.89,1,0.95,5500,12200,12,0,\n"
                                "home_plain,8,,,,,,6900,,,\n"
                                "home_scale,1,0.45,0.92,0.9,1,6000,,10,,\n"
                                "bess_30,30,12,0.9,0.95,1,7000,24500,15,4200,12\n"
                                "bess_60,60,25,0.9,0.95,1,7000,46500,15,7600,12\n"
                                "bess_120,120,45,0.9,0.95,1,7000,88000,15,13500,12\n"
                                "bess_scale,1,0.4,0.91,0.9,0.95,7300,,15,,\n";

/* None of the seasonal periods reaches midnight, in summer or in winter. */
static pvs_code put_strategies(hx_synth_text *t, const hx_synth_spec *spec) {
  const char *half = spec->interval_min > 30 ? "00" : "30"; /* periods begin with a step */
  hx_synth_text_begin(t, "reference/battery_control_strategies.csv");
  hx_synth_put(t, "battery_strategy,charge_start1,charge_end1,charge_day1,charge_start2,charge_"
                  "end2,charge_day2,discharge_start1,discharge_end1,discharge_day1,discharge_"
                  "start2,discharge_end2,discharge_day2,charge_c_rate,discharge_c_rate,seasonal_"
                  "strategy,prioritise_battery,peak_demand_percentage\n"
                  "self_consumption,,,,,,,,,,,,,,,,,\n"
                  "evening_peak,,,,,,,17:00,20:00,both,,,,,,TRUE,,\n"
                  "evening_slow,,,,,,,16:");
  hx_synth_put(t, half);
  hx_synth_put(
      t,
      ",21:00,both,,,,0.2,0.2,TRUE,,\n"
      "evening_all_year,,,,,,,16:00,22:00,day,16:00,23:00,end,,0.3,FALSE,,\n"
      "night_and_peak,02:00,06:00,both,,,,15:00,20:00,both,,,,0.25,,TRUE,,\n"
      "two_cycles,02:00,06:00,both,11:00,14:00,both,07:00,09:00,day,17:00,21:00,both,0.2,,TRUE,,\n"
      "noon_top_up,10:00,14:00,both,,,,17:00,22:00,both,,,,0.25,0.25,,,\n"
      "keep_for_peak,,,,,,,16:");
  hx_synth_put(t, half);
  hx_synth_put(t, ",20:");
  hx_synth_put(t, half);
  hx_synth_put(t, ",both,,,,,0.25,TRUE,TRUE,\n"
                  "peak_shave_80,,,,,,,14:00,20:00,day,,,,,,TRUE,,80\n"
                  "peak_shave_65,02:00,06:00,both,,,,14:00,20:00,day,,,,,,TRUE,,65\n"
                  "shave_first,,,,,,,14:00,20:00,day,,,,,,TRUE,TRUE,75\n");
  return hx_synth_text_end(t);
}

static const char en_capex[] =
    "en_capex_id,capex_scenario,site_capex,unit_capex,site_opex,unit_opex,notes\n"
    "capex_null,,0,0,0,0,\n"
    "meters_only,low,2500,380,0,190,meters already at the gate\n"
    "retrofit,medium,18500,420,0,235,meters and board replaced\n"
    "new_board,high,46000,420,600,240,new main switchboard\n"
    "retailer,,5200,470,0,58,paid by the solar retailer\n"
    "retailer_large,,9800,450,350,55,paid by the solar retailer\n";

static pvs_code put_pv_capex(hx_synth_text *t, const hx_synth_building *building) {
  hx_synth_text_begin(t, "reference/capex_pv_lookup.csv");
  hx_synth_put(t, "pv_cap_id,number_units,kW,$/"
                  "W,pv_capex,inverter_cost,inverter_life,sys_0_1,sys_1_2,sys_2_3,sys_3_5,"
                  "sys_5_10,sys_10_20,sys_20_30,sys_30_50,sys_50_100,inv_0_2,inv_2_3,inv_3_5,inv_5_"
                  "10,inv_10_20,"
                  "inv_20_30,inv_30_50,inv_50_100\n"
                  "pricepoint,,,,,,10,1.9,1.72,1.48,1.16,1.05,1.18,1.14,1.12,1.13,1.05,0.9,0.8,0."
                  "66,0.55,0.44,0.4,0.32\n"
                  "roof_per_kw,,1,1.12,1120,390,10,,,,,,,,,,,,,,,,,\n"
                  "roof_steep_per_kw,,1,1.38,1380,460,12,,,,,,,,,,,,,,,,,\n");
  const struct {
    const char *id;
    double kw, per_w;
  } systems[] = {{hx_synth_choose.pv_total, building->total_kwp, 1.21},
                 {hx_synth_choose.pv_central, building->central_kwp, 1.09}};
  for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
    hx_synth_putf(t, "%s,%u,", systems[i].id, building->households);
    hx_synth_put_number(t, systems[i].kw, 1);
    hx_synth_put_char(t, ',');
    hx_synth_put_number(t, systems[i].per_w, 2);
    hx_synth_put_char(t, ',');
    hx_synth_put_number(t, floor(systems[i].kw * systems[i].per_w * 1000 + 0.5), 0);
    hx_synth_put_char(t, ',');
    hx_synth_put_number(t, floor(systems[i].kw * 370 + 0.5), 0);
    hx_synth_put(t, ",10,,,,,,,,,,,,,,,,,\n");
  }
  return hx_synth_text_end(t);
}

static void put_change(hx_synth_text *t, hx_date d) {
  hx_synth_putf(t, ",%d/%02d/%04d 2:00", d.day, d.month, d.year);
}

/* New South Wales: first Sundays of October and April; Central Europe: last Sundays of March and
 * October. All at 2:00 local standard time. The years of the series and a generous span around
 * today's. */
static pvs_code put_daylight_saving(hx_synth_text *t, const hx_synth_spec *spec) {
  long first = hx_day_number(spec->start_year, 1, 1);
  int last_year = hx_date_of(first + (long)spec->days - 1).year;
  int from = spec->start_year < 2010 ? spec->start_year : 2010,
      to = last_year > 2030 ? last_year : 2030;
  hx_synth_text_begin(t, "reference/dst_lookup.csv");
  hx_synth_put(t, "year,nsw_start,nsw_end,eu_start,eu_end\n");
  for (int year = from; year <= to; year++) {
    hx_synth_putf(t, "%d", year);
    put_change(t, hx_sunday(year, 10, 1));
    put_change(t, hx_sunday(year, 4, 1));
    put_change(t, hx_sunday(year, 3, 0));
    put_change(t, hx_sunday(year, 10, 0));
    hx_synth_put_char(t, '\n');
  }
  return hx_synth_text_end(t);
}

pvs_code hx_synth_put_tables(hx_synth_text *t, const hx_synth_spec *spec,
                             const hx_synth_building *building) {
  pvs_code code = hx_synth_put_tariffs(t);
  if (code == PVS_OK)
    code = put_file(t, "reference/battery_lookup.csv", batteries);
  if (code == PVS_OK)
    code = put_strategies(t, spec);
  if (code == PVS_OK)
    code = put_file(t, "reference/capex_en_lookup.csv", en_capex);
  if (code == PVS_OK)
    code = put_pv_capex(t, building);
  if (code == PVS_OK)
    code = put_daylight_saving(t, spec);
  return code;
}
