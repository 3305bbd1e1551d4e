//! Where answers are saved, and how the files are called.

use serde_json::{Value, json};

use super::Files;
use super::answer::{self, Clock};
use super::manifest::manifest;
use super::world::{Account, Delivery, Trail, World};
use crate::dice::Dice;

/// What tells when a bundle was collected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    Flag,
    Stamp,
    Header,
    Manifest,
    Nothing,
}

/// What the folder of an account is called.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Folder {
    Digits,
    Dashed,
    Named,
    None,
}

/// How a status says whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Behind,
    Before,
    Service,
    Dated,
    Numbered,
    WithRegion,
    WithAccount,
    Copied,
    Twice,
    Percent,
    Folded,
    TrailFolder,
    Wrapped,
    Request,
    ByName,
    ByArn,
    Commands,
    Headings,
    Beside,
    Alone,
}

const FORMS: [Form; 20] = [
    Form::Behind,
    Form::Before,
    Form::Service,
    Form::Dated,
    Form::Numbered,
    Form::WithRegion,
    Form::WithAccount,
    Form::Copied,
    Form::Twice,
    Form::Percent,
    Form::Folded,
    Form::TrailFolder,
    Form::Wrapped,
    Form::Request,
    Form::ByName,
    Form::ByArn,
    Form::Commands,
    Form::Headings,
    Form::Beside,
    Form::Alone,
];

#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) when: When,
    folder: Folder,
    form: Form,
    clock: Clock,
    has_regions: bool,
    pub(crate) has_older: bool,
    stamp_inside: bool,
    varies_star: bool,
}

impl Layout {
    pub(crate) fn new(dice: &mut Dice, world: &World) -> Self {
        let when = dice.one(&[
            When::Flag,
            When::Flag,
            When::Stamp,
            When::Stamp,
            When::Header,
            When::Manifest,
            When::Nothing,
        ]);
        let folders = [
            Folder::Digits,
            Folder::Digits,
            Folder::Dashed,
            Folder::Named,
            Folder::None,
        ];
        let folder = match dice.one(&folders) {
            Folder::None | Folder::Named if world.accounts.len() > 1 || when == When::Manifest => {
                Folder::Digits
            }
            folder => folder,
        };
        let form = match dice.one(&FORMS) {
            Form::Alone
                if world.accounts.iter().any(|account| {
                    account.trails.len() > 1 || account.trails[0].is_organization
                }) =>
            {
                Form::Behind
            }
            _ if when == When::Manifest => Form::Behind,
            form => form,
        };
        Self {
            when,
            folder,
            form,
            clock: Clock::any(dice),
            has_regions: world.regions.len() > 1 || dice.once_in(2),
            has_older: when == When::Stamp && dice.once_in(2),
            stamp_inside: dice.once_in(2),
            varies_star: dice.once_in(4),
        }
    }

    pub(crate) fn is_dated(&self) -> bool {
        self.when != When::Nothing
    }

    pub(crate) fn way(&self) -> String {
        format!("{:?}, {:?}", self.form, self.when)
    }

    pub(crate) fn newer(&self) -> &'static str {
        if self.when == When::Stamp {
            "20261120T120000Z/"
        } else {
            ""
        }
    }

    pub(crate) fn older(&self) -> &'static str {
        "20261110T120000Z/"
    }

    /// Every answer of a world, collected at this moment.
    pub(crate) fn write(
        &self,
        dice: &mut Dice,
        world: &World,
        stamp: &str,
        at: i64,
        files: &mut Files,
    ) {
        let mut own = Files::new();
        for account in &world.accounts {
            let id = &account.id;
            let folder = match self.folder {
                Folder::Digits => format!("{id}/"),
                Folder::Dashed => format!("{}-{}-{}/", &id[..4], &id[4..8], &id[8..]),
                Folder::Named => "prod/".to_owned(),
                Folder::None => String::new(),
            };
            let top = if self.stamp_inside {
                format!("{folder}{stamp}")
            } else {
                format!("{stamp}{folder}")
            };
            for region in &world.regions {
                let place = if self.has_regions {
                    format!("{top}{region}/")
                } else {
                    top.clone()
                };
                self.list(dice, world, account, region, &place, at, &mut own);
                self.statuses(account, region, &place, at, &mut own);
            }
        }
        if self.when == When::Manifest {
            let manifest = manifest(&own);
            own.insert("manifest.json".to_owned(), answer::pretty(&manifest));
        }
        files.extend(own);
    }

    #[allow(clippy::too_many_arguments, reason = "each is a plain value")]
    fn list(
        &self,
        dice: &mut Dice,
        world: &World,
        account: &Account,
        region: &str,
        place: &str,
        at: i64,
        files: &mut Files,
    ) {
        let mut items = Vec::new();
        for owner in &world.accounts {
            for trail in &owner.trails {
                let own = owner.id == account.id || trail.is_organization;
                if own && (trail.home == region || trail.is_multi_region) {
                    let star = !(self.varies_star && dice.once_in(2));
                    items.push(answer::trail(trail, &owner.id, star));
                }
            }
        }
        let list = self.headed(json!({"trailList": items}), at);
        files.insert(
            format!("{place}describe-trails.json"),
            answer::pretty(&list),
        );
    }

    fn headed(&self, mut answer: Value, at: i64) -> Value {
        if self.when == When::Header {
            let at = jiff::Timestamp::from_second(at)
                .unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC);
            let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            answer["ResponseMetadata"] =
                json!({"HTTPStatusCode": 200, "HTTPHeaders": {"date": date}});
        }
        answer
    }

    fn statuses(&self, account: &Account, region: &str, place: &str, at: i64, files: &mut Files) {
        let mut gathered: Vec<(&Trail, String, Value)> = Vec::new();
        let asked = account
            .trails
            .iter()
            .filter(|trail| trail.home == region && trail.delivery != Delivery::Unasked);
        for trail in asked {
            if trail.delivery == Delivery::Failed {
                files.insert(
                    format!("{place}get-trail-status-{}.json", trail.name),
                    answer::failed("GetTrailStatus").into(),
                );
                continue;
            }
            let status = self.headed(answer::status(trail, self.clock, at), at);
            let name = &trail.name;
            let arn = trail.arn(&account.id);
            let alone = match self.form {
                Form::Behind => format!("get-trail-status-{name}.json"),
                Form::Before => format!("{name}-status.json"),
                Form::Service => format!("cloudtrail_status_{name}.json"),
                Form::Dated => format!("status-{name}-2026-11-20.json"),
                Form::Numbered => format!("02_get_trail_status_{name}.json"),
                Form::WithRegion => format!("get-trail-status-{name}-{region}.json"),
                Form::WithAccount => {
                    format!("{}-{region}-get-trail-status-{name}.json", account.id)
                }
                Form::Copied => format!("get-trail-status-{name} (1).json"),
                Form::Twice => format!("get-trail-status-{name}.json"),
                Form::Percent => format!(
                    "cloudtrail-get-trail-status/{}",
                    arn.replace(':', "%3A").replace('/', "%2F")
                ),
                Form::Folded => {
                    let folded = arn.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                    format!("get-trail-status__{folded}.json")
                }
                Form::TrailFolder => format!("trails/{name}/status.json"),
                Form::Alone => "get-trail-status.json".to_owned(),
                _ => {
                    gathered.push((trail, arn, status));
                    continue;
                }
            };
            if self.form == Form::Twice {
                files.insert(
                    format!("{place}get-trail-status-{name} - Copy.json"),
                    answer::pretty(&status),
                );
            }
            files.insert(format!("{place}{alone}"), answer::pretty(&status));
        }
        if !gathered.is_empty() {
            let (file, bytes) = self.together(&gathered, region);
            files.insert(format!("{place}{file}"), bytes);
        }
    }

    /// Several statuses in one file.
    fn together(&self, all: &[(&Trail, String, Value)], region: &str) -> (&'static str, Vec<u8>) {
        let array = |one: &dyn Fn(&Trail, &str, &Value) -> Value| {
            let items = all
                .iter()
                .map(|(trail, arn, status)| one(trail, arn, status));
            answer::pretty(&Value::Array(items.collect()))
        };
        let text = |above: &dyn Fn(&str) -> String| -> Vec<u8> {
            let blocks = all.iter().map(|(trail, _, status)| {
                [above(&trail.name).into_bytes(), answer::pretty(status)].concat()
            });
            blocks.collect::<Vec<_>>().concat()
        };
        let keyed = |key: &dyn Fn(&Trail, &str) -> String| {
            let entries = all
                .iter()
                .map(|(trail, arn, status)| (key(trail, arn), status.clone()));
            answer::pretty(&Value::Object(entries.collect()))
        };
        match self.form {
            Form::Wrapped => (
                "get-trail-status.json",
                array(&|_, arn, status| json!({"TrailARN": arn, "status": status})),
            ),
            Form::Request => (
                "get-trail-status.json",
                array(
                    &|trail, _, status| json!({"request": {"Name": trail.name}, "response": status}),
                ),
            ),
            Form::ByName => (
                "get-trail-status.json",
                keyed(&|trail, _| trail.name.clone()),
            ),
            Form::ByArn => ("get-trail-status.json", keyed(&|_, arn| arn.to_owned())),
            Form::Commands => (
                "session.txt",
                text(&|name| {
                    format!("$ aws cloudtrail get-trail-status --name {name} --region {region}\n")
                }),
            ),
            Form::Headings => ("get-trail-status.txt", text(&|name| format!("## {name}\n"))),
            _ => (
                "trail-status.json",
                array(
                    &|_, arn, status| json!({"Trail": {"TrailARN": arn, "Name": arn.rsplit('/').next()}, "Status": status}),
                ),
            ),
        }
    }
}
