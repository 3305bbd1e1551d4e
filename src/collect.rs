//! The shell script that the owner of an account runs to make a bundle.
//!
//! coldtrail never speaks to AWS. It prints this script, which somebody who may
//! reads, and runs with the AWS CLI where the credentials are. What the script
//! writes beside the answers is read back by
//! [`recognise::manifest`](crate::recognise::manifest).

/// The script, with the version of this program in it.
#[must_use]
pub fn script() -> String {
    include_str!("collect/collect.sh").replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::script;

    #[test]
    fn the_script_says_which_version_made_it() {
        assert!(script().contains(concat!(
            "Written by coldtrail ",
            env!("CARGO_PKG_VERSION"),
            "."
        )));
        assert!(!script().contains("@VERSION@"));
    }

    #[test]
    fn the_script_makes_the_calls_that_it_announces_and_no_others() {
        let script = script();
        let (announced, body) = script.split_once("set -u").unwrap();
        let verbs = [
            "get-",
            "describe-",
            "list-",
            "assume-",
            "put-",
            "create-",
            "delete-",
            "update-",
            "start-",
            "stop-",
        ];
        let services = [
            "sts",
            "ec2",
            "cloudtrail",
            "logs",
            "iam",
            "s3",
            "s3api",
            "organizations",
            "account",
        ];
        let words: Vec<&str> = body.split_whitespace().collect();
        let made: BTreeSet<String> = words
            .windows(2)
            .filter(|pair| {
                services.contains(&pair[0]) && verbs.iter().any(|verb| pair[1].starts_with(verb))
            })
            .map(|call| call.join(" "))
            .collect();
        let listed: BTreeSet<String> = announced
            .lines()
            .filter_map(|line| {
                let mut words = line.strip_prefix("#   ")?.split_whitespace();
                let service = words.next().filter(|word| services.contains(word))?;
                Some(format!("{service} {}", words.next()?))
            })
            .collect();
        assert_eq!(made, listed);
        assert_eq!(made.len(), 7);
    }
}
