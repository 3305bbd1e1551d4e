//! A claim: something that says which trail a status is of.
//!
//! get-trail-status does not say it (API reference, `GetTrailStatusResponse`),
//! so everything around it that names something is heard. A claim can only
//! take a tie away or confirm it: `snapshot::tie` has the one function.

/// What a claim is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimSource {
    /// The bundle's manifest.
    Manifest,
    /// The status stands inside the trail's own object.
    InTrail,
    /// A value beside the status, in its wrapper or in its request.
    Value,
    /// A key above the status.
    Key,
    /// The command that printed it.
    Command,
    /// A line of text above it.
    Heading,
    /// The name of its file.
    FileName,
    /// The folder that it lies in.
    Folder,
}

/// What a claim names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// The trail with this index among those of the same document.
    InTrail(usize),
    /// A trail's ARN, or what stands for one: plain, percent-encoded or with
    /// every sign that isn't a letter or a digit replaced.
    Arn(Box<str>),
    /// A name, and nothing else.
    Name(Box<str>),
    /// A text in which a name stands among other words.
    Text(Box<str>),
}

/// Something that says which trail a status is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim {
    /// What it is made by.
    pub source: ClaimSource,
    /// What it names.
    pub says: Says,
    /// Whether it names a trail for sure. What may be something else (a file
    /// called `notes.json`) stands against a tie only where it is alone, or
    /// where it names a trail that is listed.
    pub is_sure: bool,
}

impl Claim {
    /// A claim that names a trail for sure.
    #[must_use]
    pub fn sure(source: ClaimSource, says: Says) -> Self {
        Self {
            source,
            says,
            is_sure: true,
        }
    }

    /// A claim that may be about something else.
    #[must_use]
    pub fn unsure(source: ClaimSource, says: Says) -> Self {
        Self {
            source,
            says,
            is_sure: false,
        }
    }

    /// What it names, as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.says {
            Says::InTrail(_) => "",
            Says::Arn(text) | Says::Name(text) | Says::Text(text) => text,
        }
    }

    /// The word of the report for a tie that rests on this claim.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        let is_arn = matches!(self.says, Says::Arn(_));
        match self.source {
            ClaimSource::Manifest => "manifest",
            ClaimSource::InTrail => "in-trail",
            ClaimSource::FileName | ClaimSource::Folder if is_arn => "arn-in-path",
            ClaimSource::FileName => "name-in-path",
            ClaimSource::Folder => "name-in-folder",
            _ if is_arn => "arn-in-document",
            ClaimSource::Command => "name-in-command",
            ClaimSource::Heading => "name-in-heading",
            ClaimSource::Value | ClaimSource::Key => "name-in-document",
        }
    }
}
