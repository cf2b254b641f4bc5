#!/usr/bin/env python3
"""Many at once in one place: runs into one output folder, sweeps into one store.

  together.py PVTUNE [--runs N] [--sweeps N] [--threads N]

Each run ends well or says that another one has the place; what is there in the end is whole. Each
sweep's rows are in the store, none torn. And one run with N threads, whatever the number of CPUs.
"""

import argparse
import csv
import glob
import subprocess
import sys

from lab import HANGS_S, STUDY, TRUE, Lab, digest


def start(lab, place, words):
    return subprocess.Popen(lab.words(place, words), cwd=place.work, env=place.environment,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def runs(lab, n):
    with lab.place("run serial") as place:
        started = [start(lab, place, STUDY + ["-x", ("serial", "threads", "processes")[i % 3]]) for i in range(n)]
        for i, process in enumerate(started):
            _, stderr = process.communicate(timeout=HANGS_S)
            lab.cases += 1
            if process.returncode not in (0, 1, 2) or (process.returncode and not stderr.strip()):
                lab.fault(f"run {i} of {n}: exit {process.returncode}: {stderr[-200:]!r}")
        if digest(place.path("out/mixed")) != lab.usual("run serial").made:
            lab.fault(f"{n} runs into one folder: the result is not whole")


def sweeps(lab, n):
    with lab.place("sweep") as place:
        def rows():
            found = []
            for path in glob.glob(place.store + "/*/runs.csv"):
                with open(path, newline="") as f:
                    found += list(csv.reader(f))
            return found
        before = len(rows())
        words = ["sweep", *TRUE, "-x", "serial", "--rounds", "3", "--exhaustive", "--pins", "none", "--fresh", "--csv"]
        started = [start(lab, place, words) for _ in range(n)]
        for i, process in enumerate(started):
            _, stderr = process.communicate(timeout=HANGS_S)
            lab.cases += 1
            if process.returncode:
                lab.fault(f"sweep {i} of {n}: exit {process.returncode}: {stderr[-200:]!r}")
        after = rows()
        if len(after) - before < 3 * n:
            lab.fault(f"{n} sweeps into one store: {len(after) - before} rows, expected at least {3 * n}")
        if any(len(row) != len(after[0]) for row in after):
            lab.fault(f"{n} sweeps into one store: torn rows")


def threads(lab, n):
    with lab.place("run threads") as place:
        out = lab.run(place, STUDY + ["-x", "threads", "-w", str(n)], timeout=HANGS_S)
        lab.cases += 1
        if out.returncode or digest(place.path("out/mixed")) != lab.usual("run serial").made:
            lab.fault(f"{n} threads: exit {out.returncode}: {out.stderr[-200:]!r}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--runs", type=int, default=12)
    options.add_argument("--sweeps", type=int, default=4)
    options.add_argument("--threads", type=int, default=256)
    given = options.parse_args()
    lab = Lab(given.pvtune)
    runs(lab, given.runs)
    sweeps(lab, given.sweeps)
    threads(lab, given.threads)
    return lab.done("at the same time")


sys.exit(main())
