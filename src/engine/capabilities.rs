//! What policies may use, as OPA's tools read it.

/// The builtins that are taken, with their types as OPA declares them, and the
/// features of the language: OPA's `capabilities.json`, a builtin a line. OPA
/// (Apache 2.0) has the declarations; CI holds them against its library.
pub const CAPABILITIES: &str = include_str!("capabilities.json");

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use regorus::unstable::BUILTINS;
    use serde_json::Value;

    use super::CAPABILITIES;
    use crate::engine::check;
    use crate::policy::PolicySet;

    /// Operators and what OPA's compiler makes of `in` and `print`.
    const OF_THE_LANGUAGE: [&str; 19] = [
        "and",
        "assign",
        "div",
        "eq",
        "equal",
        "gt",
        "gte",
        "internal.member_2",
        "internal.member_3",
        "internal.print",
        "lt",
        "lte",
        "minus",
        "mul",
        "neq",
        "or",
        "plus",
        "print",
        "rem",
    ];

    fn declared() -> BTreeMap<String, usize> {
        let whole: Value = serde_json::from_str(CAPABILITIES).unwrap();
        let builtins = whole["builtins"].as_array().unwrap().iter();
        let arity = |builtin: &Value| builtin["decl"]["args"].as_array().map_or(0, Vec::len);
        builtins
            .map(|builtin| (builtin["name"].as_str().unwrap().to_owned(), arity(builtin)))
            .collect()
    }

    #[test]
    fn they_are_the_builtins_that_a_policy_may_call() {
        let declared = declared();
        for (name, arity) in &declared {
            if OF_THE_LANGUAGE.contains(&name.as_str()) {
                continue;
            }
            let (_, own) = BUILTINS
                .get(name.as_str())
                .unwrap_or_else(|| panic!("{name}"));
            assert_eq!(usize::from(*own), *arity, "{name}");
        }
        // Whatever else the engine has is refused.
        let mut others: BTreeSet<&str> = BUILTINS.keys().copied().collect();
        others.retain(|name| !declared.contains_key(*name));
        for name in others {
            let (_, arity) = BUILTINS[name];
            let arguments = vec!["1"; usize::from(arity)].join(", ");
            let text = format!("package a\n\ndeny contains x if x := {name}({arguments})\n");
            let set = PolicySet::of(&[("a.rego", &text)]).unwrap();
            let problems = check(&set).unwrap();
            assert!(
                problems
                    .iter()
                    .any(|problem| problem.code.ends_with("-builtin")),
                "{name}: {problems:?}"
            );
        }
    }

    #[test]
    fn a_key_that_is_a_keyword_may_stand_in_a_reference() {
        let text = "package a.if\n\ndeny contains \"x\" if input.account_id.if.not.in\n";
        let set = PolicySet::of(&[("a.rego", text)]);
        assert!(set.is_ok(), "{set:?}");
        assert!(check(&set.unwrap()).is_ok());
    }
}
