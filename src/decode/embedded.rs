//! Owns base64 that stands inside other text: Kubernetes secrets and kubeconfig files, SAML metadata, LDIF, property
//! lists, attachments of a mail. Only what decodes to something known counts.

use zeroize::Zeroizing;

use super::armour;

/// The least digits to begin with: no word is as long, and every line of wrapped base64 is longer.
const LEAST: usize = 40;

/// A piece of base64 and where it begins.
pub(super) struct Piece {
    pub start: usize,
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Every piece that `is_known`, in the text's order.
pub(super) fn pieces(text: &[u8], is_known: impl Fn(&[u8]) -> bool) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let start = at + rest.iter().position(|byte| armour::is_digit(*byte))?;
            let end = extent(text, start);
            at = end;
            let digits = text.get(start..end).unwrap_or_default();
            if digits.len() < LEAST {
                continue;
            }
            let Ok(bytes) = armour::base64(digits) else {
                continue;
            };
            if is_known(&bytes) {
                return Some(Piece { start, bytes });
            }
        }
    })
}

/// Where the base64 that begins at `start` ends: with its padding, or before what is not a line of it.
fn extent(text: &[u8], start: usize) -> usize {
    let run = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take_while(|byte| armour::is_digit(**byte))
            .count()
    };
    let mut end = run(start);
    if end - start < LEAST {
        return end;
    }
    loop {
        let rest = text.get(end..).unwrap_or_default();
        if rest.first() == Some(&b'=') {
            return end + rest.iter().take_while(|byte| **byte == b'=').count();
        }
        let blank = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let is_line = rest
            .get(..blank)
            .is_some_and(|blank| blank.contains(&b'\n') || blank.contains(&b'\r'));
        let next = end + blank;
        let after = run(next);
        let closes = text
            .get(after)
            .is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'=' | b'<' | b'"' | b'\''));
        if !is_line || after == next || !closes {
            return end;
        }
        end = after;
    }
}
