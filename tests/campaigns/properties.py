#!/usr/bin/env python3
"""What must hold of any study, whatever is in it: on random ones (pvtune generate).

  properties.py PVTUNE [--studies N] [--seed N]

  energy    generation + import = load + export + losses, but for what is left in a central battery
  money     what is paid in the building is what it costs
  prices    all rates doubled: energy bills doubled
  order     scenarios in another order: each has the same results, to the last bit
  customers columns of the load file in another order: each customer has the same results
  periods   a period of a tariff split in two: the same bills
  battery   a central battery of 0 kWh: the energy of none
  intervals each interval halved, with half the energy each: the same energy, and the same bills
"""

import argparse
import csv
import glob
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta

RATES = (["daily_fixed_rate", "flat_rate", "fit_flat_rate", "metering_sc_non_cap", "demand_tariff"] + [f"rate_{i}" for i in range(1, 9)] +
         [f"block_rate_{i}" for i in range(1, 4)])
BILLS = ("cust_bill_", "eno$_energy_bill", "eno$_demand_charge", "retailer_bill$")
ENERGY = ("total_building_load", "export_kWh", "import_kWh", "cp_ratio", "pv_ratio")


def read(path):
    with open(path, newline="") as f:
        rows = list(csv.reader(f))
    return rows[0], rows[1:]


def write(path, header, rows):
    with open(path, "w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([header] + rows)


class Studies:
    def __init__(self, pvtune):
        self.pvtune, self.top = os.path.realpath(pvtune), tempfile.mkdtemp(prefix="pvtune-campaign-")
        self.base, self.variant = self.top + "/base", self.top + "/variant"
        self.cases, self.faults = 0, []

    def results(self, base, study):
        """{scenario: {column: value}} of its only load file."""
        out = self.top + "/out"
        shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run([self.pvtune, "run", "-b", base, "-p", "synthetic", "-s", study, "-o", out, "-q",
                               "-x", "serial"], capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{study}: exit {done.returncode}: {done.stderr.decode()[-300:]}")
        found = {}
        for path in glob.glob(f"{out}/{study}/scenarios/*.csv"):
            header, rows = read(path)
            found[int(path[-7:-4])] = {h: float(v) if v else math.nan for h, v in zip(header[1:], rows[0][1:])}
        header, rows = read(f"{out}/{study}/{study}_results.csv")
        for row in rows:
            found[int(row[0])]["arrangement"] = row[header.index("arrangement")]
        return found

    def expect(self, good, text):
        self.cases += 1
        if not good:
            self.faults.append(text)
            print("FAULT: " + text, flush=True)

    def same(self, what, a, b, columns=None, factor=1.0, exact=False):
        for scenario, row in a.items():
            worst = None
            for column, value in row.items():
                if column == "arrangement" or (columns and not column.startswith(columns)):
                    continue
                other = b[scenario].get(column, math.nan)
                if math.isnan(value) and math.isnan(other):
                    continue
                if not (value * factor == other if exact else
                        abs(value * factor - other) <= 1e-9 * max(abs(value * factor), abs(other)) + 1e-7):
                    worst = f"{column}: {value!r} times {factor} against {other!r}"
            self.expect(worst is None, f"{what}, scenario {scenario} ({row['arrangement']}): {worst}")

    def varied(self, change):
        shutil.rmtree(self.variant, ignore_errors=True)
        shutil.copytree(self.base, self.variant)
        change(self.variant)
        return self.variant


def double_rates(base):
    path = base + "/reference/tariff_lookup.csv"
    header, rows = read(path)
    for row in rows:
        for i, name in enumerate(header):
            if name in RATES and row[i]:
                row[i] = repr(2 * float(row[i]))
    write(path, header, rows)


def split_periods(draw):
    def change(base):
        path = base + "/reference/tariff_lookup.csv"
        header, rows = read(path)
        at = {n: [header.index(f"{n}_{i}") for i in range(1, 9)] for n in ("name", "rate", "start", "end", "week")}
        minutes = lambda text: int(text.split(":")[0]) * 60 + int(text.split(":")[1])
        for row in rows:
            used = [k for k in range(8) if row[at["start"][k]]]
            wide = [k for k in used if minutes(row[at["end"][k]]) - minutes(row[at["start"][k]]) >= 120]
            if not wide or len(used) == 8 or "Block" in row[header.index("tariff_type")]:
                continue
            k, new = draw.choice(wide), max(used) + 1
            if new > 7:
                continue
            middle = minutes(row[at["start"][k]]) // 60 + 1
            for part in at:
                row[at[part][new]] = row[at[part][k]]
            row[at["name"][new]] += "_b"
            row[at["end"][k]] = row[at["start"][new]] = f"{middle}:00"
        write(path, header, rows)
    return change


def change_rows(draw, study):
    def change(base):
        path = f"{base}/studies/synthetic/inputs/study_{study}.csv"
        header, rows = read(path)
        draw.shuffle(rows)
        write(path, header, rows)
    return change


def permute_customers(draw):
    def change(base):
        for path in glob.glob(base + "/load_profiles/*/*.csv"):
            header, rows = read(path)
            order = list(range(1, len(header)))
            draw.shuffle(order)
            write(path, *[(lambda r: [r[0]] + [r[i] for i in order])(header),
                          [[r[0]] + [r[i] for i in order] for r in rows]])
    return change


def central_battery(study, capacity):
    """Capacity 0, or None: no central battery at all. No other batteries, and none are paid for."""
    def change(base):
        path = f"{base}/studies/synthetic/inputs/study_{study}.csv"
        header, rows = read(path)
        for row in rows:
            for i, name in enumerate(header):
                if "battery" not in name or not row[i]:
                    continue
                if name == "central_battery_capacity_kWh" and capacity is not None:
                    row[i] = str(capacity)
                elif not name.startswith("central_battery") or capacity is None:
                    row[i] = ""
            if capacity is not None and "central_battery_id" in header:
                at = header.index("central_battery_id")
                scale, strategy = (header.index("central_battery_" + n) for n in ("capacity_kWh", "strategy"))
                if row[at] and not row[scale]:
                    row[at] = row[scale] = row[strategy] = ""
        write(path, header, rows)
    return change


def with_other_batteries(base, study):
    """Scenarios with batteries beside the central one, whose charge is in no result."""
    header, rows = read(f"{base}/studies/synthetic/inputs/study_{study}.csv")
    ids = [i for i, name in enumerate(header) if name.endswith("_battery_id") and not name.startswith("central_")]
    return {int(row[0]) for row in rows if any(row[i] for i in ids)}


def halve(base):
    for path in glob.glob(base + "/load_profiles/*/*.csv") + glob.glob(base + "/pv_profiles/*.csv"):
        header, rows = read(path)
        form = "%d/%m/%Y %H:%M"
        at = header.index("timestamp")
        half = (datetime.strptime(rows[1][at], form) - datetime.strptime(rows[0][at], form)) / 2
        made = []
        for row in rows:
            values = [v if i == at or not v else repr(float(v) / 2) for i, v in enumerate(row)]
            late = list(values)
            late[at] = (datetime.strptime(row[at], form) + half).strftime(form)
            made += [values, late]
        write(path, header, made)


def check_one(studies, draw):
    seed = draw.randint(1, 10**6)
    words = ["--customers", str(draw.randint(1, 8)), "--scenarios", str(draw.randint(4, 16)), "--days",
             str(draw.randint(2, 40)), "--interval", draw.choice(["30", "60"]), "--seed", str(seed)]
    subprocess.run([studies.pvtune, "generate", studies.base, "--force", "-q", *words], check=True,
                   stdout=subprocess.DEVNULL)
    of = " ".join(words)
    for study in ("static", "batteries", "mixed"):
        what = f"{study} of generate {of}: "
        found = studies.results(studies.base, study)
        others = with_other_batteries(studies.base, study)
        for scenario, row in found.items():
            load, generation = row["total_building_load"], row["pv_ratio"] / 100 * row["total_building_load"]
            over = generation + row["import_kWh"] - load - row["export_kWh"] - row.get("total_battery_losses", 0)
            if row["arrangement"].startswith(("en", "bau")) or not math.isnan(row.get("pv_ratio", math.nan)):
                kept = row.get("central_battery_capacity_kWh", 0)
                kept = 1e9 if scenario in others else 0 if math.isnan(kept) else kept
                if not math.isnan(over):
                    studies.expect(abs(over) <= kept + 1e-6 * load, what + f"energy, scenario {scenario}: {over} kWh over")
            paid = sum(v for c, v in row.items() if c.startswith("cust_total$_")) - row["eno_net$"]
            studies.expect(abs(row["checksum_total_payments$"]) < 0.01 and
                           abs(paid - row["total$_building_costs"]) <= 1e-9 * abs(paid) + 0.01,
                           what + f"money, scenario {scenario} ({row['arrangement']}): {paid} paid for {row['total$_building_costs']}")
        try:
            studies.same(what + "prices", found, studies.results(studies.varied(double_rates), study), BILLS, 2.0)
            studies.same(what + "order", found, studies.results(studies.varied(change_rows(draw, study)), study), exact=True)
            permuted = studies.results(studies.varied(permute_customers(draw)), study)
            # Sums are rounded in another order, and a battery's threshold may then be just passed or not.
            studies.same(what + "customers", found, permuted, None if study == "static" else ("total_building_load", "cp_ratio"))
            studies.same(what + "periods", found, studies.results(studies.varied(split_periods(draw)), study))
            none = studies.results(studies.varied(central_battery(study, None)), study)
            studies.same(what + "battery", none, studies.results(studies.varied(central_battery(study, 0)), study), ENERGY)
            if study == "static":
                studies.same(what + "intervals", found, studies.results(studies.varied(halve), study), ENERGY + BILLS[:2])
        except RuntimeError as error:
            studies.expect(False, what + str(error))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--studies", type=int, default=4)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    studies, draw = Studies(given.pvtune), random.Random(given.seed)
    for _ in range(given.studies):
        check_one(studies, draw)
    shutil.rmtree(studies.top, ignore_errors=True)
    print(f"properties: {studies.cases} cases, {len(studies.faults)} faults")
    return 1 if studies.faults or not studies.cases else 0


sys.exit(main())
