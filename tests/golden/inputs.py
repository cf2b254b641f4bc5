#!/usr/bin/env python3
"""Makes the inputs of the golden studies: inputs.py FOLDER writes FOLDER/full, FOLDER/sparse,
FOLDER/calendar and FOLDER/registers.

full     everything the model knows, in few weeks: half-hours over the end of southern summer time
         (project south), hours over the beginning of northern summer time (north), quarter-hours
         over New Year (quarter), 50-minute steps that fit no day (odd)
sparse   tables with the fewest columns, CR LF line ends, byte order marks, no last line end
calendar tariffs of tariff_calendar.csv: a year of two-hour steps (year), quarter-hours over New Year
         (newyear), 50-minute steps (odd)
registers controlled loads, metered apart: half-hours over the end of southern summer time, two load
         files
"""
import csv
import datetime as dt
import io
import math
import os
import random
import sys


def write(path, rows, crlf=False, bom=False, last_newline=True, quote_all=False):
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n" if crlf else "\n",
                     quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    out.writerows(rows)
    data = text.getvalue()
    if not last_newline:
        data = data.rstrip("\r\n")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write((b"\xef\xbb\xbf" if bom else b"") + data.encode())


def write_table(path, rows, columns=None, **how):
    """Rows are dictionaries; columns in order of first use unless given."""
    columns = columns or list(dict.fromkeys(name for row in rows for name in row))
    write(path, [columns] + [[row.get(name, "") for name in columns] for row in rows], **how)


# ---- series ----

def times(start, minutes, steps):
    first = dt.datetime.strptime(start, "%Y-%m-%d %H:%M")
    return [first + dt.timedelta(minutes=minutes * i) for i in range(steps)]


def iso(t):
    return t.strftime("%Y-%m-%d %H:%M:%S")


def slash(t):
    return f"{t.day}/{t.month:02}/{t.year} {t.hour}:{t.minute:02}"


def short(t):
    return f"{t.day:02}/{t.month:02}/{t.year % 100:02} {t.hour:02}:{t.minute:02}:00"


def hour_of(t):
    return t.hour + t.minute / 60


def household(when, dice, size):
    """kWh: a base, a morning and an evening peak, now and then something big."""
    hours = (when[1] - when[0]).total_seconds() / 3600
    values = []
    for t in when:
        h = hour_of(t)
        kw = size * (0.15 + 0.5 * math.exp(-(h - 7.5) ** 2) + 0.9 * math.exp(-((h - 19) / 1.8) ** 2))
        kw *= 0.6 + 0.8 * dice.random()
        if dice.random() < 0.02:
            kw += 3
        values.append(round(kw * hours, 3))
    return values


def common(when, dice):
    """kWh of the common property: lights at night, lifts by day."""
    hours = (when[1] - when[0]).total_seconds() / 3600
    return [round((1.2 if hour_of(t) < 6 or hour_of(t) >= 18 else 0.7) * (0.9 + 0.2 * dice.random()) * hours, 3)
            for t in when]


def sunlight(when, dice, kwp):
    hours = (when[1] - when[0]).total_seconds() / 3600
    cloud, day, values = 1.0, None, []
    for t in when:
        if t.date() != day:
            day, cloud = t.date(), 0.3 + 0.7 * dice.random()
        height = math.sin(math.pi * (hour_of(t) - 6) / 12) if 6 < hour_of(t) < 18 else 0
        values.append(round(kwp * 0.8 * height * cloud * hours, 3))
    return values


def profile(path, when, stamp, columns, **how):
    write(path, [["timestamp"] + list(columns)] +
          [[stamp(t)] + list(values) for t, *values in zip(when, *columns.values())], **how)


# ---- tables ----

def period(n, name, rate, start, end, week="both"):
    return {f"name_{n}": name, f"rate_{n}": rate, f"start_{n}": start, f"end_{n}": end, f"week_{n}": week}


def demand(rate, start, end, week="both", kind="kW"):
    return {"demand_tariff": rate, "demand_type": kind, "demand_start": start, "demand_end": end,
            "demand_week": week}


def blocks(*values):
    names = ("block_rate_1", "high_1", "block_rate_2", "high_2", "block_rate_3")
    return {name: value for name, value in zip(names, values) if value is not None}


def tariffs():
    def tariff(key, kind, *parts, **more):
        row = {"tariff_id": key, "tariff_type": kind, "notes": "", "": ""}
        for part in parts:
            row.update(part)
        row.update(more)
        return row
    fit = {"fit_type": "Flat_Rate", "fit_flat_rate": 7.5}
    return [
        tariff("zero", "Zero_Rate", fit_type="Zero_Rate", daily_fixed_rate=0),
        tariff("flat", "Flat_Rate", fit, flat_rate=32.5, daily_fixed_rate=110, discount=12.5,
               metering_sc_non_cap=3.25, metering_sc_cap=99),
        tariff("flat plain", "Flat_Rate", flat_rate=28),
        tariff("flat, any case", "Flat_Rate", flat_rate=30.25, fit_type="FLAT_rate", fit_flat_rate=6),
        tariff("flat no fit", "Flat_Rate", flat_rate=31, fit_type="flat_rate", daily_fixed_rate=80),
        tariff("tou", "TOU_Rate", fit, period(1, "peak", 45, "14:00", "20:00", "day"),
               period(2, "shoulder", 27.5, "7:00", "14:00", "both"),
               period(3, "night", 13.25, "22:00", "7:00"), period(4, "weekend", 21, "14:00", "22:00", "end"),
               discount=10, daily_fixed_rate=95.5),
        tariff("tou eight", "TOU", period(1, "all", 20, "0:00", "23:59"),
               period(2, "early", 9, "0:30", "6:00"), period(3, "late", 11, "23:30", "0:30"),
               period(4, "lunch", 33, "11:15", "13:45", "day"), period(5, "empty", 500, "9:00", "9:00"),
               period(6, "noon", 37, "12:00", "12:30", "end"), period(7, "evening", 41, "18:00", "21:00", "Both"),
               period(8, "last", 43, "20:30", "23:59", "END"), fit_type="Zero_Rate"),
        tariff("tou gaps", "Residential TOU", fit, period(2, "only", 25, "16:45", "19:15", "day"),
               period(7, "later", 29, "18:00", "18:30", "day")),
        tariff("tou solar name", "TOU", fit, period(1, "all", 24, "0:00", "23:59"),
               period(2, "solar_sc", 10, "8:00", "17:00"), discount=20),
        tariff("demand kw", "TOU_Demand", fit, period(1, "peak", 24, "7:00", "22:00"),
               demand(31.5, "14:00", "20:00", "day"), daily_fixed_rate=60),
        tariff("demand kva", "Flat_Demand", demand(22.25, "22:30", "1:30", "both", "kVA"), flat_rate=17,
               discount=15),
        tariff("demand weekend", "Demand", demand(40, "7:00", "23:59", "end"), daily_fixed_rate=10),
        tariff("block day", "Block_Daily", fit, blocks(31.5, 2.25, 27.125, 6.5, 35.75), daily_fixed_rate=88,
               discount=12),
        tariff("block week", "Block_Weekly", blocks(30, 20.5, 25, 55.25, 41.5), metering_sc_non_cap=5),
        tariff("block quarter", "Block_Quarterly", blocks(30.25, 60, 24.5, 300, 41)),
        tariff("block two", "Block_Daily", blocks(20, 4.5, 40)),
        tariff("block one", "Block_Weekly", blocks(20)),
        tariff("block exact", "block_Daily", blocks(10, 0.25, 20, 0.5, 40), discount=50),
        tariff("block demand", "Dynamic_Quarterly_Demand", blocks(19, 40, 23), demand(12, "0:00", "23:59")),
        tariff("solar sc", "Solar_Inst", fit, period(1, "all", 29, "0:00", "23:59"),
               period(2, "solar_sc", 14.5, "8:00", "17:00"), discount=10, daily_fixed_rate=70),
        tariff("solar no sc", "Solar_Inst_all", fit, period(1, "Solar self_con", 12, "6:00", "18:00", "day"),
               period(2, "all", 29, "0:00", "23:59"), period(3, "solar", 14.5, "8:00", "17:00")),
        tariff("solar tou", "TOU_solar", period(1, "night", 15, "20:00", "8:00"),
               period(2, "Solar Self_Con", 11, "9:30", "16:30"), period(3, "SolarSC", 9, "11:00", "13:00", "end"),
               discount=25),
    ]


def battery_rows():
    return [
        {"battery_id": "full", "capacity_kWh": 13.2, "max_charge_kW": 5, "efficiency_cycle": 0.89, "maxDOD": 1,
         "maxSOC": 0.9, "max_cycles": 7300, "battery_cost": 12500, "battery_inv_cost": 1500,
         "battery_life_years": 9, "life_bat_inv": 7, "notes": "", "": ""},
        {"battery_id": "plain", "capacity_kWh": 6},
        {"battery_id": "worn", "capacity_kWh": 4, "max_charge_kW": 4, "efficiency_cycle": 1, "max_cycles": 6,
         "battery_cost": 900},
        {"battery_id": "my_scale", "capacity_kWh": 1, "max_charge_kW": 0.4, "efficiency_cycle": 0.9,
         "maxDOD": 0.9, "maxSOC": 0.95, "max_cycles": 4000, "battery_cost": 900, "battery_life_years": 12,
         "battery_inv_cost": 200},
        {"battery_id": "rescaled", "capacity_kWh": 2, "battery_life_years": 0, "life_bat_inv": 30,
         "battery_inv_cost": 700},
    ]


def strategy_rows():
    def window(kind, n, start, end, day="both"):
        return {f"{kind}_start{n}": start, f"{kind}_end{n}": end, f"{kind}_day{n}": day}
    evening = window("discharge", 1, "17:00", "20:00")
    return [
        {"battery_strategy": "any", "seasonal_strategy": "FALSE", "prioritise_battery": "no"},
        {"battery_strategy": "evening", **evening, "seasonal_strategy": "TRUE"},
        {"battery_strategy": "night charge", **window("charge", 1, "1:00", "6:00"), **evening,
         **window("discharge", 2, "7:00", "9:00", "day"), "charge_c_rate": 0.2, "discharge_c_rate": 0.3,
         "seasonal_strategy": "1"},
        {"battery_strategy": "two charges", **window("charge", 1, "22:30", "2:00", "day"),
         **window("charge", 2, "10:00", "12:30", "end"), **window("discharge", 2, "18:15", "23:59", "both")},
        {"battery_strategy": "after midnight", **window("charge", 1, "0:30", "4:00"),
         **window("discharge", 1, "23:30", "0:30"), **window("discharge", 2, "16:00", "21:00"),
         "charge_c_rate": 0.25, "seasonal_strategy": "Yes"},
        {"battery_strategy": "first", **evening, "prioritise_battery": "TRUE", "discharge_c_rate": 0.4},
        {"battery_strategy": "first from grid", **window("charge", 1, "10:00", "14:00"),
         **window("discharge", 1, "15:00", "23:00", "day"), "prioritise_battery": "true",
         "peak_demand_percentage": 35, "seasonal_strategy": "true"},
        {"battery_strategy": "peaks", **window("discharge", 1, "6:00", "23:59"), "peak_demand_percentage": 60},
        {"battery_strategy": "peaks and grid", **window("charge", 1, "0:00", "5:00"),
         **window("discharge", 1, "14:00", "20:00", "day"), "peak_demand_percentage": 80,
         "seasonal_strategy": "TRUE"},
        {"battery_strategy": "always both", **window("charge", 1, "0:00", "23:59"), "charge_c_rate": 0.1},
    ]


def tables(folder):
    write_table(f"{folder}/tariff_lookup.csv", tariffs())
    write_table(f"{folder}/battery_lookup.csv", battery_rows())
    write_table(f"{folder}/battery_control_strategies.csv", strategy_rows())
    write_table(f"{folder}/capex_en_lookup.csv", [
        {"en_capex_id": "none", "site_capex": 0, "unit_capex": 0, "site_opex": 0, "unit_opex": 0},
        {"en_capex_id": "usual", "site_capex": 4950, "unit_capex": 490, "unit_opex": 59.88},
        {"en_capex_id": "dear", "site_capex": 50000, "site_opex": 350, "notes": "no units"}])
    bands = {"sys_0_1": 1.85, "sys_1_2": 1.74, "sys_2_3.5": 1.47, "sys_3.5_10": 1.1, "inv_0_2": 1.1,
             "inv_2_10": 0.95}
    write_table(f"{folder}/capex_pv_lookup.csv", [
        {"pv_cap_id": "legacy", "$/W": 1.14, "pv_capex": 24830, "inverter_cost": 3945, "inverter_life": 10},
        {"pv_cap_id": "a kWp", "pv_capex": 1210, "inverter_cost": 420, "inverter_life": 5},
        {"pv_cap_id": "my_pricepoint", "inverter_life": 10, **bands},
        {"pv_cap_id": "price_point 2", "inverter_life": 25, **{k: v / 2 for k, v in bands.items()}}])
    write_table(f"{folder}/dst_lookup.csv", [
        {"year": 2013, "nsw_start": "6/10/2013 2:00", "nsw_end": "7/04/2013 2:00"},
        {"year": 2014, "nsw_start": "5/10/2014 2:00", "nsw_end": "6/04/2014 2:00"},
        {"year": 2015, "nsw_start": "2015-10-04 02:00:00", "nsw_end": "5/4/15 2:00"},
        {"year": 2016, "nsw_start": "2/10/2016 2:00", "nsw_end": "3/04/2016 2:00",
         "eu_start": "27/03/2016 2:00", "eu_end": "30/10/2016 2:00"}])


# ---- studies ----

COMMON = {"network_tariff": "demand kw", "en_capex_id": "usual", "a_term": 20, "a_rate": 0.06}


def study(base, project, name, rows, **how):
    """Every row on top of COMMON, numbered unless it says otherwise."""
    whole = [{"scenario": i, **COMMON, "parent": "zero", **row} for i, row in enumerate(rows)]
    write_table(f"{base}/studies/{project}/inputs/study_{name}.csv", whole, **how)


def study_arrangements(base):
    flat = {"load_folder": "site", "cp": "tou", "all_residents": "flat"}
    solar = {"load_folder": "site", "cp": "solar sc", "all_residents": "solar tou"}
    legacy, points = {"pv_cap_id": "legacy"}, {"pv_cap_id": "my_pricepoint"}
    rows = [
        {**flat, "arrangement": "bau", "pv_filename": "south_roof", "pv_cap_id": "legacy"},
        {**flat, "arrangement": "bau_bat", "all_battery_id": "plain", "all_battery_strategy": "any"},
        {**flat, "arrangement": "en", "parent": "tou eight", "a_term": 10},
        {**flat, "arrangement": "en_pv", "parent": "demand kw", "pv_filename": "south_roof.csv", **legacy},
        {**flat, "arrangement": "en_pv", "parent": "solar sc", "pv_filename": "south_own", **points,
         "central_kWp": 9.5, "cp_kWp": 3.5, "A1_kWp": 1, "Flat 2, left_kWp": 2, "a_term": 30, "a_rate": 0},
        {**flat, "arrangement": "en_pv", "parent": "block day", "en_capex_id": "dear"},
        {**flat, "arrangement": "cp_only", "pv_filename": "south_roof", **legacy, "a_term": 7.5},
        {**flat, "arrangement": "cp_only", "pv_filename": "south_roof", "pv_cap_id": "price_point 2",
         "cp_kWp": 2.75},
        {**flat, "arrangement": "btm_i_u", "pv_filename": "south_roof", **legacy},
        {**flat, "arrangement": "btm_i_c", "pv_filename": "south_roof", **legacy, "a_term": 12.25},
        {**flat, "arrangement": "btm_i_u", "pv_filename": "south_units", **points, "A1_kWp": 1.5,
         "ünit 4_kWp": 3},
        {**flat, "arrangement": "btm_i_c", "pv_filename": "south_units", **legacy, "en_capex_id": ""},
        {**flat, "arrangement": "btm_s_u", "pv_filename": "south_roof", **legacy, "en_capex_id": "dear"},
        {**flat, "arrangement": "btm_s_c", "pv_filename": "south_units", **legacy},
        {**solar, "arrangement": "btm_s_c", "pv_filename": "south_roof", **points, "central_kWp": 7.25},
        {**solar, "arrangement": "btm_p_u", "pv_filename": "south_roof", **legacy},
        {**solar, "arrangement": "btm_p_c", "pv_filename": "south_roof", **legacy, "cp": "solar no sc"},
        {**flat, "arrangement": "en_pv", "pv_filename": "south_1kWp", "pv_scaleable": "TRUE", "pv_kW_peak": 12.5,
         "pv_cap_id": "a kWp"},
        {**flat, "arrangement": "en_pv", "pv_filename": "south_1kWp", "pv_scaleable": "yes", "pv_kW_peak": 4.75,
         "pv_cap_id": "legacy", "pv_capex_scaleable": "FALSE"},
        {**flat, "arrangement": "btm_i_c", "pv_filename": "south_roof", "pv_kW_peak": 3, "pv_cap_id": "a kWp",
         "pv_capex_scaleable": "1"},
        {**flat, "arrangement": "btm_s_u", "pv_filename": "south_1kWp", "pv_scaleable": "1", "pv_kW_peak": 0},
    ]
    study(base, "south", "arrangements", rows, quote_all=True)


def study_tariffs(base):
    """Each tariff at a household, at the common property and at the parent meter."""
    keys = [row["tariff_id"] for row in tariffs()]
    who = ["cp", "A1", "Flat 2, left", 'the "old" one', "ünit 4", "cpt"]
    rows = []
    for i in range(0, len(keys), 2):
        own = {name: keys[(i + k) % len(keys)] for k, name in enumerate(who)}
        rows.append({"load_folder": "site", **own, "arrangement": ("btm_s_c", "en_pv")[i // 2 % 2],
                     "pv_filename": "south_roof", "pv_cap_id": "legacy", "parent": keys[(i + 6) % len(keys)],
                     "network_tariff": keys[(i + 7) % len(keys)]})
    study(base, "south", "tariffs", rows)


def study_batteries(base):
    site = {"load_folder": "site", "cp": "tou", "all_residents": "solar sc", "parent": "demand kw"}
    pv = {"pv_filename": "south_roof", "pv_cap_id": "legacy"}
    keys = [row["battery_strategy"] for row in strategy_rows()]
    kinds = [("full", ""), ("plain", ""), ("my_scale", 15.5), ("worn", ""), ("rescaled", 3)]
    rows = []
    for i, key in enumerate(keys):
        battery, size = kinds[i % len(kinds)]
        rows.append({**site, **pv, "arrangement": "en_pv", "central_battery_id": battery,
                     "central_battery_strategy": key, "central_battery_capacity_kWh": size,
                     "battery_capex_per_kWh": 850 if i % 3 == 2 else "", "a_term": (5, 10, 20, 25)[i % 4]})
    rows += [
        {**site, "arrangement": "en", "central_battery_id": "full", "central_battery_strategy": "two charges"},
        {**site, "arrangement": "bau_bat", "cp_battery_id": "plain", "cp_battery_strategy": "first",
         "all_battery_id": "my_scale", "all_battery_strategy": "after midnight", "all_battery_capacity_kWh": 4},
        {**site, **pv, "arrangement": "btm_i_c", "all_battery_id": "worn", "all_battery_strategy": "any"},
        {**site, **pv, "arrangement": "btm_s_c", "A1_battery_id": "my_scale", "A1_battery_strategy": "first",
         "A1_battery_capacity_kWh": 7, "Flat 2, left_battery_id": "plain",
         "Flat 2, left_battery_strategy": "peaks"},
        {**site, **pv, "arrangement": "btm_p_u", "cp_battery_id": "plain", "cp_battery_strategy": "evening",
         "A1_battery_id": "full"},
        {**site, **pv, "arrangement": "cp_only", "cp_battery_id": "full", "cp_battery_strategy": "first from grid"},
        {**site, **pv, "arrangement": "en_pv", "central_battery_id": "full",
         "central_battery_strategy": "night charge", "cp_battery_id": "plain", "cp_battery_strategy": "any",
         "all_battery_id": "my_scale", "all_battery_strategy": "evening", "battery_capex_per_kWh": 650},
        {**site, **pv, "arrangement": "btm_i_u", "central_battery_id": "plain", "central_battery_strategy": "any"},
        {**site, **pv, "arrangement": "btm_s_u", "central_battery_id": "plain", "central_battery_strategy": "any"},
        {**site, **pv, "arrangement": "btm_p_c", "central_battery_id": "full",
         "central_battery_strategy": "first", "a_rate": 0},
        {**site, "arrangement": "bau", "central_battery_id": "full", "central_battery_strategy": "any"},
    ]
    study(base, "south", "batteries", rows)


def study_loads(base):
    plain = {"cp": "block week", "all_residents": "tou eight", "parent": "tou"}
    pv = {"pv_filename": "south_roof", "pv_cap_id": "legacy"}
    several = {"load_folder": "several", **plain}
    study(base, "south", "several_files", [
        {"scenario": 7, **several, "arrangement": "bau"},
        {"scenario": 3, **several, **pv, "arrangement": "btm_i_c"},
        {"scenario": "", "load_folder": "no such folder"},
        {"scenario": 12, **several, **pv, "arrangement": "btm_s_c", "all_residents": "demand kva"},
        {"scenario": 1000, **several, **pv, "arrangement": "en_pv", "central_battery_id": "full",
         "central_battery_strategy": "peaks and grid"}])
    study(base, "south", "folders", [
        {"load_folder": "several", **plain, "arrangement": "bau"},
        {"load_folder": "nocp", **plain, **pv, "arrangement": "btm_i_c", "parent": "tou"},
        {"load_folder": "site", **plain, **pv, "arrangement": "en_pv", "all_battery_id": "plain",
         "all_battery_strategy": "any"},
        {"load_folder": "only cp", **plain, **pv, "arrangement": "cp_only"},
        {"load_folder": "nocp", **plain, **pv, "arrangement": "btm_s_c"}])
    study(base, "south", "nobody_at_home", [
        {"load_folder": "only cp", **plain, "arrangement": "bau"},
        {"load_folder": "only cp", **plain, **pv, "arrangement": "en_pv"}])


def study_series(base):
    site = {"load_folder": "short", "cp": "tou", "all_residents": "flat", "parent": "tou",
            "pv_filename": "short_roof", "pv_cap_id": "legacy"}
    study(base, "south", "series", [
        {**site, "arrangement": "en_pv", "central_battery_id": "full", "central_battery_strategy": "evening",
         "output_types": "log_timeseries_detailed"},
        {**site, "arrangement": "btm_s_c", "all_battery_id": "plain", "all_battery_strategy": "any",
         "output_types": "log_timeseries_brief log_timeseries_detailed"},
        {**site, "arrangement": "bau"},
        {**site, "arrangement": "btm_i_c", "cp_battery_id": "worn", "cp_battery_strategy": "first",
         "A1_battery_id": "my_scale", "A1_battery_strategy": "always both", "A1_battery_capacity_kWh": 3,
         "output_types": "csv;log_timeseries_brief"}])


def studies_of_steps(base, project, folder, pv, dst):
    """The same mixture over another time index."""
    where = {"load_folder": folder, "dst": dst, "pv_filename": pv, "pv_cap_id": "legacy", "parent": "tou eight"}
    def own(cp, rest):
        return {"cp": cp, "all_residents": rest}
    study(base, project, "mixture", [
        {**where, **own("tou eight", "tou"), "arrangement": "bau", "dst": ""},
        {**where, **own("block quarter", "block week"), "arrangement": "btm_s_c"},
        {**where, **own("block exact", "block day"), "arrangement": "btm_i_u"},
        {**where, **own("demand kva", "demand kw"), "arrangement": "en_pv", "parent": "demand weekend"},
        {**where, **own("block demand", "block two"), "arrangement": "cp_only", "network_tariff": "block one"},
        {**where, **own("solar sc", "solar tou"), "arrangement": "btm_p_c"},
        {**where, **own("tou", "tou gaps"), "arrangement": "en_pv", "central_battery_id": "full",
         "central_battery_strategy": "night charge"},
        {**where, **own("tou", "tou gaps"), "arrangement": "en_pv", "central_battery_id": "full",
         "central_battery_strategy": "after midnight", "parent": "block quarter"},
        {**where, **own("flat", "flat"), "arrangement": "btm_s_u", "all_battery_id": "my_scale",
         "all_battery_strategy": "two charges", "all_battery_capacity_kWh": 2.5, "cp_battery_id": "plain",
         "cp_battery_strategy": "first from grid"},
        {**where, **own("flat", "flat"), "arrangement": "btm_i_c", "all_battery_id": "plain",
         "all_battery_strategy": "peaks and grid"}])


def full(base):
    dice = random.Random(20130330)
    tables(f"{base}/reference")
    names = ["cp", "A1", "Flat 2, left", 'the "old" one', "ünit 4", "cpt"]

    def building(when, order=names):
        loads = {name: common(when, dice) if name == "cp" else household(when, dice, 0.6 + 0.3 * i)
                 for i, name in enumerate(names) if name in order}
        return {name: loads[name] for name in order}

    # Half-hours; summer time ends on Sunday 7 April 2013.
    south = times("2013-03-30 00:00", 30, 15 * 48)
    loads = f"{base}/load_profiles"
    profile(f"{loads}/site/site.csv", south, slash, building(south), crlf=True, bom=True)
    profile(f"{loads}/nocp/n.csv", south, iso, building(south, ["A1", "cpt"]))
    profile(f"{loads}/only cp/lights.csv", south, short, building(south, ["cp"]))
    profile(f"{loads}/several/b 2.csv", south, slash, building(south, ["A1", "cp", "ünit 4"]))
    profile(f"{loads}/several/a1.csv", south, iso, building(south, ["cp", "A1", "ünit 4"]), last_newline=False)
    profile(f"{loads}/several/B3.csv", south, slash, building(south, ["ünit 4", "A1"]), quote_all=True)
    with open(f"{loads}/several/.hidden", "w") as f:
        f.write("not a load profile\n")
    pv = f"{base}/pv_profiles"
    profile(f"{pv}/south_roof.csv", south, iso, {"pv": sunlight(south, dice, 9)})
    profile(f"{pv}/south_1kWp.csv", south, short, {"kWh": sunlight(south, dice, 1)}, crlf=True)
    profile(f"{pv}/south_own.csv", south, slash,
            {name: sunlight(south, dice, kwp) for name, kwp in
             (("central", 9.5), ("cp", 3.5), ("A1", 1), ("Flat 2, left", 2))}, bom=True)
    profile(f"{pv}/south_units.csv", south, slash,
            {name: sunlight(south, dice, kwp) for name, kwp in (("A1", 1.5), ("ünit 4", 3), ("cpt", 2))})

    # A few days of the same, small enough for time series: the Friday to Monday around the change.
    few = times("2013-04-05 00:00", 30, 4 * 48)
    profile(f"{loads}/short/short.csv", few, slash, building(few, ["cp", "A1", "cpt"]))
    profile(f"{pv}/short_roof.csv", few, slash, {"pv": sunlight(few, dice, 6)})

    # Hours that begin and end within a day; a leap year; summer time begins on 27 March 2016.
    north = times("2016-01-20 05:00", 60, 100 * 24 + 7)
    profile(f"{loads}/north/north.csv", north, slash, building(north, ["A1", "Flat 2, left", "cp"]))
    profile(f"{pv}/north_roof.csv", north, slash, {"anything": sunlight(north, dice, 6)})

    # Quarter-hours over New Year, in summer all the time; loads in eighths meet thresholds exactly.
    quarter = times("2014-12-28 00:00", 15, 8 * 96)
    eighths = {name: [round(kwh * 8) / 8 for kwh in series]
               for name, series in building(quarter, ["cp", "A1", "cpt"]).items()}
    profile(f"{loads}/quarter/q.csv", quarter, slash, eighths)
    profile(f"{pv}/quarter_roof.csv", quarter, slash, {"pv": sunlight(quarter, dice, 6)})

    # Steps of 50 minutes from 14:20 on; summer time begins on Sunday 4 October 2015.
    odd = times("2015-10-01 14:20", 50, 330)
    profile(f"{loads}/odd/o.csv", odd, slash, building(odd, ["cp", "A1", "ünit 4"]))
    profile(f"{pv}/odd_roof.csv", odd, slash, {"pv": sunlight(odd, dice, 6)})

    study_arrangements(base)
    study_tariffs(base)
    study_batteries(base)
    study_loads(base)
    study_series(base)
    studies_of_steps(base, "north", "north", "north_roof", "eu")
    studies_of_steps(base, "quarter", "quarter", "quarter_roof", "nsw")
    studies_of_steps(base, "odd", "odd", "odd_roof", "")


def sparse(base):
    dice = random.Random(7)
    when = times("2019-10-05 00:00", 30, 3 * 48)
    how = {"crlf": True, "bom": True, "last_newline": False}
    reference = f"{base}/reference"
    write(f"{reference}/tariff_lookup.csv",
          [["tariff_type", "flat_rate", "tariff_id"], ["", "", ""], ["Flat_Rate", "25", "F"], ["Zero", "", "0"]], **how)
    write(f"{reference}/battery_lookup.csv", [["capacity_kWh", "battery_id"], ["5", "B"]], **how)
    write(f"{reference}/battery_control_strategies.csv", [["battery_strategy"], ["S"]], **how)
    write(f"{reference}/capex_en_lookup.csv", [["en_capex_id"], ["E"]], **how)
    write(f"{reference}/capex_pv_lookup.csv", [["pv_cap_id", "pv_capex"], ["P", "6000"]], **how)
    write(f"{reference}/dst_lookup.csv",
          [["nsw_end", "nsw_start", "year"], ["7/04/2019 2:00", "6/10/2019 2:00", "2019"]], **how)
    profile(f"{base}/load_profiles/one/one.csv", when, slash, {"1": household(when, dice, 1), "02": household(when, dice, 2)}, **how)
    profile(f"{base}/pv_profiles/p.csv", when, slash, {"x": sunlight(when, dice, 3)}, **how)
    write(f"{base}/studies/few/inputs/study_columns.csv",
          [["a_rate", "a_term", "arrangement", "", "cp", "all_residents", "load_folder", "network_tariff", "parent",
            "pv_filename", "pv_cap_id", "all_battery_id", "all_battery_strategy", "scenario", "comment"],
           ["0.05", "10", "bau", "", "0", "F", "one", "F", "0", "", "", "", "", "1", "say \"hello\", twice"],
           ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "a row without a number"],
           ["0", "10", "btm_i_u", "x", "0", "F", "one", "F", "0", "p", "P", "", "", "2", ""],
           ["0.05", "10", "btm_s_c", "", "0", "F", "one", "F", "0", "p.csv", "P", "B", "S", "3", ""]], **how)


# ---- tariffs of tariff_calendar.csv ----

def charges():
    """Tariffs by id, each a list of rows."""
    def row(charge, rate, unit, days="", hours="", season="", **more):
        start, end = hours.split("-") if hours else ("", "")
        first, last = season.split("-") if season else ("", "")
        return {"charge": charge, "rate": rate, "unit": unit, "days": days, "start": start, "end": end,
                "from": first, "to": last, **more}
    summer, winter = "1/11-31/3", "1/4-31/10"
    return {
        "seasons": [
            row("import", 11.5, "c/kWh"),
            row("import", 21.25, "c/kWh", "weekday", "7:00-22:00", winter),
            row("import", 35.5, "c/kWh", "weekday", "14:00-20:00", summer),
            row("import", 17, "c/kWh", "saturday", "7:00-22:00"),
            row("import", 14.5, "c/kWh", "SUNDAY+Holiday", "8:00-18:00", name="quiet days"),
            row("import", 48, "c/kWh", "day", "18:00-20:00", "15/6-20/8"),
            row("import", 5, "c/kWh", "all", "22:00-4:00"),
            row("import", 1, "c/kWh", "holiday", "0:00-2:00", "24/12-2/1")],
        "monthly": [
            row("import", 3.563, "c/kWh"),
            row("demand", 795.7, "c/kW/month", "weekday", "16:00-20:00", per="month")],
        "seasonal": [
            row("import", 9, "c/kWh", "both", "0:00-23:59"),
            row("demand", 38.5, "c/kW/day", "all", "14:00-20:00", summer, per="season"),
            row("demand", 19.25, "c/kW/day", "end", "", "29/2-28/2", per="month", minimum=1.5),
            row("demand", 420, "c/kVA/month", "weekday+saturday", "7:00-9:00", winter, per="month",
                power_factor=0.9, minimum=2)],
        "ratchet": [
            row("import", 8, "c/kWh"),
            row("demand", 610, "c/kW/month", "weekday", "14:00-22:00", "15/3-10/11", per="month",
                ratchet_percent=80, ratchet_months=3),
            row("demand", 11, "c/kVA/day", "", "22:00-6:00", "", per="month", power_factor=0.8,
                ratchet_percent=100, ratchet_months=12, minimum=0.5)],
        "year": [
            row("import", 8, "c/kWh"),
            row("demand", 5, "c/kW/day", per="season")],
        "two-way": [
            row("import", 20, "c/kWh"),
            row("feed_in", 4, "c/kWh"),
            row("feed_in", -1.5, "c/kWh", "all", "10:00-16:00"),
            row("feed_in", 9, "c/kWh", "weekend+holiday", "16:00-20:00", summer)],
        "tiers": [
            row("import", 20, "c/kWh"),
            row("feed_in", 12, "c/kWh", up_to_kWh_per_day=1.5, rate_above=5, per="month"),
            row("feed_in", 15, "c/kWh", "day", "8:00-12:00", winter, up_to_kWh_per_day=0.75, rate_above=-1,
                per="season")],
        "limit": [
            row("import", 20, "c/kWh"),
            row("feed_in", 10, "c/kWh", limit_kW=0.4),
            row("feed_in", 6, "c/kWh", "", "10:00-14:00", limit_kW=0.4, up_to_kWh_per_day=0.5, rate_above=2,
                per="month")],
        "limit 2": [row("import", 20, "c/kWh"), row("feed_in", 10, "c/kWh", limit_kW=1)],
        "sun": [
            row("import", 26, "c/kWh"),
            row("solar", 12, "c/kWh", "", "8:00-17:00"),
            row("solar", 9, "c/kWh", "weekend", "", summer),
            row("feed_in", 5, "c/kWh", "", "6:00-15:00")],
    }


def calendar_tables(folder):
    tables(folder)
    lookup = [{"tariff_id": key, "tariff_type": "Calendar", "daily_fixed_rate": 40 + 3 * i,
               "discount": 10 if i % 3 == 1 else ""} for i, key in enumerate(charges())]
    lookup[4].update(fit_type="Flat_Rate", fit_flat_rate=6.5)
    write_table(f"{folder}/tariff_lookup.csv", tariffs() + lookup)
    # The rows of a tariff need not be together, but their order counts.
    rows = [(i, {"tariff_id": key, **row}) for key, own in charges().items() for i, row in enumerate(own)]
    write_table(f"{folder}/tariff_calendar.csv", [row for _, row in sorted(rows, key=lambda one: one[0])])
    dates = ["1/01/2013", "28/01/2013", "29/03/2013", "30/03/2013", "31/03/2013", "1/04/2013", "25/04/2013",
             "10/06/2013", "7/10/2013", "2013-12-25", "26/12/2013", "25/12/2014", "26/12/2014", "1/01/2015",
             "26/01/2015", "5/10/2015"]
    write_table(f"{folder}/holidays.csv", [{"date": date, "name": "a holiday", "region": "NSW" if i % 2 else ""}
                                           for i, date in enumerate(dates)] +
                [{"date": "5/11/2013", "name": "elsewhere", "region": "vic"}])


def calendar_study(base, project, folder, pv):
    """Each calendar tariff at a household, at the common property and at the parent meter."""
    keys = list(charges())
    pv = {"pv_filename": pv, "pv_cap_id": "legacy"}
    kinds = [{"arrangement": "bau"}, {"arrangement": "btm_s_c", **pv}, {"arrangement": "en_pv", **pv},
             {"arrangement": "btm_i_c", **pv},
             {"arrangement": "en_pv", **pv, "central_battery_id": "full", "central_battery_strategy": "evening"},
             {"arrangement": "btm_i_u", **pv, "all_battery_id": "my_scale", "all_battery_strategy": "night charge",
              "all_battery_capacity_kWh": 2},
             {"arrangement": "cp_only", **pv}, {"arrangement": "btm_p_u", **pv},
             {"arrangement": "btm_s_u", **pv, "cp_battery_id": "plain", "cp_battery_strategy": "any"},
             {"arrangement": "btm_i_u", **pv}]
    rows = []
    for i, kind in enumerate(kinds * 2):
        def key(k):
            return keys[(i + k) % len(keys)] if i < len(kinds) else keys[(7 * i + 3 * k) % len(keys)]
        own = {"all_residents": key(0)} if i % 4 == 3 else {}
        rows.append({"load_folder": folder, "cp": key(1), "A1": key(2), "B": key(5), "cpt": key(8), **own,
                     "parent": key(3), "network_tariff": key(4), **kind})
    rows.append({"load_folder": folder, "cp": "tou", "A1": "demand kw", "B": "block day", "cpt": "solar sc",
                 "parent": "tou eight", "arrangement": "btm_s_c", **pv})
    for row in rows:
        if "all_residents" in row:
            row.update(A1="", B="", cpt="")
    whole = [row for row in rows if "all_residents" in row], [row for row in rows if "all_residents" not in row]
    study(base, project, "everybody", whole[0])
    study(base, project, "each", whole[1])


def calendar_base(base):
    dice = random.Random(1613)
    calendar_tables(f"{base}/reference")
    for project, start, minutes, steps in (("year", "2013-01-01 00:00", 120, 365 * 12),
                                           ("newyear", "2014-12-22 00:00", 15, 14 * 96),
                                           ("odd", "2015-09-20 14:20", 50, 900)):
        when = times(start, minutes, steps)
        profile(f"{base}/load_profiles/{project}/loads.csv", when, slash,
                {"cp": common(when, dice), "A1": household(when, dice, 0.7), "B": household(when, dice, 1),
                 "cpt": household(when, dice, 1.4)})
        profile(f"{base}/pv_profiles/{project}_roof.csv", when, slash, {"pv": sunlight(when, dice, 7)})
        calendar_study(base, project, project, f"{project}_roof")


# ---- controlled loads ----

def register_charges():
    """Rows of tariff_calendar.csv: tariffs with and without rates for the registers of the loads."""
    def row(tariff, rate, register="", days="", hours="", **more):
        start, end = hours.split("-") if hours else ("", "")
        return {"tariff_id": tariff, "charge": "import", "register": register, "rate": rate, "unit": "c/kWh",
                "days": days, "start": start, "end": end, **more}
    return [
        row("switched", 31),
        row("switched", 14.5, "hot water"),
        row("switched", 52, "", "weekday", "15:00-21:00"),
        row("switched", 9.25, "hot water", "all", "22:00-6:00"),
        row("switched", 18, "pool", "weekend+holiday"),
        row("switched", 22, "pool", "weekday", "0:00-23:59"),
        row("cheap", 25), row("cheap", 11, "hot water"), row("cheap", 12, "pool"),
        {"tariff_id": "cheap", "charge": "solar", "rate": 8, "unit": "c/kWh"},
        {"tariff_id": "cheap", "charge": "feed_in", "rate": 4, "unit": "c/kWh", "start": "10:00", "end": "15:00"},
        {"tariff_id": "cheap", "charge": "demand", "rate": 21, "unit": "c/kW/day", "per": "month"},
    ]


def registers_base(base):
    dice = random.Random(1801)
    tables(f"{base}/reference")
    lookup = [{"tariff_id": "switched", "tariff_type": "Calendar", "daily_fixed_rate": 96, "discount": 8,
               "metering_sc_non_cap": 6, "fit_type": "Flat_Rate", "fit_flat_rate": 5},
              {"tariff_id": "cheap", "tariff_type": "Calendar", "daily_fixed_rate": 80}]
    write_table(f"{base}/reference/tariff_lookup.csv", tariffs() + lookup)
    write_table(f"{base}/reference/tariff_calendar.csv", register_charges())
    write_table(f"{base}/reference/holidays.csv", [{"date": "1/04/2013"}, {"date": "29/03/2013"}])
    when = times("2013-03-25 00:00", 30, 21 * 48)
    for file in ("one.csv", "two.csv"):
        at_night = [round(dice.uniform(0.6, 1.2), 3) if t.hour < 5 or t.hour >= 23 else 0 for t in when]
        at_noon = [round(dice.uniform(0.2, 0.7), 3) if 10 <= t.hour < 14 else 0 for t in when]
        profile(f"{base}/load_profiles/homes/{file}", when, slash,
                {"A1:hot water": at_night, "A1": household(when, dice, 0.7), "B": household(when, dice, 1),
                 "B:pool": at_noon, "cp": common(when, dice), "cp:hot water": at_night[::-1],
                 "B:hot water": at_noon[::-1], "cpt": household(when, dice, 1.4)})
    profile(f"{base}/pv_profiles/roof.csv", when, slash, {"pv": sunlight(when, dice, 7)})
    pv = {"pv_filename": "roof", "pv_cap_id": "legacy"}
    kinds = [{"arrangement": "bau"}, {"arrangement": "en"}, {"arrangement": "en_pv", **pv},
             {"arrangement": "en_pv", **pv, "central_battery_id": "full", "central_battery_strategy": "evening",
              "output_types": "log_timeseries_detailed"},
             {"arrangement": "btm_s_c", **pv}, {"arrangement": "btm_s_u", **pv}, {"arrangement": "btm_p_c", **pv},
             {"arrangement": "btm_i_c", **pv}, {"arrangement": "cp_only", **pv},
             {"arrangement": "btm_i_u", **pv, "all_battery_id": "my_scale", "all_battery_strategy": "night charge",
              "all_battery_capacity_kWh": 2, "output_types": "log_timeseries_brief"},
             {"arrangement": "btm_s_c", **pv, "cp_battery_id": "plain", "cp_battery_strategy": "any"}]
    rows = []
    for i, kind in enumerate(kinds):
        first, second = ("switched", "cheap") if i % 2 else ("cheap", "switched")
        rows.append({"load_folder": "homes", "cp": second, "A1": first, "B": second, "cpt": "tou",
                     "parent": "switched" if i % 3 else "demand kw", "network_tariff": "tou eight", **kind})
    study(base, "homes", "registers", rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    full(os.path.join(sys.argv[1], "full"))
    sparse(os.path.join(sys.argv[1], "sparse"))
    calendar_base(os.path.join(sys.argv[1], "calendar"))
    registers_base(os.path.join(sys.argv[1], "registers"))
