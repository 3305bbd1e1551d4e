# What AWS's own objects mean: keys that are there and say nothing, and the
# command lines that mend a trail.
package lib.aws

# Whether a value says nothing. AWS leaves out what isn't set, exports write
# null, and a cleared value is an empty text.
blank(value) if {
	value == null
} else if {
	is_string(value)
	trim_space(value) == ""
}

# A word as a POSIX shell takes it: names in evidence are anybody's text.
shell(word) := word if {
	regex.match(`^[A-Za-z0-9_./:@%+=,-]+$`, word)
} else := quoted(word)

quoted(word) := sprintf("'%s'", [replace(word, "'", `'\''`)])

# `--name NAME --region REGION` for one trail: its ARN where there is one,
# since a name alone is looked for in the caller's region and account.
trail_options(trail) := sprintf("--name %s --region %s", [shell(name_of(trail)), shell(region_of(trail))])

name_of(trail) := trail.arn if {
	trail.arn != null
} else := trail.name

region_of(trail) := trail.home_region if {
	trail.home_region != null
} else := "HOME_REGION"

account_of(trail) := trail.account_id if {
	trail.account_id != null
} else := "ACCOUNT_ID"

partition_of(trail) := split(trail.arn, ":")[1] if {
	trail.arn != null
} else := "aws"

# The command that prints a trail's status.
status_command(trail) := sprintf("aws cloudtrail get-trail-status %s", [trail_options(trail)])

# The command that prints a trail's whole object.
describe_command(trail) := sprintf(
	"aws cloudtrail describe-trails --trail-name-list %s --region %s",
	[shell(name_of(trail)), shell(region_of(trail))],
)

# The command that gives a trail its log group and the role that writes there. A
# shell reads something into the `*`.
log_group_command(trail) := sprintf(
	"aws cloudtrail update-trail %s --cloud-watch-logs-log-group-arn %s --cloud-watch-logs-role-arn %s",
	[trail_options(trail), group, role],
) if {
	partition := partition_of(trail)
	account := account_of(trail)
	group := quoted(sprintf("arn:%s:logs:%s:%s:log-group:LOG_GROUP:*", [partition, region_of(trail), account]))
	role := shell(sprintf("arn:%s:iam::%s:role/ROLE", [partition, account]))
}
