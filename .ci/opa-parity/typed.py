"""Programs made at random about types: rules, functions and variables of many,
held against each other."""

NAMES = ["a", "b", "c"]
TEXTS = ['"a"', '"b"', '"s"']


def scalar(r):
    return r.choice(["1", "2", "true", "null", *TEXTS])


def literal(r, depth, of=scalar, least=0):
    one = lambda: literal(r, depth - 1, of)
    over = lambda: r.choice([lambda: literal(r, depth - 1, of, 1), lambda: "input.x"])() if depth else "input.x"
    if not least and (not depth or r.random() < 0.4):
        return of(r)
    return r.choice([
        lambda: "[" + ", ".join(one() for _ in range(r.randint(0, 3))) + "]",
        lambda: "{" + ", ".join(one() for _ in range(r.randint(1, 3))) + "}",
        lambda: "{" + ", ".join(f'"{key}": {one()}' for key in r.sample(NAMES, r.randint(0, 2))) + "}",
        lambda: f"{{{of(r)}: {one()}}}",
        lambda: f"[m{depth} | some m{depth} in {over()}]", lambda: f"{{m{depth} | some m{depth} in {over()}}}", lambda: f"{{m{depth}: {one()} | some m{depth} in {over()}}}",
    ])()


class Body:
    """The variables at hand, and one statement after the other."""

    def __init__(self, r, rules, functions, variables=()):
        self.r, self.rules, self.functions, self.variables, self.made = r, rules, functions, list(variables), 0

    def fresh(self):
        self.made += 1
        return f"v{self.made}"

    def path(self):
        r = self.r
        head = r.choice(self.variables * 2 + self.rules + ["input.x", "data.b.n"])
        for _ in range(r.choice([0, 0, 0, 1, 1, 2])):
            head += r.choice([f".{r.choice(NAMES)}", "[0]", "[1]", "[_]", f"[{r.choice(TEXTS)}]", f"[{r.choice(self.variables or ['0'])}]"])
        return head

    def of(self, r):
        return r.choice([lambda: scalar(r), self.path, self.path, self.call])()

    def call(self):
        r = self.r
        one = lambda: r.choice([lambda: scalar(r), self.path, self.path, lambda: literal(r, 1)])()
        if self.functions and r.random() < 0.5:
            return f"{r.choice(self.functions)}({one()})"
        name, arity = r.choice([("count", 1), ("concat", 2), ("sum", 1), ("max", 1), ("split", 2), ("startswith", 2), ("array.concat", 2), ("object.get", 3), ("object.keys", 1), ("sort", 1), ("upper", 1), ("abs", 1), ("numbers.range", 2), ("json.marshal", 1), ("to_number", 1), ("object.union", 2), ("time.clock", 1), ("walk", 1), ("units.parse", 1), ("is_string", 1), ("sprintf", 2), ("union", 1), ("json.filter", 2)])
        if r.random() < 0.15:
            a, b = one(), one()
            return f"({a} {r.choice('+-*|&')} {b})"
        return f"{name}({', '.join(one() for _ in range(arity))})"

    def value(self):
        return literal(self.r, 2, self.of)

    def pattern(self):
        r = self.r
        new = []

        def one():
            if r.random() < 0.7:
                new.append(self.fresh())
                return new[-1]
            return scalar(r)

        text = r.choice([one, lambda: f"[{one()}, {one()}]", lambda: f"[{one()}]", lambda: f'{{"a": {one()}}}'])()
        return text, new

    def statement(self):
        r = self.r
        kind = r.randint(0, 13)
        if kind <= 2:
            value = self.value()
            name = self.fresh()
            self.variables.append(name)
            return f"{name} := {value}"
        if kind == 3:
            value = self.value()
            text, new = self.pattern()
            self.variables += new
            return f"{text} {r.choice([':=', '='])} {value}" if new else f"{text} = {value}"
        if kind <= 5:
            over = r.choice([self.path, self.path, lambda: literal(r, 1, self.of, 1)])()
            name, key = self.fresh(), self.fresh()
            self.variables += [name, key]
            return f"some {key}, {name} in {over}"
        if kind <= 8:
            return f"{r.choice([self.path(), self.call()])} {r.choice(['==', '==', '=', '!=', '<'])} {self.value()}"
        if kind == 9:
            return f"not {self.path()} == {self.value()}"
        if kind == 10:
            name = self.fresh()
            text = f"{self.path()}[{name}]"
            self.variables.append(name)
            return text
        if kind == 11:
            return f"{self.value()} in {self.value()}"
        if kind == 12:
            over, inner = literal(r, 1, self.of, 1), Body(r, self.rules, self.functions, self.variables + ["e"])
            inner.made = self.made + 20
            return f"every e in {over} {{ e; {inner.statement()} }}"
        return self.path() if r.random() < 0.5 else self.call()

    def some(self, most):
        return "; ".join(self.statement() for _ in range(self.r.randint(1, most)))


def program(r):
    rules, functions, lines = [], [], []
    for index in range(r.randint(0, 2)):
        name = f"r{index}"
        for _ in range(r.choice([1, 1, 2])):
            body = Body(r, list(rules), list(functions))
            text = body.some(1)
            head = r.choice([f"{name} := {{}}", f"{name} := {{}}", f"{name} contains {{}}", f"{name}[{r.choice(body.variables + TEXTS)}] := {{}}", f"{name}.b := {{}}"])
            lines.append(f"{head.format(body.value())} if {{ {text} }}")
        rules.append(name)
    for index in range(r.randint(0, 2)):
        name = f"f{index}"
        for _ in range(r.choice([1, 1, 2])):
            argument, own = r.choice([("y", ["y"]), ("y", ["y"]), ("[y, z]", ["y", "z"]), ('{"a": y}', ["y"]), (scalar(r), [])])
            body = Body(r, list(rules), list(functions), own)
            text = body.some(1)
            otherwise = Body(r, list(rules), list(functions), own)
            arms = r.choice(["", f" else := {otherwise.value()}"])
            lines.append(f"{name}({argument}) := {body.value()} if {{ {text} }}{arms}")
        functions.append(name)
    body = Body(r, rules, functions)
    lines.append(f"x if {{ {body.some(3)} }}")
    return "package a\n\n" + "\n\n".join(lines) + "\n"
