//! What one archive may take, and the words for what can't be had of it.

use std::io::{self, Read, SeekFrom};

use crate::source::archive::ReadSeek;
use crate::source::archive::meter::Overrun;
use crate::source::given::Refused;
use crate::source::limits::Limits;
use crate::source::opening::not_readable;

/// What an archive may unpack to whatever its size: small files of much the
/// same text shrink further than any ratio that would still stop a bomb.
const ALWAYS_UNPACKED: u64 = 64 << 20;

/// What one archive may take.
pub(crate) struct Bounds {
    /// Bytes in one entry.
    pub(crate) document: u64,
    /// Entries.
    pub(crate) entries: usize,
    /// Bytes of all entries together, headers too.
    pub(crate) unpacked: u64,
    /// The ratio that `unpacked` was made of; `None` where it is what the whole
    /// run may read.
    expansion: Option<u64>,
}

impl Bounds {
    pub(crate) fn new(file: &mut dyn ReadSeek, limits: &Limits) -> Result<Self, Refused> {
        let packed = file
            .seek(SeekFrom::End(0))
            .map_err(|error| not_readable(&error))?;
        let expanded = packed.saturating_mul(limits.expansion).max(ALWAYS_UNPACKED);
        Ok(Self {
            document: limits.document_bytes,
            entries: limits.entries,
            unpacked: expanded.min(limits.total_bytes),
            expansion: (expanded <= limits.total_bytes).then_some(limits.expansion),
        })
    }

    /// The bytes of one entry, which is read to its end in any case, so that
    /// its checksum counts.
    pub(crate) fn content(&self, reader: &mut dyn Read) -> io::Result<Result<Vec<u8>, Refused>> {
        let mut content = Vec::new();
        reader
            .take(self.document.saturating_add(1))
            .read_to_end(&mut content)?;
        if content.len() as u64 <= self.document {
            return Ok(Ok(content));
        }
        drop(content);
        io::copy(reader, &mut io::sink())?;
        Ok(Err(Refused {
            code: "too-large",
            why: format!("not read: more than {} bytes in one file", self.document),
            help: Some(
                "raise --max-document-bytes if the evidence really is that large".to_owned(),
            ),
        }))
    }

    /// Why an archive can't be read on, from the error that said so.
    pub(crate) fn refused(&self, error: &io::Error) -> Refused {
        match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Overrun>())
        {
            Some(Overrun::Unpacked) => self.bomb(),
            Some(Overrun::Header) => damaged("a name in it is longer than any name is"),
            None if error.raw_os_error().is_some() => not_readable(error),
            None if error.kind() == io::ErrorKind::UnexpectedEof => damaged("it is cut short"),
            None => damaged(&error.to_string()),
        }
    }

    fn bomb(&self) -> Refused {
        let Some(times) = self.expansion else {
            return Refused {
                code: "too-large",
                why: format!("not read on: unpacked it is over {} bytes", self.unpacked),
                help: Some("raise --max-total-bytes if the evidence really is that large".into()),
            };
        };
        Refused {
            code: "archive-bomb",
            why: format!(
                "not read on: unpacked it is more than {times} times its size, over {} bytes",
                self.unpacked
            ),
            help: Some(
                "unpack it yourself if you trust it and name the folder, or raise --max-expansion"
                    .to_owned(),
            ),
        }
    }

    pub(crate) fn too_many(&self) -> Refused {
        Refused {
            code: "too-many-entries",
            why: format!("not read: more than {} entries", self.entries),
            help: Some("raise --max-entries if the evidence really is that large".to_owned()),
        }
    }
}

pub(crate) fn damaged(why: &str) -> Refused {
    Refused {
        code: "archive-damaged",
        why: format!("a damaged archive: {why}"),
        help: Some(
            "get the archive again, and compare its size or its hash with the sender's".to_owned(),
        ),
    }
}

/// Why a file with the name of an archive is none.
pub(crate) fn no_archive() -> Refused {
    damaged("its bytes are not of the kind that its name says")
}

pub(crate) fn duplicate() -> Refused {
    Refused {
        code: "duplicate-entry",
        why: "not read: the archive holds more than one file of this name, and which one counts depends on who unpacks it".to_owned(),
        help: Some("make the archive again from the folder that was collected".to_owned()),
    }
}

pub(crate) fn link() -> Refused {
    Refused {
        code: "archive-link",
        why: "a link, which is not followed".to_owned(),
        help: Some(
            "put the file itself into the archive (`tar --dereference --hard-dereference`)"
                .to_owned(),
        ),
    }
}

pub(crate) fn special() -> Refused {
    Refused {
        code: "not-a-file",
        why: "no plain file".to_owned(),
        help: None,
    }
}

pub(crate) fn unsupported(why: &str) -> Refused {
    Refused {
        code: "archive-unsupported",
        why: format!("packed in a way that is not read: {why}"),
        help: Some("unpack it and name the folder, or pack it in the usual way".to_owned()),
    }
}
