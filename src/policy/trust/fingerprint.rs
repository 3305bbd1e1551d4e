//! What a public key is known by: the SHA-256 of its SubjectPublicKeyInfo, which
//! is the same whether the key came alone, as PKCS #1 or in a certificate.
//!
//! What verifies a signature keeps the key's bits alone, so what stands around
//! them is written anew here. A secret has no fingerprint: whoever guesses could
//! try each guess against it.

use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use sha2::{Digest, Sha256};

/// `rsaEncryption`, and NULL.
const RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// `id-ecPublicKey`, on `prime256v1`.
const P256: &[u8] = &[
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];

/// `id-ecPublicKey`, on `secp384r1`.
const P384: &[u8] = &[
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x22,
];

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;

/// The fingerprint of a key that signs by this algorithm; `None` for a secret.
pub(super) fn fingerprint(key: &DecodingKey, algorithm: Algorithm) -> Option<[u8; 32]> {
    let kind = match (key.family(), algorithm) {
        (AlgorithmFamily::Rsa, _) => RSA,
        (AlgorithmFamily::Ec, Algorithm::ES256) => P256,
        (AlgorithmFamily::Ec, Algorithm::ES384) => P384,
        _ => return None,
    };
    let bits = key.try_get_as_bytes().ok()?;
    // No bit of the last byte is left over.
    let bits = der(BIT_STRING, &[&[0], bits]);
    Some(Sha256::digest(der(SEQUENCE, &[kind, &bits])).into())
}

/// One value in DER: its tag, its length and these parts of it.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let length = length.get(zeros..).unwrap_or_default();
    let mut value = vec![tag];
    match length {
        [] => value.push(0),
        [short] if *short < 0x80 => value.push(*short),
        long => {
            value.push(0x80 | u8::try_from(long.len()).unwrap_or(u8::MAX));
            value.extend_from_slice(long);
        }
    }
    value.extend(content);
    value
}
