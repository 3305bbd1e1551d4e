//! The headers of an answer that was recorded with them: when it was given, and
//! by whom.
//!
//! AWS answers under an id of its own and with headers that are known. Those of
//! a server that is none of AWS's, or of a cache, say that something else spoke.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::cloudtrail::keys;
use crate::document::json::{Kind, Node};
use crate::document::object::Object;
use crate::recognise::no_state;
use crate::time;

/// The id that AWS gives an answer (API reference, "Common Errors").
const IDS: [&str; 3] = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];

/// Further headers that AWS's endpoints send, in lower case.
const KNOWN: [&str; 16] = [
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "x-amz-crc32",
    "x-amz-id-2",
    "x-amzn-errortype",
    "x-amzn-trace-id",
    "x-content-type-options",
];

/// What AWS's endpoints call themselves, where they do.
const SERVERS: [&str; 5] = [
    "AmazonEC2",
    "AmazonS3",
    "CloudFront",
    "Server",
    "awselb/2.0",
];

/// What answers in AWS's place, as its headers call it.
const EMULATORS: [&str; 4] = ["localstack", "moto", "mock", "werkzeug"];

/// The longest object, in bytes, beside an answer that may hold its headers.
const LONGEST: usize = 16 * 1024;

/// The headers of one answer.
struct Headers(Vec<(String, String)>);

impl Headers {
    /// The headers that an object or a list of pairs holds.
    fn of(node: Node<'_>) -> Self {
        let value = |node: Node<'_>| {
            let first = match node.kind() {
                Kind::Array => node.elements().into_iter().next()?,
                _ => node,
            };
            let text = first.as_str().unwrap_or(Cow::Borrowed(first.text()));
            Some(text.into_owned())
        };
        let pair = |name: &str, node| Some((name.to_ascii_lowercase(), value(node)?));
        let all = match node.kind() {
            Kind::Object => {
                let members = Object::new(node).members.into_iter();
                members
                    .filter_map(|member| pair(&member.key, member.value))
                    .collect()
            }
            // HAR and boto's own list: `{name, value}`.
            Kind::Array => {
                let pairs = node.elements().into_iter().map(Object::new);
                pairs
                    .filter_map(|one| pair(&one.text("name")?, one.get("value")?))
                    .collect()
            }
            _ => Vec::new(),
        };
        Self(all)
    }

    fn has(&self, names: &[&str]) -> bool {
        self.0
            .iter()
            .any(|(name, _)| names.contains(&name.as_str()))
    }

    /// The header that says that AWS itself didn't answer.
    fn stranger(&self) -> Option<&(String, String)> {
        self.0.iter().find(|(name, value)| {
            let words = no_state::words(name);
            let of_emulator = words.iter().any(|word| EMULATORS.contains(&word.as_str()));
            let is_other = name == "server" && !SERVERS.contains(&value.trim());
            let is_kept = name == "x-cache" && value.to_ascii_lowercase().starts_with("hit");
            of_emulator || is_other || is_kept || name == "x-powered-by" || name == "age"
        })
    }

    /// Why AWS itself may not have answered.
    fn doubt(&self) -> Option<String> {
        let (name, value) = self.stranger()?;
        let value: String = value.chars().take(60).collect();
        Some(format!(
            "`{name}: {value}` stands among its headers: AWS itself didn't answer"
        ))
    }

    /// When AWS answered. Two dates that differ tell nothing.
    fn date(&self) -> Option<Timestamp> {
        let are_known = || {
            let mut names = self.0.iter().map(|(name, _)| name.as_str());
            names.all(|name| KNOWN.contains(&name))
        };
        if self.stranger().is_some() || !(self.has(&IDS) || are_known()) {
            return None;
        }
        let mut dates = self.0.iter().filter(|(name, _)| name == "date");
        let date = time::http_date(&dates.next()?.1);
        date.filter(|_| dates.all(|(_, other)| time::http_date(other) == date))
    }
}

/// The headers that stand beside an answer in an object: boto3 keeps them in
/// `ResponseMetadata`, the Java SDK in `sdkHttpMetadata`, cassettes and HAR
/// files beside the body.
fn beside<'a>(object: &Object<'a>) -> Option<Node<'a>> {
    let inner = |holder: &str, key: &str| object.get(holder)?.get(key);
    inner("ResponseMetadata", "HTTPHeaders")
        .or_else(|| inner("sdkHttpMetadata", "httpHeaders"))
        .or_else(|| object.get("headers"))
}

/// When AWS gave the answer that stands in an object, by its own `Date` header
/// (RFC 7231, 7.1.1.2).
pub(crate) fn date(object: &Object<'_>) -> Option<Timestamp> {
    Headers::of(beside(object)?).date()
}

/// When AWS gave the answer with these headers, and why it itself may not have.
pub(crate) fn of_pairs(pairs: Vec<(String, String)>) -> (Option<Timestamp>, Option<String>) {
    let headers = Headers(pairs);
    (headers.date(), headers.doubt())
}

/// Why AWS itself may not have given an answer: a header in an object beside it,
/// wherever it is kept there.
pub(crate) fn doubt(object: &Object<'_>) -> Option<String> {
    let mut members = object.members.iter();
    members.find_map(|member| within(&member.key, member.value, DEEPEST))
}

/// How deep headers lie beside an answer.
const DEEPEST: usize = 3;

fn within(key: &str, node: Node<'_>, depth: usize) -> Option<String> {
    let is_container = matches!(node.kind(), Kind::Object | Kind::Array);
    if !is_container || node.text().len() > LONGEST {
        return None;
    }
    if keys::fold(key).ends_with("headers") {
        return Headers::of(node).doubt();
    }
    let may_hold = memchr::memmem::find(node.text().as_bytes(), b"eaders\"").is_some();
    if depth == 0 || node.kind() != Kind::Object || !may_hold {
        return None;
    }
    let inner = Object::new(node);
    let mut members = inner.members.iter();
    members.find_map(|member| within(&member.key, member.value, depth - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Fri, 20 Nov 2026 12:00:00 GMT";

    fn object(headers: &str) -> String {
        format!(r#"{{"ResponseMetadata": {{"HTTPHeaders": {{"date": "{DATE}", {headers}}}}}}}"#)
    }

    #[test]
    fn the_headers_of_aws_tell_when_it_answered_and_no_others() {
        let read = |text: &str| {
            let object = Object::new(Node::parse(text).unwrap());
            (date(&object).is_some(), doubt(&object).is_some())
        };
        for (headers, is_dated, is_doubted) in [
            (
                r#""content-type": "application/x-amz-json-1.1""#,
                true,
                false,
            ),
            (
                r#""x-amzn-requestid": "1", "via": "1.1 proxy""#,
                true,
                false,
            ),
            (r#""server": "Server""#, true, false),
            (r#""x-something": "new""#, false, false),
            (r#""Date": "Thu, 19 Nov 2026 12:00:00 GMT""#, false, false),
            (r#""server": "Werkzeug/2.0""#, false, true),
            (
                r#""x-amzn-requestid": "1", "Server": "amazon.com""#,
                false,
                true,
            ),
            (
                r#""x-amzn-requestid": "1", "x-localstack": "true""#,
                false,
                true,
            ),
            (r#""X-Powered-By": "Express""#, false, true),
            (r#""x-amzn-requestid": "1", "age": "3600""#, false, true),
            (
                r#""x-amzn-requestid": "1", "x-cache": "Hit from cache""#,
                false,
                true,
            ),
        ] {
            assert_eq!(read(&object(headers)), (is_dated, is_doubted), "{headers}");
        }
        for text in [
            format!(r#"{{"headers": {{"Date": ["{DATE}"]}}}}"#),
            format!(r#"{{"headers": [{{"name": "Date", "value": "{DATE}"}}]}}"#),
            format!(r#"{{"sdkHttpMetadata": {{"httpHeaders": {{"Date": "{DATE}"}}}}}}"#),
        ] {
            assert_eq!(read(&text), (true, false), "{text}");
        }
        let nested =
            r#"{"meta": {"response": {"headers": [{"name": "Server", "value": "nginx"}]}}}"#;
        assert_eq!(read(nested), (false, true));
    }
}
