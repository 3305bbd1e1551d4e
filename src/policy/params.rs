//! The parameters of policies: `data.params` and what may stand in it.
//!
//! A policy declares each with a default, so that a report can always print
//! the value that a verdict depends on; nothing undeclared is taken.

use std::collections::BTreeMap;

use serde_json::Value;

use super::numbers;
use super::problem::{PolicyError, nearest};
use super::yaml::list;

/// One parameter, as the METADATA declares it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name in `data.params`.
    pub name: String,
    /// What it is, with its unit.
    pub description: String,
    /// Its value where none is given; its type is the parameter's type.
    pub default: Value,
    /// Numbers must be greater than this (`exclusiveMinimum`).
    pub above: Option<f64>,
    /// Numbers must not be less than this.
    pub minimum: Option<f64>,
    /// Numbers must not be greater than this.
    pub maximum: Option<f64>,
    /// The values there are, where they can be listed (`enum`).
    pub one_of: Vec<Value>,
}

impl Parameter {
    /// Whether a value may stand for this parameter.
    ///
    /// # Errors
    /// Why not, in a few words.
    pub fn accepts(&self, value: &Value) -> Result<(), String> {
        if kind(value) != kind(&self.default) {
            return Err(format!("it must be {}", kind(&self.default)));
        }
        if let Some(number) = value.as_f64() {
            if let Some(above) = self.above.filter(|above| number <= *above) {
                return Err(format!("it must be greater than {above}"));
            }
            if let Some(minimum) = self.minimum.filter(|minimum| number < *minimum) {
                return Err(format!("it must be at least {minimum}"));
            }
            if let Some(maximum) = self.maximum.filter(|maximum| number > *maximum) {
                return Err(format!("it must be at most {maximum}"));
            }
        }
        if !self.one_of.is_empty() && !self.one_of.contains(value) {
            let values: Vec<String> = self.one_of.iter().map(Value::to_string).collect();
            return Err(format!("it must be one of {}", values.join(", ")));
        }
        Ok(())
    }

    /// The value that a text on the command line stands for.
    ///
    /// # Errors
    /// [`PolicyError::BadParameter`] where it stands for none.
    pub fn parse(&self, text: &str) -> Result<Value, PolicyError> {
        let refuse = |why: String| PolicyError::BadParameter {
            name: self.name.clone(),
            value: text.to_owned(),
            why,
            help: format!("{}; it is {} by default", self.description, self.default),
        };
        let value = match &self.default {
            Value::String(_) => Value::String(text.to_owned()),
            default => serde_json::from_str(text)
                .map_err(|_| refuse(format!("it must be {}", kind(default))))?,
        };
        if let Some(lost) = numbers::lost(text).filter(|_| !value.is_string()) {
            return Err(refuse(format!(
                "{} ({})",
                numbers::complaint(lost),
                numbers::HELP
            )));
        }
        self.accepts(&value).map_err(refuse)?;
        Ok(value)
    }
}

/// The values of all parameters: defaults, then what data files say, then what
/// is given; only the `open` ones can be given.
///
/// # Errors
/// [`PolicyError::UnknownParameter`] for a name that none of them has,
/// [`PolicyError::BadParameter`] for a value that one refuses.
pub(super) fn settle(
    declared: &[&Parameter],
    open: &[&Parameter],
    from_data: &BTreeMap<String, Value>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, PolicyError> {
    let mut values: BTreeMap<String, Value> = declared
        .iter()
        .map(|p| (p.name.clone(), p.default.clone()))
        .collect();
    let find = |name: &str| declared.iter().find(|parameter| parameter.name == name);
    for (name, value) in from_data {
        if let Some(parameter) = find(name) {
            parameter
                .accepts(value)
                .map_err(|why| PolicyError::BadParameter {
                    name: name.clone(),
                    value: value.to_string(),
                    why,
                    help: format!(
                        "{}; it is {} by default",
                        parameter.description, parameter.default
                    ),
                })?;
        }
        values.insert(name.clone(), value.clone());
    }
    for (name, text) in given {
        let Some(parameter) = open.iter().find(|parameter| parameter.name == *name) else {
            let known = || open.iter().map(|parameter| parameter.name.as_str());
            let help = match nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the parameters are {}", list(known())),
            };
            return Err(PolicyError::UnknownParameter {
                name: name.clone(),
                help,
            });
        };
        values.insert(name.clone(), parameter.parse(text)?);
    }
    Ok(values)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
