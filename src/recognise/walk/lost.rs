//! Lists of trails that aren't read where they should be, or stand where nobody
//! knows what they mean.

use super::{Walk, child};
use crate::document::json::{Kind, Node};
use crate::document::locate::Anchor;
use crate::document::object::Object;
use crate::recognise::facts::{Call, Failure, Named};
use crate::recognise::failed_call;
use crate::recognise::hints::Hints;

impl<'a> Walk<'a, '_> {
    /// Notes a list of trails that lies under a key which nobody knows.
    pub fn unplaced(&mut self, list: Node<'a>, anchor: Anchor, key: &str, hints: &Hints) {
        let message = format!(
            "what `{key}` says of the trails under it isn't known: it may not be so now, and is not read"
        );
        self.lose(list, anchor, &message, hints);
    }

    /// Notes a list of trails that isn't read, and each trail in it: what is read of
    /// one elsewhere may not be so.
    pub fn lose(&mut self, list: Node<'_>, anchor: Anchor, message: &str, hints: &Hints) {
        let failure = |named: Named| Failure {
            call: Some(Call::DescribeTrails),
            error: None,
            message: message.to_owned(),
            hides_trails: named == Named::No,
            named,
            origin: hints.origin.clone(),
            anchor: Some(anchor.clone()),
        };
        let text = list.as_str().unwrap_or_default();
        let inner = Node::parse(text.trim());
        let trails = inner.unwrap_or(list).elements();
        let named = trails.into_iter().map(Object::new).filter_map(|trail| {
            let arn = trail.text("TrailARN").filter(|arn| !arn.is_empty());
            match arn {
                Some(arn) => Some(Named::Arn(arn.into())),
                None => Some(Named::Name(trail.text("Name")?.into())),
            }
        });
        let failures = named.chain([Named::No]).map(failure);
        self.found.failures.extend(failures);
    }

    /// Notes the regions of an object keyed by region that hold no answer,
    /// where others do: what they would have listed isn't known.
    pub(super) fn unanswered(&mut self, object: &Object<'a>, pointer: &str, hints: &Hints) {
        for member in &object.members {
            let hints = hints.under(&member.key);
            let is_region = hints.origin.region.as_deref() == Some(&*member.key);
            let is_answer = matches!(member.value.kind(), Kind::Object | Kind::Array)
                && !member.value.is_empty_container();
            if !is_region || is_answer {
                continue;
            }
            let said = member
                .value
                .as_str()
                .and_then(|text| failed_call::read(&text));
            let anchor = self.anchor(member.value, &child(pointer, &member.key));
            self.found.failures.push(Failure {
                call: Some(Call::DescribeTrails),
                error: said
                    .as_ref()
                    .and_then(|said| said.error.as_deref())
                    .map(Into::into),
                message: said.map_or_else(
                    || format!("no answer stands under `{}`", member.key),
                    |said| said.message,
                ),
                named: Named::No,
                origin: hints.origin,
                hides_trails: true,
                anchor: Some(anchor),
            });
        }
    }
}
