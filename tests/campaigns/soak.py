#!/usr/bin/env python3
"""tune, compare and record in turn beside a busy neighbour, into one store.

  soak.py PVTUNE [--minutes N]

After each: nothing runs any more, nothing is left in TMPDIR, the store has no torn row and is not
shorter than before, and the peak memory of the command has not grown by half over that of its first
time, but for a number that is kept of each pair of runs in the store. Every five minutes it says
how far it is; TERM ends it early, with its result so far.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import time

from lab import Lab

PR_SET_CHILD_SUBREAPER = 36
MEMORY_OF_STORED_BYTE = 0.1  # a number of each pair of runs: measured as 0.01


def run(words, place):
    """Exit code, what it said, and peak memory in KiB. A child of ours would begin with the peak of
    Python itself; one of a shell that has ended is handed to us with its own."""
    shell = subprocess.Popen(["sh", "-c", '"$@" >/dev/null & echo $!', "sh", *words], cwd=place.work, env=place.environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    pid = int(shell.stdout.readline())
    stderr = shell.stderr.read()
    shell.wait()
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), stderr, usage.ru_maxrss


def size(folder):
    """Of all files of a store, in bytes."""
    return sum(os.path.getsize(os.path.join(where, file)) for where, _, files in os.walk(folder) for file in files)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--minutes", type=float, default=0.2)
    given = options.parse_args()
    lab = Lab(given.pvtune)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    commands = [c for c in lab.commands() if c[0] in ("tune", "compare", "record")]
    neighbour = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    began, said, first, last, ended = time.monotonic(), 0, {}, {}, []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))

    def minutes():
        return (time.monotonic() - began) / 60

    def say(stored):
        peaks = ", ".join(f"{name} {first[name]} to {last[name]} KiB" for name in first)
        print(f"{minutes():.0f} minutes, {lab.cases} cases, {stored} bytes stored; peaks: {peaks}", flush=True)

    try:
        with lab.place("record") as place:
            at_first = stored = size(place.store)
            while minutes() < given.minutes and not ended:
                for name, words, makes, same in commands:
                    code, stderr, peak = run(lab.words(place, words), place)
                    lab.check(f"{name}, case {lab.cases}", place, name, makes, same, code, b"x", stderr)
                    if code == 1:
                        lab.fault(f"{name}, case {lab.cases}: exit 1: {stderr[-200:]!r}")
                    last[name] = peak
                    more = int(MEMORY_OF_STORED_BYTE * (stored - at_first)) // 1024
                    if peak > 1.5 * first.setdefault(name, peak) + more:
                        lab.fault(f"{name}, case {lab.cases}: {peak} KiB, at first {first[name]}, {more} more for the store")
                    if lab.processes():
                        lab.fault(f"{name}, case {lab.cases}: still running: {lab.processes()}")
                    before, stored = stored, size(place.store)
                    if stored < before:
                        lab.fault(f"{name}, case {lab.cases}: a store of {stored} bytes, before {before}")
                if minutes() >= said + 5:
                    said = minutes()
                    say(stored)
            say(stored)
    finally:
        neighbour.kill()
        neighbour.wait()
    return lab.done("soak")


sys.exit(main())
