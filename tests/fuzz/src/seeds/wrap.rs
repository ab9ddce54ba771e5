//! The shells that checks or checksums guard, made around any bytes.

use super::der::{element, oid, sequence};
use crate::PASSWORD;

const DATA: &str = "1.2.840.113549.1.7.1";

/// A PKCS#12 file without a MAC around one safe that lies open.
#[must_use]
pub fn unlocked(safe: &[u8]) -> Vec<u8> {
    let info = |content: &[u8]| sequence(&[&oid(DATA), &element(0xa0, &element(4, content))]);
    let safes = sequence(&[&info(safe)]);
    sequence(&[&[2, 1, 3], &info(&safes)])
}

/// A Java keystore with its closing digest, which is left out of `store`.
#[must_use]
pub fn digested(store: &[u8]) -> Vec<u8> {
    let mut hasher = openssl::sha::Sha1::new();
    for unit in PASSWORD.encode_utf16() {
        hasher.update(&unit.to_be_bytes());
    }
    hasher.update(b"Mighty Aphrodite");
    hasher.update(store);
    [store, &hasher.finish()].concat()
}

/// A ZIP archive, every second member packed.
#[must_use]
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (index, (name, content)) in members.iter().enumerate() {
        let packed = match index % 2 {
            0 => content.to_vec(),
            _ => miniz_oxide::deflate::compress_to_vec(content, 6),
        };
        let method: u16 = if index % 2 == 0 { 0 } else { 8 };
        let length = |bytes: &[u8]| {
            u32::try_from(bytes.len())
                .expect("a small seed")
                .to_le_bytes()
        };
        let mut shared = vec![20, 0, 0, 0];
        shared.extend(method.to_le_bytes());
        shared.extend([0; 4]);
        shared.extend(checksum(content).to_le_bytes());
        shared.extend(length(&packed));
        shared.extend(length(content));
        shared.extend(
            u16::try_from(name.len())
                .expect("a short name")
                .to_le_bytes(),
        );
        shared.extend([0; 2]);
        let at = length(&bytes);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(at);
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&shared);
        bytes.extend(name.as_bytes());
        bytes.extend(packed);
    }
    let count = u16::try_from(members.len())
        .expect("few members")
        .to_le_bytes();
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([count, count].concat());
    for length in [directory.len(), bytes.len()] {
        end.extend(u32::try_from(length).expect("a small seed").to_le_bytes());
    }
    end.extend([0; 2]);
    [bytes, directory, end].concat()
}

/// CRC-32, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ 0xedb8_8320 & (sum & 1).wrapping_neg()
        })
    })
}
