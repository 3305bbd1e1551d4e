"""Programs made at random about what binds variables: loops in brackets, `not`,
`every`, `some`, second names and closures, in any order."""

RULES = '''q := {"a": 1, "b": 2, "c": 3}

r := {"a": 1, "c": {"a": 2}}

s := {1, 2, "b"}

t := ["a", "b"]

k := {["a"], [1], ["b", 1], {"k": "a"}}

f(y) := y if y != "c"'''
NAMES = ["u", "v", "w"]


def operand(r, names):
    return r.choice(names) if names and r.random() < 0.9 else r.choice(['"a"', "1", *NAMES[:1]])


def path(r, names):
    head = r.choice(["q", "q", "r", "s", "t", "k"])
    return f"{head}[{operand(r, names)}]" + (f"[{operand(r, names)}]" if head == "r" and r.random() < 0.3 else "")


def statement(r, names, depth):
    """One statement; the names that it may bind are added."""
    kind = r.randint(0, 14)
    if kind <= 2:
        name = r.choice(NAMES)
        names.append(name)
        return f"{r.choice('qrst')}[{name}]"
    if kind <= 5:
        return f"not {r.choice([path(r, names), path(r, names), f'{path(r, names)} == {operand(r, names)}', f'f({operand(r, names)})'])}"
    if kind == 6:
        name = r.choice(NAMES)
        text = f"some {name} in {r.choice('qst')}"
        names.append(name)
        return text
    if kind == 7:
        name = r.choice(NAMES)
        names.append(name)
        return f"some {name}; {r.choice('qrst')}[{name}]"
    if kind == 8:
        name = r.choice(NAMES)
        others = [one for one in names if one != name]
        made = [operand(r, others), operand(r, others), f"[{operand(r, others)}]", f"[{operand(r, others)}, 1]", f'{{"k": {operand(r, others)}}}']
        text = f"{name} {r.choice([':=', '='])} {r.choice(made)}"
        names.append(name)
        return text
    if kind == 9:
        name = r.choice(NAMES)
        text = r.choice([f"walk({r.choice('rt')}, [_, {name}])", f"f({operand(r, names)}, {name})", f"{name} = {path(r, names)}", f"[{name}, _] = t", f"{name} := f({operand(r, names)})"])
        names.append(name)
        return text
    if kind <= 11 and depth:
        member = r.choice(["e", "e", *NAMES])
        return f"every {member} in {r.choice(['[1]', 't', 'q', 'k'])} {{ {body(r, names + [member, member], depth - 1)} }}"
    if kind <= 13 and depth:
        inner = list(names)
        text = body(r, inner, depth - 1)
        return f"count([{operand(r, inner)} | {text}]) {r.choice(['==', '>'])} {r.randint(0, 2)}"
    return f"{operand(r, names)} {r.choice(['==', '!=', '='])} {operand(r, names)}"


def statements(r, names, depth):
    """Some statements. OPA finds no value for the second of two equal ones that wait
    for a variable together, so there are none."""
    return list(dict.fromkeys(statement(r, names, depth) for _ in range(r.randint(1, 3))))


def body(r, names, depth):
    texts = statements(r, names, depth)
    if r.random() < 0.2:
        r.shuffle(texts)
    return "; ".join(texts)


def program(r):
    names = []
    text = "; ".join(statements(r, names, 1))
    one = operand(r, names)
    collected = f"x := [{one} | {text}]" if "walk" not in text else f"x := {{{one} | {text}}}"
    rule = r.choice(
        [
            f"x contains {one} if {{ {text} }}",
            f"x contains [{one}, {operand(r, names)}] if {{ {text} }}",
            collected,
            f"x if {{ {text} }}",
            f"x[{one}] := [1 | {path(r, names)}] if {{ {text} }}",
            f"x := 5 if {{ false }} else := {one} if {{ {text} }}",
        ]
    )
    return f"package a\n\n{rule}\n\n{RULES}\n"
