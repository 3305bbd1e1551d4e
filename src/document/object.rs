//! A JSON object with its members, and which keys of AWS they have.
//!
//! Every reader asks that of every object, so it is told once. What the object
//! is isn't known here.

use std::borrow::Cow;

use crate::cloudtrail::keys;
use crate::cloudtrail::keys::Spelt;
use crate::document::json::{Member, Node};

/// An object with its members.
#[derive(Debug)]
pub struct Object<'a> {
    /// The object itself.
    pub node: Node<'a>,
    /// Its members, equal keys included.
    pub members: Vec<Member<'a>>,
    /// Which key of AWS each of them has: every reader asks.
    spelt: Vec<Spelt>,
}

impl<'a> Object<'a> {
    /// Reads an object's members.
    #[must_use]
    pub fn new(node: Node<'a>) -> Self {
        let members = node.members();
        let spelt = members.iter().map(|one| Spelt::of(&one.key)).collect();
        Self {
            node,
            members,
            spelt,
        }
    }

    /// The members, with which key of AWS each has.
    pub fn spelt(&self) -> impl Iterator<Item = (Spelt, &Member<'a>)> {
        self.spelt.iter().copied().zip(&self.members)
    }

    /// The members under keys of a trail, with AWS's key of each.
    pub fn of_trail(&self) -> impl Iterator<Item = (&'static str, &Member<'a>)> {
        let all = self.spelt();
        all.filter_map(|(spelt, member)| Some((spelt.trail()?, member)))
    }

    /// The members under keys of a status, with AWS's key of each.
    pub fn of_status(&self) -> impl Iterator<Item = (&'static str, &Member<'a>)> {
        let all = self.spelt();
        all.filter_map(|(spelt, member)| Some((spelt.status()?, member)))
    }

    /// The first member with exactly this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.members
            .iter()
            .find(|member| member.key == key)
            .map(|member| member.value)
    }

    /// The text of the string under exactly this key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key)?.as_str()
    }

    /// The first member whose key folds to this word.
    #[must_use]
    pub fn folded(&self, word: &str) -> Option<&Member<'a>> {
        self.members
            .iter()
            .find(|member| keys::folds_to(&member.key, word))
    }

    /// Whether there is a member with exactly this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.members.iter().any(|member| member.key == key)
    }
}
