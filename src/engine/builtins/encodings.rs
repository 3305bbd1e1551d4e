//! Encodings as Go reads and writes them. What they decode to is a text, or an
//! error: bytes that are none OPA hands on as they are.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regorus::Value;

use super::{Made, Refused, sizes, text};

fn is_text(name: &str, bytes: Vec<u8>) -> Result<Made, Refused> {
    sizes::bounded(name, bytes.len())?;
    match String::from_utf8(bytes) {
        Ok(decoded) => Ok(Made::Value(decoded.into())),
        Err(_) => Err(Refused(format!("`{name}` gives bytes that are no text"))),
    }
}

/// Go passes over line ends, and takes bits that say nothing.
fn base64(alphabet: &Alphabet, encoded: &str, is_padded: bool) -> Option<Vec<u8>> {
    let padding = if is_padded {
        DecodePaddingMode::RequireCanonical
    } else {
        DecodePaddingMode::RequireNone
    };
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(padding);
    let plain: String = encoded
        .chars()
        .filter(|sign| !matches!(sign, '\r' | '\n'))
        .collect();
    GeneralPurpose::new(alphabet, config).decode(plain).ok()
}

fn decoded(name: &str, bytes: Option<Vec<u8>>) -> Result<Made, Refused> {
    let refuse = || Refused(format!("`{name}` is given no base64"));
    is_text(name, bytes.ok_or_else(refuse)?)
}

/// `base64.decode(x)`.
pub(super) fn base64_decode(arguments: &[Value]) -> Result<Made, Refused> {
    let encoded = text("base64.decode", arguments, 0)?;
    decoded("base64.decode", base64(&STANDARD, encoded, true))
}

/// `base64.is_valid(x)`.
pub(super) fn base64_is_valid(arguments: &[Value]) -> Result<Made, Refused> {
    let is_valid = match arguments.first() {
        Some(Value::String(encoded)) => base64(&STANDARD, encoded, true).is_some(),
        _ => false,
    };
    Ok(Made::Value(Value::Bool(is_valid)))
}

/// `base64url.decode(x)`.
pub(super) fn base64url_decode(arguments: &[Value]) -> Result<Made, Refused> {
    let encoded = text("base64url.decode", arguments, 0)?;
    let is_padded = encoded.ends_with('=');
    decoded("base64url.decode", base64(&URL_SAFE, encoded, is_padded))
}

/// `hex.decode(x)`.
pub(super) fn hex_decode(arguments: &[Value]) -> Result<Made, Refused> {
    let encoded = text("hex.decode", arguments, 0)?;
    let pairs = encoded.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        let is_hex = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        u8::from_str_radix(pair, 16).ok().filter(|_| is_hex)
    });
    let refuse = || Refused("`hex.decode` is given no hexadecimal digits".to_owned());
    is_text(
        "hex.decode",
        pairs.collect::<Option<_>>().ok_or_else(refuse)?,
    )
}

/// What Go's `url.QueryUnescape` gives.
fn unescaped(name: &str, escaped: &str) -> Result<String, Refused> {
    let refuse = || Refused(format!("`{name}` is given a `%` without two digits"));
    let mut bytes = Vec::new();
    let mut signs = escaped.bytes();
    while let Some(sign) = signs.next() {
        bytes.push(match sign {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(signs.next()?).to_digit(16);
                let code = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                code.and_then(|code| u8::try_from(code).ok())
                    .ok_or_else(refuse)?
            }
            sign => sign,
        });
    }
    String::from_utf8(bytes).map_err(|_| Refused(format!("`{name}` gives bytes that are no text")))
}

/// `urlquery.decode(x)`.
pub(super) fn query_decode(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "urlquery.decode";
    let escaped = text(NAME, arguments, 0)?;
    Ok(Made::Value(unescaped(NAME, escaped)?.into()))
}

/// `urlquery.decode_object(x)`.
pub(super) fn query_decode_object(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "urlquery.decode_object";
    let escaped = text(NAME, arguments, 0)?;
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for part in escaped.split('&').filter(|part| !part.is_empty()) {
        if part.contains(';') {
            return Err(Refused(format!("`{NAME}` is given a `;`")));
        }
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = unescaped(NAME, value)?;
        let values = found.entry(unescaped(NAME, key)?).or_default();
        values.push(value.into());
    }
    let found = found
        .into_iter()
        .map(|(key, values)| (key.into(), values.into()));
    Ok(Made::Value(
        found.collect::<BTreeMap<Value, Value>>().into(),
    ))
}

fn escape(plain: &str, escaped: &mut String) {
    for byte in plain.bytes() {
        match byte {
            b' ' => escaped.push('+'),
            b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// `urlquery.encode(x)`.
pub(super) fn query_encode(arguments: &[Value]) -> Result<Made, Refused> {
    let mut encoded = String::new();
    escape(text("urlquery.encode", arguments, 0)?, &mut encoded);
    sizes::bounded("urlquery.encode", encoded.len())?;
    Ok(Made::Value(encoded.into()))
}

/// `urlquery.encode_object(x)`.
pub(super) fn query_encode_object(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "urlquery.encode_object";
    let refuse = || Refused(format!("`{NAME}` expects an object of texts"));
    let Some(Value::Object(members)) = arguments.first() else {
        return Err(refuse());
    };
    sizes::written(arguments)?;
    let mut encoded = String::new();
    for (key, value) in members.iter_sorted() {
        let Value::String(key) = key else {
            return Err(refuse());
        };
        let values: Vec<&Value> = match value {
            Value::Array(values) => values.iter().collect(),
            Value::Set(values) => values.iter_sorted().collect(),
            value => vec![value],
        };
        for value in values {
            let Value::String(value) = value else {
                return Err(refuse());
            };
            if !encoded.is_empty() {
                encoded.push('&');
            }
            escape(key, &mut encoded);
            encoded.push('=');
            escape(value, &mut encoded);
        }
    }
    sizes::bounded(NAME, encoded.len())?;
    Ok(Made::Value(encoded.into()))
}
