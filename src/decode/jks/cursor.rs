//! Reads what Java's `DataOutputStream` writes: big-endian numbers, and text in modified UTF-8.

/// Bytes ran out: how many there are, and how many it would take at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short {
    pub have: u64,
    pub want: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Short> {
        let end = self.at.saturating_add(length);
        let taken = self.bytes.get(self.at..end).ok_or(Short {
            have: self.bytes.len() as u64,
            want: end as u64,
        })?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn byte(&mut self) -> Result<u8, Short> {
        self.array().map(u8::from_be_bytes)
    }

    pub fn short(&mut self) -> Result<u16, Short> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn number(&mut self) -> Result<u32, Short> {
        self.array().map(u32::from_be_bytes)
    }

    /// A length or a count, as the machine counts.
    pub fn count(&mut self) -> Result<usize, Short> {
        self.number()
            .map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// As many bytes as a count before them says.
    pub fn counted(&mut self) -> Result<&'a [u8], Short> {
        let length = self.count()?;
        self.take(length)
    }

    /// `DataInput.readUTF`.
    pub fn text(&mut self) -> Result<String, Short> {
        let length = usize::from(self.short()?);
        Ok(modified_utf8(self.take(length)?))
    }
}

/// Modified UTF-8 encodes each UTF-16 unit by itself; what is none becomes the replacement character.
fn modified_utf8(bytes: &[u8]) -> String {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let continued = |index: usize| match after.get(index) {
            Some(byte) if byte & 0xc0 == 0x80 => Some(u16::from(byte & 0x3f)),
            _ => None,
        };
        let lead = u16::from(*first);
        let (unit, size) = match first {
            0x00..=0x7f => (Some(lead), 1),
            0xc0..=0xdf => (continued(0).map(|low| (lead & 0x1f) << 6 | low), 2),
            0xe0..=0xef => (
                continued(0)
                    .zip(continued(1))
                    .map(|(middle, low)| (lead & 0x0f) << 12 | middle << 6 | low),
                3,
            ),
            _ => (None, 1),
        };
        units.push(unit.unwrap_or(0xfffd));
        rest = rest
            .get(if unit.is_some() { size } else { 1 }..)
            .unwrap_or_default();
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_plane_is_read() {
        // "a", NUL in two bytes, é, €, and a pair of surrogates of three bytes each.
        let bytes = b"a\xc0\x80\xc3\xa9\xe2\x82\xac\xed\xa0\xbd\xed\xb4\x91";
        assert_eq!(modified_utf8(bytes), "a\0é€\u{1f511}");
        assert_eq!(modified_utf8(b"\xff\xe2\x82"), "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn what_is_missing_is_counted() {
        let mut cursor = Cursor::new(&[0xff, 0xff, 0xff, 0xff, 1]);
        assert_eq!(
            cursor.counted(),
            Err(Short {
                have: 5,
                want: 4 + 0xffff_ffff
            })
        );
    }
}
