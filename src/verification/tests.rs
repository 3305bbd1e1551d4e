use super::{Difference, Verification};
use crate::baseline::Baseline;
use crate::finding::Outcome;
use crate::render::sample::{bundled, sample};
use crate::render::{Format, NoExcerpts, Style};
use crate::report::{BundleInfo, Report, SignatureInfo};

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
    let signer = |key: &str, issuer: &str, scope: Option<&str>| SignatureInfo::Verified {
        algorithm: "ES256".into(),
        key_id: Some(key.into()),
        issuer: Some(issuer.into()),
        scope: scope.map(str::to_owned),
    };
    let table: [(&str, fn(&mut BundleInfo), Option<SignatureInfo>); 6] = [
        (
            "another revision",
            |bundle| bundle.revision = "r9".into(),
            None,
        ),
        (
            "another key",
            |_| {},
            Some(signer("release-2027", "house", None)),
        ),
        (
            "another issuer",
            |_| {},
            Some(signer("release-2026", "barn", None)),
        ),
        (
            "another scope",
            |_| {},
            Some(signer("release-2026", "house", Some("audit"))),
        ),
        ("not verified", |_| {}, Some(SignatureInfo::Skipped)),
        ("not signed", |bundle| bundle.signature = None, None),
    ];
    let told = bundled();
    assert!(Verification::new(&baseline_of(&told), &told).holds());
    for (what, change, signature) in table {
        // The one that the policy came in, and a library's.
        for index in [0, 1] {
            let mut now = bundled();
            let bundle = &mut now.bundles[index];
            change(bundle);
            if let Some(signature) = &signature {
                bundle.signature = Some(signature.clone());
            }
            now.policies[0].bundle = now.bundles.first().cloned();
            let named = |before: &Report, after: &Report| {
                Verification::new(&baseline_of(before), after).differences
            };
            let difference = |before: &Report, after: &Report| Difference::Bundle {
                before: Some(before.bundles[index].clone()),
                after: Some(after.bundles[index].clone()),
            };
            if now.bundles == told.bundles {
                continue;
            }
            assert_eq!(named(&told, &now), [difference(&told, &now)], "{what}");
            assert_eq!(named(&now, &told), [difference(&now, &told)], "{what}");
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
