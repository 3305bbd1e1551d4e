"""Holds coldtrail's engine against real OPA.

compare.py LINES FOLDER...: LINES is what tests/parity writes, a line of JSON an
account and control; each FOLDER holds the policies of one control, whose tests
run here too. OPA is asked the same, and both answers are compared as JSON text,
sorted. A difference from OPA is an error. Lines that also say what regorus's
bytecode machine makes of it have its differences listed, for information.
"""

import difflib
import json
import os
import re
import sys

from opa_bindings import OpaEngine

RULES = ("subjects", "checks", "results", "warnings")


def files(folder):
    """Every Rego file under a folder, snapshot cases left out."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "cases")
        for name in sorted(names):
            if name.endswith(".rego"):
                path = os.path.join(where, name)
                with open(path, encoding="utf-8") as file:
                    yield path, file.read()


def is_test(path):
    return path.endswith("_test.rego")


def package_of(source):
    return re.search(r"^package (\S+)", source, re.MULTILINE).group(1)


def engine(sources, data):
    opa = OpaEngine()
    for path, source in sources:
        opa.add_policy(path, source)
    if data:
        opa.add_data(data)
    return opa


def ask(opa, name, document):
    found = opa.eval_query(f"x := data.{name}", document)
    return found[0]["x"] if found else None


def tests(folder):
    """How many tests a folder has, and the names of those that fail in OPA."""
    sources = list(files(folder))
    opa = engine(sources, None)
    names = []
    for path, source in sources:
        if is_test(path):
            found = dict.fromkeys(re.findall(r"^(test_\w+)", source, re.MULTILINE))
            names += [f"{package_of(source)}.{name}" for name in found]
    return len(names), [name for name in names if ask(opa, name, {}) is not True]


def text(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def with_help(member):
    """`help` that is missing and `help` that is null say the same."""
    return {"help": None, **member} if isinstance(member, dict) else member


def canonical(found):
    """One judgement as lines, a member each, sets in one order."""
    lines = [f"checks {text(found.get('checks'))}"]
    for rule in ("subjects", "results", "warnings"):
        members = found.get(rule) or []
        lines += sorted(f"{rule} {text(with_help(member))}" for member in members)
    return lines


def first(expected, given):
    """The first line that two judgements don't share."""
    lines = difflib.unified_diff(expected, given, "OPA", "", lineterm="", n=0)
    return next((line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")), "")


def main():
    lines, folders = sys.argv[1], sys.argv[2:]
    wrong, owners, engines = 0, {}, {}
    for folder in folders:
        ran, failed = tests(folder)
        wrong += len(failed) + (ran == 0)
        print(f"{folder}: {ran} tests under OPA, {len(failed)} fail", *failed, sep="\n  ")
        sources = [(path, source) for path, source in files(folder) if not is_test(path)]
        owners.update((package_of(source), sources) for _, source in sources)
    compared, members, asked, machine = 0, 0, 0, []
    with open(lines, encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            key = (one["package"], text(one["data"]))
            if key not in engines:
                engines[key] = engine(owners[one["package"]], one["data"])
            opa = {rule: ask(engines[key], f"{one['package']}.{rule}", one["input"]) for rule in RULES}
            expected, given = canonical(opa), canonical(one["result"])
            compared += 1
            members += len(expected)
            if given != expected:
                wrong += 1
                print(f"{one['case']}, {one['package']}: differs from OPA")
                print(*difflib.unified_diff(expected, given, "OPA", "coldtrail", lineterm="", n=0), sep="\n")
            other = one["bytecode"]
            if other is None:
                continue
            asked += 1
            if "error" in other or canonical(other) != expected:
                machine.append((one["case"], one["package"], other.get("error") or first(expected, canonical(other))))
    print(f"{compared} judgements of {members} members compared with OPA, {wrong} differences")
    if asked:
        print(f"for information: the bytecode machine differs on {len(machine)} of {asked}")
    for case, package, why in machine:
        print(f"  {case}, {package}: {' '.join(why.split())[:160]}")
    return 1 if wrong or not compared else 0


sys.exit(main())
