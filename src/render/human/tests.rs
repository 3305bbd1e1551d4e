use super::render;
use crate::finding::{Evidence, Outcome, Place};
use crate::render::excerpt::{Excerpt, Excerpts, Window, line_starts};
use crate::render::sample::{compared, files, sample, uncollected};
use crate::render::{NoExcerpts, Style};
use crate::report::Report;

fn human(report: &Report, style: Style) -> String {
    let mut out = Vec::new();
    render(report, &mut files(), &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample_at_100_columns() {
    insta::assert_snapshot!(human(&sample(), Style::default()));
}

#[test]
fn the_sample_on_a_narrow_terminal_without_line_drawing() {
    insta::assert_snapshot!(human(
        &sample(),
        Style {
            width: 40,
            unicode: false,
            color: false,
            ..Style::default()
        }
    ));
}

#[test]
fn the_sample_in_color_is_the_same_text() {
    let colored = human(
        &sample(),
        Style {
            color: true,
            ..Style::default()
        },
    );
    let plain: String = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(plain, human(&sample(), Style::default()));
}

#[test]
fn what_changed_stands_in_headlines_and_in_a_list() {
    let text = human(&compared(), Style::default());
    let headlines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains('[') && !line.starts_with(' '))
        .collect();
    let (_, list) = text.split_once("since the baseline").unwrap();
    insta::assert_snapshot!(format!(
        "{}\n\nsince the baseline{list}",
        headlines.join("\n")
    ));
}

#[test]
fn accounts_of_which_the_same_is_said_are_told_once() {
    let mut report = uncollected();
    let one = report
        .subjects
        .iter()
        .find(|subject| &*subject.id == "222233334444")
        .unwrap()
        .clone();
    for id in ["333344445555", "555566667777"] {
        let mut other = one.clone();
        other.id = id.into();
        other.account_id = Some(id.into());
        other.checks[0].message = format!("nothing shows the trails of account {id}").into();
        report.subjects.push(other);
    }
    report.documents.clear();
    let text = human(&report, Style::default());
    let told: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("inconclusive["))
        .take(8)
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn without_the_files_the_places_are_still_named() {
    let mut report = sample();
    report.documents.clear();
    report.subjects.retain(|subject| &*subject.name == "audit");
    let mut out = Vec::new();
    render(&report, &mut NoExcerpts, &Style::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn evidence_close_together_is_shown_in_one_piece() {
    let mut report = sample();
    report.documents.clear();
    report.subjects.retain(|subject| &*subject.name == "audit");
    let subject = &mut report.subjects[0];
    let time = subject.checks[1].evidence[0].clone();
    let error = subject.warnings.remove(0).evidence[0].clone();
    subject.checks[1].evidence = Box::new([
        time.clone(),
        error,
        Evidence {
            label: "twice".into(),
            ..time
        },
    ]);
    insta::assert_snapshot!(human(&report, Style::default()));
}

/// One compact line of trails, longer than a column number of 16 bits.
struct OneLine {
    text: String,
    starts: Vec<usize>,
}

impl Excerpts for OneLine {
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        let span = place.bytes[0]..place.bytes[1];
        Some(Excerpt::cut(
            &self.text,
            &self.starts,
            span,
            &Window::default(),
        ))
    }
}

#[test]
fn a_line_of_thousands_of_failing_trails_is_shown_piece_by_piece() {
    let trails: Vec<String> = (0..3000)
        .map(|n| format!("{{\"Name\":\"trail-{n:05}\",\"HomeRegion\":\"eu-west-1\"}}"))
        .collect();
    let text = format!("{{\"trailList\":[{}]}}", trails.join(","));
    let template = sample()
        .subjects
        .into_iter()
        .find(|subject| &*subject.name == "main")
        .unwrap();
    let mut report = sample();
    report.documents.clear();
    report.subjects.clear();
    let mut start = text.find('[').unwrap() + 1;
    for trail in &trails {
        let mut subject = template.clone();
        subject.checks.truncate(1);
        subject.checks[0].evidence[0].place = Place {
            file: "dump.json".into(),
            pointer: Box::default(),
            line: 1,
            column: start + 1,
            bytes: [start, start + trail.len()],
        };
        report.subjects.push(subject);
        start += trail.len() + 1;
    }
    let mut excerpts = OneLine {
        starts: line_starts(&text),
        text,
    };
    let mut out = Vec::new();
    render(&report, &mut excerpts, &Style::default(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let last = out.split("\n\n").nth(2999).unwrap();
    insta::assert_snapshot!(last);
    assert_eq!(out.matches("fail[log-group-missing]").count(), 3000);
    assert_eq!(report.outcome(), Outcome::Fail);
}
