//! Errors in the words of the SDKs: Go, Java, PHP, Ruby, and whatever ends in
//! `Exception` (JavaScript, .NET, PowerShell, Python).

use super::CallError;
use super::about::word;
use super::line::Line;
use crate::recognise::facts::Call;
use crate::recognise::vocabulary;

/// Reads the error that stands at one of the openings.
pub(super) fn read(line: &Line, start: usize, end: usize) -> Option<CallError> {
    let text = line.slice(start, end);
    let lower = line.lower.get(start..end)?;
    if lower.starts_with("operation error ") {
        let (service, rest) = text.get("operation error ".len()..)?.split_once(": ")?;
        let code = text
            .split_once("api error ")
            .map(|(_, rest)| word(rest).to_owned());
        let error = line.error(start, text, Some(word(rest)), code);
        return Some(of_service(error, service));
    }
    if lower.starts_with("error executing \"") {
        let operation = word(text.get("error executing \"".len()..)?);
        return Some(line.error(start, text, Some(operation), code_in(text)));
    }
    if lower.starts_with("::errors::") {
        let (before, _) = line.block_of(start);
        let service = line
            .slice(before, start)
            .rsplit("::")
            .next()
            .unwrap_or_default();
        let code = word(text.get("::errors::".len()..)?).to_owned();
        let (whole, end) = line.block_of(start);
        let error = line.error(start, line.slice(whole, end).trim(), None, Some(code));
        return Some(of_service(error, service));
    }
    if lower.starts_with("(service: ") {
        let service = text.get("(service: ".len()..)?;
        let service = service.split([';', ',', ')']).next().unwrap_or_default();
        let code = text
            .split_once("Error Code: ")
            .map(|(_, rest)| word(rest).to_owned());
        let (whole, _) = line.block_of(start);
        let message = line.slice(whole, end).trim();
        let code = code.or_else(|| code_in(message));
        return Some(of_service(line.error(start, message, None, code), service));
    }
    None
}

/// An error that names a service and no call hides no trails, if the service
/// tells nothing of any.
fn of_service(mut error: CallError, service: &str) -> CallError {
    let bare = service
        .trim_start_matches("AWS")
        .trim_start_matches("Amazon")
        .trim();
    let bare: String = bare.chars().filter(char::is_ascii_alphanumeric).collect();
    if vocabulary::is_other_service(&bare) {
        match error.operation.as_deref() {
            Some(operation) => {
                error.hides_trails = Some(vocabulary::hides_trails(operation, Some(&bare)));
            }
            None if !bare.eq_ignore_ascii_case("ec2") => {
                error.call = Some(Call::Other);
                error.hides_trails = Some(false);
            }
            None => {}
        }
    }
    error
}

/// The first word that is an exception's, where it stands as one: before a
/// colon or a bracket, or at the end of a line.
pub(super) fn exception(line: &Line) -> Option<CallError> {
    let text = &line.text;
    let mut at = 0;
    for one in text.split_inclusive(['\n', ' ']) {
        let start = at;
        at += one.len();
        let bare = one.trim_end();
        let is_last = one.ends_with('\n') || at >= text.len();
        let is_said =
            bare.ends_with([':', ']', ',', ';']) || is_last || text.get(at..)?.starts_with('(');
        let name = bare.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let name = name.rsplit(['.', '#', ':']).next().unwrap_or(name);
        if is_said && is_code(name) {
            let (whole, end) = line.block_of(start);
            let message = line.slice(whole, end).trim();
            return Some(line.error(start, message, None, Some(name.to_owned())));
        }
    }
    None
}

fn code_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| is_code(word)).map(str::to_owned)
}

/// Whether a word is a code of AWS or the name of an exception.
pub(crate) fn is_code(word: &str) -> bool {
    let is_word = word.len() > 6
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
        && word.bytes().any(|byte| byte.is_ascii_lowercase());
    let ends = [
        "Exception",
        "Error",
        "Denied",
        "Fault",
        "Expired",
        "Failure",
        "NotFound",
        "Required",
    ];
    let starts = [
        "InvalidClient",
        "InvalidToken",
        "InvalidAction",
        "InvalidGrant",
        "Unrecognized",
        "Throttling",
        "ExpiredToken",
        "MissingAuth",
        "Unauthorized",
        "NoSuch",
        "NoRegion",
        "NoCredentials",
        "RequestLimit",
    ];
    is_word
        && (ends.iter().any(|end| word.ends_with(end))
            || starts.iter().any(|start| word.starts_with(start)))
}
