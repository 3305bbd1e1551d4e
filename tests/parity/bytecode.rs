//! regorus's bytecode machine, which the program doesn't use: it is known to
//! differ from OPA, and this tells whether it still does.

use coldtrail::policy::PolicySet;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};
use serde::Deserialize;
use serde_json::json;

/// What it makes of a control, or `{"error": …}`.
pub(super) fn run(set: &PolicySet, package: &str, input: &serde_json::Value) -> serde_json::Value {
    rules(set, package, input).unwrap_or_else(|error| json!({"error": error}))
}

fn rules(
    set: &PolicySet,
    package: &str,
    input: &serde_json::Value,
) -> Result<serde_json::Value, String> {
    let mut engine = Engine::new();
    for module in set.modules() {
        engine
            .add_policy(module.file.name.clone(), module.file.text.to_string())
            .map_err(text)?;
    }
    let data = Value::deserialize(set.data()).map_err(text)?;
    engine.add_data(data.clone()).map_err(text)?;
    let mut found = serde_json::Map::new();
    for rule in ["subjects", "checks", "results", "warnings"] {
        let path: Rc<str> = format!("data.{package}.{rule}").into();
        let policy = engine.compile_with_entrypoint(&path).map_err(text)?;
        let mut machine = RegoVM::new();
        machine.load_program(Compiler::compile_from_policy(&policy, &[&path]).map_err(text)?);
        machine.set_data(data.clone()).map_err(text)?;
        machine.set_input(Value::deserialize(input).map_err(text)?);
        let value = machine.execute().map_err(text)?;
        found.insert(rule.to_owned(), serde_json::to_value(value).map_err(text)?);
    }
    Ok(found.into())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
