//! The digest of a bundle's file as OPA takes it.
//!
//! Of a Rego file it is that of the bytes. Of a JSON document it is that of the
//! document with its keys sorted and without the space between its parts, so
//! that a signature holds however the file was laid out; numbers count as they
//! are spelled.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

use crate::policy::yaml;

/// The digest of a file by an algorithm of OPA's name.
///
/// # Errors
/// Why there is none.
pub(super) fn digest(name: &str, bytes: &[u8], algorithm: &str) -> Result<Vec<u8>, String> {
    let canonical;
    let bytes = match name.rsplit('/').next().unwrap_or(name) {
        "data.json" | ".manifest" => {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            canonical = written(text)?;
            canonical.as_bytes()
        }
        "data.yaml" => {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            let value = yaml::to_json(text)?.ok_or("it has no JSON form")?;
            canonical = written(&value.to_string())?;
            canonical.as_bytes()
        }
        _ => bytes,
    };
    Ok(match algorithm {
        "SHA-224" => Sha224::digest(bytes).to_vec(),
        "SHA-256" => Sha256::digest(bytes).to_vec(),
        "SHA-384" => Sha384::digest(bytes).to_vec(),
        "SHA-512" => Sha512::digest(bytes).to_vec(),
        "SHA-512-224" => Sha512_224::digest(bytes).to_vec(),
        "SHA-512-256" => Sha512_256::digest(bytes).to_vec(),
        "" => return Err("the signature names no algorithm for it".to_owned()),
        "MD5" | "SHA-1" => return Err(format!("`{algorithm}` no longer proves anything")),
        other => return Err(format!("the algorithm `{other}` is not known")),
    })
}

/// A document in the one form that is hashed.
fn written(text: &str) -> Result<String, String> {
    // It refuses what is nested too deep for the walk below.
    let document: Result<Value, _> = serde_json::from_str(text);
    document.map_err(|error| error.to_string())?;
    let mut out = String::new();
    write(text, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn write(text: &str, out: &mut String) -> Result<(), serde_json::Error> {
    let text = text.trim();
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(&key, out)?;
                out.push(':');
                write(value.get(), out)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            out.push('[');
            for (index, item) in items.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item.get(), out)?;
            }
            out.push(']');
        }
        Some(b'"') => write_text(&serde_json::from_str::<String>(text)?, out)?,
        _ => out.push_str(text),
    }
    Ok(())
}

/// A text as Go's encoder writes it: it escapes the two line separators that
/// JavaScript doesn't take.
fn write_text(text: &str, out: &mut String) -> Result<(), serde_json::Error> {
    let written = serde_json::to_string(text)?;
    out.push_str(
        &written
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029"),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_document_is_hashed_in_one_form_with_its_numbers_as_they_are_spelled() {
        let text = "{ \"b\": [1.0, 1e2, {\"z\": null, \"a\": \"<\\u2028\\u0041\"}],\n \"a\": 123456789012345678901234567890 }";
        assert_eq!(
            written(text).unwrap(),
            "{\"a\":123456789012345678901234567890,\"b\":[1.0,1e2,{\"a\":\"<\\u2028A\",\"z\":null}]}"
        );
        assert!(written("{\"a\": 1} 2").is_err());
    }
}
