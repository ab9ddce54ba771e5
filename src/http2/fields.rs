//! Header fields in HPACK (RFC 7541): those we send as plain literals, those we get through a decoder with bounds.

use loona_hpack::Decoder;

/// The table a sender may fill before anybody said otherwise (RFC 9113, section 6.5.2), in bytes; we say nothing.
const TABLE: usize = 4096;

/// Adds a field as a literal that no hop may keep (section 6.2.3), as some are secrets.
pub fn write(block: &mut Vec<u8>, name: &str, value: &str) {
    const NEVER_INDEXED: u8 = 0x10;
    block.push(NEVER_INDEXED);
    for text in [name, value] {
        // An integer with a prefix of seven bits (section 5.1), the eighth being clear: no Huffman code.
        let mut length = text.len();
        if length < 127 {
            block.push(length.to_le_bytes()[0]);
        } else {
            block.push(127);
            length -= 127;
            while length >= 128 {
                block.push(length.to_le_bytes()[0] | 0x80);
                length >>= 7;
            }
            block.push(length.to_le_bytes()[0]);
        }
        block.extend_from_slice(text.as_bytes());
    }
}

/// Says that the table is empty and stays so (section 6.3), as a block must begin where the other side shrank it.
pub fn write_no_table(block: &mut Vec<u8>) {
    block.push(0x20);
}

/// Fields as they were read, not escaped.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// As many as fit the bound.
    pub fields: Vec<(String, String)>,
    /// The bytes of all names and values, those that did not fit included.
    pub size: usize,
}

/// Why a block is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    Broken,
    /// It has more fields than were allowed; nothing of it was read.
    TooMany,
}

/// Reads one block after another; what one says may depend on those before.
pub struct Reader(Decoder<'static>);

impl Default for Reader {
    fn default() -> Self {
        let mut decoder = Decoder::new();
        decoder.set_max_allowed_table_size(TABLE);
        Self(decoder)
    }
}

impl Reader {
    /// Reads a whole block of at most `count` fields and keeps those that fit `bytes`. After an error no other
    /// block can be read.
    ///
    /// # Errors
    /// It breaks the rules of HPACK or is too long.
    pub fn read(
        &mut self,
        block: &[u8],
        count: usize,
        bytes: usize,
    ) -> Result<Section, Unreadable> {
        // Decoding takes far longer than counting, and cannot be stopped in the middle.
        if count_of(block).ok_or(Unreadable::Broken)? > count {
            return Err(Unreadable::TooMany);
        }
        let mut section = Section::default();
        self.0
            .decode_with_cb(block, |name, value| {
                // One byte may stand for a long field that came before.
                section.size = section.size.saturating_add(name.len() + value.len());
                if section.size <= bytes {
                    section.fields.push((lossy(&name), lossy(&value)));
                }
            })
            .map_err(|_| Unreadable::Broken)?;
        Ok(section)
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many fields a block has (section 6); none where it is cut short.
fn count_of(mut block: &[u8]) -> Option<usize> {
    let mut count = 0;
    while let Some(first) = block.first() {
        match first {
            0x80.. => {
                integer(&mut block, 7)?;
            }
            0x20..0x40 => {
                integer(&mut block, 5)?;
                continue;
            }
            _ => {
                let prefix = if *first < 0x40 { 4 } else { 6 };
                if integer(&mut block, prefix)? == 0 {
                    string(&mut block)?;
                }
                string(&mut block)?;
            }
        }
        count += 1;
    }
    Some(count)
}

fn string(block: &mut &[u8]) -> Option<()> {
    let length = integer(block, 7)?;
    *block = block.get(length..)?;
    Some(())
}

/// An integer whose first byte has room for `prefix` bits (section 5.1).
fn integer(block: &mut &[u8], prefix: u32) -> Option<usize> {
    let (first, mut rest) = block.split_first()?;
    let most = (1_usize << prefix) - 1;
    let mut value = usize::from(*first) & most;
    if value == most {
        for shift in [0, 7, 14, 21] {
            let (next, after) = rest.split_first()?;
            rest = after;
            value = value.checked_add(usize::from(next & 0x7f) << shift)?;
            if next & 0x80 == 0 {
                *block = rest;
                return Some(value);
            }
        }
        return None;
    }
    *block = rest;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_length_are_read_by_another_coder() {
        for length in [0, 1, 126, 127, 128, 254, 255, 256, 16_510, 16_511, 70_000] {
            let mut block = Vec::new();
            let value = "v".repeat(length);
            write(&mut block, "x-name", &value);
            assert_eq!(count_of(&block), Some(1));
            for end in 1..block.len().min(20) {
                assert_eq!(count_of(&block[..end]), None, "{length} {end}");
            }
            let read = Decoder::new().decode(&block).unwrap();
            assert_eq!(read, [(b"x-name".to_vec(), value.into_bytes())]);
        }
    }

    /// RFC 7541, appendix C.4: three requests on one connection, with Huffman codes and a growing table.
    #[test]
    fn blocks_build_on_those_before_within_bounds() {
        let mut reader = Reader::default();
        let first = b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
        let second = b"\x82\x86\x84\xbe\x58\x86\xa8\xeb\x10\x64\x9c\xbf";
        let section = reader.read(first, 4, 1000).unwrap();
        let authority = (":authority".to_owned(), "www.example.com".to_owned());
        assert_eq!(section.fields[3], authority);
        assert_eq!(reader.read(second, 4, 1000), Err(Unreadable::TooMany));
        let section = reader.read(second, 5, 41).unwrap();
        assert_eq!((section.fields.len(), section.size), (3, 73));
        // A table larger than was allowed, and an entry that is not there.
        assert_eq!(
            reader.read(b"\x3f\xe2\x1f", 5, 1000),
            Err(Unreadable::Broken)
        );
        assert_eq!(reader.read(b"\xff\x00", 5, 1000), Err(Unreadable::Broken));
    }
}
