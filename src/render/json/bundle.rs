//! The OPA bundle that a policy came in.

use crate::report::{BundleInfo, SignatureInfo};

#[derive(serde::Serialize)]
pub(super) struct BundleJson<'a> {
    revision: &'a str,
    signature: Option<SignatureJson<'a>>,
}

#[derive(serde::Serialize, Default)]
struct SignatureJson<'a> {
    verified: bool,
    algorithm: Option<&'a str>,
    key_id: Option<&'a str>,
    issuer: Option<&'a str>,
    scope: Option<&'a str>,
}

impl<'a> BundleJson<'a> {
    pub(super) fn new(bundle: &'a BundleInfo) -> Self {
        let signature = bundle.signature.as_ref().map(|signature| match signature {
            SignatureInfo::Skipped => SignatureJson::default(),
            SignatureInfo::Verified {
                algorithm,
                key_id,
                issuer,
                scope,
            } => SignatureJson {
                verified: true,
                algorithm: Some(algorithm),
                key_id: key_id.as_deref(),
                issuer: issuer.as_deref(),
                scope: scope.as_deref(),
            },
        });
        Self {
            revision: &bundle.revision,
            signature,
        }
    }
}
