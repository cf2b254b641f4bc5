/* Energy flows and bills of units against MODEL.md sections 5, 6, 7, 9 and 10 taken literally, one step and
 * one customer after the other: buildings of every shape, however the steps are cut. */
#include "flow_support.h"
#include "literal_battery.h"

enum { RESIDENTS = 37, OWNERS = RESIDENTS + 1 };

/* ---- studies ---- */

static void put_time(char *line, size_t size, int t) {
  int minute = 23 * 60 + 30 * t;
  snprintf(line, size, "\n%d/04/2013 %d:%02d", 5 + minute / 1440, minute / 60 % 24, minute % 60);
}

/* Loads that are 0 in all now and then, and of which one is negative; PV of days that get shorter. */
static void put_odd_series(memory_base *base) {
  char load[8192] = "timestamp,A1,cp,A2", pv[8192] = "timestamp,pv", line[96];
  dice d = {21};
  for (int t = 0; t < STEPS; t++) {
    int hour = (46 + t) / 2 % 24, day = (46 + t) / 48;
    put_time(line, sizeof line, t);
    strcat(load, line);
    strcat(pv, line);
    if (t % 9 == 4)
      snprintf(line, sizeof line, ",0,0,0");
    else
      snprintf(line, sizeof line, ",%.3f,%.3f,%.3f", dice_between(&d, 0, 1), dice_between(&d, 0, 1),
               t % 5 == 1 ? -0.3 : dice_between(&d, 0.3, 1));
    strcat(load, line);
    snprintf(line, sizeof line, ",%.3f",
             hour >= 5 + 2 * day && hour < 19 - 2 * day ? dice_between(&d, 0, 2) : 0);
    strcat(pv, line);
  }
  memory_put(base, "load_profiles/odd/load.csv", strcat(load, "\n"));
  memory_put(base, "pv_profiles/short.csv", strcat(pv, "\n"));
}

static void put_inputs(memory_base *base) {
  static char names[RESIDENTS][8];
  const char *columns[RESIDENTS + 1];
  for (int i = 0; i < RESIDENTS; i++) {
    snprintf(names[i], sizeof names[i], "R%d", i);
    columns[i] = i == 3 ? "cp" : names[i];
  }
  columns[RESIDENTS] = "cp:pool";
  memory_put_series(base, "load_profiles/many/load.csv", columns, RESIDENTS + 1, false, 9);
  memory_put_series(base, "pv_profiles/each.csv", (const char *const[]){"A2", "A1"}, 2, true, 10);
  put_odd_series(base);
  memory_put_calendar_tariff(base,
                             "tariff_id,charge,register,rate,unit,days,start,end,per,limit_kW\n"
                             "cal,import,,20,c/kWh,all,,,,\n"
                             "cal,import,,45,c/kWh,weekday,15:00,21:00,,\n"
                             "cal,import,pool,9,c/kWh,all,,,,\n"
                             "cal,feed_in,,9,c/kWh,all,,,,0.3\n"
                             "cal,feed_in,,3,c/kWh,all,11:00,13:00,,0.3\n"
                             "cal,demand,,30,c/kW/day,weekday,16:00,20:00,month,\n"
                             "cal,solar,,12,c/kWh,all,,,,\n");
}

static const char study_of_all_shapes[] =
    "scenario,a_term,a_rate,pv_scaleable,network_tariff,load_folder,arrangement,cp,all_residents,"
    "parent,pv_filename,pv_kW_peak,central_battery_id,central_battery_strategy,cp_battery_id,"
    "cp_battery_strategy,all_battery_id,all_battery_strategy\n"
    "1,20,0,1,demand,site,en_pv,tou,flat,tou,roof,2,big,evening,any_scale,any,,\n"
    "2,20,0,1,cal,site,en_pv,cal,tou,solar,owners,0.5,,,,,,\n"
    "3,20,0,1,demand,site,btm_i_u,tou,cal,zero,each,1,,,,,,\n"
    "4,20,0,1,demand,site,btm_i_c,solar,solar,zero,roof,2,,,big,evening,,\n"
    "5,20,0,1,demand,odd,btm_s_c,tou,cal,zero,short,1,,,,,,\n"
    "6,20,0,1,block,site,btm_s_u,block,cal,zero,roof,2,,,,,,\n"
    "7,20,0,1,demand,two,cp_only,solar,flat,zero,roof,1,,,,,big,any\n"
    "8,20,0,1,tou,two,en,flat,block,demand,,1,big,evening,,,,\n"
    "9,20,0,1,demand,odd,bau_bat,tou,cal,zero,,1,,,,,any_scale,first\n"
    "10,20,0,1,demand,site,btm_i_u,tou,block,zero,short,1.5,,,,,,\n"
    "11,20,0,1,demand,site,btm_i_c,solar,block,zero,short,1,,,,,,\n"
    "12,20,0,1,cal,odd,btm_s_u,solar,solar,zero,short,3,,,,,,\n"
    "13,20,0,1,cal,odd,en_pv,tou,flat,cal,each,2,big,first,,,,\n"
    "14,20,0,1,demand,odd,bau,cal,block,zero,,1,,,,,,\n"
    "15,20,0,1,demand,many,en_pv,cal,flat,cal,short,40,big,first,,,any_scale,evening\n"
    "16,20,0,1,demand,many,btm_i_c,cal,solar,zero,short,30,,,,,big,any\n"
    "17,20,0,1,demand,many,btm_s_u,cal,cal,zero,short,20,,,,,,\n"
    "18,20,0,1,block,many,btm_s_c,cal,solar,zero,roof,60,,,,,,\n"
    "19,20,0,1,demand,many,btm_i_u,cal,block,zero,short,30,,,,,,\n"
    "20,20,0,1,demand,many,cp_only,cal,tou,zero,short,9,,,,,,\n"
    "21,20,0,1,demand,many,btm_p_c,cal,solar,zero,short,9,,,big,first,,\n"
    "22,20,0,1,demand,odd,btm_p_c,solar,flat,zero,short,2,,,,,big,evening\n";

/* ---- the model's text ---- */

/* A customer of the building, or the network. */
typedef struct customer {
  double load[STEPS], gen[STEPS], import[STEPS], export[STEPS], consumption[STEPS], log[STEPS];
  double cycles, losses;
} customer;

typedef struct building {
  const struct pvs_study *study;
  const pvs_scenario *scenario;
  const pvs_folder *folder;
  const pvs_load *load;
  uint32_t n;
  customer of[OWNERS]; /* residents, then the network */
} building;

static double pv_value(const building *b, uint32_t column, uint32_t t) {
  const pvs_profile *pv = &b->study->pvs[b->scenario->pv].profile;
  return pvs_profile_series(pv, column)[t] * b->scenario->pv_scale;
}

/* In proportion to load among the residents, with or without cp. */
static void split_by_load(building *b, uint32_t t, double pv, bool with_cp) {
  double total = 0, sharers = 0;
  for (uint32_t i = 0; i < b->n; i++)
    if (with_cp || i != b->folder->cp) {
      total += b->of[i].load[t];
      sharers++;
    }
  for (uint32_t i = 0; i < b->n; i++)
    if (with_cp || i != b->folder->cp)
      b->of[i].gen[t] = total == 0 ? pv / sharers : b->of[i].load[t] / total * pv;
}

static void allocate_pv(building *b) {
  if (b->scenario->pv == PVS_NONE)
    return;
  const char *id = pvs_scenario_arrangement(b->scenario)->id;
  const uint32_t columns = b->study->pvs[b->scenario->pv].profile.n_series, cp = b->folder->cp;
  const int32_t *column_of =
      b->study->owner_maps[b->scenario->folder * b->study->n_pvs + b->scenario->pv].column_of;
  double building_kwh =
      0; /* of the sums of the study, since the last bit may decide what a battery does */
  for (uint32_t i = 0; i < b->n; i++)
    building_kwh += b->load->sum_kwh[i];
  for (uint32_t t = 0; t < STEPS; t++) {
    double pv = 0;
    for (uint32_t column = 0; column < columns; column++)
      pv += pv_value(b, column, t);
    if (strncmp(id, "btm_s", 5) == 0 || strncmp(id, "btm_p", 5) == 0) {
      split_by_load(b, t, pv, id[6] == 'c');
      continue;
    }
    for (uint32_t i = 0; i <= b->n && columns > 1; i++)
      if (column_of[i] >= 0)
        b->of[i].gen[t] = pv_value(b, (uint32_t)column_of[i], t);
    if (columns > 1)
      continue;
    const double r = strcmp(id, "btm_i_c") == 0 ? b->load->sum_kwh[cp] / building_kwh : 0;
    if (strcmp(id, "en_pv") == 0)
      b->of[b->n].gen[t] = pv;
    else if (strcmp(id, "cp_only") == 0)
      b->of[cp].gen[t] = pv;
    else
      for (uint32_t i = 0; i < b->n; i++)
        b->of[i].gen[t] = i == cp ? pv * r : (pv - pv * r) / (b->n - 1);
  }
}

/* Of resident i, or of the network, which serves `served`, from `offered`. */
static void run_customer(const building *b, uint32_t i, customer *c, const double *offered,
                         const double *load, const double *served) {
  const pvs_battery_set *set = b->scenario->batteries == PVS_NONE
                                   ? NULL
                                   : &b->study->battery_sets.items[b->scenario->batteries];
  const pvs_installed_battery *battery = pvs_study_battery(b->study, set, b->n, i);
  literal l = {.cap = 0};
  const pvs_strategy *s = NULL;
  if (battery) {
    const pvs_battery_terms *terms = &battery->terms;
    s = &b->study->strategies.items[battery->strategy];
    const double charge = s->charge_c_rate * terms->cap_kwh,
                 discharge = s->discharge_c_rate * terms->cap_kwh;
    double peak = 0;
    for (uint32_t t = 0; t < STEPS; t++)
      peak = s->flags[t] & PVS_MAY_DISCHARGE ? fmax(peak, served[t]) : peak;
    l = (literal){
        .cap = terms->cap_kwh,
        .max_soc = terms->max_soc,
        .max_dod = terms->max_dod,
        .efficiency = terms->efficiency,
        .cmax = 0.5 * (isnan(charge) ? terms->max_charge_kw : fmin(terms->max_charge_kw, charge)),
        .dmax =
            0.5 * (isnan(discharge) ? terms->max_charge_kw : fmin(terms->max_charge_kw, discharge)),
        .threshold = peak * s->peak_demand_percentage / 100,
        .prioritise = s->prioritise,
        .level = 0.5 * terms->cap_kwh};
  }
  for (uint32_t t = 0; t < STEPS; t++) {
    double net = offered[t] - load[t];
    if (battery)
      net = literal_dispatch(&l, offered[t], load[t], s->flags[t] & PVS_MAY_CHARGE,
                             s->flags[t] & PVS_MAY_DISCHARGE);
    c->log[t] = l.log;
    c->export[t] = net > 0 ? net : 0;
    c->import[t] = net < 0 ? -net : 0;
    c->consumption[t] = fmin(c->gen[t], c->load[t]);
  }
  c->cycles = l.cycles;
  c->losses = l.losses;
}

static void run_building(building *b) {
  static double offered[STEPS], taken[STEPS];
  memset(b->of, 0, sizeof b->of);
  for (uint32_t i = 0; i < b->n; i++)
    memcpy(b->of[i].load, b->load->series[i], sizeof b->of[i].load);
  allocate_pv(b);
  for (uint32_t t = 0; t < STEPS; t++) {
    offered[t] = b->of[b->n].gen[t];
    taken[t] = 0;
    for (uint32_t i = 0; i < b->folder->n_registers; i++)
      taken[t] += b->load->series[b->n + i][t];
  }
  for (uint32_t i = 0; i < b->n; i++) {
    customer *c = &b->of[i];
    run_customer(b, i, c, c->gen, c->load, c->load);
    for (uint32_t t = 0; t < STEPS; t++) {
      offered[t] += c->export[t];
      taken[t] += c->import[t];
    }
  }
  double *network_load = b->of[b->n].load; /* all that the building uses */
  for (uint32_t t = 0; t < STEPS; t++)
    for (uint32_t i = 0; i < b->n + b->folder->n_registers; i++)
      network_load[t] += b->load->series[i][t];
  run_customer(b, b->n, &b->of[b->n], offered, taken, network_load);
}

static double self_consumed(const building *b) {
  double kwh = 0;
  const bool by_load = b->scenario->pv != PVS_NONE &&
                       strcmp(pvs_scenario_arrangement(b->scenario)->id, "en_pv") == 0;
  for (uint32_t t = 0; t < STEPS; t++) {
    double given = b->of[b->n].gen[t];
    for (uint32_t i = 0; i <= b->n; i++)
      given += b->of[i].log[t];
    if (by_load)
      kwh += fmin(b->of[b->n].load[t], given);
    for (uint32_t i = 0; i < b->n && !by_load; i++)
      kwh += fmin(b->of[i].load[t], b->of[i].gen[t] + b->of[i].log[t]);
  }
  return kwh;
}

/* ---- bills ---- */

static uint32_t entry_of(const struct pvs_study *study, uint32_t t) {
  const pvs_day_span *span = study->metering.days.spans;
  while (span->first + span->n <= t)
    span++;
  return span->at + t - span->first;
}

/* A day table's value in step t; 0 where there is no table. */
static double value_at(const struct pvs_study *study, const double *table, uint32_t t) {
  return table ? table[entry_of(study, t)] : 0;
}

static double blocks_charge(const pvs_tariff *tariff, const pvs_blocks *blocks,
                            const double *import) {
  const double low[] = {0, tariff->block_high_kwh[0], tariff->block_high_kwh[1], INFINITY};
  double cents = 0;
  for (uint32_t b = 0; b < blocks->n; b++) {
    double kwh = 0;
    for (uint32_t t = blocks->first[b]; t < blocks->first[b + 1]; t++)
      kwh += import[t];
    for (int band = 0; band < 3 && kwh > low[band]; band++)
      cents += (fmin(kwh, low[band + 1]) - low[band]) * tariff->block_rate_c_per_kwh[band];
  }
  return cents;
}

static pvs_bill bill_of(const building *b, const pvs_tariff *tariff, const customer *c,
                        bool consumes) {
  static double peaks[4096];
  const struct pvs_study *study = b->study;
  pvs_bill bill = {0};
  double most = 0;
  memset(peaks, 0, sizeof peaks);
  assert_true(study->metering.days.n_entries <= COUNT_OF(peaks));
  for (uint32_t t = 0; t < STEPS; t++) {
    double *peak = &peaks[entry_of(study, t)];
    *peak = fmax(*peak, c->import[t]);
    most = value_at(study, tariff->demand_mask, t) != 0 ? fmax(most, c->import[t]) : most;
    bill.energy_charge_c +=
        c->import[t] *
        (tariff->import_rate ? value_at(study, tariff->import_rate, t) : tariff->flat_c_per_kwh);
    const double limit =
        tariff->export_rate ? study->metering.export_limit_kwh[tariff->export_limit] : INFINITY;
    bill.feed_in_credit_c +=
        fmin(c->export[t], limit) *
        (tariff->export_rate ? value_at(study, tariff->export_rate, t) : tariff->export_c_per_kwh);
    bill.local_solar_c += consumes ? c->consumption[t] * value_at(study, tariff->solar_rate, t) : 0;
  }
  if (tariff->block)
    bill.energy_charge_c = blocks_charge(tariff, &study->metering.blocks[tariff->block], c->import);
  if (tariff->demand_mask)
    bill.demand_charge_c = most * 2 * tariff->demand_c_per_kw_day * study->metering.num_days;
  for (uint32_t i = 0; i < tariff->n_demands; i++)
    bill.demand_charge_c += pvs_billing_demand(&tariff->demands[i], 0.5, peaks);
  bill.local_solar_c = tariff->charges_solar ? bill.local_solar_c + bill.feed_in_credit_c : 0;
  assert_int_equal(tariff->n_tiers, 0);
  return bill;
}

static double registers_charge(const building *b, const pvs_tariff *tariff, uint32_t owner) {
  double cents = 0;
  for (uint32_t i = 0; i < b->folder->n_registers; i++) {
    const pvs_register *own = &b->folder->registers[i];
    for (uint32_t t = 0; t < STEPS && own->owner == owner; t++)
      cents +=
          b->load->series[b->n + i][t] * value_at(b->study, tariff->register_rate[own->number], t);
  }
  return cents;
}

static void check_bills(const building *b, const pvs_flow_view *view) {
  for (uint32_t payer = 0; payer < b->n + 2; payer++) {
    const bool resident = payer < b->n;
    assert_true(view->payer_first[payer] < view->payer_first[payer + 1]);
    for (uint32_t i = view->payer_first[payer]; i < view->payer_first[payer + 1]; i++) {
      const pvs_tariff *tariff = &b->study->tariffs[view->tariffs[i]];
      pvs_bill expected = bill_of(b, tariff, &b->of[resident ? payer : b->n], resident);
      if (resident)
        expected.energy_charge_c += registers_charge(b, tariff, payer);
      assert_near(view->bills[i].energy_charge_c, expected.energy_charge_c);
      assert_near(view->bills[i].feed_in_credit_c, expected.feed_in_credit_c);
      assert_near(view->bills[i].demand_charge_c, expected.demand_charge_c);
      assert_near(view->bills[i].local_solar_c, expected.local_solar_c);
    }
  }
}

/* ---- comparing ---- */

static void check_unit(const building *b, pvs_flow_result *r) {
  pvs_flow_view view;
  double generation = 0, losses = 0, import = 0, export = 0;
  pvs_flow_result_view(r, &view);
  for (uint32_t i = 0; i <= b->n; i++) {
    const customer *c = &b->of[i];
    losses += c->losses;
    generation += sum(c->gen);
    if (i == b->n)
      break;
    import += sum(c->import);
    export += sum(c->export);
    assert_near(view.generation_kwh[i], sum(c->gen));
    assert_near(view.cycles[i], c->cycles);
  }
  for (uint32_t i = 0; i < b->folder->n_registers; i++)
    import += sum(b->load->series[b->n + i]);
  assert_near(r->generation_kwh, generation);
  assert_near(r->residents_import_kwh, import);
  assert_near(r->residents_export_kwh, export);
  assert_near(r->network_import_kwh, sum(b->of[b->n].import));
  assert_near(r->network_export_kwh, sum(b->of[b->n].export));
  assert_near(r->self_consumed_kwh, self_consumed(b));
  assert_near(r->central_cycles, b->of[b->n].cycles);
  assert_near(r->battery_losses_kwh, losses);
  check_bills(b, &view);
}

static void assert_near_series(const double *found, const double *expected) {
  for (int t = 0; t < STEPS; t++)
    assert_near(found[t], expected[t]);
}

/* What a listener hears of a unit. */
static void check_heard(const building *b, const heard *h) {
  double pv[STEPS] = {0}, import[STEPS] = {0}, export[STEPS] = {0}, given[STEPS] = {0};
  for (int t = 0; t < STEPS; t++) {
    for (uint32_t i = 0; i <= b->n; i++) {
      pv[t] += b->of[i].gen[t];
      given[t] += b->of[i].log[t];
      import[t] += i < b->n ? b->of[i].import[t] : 0;
      export[t] += i < b->n ? b->of[i].export[t] : 0;
    }
    for (uint32_t i = 0; i < b->folder->n_registers; i++)
      import[t] += b->load->series[b->n + i][t];
  }
  assert_int_equal(h->steps, STEPS);
  assert_near_series(h->pv, pv);
  assert_near_series(h->load, b->of[b->n].load);
  assert_near_series(h->residents_import, import);
  assert_near_series(h->residents_export, export);
  assert_near_series(h->import, b->of[b->n].import);
  assert_near_series(h->export, b->of[b->n].export);
  if (h->has_individual)
    assert_near_series(h->discharge, given);
}

static void check_study(uint32_t chunk, bool listens) {
  static building b;
  static heard h;
  fixture place;
  memory_base_init(&place.base);
  put_inputs(&place.base);
  memory_put(&place.base, MEMORY_STUDY, study_of_all_shapes);
  fixture_begin(&place, chunk);
  for (uint32_t unit = 0; unit < place.info.units; unit++) {
    const uint32_t group = pvs_plan_unit_group(place.plan, unit);
    b.study = place.study;
    b.scenario = &place.study->scenarios.items[pvs_plan_group_first_scenario(place.plan, group)];
    b.folder = &place.study->folders[b.scenario->folder];
    b.load =
        &place.study->loads[b.folder->first_load + unit - place.plan->groups[group].first_unit];
    b.n = b.folder->n_residents;
    run_building(&b);
    check_unit(&b, fixture_run(&place, unit, listens ? &h : NULL));
    if (listens)
      check_heard(&b, &h);
  }
  fixture_close(&place);
}

static void units_follow_the_model(void **state) {
  (void)state;
  check_study(0, false);
}

static void units_follow_the_model_day_by_day(void **state) {
  (void)state;
  check_study(48, false);
}

static void units_follow_the_model_in_small_chunks(void **state) {
  (void)state;
  check_study(8, false);
}

static void listeners_hear_the_model(void **state) {
  (void)state;
  check_study(0, true);
  check_study(48, true);
  check_study(8, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(units_follow_the_model),
      cmocka_unit_test(units_follow_the_model_day_by_day),
      cmocka_unit_test(units_follow_the_model_in_small_chunks),
      cmocka_unit_test(listeners_hear_the_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
