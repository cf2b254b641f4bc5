#!/usr/bin/env python3
"""tune, compare and record in turn beside a busy neighbour, into one store.

  soak.py PVTUNE [--minutes N]

After each: nothing runs any more, nothing is left in TMPDIR, the store has no torn row, and the peak
memory of the command has not grown by half over that of its first time.
"""

import argparse
import os
import subprocess
import sys
import time

from lab import Lab


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--minutes", type=float, default=0.2)
    given = options.parse_args()
    lab = Lab(given.pvtune)
    commands = [c for c in lab.commands() if c[0] in ("tune", "compare", "record")]
    neighbour = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    end, first = time.monotonic() + 60 * given.minutes, {}
    try:
        with lab.place("record") as place:
            while time.monotonic() < end:
                for name, words, makes, same in commands:
                    process = subprocess.Popen(lab.words(place, words), cwd=place.work, env=place.environment,
                                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                    stderr = process.stderr.read()
                    _, status, usage = os.wait4(process.pid, 0)
                    process.returncode = code = os.waitstatus_to_exitcode(status)
                    lab.check(f"{name}, case {lab.cases}", place, name, makes, same, code, b"x", stderr)
                    if code == 1:
                        lab.fault(f"{name}, case {lab.cases}: exit 1: {stderr[-200:]!r}")
                    peak = usage.ru_maxrss
                    if peak > 1.5 * first.setdefault(name, peak):
                        lab.fault(f"{name}, case {lab.cases}: {peak} KiB, at first {first[name]}")
                    if lab.processes():
                        lab.fault(f"{name}, case {lab.cases}: still running: {lab.processes()}")
    finally:
        neighbour.kill()
        neighbour.wait()
    return lab.done("soak")


sys.exit(main())
