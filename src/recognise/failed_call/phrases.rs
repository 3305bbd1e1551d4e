//! What tools say that failed before AWS answered: no credentials, no region, no
//! way to the endpoint, no tool at all.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::CallError;
use super::line::Line;

/// A phrase in lower case, and a word for its kind; the longer before those that
/// begin like them.
const PLAIN: [(&str, &str); 117] = [
    ("unknown output type", "Usage"),
    ("bad value for --query", "Usage"),
    ("exiting with rc 1", "Usage"),
    ("exiting with rc 2", "Usage"),
    ("unknown command: aws", "CommandNotFound"),
    ("the docker daemon", "CommandNotFound"),
    ("error response from daemon", "CommandNotFound"),
    ("explicit deny in a service control policy", "AccessDenied"),
    ("invalid mfa one time pass code", "NoCredentials"),
    (
        "terminal is required to read the password",
        "CommandNotFound",
    ),
    ("unable to locate credentials", "NoCredentials"),
    ("unable to load credentials", "NoCredentials"),
    ("unable to load aws credentials", "NoCredentials"),
    ("unable to find credentials", "NoCredentials"),
    ("could not load credentials", "NoCredentials"),
    ("missing credentials", "NoCredentials"),
    ("no credentials specified", "NoCredentials"),
    ("no credentials in config", "NoCredentials"),
    ("no valid credential sources", "NoCredentials"),
    ("no valid providers in chain", "NoCredentials"),
    ("nocredentialproviders", "NoCredentials"),
    ("nocredentialserror", "NoCredentials"),
    ("missingcredentialserror", "NoCredentials"),
    ("credentials could not be found", "NoCredentials"),
    ("no ec2 imds role found", "NoCredentials"),
    ("failed to refresh cached credentials", "NoCredentials"),
    ("failed to retrieve credentials", "NoCredentials"),
    ("failed to get credentials", "NoCredentials"),
    ("error when retrieving credentials", "NoCredentials"),
    ("error retrieving credentials", "NoCredentials"),
    ("partial credentials found", "PartialCredentials"),
    ("token has expired", "ExpiredToken"),
    ("token is expired", "ExpiredToken"),
    ("security token included in the request is", "ExpiredToken"),
    ("session has expired", "ExpiredToken"),
    ("session is expired", "ExpiredToken"),
    ("session expired", "ExpiredToken"),
    ("credentials have expired", "ExpiredToken"),
    (
        "credentials were refreshed, but the refreshed credentials are still expired",
        "ExpiredToken",
    ),
    ("please reauthenticate", "ExpiredToken"),
    ("please re-authenticate", "ExpiredToken"),
    (
        "sso session associated with this profile",
        "SSOTokenLoadError",
    ),
    ("error loading sso token", "SSOTokenLoadError"),
    ("to refresh this sso session", "SSOTokenLoadError"),
    ("sso token", "SSOTokenLoadError"),
    ("missing the following required sso", "SSOTokenLoadError"),
    (SIGN_IN, "SSOTokenLoadError"),
    ("error loading login", "SSOTokenLoadError"),
    ("run aws sso login", "SSOTokenLoadError"),
    ("using 'aws login'", "SSOTokenLoadError"),
    ("run 'aws login'", "SSOTokenLoadError"),
    ("run `aws login`", "SSOTokenLoadError"),
    ("the config profile (", "ProfileNotFound"),
    ("could not be found. available profiles", "ProfileNotFound"),
    ("failed to get shared config profile", "ProfileNotFound"),
    ("profile could not be found", "ProfileNotFound"),
    ("unable to parse config file", "ProfileNotFound"),
    ("config file could not be parsed", "ProfileNotFound"),
    (
        "infinite loop in credential configuration",
        "ProfileNotFound",
    ),
    ("configuration profile", "ProfileNotFound"),
    ("you must specify a region", "NoRegion"),
    ("no region specified", "NoRegion"),
    ("missing region in config", "NoRegion"),
    ("region is missing", "NoRegion"),
    ("missingregion", "NoRegion"),
    ("unable to find a region", "NoRegion"),
    ("unable to load region", "NoRegion"),
    ("provided region_name", "NoRegion"),
    ("invalid endpoint:", "NoRegion"),
    (
        "could not connect to the endpoint",
        "EndpointConnectionError",
    ),
    ("connect timeout on endpoint", "ConnectTimeoutError"),
    ("read timeout on endpoint", "ConnectTimeoutError"),
    (
        "connection was closed before we received",
        "EndpointConnectionError",
    ),
    ("unable to execute http request", "EndpointConnectionError"),
    ("failed to connect to proxy", "ProxyConnectionError"),
    ("cannot connect to proxy", "ProxyConnectionError"),
    ("unable to connect to proxy", "ProxyConnectionError"),
    ("proxy authentication required", "ProxyConnectionError"),
    ("tunnel connection failed", "ProxyConnectionError"),
    ("ssl validation failed", "SSLError"),
    ("certificate_verify_failed", "SSLError"),
    ("certificate verify failed", "SSLError"),
    ("certificate signed by unknown authority", "SSLError"),
    ("unable to get local issuer certificate", "SSLError"),
    ("pkix path building failed", "SSLError"),
    ("ssl handshake", "SSLError"),
    ("tls handshake", "SSLError"),
    ("no such host", "EndpointConnectionError"),
    ("name or service not known", "EndpointConnectionError"),
    (
        "temporary failure in name resolution",
        "EndpointConnectionError",
    ),
    ("nodename nor servname provided", "EndpointConnectionError"),
    ("could not resolve host", "EndpointConnectionError"),
    ("getaddrinfo", "EndpointConnectionError"),
    (
        "remote name could not be resolved",
        "EndpointConnectionError",
    ),
    ("network is unreachable", "EndpointConnectionError"),
    ("connection refused", "EndpointConnectionError"),
    ("connection reset by peer", "EndpointConnectionError"),
    ("i/o timeout", "ConnectTimeoutError"),
    ("context deadline exceeded", "ConnectTimeoutError"),
    ("signature expired", "RequestExpired"),
    ("the following arguments are required", "Usage"),
    ("parameter validation failed", "Usage"),
    ("invalid choice:", "Usage"),
    ("unknown options:", "Usage"),
    ("aws: error:", "Usage"),
    ("usage: aws", "Usage"),
    ("command not found", "CommandNotFound"),
    ("is not recognized as", "CommandNotFound"),
    ("aws: not found", "CommandNotFound"),
    // What Windows says in other languages than English.
    ("konnte nicht gefunden werden", "CommandNotFound"),
    ("est pas reconnu", "CommandNotFound"),
    ("no se reconoce", "CommandNotFound"),
    ("riconosciuto come", "CommandNotFound"),
    ("reconhecido como", "CommandNotFound"),
    ("enter mfa code for", "NoCredentials"),
    ("unable to redirect output to pager", "Usage"),
    ("no module named", "CommandNotFound"),
];

/// Whether a line begins with one of the phrases, as a sentence does: what stands
/// above it is another error's.
pub(super) fn begins(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_uppercase())
        && PLAIN.iter().any(|(phrase, _)| {
            let start = line.get(..phrase.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(phrase))
        })
}

/// Whether one of the phrases stands in a line in lower case.
pub(super) fn is_said(line: &str) -> bool {
    PLAIN.iter().any(|(phrase, _)| line.contains(phrase))
}

/// What finds each of the phrases, and its word.
static FINDERS: LazyLock<Vec<(Finder<'static>, &str)>> = LazyLock::new(|| {
    PLAIN
        .map(|(phrase, word)| (Finder::new(phrase), word))
        .into()
});

/// The errors of a stretch of a text that name no code of AWS, one a kind.
pub(super) fn plain(line: &Line, range: Range<usize>) -> Vec<CallError> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut known = HashSet::new();
    let Some(stretch) = line.lower.get(range.clone()) else {
        return Vec::new();
    };
    for (phrase, word) in FINDERS.iter() {
        // One text says the same in several of these phrases; a command above
        // tells one that failed from the next that did.
        for at in phrase.find_iter(stretch.as_bytes()) {
            let at = range.start + at;
            if phrase.needle() == SIGN_IN.as_bytes() && is_signed_in(line, at) {
                continue;
            }
            if known.insert((line.number(at), word)) {
                found.push((at, word));
            }
        }
    }
    found.sort_unstable();
    let errors = found.into_iter().map(|(at, word)| {
        let (start, end) = line.block_of(at);
        let text = line.slice(at, end);
        // What is said before the phrase tells of the endpoint and the call too.
        let text = if text.len() < 200 {
            line.slice(start, end)
        } else {
            text
        };
        line.error(at, text.trim(), None, Some(word.to_owned()))
    });
    errors.collect()
}

/// What `aws sso login` says while it waits for the browser.
const SIGN_IN: &str = "sso authorization";

/// Whether what was waited for at some place came about.
fn is_signed_in(line: &Line, at: usize) -> bool {
    let rest = line.lower.get(at..).unwrap_or_default();
    let near = rest.get(..rest.floor_char_boundary(2048)).unwrap_or(rest);
    near.contains("successfully logged into")
}

/// What an error of any tool has, in lower case.
const WORDS: [&str; 44] = [
    "error:",
    "error ",
    "error(",
    "[error]",
    "exception",
    "fatal:",
    "panic:",
    "traceback (most recent",
    "access denied",
    "accessdenied",
    "access is denied",
    "permission denied",
    "operation not permitted",
    "not authorized",
    "not authorised",
    "unauthorized",
    "forbidden",
    "unable to ",
    "could not ",
    "couldn't ",
    "failed to ",
    "failed:",
    "failure:",
    "timed out",
    "timeout",
    "expired",
    "no such file",
    "not found",
    "not recognized",
    "not recognised",
    "not installed",
    "not supported",
    "refused",
    "throttl",
    "rate exceeded",
    "too many requests",
    "service unavailable",
    "internal server error",
    "bad gateway",
    "killed",
    "segmentation fault",
    "terminated",
    "keyboardinterrupt",
    "no space left",
];

/// A word of AWS or of signing in, without which a line of prose is no error.
const CONTEXT: [&str; 14] = [
    "aws",
    "amazon",
    "credential",
    "token",
    "profile",
    "region",
    "endpoint",
    "sso",
    "session",
    "ssl",
    "proxy",
    "log in",
    "login",
    "sign in",
];

/// Words that make a sentence with one of [`CONTEXT`] an error.
const NEEDS: [&str; 10] = [
    "invalid",
    "missing",
    "must ",
    "cannot ",
    "can't ",
    "denied",
    "failed",
    "please ",
    "not valid",
    "no longer",
];

/// What a query or a script prints where it got nothing.
const NOTHING: [&str; 14] = [
    "failed",
    "failure",
    "not collected",
    "skipped",
    "denied",
    "no access",
    "none",
    "null",
    "nil",
    "undefined",
    "n/a",
    "$null",
    "nan",
    "no output",
];

/// Whether a line is what a shell says of a program that it didn't find, in
/// whichever language: `bash: aws: …`.
fn is_of_shell(line: &str) -> bool {
    let mut parts = line.split([':', '\u{ff1a}']).map(str::trim);
    let first = parts.next().unwrap_or_default();
    let program = first.rsplit('/').next().unwrap_or_default();
    let is_shell = matches!(program, "bash" | "dash" | "fish" | "ksh" | "sh" | "zsh");
    (is_shell || program.ends_with(".sh")) && parts.any(|part| matches!(part, "aws" | "aws.exe"))
}

pub(super) fn unknown(line: &Line) -> Option<CallError> {
    const MOST_LINES: usize = 12;
    const MOST_BYTES: usize = 2048;
    let text = line.text.trim();
    let lower = line.lower.trim();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let is_short = text.len() <= MOST_BYTES && lower.split('\n').count() <= MOST_LINES;
    let is_error = NOTHING.contains(&lower)
        || (is_short && lower.lines().any(is_of_shell))
        || lower.contains("traceback (most recent call last)")
        || (is_short
            && (holds(&WORDS) || lower.ends_with("error") || (holds(&CONTEXT) && holds(&NEEDS))));
    is_error.then(|| line.error(0, text, None, None))
}
