//! Which folders are of one collection, where no account tells it.
//!
//! `dev` and `prod` side by side are two collections, `us-east-1` and
//! `eu-west-1` are one. A folder parts what lies in it from what lies outside,
//! unless its name says only how the evidence was sorted: by region, by date,
//! by call. A trail's name is worth something within one collection only.

use super::context::folder_of;
use crate::cloudtrail::arn;
use crate::time;

/// The outermost folder that is still of the same collection: the nearest one,
/// at or above this, whose name parts it from its neighbours.
pub(super) fn of(folder: &str) -> &str {
    let mut folder = folder;
    while !folder.is_empty() && only_sorts(folder.rsplit(['/', '!']).next().unwrap_or(folder)) {
        folder = folder_of(folder);
    }
    folder
}

/// Words that name what is collected and how, and not whose it is.
const WORDS: [&str; 32] = [
    "account",
    "accounts",
    "answers",
    "api",
    "aws",
    "calls",
    "cli",
    "cloudtrail",
    "collected",
    "data",
    "describe",
    "evidence",
    "export",
    "files",
    "get",
    "global",
    "json",
    "list",
    "logging",
    "out",
    "output",
    "outputs",
    "raw",
    "region",
    "regions",
    "responses",
    "results",
    "service",
    "services",
    "status",
    "trail",
    "trails",
];

/// Whether a folder's name says only how the evidence was sorted.
fn only_sorts(name: &str) -> bool {
    if !name.is_ascii() {
        return false;
    }
    // A region is no word of a name once it is taken out.
    let lower = name.to_ascii_lowercase();
    let rest = match arn::region_in(&lower) {
        Some(region) => lower.replace(['_', '.', ' '], "-").replace(&region, "-"),
        None => lower,
    };
    let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric());
    words.all(|word| {
        word.bytes().all(|byte| byte.is_ascii_digit())
            || WORDS.contains(&word)
            || word == "statuses"
            || time::path_stamp(&word.to_ascii_uppercase()).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_folder_parts_unless_it_only_sorts() {
        for (folder, realm) in [
            ("", ""),
            ("us-east-1", ""),
            ("prod/us-east-1", "prod"),
            ("prod/US-Gov-West-1/trail_status", "prod"),
            ("prod/2026-11-20/raw/us_east_1", "prod"),
            ("20261120T120000Z", ""),
            ("01_cloudtrail/02-statuses", ""),
            ("dev", "dev"),
            ("dev-us-east-1", "dev-us-east-1"),
            ("a.zip!us-east-1", "a.zip"),
            ("us-east-1/dev", "us-east-1/dev"),
            ("\u{e9}", "\u{e9}"),
        ] {
            assert_eq!(of(folder), realm, "{folder}");
        }
    }
}
