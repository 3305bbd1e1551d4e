//! Signed bundles, and those that only say they are.

use std::fs;
use std::path::{Path, PathBuf};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{OpaBundle, bundle_of, check, refusal};
use crate::harness::{Run, root};
use crate::policy::GOOD;

impl OpaBundle {
    /// The claims of a signature over what is in it now.
    fn claims(&self) -> Value {
        let hex = |bytes: &[u8]| -> String {
            let digest = Sha256::digest(bytes);
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let file = |(name, content): &(String, Vec<u8>)| {
            let name = name.trim_start_matches('/');
            // A map of serde_json's is sorted here before it is written.
            let content = match name.ends_with(".rego") {
                true => content.clone(),
                false => sorted(&serde_json::from_slice(content).unwrap()).into_bytes(),
            };
            json!({"name": name, "hash": hex(&content), "algorithm": "SHA-256"})
        };
        let files: Vec<Value> = self.files.iter().map(file).collect();
        json!({"files": files, "keyid": "release-2026", "iss": "house"})
    }

    fn sign(&mut self, claims: &Value, header: &Header, key: &EncodingKey) -> &mut Self {
        let token = encode(header, claims, key).unwrap();
        self.add(
            "/.signatures.json",
            json!({"signatures": [token]}).to_string(),
        )
    }

    /// Signed as `opa sign` does by default, with RS256.
    pub(super) fn signed(mut self) -> Self {
        let claims = self.claims();
        self.sign(&claims, &Header::new(Algorithm::RS256), &private("rs256"));
        self
    }
}

/// `openssl pkey -pubin -in KEY -outform DER | sha256sum` of each public key.
const RS256_SHA256: &str = "1125cd28ee21a51113e0eabc9955869127d828bd74b87e27f6113b4925e52c5a";
const ES256_SHA256: &str = "53a99501ace347784b1dd01234ce353992c9ec0f412bb0c364e12658148575f8";

pub(super) fn with_key(run: Run, name: &str, algorithm: &str) -> Run {
    run.arg("--verification-key")
        .arg(key_file(name))
        .args(["--signing-alg", algorithm])
}

/// A key that signs nothing but what these tests make.
fn private(name: &str) -> EncodingKey {
    let pem = fs::read(key_file(&format!("{name}.private.pem"))).unwrap();
    match name {
        "es256" => EncodingKey::from_ec_pem(&pem).unwrap(),
        _ => EncodingKey::from_rsa_pem(&pem).unwrap(),
    }
}

fn key_file(name: &str) -> PathBuf {
    root().join("tests/cli/keys").join(name)
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| key.as_str());
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}:{}", json!(key), sorted(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

#[test]
fn a_signature_of_each_algorithm_is_held_against_its_key() {
    for (name, algorithm, digest) in [
        ("rs256", Algorithm::RS256, RS256_SHA256),
        ("es256", Algorithm::ES256, ES256_SHA256),
    ] {
        let mut bundle = OpaBundle::new();
        let claims = bundle.claims();
        bundle.sign(&claims, &Header::new(algorithm), &private(name));
        let word = format!("{algorithm:?}");
        let run = with_key(bundle.check(), &format!("{name}.public.pem"), &word);
        assert_eq!(
            bundle_of(&run.args(["--format", "json"]).done()),
            json!({"roots": ["house"], "revision": "r7", "signature": {"verified": true, "algorithm": word, "key_id": "release-2026", "key_sha256": digest, "issuer": "house", "scope": null}})
        );
    }
    let mut bundle = OpaBundle::new();
    let (claims, secret) = (bundle.claims(), bundle.folder.path().join("secret"));
    bundle.sign(
        &claims,
        &Header::new(Algorithm::HS256),
        &EncodingKey::from_secret(b"hush").unwrap(),
    );
    let run = |secret: &Path| {
        let run = bundle
            .check()
            .args(["--signing-alg", "HS256", "--verification-key"]);
        run.arg(secret)
    };
    fs::write(&secret, "hush").unwrap();
    let done = run(&secret).done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let line =
        "policies: bundle of house, revision r7, signed by key release-2026 of house (HS256)";
    assert!(done.stdout.contains(line), "{}", done.stdout);
    let report = run(&secret).args(["--format", "json"]).done();
    assert_eq!(bundle_of(&report)["signature"]["key_sha256"], Value::Null);
    fs::write(&secret, "rush").unwrap();
    assert!(refusal(run(&secret)).contains("its signature is not one of this key"));
}

#[test]
fn a_key_is_known_by_the_same_digest_whatever_it_comes_in() {
    let mut bundle = OpaBundle::new();
    let mut claims = bundle.claims();
    for said in ["keyid", "iss"] {
        claims.as_object_mut().unwrap().remove(said);
    }
    bundle.sign(&claims, &Header::new(Algorithm::RS256), &private("rs256"));
    for form in ["public", "pkcs1", "certificate"] {
        let run = with_key(bundle.check(), &format!("rs256.{form}.pem"), "RS256");
        let done = run.args(["--format", "json"]).done();
        assert_eq!(
            bundle_of(&done)["signature"],
            json!({"verified": true, "algorithm": "RS256", "key_id": null, "key_sha256": RS256_SHA256, "issuer": null, "scope": null}),
            "{form}"
        );
    }
    let human = with_key(bundle.check(), "rs256.public.pem", "RS256").done();
    let line = "signed by the key given (RS256, key sha256 1125cd28ee21a511…)";
    let lines = human.stdout.replace('\n', " ");
    assert!(lines.contains(line), "{}", human.stdout);
}

#[test]
fn the_order_and_space_of_signed_documents_do_not_matter() {
    let bundle = OpaBundle::new().signed();
    let spaced = "{ \"rego_version\": 1,\n \"roots\": [ \"house\" ], \"metadata\": {\"team\":\"audit\"}, \"revision\": \"r7\" }";
    let bundle = bundle.with("/.manifest", spaced);
    let done = with_key(bundle.check(), "rs256.public.pem", "RS256").done();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
}

#[test]
fn a_bundle_that_is_not_the_one_signed_is_refused() {
    let key = key_file("rs256.public.pem");
    let flags = ["--verification-key", key.to_str().unwrap()];
    let refused = |bundle: OpaBundle| bundle.refusal(&flags);
    assert!(refused(OpaBundle::new()).contains("it has no `.signatures.json`"));
    let altered = GOOD.replace("trail.name != \"\"", "true");
    let bundle = OpaBundle::new()
        .signed()
        .with("/house/names.rego", &altered);
    assert!(refused(bundle).contains("`house/names.rego` is not the file that was signed"));
    let bundle = OpaBundle::new().signed().with(
        "/.manifest",
        "{\"revision\": \"r8\", \"roots\": [\"house\"]}",
    );
    assert!(refused(bundle).contains("`.manifest` is not the file that was signed"));
    let mut bundle = OpaBundle::new().signed();
    bundle.add("/house/more.rego", "package house.more\n\nx := 1\n");
    assert!(refused(bundle).contains("`house/more.rego` is not among the files signed"));
    let mut bundle = OpaBundle::new().signed();
    bundle.files.retain(|(name, _)| name != "/data.json");
    assert!(refused(bundle).contains("`data.json` was signed, and is not there"));
    let mut bundle = OpaBundle::new();
    let mut claims = bundle.claims();
    claims["files"][0]["algorithm"] = "MD5".into();
    bundle.sign(&claims, &Header::new(Algorithm::RS256), &private("rs256"));
    assert!(refused(bundle).contains("`MD5` no longer proves anything"));
}

#[test]
fn a_signature_of_another_key_algorithm_or_kind_is_refused() {
    let mut bundle = OpaBundle::new();
    let claims = bundle.claims();
    bundle.sign(&claims, &Header::new(Algorithm::ES256), &private("es256"));
    let refused = refusal(with_key(bundle.check(), "rs256.public.pem", "RS256"));
    assert!(refused.contains("it is not signed with RS256"), "{refused}");
    // The public key is no secret: whoever signs with it by HMAC proves nothing.
    let mut bundle = OpaBundle::new();
    let pem = fs::read(key_file("rs256.public.pem")).unwrap();
    bundle.sign(
        &claims,
        &Header::new(Algorithm::HS256),
        &EncodingKey::from_secret(&pem).unwrap(),
    );
    let refused = refusal(with_key(bundle.check(), "rs256.public.pem", "RS256"));
    assert!(refused.contains("it is not signed with RS256"), "{refused}");
    let refused = refusal(with_key(bundle.check(), "rs256.public.pem", "HS256"));
    assert!(
        refused.contains("it is in PEM, and HS256 takes a secret"),
        "{refused}"
    );
    let refused = refusal(with_key(bundle.check(), "es256.public.pem", "RS256"));
    assert!(refused.contains("RS256 can't use it"), "{refused}");
    let refused = refusal(with_key(bundle.check(), "rs256.private.pem", "RS256"));
    assert!(refused.contains("it is a private key"), "{refused}");
    for (signatures, why) in [
        (json!({}), "it holds 0 tokens"),
        (json!({"signatures": ["a", "b"]}), "it holds 2 tokens"),
        (json!({"signatures": ["a"]}), "its token can't be read"),
        (
            json!({"signatures": ["a"], "plugin": "house"}),
            "it asks for the plugin `house`",
        ),
        (json!([]), "is not what OPA writes"),
    ] {
        let bundle = OpaBundle::new().with("/.signatures.json", &signatures.to_string());
        let refused = refusal(with_key(bundle.check(), "rs256.public.pem", "RS256"));
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn a_scope_and_a_key_id_are_held_to_what_is_asked_for() {
    let mut bundle = OpaBundle::new();
    let mut claims = bundle.claims();
    claims["scope"] = "audit".into();
    bundle.sign(&claims, &Header::new(Algorithm::RS256), &private("rs256"));
    let run = |flags: &[&str]| with_key(bundle.check(), "rs256.public.pem", "RS256").args(flags);
    assert!(refusal(run(&[])).contains("it is signed for the scope `audit`"));
    assert_eq!(run(&["--scope", "audit"]).done().code, Some(0));
    let named = ["--scope", "audit", "--verification-key-id", "release-2025"];
    assert!(refusal(run(&named)).contains("it is signed by the key `release-2026`"));
}

#[test]
fn a_signed_bundle_without_a_key_is_refused_unless_its_signature_is_passed_over() {
    let bundle = OpaBundle::new().signed();
    let refused = bundle.refusal(&[]);
    let why = "is not verified: it is signed, and there is no key to hold it against\n  help: give the signer's key with `--verification-key FILE`, or `--skip-verify`";
    assert!(refused.contains(why), "{refused}");
    let done = bundle
        .check()
        .args(["--skip-verify", "--format", "json"])
        .done();
    assert_eq!(
        bundle_of(&done)["signature"],
        json!({"verified": false, "algorithm": null, "key_id": null, "key_sha256": null, "issuer": null, "scope": null})
    );
    let human = bundle.check().arg("--skip-verify").done().stdout;
    assert!(
        human.contains("policies: bundle of house, revision r7, its signature not verified"),
        "{human}"
    );
}

#[test]
fn a_key_asks_for_signed_policies_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("names.rego"), GOOD).unwrap();
    let keyed = || with_key(check(), "rs256.public.pem", "RS256");
    let refused = refusal(keyed().arg("--policy").arg(folder.path()));
    assert!(
        refused.contains("it is no bundle, and nothing else is signed"),
        "{refused}"
    );
    assert!(refusal(keyed()).contains("the built-in policies are not signed"));
}
