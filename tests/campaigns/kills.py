#!/usr/bin/env python3
"""Each command is sent INT, TERM, HUP, KILL, or STOP and CONT, at random moments.

  kills.py PVTUNE [--each N] [--some N] [--seed N] [--only COMMAND]

N moments for each signal and command (1); for each command all signals, or some of them. Afterwards what was made is whole or not there, the store
has no torn row but the last, nothing runs any more, and the same command works as if nothing was.
"""

import argparse
import random
import signal
import subprocess
import sys
import time

from lab import HANGS_S, Lab

SIGNALS = [("INT", [signal.SIGINT]), ("TERM", [signal.SIGTERM]), ("HUP", [signal.SIGHUP]),
           ("KILL", [signal.SIGKILL]), ("STOP CONT", [signal.SIGSTOP, signal.SIGCONT])]

hits = 0  # signals to what still ran


def one(lab, draw, command, kind, signals, span_s):
    name, words, makes, same = command
    wait_s = draw.uniform(0, span_s)
    case = f"{name}, {kind} after {1000 * wait_s:.0f} ms"
    with lab.place(name) as place:
        global hits
        process = subprocess.Popen(lab.words(place, words), cwd=place.work, env=place.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(wait_s)
        hits += process.poll() is None
        for each in signals:
            process.send_signal(each)
            if each == signal.SIGSTOP:
                time.sleep(0.02)
        try:
            stdout, stderr = process.communicate(timeout=HANGS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            lab.fault(f"{case}: hangs")
            return
        code, number = process.returncode, int(signals[0])
        ended = kind != "STOP CONT" and code in (-number, 128 + number)
        lab.check(case, place, name, makes, same, code, stdout, stderr, killed=ended)
        for _ in range(100 * HANGS_S):
            left = lab.processes()
            if not left:
                break
            time.sleep(0.01)
        else:
            lab.fault(f"{case}: still running: {left}")
        if name in ("tune", "sweep", "compare", "gate", "record"):
            return  # their second run would take as long again, and resumes by design
        again = lab.run(place, words)
        if name == "new-study" or name == "generate":
            if again.returncode not in (0, 2):
                lab.fault(f"{case}: then exit {again.returncode}: {again.stderr[-200:]!r}")
        elif again.returncode not in (0, lab.usual(name).code):
            lab.fault(f"{case}: then exit {again.returncode}: {again.stderr[-200:]!r}")
        else:
            lab.check(case + ", then again", place, name, makes, same, again.returncode, again.stdout, again.stderr)
            lab.cases -= 1


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--each", type=int, default=1)
    options.add_argument("--some", type=int, default=len(SIGNALS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only")
    given = options.parse_args()
    lab, draw = Lab(given.pvtune), random.Random(given.seed)
    for command in lab.commands():
        if given.only and given.only != command[0]:
            continue
        span_s = 1.1 * lab.usual(command[0]).lasted_s
        for kind, signals in draw.sample(SIGNALS, given.some):
            for _ in range(given.each):
                one(lab, draw, command, kind, signals, span_s)
    print(f"{hits} of the signals came before the end")
    return lab.done("kills")


sys.exit(main())
