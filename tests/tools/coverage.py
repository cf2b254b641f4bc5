#!/usr/bin/env python3
"""Which lines run in a build with --coverage (./dev coverage, ./dev mutate).

  coverage.py BUILD                  lines per room and in all; exit 1 below 92 % in core or harness
  coverage.py BUILD --below PERCENT  and the files below that, with their lines that never ran
  coverage.py BUILD --map FILE       runs each quick test alone; writes {file: {line: [tests]}} and
                                     how long each test takes; of the rooms that mutate.py changes
  coverage.py BUILD --map FILE TEST  the same of these tests alone, in a map that is there
"""

import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
LEAST = 92.0
CASES = ["best", "clean", "compare", "gate", "history", "merge", "messages", "record", "run", "search", "tune", "validate"]
SLOW_S = 20  # a test that takes longer is not asked about mutants
MUTATED = r"/(pvs_model|pvs_engine|hx_decide|hx_measure|hx_compare)\w*\.dir/"


def lines_of(folder, notes_build, rooms=""):
    """{file: {line: count}} of the .gcda files below folder (of libraries that match `rooms`); their
    .gcno lie in notes_build."""
    data = [f for f in glob.glob(folder + "/**/*.gcda", recursive=True) if re.search(rooms, f)]
    counts = defaultdict(lambda: defaultdict(int))
    for first in range(0, len(data), 200):
        part = data[first : first + 200]
        if folder != notes_build:  # gcov looks for notes beside the data
            for path in part:
                note = path[: -len("gcda")] + "gcno"
                if not os.path.exists(note):
                    os.symlink(os.path.join(notes_build, os.path.relpath(note, folder)), note)
        out = subprocess.run(["gcov", "--json-format", "--stdout", *part], cwd=notes_build,
                             capture_output=True, check=False).stdout
        for line in out.splitlines():
            if not line.startswith(b"{"):
                continue
            for file in json.loads(line)["files"]:
                name = os.path.normpath(file["file"])  # the build writes paths relative to the sources
                if os.path.isabs(name):
                    name = os.path.relpath(name, ROOT)
                if not name.startswith(("core/", "harness/")):
                    continue
                for one in file["lines"]:
                    counts[name][one["line_number"]] += one["count"]
    return counts


def room_of(name):
    parts = name.split("/")
    return "/".join(parts[:3] if parts[0] == "core" else parts[:2])


def show(counts, below):
    rooms = defaultdict(lambda: [0, 0])
    for name, lines in counts.items():
        for key in (room_of(name), name.split("/")[0] + " in all"):
            rooms[key][0] += sum(1 for c in lines.values() if c)
            rooms[key][1] += len(lines)
    print(f"{'room':22} {'lines':>7} {'ran':>7} {'%':>6}")
    low = False
    for key in sorted(rooms):
        ran, lines = rooms[key]
        percent = 100 * ran / lines
        low |= key.endswith("in all") and percent < LEAST
        print(f"{key:22} {lines:7} {ran:7} {percent:6.1f}")
    for name in sorted(counts) if below else []:
        lines = counts[name]
        percent = 100 * sum(1 for c in lines.values() if c) / len(lines)
        if percent < below:
            print(f"{name}: {percent:.0f} %: {ranges([n for n, c in lines.items() if not c])}")
    return 1 if low or not rooms else 0


def ranges(numbers):
    out, numbers = [], sorted(numbers)
    while numbers:
        n = 1
        while n < len(numbers) and numbers[n] == numbers[0] + n:
            n += 1
        out.append(str(numbers[0]) if n == 1 else f"{numbers[0]}-{numbers[n - 1]}")
        numbers = numbers[n:]
    return ",".join(out)


def quick_tests(build):
    """(name, command) of each unit and replay test, and of command-line cases."""
    for path in sorted(glob.glob(build + "/tests/test_*")):
        if os.access(path, os.X_OK) and os.path.isfile(path) and not path.endswith("_long"):
            yield os.path.basename(path), [path]
    cases = os.path.join(ROOT, "tests/cli/cases")
    for path in sorted(glob.glob(cases + "/*/*.sh")):
        name = os.path.relpath(path, cases)[: -len(".sh")]
        if name.split("/")[0] in CASES:
            yield name, ["bash", ROOT + "/tests/cli/run.sh", build + "/pvtune", name]


def run_alone(build, name, command):
    """(name, exit status, seconds, lines) of a test whose counts go into a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"GCOV_PREFIX": folder}
        began = time.monotonic()
        status = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                env=environment).returncode
        taken = time.monotonic() - began
        return name, status, taken, lines_of(folder + build, build, MUTATED)


def make_map(build, path, only):
    seconds, lines = {}, defaultdict(lambda: defaultdict(list))
    if only:
        with open(path) as old:
            known = json.load(old)
        seconds = {t: s for t, s in known["seconds"].items() if t not in only}
        for file, numbers in known["lines"].items():
            for number, tests in numbers.items():
                lines[file][int(number)] = [t for t in tests if t not in only]
    chosen = [(name, command) for name, command in quick_tests(build) if not only or name in only]
    with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:  # many tests sleep
        for name, status, taken, counts in pool.map(lambda one: run_alone(build, *one), chosen):
            if status or taken > SLOW_S:
                print(f"{name}: {f'exit {status}' if status else f'{taken:.0f} s'}; left out", file=sys.stderr)
                continue
            seconds[name] = round(taken, 2)
            for file, numbers in counts.items():
                for line, count in numbers.items():
                    if count:
                        lines[file][line].append(name)
    with open(path, "w") as out:
        json.dump({"seconds": seconds, "lines": lines}, out)
    return 0


def main():
    options = argparse.ArgumentParser()
    options.add_argument("build")
    options.add_argument("--map")
    options.add_argument("--below", type=float, default=0)
    options.add_argument("tests", nargs="*")
    given = options.parse_intermixed_args()
    build = os.path.realpath(given.build)
    if not shutil.which("gcov"):
        print("coverage.py: gcov is missing", file=sys.stderr)
        return 2
    if given.map:
        return make_map(build, given.map, given.tests)
    return show(lines_of(build, build), given.below)


sys.exit(main())
