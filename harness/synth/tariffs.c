#include "synth/files.h"

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

#define TARIFF(ID, TYPE, NAME, DAILY) .id = ID, .type = TYPE, .name = NAME, .daily = DAILY
#define RETAIL(ID, TYPE, NAME, DAILY, FIT_OR_NONE)                                                 \
  TARIFF(ID, TYPE, NAME, DAILY), .rorn = "retail", .rescom = "res", FIT_OR_NONE
#define BUSINESS(ID, TYPE, NAME, DAILY, FIT_OR_NONE)                                               \
  TARIFF(ID, TYPE, NAME, DAILY), .rorn = "combined", .rescom = "com", FIT_OR_NONE
#define NETWORK(ID, TYPE, NAME, DAILY)                                                             \
  TARIFF(ID, TYPE, NAME, DAILY), .rorn = "network", .rescom = "com", NO_FIT
#define NO_FIT .fit_type = "Zero_Rate"
#define FIT(c) .fit_type = "Flat_Rate", .fit = c
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
    {RETAIL(HX_SYNTH_NO_TARIFF, "Zero_Rate", "no charge", "0", NO_FIT), .flat = "0"},

    /* Households on the market. */
    {RETAIL("res_flat", "Flat_Rate", "Standing offer, anytime", "104.5", FIT("6")), .flat = "31.9"},
    {RETAIL("res_flat_15pc", "Flat_Rate", "Anytime, 15 % off", "104.5", FIT("6")), .flat = "31.9",
     .discount = "15"},
    {RETAIL("res_tou", "TOU", "Standing offer, time of use", "112.2", FIT("6")),
     .periods = {FIVE_DAY("54.6", "25.3", "17.6")}},
    {RETAIL("res_tou_15pc", "TOU", "Time of use, 15 % off", "112.2", FIT("6")), .discount = "15",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6")}},
    {RETAIL("res_block_daily", "Block_Daily", "Declining daily blocks", "92.4", NO_FIT),
     .block_1 = "33.8", .high_1 = "5.4795", .block_2 = "29.7", .high_2 = "16.4385",
     .block_3 = "27.1"},
    {RETAIL("res_block_quarterly", "Block_Quarterly", "Inclining quarterly blocks", "88", NO_FIT),
     .discount = "7.5", .block_1 = "28.4", .high_1 = "1000.5", .block_2 = "31.2",
     .high_2 = "2000.5", .block_3 = "36.9"},
    {RETAIL("res_block_weekly", "Block_Weekly", "Declining weekly blocks", "87", NO_FIT),
     .discount = "20", .block_1 = "34.1", .high_1 = "76.7", .block_2 = "33.3"},
    {RETAIL("res_demand", "TOU_Demand", "Time of use with demand", "98", FIT("5")),
     .metering = "3.2", DEMAND("16.5", "kW"), .periods = {FIVE_DAY("31.5", "20.9", "15.4")}},
    {RETAIL("res_flat_fit12", "Flat_Rate", "Solar anytime", "109", FIT("12")), .flat = "30.8"},
    {RETAIL("res_tou_fit8", "TOU", "Solar time of use", "116.6", FIT("8")), .discount = "10",
     .periods = {FIVE_DAY("56.1", "26.4", "18.7")}},
    {RETAIL("res_tou_nofit", "TOU", "Time of use without feed-in", "99", NO_FIT),
     .periods = {FIVE_DAY("49.5", "23.1", "15.95")}},

    /* Households in an embedded network. */
    {RETAIL("en_flat", "Flat_Rate", "Network member, anytime", "82", NO_FIT), .flat = "26.4"},
    {RETAIL("en_tou", "TOU", "Network member, time of use", "82", NO_FIT),
     .periods = {FIVE_DAY("44", "22", "14.3")}},
    {RETAIL("en_solar_hours", "TOU", "Network member, cheap around noon", "85", FIT("5")),
     .discount = "5",
     .periods = {{"Peak", "46.2", "16:00", "22:00", "both"},
                 {"Morning", "24.2", "6:00", "10:00", "both"},
                 {"Noon", "13.2", "10:00", "16:00", "both"},
                 {"Night", "17.6", "22:00", "6:00", "both"}}},

    /* Households and common property of a solar retailer. */
    {RETAIL("ppa_flat_16", "Solar_Inst_self_con", "PPA at 16 c", "104.5", FIT("8")),
     .discount = "15",
     .periods = {{"All", "31.9", "0:00", "23:59", "both"},
                 {"solar_sc", "16", "0:00", "23:59", "both"}}},
    {RETAIL("ppa_tou_18", "Solar_Inst_self_con", "PPA at 18 c with time of use", "112.2", FIT("8")),
     .discount = "15",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6"), {"solar_sc", "18", "0:00", "23:59", "both"}}},
    {RETAIL("ppa_tou_22", "Solar_Inst_self_con", "PPA at 22 c with time of use", "112.2", NO_FIT),
     .discount = "20",
     .periods = {FIVE_DAY("54.6", "25.3", "17.6"), {"solar_sc", "22", "0:00", "23:59", "both"}}},

    /* Common property and parent meters. */
    {BUSINESS("com_flat", "Flat_Rate", "Small business, anytime", "141.9", FIT("6")),
     .flat = "29.15"},
    {BUSINESS("com_tou", "TOU", "Small business, time of use", "148.5", FIT("6")),
     .metering = "8.2", .periods = {WORKING_DAY("39.6", "23.65", "14.85")}},
    {BUSINESS("com_tou_fit8", "TOU", "Small business with solar", "154", FIT("8")),
     .metering = "8.2", .periods = {WORKING_DAY("40.7", "24.2", "15.4")}},
    {BUSINESS("parent_tou", "TOU", "Parent meter up to 100 MWh", "160.6", FIT("5")),
     .metering = "8.2", .periods = {WORKING_DAY("33", "20.35", "13.2")}},
    {BUSINESS("parent_demand_kw", "TOU_Demand", "Parent meter 40 to 160 MWh", "698.5", FIT("5")),
     .metering = "13.3", DEMAND("38.5", "kW"), .periods = {WORKING_DAY("18.7", "14.85", "10.45")}},
    {BUSINESS("parent_demand_kva", "TOU_Demand", "Parent meter 160 to 750 MWh", "2112", NO_FIT),
     DEMAND("41.8", "kVA"), .periods = {WORKING_DAY("17.05", "14.3", "10.12")}},
    {BUSINESS("parent_flat_demand", "Flat_Demand", "Parent meter, capacity", "420", FIT("4")),
     .flat = "13.75", DEMAND("46.2", "kVA")},

    /* What the retailer pays the distributor. */
    {NETWORK("net_tou", "TOU", "Network, small business", "139.7"), .metering = "8.2",
     .periods = {WORKING_DAY("23.98", "6.71", "2.09")}},
    {NETWORK("net_demand_kw", "TOU_Demand", "Network, 40 to 160 MWh", "691.9"), .metering = "13.3",
     DEMAND("39.6", "kW"), .periods = {WORKING_DAY("6.38", "3.08", "1.21")}},
    {NETWORK("net_demand_kva", "TOU_Demand", "Network, above 160 MWh", "2123"),
     DEMAND("40.7", "kVA"), .periods = {WORKING_DAY("5.72", "2.64", "1.21")}},
};

/* Each with a comma before it, quoted where it holds a comma. */
static void put_fields(hx_synth_text *t, const char *const *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const char *quote = values[i] && strchr(values[i], ',') ? "\"" : "";
    hx_synth_putf(t, ",%s%s%s", quote, values[i] ? values[i] : "", quote);
  }
}

#define PUT_FIELDS(...)                                                                            \
  put_fields(t, (const char *const[]){__VA_ARGS__},                                                \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

pvs_code hx_synth_put_tariffs(hx_synth_text *t) {
  hx_synth_text_begin(t, "reference/tariff_lookup.csv");
  hx_synth_put(t,
               "tariff_id,rorn,rescom,tariff_type,fit_type,state,tariff_name,daily_fixed_rate,"
               "flat_rate,discount,demand_tariff,demand_type,demand_start,demand_end,demand_week");
  for (int n = 1; n <= 8; n++)
    hx_synth_putf(t, ",name_%d,rate_%d,start_%d,end_%d,week_%d", n, n, n, n, n);
  hx_synth_put(
      t,
      ",block_rate_1,high_1,block_rate_2,high_2,block_rate_3,fit_flat_rate,metering_sc_non_cap\n");
  for (size_t i = 0; i < sizeof tariffs / sizeof tariffs[0]; i++) {
    const tariff *r = &tariffs[i];
    hx_synth_put(t, r->id);
    PUT_FIELDS(r->rorn, r->rescom, r->type, r->fit_type, "NSW", r->name, r->daily, r->flat,
               r->discount, r->demand, r->demand_type, r->demand_start, r->demand_end,
               r->demand_week);
    for (const period *p = r->periods; p < r->periods + 8; p++)
      PUT_FIELDS(p->name, p->rate, p->start, p->end, p->week);
    PUT_FIELDS(r->block_1, r->high_1, r->block_2, r->high_2, r->block_3, r->fit, r->metering);
    hx_synth_put_char(t, '\n');
  }
  return hx_synth_text_end(t);
}
