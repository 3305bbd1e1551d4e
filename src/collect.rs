//! The shell script that the owner of an account runs to make a bundle.
//!
//! coldtrail never speaks to AWS. It prints this script, which somebody who may
//! reads, and runs with the AWS CLI where the credentials are. What the script
//! writes beside the answers is read back by
//! [`evidence::manifest`](crate::evidence::manifest).

/// The script, with the version of this program in it.
#[must_use]
pub fn script() -> String {
    include_str!("collect/collect.sh").replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
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
    fn the_script_makes_no_call_that_is_not_announced() {
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
        ];
        let words: Vec<&str> = body.split_whitespace().collect();
        let calls = words.windows(2).filter(|pair| {
            services.contains(&pair[0]) && verbs.iter().any(|verb| pair[1].starts_with(verb))
        });
        let mut found = 0;
        for call in calls {
            assert!(announced.contains(&call.join(" ")), "{call:?}");
            found += 1;
        }
        assert!(found >= 6);
    }
}
