#!/usr/bin/env python3
"""Would the unit tests notice if this line were wrong?  ./dev mutate [FILE...]

Changes one thing in one line of a source file (a mutant), compiles that file alone, links it with
each unit test that runs this line, and runs these tests until one fails: then the mutant is killed.
One that all tests pass has survived; it is printed. Mutants that compile to the same code as the
original are no mutants and are not counted.

  mutate.py BUILD MAP [--count N] [--seed N] [--all] [--lines A-B] [FILE...]

BUILD is a release build, MAP what coverage.py --map wrote. Without FILE: all of the model, the
engine and the harness's decide, measure and compare. The sample of N (60) depends on the seed alone.
"""

import argparse
import glob
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
ROOMS = ["core/src/model", "core/src/engine", "harness/decide", "harness/measure", "harness/compare"]

# ---- mutants ---------------------------------------------------------------------------------

SWAPS = [  # operator, what it looks like, what it becomes
    ("relation", r"(?<=[^<>=-])<(?=[^<=])(?= )", "<="), ("relation", r" <= ", " < "),
    ("relation", r"(?<= )>(?= )", ">="), ("relation", r" >= ", " > "),
    ("relation", r" == ", " != "), ("relation", r" != ", " == "),
    ("arithmetic", r"(?<=[\w)\]]) \+ ", " - "), ("arithmetic", r"(?<=[\w)\]]) - ", " + "),
    ("arithmetic", r"(?<=[\w)\]]) \* ", " / "), ("arithmetic", r"(?<=[\w)\]]) / ", " * "),
    ("arithmetic", r" \+= ", " -= "), ("arithmetic", r" -= ", " += "),
    ("logic", r" && ", " || "), ("logic", r" \|\| ", " && "),
    ("extreme", r"\bfmax\(", "fmin("), ("extreme", r"\bfmin\(", "fmax("),
    ("truth", r"\btrue\b", "false"), ("truth", r"\bfalse\b", "true"),
]
NUMBER = re.compile(r"(?<![\w.\"])(\d+\.\d+|\d+)(?![\w.])")
CONDITION = re.compile(r"\b(if|while) \((.+)\)( \{)?$")
RETURN = re.compile(r"\breturn ([^;]+);$")
STATEMENT = re.compile(r"^\s+(?!return\b|else\b|break;|continue;|case\b|goto\b|static\b|const\b|typedef\b)"
                       r"([\w>.*\[\]()&-]+(\([^;]*\))?|[\w>.\[\]()*-]+ [-+*/|&]?= [^;]*|\+\+[^;]*|[^;]*\+\+);$")
DECLARATION = re.compile(r"^\s+(const |struct |enum |unsigned |static )*\w+[ *]+\w+(\[[^]]*\])* = ")


def code_only(text):
    """The text with comments, strings and preprocessor lines blanked, of the same length."""
    blank = lambda m: re.sub(r"[^\n]", "\x00", m.group(0))
    text = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)
    return re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)


def mutants_of(name):
    with open(os.path.join(ROOT, name)) as f:
        text = f.read()
    found = []
    source, code = text.split("\n"), code_only(text).split("\n")
    for number, (line, plain) in enumerate(zip(source, code), 1):
        def add(kind, changed):
            if changed != line:
                found.append((name, number, kind, line, changed))
        for kind, pattern, to in SWAPS:
            for m in re.finditer(pattern, plain):
                add(kind, line[: m.start()] + to + line[m.end():])
        for m in NUMBER.finditer(plain):
            value = m.group(1)
            to = repr(float(value) * 1.5 + 0.25) if "." in value else str(int(value) + 1)
            add("constant", line[: m.start()] + to + line[m.end():])
        m = CONDITION.search(plain)
        if m and m.group(2).count("(") == m.group(2).count(")"):
            add("negate", line[: m.start(2)] + "!(" + line[m.start(2): m.end(2)] + ")" + line[m.end(2):])
        m = RETURN.search(plain)
        if m and m.group(1) not in ("true", "false", "0", "NULL"):
            add("return", line[: m.start(1)] + "0" + line[m.end(1):])
        previous = code[number - 2].rstrip() if number > 1 else ""
        if STATEMENT.match(plain) and not DECLARATION.match(plain) and (
                previous == "" or previous.endswith((";", "{", "}", ")", ":", "else")) or "\x00" in previous):
            add("drop", re.match(r"\s*", line).group(0) + ";")
    return found


# ---- building --------------------------------------------------------------------------------


class Build:
    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        with open(self.folder + "/compile_commands.json") as f:
            self.commands = {os.path.relpath(c["file"], ROOT): c for c in json.load(f)
                             if "pvs_shared" not in c["command"]}
        self.links, self.users = {}, defaultdict(set)
        deps = subprocess.run(["ninja", "-C", self.folder, "-t", "deps"], capture_output=True,
                              text=True, check=True).stdout
        source = None
        for line in deps.split("\n"):
            if not line.startswith(" "):
                source = None
                continue
            path = os.path.relpath(os.path.join(self.folder, line.strip()), ROOT)
            source = source or path
            self.users[path].add(source)

    def compile(self, source, overlay, out):
        command = self.commands[source]
        words = [w for w in shlex.split(command["command"])
                 if w not in ("ccache", "-Werror", "-g", "-O3") and not w.startswith(("-W", "-M"))]
        keep, skip = [], False
        for word in words:
            if skip or word in ("-o", "-MF", "-MT"):
                skip = not skip
                continue
            keep.append(word)
        mutated = os.path.join(overlay, source)
        path = mutated if os.path.exists(mutated) else os.path.join(ROOT, source)
        keep = [path if os.path.realpath(os.path.join(command["directory"], w)) ==
                os.path.join(ROOT, source) else w for w in keep]
        roots = [f"-I{overlay}/{r}" for r in ("core/src", "core/include", "harness")]
        own = ["-iquote", os.path.dirname(os.path.join(ROOT, source))]
        keep[1:1] = roots + ["-w", "-O1", f"-ffile-prefix-map={overlay}=."]
        return subprocess.run(keep + own + ["-o", out], cwd=command["directory"],
                              capture_output=True, check=False).returncode == 0

    def link(self, test, objects, out):
        if test not in self.links:
            lines = subprocess.run(["ninja", "-C", self.folder, "-t", "commands", "tests/" + test],
                                   capture_output=True, text=True, check=True).stdout
            self.links[test] = lines.strip().split("\n")[-1]
        line = self.links[test].replace(f"-o tests/{test} ", f"-o {out} {' '.join(objects)} ", 1)
        return subprocess.run(line, shell=True, cwd=self.folder, capture_output=True,
                              check=False).returncode == 0


def same_code(a, b):
    with open(a, "rb") as x, open(b, "rb") as y:
        return x.read() == y.read()


# ---- running ---------------------------------------------------------------------------------


def run(program, limit_s):
    try:
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([program], cwd=folder, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
            try:
                return process.wait(limit_s)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()
                return "time"
    except OSError:
        return "time"


def judge(build, tests_of, seconds, mutant, originals):
    """'same', 'killed by TEST', 'survived' or 'not run'; None: it does not compile."""
    name, number, _, _, changed = mutant
    with tempfile.TemporaryDirectory() as work:
        target = os.path.join(work, name)
        os.makedirs(os.path.dirname(target))
        with open(os.path.join(ROOT, name)) as f:
            lines = f.read().split("\n")
        lines[number - 1] = changed
        with open(target, "w") as f:
            f.write("\n".join(lines))
        objects, same = [], True
        for source in sorted(s for s in build.users.get(name, {name})
                             if s in build.commands and s.startswith(("core/", "harness/"))):
            out = os.path.join(work, source.replace("/", "_") + ".o")
            if not build.compile(source, work, out):
                return None
            if source not in originals:
                originals[source] = out + ".original"
                originals[source] = os.path.join(originals["folder"], os.path.basename(out))
                build.compile(source, originals["folder"], originals[source])
            if not same_code(out, originals[source]):
                same = False
                objects.append(out)
        if same:
            return "same"
        stem = os.path.splitext(os.path.basename(name))[0]
        tests = set(tests_of.get(name, {}).get(str(number), []))
        # A child that ends by _exit leaves no counts: a file's own test is always run.
        tests |= {t for t in seconds if stem.startswith(t[5:]) or t[5:].startswith(stem)}
        tests = sorted(tests, key=lambda t: (stem not in t, seconds[t]))
        if not tests:
            return "not run"
        program = os.path.join(work, "test")
        for test in tests:
            if build.link(test, objects, program) and run(program, 5 + 3 * seconds[test]) != 0:
                return "killed by " + test
        return "survived"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("build")
    options.add_argument("map")
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--all", action="store_true")
    options.add_argument("--lines")
    options.add_argument("--verbose", action="store_true")
    options.add_argument("--budget", type=float, default=1e9, help="seconds")
    options.add_argument("files", nargs="*")
    given = options.parse_intermixed_args()
    files = given.files or [f for room in ROOMS
                            for f in sorted(glob.glob(room + "/*.[ch]", root_dir=ROOT))]
    files = [os.path.relpath(os.path.realpath(f), ROOT) if os.path.exists(f) else f for f in files]
    with open(given.map) as f:
        known = json.load(f)
    build = Build(given.build)
    mutants = [m for name in files for m in mutants_of(name)]
    if given.lines:
        first, last = (int(n) for n in given.lines.split("-"))
        mutants = [m for m in mutants if first <= m[1] <= last]
    if not given.all:
        random.Random(given.seed).shuffle(mutants)
    rooms, survivors, counted = defaultdict(lambda: [0, 0]), [], 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        originals = {"folder": folder}
        for mutant in mutants:
            if (counted >= given.count and not given.all) or time.monotonic() - began > given.budget:
                break
            fate = judge(build, known["lines"], known["seconds"], mutant, originals)
            if given.verbose:
                print(f"{mutant[0]}:{mutant[1]}: {fate}", file=sys.stderr, flush=True)
            if fate in (None, "same"):
                continue
            counted += 1
            room = os.path.dirname(mutant[0])
            rooms[room][0] += 1
            rooms[room][1] += fate.startswith("killed")
            if not fate.startswith("killed"):
                survivors.append((mutant, fate))
                print(f"{mutant[0]}:{mutant[1]}: {fate}: {mutant[2]}\n"
                      f"  - {mutant[3].strip()}\n  + {mutant[4].strip()}", flush=True)
    print(f"\n{'room':20} {'mutants':>8} {'killed':>8} {'%':>6}")
    for room in sorted(rooms):
        n, killed = rooms[room]
        print(f"{room:20} {n:8} {killed:8} {100 * killed / n:6.1f}")
    killed = counted - len(survivors)
    print(f"{'in all':20} {counted:8} {killed:8} {100 * killed / max(counted, 1):6.1f}")
    return 0 if counted else 1


sys.exit(main())
