//! One trail or account: its checks, what they rest on, and what to do.

use maud::{Markup, html};

use super::accounts::Files;
use super::evidence::{Bulk, figures};
use super::word::{Prose, Text, badge, is_folded};
use crate::comparison::Entry;
use crate::finding::{AsOfBasis, Check, Outcome, Warning};
use crate::render::{Excerpts, phrase};
use crate::report::{Report, Subject};
use crate::text::{help_lines, is_command};

/// One subject, open unless there is nothing to do about it.
pub(super) fn trail(
    report: &Report,
    subject: &Subject,
    files: &Files<'_>,
    excerpts: &mut dyn Excerpts,
) -> Markup {
    let open = matches!(subject.outcome, Outcome::Fail | Outcome::Inconclusive);
    html! {
        details class="trail" data-outcome=(subject.outcome.as_str()) open[open] {
            summary {
                (badge(subject.outcome))
                h4 { (phrase::name(subject)) }
                @if let Some(region) = &subject.home_region { span class="region" { (Text(region)) } }
                @for check in subject.checks.iter().filter(|check| needs_a_reader(check)) {
                    code class=(check.outcome.as_str()) { (Text(&check.code)) }
                }
                @for warning in &subject.warnings { code class="warning" { (Text(&warning.code)) } }
            }
            p class="identity" {
                code { (Text(&subject.id)) }
                " " (as_of(subject))
                @if report.policies.len() > 1 { ", policy " code { (Text(&subject.policy)) } }
            }
            @let body = body(report, subject, files, excerpts);
            @if is_folded(report.subjects.len()) { noscript { (body) } } @else { (body) }
        }
    }
}

fn body(
    report: &Report,
    subject: &Subject,
    files: &Files<'_>,
    excerpts: &mut dyn Excerpts,
) -> Markup {
    html! {
        @for check in &subject.checks { (self::check(check, report.change(subject, check), files, excerpts)) }
        @for warning in &subject.warnings { (self::warning(warning, files, excerpts)) }
    }
}

fn needs_a_reader(check: &Check) -> bool {
    !matches!(check.outcome, Outcome::Pass | Outcome::NotApplicable)
}

/// When the evidence was collected, and who says so.
fn as_of(subject: &Subject) -> Markup {
    let basis = match subject.as_of_basis {
        AsOfBasis::Flag => "given on the command line",
        AsOfBasis::Clock => "from the clock",
        AsOfBasis::FileTime => "from the file's time",
        AsOfBasis::Manifest => "from the manifest",
        AsOfBasis::DateHeader => "from a Date header",
        AsOfBasis::PathStamp => "from the path",
        AsOfBasis::LowerBound | AsOfBasis::Unknown => "",
    };
    html! {
        @match (subject.as_of, subject.as_of_basis) {
            (Some(time), AsOfBasis::LowerBound) => { "collected at an unknown time, not before " time { (time) } }
            (Some(time), AsOfBasis::Unknown) => { "collected at an unknown time, not before " time { (time) } }
            (Some(time), _) => { "collected " time { (time) } ", " (basis) }
            (None, _) => { "collected at an unknown time" }
        }
    }
}

fn check(
    check: &Check,
    change: Option<&Entry>,
    files: &Files<'_>,
    excerpts: &mut dyn Excerpts,
) -> Markup {
    let bulk = if needs_a_reader(check) {
        Bulk::Whole
    } else {
        Bulk::Line
    };
    html! {
        section class={ "check " (check.outcome.as_str()) } data-check=(Text(&check.id)) data-code=(Text(&check.code)) {
            h5 {
                (badge(check.outcome)) (Text(&check.title))
                @if let Some(entry) = change { span class="change" { (phrase::change(entry)) } }
            }
            p { (Prose(&check.message)) " " code { (Text(&check.code)) } }
            @if let Some(waiver) = &check.waiver { p class="waiver" { (phrase::accepted(waiver)) } }
            (figures(&check.evidence, bulk, files, excerpts))
            @if check.waiver.is_none() { (help(check.help.as_deref())) }
        }
    }
}

fn warning(warning: &Warning, files: &Files<'_>, excerpts: &mut dyn Excerpts) -> Markup {
    html! {
        section class="check warning" {
            h5 { span class="badge warning" { "warning" } (Prose(&warning.message)) }
            p { "Changes no outcome. " code { (Text(&warning.code)) } }
            (figures(&warning.evidence, Bulk::Whole, files, excerpts))
            (help(warning.help.as_deref()))
        }
    }
}

/// What to do next: commands to copy, sentences to read.
pub(super) fn help(help: Option<&str>) -> Markup {
    html! {
        @if let Some(help) = help {
            @for line in help_lines(help) {
                @if is_command(&line) { pre class="command" { (line) } } @else { p { (Prose(&line)) } }
            }
        }
    }
}
