//! Builtins of OPA that the engine doesn't have.

/// By name, sorted.
const LACKING: &[&str] = &[
    "all",
    "any",
    "array.flatten",
    "cast_array",
    "cast_boolean",
    "cast_null",
    "cast_object",
    "cast_set",
    "cast_string",
    "crypto.hmac.equal",
    "crypto.hmac.md5",
    "crypto.hmac.sha1",
    "crypto.hmac.sha256",
    "crypto.hmac.sha512",
    "crypto.md5",
    "crypto.parse_private_keys",
    "crypto.sha1",
    "crypto.sha256",
    "crypto.x509.parse_and_verify_certificates",
    "crypto.x509.parse_and_verify_certificates_with_options",
    "crypto.x509.parse_certificate_request",
    "crypto.x509.parse_certificates",
    "crypto.x509.parse_keypair",
    "crypto.x509.parse_rsa_private_key",
    "graphql.is_valid",
    "graphql.parse",
    "graphql.parse_and_verify",
    "graphql.parse_query",
    "graphql.parse_schema",
    "graphql.schema_is_valid",
    "io.jwt.decode",
    "io.jwt.decode_verify",
    "io.jwt.encode_sign",
    "io.jwt.encode_sign_raw",
    "io.jwt.verify_eddsa",
    "io.jwt.verify_es256",
    "io.jwt.verify_es384",
    "io.jwt.verify_es512",
    "io.jwt.verify_hs256",
    "io.jwt.verify_hs384",
    "io.jwt.verify_hs512",
    "io.jwt.verify_ps256",
    "io.jwt.verify_ps384",
    "io.jwt.verify_ps512",
    "io.jwt.verify_rs256",
    "io.jwt.verify_rs384",
    "io.jwt.verify_rs512",
    "json.match_schema",
    "json.verify_schema",
    "net.cidr_contains_matches",
    "net.cidr_intersects",
    "net.cidr_merge",
    "net.cidr_overlap",
    "providers.aws.sign_req",
    "re_match",
    "regex.globs_match",
    "rego.metadata.chain",
    "rego.metadata.rule",
    "rego.parse_module",
    "set_diff",
    "strings.render_template",
    "strings.split_n",
    "uri.is_valid",
    "uri.parse",
];

/// Whether OPA has a builtin of this name, which the engine is known to lack.
pub(super) fn has(name: &str) -> bool {
    LACKING.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use regorus::unstable::BUILTINS;

    use super::{LACKING, has};

    #[test]
    fn the_names_are_sorted() {
        assert!(LACKING.is_sorted());
        assert!(has("io.jwt.decode"));
        assert!(!has("count"));
        let had = LACKING.iter().find(|name| BUILTINS.contains_key(**name));
        assert_eq!(had, None);
    }
}
