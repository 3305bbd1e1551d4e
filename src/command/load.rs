//! What several commands need first: the bundle, the policies, the threads.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{CommandError, policy};
use crate::cli::{PolicyArgs, ReadingArgs};
use crate::coverage::Expected;
use crate::document::decode::decode;
use crate::engine::STACK;
use crate::evidence::Options;
use crate::finding::AsOfBasis;
use crate::policy::PolicySet;
use crate::snapshot::AsOf;
use crate::source::exclude::Excludes;
use crate::source::given::Links;
use crate::source::input;
use crate::source::limits::{self, BYTES_A_VALUE, Limits, OverLimit};
use crate::text::visible;
use crate::time;

/// As many threads as asked for.
pub(super) fn threads(jobs: Option<u16>) -> Result<ThreadPool, CommandError> {
    let pool = ThreadPoolBuilder::new().num_threads(jobs.map_or(0, usize::from));
    let pool = pool.stack_size(STACK).build();
    pool.map_err(|error| CommandError::Threads(error.to_string()))
}

/// Runs `work` on as many threads as asked for.
pub(super) fn on_threads<T: Send>(
    jobs: Option<u16>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, CommandError> {
    Ok(threads(jobs)?.install(work))
}

/// Refuses a path that isn't there: a slip of the caller's says nothing about
/// trails, so it is no evidence and no verdict.
pub(super) fn paths(paths: &[PathBuf]) -> Result<(), CommandError> {
    let missing = paths.iter().find(|path| {
        let found = std::fs::symlink_metadata(path);
        path.as_os_str() != "-" && found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    });
    missing.map_or(Ok(()), |path| {
        Err(CommandError::Usage {
            what: format!("`{}`", visible(&path.display().to_string())),
            why: "there is no such file or folder".to_owned(),
            help: "check the path; nothing was judged".to_owned(),
        })
    })
}

/// How evidence is read.
pub(super) fn options(args: &ReadingArgs) -> Result<Options, CommandError> {
    let mut options = Options {
        excludes: excludes(&args.exclude)?,
        links: if args.follow_links {
            Links::Follow
        } else {
            Links::Report
        },
        ..Options::default()
    };
    if let Some(bytes) = args.max_document_bytes {
        options.limits.document_bytes = bytes;
    }
    if let Some(bytes) = args.max_total_bytes {
        options.limits.total_bytes = bytes;
    }
    if let Some(entries) = args.max_entries {
        options.limits.entries = entries;
    }
    if let Some(values) = args.max_values {
        options.limits.values = values;
    }
    if let Some(times) = args.max_expansion {
        options.limits.expansion = times;
    }
    if let Some(levels) = args.max_nesting {
        options.limits.nesting = levels.into();
    }
    Ok(options)
}

/// Which files are left out.
pub(super) fn excludes(globs: &[String]) -> Result<Excludes, CommandError> {
    Excludes::new(globs).map_err(|(glob, why)| CommandError::Usage {
        what: format!("`--exclude {}`", visible(&glob)),
        why,
        help: "give a glob, such as `*.png`, `old/**` or `bundle.zip!inner/x`".to_owned(),
    })
}

/// The population that the command line names.
pub(super) fn expected(args: &ReadingArgs) -> Result<Expected, CommandError> {
    let accounts = match &args.expect_accounts {
        None => Vec::new(),
        Some(path) => accounts(path, args.max_values)?,
    };
    Ok(Expected::new(accounts, args.expect_regions.clone()))
}

/// The accounts that a list names: each is a subject, whether anything is found of it
/// or not.
fn accounts(path: &Path, max_values: Option<u64>) -> Result<Vec<Arc<str>>, CommandError> {
    let refuse = |why: String| CommandError::Input {
        path: path.to_path_buf(),
        why,
    };
    let bytes = input::bytes(path, input::ACCOUNTS)?;
    let values = max_values.unwrap_or(Limits::default().values);
    let most = limits::allowed(bytes.len() as u64).saturating_add(values);
    let decoded = decode(bytes).map_err(|error| refuse(error.why))?;
    let accounts = Expected::read_accounts(&path.to_string_lossy(), &decoded.text)?;
    match accounts.len() as u64 > most {
        true => Err(CommandError::TooManyAccounts {
            path: path.to_path_buf(),
            accounts: accounts.len(),
            most,
        }),
        false => Ok(accounts),
    }
}

/// When the evidence was collected, as the caller says. The one place that
/// reads the clock, and only for `now`.
pub(super) fn as_of(args: &ReadingArgs) -> Result<AsOf, CommandError> {
    moment(args.as_of.as_deref())
}

/// The same, from the text alone.
pub(super) fn moment(text: Option<&str>) -> Result<AsOf, CommandError> {
    match text {
        None => Ok(AsOf::FromEvidence),
        Some("now") => Ok(AsOf::Given(Timestamp::now(), AsOfBasis::Clock)),
        Some("mtime") => Ok(AsOf::FileTimes),
        Some(text) => time::rfc3339(text).and_then(|at| match time::is_countable(at) {
            true => Ok(at),
            false => Err("it lies outside the years 1970 to 2261".to_owned()),
        }).map(|at| AsOf::Given(at, AsOfBasis::Flag)).map_err(|why| CommandError::Usage {
            what: format!("`--as-of {text}`"),
            why,
            help: "give a time with its zone, such as `2026-11-20T10:05:00Z`, or `now`, or `mtime`".to_owned(),
        }),
    }
}

/// The policies that judge, with their parameters.
pub(super) fn policies(args: &PolicyArgs) -> Result<PolicySet, CommandError> {
    settled(policy::load(&args.policy, &args.signature)?, args)
}

/// The same, where a library without a policy does.
pub(super) fn rules(args: &PolicyArgs) -> Result<PolicySet, CommandError> {
    settled(policy::load_rules(&args.policy, &args.signature)?, args)
}

fn settled(set: PolicySet, args: &PolicyArgs) -> Result<PolicySet, CommandError> {
    let mut params = BTreeMap::new();
    for param in &args.param {
        let Some((name, value)) = param.split_once('=') else {
            return Err(CommandError::Usage {
                what: format!("`--param {param}`"),
                why: "it has no `=`".to_owned(),
                help: "write NAME=VALUE, such as `--param max_delivery_age_hours=48`".to_owned(),
            });
        };
        params.insert(name.to_owned(), value.to_owned());
    }
    let set = if args.only.is_empty() {
        set
    } else {
        set.only(&args.only)?
    };
    let set = set.with_params(&params)?;
    Ok(match args.no_optimize {
        true => set.as_written(),
        false => set,
    })
}

/// Refuses a bundle that was not read to its end.
pub(super) fn within(over: Option<OverLimit>, options: &Options) -> Result<(), CommandError> {
    let limits = &options.limits;
    let (what, flag) = match over {
        None => return Ok(()),
        Some(OverLimit::Bytes) => (
            format!("is more than {} bytes in all", limits.total_bytes),
            "--max-total-bytes",
        ),
        Some(OverLimit::Entries) => (
            format!("has more than {} files in its archives", limits.entries),
            "--max-entries",
        ),
        Some(OverLimit::Values) => (
            format!(
                "holds more than {} values beyond one for each {BYTES_A_VALUE} bytes",
                limits.values
            ),
            "--max-values",
        ),
    };
    Err(CommandError::TooMuch { what, flag })
}
