#!/usr/bin/env python3
"""The model a second time, slow and plain, as an oracle for the tests of the core.

    model.py BASE PROJECT STUDY OUT [REGION]

runs one study and writes its outputs below OUT/. It takes one step, one customer, one tariff at a
time, shares nothing and assumes valid input. Only the standard library is needed; only making the
golden outputs anew (make.sh) needs it.
"""
import calendar
import csv
import datetime as dt
import math
import os
import sys

DAY = 86400
EMBEDDED = ("en", "en_pv")
ARRANGEMENTS = ("bau", "bau_bat", "en", "en_pv", "cp_only", "btm_i_u", "btm_i_c", "btm_s_u",
                "btm_s_c", "btm_p_u", "btm_p_c")


# ---- reading ----

def rows_of(path):
    with open(path, newline="", encoding="utf-8-sig") as f:
        rows = [[cell.strip() for cell in row] for row in csv.reader(f)]
    return [row for row in rows if row]


def table_of(path):
    """A list of rows as dictionaries; blank headers and blank cells are left out."""
    header, *rows = rows_of(path)
    return [{name: cell for name, cell in zip(header, row) if name and cell} for row in rows]


def lookup_of(path, key):
    return {row[key]: row for row in table_of(path) if key in row}


def number(row, name, absent=None):
    return float(row[name]) if name in row else absent


def boolean(row, name, absent=False):
    return row[name].lower() in ("true", "1", "1.0", "yes") if name in row else absent


def moment(text):
    """Seconds since 1970, of local standard time."""
    day, clock = text.split(" ")
    if "-" in day:
        year, month, day = (int(part) for part in day.split("-"))
    else:
        day, month, year = day.split("/")
        if len(year) == 2:
            year = int(year) + (2000 if int(year) <= 68 else 1900)
        year, month, day = int(year), int(month), int(day)
    parts = [int(part) for part in clock.split(":")] + [0]
    return (calendar.timegm((year, month, day, 0, 0, 0)) +
            parts[0] * 3600 + parts[1] * 60 + parts[2])


def clock(text):
    parts = [int(part) for part in text.split(":")] + [0]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


class Profile:
    def __init__(self, path):
        header, *rows = rows_of(path)
        at = header.index("timestamp")
        self.names = [name for name in header if name != "timestamp"]
        self.times = [moment(row[at]) for row in rows]
        self.series = {name: [float(row[i] or 0) for row in rows]
                       for i, name in enumerate(header) if name != "timestamp"}
        self.registers = {}  # by owner: {name: series}

    def take_registers(self, names):
        """Columns CUSTOMER:REGISTER are metered apart and count as no customer."""
        for column in list(self.names):
            owner, _, register = column.rpartition(":")
            if owner in self.names and register in names:
                self.names.remove(column)
                self.registers.setdefault(owner, {})[register] = self.series[column]


# ---- calendar ----

class Calendar:
    def __init__(self, times, dst_rows, region, holiday_rows=()):
        self.times = times
        self.dates = [dt.date(1970, 1, 1) + dt.timedelta(days=t // DAY) for t in times]
        self.holidays = {dt.date(1970, 1, 1) + dt.timedelta(days=moment(row["date"] + " 0:00") // DAY)
                         for row in holiday_rows
                         if "region" not in row or row["region"].lower() == region.lower()}
        self.interval_s = times[1] - times[0]
        self.interval_h = self.interval_s / 3600
        self.num_days = len(times) * self.interval_s // DAY
        changes = {}
        for row in dst_rows:
            changes[int(float(row["year"]))] = row
        self.summer = []
        self.weekend = []
        for t in times:
            when = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=t)
            self.weekend.append(when.weekday() >= 5)
            row = changes[when.year]
            start, end = moment(row[region + "_start"]), moment(row[region + "_end"])
            self.summer.append(start <= t < end if start < end else t < end or t >= start)

    def in_period(self, start_text, end_text, week, seasonal):
        """By step: does it belong to the period?"""
        start, end = clock(start_text), clock(end_text)
        if end == clock("23:59"):
            end = DAY
        length = end - start
        if length < 0:
            length += DAY
        chosen = []
        for i, t in enumerate(self.times):
            begin = start - 3600 if seasonal and self.summer[i] else start
            right_day = {"both": True, "day": not self.weekend[i], "end": self.weekend[i]}
            chosen.append(right_day[week.lower()] and (t % DAY - begin) % DAY < length)
        return chosen


# ---- charges of tariff_calendar.csv ----

def month_day(text):
    day, month = text.split("/")
    return int(month), int(day)


class Charge:
    """A row: which steps it is for, and which part of its season each step is in."""

    def __init__(self, row, cal, discount):
        self.row, self.cal = row, cal
        self.kind = row["charge"].lower()
        self.rate = float(row["rate"]) * (discount if self.kind == "import" else 1)
        at_hours = ([True] * len(cal.times) if "start" not in row else
                    cal.in_period(row["start"], row["end"], "both", True))
        self.in_season = [self.season_has(date) for date in cal.dates]
        of_kind = [self.is_day(date) for date in cal.dates]
        # A ratchet looks at the same hours and days outside the season.
        self.any_season = [a and b for a, b in zip(at_hours, of_kind)]
        self.inside = [a and b for a, b in zip(self.any_season, self.in_season)]

    def season_has(self, date):
        if "from" not in self.row:
            return True
        first, last, here = month_day(self.row["from"]), month_day(self.row["to"]), (date.month, date.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    def is_day(self, date):
        weekday = ["weekday"] * 5 + ["saturday", "sunday"]
        kind, holiday = weekday[date.weekday()], date in self.cal.holidays
        words = {"all": True, "both": True, "holiday": holiday,
                 "weekday": kind == "weekday" and not holiday,
                 "saturday": kind == "saturday" and not holiday,
                 "sunday": kind == "sunday" and not holiday,
                 "weekend": kind != "weekday" and not holiday,
                 "day": kind == "weekday", "end": kind != "weekday"}
        return any(words[word] for word in self.row.get("days", "all").lower().split("+"))

    def cycle(self, date):
        """What the billing period that the date is in is called."""
        if self.row["per"].lower() == "month":
            return date.year, date.month
        begun_last_year = "from" in self.row and month_day(self.row["from"]) > month_day(self.row["to"]) \
            and (date.month, date.day) < month_day(self.row["from"])
        return date.year - begun_last_year, 0

    def cycles(self):
        """The steps of each billing period, in and out of the season."""
        steps = {}
        for i, date in enumerate(self.cal.dates):
            steps.setdefault(self.cycle(date), []).append(i)
        return steps

    def days(self, steps):
        return len(steps) * self.cal.interval_s / DAY

    def months(self, steps):
        return sum(self.cal.interval_s / DAY / calendar.monthrange(date.year, date.month)[1]
                   for date in (self.cal.dates[i] for i in steps))

    def demand_charge(self, imports):
        row, unit = self.row, self.row["unit"].lower()
        factor = float(row["power_factor"]) if "kva" in unit else 1.0
        charge, earlier = 0.0, []
        for steps in self.cycles().values():
            charged = [i for i in steps if self.in_season[i]]
            def greatest(chosen):
                return max([imports[i] for i in chosen] + [0.0]) / self.cal.interval_h / factor
            demand = max(greatest(i for i in charged if self.inside[i]), number(row, "minimum", 0))
            if "ratchet_percent" in row:
                back = earlier[-int(row["ratchet_months"]):]
                demand = max([demand] + [kw * float(row["ratchet_percent"]) / 100 for kw in back])
                earlier.append(greatest(i for i in steps if self.any_season[i]))
            amount = self.months(charged) if unit.endswith("/month") else self.days(charged)
            charge += demand * self.rate * amount
        return charge

    def feed_in(self, exports, chosen):
        """c for the exports of the chosen steps."""
        limit = number(self.row, "limit_kW", math.inf) * self.cal.interval_h
        paid = [min(kwh, limit) if inside else 0.0 for kwh, inside in zip(exports, chosen)]
        if "up_to_kWh_per_day" not in self.row:
            return sum(paid) * self.rate
        credit = 0.0
        for steps in self.cycles().values():
            total = sum(paid[i] for i in steps)
            most = float(self.row["up_to_kWh_per_day"]) * self.days([i for i in steps if self.in_season[i]])
            credit += min(total, most) * self.rate + max(total - most, 0) * float(self.row["rate_above"])
        return credit


# ---- tariffs ----

def has(text, *words):
    return any(word in text for word in words)


class Tariff:
    def __init__(self, row, cal, charge_rows=()):
        steps = len(cal.times)
        kind = row.get("tariff_type", "")
        rest = (100 - number(row, "discount", 0)) / 100
        self.cal = cal
        self.fixed = number(row, "daily_fixed_rate", 0) * rest + number(row, "metering_sc_non_cap", 0)
        fit = number(row, "fit_flat_rate", 0) if row.get("fit_type", "").lower() == "flat_rate" else 0
        self.export_rate = [fit] * steps
        self.import_rate = [0.0] * steps
        self.solar_rate = [0.0] * steps
        self.solar_name = ""
        solar_rate = [0.0] * steps
        if has(kind, "Flat"):
            self.import_rate = [number(row, "flat_rate") * rest] * steps
        elif has(kind, "TOU", "Solar_Block", "Solar_Inst"):
            for n in range(1, 9):
                if f"start_{n}" not in row:
                    continue
                name = row.get(f"name_{n}", "")
                rate = number(row, f"rate_{n}")
                if has(name, "solar", "Solar"):
                    rates = solar_rate
                    self.solar_name = name
                else:
                    rates = self.import_rate
                    rate *= rest
                inside = cal.in_period(row[f"start_{n}"], row[f"end_{n}"], row[f"week_{n}"], True)
                for i in range(steps):
                    if inside[i]:
                        rates[i] = rate
        self.solar_rate = solar_rate
        if not has(kind, "Solar", "solar"):
            self.solar_name = ""
        self.block = None
        if has(kind, "Block", "block", "Dynamic", "dynamic"):
            self.import_rate = [0.0] * steps
            self.block = [word for word in ("Daily", "Weekly", "Quarterly") if word in kind][0]
            high_1 = number(row, "high_1", math.inf)
            high_2 = number(row, "high_2", math.inf) if high_1 < math.inf else math.inf
            self.bands = [(0, high_1, number(row, "block_rate_1") * rest),
                          (high_1, high_2, number(row, "block_rate_2", 0) * rest),
                          (high_2, math.inf, number(row, "block_rate_3", 0) * rest)]
        self.demand_rate = None
        if has(kind, "Demand"):
            self.demand_rate = number(row, "demand_tariff")
            self.demand_steps = cal.in_period(row["demand_start"], row["demand_end"],
                                              row["demand_week"], True)
        self.charges = []
        if kind.lower() == "calendar":
            self.charges = [Charge(r, cal, rest) for r in charge_rows if r["tariff_id"] == row["tariff_id"]]
            self.import_rate = self.rates_of("import")
            self.solar_rate = self.rates_of("solar")
            if any(c.kind == "solar" for c in self.charges):
                self.solar_name = "self_con"
            if any(c.kind == "feed_in" for c in self.charges):
                self.export_rate = self.rates_of("feed_in")

    def last_of(self, kind, register=""):
        """By step: the last charge of that kind, and of the main register or another, that is for it."""
        last = [None] * len(self.cal.times)
        for charge in self.charges:
            if charge.kind == kind and charge.row.get("register", "") == register:
                last = [charge if inside else before for inside, before in zip(charge.inside, last)]
        return last

    def rates_of(self, kind, register=""):
        return [charge.rate if charge else 0.0 for charge in self.last_of(kind, register)]

    def feed_in_credit(self, exports):
        feed_in = [c for c in self.charges if c.kind == "feed_in"]
        if not feed_in:
            return sum(kwh * rate for kwh, rate in zip(exports, self.export_rate))
        last = self.last_of("feed_in")
        return sum(c.feed_in(exports, [one is c for one in last]) for c in feed_in)

    def energy_charge(self, imports):
        if not self.block:
            return sum(i * rate for i, rate in zip(imports, self.import_rate))
        block_s = {"Daily": DAY, "Weekly": 7 * DAY, "Quarterly": 91.25 * DAY}[self.block]
        start = self.cal.times[0] // DAY * DAY if self.block == "Daily" else self.cal.times[0]
        used, current, charge = 0.0, None, 0.0
        for t, kwh in zip(self.cal.times, imports):
            block = (t - start) // block_s
            if block != current:
                used, current = 0.0, block
            for low, high, rate in self.bands:
                charge += max(0.0, min(used + kwh, high) - max(used, low)) * rate
            used += kwh
        return charge

    def demand_charge(self, imports):
        if self.demand_rate is None:
            return sum(c.demand_charge(imports) for c in self.charges if c.kind == "demand")
        peak = max([kwh for kwh, inside in zip(imports, self.demand_steps) if inside] + [0.0])
        return peak * 3600 / self.cal.interval_s * self.demand_rate * self.cal.num_days


class Bill:
    def __init__(self, tariff, imports, exports, local, registers=None):
        self.demand = tariff.demand_charge(imports)
        credit = tariff.feed_in_credit(exports)
        self.energy = (tariff.energy_charge(imports) - credit +
                       tariff.fixed * tariff.cal.num_days + self.demand)
        for register, series in (registers or {}).items():
            self.energy += sum(kwh * rate for kwh, rate in zip(series, tariff.rates_of("import", register)))
        self.solar = 0.0
        if has(tariff.solar_name, "self_con", "Self_Con", "sc", "SC"):
            self.solar = sum(kwh * rate for kwh, rate in zip(local, tariff.solar_rate)) + credit


# ---- batteries ----

class Strategy:
    def __init__(self, row, cal):
        seasonal = boolean(row, "seasonal_strategy")

        def union(kind):
            periods = [cal.in_period(row[f"{kind}_start{n}"], row[f"{kind}_end{n}"],
                                     row[f"{kind}_day{n}"], seasonal)
                       for n in (1, 2) if f"{kind}_start{n}" in row]
            return [any(inside) for inside in zip(*periods)] if periods else None

        self.charge = union("charge") or [False] * len(cal.times)
        self.discharge = union("discharge") or []
        if not any(self.discharge):
            self.discharge = [True] * len(cal.times)
        self.charge_c_rate = number(row, "charge_c_rate")
        self.discharge_c_rate = number(row, "discharge_c_rate")
        self.prioritise = boolean(row, "prioritise_battery")
        self.percentage = number(row, "peak_demand_percentage", 0)


class Battery:
    """One battery over one load file: its costs, its state, its series by step."""

    def __init__(self, row, scale, strategy, cal, served_load):
        self.row, self.strategy, self.cal = row, strategy, cal
        factor = scale if has(row["battery_id"], "scale", "scalable") else 1.0
        self.capacity = number(row, "capacity_kWh")
        power = number(row, "max_charge_kW", 0.5 * self.capacity)
        self.capacity *= factor
        power *= factor
        self.efficiency = number(row, "efficiency_cycle", 0.95)
        self.max_dod = number(row, "maxDOD", 0.8)
        self.max_soc = number(row, "maxSOC", 1.0)
        self.max_cycles = number(row, "max_cycles", 2000)

        def limit(c_rate):
            return power if c_rate is None else min(power, c_rate * self.capacity)

        self.charge_max = limit(strategy.charge_c_rate) * cal.interval_h
        self.discharge_max = limit(strategy.discharge_c_rate) * cal.interval_h
        peak = max(load if inside else 0.0
                   for load, inside in zip(served_load, strategy.discharge))
        self.threshold = peak * strategy.percentage / 100
        self.usable = self.max_soc - 1 + self.max_dod
        self.level = 0.5 * self.capacity
        self.cycles = 0.0
        self.losses = 0.0
        self.step_log = 0.0
        self.log, self.levels = [], []

    def charge(self, offered):
        a = min(self.capacity * self.max_soc - self.level, self.charge_max * self.efficiency,
                offered * self.efficiency)
        self.level += a
        e = a / self.efficiency
        if a > 0:
            self.cycles += 0.5 * a / (self.capacity * self.usable)
        self.losses += e * (1 - self.efficiency)
        self.step_log = -e
        return offered - e

    def discharge(self, wanted):
        a = 0.0
        floor = self.capacity * (1 - self.max_dod)
        if self.level > floor:
            a = min(wanted, self.level - floor, self.discharge_max)
            self.level -= a
            self.cycles += 0.5 * a / (self.capacity * self.usable)
        self.step_log = a
        return a

    def dispatch(self, step, gen, load):
        may_charge, may_discharge = self.strategy.charge[step], self.strategy.discharge[step]
        self.step_log = 0.0
        if not self.strategy.prioritise:
            x = gen - load
            if x > 0:
                x = self.charge(x)
            if x < -self.threshold and may_discharge:
                x += self.discharge(-x)
            if x <= 0 and may_charge:
                x -= self.charge_max - self.charge(self.charge_max)
        elif may_discharge:
            x = gen - load
            if x < -self.threshold:
                x += self.discharge(-x)
            elif x > 0:
                x = self.charge(x)
        else:
            if gen > 0:
                gen = self.charge(gen)
            x = gen - load
            if x <= 0 and may_charge:
                x -= self.charge_max - self.charge(self.charge_max)
        self.log.append(self.step_log)
        self.levels.append(self.level)
        return x

    def repayment(self, a_term, a_rate, capex_per_kwh):
        if capex_per_kwh > 0:
            inverter, cost = 0.0, capex_per_kwh * self.capacity
        else:
            cost = number(self.row, "battery_cost", 0)
            inverter = number(self.row, "battery_inv_cost", 0)
            life = number(self.row, "life_bat_inv", a_term)
            if life < a_term:
                inverter *= math.trunc(a_term / life - 0.001)
        in_use = self.max_cycles / self.cycles if self.cycles > 0 else 1000
        lifetime = min(in_use, number(self.row, "battery_life_years", 0) or 1000)
        times = math.trunc(a_term / lifetime - 0.01) + 1 if a_term > lifetime else 1
        return pmt(inverter + cost * times, a_term, a_rate)


# ---- finance ----

def pmt(principal, a_term, a_rate):
    """$ a year."""
    r, n = a_rate / 12, a_term * 12
    return 12 * (principal / n if r == 0 else principal * r / (1 - (1 + r) ** -n))


# ---- a study ----

class Study:
    def __init__(self, base, project, name, region=None):
        self.base, self.name = base, name
        def reference(file):
            return os.path.join(base, "reference", file)
        path = os.path.join(base, "studies", project, "inputs", f"study_{name}.csv")
        self.columns = rows_of(path)[0]
        self.rows = [row for row in table_of(path) if "scenario" in row]
        self.tariff_rows = lookup_of(reference("tariff_lookup.csv"), "tariff_id")
        self.battery_rows = lookup_of(reference("battery_lookup.csv"), "battery_id")
        self.strategy_rows = lookup_of(reference("battery_control_strategies.csv"), "battery_strategy")
        self.en_rows = lookup_of(reference("capex_en_lookup.csv"), "en_capex_id")
        self.pv_rows = lookup_of(reference("capex_pv_lookup.csv"), "pv_cap_id")
        dst_rows = [row for row in table_of(reference("dst_lookup.csv")) if "year" in row]
        region = region or next((row["dst"] for row in self.rows if "dst" in row), "nsw")
        self.loads, self.pvs = {}, {}
        def optional(file):
            return table_of(reference(file)) if os.path.exists(reference(file)) else []
        charge_rows = optional("tariff_calendar.csv")
        self.register_names = {row["register"] for row in charge_rows if "register" in row}
        for row in self.rows:
            self.load_files(row["load_folder"])
        first = next(iter(next(iter(self.loads.values())).values()))
        self.cal = Calendar(first.times, dst_rows, region, optional("holidays.csv"))
        named = {cell for row in self.rows for cell in row.values()}
        self.tariffs = {key: Tariff(row, self.cal, charge_rows)
                        for key, row in self.tariff_rows.items() if key in named}
        self.strategies = {}

    def load_files(self, folder):
        """Profiles by file name, in order."""
        if folder not in self.loads:
            path = os.path.join(self.base, "load_profiles", folder)
            files = sorted((f for f in os.listdir(path) if not f.startswith(".")), key=os.fsencode)
            self.loads[folder] = {file: Profile(os.path.join(path, file)) for file in files}
            for profile in self.loads[folder].values():
                profile.take_registers(self.register_names)
                if "cp" not in profile.names:
                    profile.names.append("cp")
                    profile.series["cp"] = [0.0] * len(profile.times)
        return self.loads[folder]

    def pv_file(self, name):
        if not name.lower().endswith(".csv"):
            name += ".csv"
        if name not in self.pvs:
            self.pvs[name] = Profile(os.path.join(self.base, "pv_profiles", name))
        return self.pvs[name]

    def strategy(self, key):
        if key not in self.strategies:
            self.strategies[key] = Strategy(self.strategy_rows[key], self.cal)
        return self.strategies[key]

    def label(self, row):
        return f"{self.name}_{int(float(row['scenario'])):03d}"


# ---- a scenario over one load file ----

class Result:
    """Values by column name (columns), the household names, and the series that time series need."""


def allocate(study, row, arrangement, load, residents, has_pv):
    """Generation by step of each resident and of `central`."""
    steps = len(study.cal.times)
    gen = {name: [0.0] * steps for name in residents + ["central"]}
    if not has_pv:
        return gen
    pv = study.pv_file(row["pv_filename"])
    scale = number(row, "pv_kW_peak") if boolean(row, "pv_scaleable") else 1.0
    columns = {name: [kwh * scale for kwh in series] for name, series in pv.series.items()}
    households = [name for name in residents if name != "cp"]
    single = next(iter(columns.values())) if len(columns) == 1 else None
    if arrangement[:5] in ("btm_s", "btm_p"):
        total = [sum(values) for values in zip(*columns.values())]
        sharers = residents if arrangement.endswith("_c") else households
        for i in range(steps):
            building = sum(load[name][i] for name in sharers)
            for name in sharers:
                gen[name][i] = ((load[name][i] / building) * total[i] if building
                                else total[i] / len(sharers))
    elif single is None:
        for name, series in columns.items():
            gen[name] = series
    elif arrangement in EMBEDDED:
        gen["central"] = single
    elif arrangement == "cp_only":
        gen["cp"] = single
    elif arrangement == "btm_i_u":
        for name in households:
            gen[name] = [kwh / len(households) for kwh in single]
    elif arrangement == "btm_i_c":
        annual = {name: sum(load[name]) for name in residents}
        cp_part = annual["cp"] / sum(annual.values()) if sum(annual.values()) else 0.0
        gen["cp"] = [kwh * cp_part for kwh in single]
        for name in households:
            gen[name] = [(kwh - kwh * cp_part) / len(households) for kwh in single]
    return gen


EMPTY = "a battery of 0 kWh: none, but that its state of health is 100 %"


def batteries_of(study, row, residents, load, building, arrangement):
    """Individual batteries by resident, and the central one (or None)."""
    def battery(owner, served):
        key, strategy = row.get(f"{owner}_battery_id"), row.get(f"{owner}_battery_strategy")
        if not key or not strategy:
            return None
        scale = number(row, f"{owner}_battery_capacity_kWh", 1.0)
        made = Battery(study.battery_rows[key], scale, study.strategy(strategy), study.cal, served)
        return made if made.capacity > 0 else EMPTY

    if arrangement == "bau":
        return {}, None
    has_all = "all_battery_id" in row and "all_battery_strategy" in row
    individual = {}
    for name in residents:
        owner = "all" if has_all and name != "cp" else name
        made = battery(owner, load[name])
        if made and made is not EMPTY:
            individual[name] = made
    return individual, battery("central", building)


def en_costs(study, row, arrangement, n_residents):
    """opex and yearly repayment."""
    if "en_capex_id" not in row or not (arrangement in EMBEDDED or arrangement[:5] in ("btm_s", "btm_p")):
        return 0.0, 0.0
    capex = study.en_rows[row["en_capex_id"]]
    k = n_residents if arrangement in ("btm_s_c", "btm_p_c") else n_residents - 1
    a_term, a_rate = number(row, "a_term"), number(row, "a_rate")
    return (number(capex, "site_opex", 0) + number(capex, "unit_opex", 0) * k,
            pmt(number(capex, "site_capex", 0) + number(capex, "unit_capex", 0) * k, a_term, a_rate))


def pv_costs(study, row, has_pv):
    """Yearly repayment by owner: `total`, `central`, with price points also those listed."""
    if not has_pv or "pv_cap_id" not in row:
        return {"total": 0.0, "central": 0.0}, False
    capex = study.pv_rows[row["pv_cap_id"]]
    a_term, a_rate = number(row, "a_term"), number(row, "a_rate")
    life = number(capex, "inverter_life", 0)
    again = math.trunc(a_term / life - 0.01) if life else 0
    by_points = has(row["pv_cap_id"], "pricepoint", "price_point")
    costs = {}
    if by_points:
        def price(kind, kwp):
            for name, cell in capex.items():
                parts = name.split("_")
                if parts[0] == kind and len(parts) == 3 and float(parts[1]) < kwp <= float(parts[2]):
                    return float(cell)
            return 0.0
        for column, cell in row.items():
            if column.lower().endswith("_kwp"):
                kwp = float(cell)
                costs[column[:-4]] = (price("sys", kwp) * kwp * 1000 +
                                      again * price("inv", kwp) * kwp * 1000)
        costs["total"] = sum(costs.values())
        costs.setdefault("central", 0.0)
    else:
        total = number(capex, "pv_capex", 0) + again * number(capex, "inverter_cost", 0)
        if boolean(row, "pv_capex_scaleable", boolean(row, "pv_scaleable")):
            total *= number(row, "pv_kW_peak")
        costs = {"total": total, "central": total}
    return ({owner: pmt(cost, a_term, a_rate) if cost > 0 else 0.0 for owner, cost in costs.items()},
            by_points)


def percent(part, whole):
    if whole:
        return 100 * part / whole
    return math.copysign(math.inf, part) if part else math.nan


def run(study, row, profile):
    arrangement, cal = row["arrangement"], study.cal
    embedded, steps = arrangement in EMBEDDED, len(cal.times)
    residents = profile.names
    households = [name for name in residents if name != "cp"]
    load = profile.series
    registers = profile.registers
    apart = {name: [sum(values) for values in zip(*series.values())] for name, series in registers.items()}
    building = [sum(values) for values in zip(*(load[name] for name in residents), *apart.values())]
    has_pv = "pv_filename" in row and arrangement not in ("bau", "bau_bat", "en")
    gen = allocate(study, row, arrangement, load, residents, has_pv)
    individual, central = batteries_of(study, row, residents, load, building, arrangement)
    empty_central = central is EMPTY
    if empty_central:
        central = None

    # Energy, step by step.
    imports = {name: [] for name in residents}
    exports = {name: [] for name in residents}
    local = {name: [] for name in residents}
    net_import, net_export = [], []
    for i in range(steps):
        sum_import = sum_export = 0.0
        for name in residents:
            g, l = gen[name][i], load[name][i]
            net = individual[name].dispatch(i, g, l) if name in individual else g - l
            imports[name].append(max(-net, 0.0))
            exports[name].append(max(net, 0.0))
            local[name].append(min(g, l))
            sum_import += imports[name][i]
            sum_export += exports[name][i]
        sum_import += sum(series[i] for series in apart.values())
        g = gen["central"][i] + sum_export
        net = central.dispatch(i, g, sum_import) if central else g - sum_import
        net_import.append(max(-net, 0.0))
        net_export.append(max(net, 0.0))

    # Yearly costs, $: [pv, en, opex, battery] by payer.
    a_term, a_rate = number(row, "a_term"), number(row, "a_rate")
    per_kwh = number(row, "battery_capex_per_kWh", 0)
    opex, en = en_costs(study, row, arrangement, len(residents))
    pv, by_points = pv_costs(study, row, has_pv)
    own_battery = {name: b.repayment(a_term, a_rate, per_kwh) for name, b in individual.items()}
    central_cost = central.repayment(a_term, a_rate, per_kwh) if central else 0.0
    pays = {name: [0.0, 0.0, 0.0, own_battery.get(name, 0.0)] for name in residents}
    pays["network"] = [0.0] * 4
    pays["retailer"] = [0.0] * 4
    pv_kwh = {name: sum(series) for name, series in gen.items()}
    all_pv = sum(pv_kwh.values())
    listed = pv if by_points else {}
    if embedded:
        pays["network"] = [pv["central"], en, opex, central_cost]
        for name in residents:
            pays[name][0] += listed.get(name, 0.0)
    elif arrangement == "cp_only":
        pays["cp"][0] += listed.get("cp", pv["total"]) if has_pv else 0.0
        pays["cp"][3] += central_cost
    elif arrangement[:5] == "btm_i":
        for name in residents:
            share = pv_kwh[name] / all_pv if all_pv else 0.0
            if pv_kwh[name] > 0:
                pays[name][0] += listed.get(name, 0.0) if by_points else pv["total"] * share
            pays[name][3] += central_cost * share
    elif arrangement[:5] == "btm_s":
        sharers = residents if arrangement == "btm_s_c" else households
        for name in sharers:
            for kind, cost in enumerate((pv["central"], en, opex, central_cost)):
                pays[name][kind] += cost / len(sharers)
    elif arrangement[:5] == "btm_p":
        pays["retailer"] = [pv["central"], en, opex, central_cost]

    # Money, cents.
    def tariff(column):
        return study.tariffs[row[column]]
    bills, totals = {}, {}
    for name in residents:
        column = "cp" if name == "cp" else "all_residents" if "all_residents" in study.columns else name
        bills[name] = Bill(tariff(column), imports[name], exports[name], local[name], registers.get(name))
        totals[name] = bills[name].energy + bills[name].solar + 100 * sum(pays[name])
    network = Bill(tariff("parent"), net_import, net_export, [0.0] * steps)
    network_bill = network.energy
    network_total = network.energy + network.solar + 100 * sum(pays["network"])
    retailer_bill = Bill(tariff("network_tariff"), net_import, net_export, [0.0] * steps).energy
    receipts = sum(bills[name].energy for name in residents)
    retailer_receipt = network_bill if embedded else receipts
    if not embedded:
        receipts = network_bill = network_total = 0.0
    solar_profit = 0.0
    if arrangement.startswith("btm_p"):
        solar_profit = sum(bills[name].solar for name in residents) - 100 * sum(pays["retailer"])
    cost = sum(totals.values()) + network_total - receipts
    all_battery = sum(own_battery.values()) + central_cost
    checksum = (retailer_receipt + solar_profit + 100 * (opex + en + pv["total"] + all_battery) - cost)
    npv = -sum(cost / (12 * (1 + a_rate / 12) ** t) for t in range(1, math.ceil(12 * a_term)))

    # Energy metrics.
    all_load = sum(building)
    export_kwh = sum(net_export) if embedded else sum(sum(exports[name]) for name in residents)
    import_kwh = sum(net_import) if embedded else (sum(sum(imports[name]) for name in residents) +
                                                   sum(sum(series) for series in apart.values()))
    owned = list(individual.values()) + ([central] if central else [])
    if arrangement == "en_pv":
        served = sum(min(building[i], gen["central"][i] + sum(b.log[i] for b in owned))
                     for i in range(steps))
    else:
        served = sum(min(load[name][i],
                         gen[name][i] + (individual[name].log[i] if name in individual else 0.0))
                     for name in residents for i in range(steps))

    columns = {
        "total$_building_costs": cost / 100,
        "checksum_total_payments$": checksum / 100,
        "eno$_receipts_from_residents": receipts / 100,
        "eno$_energy_bill": network_bill / 100,
        "eno$_total_payment": network_total / 100,
        "eno$_npv_building": npv / 100,
        "eno$_demand_charge": network.demand / 100,
        "eno$_bat_capex_repay": pays["network"][3],
        "eno_net$": (receipts - network_total) / 100,
        "retailer_receipt$": retailer_receipt / 100,
        "retailer_bill$": retailer_bill / 100,
        "solar_retailer_profit": solar_profit / 100,
        "total_building_load": all_load,
        "export_kWh": export_kwh,
        "import_kWh": import_kwh,
        "cp_ratio": percent(sum(load["cp"]) + sum(apart.get("cp", [])), all_load),
        "pv_ratio": percent(all_pv, all_load),
        "self-consumption": percent(served, all_pv) if has_pv else 100.0,
        "self-sufficiency": percent(served, all_load) if has_pv else 0.0,
        "self-consumption_OLD": 100 - percent(export_kwh, all_pv) if has_pv else 100.0,
        "self-sufficiency_OLD": 100 - percent(import_kwh, all_load) if has_pv else 0.0,
        "central_battery_capacity_kWh": central.capacity if central else 0.0,
        "total_battery_losses": sum(b.losses for b in owned),
        "central_battery_cycles": central.cycles if central else 0.0,
        "central_battery_SOH": (100 - 100 * central.cycles / central.max_cycles if central
                                else 100.0 if empty_central else 0.0),
    }
    order = ["cp"] + households
    for kind, value in (("bill", lambda name: bills[name].energy), ("solar_bill", lambda name: bills[name].solar),
                        ("total$", lambda name: totals[name])):
        for name in order:
            columns[f"cust_{kind}_{name}"] = value(name) / 100

    result = Result()
    result.columns, result.households = columns, households
    result.en_opex, result.en_repayment, result.pv_repayment = opex, en, pv["total"]
    detailed = {
        "network_load": building,
        "pv_generation": [sum(series[i] for series in gen.values()) for i in range(steps)],
        "grid_import": net_import,
        "grid_export": net_export,
        "sum_of_customer_imports": [sum(imports[name][i] for name in residents) +
                                    sum(series[i] for series in apart.values()) for i in range(steps)],
        "sum_of_customer_exports": [sum(exports[name][i] for name in residents) for i in range(steps)],
    }
    result.brief = {key: detailed[key] for key in ("network_load", "grid_import", "sum_of_customer_imports")}
    if central:
        detailed["battery_SOC"] = [100 * level / central.capacity for level in central.levels]
        detailed["battery_charge_kWh"] = central.levels
    if individual:
        whole = sum(b.capacity for b in individual.values())
        detailed["ind_battery_SOC"] = [100 * sum(b.levels[i] for b in individual.values()) / whole
                                       for i in range(steps)]
    result.detailed = detailed
    return result


# ---- writing ----

def write(path, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        for row in rows:
            out.writerow(["" if isinstance(cell, float) and math.isnan(cell) else cell for cell in row])


def stamp(t):
    return str(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=t))


def mean(values):
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan


def deviation(values):
    values = [v for v in values if not math.isnan(v)]
    if len(values) < 2:
        return math.nan
    return math.sqrt(sum((v - mean(values)) ** 2 for v in values) / (len(values) - 1))


def write_series(path, times, series):
    write(path, [["timestamp"] + list(series)] +
          [[stamp(t)] + list(values) for t, *values in zip(times, *series.values())])


def run_study(base, project, name, out, region=None):
    study = Study(base, project, name, region)
    kinds = ("bill", "solar_bill", "total$")
    results, deviations, customers = [], [], []
    for row in study.rows:
        label, files = study.label(row), study.load_files(row["load_folder"])
        runs = {file: run(study, row, profile) for file, profile in files.items()}
        first = next(iter(runs.values()))
        names = list(first.columns)
        write(f"{out}/scenarios/{label}.csv", [[""] + names] +
              [[file] + [r.columns[n] for n in names] for file, r in runs.items()])
        for kind, folder, pick in (("log_timeseries_detailed", "timeseries_d", lambda r: r.detailed),
                                   ("log_timeseries_brief", "timeseries_b", lambda r: r.brief)):
            if kind in row.get("output_types", ""):
                for file, r in runs.items():
                    write_series(f"{out}/{folder}/{label}_{row['arrangement']}_{file}",
                                 study.cal.times, pick(r))
        counted = [h for h in first.households if "cp" not in h]
        per_household = {f"cust_{kind}_{h}" for kind in kinds for h in counted}
        common = [n for n in names if n not in per_household]
        values = {n: [r.columns[n] for r in runs.values()] for n in names}
        identity = int(float(row["scenario"]))
        head = {"scenario": identity, "scenario_label": label, "arrangement": row["arrangement"],
                "number_of_households": len(first.households), "load_folder": row["load_folder"],
                "en_opex": first.en_opex, "en_capex_repayment": first.en_repayment,
                "pv_capex_repayment": first.pv_repayment}
        for kind, short in zip(kinds, ("bill$", "solar_bill$", "total$")):
            head[f"average_hh_{short}"] = mean([mean(values[f"cust_{kind}_{h}"]) for h in counted])
        results.append((head, {n: mean(values[n]) for n in common}))
        spread = {"scenario": identity}
        for kind, short in zip(kinds, ("bill$", "solar_bill$", "total$")):
            spread[f"std_hh_{short}"] = deviation([v for h in counted for v in values[f"cust_{kind}_{h}"]])
        deviations.append((spread, {n: deviation(values[n]) for n in common}))
        customer = {"scenario": identity}
        for kind in kinds:
            for h in counted:
                customer[f"cust_{kind}_{h}_mean"] = mean(values[f"cust_{kind}_{h}"])
                customer[f"cust_{kind}_{h}_std"] = deviation(values[f"cust_{kind}_{h}"])
        customers.append(customer)
    several = len(study.load_files(study.rows[-1]["load_folder"])) > 1

    def table(file, rows, suffix):
        columns = list(dict.fromkeys(n for _, body in rows for n in body))
        write(f"{out}/{name}_{file}.csv", [list(rows[0][0]) + [n + suffix for n in columns]] +
              [list(head.values()) + [body.get(n, "") for n in columns] for head, body in rows])
    table("results", results, "_mean" if several else "")
    if several:
        table("results_std_dev", deviations, "_std")
    if len({row["load_folder"] for row in study.rows}) == 1:
        write(f"{out}/{name}_customer_results.csv",
              [list(customers[0])] + [list(c.values()) for c in customers])
    for kind, pick in (("import", lambda t: t.import_rate), ("solar_import", lambda t: t.solar_rate),
                       ("export", lambda t: t.export_rate)):
        write_series(f"{out}/saved_tariffs/static_{kind}_tariffs.csv", study.cal.times,
                     {key: pick(t) for key, t in study.tariffs.items()})


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    run_study(*sys.argv[1:])
