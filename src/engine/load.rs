//! The files of a policy set, read by regorus.

use std::num::{NonZeroU32, NonZeroUsize};

use regorus::Engine;
use regorus::unstable::{Module as Tree, Ref};
use regorus::utils::limits::PolicyLengthConfig;

use super::caught::caught;
use super::error::{EngineError, reported};
use super::optimize::Optimized;
use super::rewrite::Rewritten;
use super::{builtins, rewrite};
use crate::policy::{Module, PolicyError, PolicyProblem, SourceFile, code};

/// What to do about Rego from before its first version, and from after what
/// the engine knows.
fn way_on(problem: &PolicyProblem) -> Option<&'static str> {
    let (before, after) = problem.file.text.split_at_checked(problem.span.start)?;
    let line = format!(
        "{}{}",
        before.rsplit('\n').next().unwrap_or_default(),
        after.lines().next().unwrap_or_default()
    );
    if problem.message.starts_with("`if` keyword") {
        Some(
            "policies are Rego v1: `name contains member if { ... }`, `name := value if { ... }`; `opa fmt --write --v0-v1` rewrites older files",
        )
    } else if problem.message.starts_with("this import shadows") {
        Some("take it out: every word that Rego has is one here, and one import of it is enough")
    } else if ["$\"", "$`"].iter().any(|sign| line.contains(sign)) {
        Some("the engine knows no `$\"...\"`; write `sprintf(\"... %s\", [value])`")
    } else {
        None
    }
}

/// An engine with these modules and nothing else, as strict as it gets, with
/// the modules rewritten so that they mean what they mean to OPA.
pub(super) fn compile<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
) -> Result<Engine, EngineError> {
    let modules: Vec<&Module> = modules.into_iter().collect();
    compiled(&rewrite::rewritten(&modules))
}

/// The same, of modules that were rewritten before.
pub(super) fn compiled(files: &[Rewritten]) -> Result<Engine, EngineError> {
    let mut engine = loaded(files.iter().map(|one| (&one.file, one.text())))?;
    builtins::mend(&mut engine);
    Ok(engine)
}

/// How long a file may be, and its lines. regorus's own bounds are lower than
/// what people write, and a rewritten file is longer than its author's.
const LENGTH: PolicyLengthConfig = PolicyLengthConfig {
    max_col: NonZeroU32::new(1 << 20).unwrap(),
    max_file_bytes: NonZeroUsize::new(16 << 20).unwrap(),
    max_lines: NonZeroUsize::new(1 << 20).unwrap(),
};

/// An engine as strict as it gets.
fn empty() -> Engine {
    let mut engine = Engine::new();
    engine.set_policy_length_config(LENGTH);
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    engine
}

/// An engine with an optimized program.
pub(super) fn engine_of(program: &Optimized) -> Option<Engine> {
    let mut engine = empty();
    for (name, text) in &program.files {
        engine.add_policy(name.clone(), text.clone()).ok()?;
    }
    builtins::mend(&mut engine);
    builtins::mend_short(&mut engine);
    Some(engine)
}

/// The modules as they are written, for their trees. Nothing is evaluated
/// with this engine.
pub(super) fn as_written<'a>(
    modules: impl IntoIterator<Item = &'a Module>,
) -> Result<Engine, EngineError> {
    let files = modules.into_iter().map(|module| &module.file);
    loaded(files.map(|file| (file, file.text.as_ref())))
}

/// A text in which no line goes on with a bracket what the line before it ends: to
/// regorus `x` and `(y)` below it are a call of `x`. A `;` takes the place of the last
/// space before such a bracket, so that everything stays where it is.
fn apart(text: &str) -> String {
    const GO_ON: [&str; 11] = [
        "as", "contains", "default", "else", "every", "if", "import", "in", "not", "some", "with",
    ];
    let mut bytes = Vec::new();
    // The last sign that is no space, the word that ends with it, and whether spaces
    // and a line have ended since.
    let (mut last, mut word, mut is_apart, mut is_new_line) = (' ', String::new(), false, false);
    for (at, sign) in code(text) {
        if sign.is_whitespace() {
            is_apart = true;
            is_new_line |= sign == '\n';
            continue;
        }
        let is_end = last.is_alphanumeric() || "_)]}\"`".contains(last);
        if sign == '(' && is_new_line && is_end && !GO_ON.contains(&word.as_str()) {
            bytes.push(at.saturating_sub(1));
        }
        if is_apart || !(last.is_alphanumeric() || last == '_') {
            word.clear();
        }
        word.push(sign);
        (last, is_apart, is_new_line) = (sign, false, false);
    }
    let mut text = text.to_owned();
    for at in bytes {
        if matches!(text.get(at..at.saturating_add(1)), Some(" " | "\t")) {
            text.replace_range(at..at.saturating_add(1), ";");
        }
    }
    text
}

/// The tree of one text, where it is Rego.
pub(super) fn parsed(name: &str, text: &str) -> Option<Ref<Tree>> {
    let mut engine = Engine::new();
    engine.set_policy_length_config(LENGTH);
    let added = caught(|| engine.add_policy(name.to_owned(), apart(text)));
    added.ok()?.ok()?;
    engine.get_modules().first().cloned()
}

/// An error in a line so long that regorus panics when it points into it: it pads the
/// mark with as many spaces, and no text is padded by more than 65,535.
pub(super) fn in_a_long_line(file: &SourceFile) -> PolicyProblem {
    let longest = file.text.lines().max_by_key(|line| line.len());
    let start = longest.map_or(0, |line| {
        let at = line.as_ptr().addr();
        at.saturating_sub(file.text.as_ptr().addr())
    });
    PolicyProblem::new(
        "rego-syntax",
        file,
        start..start.saturating_add(1),
        format!("`{}` can't be read", file.shown),
        "an error is somewhere in this line, the longest",
    )
    .with_help(
        "break the line: what is wrong is told at its place in lines of less than 65,536 columns",
    )
}

fn loaded<'a>(
    files: impl Iterator<Item = (&'a SourceFile, &'a str)>,
) -> Result<Engine, EngineError> {
    let mut engine = empty();
    let mut problems = Vec::new();
    for (file, text) in files {
        let Ok(added) = caught(|| engine.add_policy(file.name.clone(), apart(text))) else {
            problems.push(in_a_long_line(file));
            continue;
        };
        if let Err(error) = added {
            let error = reported(&error.to_string());
            // The place that would follow is left out.
            let told = |mut problem: PolicyProblem| {
                let end = problem.message.trim_end_matches(" defined at").len();
                problem.message.truncate(end);
                problem
            };
            match error.problem("rego-syntax", [file]).map(told) {
                Some(problem) => problems.push(match way_on(&problem) {
                    Some(help) => problem.with_help(help),
                    None => problem,
                }),
                None => {
                    return Err(EngineError::Failed {
                        policy: file.shown.clone(),
                        message: error.message,
                    });
                }
            }
        }
    }
    PolicyError::check(problems)?;
    Ok(engine)
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn a_bracket_on_a_new_line_calls_nothing() {
        for (text, expected) in [
            ("\tt\n\t(u in q) == false", "\tt\n;(u in q) == false"),
            (
                "q[\"a\"] # of t\n\n  (1 == 1)",
                "q[\"a\"] # of t\n\n ;(1 == 1)",
            ),
            ("some u in\n\t(t)", "some u in\n\t(t)"),
            ("not\n\t(u)", "not\n\t(u)"),
            ("nothing\n\t(u)", "nothing\n;(u)"),
            ("1 +\n\t(u)", "1 +\n\t(u)"),
            ("count(\n\t(u)\n)", "count(\n\t(u)\n)"),
            ("f (u)\n(v)", "f (u)\n(v)"),
            ("x := `\n\tt\n\t(u)`", "x := `\n\tt\n\t(u)`"),
        ] {
            assert_eq!(apart(text), expected);
        }
    }
}
