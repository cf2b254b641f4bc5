#!/usr/bin/env python3
"""The same bytes from every build, executor, SIMD level, locale, time zone, environment and stack.

  same_bytes.py PVTUNE [OTHER_BUILD...] [--studies N] [--seed N]

Random studies (1), each run by PVTUNE serially first and then in every other way once.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

from lab import digest

WAYS = [["-x", x] + w + s for x, w in (("serial", []), ("threads", ["-w", "3"]), ("processes", ["-w", "3"]),
                                      ("hybrid", ["-w", "2x2"]))
        for s in ([], ["--schedule", "static"])[:2 if w else 1]] + [["-x", "threads", "-w", "2", "--simd", level]
                                                    for level in ("portable", "avx2", "avx512")]
SURROUNDINGS = [("as it is", {}), ("LC_ALL=C", {"LC_ALL": "C"}), ("LC_ALL=de_DE.UTF-8", {"LC_ALL": "de_DE.UTF-8"}),
                ("LC_NUMERIC=fr_FR.UTF-8", {"LC_NUMERIC": "fr_FR.UTF-8"}), ("TZ=Pacific/Apia", {"TZ": "Pacific/Apia"}),
                ("TZ=:nonsense", {"TZ": ":nonsense"}), ("env -i", None)]


def small_stack():
    resource.setrlimit(resource.RLIMIT_STACK, (256 << 10, resource.RLIM_INFINITY))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("pvtune")
    options.add_argument("others", nargs="*")
    options.add_argument("--studies", type=int, default=1)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    draw, cases, faults = random.Random(given.seed), 0, []
    builds = [os.path.realpath(p) for p in [given.pvtune, *given.others] if os.access(p, os.X_OK)]
    top = tempfile.mkdtemp(prefix="pvtune-campaign-")

    def run(build, study, words, environment, **more):
        shutil.rmtree(top + "/out", ignore_errors=True)
        return subprocess.run([build, "run", "-b", top + "/base", "-p", "synthetic", "-s", study, "-o", top + "/out",
                               "-q", *words], env=environment, cwd=top, capture_output=True, check=False, **more)

    for _ in range(given.studies):
        subprocess.run([builds[0], "generate", top + "/base", "--force", "-q", "--customers", str(draw.randint(1, 9)),
                        "--scenarios", str(draw.randint(4, 24)), "--days", str(draw.randint(2, 60)), "--interval",
                        draw.choice(["15", "30", "60"]), "--seed", str(draw.randint(1, 10**6))],
                       check=True, stdout=subprocess.DEVNULL)
        for study in ("static", "batteries", "mixed"):
            run(builds[0], study, ["-x", "serial"], dict(os.environ))
            expected = digest(top + "/out/" + study)
            for build in builds:
                ways = [(w, "as it is", dict(os.environ), None) for w in WAYS]
                ways += [(["-x", "threads", "-w", "2"], name,
                          {} if more is None else dict(os.environ) | more, None) for name, more in SURROUNDINGS]
                ways.append((["-x", "threads", "-w", "2"], "stack of 256 kB", dict(os.environ), small_stack))
                for words, name, environment, before in ways:
                    out = run(build, study, words, environment, preexec_fn=before)
                    if out.returncode == 2 and b"SIMD level" in out.stderr:
                        continue  # this processor has not got it
                    cases += 1
                    made = digest(top + "/out/" + study)
                    if out.returncode or made is None or made != expected:
                        faults.append(f"{build} {study} {words} {name}: exit {out.returncode} {out.stderr[-200:]!r}")
                        print("FAULT: " + faults[-1], flush=True)
    shutil.rmtree(top, ignore_errors=True)
    print(f"same bytes: {cases} cases, {len(faults)} faults")
    return 1 if faults or not cases else 0


sys.exit(main())
