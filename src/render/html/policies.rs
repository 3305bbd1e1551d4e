//! The policies that judged, and what they were given.

use std::sync::Arc;

use maud::{Markup, html};

use super::word::{Prose, Text};
use crate::policy::{ControlRef, PolicyInfo};
use crate::report::Report;

/// The policies, then the parameters.
pub(super) fn policies(report: &Report) -> Markup {
    html! {
        section aria-labelledby="h-policies" {
            h2 id="h-policies" { "Policies" }
            @for policy in &report.policies { (self::policy(policy)) }
            h3 { "Parameters" }
            dl class="facts" {
                @for (name, value) in &report.parameters.policy {
                    dt { code { (Text(name)) } } dd { code { (Text(&value.to_string())) } }
                }
                dt { code { "as_of" } }
                dd { @match report.parameters.as_of { Some(time) => code { (time) }, None => "not given" } }
                (named("exclude", &report.parameters.exclude))
                (named("expect_accounts", &report.parameters.expected.accounts))
                (named("expect_regions", &report.parameters.expected.regions))
            }
        }
    }
}

/// A parameter that is a list, where it was given.
fn named(name: &str, values: &[Arc<str>]) -> Markup {
    html! {
        @if !values.is_empty() {
            dt { code { (name) } }
            dd { @for value in values { code { (Text(value)) } " " } }
        }
    }
}

fn policy(policy: &PolicyInfo) -> Markup {
    html! {
        article class="policy" {
            h3 { (Text(&policy.title)) }
            p { (Text(&policy.description)) }
            dl class="facts" {
                dt { "Severity" } dd { (Text(&policy.severity)) }
                dt { "Controls" } dd { @for control in &policy.controls { (self::control(control)) br; } }
                dt { "Package" } dd { code { (Text(&policy.package)) } }
                dt { "SHA-256" } dd { code class="hash" { (policy.sha256) } }
                @if !policy.total {
                    dt { "Totality" } dd { "The policy only says what it denies: where it is silent, nothing is shown to pass." }
                }
                @if !policy.related_resources.is_empty() {
                    dt { "Read on" }
                    dd {
                        @for link in &policy.related_resources {
                            @let said = link.description.as_deref().unwrap_or(&link.url);
                            @if link.url.starts_with("https://") || link.url.starts_with("http://") {
                                a href=(link.url) rel="noreferrer noopener" { (Text(said)) }
                            } @else { (Text(said)) }
                            br;
                        }
                    }
                }
            }
            @if !policy.remediation.is_empty() {
                h4 { "Remediation" }
                (prose(&policy.remediation))
            }
            @for (name, text) in &policy.sources {
                details {
                    summary { "Text of " code { (Text(name)) } }
                    pre class="source" { @for line in text.lines() { (Text(&line.replace('\t', "    "))) "\n" } }
                }
            }
        }
    }
}

/// Paragraphs, and commands where every line is indented, as in Markdown.
fn prose(text: &str) -> Markup {
    html! {
        @for block in text.split("\n\n").filter(|block| !block.trim().is_empty()) {
            @let indented = block.lines().all(|line| line.starts_with("    "));
            @if indented {
                pre class="command" {
                    code { @for line in block.lines() { (Text(line.trim_start_matches("    "))) "\n" } }
                }
            } @else { p { (Prose(&block.split_whitespace().collect::<Vec<_>>().join(" "))) } }
        }
    }
}

fn control(control: &ControlRef) -> Markup {
    html! {
        (Text(&control.framework)) " " (Text(&control.id))
        @if !control.versions.is_empty() { " (" (Text(&control.versions.join(", "))) ")" }
    }
}
