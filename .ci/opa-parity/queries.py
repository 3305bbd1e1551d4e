"""Holds `coldtrail eval` against OPA's own answers, whole.

queries.py EVIDENCE: the evidence of one account. Queries whose statements OPA puts
in another order are left out: it tells them in the order of evaluation.
"""

import json
import os
import subprocess
import sys

from opa_bindings import OpaEngine
from opa_bindings.engine import _cstr, _encode_input

QUERIES = """
1 == 2
1 == 2; true
true; false
not false
not input.as_of
x := 1; x == 2
x := 1; y = x + 1
[a, b] := [1, 2]; a < b
a := {1, 2}[_]
a := 1 with input as {}
some t in input.trails; t.name != "main"
some i, t in input.trails
some x; input.trails[x].name == "main"
input.trails[i].name
input.trails[i].name == "main"
input.trails[_].trail.IsMultiRegionTrail
input.trails[count([1])].name
x = input.trails[j].id; j > 0
x := [y | y := input.trails[_].name]; count(x) > 1
every t in input.trails { t.id }
"main" in [t.name | some t in input.trails]
walk({"a": 1}, [p, v])
walk({"a": 1})
{"a": {1}}
(1+2)*3
1 == 1 # a comment
count({1, 2}) + 1; true
""".strip().splitlines() + ["[1,\n2]", "x := 1\n  y := 2", "  # first\n  {x |\n x := 1\n}"]


def coldtrail(*arguments):
    command = [os.environ.get("CARGO_TARGET_DIR", "target") + "/debug/coldtrail", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def opa(engine, query, document):
    # The public call gives the bindings alone.
    call = engine._lib.OpaEvalQuery
    return engine._eval_result(
        engine._call(call, _cstr(query), _encode_input(document), 0, 0)
    )


[document] = coldtrail("inspect", sys.argv[1], "--input")
engine = OpaEngine()
differ = 0
for query in QUERIES:
    own = coldtrail("eval", query, "--input", sys.argv[1]).get("result", [])
    for solution in own:
        del solution["account_id"]
    theirs = opa(engine, query, document) or []
    if own != theirs:
        differ += 1
        print(f"{query}\n  OPA:       {theirs}\n  coldtrail: {own}")
if differ:
    sys.exit(f"{differ} of {len(QUERIES)} queries are answered otherwise")
print(f"{len(QUERIES)} queries are answered as OPA answers them")
