//! An OPA bundle that policies came in, written and read back.

use serde::{Deserialize, Serialize};

use crate::policy::{BundleInfo, SignatureInfo};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BundleJson {
    #[serde(default)]
    pub(crate) roots: Vec<String>,
    revision: String,
    signature: Option<SignatureJson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
struct SignatureJson {
    verified: bool,
    algorithm: Option<String>,
    key_id: Option<String>,
    key_sha256: Option<String>,
    issuer: Option<String>,
    scope: Option<String>,
}

impl From<&BundleInfo> for BundleJson {
    fn from(bundle: &BundleInfo) -> Self {
        let signature = bundle.signature.clone().map(|signature| match signature {
            SignatureInfo::Skipped => SignatureJson::default(),
            SignatureInfo::Verified {
                algorithm,
                key_id,
                key_sha256,
                issuer,
                scope,
            } => SignatureJson {
                verified: true,
                algorithm: Some(algorithm),
                key_id,
                key_sha256,
                issuer,
                scope,
            },
        });
        Self {
            roots: bundle.roots.clone(),
            revision: bundle.revision.clone(),
            signature,
        }
    }
}

impl From<BundleJson> for BundleInfo {
    fn from(bundle: BundleJson) -> Self {
        let signature = bundle.signature.map(|signature| match signature.verified {
            false => SignatureInfo::Skipped,
            true => SignatureInfo::Verified {
                algorithm: signature.algorithm.unwrap_or_default(),
                key_id: signature.key_id,
                key_sha256: signature.key_sha256,
                issuer: signature.issuer,
                scope: signature.scope,
            },
        });
        Self {
            roots: bundle.roots,
            revision: bundle.revision,
            signature,
        }
    }
}
