//! What a transcript's shell holds when a command runs: its region, and whose
//! credentials.
//!
//! A line is known to leave both alone, or known to change one, or it may have
//! changed both: a function or a login that nobody here knows.

mod prompt;

use std::collections::{HashMap, HashSet};

use crate::cloudtrail::arn;
use crate::document::command::{Command, is_literal, is_of_aws};
use crate::document::split;
use crate::recognise::{above, named, no_state, prose};

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

/// Programs that say what they are told to.
const SPEAKING: [&str; 4] = ["echo", "printf", "Write-Host", "Write-Output"];

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
    /// What the prompt says of whose shell it is.
    prompt: Option<String>,
    /// What it said when `whose` was set.
    prompt_before: Option<String>,
    /// The words of the last line of text that may name whose the answers below
    /// it are.
    named: Option<String>,
    /// How often something may have changed whose credentials are held.
    changes: usize,
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
    /// changes for itself. What stands at `until` and behind is heard as what the
    /// value below is called; `known` are names of trails.
    pub(crate) fn take_in(&mut self, text: &str, until: usize, known: &HashSet<Box<str>>) {
        // A list of accounts is of none of them.
        let mut lists_accounts = false;
        // What a program prints about something else speaks of nobody's answers.
        let mut is_output = false;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let may_name = at < until;
            at += line.len();
            let line = line.trim();
            let typed = split::typed(line).or_else(|| is_setting(line).then_some(line));
            self.is_root |= line
                .strip_prefix("# ")
                .is_some_and(|call| typed == Some(call));
            let typed = typed.or_else(|| self.of_root(line));
            match typed {
                Some(call) => {
                    let command = Command { line: call };
                    let call_of = command.aws_call();
                    lists_accounts = matches!(call_of, Some(("organizations" | "sso", _)));
                    let first = command.words().first().copied();
                    is_output = first.is_some_and(|first| !SPEAKING.contains(&first));
                    self.prompted(line, call, known);
                }
                None if lists_accounts && !line.starts_with(['#', '=', '-', '*']) => {}
                None => {
                    let is_heading = above::is_heading(line);
                    self.told(line, known, may_name && (is_heading || !is_output));
                }
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

    /// Takes in the prompt of a command. One that says something else is another
    /// shell's.
    fn prompted(&mut self, line: &str, call: &str, known: &HashSet<Box<str>>) {
        let at = (call.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
        let prompt = line.get(..at).unwrap_or_default();
        if let Some(comment) = call.strip_prefix('#') {
            self.told(comment, known, true);
        }
        // A label before a command in a span of code, and a mark of a CI system's.
        if prompt.contains('`') {
            self.told(prompt, known, true);
        } else if !prompt.starts_with("##[")
            && prompt != "[command]"
            && let Some(says) = prompt::says(prompt)
        {
            let account = says.split(' ').find_map(arn::account_id);
            if self.prompt.is_none() {
                self.prompt_before = Some(says.clone());
            } else if self.prompt.as_ref() != Some(&says) {
                (self.region, self.account, self.signed_in) = (None, None, None);
            }
            self.prompt = Some(says);
            self.account = account.or(self.account.take());
        }
        let bare: String = call.split_whitespace().take(2).collect();
        let is_own = ["aws()", "aws(){", "functionaws", "functionaws()"].contains(&bare.as_str());
        if is_own || bare.starts_with("aliasaws=") {
            self.endpoint = Some(call.to_owned());
        }
    }

    /// Takes in a line that nobody typed: the account that it names is that of
    /// the answers below it.
    fn told(&mut self, line: &str, known: &HashSet<Box<str>>, may_name: bool) {
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
            self.named = None;
        } else if may_name {
            self.name(line, known);
        }
    }

    /// Takes in a line that may say whose the answers below it are: one with a word
    /// that nobody here knows, and that isn't called as a trail.
    fn name(&mut self, line: &str, known: &HashSet<Box<str>>) {
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        if is_fence || is_duration(line) || above::is_understood(line) {
            return;
        }
        let is_path = |word: &&str| word.starts_with(['~', '/', '.']) || word.contains('\\');
        let words = line.split_whitespace().filter(|word| !is_path(word));
        let words = words.flat_map(prose::unknown).filter(|word| {
            word.contains(char::is_alphabetic)
                && !prose::is_neutral(word)
                && !known.contains(*word)
                && !arn::looks_like_trail(word)
        });
        let words: Vec<&str> = words.collect();
        if !words.is_empty() {
            self.named = Some(words.join(" "));
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
    pub(crate) fn whose(&self) -> Option<String> {
        let prompt = self.prompt.as_ref();
        let prompt = prompt.filter(|_| self.prompt != self.prompt_before);
        let prompt = prompt.map(|prompt| format!("whoever has the prompt `{prompt}`"));
        let named = self.named.as_ref().map(|words| format!("\"{words}\""));
        let all = [self.whose.clone(), prompt, named].into_iter().flatten();
        let all: Vec<String> = all.collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Whose credentials were set, and nothing that only shows around a command.
    pub(crate) fn set(&self) -> Option<&str> {
        self.whose.as_deref()
    }

    /// Takes in that other credentials are held from here on.
    fn change(&mut self, whose: String) {
        self.whose = Some(whose);
        self.prompt_before = self.prompt.clone();
        (self.named, self.account, self.signed_in) = (None, None, None);
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
            ("aws" | "aws.exe", [_, "sso", "login", options @ ..]) => {
                let at = options.iter().position(|word| *word == "--profile");
                let profile = at.and_then(|at| options.get(at + 1));
                let whose = profile.map(|profile| format!("profile {profile}"));
                if let Some(whose) = whose
                    && self.whose.as_ref() != Some(&whose)
                {
                    self.change(whose);
                }
            }
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
        self.changes += 1;
        // The same program may have left somebody else the next time.
        let time = match self.changes {
            1 => String::new(),
            more => format!(" (change {more})"),
        };
        self.change(format!("whoever `{program}` left signed in{time}"));
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
            "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => self.change(format!("profile {value}")),
            name if name.starts_with("AWS_ENDPOINT_URL") => {
                self.endpoint = (!is_of_aws(value)).then(|| value.to_owned());
            }
            name if is_aws(name) && !OF_OUTPUT.contains(&name) => {
                let account = self.account.take();
                let is_secret = ["KEY", "SECRET", "TOKEN"];
                let is_secret = is_secret.iter().any(|part| name.contains(part));
                match is_secret {
                    true => {
                        self.changes += 1;
                        let count = self.changes;
                        self.change(format!("whoever `{name}` names (change {count})"));
                    }
                    false => self.change(format!("whoever `{name}={value}` names")),
                }
                self.account = account;
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

/// Whether a line tells how long a command took, as `time` does: `real 0m1.2s`.
fn is_duration(line: &str) -> bool {
    let mut words = line.split_whitespace().skip(1);
    let (time, rest) = (words.next().unwrap_or_default(), words.next());
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, 'h' | 'm' | 's' | '.' | ',');
    let begins = time.starts_with(|first: char| first.is_ascii_digit());
    begins && time.ends_with('s') && time.chars().all(is_part) && rest.is_none()
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
mod tests;
