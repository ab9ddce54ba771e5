//! Aliases: each entry has one, and Java can tell it from every other.

use std::collections::HashSet;

use crate::error::EncodeError;

use super::Entry;

/// Bytes of an alias: what a JKS's 16-bit length can state, and far more than anybody types.
const LIMIT: usize = 0xffff / 3;

/// Checks the aliases as the reader will `fold` them.
pub(super) fn check(
    entries: &[Entry<'_>],
    format: &'static str,
    fold: impl Fn(&str) -> String,
) -> Result<(), EncodeError> {
    if entries.is_empty() {
        return Err(EncodeError::NoEntries { format });
    }
    let mut seen = HashSet::new();
    for entry in entries {
        let alias = entry.alias();
        if alias.is_empty() {
            return Err(EncodeError::AliasEmpty);
        }
        if alias.len() > LIMIT {
            return Err(EncodeError::AliasTooLong {
                format,
                alias: alias.to_owned(),
                bytes: alias.len(),
                limit: LIMIT,
            });
        }
        if !seen.insert(fold(alias)) {
            return Err(EncodeError::AliasTwice {
                alias: alias.to_owned(),
            });
        }
    }
    Ok(())
}
