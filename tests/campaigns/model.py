#!/usr/bin/env python3
"""Random studies (pvtune generate) against the model a second time, tests/golden/model.py: every output
agrees, at every SIMD level of this machine.

  model.py PVTUNE [--studies N] [--seed N]
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

MODEL = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "golden", "model.py")
LEVELS = ("portable", "avx2", "avx512")


def call(words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pvtune")
    parser.add_argument("--studies", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    pvtune, draw = os.path.realpath(asked.pvtune), random.Random(asked.seed)
    levels = [level for level in LEVELS
              if call([pvtune, "run", "-q", "--workload", "builtin:static:1", "-x", "serial", "--simd", level]).returncode == 0]
    cases, faults = 0, 0
    for _ in range(asked.studies):
        top = tempfile.mkdtemp(prefix="pvtune-campaign-")
        kind, seed = draw.choice(["static", "batteries", "mixed"]), draw.randrange(1 << 30)
        words = ["--customers", str(draw.randint(1, 5)), "--scenarios", str(draw.randint(1, 8)),
                 "--days", str(draw.randint(1, 12)), "--study", kind, "--seed", str(seed)]
        made = call([pvtune, "generate", top + "/base", "-q", *words])
        done = call([sys.executable, MODEL, top + "/base", "synthetic", kind, top + "/expected"])
        if made.returncode or done.returncode:
            faults += 1
            print(f"FAULT: {' '.join(words)}: {(made.stderr + done.stderr)[-300:]}", flush=True)
        else:
            for level in levels:
                cases += 1
                ran = call([pvtune, "run", "-q", "-b", top + "/base", "-p", "synthetic", "-s", kind, "-o", top + "/out",
                            "-x", "serial", "--simd", level])
                same = call([pvtune, "validate", top + "/expected", f"{top}/out/{kind}"])
                if ran.returncode or same.returncode:
                    faults += 1
                    print(f"FAULT: {' '.join(words)} --simd {level}: {(ran.stderr + same.stdout + same.stderr)[-500:]}", flush=True)
        shutil.rmtree(top)
    print(f"model: {cases} cases of {asked.studies} studies at {len(levels)} SIMD levels, {faults} faults")
    return 1 if faults or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
