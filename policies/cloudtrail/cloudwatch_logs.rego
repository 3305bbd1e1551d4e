# METADATA
# title: CloudTrail trails are integrated with CloudWatch Logs
# description: >-
#   Every trail names a CloudWatch Logs log group, and CloudTrail has delivered
#   events to it within the last day before the evidence was collected.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
#     description: How CloudTrail sends events to CloudWatch Logs
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
#     description: What a trail's status means
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
#     description: Log groups and how long they keep events
# custom:
#   id: cloudtrail-cloudwatch-logs
#   severity: medium
#   controls:
#     - framework: cis-aws-foundations
#       versions: ["1.3.0", "1.4.0", "1.5.0", "2.0.0"]
#       id: "3.4"
#     - framework: cis-aws-foundations
#       versions: ["1.0.0", "1.1.0", "1.2.0"]
#       id: "2.4"
#     - framework: nist-800-53
#       id: AU-12
#     - framework: csc
#       versions: ["6", "7"]
#       id: "6.2"
#     - framework: csc
#       versions: ["6", "7"]
#       id: "6.5"
#     - framework: cce
#       id: CCE-78916-4
#   dropped:
#     - framework: cis-aws-foundations
#       versions: ["3.0.0"]
#       note: CIS took the recommendation out in version 3.0.0, and later versions don't have it.
#   rationale: >-
#     A trail's files in S3 are a record to look things up in, hours later and
#     file by file. A log group is where metric filters and alarms can watch the
#     same events within minutes: a root login, a policy changed, a trail
#     switched off. A log group that is named and gets nothing is as blind as
#     none, so the control asks for both: the setting, and a recent delivery.
#     Another service may do the watching as well; a control that is met that
#     way is an accepted exception, not a pass.
#   remediation:
#     cli: |-
#       Make a log group and a role that CloudTrail may assume, with
#       logs:CreateLogStream and logs:PutLogEvents on that group, in the account
#       and home region of the trail. Then name both on the trail:
#
#           aws logs create-log-group --log-group-name LOG_GROUP --region REGION
#           aws logs put-retention-policy --log-group-name LOG_GROUP --retention-in-days 365 --region REGION
#           aws cloudtrail update-trail --name TRAIL_ARN --region REGION \
#             --cloud-watch-logs-log-group-arn LOG_GROUP_ARN --cloud-watch-logs-role-arn ROLE_ARN
#
#       The first delivery shows within minutes in `aws cloudtrail
#       get-trail-status --name TRAIL_ARN --region REGION`.
#     console: |-
#       In the CloudTrail console, in the trail's home region, open Trails,
#       choose the trail and edit its CloudWatch Logs section: enable it, take a
#       new or an existing log group, take a new role or one that may write
#       there, and save. Then set the group's retention to a year or more in the
#       CloudWatch console.
#   parameters:
#     max_delivery_age_hours:
#       default: 24
#       exclusiveMinimum: 0
#       description: how many hours before its collection a delivery may lie and still be recent
#   codes:
#     log-group-configured: A pass. The trail names a log group ARN, in whichever partition of AWS.
#     log-group-missing: A fail. A whole trail object names no log group; the key is absent, null, empty or blank.
#     log-group-malformed: A fail. The value under the key is no log group ARN.
#     log-group-unknown: >-
#       Inconclusive. Nothing shows the trail's log group. The trail is known only
#       from its status or its name, from a selection of keys without this one,
#       from an object that can't be AWS's own, its value is redacted, or a region's
#       call failed.
#     log-group-conflict: Inconclusive. Sightings of one trail show different log groups.
#     no-trails: >-
#       A fail of the account. Every region collected answered with an empty list
#       of trails. The delivery check is not applicable there.
#     delivery-recent: A pass. The last delivery lies within the allowed age before the collection.
#     delivery-stale: A fail. The last delivery lies further back than that.
#     delivery-never: A fail. A real status has no delivery time; absent, null, empty or year 1.
#     status-missing: Inconclusive. The evidence has no status of the trail, or one taken without this key.
#     status-failed: Inconclusive. The only answer for the trail's status is a failed call, or can't be relied on.
#     status-unattributed: Inconclusive. There is a status, and nothing ties it to this trail and no other.
#     account-not-collected: Inconclusive. The account is expected to be in the evidence, and nothing shows its trails.
#     region-not-collected: Inconclusive. A region of the account is expected to be in the evidence, and isn't.
#     as-of-contradicted: >-
#       Inconclusive. AWS's own times in the evidence are later than its collection
#       time, and prove nothing by themselves.
#     as-of-unknown: Inconclusive. The delivery is recent or not depending on when it was collected, which nothing says.
#     delivery-time-ambiguous: >-
#       Inconclusive. The time has no zone, or was rounded, and that would change the
#       verdict, it can't be read, or statuses of the trail disagree.
#     delivery-in-future: Inconclusive. The delivery is more than five minutes later than the collection.
#     delivery-error: A warning. The status holds an error of the last delivery to CloudWatch Logs.
#     trail-not-logging: A warning. The trail is switched off.
#     role-missing: A warning. A log group is configured, and the role that writes there isn't.
#     retention-short: A warning. The log group keeps events for less than 365 days.
#     log-group-not-found: A warning. The account and region of the log group were listed, and it isn't there.
#     regions-unknown: A warning. Nothing tells which regions the account has.
#     owner-not-in-evidence: A warning. An organization trail was seen from a member account only.
package cloudtrail.cloudwatch_logs

checks := {
	"log-group-configured": "A CloudWatch Logs log group is configured",
	"delivery-recent": "Events were delivered to CloudWatch Logs lately",
}

subjects contains trail.id if some trail in input.trails

subjects contains found.subject if some found in of_account

results contains found if {
	some i, trail in input.trails
	some found in [log_group(i, trail), delivery(i, trail)]
}

results contains found if some found in of_account

# Every result is made here. What is worth saying besides, `warnings`, stands in
# `caution.rego`: all files of a package add to its rules.
result(subject, check, outcome, code, message, help, evidence) := {
	"subject": subject,
	"check": check,
	"outcome": outcome,
	"code": code,
	"message": message,
	"help": help,
	"evidence": evidence,
}
