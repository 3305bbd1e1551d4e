//! The rules that tie a status to its trail, by the report's words.
//!
//! What each asks for is told in `attribute.rs`, which applies them in order.

/// The rule that tied a status to its trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The bundle's manifest names the trail.
    Manifest,
    /// The status stands inside the trail's object.
    InTrail,
    /// The ARN stands in an enclosing key or wrapper.
    ArnInDocument,
    /// The name stands in an enclosing key or on the command line above.
    NameInDocument,
    /// The ARN stands in the path, percent-encoded or folded.
    ArnInPath,
    /// The name stands in the file's name.
    NameInPath,
    /// The only trail and the only status of one folder.
    SolePair,
}

impl Rule {
    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::InTrail => "in-trail",
            Self::ArnInDocument => "arn-in-document",
            Self::NameInDocument => "name-in-document",
            Self::ArnInPath => "arn-in-path",
            Self::NameInPath => "name-in-path",
            Self::SolePair => "sole-pair",
        }
    }
}
