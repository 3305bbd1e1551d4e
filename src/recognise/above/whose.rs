//! Whose credentials a command ran with.

use crate::document::command::Command;
use crate::recognise::session::Session;

/// Programs that are given the name of a profile, and run a command with it.
const VAULTS: [&str; 6] = [
    "assume",
    "aws-okta",
    "aws-vault",
    "awsume",
    "granted",
    "saml2aws",
];

/// Whose credentials a command ran with, as far as its line and its shell show;
/// the same words for the same credentials.
pub(super) fn credentials(command: &Command<'_>, session: &Session) -> Option<String> {
    if let Some(inner) = command.inner() {
        let whose = credentials(&inner, session);
        return together(command.in_front(), whose);
    }
    let given = ["--profile", "-ProfileName"];
    let given = given.iter().flat_map(|option| command.given(option));
    let profile = given.flatten().last();
    let profile = profile.map(|word| session.word(word).unwrap_or(word));
    let front = command.in_front();
    let vault = front.as_deref().and_then(of_vault);
    let front = front.filter(|_| vault.is_none());
    // What is set in front of a command counts whatever the shell holds.
    let own = session.of(command);
    let set = own.set().filter(|set| Some(*set) != session.set());
    let whose = match profile.or(vault) {
        Some(profile) => Some(format!("profile {profile}")),
        None => set.map(ToOwned::to_owned).or_else(|| session.whose()),
    };
    together(front, whose)
}

/// What stands in front of a command and whose credentials it was given there.
fn together(front: Option<Vec<&str>>, whose: Option<String>) -> Option<String> {
    let front = front.map(|words| format!("`{}`", words.join(" ")));
    let both: Vec<String> = front.into_iter().chain(whose).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// The profile in `aws-vault exec prod -- aws …` and `assume prod`.
fn of_vault<'a>(front: &[&'a str]) -> Option<&'a str> {
    let at = front.iter().position(|word| VAULTS.contains(word))?;
    let mut behind = front.iter().skip(at + 1).copied();
    let profile = behind.find(|word| *word != "exec")?;
    (!profile.starts_with('-')).then_some(profile)
}
