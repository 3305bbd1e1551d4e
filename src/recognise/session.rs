//! What a transcript's shell holds when a command runs: its region, and whose
//! credentials.
//!
//! A line is known to leave both alone, or known to change one, or it may have
//! changed both: a function or a login that nobody here knows.

use std::collections::HashMap;

use crate::cloudtrail::arn;
use crate::document::command::{Command, is_literal, is_of_aws};
use crate::document::split;
use crate::recognise::{named, no_state, prose};

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

/// Programs that show a file and leave it as it is.
const READING: [&str; 7] = ["cat", "grep", "head", "less", "ls", "more", "tail"];

/// What answers in AWS's place once it was started.
const EMULATORS: [&str; 3] = ["localstack", "moto", "motoserver"];

/// The most variables of a shell's that are remembered.
const MOST_WORDS: usize = 64;

/// What a shell holds, as far as its transcript shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    region: Option<String>,
    whose: Option<String>,
    endpoint: Option<String>,
    /// The account that a line of text or a prompt named last.
    account: Option<String>,
    /// The region that a heading named last.
    told_region: Option<String>,
    /// The prompt, where it is a word in brackets: a profile, an account.
    prompt: Option<String>,
    /// The account that `get-caller-identity` named last.
    identity: Option<String>,
    /// The same, as long as nothing may have changed whose credentials are held.
    signed_in: Option<String>,
    /// Whether a call stood behind `# `, as the prompt of root.
    is_root: bool,
    /// Variables of the shell's that were given a word, by their names.
    words: HashMap<String, String>,
}

impl Session {
    /// Takes in all that was typed in a part of a transcript. The last line
    /// may have printed what stands below: what it changes before it does, it
    /// changes for itself.
    pub(crate) fn take_in(&mut self, text: &str) {
        // A list of accounts is of none of them.
        let mut lists_accounts = false;
        for line in text.lines() {
            let line = line.trim_start();
            let typed = split::typed(line).or_else(|| is_setting(line).then_some(line));
            self.is_root |= line
                .strip_prefix("# ")
                .is_some_and(|call| typed == Some(call));
            let typed = typed.or_else(|| self.of_root(line));
            match typed {
                Some(call) => {
                    let call_of = Command { line: call }.aws_call();
                    lists_accounts = matches!(call_of, Some(("organizations" | "sso", _)));
                    self.prompted(line, call);
                }
                None if lists_accounts && !line.starts_with(['#', '=', '-', '*']) => {}
                None => self.told(line),
            }
            let statements = typed.map(|line| Command { line }.statements());
            for words in statements.into_iter().flatten() {
                self.run(&words);
            }
        }
    }

    /// What the line of a shell whose prompt is `# ` alone may run: a comment looks
    /// the same, and tells in words what it says.
    fn of_root<'l>(&self, line: &'l str) -> Option<&'l str> {
        let rest = line.strip_prefix("# ")?;
        let first = rest.split_whitespace().next()?;
        let is_program = |c: char| c.is_ascii_lowercase() || "./~$".contains(c);
        let is_word = prose::is_prose(first) || prose::is_neutral(first);
        (self.is_root && first.starts_with(is_program) && !is_word).then_some(rest)
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

    /// Takes in whose credentials the shell was shown to hold.
    pub(crate) fn signed_in(&mut self, account: &str) {
        self.signed_in = Some(account.to_owned());
        let before = self.identity.replace(account.to_owned());
        if before.is_some_and(|before| before != account) {
            self.whose = Some(format!("account {account}"));
        }
    }

    /// The account that the text says the answers below are of.
    pub(crate) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The account whose credentials the shell holds, where that was shown.
    pub(crate) fn signed_in_to(&self) -> Option<&str> {
        self.signed_in.as_deref()
    }

    /// Takes in the prompt of a command. Another word in brackets is another
    /// shell.
    fn prompted(&mut self, line: &str, call: &str) {
        let at = (call.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
        let prompt = line.get(..at).unwrap_or_default();
        let inner = prompt
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        if let Some((word, _)) = inner
            && !word.contains(['@', '~', '/', ' '])
        {
            let before = self.prompt.replace(word.to_owned());
            if before.is_some_and(|before| before != word) {
                self.left_by(prompt.trim());
            }
            self.account = arn::account_id(word).or(self.account.take());
        }
        let bare: String = call.split_whitespace().take(2).collect();
        let is_own = ["aws()", "aws(){", "functionaws", "functionaws()"].contains(&bare.as_str());
        if is_own || bare.starts_with("aliasaws=") {
            self.endpoint = Some(call.to_owned());
        }
    }

    /// Takes in a line that nobody typed: the account that it names is that of
    /// the answers below it.
    fn told(&mut self, line: &str) {
        let line = line.get(..line.floor_char_boundary(400)).unwrap_or(line);
        if line.starts_with("direnv: export") && line.contains("AWS_") {
            self.left_by("direnv");
        }
        // An error names who called, who needn't be whom the next answer is of.
        if line.to_ascii_lowercase().contains("error") {
            return;
        }
        if let Some(region) = named::heading_region(line) {
            self.told_region = Some(region.to_owned());
        }
        let words = line.split(|c: char| c.is_whitespace() || "\"'`()[]=,#".contains(c));
        let mut named = words.filter_map(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let of_arn = || {
                word.strip_prefix("arn:")
                    .and_then(|rest| rest.split(':').nth(3))
            };
            let is_trail = arn::looks_like_trail(word);
            let account = arn::account_id(word).or_else(|| arn::account_id(of_arn()?));
            account.filter(|_| !is_trail)
        });
        if let Some(account) = named.next()
            && named.all(|other| other == account)
        {
            self.account = Some(account);
        }
    }

    /// The region that calls without `--region` go to.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The region that the text says the answers below are of.
    pub(crate) fn told_region(&self) -> Option<&str> {
        self.told_region.as_deref()
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
        let is_own =
            |word: &&str| word.contains(".aws/credentials") || word.contains(".aws/config");
        if words.iter().any(is_own) && !READING.contains(&folded.as_str()) {
            return self.left_by(first);
        }
        let is_emulator = |word: &&str| {
            let words = no_state::words(word);
            words.iter().any(|word| EMULATORS.contains(&word.as_str()))
        };
        if words.iter().any(is_emulator) && !words.iter().any(|word| is_call(word)) {
            self.endpoint = Some(words.join(" "));
            return;
        }
        match (folded.as_str(), words) {
            ("set", [_, options @ .., name, value])
                if options.first().is_some_and(|word| word.starts_with('-')) =>
            {
                self.assign(name, value);
            }
            ("export", [_, rest @ ..])
                if rest
                    .iter()
                    .any(|word| word.starts_with(['$', '`', '"']) && !word.contains('=')) =>
            {
                self.left_by(first);
            }
            ("export" | "set" | "declare" | "typeset" | "local" | "readonly", [_, rest @ ..]) => {
                self.assign_all(rest);
            }
            ("setenv" | "setx", [_, name, value]) => self.assign(name, value),
            ("unset" | "unsetenv" | "remove-item", [_, names @ ..]) => {
                let before = self.whose.clone();
                let mut is_whose = false;
                for name in names {
                    is_whose |= self.forget(name);
                }
                if is_whose {
                    let left = || format!("whoever is left without `{}`", names.join(" "));
                    (self.account, self.signed_in) = (None, None);
                    self.whose = before.is_none().then(left);
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
        (self.account, self.signed_in) = (None, None);
        self.whose = Some(format!("whoever `{program}` left signed in"));
    }

    fn assign_all(&mut self, words: &[&str]) {
        for word in words {
            if let Some((name, value)) = word.split_once('=') {
                self.assign(name, value);
            }
        }
    }

    /// The word that a variable holds: of `$TRAIL` or `${TRAIL}`.
    pub(crate) fn word(&self, variable: &str) -> Option<&str> {
        let name = variable.strip_prefix('$')?;
        let name = name.trim_start_matches('{').trim_end_matches('}');
        self.words.get(name).map(String::as_str)
    }

    fn assign(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(['"', '\'']);
        match is_literal(value) && self.words.len() < MOST_WORDS {
            true => self.words.insert(name.to_owned(), value.to_owned()),
            false => self.words.remove(name),
        };
        let name = name.to_ascii_uppercase();
        match name.trim_start_matches("$ENV:") {
            "AWS_REGION" | "AWS_DEFAULT_REGION" => {
                self.region = is_literal(value).then(|| value.to_owned());
            }
            "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => {
                (self.account, self.signed_in) = (None, None);
                self.whose = Some(format!("profile {value}"));
            }
            name if name.starts_with("AWS_ENDPOINT_URL") => {
                self.endpoint = (!is_of_aws(value)).then(|| value.to_owned());
            }
            name if is_aws(name) && !OF_OUTPUT.contains(&name) => {
                self.signed_in = None;
                self.whose = Some(format!("whoever `{name}` names"));
            }
            _ => {}
        }
    }

    /// Forgets a variable; says whether it named whose the credentials are.
    fn forget(&mut self, name: &str) -> bool {
        let name = name.to_ascii_uppercase();
        match name.trim_start_matches("ENV:") {
            "AWS_REGION" | "AWS_DEFAULT_REGION" => self.region = None,
            name if name.starts_with("AWS_ENDPOINT_URL") => self.endpoint = None,
            name => return is_aws(name) && !OF_OUTPUT.contains(&name),
        }
        false
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
            "$ set -x AWS_PROFILE prod",
            "$ export $(cat prod.env | xargs)",
            "$ cp a ~/.aws/credentials",
            "$ unset AWS_PROFILE AWS_ACCESS_KEY_ID",
            "direnv: export +AWS_PROFILE",
            "[dev] $ ls\n[prod] $ ls",
            "$ exit",
            "# aws cloudtrail describe-trails\n# . ./prod.env",
            "# aws cloudtrail describe-trails\n# eval $(assume prod)",
            "# aws s3 ls\n# su - prod",
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
            "# su - prod",
            "# aws s3 ls\n# the trails of prod\n# Status\n# ls",
            "assume the role",
        ] {
            assert_eq!(after(text).whose(), None, "{text}");
        }
    }

    #[test]
    fn a_line_of_text_or_a_prompt_names_the_account() {
        for (text, account) in [
            ("## Account 444455556666", Some("444455556666")),
            (
                "arn:aws:sts::444455556666:assumed-role/r/x",
                Some("444455556666"),
            ),
            ("\"444455556666\"", Some("444455556666")),
            ("[444455556666] $ ls", Some("444455556666")),
            (
                "Processing account 111122223333\nProcessing account 444455556666",
                Some("444455556666"),
            ),
            ("## Account 444455556666\n$ export AWS_PROFILE=b", None),
            ("$ ls 444455556666", None),
            ("111122223333\t444455556666", None),
            (
                "$ aws organizations list-accounts --output text\n444455556666",
                None,
            ),
            (
                "$ aws organizations list-accounts --output text\n444455556666\n== 111122223333 ==",
                Some("111122223333"),
            ),
        ] {
            assert_eq!(after(text).account(), account, "{text}");
        }
        for text in [
            "$ moto_server &",
            "$ aws() { x; }",
            "$ alias aws=awslocal",
            "$ localstack start",
        ] {
            assert!(after(text).endpoint().is_some(), "{text}");
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
