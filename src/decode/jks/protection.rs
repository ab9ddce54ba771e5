//! The JDK's own ways of locking a key, in both directions, and the check over a whole store.

use openssl::md::Md;
use openssl::md_ctx::MdCtx;
use openssl::sha::Sha1;
use openssl::symm::{Cipher, decrypt};
use zeroize::Zeroizing;

use crate::decode::oid;
use crate::material::{Encryption, Malformed};
use crate::secret::Secret;

use super::super::lock;
use super::super::tlv;

/// What `JavaKeyStore` puts between the password and the content it hashes.
const WHITENER: &[u8] = b"Mighty Aphrodite";
/// SHA-1's length: of the salt, the blocks and the check of a locked key.
const BLOCK: usize = 20;
/// The longest locked key that is opened, in bytes.
const MAX_KEY: usize = 64 * 1024;

/// A password in the two forms that Java hashes it.
pub(crate) struct Password {
    /// UTF-16, big end first.
    wide: Zeroizing<Vec<u8>>,
    /// The low seven bits of each character: `PBEKey` refuses any other.
    narrow: Option<Zeroizing<Vec<u8>>>,
}

impl Password {
    pub fn of(secret: &Secret) -> Self {
        let text = secret.expose();
        let mut wide = Zeroizing::new(Vec::with_capacity(text.len() * 2));
        wide.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        let narrow = text
            .bytes()
            .all(|byte| (0x20..0x7f).contains(&byte))
            .then(|| Zeroizing::new(text.as_bytes().to_vec()));
        Self { wide, narrow }
    }
}

/// The check over a store: SHA-1 over the password, the whitener, and all that precedes it.
pub(crate) fn digest(password: &Password, bytes: &[u8]) -> [u8; BLOCK] {
    let mut sha1 = Sha1::new();
    sha1.update(&password.wide);
    sha1.update(WHITENER);
    sha1.update(bytes);
    sha1.finish()
}

/// A locked key, as its `EncryptedPrivateKeyInfo` says.
pub(super) enum Lock<'a> {
    KeyStream {
        salt: [u8; BLOCK],
        masked: &'a [u8],
        check: &'a [u8],
    },
    Md5TripleDes {
        salt: [u8; 8],
        iterations: u64,
        data: &'a [u8],
    },
    Unknown {
        algorithm: String,
    },
}

impl<'a> Lock<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > MAX_KEY {
            return Err(Malformed(format!(
                "a locked key takes {} bytes",
                bytes.len()
            )));
        }
        let info = tlv::children(bytes).need(tlv::SEQUENCE, "locked key")?;
        let mut fields = tlv::children(info.content);
        let identifier = fields.need(tlv::SEQUENCE, "locked key's algorithm")?;
        let data = fields
            .need(tlv::OCTET_STRING, "locked key's content")?
            .content;
        let (algorithm, parameters) = lock::identifier(&identifier)?;
        match algorithm.as_str() {
            oid::JKS_KEY_PROTECTOR => Self::key_stream(data),
            oid::JCEKS_KEY_PROTECTOR => {
                let parameters = parameters.ok_or_else(damaged)?;
                Self::md5_triple_des(parameters.raw, data)
            }
            _ => Ok(Self::Unknown {
                algorithm: lock::name(&algorithm),
            }),
        }
    }

    fn key_stream(data: &'a [u8]) -> Result<Self, Malformed> {
        let (salt, rest) = data.split_first_chunk::<BLOCK>().ok_or_else(damaged)?;
        let (masked, check) = rest.split_last_chunk::<BLOCK>().ok_or_else(damaged)?;
        Ok(Self::KeyStream {
            salt: *salt,
            masked,
            check,
        })
    }

    /// From the DER of the parameters, salt and iteration count.
    pub fn md5_triple_des(parameters: &[u8], data: &'a [u8]) -> Result<Self, Malformed> {
        let parameters = tlv::children(parameters).need(tlv::SEQUENCE, "lock's parameters")?;
        let mut fields = tlv::children(parameters.content);
        let salt = fields.need(tlv::OCTET_STRING, "lock's salt")?.content;
        let iterations = fields.need(tlv::INTEGER, "lock's iteration count")?.content;
        Ok(Self::Md5TripleDes {
            salt: salt.try_into().map_err(|_| damaged())?,
            iterations: tlv::unsigned(iterations).ok_or_else(damaged)?,
            data,
        })
    }

    /// What opening it costs, in iterations of PBKDF2 with SHA-256.
    pub fn cost(&self, password: &Password) -> u64 {
        let per_hash = 1 + password.wide.len() as u64 / 64;
        match self {
            Self::KeyStream { masked, .. } => per_hash * masked.len() as u64 / BLOCK as u64,
            Self::Md5TripleDes { iterations, .. } => {
                iterations.saturating_mul(2).saturating_mul(per_hash)
            }
            Self::Unknown { .. } => 0,
        }
    }

    /// Opens it; `None` where the password is another.
    pub fn open(&self, password: &Password) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::KeyStream {
                salt,
                masked,
                check,
            } => {
                let plain = mask(password, salt, masked);
                (key_check(password, &plain) == **check).then_some(plain)
            }
            Self::Md5TripleDes {
                salt,
                iterations,
                data,
            } => {
                let derived = derive_md5(password, *salt, *iterations)?;
                let (key, iv) = derived.split_at(24);
                decrypt(Cipher::des_ede3_cbc(), key, Some(iv), data)
                    .ok()
                    .map(Zeroizing::new)
            }
            Self::Unknown { .. } => None,
        }
    }

    pub fn encryption(&self) -> Encryption {
        let (scheme, kdf, cipher, iterations) = match self {
            Self::KeyStream { .. } => ("JKS", "SHA-1", "Java's key stream", None),
            Self::Md5TripleDes { iterations, .. } => (
                "JCEKS",
                "PBEWithMD5AndTripleDES",
                "DES-EDE3-CBC",
                Some(*iterations),
            ),
            Self::Unknown { algorithm } => ("unknown", "unknown", algorithm.as_str(), None),
        };
        Encryption {
            scheme: scheme.to_owned(),
            kdf: kdf.to_owned(),
            iterations,
            memory: None,
            cipher: cipher.to_owned(),
        }
    }
}

fn damaged() -> Malformed {
    Malformed("a key's lock is damaged".to_owned())
}

/// The key stream of chained SHA-1 laid over bytes; applied twice, it is undone.
pub(crate) fn mask(password: &Password, salt: &[u8; BLOCK], bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut masked = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut block = *salt;
    for chunk in bytes.chunks(BLOCK) {
        let mut sha1 = Sha1::new();
        sha1.update(&password.wide);
        sha1.update(&block);
        block = sha1.finish();
        masked.extend(chunk.iter().zip(block).map(|(byte, key)| byte ^ key));
    }
    masked
}

/// What a JKS key ends with, so that a wrong password is noticed.
pub(crate) fn key_check(password: &Password, plain: &[u8]) -> [u8; BLOCK] {
    let mut sha1 = Sha1::new();
    sha1.update(&password.wide);
    sha1.update(plain);
    sha1.finish()
}

/// 24 bytes of key and 8 of initialisation vector: each half of the salt hashed with the password, over and over.
///
/// `None` where the password is not ASCII, which this scheme cannot express.
pub(crate) fn derive_md5(
    password: &Password,
    mut salt: [u8; 8],
    iterations: u64,
) -> Option<Zeroizing<[u8; 32]>> {
    let narrow = password.narrow.as_ref()?;
    let (first, second) = salt.split_at_mut(4);
    if first == second {
        // The JDK meant to invert the half, and reverses it.
        first.reverse();
    }
    let mut context = MdCtx::new().ok()?;
    let mut derived = Zeroizing::new([0; 32]);
    for (half, out) in salt.chunks(4).zip(derived.chunks_mut(16)) {
        let mut block = Zeroizing::new([0; 16]);
        let mut input = half;
        for _ in 0..iterations.max(1) {
            context.digest_init(Md::md5()).ok()?;
            context.digest_update(input).ok()?;
            context.digest_update(narrow).ok()?;
            context.digest_final(&mut *block).ok()?;
            out.copy_from_slice(&*block);
            input = out;
        }
    }
    Some(derived)
}
