//! The bytes of an archive, sealed: hashed once, and held to it block by block
//! in every later reading.
//!
//! An archive is gone through several times (its names, its entries, the lines
//! that are shown), and may be written over meanwhile. What a sealed reader
//! gives is what was hashed, or an error.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest, Sha256};

/// Bytes that are hashed together.
const BLOCK: usize = 64 << 10;

/// The hashes of a file's bytes.
#[derive(Debug)]
pub(crate) struct Seal {
    /// How many there are.
    pub(crate) bytes: u64,
    /// SHA-256 of all.
    pub(crate) sha256: [u8; 32],
    /// SHA-256 of each [`BLOCK`] of them.
    blocks: Box<[[u8; 32]]>,
}

impl Seal {
    /// Seals what a reader gives, and hands its first block back. Nothing where
    /// there is more than `most`.
    pub(crate) fn of(reader: &mut dyn Read, most: u64) -> io::Result<Option<(Self, Vec<u8>)>> {
        let mut all = Sha256::new();
        let mut blocks = Vec::new();
        let mut bytes = 0_u64;
        let mut first = Vec::new();
        loop {
            let mut block = Vec::with_capacity(BLOCK);
            (&mut *reader).take(BLOCK as u64).read_to_end(&mut block)?;
            if block.is_empty() {
                break;
            }
            bytes += block.len() as u64;
            if bytes > most {
                return Ok(None);
            }
            all.update(&block);
            blocks.push(Sha256::digest(&block).into());
            if blocks.len() == 1 {
                first = block;
            }
        }
        let seal = Self {
            bytes,
            sha256: all.finalize().into(),
            blocks: blocks.into(),
        };
        Ok(Some((seal, first)))
    }
}

/// Reads what was sealed.
pub(crate) struct Sealed<'s, R> {
    inner: R,
    seal: &'s Seal,
    position: u64,
    /// The block that is held, and its number.
    block: Vec<u8>,
    number: Option<usize>,
    is_broken: bool,
}

impl<'s, R: Read + Seek> Sealed<'s, R> {
    pub(crate) fn new(inner: R, seal: &'s Seal) -> Self {
        Self {
            inner,
            seal,
            position: 0,
            block: Vec::new(),
            number: None,
            is_broken: false,
        }
    }

    /// Whether other bytes were found than were sealed.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Holds the block of this number.
    fn hold(&mut self, number: usize) -> io::Result<()> {
        self.number = None;
        self.block.clear();
        let start = number as u64 * BLOCK as u64;
        self.inner.seek(SeekFrom::Start(start))?;
        let length = (self.seal.bytes - start.min(self.seal.bytes)).min(BLOCK as u64);
        self.inner
            .by_ref()
            .take(length)
            .read_to_end(&mut self.block)?;
        let hash: [u8; 32] = Sha256::digest(&self.block).into();
        if self.seal.blocks.get(number) != Some(&hash) {
            self.is_broken = true;
            return Err(io::Error::other("it changed while it was read"));
        }
        self.number = Some(number);
        Ok(())
    }
}

impl<R: Read + Seek> Read for Sealed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.seal.bytes || buffer.is_empty() {
            return Ok(0);
        }
        let number = usize::try_from(self.position / BLOCK as u64).map_err(io::Error::other)?;
        if self.number != Some(number) {
            self.hold(number)?;
        }
        let within = (self.position % BLOCK as u64) as usize;
        let mut left = self.block.get(within..).unwrap_or_default();
        let read = left.read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for Sealed<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => {
                self.position = at;
                return Ok(at);
            }
            SeekFrom::End(by) => (self.seal.bytes, by),
            SeekFrom::Current(by) => (self.position, by),
        };
        let at = from.checked_add_signed(by);
        self.position = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Seek, SeekFrom};

    use super::{BLOCK, Seal, Sealed};

    #[test]
    fn what_is_read_is_what_was_sealed() {
        let bytes: Vec<u8> = (0..BLOCK * 2 + 100).map(|at| (at / 3) as u8).collect();
        let (seal, first) = Seal::of(&mut bytes.as_slice(), 1 << 20).unwrap().unwrap();
        assert_eq!((seal.bytes, first.len()), (bytes.len() as u64, BLOCK));
        assert!(Seal::of(&mut bytes.as_slice(), 100).unwrap().is_none());
        let mut sealed = Sealed::new(Cursor::new(&bytes), &seal);
        let mut all = Vec::new();
        sealed.read_to_end(&mut all).unwrap();
        assert_eq!(all, bytes);
        sealed.seek(SeekFrom::End(-101)).unwrap();
        let mut tail = Vec::new();
        sealed.read_to_end(&mut tail).unwrap();
        assert_eq!(tail, bytes[bytes.len() - 101..]);
        let mut other = bytes.clone();
        other[BLOCK + 7] ^= 1;
        for other in [other, bytes[..BLOCK + 9].to_vec()] {
            let mut sealed = Sealed::new(Cursor::new(&other), &seal);
            let mut all = Vec::new();
            assert!(sealed.read_to_end(&mut all).is_err() && sealed.is_broken());
            assert_eq!(all, bytes[..BLOCK]);
        }
        // What is written behind it afterwards is none of it.
        let more = [bytes.clone(), vec![1]].concat();
        let mut all = Vec::new();
        Sealed::new(Cursor::new(&more), &seal)
            .read_to_end(&mut all)
            .unwrap();
        assert_eq!(all, bytes);
    }
}
