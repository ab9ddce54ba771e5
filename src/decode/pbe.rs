//! Password-based encryption as it is read: what an `AlgorithmIdentifier` asks for, what that costs, and the
//! opening itself, which libcrypto does (RFC 8018; RFC 7292, appendix C).

use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::ffi::pkcs12::{self as libcrypto, Failure};
use crate::oid;
use crate::secret::Secret;

use super::ber::{Element, Fault, INTEGER, OCTETS, OID, Reader, SEQUENCE};
use super::container::{Budget, Container, long_name, short_name};
use super::{Part, Protection};

/// scrypt's memory, in bytes: libcrypto's own limit.
const MAX_SCRYPT_BYTES: u64 = 32 * 1024 * 1024;

/// An encryption scheme with its parameters, checked against nothing yet.
pub(super) struct Scheme {
    /// The whole `AlgorithmIdentifier`.
    raw: Vec<u8>,
    /// What it costs to derive its key once, in [`super::container::MAX_ITERATIONS`]' unit.
    cost: u64,
    name: String,
    kdf: Option<String>,
    cipher: Option<String>,
    digest: Option<String>,
    iterations: Option<u64>,
}

/// How an attempt to open something ended.
pub(super) enum Opened {
    Plain(Zeroizing<Vec<u8>>),
    WrongPassword,
}

impl Scheme {
    /// Reads the `AlgorithmIdentifier` of an encryption.
    pub fn read(identifier: Element<'_>, container: &Container<'_>) -> Result<Self, DecodeError> {
        let fault = |fault| container.fault(fault);
        let (algorithm, parameters) = parts(identifier).map_err(fault)?;
        let mut scheme = Self {
            raw: identifier.raw.to_owned(),
            cost: 0,
            name: long_name(&algorithm),
            kdf: None,
            cipher: None,
            digest: None,
            iterations: None,
        };
        if algorithm == oid::PBES2 {
            let mut inner = parameters.unwrap_or(Reader::new(&[]));
            let kdf = inner.expect(SEQUENCE, "PBES2 has no key derivation").map_err(fault)?;
            let cipher = inner.expect(SEQUENCE, "PBES2 has no cipher").map_err(fault)?;
            scheme.cipher = Some(short_name(&parts(cipher).map_err(fault)?.0));
            scheme.derivation(kdf, container)?;
        } else if algorithm.starts_with(oid::PKCS12_PBE_FAMILY)
            || algorithm.starts_with(oid::PBES1_FAMILY)
        {
            let iterations = salted(parameters).map_err(fault)?;
            scheme.iterations = Some(iterations);
            // Two blocks of key and one of initialisation vector.
            scheme.cost = iterations.saturating_mul(3);
        } else {
            return Err(container.unsupported(scheme.name));
        }
        Ok(scheme)
    }

    fn derivation(
        &mut self,
        identifier: Element<'_>,
        container: &Container<'_>,
    ) -> Result<(), DecodeError> {
        let fault = |fault| container.fault(fault);
        let (algorithm, parameters) = parts(identifier).map_err(fault)?;
        self.kdf = Some(long_name(&algorithm));
        match algorithm.as_str() {
            oid::PBKDF2 => {
                let pbkdf2 = Pbkdf2::read(parameters).map_err(fault)?;
                self.cost = pbkdf2.cost(32);
                self.iterations = Some(pbkdf2.iterations);
                self.digest = Some(short_name(&pbkdf2.prf));
            }
            oid::SCRYPT => {
                let [n, r, p] = scrypt(parameters).map_err(fault)?;
                let memory = n.saturating_mul(r).saturating_mul(128);
                if memory > MAX_SCRYPT_BYTES {
                    return Err(container.limit("scrypt's memory in bytes", MAX_SCRYPT_BYTES));
                }
                self.cost = n.saturating_mul(r).saturating_mul(p).saturating_mul(2);
                self.iterations = Some(n);
            }
            _ => return Err(container.unsupported(long_name(&algorithm))),
        }
        Ok(())
    }

    /// What a report may say of it.
    pub fn protection(&self, part: Part) -> Protection {
        Protection {
            part,
            scheme: self.name.clone(),
            kdf: self.kdf.clone(),
            cipher: self.cipher.clone(),
            digest: self.digest.clone(),
            iterations: self.iterations,
        }
    }

    /// The name to give where it is not supported.
    pub fn name(&self) -> String {
        match &self.cipher {
            Some(cipher) => format!("{} with {cipher}", self.name),
            None => self.name.clone(),
        }
    }

    /// Opens what it encrypts with one form of a password.
    pub fn open(
        &self,
        form: Option<&[u8]>,
        ciphertext: &[u8],
        budget: &mut Budget,
        container: &Container<'_>,
    ) -> Result<Opened, DecodeError> {
        budget.spend(self.cost, container)?;
        match libcrypto::open(&self.raw, form, ciphertext) {
            Ok(plain) => Ok(Opened::Plain(plain)),
            Err(Failure::Ciphertext) => Ok(Opened::WrongPassword),
            Err(Failure::Algorithm) => Err(container.unsupported(self.name())),
        }
    }
}

/// PBKDF2's parameters, of PBES2 or PBMAC1.
pub(super) struct Pbkdf2 {
    pub iterations: u64,
    pub key_length: Option<u64>,
    pub prf: String,
}

impl Pbkdf2 {
    pub fn read(parameters: Option<Reader<'_>>) -> Result<Self, Fault> {
        let mut inner = parameters.ok_or(Fault::Unexpected("PBKDF2 has no parameters"))?;
        if inner.next()?.is_none() {
            return Err(Fault::Unexpected("PBKDF2 has no salt"));
        }
        let iterations = inner
            .expect(INTEGER, "PBKDF2 has no iteration count")?
            .unsigned()?;
        let key_length = match inner.optional(INTEGER)? {
            Some(length) => Some(length.unsigned()?),
            None => None,
        };
        let prf = match inner.optional(SEQUENCE)? {
            Some(prf) => parts(prf)?.0,
            None => oid::HMAC_SHA1.to_owned(),
        };
        Ok(Self {
            iterations,
            key_length,
            prf,
        })
    }

    /// Iterations times blocks, weighed by how slow the digest is beside SHA-256.
    pub fn cost(&self, key_bytes: u64) -> u64 {
        let (bytes, weight) = match self.prf.as_str() {
            oid::HMAC_SHA1 => (20, 1),
            oid::HMAC_SHA224 => (28, 1),
            oid::HMAC_SHA256 => (32, 1),
            oid::HMAC_SHA384 => (48, 3),
            oid::HMAC_SHA512 => (64, 3),
            _ => (16, 4),
        };
        self.iterations
            .saturating_mul(key_bytes.div_ceil(bytes))
            .saturating_mul(weight)
    }
}

/// An `AlgorithmIdentifier`'s identifier and the inside of its parameters, where they are a sequence.
pub(super) fn parts(identifier: Element<'_>) -> Result<(String, Option<Reader<'_>>), Fault> {
    let mut inside = identifier.inside();
    let algorithm = inside
        .expect(OID, "an algorithm has no identifier")?
        .oid()?;
    let parameters = inside.optional(SEQUENCE)?;
    Ok((algorithm, parameters.map(|sequence| sequence.inside())))
}

/// Salt and iteration count: the parameters of PKCS#5's and PKCS#12's older schemes.
fn salted(parameters: Option<Reader<'_>>) -> Result<u64, Fault> {
    let mut inner = parameters.ok_or(Fault::Unexpected("the encryption has no parameters"))?;
    inner.expect(OCTETS, "the encryption has no salt")?;
    inner
        .expect(INTEGER, "the encryption has no iteration count")?
        .unsigned()
}

fn scrypt(parameters: Option<Reader<'_>>) -> Result<[u64; 3], Fault> {
    let mut inner = parameters.ok_or(Fault::Unexpected("scrypt has no parameters"))?;
    inner.expect(OCTETS, "scrypt has no salt")?;
    let mut numbers = [0; 3];
    for number in &mut numbers {
        *number = inner
            .expect(INTEGER, "scrypt lacks a parameter")?
            .unsigned()?;
    }
    Ok(numbers)
}

/// The byte strings that writers have made of one password, the standard's own first.
pub(super) struct Forms(Vec<Option<Zeroizing<Vec<u8>>>>);

impl Forms {
    /// `None` stands for a password that nobody gave: only the empty ones are left to try.
    pub fn of(password: Option<&Secret>) -> Self {
        let text = password.map_or("", Secret::expose);
        let mut forms = vec![Some(Zeroizing::new(text.as_bytes().to_vec()))];
        if text.is_empty() {
            // No password at all differs from an empty one by two bytes of zero (RFC 7292, appendix B.1).
            forms.push(None);
        } else if !text.is_ascii() {
            // OpenSSL before 1.1 took each byte of the UTF-8 for a character.
            let mut widened = Zeroizing::new(Vec::with_capacity(text.len() * 2));
            for byte in text.bytes() {
                let mut buffer = [0; 2];
                widened.extend_from_slice(char::from(byte).encode_utf8(&mut buffer).as_bytes());
            }
            forms.push(Some(widened));
            // PBES2 takes the bytes as they are, and a Latin-1 terminal sends Latin-1.
            let latin: Option<Vec<u8>> = text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).ok())
                .collect();
            forms.extend(latin.map(|bytes| Some(Zeroizing::new(bytes))));
        }
        Self(forms)
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.0.iter().map(|form| form.as_ref().map(|form| form.as_slice()))
    }

    /// Puts the form that fitted before all others.
    pub fn prefer(&mut self, index: usize) {
        if index < self.0.len() {
            let form = self.0.remove(index);
            self.0.insert(0, form);
        }
    }
}
