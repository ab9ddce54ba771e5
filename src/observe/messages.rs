//! Handshake messages (RFC 5246, section 7.4; RFC 8446, section 4), as far as a diagnosis needs them.
//!
//! Every length is checked against the bytes there are; a message that does not add up yields nothing.

/// The name of a handshake message type.
pub(super) fn name(number: u8) -> String {
    let name = match number {
        0 => "HelloRequest",
        1 => "ClientHello",
        2 => "ServerHello",
        4 => "NewSessionTicket",
        5 => "EndOfEarlyData",
        8 => "EncryptedExtensions",
        11 => "Certificate",
        12 => "ServerKeyExchange",
        13 => "CertificateRequest",
        14 => "ServerHelloDone",
        15 => "CertificateVerify",
        16 => "ClientKeyExchange",
        20 => "Finished",
        22 => "CertificateStatus",
        24 => "KeyUpdate",
        25 => "CompressedCertificate",
        other => return format!("message {other}"),
    };
    name.to_owned()
}

/// The name of a key exchange group.
pub(super) fn group(number: u16) -> String {
    let name = match number {
        23 => "P-256",
        24 => "P-384",
        25 => "P-521",
        29 => "X25519",
        30 => "X448",
        256 => "ffdhe2048",
        257 => "ffdhe3072",
        258 => "ffdhe4096",
        0x11eb => "SecP256r1MLKEM768",
        0x11ec => "X25519MLKEM768",
        0x11ed => "SecP384r1MLKEM1024",
        other => return format!("group 0x{other:04x}"),
    };
    name.to_owned()
}

/// What a `ServerHello` decides.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServerHello {
    /// As on the wire: the extension's where there is one.
    pub(super) version: u16,
    pub(super) group: Option<u16>,
}

pub(super) fn server_hello(message: &[u8]) -> Option<ServerHello> {
    let mut body = body(message)?;
    let version = body.u16()?;
    body.take(32)?;
    let session = body.u8()?;
    body.take(usize::from(session))?;
    body.take(2 + 1)?;
    let mut hello = ServerHello {
        version,
        group: None,
    };
    if body.is_empty() {
        return Some(hello);
    }
    let mut extensions = Bytes(body.vector16()?);
    while !extensions.is_empty() {
        let kind = extensions.u16()?;
        let mut content = Bytes(extensions.vector16()?);
        match kind {
            43 => hello.version = content.u16()?,
            51 => hello.group = content.u16(),
            _ => {}
        }
    }
    Some(hello)
}

/// The named group of a TLS 1.2 `ServerKeyExchange`.
pub(super) fn key_exchange_group(message: &[u8]) -> Option<u16> {
    let mut body = body(message)?;
    (body.u8()? == 3).then_some(())?;
    body.u16()
}

/// The certificates of a `Certificate` message, DER.
pub(super) fn certificates(message: &[u8], tls13: bool) -> Option<Vec<&[u8]>> {
    let mut body = body(message)?;
    if tls13 {
        let context_length = body.u8()?;
        body.take(usize::from(context_length))?;
    }
    let mut list = Bytes(body.vector24()?);
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(list.vector24()?);
        if tls13 {
            list.vector16()?;
        }
    }
    Some(found)
}

/// The content of a `CertificateRequest`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) ca_names: Vec<&'a [u8]>,
    pub(super) signature_algorithms: Vec<u16>,
    pub(super) certificate_types: Vec<u8>,
}

/// `with_schemes` is false below TLS 1.2, which has no list of signature algorithms.
pub(super) fn certificate_request(
    message: &[u8],
    tls13: bool,
    with_schemes: bool,
) -> Option<Request<'_>> {
    let mut body = body(message)?;
    let mut request = Request::default();
    if tls13 {
        let context_length = body.u8()?;
        body.take(usize::from(context_length))?;
        let mut extensions = Bytes(body.vector16()?);
        while !extensions.is_empty() {
            let kind = extensions.u16()?;
            let mut content = Bytes(extensions.vector16()?);
            match kind {
                13 => request.signature_algorithms = schemes(content.vector16()?),
                47 => request.ca_names = names(content.vector16()?)?,
                _ => {}
            }
        }
    } else {
        let types = body.u8()?;
        request.certificate_types = body.take(usize::from(types))?.to_vec();
        if with_schemes {
            request.signature_algorithms = schemes(body.vector16()?);
        }
        request.ca_names = names(body.vector16()?)?;
    }
    Some(request)
}

fn schemes(bytes: &[u8]) -> Vec<u16> {
    bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut list = Bytes(bytes);
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(list.vector16()?);
    }
    Some(found)
}

fn body(message: &[u8]) -> Option<Bytes<'_>> {
    message.get(4..).map(Bytes)
}

/// Bytes taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|one| one[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|two| u16::from_be_bytes([two[0], two[1]]))
    }

    fn vector16(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    fn vector24(&mut self) -> Option<&'a [u8]> {
        let length = self
            .take(3)
            .map(|three| u32::from_be_bytes([0, three[0], three[1], three[2]]))?;
        self.take(usize::try_from(length).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls12_request_is_read() {
        let message = [
            13, 0, 0, 15, 2, 1, 64, 0, 4, 4, 3, 8, 4, 0, 5, 0, 3, 0x30, 1, 2,
        ];
        let request = certificate_request(&message, false, true).unwrap();
        assert_eq!(request.certificate_types, [1, 64]);
        assert_eq!(request.signature_algorithms, [0x0403, 0x0804]);
        assert_eq!(request.ca_names, [&[0x30, 1, 2]]);
    }

    #[test]
    fn every_truncation_is_survived() {
        let message = [
            13, 0, 0, 15, 2, 1, 64, 0, 4, 4, 3, 8, 4, 0, 5, 0, 3, 0x30, 1, 2,
        ];
        for end in 0..message.len() {
            let cut = &message[..end];
            assert_eq!(certificate_request(cut, false, true), None);
            let _ = certificate_request(cut, true, true);
            let _ = certificates(cut, true);
            let _ = server_hello(cut);
            let _ = key_exchange_group(cut);
        }
    }
}
