//! Trails that a transcript changes after it showed them: what stands above the
//! change is how they were, and only what stands below shows how they are.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::Says;
use crate::document::command::Command;
use crate::document::decode::Decoded;
use crate::document::json;
use crate::document::locate::{Anchor, Locator};
use crate::document::split::{self, Pieces};
use crate::recognise::facts::{Call, Document, Facts, Failure, Listed, Named, Origin};

/// How operations begin that only read.
const READING: [&str; 7] = [
    "describe-",
    "get-",
    "list-",
    "lookup-",
    "search-",
    "validate-",
    "help",
];

/// What operations that change something are about, where that is no trail's
/// configuration and nothing of what it delivers.
const OTHERS: [&str; 8] = [
    "channel",
    "dashboard",
    "event-data-store",
    "import",
    "insight-selectors",
    "query",
    "resource-policy",
    "tags",
];

/// A call that changes a trail.
struct Change<'t> {
    line: &'t str,
    deletes: bool,
    named: Named,
    anchor: Anchor,
}

/// Takes back what a text shows of trails that it changes further down. What
/// comes back says of which trails nothing shows how they are now.
pub(crate) fn retract(
    documents: &mut [Document],
    decoded: &Decoded,
    pieces: &Pieces<'_>,
) -> Vec<Document> {
    let mut doubts = Vec::new();
    for change in changes(decoded, pieces) {
        let at = change.anchor.spot.byte;
        let mut out = Out::default();
        let mut shows = false;
        for document in documents.iter_mut().filter(|one| one.start.byte < at) {
            shows |= document.shows_trails();
            for list in &document.answers {
                note(&mut out.asked, &list.origin);
            }
            document.amend(|facts| change.take_out(facts, &mut out));
        }
        let below = || documents.iter().filter(|one| one.start.byte > at);
        let trails = || below().flat_map(|one| &one.trails);
        // A list that was asked for there again says what is gone, too.
        let is_again = |places: &[Origin]| {
            let mut lists = below().flat_map(|one| &one.answers);
            lists.any(|list| list.whole && places.contains(&list.origin))
        };
        let hidden: Vec<Named> = if !out.arns.is_empty() {
            let shown = trails().filter_map(|one| one.object.arn.as_deref());
            let shown: HashSet<&str> = shown.collect();
            let is_again = is_again(&out.origins);
            let hidden = out.arns.iter();
            let hidden = hidden.filter(|arn| !is_again && !shown.contains(&***arn));
            hidden.map(|arn| Named::Arn(arn.clone())).collect()
        } else {
            let is_listed = trails().any(|one| change.is_of(&one.object.named()));
            let is_known = !shows || is_listed || is_again(&out.asked);
            let named = Some(change.named.clone()).filter(|_| !is_known);
            named.into_iter().collect()
        };
        let has_status = below().any(|one| {
            let mut statuses = one.statuses.iter();
            statuses.any(|status| change.is_of(&one.named(&status.claims)))
        });
        let lacks_status = out.had_status && !has_status && !change.deletes;
        if !hidden.is_empty() || lacks_status {
            doubts.push(change.doubt(hidden, lacks_status));
        }
    }
    doubts
}

/// Takes back what one value shows of a trail before an operation that it says was
/// done to it. What the value shows of it further down is taken for what it was.
pub(crate) fn retract_within(facts: &mut Facts, operation: &str, named: Named, anchor: Anchor) {
    let change = Change {
        line: operation,
        deletes: is_deleting(operation),
        named,
        anchor,
    };
    let shows = facts.shows_trails();
    let mut out = Out::default();
    change.take_out(facts, &mut out);
    let lacks_status = out.had_status && !change.deletes;
    let hidden: Vec<Named> = match out.arns.is_empty() {
        true => shows.then(|| change.named.clone()).into_iter().collect(),
        false => out.arns.into_iter().map(Named::Arn).collect(),
    };
    if !hidden.is_empty() || lacks_status {
        facts.take_in(change.facts(hidden, lacks_status));
    }
}

fn is_deleting(operation: &str) -> bool {
    matches!(operation, "delete-trail" | "deletetrail")
}

/// What was taken out of what stands above a change.
#[derive(Default)]
struct Out {
    /// The trails, by their ARNs.
    arns: BTreeSet<Box<str>>,
    /// Where the lists were asked for that showed them.
    origins: Vec<Origin>,
    /// Where any list was asked for.
    asked: Vec<Origin>,
    /// Whether statuses were among it.
    had_status: bool,
}

impl Change<'_> {
    /// Whether it may be of the trail that something names.
    fn is_of(&self, named: &Named) -> bool {
        match (&self.named, named) {
            (Named::No, _) | (_, Named::No) => true,
            (Named::Arn(one), Named::Arn(other)) => one == other,
            (Named::Arn(one) | Named::Name(one), Named::Arn(other) | Named::Name(other)) => {
                tail(one) == tail(other)
            }
        }
    }

    /// Takes out of a document what it says of the trail.
    fn take_out(&self, facts: &mut Facts, out: &mut Out) {
        let old = facts
            .statuses
            .iter()
            .map(|one| self.is_of(&facts.named(&one.claims)));
        let old: Vec<bool> = old.collect();
        out.had_status |= old.contains(&true);
        let mut old = old.into_iter();
        facts.statuses.retain(|_| !old.next().unwrap_or_default());
        let kept = facts
            .trails
            .iter()
            .map(|one| !self.is_of(&one.object.named()));
        let kept: Vec<bool> = kept.collect();
        let mut is_kept = kept.iter().copied();
        facts.trails.retain(|one| {
            let is_kept = is_kept.next().unwrap_or(true);
            if !is_kept {
                out.arns.extend(one.object.arn.clone());
                note(&mut out.origins, &one.origin);
            }
            is_kept
        });
        // Where those that are left stand now.
        let mut moved = Vec::with_capacity(kept.len());
        let mut left = 0;
        for is_kept in kept {
            moved.push(left);
            left += usize::from(is_kept);
        }
        let claims = facts.statuses.iter_mut().flat_map(|one| &mut one.claims);
        for claim in claims {
            if let Says::InTrail(index) = &mut claim.says {
                *index = moved.get(*index).copied().unwrap_or(*index);
            }
        }
    }

    /// The document that says so of what nothing shows any more.
    fn doubt(&self, hidden: Vec<Named>, lacks_status: bool) -> Document {
        let facts = self.facts(hidden, lacks_status);
        Document::saying(0, self.anchor.spot, Arc::new(facts))
    }

    /// That nothing shows how these trails are now, or no status of them.
    fn facts(&self, hidden: Vec<Named>, lacks_status: bool) -> Facts {
        let mut facts = Facts {
            is_doubted: true,
            ..Facts::default()
        };
        let lacks_trail = !hidden.is_empty();
        let named = match hidden.as_slice() {
            [only] if self.named != Named::No => only.clone(),
            _ => self.named.clone(),
        };
        let calls = [
            (lacks_trail, Call::DescribeTrails),
            (lacks_status, Call::GetTrailStatus),
        ];
        let calls = calls.into_iter().filter(|(lacks, _)| *lacks);
        facts.failures.extend(calls.map(|(_, call)| Failure {
            call: Some(call),
            error: None,
            message: format!(
                "`{}` stands below what is shown: how the trail is now isn't known",
                self.line
            ),
            hides_trails: named == Named::No,
            named: named.clone(),
            origin: Origin::default(),
            anchor: Some(self.anchor.clone()),
        }));
        facts.remark = facts.failures.first().map(|one| one.message.clone());
        let shown = hidden.into_iter().filter(|named| *named != Named::No);
        facts.shown.extend(shown.map(|named| {
            let (arn, name) = match named {
                Named::Arn(arn) => (Some(arn), None),
                Named::Name(name) => (None, Some(name)),
                Named::No => (None, None),
            };
            let anchor = self.anchor.clone();
            Listed {
                arn,
                name,
                home_region: None,
                anchor,
            }
        }));
        facts
    }
}

/// Notes a place, of not too many.
fn note(places: &mut Vec<Origin>, place: &Origin) {
    if places.len() < MOST && !places.contains(place) {
        places.push(place.clone());
    }
}

/// The name of a trail in its ARN, or the name itself.
fn tail(text: &str) -> &str {
    arn::trail_arn(text).map_or(text, |arn| arn.name)
}

/// The operation by which a command changes a trail, and whose name it gives.
pub(crate) fn of_command<'t>(command: &Command<'t>) -> Option<(&'t str, Named)> {
    let ("cloudtrail", operation) = command.aws_call()? else {
        return None;
    };
    let reads = READING.iter().any(|verb| operation.starts_with(verb));
    let is_other = OTHERS.iter().any(|what| operation.contains(what));
    // What a shell would take for a redirection was never run.
    let is_template = command.words().iter().any(|word| word.starts_with('<'));
    if reads || is_other || is_template {
        return None;
    }
    let name = command.option("--name");
    let named = name.map(|name| match arn::trail_arn(name) {
        Some(_) => Named::Arn(name.into()),
        None => Named::Name(name.into()),
    });
    Some((operation, named.unwrap_or_default()))
}

/// The calls of a text that change trails, behind an answer.
fn changes<'t>(decoded: &'t Decoded, pieces: &Pieces<'t>) -> Vec<Change<'t>> {
    let text = decoded.text.as_str();
    let Some(first) = pieces.values.first().filter(|_| pieces.transcript) else {
        return Vec::new();
    };
    // Answers to commands without prompts: others stand without one, too.
    let is_bare = |line: &str| {
        let before = text.get(..json::offset_in(text, line)).unwrap_or_default();
        before
            .lines()
            .next_back()
            .is_none_or(|_| before.ends_with('\n'))
    };
    let mut commands = pieces.values.iter().filter_map(|piece| piece.line);
    let are_bare = commands.any(is_bare);
    let last = pieces.values.last().unwrap_or(first);
    let end = last.node.offset_in(text) + last.node.text().len();
    let gaps = pieces.values.iter().skip(1).map(|piece| piece.between);
    let gaps = gaps.chain(text.get(end..));
    let mut locator = Locator::new(decoded);
    let commands = gaps.flat_map(split::commands).filter_map(|line| {
        let (operation, named) = of_command(&Command { line })?;
        if is_bare(line) && !are_bare {
            return None;
        }
        Some(Change {
            line: line.trim(),
            deletes: is_deleting(operation),
            named,
            anchor: locator.piece(line),
        })
    });
    let mut changes: Vec<Change<'_>> = commands.collect();
    // Of more than that, nobody knows what they left: the last is of all trails.
    if changes.len() > MOST {
        changes.drain(..changes.len() - 1);
        changes.iter_mut().for_each(|one| one.named = Named::No);
    }
    changes
}

/// The most changes of one text that are told apart.
pub(crate) const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::tail;

    #[test]
    fn a_name_is_the_end_of_its_arn() {
        let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
        assert_eq!((tail(arn), tail("main")), ("main", "main"));
    }
}
