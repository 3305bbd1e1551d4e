//! Whether what one account's folder holds is of that account alone.
//!
//! Joined by itself, such a folder gives what it gives among all the others:
//! nothing in it names a trail, an account or a log group of elsewhere, and
//! every status in it has a trail around it. Where anything else is so, only
//! the whole of the evidence tells whose it is. This must never say yes in
//! doubt; a no costs time only.

use std::collections::HashSet;

use super::context::{Context, is_status_call};
use super::naming::percent_decoded;
use crate::cloudtrail::{arn, keys};
use crate::evidence::Bundle;
use crate::recognise::facts::{Document, Named, Origin, Sighting};

/// Whether the documents of one account's folder are of this account alone.
pub(super) fn is_closed(bundle: &Bundle, contexts: &[Context], account: &str) -> bool {
    let own = Own(account);
    let mut shows_trail = false;
    let mut asks_status = false;
    // A trail that every region lists is said over and over in the same bytes.
    let mut heard = HashSet::new();
    for (document, context) in bundle.documents.iter().zip(contexts) {
        let is_heard = !heard.insert(document.facts());
        if !own.context(context) || !(is_heard || own.document(document)) {
            return false;
        }
        shows_trail |= !document.trails.is_empty() || !document.listed.is_empty();
        if is_status_call(document) {
            asks_status = true;
            if !own.path(&bundle.name(document)) {
                return false;
            }
        }
    }
    shows_trail || !asks_status
}

/// What may be said in an account's folder without speaking of another's.
struct Own<'a>(&'a str);

impl Own<'_> {
    fn is(&self, account: &str) -> bool {
        account == self.0
    }

    fn context(&self, context: &Context) -> bool {
        context
            .account
            .as_deref()
            .is_some_and(|account| self.is(account))
            && context.trail.as_deref().is_none_or(|trail| self.arn(trail))
    }

    fn document(&self, document: &Document) -> bool {
        document.trails.iter().all(|one| self.sighting(one))
            && document
                .statuses
                .iter()
                .all(|one| self.origin(&one.origin) && self.named(&one.named))
            && document
                .failures
                .iter()
                .all(|one| self.origin(&one.origin) && self.named(&one.named))
            && document.answers.iter().all(|one| self.origin(&one.origin))
            && document.listed.iter().all(|one| {
                let (arn, name) = (one.arn.as_deref(), one.name.as_deref());
                arn.is_none_or(|arn| self.arn(arn)) && name.is_none_or(|name| self.name(name))
            })
            && document.log_groups.iter().all(|answer| {
                let mut arns = answer
                    .groups
                    .iter()
                    .filter_map(|group| group.arn.as_deref());
                self.origin(&answer.origin) && arns.all(|arn| self.log_groups(arn))
            })
    }

    fn origin(&self, origin: &Origin) -> bool {
        origin
            .account
            .as_deref()
            .is_none_or(|account| self.is(account))
    }

    fn named(&self, named: &Named) -> bool {
        match named {
            Named::Arn(arn) => self.arn(arn),
            Named::Name(name) => self.name(name),
            Named::No | Named::Key(_) | Named::Nested(_) => true,
        }
    }

    fn sighting(&self, sighting: &Sighting) -> bool {
        let object = &sighting.object;
        self.origin(&sighting.origin)
            && object.arn.as_deref().is_some_and(|arn| self.arn(arn))
            && self.log_groups(&object.text)
    }

    fn arn(&self, arn: &str) -> bool {
        arn::trail_arn(arn).is_some_and(|arn| self.is(arn.account))
    }

    /// Whether a name is no trail's of another account: some put its ARN there.
    fn name(&self, name: &str) -> bool {
        arn::trail_arn(name).is_none_or(|arn| self.is(arn.account))
    }

    /// Whether a text names log groups of this account only, as far as it is
    /// plainly written.
    fn log_groups(&self, text: &str) -> bool {
        const MARK: &str = ":log-group:";
        let accounts = memchr::memmem::find_iter(text.as_bytes(), MARK).map(|end| {
            let before = text.get(..end).unwrap_or_default();
            before.rsplit(':').next().unwrap_or_default()
        });
        !text.contains('\\') && accounts.into_iter().all(|account| self.is(account))
    }

    /// Whether a file's name can't be the ARN of another account's trail.
    fn path(&self, name: &str) -> bool {
        let folded = keys::fold(name);
        if !folded.contains("arn") && !name.contains('%') {
            return true;
        }
        let decoded = keys::fold(&percent_decoded(name));
        [folded, decoded].iter().all(|name| {
            let others = name.replace(self.0, "/");
            let mut runs = others.split(|c: char| !c.is_ascii_digit());
            runs.all(|run| run.len() < self.0.len())
        })
    }
}
