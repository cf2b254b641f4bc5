"""What a mutant is: one thing changed in one line of a C source. For mutate.py."""

import os
import re

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))

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
ARRAY_SIZE = re.compile(r"^\s*(?!return\b)(static |const |unsigned |struct )*\w+ \*?\w+(\[[^]]*\])*\[[^]=]*$")
# Kinds that change nothing a test could see, or only how well a search does: no mutants.
ALLOCATION = re.compile(r"\b(m|c|re)alloc\(")  # more room than is needed
DESCRIPTOR = re.compile(r"(fd|counter|channel)(\[\w+\])? (<|>=|>) $")  # 0 is standard input, never a new one
SECONDS = re.compile(r"^static const double \w+_s =")  # how long is waited: no test asserts a timing
TUNED_FILES = re.compile(r"harness/decide/(explore|final)\w*\.c$")  # `./dev selftest search` judges these
TUNED = re.compile(r"^(static const double [A-Z_]+ =|static const double [A-Z_]+$|  [A-Z_]+ = \d+,|enum \{)")
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


def is_no_mutant(name, before, plain, code):
    """Whether another number there, after `before` in the line, is of a kind without effect."""
    if ARRAY_SIZE.search(before) or ALLOCATION.search(before) or DESCRIPTOR.search(before) or SECONDS.search(plain):
        return True
    if TUNED_FILES.search(name) and TUNED.search(plain):
        return True
    capacity = re.search(r"\b([A-Z][A-Z_]+) = $", before)  # of arrays in this file: more room
    return capacity is not None and any(f"[{capacity.group(1)}]" in line for line in code)


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
                if kind == "relation" and DESCRIPTOR.search(plain[: m.end()].rstrip() + " ") and (
                        plain[m.end():].lstrip().startswith("0") and "!" not in to and "==" not in to):
                    continue
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
