//! What the format allows and a usual reader does not: the file is written, and its maker should know.

use crate::secret::Secret;

use super::Entry;

/// Characters of a password below which keytool refuses a keystore.
const KEYTOOL_LEAST: usize = 6;

/// A keystore format, as far as cautions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Pkcs12,
    Jks,
    Jceks,
}

/// One thing to know about a keystore that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// keytool takes no password of fewer than six characters.
    PasswordShort,
    /// Java opens no PKCS#12 file with a password outside ASCII.
    PasswordNotAscii,
    /// Java mangles a PKCS#12 alias with characters outside Unicode's first plane.
    AliasOutsideBmp { alias: String },
}

/// All that is to be said of a keystore with these entries and this password.
#[must_use]
pub fn cautions(kind: Kind, entries: &[Entry<'_>], password: &Secret) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let text = password.expose();
    if text.chars().count() < KEYTOOL_LEAST {
        cautions.push(Caution::PasswordShort);
    }
    if kind == Kind::Pkcs12 {
        if !text.is_ascii() {
            cautions.push(Caution::PasswordNotAscii);
        }
        cautions.extend(
            entries
                .iter()
                .map(Entry::alias)
                .filter(|alias| alias.chars().any(|character| u32::from(character) > 0xffff))
                .map(|alias| Caution::AliasOutsideBmp {
                    alias: alias.to_owned(),
                }),
        );
    }
    cautions
}
