# Results for an account as a whole: it has no trail at all, or part of it was
# not seen.
package cloudtrail.cloudwatch_logs

import data.lib.aws

failed := [j | input.regions[j].answer == "failed"]

answered_empty := [j | input.regions[j].answer == "empty"]

# Every region that was asked answered, and none has a trail. Where a trail is
# known from elsewhere, the trail is judged instead.
has_no_trail if {
	input.trails == []
	input.missing_regions == []
	answered_empty != []
	count(answered_empty) == count(input.regions)
}

of_account contains result(
	input.account_id, "log-group-configured", "fail", "no-trails",
	sprintf("The account has no trail in %s, so nothing is sent to CloudWatch Logs", [regions(answered_empty)]),
	concat(" ", [
		"aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail",
		"--cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN",
	]),
	places(answered_empty),
) if {
	has_no_trail
}

of_account contains result(
	input.account_id, "delivery-recent", "not-applicable", "no-trails",
	sprintf("The account has no trail in %s, so there is no delivery to date", [regions(answered_empty)]),
	null,
	places(answered_empty),
) if {
	has_no_trail
}

# An account that something names, and of which nothing at all shows the trails.
of_account contains result(
	input.account_id, check, "inconclusive", "account-not-collected",
	sprintf("The account is expected (%s), and nothing here shows its trails", [concat(", ", input.expected_by)]),
	sprintf(
		"aws cloudtrail describe-trails --region %s, with credentials of account %s",
		[some_region, aws.shell(input.account_id)],
	),
	[],
) if {
	is_missing
	some check, _ in checks
}

is_missing if {
	input.expected_by != []
	not input.answered
	failed == []
}

some_region := aws.shell(input.missing_regions[0]) if {
	input.missing_regions != []
} else := "REGION"

# Regions of an account that answered elsewhere. Where a call failed as well, its
# result tells of them.
of_account contains result(
	input.account_id, check, "inconclusive", "region-not-collected",
	sprintf("Nothing here shows the trails of %s", [concat(", ", input.missing_regions)]),
	sprintf("aws cloudtrail describe-trails --region %s", [some_region]),
	[],
) if {
	input.missing_regions != []
	not is_missing
	failed == []
	some check, _ in checks
}

of_account contains result(
	input.account_id, check, "inconclusive", code,
	sprintf("The trails of %s are not known: %s", [regions(failed), concat("; ", errors)]),
	sprintf("aws cloudtrail describe-trails --region %s", [aws.shell(region_name(input.regions[failed[0]]))]),
	places(failed),
) if {
	failed != []
	some check, code in {"log-group-configured": "log-group-unknown", "delivery-recent": "status-missing"}
}

errors := array.concat(
	sort({text | some j in failed; text := error_of(input.regions[j])}),
	[text | input.missing_regions != []; text := sprintf("and nothing shows %s", [concat(", ", input.missing_regions)])],
)

error_of(asked) := asked.error if {
	is_string(asked.error)
} else := "the call failed"

# Evidence that names no region stays without one.
region_name(asked) := asked.region if {
	is_string(asked.region)
} else := "REGION"

regions(indexes) := concat(", ", sort(names)) if {
	names := {name | some j in indexes; name := input.regions[j].region; is_string(name)}
	count(names) > 0
} else := "the regions asked"

places(indexes) := [{"path": ["regions", j], "label": input.regions[j].answer} | some j in indexes]
