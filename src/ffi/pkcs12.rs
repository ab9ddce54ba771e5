//! PKCS#12's own key derivation, its MAC, and password-based decryption of every scheme libcrypto knows.

use std::ffi::{c_char, c_int, c_uchar};

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
}

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

/// A number as libcrypto's `int`; an empty stack says that it does not fit.
fn int(value: impl TryInto<c_int>) -> Result<c_int, ErrorStack> {
    value.try_into().map_err(|_| ErrorStack::get())
}
