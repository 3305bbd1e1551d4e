//! Texts that are other content in an encoding: armour, pointers to a store,
//! mails with attachments, base64 and its like.
//!
//! What they hold isn't known, whatever letters they are written in. Long runs
//! of one alphabet are no prose of any language.

use crate::document::json::Node;
use crate::document::object::Object;
use crate::recognise::container::{DECRYPT, Found};

use Found::{Container, Other};

const DECODE: &str = "decode it and name what comes of it";

/// Labels of armour (RFC 7468, RFC 9580) under which no answer lies.
const PUBLIC: [&str; 9] = [
    "CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "PGP SIGNATURE",
    "PGP PUBLIC KEY BLOCK",
    "SSH SIGNATURE",
    "SIGNATURE",
    "CERTIFICATE REQUEST",
];

/// What a text without any JSON in it wraps: armour, or base64 from end to end.
pub(crate) fn armoured(text: &str) -> Option<Found> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("-----BEGIN ") {
        let label = rest.split("-----").next().unwrap_or_default();
        return Some(
            if PUBLIC.contains(&label) || label.ends_with("PRIVATE KEY") {
                Other("a key, a certificate or a signature")
            } else if label == "PGP SIGNED MESSAGE" {
                Container(
                    "signed with PGP",
                    "take the signature off (`gpg --decrypt`)",
                )
            } else {
                Container("encrypted, or wrapped in armour", DECRYPT)
            },
        );
    }
    if text.starts_with("untrusted comment:") {
        return Some(Other("a signature (minisign)"));
    }
    if text.starts_with("$ANSIBLE_VAULT") || text.starts_with("-----BEGIN AGE") {
        return Some(Container("encrypted", DECRYPT));
    }
    runs(text)
}

/// What a text is that says of itself that its content lies elsewhere or in
/// another form. Cheap: it is asked of every text that is no JSON.
pub(crate) fn told(text: &str) -> Option<Found> {
    let text = text.trim_start();
    let first = text.lines().next().unwrap_or_default().trim_end();
    let fetch = "fetch the file itself (`git lfs pull`, `git annex get`) and name it";
    if text.starts_with("version https://git-lfs.github.com/spec/")
        || text.starts_with("version http://git-media.io")
    {
        return Some(Container("a pointer of Git LFS", fetch));
    }
    if first.contains("annex/objects/") && text.lines().count() <= 2 {
        return Some(Container("a pointer of git-annex", fetch));
    }
    let is_uu = first
        .strip_prefix("begin ")
        .is_some_and(|rest| rest.len() > 4 && rest.bytes().take(3).all(|c| c.is_ascii_digit()));
    if is_uu || first.starts_with("begin-base64 ") || first.starts_with("=ybegin ") {
        return Some(Container("uuencoded", DECODE));
    }
    if first.starts_with("(This file must be converted with BinHex") || first.starts_with("<~") {
        return Some(Container("text in an encoding of bytes", DECODE));
    }
    if text.contains("ENC[AES256_GCM,") {
        return Some(Container("encrypted with SOPS", DECRYPT));
    }
    is_mail(text).then_some(Container(
        "a mail or a saved page, with its parts encoded",
        "save the attachments and name them",
    ))
}

/// Heads (RFC 5322) at the top that say how the parts behind them are encoded
/// (RFC 2045).
fn is_mail(text: &str) -> bool {
    let is_head = |line: &str| {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        let is_name = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        line.starts_with([' ', '\t'])
            || line.starts_with("From ")
            || (!name.is_empty() && name.bytes().all(is_name))
    };
    let first = text.lines().next().unwrap_or_default();
    if !is_head(first) {
        return false;
    }
    let head = text.get(..text.floor_char_boundary(65536)).unwrap_or(text);
    let head = head.to_ascii_lowercase();
    let is_mime = head.contains("\nmime-version:")
        || head.starts_with("mime-version:")
        || head.contains("content-type: multipart/");
    is_mime
        && (head.contains("content-transfer-encoding: base64")
            || head.contains("content-transfer-encoding: quoted-printable")
            || head.contains("application/pkcs7-mime")
            || head.contains("application/x-pkcs7-mime"))
}

/// How much of a text must be encoded so that the whole is taken for it.
const MOSTLY: usize = 60;

/// What a text is of which most stands in long runs of one alphabet.
fn runs(text: &str) -> Option<Found> {
    if is_token(text) {
        return Some(Container("a signed or encrypted token (JOSE)", DECRYPT));
    }
    if is_base64(text) {
        return Some(Container("text in base64", "decode it (`base64 -d`)"));
    }
    // Lines of hexadecimal that are as long as hashes are many hashes, or none.
    let mut hashes = text
        .lines()
        .filter(|line| line.len() >= 32 && line.bytes().all(|c| c.is_ascii_hexdigit()));
    if hashes.nth(1).is_some() {
        return Some(Container("lines of hexadecimal", DECODE));
    }
    let mut all = 0_usize;
    let mut encoded = 0_usize;
    for word in text.split_ascii_whitespace() {
        all += word.len();
        encoded += if is_run(word) { word.len() } else { 0 };
    }
    (encoded >= 40 && encoded * 100 >= all * MOSTLY)
        .then_some(Container("text in an encoding of bytes", DECODE))
        .or_else(|| is_dump(text).then_some(Container("a dump of bytes", DECODE)))
}

/// Whether a word is a run of hexadecimal, base32, base64 or base85.
fn is_run(word: &str) -> bool {
    let bytes = word.trim_end_matches('=').as_bytes();
    let all = |is: fn(u8) -> bool| bytes.iter().all(|byte| is(*byte));
    let has = |is: fn(u8) -> bool| bytes.iter().any(|byte| is(*byte));
    if bytes.len() < 32 {
        return false;
    }
    let is_hex = all(|c| c.is_ascii_digit() || matches!(c, b'a'..=b'f'))
        || all(|c| c.is_ascii_digit() || matches!(c, b'A'..=b'F'));
    let is_base32 = all(|c| matches!(c, b'A'..=b'Z' | b'2'..=b'7'));
    let is_mixed = has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_digit());
    let is_base64 =
        all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'-' | b'_')) && is_mixed;
    // RFC 1924; and a tenth of it are signs.
    let sign = |c: &u8| c.is_ascii_punctuation();
    let is_base85 = all(|c| c.is_ascii_alphanumeric() || b"!#$%&()*+-;<=>?@^_`{|}~".contains(&c))
        && is_mixed
        && bytes.iter().filter(|c| sign(c)).count() * 10 >= bytes.len();
    // A run is a line's length of digits and letters; words of a name are parted.
    let is_hash = matches!(bytes.len(), 32 | 40 | 56 | 64 | 96 | 128);
    is_hex && has(|c| c.is_ascii_digit()) && !is_hash
        || is_base32 && has(|c| c.is_ascii_digit()) && bytes.len() >= 40
        || is_base64
        || is_base85
}

/// A token of JOSE (RFC 7515, RFC 7516): a head in base64, and parts behind dots.
fn is_token(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split('.').count();
    text.starts_with("eyJ")
        && matches!(parts, 3 | 5)
        && text
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'))
}

/// What `hexdump`, `xxd` and `od` print: an offset, then bytes.
fn is_dump(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(4);
    let is_line = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let offset = words.next().unwrap_or_default().trim_end_matches(':');
        let is_hex = |word: &str| word.bytes().all(|c| c.is_ascii_hexdigit());
        let bytes = words.take(4).filter(|word| word.len() <= 6 && is_hex(word));
        offset.len() >= 6 && is_hex(offset) && bytes.count() == 4
    };
    lines.next().is_some_and(is_line) && lines.next().is_none_or(is_line)
}

/// Whether a value is other content in an encoding, as far as its strings tell.
pub(crate) fn in_value(node: Node<'_>) -> Option<&'static str> {
    let text = node.text();
    if text.contains("\"ENC[") {
        return Some("encrypted with SOPS, which is not opened");
    }
    let object = Object::new(node);
    let is_jose = object.has("ciphertext") && (object.has("protected") || object.has("iv"));
    if is_jose {
        return Some("encrypted (JOSE), which is not opened");
    }
    let is_signed = ["base64Signature", "rekorBundle", "mediaType", "PublicKey"]
        .iter()
        .any(|key| object.has(key));
    let inner = text.split('"').map(str::len).max().unwrap_or_default();
    let is_long = inner >= 200 && inner * 100 >= text.len() * MOSTLY;
    let is_encoded = || {
        let mut parts = text.split('"');
        parts.any(|part| part.len() == inner && is_run(&part.replace("\\n", "")))
    };
    (!is_signed && is_long && is_encoded()).then_some("a text in an encoding, which is not decoded")
}

/// Whether a text is base64 and nothing else: long enough to hold an answer, of
/// letters of both cases, and in lines of one length.
fn is_base64(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'-' | b'_');
    let mut lines = text.lines().map(str::trim_end).peekable();
    let Some(width) = lines.peek().map(|line| line.len()) else {
        return false;
    };
    let body: usize = text.len();
    let is_wrapped = lines.all(|line| {
        let bare = line.trim_end_matches('=');
        line.len() <= width && !bare.is_empty() && bare.bytes().all(letters)
    });
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    // A hash in hexadecimal has one case, a word no digit.
    is_wrapped
        && body >= 40
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_opened_by_nobody_here() {
        let base64 =
            "eyJ0cmFpbExpc3QiOiBbeyJOYW1lIjogIm1haW4iLCAi\nUzNCdWNrZXROYW1lIjogImxvZ3MifV19\n";
        assert!(matches!(armoured(base64), Some(Container(..))));
        let message = "-----BEGIN PGP MESSAGE-----\n\nhQEMA";
        assert!(matches!(armoured(message), Some(Container(..))));
        let signature = "-----BEGIN PGP SIGNATURE-----\n\niQEz";
        assert!(matches!(armoured(signature), Some(Other(_))));
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(armoured(hash), None);
        assert_eq!(armoured("NotesOnTheCollection2026"), None);
    }

    #[test]
    fn what_is_encoded_is_no_prose() {
        let hex = "7b2274726169".repeat(20);
        let base32 = "PMRHI4TBNFWEY2LTOQRDUIC3PMRE4YLNMURDU".repeat(4);
        let base85 = "c-oz!&u<yG5dOd4NvXn(xAv>Rd@#J~gVr9Y5{`Q=c".repeat(4);
        for text in [
            hex.as_str(),
            &format!("{}\n{}\n", &hex[..64], &hex[64..128]),
            base32.as_str(),
            base85.as_str(),
            "eyJhbGciOiJSU0EtT0FFUCJ9.abc.def.ghi.jkl",
            "00000000  7b 0a 20 20 20 20 22 74  |{.    \"t|\n00000008  72 61 69 6c 4c 69 73 74  |railList|\n",
        ] {
            assert!(matches!(armoured(text), Some(Container(..))), "{text}");
        }
        for text in [
            "Nothing was found in eu-west-1, says the team, on 20 November.",
            "github.com/aws/aws-sdk-go-v2/service/cloudtrail v1.0.0 h1:x0O5vHYzHzUnXbk1A4wTjTYhTzWQpQpQpQpQpQpQpQp=",
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
            "us-east-1/111122223333/describe-trails.json\nus-east-1/111122223333/get-trail-status-main.json",
        ] {
            assert_eq!(armoured(text), None, "{text}");
        }
    }

    #[test]
    fn pointers_and_mails_say_so_themselves() {
        for text in [
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "../.git/annex/objects/xx/SHA256E-s1--ab.json/SHA256E-s1--ab.json\n",
            "begin 644 x.json\nM>R)T\n`\nend\n",
            "data: ENC[AES256_GCM,data:xx,iv:yy,tag:zz,type:str]\nsops:\n",
            "From: a@b\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--x\nContent-Transfer-Encoding: base64\n\neyJ0\n",
            "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB\n",
        ] {
            assert!(told(text).is_some(), "{text}");
        }
        for text in [
            "begin with the trail",
            "Subject: trails\n\nAll fine.\n",
            "version 1",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn values_may_hold_nothing_but_what_is_encoded() {
        let value = |text: &str| in_value(Node::parse(text).unwrap());
        let long = "eyJ0cmFpbExpc3QiOiBbeyJOYW1lIjogIm1haW4iLCAi".repeat(8);
        assert!(value(r#"{"data": "ENC[AES256_GCM,data:x]", "sops": {}}"#).is_some());
        assert!(value(r#"{"protected": "x", "iv": "x", "ciphertext": "x", "tag": "x"}"#).is_some());
        assert!(value(&format!("{{\"data\": \"{long}\"}}")).is_some());
        assert_eq!(value(r#"{"name": "x", "dependencies": {}}"#), None);
        assert_eq!(value(&format!("{{\"PublicKey\": \"{long}\"}}")), None);
    }
}
