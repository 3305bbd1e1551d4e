# The check `delivery-recent`: when CloudTrail last delivered to CloudWatch
# Logs, held against when the status was collected.
package cloudtrail.cloudwatch_logs

default max_age_hours := 24

max_age_hours := data.params.max_delivery_age_hours

# The one result for the trail at `input.trails[i]`. Most trails delivered within
# the hour: the first case tells that without a call of another rule.
delivery(i, trail) := found if {
	given := trail.status.LatestCloudWatchLogsDeliveryTime
	given >= "1970"
	given < "2262"
	endswith(given, "Z")
	at := time.parse_rfc3339_ns(given)
	trail.as_of != null
	ago := time.parse_rfc3339_ns(trail.as_of) - at
	ago >= 0
	ago < 3600000000000
	ago <= max_age_hours * 3600000000000
	not contradicted(trail)
	[_, minutes, seconds] := time.clock(ago)
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "pass",
		"code": "delivery-recent",
		"message": sprintf("Events reached CloudWatch Logs at %s, %d min %d s before as of %s; allowed are %v h", [given, minutes, seconds, trail.as_of, max_age_hours]),
		"help": null,
		"evidence": [{"path": ["trails", i, "status", "LatestCloudWatchLogsDeliveryTime"], "label": sprintf("delivered %d min %d s before as of", [minutes, seconds])}],
	}
} else := found if {
	given := trail.status.LatestCloudWatchLogsDeliveryTime
	at := data.lib.moment.nanoseconds(given)
	found := settled(i, trail, given, at, at)
} else := found if {
	given := trail.status.LatestCloudWatchLogsDeliveryTime
	found := dated(i, trail, given)
} else := found if {
	trail.status == null
	found := without_status(i, trail)
} else := found if {
	trail.status_complete
	found := never(i, trail)
} else := found if {
	found := unknown(
		"status-missing",
		"The status is a selection of keys, taken without `LatestCloudWatchLogsDeliveryTime`, so the last delivery is not known",
		trail,
		{"path": ["trails", i, "status"], "label": "a selection of keys"},
	)
}

without_status(i, trail) := found if {
	trail.status_problem == null
	found := unknown(
		"status-missing",
		"The evidence has no status of this trail, so the last delivery to CloudWatch Logs is not known",
		trail,
		{"path": ["trails", i], "label": "no status of this trail"},
	)
} else := found if {
	problem := trail.status_problem
	case := no_status[problem.kind]
	found := unknown(
		case.code,
		sprintf("%s, so the last delivery is not known: %s", [case.text, problem.message]),
		trail,
		{"path": ["trails", i, "status_problem"], "label": error_or(problem.error, case.label)},
	)
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

# A verdict on what stands under the key and is no time.
dated(i, trail, given) := found if {
	is_object(given)
	earliest := data.lib.moment.nanoseconds(given.earliest)
	latest := data.lib.moment.nanoseconds(given.latest)
	earliest <= latest
	text := sprintf("%s (between %s and %s)", [given.text, given.earliest, given.latest])
	found := settled(i, trail, text, earliest, latest)
} else := found if {
	data.lib.aws.blank(given)
	found := never(i, trail)
} else := found if {
	is_string(given)
	startswith(given, "0001-01-01")
	found := never(i, trail)
} else := found if {
	found := unknown(
		"delivery-time-ambiguous",
		sprintf("The time of the last delivery can't be read: %s", [unreadable(given)]),
		trail,
		{"path": place(i), "label": "no time"},
	)
}

unreadable(given) := text if {
	is_object(given)
	text := sprintf("%s: %s", [given.text, given.unreadable])
} else := text if {
	text := json.marshal(given)
}

never(i, trail) := found if {
	trail.status_of_member
	found := unknown(
		"status-missing",
		sprintf("Nothing says that the owner, %s, was asked: a member account doesn't see what he sees of this organization trail, so a missing delivery time proves nothing", [data.lib.aws.account_of(trail)]),
		trail,
		{"path": ["trails", i, "status"], "label": "what a member sees"},
	)
} else := found if {
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "fail",
		"code": "delivery-never",
		"message": sprintf("Nothing was ever delivered to CloudWatch Logs: the status has no `LatestCloudWatchLogsDeliveryTime`%s", [besides(trail)]),
		"help": data.lib.aws.log_group_command(trail),
		"evidence": with_trail(i, trail, {"path": place(i), "label": "no delivery"}),
	}
}

# What else the status shows of a trail that never delivered.
besides(trail) := text if {
	problem := trail.status.LatestCloudWatchLogsDeliveryError
	not data.lib.aws.blank(problem)
	text := sprintf(", and its last attempt met an error: %v", [problem])
} else := text if {
	started := data.lib.moment.nanoseconds(trail.status.StartLoggingTime)
	as_of := data.lib.moment.nanoseconds(trail.as_of)
	as_of >= started
	as_of - started < 3600000000000
	text := sprintf("; logging began %s as of", [data.lib.moment.words(as_of - started, "before")])
} else := ""

# Whether AWS's own times in the evidence refute the collection time. Clocks
# differ by up to five minutes.
contradicted(trail) if {
	bound := data.lib.moment.nanoseconds(trail.not_before)
	bound - data.lib.moment.nanoseconds(trail.as_of) > 300000000000
}

# A verdict on a delivery that lies between two moments, which are one where
# the evidence leaves nothing open. What both ends come to, all between do.
# Clocks differ: up to five minutes after the collection is recent still. An
# hour has 3,600,000,000,000 ns.
settled(i, trail, text, earliest, latest) := found if {
	trail.as_of != null
	contradicted(trail)
	as_of := time.parse_rfc3339_ns(trail.as_of)
	latest - as_of <= 300000000000
	found := refuted(i, trail, text, latest)
} else := found if {
	trail.as_of != null
	as_of := time.parse_rfc3339_ns(trail.as_of)
	latest - as_of <= 300000000000
	as_of - earliest <= max_age_hours * 3600000000000
	away := data.lib.moment.distance(as_of, latest)
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "pass",
		"code": "delivery-recent",
		"message": sprintf("Events reached CloudWatch Logs at %s, %s as of %s; allowed are %v h", [text, away, trail.as_of, max_age_hours]),
		"help": null,
		"evidence": [{"path": ["trails", i, "status", "LatestCloudWatchLogsDeliveryTime"], "label": sprintf("delivered %s as of", [away])}],
	}
} else := found if {
	trail.as_of != null
	as_of := time.parse_rfc3339_ns(trail.as_of)
	as_of - latest > max_age_hours * 3600000000000
	away := data.lib.moment.distance(as_of, latest)
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "fail",
		"code": "delivery-stale",
		"message": sprintf("Events last reached CloudWatch Logs at %s, %s as of %s; allowed are %v h", [text, away, trail.as_of, max_age_hours]),
		"help": data.lib.aws.status_command(trail),
		"evidence": with_trail(i, trail, {"path": place(i), "label": sprintf("delivered %s as of", [away])}),
	}
} else := found if {
	trail.as_of != null
	as_of := time.parse_rfc3339_ns(trail.as_of)
	earliest - as_of > 300000000000
	found := unknown(
		"delivery-in-future",
		sprintf("The last delivery, %s, lies %s as of %s", [text, data.lib.moment.distance(as_of, earliest), trail.as_of]),
		trail,
		{"path": place(i), "label": "later than as of"},
	)
} else := found if {
	trail.as_of == null
	found := undated(i, trail, text, latest)
} else := found if {
	found := unknown(
		"delivery-time-ambiguous",
		sprintf("The last delivery, %s, is recent or not depending on its time zone: as of is %s, allowed are %v h", [text, trail.as_of, max_age_hours]),
		trail,
		{"path": place(i), "label": "a time without a zone"},
	)
}

# Without a collection time, the latest time that AWS wrote into the evidence
# is a bound: collection can't have been earlier.
undated(i, trail, text, latest) := found if {
	found := too_old(i, trail, text, latest)
} else := found if {
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "inconclusive",
		"code": "as-of-unknown",
		"message": sprintf("Events last reached CloudWatch Logs at %s, and nothing says when the status was collected", [text]),
		"help": "give the collection time: `--as-of 2026-01-31T12:00:00Z`",
		"evidence": [{"path": place(i), "label": "recent or not, depending on the collection time"}],
	}
}

# With one that AWS's own times refute, the bound alone can prove something.
refuted(i, trail, text, latest) := found if {
	found := too_old(i, trail, text, latest)
} else := found if {
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "inconclusive",
		"code": "as-of-contradicted",
		"message": sprintf("The evidence holds a time of AWS, %s, that is later than the collection time %s, so that can't be when it was collected", [trail.not_before, trail.as_of]),
		"help": "give the collection time: `--as-of 2026-01-31T12:00:00Z`",
		"evidence": [{"path": place(i), "label": sprintf("delivered at %s", [text])}],
	}
}

# A delivery that was too old at the earliest moment at which the evidence can
# have been collected.
too_old(i, trail, text, latest) := found if {
	trail.not_before != null
	bound := data.lib.moment.nanoseconds(trail.not_before)
	bound - latest > max_age_hours * 3600000000000
	age := data.lib.moment.words(bound - latest, "before")
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "fail",
		"code": "delivery-stale",
		"message": sprintf(
			"Events last reached CloudWatch Logs at %s, at least %s collection, since the evidence holds a later time of AWS, %s; allowed are %v h",
			[text, age, trail.not_before, max_age_hours],
		),
		"help": data.lib.aws.status_command(trail),
		"evidence": with_trail(i, trail, {"path": place(i), "label": sprintf("delivered at least %s collection", [age])}),
	}
}

unknown(code, message, trail, evidence) := found if {
	found := {
		"subject": trail.id,
		"check": "delivery-recent",
		"outcome": "inconclusive",
		"code": code,
		"message": message,
		"help": data.lib.aws.status_command(trail),
		"evidence": [evidence],
	}
}

place(i) := ["trails", i, "status", "LatestCloudWatchLogsDeliveryTime"]

# The place, and the trail's own object where the evidence has it: the second
# that a reader of a failed delivery wants.
with_trail(i, trail, place) := [place] if {
	trail.trail == null
} else := [place, {"path": ["trails", i, "trail"], "label": "the trail"}]
