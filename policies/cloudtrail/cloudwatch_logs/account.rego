# Results for an account as a whole: it has no trail at all, or part of it was
# not seen.
package cloudtrail.cloudwatch_logs

failed := [j | input.regions[j].answer == "failed"]

answered_empty := [j | input.regions[j].answer == "empty"]

# The two results of an account that has no trail: every region that was asked
# answered, and none has one. Where a trail is known from elsewhere, the trail is
# judged instead.
of_account contains result if {
	input.trails == []
	input.missing_regions == []
	answered_empty != []
	count(answered_empty) == count(input.regions)
	some result in [
		{
			"subject": input.account_id,
			"check": "log-group-configured",
			"outcome": "fail",
			"code": "no-trails",
			"message": sprintf("The account has no trail in %s, so nothing is sent to CloudWatch Logs", [regions(answered_empty)]),
			"help": "aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN",
			"evidence": places(answered_empty),
		},
		{
			"subject": input.account_id,
			"check": "delivery-recent",
			"outcome": "not-applicable",
			"code": "no-trails",
			"message": sprintf("The account has no trail in %s, so there is no delivery to date", [regions(answered_empty)]),
			"help": null,
			"evidence": places(answered_empty),
		},
	]
}

# An account that something names, and of which nothing at all shows the trails.
of_account contains result if {
	is_missing
	some check in ["log-group-configured", "delivery-recent"]
	result := {
		"subject": input.account_id,
		"check": check,
		"outcome": "inconclusive",
		"code": "account-not-collected",
		"message": sprintf("The account is expected (%s), and nothing here shows its trails", [concat(", ", input.expected_by)]),
		"help": sprintf("aws cloudtrail describe-trails --region %s, with credentials of account %s", [some_region, data.lib.aws.shell(input.account_id)]),
		"evidence": [],
	}
}

is_missing if {
	input.expected_by != []
	not input.answered
	failed == []
}

some_region := data.lib.aws.shell(input.missing_regions[0]) if {
	input.missing_regions != []
} else := "REGION"

# Regions of an account that answered elsewhere. Where a call failed as well, its
# result tells of them.
of_account contains result if {
	input.missing_regions != []
	not is_missing
	failed == []
	some check in ["log-group-configured", "delivery-recent"]
	result := {
		"subject": input.account_id,
		"check": check,
		"outcome": "inconclusive",
		"code": "region-not-collected",
		"message": sprintf("Nothing here shows the trails of %s", [concat(", ", input.missing_regions)]),
		"help": sprintf("aws cloudtrail describe-trails --region %s", [some_region]),
		"evidence": [],
	}
}

# A look at the text of the regions costs less than a walk over them.
of_account contains result if {
	contains(json.marshal(input.regions), `"failed"`)
	failed != []
	some check, code in {"log-group-configured": "log-group-unknown", "delivery-recent": "status-missing"}
	result := unseen(check, code)
}

unseen(check, code) := result if {
	result := {
		"subject": input.account_id,
		"check": check,
		"outcome": "inconclusive",
		"code": code,
		"message": sprintf("The trails of %s are not known: %s", [regions(failed), concat("; ", errors)]),
		"help": sprintf("aws cloudtrail describe-trails --region %s", [data.lib.aws.shell(region_name(input.regions[failed[0]]))]),
		"evidence": places(failed),
	}
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

regions(indexes) := text if {
	names := {name | some j in indexes; name := input.regions[j].region; is_string(name)}
	count(names) > 0
	text := concat(", ", sort(names))
} else := "the regions asked"

places(indexes) := [place |
	some j in indexes
	place := {"path": ["regions", j], "label": input.regions[j].answer}
]
