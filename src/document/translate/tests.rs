use std::sync::Arc;

use super::{Room, translate};
use crate::document::decode::{Decoded, decode};
use crate::document::form::Form;
use crate::document::json::Node;
use crate::document::locate::{Key, Locator};
use crate::document::split::split;

const GROUP: &str = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/main:*";

fn read(text: &str) -> Decoded {
    translate(decode(text.as_bytes().to_vec()).unwrap(), &Room::new(1_000))
}

fn form(text: &str) -> Option<Form> {
    read(text).translated.and_then(|translated| translated.from)
}

/// The values in a text, built.
fn values(decoded: &Decoded) -> Vec<serde_json::Value> {
    let pieces = split(&decoded.text);
    assert!(
        pieces.broken.is_none(),
        "{:?}\n{}",
        pieces.broken,
        decoded.text
    );
    let built = pieces
        .values
        .iter()
        .map(|piece| piece.node.to_value().unwrap());
    built.collect()
}

/// What the original holds at the place of a path, and that place.
fn spelt(original: &[u8], decoded: &Decoded, path: &[Key<'_>]) -> (String, usize, usize) {
    let pieces = split(&decoded.text);
    let root = pieces.values[0].node;
    let file: Arc<str> = "f".into();
    let mut locator = Locator::new(decoded);
    let whole = locator
        .fragment(root, "")
        .place(&file, root.text(), path, |a, b| a == b);
    // An anchor further in, and the locator itself, say the same.
    if let [Key::Name(first), rest @ ..] = path
        && let Some(inner) = root.get(first)
    {
        let inner: Node<'_> = inner;
        let place = locator
            .fragment(inner, "")
            .place(&file, inner.text(), rest, |a, b| a == b);
        assert_eq!(
            (place.line, place.column, place.bytes),
            (whole.line, whole.column, whole.bytes)
        );
    }
    let [start, end] = whole.bytes;
    (
        String::from_utf8_lossy(&original[start..end]).into_owned(),
        whole.line,
        whole.column,
    )
}

fn names(path: &'static [&'static str]) -> Vec<Key<'static>> {
    let key = |one: &&'static str| one.parse().map_or(Key::Name(one), Key::Index);
    path.iter().map(key).collect()
}

const YAML: &str = "\
trailList:
- CloudWatchLogsLogGroupArn: arn:aws:logs:eu-west-1:111122223333:log-group:/aws/cloudtrail/main:*
  HasCustomEventSelectors: false
  Name: 'main'
  Account: 111122223333
  Days: 365
  SnsTopicName: null
  Tags: []
  Text: \"long
    text\"
- Name: zw\u{f6}lf
";

#[test]
fn yaml_is_read_with_the_places_of_its_own_bytes() {
    let decoded = read(YAML);
    assert_eq!(form(YAML), Some(Form::Yaml));
    assert_eq!(
        values(&decoded),
        [serde_json::json!({"trailList": [
            {"CloudWatchLogsLogGroupArn": GROUP, "HasCustomEventSelectors": false, "Name": "main",
             "Account": "111122223333", "Days": 365, "SnsTopicName": null, "Tags": [], "Text": "long text"},
            {"Name": "zwölf"}]})]
    );
    let at = |path| spelt(YAML.as_bytes(), &decoded, &names(path));
    assert_eq!(
        at(&["trailList", "0", "CloudWatchLogsLogGroupArn"]),
        (GROUP.to_owned(), 2, 30)
    );
    assert_eq!(at(&["trailList", "0", "Name"]), ("'main'".to_owned(), 4, 9));
    assert_eq!(at(&["trailList", "0", "Tags"]), ("[]".to_owned(), 8, 9));
    assert_eq!(at(&["trailList", "1", "Name"]), ("zwölf".to_owned(), 11, 9));
    let (second, line, column) = at(&["trailList", "1"]);
    assert_eq!((second.as_str(), line, column), ("Name: zwölf", 11, 3));
    // A key that isn't there stands at the object that should hold it.
    let (first, line, column) = at(&["trailList", "0", "KmsKeyId"]);
    assert!(
        first.starts_with("CloudWatchLogs") && first.ends_with("text\""),
        "{first}"
    );
    assert_eq!((line, column), (2, 3));
    let (list, line, _) = at(&["trailList"]);
    assert!(
        list.starts_with("- CloudWatch") && list.ends_with("zwölf"),
        "{list}"
    );
    assert_eq!(line, 2);
}

#[test]
fn places_hold_in_every_encoding_and_behind_a_prefix() {
    let utf16 = [
        vec![0xFF, 0xFE],
        YAML.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ]
    .concat();
    let decoded = translate(decode(utf16.clone()).unwrap(), &Room::new(1_000));
    let (name, line, column) = spelt(&utf16, &decoded, &names(&["trailList", "0", "Name"]));
    assert_eq!(
        (name.replace('\0', "").as_str(), line, column),
        ("'main'", 4, 9)
    );
    let prefixed: String = YAML
        .lines()
        .map(|line| format!("collector-1  | {line}\n"))
        .collect();
    let decoded = read(&prefixed);
    let at = spelt(
        prefixed.as_bytes(),
        &decoded,
        &names(&["trailList", "0", "Name"]),
    );
    assert_eq!(at, ("'main'".to_owned(), 4, 24));
}

#[test]
fn several_yaml_documents_are_several_values() {
    for (text, count) in [
        ("---\nIsLogging: true\n---\nIsLogging: false\n...\n", 2),
        (
            "- IsLogging: true\n  StartLoggingTime: '2026-03-02T08:50:43Z'\n",
            1,
        ),
        ("# payments\nIsLogging: true\n", 1),
        (
            "== main ==\nIsLogging: true\n\n== audit ==\nIsLogging: true\n",
            2,
        ),
        (
            "$ aws cloudtrail get-trail-status --name a --output yaml\nIsLogging: true\n$ aws x \\\n  --y\nIsLogging: false\n",
            2,
        ),
        (
            "UserId: AIDA\nAccount: '111122223333'\nArn: arn:aws:iam::111122223333:user/x\n",
            1,
        ),
        ("FlowLogs:\n- FlowLogId: fl-1\n  Tags: []\n", 1),
    ] {
        let decoded = read(text);
        assert_eq!(values(&decoded).len(), count, "{text}\n{}", decoded.text);
    }
    let text = "# payments\nIsLogging: true\n";
    let decoded = read(text);
    assert_eq!(split(&decoded.text).values[0].heading, Some("# payments"));
    let text = "$ aws cloudtrail get-trail-status --name a\nIsLogging: true\n";
    let decoded = read(text);
    let command = split(&decoded.text).values[0].command;
    assert_eq!(command.and_then(|one| one.option("--name")), Some("a"));
}

#[test]
fn a_time_or_a_quoted_word_stays_a_text() {
    let decoded =
        read("IsLogging: 'true'\nA: 2026-11-20\nB: '1'\nC: 1.5\nD: yes\nE: 007\nF: ''\nG:\n");
    assert_eq!(
        values(&decoded),
        [
            serde_json::json!({"IsLogging": "true", "A": "2026-11-20", "B": "1", "C": 1.5, "D": "yes", "E": "007", "F": "", "G": null})
        ]
    );
}

#[test]
fn yaml_that_is_no_answer_is_left_alone() {
    for text in [
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Trail:\n    Type: AWS::CloudTrail::Trail\n",
        "Resources:\n  Trail:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsLogging: true\n",
        "Trail:\n  IsLogging: !Ref Logging\n",
        "- name: status\n  hosts: all\n  tasks:\n  - IsLogging: true\n",
        "services:\n  collector:\n    image: amazon/aws-cli\n",
        "version: 2\nIsLogging: true\n",
        "IsLogging: true\n# not really\nName: x\n",
        "IsLogging: true # not really\n",
        "IsLogging: &a true\nB: *a\n",
        "Note: the trail is fine\nSee: below\n",
        "Error: Could not assume role\n",
        "IsLogging: {a: [1]}\n",
        "IsLogging: [true]\n",
        "IsLogging: true\n\tName: x\n",
        "IsLogging: true\nand prose\n",
        "- one\n- two\n",
        "? IsLogging\n: true\n",
    ] {
        assert!(read(text).translated.is_none(), "{text}");
    }
}

#[test]
fn an_answer_that_is_read_hides_none_that_is_not() {
    for text in [
        "$ aws a\nIsLogging: true\n$ aws b\nIsLogging: true # so?\n",
        "$ aws a\nIsLogging: true\n$ aws b\nTrue\tx\n",
        &format!("{STATUS}$ aws b\nIsLogging: true\n"),
    ] {
        assert!(read(text).translated.is_none(), "{text}");
    }
    let failed = "$ aws a\nIsLogging: true\n$ aws b\n\nAn error occurred (X) when calling Y: z\n";
    let decoded = read(failed);
    assert_eq!(values(&decoded).len(), 1);
    assert!(decoded.text.contains("An error occurred (X)"));
}

const STATUS: &str = "\
----------------------------------------------------------------
|                        GetTrailStatus                        |
+------------------------------------+-------------------------+
|  IsLogging                         |  True                   |
|  LatestCloudWatchLogsDeliveryTime  |  2026-11-20T11:55:04Z   |
|  LatestNotificationAttemptTime     |                         |
+------------------------------------+-------------------------+
";

const TRAILS: &str = "\
---------------------------------------
|           DescribeTrails            |
+-------------------------------------+
||             trailList             ||
|+---------+-----------+-------------+|
||  Name   | Multi     | S3KeyPrefix ||
|+---------+-----------+-------------+|
||  main   |  True     |             ||
||  True   |  False    |  365        ||
|+---------+-----------+-------------+|
";

#[test]
fn a_table_is_read_with_the_places_of_its_cells() {
    let decoded = read(STATUS);
    assert_eq!(form(STATUS), Some(Form::Table));
    assert_eq!(
        values(&decoded),
        [
            serde_json::json!({"IsLogging": true, "LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:55:04Z",
            "LatestNotificationAttemptTime": ""})
        ]
    );
    assert_eq!(
        split(&decoded.text).values[0].heading,
        Some("GetTrailStatus")
    );
    let at = spelt(STATUS.as_bytes(), &decoded, &names(&["IsLogging"]));
    assert_eq!(at, ("True".to_owned(), 4, 41));
    let decoded = read(TRAILS);
    assert_eq!(
        values(&decoded),
        [serde_json::json!({"trailList": [
            {"Name": "main", "Multi": true}, {"Name": "True", "Multi": false, "S3KeyPrefix": "365"}]})]
    );
    let at = spelt(
        TRAILS.as_bytes(),
        &decoded,
        &names(&["trailList", "1", "Multi"]),
    );
    assert_eq!(at, ("False".to_owned(), 9, 15));
    let two = format!("$ aws a --output table\n{STATUS}$ aws b\n{TRAILS}{STATUS}done\n");
    assert_eq!(values(&read(&two)).len(), 3);
}

#[test]
fn a_box_that_leaves_a_doubt_is_not_read() {
    for text in [
        // Rows of a projection: the first cell is a name, no key.
        "-------------------\n| DescribeTrails  |\n+--------+--------+\n|  audit |  None  |\n|  main  |  arn   |\n+--------+--------+\n",
        // A list or one object?
        "----------\n|GetFoo  |\n+--------+\n||  Bar ||\n|+--+---+|\n|| A| B ||\n|+--+---+|\n|| 1| 2 ||\n|+--+---+|\n",
        // An empty answer, or one of which a query left nothing.
        "----------------\n|DescribeTrails|\n+--------------+\n",
        "-----\n|  GetTrailStatus  |\n+---+\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        // Cut in the middle.
        &STATUS[..STATUS.len() - 70],
        &STATUS[70..],
    ] {
        assert!(
            read(text).translated.is_none(),
            "{text}\n{}",
            read(text).text
        );
    }
}

const ROW: &str = "arn:aws:iam::111122223333:role/to-logs\tFalse\tFalse\teu-west-1\tTrue\tTrue\tFalse\tTrue\tmain\tbucket-1\tarn:aws:cloudtrail:eu-west-1:111122223333:trail/main";

#[test]
fn text_is_read_where_its_values_leave_no_doubt() {
    let text = format!("TRAILLIST\t{GROUP}\t{ROW}\n");
    let decoded = read(&text);
    assert_eq!(form(&text), Some(Form::Text));
    let built = values(&decoded);
    let trail = &built[0]["trailList"][0];
    assert_eq!(trail["CloudWatchLogsLogGroupArn"], GROUP);
    assert_eq!(trail["HasInsightSelectors"], false);
    assert_eq!(trail["Name"], "main");
    assert_eq!(trail.as_object().unwrap().len(), 12);
    let at = spelt(
        text.as_bytes(),
        &decoded,
        &names(&["trailList", "0", "Name"]),
    );
    assert_eq!((at.0.as_str(), at.1), ("main", 1));

    let status = "True\t2026-11-20T11:55:04.677000+00:00\t2026-11-20T11:54:13Z\t2026-11-20T11:54:13Z\t2026-11-20T11:54:13.137000+00:00\t\t\t2026-03-02T08:50:43.963000+00:00\t2026-03-02T08:50:43Z\t\n";
    let built = values(&read(status));
    assert_eq!(built[0]["IsLogging"], true);
    assert_eq!(
        built[0]["LatestCloudWatchLogsDeliveryTime"],
        "2026-11-20T11:55:04.677000+00:00"
    );
    assert_eq!(built[0]["TimeLoggingStopped"], "");
    // It may be the digest's.
    assert_eq!(built[0].get("LatestDeliveryTime"), None);

    let listed = "TRAILS\teu-west-1\tmain\tarn:aws:cloudtrail:eu-west-1:111122223333:trail/main\n";
    assert_eq!(
        values(&read(listed))[0]["Trails"][0]["HomeRegion"],
        "eu-west-1"
    );
    let identity = "111122223333\tarn:aws:iam::111122223333:user/x\tAIDA\n";
    assert_eq!(values(&read(identity))[0]["Account"], "111122223333");
}

#[test]
fn text_that_leaves_a_doubt_is_not_read() {
    let row = ROW.replacen("False\t", "", 1);
    for text in [
        // One flag before the region: of selectors or of insights.
        format!("TRAILLIST\t{GROUP}\t{row}\n"),
        // An empty cell in front: a log group's or a role's.
        format!("TRAILLIST\t\t{}\n", &ROW[ROW.find('\t').unwrap() + 1..]),
        "True\n".to_owned(),
        "True\tFalse\n".to_owned(),
        "main\tarn:aws:x\n".to_owned(),
        format!("TRAILLIST\t{GROUP}\t{ROW}\tx\n"),
        format!("TRAILLIST\t{GROUP}\t{ROW}\nNEXTTOKEN\tabc\n"),
    ] {
        assert!(read(&text).translated.is_none(), "{text}");
    }
}

#[test]
fn rows_under_keys_are_one_object_each_and_an_empty_cell_is_a_null() {
    let text = "name,is_logging,log_group_arn,latest_cloudwatch_logs_delivery_time,tags\r\nmain,true,arn:x,2026-11-20T11:55:04Z,\"{\"\"a\"\": 1}\"\r\naudit,false,,<null>,\"a, \"\"b\"\"\"\r\n";
    let decoded = read(text);
    assert_eq!(form(text), Some(Form::Csv));
    assert_eq!(
        values(&decoded),
        [
            serde_json::json!({"name": "main", "is_logging": true, "log_group_arn": "arn:x",
                "latest_cloudwatch_logs_delivery_time": "2026-11-20T11:55:04Z", "tags": {"a": 1}}),
            serde_json::json!({"name": "audit", "is_logging": false, "log_group_arn": null,
                "latest_cloudwatch_logs_delivery_time": null, "tags": "a, \"b\""}),
        ]
    );
    let at = spelt(text.as_bytes(), &decoded, &names(&["log_group_arn"]));
    assert_eq!(at, ("arn:x".to_owned(), 2, 11));
    for text in [
        "name,arn\nmain,x\n",
        "Trail,Verdict\nmain,pass\n",
        "Name,TrailARN\nmain\n",
        "Name,TrailARN,Name\nmain,x,y\n",
        "Name,TrailARN\n",
        "Name,TrailARN\n\"a\"b,c\n",
        "sep=;x\nName,TrailARN,IsLogging\nmain,x,true\n",
    ] {
        assert!(read(text).translated.is_none(), "{text}");
    }
    for (head, sign) in [
        ("sep=;\r\n", ";"),
        ("#TYPE Amazon.CloudTrail.Model.Trail\n", ","),
    ] {
        let rows = format!("{head}Name,TrailARN,IsLogging\nmain,x,true\n").replace(',', sign);
        let row = serde_json::json!({"Name": "main", "TrailARN": "x", "IsLogging": true});
        let decoded = read(&rows);
        assert_eq!(
            (values(&decoded), form(&rows)),
            (vec![row], Some(Form::Csv))
        );
        let at = spelt(rows.as_bytes(), &decoded, &names(&["TrailARN"]));
        assert_eq!((&*at.0, at.1), ("x", 3));
    }
}

#[test]
fn a_prefix_of_every_line_is_read_over() {
    let json = "{\n  \"IsLogging\": true,\n  \"é\": 1\n}\n";
    for prefix in [
        "collector-1  | ",
        "[2026-11-20T12:00:00Z] ",
        "> ",
        "2026-11-20T12:00:00.000Z ",
        "2026-11-20 12:00:00,123 ",
        "2026-11-20T12:00:00.123456789Z stdout F ",
    ] {
        let text: String = json
            .lines()
            .map(|line| format!("{prefix}{line}\n"))
            .collect();
        let decoded = read(&text);
        assert_eq!(decoded.text, json, "{prefix}");
        assert!(form(&text).is_none() && !decoded.is_plain());
        let (value, line, column) = spelt(text.as_bytes(), &decoded, &names(&["é"]));
        assert_eq!((value.as_str(), line), ("1", 3));
        assert_eq!(column, prefix.chars().count() + 8);
    }
    let numbered = "   1  x\n";
    assert_eq!(read(numbered).text, numbered);
    let numbered = "  1\t{\"a\": 1,\n  2\t\"b\": 2}\n";
    assert_eq!(read(numbered).text, "{\"a\": 1,\n\"b\": 2}\n");
    for text in [
        "> {\"a\": 1}\nb\n",
        "a | b\nc | d\n",
        "2026-11-20 done\n2026-11-20 so\n",
    ] {
        assert!(read(text).translated.is_none(), "{text}");
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    let start = std::time::Instant::now();
    for text in [
        "IsLogging: ".to_owned() + &"[".repeat(50_000),
        "- ".repeat(50_000) + "IsLogging: true",
        "IsLogging: a\n".to_owned() + &"  c\n".repeat(30_000),
        "IsLogging: 'é".to_owned() + &"''".repeat(50_000),
        "A: b\n".repeat(30_000),
        "----\n".repeat(30_000),
        "----\n|A|\n".to_owned() + &"+-+\n|a|\n".repeat(30_000),
        "> x\n".repeat(50_000),
        "> ".to_owned() + &"x".repeat(1_000_000) + "\n> y\n",
        "TRAILLIST\ta\n".repeat(30_000),
        "Name,TrailARN\n".to_owned() + &"a,b\n".repeat(30_000),
        "Name,TrailARN\n\"".to_owned() + &"\"\"".repeat(80_000),
        "Name,TrailARN".to_owned() + &",a".repeat(80_000),
        "{'a': ".repeat(80_000),
        "{'a': 1}\n".repeat(40_000) + "{'a': ",
        "{'a': 1, ".to_owned() + &"'a': 1, ".repeat(80_000),
        "\u{8}".repeat(50_000) + &"a\u{8}".repeat(50_000) + &"\u{1b}]".repeat(50_000),
    ] {
        let one = std::time::Instant::now();
        let decoded = read(&text);
        let pieces = split(&decoded.text);
        let mut locator = Locator::new(&decoded);
        for piece in &pieces.values {
            let _ = locator.fragment(piece.node, "");
        }
        assert!(
            one.elapsed().as_secs() < 4,
            "{}: {:?}",
            &text[..20],
            one.elapsed()
        );
    }
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn what_python_prints_is_read_with_its_places() {
    let text = "{'trailList': [{'Name': \"it's\", 'TrailARN': 'arn:x',\n  'IsMultiRegionTrail': True, 'KmsKeyId': None}],\n 'n': -1.5}\n{'LatestDeliveryTime': datetime.datetime(2026, 11, 20, 9, 30, 4, 120000, tzinfo=tzutc())}\n";
    let decoded = read(text);
    assert_eq!(form(text), Some(Form::Python));
    assert_eq!(
        values(&decoded),
        [
            serde_json::json!({"trailList": [{"Name": "it's", "TrailARN": "arn:x",
                "IsMultiRegionTrail": true, "KmsKeyId": null}], "n": -1.5}),
            serde_json::json!({"LatestDeliveryTime": "2026-11-20T09:30:04.120000Z"}),
        ]
    );
    let path = names(&["trailList", "0", "IsMultiRegionTrail"]);
    let at = spelt(text.as_bytes(), &decoded, &path);
    assert_eq!(at, ("True".to_owned(), 2, 25));
}

#[test]
fn a_datetime_of_python_keeps_the_zone_that_it_shows() {
    for (zone, read_as) in [
        ("", ""),
        (", tzinfo=tzlocal()", ""),
        (", tzinfo=datetime.timezone.utc", "Z"),
        (", tzinfo=tzoffset(None, -25200)", "-07:00"),
        (
            ", tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=61200))",
            "-07:00",
        ),
        (
            ", tzinfo=datetime.timezone(datetime.timedelta(seconds=19800))",
            "+05:30",
        ),
    ] {
        let text = format!("{{'a': datetime.datetime(2026, 1, 2, 3, 4{zone})}}");
        let time = format!("2026-01-02T03:04:00{read_as}");
        assert_eq!(values(&read(&text)), [serde_json::json!({ "a": time })]);
    }
}

#[test]
fn what_is_no_literal_of_python_is_not_read() {
    for text in [
        "{'a': datetime.datetime(2026, 1, 2, tzinfo=zoneinfo.ZoneInfo(key='Europe/Paris'))}",
        "{'a': datetime.datetime(2026)}",
        "{'a': <Response [200]>}",
        "{'a': b'1'}",
        "{'a': 'x' 'y'}",
        "{'a': 1",
        "{'a': '1}",
        "{'a': 1} and more",
        "['a'",
        "'a'",
        "{'a': nan}",
        "{\"a\": 'b'}",
    ] {
        assert!(form(text).is_none(), "{text}");
    }
}
