# The check `log-group-configured`: what one trail's sightings say of its log
# group. A key that is null, empty or blank says the same as a missing one.
package cloudtrail.cloudwatch_logs

# The one result for the trail at `input.trails[i]`. Most trails are seen one way
# and name a log group as AWS spells it: the first case tells that without a call
# of another rule. What it proves, `judged` proves of the rest.
log_group(i, trail) := found if {
	trail.contradiction == null
	not trail.sightings[1]
	value := trail.trail.CloudWatchLogsLogGroupArn
	value >= "arn:aws"
	value < "arn:awt"
	["arn", "aws", "logs", region, account, "log-group", name, "*"] = split(value, ":")
	trim(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	trim(account, "0123456789") == ""
	trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./#-") == ""
	words := split(region, "-")
	words[count(words) - 2] in directions
	name != ""
	not contains(value, "REDACTED")
	count(account) == 12
	count(name) <= 512
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "pass",
		"code": "log-group-configured",
		"message": sprintf("The trail names the log group %s", [value]),
		"help": null,
		"evidence": [{"path": ["trails", i, "trail", "CloudWatchLogsLogGroupArn"], "label": "the log group"}],
	}
} else := found if {
	trail.contradiction.kind == "collection"
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("The trail's log group is not known: %s", [trail.contradiction.message]),
		"help": data.lib.aws.describe_command(trail),
		"evidence": [{"path": ["trails", i], "label": "not known any more"}],
	}
} else := found if {
	trail.contradiction != null
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("The trail object can't be AWS's own, so its log group is not known: %s", [trail.contradiction.message]),
		"help": data.lib.aws.describe_command(trail),
		"evidence": [{"path": ["trails", i, "trail"], "label": "contradicts itself"}],
	}
} else := found if {
	trail.sightings[1]
	said := told(trail)
	count({without_star(sighting.value) | some sighting in said}) > 1
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-conflict",
		"message": "The evidence shows different values of `CloudWatchLogsLogGroupArn` for this trail",
		"help": data.lib.aws.describe_command(trail),
		"evidence": [place |
			some sighting in said
			place := {
				"path": ["trails", i, "sightings", sighting.index, "trail", "CloudWatchLogsLogGroupArn"],
				"label": label(sighting.value),
			}
		],
	}
} else := found if {
	value := trail.trail.CloudWatchLogsLogGroupArn
	found := judged(trail, value, ["trails", i, "trail", "CloudWatchLogsLogGroupArn"])
} else := found if {
	trail.complete
	found := missing(trail, "is missing from the whole trail object", ["trails", i, "trail", "CloudWatchLogsLogGroupArn"])
} else := found if {
	some j, sighting in trail.sightings
	value := sighting.trail.CloudWatchLogsLogGroupArn
	found := judged(trail, value, ["trails", i, "sightings", j, "trail", "CloudWatchLogsLogGroupArn"])
} else := found if {
	trail.trail == null
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": "The evidence has no trail object from `describe-trails`, so the log group is not known",
		"help": data.lib.aws.describe_command(trail),
		"evidence": [{"path": ["trails", i], "label": "known without its configuration"}],
	}
} else := found if {
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": "This is a selection of a trail's keys, taken without `CloudWatchLogsLogGroupArn`, so the log group is not known",
		"help": data.lib.aws.describe_command(trail),
		"evidence": [{"path": ["trails", i, "trail"], "label": "a selection of keys"}],
	}
}

# AWS gives a log group's ARN with `:*` behind it or without: both are the same
# group.
without_star(value) := text if {
	is_string(value)
	text := trim_suffix(value, ":*")
} else := value

# A verdict on the value that stands under the key. Between the two bounds lie
# the texts that begin with `arn:aws`, and nothing else. Where trimming leaves
# nothing, there is no other character: a pattern takes the engine longer.
judged(trail, value, path) := found if {
	value >= "arn:aws"
	value < "arn:awt"
	["arn", partition, "logs", region, account, "log-group", name] = split(trim_suffix(value, ":*"), ":")
	trim(concat("", [partition, region]), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	trim(account, "0123456789") == ""
	trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./#-") == ""
	is_region(region)
	count(account) == 12
	name != ""
	count(name) <= 512
	not masked(value)
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "pass",
		"code": "log-group-configured",
		"message": sprintf("The trail names the log group %s", [value]),
		"help": null,
		"evidence": [{"path": path, "label": "the log group"}],
	}
} else := found if {
	data.lib.aws.blank(value)
	found := missing(trail, sprintf("is %s", [json.marshal(value)]), path)
} else := found if {
	not malformed(value)
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "inconclusive",
		"code": "log-group-unknown",
		"message": sprintf("`CloudWatchLogsLogGroupArn` is %s, so nothing shows which log group it is: %v", [standing_in(value), value]),
		"help": data.lib.aws.describe_command(trail),
		"evidence": [{"path": path, "label": "redacted"}],
	}
} else := found if {
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "fail",
		"code": "log-group-malformed",
		"message": sprintf("`CloudWatchLogsLogGroupArn` is no log group ARN: %s", [json.marshal(value)]),
		"help": data.lib.aws.log_group_command(trail),
		"evidence": [{"path": path, "label": "no log group ARN"}],
	}
}

# Whether somebody left out a part of a value before he handed it on. There is a
# value then, and nobody can say of it that it is none. In a log group's ARN
# nothing but digits is an account.
masked(value) if {
	is_string(value)
	regex.match(`(?i)redact|mask|hidden|removed|omitted|sanitiz|anonymi|obfuscat|x{3,}|[*]{2,}|[#]{3,}|-{4,}|_{4,}|\.{3}|[<>\[\]{}$%•…]`, value)
} else if {
	is_string(value)
	["arn", _, "logs", region, account, "log-group"] = array.slice(split(value, ":"), 0, 6)
	regex.match(`^([^0-9]|[0-9]+[^0-9])`, account)
} else if {
	is_string(value)
	["arn", _, "logs", region, _, "log-group"] = array.slice(split(value, ":"), 0, 6)
	region != ""
	not is_region(region)
}

standing_in(value) := "redacted" if {
	masked(value)
} else := "no ARN and may stand in for one"

# Whether a value is positively something else than a log group's ARN: a whole
# ARN of another thing, one of AWS's with a broken account, or a group's bare
# name. Whatever may stand in for a value is none of them.
malformed(value) if {
	is_number(value)
	value != 0
} else if {
	is_string(value)
	not masked(value)
	["arn", partition, service, _, account] = array.slice(split(value, ":"), 0, 5)
	regex.match(`^[a-z-]+$`, partition)
	regex.match(`^[a-z0-9-]+$`, service)
	regex.match(`^[0-9]{11,}$`, account)
	regex.match(`[1-9]`, account)
} else if {
	is_string(value)
	regex.match(`^arn:aws[a-z-]*:s3:::[A-Za-z0-9.-]{3,}`, value)
	not masked(value)
} else if {
	is_string(value)
	contains(value, "://")
	not masked(value)
} else if {
	is_string(value)
	regex.match(`^[A-Za-z0-9_.#-]*/[A-Za-z0-9_./#-]+$`, value)
	not regex.match(`(?i)^n/a$`, value)
	not masked(value)
}

# Regions are named for a direction and a number: `us-gov-west-1`.
is_region(region) if {
	words := split(region, "-")
	words[count(words) - 2] in directions
	regex.match(`^[0-9]+$`, words[count(words) - 1])
}

directions := {"central", "north", "northeast", "northwest", "east", "south", "southeast", "southwest", "west"}

missing(trail, how, path) := found if {
	found := {
		"subject": trail.id,
		"check": "log-group-configured",
		"outcome": "fail",
		"code": "log-group-missing",
		"message": sprintf("No log group is configured: `CloudWatchLogsLogGroupArn` %s", [how]),
		"help": data.lib.aws.log_group_command(trail),
		"evidence": [{"path": path, "label": sprintf("CloudWatchLogsLogGroupArn %s", [how])}],
	}
}

# The sightings that say something of the log group, each with what it says.
# In a whole object a missing key means not configured; in a selection of keys
# it means never asked.
told(trail) := [sighting |
	some j, seen in trail.sightings
	some value in said(seen)
	sighting := {"index": j, "value": value}
]

said(seen) := values if {
	value := seen.trail.CloudWatchLogsLogGroupArn
	not data.lib.aws.blank(value)
	values := [value]
} else := [null] if {
	"CloudWatchLogsLogGroupArn" in object.keys(seen.trail)
} else := [null] if {
	seen.complete
} else := []

label(value) := "no log group here" if {
	value == null
} else := text if {
	text := sprintf("%v", [value])
}
