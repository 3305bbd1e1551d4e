//! Faults of the normal run that are known and not mended yet: their kinds, and
//! how many there are of each at the most. A kind that isn't here, and one fault
//! more of one that is, fail the test. Most of them are bundles of which the
//! oracle and the program read the rules of proof differently; a kind is taken
//! out with its mend.

pub(super) const OPEN: &[(&str, usize)] = &[
    ("an account gives something else alone", 1),
    (
        "exit 0 beside a part of no-trails-of-the-names-asked/session.txt",
        2,
    ),
    (
        "exit 0 beside a part of shadow-region-status-failed-home-status-good/eu-west-1/get-trail-status-main.json",
        2,
    ),
    (
        "false pass (delivery-recent): the delivery isn't of the last day",
        8,
    ),
    (
        "false pass (delivery-recent): a file's name, key or heading names another trail",
        6,
    ),
    (
        "false fail (delivery-stale): the delivery is no older than a day",
        5,
    ),
    (
        "false pass (delivery-recent): the status shows no delivery",
        5,
    ),
    ("exit 0 beside a hole: broken JSON", 4),
    (
        "false fail (log-group-missing): no sighting shows the log group",
        4,
    ),
    ("lost: an expected account is no subject", 4),
    (
        "false pass (delivery-recent): a name can be read as two trails'",
        3,
    ),
    ("false pass (log-group-configured): sightings disagree", 3),
    ("exit 0 beside a hole: a failed call", 2),
    (
        "false fail (delivery-stale): a member's view proves no `never`",
        2,
    ),
    (
        "false fail (delivery-stale): a name can be read as two trails'",
        2,
    ),
    (
        "false fail (log-group-missing): a sighting names a log group",
        2,
    ),
    ("exit 0 beside a hole: an empty answer", 1),
    (
        "false fail (delivery-never): a newer collection has no status of it",
        1,
    ),
    (
        "false fail (delivery-never): the manifest doesn't know the status",
        1,
    ),
    ("false fail (delivery-stale): an ARN names another trail", 1),
    (
        "false fail (log-group-malformed): a sighting names a log group",
        1,
    ),
    (
        "false pass (delivery-recent): AWS's own times are later than as of",
        1,
    ),
    (
        "false pass (delivery-recent): nothing claims the status, and its scope has not this trail alone",
        1,
    ),
    (
        "false pass (delivery-recent): nothing claims the status, and the list isn't whole",
        1,
    ),
    (
        "false pass (delivery-recent): the status lies where nothing shows a present state",
        1,
    ),
    (
        "false pass (log-group-configured): no sighting shows the log group",
        1,
    ),
];
