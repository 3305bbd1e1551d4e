"""Validates JSON files against a JSON Schema: schema.py SCHEMA FILE..."""

import json
import sys
from pathlib import Path

from jsonschema.validators import validator_for


def main(schema, files):
    schema = json.loads(Path(schema).read_text(encoding="utf-8-sig"))
    validator = validator_for(schema)(schema)
    wrong = 0
    for file in files:
        for error in validator.iter_errors(json.loads(Path(file).read_text())):
            wrong += 1
            print(f"{Path(file).name}: {error.json_path}: {error.message}")
    print(f"{schema.get('title', 'schema')}: {len(files)} files, {wrong} errors")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
