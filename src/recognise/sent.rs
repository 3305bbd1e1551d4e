//! Answers that lie in other files: those that a transcript's commands sent there,
//! and those that checksums are of.

use crate::cloudtrail::arn;
use crate::document::command::Command;
use crate::document::locate::Anchor;
use crate::document::split;
use crate::recognise::facts::{Call, Failure, Named, Origin, Sent};
use crate::recognise::file_name::FileName;
use crate::recognise::vocabulary;

/// What the commands of a text about trails sent into files; `place` tells where a
/// piece of the text stands.
pub(crate) fn of_text(text: &str, mut place: impl FnMut(&str) -> Option<Anchor>) -> Vec<Sent> {
    let commands = split::commands(text).into_iter();
    let sent = commands.flat_map(|line| Command { line }.sent());
    let sent = sent.filter_map(|(command, file)| {
        let mut sent = of_command(&command, file)?;
        sent.failure.anchor = place(command.line);
        Some(sent)
    });
    sent.collect()
}

fn of_command(command: &Command<'_>, file: &str) -> Option<Sent> {
    let ("cloudtrail", operation) = command.aws_call()? else {
        return None;
    };
    let call = vocabulary::call_of(operation);
    let name = command.option("--name").map(Into::into);
    call.is_of_trails().then(|| Sent {
        file: file.into(),
        sha256: None,
        failure: Failure {
            call: Some(call),
            error: None,
            message: format!(
                "`{}` was run, and no file called `{file}` is here",
                command.line.trim()
            ),
            named: name.map_or(Named::No, Named::Name),
            origin: Origin {
                account: None,
                region: command.option("--region").map(Into::into),
            },
            hides_trails: call != Call::GetTrailStatus,
            anchor: None,
        },
    })
}

/// The answers that the checksums of a text are of, by the files' names.
pub(crate) fn of_checksums(text: &str, mut place: impl FnMut(&str) -> Option<Anchor>) -> Vec<Sent> {
    let sent = text.lines().filter_map(|line| {
        let (hash, file) = checksum(line)?;
        let call = FileName(file).call().filter(|call| call.is_of_trails())?;
        let sha256 = (hash.len() == 64).then(|| hash.to_ascii_lowercase().into());
        Some(Sent {
            file: file.into(),
            sha256,
            failure: Failure {
                call: Some(call),
                error: None,
                message: format!("there is a checksum of `{file}`, and no such file is here"),
                named: Named::No,
                origin: Origin {
                    account: arn::account_in(file).map(Into::into),
                    region: arn::region_in(file).map(Into::into),
                },
                hides_trails: call != Call::GetTrailStatus,
                anchor: place(line),
            },
        })
    });
    sent.collect()
}

/// The hash and the file of a line of checksums: `HASH  FILE`, `HASH *FILE`,
/// `SHA256 (FILE) = HASH`, `SHA256  HASH  FILE`.
fn checksum(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if let Some((before, hash)) = line.rsplit_once(") = ") {
        return Some((hash, before.split_once(" (")?.1));
    }
    let (mut hash, mut file) = line.split_once(char::is_whitespace)?;
    if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        (hash, file) = file.trim_start().split_once(char::is_whitespace)?;
    }
    Some((hash, file.trim_start().trim_start_matches('*')))
}

#[cfg(test)]
mod tests {
    use super::{checksum, of_checksums, of_text};

    #[test]
    fn a_checksum_is_of_a_file() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for line in [
            format!("{hash}  444455556666/eu-west-1/describe-trails.json"),
            format!("{hash} *444455556666/eu-west-1/describe-trails.json"),
            format!("SHA256 (444455556666/eu-west-1/describe-trails.json) = {hash}"),
            format!("SHA256          {hash}       444455556666/eu-west-1/describe-trails.json"),
        ] {
            let file = "444455556666/eu-west-1/describe-trails.json";
            assert_eq!(checksum(&line), Some((hash, file)), "{line}");
            let [sent] = of_checksums(&line, |_| None).try_into().unwrap();
            assert_eq!((&*sent.file, sent.sha256.as_deref()), (file, Some(hash)));
            let origin = sent.failure.origin;
            let origin = (origin.account.as_deref(), origin.region.as_deref());
            assert_eq!(origin, (Some("444455556666"), Some("eu-west-1")));
        }
        let other = format!("{hash}  notes.txt\n{hash}  list-users.json\n{hash}\n");
        assert!(of_checksums(&other, |_| None).is_empty());
    }

    #[test]
    fn an_answer_that_is_not_shown_lies_in_a_file() {
        let files = |text| -> Vec<String> {
            let sent = of_text(text, |_| None).into_iter();
            sent.map(|one| one.file.rsplit('/').next().unwrap().into())
                .collect()
        };
        for (text, expected) in [
            (
                "$ aws cloudtrail describe-trails > out/eu.json\n",
                "eu.json",
            ),
            (
                "$ aws cloudtrail describe-trails --region x \\\n  --output json >> a.json\n",
                "a.json",
            ),
            (
                "PS C:\\> Get-CTTrail | Out-File -Encoding utf8 eu.json\n",
                "eu.json",
            ),
            (
                "PS C:\\> Get-CTTrail | Set-Content -Path eu.json\n",
                "eu.json",
            ),
            (
                "$ aws cloudtrail get-trail-status --name a > /dev/null\n",
                "null",
            ),
        ] {
            assert_eq!(files(text), [expected], "{text}");
        }
        for text in [
            "$ aws cloudtrail describe-trails | tee eu.json\n",
            "$ aws cloudtrail describe-trails 2> err.txt\n",
            "$ aws cloudtrail describe-trails > $region.json\n",
            "$ aws iam list-users > users.json\n",
            "$ trails=$(aws cloudtrail describe-trails)\n",
        ] {
            assert!(files(text).is_empty(), "{text}");
        }
    }
}
