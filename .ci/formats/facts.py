"""The verdicts in every other format are those of the JSON report.

Reads JUnit with junitparser and CSV with Python's own reader:
facts.py FOLDER, in which each report is NAME.FORMAT.
"""

import csv
import json
import sys
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped


def outcomes_of_json(path):
    report = json.loads(path.read_text())
    return sorted(
        (check["id"], check["outcome"])
        for subject in report["subjects"]
        for check in subject["checks"]
    )


def outcomes_of_csv(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted((row["check"], row["outcome"]) for row in rows if row["outcome"] != "warning")


def outcomes_of_junit(path):
    found = []
    for suite in JUnitXml.fromfile(str(path)):
        for case in suite:
            if case.classname == "evidence":
                continue
            results = {type(result) for result in case.result}
            if Failure in results:
                outcome = "fail"
            elif Error in results:
                outcome = "inconclusive"
            elif Skipped in results:
                waived = "accepted by" in case.result[0].message
                outcome = "waived" if waived else "not-applicable"
            else:
                outcome = "pass"
            found.append((case.name.rsplit("/", 1)[-1], outcome))
    return sorted(found)


READERS = {"csv": outcomes_of_csv, "junit": outcomes_of_junit}


def main(folder):
    wrong = 0
    count = 0
    for report in sorted(folder.glob("*.json")):
        expected = outcomes_of_json(report)
        for format, read in READERS.items():
            count += 1
            found = read(report.with_suffix("." + format))
            if found != expected:
                wrong += 1
                print(f"{report.stem}: {format} says {found}, JSON says {expected}")
    print(f"{', '.join(READERS)}: {count} reports, {wrong} that differ from JSON")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
