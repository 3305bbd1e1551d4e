//! How much a call may give: what would fill the memory, or take longer than
//! any clock in the engine sees, is refused before it is begun.

use std::cell::Cell;
use std::time::{Duration, Instant};

use regorus::Value;

use super::{LATE, Made, Refused, original, text, too_much, without_value};

/// Members of a collection.
const MEMBERS: u64 = 5_000_000;
/// Bytes of a text.
pub(in crate::engine) const BYTES: usize = 64 << 20;
/// Digits of an exponent's value, and of a number that is written out.
const DIGITS: usize = 10_000;

/// Bytes of all that the builtins give while one account is judged.
const TOTAL: usize = 256 << 20;
/// Comparisons of two texts in one call.
const PAIRS: usize = 50_000_000;

thread_local! {
    /// What they gave so far. An engine runs on one thread from the beginning
    /// of an account to its end.
    static SPENT: Cell<usize> = const { Cell::new(0) };
    /// When they have to be done.
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Begins the account of what builtins give, and of their time.
pub(in crate::engine) fn begin(limit: Duration) {
    SPENT.set(0);
    END.set(Instant::now().checked_add(limit));
}

/// Ends the evaluation behind a large call whose time is up: the engine itself
/// looks at the clock once in many steps, and each may be such a call.
pub(super) fn in_time<'v>(values: impl IntoIterator<Item = &'v Value>) -> Result<(), Refused> {
    const LARGE: usize = 4096;
    let is_large = |value: &Value| match value {
        Value::String(text) => text.len() > LARGE,
        Value::Array(members) => members.len() > LARGE,
        Value::Set(members) => members.len() > LARGE,
        Value::Object(members) => members.len() > LARGE,
        _ => false,
    };
    match values.into_iter().any(is_large) {
        true => look_at_clock(),
        false => Ok(()),
    }
}

fn look_at_clock() -> Result<(), Refused> {
    match END.get().is_some_and(|end| Instant::now() > end) {
        true => Err(Refused(LATE.to_owned())),
        false => Ok(()),
    }
}

fn spend(bytes: usize) -> Result<(), Refused> {
    let spent = SPENT.get().saturating_add(bytes);
    SPENT.set(spent);
    match spent > TOTAL {
        true => Err(too_much("a policy", format!("more than {TOTAL}"), "bytes")),
        false => Ok(()),
    }
}

/// Takes what a call gave from what an account may have: its own, and not what
/// it shares with what it was made of.
pub(super) fn charge(value: &Value) -> Result<(), Refused> {
    const MEMBER: usize = size_of::<Value>();
    spend(match value {
        Value::String(text) => text.len(),
        Value::Array(members) => members.len().saturating_mul(MEMBER),
        Value::Set(members) => members.len().saturating_mul(2 * MEMBER),
        Value::Object(members) => members.len().saturating_mul(3 * MEMBER),
        _ => 0,
    })
}

/// What is bounded by what it is given.
pub(super) fn plain(_: &[Value]) -> Result<Made, Refused> {
    Ok(Made::Same)
}

pub(super) fn bounded(name: &str, bytes: usize) -> Result<Made, Refused> {
    match bytes > BYTES {
        true => Err(too_much(name, bytes, "bytes")),
        false => Ok(Made::Same),
    }
}

fn members(name: &str, count: u64) -> Result<Made, Refused> {
    match count > MEMBERS {
        true => Err(too_much(name, count, "members")),
        false => Ok(Made::Same),
    }
}

/// What gives the parts of a text: at most one a byte.
pub(super) fn split(arguments: &[Value]) -> Result<Made, Refused> {
    let longest = arguments
        .iter()
        .filter_map(|value| Some(value.as_string().ok()?.len()))
        .max();
    let parts = u64::try_from(longest.unwrap_or(0)).unwrap_or(u64::MAX);
    if parts > MEMBERS {
        return Err(too_much("parts of a text", parts, "members"));
    }
    Ok(Made::Same)
}

/// What compares each member of one argument with each of the other.
pub(super) fn pairs(arguments: &[Value]) -> Result<Made, Refused> {
    let count = |value: &Value| match value {
        Value::Array(members) => members.len(),
        Value::Set(members) => members.len(),
        _ => 1,
    };
    let pairs = arguments.iter().map(count).fold(1, usize::saturating_mul);
    if pairs > PAIRS {
        return Err(too_much("a search", pairs, "comparisons"));
    }
    Ok(Made::Same)
}

/// `numbers.range(first, last)` and `numbers.range_step(first, last, step)`.
pub(super) fn range(arguments: &[Value]) -> Result<Made, Refused> {
    let whole = |index: usize| arguments.get(index).and_then(|value| value.as_i128().ok());
    let (Some(first), Some(last)) = (whole(0), whole(1)) else {
        // A number beyond all of these is too far from any other.
        let numbers = arguments
            .iter()
            .all(|value| matches!(value, Value::Number(_)));
        let is_far = numbers && arguments.iter().any(|value| value.as_i128().is_err());
        let fraction = |value: &Value| value.as_f64().is_ok_and(|value| value.fract() != 0.0);
        return if is_far && !arguments.iter().any(fraction) {
            Err(too_much("numbers.range", "very many", "members"))
        } else {
            Ok(Made::Same)
        };
    };
    let step = whole(2).unwrap_or(1);
    if step < 1 {
        return Ok(Made::Same);
    }
    let count = last.abs_diff(first) / step.unsigned_abs();
    members("numbers.range", u64::try_from(count).unwrap_or(u64::MAX))
}

/// `array.concat(a, b)`.
pub(super) fn concatenated(arguments: &[Value]) -> Result<Made, Refused> {
    let count: usize = arguments
        .iter()
        .filter_map(|value| value.as_array().ok())
        .map(|members| members.len())
        .sum();
    members("array.concat", u64::try_from(count).unwrap_or(u64::MAX))
}

/// `net.cidr_expand(cidr)`.
pub(super) fn addresses(arguments: &[Value]) -> Result<Made, Refused> {
    let cidr = text("net.cidr_expand", arguments, 0)?;
    let bits: u32 = if cidr.contains(':') { 128 } else { 32 };
    let prefix = cidr
        .rsplit('/')
        .next()
        .and_then(|prefix| prefix.parse().ok());
    let free = bits.saturating_sub(prefix.unwrap_or(bits));
    members(
        "net.cidr_expand",
        1u64.checked_shl(free).unwrap_or(u64::MAX),
    )
}

/// `bits.lsh(number, count)`.
pub(super) fn shifted(arguments: &[Value]) -> Result<Made, Refused> {
    match arguments.get(1).and_then(|value| value.as_u64().ok()) {
        Some(count) if count > 1 << 16 => Err(too_much("bits.lsh", count, "bits")),
        _ => Ok(Made::Same),
    }
}

/// `product(numbers)`: each factor adds digits.
pub(super) fn multiplied(arguments: &[Value]) -> Result<Made, Refused> {
    let count = match arguments.first() {
        Some(Value::Array(numbers)) => numbers.len(),
        Some(Value::Set(numbers)) => numbers.len(),
        _ => 0,
    };
    if count > DIGITS {
        return Err(too_much("product", count, "factors"));
    }
    Ok(Made::Same)
}

/// `to_number(x)`, `units.parse(x)`, `units.parse_bytes(x)`: regorus writes an
/// exponent out in digits.
pub(super) fn number(arguments: &[Value]) -> Result<Made, Refused> {
    match arguments.first() {
        Some(Value::String(text)) => exponents(text),
        _ => Ok(Made::Same),
    }
}

/// `json.unmarshal(text)`, for the same reason.
pub(super) fn read(arguments: &[Value]) -> Result<Made, Refused> {
    exponents(text("json.unmarshal", arguments, 0)?)
}

/// `yaml.unmarshal(text)`: an alias stands for all that it names, again and
/// again.
pub(super) fn read_yaml(arguments: &[Value]) -> Result<Made, Refused> {
    let text = text("yaml.unmarshal", arguments, 0)?;
    let aliases = text.matches('*').count();
    if aliases > 16 {
        return Err(too_much("yaml.unmarshal", aliases, "aliases"));
    }
    exponents(text)
}

/// Whether every exponent in a text is one that can be written out.
fn exponents(text: &str) -> Result<Made, Refused> {
    let mut longest = 0usize;
    let mut run = 0usize;
    for sign in text.bytes() {
        run = if sign.is_ascii_digit() {
            run.saturating_add(1)
        } else {
            0
        };
        longest = longest.max(run);
    }
    if longest > DIGITS {
        return Err(too_much("a number", longest, "digits"));
    }
    for (at, _) in text.match_indices(['e', 'E']) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if !before.is_some_and(|sign| sign.is_ascii_digit() || sign == '.') {
            continue;
        }
        let after = text.get(at.saturating_add(1)..).unwrap_or_default();
        let after = after.strip_prefix(['+', '-']).unwrap_or(after);
        let digits = after
            .find(|sign: char| !sign.is_ascii_digit())
            .unwrap_or(after.len());
        let Some(digits) = after.get(..digits).filter(|digits| !digits.is_empty()) else {
            continue;
        };
        if digits
            .parse()
            .map_or(true, |exponent: usize| exponent > 300)
        {
            return Err(too_much("a number", format!("1e{digits}"), "or so"));
        }
    }
    Ok(Made::Same)
}

/// `concat(delimiter, texts)`.
pub(super) fn joined(arguments: &[Value]) -> Result<Made, Refused> {
    let delimiter = text("concat", arguments, 0)?.len();
    let length = |value: &Value| match value {
        Value::String(text) => text.len().saturating_add(delimiter),
        _ => 0,
    };
    let bytes = match arguments.get(1) {
        Some(Value::Array(texts)) => texts.iter().map(length).sum(),
        Some(Value::Set(texts)) => texts.iter().map(length).sum(),
        _ => 0,
    };
    bounded("concat", bytes)
}

/// `replace(text, old, new)`.
pub(super) fn replaced(arguments: &[Value]) -> Result<Made, Refused> {
    let (whole, old) = (
        text("replace", arguments, 0)?,
        text("replace", arguments, 1)?,
    );
    if old.is_empty() && !whole.is_ascii() {
        // Go goes through bytes there, and OPA's text is none then.
        return Err(too_much("replace", "the bytes of characters", "apart"));
    }
    bounded("replace", grown(whole, old, text("replace", arguments, 2)?))
}

fn grown(whole: &str, old: &str, new: &str) -> usize {
    let count = if new.len() <= old.len() {
        0
    } else if old.is_empty() {
        whole.len().saturating_add(1)
    } else {
        whole.matches(old).count()
    };
    whole.len().saturating_add(count.saturating_mul(new.len()))
}

/// `json.marshal(x)` and `walk(x)`: a value that holds another many times is
/// small until it is written out.
pub(super) fn written(arguments: &[Value]) -> Result<Made, Refused> {
    let mut left = BYTES;
    for argument in arguments {
        weigh(argument, &mut left)?;
    }
    spend(BYTES.saturating_sub(left))?;
    Ok(Made::Same)
}

/// `json.patch(value, operations)`: each copy may double the value, which regorus
/// writes out. So they are done one by one, and each result is weighed.
pub(super) fn patched(arguments: &[Value]) -> Result<Made, Refused> {
    const NAME: &str = "json.patch";
    written(arguments)?;
    let [value, Value::Array(operations)] = arguments else {
        return Ok(Made::Same);
    };
    let (op, copy) = (Value::from("op"), Value::from("copy"));
    let copies = |operation: &Value| matches!(operation, Value::Object(keys) if keys.get(&op) == Some(&copy));
    if !operations.iter().any(copies) {
        return Ok(Made::Same);
    }
    let mut value = value.clone();
    for operation in operations.iter() {
        value = original(NAME, &[value, vec![operation.clone()].into()])?;
        if value == Value::Undefined {
            return Err(without_value(NAME));
        }
        weigh(&value, &mut { BYTES })?;
        look_at_clock()?;
    }
    Ok(Made::Value(value))
}

/// What `print` is given.
pub(super) fn printed(arguments: &[Value]) -> Result<Made, Refused> {
    written(arguments)?;
    let given = arguments.first().cloned();
    Ok(Made::Value(given.unwrap_or(Value::Undefined)))
}

/// Takes the size of a value from what is left.
pub(in crate::engine) fn weigh(value: &Value, left: &mut usize) -> Result<(), Refused> {
    let own = match value {
        Value::String(text) => text.len().saturating_add(2),
        Value::Number(_) => 8,
        _ => 4,
    };
    *left = left
        .checked_sub(own)
        .ok_or_else(|| too_much("a value", format!("more than {BYTES}"), "bytes"))?;
    match value {
        Value::Array(members) => members.iter().try_for_each(|member| weigh(member, left)),
        Value::Set(members) => members.iter().try_for_each(|member| weigh(member, left)),
        Value::Object(members) => members.iter().try_for_each(|(key, member)| {
            weigh(key, left)?;
            weigh(member, left)
        }),
        _ => Ok(()),
    }
}

/// `graph.reachable_paths(graph, initial)`: a graph of thirty nodes may have
/// more paths than any memory holds.
pub(super) fn paths(arguments: &[Value]) -> Result<Made, Refused> {
    const STEPS: usize = 200_000;
    const DEPTH: usize = 1_000;
    let (Some(Value::Object(graph)), Some(initial)) = (arguments.first(), arguments.get(1)) else {
        return Ok(Made::Same);
    };
    let refuse = || too_much("graph.reachable_paths", "very many", "paths");
    let next = |value: &Value| -> Vec<Value> {
        match value {
            Value::Array(members) => members.to_vec(),
            Value::Set(members) => members.iter().cloned().collect(),
            _ => Vec::new(),
        }
    };
    let mut steps = 0usize;
    let mut path: Vec<Value> = Vec::new();
    let mut waiting = vec![next(initial)];
    while let Some(level) = waiting.last_mut() {
        let Some(node) = level.pop() else {
            waiting.pop();
            path.pop();
            continue;
        };
        steps = steps.saturating_add(1).saturating_add(path.len() / 8);
        if steps > STEPS || path.len() > DEPTH {
            return Err(refuse());
        }
        if path.contains(&node) {
            continue;
        }
        if let Some(neighbours) = graph.get(&node) {
            waiting.push(next(neighbours));
            path.push(node);
        }
    }
    Ok(Made::Same)
}
