#!/usr/bin/env python3
"""Would the quick tests notice if this line were wrong?  ./dev mutate [FILE...]

Changes one thing in one line of a source file (a mutant), compiles what that file is part of, links it
with each test that runs this line, and runs these tests until one fails: then the mutant is killed.
One that all tests pass has survived; it is printed. Mutants that compile to the same code as the
original are no mutants and are not counted, nor are those that do not compile.

  mutate.py BUILD [--count N] [--seed N] [--all] [--lines A-B] [--minutes N] [--patience S] [--jobs N]
            [FILE or FOLDER...]
  mutate.py BUILD --test TEST ...    asks this test alone: what would it notice by itself?
  mutate.py BUILD --named [WORD]     those of named_mutants.txt (with WORD in their title), each by its own test

BUILD is a release build; BUILD/coverage/tests_of_lines.json is what coverage.py --map wrote. Unit and
replay tests come first, then command-line cases and golden studies, then the same unit tests in
BUILD/asan, if that is there. Without FILE: all of the model, the engine and the harness's decide,
measure and compare. The sample of N (60) depends on the seed and on the sources alone; each folder
has a share of it in proportion to its lines. After --minutes it ends early, each folder's part then
about as large as its share. --patience: seconds of tests for one mutant (60).
"""

import argparse
import collections
import concurrent.futures
import glob
import json
import os
import random
import re
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from mutants import ROOT, code_only, mutants_of, named_mutants

ROOMS = ["core/src/model", "core/src/engine", "harness/decide", "harness/measure", "harness/compare"]
NAMED = os.path.join(ROOT, "tests/tools/named_mutants.txt")
PATIENCE_S = 60  # of tests for one mutant, by the times in the map (of a build some three times slower)
MARGIN_S = 6  # a test that hangs is stopped after this and five times what it usually takes

# ---- building --------------------------------------------------------------------------------


class Build:
    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        with open(self.folder + "/compile_commands.json") as f:
            self.commands = {os.path.relpath(c["file"], ROOT): c for c in json.load(f)
                             if "pvs_shared" not in c["command"]}
        self.links, self.users = {}, collections.defaultdict(set)
        self.originals = tempfile.TemporaryDirectory()
        source = None
        for line in self.ninja("deps"):
            if not line.startswith(" "):
                source = None
                continue
            path = os.path.relpath(os.path.join(self.folder, line.strip()), ROOT)
            source = source or path
            self.users[path].add(source)

    def ninja(self, *words):
        return subprocess.run(["ninja", "-C", self.folder, "-t", *words], capture_output=True,
                              text=True, check=True).stdout.strip().split("\n")

    def compile(self, source, overlay, out, level):
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
        keep[1:1] = roots + ["-w", level, f"-ffile-prefix-map={overlay}=."]
        return subprocess.run(keep + ["-o", out], cwd=command["directory"],
                              capture_output=True, check=False).returncode == 0

    def objects(self, name, overlay, level="-O1"):
        """Objects that differ from the original; None: it does not compile."""
        changed = []
        for source in sorted(s for s in self.users.get(name, {name})
                             if s in self.commands and s.startswith(("core/", "harness/"))):
            file = source.replace("/", "_") + ".o"
            out = os.path.join(overlay, file)
            if not self.compile(source, overlay, out, level):
                return None
            original = os.path.join(self.originals.name, level + file)
            if not os.path.exists(original):
                part = tempfile.mktemp(dir=self.originals.name)
                self.compile(source, self.originals.name, part, level)
                os.rename(part, original)
            with open(out, "rb") as a, open(original, "rb") as b:
                if a.read() != b.read():
                    changed.append(out)
        return changed

    def link(self, target, objects, out):
        if target not in self.links:
            self.links[target] = self.ninja("commands", target)[-1]
        line = self.links[target].replace(f"-o {target} ", f"-o {out} {' '.join(objects)} ", 1)
        return subprocess.run(line, shell=True, cwd=self.folder, capture_output=True,
                              check=False).returncode == 0


# ---- running ---------------------------------------------------------------------------------


def bounded(limit_s):
    """A mutant that loops for ever ends by itself, even if this program was killed."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 2))


def passes(command, limit_s):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True,
                                   preexec_fn=lambda: bounded(limit_s))
        try:
            return process.wait(limit_s) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            try:  # what a mutant has left running
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


class Judge:
    def __init__(self, folder, patience_s=PATIENCE_S):
        self.patience_s = patience_s
        self.release = Build(folder)
        asan = os.path.join(folder, "asan")
        self.asan = Build(asan) if os.path.exists(asan + "/build.ninja") else None
        with open(os.path.join(folder, "coverage/tests_of_lines.json")) as f:
            known = json.load(f)
        self.lines, self.seconds = known["lines"], known["seconds"]
        self.kills = collections.Counter()  # of (file, test): the best tests are tried first
        self.memory = os.path.join(folder, "killed_by.json")
        self.killers = {}
        if os.path.exists(self.memory):
            with open(self.memory) as f:
                self.killers = json.load(f)

    def save(self):
        with open(self.memory, "w") as f:
            json.dump(dict(self.killers), f, indent=0)

    def is_case(self, test):
        return "/" in test

    def tests_for(self, name, numbers, objects):
        """Those that run the lines; if none does (a table, a child that ends by _exit), those that
        run anything of the file; if none does either (a header's constants), those that run anything
        of the sources that the change is seen in."""
        everything = lambda file: {t for all_of in self.lines.get(file, {}).values() for t in all_of}
        tests = {t for n in numbers for t in self.lines.get(name, {}).get(str(n), [])} or everything(name)
        files = [name]
        if not tests:
            changed = {os.path.basename(o) for o in objects}
            files += [s for s in self.release.users[name] if s.replace("/", "_") + ".o" in changed]
            tests = {t for file in files for t in everything(file)}
        stems = [os.path.splitext(os.path.basename(file))[0] for file in files]
        tests |= {t for t in self.seconds if not self.is_case(t) and
                  (stems[0].startswith(t[5:]) or t[5:].startswith(stems[0]))}
        cost = lambda t: (self.is_case(t), -self.kills[name, t], not any(stem in t for stem in stems), self.seconds[t])
        chosen, sum_s = [], 0
        for test in sorted(tests, key=cost):
            if sum_s + self.seconds[test] <= self.patience_s:
                sum_s += self.seconds[test]
                chosen.append(test)
        return chosen

    def fails(self, build, test, objects, work):
        limit_s = MARGIN_S + 5 * self.seconds.get(test, 2)
        if self.is_case(test):
            program = os.path.join(work, "pvtune")
            if not os.path.exists(program) and not build.link("pvtune", objects, program):
                return False
            return not passes(["bash", ROOT + "/tests/cli/run.sh", program, test], limit_s)
        program = os.path.join(work, test)
        if not build.link("tests/" + test, objects, program):
            return False
        failed = not passes([program], limit_s)
        os.remove(program)
        return failed

    def fate(self, name, text, numbers, own_test=None):
        """'none' (does not compile), 'same', 'killed by TEST', 'survived'."""
        with tempfile.TemporaryDirectory() as work:
            target = os.path.join(work, name)
            os.makedirs(os.path.dirname(target))
            with open(target, "w") as f:
                f.write(text)
            objects = self.release.objects(name, work)
            if not objects:
                return "none" if objects is None else "same"
            key = f"{name}:{numbers}:{hash_of(text)}"
            tests = self.tests_for(name, numbers, objects)
            before = self.killers.get(key, "").split(" ")[0]
            if own_test or before:
                tests = [own_test] if own_test else [before] + [t for t in tests if t != before]
            for test in tests:
                if self.fails(self.release, test, objects, work):
                    self.kills[name, test] += 1
                    self.killers[key] = test
                    return "killed by " + test
            if not self.release.objects(name, work, "-O3"):
                return "same"
            if self.asan and not own_test:
                os.mkdir(work + "/asan")
                os.renames(target, os.path.join(work, "asan", name))
                objects = self.asan.objects(name, work + "/asan")
                for test in [t for t in tests if not self.is_case(t)][:5] if objects else []:
                    if self.fails(self.asan, test, objects, work + "/asan"):
                        self.killers[key] = test + " with sanitizers"
                        return f"killed by {test} with sanitizers"
        return "survived"


def hash_of(text):
    import zlib
    return zlib.crc32(text.encode())


# ---- what is judged --------------------------------------------------------------------------


def text_with(mutant):
    with open(os.path.join(ROOT, mutant[0])) as f:
        lines = f.read().split("\n")
    lines[mutant[1] - 1] = mutant[4]
    return "\n".join(lines)


def sources_of(names):
    names = [os.path.relpath(os.path.realpath(n), ROOT) if os.path.exists(n) else n for n in names or ROOMS]
    files = []
    for name in names:
        files += sorted(glob.glob(name + "/*.[ch]", root_dir=ROOT)) or [name]
    for file in files:
        if not os.path.isfile(os.path.join(ROOT, file)):
            raise SystemExit(f"mutate.py: {file}: no such file")
    return files


def lines_in(name):
    with open(os.path.join(ROOT, name)) as f:
        return sum(1 for line in code_only(f.read()).split("\n") if line.strip(" \0{}"))


def shares(files, count):
    """How many mutants of each folder: in proportion to its lines, `count` in all."""
    lines = collections.Counter()
    for name in files:
        lines[os.path.dirname(name)] += lines_in(name)
    left, left_lines, share = count, sum(lines.values()), {}
    for room in sorted(lines):
        share[room] = round(left * lines[room] / max(left_lines, 1))
        left -= share[room]
        left_lines -= lines[room]
    return share


class Room:
    """The mutants of a folder, in the order in which they are judged."""

    def __init__(self, mutants, most):
        self.queue, self.most = iter(mutants), most
        self.decided = self.killed = self.waiting = 0

    def part(self):
        """How much of its share is decided or being judged."""
        return (self.decided + self.waiting) / self.most if self.most else 1


def judge_rooms(rooms, judge, jobs, end_s, report, own_test):
    """Judges all that is wanted, until the clock says end_s. The folder with the smallest part of its
    share is next, so that each has its part when time is up."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = {}
        while True:
            while len(waiting) < jobs and time.monotonic() < end_s:
                room = min(rooms, key=Room.part)
                if room.part() >= 1:
                    break
                mutant = next(room.queue, None)
                if mutant is None:
                    room.most = room.decided + room.waiting
                    continue
                room.waiting += 1
                waiting[pool.submit(judge.fate, mutant[0], text_with(mutant), [mutant[1]], own_test)] = room, mutant
            if not waiting:
                return
            for done in concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED).done:
                room, mutant = waiting.pop(done)
                fate = done.result()
                report(mutant, fate)
                judge.save()
                room.waiting -= 1
                if fate not in ("none", "same"):
                    room.decided += 1
                    room.killed += fate != "survived"


def passes_unchanged(judge, test):
    """A test that fails anyway would kill everything."""
    command = [f"{judge.release.folder}/tests/{test}"]
    if judge.is_case(test):
        command = ["bash", ROOT + "/tests/cli/run.sh", judge.release.folder + "/pvtune", test]
    return passes(command, 60)


def judge_named(judge, word):
    open_ones = checked = 0
    sound = {}
    for title, name, command, test in named_mutants(NAMED):
        if word not in title:
            continue
        with open(os.path.join(ROOT, name)) as f:
            before = f.read()
        after = subprocess.run(["sed", "-E", command], input=before, capture_output=True, text=True,
                               check=True).stdout
        if test not in sound:
            sound[test] = passes_unchanged(judge, test)
        fate = (f"{test} fails anyway" if not sound[test] else
                "changes nothing" if after == before else judge.fate(name, after, [0], test))
        checked += 1
        open_ones += not fate.startswith("killed")
        print(f"{fate:30} {title}  ({name})", flush=True)
    print(f"\n{checked} named mutants, {checked - open_ones} killed")
    return 1 if open_ones or not checked else 0


def main():
    options = argparse.ArgumentParser()
    options.add_argument("build")
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--all", action="store_true")
    options.add_argument("--lines")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--minutes", type=float, default=float("inf"))
    options.add_argument("--patience", type=float, default=PATIENCE_S)
    options.add_argument("--test")
    options.add_argument("--named", action="store_true")
    options.add_argument("--verbose", action="store_true")
    options.add_argument("files", nargs="*")
    given = options.parse_intermixed_args()
    judge = Judge(os.path.realpath(given.build), given.patience)
    if given.named:
        return judge_named(judge, " ".join(given.files))
    files = sources_of(given.files)
    share = shares(files, given.count)
    rooms, used = {}, collections.defaultdict(collections.Counter)  # test: how many it killed of each folder

    def report(mutant, fate):
        if given.verbose:
            print(f"{mutant[0]}:{mutant[1]}: {fate}", file=sys.stderr, flush=True)
        if fate.startswith("killed by "):
            used[fate.split(" ")[2]][os.path.dirname(mutant[0])] += 1
        if fate == "survived":
            print(f"{mutant[0]}:{mutant[1]}: {mutant[2]}\n"
                  f"  - {mutant[3].strip()}\n  + {mutant[4].strip()}", flush=True)

    for room in sorted(share, reverse=True):
        mutants = [m for f in files if os.path.dirname(f) == room for m in mutants_of(f)]
        if given.lines:
            first, last = (int(n) for n in given.lines.split("-"))
            mutants = [m for m in mutants if first <= m[1] <= last]
        if not given.all:
            random.Random(given.seed).shuffle(mutants)
        rooms[room] = Room(mutants, len(mutants) if given.all else share[room])
    judge_rooms(list(rooms.values()), judge, given.jobs, time.monotonic() + 60 * given.minutes, report, given.test)
    for test, killed in sorted(used.items()):
        if not passes_unchanged(judge, test):
            print(f"{test} fails anyway: the {killed.total()} that it has killed are not counted")
            for room, n in killed.items():
                rooms[room].decided -= n
                rooms[room].killed -= n
    print(f"\n{'folder':20} {'mutants':>8} {'killed':>8} {'%':>6}")
    rows = {room: (r.decided, r.killed) for room, r in rooms.items()}
    rows["in all"] = tuple(sum(r[i] for r in rows.values()) for i in (0, 1))
    for room, (decided, killed) in rows.items():
        print(f"{room:20} {decided:8} {killed:8} {100 * killed / max(decided, 1):6.1f}")
    return 0 if rows["in all"][0] else 1


sys.exit(main())
