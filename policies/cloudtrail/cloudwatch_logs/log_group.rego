# The check `log-group-configured`: what one trail's sightings say of its log
# group. A key that is null, empty or blank says the same as a missing one.
package cloudtrail.cloudwatch_logs

import data.lib.aws

# The one result for the trail at `input.trails[i]`.
log_group(i, trail) := contradicted_group(i, trail) if {
	trail.contradiction != null
} else := conflicting_group(i, trail) if {
	count(trail.sightings) > 1
	count({without_star(sighting.value) | some sighting in groups_seen(trail)}) > 1
} else := judged_group(trail, value, group_place(i)) if {
	value := trail.trail.CloudWatchLogsLogGroupArn
} else := missing_group(trail, "is missing from the whole trail object", group_place(i)) if {
	trail.complete
} else := judged_group(trail, value, ["trails", i, "sightings", j, "trail", "CloudWatchLogsLogGroupArn"]) if {
	some j, sighting in trail.sightings
	value := sighting.trail.CloudWatchLogsLogGroupArn
} else := unknown_group(
	trail, "The evidence has no trail object from `describe-trails`, so the log group is not known",
	{"path": ["trails", i], "label": "known without its configuration"},
) if {
	trail.trail == null
} else := unknown_group(
	trail,
	concat(" ", [
		"This is a selection of a trail's keys, taken without `CloudWatchLogsLogGroupArn`,",
		"so the log group is not known",
	]),
	{"path": ["trails", i, "trail"], "label": "a selection of keys"},
)

group_place(i) := ["trails", i, "trail", "CloudWatchLogsLogGroupArn"]

contradicted_group(i, trail) := unknown_group(
	trail, sprintf("The trail's log group is not known: %s", [trail.contradiction.message]),
	{"path": ["trails", i], "label": "not known any more"},
) if {
	trail.contradiction.kind == "collection"
} else := unknown_group(
	trail,
	sprintf(
		"The trail object can't be AWS's own, so its log group is not known: %s",
		[trail.contradiction.message],
	),
	{"path": ["trails", i, "trail"], "label": "contradicts itself"},
)

conflicting_group(i, trail) := result(
	trail.id, "log-group-configured", "inconclusive", "log-group-conflict",
	"The evidence shows different values of `CloudWatchLogsLogGroupArn` for this trail",
	aws.describe_command(trail),
	[{"path": path, "label": group_label(sighting.value)} |
		some sighting in groups_seen(trail)
		path := ["trails", i, "sightings", sighting.index, "trail", "CloudWatchLogsLogGroupArn"]
	],
)

group_label(value) := "no log group here" if {
	value == null
} else := sprintf("%v", [value])

# The sightings that say something of the log group, each with what it says.
groups_seen(trail) := [{"index": j, "value": value} |
	some j, sighting in trail.sightings
	some value in group_seen(sighting)
]

# In a whole object a missing key means not configured; in a selection of keys
# it means never asked.
group_seen(sighting) := [value] if {
	value := sighting.trail.CloudWatchLogsLogGroupArn
	not aws.blank(value)
} else := [null] if {
	"CloudWatchLogsLogGroupArn" in object.keys(sighting.trail)
} else := [null] if {
	sighting.complete
} else := []

# AWS gives a log group's ARN with `:*` behind it or without: both are the same
# group.
without_star(value) := trim_suffix(value, ":*") if {
	is_string(value)
} else := value

# A verdict on the value that stands under the key.
judged_group(trail, value, path) := result(
	trail.id, "log-group-configured", "pass", "log-group-configured",
	sprintf("The trail names the log group %s", [value]),
	null,
	[{"path": path, "label": "the log group"}],
) if {
	is_log_group(value)
	not regex.match(mask, value)
} else := missing_group(trail, sprintf("is %s", [json.marshal(value)]), path) if {
	aws.blank(value)
} else := standing_in_group(trail, value, path) if {
	not is_malformed(value)
} else := result(
	trail.id, "log-group-configured", "fail", "log-group-malformed",
	sprintf("`CloudWatchLogsLogGroupArn` is no log group ARN: %s", [json.marshal(value)]),
	aws.log_group_command(trail),
	[{"path": path, "label": "no log group ARN"}],
)

is_log_group(value) if {
	is_string(value)
	regex.match(log_group_arn, value)
}

# In any partition of AWS, and with `:*` behind it or without. Regions are named
# for a direction and a number: `us-gov-west-1`.
log_group_arn := concat(":", [
	`^arn`,
	`aws[a-z0-9-]*`,
	`logs`,
	`([a-z0-9-]*-)?(central|north|south|(north|south)?(east|west))-[0-9]+`,
	`[0-9]{12}`,
	`log-group`,
	`[A-Za-z0-9_./#-]{1,512}(:[*])?$`,
])

# Whether a value is positively something else than a log group's ARN: a whole
# ARN of another thing, one of AWS's with a broken account, or a group's bare
# name. Whatever may stand in for a value is none of them. An ARN with blanks or signs
# beyond ASCII was changed by a copy from a document.
is_malformed(value) if {
	is_number(value)
	value != 0
} else if {
	is_string(value)
	not is_masked(value)
	is_something_else(value)
}

is_something_else(value) if {
	regex.match(`^[!-~]+$`, value)
	["arn", partition, service, _, account] = array.slice(split(value, ":"), 0, 5)
	regex.match(`^[a-z-]+$`, partition)
	partition != "partition"
	regex.match(`^[a-z0-9-]+$`, service)
	not is_cut(value)
	regex.match(`^[0-9]{11,}$`, account)
	regex.match(`[1-9]`, account)
} else if {
	regex.match(`^arn:aws[a-z-]*:s3:::[A-Za-z0-9.-]{3,}`, value)
} else if {
	contains(value, "://")
} else if {
	regex.match(`^[A-Za-z0-9_.-]*/[A-Za-z0-9_./#-]+$`, value)
	not regex.match(`(?i)^n/a$`, value)
}

# A log group's ARN that ends before its name does.
is_cut(value) if {
	["arn", _, "logs", _, _, kind] = split(value, ":")
	startswith("log-group", kind)
}

# Whether somebody left out a part of a value before he handed it on. There is a
# value then, and nobody can say of it that it is none.
is_masked(value) if {
	has_mask(value)
} else if {
	hides_a_part(value)
} else if {
	hides_the_name(value)
}

# A log group's ARN whose name has a sign that no log group's name has.
hides_the_name(value) if {
	is_string(value)
	["arn", _, "logs", _, _, "log-group"] = array.slice(split(value, ":"), 0, 6)
	name := concat(":", array.slice(split(trim_suffix(value, ":*"), ":"), 6, 1000))
	regex.match(`[^A-Za-z0-9_./#:-]`, name)
}

has_mask(value) if {
	is_string(value)
	regex.match(mask, value)
}

mask := concat("|", [
	`(?i)redact|obfuscat|anonymi[sz]|saniti[sz]`,
	`(^|[^a-z])(mask|masked|hidden|removed|omitted)([^a-z]|$)`,
	`:log-group:(undefined|null|none|nil|nan|todo|tbd|unknown|placeholder)(:[*])?$`,
	`:log-group:((the|my|your)[-_.]?)?(log[-_.]?)?group([-_.]?name)?(:[*])?$`,
	`:log-group:your[-_.]`,
	`x{3,}|[*]{2,}|[#]{3,}|-{4,}|_{4,}|[.]{3}|[<>\[\]{}$%•…]`,
])

# A log group's ARN with something else where AWS has its region, or the digits of
# an account.
hides_a_part(value) if {
	is_string(value)
	["arn", _, "logs", region, account, "log-group"] = array.slice(split(value, ":"), 0, 6)
	not regex.match(
		`(?s)^((.*-)?(central|north|south|(north|south)?(east|west))-[0-9]+)?:[0-9]*$`,
		concat(":", [region, account]),
	)
}

missing_group(trail, how, path) := result(
	trail.id, "log-group-configured", "fail", "log-group-missing",
	sprintf("No log group is configured: `CloudWatchLogsLogGroupArn` %s", [how]),
	aws.log_group_command(trail),
	[{"path": path, "label": sprintf("CloudWatchLogsLogGroupArn %s", [how])}],
)

standing_in_group(trail, value, path) := unknown_group(
	trail,
	sprintf(
		"`CloudWatchLogsLogGroupArn` is %s, so nothing shows which log group it is: %v",
		[standing_in(value), value],
	),
	{"path": path, "label": "redacted"},
)

standing_in(value) := "redacted" if {
	is_masked(value)
} else := "no ARN and may stand in for one"

unknown_group(trail, message, place) := result(
	trail.id, "log-group-configured", "inconclusive", "log-group-unknown",
	message,
	aws.describe_command(trail),
	[place],
)
