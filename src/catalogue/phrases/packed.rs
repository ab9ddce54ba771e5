//! OpenSSL's packed error numbers: `0A000418` is library 20, reason 1048, and says so even where the text is missing.

/// How many bits a reason has.
const REASON_BITS: u32 = 12;

/// The library of a packed error number, in the layout of OpenSSL 3 or of those before it.
#[must_use]
pub const fn library(code: u32) -> u32 {
    // Before 3.0 the bits from 12 to 23 name the function, and none has number 0; 3.0 has but one flag there.
    if (code >> REASON_BITS) & 0x77F == 0 && code & 0x8000_0000 == 0 {
        let three = (code >> 23) & 0xFF;
        if code >> 24 == BORING_SSL {
            return SSL;
        }
        three
    } else {
        code >> 24
    }
}

/// `BoringSSL`'s number for its SSL library; its reasons differ from OpenSSL's below 1000, its alerts do not.
const BORING_SSL: u32 = 16;
const SSL: u32 = 20;

/// The reason's text for a packed error number; alerts (reasons from 1000 on) are `alert number N`.
#[must_use]
pub fn reason(code: u32) -> Option<String> {
    let library = library(code);
    let reason = code & ((1 << REASON_BITS) - 1);
    if library == SSL && (1000..1256).contains(&reason) {
        return Some(format!("ssl alert number {}", reason - 1000));
    }
    if code >> 24 == BORING_SSL && library == SSL {
        return None;
    }
    TEXTS
        .iter()
        .find(|(of, number, _)| (*of, *number) == (library, reason))
        .map(|(.., text)| format!(": {text}"))
}

/// The function that a packed error number of OpenSSL before 3.0 names, where it runs on one side only.
#[must_use]
pub fn function(code: u32) -> Option<&'static str> {
    if code >> 24 != SSL || library(code) != SSL {
        return None;
    }
    let number = (code >> REASON_BITS) & 0xFFF;
    FUNCTIONS
        .iter()
        .find(|(of, _)| *of == number)
        .map(|(_, name)| *name)
}

/// Number and name, as the roles know them.
const FUNCTIONS: &[(u32, &str)] = &[
    (118, "ssl23 get client hello"),
    (119, "ssl23 get server hello"),
    (137, "ssl3 get client certificate"),
    (138, "ssl3 get client hello"),
    (144, "ssl3 get server certificate"),
    (146, "ssl3 get server hello"),
    (367, "tls process server certificate"),
    (369, "tls process server hello"),
    (378, "tls post process client hello"),
    (380, "tls process client certificate"),
    (381, "tls process client hello"),
    (521, "tls early post process client hello"),
];

/// Library, reason, text: those that the tables have a phrase for.
#[rustfmt::skip]
const TEXTS: &[(u32, u32, &str)] = &[
    (6, 100, "bad decrypt"),
    (6, 268, "digital envelope routines unsupported"),
    (9, 100, "bad base64 decode"),
    (9, 101, "bad decrypt"),
    (9, 102, "bad end line"),
    (9, 104, "bad password read"),
    (9, 108, "no start line"),
    (9, 115, "problems getting password"),
    (11, 115, "key type mismatch"),
    (11, 116, "key values mismatch"),
    (11, 117, "unknown key type"),
    (13, 168, "wrong tag"),
    (13, 142, "not enough data"),
    (13, 123, "header too long"),
    (20, 118, "no suitable signature algorithm"),
    (20, 134, "certificate verify failed"),
    (20, 155, "https proxy request"),
    (20, 156, "http request"),
    (20, 177, "no certificate assigned"),
    (20, 181, "no ciphers available"),
    (20, 185, "no cipher match"),
    (20, 191, "no protocols available"),
    (20, 193, "no shared cipher"),
    (20, 198, "packet length too long"),
    (20, 199, "peer did not return a certificate"),
    (20, 252, "unknown protocol"),
    (20, 258, "unsupported protocol"),
    (20, 267, "wrong version number"),
    (20, 294, "unexpected eof while reading"),
    (20, 338, "unsafe legacy renegotiation disabled"),
    (20, 370, "wrong signature type"),
    (20, 376, "no shared signature algorithms"),
    (20, 378, "wrong curve"),
    (20, 394, "dh key too small"),
    (20, 396, "version too low"),
    (20, 397, "ca key too small"),
    (20, 398, "ca md too weak"),
    (20, 399, "ee key too small"),
    (20, 410, "no shared groups"),
    (35, 113, "mac verify failure"),
    (57, 100, "bad decrypt"),
    (60, 268, "decoder routines unsupported"),
];
