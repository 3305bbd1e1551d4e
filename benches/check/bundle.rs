//! Makes bundles of evidence as large as asked for: one folder an account and
//! region, as the AWS CLI prints it, the same bytes for the same seed.
//!
//! Every account has its trails spread over the regions. The first trail of
//! each account, and one in three of the others, is a multi-region trail: every
//! region lists it, as AWS does with shadow trails. Statuses lie in the trail's
//! home region. Four in five trails pass.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use rayon::prelude::*;

/// When all of it was collected; what `--as-of` is given.
pub(crate) const AS_OF: &str = "2026-11-20T12:00:00Z";

/// The regions that an account has enabled from its first day.
pub(crate) const REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "sa-east-1",
];

/// How large a bundle is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Accounts.
    pub(crate) accounts: usize,
    /// Regions collected in each account, at most all of [`REGIONS`].
    pub(crate) regions: usize,
    /// Trails in each account.
    pub(crate) trails: usize,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    /// Files.
    pub(crate) files: usize,
    /// Bytes in them.
    pub(crate) bytes: u64,
}

impl std::ops::Add for Written {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Splitmix64: small, seeded, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

struct Trail {
    name: String,
    home: &'static str,
    everywhere: bool,
    text: String,
}

/// Writes a bundle into a folder that isn't there yet.
pub(crate) fn write(folder: &Path, size: Size, seed: u64) -> io::Result<Written> {
    (0..size.accounts)
        .into_par_iter()
        .map(|number| account(folder, size, number, seed))
        .try_reduce(Written::default, |a, b| Ok(a + b))
}

fn account(folder: &Path, size: Size, number: usize, seed: u64) -> io::Result<Written> {
    let mut dice = Dice(seed ^ (number as u64).wrapping_mul(0x2545_F491_4F6C_DD1D));
    let id = format!("{:012}", 100_000_000_000 + number as u64);
    let regions = REGIONS.get(..size.regions).unwrap_or(&REGIONS);
    let trails: Vec<Trail> = (0..size.trails)
        .map(|index| {
            let home = regions[dice.below(regions.len() as u64) as usize];
            let everywhere = index == 0 || dice.below(3) == 0;
            trail(&id, index, home, everywhere, dice.below(10) > 0)
        })
        .collect();
    let mut written = Written::default();
    let mut put = |path: &Path, text: &str| {
        written = written
            + Written {
                files: 1,
                bytes: text.len() as u64,
            };
        std::fs::write(path, text)
    };
    for region in regions {
        let folder = folder.join(&id).join(region);
        std::fs::create_dir_all(&folder)?;
        let listed: Vec<&str> = trails
            .iter()
            .filter(|trail| trail.everywhere || trail.home == *region)
            .map(|trail| trail.text.as_str())
            .collect();
        let list = match listed.is_empty() {
            true => "{\n    \"trailList\": []\n}\n".to_owned(),
            false => format!(
                "{{\n    \"trailList\": [\n{}\n    ]\n}}\n",
                listed.join(",\n")
            ),
        };
        put(&folder.join("describe-trails.json"), &list)?;
        for trail in trails.iter().filter(|trail| trail.home == *region) {
            let path = folder.join(format!("get-trail-status-{}.json", trail.name));
            put(&path, &status(&mut dice))?;
        }
    }
    Ok(written)
}

fn trail(account: &str, index: usize, home: &'static str, everywhere: bool, group: bool) -> Trail {
    let name = format!("audit-{index}");
    let mut text = String::new();
    let mut pairs = vec![
        ("Name", format!("\"{name}\"")),
        ("S3BucketName", format!("\"cloudtrail-{account}\"")),
        ("IncludeGlobalServiceEvents", everywhere.to_string()),
        ("IsMultiRegionTrail", everywhere.to_string()),
        ("HomeRegion", format!("\"{home}\"")),
        (
            "TrailARN",
            format!("\"arn:aws:cloudtrail:{home}:{account}:trail/{name}\""),
        ),
        ("LogFileValidationEnabled", "true".to_owned()),
    ];
    if group {
        let arn = format!("\"arn:aws:logs:{home}:{account}:log-group:cloudtrail/{name}:*\"");
        let role = format!("\"arn:aws:iam::{account}:role/cloudtrail-to-logs\"");
        pairs.extend([
            ("CloudWatchLogsLogGroupArn", arn),
            ("CloudWatchLogsRoleArn", role),
        ]);
    }
    pairs.extend([
        ("HasCustomEventSelectors", "false".to_owned()),
        ("HasInsightSelectors", "false".to_owned()),
        ("IsOrganizationTrail", "false".to_owned()),
    ]);
    text.push_str("        {\n");
    for (at, (key, value)) in pairs.iter().enumerate() {
        let comma = if at + 1 < pairs.len() { "," } else { "" };
        let _ = writeln!(text, "            \"{key}\": {value}{comma}");
    }
    text.push_str("        }");
    Trail {
        name,
        home,
        everywhere,
        text,
    }
}

/// A status; of each twenty, one is a failed call and two are stale.
fn status(dice: &mut Dice) -> String {
    let (minute, second) = (dice.below(60), dice.below(60));
    let day = match dice.below(20) {
        0 => {
            return "\nAn error occurred (ThrottlingException) when calling the GetTrailStatus \
                    operation (reached max retries: 2): Rate exceeded\n"
                .to_owned();
        }
        1 | 2 => 14,
        _ => 20,
    };
    let delivery = format!("2026-11-{day:02}T11:{minute:02}:{second:02}");
    let start = "2026-03-02T08:50:43";
    format!(
        "{{\n    \"IsLogging\": true,\n    \"LatestDeliveryTime\": \"{delivery}.137000+00:00\",\n    \
         \"StartLoggingTime\": \"{start}.963000+00:00\",\n    \
         \"LatestCloudWatchLogsDeliveryTime\": \"{delivery}.677000+00:00\",\n    \
         \"LatestDeliveryAttemptTime\": \"{delivery}Z\",\n    \
         \"LatestNotificationAttemptTime\": \"\",\n    \"LatestNotificationAttemptSucceeded\": \"\",\n    \
         \"LatestDeliveryAttemptSucceeded\": \"{delivery}Z\",\n    \
         \"TimeLoggingStarted\": \"{start}Z\",\n    \"TimeLoggingStopped\": \"\"\n}}\n"
    )
}
