//! What a command printed, as those keep it who ran it: Ansible's `command` and
//! `shell`, and Systems Manager's `get-command-invocation` and
//! `list-command-invocations --details`.
//!
//! What stands beside the output is of the machine and the run. Only what the
//! command was, and what it was run for, says something of the answer.

use crate::document::command::Command;
use crate::document::json::{Kind, Member};
use crate::document::object::Object;
use crate::recognise::hints::Hints;
use crate::recognise::walk::{Walk, child};
use crate::recognise::{called, envelope, failed_call, heard, vocabulary};

/// Who kept what a command printed, and under which keys.
struct Runner {
    name: &'static str,
    /// Keys by which its result is known.
    marks: &'static [&'static str],
    output: &'static str,
    /// The same output once more.
    lines: &'static str,
    code: &'static str,
    errors: &'static str,
    /// What says of the answer whose it is.
    telling: &'static [&'static str],
}

const RUNNERS: [Runner; 3] = [
    Runner {
        name: "ansible",
        marks: &["changed"],
        output: "stdout",
        lines: "stdout_lines",
        code: "rc",
        errors: "stderr",
        telling: &["cmd", "invocation", "item"],
    },
    Runner {
        name: "systems manager",
        marks: &["CommandId", "InstanceId"],
        output: "StandardOutputContent",
        lines: "",
        code: "ResponseCode",
        errors: "StandardErrorContent",
        telling: &["Comment"],
    },
    Runner {
        name: "systems manager",
        marks: &["Status", "StatusDetails"],
        output: "Output",
        lines: "",
        code: "ResponseCode",
        errors: "",
        telling: &[],
    },
];

/// Takes the result of a command that succeeded and printed something of trails.
pub fn read<'a>(
    walk: &mut Walk<'a, '_>,
    object: &Object<'a>,
    pointer: &str,
    hints: &Hints,
) -> bool {
    let is_of = |runner: &&Runner| {
        let fine = object.get(runner.code);
        runner.marks.iter().all(|mark| object.has(mark))
            && fine.is_some_and(|code| code.text() == "0")
            && object
                .text(runner.errors)
                .is_none_or(|text| is_quiet(&text))
    };
    let Some(runner) = RUNNERS.iter().find(is_of) else {
        return false;
    };
    let own = |member: &Member<'_>| {
        let key = member.key.as_ref();
        key == runner.output || key == runner.lines
    };
    let others = || object.members.iter().filter(|member| !own(member));
    let output = object.get(runner.output);
    let Some(output) = output.filter(|output| output.kind() == Kind::String) else {
        return false;
    };
    let text = output.as_str().unwrap_or_default();
    let says = |text: &str| vocabulary::mentions_trails(text);
    let is_told = |key: &str| runner.telling.contains(&key);
    let is_alone = || others().all(|one| is_told(&one.key) || !says(one.value.text()));
    let may_be = says(&text) && is_same(object, runner.lines, &text) && asked_aws(object);
    if !may_be || !is_alone() {
        return false;
    }
    walk.producer(runner.name);
    let around = hints.beside(object);
    let inner = Hints {
        claims: heard::claims_of(object, |key| !is_told(key)),
        unknown: None,
        untold: None,
        unsaid: None,
        selected: envelope::is_selection(object),
        ..around.deeper()
    };
    let at = child(pointer, runner.output);
    let anchor = walk.anchor(output, &at).opaque();
    walk.visit_text(&text, anchor, &inner);
    true
}

/// Whether the command, where it is told, asked AWS for trails or their status: what
/// another one prints may be of any time.
fn asked_aws(object: &Object<'_>) -> bool {
    let mut commands = object.members.iter().filter(|one| one.key == "cmd");
    commands.all(|one| {
        let words = one.value.elements();
        let words = words.iter().map(|word| word.as_str().unwrap_or_default());
        let line = match one.value.as_str() {
            Some(line) => line.into_owned(),
            None => words.collect::<Vec<_>>().join(" "),
        };
        called::is_call(one) && (Command { line: &line }).doubt().is_none()
    })
}

/// Whether what a command printed as errors tells of none.
fn is_quiet(text: &str) -> bool {
    text.trim().is_empty() || failed_call::is_harmless(text)
}

/// Whether the lines of an output are the output itself.
fn is_same(object: &Object<'_>, key: &str, text: &str) -> bool {
    let Some(lines) = object.get(key) else {
        return true;
    };
    let lines = lines.elements();
    let mut lines = lines.iter().map(|line| line.as_str());
    text.lines()
        .all(|line| lines.next().flatten().is_some_and(|own| own == line))
        && lines.next().is_none()
}
