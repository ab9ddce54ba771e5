//! Frames of HTTP/2 (RFC 9113, section 4.1) and what is in them.

use zeroize::Zeroizing;

use super::MAX_FRAME;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 0x1;
pub const ACK: u8 = 0x1;
pub const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const WITH_PRIORITY: u8 = 0x20;

/// Length, type, flags and stream.
const HEADER: usize = 9;

/// A frame as it was read.
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Zeroizing<Vec<u8>>,
}

/// A frame longer than was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl Frame {
    /// Takes the first frame off what has arrived; none where it is not whole yet.
    ///
    /// # Errors
    /// It is longer than [`MAX_FRAME`].
    pub fn take(arrived: &mut Vec<u8>) -> Result<Option<Self>, TooLong> {
        let Some(&[high, middle, low, kind, flags, s0, s1, s2, s3]) =
            arrived.first_chunk::<HEADER>()
        else {
            return Ok(None);
        };
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        if length > MAX_FRAME {
            return Err(TooLong);
        }
        let Some(payload) = arrived.get(HEADER..HEADER + length) else {
            return Ok(None);
        };
        let payload = Zeroizing::new(payload.to_vec());
        arrived.drain(..HEADER + length);
        Ok(Some(Self {
            kind,
            flags,
            stream: u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]),
            payload,
        }))
    }

    #[must_use]
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The payload without its padding and priority (sections 6.1 and 6.2); none where they are longer than it.
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        let mut rest = self.payload.as_slice();
        if matches!(self.kind, DATA | HEADERS) && self.has(PADDED) {
            let (padding, after) = rest.split_first()?;
            rest = after.get(..after.len().checked_sub(usize::from(*padding))?)?;
        }
        if self.kind == HEADERS && self.has(WITH_PRIORITY) {
            rest = rest.get(5..)?;
        }
        Some(rest)
    }

    /// The 32-bit number at `at`.
    #[must_use]
    pub fn number(&self, at: usize) -> Option<u32> {
        let bytes = self.payload.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    }
}

/// Adds a frame (section 4.1); no payload of ours is too long for its length.
pub fn write(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    bytes.extend_from_slice(&length[1..]);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}

/// Adds a whole field block (section 4.3), in as many frames as it takes; `last` where nothing follows on the stream.
pub fn write_head(bytes: &mut Vec<u8>, stream: u32, last: bool, block: &[u8]) {
    let mut parts = block.chunks(MAX_FRAME).peekable();
    let mut kind = HEADERS;
    while let Some(part) = parts.next() {
        let mut flags = 0;
        if kind == HEADERS && last {
            flags |= END_STREAM;
        }
        if parts.peek().is_none() {
            flags |= END_HEADERS;
        }
        write(bytes, kind, flags, stream, part);
        kind = CONTINUATION;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(kind: u8, flags: u8, payload: &[u8]) -> Frame {
        let mut bytes = Vec::new();
        write(&mut bytes, kind, flags, 1, payload);
        for end in 0..bytes.len() {
            assert!(matches!(Frame::take(&mut bytes[..end].to_vec()), Ok(None)));
        }
        bytes.push(7);
        let frame = Frame::take(&mut bytes).unwrap().unwrap();
        assert_eq!(bytes, [7]);
        frame
    }

    #[test]
    fn padding_and_priority_are_not_content_and_never_more_than_there_is() {
        let content =
            |kind, flags, payload: &[u8]| taken(kind, flags, payload).content().map(<[u8]>::to_vec);
        assert_eq!(
            content(DATA, PADDED, &[2, 1, 0, 0]).as_deref(),
            Some(&[1][..])
        );
        assert_eq!(content(DATA, PADDED, &[3, 0, 0]), None);
        assert_eq!(content(DATA, PADDED, &[]), None);
        let both = PADDED | WITH_PRIORITY;
        assert_eq!(
            content(HEADERS, both, &[1, 0, 0, 0, 0, 9, 5, 0]).as_deref(),
            Some(&[5][..])
        );
        assert_eq!(content(HEADERS, WITH_PRIORITY, &[0; 4]), None);
        assert_eq!(content(CONTINUATION, both, &[3]).as_deref(), Some(&[3][..]));
        assert!(matches!(
            Frame::take(&mut vec![0, 0x40, 1, 0, 0, 0, 0, 0, 0]),
            Err(TooLong)
        ));
    }
}
