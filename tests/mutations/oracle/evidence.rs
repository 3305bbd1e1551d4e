//! What the files of a bundle show, read plainly: sightings of trails, lists,
//! statuses with everything that claims them, and what could not be read.

use serde_json::{Map, Value};

use super::manifest::{Entry, Manifest};
use super::time::{self, Delivery};
use super::{Trail, hole, path, shape, text};
use crate::bundle::Bundle;

pub(crate) type Object = Map<String, Value>;

/// Where a document comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(crate) file: String,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    /// The folders that name neither account, region nor call: the collection.
    pub(crate) unit: Vec<String>,
    pub(crate) stamp: Option<f64>,
    pub(crate) entry: Option<Entry>,
    /// Lies in a collected folder, and isn't what its manifest names.
    pub(crate) is_disowned: bool,
}

/// A trail as one document shows it.
#[derive(Debug)]
pub(crate) struct Sighting {
    pub(crate) origin: Origin,
    pub(crate) arn: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) home: Option<String>,
    pub(crate) group: shape::Group,
    pub(crate) is_organization: bool,
}

/// An answer of describe-trails.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) origin: Origin,
    /// By its own header.
    pub(crate) as_of: Option<f64>,
    /// Without a token, a query, names or a filter.
    pub(crate) is_whole: bool,
}

/// Something that speaks of a status's trail.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Claim {
    Arn(String),
    /// A name that is meant as one.
    Name(String),
    /// A word that counts where it is a listed trail's name.
    Maybe(String),
    /// A key, heading or folder that holds a name among words of the call.
    Label(String),
    /// The file that a program printed: it isn't heard inside of a trail.
    Printed(String),
    /// The name of a file: one without a word of the call names nobody, unless
    /// somebody listed.
    File(String),
}

/// A status.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) origin: Origin,
    pub(crate) claims: Vec<Claim>,
    pub(crate) delivery: Delivery,
    pub(crate) latest: Option<f64>,
    pub(crate) as_of: Option<f64>,
    pub(crate) object: Object,
    /// In a wrapper or place that isn't known: counts for nothing.
    pub(crate) is_known: bool,
}

/// Everything that a bundle shows.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) lists: Vec<List>,
    pub(crate) statuses: Vec<Status>,
    /// Files that are damaged or a failed call.
    pub(crate) holes: Vec<Hole>,
}

/// A file that is damaged or a failed call.
#[derive(Debug)]
pub(crate) struct Hole {
    pub(crate) origin: Origin,
    pub(crate) why: &'static str,
    /// The trails that its text names by ARN.
    pub(crate) arns: Vec<String>,
    /// Whether it is of a call for a status.
    pub(crate) is_of_status: bool,
}

impl Evidence {
    /// Reads a bundle.
    pub(crate) fn of(bundle: &Bundle) -> Self {
        let manifests = Manifest::all(bundle);
        let mut found = Self::default();
        for (file, bytes) in &bundle.files {
            if manifests.iter().any(|manifest| manifest.file == *file) {
                continue;
            }
            // What lies in a folder that is called old is no present state.
            if file.split('/').rev().skip(1).any(|folder| folder == "old") {
                continue;
            }
            let origin = origin(file, bytes, &manifests);
            let decoded = text::decoded(bytes);
            let parts = text::split(&decoded);
            if let Some(why) = hole::hole(file, &decoded, &parts) {
                let origin = origin.clone();
                let arns = hole::arns(&decoded);
                let is_of_status =
                    decoded.contains("GetTrailStatus") || file.contains("trail-status");
                found.holes.push(Hole {
                    origin,
                    why,
                    arns,
                    is_of_status,
                });
            }
            let hears_file = shape::hears_file(parts.pieces.iter().map(|piece| &piece.value));
            let known = (
                found.sightings.len(),
                found.lists.len(),
                found.statuses.len(),
            );
            for piece in &parts.pieces {
                found.piece(&origin, piece, hears_file);
            }
            // Nobody knows who wrote what a manifest doesn't name.
            let shown = (
                found.sightings.len(),
                found.lists.len(),
                found.statuses.len(),
            );
            if origin.is_disowned && shown != known {
                found.sightings.truncate(known.0);
                found.lists.truncate(known.1);
                let (why, arns) = ("the manifest doesn't know it", Vec::new());
                let is_of_status = false;
                found.holes.push(Hole {
                    origin,
                    why,
                    arns,
                    is_of_status,
                });
            }
        }
        found
    }

    /// Whether something names this account that makes it expected: a path, a
    /// trail that is shown, whose a status is said to be. An ARN at a place that
    /// shows no state, or of something else, doesn't.
    pub(crate) fn names(&self, bundle: &Bundle, account: &str) -> bool {
        let of_trail = |arn: &str| Trail::of(arn).is_some_and(|trail| trail.account == account);
        let by_path = |file: &String| {
            file.split('/')
                .any(|part| path::account(part).as_deref() == Some(account))
        };
        let claimed = |claim: &Claim| matches!(claim, Claim::Arn(arn) if of_trail(arn));
        bundle.files.keys().any(by_path)
            || self.sightings.iter().any(|one| {
                one.arn.as_deref().is_some_and(of_trail)
                    || one.origin.account.as_deref() == Some(account)
            })
            || self.statuses.iter().any(|status| {
                status.is_known
                    && (status.origin.account.as_deref() == Some(account)
                        || status.claims.iter().any(claimed))
            })
    }

    /// Whether an account answered, and what it listed is trails of its
    /// organization alone: they are subjects of their owner's.
    pub(crate) fn shows_others_alone(&self, account: &str) -> bool {
        let mut own = self.sightings.iter();
        let mut own = own
            .by_ref()
            .filter(|one| one.origin.account.as_deref() == Some(account));
        let owner = |one: &Sighting| Some(Trail::of(one.arn.as_deref()?)?.account.to_owned());
        let first = own.next().and_then(owner);
        first.is_some_and(|first| first != account)
            && own.all(|one| owner(one).is_some_and(|owner| owner != account))
    }

    fn piece(&mut self, origin: &Origin, piece: &text::Piece, hears_file: bool) {
        let mut origin = origin.clone();
        let command =
            text::command(&piece.lead).or(origin.entry.as_ref().map(|entry| entry.command.clone()));
        let option = |name: &str| -> Option<String> {
            let command = command.as_ref()?;
            let at = command.iter().position(|word| word == name)?;
            command.get(at + 1).cloned()
        };
        origin.region = option("--region").or(origin.region);
        let asks = |word: &str| {
            command
                .as_ref()
                .is_some_and(|command| command.iter().any(|own| own == word))
        };
        // A part of a list holds whole objects; a query's needn't be.
        let parts = [
            "--query",
            "--trail-name-list",
            "--no-include-shadow-trails",
            "--max-items",
        ];
        let is_part = parts.into_iter().any(asks);
        let selects = asks("--query");
        let mut claims = Vec::new();
        if let Some(heading) = text::heading(&piece.lead) {
            claims.push(Claim::Label(heading));
        }
        if asks("get-trail-status")
            && let Some(name) = option("--name")
        {
            claims.push(named(&name));
        }
        // Another program prints what a file holds, and that has a name.
        if let Some([program, .., file]) = command.as_deref()
            && program != "aws"
        {
            claims.push(Claim::Printed(file.clone()));
        }
        if let Some(trail) = origin.entry.as_ref().and_then(|entry| entry.trail.as_ref()) {
            claims.push(named(trail));
        }
        let mut finder = shape::Finder {
            origin: &origin,
            claims: claims.clone(),
            is_part,
            selects,
            hears_file,
            is_inside: false,
            header: None,
            found: self,
        };
        finder.value(&piece.value, true);
    }
}

/// A name or ARN that is meant as one.
pub(crate) fn named(text: &str) -> Claim {
    match text.starts_with("arn:") {
        true => Claim::Arn(text.to_owned()),
        false => Claim::Name(text.to_owned()),
    }
}

fn origin(file: &str, bytes: &[u8], manifests: &[Manifest]) -> Origin {
    let mut parts: Vec<&str> = file.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    // The one that knows its bytes speaks for a file, and else the nearest.
    let above = manifests.iter().filter(|one| file.starts_with(&one.folder));
    let knows = |one: &Manifest| one.entry(file).is_some_and(|entry| entry.holds(bytes));
    let manifest = above.max_by_key(|one| (knows(one), one.folder.len()));
    let entry = manifest.and_then(|one| one.entry(file));
    // A folder of a trail has its trail's name.
    let is_trails = |at: usize| at > 0 && parts[at - 1] == "trails";
    let stamp = parts
        .iter()
        .enumerate()
        .rev()
        .filter(|(at, _)| !is_trails(*at))
        .find_map(|(_, part)| path::stamp(part))
        .map(time::seconds);
    let in_file = || path::account(name).filter(|_| !name.contains("arn"));
    let account = parts
        .iter()
        .enumerate()
        .rev()
        .filter(|(at, _)| !is_trails(*at))
        .find_map(|(_, part)| path::account(part))
        .or_else(in_file);
    let region = parts.iter().rev().find_map(|part| path::region(part));
    let said = |part: &&&str| {
        !(path::account(part).is_some() && path::tokens(part).len() <= 3
            || path::region(part).is_some()
            || path::tokens(part).iter().all(|token| path::is_word(token))
                && path::tokens(part).iter().any(|token| {
                    ["trail", "trails", "status", "cloudtrail"].contains(&token.as_str())
                }))
    };
    let below = parts.iter().position(|part| {
        ["trails", "get-trail-status", "cloudtrail-get-trail-status"].contains(part)
    });
    let unit = parts[..below.unwrap_or(parts.len())]
        .iter()
        .filter(said)
        .map(|part| (*part).to_owned())
        .collect();
    Origin {
        file: file.to_owned(),
        account: entry
            .as_ref()
            .and_then(|entry| entry.account.clone())
            .or(account),
        region: entry
            .as_ref()
            .and_then(|entry| entry.region.clone())
            .or(region),
        unit,
        stamp: manifest.and_then(|one| one.finished).or(stamp),
        is_disowned: manifest.is_some() && !entry.as_ref().is_some_and(|entry| entry.holds(bytes)),
        entry,
    }
}
