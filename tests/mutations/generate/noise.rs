//! Files that lie beside evidence and say nothing of it.

use super::Files;
use crate::dice::Dice;

const BESIDE: [(&str, &[u8]); 11] = [
    ("README.md", b"# Evidence\n\nCollected for the yearly audit.\n"),
    ("collect.sh", b"#!/bin/sh\naws cloudtrail describe-trails --region \"$1\" > describe-trails.json\n"),
    ("main.tf", b"resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"logs\"\n}\n"),
    ("SHA256SUMS", b"5571540e88e0674d5d11096bacddd65a9f8cb2186102bca77f3ecd5cab8b20fc  describe.json\n"),
    ("screen.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"),
    ("describe-trails.err", b""),
    ("list-buckets.json", b"{\"Buckets\": [{\"Name\": \"logs\", \"CreationDate\": \"2024-01-01T00:00:00Z\"}], \"Owner\": {\"ID\": \"0\"}}\n"),
    ("describe-instances.json", b"{\"Reservations\": []}\n"),
    (".gitkeep", b""),
    ("notes.txt", b"Asked for by the auditor on Friday.\n"),
    ("report.asc", b"-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n-----END PGP SIGNATURE-----\n"),
];

/// Puts one or two of them into folders that are there.
pub(crate) fn beside(dice: &mut Dice, files: &mut Files) {
    let under: Vec<String> = files.keys().cloned().collect();
    for _ in 0..=dice.below(2) {
        let (name, bytes) = dice.one(&BESIDE);
        let place = &under[dice.below(under.len())];
        // A manifest's folder holds what it names and nothing else.
        if files.contains_key("manifest.json") {
            continue;
        }
        let folder = place
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let is_own = !folder.contains("trails/") && !folder.contains("get-trail-status");
        if is_own {
            files.insert(format!("{folder}{name}"), bytes.to_vec());
        }
    }
}
