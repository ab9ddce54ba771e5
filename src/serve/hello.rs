//! What a client offers in its `ClientHello` (RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2).

use super::bytes::Bytes;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;
const POST_HANDSHAKE_AUTH: u16 = 49;

/// The offer, as numbers; names are the reader's business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hello {
    /// Protocol versions in the client's order: `0x0304` is TLS 1.3.
    pub versions: Vec<u16>,
    /// Cipher suites in the client's order, signalling values and GREASE left out.
    pub suites: Vec<u16>,
    /// Server name, as sent; not yet escaped.
    pub server_name: Option<String>,
    /// Application protocols in the client's order; not yet escaped.
    pub alpn: Vec<String>,
    /// Signature schemes in the client's order.
    pub signature_schemes: Vec<u16>,
    /// Key-exchange groups in the client's order.
    pub groups: Vec<u16>,
    /// Whether it would answer a request for a certificate after the handshake (RFC 8446, section 4.2.6).
    pub post_handshake_auth: bool,
}

/// What the first bytes of a connection are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A TLS client's hello.
    Hello(Hello),
    /// The beginning of an HTTP request in the clear.
    PlainHttp,
    /// Neither, or cut short.
    Other,
    /// The client said nothing.
    Nothing,
}

impl Opening {
    /// Reads the first bytes of a connection, records and all.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Nothing;
        }
        if is_http(bytes) {
            return Self::PlainHttp;
        }
        handshake(bytes)
            .and_then(|message| Hello::read(&message))
            .map_or(Self::Other, Self::Hello)
    }
}

impl Hello {
    /// Reads one handshake message, its four-byte header included.
    #[must_use]
    pub fn read(message: &[u8]) -> Option<Self> {
        let mut message = Bytes(message);
        if message.u8()? != 1 {
            return None;
        }
        let length = message.u24()?;
        let mut body = Bytes(message.take(length)?);
        let mut hello = Self::default();
        let legacy = body.u16()?;
        body.take(32)?;
        body.vector8()?;
        hello.suites = body
            .vector16()?
            .u16s()
            .into_iter()
            .filter(|suite| !is_grease(*suite) && *suite != 0x00ff && *suite != 0x5600)
            .collect();
        body.vector8()?;
        if let Some(mut extensions) = body.vector16() {
            while let (Some(kind), Some(content)) = (extensions.u16(), extensions.vector16()) {
                hello.note(kind, content);
            }
        }
        if hello.versions.is_empty() {
            hello.versions = vec![legacy];
        }
        Some(hello)
    }

    fn note(&mut self, kind: u16, mut content: Bytes<'_>) {
        match kind {
            SERVER_NAME => {
                let name = content
                    .vector16()
                    .filter(|list| list.0.first() == Some(&0))
                    .and_then(|mut list| {
                        list.u8()?;
                        list.vector16()
                    });
                self.server_name = name.map(|name| String::from_utf8_lossy(name.0).into_owned());
            }
            ALPN => {
                let mut list = content.vector16().unwrap_or(Bytes(&[]));
                while let Some(protocol) = list.vector8() {
                    self.alpn
                        .push(String::from_utf8_lossy(protocol.0).into_owned());
                }
                self.alpn.retain(|protocol| !is_grease_protocol(protocol));
            }
            SIGNATURE_ALGORITHMS => self.signature_schemes = numbers(content.vector16()),
            SUPPORTED_GROUPS => self.groups = numbers(content.vector16()),
            SUPPORTED_VERSIONS => self.versions = numbers(content.vector8()),
            POST_HANDSHAKE_AUTH => self.post_handshake_auth = true,
            _ => {}
        }
    }
}

fn numbers(list: Option<Bytes<'_>>) -> Vec<u16> {
    let mut numbers = list.map(Bytes::u16s).unwrap_or_default();
    numbers.retain(|number| !is_grease(*number));
    numbers
}

/// Values sent only to keep servers tolerant of unknown ones (RFC 8701).
fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

fn is_grease_protocol(protocol: &str) -> bool {
    matches!(protocol.as_bytes(), [a, b] if a == b && a & 0x0f == 0x0a)
}

fn is_http(bytes: &[u8]) -> bool {
    const METHODS: [&[u8]; 9] = [
        b"GET ",
        b"POST ",
        b"PUT ",
        b"HEAD ",
        b"DELETE ",
        b"OPTIONS ",
        b"PATCH ",
        b"CONNECT ",
        // HTTP/2's preface.
        b"PRI ",
    ];
    METHODS.iter().any(|method| bytes.starts_with(method))
}

/// The first handshake message, which may be spread over several records.
fn handshake(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut records = Bytes(bytes);
    let mut message = Vec::new();
    while records.0.first() == Some(&22) {
        records.take(3)?;
        let length = usize::from(records.u16()?);
        let fragment = records.take(length.min(records.0.len()))?;
        message.extend_from_slice(fragment);
        let wanted = Bytes(message.get(1..).unwrap_or_default()).u24();
        if wanted.is_some_and(|wanted| message.len() >= wanted + 4) {
            return Some(message);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::http2::PREFACE;

    use super::*;

    fn vector16(content: &[u8]) -> Vec<u8> {
        let mut bytes = u16::try_from(content.len())
            .expect("a short vector")
            .to_be_bytes()
            .to_vec();
        bytes.extend_from_slice(content);
        bytes
    }

    fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend(vector16(content));
        bytes
    }

    fn message() -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.push(0);
        body.extend(vector16(&[0x1a, 0x1a, 0x13, 0x01, 0xc0, 0x2f, 0x00, 0xff]));
        body.extend([1, 0]);
        let mut extensions = extension(0, &vector16(b"\0\0\x09localhost"));
        extensions.extend(extension(16, &vector16(b"\x02h2\x08http/1.1")));
        extensions.extend(extension(13, &vector16(&[4, 3, 8, 4])));
        extensions.extend(extension(43, &[4, 3, 4, 3, 3]));
        extensions.extend(extension(49, &[]));
        body.extend(vector16(&extensions));
        let mut message = vec![1, 0];
        message.extend(vector16(&body));
        message
    }

    fn records(message: &[u8], size: usize) -> Vec<u8> {
        message
            .chunks(size)
            .flat_map(|chunk| {
                let mut record = vec![22, 3, 1];
                record.extend(vector16(chunk));
                record
            })
            .collect()
    }

    #[test]
    fn an_offer_is_read_however_it_is_cut_into_records() {
        for size in [16_000, 50, 3] {
            let Opening::Hello(hello) = Opening::read(&records(&message(), size)) else {
                panic!("not read in records of {size}");
            };
            assert_eq!(hello.versions, [0x0304, 0x0303]);
            assert_eq!(hello.suites, [0x1301, 0xc02f]);
            assert_eq!(hello.server_name.as_deref(), Some("localhost"));
            assert_eq!(hello.alpn, ["h2", "http/1.1"]);
            assert_eq!(hello.signature_schemes, [0x0403, 0x0804]);
            assert!(hello.post_handshake_auth);
        }
    }

    #[test]
    fn no_truncation_or_flipped_byte_is_more_than_another_opening() {
        let whole = records(&message(), 40);
        for end in 0..whole.len() {
            assert!(!matches!(
                Opening::read(&whole[..end]),
                Opening::Hello(hello) if hello.suites.is_empty()
            ));
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            let _ = Opening::read(&damaged);
        }
        assert_eq!(Opening::read(b"GET / HTTP/1.1\r\n"), Opening::PlainHttp);
        assert_eq!(Opening::read(PREFACE), Opening::PlainHttp);
        assert_eq!(Opening::read(b"\0\0\0"), Opening::Other);
        assert_eq!(Opening::read(b""), Opening::Nothing);
    }
}
