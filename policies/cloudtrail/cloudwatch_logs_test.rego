package cloudtrail.cloudwatch_logs_test

import data.cloudtrail.cloudwatch_logs

arn := "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"

group := "arn:aws:logs:eu-west-1:111122223333:log-group:cloudtrail/main:*"

whole := {
	"Name": "main",
	"TrailARN": arn,
	"HomeRegion": "eu-west-1",
	"S3BucketName": "trail-bucket",
	"IsMultiRegionTrail": true,
	"CloudWatchLogsLogGroupArn": group,
	"CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/cloudtrail",
	"HasCustomEventSelectors": false,
	"IsOrganizationTrail": false,
}

as_of := "2026-11-20T10:00:00Z"

status := {
	"IsLogging": true,
	"LatestDeliveryTime": "2026-11-20T09:58:00Z",
	"LatestCloudWatchLogsDeliveryTime": "2026-11-20T09:30:00Z",
}

good := object.union(
	{
		"id": arn,
		"arn": arn,
		"name": "main",
		"home_region": "eu-west-1",
		"account_id": "111122223333",
		"organization": false,
		"owner_in_evidence": true,
		"contradiction": null,
		"status": status,
		"status_complete": true,
		"status_of_member": false,
		"status_problem": null,
		"as_of": as_of,
		"as_of_basis": "flag",
		"not_before": "2026-11-20T09:58:00Z",
		"log_group": null,
	},
	seen(whole, true),
)

# What a trail's entry says of an object seen once.
seen(object, complete) := {
	"trail": object,
	"complete": complete,
	"sightings": [{"trail": object, "complete": complete, "regions": ["eu-west-1"], "accounts": ["111122223333"]}],
}

# The good trail with other values in place of its own.
but(values) := object.union(object.remove(good, object.keys(values)), values)

delivered(time) := but({"status": object.union(object.remove(status, [time_key]), {time_key: time})})

time_key := "LatestCloudWatchLogsDeliveryTime"

account(trails, answers) := {
	"account_id": "111122223333",
	"as_of": as_of,
	"as_of_basis": "flag",
	"not_before": "2026-11-20T09:58:00Z",
	"answered": count([answer | some answer in answers; answer != "failed"]) > 0,
	"expected_by": ["folder"],
	"missing_regions": [],
	"regions_known": true,
	"regions": [region |
		some answer in answers
		region := {"region": "eu-west-1", "answer": answer, "trails": count(trails), "error": error_of(answer)}
	],
	"trails": trails,
}

error_of(answer) := "AccessDeniedException" if {
	answer == "failed"
} else := null

# The one result of a check on one trail.
judged(trail, check) := result if {
	found := [result |
		some result in cloudwatch_logs.results with input as account([trail], ["trails"])
		result.check == check
	]
	count(found) == 1
	result := found[0]
}

log_group(trail) := judged(trail, "log-group-configured")

delivery(trail) := judged(trail, "delivery-recent")

warned(trail) := codes if {
	found := cloudwatch_logs.warnings with input as account([trail], ["trails"])
	codes := {warning.code | some warning in found}
}

outcome_and_code(result) := [result.outcome, result.code]

# log-group-configured

test_a_log_group_arn_passes if {
	result := log_group(good)
	outcome_and_code(result) == ["pass", "log-group-configured"]
	result.evidence == [{"path": ["trails", 0, "trail", "CloudWatchLogsLogGroupArn"], "label": "the log group"}]
}

test_a_log_group_arn_of_any_partition_passes if {
	every partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"] {
		value := sprintf("arn:%s:logs:eu-west-1:111122223333:log-group:main", [partition])
		log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true))).outcome == "pass"
	}
}

test_a_group_with_a_star_behind_it_is_the_same_without if {
	without := object.union(whole, {"CloudWatchLogsLogGroupArn": trim_suffix(group, ":*")})
	second := {"trail": without, "complete": true, "regions": [], "accounts": []}
	log_group(but({"sightings": array.concat(good.sightings, [second])})).outcome == "pass"
}

test_a_whole_object_without_the_key_fails if {
	result := log_group(but(seen(object.remove(whole, ["CloudWatchLogsLogGroupArn"]), true)))
	outcome_and_code(result) == ["fail", "log-group-missing"]
	startswith(result.help, concat(" ", [
		"aws cloudtrail update-trail --name arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",
		"--region eu-west-1 --cloud-watch-logs-log-group-arn",
	]))
}

test_null_and_blank_say_that_there_is_no_log_group if {
	every value in [null, "", "  "] {
		every complete in [true, false] {
			result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), complete)))
			outcome_and_code(result) == ["fail", "log-group-missing"]
		}
	}
}

test_what_is_no_log_group_arn_is_malformed if {
	values := [
		"cloudtrail/main",
		"https://logs.eu-west-1.amazonaws.com",
		"arn:aws:s3:::bucket",
		"arn:aws:logs:eu-west-1:1111222233334:log-group:main:*",
		"arn:aws:logs:eu-west-1:11122223333:log-group:main:*",
		"arn:aws:logs:eu-west-1:111122223333:log-group:",
		"arn:aws:logs:eu-west-1:111122223333:log-group:main:log-stream:x",
		"arn:azure:logs:eu-west-1:111122223333:log-group:main",
		17,
	]
	every value in values {
		without := object.remove(whole, ["CloudWatchLogsLogGroupArn"])
		result := log_group(but(seen(object.union(without, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["fail", "log-group-malformed"]
	}
}

test_what_a_copy_has_changed_is_inconclusive if {
	values := [
		"arn:aws:logs:eu\u2011west\u20111:111122223333:log\u2011group:main:*",
		"arn:aws:logs:eu-west-1:111122223333:\u200blog-group:main:*",
		"arn:aws:logs:eu-west-1:111122223333:log-\n group:main:*",
		"arn:aws:logs:eu-west-1:111122223333:log-group: main:*",
	]
	every value in values {
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
}

test_a_redacted_value_is_inconclusive if {
	values := [
		"***",
		"REDACTED",
		"<log group>",
		"${LOG_GROUP}",
		"arn:aws:logs:REGION:111122223333:log-group:main",
		"arn:aws:logs:eu-west-1:111122223333:log-group:[REDACTED]:*",
		"arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/MASKED:*",
	]
	every value in values {
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
}

test_a_name_that_holds_a_part_of_a_redactors_word_is_a_name if {
	every name in ["data-masking", "unhidden", "/aws/cloudtrail/unmasked"] {
		value := sprintf("arn:aws:logs:eu-west-1:111122223333:log-group:%s:*", [name])
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["pass", "log-group-configured"]
	}
}

test_a_name_with_a_sign_that_no_log_group_has_is_inconclusive if {
	every name in ["■■■", "«name»", "geschwärzt", "＊＊＊", "&lt;name&gt;", `\*\*\*`, "~~~"] {
		value := sprintf("arn:aws:logs:eu-west-1:111122223333:log-group:%s:*", [name])
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
}

test_a_name_that_stands_in_for_one_is_inconclusive if {
	every name in ["undefined", "null", "None", "LOG_GROUP_NAME", "log-group-name", "YOUR_LOG_GROUP", "todo"] {
		value := sprintf("arn:aws:logs:eu-west-1:111122223333:log-group:%s:*", [name])
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
	every name in ["nullable", "prod-log-group-1", "CloudTrail/DefaultLogGroup", "your/ct"] {
		value := sprintf("arn:aws:logs:eu-west-1:111122223333:log-group:%s:*", [name])
		log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true))).outcome == "pass"
	}
}

test_what_may_stand_in_for_a_value_is_inconclusive if {
	values := [
		"████",
		"●●●●",
		"????????????",
		"(sensitive value)",
		"confidential",
		"scrubbed",
		"Encrypted",
		"sha256:ab12",
		"token_7f3a",
		"000000000000",
		"N/A",
		"#N/A",
		"None",
		"main",
		"-",
		true,
		[group],
		{"Ref": "LogGroup"},
		{"value": group},
		"arn:aws:logs:eu-west-1::log-group:main",
		"arn:aws:logs:eu-west-1:0000:log-group:main",
		"arn:aws:logs:eu-west-1:000000000000:",
		"arn:partition:logs:eu-west-1:111122223333:log-group:main",
		"arn:aws:logs:eu-west-1:111122223333:log-gro",
		concat("", [" ", group]),
	]
	every value in values {
		without := object.remove(whole, ["CloudWatchLogsLogGroupArn"])
		result := log_group(but(seen(object.union(without, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
}

test_a_redacted_account_id_is_inconclusive if {
	accounts := {
		"XXXXXXXXXXXX",
		"xxxx",
		"************",
		"############",
		"<account>",
		"1111xxxx3333",
		"account-id",
		"$ACCOUNT",
		"------------",
		"%ACCOUNT%",
	}
	every account_id in accounts {
		value := sprintf("arn:aws:logs:eu-west-1:%s:log-group:main:*", [account_id])
		result := log_group(but(seen(object.union(whole, {"CloudWatchLogsLogGroupArn": value}), true)))
		outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	}
}

test_a_selection_of_keys_that_never_asked_is_inconclusive if {
	result := log_group(but(seen({"Name": "main", "S3BucketName": "trail-bucket"}, false)))
	outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
}

test_a_selection_of_keys_that_asked_is_judged if {
	log_group(but(seen({"CloudWatchLogsLogGroupArn": group}, false))).outcome == "pass"
}

test_a_trail_known_only_from_its_status_is_inconclusive if {
	result := log_group(but({"trail": null, "complete": false, "sightings": []}))
	outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
}

test_an_object_whose_keys_contradict_each_other_is_inconclusive if {
	result := log_group(but({"contradiction": {"kind": "key", "message": "two names"}}))
	outcome_and_code(result) == ["inconclusive", "log-group-unknown"]
	contains(result.message, "two names")
}

test_an_object_of_another_region_is_relied_on_for_nothing_it_names if {
	contradiction := {"contradiction": {"kind": "region", "message": "two regions"}}
	outcome_and_code(log_group(but(contradiction))) == ["inconclusive", "log-group-unknown"]
	without := object.union(contradiction, seen(object.remove(whole, ["CloudWatchLogsLogGroupArn"]), true))
	outcome_and_code(log_group(but(without))) == ["inconclusive", "log-group-unknown"]
}

test_what_a_newer_collection_does_not_show_is_not_known if {
	trail := but({"contradiction": {"kind": "collection", "message": "the newest collection doesn't show it"}})
	outcome_and_code(log_group(trail)) == ["inconclusive", "log-group-unknown"]
}

test_sightings_that_disagree_are_a_conflict if {
	without := object.remove(whole, ["CloudWatchLogsLogGroupArn"])
	second := {"trail": without, "complete": true, "regions": [], "accounts": []}
	result := log_group(but({"sightings": array.concat(good.sightings, [second])}))
	outcome_and_code(result) == ["inconclusive", "log-group-conflict"]
	[place.path | some place in result.evidence] == [
		["trails", 0, "sightings", 0, "trail", "CloudWatchLogsLogGroupArn"],
		["trails", 0, "sightings", 1, "trail", "CloudWatchLogsLogGroupArn"],
	]
}

test_ways_to_say_none_do_not_disagree if {
	cleared := object.union(whole, {"CloudWatchLogsLogGroupArn": ""})
	second := {"trail": cleared, "complete": true, "regions": [], "accounts": []}
	first := seen(object.remove(whole, ["CloudWatchLogsLogGroupArn"]), true)
	result := log_group(but({"trail": first.trail, "sightings": array.concat(first.sightings, [second])}))
	outcome_and_code(result) == ["fail", "log-group-missing"]
}

test_a_sighting_that_never_asked_does_not_disagree if {
	second := {"trail": {"Name": "main"}, "complete": false, "regions": [], "accounts": []}
	log_group(but({"sightings": array.concat(good.sightings, [second])})).outcome == "pass"
}

# delivery-recent

test_a_delivery_within_the_allowed_age_passes if {
	result := delivery(good)
	outcome_and_code(result) == ["pass", "delivery-recent"]
	contains(result.message, "30 min 0 s before as of 2026-11-20T10:00:00Z; allowed are 24 h")
}

test_a_delivery_exactly_at_the_allowed_age_passes if {
	delivery(delivered("2026-11-19T10:00:00Z")).outcome == "pass"
}

test_a_delivery_one_second_past_the_allowed_age_is_stale_in_both_places if {
	result := delivery(delivered("2026-11-19T09:59:59Z"))
	outcome_and_code(result) == ["fail", "delivery-stale"]
	contains(result.message, "24 h 0 min 1 s before")
	[place.path | some place in result.evidence] == [["trails", 0, "status", time_key], ["trails", 0, "trail"]]
}

test_a_long_age_is_told_in_days if {
	contains(delivery(delivered("2026-11-01T07:00:00Z")).message, "19 d 3 h before")
}

test_a_short_age_is_told_in_seconds if {
	contains(delivery(delivered("2026-11-20T09:59:48.5Z")).message, "0 min 11 s before")
}

test_the_allowed_age_is_a_parameter if {
	result := delivery(good) with data.params as {"max_delivery_age_hours": 0.25}
	outcome_and_code(result) == ["fail", "delivery-stale"]
	contains(result.message, "allowed are 0.25 h")
}

test_a_stale_delivery_without_a_trail_object_has_one_place if {
	trail := object.union(delivered("2026-11-01T00:00:00Z"), {"trail": null, "complete": false})
	count(delivery(trail).evidence) == 1
}

test_a_delivery_a_little_after_the_collection_passes if {
	result := delivery(delivered("2026-11-20T10:05:00Z"))
	outcome_and_code(result) == ["pass", "delivery-recent"]
	contains(result.message, "5 min 0 s after")
}

test_a_delivery_long_after_the_collection_is_inconclusive if {
	outcome_and_code(delivery(delivered("2026-11-20T10:05:01Z"))) == ["inconclusive", "delivery-in-future"]
}

test_a_whole_status_without_a_time_was_never_delivered if {
	outcome_and_code(delivery(but({"status": object.remove(status, [time_key])}))) == ["fail", "delivery-never"]
}

test_null_blank_and_year_one_mean_never if {
	every value in [null, "", " ", "0001-01-01T00:00:00Z"] {
		outcome_and_code(delivery(delivered(value))) == ["fail", "delivery-never"]
	}
}

test_a_selection_of_status_keys_that_never_asked_is_inconclusive if {
	trail := but({"status": {"IsLogging": true}, "status_complete": false})
	outcome_and_code(delivery(trail)) == ["inconclusive", "status-missing"]
}

test_a_selection_of_status_keys_that_asked_is_judged if {
	delivery(object.union(delivered("2026-11-20T09:00:00Z"), {"status_complete": false})).outcome == "pass"
}

test_no_status_is_inconclusive if {
	outcome_and_code(delivery(but({"status": null}))) == ["inconclusive", "status-missing"]
}

test_a_status_that_is_not_there_says_why if {
	expected := {
		"failed": "status-failed",
		"unreadable": "status-failed",
		"unattributed": "status-unattributed",
		"conflict": "delivery-time-ambiguous",
	}
	every kind, code in expected {
		problem := {"kind": kind, "message": "the reason", "error": null}
		result := delivery(but({"status": null, "status_problem": problem}))
		outcome_and_code(result) == ["inconclusive", code]
		contains(result.message, "the reason")
	}
}

test_a_failed_call_is_labelled_with_its_error if {
	problem := {"kind": "failed", "message": "denied", "error": "AccessDeniedException"}
	delivery(but({"status": null, "status_problem": problem})).evidence[0].label == "AccessDeniedException"
}

test_an_interval_whose_ends_agree_is_judged if {
	time := {"text": "2026-11-20 09:30:00", "earliest": "2026-11-19T21:30:00Z", "latest": "2026-11-20T09:30:00Z"}
	outcome_and_code(delivery(delivered(time))) == ["pass", "delivery-recent"]
	old := {"text": "2026-11-10 09:30:00", "earliest": "2026-11-09T21:30:00Z", "latest": "2026-11-10T23:30:00Z"}
	outcome_and_code(delivery(delivered(old))) == ["fail", "delivery-stale"]
}

test_an_interval_whose_ends_disagree_is_ambiguous if {
	time := {"text": "2026-11-19 10:30:00", "earliest": "2026-11-18T22:30:00Z", "latest": "2026-11-20T00:30:00Z"}
	outcome_and_code(delivery(delivered(time))) == ["inconclusive", "delivery-time-ambiguous"]
}

test_what_is_no_time_is_ambiguous if {
	values := [
		{"text": "yesterday", "unreadable": "no known form"},
		"2026-11-20 09:30:00",
		"2026-11-20T09:30:00+01:00",
		1763631000,
		true,
		{"text": "turned round", "earliest": "2026-11-20T09:30:00Z", "latest": "2026-11-20T09:00:00Z"},
	]
	every value in values {
		outcome_and_code(delivery(delivered(value))) == ["inconclusive", "delivery-time-ambiguous"]
	}
}

undated := {"as_of": null, "as_of_basis": "lower-bound"}

test_without_a_collection_time_a_recent_looking_delivery_proves_nothing if {
	outcome_and_code(delivery(but(undated))) == ["inconclusive", "as-of-unknown"]
	outcome_and_code(delivery(but(object.union(undated, {"not_before": null})))) == ["inconclusive", "as-of-unknown"]
}

test_a_later_time_of_aws_proves_a_delivery_stale if {
	trail := object.union(delivered("2026-11-19T09:57:59Z"), undated)
	result := delivery(trail)
	outcome_and_code(result) == ["fail", "delivery-stale"]
	contains(result.message, "at least 24 h 0 min 1 s")
}

test_what_a_member_sees_of_an_organization_trail_proves_no_never if {
	trail := but({"status": object.remove(status, [time_key]), "status_of_member": true})
	outcome_and_code(delivery(trail)) == ["inconclusive", "status-missing"]
}

test_a_status_that_never_delivered_says_what_else_it_shows if {
	failed := object.union(object.remove(status, [time_key]), {"LatestCloudWatchLogsDeliveryError": "AccessDenied"})
	contains(delivery(but({"status": failed})).message, "met an error: AccessDenied")
	young := object.union(object.remove(status, [time_key]), {"StartLoggingTime": "2026-11-20T09:59:00Z"})
	contains(delivery(but({"status": young})).message, "logging began 1 min 0 s before as of")
}

test_a_collection_time_that_aws_own_times_refute_proves_no_pass if {
	outcome_and_code(delivery(but({"not_before": "2026-11-20T10:05:01Z"}))) == ["inconclusive", "as-of-contradicted"]
	delivery(but({"not_before": "2026-11-20T10:05:00Z"})).outcome == "pass"
	outcome_and_code(delivery(but({"not_before": "2026-11-22T10:00:00Z"}))) == ["fail", "delivery-stale"]
}

# Accounts

account_with(values) := object.union(object.remove(account([], []), object.keys(values)), values)

test_an_account_that_nothing_shows_is_not_collected if {
	results := cloudwatch_logs.results with input as account_with({"answered": false, "expected_by": ["manifest"]})
	{result.subject | some result in results} == {"111122223333"}
	{outcome_and_code(result) | some result in results} == {["inconclusive", "account-not-collected"]}
	count(results) == 2
}

test_an_account_that_only_its_trails_name_is_not_expected if {
	account_of_no_one := account_with({"answered": false, "expected_by": []})
	count(cloudwatch_logs.results) == 0 with input as account_of_no_one
}

test_a_region_that_nothing_shows_is_not_collected if {
	without := object.remove(account([good], ["trails"]), ["missing_regions"])
	document := object.union(without, {"missing_regions": ["eu-west-2"]})
	results := cloudwatch_logs.results with input as document
	{result.code | some result in results; result.subject == "111122223333"} == {"region-not-collected"}
}

test_no_trails_are_no_finding_where_a_region_was_not_asked if {
	without := object.remove(account([], ["empty"]), ["missing_regions"])
	document := object.union(without, {"missing_regions": ["eu-west-2"]})
	results := cloudwatch_logs.results with input as document
	{result.code | some result in results} == {"region-not-collected"}
}

test_without_a_list_of_regions_no_trails_are_worth_a_warning if {
	document := object.union(object.remove(account([], ["empty"]), ["regions_known"]), {"regions_known": false})
	warnings := cloudwatch_logs.warnings with input as document
	{warning.code | some warning in warnings} == {"regions-unknown"}
}

account_results(trails, answers) := {[result.subject, result.check, result.outcome, result.code] |
	some result in cloudwatch_logs.results with input as account(trails, answers)
}

test_an_account_without_any_trail_fails if {
	account_results([], ["empty", "empty"]) == {
		["111122223333", "log-group-configured", "fail", "no-trails"],
		["111122223333", "delivery-recent", "not-applicable", "no-trails"],
	}
}

test_a_failed_call_never_means_no_trails if {
	account_results([], ["empty", "failed"]) == {
		["111122223333", "log-group-configured", "inconclusive", "log-group-unknown"],
		["111122223333", "delivery-recent", "inconclusive", "status-missing"],
	}
}

test_a_failed_region_makes_the_account_inconclusive_beside_its_trails if {
	subjects := cloudwatch_logs.subjects with input as account([good], ["trails", "failed"])
	subjects == {arn, "111122223333"}
}

test_an_account_of_which_nothing_is_known_is_no_subject if {
	results := cloudwatch_logs.results with input as account_with({"expected_by": [], "answered": false})
	results == set()
}

test_an_account_with_trails_is_no_subject if {
	subjects := cloudwatch_logs.subjects with input as account([good], ["trails", "empty"])
	subjects == {arn}
}

test_evidence_without_regions_or_errors_is_told_without_them if {
	asked := {"region": null, "answer": "failed", "trails": 0, "error": null}
	document := object.union(account([], []), {"regions": [asked]})
	results := cloudwatch_logs.results with input as document
	{result.message | some result in results} == {"The trails of the regions asked are not known: the call failed"}
}

# Every subject has one result a check, whatever the evidence.

test_every_subject_has_one_result_a_check if {
	trails := [
		good,
		object.union(but({"status": null}), {"id": "second"}),
		object.union(but({"trail": null, "complete": false, "sightings": []}), {"id": "third"}),
	]
	document := account(trails, ["trails", "failed"])
	results := cloudwatch_logs.results with input as document
	subjects := cloudwatch_logs.subjects with input as document
	count(subjects) == 4
	every subject in subjects {
		every check, _ in cloudwatch_logs.checks {
			count([result | some result in results; result.subject == subject; result.check == check]) == 1
		}
	}
}

# Warnings

test_a_good_trail_has_no_warning if {
	warned(good) == set()
}

test_a_delivery_error_is_worth_a_warning if {
	denied := object.union(status, {"LatestCloudWatchLogsDeliveryError": "AccessDenied"})
	warned(but({"status": denied})) == {"delivery-error"}
	warned(but({"status": object.union(status, {"LatestCloudWatchLogsDeliveryError": ""})})) == set()
	warned(but({"status": object.union(status, {"LatestDeliveryError": "AccessDenied"})})) == set()
}

test_a_trail_that_is_switched_off_is_worth_a_warning if {
	warned(but({"status": object.union(status, {"IsLogging": false})})) == {"trail-not-logging"}
}

test_a_log_group_without_a_role_is_worth_a_warning if {
	warned(but(seen(object.remove(whole, ["CloudWatchLogsRoleArn"]), true))) == {"role-missing"}
	warned(but(seen(object.remove(whole, ["CloudWatchLogsRoleArn"]), false))) == set()
	warned(but(seen(object.remove(whole, ["CloudWatchLogsRoleArn", "CloudWatchLogsLogGroupArn"]), true))) == set()
}

test_a_retention_under_a_year_is_worth_a_warning if {
	short := {"logGroupName": "main", "retentionInDays": 364}
	warned(but({"log_group": {"found": true, "group": short}})) == {"retention-short"}
	long := {"logGroupName": "main", "retentionInDays": 365}
	warned(but({"log_group": {"found": true, "group": long}})) == set()
	warned(but({"log_group": {"found": true, "group": {"logGroupName": "main"}}})) == set()
}

test_a_log_group_that_was_not_listed_is_worth_a_warning if {
	warned(but({"log_group": {"found": false, "group": null}})) == {"log-group-not-found"}
}

test_an_organization_trail_without_its_owner_is_worth_a_warning if {
	warned(but({"organization": true, "owner_in_evidence": false})) == {"owner-not-in-evidence"}
	warned(but({"organization": true, "owner_in_evidence": true})) == set()
}

# Commands

test_commands_name_a_trail_without_an_arn_and_region_by_what_is_known if {
	unknown := but({"arn": null, "home_region": null, "account_id": null, "status": null})
	trail := object.union(unknown, {"name": "main trail"})
	delivery(trail).help == "aws cloudtrail get-trail-status --name 'main trail' --region HOME_REGION"
}

test_a_name_cannot_break_out_of_a_command if {
	trail := but({"arn": null, "name": "x'; rm -rf ~; '", "status": null})
	delivery(trail).help == `aws cloudtrail get-trail-status --name 'x'\''; rm -rf ~; '\''' --region eu-west-1`
}

test_commands_keep_the_partition_of_the_trail if {
	trail := but(object.union(
		seen(object.remove(whole, ["CloudWatchLogsLogGroupArn"]), true),
		{"arn": "arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/main", "home_region": "cn-north-1"},
	))
	group_arn := "arn:aws-cn:logs:cn-north-1:111122223333:log-group:LOG_GROUP:*"
	contains(log_group(trail).help, sprintf("--cloud-watch-logs-log-group-arn '%s'", [group_arn]))
}
