//! Frames of HTTP/2 (RFC 9113, section 4.1) and what is in them.

use zeroize::Zeroizing;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 0x1;
pub(super) const ACK: u8 = 0x1;
pub(super) const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

/// A frame as it was read.
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Zeroizing<Vec<u8>>,
}

impl Frame {
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The payload without its padding and priority (sections 6.1 and 6.2).
    pub(super) fn content(&self) -> &[u8] {
        let mut rest = self.payload.as_slice();
        if self.has(PADDED) {
            let (padding, after) = rest.split_first().unwrap_or((&0, &[]));
            rest = after
                .get(..after.len().saturating_sub(usize::from(*padding)))
                .unwrap_or_default();
        }
        if self.kind == HEADERS && self.has(PRIORITY) {
            rest = rest.get(5..).unwrap_or_default();
        }
        rest
    }

    /// The 32-bit number at `at`.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        let bytes = self.payload.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    }
}

/// Adds a frame (section 4.1); no payload of ours is too long for its length.
pub(super) fn write(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    bytes.extend_from_slice(&length[1..]);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}
