"""Holds what `coldtrail policy capabilities` prints against OPA's own declarations.

capabilities.py FILE: each builtin of FILE must be declared by OPA in the very same
words. OPA's library carries the capabilities of all its versions as JSON; the one
with the most builtins is its own.
"""

import json
import pathlib
import sys

import opa_bindings

library = (pathlib.Path(opa_bindings.__file__).parent / "libopabridge.so").read_bytes()
START = b'{\n  "builtins": ['
LONGEST = 1 << 20

known = []
at = library.find(START)
while at >= 0:
    text = library[at : at + LONGEST].decode("latin-1")
    known.append(json.JSONDecoder().raw_decode(text)[0])
    at = library.find(START, at + 1)
if not known:
    sys.exit("OPA's library shows no capabilities")
newest = max(known, key=lambda one: len(one["builtins"]))
declared = {one["name"]: one for one in newest["builtins"]}

with open(sys.argv[1], encoding="utf-8") as file:
    own = json.load(file)
wrong = [one["name"] for one in own["builtins"] if declared.get(one["name"]) != one]
wrong += [word for word in own["features"] if word not in newest["features"]]
if wrong:
    sys.exit(f"OPA declares otherwise: {', '.join(wrong)}")
print(f"{len(own['builtins'])} of OPA's {len(declared)} builtins are taken, each as OPA declares it")
