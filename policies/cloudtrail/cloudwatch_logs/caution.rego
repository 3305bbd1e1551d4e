# What is worth saying of a trail and changes no outcome.
package cloudtrail.cloudwatch_logs

# Breaches are found months late: CIS asks to keep a year.
year := 365

warnings contains warning if {
	some i, trail in input.trails
	problem := trail.status.LatestCloudWatchLogsDeliveryError
	not data.lib.aws.blank(problem)
	warning := {
		"subject": trail.id,
		"code": "delivery-error",
		"message": sprintf("CloudTrail's last attempt to deliver to CloudWatch Logs met an error: %v", [problem]),
		"help": data.lib.aws.status_command(trail),
		"evidence": [{"path": ["trails", i, "status", "LatestCloudWatchLogsDeliveryError"], "label": "the error"}],
	}
}

warnings contains warning if {
	some i, trail in input.trails
	trail.status.IsLogging == false
	warning := {
		"subject": trail.id,
		"code": "trail-not-logging",
		"message": "The trail is switched off: it records nothing, so nothing new can reach CloudWatch Logs",
		"help": sprintf("aws cloudtrail start-logging %s", [data.lib.aws.trail_options(trail)]),
		"evidence": [{"path": ["trails", i, "status", "IsLogging"], "label": "switched off"}],
	}
}

warnings contains warning if {
	some i, trail in input.trails
	trail.complete
	group := trail.trail.CloudWatchLogsLogGroupArn
	object.get(trail.trail, "CloudWatchLogsRoleArn", null) in [null, ""]
	not data.lib.aws.blank(group)
	warning := {
		"subject": trail.id,
		"code": "role-missing",
		"message": "A log group is configured without `CloudWatchLogsRoleArn`, the role that CloudTrail needs to write there",
		"help": data.lib.aws.log_group_command(trail),
		"evidence": [{"path": ["trails", i, "trail", "CloudWatchLogsRoleArn"], "label": "no role"}],
	}
}

warnings contains warning if {
	some i, trail in input.trails
	trail.log_group != null
	warning := of_log_group(i, trail)
}

warnings contains warning if {
	some i, trail in input.trails
	trail.organization
	not trail.owner_in_evidence
	warning := {
		"subject": trail.id,
		"code": "owner-not-in-evidence",
		"message": sprintf("This organization trail belongs to account %s, whose own evidence is not here and would settle it", [data.lib.aws.account_of(trail)]),
		"help": sprintf("collect describe-trails and get-trail-status in account %s", [data.lib.aws.account_of(trail)]),
		"evidence": [{"path": ["trails", i, "trail"], "label": "seen from a member account"}],
	}
}

# What the log groups of the trail's account and region say of its own.
of_log_group(i, trail) := warning if {
	trail.log_group.found == false
	warning := {
		"subject": trail.id,
		"code": "log-group-not-found",
		"message": "The trail's log group is not among the log groups of its account and region",
		"help": sprintf("aws logs describe-log-groups --region %s", [data.lib.aws.shell(data.lib.aws.region_of(trail))]),
		"evidence": [{"path": ["trails", i, "trail", "CloudWatchLogsLogGroupArn"], "label": "not found"}],
	}
} else := warning if {
	days := trail.log_group.group.retentionInDays
	is_number(days)
	days < year
	warning := {
		"subject": trail.id,
		"code": "retention-short",
		"message": sprintf("The log group keeps events for %v days, less than %d", [days, year]),
		"help": sprintf(
			"aws logs put-retention-policy --log-group-name %s --retention-in-days %d --region %s",
			[data.lib.aws.shell(group_name(trail)), year, data.lib.aws.shell(data.lib.aws.region_of(trail))],
		),
		"evidence": [{"path": ["trails", i, "log_group", "group", "retentionInDays"], "label": sprintf("%v days", [days])}],
	}
}

group_name(trail) := trail.log_group.group.logGroupName if {
	is_string(trail.log_group.group.logGroupName)
} else := "LOG_GROUP"

# An account is without a trail only where every region was asked.
warnings contains warning if {
	some result in of_account
	result.code == "no-trails"
	not input.regions_known
	warning := {
		"subject": input.account_id,
		"code": "regions-unknown",
		"message": "Nothing here tells which regions the account has, so others may not have been asked",
		"help": "aws ec2 describe-regions",
		"evidence": [],
	}
}
