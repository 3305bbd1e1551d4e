//! Rules where a data file or a package has something already: regorus lets
//! the data take the place of the rule, and OPA refuses both.

use super::names::Names;
use crate::engine::visit::{self, range};
use crate::policy::PolicyProblem;

pub(super) fn lint(names: &Names<'_>, problems: &mut Vec<PolicyProblem>) {
    for (path, definitions) in &names.rules {
        let Some(definition) = definitions.first() else {
            continue;
        };
        let Some(unit) = names.unit(*definition) else {
            continue;
        };
        let shown = path.join(".");
        let at = range(visit::rule_reference(definition.rule).span());
        if names.is_in_data(path) {
            problems.push(
                unit.problem(
                    "data-at-rule",
                    at,
                    format!("a data file has a value at `{shown}` too"),
                    "this rule",
                )
                .with_help("data lies under the folder of its file; move it to another folder, or give the rule another name"),
            );
            continue;
        }
        if let Some(package) = names
            .units
            .iter()
            .find(|unit| unit.package.starts_with(path))
        {
            problems.push(
                unit.problem(
                    "package-at-rule",
                    at,
                    format!(
                        "`{}` is a package within the rule `{shown}`",
                        package.package.join(".")
                    ),
                    "this rule",
                )
                .with_help("give the rule or the package another name"),
            );
        }
    }
}
