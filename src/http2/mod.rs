//! Frames and header fields of HTTP/2 (RFC 9113), for the caller and for the mirror.

pub mod fields;
pub mod frame;

/// What a client says first (section 3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The largest frame that may be sent to somebody who allowed no other (section 4.2), in bytes; we allow no other.
pub const MAX_FRAME: usize = 16_384;
/// The window before anybody said otherwise (section 6.9.2), in bytes.
pub const WINDOW: i64 = 65_535;
/// The largest window there may be (section 6.9.1), in bytes.
pub const MAX_WINDOW: i64 = 0x7fff_ffff;

/// Why a stream or a connection is ended (section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Code {
    NoError = 0,
    Protocol = 1,
    FlowControl = 3,
    StreamClosed = 5,
    FrameSize = 6,
    RefusedStream = 7,
    Compression = 9,
    EnhanceYourCalm = 11,
}

impl Code {
    #[must_use]
    pub fn bytes(self) -> [u8; 4] {
        (self as u32).to_be_bytes()
    }
}
