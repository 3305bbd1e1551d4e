//! What a transcript shows above a value: the command that printed it, or a
//! line of text.

use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says};
use crate::cloudtrail::name::Readings;
use crate::document::command::Command;
use crate::document::split::Piece;
use crate::recognise::facts::Call;
use crate::recognise::places;
use crate::recognise::walk::Hints;

/// Programs that show an answer as it is.
const SHOWING: [&str; 9] = [
    "convertto-json",
    "out-string",
    "tee",
    "cat",
    "less",
    "more",
    "python",
    "python3",
    "out-host",
];

/// Words of a heading that name no trail, in lower case: whatever else stands
/// there may.
const PROSE: [&str; 60] = [
    "a",
    "account",
    "all",
    "an",
    "and",
    "api",
    "are",
    "as",
    "at",
    "aws",
    "be",
    "call",
    "checking",
    "collected",
    "collecting",
    "command",
    "console",
    "current",
    "details",
    "evidence",
    "fetching",
    "following",
    "for",
    "from",
    "getting",
    "has",
    "here",
    "in",
    "info",
    "is",
    "it",
    "its",
    "json",
    "log",
    "logging",
    "logs",
    "looks",
    "like",
    "now",
    "of",
    "on",
    "one",
    "only",
    "our",
    "output",
    "region",
    "response",
    "result",
    "results",
    "returned",
    "returns",
    "running",
    "service",
    "shows",
    "step",
    "the",
    "this",
    "to",
    "via",
    "with",
];

/// What stands above the values of one file, seen so far.
#[derive(Debug, Default)]
pub(crate) struct Above {
    /// Whose credentials the last list of trails was asked with.
    lister: Option<Option<String>>,
}

impl Above {
    /// What is said of a value before it is looked at.
    pub(crate) fn hints(&mut self, piece: &Piece<'_>) -> Hints {
        let mut hints = Hints::default();
        match (&piece.command, piece.heading) {
            (Some(command), _) => self.command(command, &mut hints),
            (None, Some(heading)) => hints.claims = of_heading(heading),
            (None, None) => {}
        }
        hints
    }

    fn command(&mut self, command: &Command<'_>, hints: &mut Hints) {
        let Some((_, operation)) = command.aws_call() else {
            hints.claims = of_words(command);
            return;
        };
        hints.call = Call::named(operation);
        hints.filter = filter(command);
        if let Some(region) = command.option("--region") {
            hints.origin.region = Some(region.into());
        }
        let credentials = credentials(command);
        if hints.call != Some(Call::GetTrailStatus) {
            if matches!(hints.call, Some(Call::DescribeTrails | Call::ListTrails)) {
                self.lister = Some(credentials);
            }
            return;
        }
        if let Some(name) = command.option("--name") {
            let says = match arn::looks_like_trail(name) {
                true => Says::Arn(name.into()),
                false => Says::Name(name.into()),
            };
            hints.claims.push(Claim::sure(ClaimSource::Command, says));
        }
        // Other credentials are another account's, as far as anybody knows.
        if self
            .lister
            .as_ref()
            .is_some_and(|lister| *lister != credentials)
        {
            let whose = credentials.as_deref().unwrap_or("the default profile");
            let says = Says::Name(format!("a trail of {whose}").into());
            hints.claims.push(Claim::sure(ClaimSource::Command, says));
        }
    }
}

/// Why what a command printed may not be the whole of AWS's answer.
fn filter(command: &Command<'_>) -> Option<Box<str>> {
    if command.has_query() {
        return Some("--query".into());
    }
    let shows = |program: &&str| {
        let name = program.split_whitespace().next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        // `jq .` shows everything.
        SHOWING.contains(&name.as_str()) || matches!(program.trim(), "jq" | "jq ." | "jq '.'")
    };
    if let Some(program) = command.filters().iter().find(|program| !shows(program)) {
        let name = program.split_whitespace().next().unwrap_or_default();
        return Some(match name {
            "jq" => "--query".into(),
            name => name.into(),
        });
    }
    command.narrowing().first().map(|option| (*option).into())
}

/// Whose credentials a command was given, where it says.
fn credentials(command: &Command<'_>) -> Option<String> {
    if let Some(profile) = command.option("--profile") {
        return Some(format!("profile {profile}"));
    }
    let words = command.words();
    let set = words.iter().find_map(|word| {
        ["AWS_PROFILE=", "AWS_DEFAULT_PROFILE=", "AWS_ACCESS_KEY_ID="]
            .iter()
            .find_map(|name| word.strip_prefix(name))
    });
    if let Some(profile) = set {
        return Some(format!("profile {profile}"));
    }
    // `aws-vault exec prod -- aws …`, `granted`, `saml2aws exec`, `awsume prod`.
    let vault = words
        .iter()
        .position(|word| *word == "exec" || *word == "assume")?;
    words.get(vault + 1).map(|name| format!("profile {name}"))
}

/// What the words of a command name that is no call of AWS: `cat main.json`.
fn of_words(command: &Command<'_>) -> Vec<Claim> {
    let words = command.words().into_iter().skip(1);
    let names = words.filter(|word| {
        !word.starts_with(['-', '|', '>', '<', '&']) && !Readings::of_file(last(word)).is_empty()
    });
    names
        .map(|word| match arn::looks_like_trail(word) {
            true => Says::Arn(word.into()),
            false => Says::Text(last(word).into()),
        })
        .map(|says| Claim::sure(ClaimSource::Command, says))
        .collect()
}

fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What a heading names: each word that may be a name and isn't one of prose.
fn of_heading(heading: &str) -> Vec<Claim> {
    let words = heading.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '(' | ')' | '[' | ']' | ',' | '#' | '*' | '='
            )
    });
    let mut claims = Vec::new();
    for word in words {
        if arn::looks_like_trail(word.trim_end_matches([':', '.'])) {
            let says = Says::Arn(word.trim_end_matches([':', '.']).into());
            claims.push(Claim::sure(ClaimSource::Heading, says));
            continue;
        }
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_prose = PROSE.contains(&word.to_ascii_lowercase().as_str());
        if !is_prose && places::may_be_name(word) && !Readings::of_text(word).is_empty() {
            claims.push(Claim::unsure(ClaimSource::Heading, Says::Text(word.into())));
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::split::split;

    fn claims(text: &str) -> Vec<Vec<String>> {
        let mut above = Above::default();
        let pieces = split(text);
        let each = pieces.values.iter().map(|piece| {
            let hints = above.hints(piece);
            hints
                .claims
                .iter()
                .map(|claim| claim.text().to_owned())
                .collect()
        });
        each.collect()
    }

    #[test]
    fn a_command_names_what_it_was_asked_for_and_another_program_what_it_shows() {
        let status = "{\n\"IsLogging\": true\n}\n";
        for (line, name) in [
            ("$ aws cloudtrail get-trail-status --name main", "main"),
            (
                "$ aws-vault exec prod -- aws cloudtrail get-trail-status --name pay",
                "pay",
            ),
            ("$ cat evidence/pay-status.json", "pay-status.json"),
            (
                "PS C:\\> Get-CTTrailStatus -Name pay | ConvertTo-Json",
                "pay",
            ),
        ] {
            assert_eq!(claims(&format!("{line}\n{status}")), [[name]], "{line}");
        }
        assert_eq!(claims(&format!("== status of pay ==\n{status}")), [["pay"]]);
        assert!(claims(&format!("Collecting the status:\n{status}"))[0].is_empty());
    }

    #[test]
    fn other_credentials_than_the_lists_are_anothers() {
        let text = "$ aws cloudtrail describe-trails\n{\"trailList\": []}\n$ AWS_PROFILE=x aws cloudtrail get-trail-status --name main\n{\"IsLogging\": true}\n";
        assert_eq!(claims(text)[1], ["main", "a trail of profile x"]);
        let same = text.replace("$ aws", "$ AWS_PROFILE=x aws");
        assert_eq!(claims(&same)[1], ["main"]);
    }
}
