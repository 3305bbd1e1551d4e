//! The opening view: the outcome, how many, when collected, who is affected.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::word::{Text, badge, said};
use crate::comparison::Change;
use crate::finding::Outcome;
use crate::render::population::Population;
use crate::render::{phrase, totals};
use crate::report::{Report, Tally};

/// Accounts listed before the rest is folded away.
const SHOWN: usize = 12;

/// The head of the page.
pub(super) fn opening(report: &Report) -> Markup {
    let outcome = report.outcome();
    let titles: Vec<&str> = report
        .policies
        .iter()
        .map(|policy| policy.title.as_str())
        .collect();
    let population = Population::of(&report.coverage);
    html! {
        header class={ "opening " (outcome.as_str()) } {
            p class="tool" { (env!("CARGO_PKG_NAME")) }
            h1 { (badge(outcome)) " " (Text(&titles.join("; "))) }
            (counts(report))
            dl class="facts" {
                dt { "Judged" } dd { (totals::subjects(report)) }
                dt { "Collected" } dd { (totals::clock(report)) }
                @for bundle in &report.bundles { dt { "Policies" } dd { (phrase::bundle(bundle)) } }
                @if let Some(population) = &population { (coverage(population)) }
                @if let Some(documents) = totals::documents(report) {
                    @let section = if report.document_tally().failed > 0 { "#not-read" } else { "#h-inventory" };
                    dt { "Read" } dd { (documents) ", " a href=(section) { "see which" } }
                }
            }
            (affected(report))
            (changes(report))
        }
    }
}

/// How many of the accounts and regions that were expected answered.
fn coverage(population: &Population) -> Markup {
    html! {
        dt { "Coverage" }
        dd {
            (population.accounts)
            @if !population.regions.is_empty() { "; " (population.regions) }
            @if !population.is_plain() { ", " a href="#not-collected" { "see which" } }
        }
    }
}

fn counts(report: &Report) -> Markup {
    let tally = report.tally();
    let warnings: usize = report
        .subjects
        .iter()
        .map(|subject| subject.warnings.len())
        .sum();
    html! {
        ul class="counts" {
            @for (number, outcome) in outcomes(tally) {
                li class=(outcome.as_str()) { b { (number) } " " (said(outcome)) }
            }
            li class="warning" { b { (warnings) } " " (if warnings == 1 { "warning" } else { "warnings" }) }
        }
    }
}

fn outcomes(tally: Tally) -> [(usize, Outcome); 4] {
    [
        (tally.fail, Outcome::Fail),
        (tally.inconclusive, Outcome::Inconclusive),
        (tally.waived, Outcome::Waived),
        (tally.pass, Outcome::Pass),
    ]
}

/// The accounts in which something fails or is open, worst first.
fn affected(report: &Report) -> Markup {
    let mut accounts: BTreeMap<String, (usize, Tally)> = BTreeMap::new();
    let groups = report
        .subjects
        .chunk_by(|one, other| one.account_id == other.account_id);
    for (index, subjects) in groups.enumerate() {
        let Some(first) = subjects.first() else {
            continue;
        };
        let (_, tally) = accounts
            .entry(phrase::account(first))
            .or_insert((index, Tally::default()));
        for subject in subjects {
            match subject.outcome {
                Outcome::Fail => tally.fail += 1,
                Outcome::Inconclusive => tally.inconclusive += 1,
                _ => {}
            }
        }
    }
    let mut accounts: Vec<(String, usize, Tally)> = accounts
        .into_iter()
        .map(|(name, (index, tally))| (name, index, tally))
        .collect();
    accounts.retain(|(.., tally)| tally.fail + tally.inconclusive > 0);
    accounts.sort_by_key(|(_, index, tally)| {
        (
            usize::MAX - tally.fail,
            usize::MAX - tally.inconclusive,
            *index,
        )
    });
    let (shown, folded) = accounts.split_at(accounts.len().min(SHOWN));
    html! {
        @if !shown.is_empty() {
            section class="affected" aria-labelledby="affected" {
                h2 id="affected" { "Affected" }
                (list(shown))
                @if !folded.is_empty() {
                    details {
                        summary { "and " (phrase::count(folded.len(), "account")) " more" }
                        (list(folded))
                    }
                }
            }
        }
    }
}

/// What changed since an earlier report, but for what still fails.
fn changes(report: &Report) -> Markup {
    html! {
        @if let Some(comparison) = &report.comparison {
            section class="affected" aria-labelledby="changes" {
                h2 id="changes" { "Since the baseline: " (phrase::changes(comparison)) }
                ul {
                    @for entry in comparison.entries().iter().filter(|entry| entry.change != Change::StillFailing) {
                        li {
                            (phrase::change(entry))
                            @if let Some(now) = &entry.after { ", now " (phrase::state(now)) }
                            ": " code { (Text(&entry.subject)) } " " (Text(&entry.check))
                        }
                    }
                }
            }
        }
    }
}

fn list(accounts: &[(String, usize, Tally)]) -> Markup {
    html! {
        ul class="chips" {
            @for (name, index, tally) in accounts {
                li {
                    a href={ "#a" (index) } { (name) }
                    @if tally.fail > 0 { " " span class="fail" { (tally.fail) " fail" } }
                    @if tally.inconclusive > 0 { " " span class="inconclusive" { (tally.inconclusive) " inconclusive" } }
                }
            }
        }
    }
}
