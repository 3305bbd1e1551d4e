//! Faults of the normal run that are known and not mended yet: their kinds, and
//! how many there are of each at the most. A kind that isn't here, and one fault
//! more of one that is, fail the test. Most of them are bundles of which the
//! oracle and the program read the rules of proof differently; a kind is taken
//! out with its mend.

pub(super) const OPEN: &[(&str, usize)] = &[
    (
        "false fail (delivery-never): a file's name, key or heading names nobody listed",
        1,
    ),
    ("false pass (delivery-recent): a name is nobody's", 3),
    (
        "false pass (delivery-recent): an ARN names another trail",
        1,
    ),
];
