//! What a transcript shows above a value: the command that printed it, or a
//! line of text.

mod whose;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::name::Readings;
use crate::document::command::Command;
use crate::document::decode::LeadIn;
use crate::document::split::{self, Piece};
use crate::recognise::disowned::Taken;
use crate::recognise::facts::{Call, Facts, Failure, Named};
use crate::recognise::hints::Hints;
use crate::recognise::session::Session;
use crate::recognise::{caveat, heard, prose, vocabulary};

/// What stands above the values of one file, seen so far.
#[derive(Debug, Default)]
pub(crate) struct Above {
    /// What the shell holds by now.
    session: Session,
    /// Whose credentials the value that is read now was asked with.
    asking: Option<String>,
    /// Whose credentials lists of trails were asked with, each with the account
    /// whose trails they were, if it was one.
    listers: HashMap<Option<String>, Option<Arc<str>>>,
    /// Names of the trails listed so far.
    names: HashSet<Box<str>>,
    /// Whose credentials `get-caller-identity` was asked with.
    identified: Option<Option<String>>,
    /// What the value directly above names, if it shows nothing itself.
    passed: Vec<Claim>,
}

impl Above {
    /// What is said of a value before it is looked at.
    pub(crate) fn hints(&mut self, piece: &Piece<'_>) -> Hints {
        let said_of_it = piece.line.or(piece.heading);
        let until = said_of_it.and_then(|line| offset(piece.between, line));
        let until = until.unwrap_or(piece.between.len());
        self.session.take_in(piece.between, until, &self.names);
        self.asking = self.session.whose();
        let mut hints = Hints {
            doubt: doubt(piece).map(Into::into),
            ..Hints::default()
        };
        hints.origin.account = self.session.account().map(Into::into);
        match (&piece.command, piece.heading) {
            (Some(command), between) => {
                self.command(command, &mut hints);
                // What stands above a command that names a trail says no other
                // word of it than the name of another one.
                let is_named = hints.claims.iter().any(Claim::may_tie);
                let above = match is_named {
                    true => Strength::Faint,
                    false => Strength::Sure,
                };
                let above = above_command(piece).map(|line| of_between(line, above));
                let between = between.map(|text| of_between(text, Strength::Sure));
                let said = [above, between].into_iter().flatten();
                let mut said: Vec<Claim> = said.flatten().collect();
                // A heading that a loop prints names what its variable holds.
                let is_loop = hints.claims.iter().any(is_of_variable);
                if is_loop && said.iter().any(Claim::is_sure) {
                    hints.claims.retain(|claim| !is_of_variable(claim));
                } else {
                    let own = words_of_command(piece);
                    said.retain(|claim| !own.contains(claim.text()));
                }
                hints.claims.append(&mut said);
            }
            (None, heading) => {
                hints.origin.region = self.session.told_region().map(Into::into);
                if let Some(command) = printed_by(piece) {
                    kept(&command, &mut hints);
                    self.asking = whose::credentials(&command, &self.session);
                }
                hints.claims.extend(self.anothers());
                let said = heading.filter(|heading| !is_understood(heading));
                let said = said.map(|heading| heard::of_prose(heading, Strength::Sure));
                hints.claims.extend(said.unwrap_or_default());
                let set = piece.between.lines().filter_map(assigned);
                let set = set.flat_map(|line| heard::of_prose(line, Strength::Sure));
                hints.claims.extend(set);
            }
        }
        if let Some(below) = piece.below {
            let mut below = heard::of_prose(below, Strength::Unsure);
            below.retain(|claim| claim.is_sure() || piece.command.is_none());
            for claim in &mut below {
                claim.source = ClaimSource::Below;
            }
            hints.claims.extend(below);
        }
        if piece.command.is_none() {
            hints.claims.append(&mut self.passed);
        }
        hints
    }

    /// Notes a value that was looked at. One that shows nothing of trails and
    /// names one may be of the same trail as the value below it.
    pub(crate) fn pass(&mut self, piece: &Piece<'_>, found: &Facts) {
        if let Some(account) = &found.identity {
            let own = printed_by(piece);
            let own = own.and_then(|command| whose::credentials(&command, &Session::default()));
            if own.is_none() {
                self.session.signed_in(account);
                self.asking = self.session.whose();
            }
            self.identified = Some(self.asking.clone());
        }
        self.note_lister(found);
        let shows = !(found.trails.is_empty()
            && found.statuses.is_empty()
            && found.answers.is_empty()
            && found.listed.is_empty());
        // `"main"` on a line of its own heads what stands below it.
        let word = piece.node.as_str().filter(|_| !shows);
        let arns = match shows {
            true => Vec::new(),
            false => heard::arns_in(piece.node.text()),
        };
        let arns = arns.into_iter().map(Says::Arn);
        let arns = arns.map(|says| Claim::unsure(ClaimSource::Beside, says));
        let word = word.map(|word| heard::of_prose(&word, Strength::Sure));
        self.passed = arns.chain(word.into_iter().flatten()).collect();
    }

    fn command(&mut self, command: &Command<'_>, hints: &mut Hints) {
        kept(command, hints);
        let Some((_, operation)) = command.aws_call() else {
            hints.origin.region = self.session.told_region().map(Into::into);
            hints.claims = of_words(command);
            return;
        };
        // What any other call prints is the status of nobody who is known.
        let is_status = operation == "get-trail-status";
        hints.claims.extend((!is_status).then(|| nobody(command)));
        hints.call = Call::named(operation);
        let session = self.session.of(command);
        let given = whose::credentials(command, &Session::default());
        let account = match &given {
            Some(given) => arn::account_in(given).map(Into::into),
            None => session.signed_in_to().map(Into::into),
        };
        hints.origin.account = account.or(hints.origin.account.take());
        let region = match command.has_option("--region") {
            true => command.option("--region"),
            false => session.region(),
        };
        let region = region.or(session.told_region());
        if let Some(region) = region {
            hints.origin.region = Some(region.into());
        }
        if let Some(endpoint) = session.endpoint() {
            let doubt = format!("it was asked of `{endpoint}`, which is none of AWS's endpoints");
            hints.doubt.get_or_insert(doubt.into());
        }
        self.asking = whose::credentials(command, &self.session);
        // An empty list says nothing of whom the caller in the same text is.
        if let Some(whose) = &self.asking
            && self
                .identified
                .as_ref()
                .is_some_and(|known| *known != Some(whose.clone()))
        {
            hints.unsaid = Some(whose.as_str().into());
        }
        if hints.call != Some(Call::GetTrailStatus) {
            return;
        }
        let given = command.given("--name");
        let words = given.iter().flatten();
        let words: Vec<Claim> = words
            .filter_map(|word| session.word(word))
            .map(heard::of_name)
            .collect();
        match words.is_empty() || words.len() < given.len() {
            true => hints.claims.extend(heard::of_command(command)),
            false => hints.claims.extend(words),
        }
        hints.claims.extend(self.anothers());
        // Whoever was shown one account's trails was shown that account's status.
        let own = self.listers.get(&self.asking).cloned().flatten();
        let own = own.filter(|_| self.asking.is_some());
        hints.origin.account = hints.origin.account.take().or(own);
    }

    /// Notes whose credentials a list of trails was asked with.
    fn note_lister(&mut self, found: &Facts) {
        if found.trails.is_empty() && found.answers.is_empty() && found.listed.is_empty() {
            return;
        }
        let own = found.trails.iter().filter(|one| !one.object.organization);
        let account = |arn: &str| arn.split(':').nth(4).map(Arc::from);
        let mut own = own.map(|one| one.object.arn.as_deref().and_then(account));
        let first = own.next().flatten();
        let first = first.filter(|first| own.all(|other| other.as_ref() == Some(first)));
        let before = self.listers.entry(self.asking.clone());
        let before = before.or_insert_with(|| first.clone());
        if *before != first {
            *before = None;
        }
        let trails = found.trails.iter().map(|one| one.object.name.clone());
        let listed = found.listed.iter().map(|one| one.name.clone());
        self.names.extend(trails.chain(listed).flatten());
    }

    /// What a status says that was asked with other credentials than any list of
    /// trails: they are another account's, as far as anybody knows.
    fn anothers(&self) -> Option<Claim> {
        let is_known = self.listers.is_empty() || self.listers.contains_key(&self.asking);
        let whose = self.asking.as_deref().unwrap_or("the default profile");
        let says = || Says::Name(format!("a trail of {whose}").into());
        (!is_known).then(|| Claim::sure(ClaimSource::Command, says()))
    }
}

/// Whether a claim is a variable that nobody knows the value of.
fn is_of_variable(claim: &Claim) -> bool {
    let name = claim.text().trim_start_matches(['$', '{', '%']);
    let name = name.trim_end_matches(['}', '%']);
    let is_variable = claim.text().starts_with(['$', '%', '{']);
    is_variable
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The command that printed a value, also where it stands behind another one.
fn printed_by<'a>(piece: &Piece<'a>) -> Option<Command<'a>> {
    let within = || piece.within.and_then(Command::printing);
    piece.command.or_else(within)
}

/// Notes what a command leaves of what it printed.
fn kept(command: &Command<'_>, hints: &mut Hints) {
    let kept = command.kept();
    // When and how what another program shows was asked for isn't told.
    let other = || command.words().first().copied().unwrap_or_default();
    let is_call = command.aws_call().is_some();
    hints.filter = kept
        .filter
        .or((!is_call).then(|| other().to_owned()))
        .map(Into::into);
    hints.selected = kept.selected;
}

/// A line that was typed and gives a variable a value: what stands below it without
/// a command may be of what the value names.
fn assigned(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let typed = split::typed(line).or_else(|| line.strip_prefix("# "))?;
    let words = Command { line: typed }.words();
    let sets = |word: &str| {
        word.split_once('=')
            .is_some_and(|(name, _)| is_variable(name))
    };
    let first = words.iter().take(2).any(|word| sets(word));
    let is_set = first || (typed.starts_with('$') && words.get(1) == Some(&"="));
    is_set.then_some(typed)
}

fn is_variable(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '$');
    !name.is_empty() && name.chars().all(is_part)
}

/// What the name before every line says: a trail that is called so is another
/// one than any other.
pub(crate) fn of_lead_in(lead_in: &LeadIn) -> Vec<Claim> {
    match lead_in {
        LeadIn::Quotation => Vec::new(),
        LeadIn::Name(name) => heard::of_prose(name.trim_end_matches(['|', ' ']), Strength::Faint),
    }
}

/// Why a value is no answer of AWS, by the command or the heading above it.
fn doubt(piece: &Piece<'_>) -> Option<String> {
    let line = piece.line.or(piece.within).map(|line| Command { line });
    if let Some(doubt) = line.as_ref().and_then(caveat::of_command) {
        return Some(doubt);
    }
    // A comment that shows a command, and none that was typed.
    let mut lines = piece.heading.unwrap_or_default().lines();
    let line = lines.find(|line| {
        let bare = line.trim_start_matches(['#', '/', '-', ' ']);
        bare.starts_with("$ ")
    })?;
    Some(not_understood(line))
}

fn not_understood(line: &str) -> String {
    let line: String = line.trim().chars().take(80).collect();
    format!("what is said above it isn't understood: \"{line}\"")
}

/// Why a list may be none of how things are: a word above it that is no name of
/// a trail in it and isn't known to say nothing.
pub(crate) fn unclear(piece: &Piece<'_>, found: &Facts) -> Option<(String, Taken)> {
    let lists = !(found.trails.is_empty() && found.answers.is_empty() && found.listed.is_empty());
    if !lists {
        return None;
    }
    let command = printed_by(piece);
    let call = command.as_ref().and_then(Command::aws_call);
    if let Some(("cloudtrail", operation)) = call
        && vocabulary::call_of(operation) == Call::Other
    {
        let why = format!("it is what `{operation}` printed: it shows no present state");
        return Some((why, Taken::NoState));
    }
    let said = [above_command(piece), piece.heading];
    let mut lines = said.into_iter().flatten().flat_map(str::lines).peekable();
    lines.peek()?;
    let trails = found.trails.iter();
    let names = trails.filter_map(|one| one.object.name.as_deref());
    let names = names.chain(found.listed.iter().filter_map(|one| one.name.as_deref()));
    let mut known = words_of_command(piece);
    known.extend(names);
    let is_open = |word: &str| {
        !known.contains(word) && !prose::is_neutral(word) && arn::trail_arn(word).is_none()
    };
    let line = lines.find(|line| !is_understood(line) && prose::unknown(line).any(is_open))?;
    Some((not_understood(line), Taken::Doubted))
}

/// Says of trails that were chosen from a list that there may be others.
pub(crate) fn chosen(piece: &Piece<'_>, found: &mut Facts) {
    let Some(first) = found.trails.first() else {
        return;
    };
    let command = printed_by(piece);
    let call = command.as_ref().and_then(Command::aws_call);
    if !matches!(
        call,
        Some(("cloudtrail", "describe-trails" | "list-trails"))
    ) {
        return;
    }
    let Some(what) = command.and_then(|command| command.kept().choice) else {
        return;
    };
    let failure = Failure {
        call: Some(Call::DescribeTrails),
        error: None,
        message: format!("chosen with `{what}`: it says nothing of trails that it leaves out"),
        named: Named::No,
        origin: first.origin.clone(),
        hides_trails: true,
        anchor: Some(first.anchor.clone()),
    };
    found.failures.push(failure);
}

/// The words that the command itself says, such as its profile.
fn words_of_command<'a>(piece: &Piece<'a>) -> HashSet<&'a str> {
    let line = piece.line.or(piece.within).unwrap_or_default();
    line.split(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
        .collect()
}

/// The heading that stands right above a command: by its form, as what else a
/// shell prints is of what was typed before.
fn above_command<'a>(piece: &Piece<'a>) -> Option<&'a str> {
    let line = piece.line?;
    let before = piece.between.get(..offset(piece.between, line)?)?;
    let mut lines = before.lines().rev().map(str::trim);
    // The command's own prompt stands on the last of them.
    let prompt = !before.ends_with('\n') && !before.is_empty();
    let line = lines
        .by_ref()
        .skip(usize::from(prompt))
        .find(|line| line.chars().any(char::is_alphanumeric) && !line.starts_with("```"))?;
    (is_heading(line) && !split::is_command(line)).then_some(line)
}

/// Whether a line is a heading by its form.
pub(super) fn is_heading(line: &str) -> bool {
    line.starts_with(['#', '=', '*', '/', '<']) || line.ends_with([':', '=', '#'])
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (at <= text.len()).then_some(at)
}

/// Programs that print what a file holds, or what they are given.
const READING: [&str; 20] = [
    "bat",
    "batcat",
    "cat",
    "gc",
    "get-content",
    "grep",
    "gunzip",
    "head",
    "jq",
    "less",
    "more",
    "nl",
    "python",
    "python3",
    "tail",
    "tee",
    "type",
    "xxd",
    "yq",
    "zcat",
];

/// What the words of a command name that is no call of AWS: `cat main.json`.
/// What another program than one that reads a file prints is nobody's.
fn of_words(command: &Command<'_>) -> Vec<Claim> {
    let words = command.words();
    let program = words
        .first()
        .map(|program| last(program))
        .unwrap_or_default();
    let is_reading = |word: &str| READING.contains(&word.to_ascii_lowercase().as_str());
    let reads = is_reading(program);
    let names = words.into_iter().skip(1).filter(|word| {
        !word.starts_with(['-', '|', '>', '<', '&'])
            && !is_reading(word)
            && !Readings::of_file(last(word)).is_empty()
    });
    // Of a file that is named for the call alone, its folder may be named for the
    // trail.
    let paths = words_of(command).filter(|word| reads && Readings::of_file(last(word)).is_empty());
    let folders = paths.filter_map(|path| {
        path.rsplit_once(['/', '\\'])
            .map(|(folder, _)| last(folder))
    });
    let folders = folders.filter(|folder| !Readings::of_text(folder).is_empty());
    let folders =
        folders.map(|folder| Claim::unsure(ClaimSource::Command, Says::Text(folder.into())));
    let folders: Vec<Claim> = folders.collect();
    names
        .map(|word| match arn::looks_like_trail(word) {
            true => Says::Arn(word.into()),
            false => Says::Text(last(word).into()),
        })
        .map(|says| Claim::sure(ClaimSource::Command, says))
        .chain((!reads).then(|| nobody(command)))
        .chain(folders)
        .collect()
}

/// The words of a command behind its program that are no options.
fn words_of<'a>(command: &Command<'a>) -> impl Iterator<Item = &'a str> {
    let words = command.words().into_iter().skip(1);
    words.filter(|word| !word.starts_with(['-', '|', '>', '<', '&']))
}

/// A claim that names nobody: no status is tied for want of any other.
fn nobody(command: &Command<'_>) -> Claim {
    let line = command.line.lines().next().unwrap_or_default();
    Claim::unsure(ClaimSource::Command, Says::Name(line.into()))
}

fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What stands between a command and what seems to be its answer. What isn't
/// understood there ends the command: the answer is another's, or somebody
/// says whose it is.
fn of_between(text: &str, strength: Strength) -> Vec<Claim> {
    let lines = text.lines().filter(|line| !is_understood(line));
    lines
        .flat_map(|line| heard::of_prose(line, strength))
        .collect()
}

/// Whether a line is what other programs say of themselves.
pub(super) fn is_understood(line: &str) -> bool {
    // Ansible says which machine answers; Python warns on its own account.
    let line = line.trim();
    line.contains(" | ") && line.ends_with(['>'])
        || line.contains("Warning: ")
        || line.starts_with("warnings.warn(")
}

#[cfg(test)]
mod tests;
