# The check `log-group-configured`: what one trail's sightings say of its log
# group.
package cloudtrail.cloudwatch_logs.log_group

import data.lib.aws

key := "CloudWatchLogsLogGroupArn"

arn_pattern := `^arn:aws(-[a-z0-9-]+)?:logs:[a-z0-9-]+:[0-9]{1,12}:log-group:[A-Za-z0-9_./#-]{1,512}(:\*)?$`

redacted_pattern := `^arn:aws(-[a-z0-9-]+)?:logs:[a-z0-9-]+:([Xx*#]+|<[^<>]*>):log-group:`

# The one verdict on the trail at `input.trails[i]`.
verdict(i, trail) := found if {
	bears(trail)
	found := {
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("The trail object can't be AWS's own, so its log group is not known: %s", [trail.contradiction.message]),
		"help": aws.describe_command(trail),
		"evidence": [{"path": ["trails", i, "trail"], "label": "contradicts itself"}],
	}
} else := found if {
	found := weighed(i, trail, told(trail))
}

# A contradiction about the region leaves a missing log group missing; whatever
# the object does name can't be relied on.
bears(trail) if trail.contradiction.kind == "key"

bears(trail) if {
	trail.contradiction.kind == "region"
	some sighting in told(trail)
	not is_null(sighting.value)
}

weighed(i, trail, sightings) := found if {
	count({sighting.value | some sighting in sightings}) > 1
	found := {
		"outcome": "inconclusive",
		"code": "log-group-conflict",
		"message": sprintf("The evidence shows different values of `%s` for this trail", [key]),
		"help": aws.describe_command(trail),
		"evidence": [place |
			some sighting in sightings
			place := {"path": path(i, sighting), "label": said(sighting)}
		],
	}
} else := found if {
	found := judged(i, trail, sightings[0])
} else := found if {
	is_null(trail.trail)
	found := {
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": "The evidence has no trail object from `describe-trails`, so the log group is not known",
		"help": aws.describe_command(trail),
		"evidence": [{"path": ["trails", i], "label": "known without its configuration"}],
	}
} else := found if {
	found := {
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("This is a selection of a trail's keys, taken without `%s`, so the log group is not known", [key]),
		"help": aws.describe_command(trail),
		"evidence": [{"path": ["trails", i, "trail"], "label": "a selection of keys"}],
	}
}

# The sightings that say something of the log group, each with what it says:
# null stands for every way of saying none. In a whole object a missing key
# means not configured; in a selection of keys it means never asked.
told(trail) := [entry |
	some j, sighting in trail.sightings
	asked(sighting)
	given := object.get(sighting.trail, key, null)
	entry := {"index": j, "value": plain(given), "given": given}
]

asked(sighting) if sighting.complete

asked(sighting) if {
	not sighting.complete
	key in object.keys(sighting.trail)
}

plain(value) := null if {
	aws.blank(value)
} else := value

judged(i, trail, sighting) := found if {
	is_null(sighting.value)
	found := {
		"outcome": "fail",
		"code": "log-group-missing",
		"message": sprintf("No log group is configured: `%s` is %s", [key, absence(trail, sighting)]),
		"help": aws.log_group_command(trail),
		"evidence": [{"path": path(i, sighting), "label": sprintf("%s is %s", [key, absence(trail, sighting)])}],
	}
} else := found if {
	is_string(sighting.value)
	regex.match(arn_pattern, sighting.value)
	found := {
		"outcome": "pass",
		"code": "log-group-configured",
		"message": sprintf("The trail names the log group %s", [sighting.value]),
		"help": null,
		"evidence": [{"path": path(i, sighting), "label": "the log group"}],
	}
} else := found if {
	is_string(sighting.value)
	regex.match(redacted_pattern, sighting.value)
	found := {
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("The account id in `%s` is redacted, so nothing shows which log group it is: %s", [key, sighting.value]),
		"help": aws.describe_command(trail),
		"evidence": [{"path": path(i, sighting), "label": "redacted"}],
	}
} else := found if {
	found := {
		"outcome": "fail",
		"code": "log-group-malformed",
		"message": sprintf("`%s` is no log group ARN: %s", [key, json.marshal(sighting.value)]),
		"help": aws.log_group_command(trail),
		"evidence": [{"path": path(i, sighting), "label": "no log group ARN"}],
	}
}

path(i, sighting) := ["trails", i, "trail", key] if {
	sighting.index == 0
} else := ["trails", i, "sightings", sighting.index, "trail", key]

said(sighting) := "no log group here" if {
	is_null(sighting.value)
} else := text if {
	text := sprintf("%v", [sighting.value])
}

absence(trail, sighting) := "missing from the whole trail object" if {
	not key in object.keys(trail.sightings[sighting.index].trail)
} else := "null" if {
	is_null(sighting.given)
} else := "empty"
