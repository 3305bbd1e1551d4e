//! Answers that a transcript's commands sent into files, of which it shows none.

use crate::document::command::Command;
use crate::document::locate::Anchor;
use crate::document::split;
use crate::recognise::facts::{Call, Failure, Named, Origin, Sent};
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
        file: file.rsplit(['/', '\\']).next().unwrap_or(file).into(),
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

#[cfg(test)]
mod tests {
    use super::of_text;

    #[test]
    fn an_answer_that_is_not_shown_lies_in_a_file() {
        let files = |text| -> Vec<String> {
            let sent = of_text(text, |_| None).into_iter();
            sent.map(|one| one.file.into()).collect()
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
