use super::*;
use crate::document::json::Node;

#[test]
fn each_format_is_called_by_its_name() {
    for (text, name) in [
        (
            "{'IsLogging': True, 'LatestDeliveryTime': datetime.datetime(2026, 1, 1)}",
            "a Python repr",
        ),
        (
            "-----\n|  GetTrailStatus  |\n+---+\n",
            "the AWS CLI's table output, of which not all is clear",
        ),
        (
            "IsLogging: true # is it?\nLatestDeliveryTime: '2026-01-01T00:00:00Z'\n",
            "YAML that is not wholly what the AWS CLI prints",
        ),
        (
            "True\t2026-01-01T00:00:00Z\t\t2026-01-01T00:00:00Z\n",
            "the AWS CLI's text output, of which some columns may be one key's or another's",
        ),
        (
            "{\n  IsLogging: true,\n  StartLoggingTime: 2026-01-01 00:00:00 +0000 UTC\n}",
            "a Go SDK value printed with String()",
        ),
        (
            "{\n  IsLogging: true,\n  StartLoggingTime: 2026-01-01T00:00:00.000Z,\n}",
            "what a JavaScript console prints",
        ),
        (
            "{\"is_logging\"=>true, \"latest_delivery_time\"=>2026-01-01 00:00:00 UTC}",
            "what Ruby prints of a hash (inspect)",
        ),
        (
            "{:is_logging=>true, :latest_delivery_time=>2026-01-01 00:00:00 UTC}",
            "what Ruby prints of a hash (inspect)",
        ),
        (
            "#<struct Aws::CloudTrail::Types::GetTrailStatusResponse is_logging=true>",
            "what Ruby prints of a structure (inspect)",
        ),
        (
            "GetTrailStatusOutput { is_logging: Some(true), latest_delivery_error: None }",
            "what Rust prints of a structure (Debug)",
        ),
        (
            "GetTrailStatusResponse(IsLogging=true, LatestDeliveryTime=2026-01-01T00:00:00Z)",
            "what Java or Kotlin prints of an answer (toString)",
        ),
        (
            "{TrailList: [{Name: main,S3BucketName: b}]}",
            "what the SDK for Java prints of an answer (toString)",
        ),
        (
            "\nIsLogging                        : True\nLatestDeliveryTime : 1/1/2026\n",
            "what PowerShell shows of an object (Format-List)",
        ),
        (
            "Name S3BucketName\n---- ------------\nmain b\n",
            "what PowerShell shows of objects (Format-Table)",
        ),
        ("<!DOCTYPE html><p>IsLogging</p>", "an HTML page"),
        (
            "<Objs Version=\"1.1\"><S N=\"TrailARN\">a</S></Objs>",
            "what PowerShell's Export-Clixml writes",
        ),
        (
            "---\nhttp_interactions:\n- response: '{\"IsLogging\":true}'\n",
            "a VCR cassette: what a test recorded",
        ),
        (
            "+------+-----------+\n| name | is_logging |\n",
            "a table drawn for people",
        ),
        (
            "name,is_logging,region\nmain,true\n",
            "a table of separated values whose lines don't fit the first one",
        ),
    ] {
        assert_eq!(
            recognise(text).map(|format| format.name),
            Some(name),
            "{text}"
        );
    }
    assert_eq!(recognise("# Notes on IsLogging"), None);
    let cut = "{\n    \"trailList\": [\n        {\n            \"Na";
    assert_eq!(recognise(cut), None, "JSON that is cut short is JSON");
}

#[test]
fn what_shows_a_wish_and_no_state_is_no_answer() {
    for (text, name) in [
        (
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsLogging: true\n",
            "a CloudFormation template",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  IsLogging: x\n",
            "a Kubernetes manifest",
        ),
        (
            "on: push\njobs:\n  a:\n    env:\n      S3BucketName: b\n",
            "a GitHub Actions workflow",
        ),
        (
            "services:\n  a:\n    image: amazon/aws-cli\n    command: describe-trails\n",
            "a Compose file",
        ),
        (
            "- hosts: all\n  tasks:\n  - cloudtrail:\n      s3_bucket_name: b\n",
            "an Ansible playbook",
        ),
        (
            "resource \"aws_cloudtrail\" \"main\" {\n  s3_bucket_name = \"b\"\n}\n",
            "a Terraform configuration",
        ),
        ("#!/bin/sh\naws cloudtrail describe-trails\n", "a script"),
        (
            "import boto3\nprint(boto3.client('cloudtrail').describe_trails()['trailList'])\n",
            "a Python program",
        ),
    ] {
        assert_eq!(other_than_answer(text), Some(name), "{text}");
        assert_eq!(recognise(text), None, "{text}");
    }
    for text in [
        "IsLogging: true\n",
        "{\"Resources\": {}}",
        "trailList:\n- Name: main\n",
        "$ aws cloudtrail describe-trails\n",
    ] {
        assert_eq!(other_than_answer(text), None, "{text}");
    }
}

#[test]
fn containers_of_other_tools_are_known_by_their_keys() {
    for (text, name) in [
        (
            "{\"cells\": [], \"nbformat\": 4}",
            Some("a Jupyter notebook"),
        ),
        (
            "{\"log\": {\"version\": \"1.2\", \"creator\": {}, \"entries\": []}}",
            Some("a HAR file: what a browser or proxy recorded"),
        ),
        (
            "{\"http_interactions\": [], \"recorded_with\": \"VCR 6.0\"}",
            Some("a VCR cassette: what a test recorded"),
        ),
        ("{\"trailList\": []}", None),
        ("{\"log\": []}", None),
    ] {
        let object = Object::new(Node::parse(text).unwrap());
        assert_eq!(container(&object).map(|format| format.name), name, "{text}");
    }
}

#[test]
fn a_table_that_speaks_of_trails_is_told_from_one_that_names_what_they_use() {
    for text in [
        "CloudTrail > Trails\nName\tHeimatregion\nsecond\tIrland\t-\nmain\tIrland\tct\n",
        "| trail | region | group |\n| second | eu-west-1 | - |\n",
        "Trail\tHome\tGroup\nsecond\teu-west-1\t-\n",
    ] {
        assert!(is_table_of_trails(text), "{text}");
    }
    for text in [
        "The trail is on.\n",
        "BUCKETS\t2026-01-01\taws-cloudtrail-logs-1\nBUCKETS\t2026-01-01\tassets\n",
        "role|service|path\nAWSServiceRoleForCloudTrail|cloudtrail|/\n",
        "Name\tOwner\tCost\nmain\tme\t1\n",
    ] {
        assert!(!is_table_of_trails(text), "{text}");
    }
}
