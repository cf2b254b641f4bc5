"""What the campaigns share: a place to work in, every command of pvtune, and what must hold after
each of them, whatever happened to it."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

HERE = os.path.dirname(os.path.realpath(__file__))
STUDY = ["run", "-b", "BASE", "-p", "synthetic", "-s", "mixed", "-o", "out"]
TRUE = ["--workload", "cmd:true", "--no-lock"]
WIDE = ["--margin", "100%", "--min-effect", "100%"]
# What each is called, its words, what it makes (a folder or file that is whole or not there), and
# whether it prints the same each time.
COMMANDS = [
    ("run serial", STUDY + ["-x", "serial"], "out/mixed", False),
    ("run threads", STUDY + ["-x", "threads", "-w", "3"], "out/mixed", False),
    ("run processes", STUDY + ["-x", "processes", "-w", "2"], "out/mixed", False),
    ("run hybrid", STUDY + ["-x", "hybrid", "-w", "2x2"], "out/mixed", False),
    ("run --check", ["run", "-b", "BASE", "-p", "synthetic", "-s", "mixed", "--check"], None, True),
    ("validate", ["validate", "EXPECTED", "EXPECTED"], None, True),
    ("new-study", ["new-study", "new"], "new", True),
    ("generate", ["generate", "gen", "--customers", "2", "--scenarios", "4", "--days", "5"], "gen", True),
    ("tune", ["tune", "--budget", "0.2s", "--workload", "builtin:batteries:8", "--no-lock"], None, False),
    ("sweep", ["sweep", *TRUE, "-x", "serial", "--rounds", "2", "--exhaustive", "--pins", "none"], None, False),
    ("best", ["best", "--workload", "builtin:batteries:8"], None, True),
    ("exec", ["exec", "--", "true"], None, False),
    ("compare", ["compare", "cmd:true", "cmd:true", "--no-lock", *WIDE], None, False),
    ("gate", ["gate", "--base", "HEAD~1", "--build", "true", *TRUE, *WIDE,
              "--interleave", "never", "--junit", "../gate.xml"], None, False),
    ("record", ["record", "--build", "true", *TRUE, "--blocks", "8"], None, False),
    ("history", ["history"], None, False),
    ("report", ["report", "-o", "page.html"], "page.html", False),
    ("plot", ["plot", "speedup", "-o", "speedup.svg"], "speedup.svg", False),
    ("clean", ["clean"], None, False),
    ("topo", ["topo"], None, True),
    ("doctor", ["doctor"], None, False),
    ("man", ["man", "run"], None, True),
    ("completion", ["completion", "bash"], None, True),
    ("help", ["tune", "--help"], None, True),
]
Usual = namedtuple("Usual", "code made printed lasted_s")
IN_REPOSITORY = ("gate", "record", "history")
HANGS_S = 300  # what has not ended by then, on however busy a machine, hangs
VERDICTS = {0, 1, 2, 3, 4, 5, 126, 127}


def digest(path):
    """Of a file, or of all files of a folder but its logs; None: not there."""
    if os.path.isfile(path):
        with open(path, "rb") as f:
            return hashlib.sha256(f.read()).hexdigest()
    if not os.path.isdir(path):
        return None
    sum_ = hashlib.sha256()
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(f for f in folders if f != "logs")
        for name in sorted(files):
            full = os.path.join(folder, name)
            sum_.update(os.path.relpath(full, path).encode() + b"\0")
            with open(full, "rb") as f:
                sum_.update(f.read())
    return sum_.hexdigest()


class Lab:
    def __init__(self, pvtune):
        self.pvtune = os.path.realpath(pvtune)
        self.top = tempfile.mkdtemp(prefix="pvtune-campaign-")
        self.faults, self.cases = [], 0
        self.checked = {}  # how much of each file of a store: they only grow
        self.environment = {k: v for k, v in os.environ.items() if k in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
        self.environment |= {"HOME": self.top, "LC_ALL": "C.UTF-8", "PVTUNE_LOCK": self.top + "/lock",
                             "XDG_CACHE_HOME": self.top + "/cache", "RUSTC": "echo", "PVTUNE_CAMPAIGN": self.top,
                             "GIT_CONFIG_GLOBAL": "/dev/null"}
        self.base, self.expected = self.top + "/base", self.top + "/expected"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": self.environment}
        subprocess.run([self.pvtune, "generate", self.base, "--customers", "3", "--scenarios", "6",
                        "--days", "20", "-q"], **quiet)
        subprocess.run([self.pvtune, "run", "-b", self.base, "-p", "synthetic", "-s", "mixed", "-o",
                        self.expected, "-x", "serial"], **quiet)
        self.store = self.top + "/store"
        # On a noisy machine it may end without a verdict (5); then there is nothing to recommend.
        tuned = subprocess.run([self.pvtune, "tune", "--workload", "builtin:batteries:8", "--no-lock", "-w", "1,2",
                        "--budget", "0.3s", "--pins", "none", "--results", self.store], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=self.environment, check=False)
        if tuned.returncode not in (0, 5):
            sys.exit(f"tune does not work here: exit {tuned.returncode}")
        self.repository = self.top + "/repository"
        os.mkdir(self.repository)
        git = ["git", "-C", self.repository, "-c", "user.name=x", "-c", "user.email=x@x"]
        for words in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "one"],
                      ["commit", "-q", "--allow-empty", "-m", "two"]):
            subprocess.run(git + words, check=True, env=self.environment)
        for _ in range(2):  # the first commit is the reference of the second
            subprocess.run([self.pvtune, "record", "--build", "true", *TRUE, "--blocks", "8", "--results", self.store],
                           cwd=self.repository, stderr=subprocess.DEVNULL, **quiet)
        self.usual_ = {}

    def usual(self, name):
        """What the command does when nothing happens to it: exit code, digest of what it makes, what it prints, and seconds."""
        if name not in self.usual_:
            _, words, makes, same = next(c for c in COMMANDS if c[0] == name)
            with self.place(name) as place:
                began = time.monotonic()
                out = self.run(place, words)
                lasted_s = time.monotonic() - began
                if out.returncode not in (0, 5) and name not in ("best", "exec", "plot", "report"):
                    sys.exit(f"{name} does not work here: exit {out.returncode}: {out.stderr.decode()}")
                self.usual_[name] = Usual(out.returncode, digest(place.path(makes)) if makes and name not in ("report", "plot") else None,
                                          out.stdout if same else None, lasted_s)
        return self.usual_[name]

    def commands(self):
        plots = shutil.which("gnuplot")
        return [c for c in COMMANDS if plots or c[0] not in ("plot", "report")]

    def place(self, name):
        return Place(self, name)

    def words(self, place, words):
        names = {"BASE": self.base, "EXPECTED": self.expected + "/mixed"}
        return [self.pvtune] + [names.get(w, w) for w in words] + ["--results", place.store]

    def run(self, place, words, environment=None, timeout=HANGS_S, **more):
        return subprocess.run(self.words(place, words), cwd=place.work, env=place.environment | (environment or {}),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False, **more)

    def fault(self, text):
        self.faults.append(text)
        print("FAULT: " + text, flush=True)

    def check(self, case, place, name, makes, same, code, stdout, stderr, killed=False):
        """What holds whatever happened. `killed`: by a signal of ours."""
        self.cases += 1
        # Its children of the sanitizers' own exit code 99, a crash (negative) or 128 + signal.
        if not killed and code not in VERDICTS:
            self.fault(f"{case}: exit {code}: {stderr[-300:]!r}")
        if code in (1, 2) and not stderr.strip() and not killed:
            self.fault(f"{case}: exit {code} without a word")
        reference, printed = self.usual(name).made, self.usual(name).printed
        if code == 0 and printed is not None and stdout != printed and not stderr.strip():
            self.fault(f"{case}: exit 0, but it printed something else and said nothing")
        if code == 0 and not killed and not stdout.strip() and name not in ("exec", "record", "report", "plot", "new-study"):
            self.fault(f"{case}: exit 0 and nothing printed")
        if makes:
            self.check_made(case, place.path(makes), name, code, reference, stderr)
        for folder, _, files in os.walk(place.store):
            for file in files:
                self.check_store(case, os.path.join(folder, file))
        left = [f for f in os.listdir(place.tmp)]
        # Without any descriptor a folder cannot be read, and so not be emptied: the next run does it.
        helpless = killed or case.endswith("+") or "RLIMIT_NOFILE" in case
        if left and not helpless:
            self.fault(f"{case}: left in TMPDIR: {left}")
        # Folders that are being made, and files that are being replaced.
        left = [f for f in os.listdir(place.work) if f.endswith((".tmp", ".new")) or ".new." in f]
        if left and not helpless:
            self.fault(f"{case}: left behind: {left}")

    def check_made(self, case, path, name, code, reference, stderr):
        made = digest(path)
        if code == 0 and made is None:
            self.fault(f"{case}: exit 0, but {os.path.basename(path)} is not there")
        elif made is not None and reference is not None and made != reference and not stderr.strip():
            self.fault(f"{case}: exit {code}, half a result")
        elif made is not None and reference is not None and made != reference and code == 0:
            self.fault(f"{case}: exit 0, another result: {stderr[-200:]!r}")
        elif made is not None and name in ("report", "plot"):
            with open(path, "rb") as f:
                if not f.read().rstrip().endswith((b"</html>", b"</svg>")):
                    self.fault(f"{case}: exit {code}, a cut file")

    def check_store(self, case, path):
        with open(path, "rb") as f:
            f.seek(self.checked.get(path, 0))
            text = f.read()
        self.checked[path] = self.checked.get(path, 0) + text.rfind(b"\n") + 1
        bad = [line for line in text.split(b"\n")[:-1]
               if line and not line.endswith(b",.") and b",schema_" not in line]
        if path.endswith(".csv") and len(bad) > 1:  # one may be torn by KILL
            self.fault(f"{case}: {os.path.basename(path)}: {len(bad)} torn rows")

    def processes(self):
        """Those that still run and were started in this lab."""
        mark = b"PVTUNE_CAMPAIGN=" + self.top.encode()
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if mark in f.read().split(b"\0") and int(pid) != os.getpid():
                        found.append(int(pid))
            except OSError:
                pass
        return found

    def done(self, what):
        shutil.rmtree(self.top, ignore_errors=True)
        print(f"{what}: {self.cases} cases, {len(self.faults)} faults")
        return 1 if self.faults or not self.cases else 0


class Place:
    """Folders of one case: to work in, for temporary files, and a store with something in it."""

    def __init__(self, lab, name):
        self.lab = lab
        self.top = tempfile.mkdtemp(dir=lab.top, prefix="case-")
        self.work, self.tmp, self.store = (self.top + "/" + n for n in ("work", "tmp", "store"))
        os.mkdir(self.tmp)
        if name in IN_REPOSITORY:
            shutil.copytree(lab.repository, self.work)
        else:
            os.mkdir(self.work)
        if os.path.isdir(lab.store):
            shutil.copytree(lab.store, self.store)
        self.environment = lab.environment | {"TMPDIR": self.tmp}

    def path(self, name):
        return os.path.join(self.work, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top, ignore_errors=True)
