"""What a mutant is: one thing changed in one line of a C source. For mutate.py.

  mutants.py LIST    does each entry of a list like named_mutants.txt still change its file?
"""

import os
import re
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))

with open("/proc/cpuinfo") as cpu:
    HAS_AVX512 = "avx512f" in cpu.read()

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
# The size of an array that is declared: more room changes nothing that a test could see.
ARRAY_SIZE = re.compile(r"^\s*(?!return\b)(static |const |unsigned |long |struct )*\w+ (\*?\w+(\[[^]]*\])*, )*\*?\w+(\[[^]]*\])*\[[^]=]*$")
# Kinds that change nothing a test could see, or only how well a search does: no mutants.
ALLOCATION = re.compile(r"\b((m|c|re)alloc|pvs_arena_(alloc|small))\(")  # more room than is needed
PREFETCH = re.compile(r"prefetch\(|\b(fetch_ahead|load_to_fetch)\(")  # what is fetched early is read in any case
PREFETCHER = re.compile(r"^(?!\s).*\b\w*fetch(_\w+)?\([^;]*\{$")  # a function that says what to fetch
DESCRIPTOR = re.compile(r"(fd|counter|channel|printed|\bin|\bout)(\[\w+\])? (<|>=|>) $")  # 0 is standard input, never a new one
CHILD = re.compile(r"\bpid > $")  # process 1 is nobody's child
YES = re.compile(r"\bsetenv\([^;]*, $")  # 1 for "yes": any other number will do, but 0
SECONDS = re.compile(r"^static const double \w+_s =")  # how long is waited: no test asserts a timing
TUNED_FILES = re.compile(r"harness/decide/(explore|final)\w*\.c$")  # `./dev selftest search` judges these
TUNED = re.compile(r"^(static const double [A-Z_]+ =|static const double [A-Z_]+$|  [A-Z_]+ = \d+,|enum \{)")
# Any spread of the entries of a table will do.
SPREADS = re.compile(r"^static (?:size_t|uint64_t) hash_of\(")
NEGATIVE = re.compile(r"(= |return |[?:] |[{,] ?)-$")  # -1 for "none": any negative number will do
EQUALS_NEGATIVE = re.compile(r"[!=]= -1\b|case -1\b")  # but in a file that compares with -1
# A text that is cut by its last character: buffers have room for the longest path.
FULL = re.compile(r"snprintf\([^;]*\) (<|<=|>|>=) \(int\)sizeof|\b(n|length|used) >?=? ?(<|<=|>|>=) \(int\)sizeof")
CLOCK = re.compile(r"hx_clock_s\(\)")  # no two readings of the clock need be equal
# Of the search: bounds of real numbers. No time that is measured equals one, so `<` may as well be `<=`.
REAL = re.compile(r"^(?:static const double|#define) ([A-Z_]+)|\bdouble (tie|near|limit)\b|, ([A-Z_]+) = \d+\.\d|options\.(tie)\b|^static double (level_of)\(", re.M)
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


def is_in_call(pattern, before):
    """Whether `before` ends within the parentheses that the pattern opens."""
    call = pattern.search(before)
    return call is not None and before.count("(", call.start()) > before.count(")", call.start())


def is_no_mutant(name, before, plain, code):
    """Whether another number there, after `before` in the line, is of a kind without effect."""
    if NEGATIVE.search(before) and plain[len(before):].startswith("1") and not any(EQUALS_NEGATIVE.search(one) for one in code):
        return True
    if ARRAY_SIZE.search(before) or is_in_call(ALLOCATION, before) or DESCRIPTOR.search(before) or SECONDS.search(plain) or (
            CHILD.search(before) or (YES.search(before) and plain[len(before):].startswith("1)"))):
        return True
    if TUNED_FILES.search(name) and TUNED.search(plain):
        return True
    capacity = re.search(r"\b([A-Z][A-Z_]+) = $", before)  # of arrays in this file: more room
    return capacity is not None and any(f"[{capacity.group(1)}]" in line for line in code)


def is_word_end(text, word):
    return re.search(r"(^|[\s(,=&|?:!])" + re.escape(word) + r"$", text) is not None


def is_word_start(text, word):
    return text.startswith(word) and re.match(r"[\s;,):]|$", text[len(word):]) is not None


def is_alike_when_equal(before, after, following):
    """Whether a comparison chooses between the two that it compares, as `a < b ? a : b` does, or
    `if (a > b)` before `a = b;`: where they are equal, either choice is the same."""
    ternary = re.match(r" ?(.+?) \? (.+?) : (.+)", after)
    if ternary:
        right, first, second = ternary.groups()
        left = first.split(" - ")[0]
        if first == f"{left} - {right}" and second == f"{right} - {left};" and is_word_end(before, left):
            return True  # the distance of two
        return (is_word_end(before, first) and is_word_start(second, right)) or (
            first == right and any(is_word_end(before, second[:n].rstrip()) and is_word_start(second, second[:n].rstrip())
                                   for n in range(1, len(second) + 1)))
    condition, assignment = re.match(r" ?(.+)\)$", after), re.match(r"\s*(\S.*) = (.+);$", following)
    if not condition or not assignment:
        return False
    right, (to, value) = condition.group(1), assignment.groups()
    return (right == value and is_word_end(before, to)) or (right == to and is_word_end(before, value))


def lines_without_effect(code):
    """Numbers of the lines of functions that say what to fetch early."""
    found, inside = set(), False
    for number, plain in enumerate(code, 1):
        inside = inside or PREFETCHER.search(plain) is not None
        if inside or PREFETCH.search(plain):
            found.add(number)
            if number > 1 and code[number - 2].lstrip().startswith("if (") and code[number - 2].endswith(")"):
                found.add(number - 1)
        inside = inside and plain != "}"
    return found


def lines_of_other_cpus(source):
    """Numbers of the lines for registers of eight doubles (AVX-512), on a CPU that has none."""
    found, depth, inside = set(), 0, False
    for number, line in enumerate([] if HAS_AVX512 else source, 1):
        if line.startswith("#if"):
            depth += 1
            inside = inside or (depth == 1 and "PVS_WIDTH == 8" in line)
        elif depth == 1 and line.startswith(("#else", "#endif")):
            inside = False
        depth -= line.startswith("#endif")
        if inside:
            found.add(number)
    return found


def real_bounds(name, text):
    """What stands for a bound of real numbers in a file of the search: "", or as a pattern."""
    words = {"HX_EXPLORE_PLAUSIBLE", "level", "least"} | {w for m in REAL.finditer(text) for w in m.groups() if w}
    return r"(\w+(->|\.)options\.)?\b(" + "|".join(sorted(words)) + r")\b" if TUNED_FILES.search(name) else None


def mutants_of(name):
    with open(os.path.join(ROOT, name)) as f:
        text = f.read()
    found = []
    source, code = text.split("\n"), code_only(text).split("\n")
    skipped = lines_without_effect(code) | lines_of_other_cpus(source)
    bounds, spreads = real_bounds(name, text), False
    for number, (line, plain) in enumerate(zip(source, code), 1):
        if number in skipped:
            continue
        following = code[number] if number < len(code) else ""

        def add(kind, changed):
            if changed != line:
                found.append((name, number, kind, line, changed))
        spreads = (spreads and plain != "}") or SPREADS.search(plain) is not None
        if spreads:
            continue
        for kind, pattern, to in SWAPS:
            for m in re.finditer(pattern, plain):
                if bounds and m.group(0).strip() in ("<", "<=", ">", ">=") and (
                        re.match(r"\s*-?" + bounds, plain[m.end():]) or re.search(bounds + r"( \* \w+)?$", plain[: m.start()].rstrip())):
                    continue
                if kind == "relation" and DESCRIPTOR.search(plain[: m.end()].rstrip() + " ") and (
                        plain[m.end():].lstrip().startswith("0") and "!" not in to and "==" not in to):
                    continue
                if kind == "relation" and to.strip() not in ("==", "!=") and (CLOCK.search(plain) or FULL.search(plain) or
                        is_alike_when_equal(plain[: m.start()].rstrip(), plain[m.end():].lstrip(), following)):
                    continue
                if to in (" * ", " + ") and (is_in_call(ALLOCATION, plain[: m.start()]) or ARRAY_SIZE.search(plain[: m.start()])):
                    continue  # more room
                add(kind, line[: m.start()] + to + line[m.end():])
        for m in NUMBER.finditer(plain):
            if is_no_mutant(name, plain[: m.start()], plain, code):
                continue
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


def named_mutants(path):
    """(title, file, sed command, test) of each entry of a list like tests/tools/named_mutants.txt."""
    entries, title = [], ""
    with open(path) as f:
        for number, line in enumerate(f.read().split("\n"), 1):
            if line.startswith("# "):
                title = line[2:]
            elif line.strip():
                words = line.split("\t")
                if len(words) != 3:
                    raise SystemExit(f"{path}:{number}: expected FILE, TEST and SED with tabs between")
                entries.append((title, words[0], words[2], words[1]))
    return entries


def main():
    stale = 0
    for title, name, command, _ in named_mutants(sys.argv[1]):
        path = os.path.join(ROOT, name)
        after = subprocess.run(["sed", "-E", command, path], capture_output=True, text=True, check=True).stdout
        with open(path) as f:
            if after == f.read():
                print(f"{title}: nothing in {name} is changed by {command}")
                stale += 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
