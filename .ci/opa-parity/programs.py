"""Programs made at random, under OPA and under coldtrail's engine.

programs.py make SEED COUNT FILE: writes programs, a line of JSON each.
programs.py compare FILE: FILE.outcomes is what coldtrail made of them; OPA is
asked the same. A difference that coldtrail neither refused nor warned of is an
error, and so is a value of what OPA refuses. The seed is the whole of the
chance: the same one gives the same programs.
"""

import collections
import json
import random
import sys

import bound
import calls
import typed

# The schema of the input says nothing of the keys of an object of AWS's.
UNDER = "input.trails[0].trail."
INPUT = {"x": {"a": 1}, "xs": [{"k": 1, "n": "a"}, {"j": 2}, {"k": 3, "n": "b-c:d"}], "o": {"a": 1, "b": [1, 2]}, "s": "a:b-c.d", "n": -7, "t": True, "z": None}

TEXTS = ["", "a", "ab", "a:b-c.d", "é", "12", "-3", "0x1f", "A b", "2024-01-31T00:00:00Z", "aaa", "%d", "1.5", "10Ki", "*", "a*"]
NUMBERS = ["0", "1", "-1", "7", "-3", "1.5", "-2.5", "100", "1706659200000000000"]
LARGE = ["9007199254740993", "-9223372036854775808", "18446744073709551615", "123456789012345", "0.1", "0.2", "-0.3", "1.25", "33.3", "1000000.5"]
REFS = ["input.s", "input.n", "input.o", "input.xs", "input.none", "input.o.b", "input.t", "input.z", "input.xs[0].k"]
FORMATS = ["%d", "%s", "%v", "%5d", "%-5s|", "%05d", "%x", "%.2f", "%+d", "%q", "%d%%", "%e", "%g", "%8.3f", "%t", "%c", "%o", "%X", "%b"]
GLOBS = ["*", "a*", "**", "a:*", "?", "[a-c]*", "{a,b}*", "*-c*", "a:b-?.d", "[!b]*"]


def call(r):
    text, number = lambda: json.dumps(r.choice(TEXTS)), lambda: r.choice(NUMBERS)
    array = lambda: "[" + ", ".join(value(r, 1) for _ in range(r.randint(0, 3))) + "]"
    texts = lambda: "[" + ", ".join(text() for _ in range(r.randint(0, 3))) + "]"
    sets = lambda: r.choice(["set()", "{1, 2}", "{\"a\"}", "{1}"])
    objects = lambda: r.choice(["{}", "{\"a\": 1}", "{\"a\": {\"b\": 2}, \"c\": [1]}", "input.o"])
    time = lambda: r.choice(["0", "1706659200000000000", "[1709164800123000000, \"America/New_York\"]", "[1700000000000000000, \"UTC\"]", "-86400000000001"])
    small = lambda: str(r.randint(-30, 30))
    table = [
        ("count", [r.choice([array, text, sets, objects])]), ("sum", [array]), ("product", [array]), ("max", [texts]), ("min", [texts]), ("sort", [texts]),
        ("array.concat", [array, array]), ("array.slice", [array, small, small]), ("array.reverse", [array]),
        ("concat", [text, texts]), ("contains", [text, text]), ("startswith", [text, text]), ("endswith", [text, text]), ("indexof", [text, text]), ("indexof_n", [text, text]),
        ("lower", [text]), ("upper", [text]), ("replace", [text, text, text]), ("split", [text, text]), ("substring", [text, small, small]), ("trim", [text, text]),
        ("trim_left", [text, text]), ("trim_right", [text, text]), ("trim_prefix", [text, text]), ("trim_suffix", [text, text]), ("trim_space", [text]),
        ("strings.count", [text, text]), ("strings.reverse", [text]), ("strings.any_prefix_match", [texts, texts]), ("strings.any_suffix_match", [texts, texts]),
        ("strings.replace_n", [lambda: "{\"a\": \"b\", \"c\": \"\"}", text]), ("format_int", [number, lambda: r.choice(["2", "8", "10", "16"])]),
        ("sprintf", [lambda: json.dumps(r.choice(FORMATS)), lambda: "[" + r.choice([number, text, array])() + "]"]),
        ("glob.match", [lambda: json.dumps(r.choice(GLOBS)), lambda: r.choice(["[]", "null", "[\":\"]", "[\"-\"]", "[\".\", \":\"]"]), text]), ("glob.quote_meta", [text]),
        ("regex.match", [lambda: r.choice(["\"^a\"", "\"[0-9]+\"", "`b.c`"]), text]), ("regex.split", [lambda: "\"[:.-]\"", text]), ("regex.replace", [text, lambda: "\"a(b)?\"", lambda: "\"<$1>\""]), ("regex.find_n", [lambda: "\"[a-c]\"", text, small]),
        ("abs", [number]), ("ceil", [number]), ("floor", [number]), ("round", [number]), ("numbers.range", [small, small]), ("numbers.range_step", [small, small, lambda: str(r.randint(1, 5))]),
        ("bits.and", [small, small]), ("bits.or", [small, small]), ("bits.xor", [small, small]), ("bits.lsh", [small, lambda: str(r.randint(0, 70))]), ("bits.rsh", [small, lambda: str(r.randint(0, 9))]), ("bits.negate", [small]),
        ("object.get", [objects, text, number]), ("object.keys", [objects]), ("object.remove", [objects, texts]), ("object.filter", [objects, texts]), ("object.union", [objects, objects]), ("object.subset", [r.choice([array, sets, objects]), r.choice([array, sets, objects])]),
        ("json.marshal", [lambda: value(r, 2)]), ("json.unmarshal", [lambda: json.dumps(r.choice(["1", "[1, 2]", "{\"a\": null}", "x", "1.50"]))]), ("json.is_valid", [text]), ("json.filter", [objects, texts]), ("json.remove", [objects, texts]),
        ("base64.encode", [text]), ("base64.decode", [text]), ("base64url.encode", [text]), ("hex.encode", [text]), ("urlquery.encode", [text]), ("to_number", [text]), ("type_name", [lambda: value(r, 1)]), ("is_string", [text]), ("is_set", [sets]),
        ("intersection", [lambda: "{{1, 2}, {2}}"]), ("union", [lambda: "{{1}, {2}}"]), ("units.parse", [text]), ("units.parse_bytes", [text]), ("semver.compare", [lambda: "\"1.2.3\"", lambda: r.choice(["\"1.10.0\"", "\"1.2.3-a\"", text()])]),
        ("net.cidr_contains", [lambda: "\"10.0.0.0/8\"", lambda: r.choice(["\"10.1.2.3\"", "\"11.0.0.0/9\"", text()])]), ("net.cidr_expand", [lambda: r.choice(["\"10.0.0.0/30\"", "\"10.0.0.5/32\"", text()])]),
        ("time.add_date", [time, small, small, small]), ("time.clock", [time]), ("time.date", [time]), ("time.weekday", [time]), ("time.format", [time]), ("time.diff", [time, time]), ("time.parse_rfc3339_ns", [text]), ("time.parse_duration_ns", [lambda: r.choice(["\"1h30m\"", "\"-5s\"", text()])]),
    ]
    name, arguments = r.choice(table)
    return f"{name}({', '.join(argument() for argument in arguments)})"


def arithmetic(r, depth=1):
    one = lambda: r.choice([lambda: r.choice(NUMBERS), lambda: r.choice(LARGE), lambda: r.choice(["input.n", "input.xs[0].k"]), lambda: f"({arithmetic(r, depth - 1)})" if depth else "3"])()
    rounded = r.choice(["", "", "", "floor", "ceil", "round", "abs"])
    text = f"{one()} {r.choice(['+', '-', '*', '/', '%'])} {one()}"
    return f"{rounded}({text})" if rounded else text


def value(r, depth):
    if depth and r.random() < 0.1:
        return r.choice([lambda: f"({arithmetic(r)})", lambda: f"sum([{r.choice(LARGE)}, {r.choice(LARGE)}])", lambda: f"product([{r.choice(LARGE)}, {r.choice(NUMBERS)}])"])()
    kind = r.randint(0, 7 if depth else 3)
    if kind <= 1:
        return r.choice(NUMBERS)
    if kind == 2:
        return json.dumps(r.choice(TEXTS))
    if kind == 3:
        return r.choice(["true", "false", "null", r.choice(REFS)])
    if kind == 4:
        return "[" + ", ".join(value(r, depth - 1) for _ in range(r.randint(0, 3))) + "]"
    if kind == 5:
        return "{" + ", ".join(value(r, depth - 1) for _ in range(r.randint(1, 3))) + "}"
    if kind == 6:
        return "{" + ", ".join(f"\"{key}\": {value(r, depth - 1)}" for key in r.sample("abc", r.randint(1, 2))) + "}"
    return r.choice([lambda: r.choice(REFS), lambda: f"[v | some v in {r.choice(REFS)}]", lambda: f"{{e.k | some e in input.xs; e.{r.choice('kj')} > {r.randint(0, 3)}}}", lambda: call(r)])()


def statement(r, variables):
    known = variables + ["input.n", "input.s", "input.none", "input.o.a"]
    name = f"v{len(variables)}"
    pick = lambda: r.choice(known)
    kinds = [
        (f"{name} := {value(r, 1)}", True), (f"some {name} in {r.choice(['input.xs', 'input.o', 'input.none', '[1, 2]', '{3}'])}", True),
        (f"some {name}k, {name} in {r.choice(['input.xs', 'input.o'])}", True), (f"{pick()} == {value(r, 0)}", False), (f"{pick()} != {value(r, 0)}", False), (f"{value(r, 1)} < {value(r, 1)}", False),
        (f"{pick()} > {r.randint(-8, 3)}", False), (f"not {pick()}", False), (f"not {pick()} == {value(r, 0)}", False), (f"not {pick()} > {r.randint(-3, 3)}", False),
        (f"not {value(r, 0)} in {r.choice(['input.xs', '[1]', 'input.none'])}", False), (f"{value(r, 0)} in {r.choice(['input.xs', '[1]', '{7}', 'input.o'])}", False),
        (f"\"a\", {value(r, 0)} in input.o", False), (f"{name} := {pick()} in [1, -7]", True), (f"{name} := f({pick()})", True), (f"not f({pick()})", False), (f"f({pick()}) == {value(r, 0)}", False),
        (f"every e in {r.choice(['input.xs', '[]', 'input.none', '[1]'])} {{ {r.choice(['e.k', 'e', 'not e.j', 'f(e)'])} }}", False), (f"{name} := walk({r.choice(['input.o', '[1]'])})", True),
        (f"walk(input.o, [_, {name}])", True), (f"count([1 | {pick()}]) == {r.randint(0, 2)}", False), (f"{name} := input.xs[_].{r.choice('knj')}", True), (f"{name} = {value(r, 1)}", True),
    ]
    text, binds = r.choice(kinds)
    return text, variables + [name] if binds else variables


def body(r):
    variables, statements = [], []
    for _ in range(r.randint(1, 3)):
        text, variables = statement(r, variables)
        statements.append(text)
    return "; ".join(statements), variables


def head(r, variables):
    base = variables + ["input.none", "input.n", "1", "q"]
    one = lambda: r.choice(base + [f"{v}.k" for v in variables])
    return r.choice([one, one, lambda: f"[{one()}, {one()}]", lambda: f"{{\"a\": {one()}}}", lambda: f"count({one()})", lambda: f"f({one()})"])()


def program(r):
    kind = r.random()
    if kind < 0.3:
        return typed.program(r)
    if kind < 0.45:
        return bound.program(r)
    kind = r.random()
    if kind < 0.45:
        made = r.choice([call, calls.made])
        return f"package a\n\nx := {made(r)}\n"
    if kind < 0.5:
        return f"package a\n\nx := {r.choice([arithmetic(r, 2), value(r, 3)])}\n"
    text, variables = body(r)
    other, more = body(r)
    rule = r.choice([
        lambda: f"x contains {head(r, variables)} if {{ {text} }}", lambda: f"x := {head(r, variables)} if {{ {text} }}", lambda: f"x := {head(r, variables)} if {{ {text} }} else := {head(r, more)} if {{ {other} }} else := \"none\"",
        lambda: f"x[{r.choice(variables + ['1', 'input.s'])}] := {head(r, variables)} if {{ {text} }}", lambda: f"x[{r.choice(variables + ['1'])}] contains {head(r, variables)} if {{ {text} }}", lambda: f"x := [{head(r, variables)} | {text}]",
        lambda: f"x if {{ {text} }}", lambda: f"x if {{ {text} }}\n\nx if {{ {other} }}", lambda: f"x := {{{head(r, variables)}: {head(r, variables)} | {text}}}", lambda: f"x := p\n\np[{r.choice(variables + ['1'])}] contains {head(r, variables)} if {{ {text} }}",
    ])()
    function = r.choice(["f(y) := y.k if { y } else := \"f\"", "f(y) := y", "f(y) if y > 0", "f(y) := input.none if { y == 1 } else := y if y != 3"])
    return f"package a\n\n{rule}\n\n{function}\n\nq := 5\n\nv0 := 9\n"


def make(seed, count, path):
    r = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            text = program(r).replace("input.", UNDER)
            file.write(json.dumps({"text": text, "input": {"trails": [{"trail": INPUT}]}}) + "\n")


def numbers(found):
    """JSON numbers as one kind: 1.0 is 1."""
    if isinstance(found, dict):
        return {key: numbers(inner) for key, inner in found.items()}
    if isinstance(found, list):
        return [numbers(inner) for inner in found]
    return int(found) if isinstance(found, float) and found.is_integer() else found


def ask(text, document):
    from opa_bindings import OpaEngine

    opa = OpaEngine()
    try:
        opa.add_policy("a.rego", text)
        found = opa.eval_query("x := data.a.x", document)
    except Exception as error:  # OPA's own word for it is all that counts
        return {"error": " ".join(str(error).split())}
    finally:
        opa.close()
    return {"value": found[0]["x"]} if found else {"undefined": True}


# What the lints of types complain of.
TYPES = {"argument-type", "no-keys", "type-mismatch"}


def refused_for_types(got, want):
    """The lines that are refused for their types, and for nothing else, where OPA tells of none."""
    if set(got["refused"]) - TYPES or want.get("error", "").startswith("prepare_error"):
        return []
    return sorted(set(got.get("type_errors", [])))


def compare(path):
    with open(path, encoding="utf-8") as file:
        programs = [json.loads(line) for line in file]
    with open(path.rsplit(".", 1)[0] + ".outcomes", encoding="utf-8") as file:
        outcomes = [json.loads(line) for line in file]
    tally = collections.Counter()
    for one, got in zip(programs, outcomes, strict=True):
        want = ask(one["text"], one["input"])
        if "refused" in got:
            if lines := refused_for_types(got, want):
                tally["refused for types alone"] += 1
                print("--", one["text"].strip(), f"   lines {lines}: {json.dumps(got)}", f"   OPA: {json.dumps(want)[:500]}", sep="\n")
            else:
                tally["refused"] += 1
            continue
        warned = got.pop("warned")
        if "error" in want and "error" in got or "error" not in want and numbers(want) == numbers(got):
            tally["same"] += 1
        elif "requires evaluation" in want.get("error", ""):
            tally["an internal error of OPA"] += 1
        elif "unsafe_var" in want.get("error", "") and "every" in one["text"]:
            # Behind an `every` OPA doesn't see what a call gives the variables in it.
            tally["unsafe to OPA alone"] += 1
        elif "error" in got:
            tally["an error here alone"] += 1
        elif warned and set(warned) - {"unused-rule", "unused-variable", "unused-import"}:
            tally["warned of"] += 1
        else:
            tally["different"] += 1
            print("--", one["text"].strip().replace("package a\n\n", ""), f"   OPA: {json.dumps(want)[:300]}", f"   here: {json.dumps(got)[:300]}", sep="\n")
    print(", ".join(f"{count} {word}" for word, count in sorted(tally.items())))
    return 1 if tally["different"] or tally["refused for types alone"] else 0


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        sys.exit(compare(sys.argv[2]))
