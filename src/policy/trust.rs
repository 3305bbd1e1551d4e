//! Whose signature under a bundle is believed.

use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey};

use super::problem::PolicyError;
use crate::source::given::plain;
use crate::source::input;

mod fingerprint;

/// The algorithms of a signature, by the names that OPA gives them.
pub const ALGORITHMS: [&str; 11] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "HS256", "HS384",
    "HS512",
];

/// What is asked of a bundle's signature.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// No key is known: a signed bundle is refused, as OPA refuses it.
    #[default]
    Nothing,
    /// Signatures are passed over, and the report says so.
    Skip,
    /// Every policy comes from a bundle that this key signed.
    Key(Box<TrustedKey>),
}

/// A key, and what it must have signed.
#[derive(Debug, Clone)]
pub struct TrustedKey {
    /// The public key, or the secret of HMAC.
    pub(super) key: DecodingKey,
    /// SHA-256 over the public key; `None` for a secret.
    pub(super) sha256: Option<[u8; 32]>,
    /// How it signs. A token that says otherwise is not believed.
    pub(super) algorithm: Algorithm,
    /// The name that the token gives it, where that is asked for.
    pub(super) id: Option<String>,
    /// The scope that the token is for.
    pub(super) scope: String,
}

impl TrustedKey {
    /// Reads a key: a public key or certificate in PEM, or the secret of HMAC,
    /// which is every byte of the file.
    ///
    /// # Errors
    /// [`PolicyError::Read`] or [`PolicyError::Key`].
    pub fn read(
        path: &Path,
        algorithm: &str,
        id: Option<&str>,
        scope: Option<&str>,
    ) -> Result<Self, PolicyError> {
        let refuse = |why: String| PolicyError::Key {
            path: path.to_owned(),
            why,
        };
        let bytes = input::within(path, input::KEY).map_err(|error| refuse(plain(&error)))?;
        let bytes = bytes.ok_or_else(|| refuse(input::KEY.excess()))?;
        let known: Algorithm = algorithm
            .parse()
            .map_err(|_| refuse(format!("`{algorithm}` is no algorithm that is known")))?;
        let key = match algorithm.get(..2) {
            Some("HS") if bytes.starts_with(b"-----BEGIN") => {
                return Err(refuse(format!(
                    "it is in PEM, and {algorithm} takes a secret"
                )));
            }
            _ if memchr::memmem::find(&bytes, b"PRIVATE KEY-----").is_some() => {
                return Err(refuse(
                    "it is a private key, which stays with its owner: give the public one"
                        .to_owned(),
                ));
            }
            Some("HS") => DecodingKey::from_secret(&bytes),
            Some("ES") => DecodingKey::from_ec_pem(&bytes),
            _ => DecodingKey::from_rsa_pem(&bytes),
        };
        let key = key.map_err(|error| refuse(format!("{algorithm} can't use it: {error}")))?;
        Ok(Self {
            sha256: fingerprint::fingerprint(&key, known),
            key,
            algorithm: known,
            id: id.map(str::to_owned),
            scope: scope.unwrap_or_default().to_owned(),
        })
    }

    /// The algorithm's name, as OPA has it.
    pub(super) fn algorithm_name(&self) -> String {
        format!("{:?}", self.algorithm)
    }
}
