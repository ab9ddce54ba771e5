//! PKCS#12's own key derivation, its MAC, and password-based decryption of every scheme libcrypto knows.

use std::ffi::{c_char, c_int, c_long, c_uchar, c_void};
use std::ptr;

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl_sys as ffi;
use zeroize::Zeroizing;

use crate::secret::Secret;

unsafe extern "C" {
    fn PKCS12_key_gen_utf8(
        pass: *const c_char,
        passlen: c_int,
        salt: *mut c_uchar,
        saltlen: c_int,
        id: c_int,
        iter: c_int,
        n: c_int,
        out: *mut c_uchar,
        md_type: *const ffi::EVP_MD,
    ) -> c_int;
    fn PKCS12_verify_mac(p12: *mut ffi::PKCS12, pass: *const c_char, passlen: c_int) -> c_int;
    fn d2i_X509_ALGOR(
        a: *mut *mut ffi::X509_ALGOR,
        pp: *mut *const c_uchar,
        length: c_long,
    ) -> *mut ffi::X509_ALGOR;
    fn PKCS12_pbe_crypt(
        algor: *const ffi::X509_ALGOR,
        pass: *const c_char,
        passlen: c_int,
        input: *const c_uchar,
        inlen: c_int,
        data: *mut *mut c_uchar,
        datalen: *mut c_int,
        en_de: c_int,
    ) -> *mut c_uchar;
    fn X509_ALGOR_get0(
        object: *mut *const ffi::ASN1_OBJECT,
        kind: *mut c_int,
        value: *mut *const c_void,
        algorithm: *const ffi::X509_ALGOR,
    );
    fn ASN1_TYPE_new() -> *mut ASN1_TYPE;
    fn ASN1_TYPE_free(a: *mut ASN1_TYPE);
    fn ASN1_TYPE_set1(a: *mut ASN1_TYPE, kind: c_int, value: *const c_void) -> c_int;
    fn EVP_PBE_CipherInit(
        object: *const ffi::ASN1_OBJECT,
        pass: *const c_char,
        passlen: c_int,
        parameters: *mut ASN1_TYPE,
        context: *mut ffi::EVP_CIPHER_CTX,
        en_de: c_int,
    ) -> c_int;
    fn CRYPTO_clear_free(pointer: *mut c_void, size: usize, file: *const c_char, line: c_int);
}

/// libcrypto's own, looked into by nobody here.
#[repr(C)]
struct ASN1_TYPE {
    _opaque: [u8; 0],
}

/// libcrypto's library of PKCS#12, and its reason for a cipher that did not end as it should.
const LIBRARY: c_int = 35;
const CIPHER_FINAL: c_int = 116;

/// What derived bytes are for (RFC 7292, appendix B.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Derives `length` bytes from a password as PKCS#12 does (RFC 7292, appendix B.2).
///
/// # Errors
/// What libcrypto says; also where a number does not fit its `int`.
pub fn derive(
    password: &Secret,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
    digest: MessageDigest,
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    openssl::init();
    let password = password.expose();
    let mut salt = salt.to_vec();
    let mut out = Zeroizing::new(vec![0; length]);
    // SAFETY: every pointer is valid for the length given beside it, and outlives the call; `salt` and
    // `out` are ours alone, `password` is only read; the digest is one of libcrypto's statics.
    let done = unsafe {
        PKCS12_key_gen_utf8(
            password.as_ptr().cast(),
            int(password.len())?,
            salt.as_mut_ptr(),
            int(salt.len())?,
            purpose as c_int,
            int(iterations)?,
            int(length)?,
            out.as_mut_ptr(),
            digest.as_ptr(),
        )
    };
    if done == 1 {
        Ok(out)
    } else {
        Err(ErrorStack::get())
    }
}

/// Whether the MAC of a whole PKCS#12 file fits the password; PBMAC1 (RFC 9579) from OpenSSL 3.4 on.
///
/// # Errors
/// The file is not PKCS#12, or its MAC is of a kind that libcrypto cannot make.
pub fn verify_mac(pkcs12: &[u8], password: Option<&[u8]>) -> Result<bool, ErrorStack> {
    openssl::init();
    let length = int(pkcs12.len())?;
    let (pass, passlen) = pass(password)?;
    let mut cursor = pkcs12.as_ptr();
    // SAFETY: `cursor` points at `length` readable bytes; the result is null or ours to free, and freed
    // below; `pass` is null or valid for `passlen` bytes, and only read.
    unsafe {
        let parsed = ffi::d2i_PKCS12(ptr::null_mut(), &raw mut cursor, c_long::from(length));
        if parsed.is_null() {
            return Err(ErrorStack::get());
        }
        let verified = PKCS12_verify_mac(parsed, pass, passlen);
        ffi::PKCS12_free(parsed);
        let errors = ErrorStack::get();
        // A MAC that differs leaves no error behind; one that could not be made does.
        if verified == 1 || errors.errors().is_empty() {
            Ok(verified == 1)
        } else {
            Err(errors)
        }
    }
}

/// Why something encrypted did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// libcrypto does not know the algorithm, or not with these parameters.
    Algorithm,
    /// The cipher ran and its padding is wrong: another password, or other bytes.
    Ciphertext,
}

/// Decrypts with the scheme of a BER `AlgorithmIdentifier`: PBES1, PBES2, or PKCS#12's own.
///
/// The iteration count is obeyed whatever it is: the caller has looked at it.
///
/// # Errors
/// [`Failure`].
pub fn open(
    algorithm: &[u8],
    password: Option<&[u8]>,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    openssl::init();
    let refuse = |_| Failure::Algorithm;
    let length = int(ciphertext.len()).map_err(refuse)?;
    let algorithm_length = int(algorithm.len()).map_err(refuse)?;
    let (pass, passlen) = pass(password).map_err(refuse)?;
    let mut cursor = algorithm.as_ptr();
    let mut data = ptr::null_mut();
    let mut size = 0;
    // SAFETY: every input pointer is valid for the length beside it and only read; `identifier` is null
    // or ours, and freed; on success `data` is an allocation of `size` bytes that is ours, copied and wiped.
    unsafe {
        let identifier = d2i_X509_ALGOR(
            ptr::null_mut(),
            &raw mut cursor,
            c_long::from(algorithm_length),
        );
        if identifier.is_null() {
            let _ = ErrorStack::get();
            return Err(Failure::Algorithm);
        }
        let opened = PKCS12_pbe_crypt(
            identifier,
            pass,
            passlen,
            ciphertext.as_ptr(),
            length,
            &raw mut data,
            &raw mut size,
            0,
        );
        ffi::X509_ALGOR_free(identifier);
        if opened.is_null() {
            let errors = ErrorStack::get();
            let wrong = errors.errors().iter().any(|error| {
                error.library_code() == LIBRARY && error.reason_code() == CIPHER_FINAL
            });
            return Err(if wrong {
                Failure::Ciphertext
            } else {
                Failure::Algorithm
            });
        }
        let length = usize::try_from(size).unwrap_or(0);
        let plain = Zeroizing::new(std::slice::from_raw_parts(data, length).to_vec());
        CRYPTO_clear_free(data.cast(), length, ptr::null(), 0);
        Ok(plain)
    }
}

/// The longest block of a cipher, in bytes.
const BLOCK: usize = 32;

/// As [`open`] for a look at the beginning, whole blocks of it, whatever the padding at the end is.
pub fn peek(
    algorithm: &[u8],
    password: Option<&[u8]>,
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    openssl::init();
    let length = int(ciphertext.len()).ok()?;
    let algorithm_length = int(algorithm.len()).ok()?;
    let (pass, passlen) = pass(password).ok()?;
    let mut plain = Zeroizing::new(vec![0; ciphertext.len() + BLOCK]);
    let mut written = 0;
    let mut cursor = algorithm.as_ptr();
    // SAFETY: every input pointer is valid for the length beside it and only read. `identifier`, `parameters`
    // and `context` are null or ours, and freed; `object` and `value` are borrowed from `identifier` while it
    // lives. `plain` has room for the ciphertext and a block, the most an update writes.
    let done = unsafe {
        let identifier = d2i_X509_ALGOR(
            ptr::null_mut(),
            &raw mut cursor,
            c_long::from(algorithm_length),
        );
        let parameters = ASN1_TYPE_new();
        let context = ffi::EVP_CIPHER_CTX_new();
        let mut done = false;
        if !identifier.is_null() && !parameters.is_null() && !context.is_null() {
            let (mut object, mut kind, mut value) = (ptr::null(), 0, ptr::null());
            X509_ALGOR_get0(&raw mut object, &raw mut kind, &raw mut value, identifier);
            done = ASN1_TYPE_set1(parameters, kind, value) == 1
                && EVP_PBE_CipherInit(object, pass, passlen, parameters, context, 0) == 1
                && ffi::EVP_CIPHER_CTX_set_padding(context, 0) == 1
                && ffi::EVP_DecryptUpdate(
                    context,
                    plain.as_mut_ptr(),
                    &raw mut written,
                    ciphertext.as_ptr(),
                    length,
                ) == 1;
        }
        ffi::EVP_CIPHER_CTX_free(context);
        ASN1_TYPE_free(parameters);
        ffi::X509_ALGOR_free(identifier);
        done
    };
    let _ = ErrorStack::get();
    plain.truncate(usize::try_from(written).unwrap_or(0));
    done.then_some(plain)
}

/// A password as libcrypto takes it; null is none at all.
fn pass(password: Option<&[u8]>) -> Result<(*const c_char, c_int), ErrorStack> {
    match password {
        None => Ok((ptr::null(), 0)),
        Some(bytes) => Ok((bytes.as_ptr().cast(), int(bytes.len())?)),
    }
}

/// A number as libcrypto's `int`; an empty stack says that it does not fit.
fn int(value: impl TryInto<c_int>) -> Result<c_int, ErrorStack> {
    value.try_into().map_err(|_| ErrorStack::get())
}
