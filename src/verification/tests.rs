use super::{Difference, Verification};
use crate::baseline::Baseline;
use crate::finding::Outcome;
use crate::policy::{BundleInfo, SignatureInfo};
use crate::render::sample::{bundled, sample};
use crate::render::{Format, NoExcerpts, Style};
use crate::report::Report;

fn baseline() -> Baseline {
    baseline_of(&sample())
}

fn baseline_of(report: &Report) -> Baseline {
    let mut out = Vec::new();
    Format::Json
        .render(report, &mut NoExcerpts, &Style::default(), &mut out)
        .unwrap();
    Baseline::read("report.json", &String::from_utf8(out).unwrap()).unwrap()
}

#[test]
fn a_report_holds_against_itself() {
    let verification = Verification::new(&baseline(), &sample());
    assert!(verification.holds());
    assert_eq!(
        (
            verification.files,
            verification.policies,
            verification.verdicts
        ),
        (9, 1, 14)
    );
}

#[test]
fn a_denial_less_is_a_verdict_that_goes() {
    let mut twice = sample();
    let again = twice.subjects[1].checks[0].clone();
    twice.subjects[1].checks.insert(1, again);
    let differences = Verification::new(&baseline(), &twice).differences;
    assert!(
        matches!(&differences[..], [Difference::Verdict { before: None, .. }]),
        "{differences:?}"
    );
}

#[test]
fn each_difference_is_named() {
    let mut now = sample();
    let removed = now.documents.remove(0).file.to_string();
    let altered = now.documents[0].file.to_string();
    now.documents[0].sha256 = Some([0; 32]);
    now.documents[1].file = "new.json".into();
    now.policies[0].sha256 = "1".into();
    now.subjects[1].checks[0].outcome = Outcome::Fail;
    now.coverage.accounts.answered = 2;
    now.coverage.regions.truncate(2);
    now.parameters.exclude = vec!["*.png".into()];
    let differences = Verification::new(&baseline(), &now).differences;
    assert!(differences.contains(&Difference::FileMissing(removed)));
    assert!(differences.contains(&Difference::FileAdded("new.json".into())));
    assert!(differences.iter().any(
        |difference| matches!(difference, Difference::FileAltered { file, .. } if *file == altered)
    ));
    assert!(differences.contains(&Difference::PolicyAltered(
        "cloudtrail-cloudwatch-logs".into()
    )));
    assert!(differences.iter().any(|difference| matches!(difference, Difference::Verdict { check, .. } if check == "log-group-configured")));
    for difference in [
        Difference::Coverage("accounts".into()),
        Difference::Coverage("777788889999".into()),
        Difference::Parameter("exclude"),
    ] {
        assert!(differences.contains(&difference), "{difference:?}");
    }
    assert_eq!(differences.len(), 6 + 3);
}

#[test]
fn each_difference_of_a_bundle_is_named_once() {
    fn sign(bundle: &mut BundleInfo, key: &str, issuer: &str, scope: Option<&str>) {
        let key_sha256 = Some("0f1e2d3c".repeat(8));
        bundle.signature = Some(SignatureInfo::Verified {
            algorithm: "ES256".into(),
            key_id: Some(key.into()),
            key_sha256,
            issuer: Some(issuer.into()),
            scope: scope.map(str::to_owned),
        });
    }
    /// The same words, by another key.
    fn sign_anew(bundle: &mut BundleInfo) {
        sign(bundle, "release-2026", "house", None);
        if let Some(SignatureInfo::Verified { key_sha256, .. }) = &mut bundle.signature {
            *key_sha256 = Some("00".repeat(32));
        }
    }
    let changes: [fn(&mut BundleInfo); 8] = [
        |bundle| bundle.revision = "r9".into(),
        |bundle| bundle.revision.clear(),
        |bundle| sign(bundle, "release-2027", "house", None),
        sign_anew,
        |bundle| sign(bundle, "release-2026", "barn", None),
        |bundle| sign(bundle, "release-2026", "house", Some("audit")),
        |bundle| bundle.signature = Some(SignatureInfo::Skipped),
        |bundle| bundle.signature = None,
    ];
    let named = |before: &Report, after: &Report| {
        Verification::new(&baseline_of(before), after).differences
    };
    let told = bundled();
    assert_eq!(named(&told, &told), []);
    // The bundle that the policy came in; a library's, which is not verified.
    for (index, changes) in [(0, &changes[..]), (1, &changes[..6]), (1, &changes[7..])] {
        for change in changes {
            let mut now = bundled();
            change(&mut now.bundles[index]);
            now.policies[0].bundle = now.bundles.first().cloned();
            let (was, is) = (told.bundles.get(index), now.bundles.get(index));
            let difference = |before: Option<&BundleInfo>, after: Option<&BundleInfo>| {
                let (before, after) = (before.cloned(), after.cloned());
                Difference::Bundle { before, after }
            };
            assert_eq!(named(&told, &now), [difference(was, is)]);
            assert_eq!(named(&now, &told), [difference(is, was)]);
        }
    }
}

#[test]
fn a_bundle_that_comes_or_goes_is_named() {
    let none = sample();
    let gone = Verification::new(&baseline_of(&bundled()), &none).differences;
    let come = Verification::new(&baseline_of(&none), &bundled()).differences;
    for bundle in bundled().bundles {
        let bundle = Some(bundle);
        let (before, after) = (bundle.clone(), bundle);
        assert!(gone.contains(&Difference::Bundle {
            before,
            after: None
        }));
        assert!(come.contains(&Difference::Bundle {
            before: None,
            after
        }));
    }
    assert_eq!((gone.len(), come.len()), (3, 3));
    // A report whose word of a policy's own bundle was changed.
    let mut told = bundled();
    told.policies[0].bundle = None;
    assert!(!Verification::new(&baseline_of(&told), &bundled()).holds());
}
