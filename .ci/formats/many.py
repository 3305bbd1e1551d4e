"""Prints a describe-trails answer of many trails, each failing: many.py COUNT."""

import json
import sys

A_HUNDRED = 100


def trail(number):
    account = 111122223333 + number // A_HUNDRED
    name = f"trail-{number:06}"
    return {
        "Name": name,
        "S3BucketName": "logs",
        "IncludeGlobalServiceEvents": False,
        "IsMultiRegionTrail": False,
        "HomeRegion": "us-east-1",
        "TrailARN": f"arn:aws:cloudtrail:us-east-1:{account}:trail/{name}",
        "LogFileValidationEnabled": False,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": False,
    }


json.dump({"trailList": [trail(number) for number in range(int(sys.argv[1]))]}, sys.stdout, indent=4)
