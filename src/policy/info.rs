//! What a report says of policies, and of the bundles that they came in.

use std::sync::Arc;

/// What a report says of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyInfo {
    /// METADATA `custom.id`.
    pub id: Arc<str>,
    /// METADATA `title`.
    pub title: String,
    /// METADATA `description`.
    pub description: String,
    /// METADATA `custom.severity`: `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// The Rego package, without `data.`.
    pub package: String,
    /// SHA-256 (hex) over the files that this policy is made of.
    pub sha256: String,
    /// METADATA `custom.controls`.
    pub controls: Vec<ControlRef>,
    /// METADATA `related_resources`: addresses to read on.
    pub related_resources: Vec<RelatedResource>,
    /// METADATA `custom.remediation`, empty where there is none.
    pub remediation: String,
    /// False for packages in conftest's convention (`deny`, `violation`,
    /// `warn`), which can't show that they judged every subject.
    pub total: bool,
    /// The source files, `(name, text)`, sorted by name.
    pub sources: Vec<(String, Arc<str>)>,
    /// The OPA bundle that its package came in.
    pub bundle: Option<BundleInfo>,
}

/// What a report says of an OPA bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundleInfo {
    /// What it owns of `data`, sorted, with `/`; the empty path is all of it.
    /// No two bundles of a run own the same, so this is what it is called by:
    /// a file's name is nothing that was signed.
    pub roots: Vec<String>,
    /// The manifest's `revision`; empty where it has none.
    pub revision: String,
    /// Who signed it; `None` where nobody did.
    pub signature: Option<SignatureInfo>,
}

/// What is known of the signature of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureInfo {
    /// There is one, and `--skip-verify` passed it over.
    Skipped,
    /// The key given made it, over every file.
    Verified {
        /// The algorithm, such as `RS256`.
        algorithm: String,
        /// What the signature calls the key, else what the caller does.
        key_id: Option<String>,
        /// SHA-256 (hex) over the public key that verified it, as DER
        /// SubjectPublicKeyInfo; `None` where that is a secret.
        key_sha256: Option<String>,
        /// The signature's `iss`.
        issuer: Option<String>,
        /// What it was signed for.
        scope: Option<String>,
    },
}

/// One control of a framework that a policy encodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlRef {
    /// The framework's id: `cis-aws-foundations`.
    pub framework: String,
    /// The versions of the framework in which the control has this id.
    pub versions: Vec<String>,
    /// The control's id in it: `3.4`.
    pub id: String,
}

/// A link from a policy's metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedResource {
    /// The address.
    pub url: String,
    /// What stands there.
    pub description: Option<String>,
}
