//! `--output text`: values behind tabs, in the order of keys that aren't there.
//!
//! Which columns a row has depends on the keys that the answer had. A row is
//! read only where its values leave one way to name them, or where all ways
//! agree on every column that a control asks for.

use std::collections::BTreeSet;
use std::ops::Range;

use super::table::typed;
use super::value::Value;
use super::{Block, Room};
use crate::cloudtrail::arn;

/// What the values under a key look like.
#[derive(Clone, Copy)]
enum Shape {
    Flag,
    /// A log group's ARN.
    LogGroup,
    Role,
    Topic,
    Key,
    Trail,
    Region,
    Name,
    Word,
    /// A time with an offset, or seconds.
    Time,
    /// A time in UTC as an old text, or nothing.
    OldTime,
    Error,
    Account,
    Arn,
}

/// A column: its key, what its values look like, whether every answer has it,
/// and whether an answer may be read although it isn't known to be there.
struct Column(&'static str, Shape, bool, bool);

/// The columns of a trail, in the order in which the CLI prints them.
const TRAIL: [Column; 16] = [
    Column("CloudWatchLogsLogGroupArn", Shape::LogGroup, false, false),
    Column("CloudWatchLogsRoleArn", Shape::Role, false, false),
    Column("HasCustomEventSelectors", Shape::Flag, false, false),
    Column("HasInsightSelectors", Shape::Flag, false, false),
    Column("HomeRegion", Shape::Region, true, false),
    Column("IncludeGlobalServiceEvents", Shape::Flag, true, false),
    Column("IsMultiRegionTrail", Shape::Flag, true, false),
    Column("IsOrganizationTrail", Shape::Flag, false, false),
    Column("KmsKeyId", Shape::Key, false, true),
    Column("LogFileValidationEnabled", Shape::Flag, true, false),
    Column("Name", Shape::Name, true, false),
    Column("S3BucketName", Shape::Name, true, false),
    Column("S3KeyPrefix", Shape::Word, false, true),
    Column("SnsTopicARN", Shape::Topic, false, true),
    Column("SnsTopicName", Shape::Word, false, true),
    Column("TrailARN", Shape::Trail, true, false),
];

/// The columns of a status.
const STATUS: [Column; 17] = [
    Column("IsLogging", Shape::Flag, true, false),
    Column(
        "LatestCloudWatchLogsDeliveryError",
        Shape::Error,
        false,
        false,
    ),
    Column(
        "LatestCloudWatchLogsDeliveryTime",
        Shape::Time,
        false,
        false,
    ),
    Column(
        "LatestDeliveryAttemptSucceeded",
        Shape::OldTime,
        true,
        false,
    ),
    Column("LatestDeliveryAttemptTime", Shape::OldTime, true, false),
    Column("LatestDeliveryError", Shape::Error, false, true),
    Column("LatestDeliveryTime", Shape::Time, false, true),
    Column("LatestDigestDeliveryError", Shape::Error, false, true),
    Column("LatestDigestDeliveryTime", Shape::Time, false, true),
    Column(
        "LatestNotificationAttemptSucceeded",
        Shape::OldTime,
        true,
        false,
    ),
    Column("LatestNotificationAttemptTime", Shape::OldTime, true, false),
    Column("LatestNotificationError", Shape::Error, false, true),
    Column("LatestNotificationTime", Shape::Time, false, true),
    Column("StartLoggingTime", Shape::Time, false, true),
    Column("StopLoggingTime", Shape::Time, false, true),
    Column("TimeLoggingStarted", Shape::OldTime, true, false),
    Column("TimeLoggingStopped", Shape::OldTime, true, false),
];

const LISTED: [Column; 3] = [
    Column("HomeRegion", Shape::Region, true, false),
    Column("Name", Shape::Name, true, false),
    Column("TrailARN", Shape::Trail, true, false),
];

const IDENTITY: [Column; 3] = [
    Column("Account", Shape::Account, true, false),
    Column("Arn", Shape::Arn, true, false),
    Column("UserId", Shape::Word, true, false),
];

/// Reads a text that begins at `from` in the whole one.
pub(super) fn read(text: &str, from: usize, room: &Room) -> Option<Block> {
    let mut rows = Vec::new();
    let mut at = from;
    for line in text.split_inclusive('\n') {
        let row = line.trim_end_matches(['\n', '\r']);
        if !row.is_empty() {
            // Several rows are a list's.
            if !rows.is_empty() && !row.starts_with("TRAIL") {
                return None;
            }
            let fields = fields(row, at);
            fields.iter().try_for_each(|_| room.one())?;
            rows.push(fields);
        }
        at += line.len();
    }
    let get = |range: &Range<usize>| {
        text.get(range.start - from..range.end - from)
            .unwrap_or_default()
    };
    let first = rows.first()?;
    let word = get(first.first()?);
    let value = match word {
        "TRAILLIST" | "TRAILS" | "TRAIL" => {
            let same = rows
                .iter()
                .all(|row| row.first().is_some_and(|one| get(one) == word));
            let bare: Vec<_> = rows.iter().filter_map(|row| row.get(1..)).collect();
            let columns: &[Column] = if word == "TRAILS" { &LISTED } else { &TRAIL };
            let named = names(&bare, columns, &get).filter(|_| same)?;
            let mut elements: Vec<_> = bare.iter().map(|row| object(row, &named, &get)).collect();
            for (element, row) in elements.iter_mut().zip(&rows) {
                element.range.start = row.first()?.start;
            }
            let (key, value) = match word {
                "TRAIL" if elements.len() == 1 => ("Trail", elements.pop()?),
                "TRAIL" => return None,
                "TRAILS" => ("Trails", Value::list(elements, first.first()?.start)),
                _ => ("trailList", Value::list(elements, first.first()?.start)),
            };
            Value::object(vec![(key.to_owned(), value)], first.first()?.start)
        }
        _ => {
            let [row] = rows.as_slice() else { return None };
            let row = [row.as_slice()];
            let named = names(&row, &STATUS, &get).or_else(|| names(&row, &IDENTITY, &get))?;
            object(row[0], &named, &get)
        }
    };
    Some(Block {
        range: from..from + text.len(),
        above: Vec::new(),
        values: vec![value],
    })
}

fn fields(row: &str, at: usize) -> Vec<Range<usize>> {
    let mut start = at;
    row.split('\t')
        .map(|field| {
            let range = start..start + field.len();
            start = range.end + 1;
            range
        })
        .collect()
}

/// An object of a row: what has a name, and in a row of several what isn't
/// empty, which may be missing from that one.
fn object<'t>(
    row: &[Range<usize>],
    names: &[Option<&'static str>],
    get: &impl Fn(&Range<usize>) -> &'t str,
) -> Value {
    let named = row.iter().zip(names);
    let members = named.filter_map(|(range, name)| {
        let name = (*name)?;
        let is_old = name.contains("Attempt") || name.starts_with("TimeLogging");
        (is_old || !range.is_empty()).then(|| {
            (
                name.to_owned(),
                Value::scalar(typed(name, get(range)), range.clone()),
            )
        })
    });
    Value::object(
        members.collect(),
        row.first().map_or(0, |field| field.start),
    )
}

/// The key of each field, the same for all rows; `None` for a field that may be
/// under several. Nothing at all where that touches a column that counts.
fn names<'t>(
    rows: &[&[Range<usize>]],
    columns: &[Column],
    get: &impl Fn(&Range<usize>) -> &'t str,
) -> Option<Vec<Option<&'static str>>> {
    let width = rows.first()?.len();
    if width > columns.len() || rows.iter().any(|row| row.len() != width) {
        return None;
    }
    let fits = |field: usize, column: &Column| {
        let any = rows
            .iter()
            .filter_map(|row| row.get(field))
            .any(|range| !range.is_empty());
        let may_be_empty = matches!(column.1, Shape::OldTime)
            || (rows.len() > 1 && any && !column.2)
            // A log group that was taken off leaves an empty text.
            || matches!(column.1, Shape::LogGroup | Shape::Role);
        rows.iter().all(|row| {
            let value = row.get(field).map(get).unwrap_or_default();
            if value.is_empty() {
                return may_be_empty;
            }
            // A name may look like a flag or a bucket; the ARN, which comes
            // last, has it too.
            let named = row.last().and_then(|last| arn::trail_arn(get(last)));
            let is_name = column.0 != "Name" || named.is_none_or(|arn| arn.name == value);
            is_name && column.1.is_of(value)
        })
    };
    // Which (field, column) lie on a way from the first to the last: those that
    // are reached from the front and from the back.
    let (fields, all) = (width, columns.len());
    let cell = |field: usize, column: usize| field * (all + 1) + column;
    let mut front = vec![false; (fields + 1) * (all + 1)];
    let mut back = front.clone();
    let mut matches = front.clone();
    for field in 0..fields {
        for (index, column) in columns.iter().enumerate() {
            set(&mut matches, cell(field, index), fits(field, column));
        }
    }
    let is = |grid: &[bool], at: usize| grid.get(at).copied().unwrap_or_default();
    set(&mut front, 0, true);
    for field in 0..=fields {
        for (index, column) in columns.iter().enumerate() {
            if !is(&front, cell(field, index)) {
                continue;
            }
            if !column.2 {
                set(&mut front, cell(field, index + 1), true);
            }
            if field < fields && is(&matches, cell(field, index)) {
                set(&mut front, cell(field + 1, index + 1), true);
            }
        }
    }
    set(&mut back, cell(fields, all), true);
    for field in (0..=fields).rev() {
        for (index, column) in columns.iter().enumerate().rev() {
            let skips = !column.2 && is(&back, cell(field, index + 1));
            let takes = field < fields
                && is(&matches, cell(field, index))
                && is(&back, cell(field + 1, index + 1));
            if skips || takes {
                set(&mut back, cell(field, index), true);
            }
        }
    }
    let mut names = Vec::with_capacity(fields);
    let mut doubtful = BTreeSet::new();
    for field in 0..fields {
        let mut ways = (0..all).filter(|index| {
            is(&front, cell(field, *index))
                && is(&matches, cell(field, *index))
                && is(&back, cell(field + 1, *index + 1))
        });
        let first = ways.next()?;
        let more: Vec<_> = ways.collect();
        if more.is_empty() {
            names.push(columns.get(first).map(|column| column.0));
        } else {
            doubtful.insert(first);
            doubtful.extend(more);
            names.push(None);
        }
    }
    // A column that counts must be known to be there or not.
    let is_sure = doubtful
        .iter()
        .all(|index| columns.get(*index).is_some_and(|column| column.3));
    is_sure.then_some(names)
}

fn set(grid: &mut [bool], at: usize, value: bool) {
    if let Some(cell) = grid.get_mut(at) {
        *cell = value;
    }
}

impl Shape {
    fn is_of(self, value: &str) -> bool {
        let of_service = |service: &str| {
            let mut parts = value.splitn(4, ':');
            parts.next() == Some("arn")
                && parts.next().is_some_and(|one| one.starts_with("aws"))
                && parts.next() == Some(service)
        };
        match self {
            Self::Flag => matches!(value, "True" | "False"),
            Self::LogGroup => of_service("logs"),
            Self::Role => of_service("iam"),
            Self::Topic => of_service("sns"),
            Self::Key => {
                of_service("kms")
                    || value.starts_with("alias/")
                    || (value.len() == 36
                        && value.bytes().filter(|byte| *byte == b'-').count() == 4)
            }
            Self::Trail => arn::trail_arn(value).is_some(),
            Self::Region => arn::region_in(value).is_some_and(|region| region == value),
            Self::Name => value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')),
            Self::Word => !value.is_empty(),
            Self::Time => is_time(value) && !is_old_time(value),
            Self::OldTime => is_old_time(value),
            Self::Error => !is_time(value) && !matches!(value, "True" | "False"),
            Self::Account => arn::is_account(value),
            Self::Arn => of_service("iam") || of_service("sts"),
        }
    }
}

/// `2026-11-20T11:54:13Z`: how AWS wrote times before they had a type.
fn is_old_time(value: &str) -> bool {
    value.len() == 20 && value.ends_with('Z') && is_time(value)
}

/// A time of day on a date, or seconds since 1970.
fn is_time(value: &str) -> bool {
    let is_date = value.len() >= 19
        && value
            .bytes()
            .take(19)
            .enumerate()
            .all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                10 => matches!(byte, b'T' | b' '),
                13 | 16 => byte == b':',
                _ => byte.is_ascii_digit(),
            });
    is_date || (value.len() >= 10 && value.parse::<f64>().is_ok_and(|seconds| seconds > 1e9))
}
