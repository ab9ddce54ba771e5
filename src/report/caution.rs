//! What to know of a keystore that a usual reader may refuse.

use crate::encode::caution::Caution;

/// The stable code of a caution in JSON.
#[must_use]
pub fn code(caution: &Caution) -> &'static str {
    match caution {
        Caution::PasswordShort => "password-short",
        Caution::PasswordNotAscii => "password-not-ascii",
        Caution::AliasOutsideBmp { .. } => "alias-outside-bmp",
    }
}

/// A caution, as a person reads it.
#[must_use]
pub fn text(caution: &Caution) -> String {
    match caution {
        Caution::PasswordShort => {
            "the password has fewer than 6 characters: keytool refuses such a keystore".to_owned()
        }
        Caution::PasswordNotAscii => {
            "the password has characters outside ASCII: Java cannot open a PKCS#12 file with it"
                .to_owned()
        }
        Caution::AliasOutsideBmp { alias } => format!(
            "Java reads the alias {} of a PKCS#12 file as another: choose one of plain letters with --alias",
            alias.escape_debug()
        ),
    }
}
