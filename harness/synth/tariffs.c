#include "synth/tables.h"

#include <string.h>

/* A row of tariff_lookup.csv; NULL: an empty field. */
typedef struct period {
  const char *name, *rate, *start, *end, *week;
} period;

typedef struct tariff {
  const char *id, *rorn, *rescom, *type, *fit_type, *name;
  const char *daily, *flat, *discount;
  const char *demand, *demand_type, *demand_start, *demand_end, *demand_week;
  period periods[8];
  const char *block_1, *high_1, *block_2, *high_2, *block_3;
  const char *fit, *metering;
} tariff;

#define RETAIL   .rorn = "retail", .rescom = "res"
#define BUSINESS .rorn = "combined", .rescom = "com"
#define NETWORK  .rorn = "network", .rescom = "com", .fit_type = "Zero_Rate"
#define NO_FIT   .fit_type = "Zero_Rate"
#define FIT(c)   .fit_type = "Flat_Rate", .fit = c
#define DEMAND(c, unit)                                                                            \
  .demand = c, .demand_type = unit, .demand_start = "14:00", .demand_end = "20:00",                \
  .demand_week = "day"
/* Peak on working days from 14:00 to 20:00, shoulder from 7:00 to 22:00 otherwise. */
#define FIVE_DAY(peak, shoulder, off)                                                              \
  {"Peak", peak, "14:00", "20:00", "day"}, {"Shoulder_1", shoulder, "7:00", "14:00", "day"},       \
      {"Shoulder_2", shoulder, "20:00", "22:00", "day"},                                           \
      {"Shoulder_3", shoulder, "7:00", "22:00", "end"}, {                                          \
    "Off_Peak", off, "22:00", "7:00", "both"                                                       \
  }
/* As the network does it: weekends are off-peak. */
#define WORKING_DAY(peak, shoulder, off)                                                           \
  {"Peak", peak, "14:00", "20:00", "day"}, {"Shoulder_1", shoulder, "7:00", "14:00", "day"},       \
      {"Shoulder_2", shoulder, "20:00", "22:00", "day"},                                           \
      {"Off_Peak_1", off, "22:00", "7:00", "day"}, {                                               \
    "Off_Peak_2", off, "0:00", "23:59", "end"                                                      \
  }

static const tariff tariffs[] = {
    {.id = HX_SYNTH_NO_TARIFF,
     RETAIL,
     NO_FIT,
     .type = "Zero_Rate",
     .name = "no charge",
     .daily = "0",
     .flat = "0"},

    /* Households on the market. */
    {.id = "res_flat",
     RETAIL,
     FIT("6"),
     .type = "Flat_Rate",
     .name = "Standing offer, anytime",
     .daily = "104.5",
     .flat = "31.9"},
    {.id = "res_flat_15pc",
     RETAIL,
     FIT("6"),
     .type = "Flat_Rate",
     .name = "Anytime, 15 % off",
     .daily = "104.5",
     .flat = "31.9",
     .discount = "15"},
    {.id = "res_tou",
     RETAIL,
     FIT("6"),
     .type = "TOU",
     .name = "Standing offer, time of use",
     .daily = "112.2",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6")}},
    {.id = "res_tou_15pc",
     RETAIL,
     FIT("6"),
     .type = "TOU",
     .name = "Time of use, 15 % off",
     .daily = "112.2",
     .discount = "15",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6")}},
    {.id = "res_block_daily",
     RETAIL,
     NO_FIT,
     .type = "Block_Daily",
     .name = "Declining daily blocks",
     .daily = "92.4",
     .block_1 = "33.8",
     .high_1 = "5.4795",
     .block_2 = "29.7",
     .high_2 = "16.4385",
     .block_3 = "27.1"},
    {.id = "res_block_quarterly",
     RETAIL,
     NO_FIT,
     .type = "Block_Quarterly",
     .name = "Inclining quarterly blocks",
     .daily = "88",
     .discount = "7.5",
     .block_1 = "28.4",
     .high_1 = "1000.5",
     .block_2 = "31.2",
     .high_2 = "2000.5",
     .block_3 = "36.9"},
    {.id = "res_block_weekly",
     RETAIL,
     NO_FIT,
     .type = "Block_Weekly",
     .name = "Declining weekly blocks",
     .daily = "87",
     .discount = "20",
     .block_1 = "34.1",
     .high_1 = "76.7",
     .block_2 = "33.3"},
    {.id = "res_demand",
     RETAIL,
     FIT("5"),
     .type = "TOU_Demand",
     .name = "Time of use with demand",
     .daily = "98",
     .metering = "3.2",
     DEMAND("16.5", "kW"),
     .periods = {FIVE_DAY("31.5", "20.9", "15.4")}},
    {.id = "res_flat_fit12",
     RETAIL,
     FIT("12"),
     .type = "Flat_Rate",
     .name = "Solar anytime",
     .daily = "109",
     .flat = "30.8"},
    {.id = "res_tou_fit8",
     RETAIL,
     FIT("8"),
     .type = "TOU",
     .name = "Solar time of use",
     .daily = "116.6",
     .discount = "10",
     .periods = {FIVE_DAY("56.1", "26.4", "18.7")}},
    {.id = "res_tou_nofit",
     RETAIL,
     NO_FIT,
     .type = "TOU",
     .name = "Time of use without feed-in",
     .daily = "99",
     .periods = {FIVE_DAY("49.5", "23.1", "15.95")}},

    /* Households in an embedded network. */
    {.id = "en_flat",
     RETAIL,
     NO_FIT,
     .type = "Flat_Rate",
     .name = "Network member, anytime",
     .daily = "82",
     .flat = "26.4"},
    {.id = "en_tou",
     RETAIL,
     NO_FIT,
     .type = "TOU",
     .name = "Network member, time of use",
     .daily = "82",
     .periods = {FIVE_DAY("44", "22", "14.3")}},
    {.id = "en_solar_hours",
     RETAIL,
     FIT("5"),
     .type = "TOU",
     .name = "Network member, cheap around noon",
     .daily = "85",
     .discount = "5",
     .periods = {{"Peak", "46.2", "16:00", "22:00", "both"},
                 {"Morning", "24.2", "6:00", "10:00", "both"},
                 {"Noon", "13.2", "10:00", "16:00", "both"},
                 {"Night", "17.6", "22:00", "6:00", "both"}}},

    /* Households and common property of a solar retailer. */
    {.id = "ppa_flat_16",
     RETAIL,
     FIT("8"),
     .type = "Solar_Inst_self_con",
     .name = "PPA at 16 c",
     .daily = "104.5",
     .discount = "15",
     .periods = {{"All", "31.9", "0:00", "23:59", "both"},
                 {"solar_sc", "16", "0:00", "23:59", "both"}}},
    {.id = "ppa_tou_18",
     RETAIL,
     FIT("8"),
     .type = "Solar_Inst_self_con",
     .name = "PPA at 18 c with time of use",
     .daily = "112.2",
     .discount = "15",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6"), {"solar_sc", "18", "0:00", "23:59", "both"}}},
    {.id = "ppa_tou_22",
     RETAIL,
     NO_FIT,
     .type = "Solar_Inst_self_con",
     .name = "PPA at 22 c with time of use",
     .daily = "112.2",
     .discount = "20",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6"), {"solar_sc", "22", "0:00", "23:59", "both"}}},

    /* Common property and parent meters. */
    {.id = "com_flat",
     BUSINESS,
     FIT("6"),
     .type = "Flat_Rate",
     .name = "Small business, anytime",
     .daily = "141.9",
     .flat = "29.15"},
    {.id = "com_tou",
     BUSINESS,
     FIT("6"),
     .type = "TOU",
     .name = "Small business, time of use",
     .daily = "148.5",
     .metering = "8.2",
     .periods = {WORKING_DAY("39.6", "23.65", "14.85")}},
    {.id = "com_tou_fit8",
     BUSINESS,
     FIT("8"),
     .type = "TOU",
     .name = "Small business with solar",
     .daily = "154",
     .metering = "8.2",
     .periods = {WORKING_DAY("40.7", "24.2", "15.4")}},
    {.id = "parent_tou",
     BUSINESS,
     FIT("5"),
     .type = "TOU",
     .name = "Parent meter up to 100 MWh",
     .daily = "160.6",
     .metering = "8.2",
     .periods = {WORKING_DAY("33", "20.35", "13.2")}},
    {.id = "parent_demand_kw",
     BUSINESS,
     FIT("5"),
     .type = "TOU_Demand",
     .name = "Parent meter 40 to 160 MWh",
     .daily = "698.5",
     .metering = "13.3",
     DEMAND("38.5", "kW"),
     .periods = {WORKING_DAY("18.7", "14.85", "10.45")}},
    {.id = "parent_demand_kva",
     BUSINESS,
     NO_FIT,
     .type = "TOU_Demand",
     .name = "Parent meter 160 to 750 MWh",
     .daily = "2112",
     DEMAND("41.8", "kVA"),
     .periods = {WORKING_DAY("17.05", "14.3", "10.12")}},
    {.id = "parent_flat_demand",
     BUSINESS,
     FIT("4"),
     .type = "Flat_Demand",
     .name = "Parent meter, capacity",
     .daily = "420",
     .flat = "13.75",
     DEMAND("46.2", "kVA")},

    /* What the retailer pays the distributor. */
    {.id = "net_tou",
     NETWORK,
     .type = "TOU",
     .name = "Network, small business",
     .daily = "139.7",
     .metering = "8.2",
     .periods = {WORKING_DAY("23.98", "6.71", "2.09")}},
    {.id = "net_demand_kw",
     NETWORK,
     .type = "TOU_Demand",
     .name = "Network, 40 to 160 MWh",
     .daily = "691.9",
     .metering = "13.3",
     DEMAND("39.6", "kW"),
     .periods = {WORKING_DAY("6.38", "3.08", "1.21")}},
    {.id = "net_demand_kva",
     NETWORK,
     .type = "TOU_Demand",
     .name = "Network, above 160 MWh",
     .daily = "2123",
     DEMAND("40.7", "kVA"),
     .periods = {WORKING_DAY("5.72", "2.64", "1.21")}},
};

/* A comma and the field, quoted where it holds a comma. */
static void put_field(hx_synth_text *t, const char *value) {
  hx_synth_put_char(t, ',');
  if (!value)
    return;
  bool quoted = strchr(value, ',');
  if (quoted)
    hx_synth_put_char(t, '"');
  hx_synth_put(t, value);
  if (quoted)
    hx_synth_put_char(t, '"');
}

pvs_code hx_synth_put_tariffs(hx_synth_text *t) {
  hx_synth_text_begin(t, "reference/tariff_lookup.csv");
  hx_synth_put(t, "tariff_id,rorn,rescom,tariff_type,fit_type,state,tariff_name,daily_fixed_rate,"
                  "flat_rate,discount,"
                  "demand_tariff,demand_type,demand_start,demand_end,demand_week");
  for (int n = 1; n <= 8; n++)
    hx_synth_putf(t, ",name_%d,rate_%d,start_%d,end_%d,week_%d", n, n, n, n, n);
  hx_synth_put(
      t,
      ",block_rate_1,high_1,block_rate_2,high_2,block_rate_3,fit_flat_rate,metering_sc_non_cap\n");
  for (size_t i = 0; i < sizeof tariffs / sizeof tariffs[0]; i++) {
    const tariff *r = &tariffs[i];
    hx_synth_put(t, r->id);
    const char *before[] = {r->rorn,       r->rescom,     r->type,        r->fit_type,
                            "NSW",         r->name,       r->daily,       r->flat,
                            r->discount,   r->demand,     r->demand_type, r->demand_start,
                            r->demand_end, r->demand_week};
    for (size_t f = 0; f < sizeof before / sizeof before[0]; f++)
      put_field(t, before[f]);
    for (int n = 0; n < 8; n++) {
      const period *p = &r->periods[n];
      const char *of_period[] = {p->name, p->rate, p->start, p->end, p->week};
      for (size_t f = 0; f < sizeof of_period / sizeof of_period[0]; f++)
        put_field(t, of_period[f]);
    }
    const char *after[] = {r->block_1, r->high_1, r->block_2, r->high_2,
                           r->block_3, r->fit,    r->metering};
    for (size_t f = 0; f < sizeof after / sizeof after[0]; f++)
      put_field(t, after[f]);
    hx_synth_put_char(t, '\n');
  }
  return hx_synth_text_end(t);
}
