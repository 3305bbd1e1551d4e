//! Builtins that regorus has otherwise than OPA, or that can end the process.
//!
//! regorus looks among the extensions of an engine before its own builtins, so
//! each is mended under its own name, and a call keeps its place. What is
//! wrong with regorus's is said where it is mended; a mend can go when regorus
//! no longer needs it. A call that would take more memory or time than a
//! policy may is an error that costs one account, never the run.
//! `docs/engine-faults.md` lists every fault with what regorus knows of it.

use std::sync::LazyLock;

use regorus::unstable::{BUILTINS, Expr, Ref, Source, Span};
use regorus::{Engine, Value};
use thiserror::Error;

use super::error::reported;

pub(super) use regex::syntax;
pub(super) use sizes::{BYTES, begin, weigh};

mod dates;
mod effort;
mod encodings;
mod glob;
mod held;
mod marshal;
mod numbers;
mod pointers;
mod regex;
mod sizes;
mod sprintf;
mod texts;
mod yaml;

/// Why a builtin gives nothing.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) String);

/// What regorus says too where the time is up.
pub(super) const LATE: &str = "exceeded time limit";

/// What ends the message of every error that a limit is the reason of.
const LIMIT: &str = "more than a policy may";

/// A call that would give more than this many of something.
fn too_much(name: &str, count: impl std::fmt::Display, what: &str) -> Refused {
    Refused(format!("`{name}` would give {count} {what}, {LIMIT}"))
}

/// What a mend makes of a call.
enum Made {
    /// This is its value.
    Value(Value),
    /// regorus's own builtin is right about it.
    Same,
}

type Mend = fn(&[Value]) -> Result<Made, Refused>;

/// The functions that `x in xs` and `key, x in xs` are rewritten to.
pub(super) const MEMBER: &str = "coldtrail_member";
pub(super) const MEMBER_AT: &str = "coldtrail_member_at";
/// Those that `+`, `-`, `*`, `/` and `%` are rewritten to.
pub(super) const PLUS: &str = "coldtrail_plus";
pub(super) const MINUS: &str = "coldtrail_minus";
pub(super) const TIMES: &str = "coldtrail_times";
pub(super) const DIVIDED: &str = "coldtrail_divided";
pub(super) const REMAINDER: &str = "coldtrail_remainder";
/// The same where their result goes into another of them, into a comparison or
/// into what rounds it.
pub(super) const PLUS_WITHIN: &str = "coldtrail_plus_within";
pub(super) const MINUS_WITHIN: &str = "coldtrail_minus_within";
pub(super) const TIMES_WITHIN: &str = "coldtrail_times_within";
pub(super) const DIVIDED_WITHIN: &str = "coldtrail_divided_within";
/// Those that comparisons of such results are rewritten to.
pub(super) const LESS: &str = "coldtrail_less";
pub(super) const AT_MOST: &str = "coldtrail_at_most";
pub(super) const EQUAL: &str = "coldtrail_equal";
pub(super) const UNEQUAL: &str = "coldtrail_unequal";
pub(super) const AT_LEAST: &str = "coldtrail_at_least";
pub(super) const MORE: &str = "coldtrail_more";
/// The one that what `print` is given goes through.
pub(super) const PRINTED: &str = "coldtrail_printed";

/// Every mended builtin, with the number of its arguments.
const MENDED: &[(&str, u8, Mend)] = &[
    ("sort", 1, sizes::plain),
    ("object.union", 2, sizes::plain),
    ("object.remove", 2, sizes::plain),
    ("object.keys", 1, sizes::plain),
    ("object.filter", 2, sizes::plain),
    ("graph.reachable", 2, sizes::plain),
    ("format_int", 2, numbers::whole_written),
    ("array.slice", 3, sizes::plain),
    ("array.reverse", 1, sizes::plain),
    ("abs", 1, numbers::stepped),
    ("array.concat", 2, sizes::concatenated),
    ("base64.decode", 1, encodings::base64_decode),
    ("base64.encode", 1, sizes::plain),
    ("base64.is_valid", 1, encodings::base64_is_valid),
    ("base64url.decode", 1, encodings::base64url_decode),
    ("base64url.encode", 1, sizes::plain),
    ("base64url.encode_no_pad", 1, sizes::plain),
    ("bits.lsh", 2, sizes::shifted),
    ("ceil", 1, numbers::within::ceil),
    (PLUS, 2, numbers::plus::<false>),
    (MINUS, 2, numbers::minus::<false>),
    (TIMES, 2, numbers::times::<false>),
    (DIVIDED, 2, numbers::divided::<false>),
    (PLUS_WITHIN, 2, numbers::plus::<true>),
    (MINUS_WITHIN, 2, numbers::minus::<true>),
    (TIMES_WITHIN, 2, numbers::times::<true>),
    (DIVIDED_WITHIN, 2, numbers::divided::<true>),
    (LESS, 2, numbers::within::less),
    (AT_MOST, 2, numbers::within::at_most),
    (EQUAL, 2, numbers::within::equal),
    (UNEQUAL, 2, numbers::within::unequal),
    (AT_LEAST, 2, numbers::within::at_least),
    (MORE, 2, numbers::within::more),
    (REMAINDER, 2, numbers::remainder),
    (MEMBER, 2, texts::member),
    (MEMBER_AT, 3, texts::member_at),
    ("concat", 2, sizes::joined),
    ("count", 1, texts::size),
    ("floor", 1, numbers::within::floor),
    ("glob.quote_meta", 1, glob::quoted),
    ("graph.reachable_paths", 2, held::paths),
    ("hex.decode", 1, encodings::hex_decode),
    ("hex.encode", 1, sizes::plain),
    ("indexof", 2, effort::found),
    ("indexof_n", 2, effort::found),
    ("json.filter", 2, pointers::filter),
    ("json.is_valid", 1, held::is_json),
    ("json.marshal", 1, marshal::marshal),
    ("json.marshal_with_options", 2, marshal::with_options),
    ("json.patch", 2, sizes::patched),
    ("json.remove", 2, pointers::remove),
    ("json.unmarshal", 1, held::read),
    ("lower", 1, held::lower),
    ("net.cidr_contains", 2, held::contains),
    ("net.cidr_expand", 1, held::addresses),
    ("net.cidr_is_valid", 1, held::is_cidr),
    ("numbers.range", 2, sizes::range),
    ("numbers.range_step", 3, sizes::range),
    ("intersection", 1, effort::united),
    ("object.subset", 2, effort::subset),
    ("object.union_n", 1, effort::united),
    (PRINTED, 1, sizes::printed),
    ("product", 1, numbers::product),
    ("regex.find_all_string_submatch_n", 3, regex::found_groups),
    ("regex.find_n", 3, regex::found),
    ("regex.is_valid", 1, regex::is_valid),
    ("regex.match", 2, regex::matches),
    ("regex.replace", 3, regex::replaced),
    ("regex.split", 2, regex::split),
    ("regex.template_match", 4, regex::template),
    ("replace", 3, sizes::replaced),
    ("round", 1, numbers::within::round),
    ("semver.compare", 2, held::versions),
    ("semver.is_valid", 1, held::version),
    ("split", 2, sizes::split),
    ("sprintf", 2, sprintf::sprintf),
    ("strings.any_prefix_match", 2, sizes::pairs),
    ("strings.any_suffix_match", 2, sizes::pairs),
    ("strings.count", 2, texts::count),
    ("strings.replace_n", 2, held::replaced_each),
    ("strings.reverse", 1, sizes::plain),
    ("substring", 3, texts::substring),
    ("sum", 1, numbers::sum),
    ("time.add_date", 4, dates::add_date),
    ("time.clock", 1, dates::shown),
    ("time.date", 1, dates::shown),
    ("time.diff", 2, dates::diff),
    ("time.format", 1, dates::format),
    ("time.parse_duration_ns", 1, dates::duration),
    ("time.parse_ns", 2, dates::parse),
    ("time.parse_rfc3339_ns", 1, dates::parse_rfc3339),
    ("time.weekday", 1, dates::shown),
    ("to_number", 1, held::number),
    ("trace", 1, held::trace),
    ("trim", 2, sizes::plain),
    ("trim_left", 2, sizes::plain),
    ("trim_prefix", 2, sizes::plain),
    ("trim_right", 2, sizes::plain),
    ("trim_space", 1, sizes::plain),
    ("trim_suffix", 2, sizes::plain),
    ("union", 1, effort::united),
    ("units.parse", 1, held::size),
    ("units.parse_bytes", 1, held::bytes),
    ("upper", 1, held::upper),
    ("urlquery.decode", 1, encodings::query_decode),
    ("urlquery.decode_object", 1, encodings::query_decode_object),
    ("urlquery.encode", 1, encodings::query_encode),
    ("urlquery.encode_object", 1, encodings::query_encode_object),
    ("uuid.parse", 1, held::uuid),
    ("walk", 1, sizes::written),
    ("yaml.is_valid", 1, yaml::is_valid),
    ("yaml.marshal", 1, yaml::marshal),
    ("yaml.unmarshal", 1, yaml::unmarshal),
];

/// Puts the mended builtins into an engine.
pub(super) fn mend(engine: &mut Engine) {
    register(engine, str::to_owned);
    let mut matcher = glob::Matcher::default();
    let run = move |arguments: Vec<Value>| Ok(matcher.matches(&arguments)?);
    let _ = engine.add_extension("glob.match".to_owned(), 3, Box::new(run));
}

/// What a mended builtin is called in a program that nobody reads: regorus puts
/// each name together anew for each call, part by part.
pub(super) fn short(name: &str) -> String {
    let is_mended = MENDED.iter().any(|(mended, ..)| *mended == name);
    match is_mended && name.contains('.') {
        true => format!("coldtrail_{}", name.replace('.', "_")),
        false => name.to_owned(),
    }
}

/// Puts the mended builtins into an engine under their short names too.
pub(super) fn mend_short(engine: &mut Engine) {
    register(engine, short);
}

fn register(engine: &mut Engine, called_as: impl Fn(&str) -> String) {
    for (name, arity, mend) in MENDED {
        let run = move |arguments: Vec<Value>| Ok(called(name, *mend, &arguments)?);
        // It fails where the name is taken, and keeps what is there.
        let _ = engine.add_extension(called_as(name), *arity, Box::new(run));
    }
}

/// What a mended builtin gives, taken from what an account may have.
fn called(name: &str, mend: Mend, arguments: &[Value]) -> Result<Value, Refused> {
    let value = match mend(arguments)? {
        Made::Value(value) => value,
        Made::Same => match original(name, arguments)? {
            Value::Undefined => return Err(without_value(name)),
            value => numbers::held(value)?,
        },
    };
    sizes::charge(&value)?;
    sizes::in_time(arguments.iter().chain([&value]))?;
    Ok(value)
}

/// OPA has no such answer: what has no value is an error.
fn without_value(name: &str) -> Refused {
    Refused(format!("`{name}` has no value of what it is given"))
}

/// What regorus's own builtin gives.
fn original(name: &str, arguments: &[Value]) -> Result<Value, Refused> {
    // A place and arguments as written, which are for errors alone.
    static NOWHERE: LazyLock<Option<(Span, [Ref<Expr>; 4])>> = LazyLock::new(|| {
        let source = Source::from_contents("builtin".to_owned(), " ".to_owned()).ok()?;
        let span = Span {
            source,
            line: 1,
            col: 1,
            start: 0,
            end: 0,
        };
        let params = std::array::from_fn(|_| {
            Ref::new(Expr::Null {
                span: span.clone(),
                value: Value::Null,
                eidx: 0,
            })
        });
        Some((span, params))
    });
    let nowhere = NOWHERE.as_ref();
    let (Some((function, _)), Some((span, params))) = (BUILTINS.get(name), nowhere) else {
        return Err(Refused(format!("there is no `{name}`")));
    };
    let params = params.get(..arguments.len()).unwrap_or(params);
    function(span, params, arguments, true)
        .map_err(|error| Refused(reported(&error.to_string()).message))
}

/// The text that an argument is.
fn text<'v>(name: &str, arguments: &'v [Value], index: usize) -> Result<&'v str, Refused> {
    match arguments.get(index) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Refused(format!(
            "`{name}` expects a string as its {} argument",
            ["first", "second", "third"].get(index).unwrap_or(&"next")
        ))),
    }
}

#[cfg(test)]
mod tests;
