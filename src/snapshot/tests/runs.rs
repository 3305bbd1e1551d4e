//! What several runs, and lists of which nothing says whose they are, come to.

use super::{A, B, EMPTY, STATUS, list, main_list, snapshot, told, trail};

const OLD: &str = "20261119T120000Z";
const NEW: &str = "20261120T120000Z";

/// A status that was told when its last delivery was three days old.
fn stale() -> String {
    let stale = r#""LatestCloudWatchLogsDeliveryTime": "2026-11-17T11:55:05Z""#;
    STATUS.replace(
        r#""LatestCloudWatchLogsDeliveryTime": "2026-11-20T11:55:05Z""#,
        stale,
    )
}

/// A status of the day before.
fn of_old() -> String {
    STATUS.replace("2026-11-20", "2026-11-19")
}

/// What the only trail comes to: whether all that shows it shows its log group, and
/// the day of the status that counts, or why none does.
fn trail_of(files: &[(&str, &str)]) -> (bool, String) {
    let snapshot = snapshot(files);
    let trails: Vec<_> = snapshot
        .accounts
        .iter()
        .flat_map(|one| &one.trails)
        .collect();
    assert_eq!(trails.len(), 1, "{files:?}");
    let trail = trails[0];
    let day = trail.as_of.map(|at| at.strftime("%d").to_string());
    let day = match &trail.status_problem {
        Some(problem) => problem.kind.as_str().to_owned(),
        None => day.unwrap_or_default(),
    };
    let mut groups = trail
        .sightings
        .iter()
        .map(|form| form.object.names_log_group);
    (trail.unknown.is_none() && groups.all(|names| names), day)
}

#[test]
fn a_newer_run_that_lists_nothing_tells_of_the_account_s_trails() {
    let (lists, old, stale) = (main_list(), of_old(), stale());
    let gone = "\nAn error occurred (TrailNotFoundException) when calling the GetTrailStatus operation: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/main for the user: 111122223333\n";
    for (newer, comes_to) in [
        (&*stale, "20"),
        (STATUS, "20"),
        (gone, "failed"),
        ("", "unreadable"),
    ] {
        for of_old in [format!("{A}/us-east-1"), "us-east-1".to_owned()] {
            let files = [
                (format!("{OLD}/{of_old}/describe-trails.json"), &*lists),
                (format!("{OLD}/{of_old}/get-trail-status-main.json"), &*old),
                (
                    format!("{NEW}/{A}/us-east-1/get-trail-status-main.json"),
                    newer,
                ),
            ];
            let files: Vec<(&str, &str)> =
                files.iter().map(|(name, text)| (&**name, *text)).collect();
            assert_eq!(trail_of(&files), (true, comes_to.to_owned()), "{newer}");
        }
    }
    // Another account's run tells nothing of it, nor does one that lists its own, nor
    // one that doesn't say when it was made, nor a list that others have of it.
    let of_other = [
        (format!("{OLD}/{B}/us-east-1/describe-trails.json"), &*lists),
        (
            format!("{NEW}/{A}/us-east-1/get-trail-status-main.json"),
            STATUS,
        ),
    ];
    let undated = [
        (format!("{OLD}/{A}/us-east-1/describe-trails.json"), &*lists),
        (
            format!("new/{A}/us-east-1/get-trail-status-main.json"),
            STATUS,
        ),
    ];
    for files in [of_other, undated] {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let snapshot = snapshot(&files);
        let mut trails = snapshot.accounts.iter().flat_map(|one| &one.trails);
        assert!(trails.all(|trail| trail.status.is_none()), "{files:?}");
    }
    let other = list(&[trail("other", A, r#""IsOrganizationTrail": false,"#)]);
    for (name, more) in [
        (format!("{NEW}/{B}/us-east-1"), None),
        (format!("{NEW}/{A}/us-east-1"), Some(&*other)),
    ] {
        let files = [
            (format!("{OLD}/{A}/us-east-1/describe-trails.json"), &*lists),
            (format!("{name}/get-trail-status-main.json"), STATUS),
            (
                format!("{name}/describe-trails.json"),
                more.unwrap_or(EMPTY),
            ),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let snapshot = snapshot(&files);
        let own = snapshot.accounts.iter().find(|one| *one.id == *A);
        let mut trails = own.into_iter().flat_map(|one| &one.trails);
        assert!(trails.all(|trail| trail.status.is_none()), "{name}");
    }
}

#[test]
fn a_stamp_of_a_file_that_is_far_from_its_folders_is_of_another_run() {
    let lists = main_list();
    for (list, status, is_known) in [
        ("", "", true),
        ("", "-20261120T121500Z", true),
        ("", "-20261119T130000Z", true),
        ("", "-20261118T120000Z", false),
        ("", "-20261122T120000Z", false),
        ("-20261118T120000Z", "", false),
        ("-20261118T120000Z", "-20261118T121000Z", true),
    ] {
        for run in [NEW.to_owned(), format!("{NEW}/{A}/us-east-1")] {
            let list = format!("{run}/describe-trails{list}.json");
            let status = format!("{run}/get-trail-status-main{status}.json");
            let snapshot = snapshot(&[(&list, &lists), (&status, STATUS)]);
            let trail = &snapshot.accounts[0].trails[0];
            assert_eq!(trail.unknown.is_none(), is_known, "{list} {status}");
        }
    }
}

#[test]
fn a_member_that_sees_something_else_later_is_heard() {
    let with = |group: &str| list(&[trail("org", A, group)]);
    let own = with(r#""IsOrganizationTrail": true,"#);
    let of_member = own.replace(r#""CloudWatchLogsLogGroupArn""#, r#""Description""#);
    let (old, stale) = (of_old(), stale());
    for (run, lists, status, comes_to) in [
        (NEW, &own, STATUS, (true, "20")),
        (NEW, &own, &*old, (true, "20")),
        (NEW, &own, &*stale, (true, "conflict")),
        (NEW, &of_member, STATUS, (false, "20")),
        ("20261118T120000Z", &own, &*stale, (true, "19")),
        ("20261118T120000Z", &of_member, &*stale, (true, "19")),
    ] {
        let files = [
            (format!("{OLD}/{A}/us-east-1/describe-trails.json"), &*own),
            (
                format!("{OLD}/{A}/us-east-1/get-trail-status-org.json"),
                &*old,
            ),
            (
                format!("{run}/{B}/us-east-1/describe-trails.json"),
                &**lists,
            ),
            (
                format!("{run}/{B}/us-east-1/get-trail-status-org.json"),
                status,
            ),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let (is_one, day) = trail_of(&files);
        assert_eq!((is_one, &*day), comes_to, "{run} {status}");
    }
}

#[test]
fn an_empty_list_of_nobody_may_be_of_any_account_that_is_here() {
    let full = main_list();
    let main = format!("{A} trails; main none");
    for (one, other) in [
        ("virginia", "ireland"),
        (OLD, NEW),
        ("day1", "day2"),
        ("us", "other-regions"),
    ] {
        let [one, other] = [one, other].map(|at| format!("{at}/describe-trails.json"));
        let files = [(&*one, &*full), (&*other, EMPTY)];
        assert_eq!(told(&files), [&*main, "unknown failed"], "{other}");
        // Where no account has a trail, nobody's list can be of one that has.
        let nobodys = told(&[(&*one, EMPTY), (&*other, EMPTY)]);
        assert!(nobodys[0].starts_with("unknown empty"), "{nobodys:?}");
        let named = format!("{B}/us-east-1/describe-trails.json");
        let files = [(&*named, EMPTY), (&*other, EMPTY)];
        assert_eq!(told(&files), [&*format!("{B} empty"), "unknown empty"]);
        // What is known to be another account's isn't doubted for it.
        let files = [(&*one, &*full), (&*other, EMPTY), (&*named, EMPTY)];
        assert_eq!(told(&files)[1], format!("{B} empty"));
    }
}
