//! What a transcript's shell holds when a command runs: its region, and whose
//! credentials.
//!
//! A line is known to leave both alone, or known to change one, or it may have
//! changed both: a function or a login that nobody here knows.

use crate::document::command::{Command, is_literal, is_of_aws};
use crate::document::split;

/// Programs that change nothing of the shell that runs them.
const HARMLESS: &str = "\
    # : [ [[ bat break cat cd chmod clear cls column continue cp curl date diff dir do \
    done echo elif else esac false fi file for gc get-content git grep gunzip gzip head \
    history hostname id if import-module jq less ls man md5sum mkdir more mv nano nl \
    popd printf pushd pwd read rm set-location sha256sum shasum sleep sort start-sleep \
    tail tar tee then touch tree true type umask uname unzip vi vim wait wc wget which \
    while whoami write-host write-output xxd yq zcat zip { } ( )";

/// Variables of the AWS CLI's that have no part in whom or what is asked.
const OF_OUTPUT: &[&str] = &[
    "AWS_CLI_AUTO_PROMPT",
    "AWS_CLI_ERROR_FORMAT",
    "AWS_CLI_FILE_ENCODING",
    "AWS_CLI_HISTORY_FILE",
    "AWS_DEFAULT_OUTPUT",
    "AWS_MAX_ATTEMPTS",
    "AWS_PAGER",
    "AWS_RETRY_MODE",
];

/// What a shell holds, as far as its transcript shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    region: Option<String>,
    whose: Option<String>,
    endpoint: Option<String>,
}

impl Session {
    /// Takes in all that was typed in a part of a transcript. The last line
    /// may have printed what stands below: what it changes before it does, it
    /// changes for itself.
    pub(crate) fn take_in(&mut self, text: &str) {
        for line in text.lines() {
            let line = line.trim_start();
            let typed = split::typed(line).or_else(|| is_setting(line).then_some(line));
            let statements = typed.map(|line| Command { line }.statements());
            for words in statements.into_iter().flatten() {
                self.run(&words);
            }
        }
    }

    /// What a command is run with: this, and what it sets for itself alone.
    pub(crate) fn of(&self, command: &Command<'_>) -> Self {
        let mut own = self.clone();
        for word in command.words() {
            if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_aws(name)) {
                own.assign(name, value);
            }
        }
        own
    }

    /// The region that calls without `--region` go to.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Whose credentials calls without `--profile` are made with, where the
    /// transcript says something of them.
    pub(crate) fn whose(&self) -> Option<&str> {
        self.whose.as_deref()
    }

    /// The endpoint that is asked, where it is none of AWS's.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    fn run(&mut self, words: &[&str]) {
        let mut words = words;
        while let [first, rest @ ..] = words
            && ["do", "then", "else", "{", "(", "!", "time", "sudo"].contains(first)
        {
            words = rest;
        }
        let Some(first) = words.first() else { return };
        let folded = first.to_ascii_lowercase();
        match (folded.as_str(), words) {
            ("export" | "set" | "declare" | "typeset" | "local" | "readonly", [_, rest @ ..]) => {
                self.assign_all(rest);
            }
            ("setenv" | "setx", [_, name, value]) => self.assign(name, value),
            ("unset" | "unsetenv" | "remove-item", [_, names @ ..]) => {
                for name in names {
                    self.forget(name);
                }
            }
            ("set-defaultawsregion", [.., region]) => self.assign("AWS_REGION", region),
            ("aws" | "aws.exe", ["aws", "configure", "set", "region", region]) => {
                self.assign("AWS_REGION", region);
            }
            ("aws" | "aws.exe", [_, "configure", what, ..])
                if ["get", "list", "list-profiles"].contains(what) => {}
            ("aws" | "aws.exe", [_, "configure" | "login", ..]) => self.left_by(first),
            (variable, [name, "=", value]) if variable.starts_with("$env:") => {
                self.assign(name, value);
            }
            (variable, [name, value]) if variable.starts_with("$env:") => {
                self.assign(name.trim_end_matches('='), value);
            }
            (_, words) if words.iter().all(|word| word.contains('=')) => self.assign_all(words),
            // What they set is for this command alone.
            (_, words) if words.iter().any(|word| is_call(word)) => {}
            (program, _) if HARMLESS.split(' ').any(|known| known == program) => {}
            _ => self.left_by(first),
        }
    }

    /// Nobody knows what a command left of it.
    fn left_by(&mut self, program: &str) {
        self.region = None;
        self.whose = Some(format!("whoever `{program}` left signed in"));
    }

    fn assign_all(&mut self, words: &[&str]) {
        for word in words {
            if let Some((name, value)) = word.split_once('=') {
                self.assign(name, value);
            }
        }
    }

    fn assign(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(['"', '\'']);
        let name = name.to_ascii_uppercase();
        match name.trim_start_matches("$ENV:") {
            "AWS_REGION" | "AWS_DEFAULT_REGION" => {
                self.region = is_literal(value).then(|| value.to_owned());
            }
            "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => self.whose = Some(format!("profile {value}")),
            name if name.starts_with("AWS_ENDPOINT_URL") => {
                self.endpoint = (!is_of_aws(value)).then(|| value.to_owned());
            }
            name if is_aws(name) && !OF_OUTPUT.contains(&name) => {
                self.whose = Some(format!("whoever `{name}` names"));
            }
            _ => {}
        }
    }

    fn forget(&mut self, name: &str) {
        let name = name.to_ascii_uppercase();
        match name.trim_start_matches("ENV:") {
            "AWS_REGION" | "AWS_DEFAULT_REGION" => self.region = None,
            name if name.starts_with("AWS_ENDPOINT_URL") => self.endpoint = None,
            name if is_aws(name) && !OF_OUTPUT.contains(&name) => self.whose = None,
            _ => {}
        }
    }
}

fn is_aws(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("AWS_"))
}

fn is_call(word: &str) -> bool {
    matches!(word, "aws" | "aws.exe") || word.starts_with("aws ")
}

/// Whether a line sets a variable of the AWS CLI's, also without a prompt.
fn is_setting(line: &str) -> bool {
    let folded = line
        .get(..line.floor_char_boundary(16))
        .unwrap_or(line)
        .to_ascii_lowercase();
    let starts = [
        "export aws_",
        "set aws_",
        "setx aws_",
        "setenv aws_",
        "$env:aws_",
        "aws_",
        "unset aws_",
    ];
    starts.iter().any(|start| folded.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Session {
        let mut session = Session::default();
        session.take_in(text);
        session
    }

    #[test]
    fn a_region_holds_until_it_is_set_anew() {
        for (text, region) in [
            ("$ export AWS_REGION=eu-west-1", Some("eu-west-1")),
            ("export AWS_DEFAULT_REGION='eu-west-1'", Some("eu-west-1")),
            ("PS C:\\> $env:AWS_REGION = 'eu-west-1'", Some("eu-west-1")),
            ("C:\\>set AWS_REGION=eu-west-1", Some("eu-west-1")),
            ("$ aws configure set region eu-west-1", Some("eu-west-1")),
            ("$ AWS_REGION=eu-west-1; ls", Some("eu-west-1")),
            ("$ AWS_REGION=eu-west-1 aws s3 ls", None),
            ("$ export AWS_REGION=$r", None),
            ("$ export AWS_REGION=eu-west-1\n$ unset AWS_REGION", None),
            ("$ export AWS_REGION=eu-west-1\n$ assume prod", None),
        ] {
            assert_eq!(after(text).region(), region, "{text}");
        }
    }

    #[test]
    fn what_may_have_changed_the_account_names_nobody_known() {
        for text in [
            "$ export AWS_PROFILE=b",
            "$ export AWS_ACCESS_KEY_ID=AKIA",
            "PS C:\\> $Env:AWS_PROFILE=\"b\"",
            "C:\\>set AWS_PROFILE=b",
            "$ aws configure",
            "$ aws configure set aws_access_key_id x",
            "$ source prod.env",
            "$ . ./prod.env",
            "$ eval \"$(assume-role prod)\"",
            "$ saml2aws login -a prod",
            "$ ssh bastion",
            "$ prod",
            "$ ls; prod",
            "$ exit",
        ] {
            assert!(after(text).whose().is_some(), "{text}");
        }
        for text in [
            "$ cd evidence && ls -l",
            "$ export AWS_PAGER=",
            "$ export LC_ALL=C",
            "$ aws configure list",
            "$ aws sts get-caller-identity --profile b",
            "$ AWS_PROFILE=b aws sts get-caller-identity",
            "$ aws-vault exec b -- aws sts get-caller-identity",
            "$ for r in a b; do aws ec2 describe-vpcs --region $r; done",
            "# Trails",
            "assume the role",
        ] {
            assert_eq!(after(text).whose(), None, "{text}");
        }
    }

    #[test]
    fn a_command_sets_variables_for_itself() {
        let line = "AWS_PROFILE=b AWS_REGION=eu-west-1 aws cloudtrail describe-trails";
        let own = Session::default().of(&Command { line });
        assert_eq!(own.whose(), Some("profile b"));
        assert_eq!(own.region(), Some("eu-west-1"));
        let line = "AWS_ENDPOINT_URL=http://localhost:4566 aws cloudtrail describe-trails";
        let own = Session::default().of(&Command { line });
        assert_eq!(own.endpoint(), Some("http://localhost:4566"));
    }
}
