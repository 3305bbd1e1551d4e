# The check `delivery-recent`: when CloudTrail last delivered to CloudWatch
# Logs, held against when the status was collected.
package cloudtrail.cloudwatch_logs.delivery

import data.lib.aws
import data.lib.moment

key := "LatestCloudWatchLogsDeliveryTime"

# Clocks differ: a delivery this much later than the collection is taken as
# recent.
skew := 5 * moment.minute

default max_age_hours := 24

max_age_hours := data.params.max_delivery_age_hours

max_age := max_age_hours * moment.hour

max_age_words := sprintf("%v h", [max_age_hours])

# The one verdict on the trail at `input.trails[i]`.
verdict(i, trail) := found if {
	is_null(trail.status)
	found := without_status(i, trail)
} else := found if {
	asked(trail)
	given := object.get(trail.status, key, null)
	found := dated(i, trail, given)
} else := found if {
	found := unknown(
		"status-missing",
		sprintf("The status is a selection of keys, taken without `%s`, so the last delivery is not known", [key]),
		trail,
		[{"path": ["trails", i, "status"], "label": "a selection of keys"}],
	)
}

asked(trail) if trail.status_complete

asked(trail) if key in object.keys(trail.status)

without_status(i, trail) := found if {
	trail.status_problem.kind == "never"
	found := {
		"outcome": "fail",
		"code": "delivery-never",
		"message": sprintf("Nothing was ever delivered to CloudWatch Logs: %s", [trail.status_problem.message]),
		"help": aws.log_group_command(trail),
		"evidence": array.concat([{"path": ["trails", i, "status_problem"], "label": "no delivery"}], configuration(i, trail)),
	}
} else := found if {
	problem := trail.status_problem
	code := {
		"failed": "status-failed",
		"unattributed": "status-unattributed",
		"conflict": "delivery-time-ambiguous",
	}[problem.kind]
	found := unknown(code, status_message(problem), trail, [{"path": ["trails", i, "status_problem"], "label": status_label(problem)}])
} else := found if {
	found := unknown(
		"status-missing",
		"The evidence has no status of this trail, so the last delivery to CloudWatch Logs is not known",
		trail,
		[{"path": ["trails", i], "label": "no status of this trail"}],
	)
}

status_message(problem) := text if {
	problem.kind == "failed"
	text := sprintf("The call for this trail's status failed, so the last delivery is not known: %s", [problem.message])
} else := text if {
	problem.kind == "unattributed"
	text := sprintf("No status can be tied to this trail, so the last delivery is not known: %s", [problem.message])
} else := text if {
	text := sprintf("The statuses of this trail disagree, so the last delivery is not known: %s", [problem.message])
}

status_label(problem) := problem.error if {
	is_string(problem.error)
} else := text if {
	text := {
		"failed": "a failed call",
		"unattributed": "tied to no trail",
		"conflict": "one of several",
	}[problem.kind]
}

# A verdict on what stands under the key; null stands for a key that is
# missing from a whole status.
dated(i, trail, given) := found if {
	never(given)
	found := {
		"outcome": "fail",
		"code": "delivery-never",
		"message": sprintf("Nothing was ever delivered to CloudWatch Logs: the status has no `%s`", [key]),
		"help": aws.log_group_command(trail),
		"evidence": array.concat([{"path": place(i), "label": "no delivery"}], configuration(i, trail)),
	}
} else := found if {
	span := interval(given)
	found := placed(i, trail, span, codes(trail, span))
} else := found if {
	found := unknown(
		"delivery-time-ambiguous",
		sprintf("The time of the last delivery can't be read: %s", [unreadable(given)]),
		trail,
		[{"path": place(i), "label": "no time"}],
	)
}

never(given) if aws.blank(given)

never(given) if {
	is_string(given)
	startswith(given, "0001-01-01")
}

# The moments between which the delivery lies, and how it is told. A plain time
# is an interval without width.
interval(given) := span if {
	at := moment.nanoseconds(given)
	span := {"earliest": at, "latest": at, "text": given}
} else := span if {
	is_object(given)
	earliest := moment.nanoseconds(given.earliest)
	latest := moment.nanoseconds(given.latest)
	earliest <= latest
	text := sprintf("%s (between %s and %s)", [given.text, given.earliest, given.latest])
	span := {"earliest": earliest, "latest": latest, "text": text}
}

unreadable(given) := text if {
	is_string(given.unreadable)
	text := sprintf("%s: %s", [given.text, given.unreadable])
} else := text if {
	text := json.marshal(given)
}

# Every code that the delivery may come to, whichever moment of its interval
# is the true one. What both ends come to, all between them do.
codes(trail, span) := {code} if {
	is_null(trail.as_of)
	code := bounded_code(trail, span)
} else := found if {
	as_of := moment.nanoseconds(trail.as_of)
	found := {code |
		some at in [span.earliest, span.latest]
		code := code_at(as_of, at)
	}
}

code_at(as_of, at) := "delivery-in-future" if {
	at - as_of > skew
} else := "delivery-stale" if {
	as_of - at > max_age
} else := "delivery-recent"

# Without a collection time, the latest time that AWS wrote into the evidence
# is a bound: collection can't have been earlier.
bounded_code(trail, span) := "delivery-stale-at-least" if {
	bound := moment.nanoseconds(trail.not_before)
	bound - span.latest > max_age
} else := "as-of-unknown"

placed(i, trail, span, codes) := found if {
	codes == {"delivery-recent"}
	as_of := moment.nanoseconds(trail.as_of)
	found := {
		"outcome": "pass",
		"code": "delivery-recent",
		"message": sprintf("Events reached CloudWatch Logs at %s, %s %s; allowed are %s", [span.text, away(as_of, span.latest), collected(trail), max_age_words]),
		"help": null,
		"evidence": [{"path": place(i), "label": sprintf("delivered %s", [away(as_of, span.latest)])}],
	}
} else := found if {
	codes == {"delivery-stale"}
	as_of := moment.nanoseconds(trail.as_of)
	age := moment.words(as_of - span.latest)
	found := {
		"outcome": "fail",
		"code": "delivery-stale",
		"message": sprintf("Events last reached CloudWatch Logs at %s, %s before %s; allowed are %s", [span.text, age, collected(trail), max_age_words]),
		"help": aws.status_command(trail),
		"evidence": array.concat([{"path": place(i), "label": sprintf("delivered %s before as of", [age])}], configuration(i, trail)),
	}
} else := found if {
	codes == {"delivery-stale-at-least"}
	age := moment.words(moment.nanoseconds(trail.not_before) - span.latest)
	found := {
		"outcome": "fail",
		"code": "delivery-stale",
		"message": sprintf(
			"Events last reached CloudWatch Logs at %s, at least %s before collection, since the evidence holds a later time of AWS, %s; allowed are %s",
			[span.text, age, trail.not_before, max_age_words],
		),
		"help": aws.status_command(trail),
		"evidence": array.concat([{"path": place(i), "label": sprintf("delivered at least %s before collection", [age])}], configuration(i, trail)),
	}
} else := found if {
	codes == {"as-of-unknown"}
	found := {
		"outcome": "inconclusive",
		"code": "as-of-unknown",
		"message": sprintf("Events last reached CloudWatch Logs at %s, and nothing says when the status was collected", [span.text]),
		"help": "give the collection time: `--as-of 2026-01-31T12:00:00Z`",
		"evidence": [{"path": place(i), "label": "recent or not, depending on the collection time"}],
	}
} else := found if {
	codes == {"delivery-in-future"}
	as_of := moment.nanoseconds(trail.as_of)
	found := unknown(
		"delivery-in-future",
		sprintf("The last delivery, %s, is %s later than %s", [span.text, moment.words(span.earliest - as_of), collected(trail)]),
		trail,
		[{"path": place(i), "label": "later than as of"}],
	)
} else := found if {
	found := unknown(
		"delivery-time-ambiguous",
		sprintf("The last delivery, %s, is recent or not depending on its time zone; as of is %s, allowed are %s", [span.text, trail.as_of, max_age_words]),
		trail,
		[{"path": place(i), "label": "a time without a zone"}],
	)
}

away(as_of, at) := text if {
	as_of >= at
	text := sprintf("%s before", [moment.words(as_of - at)])
} else := text if {
	text := sprintf("%s after", [moment.words(at - as_of)])
}

collected(trail) := text if {
	text := sprintf("as of %s (%s)", [trail.as_of, basis[trail.as_of_basis]])
}

basis := {
	"flag": "given with --as-of",
	"clock": "the clock",
	"file-time": "the file's own time",
	"manifest": "the bundle's manifest",
	"date-header": "the answer's Date header",
	"path-stamp": "the stamp in the path",
	"lower-bound": "a lower bound",
	"unknown": "unknown",
}

unknown(code, message, trail, evidence) := {
	"outcome": "inconclusive",
	"code": code,
	"message": message,
	"help": aws.status_command(trail),
	"evidence": evidence,
}

place(i) := ["trails", i, "status", key]

# The trail's own object, where the evidence has it: the second place that a
# reader of a failed delivery wants.
configuration(i, trail) := [] if {
	is_null(trail.trail)
} else := [{"path": ["trails", i, "trail"], "label": "the trail"}]
