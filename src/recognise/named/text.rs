//! Who and where a text names: lines of a transcript, columns, tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::mentioned;
use crate::cloudtrail::arn;
use crate::document::command::Command;
use crate::document::split;
use crate::recognise::facts::{Facts, Origin, Roll, RollBy, RollOf};
use crate::recognise::reader::roll;
use crate::recognise::{failed_call, prose, vocabulary};

/// What a text names that is read as nothing else and has no commands in it: as
/// the AWS CLI prints it, and as people keep it in columns, rows and headings.
pub(crate) fn of_text(text: &str) -> Facts {
    let mut facts = of_columns(text);
    let (accounts, regions) = rows(text);
    facts.rolls.extend(mentioned(accounts));
    let is_listed = facts.rolls.iter().any(|roll| roll.of == RollOf::Regions);
    if !regions.is_empty() && !is_listed {
        facts.rolls.push(Roll {
            of: RollOf::Regions,
            names: regions.into_iter().collect(),
            by: RollBy::Mention,
            origin: Origin::default(),
        });
    }
    facts
}

/// What stands in lists of an organization's accounts.
static OF_ORGANIZATIONS: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(":organizations::"));

/// What heads the table of a caller.
static OF_CALLERS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("GetCallerIdentity"));

/// What the AWS CLI prints of accounts, regions and callers in text and tables.
pub(crate) fn of_columns(text: &str) -> Facts {
    let mut facts = Facts::default();
    let holds = |mark: &Finder<'_>| mark.find(text.as_bytes()).is_some();
    if holds(&OF_ORGANIZATIONS) {
        let open = text.lines().filter(|line| !roll::says_closed(line));
        let accounts = open.flat_map(members).collect();
        take(&mut facts, RollOf::Accounts, accounts);
    }
    let regions = regions(text);
    take(&mut facts, RollOf::Regions, regions);
    if holds(&OF_CALLERS) {
        facts.identity = text.lines().find_map(caller);
    }
    facts
}

fn take(facts: &mut Facts, of: RollOf, names: Vec<Box<str>>) {
    if !names.is_empty() {
        facts.rolls.push(Roll {
            of,
            names,
            by: RollBy::Answer,
            origin: Origin::default(),
        });
    }
}

/// The accounts whose ARNs a line holds:
/// `arn:aws:organizations::111122223333:account/o-1/444455556666`.
fn members(line: &str) -> impl Iterator<Item = Box<str>> {
    line.split(":account/o-").skip(1).filter_map(|rest| {
        let id = rest.split_once('/')?.1.get(..12)?;
        arn::is_account(id).then(|| id.into())
    })
}

/// The regions that an answer in text lists: rows of `describe-regions`, or
/// nothing but names of regions.
fn regions(text: &str) -> Vec<Box<str>> {
    if text.starts_with("REGIONS\t") {
        let on = text.lines().filter(|line| !roll::says_off(line));
        let regions = on.filter_map(|line| line.split('\t').find(|cell| arn::is_region(cell)));
        return regions.map(Into::into).collect();
    }
    let mut words = text.split_whitespace();
    match words.by_ref().all(arn::is_region) {
        true => text.split_whitespace().map(Into::into).collect(),
        false => Vec::new(),
    }
}

/// The account of the caller in a row of a table: `|  Account |  111122223333  |`.
fn caller(line: &str) -> Option<Box<str>> {
    let mut cells = line
        .split('|')
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let account = cells
        .next()
        .filter(|key| *key == "Account")
        .and(cells.next())?;
    arn::is_account(account).then(|| account.into())
}

/// The most words of a line that isn't a row and is about the account in it.
const FEW: usize = 6;

/// The most words of a line that is about the region in it wherever that stands.
const LEAST: usize = 3;

/// The accounts in rows, short lines and sentences about trails of a text, and the
/// regions in short lines that set nothing and in sentences about trails. Other
/// sentences speak of accounts that nobody asked, too.
fn rows(text: &str) -> (BTreeSet<Box<str>>, BTreeSet<Box<str>>) {
    let (mut found, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines().filter(|line| !roll::says_closed(line)) {
        let line = line.trim();
        let is_row = line.matches(['\t', ',', ';', '|']).count() >= 2;
        let words = || line.split(is_between).filter(|word| !word.is_empty());
        // What marks an item of a list comes before it: `-`, `1.`.
        let is_mark = |word: &&str| word.trim_matches(|c: char| !c.is_alphanumeric()).len() < 3;
        let begins = words()
            .find(|word| !is_mark(word))
            .is_some_and(|word| accounts(word).next().is_some());
        let many = words().filter(|word| !is_of_log(word)).count();
        let is_short = line.starts_with('#') || many <= FEW;
        // Of a failed call's text is known what it names.
        let is_of_trails = || vocabulary::says_trails(line) && !failed_call::begins(line);
        if is_row || begins || is_short || is_of_trails() {
            found.extend(accounts(line).chain(session(line)));
        }
        let sets = line.contains('=') && !line.contains("=>") && !line.starts_with('=');
        let is_region = |word: &str| spoken_regions(word).next().is_some();
        let is_of_region = many <= LEAST || words().next().is_some_and(is_region);
        if !is_row && !sets && (is_short && is_of_region || is_of_trails()) {
            regions.extend(spoken_regions(line).map(Into::into));
        }
    }
    (found, regions)
}

/// Whether a word is what a log puts before what it says: when, and how grave it is.
fn is_of_log(word: &str) -> bool {
    const LEVELS: [&str; 6] = ["debug", "error", "info", "notice", "warn", "warning"];
    let is_time = word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(':');
    (is_time && arn::account_id(word.trim_end_matches(':')).is_none())
        || LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level))
}

/// The accounts that a line names, each a word of its own or a part of one: what
/// an ARN is of is another matter.
pub(super) fn accounts(line: &str) -> impl Iterator<Item = Box<str>> {
    let words = line
        .split(is_between)
        .filter(|word| !word.starts_with("arn:"));
    // Some scripts write no spaces.
    let is_sign = |c: char| ":@<>/".contains(c) || !c.is_ascii();
    let parts = words.flat_map(move |word| word.split(is_sign));
    parts.filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        arn::account_id(word).map(String::into_boxed_str)
    })
}

/// Whether a text is short enough to be about the account in it.
pub(super) fn is_short(text: &str) -> bool {
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let is_account = |word: &&str| accounts(word).next().is_some();
    words.filter(|word| !is_account(word)).take(FEW).count() < FEW
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || "\"'`()[]=,;|#".contains(c)
}

/// The longest line of a transcript, in words, that is taken for a heading or for
/// what a script says, and not for what a call printed.
const LONGEST: usize = 12;

/// The accounts and regions that the lines of a transcript name which stand around
/// its values: whoever heads an answer that isn't there was to be asked for it.
pub(crate) fn of_transcript<'t>(gaps: impl Iterator<Item = &'t str>) -> Vec<Roll> {
    let mut all = BTreeSet::new();
    let mut account: Option<Box<str>> = None;
    let mut regions: BTreeMap<Option<Box<str>>, BTreeSet<Box<str>>> = BTreeMap::new();
    let mut goes_on = false;
    let mut speaks_of_others = false;
    let mut lists_accounts = false;
    for line in gaps.flat_map(str::lines) {
        let line = line.trim();
        let typed = split::typed(line).filter(|_| !goes_on);
        if let Some(call) = typed {
            goes_on = split::goes_on(call);
            let command = Command { line: call };
            let call = command.aws_call();
            lists_accounts = matches!(call, Some(("organizations" | "sso", _)));
            speaks_of_others = call.is_some_and(|call| !is_of_population(call));
            // Of several calls of a line one may have printed nothing.
            let calls = Command::calls(command.line).into_iter().flatten();
            let lists =
                calls.filter(|one| one.aws_call() == Some(("cloudtrail", "describe-trails")));
            let asked = lists.filter_map(|one| one.option("--region").map(Into::into));
            regions.entry(account.clone()).or_default().extend(asked);
            all.extend(command.option("--role-arn").and_then(role));
            // A profile may be named for its account.
            let words = command.words().into_iter();
            let profiles = words.filter_map(|word| word.strip_prefix("AWS_PROFILE="));
            let profiles = profiles.chain(command.option("--profile"));
            all.extend(profiles.filter_map(|name| arn::account_in(name).map(Into::into)));
            continue;
        }
        if goes_on {
            goes_on = split::goes_on(line);
            continue;
        }
        let is_heading = line.starts_with(['#', '=', '-', '*']);
        let is_told = line.split_whitespace().count() <= LONGEST
            && !line.to_ascii_lowercase().contains("error")
            && (is_heading || !speaks_of_others);
        if !is_told || roll::says_closed(line) {
            continue;
        }
        let headed = line.split(is_between).filter(|_| is_heading);
        let headed = headed.filter_map(|word| arn::account_in(word).map(Into::into));
        let named = accounts(line).chain(session(line)).chain(headed);
        let named: Vec<Box<str>> = named.collect::<BTreeSet<_>>().into_iter().collect();
        if let [only] = named.as_slice()
            && !lists_accounts
        {
            account = Some(only.clone());
        }
        all.extend(named);
        let found = spoken_regions(line).map(Into::into);
        regions.entry(account.clone()).or_default().extend(found);
    }
    let regions = regions.into_iter().filter(|(_, all)| !all.is_empty());
    let regions = regions.map(|(account, names)| Roll {
        of: RollOf::Regions,
        names: names.into_iter().collect(),
        by: RollBy::Mention,
        origin: Origin {
            account: account.map(Into::into),
            region: None,
        },
    });
    mentioned(all).into_iter().chain(regions).collect()
}

/// Whether what a call prints says who and where was to be asked for trails.
fn is_of_population((service, operation): (&str, &str)) -> bool {
    matches!(
        service,
        "sts" | "organizations" | "sso" | "account" | "cloudtrail"
    ) || operation == "describe-regions"
}

/// The regions that a line speaks of.
fn spoken_regions(line: &str) -> impl Iterator<Item = &str> {
    let is_option = line.starts_with("--") && !line.starts_with("---") && !line.starts_with("-- ");
    let words = line.split(|c: char| is_between(c) || !c.is_ascii());
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_other = |word: &str| matches!(&*word.to_ascii_lowercase(), "home" | "default");
    let is_meant = !is_option && !words.clone().any(is_other);
    words.filter(move |word| is_meant && arn::is_region(word))
}

/// The account of a role.
fn role(arn: &str) -> Option<Box<str>> {
    let mut parts = arn.strip_prefix("arn:")?.splitn(5, ':');
    let is_role = parts.nth(1)? == "iam";
    let account = parts.nth(1)?;
    (is_role && arn::is_account(account)).then(|| account.into())
}

/// The account of a role or a session whose ARN a line of a transcript holds.
fn session(line: &str) -> impl Iterator<Item = Box<str>> {
    let words = line.split(is_between);
    words.filter_map(|word| {
        let rest = word.strip_prefix("arn:")?;
        let mut parts = rest.splitn(4, ':').skip(1);
        let service = parts.next()?;
        let account = parts.nth(1)?.split(':').next()?;
        let is_meant = matches!(service, "iam" | "sts") && arn::is_account(account);
        is_meant.then(|| account.into())
    })
}

/// The region that a heading names: a line that says nothing else.
pub(crate) fn heading_region(line: &str) -> Option<&str> {
    let mut regions = spoken_regions(line);
    let region = regions.next()?;
    // Starship's prompt shows the region that is asked behind a cloud.
    let is_prompt = line.contains('\u{2601}');
    let is_alone =
        regions.next().is_none() && (is_prompt || prose::unknown(line).all(prose::is_neutral));
    is_alone.then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rolls: &[Roll], of: RollOf) -> Vec<String> {
        let rolls = rolls.iter().filter(|roll| roll.of == of);
        rolls
            .flat_map(|roll| roll.names.iter().map(ToString::to_string))
            .collect()
    }

    #[test]
    fn accounts_and_regions_are_told_from_text_and_tables() {
        let of = |text: &str| -> Vec<String> {
            let rolls = of_text(text).rolls;
            let accounts = names(&rolls, RollOf::Accounts).into_iter();
            accounts.chain(names(&rolls, RollOf::Regions)).collect()
        };
        let row = |state: &str| {
            format!(
                "ACCOUNTS\tarn:aws:organizations::111122223333:account/o-x/444455556666\tb@b\t444455556666\t{state}\n"
            )
        };
        assert!(of(&row("ACTIVE")).contains(&"444455556666".to_owned()));
        assert_eq!(of(&row("SUSPENDED")), Vec::<String>::new());
        let regions = "REGIONS\tec2.eu-west-1.amazonaws.com\topt-in-not-required\teu-west-1\n";
        assert_eq!(of(regions), ["eu-west-1"]);
        assert_eq!(
            of(&regions.replace("opt-in-not-required", "not-opted-in")),
            Vec::<String>::new()
        );
        let table = "|  GetCallerIdentity  |\n|  Account  |  111122223333  |\n";
        let caller = of_text(table).identity;
        assert_eq!(caller.as_deref(), Some("111122223333"));
        for (text, named) in [
            ("444455556666\tdev\n777788889999\tprod\n", 2),
            ("us-east-1\teu-west-1\n", 2),
            ("444455556666\n", 1),
            ("id,name,mail\n444455556666,dev,d@d\n", 1),
            ("## Account 444455556666\n", 1),
            (
                "444455556666: was left out as nobody could sign in there\n",
                1,
            ),
            (
                "We asked account 999988887777 for a reader role and got one.\n",
                0,
            ),
            (
                "- 444455556666 dev, which nobody could sign in to this year\n",
                1,
            ),
            ("logs-444455556666 at 202611201200\n", 0),
            ("nothing\n", 0),
            ("dev:444455556666\n", 1),
            ("<account>444455556666</account>\n", 1),
            ("arn:aws:kms:eu-west-1:444455556666:key/x\n", 0),
            ("eu-west-1: skipped\n", 1),
            ("I ran describe-trails in us-east-1.\n", 1),
            ("Kein Zugriff auf CloudTrail in Konto 444455556666\n", 1),
            (
                "アカウント444455556666のCloudTrailは取得できませんでした\n",
                1,
            ),
            (
                "get-trail-status eu-west-1 payments: keine Berechtigung\n",
                1,
            ),
            ("eu-west-1 => not collected\n", 1),
            ("region = eu-west-1\n", 0),
            ("TODO: account 4444-5555-6666 still missing\n", 1),
            ("arn:aws:iam::444455556666:role/reader\n", 1),
        ] {
            assert_eq!(of(text).len(), named, "{text}");
        }
    }

    #[test]
    fn who_heads_an_answer_was_to_be_asked_for_it() {
        for (text, accounts, regions) in [
            ("## Account 444455556666\n(no output)\n", 1, 0),
            ("== 444455556666 ==\nskipping, role not found\n", 1, 0),
            ("Assuming arn:aws:iam::444455556666:role/reader\n", 1, 0),
            (
                "$ aws sts assume-role --role-arn arn:aws:iam::444455556666:role/r\n",
                1,
                0,
            ),
            (
                "$ aws sts get-caller-identity --query Account --output text\n444455556666\n",
                1,
                0,
            ),
            ("# AWS_PROFILE=prod-444455556666\n", 1, 0),
            ("Region: eu-west-1\n", 0, 1),
            ("--- eu-west-1 ---\n", 0, 1),
            ("Region eu-west-1: skipped\n", 0, 1),
            ("$ aws configure get region\neu-west-1\n", 0, 0),
            (
                "$ aws ec2 describe-images --output text\n444455556666\n",
                0,
                0,
            ),
            (
                "$ aws ec2 describe-images --output text\n## Account 444455556666\n",
                1,
                0,
            ),
            (
                "$ aws ec2 describe-regions --output text\nus-east-1\teu-west-1\n",
                0,
                2,
            ),
            (
                "$ aws cloudtrail describe-trails \\\n  --region eu-west-1\n",
                0,
                0,
            ),
            (
                "$ aws cloudtrail describe-trails --region us-east-1; aws cloudtrail describe-trails --region eu-west-1\n",
                0,
                2,
            ),
            ("Home region: eu-west-1\n", 0, 0),
            (
                "An error: arn:aws:sts::444455556666:assumed-role/r/x may not\n",
                0,
                0,
            ),
            ("$ ls 444455556666\n", 0, 0),
        ] {
            let rolls = of_transcript([text].into_iter());
            assert_eq!(names(&rolls, RollOf::Accounts).len(), accounts, "{text}");
            assert_eq!(names(&rolls, RollOf::Regions).len(), regions, "{text}");
        }
        let two = "== 111122223333 ==\n-- us-east-1 --\n== 444455556666 ==\n-- eu-west-1 --\n";
        let rolls = of_transcript([two].into_iter());
        let of_second = rolls.iter().find(|roll| {
            roll.of == RollOf::Regions && roll.origin.account.as_deref() == Some("444455556666")
        });
        assert_eq!(of_second.map(|roll| &*roll.names[0]), Some("eu-west-1"));
    }
}
