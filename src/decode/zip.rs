//! Owns ZIP archives as CAs deliver them (leaf, bundle, readme): opened in memory, bounded.
//!
//! At most [`MAX_MEMBERS`] members and [`MAX_UNPACKED`] bytes in all; archives inside archives stay closed. What a
//! member claims to be long is counted before it is unpacked, and its checksum compared afterwards.

use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::source::{Origin, Source};

use super::Format;
use super::reader::Reader;
use super::sniff;

/// The most members of an archive.
pub const MAX_MEMBERS: usize = 1_000;

/// The most bytes unpacked (32 MiB), over all members of a file's archives.
pub const MAX_UNPACKED: u64 = 32 * 1024 * 1024;

const WHAT: &str = "ZIP archive";

/// End of central directory: its signature, its length, and the longest comment after it.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 0xffff;

/// Whether bytes begin as an archive, empty ones included.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(END)
}

/// Reads every member; what holds no key material is noted and passed over.
pub(super) fn read(source: &Source, reader: &mut Reader<'_>) -> Result<Format, DecodeError> {
    let archive = Archive {
        bytes: &source.bytes,
        origin: &source.origin,
    };
    let mut taken = false;
    for member in archive.members()? {
        if member.is_litter() {
            continue;
        }
        let origin = Origin::file(format!("{}/{}", source.origin, member.shown()));
        reader.unpacked += u64::from(member.size);
        if reader.unpacked > MAX_UNPACKED {
            return Err(archive.exceeded("the content of the archive, in bytes,", MAX_UNPACKED));
        }
        let bytes = archive.unpack(&member, &origin)?;
        match one(bytes, &origin, reader) {
            Ok(()) => taken = true,
            Err(
                error @ (DecodeError::Unrecognised { .. } | DecodeError::FormatUnsupported { .. }),
            ) => {
                reader.note(format!("{error}: passed over"));
            }
            Err(error) => return Err(error),
        }
    }
    if taken {
        Ok(Format::Zip)
    } else {
        Err(DecodeError::Unrecognised {
            origin: source.origin.clone(),
            looks_like: Some("an archive without keys or certificates".to_owned()),
        })
    }
}

fn one(
    bytes: Zeroizing<Vec<u8>>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    if is_archive(&bytes) {
        return Err(DecodeError::FormatUnsupported {
            origin: origin.clone(),
            format: "archive inside an archive",
            instead: "unpack it and name the files inside",
        });
    }
    if bytes.is_empty() {
        return Err(DecodeError::Unrecognised {
            origin: origin.clone(),
            looks_like: Some("an empty file".to_owned()),
        });
    }
    let source = Source {
        origin: origin.clone(),
        bytes,
    };
    sniff::read(&source, reader).map(|_| ())
}

/// One entry of the central directory (APPNOTE.TXT, section 4.3.12).
struct Member<'a> {
    name: &'a [u8],
    method: u16,
    encrypted: bool,
    checksum: u32,
    packed: u32,
    size: u32,
    header: u32,
}

impl Member<'_> {
    /// Folders, and what macOS leaves in every archive.
    fn is_litter(&self) -> bool {
        let base = self.name.rsplit(|byte| *byte == b'/').next();
        self.name.ends_with(b"/")
            || self.name.starts_with(b"__MACOSX/")
            || base.is_some_and(|base| base.starts_with(b"._") || base == b".DS_Store")
    }

    /// Its name, harmless to a terminal.
    fn shown(&self) -> String {
        String::from_utf8_lossy(self.name)
            .chars()
            .map(|character| match character {
                ' '..='~' => character,
                _ if character.is_alphanumeric() => character,
                _ => '\u{fffd}',
            })
            .collect()
    }
}

struct Archive<'a> {
    bytes: &'a [u8],
    origin: &'a Origin,
}

impl<'a> Archive<'a> {
    fn members(&self) -> Result<Vec<Member<'a>>, DecodeError> {
        let end = self.end().ok_or_else(|| {
            self.malformed("its directory is missing: the transfer stopped early")
        })?;
        let fields = || self.malformed("its directory is damaged");
        let count = half(end, 10).map(usize::from).ok_or_else(fields)?;
        let mut at = word(end, 16).map(place).ok_or_else(fields)?;
        if count > MAX_MEMBERS {
            return Err(self.exceeded("the number of files in the archive", MAX_MEMBERS as u64));
        }
        let mut members = Vec::new();
        for _ in 0..count {
            let rest = self.bytes.get(at..).ok_or_else(fields)?;
            let (member, length) = member(rest).ok_or_else(fields)?;
            members.push(member);
            at += length;
        }
        Ok(members)
    }

    /// The end record, searched for backwards past the archive's comment.
    fn end(&self) -> Option<&'a [u8]> {
        let last = self.bytes.len().checked_sub(END_LENGTH)?;
        let first = last.saturating_sub(LONGEST_COMMENT);
        (first..=last)
            .rev()
            .filter_map(|at| self.bytes.get(at..))
            .find(|rest| rest.starts_with(END))
    }

    fn unpack(
        &self,
        member: &Member<'_>,
        origin: &Origin,
    ) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
        let unsupported = |algorithm: String| DecodeError::AlgorithmUnsupported {
            origin: origin.clone(),
            what: WHAT,
            algorithm,
        };
        let damaged = |reason: &str| DecodeError::Malformed {
            origin: origin.clone(),
            what: "member of a ZIP archive",
            reason: reason.to_owned(),
        };
        if member.encrypted {
            return Err(unsupported("a password of its own".to_owned()));
        }
        // The local header repeats the entry, with a name and extra field of its own lengths.
        let packed = self
            .bytes
            .get(place(member.header)..)
            .filter(|rest| rest.starts_with(b"PK\x03\x04"))
            .and_then(|rest| {
                let start = 30 + usize::from(half(rest, 26)?) + usize::from(half(rest, 28)?);
                rest.get(start..)?.get(..place(member.packed))
            })
            .ok_or_else(|| damaged("it is not where the directory says"))?;
        let mut bytes = Zeroizing::new(vec![0; place(member.size)]);
        match member.method {
            0 if packed.len() == bytes.len() => bytes.copy_from_slice(packed),
            0 => return Err(damaged("it is not as long as it says")),
            8 => {
                let written = decompress_slice_iter_to_slice(
                    &mut bytes,
                    std::iter::once(packed),
                    false,
                    true,
                );
                if written != Ok(bytes.len()) {
                    return Err(damaged("it does not unpack to what it says"));
                }
            }
            other => return Err(unsupported(format!("the compression method {other}"))),
        }
        if checksum(&bytes) == member.checksum {
            Ok(bytes)
        } else {
            Err(damaged("its checksum is wrong"))
        }
    }

    fn malformed(&self, reason: &str) -> DecodeError {
        DecodeError::Malformed {
            origin: self.origin.clone(),
            what: WHAT,
            reason: reason.to_owned(),
        }
    }

    fn exceeded(&self, what: &'static str, limit: u64) -> DecodeError {
        DecodeError::LimitExceeded {
            origin: self.origin.clone(),
            what,
            limit,
        }
    }
}

/// The entry at the start of `bytes`, and its length.
fn member(bytes: &[u8]) -> Option<(Member<'_>, usize)> {
    if !bytes.starts_with(b"PK\x01\x02") {
        return None;
    }
    let [name, extra, comment] = [half(bytes, 28)?, half(bytes, 30)?, half(bytes, 32)?];
    let member = Member {
        name: bytes.get(46..46 + usize::from(name))?,
        method: half(bytes, 10)?,
        encrypted: half(bytes, 8)? & 1 != 0,
        checksum: word(bytes, 16)?,
        packed: word(bytes, 20)?,
        size: word(bytes, 24)?,
        header: word(bytes, 42)?,
    };
    Some((
        member,
        46 + usize::from(name) + usize::from(extra) + usize::from(comment),
    ))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*two))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*four))
}

fn place(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// CRC-32 as ZIP has it: reflected, polynomial EDB88320.
fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0_u32;
        while index < 256 {
            let mut value = index;
            let mut bit = 0;
            while bit < 8 {
                value = (value >> 1) ^ (0xedb8_8320 & (value & 1).wrapping_neg());
                bit += 1;
            }
            table[index as usize] = value;
            index += 1;
        }
        table
    };
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = (sum ^ u32::from(*byte)).to_le_bytes();
        (sum >> 8) ^ TABLE[usize::from(low)]
    })
}
