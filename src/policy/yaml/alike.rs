//! Words and numbers that two standards of YAML read otherwise: OPA has the older
//! one, in which `on` is true, `017` is 15 and `12:30` is 750.

/// Words that the older one takes for a truth.
const TRUTHS: [&str; 6] = ["n", "no", "off", "on", "y", "yes"];

/// Whether both read a scalar without quotes alike.
pub(in crate::policy) fn is_read_alike(scalar: &str) -> bool {
    if matches!(scalar, "<<" | "=") || TRUTHS.iter().any(|word| scalar.eq_ignore_ascii_case(word)) {
        return false;
    }
    let digits = scalar.strip_prefix(['-', '+']).unwrap_or(scalar);
    let Some(first) = digits.bytes().next() else {
        return true;
    };
    if !first.is_ascii_digit() && first != b'.' {
        return true;
    }
    let is_of = |signs: &str| {
        digits
            .chars()
            .all(|sign| sign.is_ascii_digit() || signs.contains(sign))
    };
    let lower = digits.to_ascii_lowercase();
    let is_based = ["0b", "0o", "0x"]
        .iter()
        .any(|base| lower.starts_with(base));
    let is_octal = digits.len() > 1 && digits.starts_with('0') && is_of("_");
    let is_parted = digits.contains('_') && is_of("_.eE+-");
    let is_count_of_sixties = digits.contains(':') && is_of(":._");
    // A number with its point at an end, or after a plus.
    let is_bare =
        is_of(".") && digits.len() > 1 && (digits.starts_with('.') || digits.ends_with('.'));
    let is_special = matches!(lower.as_str(), ".inf" | ".nan");
    let has_plus = scalar.starts_with('+') && is_of(".eE+-");
    !(is_based
        || is_octal
        || is_parted
        || is_count_of_sixties
        || is_bare
        || is_special
        || has_plus
        || is_date(digits))
}

/// Whether a scalar begins with a date, which the older standard takes for a time.
fn is_date(scalar: &str) -> bool {
    let mut parts = scalar.splitn(3, '-');
    let mut next = |least: usize, most: usize| {
        let part = parts.next().unwrap_or_default();
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        (digits >= least && digits <= most, digits == part.len())
    };
    let ((is_year, is_whole_year), (is_month, is_whole_month)) = (next(4, 4), next(1, 2));
    is_year && is_whole_year && is_month && is_whole_month && next(1, 2).0
}

#[cfg(test)]
mod tests {
    use super::is_read_alike;

    #[test]
    fn what_two_standards_read_otherwise_is_told_from_the_rest() {
        for alike in [
            "",
            "~",
            "null",
            "true",
            "True",
            "text",
            "a: b",
            "1",
            "0",
            "-7",
            "0.5",
            "1.10",
            "1e3",
            "1.2.3",
            "2026",
            "10.0.0.0/8",
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "3.4",
            "é",
            "yesterday",
            "-",
            "2026-11",
            "v0x1",
            "1h",
            "12 trails",
            "0abc",
        ] {
            assert!(is_read_alike(alike), "{alike}");
        }
        for other in [
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "N",
            "<<",
            "=",
            "017",
            "0o17",
            "0x1f",
            "0b11",
            "1_000",
            "12:30",
            "190:20:30",
            "1.",
            ".5",
            "+1",
            ".inf",
            "-.INF",
            ".nan",
            "2026-11-20",
            "2026-11-20T12:00:00Z",
            "2001-1-1",
            "-017",
        ] {
            assert!(!is_read_alike(other), "{other}");
        }
    }
}
