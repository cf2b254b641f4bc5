#!/usr/bin/env python3
"""Each command with little memory, few descriptors, short files, or a disk that is nearly full.

  limits.py PVTUNE [--each N] [--some N] [--seed N] [--only COMMAND]

N values of each limit and command (1); for each command all limits, or some of them, drawn from the seed.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys

from lab import HANGS_S, Lab

LIMITS = {  # what and between which bounds
    "RLIMIT_AS": (20 << 20, 400 << 20),
    "RLIMIT_NOFILE": (3, 24),
    "RLIMIT_FSIZE": (0, 200_000),
    "RLIMIT_STACK": (256 << 10, 1 << 20),  # compare and record need 240 kB
}

KINDS = [*LIMITS, "disk"]


def can_mount():
    return subprocess.run(["unshare", "--mount", "--map-root-user", "true"], capture_output=True, check=False).returncode == 0


def on_small_disk(lab, place, words, size):
    """In a mount namespace of its own, its folders on a tmpfs of that size; what is left is copied back."""
    command = ["unshare", "--mount", "--map-root-user", "bash", "-c",
               'mkdir disk && mount -t tmpfs -o "size=$1" none disk && cp -r ../work-/. ../store disk/ 2>/dev/null; cd disk || exit 1; '
               'top=$PWD; shift; "$@" --results "$top/store"; code=$?; cd ..; find disk -name "*.tmp" >left; '
               'rm -rf ../store; cp -r disk/store .. 2>/dev/null; cp -r disk ../result; umount disk; exit $code',
               "bash", str(size), *lab.words(place, words)[:-2]]
    shutil.move(place.work, place.top + "/work-")
    os.mkdir(place.work)
    out = subprocess.run(command, cwd=place.work, env=place.environment, stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=HANGS_S, check=False)
    left = open(place.work + "/left").read() if os.path.exists(place.work + "/left") else ""
    place.work = place.top + "/result"
    return out, left


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("--each", type=int, default=1)
    options.add_argument("--some", type=int, default=len(KINDS))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only")
    given = options.parse_args()
    lab, draw, mounts = Lab(given.pvtune), random.Random(given.seed), can_mount()
    for name, words, makes, same in lab.commands():
        if given.only and given.only != name:
            continue
        kinds = draw.sample(KINDS, given.some)
        for limit in filter(LIMITS.get, kinds):
            least, most = LIMITS[limit]
            for _ in range(given.each):
                value = draw.randint(least, most)
                case = f"{name}, {limit} {value}"
                with lab.place(name) as place:
                    def set_limit():
                        resource.setrlimit(getattr(resource, limit), (value, value))
                    try:
                        out = lab.run(place, words, preexec_fn=set_limit)
                    except subprocess.TimeoutExpired:
                        lab.fault(f"{case}: hangs")
                        continue
                    except OSError:
                        continue  # the loader of Python's child itself
                    if b"error while loading shared libraries" in out.stderr or (
                            limit == "RLIMIT_AS" and out.returncode == -11 and not out.stderr):
                        lab.cases += 1  # before main: the loader's word, or none
                        continue
                    lab.check(case, place, name, makes, same, out.returncode, out.stdout, out.stderr)
        for _ in range(given.each if "disk" in kinds and mounts and makes else 0):
            size = 4096 * draw.randint(2, 60)
            with lab.place(name) as place:
                out, left = on_small_disk(lab, place, words, size)
                case = f"{name}, a disk of {size}"
                if os.path.isdir(place.work):
                    lab.check(case, place, name, makes, same, out.returncode, out.stdout, out.stderr)
                    if left:
                        lab.fault(f"{case}: left behind: {left}")
    return lab.done("limits")


sys.exit(main())
