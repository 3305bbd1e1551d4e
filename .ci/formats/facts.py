"""The verdicts in every other format are those of the JSON report.

Reads JUnit with junitparser, CSV with Python's own reader, OCSF with Prowler's
models and OSCAL with NIST's as compliance-trestle has them:
facts.py FOLDER, in which each report is NAME.FORMAT.
"""

import csv
import json
import sys
import unicodedata
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.events.findings.status_id import StatusID
from py_ocsf_models.objects.compliance_status import StatusID as Compliance
from trestle.core import validator_factory  # noqa: F401 (the next import needs it)
from trestle.core.all_validator import AllValidator
from trestle.oscal.assessment_results import Model as AssessmentResults


HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cs", "Cn"}


def shown(text):
    """A name as formats for people show it."""

    def escape(character):
        if character in "\n\r\t":
            return repr(character)[1:-1]
        if character != " " and unicodedata.category(character) in HIDDEN:
            return f"\\u{{{ord(character):x}}}"
        return character

    return "".join(map(escape, text))


def facts_of_json(path):
    report = json.loads(path.read_text())
    return [
        (subject["id"], check["id"], check["code"], check["outcome"])
        for subject in report["subjects"]
        for check in subject["checks"]
    ]


def outcomes(facts):
    return sorted((check, outcome) for _, check, _, outcome in facts)


def outcomes_of_csv(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    # Coverage and bundles are of no subject and have no outcome.
    loose = {"coverage", "bundle"}
    checks = (row for row in rows if row["outcome"] != "warning" and row["kind"] not in loose)
    return sorted((row["check"], row["outcome"]) for row in checks)


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


def facts_of_ocsf(path):
    facts = []
    words = {Compliance.Pass: "pass", Compliance.Warning: "inconclusive", Compliance.Fail: "fail"}
    for raw in json.loads(path.read_text()):
        event = ComplianceFinding.model_validate(raw)
        assert (event.category_uid, event.class_uid) == (2, 2003)
        assert event.type_uid == event.class_uid * 100 + event.activity_id
        if event.unmapped["outcome"] == "warning":
            continue
        outcome = words.get(event.compliance.status_id, "not-applicable")
        if outcome == "fail" and event.status_id == StatusID.Suppressed:
            outcome = "waived"
        check = event.compliance.checks[0]
        facts.append((event.resources[0].uid, check.uid, event.status_code, outcome))
    return sorted(facts)


def word(value):
    """What is in trestle's wrappers of a token."""
    while hasattr(value, "root"):
        value = value.root
    return getattr(value, "value", value)


def facts_of_oscal(path):
    document = AssessmentResults.model_validate_json(path.read_text()).assessment_results
    assert AllValidator().model_is_valid(document, True), "trestle finds it invalid"
    result = document.results[0]

    def prop(of, name):
        return next(prop.value for prop in of.props if prop.name == name)

    items = {item.uuid: prop(item, "asset-id") for item in result.local_definitions.inventory_items or []}
    risks = {risk.uuid: word(risk.status) for risk in result.risks or []}
    findings = {
        related.observation_uuid: finding
        for finding in result.findings or []
        for related in finding.related_observations
    }
    facts = []
    for observation in result.observations or []:
        if prop(observation, "outcome") == "warning":
            continue
        outcome = "not-applicable"
        if finding := findings.get(observation.uuid):
            status = finding.target.status
            if word(status.state) == "satisfied":
                outcome = "pass"
            elif word(status.reason) == "other":
                outcome = "inconclusive"
            else:
                approved = risks[finding.related_risks[0].risk_uuid] == "deviation-approved"
                outcome = "waived" if approved else "fail"
        subject = items[observation.subjects[0].subject_uuid]
        facts.append((subject, prop(observation, "check"), prop(observation, "code"), outcome))
    return sorted(facts)


def main(folder):
    readers = {
        "csv": (outcomes_of_csv, outcomes),
        "junit": (outcomes_of_junit, outcomes),
        "ocsf": (facts_of_ocsf, sorted),
        "oscal": (facts_of_oscal, lambda facts: sorted((shown(id), *rest) for id, *rest in facts)),
    }
    wrong = 0
    count = 0
    for report in sorted(folder.glob("*.json")):
        facts = facts_of_json(report)
        for format, (read, expected) in readers.items():
            count += 1
            found = read(report.with_suffix("." + format))
            if found != expected(facts):
                wrong += 1
                print(f"{report.stem}: {format} says {found}, JSON says {expected(facts)}")
    print(f"{', '.join(readers)}: {count} reports, {wrong} that differ from JSON")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
