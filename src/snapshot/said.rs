//! What a document's manifest, path and failed calls claim of a trail.

use super::context::{Context, folder_of, own_name};
use crate::cloudtrail::arn;
use crate::cloudtrail::claim::{Claim, ClaimSource, Says, Strength};
use crate::cloudtrail::name::{self, Readings, percent_decoded, stem};
use crate::recognise::facts::{Failure, Named};

/// What the manifest and the file's own name, read so, claim.
pub(super) fn of_path(
    file: &str,
    readings: &Readings<'_>,
    context: &Context,
    is_list: bool,
) -> Vec<Claim> {
    let mut claims = Vec::new();
    if let Some(trail) = &context.trail {
        let says = match arn::looks_like_trail(trail) {
            true => Says::Arn(trail.as_ref().into()),
            false => Says::Name(trail.as_ref().into()),
        };
        claims.push(Claim::sure(ClaimSource::Manifest, says));
    }
    let segment = own_name(file);
    let decoded = percent_decoded(segment);
    let stem = stem(&decoded);
    let source = ClaimSource::FileName;
    if let Some(from) = arn_in(stem) {
        let says = Says::Arn(name::without_copies(stem.get(from..).unwrap_or_default()).into());
        claims.push(Claim::sure(source, says));
        return claims;
    }
    if readings.is_empty() {
        claims.extend(readings.maybe().map(|name| Claim {
            source,
            says: Says::Name(name.into()),
            strength: Strength::Faint,
        }));
        return claims;
    }
    let says = Says::Text(segment.into());
    // A folder that is named for the call says that its files are named for trails.
    let is_of_call = *context.folder != *folder_of(file) && !file.contains('!');
    if (readings.is_of_status || is_of_call) && !context.in_manifest {
        claims.push(Claim::sure(source, says));
    } else if !is_list {
        claims.push(Claim::unsure(source, says));
    }
    claims
}

/// Where an ARN of a trail, or what was made of one, begins in a file's name.
fn arn_in(name: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    let mut starts = lower.match_indices("arn").map(|(at, _)| at);
    starts.find(|at| {
        let before = name.get(..*at).and_then(|head| head.chars().next_back());
        before.is_none_or(|c| !c.is_ascii_alphanumeric())
            && name.get(*at..).is_some_and(arn::looks_like_trail)
    })
}

/// The trail's sighting that a status stands in.
pub(super) fn in_trail(claims: &[Claim]) -> Option<usize> {
    claims.iter().find_map(|claim| match claim.says {
        Says::InTrail(index) => Some(index),
        _ => None,
    })
}

/// What a failed call says that it was about.
pub(super) fn claims_of(failure: &Failure) -> Vec<Claim> {
    let says = match &failure.named {
        Named::No => return Vec::new(),
        Named::Arn(arn) => Says::Arn(arn.clone()),
        Named::Name(name) => Says::Name(name.clone()),
    };
    vec![Claim::sure(ClaimSource::Value, says)]
}
