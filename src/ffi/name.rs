//! Building distinguished names attribute by attribute, with the string types of libcrypto's own table.

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_ulong};

use foreign_types::{ForeignType as _, ForeignTypeRef as _};
use openssl::asn1::Asn1ObjectRef;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::x509::X509Name;

/// What libcrypto's string table says of an attribute type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Fewest and most characters; `None` where there is no limit.
    pub min: Option<usize>,
    pub max: Option<usize>,
}

/// How an attribute's value is given.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Text: the table picks `PrintableString`, `IA5String` or `UTF8String`.
    Text(&'a str),
    /// The content of a string of exactly this ASN.1 universal tag.
    Typed { tag: u8, content: &'a [u8] },
}

#[repr(C)]
struct StringTable {
    nid: c_int,
    min: c_long,
    max: c_long,
    mask: c_ulong,
    flags: c_ulong,
}

unsafe extern "C" {
    fn ASN1_STRING_TABLE_get(nid: c_int) -> *const StringTable;
}

/// An empty name.
///
/// # Errors
/// Out of memory.
pub fn empty() -> Result<X509Name, ErrorStack> {
    openssl::init();
    // SAFETY: the pointer is checked, is ours alone, and X509Name frees it.
    unsafe {
        let raw = openssl_sys::X509_NAME_new();
        if raw.is_null() {
            return Err(ErrorStack::get());
        }
        Ok(X509Name::from_ptr(raw))
    }
}

/// Adds one attribute at the end: a relative distinguished name of its own, or, where `joined`, one more
/// member of the last.
///
/// # Errors
/// libcrypto does not know `oid`, or the value does not fit its type.
pub fn add(
    name: &mut X509Name,
    oid: &str,
    value: Value<'_>,
    joined: bool,
) -> Result<(), ErrorStack> {
    let (kind, bytes) = match value {
        Value::Text(text) => (openssl_sys::MBSTRING_UTF8, text.as_bytes()),
        Value::Typed { tag, content } => (c_int::from(tag), content),
    };
    let (Ok(field), Ok(length)) = (CString::new(oid), c_int::try_from(bytes.len())) else {
        return Err(ErrorStack::get());
    };
    // SAFETY: `name` is borrowed mutably, so nobody reads it meanwhile; the field is NUL-terminated; bytes and
    // length describe one slice, which is copied.
    let done = unsafe {
        openssl_sys::X509_NAME_add_entry_by_txt(
            name.as_ptr(),
            field.as_ptr(),
            kind,
            bytes.as_ptr(),
            length,
            -1,
            if joined { -1 } else { 0 },
        )
    };
    if done == 1 {
        Ok(())
    } else {
        Err(ErrorStack::get())
    }
}

/// The bounds of an attribute type; `None` where the table does not know it.
#[must_use]
pub fn bounds(nid: Nid) -> Option<Bounds> {
    openssl::init();
    // SAFETY: the entry is static, or null where there is none; both fields read are plain numbers.
    let (min, max) = unsafe {
        let entry = ASN1_STRING_TABLE_get(nid.as_raw());
        if entry.is_null() {
            return None;
        }
        ((*entry).min, (*entry).max)
    };
    Some(Bounds {
        min: usize::try_from(min).ok(),
        max: usize::try_from(max).ok(),
    })
}

/// The object identifier in dotted form; `None` where it is longer than any in use.
#[must_use]
pub fn dotted(object: &Asn1ObjectRef) -> Option<String> {
    let mut text: [c_char; 256] = [0; 256];
    // SAFETY: libcrypto writes at most the length given, and ends it with a NUL.
    let length = unsafe { openssl_sys::OBJ_obj2txt(text.as_mut_ptr(), 256, object.as_ptr(), 1) };
    if length <= 0 || length >= 256 {
        return None;
    }
    // SAFETY: a whole NUL-terminated string was written, as the length shows.
    let text = unsafe { CStr::from_ptr(text.as_ptr()) };
    text.to_str().ok().map(str::to_owned)
}
