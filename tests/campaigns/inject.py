#!/usr/bin/env python3
"""Each command with the N-th call of a kind failing, once or for good (inject.c).

  inject.py PVTUNE INJECT_SO [--each N] [--some N] [--seed N] [--only COMMAND,...] [--kinds KIND,...]

N positions of each kind and command (2), drawn from the seed; 0: all of them, one by one. For each
command all kinds, or some of them, drawn too.
"""

import argparse
import os
import random
import struct
import subprocess
import sys

from lab import Lab

KINDS = ["malloc", "open", "read", "write", "close", "fsync", "rename", "fork", "thread", "spawn", "mmap", "lock"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("library")
    options.add_argument("--each", type=int, default=2)
    options.add_argument("--some", type=int, default=len(KINDS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", type=lambda text: text.split(","))
    options.add_argument("--kinds", type=lambda text: text.split(","), default=KINDS)
    given = options.parse_args()
    lab, draw = Lab(given.pvtune), random.Random(given.seed)
    library, counter = os.path.realpath(given.library), lab.top + "/count"

    def run(place, words, what):
        with open(counter, "wb") as f:
            f.write(bytes(8 * len(KINDS)))
        return lab.run(place, words, {"LD_PRELOAD": library, "INJECT": what, "INJECT_COUNT": counter})

    for name, words, makes, same in lab.commands():
        if given.only and name not in given.only:
            continue
        with lab.place(name) as place:
            run(place, words, "all:0")
        with open(counter, "rb") as f:
            counts = dict(zip(KINDS, struct.unpack(f"{len(KINDS)}Q", f.read())))
        for kind in draw.sample(given.kinds, min(given.some, len(given.kinds))):
            if kind in ("open", "read") and name in ("topo", "doctor"):
                continue  # they show what of the machine can be read, whatever that is
            calls = counts[kind]
            positions = list(range(1, calls + 1))
            if 0 < given.each < calls:
                positions = draw.sample(positions, given.each)
            before = lab.cases
            for n in positions:
                what = f"{kind}:{n}{draw.choice(['', '+'])}"
                with lab.place(name) as place:
                    try:
                        out = run(place, words, what)
                    except subprocess.TimeoutExpired:
                        lab.fault(f"{name}, {what}: hangs")
                        continue
                    lab.check(f"{name}, {what}", place, name, makes, same, out.returncode, out.stdout, out.stderr)
            print(f"{name}, {kind}: {lab.cases - before} of {calls}", flush=True)
    return lab.done("failure injection")


sys.exit(main())
