//! What the words of an error say that it was about.

use crate::cloudtrail::arn;
use crate::recognise::facts::Named;

/// The letters and digits that a text begins with.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The service and the operation that an error says may not be performed:
/// `perform: sts:AssumeRole`.
pub(super) fn asked(text: &str) -> (Option<&str>, Option<&str>) {
    let Some((_, rest)) = text.split_once("to perform: ") else {
        return (None, None);
    };
    let service = rest.split(':').next().filter(|service| {
        !service.is_empty()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let operation = service
        .and_then(|service| rest.get(service.len() + 1..))
        .map(word)
        .filter(|word| !word.is_empty());
    (service, operation)
}

/// The account that was to be asked: of the role that could not be assumed, of
/// the user that had not found the trail, of the caller who was denied.
pub(super) fn account_of<'t>(text: &'t str, operation: &str) -> Option<&'t str> {
    let of_arn = |text: &'t str| {
        let arn = text.get(text.find("arn:aws")?..)?;
        arn.split(':')
            .nth(4)
            .filter(|account| arn::is_account(account))
    };
    if operation.starts_with("AssumeRole") {
        let (_, target) = text.split_once("on resource: ")?;
        return of_arn(target);
    }
    let user = text
        .split_once("for the user: ")
        .map(|(_, rest)| word(rest));
    user.filter(|account| arn::is_account(account))
        .or_else(|| of_arn(text.split_once("User: ")?.1))
}

/// The host of AWS that an error names.
pub(super) fn host_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let host = rest.split(['/', '"', '\'', ' ', ':']).next()?;
    host.contains("amazonaws").then_some(host)
}

/// The service of that host: `logs` of `logs.us-east-1.amazonaws.com`.
pub(super) fn endpoint_of(text: &str) -> Option<&str> {
    host_of(text)?.split('.').next()
}

/// The region of that host.
pub(super) fn region_of(text: &str) -> Option<&str> {
    let mut labels = host_of(text)?.split('.');
    labels.find(|label| arn::region_in(label).as_deref() == Some(*label))
}

pub(super) fn excerpt(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 300 {
        line.to_owned()
    } else {
        line.chars().take(299).chain(['…']).collect()
    }
}

/// `Unknown trail: NAME for the user: ACCOUNT` names the trail asked for.
pub(super) fn unknown_trail(rest: &str) -> Named {
    let Some((_, rest)) = rest.split_once("Unknown trail: ") else {
        return Named::No;
    };
    let word = rest
        .split(' ')
        .next()
        .unwrap_or("")
        .trim_end_matches(['.', ',']);
    // The ARN that the error shows is made of the region that was asked and the
    // name that was given; only the name was the caller's.
    let name = arn::trail_arn(word).map_or(word, |arn| arn.name);
    let word = if name.is_empty() { word } else { name };
    if word.is_empty() || word.contains('$') {
        Named::No
    } else {
        Named::Name(word.into())
    }
}
