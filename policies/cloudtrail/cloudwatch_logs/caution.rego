# What is worth saying of a trail and changes no outcome.
package cloudtrail.cloudwatch_logs

import data.lib.aws

# Breaches are found months late: CIS asks to keep a year.
days_to_keep := 365

# Every warning is made here.
warning(subject, code, message, help, evidence) := {
	"subject": subject,
	"code": code,
	"message": message,
	"help": help,
	"evidence": evidence,
}

warnings contains warning(
	trail.id, "delivery-error",
	sprintf("CloudTrail's last attempt to deliver to CloudWatch Logs met an error: %v", [problem]),
	aws.status_command(trail),
	[{"path": ["trails", i, "status", "LatestCloudWatchLogsDeliveryError"], "label": "the error"}],
) if {
	some i, trail in input.trails
	problem := trail.status.LatestCloudWatchLogsDeliveryError
	not aws.blank(problem)
}

warnings contains warning(
	trail.id, "trail-not-logging",
	"The trail is switched off: it records nothing, so nothing new can reach CloudWatch Logs",
	sprintf("aws cloudtrail start-logging %s", [aws.trail_options(trail)]),
	[{"path": ["trails", i, "status", "IsLogging"], "label": "switched off"}],
) if {
	some i, trail in input.trails
	trail.status.IsLogging == false
}

warnings contains warning(
	trail.id, "role-missing",
	concat(" ", [
		"A log group is configured without `CloudWatchLogsRoleArn`,",
		"the role that CloudTrail needs to write there",
	]),
	aws.log_group_command(trail),
	[{"path": ["trails", i, "trail", "CloudWatchLogsRoleArn"], "label": "no role"}],
) if {
	some i, trail in input.trails
	trail.complete
	object.get(trail.trail, "CloudWatchLogsRoleArn", null) in [null, ""]
	group := trail.trail.CloudWatchLogsLogGroupArn
	not aws.blank(group)
}

warnings contains warning(
	trail.id, "log-group-not-found",
	"The trail's log group is not among the log groups of its account and region",
	sprintf("aws logs describe-log-groups --region %s", [aws.shell(aws.region_of(trail))]),
	[{"path": ["trails", i, "trail", "CloudWatchLogsLogGroupArn"], "label": "not found"}],
) if {
	some i, trail in input.trails
	trail.log_group.found == false
}

warnings contains warning(
	trail.id, "retention-short",
	sprintf("The log group keeps events for %v days, less than %d", [days, days_to_keep]),
	sprintf(
		"aws logs put-retention-policy --log-group-name %s --retention-in-days %d --region %s",
		[aws.shell(group_name(trail)), days_to_keep, aws.shell(aws.region_of(trail))],
	),
	[{"path": ["trails", i, "log_group", "group", "retentionInDays"], "label": sprintf("%v days", [days])}],
) if {
	some i, trail in input.trails
	days := trail.log_group.group.retentionInDays
	is_number(days)
	days < days_to_keep
}

group_name(trail) := trail.log_group.group.logGroupName if {
	is_string(trail.log_group.group.logGroupName)
} else := "LOG_GROUP"

warnings contains warning(
	trail.id, "owner-not-in-evidence",
	concat(" ", [
		sprintf("This organization trail belongs to account %s,", [aws.account_of(trail)]),
		"whose own evidence is not here and would settle it",
	]),
	sprintf("collect describe-trails and get-trail-status in account %s", [aws.account_of(trail)]),
	[{"path": ["trails", i, "trail"], "label": "seen from a member account"}],
) if {
	some i, trail in input.trails
	trail.organization
	not trail.owner_in_evidence
}

# An account is without a trail only where every region was asked.
warnings contains warning(
	input.account_id, "regions-unknown",
	"Nothing here tells which regions the account has, so others may not have been asked",
	"aws ec2 describe-regions",
	[],
) if {
	has_no_trail
	not input.regions_known
}
