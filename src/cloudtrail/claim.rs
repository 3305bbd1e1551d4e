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
    /// A value beside the status or in its wrapper.
    Value,
    /// A value in an object or a list beside the status.
    Beside,
    /// What the call was given, or what a key of its wrapper calls its trail.
    Request,
    /// A key above the status.
    Key,
    /// The command that printed it.
    Command,
    /// A line of text above it.
    Heading,
    /// The text below it: it may be about what comes next, and ties nothing.
    Below,
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
    /// How sure it is that this names a trail.
    pub strength: Strength,
}

/// How sure it is that something names a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// It does.
    Sure,
    /// It may be something else (a file called `notes.json`): it stands against
    /// a tie where it names a trail that is listed, or where it is alone.
    Unsure,
    /// A word like any other, unless a trail that is listed is called so: it
    /// then stands against a tie to another one.
    Faint,
}

impl Claim {
    /// A claim that names a trail for sure.
    #[must_use]
    pub fn sure(source: ClaimSource, says: Says) -> Self {
        Self {
            source,
            says,
            strength: Strength::Sure,
        }
    }

    /// A claim that may be about something else.
    #[must_use]
    pub fn unsure(source: ClaimSource, says: Says) -> Self {
        Self {
            source,
            says,
            strength: Strength::Unsure,
        }
    }

    /// Whether it names a trail for sure.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.strength == Strength::Sure
    }

    /// Whether it can tie a status without any other: a word among others that
    /// stand beside it can't.
    #[must_use]
    pub fn may_tie(&self) -> bool {
        let is_word = matches!(
            self.source,
            ClaimSource::Value | ClaimSource::Beside | ClaimSource::Request
        );
        match self.strength {
            _ if self.source == ClaimSource::Below => false,
            Strength::Sure => true,
            Strength::Unsure => !is_word,
            Strength::Faint => false,
        }
    }

    /// Makes it what it is for what lies further in: a name may be of a report
    /// or a machine. An ARN is a trail's wherever it stands, and so is what was
    /// asked for.
    pub fn fade(&mut self) {
        let is_name = matches!(self.source, ClaimSource::Value | ClaimSource::Beside);
        if is_name && !matches!(self.says, Says::Arn(_)) {
            self.strength = Strength::Faint;
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
            ClaimSource::Heading | ClaimSource::Below => "name-in-heading",
            ClaimSource::Value | ClaimSource::Beside | ClaimSource::Request | ClaimSource::Key => {
                "name-in-document"
            }
        }
    }
}
