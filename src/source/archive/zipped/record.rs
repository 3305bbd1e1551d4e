//! The records of a zip, from their bytes (APPNOTE.TXT 4.3 to 4.5).

use std::io::{self, Read, Seek, SeekFrom};

/// Little-endian numbers in a record; nought past its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'r>(pub(super) &'r [u8]);

impl<'r> Record<'r> {
    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u64(self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes(at))
    }

    /// The length that stands in two bytes.
    pub(super) fn length(self, at: usize) -> usize {
        self.u16(at).into()
    }

    fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        let bytes = self.0.get(at..).and_then(|bytes| bytes.first_chunk());
        bytes.copied().unwrap_or([0; N])
    }
}

/// So many bytes from where a reader stands.
pub(super) fn take(reader: &mut dyn Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// So many bytes at an offset.
pub(super) fn take_at<R: Read + Seek + ?Sized>(
    reader: &mut R,
    at: u64,
    length: usize,
) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The content of the extra field with this id.
pub(super) fn extra(mut fields: &[u8], id: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = fields.split_at_checked(4) {
        let length = Record(head).length(2);
        let (content, rest) = rest.split_at_checked(length)?;
        if Record(head).u16(0) == id {
            return Some(content);
        }
        fields = rest;
    }
    None
}

/// What stands for a number that is too large for its place.
pub(super) const ELSEWHERE: u32 = u32::MAX;

/// The numbers of a header in which those that are [`ELSEWHERE`] come, in this
/// order, from the extra field for large files.
pub(super) fn large<const N: usize>(numbers: [u32; N], fields: &[u8]) -> Option<[u64; N]> {
    let mut rest = extra(fields, 1).unwrap_or_default();
    let mut all = [0; N];
    for (number, out) in numbers.into_iter().zip(&mut all) {
        *out = if number == ELSEWHERE {
            let (own, behind) = rest.split_at_checked(8)?;
            rest = behind;
            Record(own).u64(0)
        } else {
            number.into()
        };
    }
    Some(all)
}

/// A name in the letters of the IBM PC, which is what a zip's names are in
/// where nothing says that they are Unicode.
pub(super) fn of_ibm_pc(name: &[u8]) -> String {
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(high) => UPPER.chars().nth(high.into()).unwrap_or('\u{fffd}'),
    };
    name.iter().map(letter).collect()
}

/// Code page 437 from 0x80 on.
const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
