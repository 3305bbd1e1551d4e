//! A command line of a transcript, read as a shell reads it, as far as that
//! bears on what was printed below it.
//!
//! Nothing is run and nothing is put in for a variable: a word that the shell
//! would have changed has no value here.

mod alias;
mod front;
mod lex;
mod programs;
mod whole;

pub(crate) use alias::renamed;
use lex::{Part, Stage};
use programs::{CMDLETS, GLOBAL, SILENT, SINKS, WRAPPERS};
pub use whole::Kept;
pub(crate) use whole::is_of_aws;

/// A command whose output a block of a transcript is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// The line, without its prompt; lines that it goes on in are part of it.
    pub line: &'a str,
}

impl<'a> Command<'a> {
    /// The one command of a line that printed what stands below it: of
    /// `a > file; b` it is `b`. The whole line, where several may have printed:
    /// it then says nothing that holds for one of them alone. `None` where
    /// everything went elsewhere.
    #[must_use]
    pub fn printing(line: &'a str) -> Option<Self> {
        let parts = lex::parts(line);
        let mut printing = parts
            .iter()
            .filter(|part| !is_silent(part) && !is_taken_away(part));
        match (printing.next(), printing.next()) {
            (None, _) => None,
            (Some(only), None) => Some(Self { line: only.text }),
            _ => Some(Self { line: line.trim() }),
        }
    }

    /// The calls of a line that makes several, one after the other, and does nothing
    /// else: each prints an answer of its own.
    #[must_use]
    pub fn calls(line: &'a str) -> Option<Vec<Self>> {
        let parts = lex::parts(line);
        let joined_otherwise = line.replace("&&", ";").contains(['&', '|']);
        let is_call = |part: &Part<'_>| part_call(part).is_some() && !is_taken_away(part);
        let are_calls = parts.len() > 1 && parts.iter().all(is_call) && !joined_otherwise;
        let calls = parts.iter().map(|part| Self { line: part.text });
        are_calls.then(|| calls.collect())
    }

    /// The calls of a line whose answers went into a file, each with the file, as
    /// far as the line names it.
    #[must_use]
    pub fn sent(&self) -> Vec<(Self, &'a str)> {
        let parts = lex::parts(self.line).into_iter();
        let sent = parts.filter_map(|part| {
            part_call(&part)?;
            let file = part.stages.iter().find_map(target)?;
            Some((Self { line: part.text }, file))
        });
        sent.filter(|(_, file)| is_literal(file)).collect()
    }

    /// The words of the line, without quotes around them and without what joins
    /// commands.
    #[must_use]
    pub fn words(&self) -> Vec<&'a str> {
        let parts = lex::parts(self.line);
        let stages = parts.into_iter().flat_map(|part| part.stages);
        stages.flat_map(|stage| stage.words).collect()
    }

    /// The words of each command of the line that runs in the shell itself:
    /// one in a pipeline can't change what the shell holds.
    #[must_use]
    pub fn statements(&self) -> Vec<Vec<&'a str>> {
        let parts = lex::parts(self.line).into_iter();
        let alone = parts.filter_map(|part| <[Stage<'a>; 1]>::try_from(part.stages).ok());
        alone.map(|[stage]| stage.words.into_vec()).collect()
    }

    /// Service and operation, as the AWS CLI spells them, also of a PowerShell
    /// cmdlet. `None` for any other program, and where the line has two calls.
    #[must_use]
    pub fn aws_call(&self) -> Option<(&'a str, &'a str)> {
        let parts = lex::parts(self.line);
        let mut calls = parts.iter().filter_map(|part| part_call(part));
        let call = calls.next()?;
        calls
            .next()
            .is_none()
            .then_some((call.service, call.operation))
    }

    /// The value of an option, spelled as the AWS CLI does (`--name`); `-Name`
    /// answers to it as well. `None` where the shell would have put the value
    /// in, and where the option stands twice with different values.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&'a str> {
        let mut found: Option<&'a str> = None;
        for value in self.given(name) {
            let value = value.filter(|value| is_literal(value))?;
            if found.is_some_and(|before| before != value) {
                return None;
            }
            found = Some(value);
        }
        found
    }

    /// Whether an option stands in it, with or without a value.
    #[must_use]
    pub fn has_option(&self, name: &str) -> bool {
        !self.given(name).is_empty()
    }

    /// Every value that an option has, also one that the shell would have put
    /// in; `None` for one without.
    #[must_use]
    pub fn given(&self, name: &str) -> Vec<Option<&'a str>> {
        let mut values = Vec::new();
        for part in lex::parts(self.line) {
            for stage in part.stages {
                let mut words = stage.words.iter().copied().peekable();
                while let Some(word) = words.next() {
                    let Some(value) = option_of(word, name) else {
                        continue;
                    };
                    values.push(
                        value.or_else(|| words.peek().copied().filter(|next| !is_option(next))),
                    );
                }
            }
        }
        values
    }

    /// What a cmdlet for the status of a trail is given without an option:
    /// `Get-CTTrailStatus main`.
    #[must_use]
    pub fn positional(&self) -> Vec<&'a str> {
        let mut given = Vec::new();
        for stage in lex::parts(self.line)
            .into_iter()
            .flat_map(|part| part.stages)
        {
            let is_status = |word: &&str| program(word).eq_ignore_ascii_case("Get-CTTrailStatus");
            let mut words = stage
                .words
                .iter()
                .copied()
                .skip_while(|word| !is_status(word));
            words.next();
            let mut is_value = false;
            for word in words {
                let is_option = is_option(word);
                if !is_option && !is_value {
                    given.push(word);
                }
                is_value =
                    is_option && !word.contains(':') && !word.eq_ignore_ascii_case("-Verbose");
            }
        }
        given
    }
}

/// Whether a word is an option of either shell, and no negative number.
fn is_option(word: &str) -> bool {
    let mut rest = word.trim_start_matches('-').chars();
    word.starts_with('-') && rest.next().is_some_and(|first| first.is_ascii_alphabetic())
}

/// Whether `word` is this option: `Some(None)` where its value is the next
/// word. The AWS CLI takes any beginning of an option that is no other one's;
/// PowerShell folds case and takes `-Name:x`.
fn option_of<'a>(word: &'a str, name: &str) -> Option<Option<&'a str>> {
    let wanted = name.trim_start_matches('-');
    let (spelt, value) = match word.split_once('=') {
        Some((spelt, value)) if spelt.starts_with("--") => (spelt, Some(value)),
        _ => (word, None),
    };
    if let Some(spelt) = spelt.strip_prefix("--") {
        let is_it = spelt == wanted || (spelt.len() >= 3 && wanted.starts_with(spelt));
        return is_it.then(|| value.map(|value| value.trim_matches(['"', '\''])));
    }
    let spelt = word.strip_prefix('-')?;
    let (spelt, value) = match spelt.split_once(':') {
        Some((spelt, value)) => (spelt, Some(value)),
        None => (spelt, None),
    };
    let mut letters = wanted.chars().filter(|letter| *letter != '-');
    let is_it = spelt.len() > 2
        && spelt.chars().all(|one| {
            letters
                .next()
                .is_some_and(|other| one.eq_ignore_ascii_case(&other))
        })
        && letters.next().is_none();
    is_it.then_some(value)
}

/// Whether a word is its own value: no variable, placeholder or substitution.
#[must_use]
pub fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains(['$', '<', '`', '{', '%', '*'])
}

struct Call<'a> {
    service: &'a str,
    operation: &'a str,
}

/// The call whose output a part prints: of its last stage that makes one.
fn part_call<'a>(part: &Part<'a>) -> Option<Call<'a>> {
    part.stages.iter().rev().find_map(stage_call)
}

fn stage_call<'a>(stage: &Stage<'a>) -> Option<Call<'a>> {
    let words = &stage.words;
    let mut at = 0;
    // Variables for this command alone, and `$answer = `.
    while words
        .get(at)
        .is_some_and(|word| is_assignment(word) || *word == "$")
    {
        at += 1;
    }
    if words.get(at + 1) == Some(&"=") && words.get(at)?.starts_with('$') {
        at += 2;
    }
    let first = program(words.get(at)?);
    if let Some(call) = cmdlet(first) {
        return Some(call);
    }
    if !is_aws(first) {
        if !WRAPPERS.contains(&first) {
            return None;
        }
        let inner = words
            .get(at..)?
            .iter()
            .position(|word| is_aws(program(word)));
        at += match inner {
            Some(inner) => inner,
            // `bash -c 'aws cloudtrail …'`: one word that is a command.
            None => {
                let nested = words.iter().find(|word| word.starts_with("aws "))?;
                let parts = lex::parts(nested);
                return parts.iter().find_map(|part| part_call(part));
            }
        };
    }
    let mut rest = words.get(at + 1..)?.iter().copied();
    let mut named = Vec::with_capacity(2);
    while let Some(word) = rest.next() {
        if GLOBAL.contains(&word) {
            rest.next();
        } else if !word.starts_with('-') {
            named.push(word);
            if named.len() == 2 {
                break;
            }
        }
    }
    match named.as_slice() {
        [service, operation] if is_word(service) && is_word(operation) => {
            Some(Call { service, operation })
        }
        _ => None,
    }
}

fn is_word(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn cmdlet<'a>(word: &str) -> Option<Call<'a>> {
    let known = CMDLETS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word.trim_start_matches('(')))?;
    let (_, (service, operation)) = *known;
    Some(Call { service, operation })
}

/// A program's name without its folder and the `!` of a notebook.
fn program(word: &str) -> &str {
    let word = word
        .strip_prefix('!')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word);
    // An image is a program of its own: its last part is no folder's.
    if word.contains("/aws-cli") {
        return word;
    }
    word.rsplit(['/', '\\']).next().unwrap_or(word)
}

/// Whether a program is the AWS CLI, or an image of it.
fn is_aws(program: &str) -> bool {
    let image = program.split([':', '@']).next().unwrap_or(program);
    matches!(program, "aws" | "aws.exe" | "aws.cmd" | "aws2" | "awscli")
        || matches!(
            image,
            "amazon/aws-cli" | "public.ecr.aws/aws-cli/aws-cli" | "docker.io/amazon/aws-cli"
        )
}

/// `NAME=value` before a command.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    })
}

fn is_silent(part: &Part<'_>) -> bool {
    let [stage] = part.stages.as_slice() else {
        return part.stages.is_empty();
    };
    // `do echo`: what a loop or a condition runs.
    let opens = |word: &&&str| ["do", "then", "else", "{"].contains(*word);
    let opening = stage.words.iter().take_while(opens).count();
    match stage.words.get(opening) {
        None => true,
        Some(_) if whole::speaks_json(stage) => false,
        // `[[ -f x ]]` and `[ -z "$x" ]`.
        Some(first) if first.starts_with('[') => true,
        Some(first) if is_assignment(first) => stage.words.iter().all(|word| is_assignment(word)),
        Some(first) => {
            let folded = first.to_ascii_lowercase();
            SILENT.contains(&folded.as_str())
        }
    }
}

/// Whether what a part prints goes into a file, a variable or nowhere.
fn target<'a>(stage: &Stage<'a>) -> Option<&'a str> {
    let [program, rest @ ..] = &*stage.words else {
        return None;
    };
    let writes = ["out-file", "set-content", "add-content"];
    let writes = writes.contains(&program.to_ascii_lowercase().as_str());
    let is_value = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| rest.get(at));
        before.is_none_or(|word| !is_option(word) || word.to_lowercase().ends_with("path"))
    };
    let mut files = rest.iter().enumerate();
    let file = files.find(|(at, word)| !is_option(word) && is_value(*at));
    stage
        .target
        .or(file.filter(|_| writes).map(|(_, word)| *word))
}

fn is_taken_away(part: &Part<'_>) -> bool {
    part.stages.iter().any(|stage| {
        if stage.target.is_some() {
            return true;
        }
        let first = stage.words.first().copied().unwrap_or_default();
        let is_variable =
            first.starts_with('$') && (stage.words.get(1) == Some(&"=") || first.ends_with('='));
        let copies_to_s3 = matches!(&*stage.words, ["aws", "s3", "cp", "-", ..]);
        is_variable || copies_to_s3 || SINKS.contains(&first.to_ascii_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests;
