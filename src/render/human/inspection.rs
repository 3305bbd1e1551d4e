//! An inspection for a terminal: every document, then every account with its
//! trails, how each got its status, and what is missing.
//!
//! Commands stand on lines of their own and are never broken. Everything that
//! came from evidence passes through [`crate::text`].

use std::io::{self, Write};

use owo_colors::Style as Ink;

use super::{paint, prose};
use crate::finding::{DocumentKind, Place};
use crate::inspection::{
    Collected, Inspection, Missing, SeenAccount, SeenDocument, SeenForm, SeenRegion, SeenTie,
    SeenTrail,
};
use crate::render::phrase;
use crate::render::phrase::count;
use crate::render::{Style, totals};
use crate::text::visible;

/// Columns that a line is moved in for each level.
const STEP: usize = 2;

/// Writes the inspection for a person at a terminal.
///
/// # Errors
/// Only those of the writer.
pub fn render(inspection: &Inspection, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut page = Page {
        style,
        out: &mut out,
    };
    for document in &inspection.documents {
        page.document(document)?;
    }
    for account in &inspection.accounts {
        page.line(0, Ink::new(), "")?;
        page.account(account)?;
    }
    page.line(0, Ink::new(), "")?;
    page.line(0, paint::bold(), &total(inspection))?;
    out.flush()
}

struct Page<'o> {
    style: &'o Style,
    out: &'o mut dyn Write,
}

impl Page<'_> {
    /// A sentence, broken into lines of one indent.
    fn line(&mut self, level: usize, ink: Ink, text: &str) -> io::Result<()> {
        let indent = level * STEP;
        for line in prose::wrap(text, self.style.width.saturating_sub(indent).max(20)) {
            if line.is_empty() {
                writeln!(self.out)?;
            } else {
                let line = self.style.paint(ink, line);
                writeln!(self.out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// A command, on one line whatever its length.
    fn command(&mut self, level: usize, command: &str) -> io::Result<()> {
        let indent = level * STEP;
        let command = self.style.paint(Ink::new().cyan(), visible(command));
        writeln!(self.out, "{:indent$}{command}", "")
    }

    fn document(&mut self, document: &SeenDocument) -> io::Result<()> {
        let mut name = visible(&document.file).into_owned();
        if (document.line, document.column) != (1, 1) {
            name.push_str(&format!(":{}:{}", document.line, document.column));
        }
        self.line(0, paint::bold(), &name)?;
        self.line(1, Ink::new(), &nature(document))?;
        let says_nothing = matches!(
            document.kind,
            DocumentKind::Other | DocumentKind::Manifest | DocumentKind::Excluded
        );
        if !says_nothing {
            self.line(1, paint::dim(), &origin(document))?;
        }
        for tie in &document.ties {
            let ink = match tie.trail {
                Some(_) => Ink::new(),
                None => Ink::new().yellow(),
            };
            self.line(1, ink, &tied(tie, document.ties.len() > 1))?;
        }
        if let Some(problem) = &document.problem {
            let at = problem.place.as_ref().map_or_else(String::new, |place| {
                format!(" (line {}, column {})", place.line, place.column)
            });
            let text = format!("{}{at}", visible(&problem.message));
            self.line(1, Ink::new().red(), &text)?;
            if let Some(help) = &problem.help {
                self.line(2, paint::dim(), help)?;
            }
        }
        let told = document.problem.as_ref().map(|problem| &problem.message);
        if let Some(detail) = document
            .detail
            .as_ref()
            .filter(|detail| told != Some(detail))
        {
            self.line(1, paint::dim(), &visible(detail))?;
        }
        Ok(())
    }

    fn account(&mut self, account: &SeenAccount) -> io::Result<()> {
        let name = match &account.id {
            Some(id) => format!("account {}", visible(id)),
            None => "account unknown".to_owned(),
        };
        let mut heading = format!("{name}, {}", moment(account.collected));
        if let (None, Some(bound)) = (account.collected.at, account.not_before) {
            heading.push_str(&format!(", but not before {bound}"));
        }
        self.line(0, paint::bold(), &heading)?;
        for region in &account.regions {
            let ink = match region.answer {
                "failed" => Ink::new().yellow(),
                _ => Ink::new(),
            };
            self.line(1, ink, &answered(region))?;
        }
        self.missing(1, &account.missing)?;
        for trail in &account.trails {
            self.trail(trail)?;
        }
        Ok(())
    }

    fn trail(&mut self, trail: &SeenTrail) -> io::Result<()> {
        self.line(1, paint::bold(), &format!("trail {}", visible(&trail.name)))?;
        let home = trail.home_region.as_deref().unwrap_or("unknown");
        let mut identity = format!("{}, home region {}", visible(&trail.id), visible(home));
        if trail.organization {
            identity.push_str(", an organization's");
            if !trail.owner_in_evidence {
                identity.push_str(" whose owner's own evidence is not here");
            }
        }
        self.line(2, paint::dim(), &identity)?;
        for form in &trail.sightings {
            self.line(2, Ink::new(), &seen(form))?;
        }
        if let Some(status) = &trail.status {
            let whole = if status.complete { "" } else { "part of its " };
            let rule = status.rule.map_or_else(String::new, |rule| {
                format!(", since {} ({rule})", because(rule))
            });
            let at = placed(status.place.as_ref());
            let moment = moment(trail.collected);
            let text = format!("{whole}status{at}, {moment}{rule}");
            self.line(2, Ink::new(), &text)?;
        }
        self.missing(2, &trail.missing)?;
        if trail.missing.is_empty() {
            self.line(2, Ink::new().green(), "nothing is missing")?;
        }
        Ok(())
    }

    fn missing(&mut self, level: usize, missing: &[Missing]) -> io::Result<()> {
        for one in missing {
            let text = format!("missing: {}", visible(&one.message));
            self.line(level, Ink::new().yellow().bold(), &text)?;
            for command in &one.commands {
                self.command(level + 1, command)?;
            }
        }
        Ok(())
    }
}

/// What a document is, by whom, how it is spelt, and how much is in it.
fn nature(document: &SeenDocument) -> String {
    let mut parts = vec![document.kind.as_str().to_owned()];
    parts.extend(
        document
            .producer
            .map(|producer| visible(producer).into_owned()),
    );
    parts.extend(document.encoding.map(str::to_owned));
    let shows = &document.shows;
    let statuses = match shows.statuses {
        0 => None,
        1 => Some("1 status".to_owned()),
        many => Some(format!("{many} statuses")),
    };
    let counted = |number, what| (number > 0).then(|| count(number, what));
    let shown: Vec<String> = [
        counted(shows.trails, "trail"),
        statuses,
        counted(shows.names, "name"),
        counted(shows.log_groups, "log group"),
        // What can't be read may be no call at all.
        counted(shows.failed_calls, "failed call")
            .filter(|_| document.kind != DocumentKind::Unreadable),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut text = parts.join(", ");
    if !shown.is_empty() {
        text.push_str(&format!(": {}", shown.join(", ")));
    } else if document.kind == DocumentKind::DescribeTrails {
        text.push_str(": no trail");
    }
    text
}

/// Where and when a document was collected.
fn origin(document: &SeenDocument) -> String {
    let text = |text: &Option<std::sync::Arc<str>>| match text {
        Some(text) => visible(text).into_owned(),
        None => "unknown".to_owned(),
    };
    format!(
        "account {}, region {}, {}",
        text(&document.account),
        text(&document.region),
        moment(document.collected)
    )
}

fn moment(collected: Collected) -> String {
    match (collected.at, totals::origin(collected.basis)) {
        (Some(at), Some(origin)) => format!("as of {at} from {origin}"),
        (Some(at), None) => format!("as of {at}"),
        (None, _) => "collection time unknown".to_owned(),
    }
}

fn tied(tie: &SeenTie, several: bool) -> String {
    let what = if tie.failed {
        "failed status call"
    } else {
        "status"
    };
    let at = match &tie.place {
        Some(place) if several => format!("{}:{}: ", place.line, place.column),
        _ => String::new(),
    };
    match (&tie.trail, tie.rule) {
        (Some(trail), Some(rule)) => format!(
            "{at}{what} of {}, since {} ({rule})",
            visible(trail),
            because(rule)
        ),
        (Some(trail), None) => format!("{at}{what} of {}", visible(trail)),
        (None, _) => format!("{at}{what} tied to no trail"),
    }
}

/// A rule in words.
fn because(rule: &str) -> &'static str {
    match rule {
        "manifest" => "the manifest says so",
        "in-trail" => "it stands in the trail's object",
        "arn-in-document" => "the document gives the ARN",
        "name-in-document" => "the document gives the name",
        "name-in-command" => "the command above it gives the name",
        "name-in-heading" => "the heading above it gives the name",
        "arn-in-path" => "the path holds the ARN",
        "name-in-path" => "the file's name holds the trail's",
        "name-in-folder" => "its folder is named for the trail",
        "sole-pair" => "they are the only trail and the only status of one folder",
        _ => "a rule ties it",
    }
}

fn answered(region: &SeenRegion) -> String {
    let name = match &region.region {
        Some(region) => visible(region).into_owned(),
        None => "a region that is not named".to_owned(),
    };
    match region.answer {
        "trails" => {
            let trails = count(region.trails, "trail");
            format!("{name}: {trails}{}", placed(region.place.as_ref()))
        }
        "empty" => format!("{name}: no trail{}", placed(region.place.as_ref())),
        _ => format!(
            "{name}: not known: {}",
            visible(region.error.as_deref().unwrap_or("the call failed"))
        ),
    }
}

fn seen(form: &SeenForm) -> String {
    let whole = if form.complete {
        "seen whole"
    } else {
        "seen in part"
    };
    let list = |texts: &[std::sync::Arc<str>]| {
        let texts: Vec<_> = texts.iter().map(|text| visible(text)).collect();
        texts.join(", ")
    };
    let mut text = whole.to_owned();
    if !form.regions.is_empty() {
        text.push_str(&format!(" from {}", list(&form.regions)));
    }
    if form.accounts.len() > 1 {
        text.push_str(&format!(" by {}", list(&form.accounts)));
    }
    text.push_str(&placed(form.place.as_ref()));
    text
}

fn placed(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!(" in {}", phrase::place(place)))
}

fn total(inspection: &Inspection) -> String {
    let trails = inspection.accounts.iter();
    let trails = trails.map(|account| account.trails.len()).sum();
    let documents = count(inspection.documents.len(), "document");
    if inspection.is_empty() {
        return format!("{documents}: no evidence of any trail");
    }
    let missing = match inspection.missing() {
        0 => "nothing is missing".to_owned(),
        1 => "1 thing is missing".to_owned(),
        many => format!("{many} things are missing"),
    };
    format!(
        "{documents}, {} in {}: {missing}",
        count(trails, "trail"),
        count(inspection.accounts.len(), "account")
    )
}
