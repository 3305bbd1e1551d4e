//! Every file of every fixture, cut at each sixteenth, under a name that says
//! nothing, beside evidence of which all passes: the whole never passes, unless
//! nothing of trails is in what is left.

use std::collections::BTreeSet;

use crate::bundle::{Bundle, Fixture};
use crate::oracle::Fault;
use crate::oracle::text::is_log_groups;
use crate::{each, number};

const NAMES: [&str; 3] = ["x.json", "out", "part.txt"];

/// Words of AWS's own that say that a text speaks of CloudTrail, in letters and
/// digits alone: whatever parts them in a spelling is taken out first.
const MARKS: [&str; 12] = [
    "cloudtrail",
    "traillist",
    "trailarn",
    "trailname",
    "gettrailstatus",
    "describetrails",
    "cloudwatchlogs",
    "loggroup",
    "islogging",
    "latestdelivery",
    "timelogging",
    "multiregiontrail",
];

/// Whether nothing of trails is in some bytes, in whichever spelling and
/// encoding.
fn is_clear(bytes: &[u8]) -> bool {
    let kept = bytes.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let text: String = kept
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let is_log_groups = std::str::from_utf8(bytes).is_ok_and(is_log_groups);
    is_log_groups || !MARKS.iter().any(|mark| text.contains(mark))
}

#[test]
fn a_part_of_evidence_beside_passes_is_never_exit_0() {
    let beside = Fixture::named("all-pass");
    let mut seen = BTreeSet::new();
    let mut cuts: Vec<(String, Vec<u8>)> = Vec::new();
    for fixture in Fixture::all() {
        for (file, bytes) in fixture.bundle.files {
            for sixteenth in 1..16 {
                let part = &bytes[..bytes.len() * sixteenth / 16];
                if !is_clear(part) && seen.insert(part.to_vec()) {
                    cuts.push((
                        format!("{}/{file}, {sixteenth}/16", fixture.bundle.name),
                        part.to_vec(),
                    ));
                }
            }
        }
    }
    assert!(cuts.len() > 1_000, "{} cuts", cuts.len());
    let names = if number("MUTATIONS", 0) > 20_000 {
        NAMES.len()
    } else {
        1
    };
    let told = each(cuts.len() * names, &|judge, run, told| {
        let (what, part) = &cuts[run / names];
        let name = NAMES[(run + run / names) % NAMES.len()];
        let bundle = Bundle {
            name: format!("{what} as {name}"),
            files: beside
                .files
                .clone()
                .into_iter()
                .chain([(name.to_owned(), part.clone())])
                .collect(),
            ..beside.clone()
        };
        if judge.judge(&bundle).all_pass() {
            let fault = Fault {
                kind: format!(
                    "exit 0 beside a part of {}",
                    what.split(", ").next().unwrap_or(what)
                ),
                subject: name.to_owned(),
            };
            told.fault(run, &bundle, &fault);
        }
    });
    told.end("cuts", &mut crate::judge::Judge::new());
}
