//! A stream of Zstandard frames, unpacked, with every checksum looked at.
//!
//! The decoder crate reads one frame and leaves it to its caller to go on to
//! the next and to compare the checksum.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Unpacks what it reads.
pub(crate) struct Decoder<R> {
    source: R,
    frame: FrameDecoder,
    within: bool,
}

impl<R: BufRead> Decoder<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            frame: FrameDecoder::new(),
            within: false,
        }
    }

    /// Goes on to the next frame. False at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.init(&mut self.source) {
                Ok(()) => {
                    self.within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(failed(&error)),
            }
        }
        Ok(false)
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.within = false;
        match self.frame.get_checksum_from_data() {
            Some(expected) if self.frame.get_calculated_checksum() != Some(expected) => {
                Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a frame does not have its checksum",
                ))
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.next_frame()? {
                return Ok(0);
            }
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                self.frame
                    .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|error| failed(&error))?;
            }
            let read = self.frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.end_frame()?;
        }
    }
}

fn failed(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string().to_lowercase())
}
