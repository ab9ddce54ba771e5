//! Owns keys locked by PEM headers (`Proc-Type: 4,ENCRYPTED`), OpenSSL's form before PKCS#8.

use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkcs5;
use openssl::symm::{self, Cipher};
use zeroize::Zeroizing;

use crate::error::{DecodeError, PemFault};
use crate::material::{EncryptedKey, Encryption, Item};
use crate::source::Origin;

use super::der::{self, Structure};
use super::reader::Reader;
use super::{Wanted, legacy, tlv};

/// What the headers say.
pub(super) struct Header {
    cipher: String,
    iv: Vec<u8>,
}

/// A decrypted block.
pub(super) struct Opened {
    pub plain: Zeroizing<Vec<u8>>,
    pub encryption: Encryption,
}

/// Reads the headers; `None` where they do not speak of encryption.
pub(super) fn encryption(headers: &[(String, String)]) -> Result<Option<Header>, PemFault> {
    let find = |name: &str| {
        headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    };
    let declared = find("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED"));
    let Some(info) = find("DEK-Info") else {
        return if declared {
            Err(PemFault::BadHeader("DEK-Info".to_owned()))
        } else {
            Ok(None)
        };
    };
    let bad = || PemFault::BadHeader(format!("DEK-Info: {}", info.escape_debug()));
    let (cipher, iv) = info.split_once(',').ok_or_else(bad)?;
    let iv = unhex(iv.trim()).ok_or_else(bad)?;
    Ok(Some(Header {
        cipher: cipher.trim().to_ascii_uppercase(),
        iv,
    }))
}

/// Decrypts one block; without a passphrase the locked key is listed and `None` returned.
pub(super) fn open(
    header: &Header,
    body: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Option<Opened>, DecodeError> {
    let encryption = Encryption {
        scheme: "PEM".to_owned(),
        kdf: "MD5 of passphrase and salt".to_owned(),
        iterations: None,
        memory: None,
        cipher: header.cipher.clone(),
    };
    let unsupported = || DecodeError::AlgorithmUnsupported {
        origin: origin.clone(),
        what: "encrypted private key",
        algorithm: header.cipher.escape_debug().to_string(),
    };
    let Some(passphrase) = reader.passwords.password(Wanted::Key, origin)? else {
        let key = EncryptedKey {
            encryption,
            origin: origin.clone(),
        };
        reader.push(Item::EncryptedKey(key), origin)?;
        return Ok(None);
    };
    let nid = nid(&header.cipher).ok_or_else(unsupported)?;
    if legacy::is_needed(&header.cipher) {
        legacy::load();
    }
    let cipher = Cipher::from_nid(nid).ok_or_else(unsupported)?;
    let salt = header.iv.get(..8);
    if cipher
        .iv_len()
        .is_some_and(|length| length != header.iv.len())
        || salt.is_none()
    {
        return Err(DecodeError::Pem {
            origin: origin.clone(),
            fault: PemFault::BadHeader("DEK-Info".to_owned()),
        });
    }
    let wrong = || DecodeError::KeyPassphraseWrong {
        origin: origin.clone(),
    };
    let key = pkcs5::bytes_to_key(
        cipher,
        MessageDigest::md5(),
        passphrase.expose().as_bytes(),
        salt,
        1,
    )
    .map_err(|_| unsupported())?;
    let secret = Zeroizing::new(key.key);
    // A wrong passphrase shows in the padding, or by chance only in what comes out.
    let plain = symm::decrypt(cipher, &secret, Some(&header.iv), body)
        .map(Zeroizing::new)
        .map_err(|_| wrong())?;
    let is_key = tlv::read(&plain)
        .ok()
        .and_then(|(element, _)| der::recognise(&element))
        .is_some_and(Structure::is_private_key);
    if !is_key {
        return Err(wrong());
    }
    Ok(Some(Opened { plain, encryption }))
}

/// OpenSSL's names for the ciphers it ever wrote into such a header.
fn nid(cipher: &str) -> Option<Nid> {
    Some(match cipher {
        "DES-EDE3-CBC" => Nid::DES_EDE3_CBC,
        "DES-CBC" => Nid::DES_CBC,
        "AES-128-CBC" => Nid::AES_128_CBC,
        "AES-192-CBC" => Nid::AES_192_CBC,
        "AES-256-CBC" => Nid::AES_256_CBC,
        "CAMELLIA-128-CBC" => Nid::CAMELLIA_128_CBC,
        "CAMELLIA-192-CBC" => Nid::CAMELLIA_192_CBC,
        "CAMELLIA-256-CBC" => Nid::CAMELLIA_256_CBC,
        "RC2-CBC" => Nid::RC2_CBC,
        "IDEA-CBC" => Nid::IDEA_CBC,
        "SEED-CBC" => Nid::SEED_CBC,
        "BF-CBC" => Nid::BF_CBC,
        "CAST5-CBC" => Nid::CAST5_CBC,
        _ => return None,
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits.filter(|digits| digits.len() <= 64 && digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
