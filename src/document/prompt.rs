//! Which lines of a transcript are commands.
//!
//! A prompt is known by its sign and by what stands before it: a user, a
//! folder, `PS C:\>`. Where the sign alone may be a heading or a quotation
//! (`# Trails`, `> see below`), a known program must follow.

/// Signs that end a prompt whatever follows.
const SIGNS: [char; 8] = ['$', '❯', '➜', 'λ', '»', '›', '▶', '\u{e0b0}'];

/// Signs that begin headings, quotations and lists too.
const DOUBTFUL: [char; 4] = ['#', '>', '%', '+'];

/// Programs that a line may call without any prompt, or behind a doubtful one.
const PROGRAMS: &[&str] = &[
    "aws",
    "aws.exe",
    "aws2",
    "aws-okta",
    "aws-sso",
    "aws-vault",
    "awk",
    "awslocal",
    "az",
    "bash",
    "bat",
    "cat",
    "cd",
    "chamber",
    "clear",
    "cmd",
    "cp",
    "curl",
    "docker",
    "done",
    "echo",
    "env",
    "exit",
    "export",
    "finch",
    "for",
    "gc",
    "go",
    "granted",
    "grep",
    "gunzip",
    "head",
    "jq",
    "kubectl",
    "less",
    "ls",
    "more",
    "mv",
    "node",
    "nohup",
    "op",
    "pip",
    "podman",
    "powershell",
    "printf",
    "prowler",
    "psql",
    "pulumi",
    "pwd",
    "pwsh",
    "python",
    "python3",
    "rm",
    "ruby",
    "saml2aws",
    "scp",
    "sed",
    "set",
    "setx",
    "sh",
    "source",
    "ssh",
    "steampipe",
    "sudo",
    "tail",
    "tee",
    "terraform",
    "time",
    "timeout",
    "type",
    "unset",
    "unzip",
    "wget",
    "whoami",
    "xargs",
    "xxd",
    "yq",
    "zcat",
    "zsh",
];

/// Words that are programs and begin sentences as often.
const WORDS: &[&str] = &[
    "type", "time", "for", "more", "less", "head", "tail", "go", "done", "source", "node", "exit",
    "clear", "export", "cat", "echo", "op", "find", "sort", "set",
];

/// How lines begin in which GitHub Actions and Azure Pipelines show a command.
const RUNS: [&str; 3] = ["##[group]Run ", "##[command]", "[command]"];

/// The command in this line, without its prompt; empty where the prompt stands
/// alone. `None` where the line is no command.
pub(super) fn command(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let head = line.get(..line.floor_char_boundary(160))?;
    if is_call(line, false) {
        return Some(line);
    }
    if let Some(call) = in_span(line) {
        return Some(call);
    }
    // What a CI system says that it runs.
    let mut runs = RUNS.iter().filter_map(|mark| line.strip_prefix(mark));
    if let Some(call) = runs.find(|call| is_call(call, true)) {
        return Some(call);
    }
    // A notebook's or IPython's `!aws …`.
    let cell = head
        .strip_prefix("In [")
        .and_then(|rest| Some(rest.split_once("]:")?.1.trim_start()))
        .map_or(0, |rest| head.len() - rest.len());
    let inner = line.get(cell..)?;
    if let Some(call) = inner.strip_prefix('!')
        && call.starts_with(|first: char| first.is_ascii_lowercase() || first == '/')
    {
        return Some(inner);
    }
    let mut from = 0;
    while let Some(at) = head.get(from..)?.find(is_sign) {
        let at = from + at;
        let sign = head.get(at..)?.chars().next()?;
        from = at + sign.len_utf8();
        let rest = line.get(from..)?;
        let before = head.get(..at)?;
        // A sign without a space behind it is part of a word: `$TRAIL`, `<a>`.
        if !(rest.is_empty()
            || rest.starts_with([' ', '\u{a0}'])
            || sign == '>' && is_drive(before)
            || is_call(rest, true))
        {
            continue;
        }
        let call = rest.trim_start();
        // A comment that shows a prompt was typed by nobody.
        if matches!(before.trim(), "#" | "//" | "--") {
            return None;
        }
        let is_sure = SIGNS.contains(&sign);
        let is_command = if before.trim_matches('+').trim().is_empty() {
            is_sure || is_call(call, true)
        } else {
            is_call(call, true) && looks_like_prompt(before, true)
                || looks_like_prompt(before, false)
        };
        if is_command {
            return Some(if sign == '➜' {
                behind_folder(call)
            } else {
                call
            });
        }
    }
    None
}

/// The command in a code span that a line consists of, as records in Markdown show
/// it: ``Command: `aws …` ``.
fn in_span(line: &str) -> Option<&str> {
    let (label, rest) = line.split_once('`')?;
    let (call, behind) = rest.split_once('`')?;
    let is_markup = |c: char| !c.is_alphanumeric();
    let label = label.trim_matches(|c: char| c.is_whitespace() || "*#-_>".contains(c));
    let is_label = label.is_empty() || (label.len() <= 24 && label.ends_with(':'));
    let is_whole = is_label && behind.chars().all(is_markup);
    (is_whole && call.starts_with("aws ") && is_call(call, false)).then_some(call)
}

/// The command behind `➜  folder git:(branch) ✗`, where the sign comes first.
fn behind_folder(text: &str) -> &str {
    let rest = text
        .split_once(' ')
        .map_or("", |(_, rest)| rest)
        .trim_start();
    let rest = match rest
        .strip_prefix("git:(")
        .and_then(|rest| rest.split_once(')'))
    {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    rest.trim_start_matches('✗').trim_start()
}

fn is_sign(sign: char) -> bool {
    SIGNS.contains(&sign) || DOUBTFUL.contains(&sign)
}

/// Whether text calls a program that is known. Without a prompt (`is_prompted`
/// false), words that begin sentences as well are none.
fn is_call(text: &str, is_prompted: bool) -> bool {
    let mut words = text.split_whitespace();
    let Some(mut first) = words.next() else {
        return false;
    };
    // Variables for this command alone.
    while first
        .split_once('=')
        .is_some_and(|(name, _)| is_variable(name))
    {
        match words.next() {
            Some(next) => first = next,
            // `PROFILE=audit` alone is a command behind a prompt.
            None => return is_prompted,
        }
    }
    if is_cmdlet(first) {
        return true;
    }
    // `$answer = Get-CTTrail`.
    if first.starts_with('$') && words.next() == Some("=") {
        return words.next().is_some_and(is_cmdlet);
    }
    if first.starts_with("./") || first.starts_with(".\\") {
        return is_prompted;
    }
    let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let is_known = PROGRAMS.contains(&name);
    is_known && (is_prompted || (!WORDS.contains(&name) && text.len() > name.len()))
}

/// Whether this is the folder of a Windows prompt: `C:\\Users\\auditor`.
fn is_drive(before: &str) -> bool {
    let path = before.strip_prefix(|drive: char| drive.is_ascii_alphabetic());
    path.is_some_and(|path| path.starts_with(":\\"))
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `Get-CTTrail`: a verb of PowerShell's, a hyphen, a noun.
fn is_cmdlet(word: &str) -> bool {
    let Some((verb, noun)) = word.split_once('-') else {
        return false;
    };
    let verb = verb.to_ascii_lowercase();
    matches!(
        verb.as_str(),
        "get"
            | "set"
            | "write"
            | "out"
            | "convertto"
            | "convertfrom"
            | "import"
            | "export"
            | "select"
            | "format"
            | "where"
            | "foreach"
            | "invoke"
            | "new"
            | "start"
            | "stop"
            | "remove"
            | "update"
            | "test"
    ) && noun.starts_with(|first: char| first.is_ascii_uppercase())
        && noun.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether what stands before a sign is a prompt: every word of it names a
/// user, a machine or a folder. Before a known program, any short text is.
fn looks_like_prompt(before: &str, is_known_program: bool) -> bool {
    let words = before.split_whitespace();
    let mut count = 0;
    let all = words.into_iter().all(|word| {
        count += 1;
        word == "PS"
            || word.contains(['@', '~', '\\', '/', '[', ']', '(', ')'])
            || word.ends_with(':')
            || word.starts_with("bash-")
            || word.starts_with("sh-")
            || word == "mysql"
            || word.chars().all(|one| !one.is_ascii_alphanumeric())
    });
    let is_one_word = count == 1 && !before.ends_with(' ');
    let has_place = before.contains(['@', '~', '\\', '[', '('])
        || before.starts_with("PS")
        || before.starts_with("bash-")
        || before.starts_with("sh-");
    if is_known_program {
        all || count <= 4
    } else {
        (all && has_place) || (is_one_word && before.ends_with(':') && before.contains('@'))
    }
}

/// Whether a line says nothing of the block below it: blank, a rule, a fence,
/// a word for output, a request for a code.
pub(super) fn is_neutral(line: &str) -> bool {
    let line = line.trim();
    // A rule, and no sign that opens a comment or a tag.
    if !line.chars().any(char::is_alphanumeric) {
        return !line.contains(['<', '!', '\\']) && !line.starts_with("/*");
    }
    if line.starts_with("```") || line.starts_with("~~~") || line.starts_with("Out[") {
        return true;
    }
    // What a CI system says of a step: it names no trail.
    let is_of_step =
        line == "##[endgroup]" || (line.starts_with("shell: ") && line.ends_with("{0}"));
    let word = line.trim_end_matches([':', '.', ' ']).to_ascii_lowercase();
    is_of_step
        || matches!(
            word.as_str(),
            "output" | "result" | "results" | "response" | "json" | "stdout" | "answer" | "returns"
        )
        || asks_for_code(line)
}

/// Whether a text asks for the code of a second factor or for a password, as
/// the AWS CLI and what wraps it do before they print an answer.
pub(super) fn asks_for_code(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(':')
        && [
            "Enter MFA code for ",
            "Enter MFA code",
            "Enter token for ",
            "Enter token code",
            "Assume Role MFA token code",
            "Enter passphrase to unlock",
            "Enter passphrase for",
            "MFA code",
            "MFA token",
            "Password",
            "Enter the MFA",
        ]
        .iter()
        .any(|words| text.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_of_every_shell_are_taken_off() {
        for (line, call) in [
            ("$ aws sts x", "aws sts x"),
            ("$ cat s2.json", "cat s2.json"),
            ("$", ""),
            ("aws sts x", "aws sts x"),
            ("AWS_PROFILE=mgmt aws sts x", "AWS_PROFILE=mgmt aws sts x"),
            ("> aws sts x", "aws sts x"),
            ("# aws sts x", "aws sts x"),
            (
                "+ aws cloudtrail describe-trails",
                "aws cloudtrail describe-trails",
            ),
            ("++ cat a", "cat a"),
            ("% cat a.json", "cat a.json"),
            (
                "PS C:\\> Get-CTTrailStatus -Name p",
                "Get-CTTrailStatus -Name p",
            ),
            ("PS C:\\Users\\me> ", ""),
            ("C:\\audit>type s2.json", "type s2.json"),
            ("[cloudshell-user@ip-10-0-0-1 ~]$ ./run.sh", "./run.sh"),
            ("user@host:~/a b$ jq . x", "jq . x"),
            ("user@host:~$ foo", "foo"),
            ("root@3f2a:/# foo", "foo"),
            ("(venv) user@host ~ % foo", "foo"),
            ("~/work main ❯ aws sts x", "aws sts x"),
            ("➜  audit git:(main) ✗ aws sts x", "aws sts x"),
            ("➜  audit cat s2.json", "cat s2.json"),
            ("!aws sts x", "!aws sts x"),
            ("In [3]: !aws sts x", "!aws sts x"),
            ("bash-5.1$ foo", "foo"),
        ] {
            assert_eq!(command(line), Some(call), "{line}");
        }
    }

    #[test]
    fn headings_and_prose_are_no_commands() {
        for line in [
            "# Trail payments",
            "> see below",
            "Total cost: $ 5",
            "+ one more",
            "cat pictures",
            "For each trail",
            "type",
            "name=<value>",
            "payments:",
            "== payments ==",
            "50 % of trails",
            "[FINDING 1]: bad",
            "main -> payments",
        ] {
            assert_eq!(command(line), None, "{line}");
        }
    }
}
