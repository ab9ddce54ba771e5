//! DER as it is written (X.690): the few types the containers are made of.

pub(super) const OCTETS: u8 = 0x04;
pub(super) const SET: u8 = 0x31;
const SEQUENCE: u8 = 0x30;

/// One element: tag, length in its shortest form, contents.
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(contents.len() + 10);
    bytes.push(tag);
    let length = contents.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    if let Ok(short @ 0..=127) = u8::try_from(contents.len()) {
        bytes.push(short);
    } else {
        #[allow(clippy::cast_possible_truncation, reason = "a usize has 8 digits")]
        bytes.push(0x80 | digits.len() as u8);
        bytes.extend_from_slice(digits);
    }
    bytes.extend_from_slice(contents);
    bytes
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

pub(super) fn set(parts: &[&[u8]]) -> Vec<u8> {
    element(SET, &parts.concat())
}

pub(super) fn octets(contents: &[u8]) -> Vec<u8> {
    element(OCTETS, contents)
}

pub(super) fn null() -> Vec<u8> {
    element(0x05, &[])
}

/// `[number] EXPLICIT`, or a constructed `[number] IMPLICIT`.
pub(super) fn context(number: u8, contents: &[u8]) -> Vec<u8> {
    element(0xa0 | number, contents)
}

pub(super) fn integer(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let leading = bytes.iter().take_while(|byte| **byte == 0).count().min(3);
    let digits = &bytes[leading..];
    // A leading one bit would make it negative.
    if digits.first().is_some_and(|first| first & 0x80 != 0) {
        element(0x02, &[&[0], digits].concat())
    } else {
        element(0x02, digits)
    }
}

/// An object identifier from its dotted form, which is one of [`crate::decode::oid`]'s.
pub(super) fn oid(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').filter_map(|arc| arc.parse::<u32>().ok());
    let first = arcs.next().unwrap_or(0) * 40 + arcs.next().unwrap_or(0);
    let mut contents = Vec::new();
    for arc in std::iter::once(first).chain(arcs) {
        let mut shift = (32 - arc.leading_zeros()).saturating_sub(1) / 7 * 7;
        loop {
            #[allow(clippy::cast_possible_truncation, reason = "seven bits")]
            let septet = (arc >> shift) as u8 & 0x7f;
            if shift == 0 {
                contents.push(septet);
                break;
            }
            contents.push(septet | 0x80);
            shift -= 7;
        }
    }
    element(0x06, &contents)
}

/// A `BMPString`; characters outside the plane become surrogate pairs, as every writer does it.
pub(super) fn bmp(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    element(0x1e, &units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers_take_their_shortest_form() {
        assert_eq!(octets(&[7; 127])[..2], [4, 127]);
        assert_eq!(octets(&[7; 128])[..3], [4, 0x81, 128]);
        assert_eq!(octets(&[7; 256])[..4], [4, 0x82, 1, 0]);
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(127), [2, 1, 127]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
        assert_eq!(integer(10_000), [2, 2, 0x27, 0x10]);
        assert_eq!(integer(u32::MAX), [2, 5, 0, 255, 255, 255, 255]);
    }

    #[test]
    fn identifiers_are_those_of_libcrypto() {
        for dotted in [
            crate::decode::oid::PBES2,
            crate::decode::oid::AES_256_CBC,
            crate::decode::oid::ORACLE_TRUSTED_KEY_USAGE,
            crate::decode::oid::JKS_KEY_PROTECTOR,
            crate::decode::oid::ANY_EXTENDED_KEY_USAGE,
        ] {
            let object = openssl::asn1::Asn1Object::from_str(dotted).expect("an identifier");
            assert_eq!(oid(dotted)[2..], *object.as_slice(), "{dotted}");
        }
    }
}
