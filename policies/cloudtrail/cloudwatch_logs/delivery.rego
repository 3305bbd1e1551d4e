# The check `delivery-recent`: when CloudTrail last delivered to CloudWatch
# Logs, held against when the status was collected.
package cloudtrail.cloudwatch_logs

import data.lib.aws
import data.lib.moment

default max_age_hours := 24

max_age_hours := data.params.max_delivery_age_hours

max_age := max_age_hours * moment.hour

# Clocks differ: up to five minutes after the collection is recent still.
tolerance := 5 * moment.minute

# The one result for the trail at `input.trails[i]`.
delivery(i, trail) := settled(i, trail, given, at, at) if {
	given := trail.status.LatestCloudWatchLogsDeliveryTime
	at := moment.nanoseconds(given)
} else := dated(i, trail, given) if {
	given := trail.status.LatestCloudWatchLogsDeliveryTime
} else := without_status(i, trail) if {
	trail.status == null
} else := never(i, trail) if {
	trail.status_complete
} else := unknown_delivery(
	trail, "status-missing",
	concat(" ", [
		"The status is a selection of keys, taken without `LatestCloudWatchLogsDeliveryTime`,",
		"so the last delivery is not known",
	]),
	{"path": ["trails", i, "status"], "label": "a selection of keys"},
)

delivery_place(i) := ["trails", i, "status", "LatestCloudWatchLogsDeliveryTime"]

# What stands under the key and is no time in UTC: one that lies between two
# moments, one that says nothing, or one that can't be read.
dated(i, trail, given) := settled(i, trail, text, earliest, latest) if {
	is_object(given)
	earliest := moment.nanoseconds(given.earliest)
	latest := moment.nanoseconds(given.latest)
	earliest <= latest
	text := sprintf("%s (between %s and %s)", [given.text, given.earliest, given.latest])
} else := never(i, trail) if {
	aws.blank(given)
} else := never(i, trail) if {
	is_string(given)
	startswith(given, "0001-01-01")
} else := unknown_delivery(
	trail, "delivery-time-ambiguous",
	sprintf("The time of the last delivery can't be read: %s", [unreadable(given)]),
	{"path": delivery_place(i), "label": "no time"},
)

unreadable(given) := sprintf("%s: %s", [given.text, given.unreadable]) if {
	is_object(given)
} else := json.marshal(given)

without_status(i, trail) := unknown_delivery(
	trail, "status-missing",
	"The evidence has no status of this trail, so the last delivery to CloudWatch Logs is not known",
	{"path": ["trails", i], "label": "no status of this trail"},
) if {
	trail.status_problem == null
} else := unknown_delivery(
	trail, case.code,
	sprintf("%s, so the last delivery is not known: %s", [case.text, problem.message]),
	{"path": ["trails", i, "status_problem"], "label": error_or(problem.error, case.label)},
) if {
	problem := trail.status_problem
	case := no_status[problem.kind]
}

no_status := {
	"failed": {
		"code": "status-failed",
		"text": "The call for this trail's status failed",
		"label": "a failed call",
	},
	"unreadable": {
		"code": "status-failed",
		"text": "The answer for this trail's status proves nothing",
		"label": "no answer to rely on",
	},
	"unattributed": {
		"code": "status-unattributed",
		"text": "No status can be tied to this trail",
		"label": "tied to no trail",
	},
	"conflict": {
		"code": "delivery-time-ambiguous",
		"text": "The statuses of this trail disagree",
		"label": "one of several",
	},
}

error_or(error, otherwise) := error if {
	error != null
} else := otherwise

never(i, trail) := unknown_delivery(
	trail, "status-missing",
	concat(" ", [
		sprintf("Nothing says that the owner, %s, was asked:", [aws.account_of(trail)]),
		"a member account doesn't see what he sees of this organization trail,",
		"so a missing delivery time proves nothing",
	]),
	{"path": ["trails", i, "status"], "label": "what a member sees"},
) if {
	trail.status_of_member
} else := result(
	trail.id, "delivery-recent", "fail", "delivery-never",
	concat("", [
		"Nothing was ever delivered to CloudWatch Logs: the status has no `LatestCloudWatchLogsDeliveryTime`",
		besides(trail),
	]),
	aws.log_group_command(trail),
	with_trail(i, trail, {"path": delivery_place(i), "label": "no delivery"}),
)

# What else the status shows of a trail that never delivered.
besides(trail) := sprintf(", and its last attempt met an error: %v", [problem]) if {
	problem := trail.status.LatestCloudWatchLogsDeliveryError
	not aws.blank(problem)
} else := sprintf("; logging began %s as of", [moment.distance(ago)]) if {
	ago := moment.nanoseconds(trail.as_of) - moment.nanoseconds(trail.status.StartLoggingTime)
	ago >= 0
	ago < moment.hour
} else := ""

# A verdict on a delivery that lies between two moments, which are one where
# the evidence leaves nothing open. What both ends come to, all between do. The
# collection time is refuted where AWS's own times in the evidence are later.
settled(i, trail, text, earliest, latest) := undated(i, trail, text, latest) if {
	trail.as_of == null
} else := refuted(i, trail, text, latest) if {
	# Times in UTC are later or earlier as their texts are.
	trail.not_before > trail.as_of
	as_of := moment.nanoseconds(trail.as_of)
	moment.nanoseconds(trail.not_before) - as_of > tolerance
	latest - as_of <= tolerance
} else := aged(i, trail, text, as_of - latest, as_of - earliest) if {
	as_of := time.parse_rfc3339_ns(trail.as_of)
}

# A verdict by how long before as of the delivery lies, at least and at most. A
# span is negative where the delivery is later.
aged(i, trail, text, least, most) := result(
	trail.id, "delivery-recent", "pass", "delivery-recent",
	sprintf(
		"Events reached CloudWatch Logs at %s, %s as of %s; allowed are %v h",
		[text, away, trail.as_of, max_age_hours],
	),
	null,
	[{"path": delivery_place(i), "label": sprintf("delivered %s as of", [away])}],
) if {
	least + tolerance >= 0
	most <= max_age
	away := moment.distance(least)
} else := stale(i, trail, text, moment.distance(least)) if {
	least > max_age
} else := in_future(i, trail, text, moment.distance(most)) if {
	most + tolerance < 0
} else := unknown_delivery(
	trail, "delivery-time-ambiguous",
	sprintf(
		concat(" ", [
			"The last delivery, %s, is recent or not depending on its time zone,",
			"or on what it was rounded from: as of is %s, allowed are %v h",
		]),
		[text, trail.as_of, max_age_hours],
	),
	{"path": delivery_place(i), "label": "between two moments"},
)

stale(i, trail, text, away) := result(
	trail.id, "delivery-recent", "fail", "delivery-stale",
	sprintf(
		"Events last reached CloudWatch Logs at %s, %s as of %s; allowed are %v h",
		[text, away, trail.as_of, max_age_hours],
	),
	aws.status_command(trail),
	with_trail(i, trail, {"path": delivery_place(i), "label": sprintf("delivered %s as of", [away])}),
)

in_future(i, trail, text, away) := unknown_delivery(
	trail, "delivery-in-future",
	sprintf("The last delivery, %s, lies %s as of %s", [text, away, trail.as_of]),
	{"path": delivery_place(i), "label": "later than as of"},
)

# Without a collection time, the latest time that AWS wrote into the evidence
# is a bound: collection can't have been earlier.
undated(i, trail, text, latest) := too_old(i, trail, text, age) if {
	age := least_age(trail, latest)
	age > max_age
} else := result(
	trail.id, "delivery-recent", "inconclusive", "as-of-unknown",
	sprintf("Events last reached CloudWatch Logs at %s, and nothing says when the status was collected", [text]),
	"give the collection time: `--as-of 2026-01-31T12:00:00Z`",
	[{"path": delivery_place(i), "label": "recent or not, depending on the collection time"}],
)

# With one that AWS's own times refute, the bound alone can prove something.
refuted(i, trail, text, latest) := too_old(i, trail, text, age) if {
	age := least_age(trail, latest)
	age > max_age
} else := result(
	trail.id, "delivery-recent", "inconclusive", "as-of-contradicted",
	concat(" ", [
		sprintf("The evidence holds a time of AWS, %s, that is later than the", [trail.not_before]),
		sprintf("collection time %s, so that can't be when it was collected", [trail.as_of]),
	]),
	"give the collection time: `--as-of 2026-01-31T12:00:00Z`",
	[{"path": delivery_place(i), "label": sprintf("delivered at %s", [text])}],
)

least_age(trail, latest) := moment.nanoseconds(trail.not_before) - latest

# A delivery that was too old at the earliest moment at which the evidence can
# have been collected.
too_old(i, trail, text, age) := result(
	trail.id, "delivery-recent", "fail", "delivery-stale",
	concat(", ", [
		sprintf("Events last reached CloudWatch Logs at %s", [text]),
		sprintf("at least %s collection", [moment.distance(age)]),
		sprintf("since the evidence holds a later time of AWS, %s; allowed are %v h", [trail.not_before, max_age_hours]),
	]),
	aws.status_command(trail),
	with_trail(i, trail, {
		"path": delivery_place(i),
		"label": sprintf("delivered at least %s collection", [moment.distance(age)]),
	}),
)

unknown_delivery(trail, code, message, place) := result(
	trail.id, "delivery-recent", "inconclusive", code,
	message,
	aws.status_command(trail),
	[place],
)

# The place, and the trail's own object where the evidence has it: the second
# that a reader of a failed delivery wants.
with_trail(i, trail, place) := [place] if {
	trail.trail == null
} else := [place, {"path": ["trails", i, "trail"], "label": "the trail"}]
