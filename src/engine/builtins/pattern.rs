//! `regex.match`, with each pattern compiled once.
//!
//! regorus keeps compiled patterns as well, and clones one for each call: a
//! clone begins without the states that matching has worked out, and makes room
//! for them anew, which takes some 100,000 instructions.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use regorus::Value;

use super::{Refused, original};

/// How many patterns are kept; a policy has few.
const KEPT: usize = 256;

/// How large a compiled pattern may be, in bytes: as large as in regorus.
const SIZE: usize = 100 * 1024;

/// Matches, and keeps the patterns it has compiled.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    compiled: BTreeMap<String, Regex>,
}

impl Patterns {
    /// `regex.match(pattern, value)`.
    pub(super) fn matches(&mut self, arguments: &[Value]) -> Result<Value, Refused> {
        // regorus says what is wrong with arguments and patterns.
        let [Value::String(pattern), Value::String(value)] = arguments else {
            return original("regex.match", arguments);
        };
        if let Some(regex) = self.compiled.get(&**pattern) {
            return Ok(Value::Bool(regex.is_match(value)));
        }
        let Ok(regex) = RegexBuilder::new(pattern).size_limit(SIZE).build() else {
            return original("regex.match", arguments);
        };
        let result = regex.is_match(value);
        if self.compiled.len() >= KEPT {
            self.compiled.clear();
        }
        self.compiled.insert(pattern.to_string(), regex);
        Ok(Value::Bool(result))
    }
}
