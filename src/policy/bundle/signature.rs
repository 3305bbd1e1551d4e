//! The `.signatures.json` of a bundle, held against a key.
//!
//! It holds one token (a JWT) that lists every file with its digest. The
//! algorithm is the caller's word, never the token's. The clock is not asked:
//! OPA doesn't either, and a report depends on no clock.

use std::collections::{BTreeMap, HashSet};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode};
use serde::Deserialize;

use super::digest::digest;
use super::{Contents, Place, SIGNATURES};
use crate::policy::SignatureInfo;
use crate::policy::problem::PolicyError;
use crate::policy::trust::{Trust, TrustedKey};
use crate::text::{hex, visible};

#[derive(Deserialize)]
struct Signatures {
    #[serde(default)]
    signatures: Vec<String>,
    plugin: Option<String>,
}

/// What a token says.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    files: Vec<SignedFile>,
    keyid: Option<String>,
    iss: Option<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct SignedFile {
    name: String,
    hash: String,
    #[serde(default)]
    algorithm: String,
}

/// Holds a bundle to its signature, as far as the caller trusts one.
///
/// # Errors
/// [`PolicyError::Signature`] where there is none, none that the key made, or
/// a file is another than the one signed.
pub(super) fn hold(
    place: &Place<'_>,
    contents: &Contents,
    trust: &Trust,
) -> Result<Option<SignatureInfo>, PolicyError> {
    let (bytes, key) = match (contents.get(SIGNATURES), trust) {
        (None, Trust::Key(_)) => {
            return Err(refuse(
                place,
                format!("it has no `{SIGNATURES}`"),
                "sign it with `opa build --signing-key`, or leave out `--verification-key`",
            ));
        }
        (None, _) => return Ok(None),
        (Some(_), Trust::Skip) => return Ok(Some(SignatureInfo::Skipped)),
        (Some(_), Trust::Nothing) => {
            return Err(refuse(
                place,
                "it is signed, and there is no key to hold it against".to_owned(),
                "give the signer's key with `--verification-key FILE`, or `--skip-verify` to use it unverified; the report says which",
            ));
        }
        (Some(bytes), Trust::Key(key)) => (bytes, key),
    };
    let damaged = |why: String| {
        refuse(
            place,
            format!("its `{SIGNATURES}` is not what OPA writes: {why}"),
            "sign it again with `opa sign`",
        )
    };
    let written: Signatures =
        serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
    if let Some(plugin) = written.plugin.filter(|plugin| !plugin.is_empty()) {
        return Err(damaged(format!("it asks for the plugin `{plugin}`")));
    }
    let [token] = written.signatures.as_slice() else {
        let count = written.signatures.len();
        return Err(damaged(format!("it holds {count} tokens, and one counts")));
    };
    let (claims, kid) = verified(place, token, key)?;
    if claims.scope != key.scope {
        return Err(refuse(
            place,
            format!(
                "it is signed for the scope `{}`, and `{}` is asked for",
                visible(&claims.scope),
                key.scope
            ),
            "give its scope with `--scope`",
        ));
    }
    hold_files(place, contents, &claims.files)?;
    let key_id = kid.or(claims.keyid).filter(|id| !id.is_empty());
    if let (Some(asked), Some(named)) = (&key.id, &key_id)
        && asked != named
    {
        return Err(refuse(
            place,
            format!("it is signed by the key `{}`", visible(named)),
            format!("`--verification-key-id` asks for `{asked}`"),
        ));
    }
    Ok(Some(SignatureInfo::Verified {
        algorithm: key.algorithm_name(),
        key_id: key_id.or_else(|| key.id.clone()),
        key_sha256: key.sha256.map(hex),
        issuer: claims.iss,
        scope: Some(claims.scope).filter(|scope| !scope.is_empty()),
    }))
}

/// The claims of a token that the key made, and the key id of its header.
fn verified(
    place: &Place<'_>,
    token: &str,
    key: &TrustedKey,
) -> Result<(Claims, Option<String>), PolicyError> {
    let mut validation = Validation::new(key.algorithm);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let name = key.algorithm_name();
    match decode::<Claims>(token, &key.key, &validation) {
        Ok(data) => Ok((data.claims, data.header.kid)),
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::InvalidSignature => "its signature is not one of this key".to_owned(),
                ErrorKind::InvalidAlgorithm => format!("it is not signed with {name}"),
                _ => format!("its token can't be read: {error}"),
            };
            Err(refuse(
                place,
                why,
                "get the bundle and the signer's key again; `--signing-alg` names the algorithm (RS256 unless it is given)",
            ))
        }
    }
}

/// Every file is signed, and everything signed is there.
fn hold_files(
    place: &Place<'_>,
    contents: &Contents,
    signed: &[SignedFile],
) -> Result<(), PolicyError> {
    let mut left: BTreeMap<&str, &SignedFile> = signed
        .iter()
        .map(|file| (file.name.trim_start_matches('/'), file))
        .collect();
    let altered = "get the bundle again: somebody may have changed it";
    for (name, bytes) in contents.iter().filter(|(name, _)| *name != SIGNATURES) {
        let shown = visible(name);
        let Some(file) = left.remove(name.as_str()) else {
            let why = format!("`{shown}` is not among the files signed");
            return Err(refuse(place, why, altered));
        };
        let made = digest(name, bytes, &file.algorithm).map_err(|why| {
            let why = format!("`{shown}` has no digest: {why}");
            refuse(place, why, "sign it again with `opa sign`")
        })?;
        let hex: String = made.iter().map(|byte| format!("{byte:02x}")).collect();
        if !file.hash.eq_ignore_ascii_case(&hex) {
            let why = format!("`{shown}` is not the file that was signed");
            return Err(refuse(place, why, altered));
        }
    }
    match left.keys().next() {
        None => Ok(()),
        Some(name) => {
            let why = format!("`{}` was signed, and is not there", visible(name));
            Err(refuse(place, why, altered))
        }
    }
}

fn refuse(place: &Place<'_>, why: String, help: impl Into<String>) -> PolicyError {
    PolicyError::Signature {
        path: place.0.to_owned(),
        why,
        help: help.into(),
    }
}
