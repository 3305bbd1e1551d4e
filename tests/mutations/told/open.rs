//! Faults of the normal run that are known and not mended yet: their kinds, and
//! how many there are of each at the most. A kind that isn't here, and one fault
//! more of one that is, fail the test. Most of them are bundles of which the
//! oracle and the program read the rules of proof differently; a kind is taken
//! out with its mend.

pub(super) const OPEN: &[(&str, usize)] = &[
    ("exit 0 beside a hole: broken JSON", 2),
    (
        "false pass (delivery-recent): the status shows no delivery",
        2,
    ),
    (
        "false fail (delivery-stale): the delivery is no older than a day",
        1,
    ),
    (
        "false fail (log-group-missing): a sighting names a log group",
        1,
    ),
    (
        "false pass (delivery-recent): a file's name, key or heading names another trail",
        1,
    ),
    (
        "false pass (delivery-recent): a file's name, key or heading names nobody listed",
        1,
    ),
    (
        "false pass (delivery-recent): an ARN names another trail",
        1,
    ),
];
