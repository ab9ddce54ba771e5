//! Owns what text does to base64: character sets, stray characters, and base64 without BEGIN and END.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64 broken into lines, indented, or quoted by a mail program.
///
/// # Errors
/// The offset of the first byte that does not belong there.
pub(super) fn base64(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, usize> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut padded = false;
    let mut line_starts = true;
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(byte) = rest.first()
    {
        let run = rest
            .iter()
            .position(|byte| !is_digit(*byte))
            .unwrap_or(rest.len());
        if run > 0 && !padded {
            digits.extend_from_slice(rest.get(..run).unwrap_or_default());
            line_starts = false;
            at += run;
            continue;
        }
        at += match byte {
            b'=' if !digits.is_empty() => {
                padded = true;
                1
            }
            b'\n' | b'\r' => {
                line_starts = true;
                1
            }
            b' ' | b'\t' | 0x0b | 0x0c | 0x1a => 1,
            b'>' if line_starts => 1,
            _ => invisible(rest).ok_or(at)?,
        };
    }
    LENIENT
        .decode(&*digits)
        .map(Zeroizing::new)
        .map_err(|_| text.len())
}

/// Whether a byte is one of the sixty-four.
pub(super) fn is_digit(byte: u8) -> bool {
    const DIGITS: [bool; 256] = {
        let mut digits = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            digits[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
            byte += 1;
        }
        digits
    };
    DIGITS[usize::from(byte)]
}

/// The length of a leading character that shows nothing: byte order mark, no-break or zero-width space.
fn invisible(bytes: &[u8]) -> Option<usize> {
    const INVISIBLE: &[&str] = &["\u{feff}", "\u{a0}", "\u{200b}", "\u{2060}"];
    INVISIBLE
        .iter()
        .find(|character| bytes.starts_with(character.as_bytes()))
        .map(|character| character.len())
}

/// What base64 alone holds, or `None` where the text is anything else.
pub(super) fn bare(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Shorter than any structure that is read: a word, not an encoding.
    const SHORTEST: usize = 24;
    // Looked over before anything of its size is allocated.
    let clean =
        |byte: &u8| is_digit(*byte) || !matches!(byte, b'!'..=b'~') || matches!(byte, b'=' | b'>');
    if !text.iter().any(|byte| is_digit(*byte)) || !text.iter().all(clean) {
        return None;
    }
    base64(text).ok().filter(|bytes| bytes.len() >= SHORTEST)
}

/// UTF-16 as ASCII, by its byte order mark or by zeros in every other place; `None` where it is none.
pub(super) fn utf16(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (rest, little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        [1..=255, 0, 1..=255, 0, 1..=255, 0, ..] => (bytes, true),
        [0, 1..=255, 0, 1..=255, 0, 1..=255, ..] => (bytes, false),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| match pair {
        [first, second] if little => u16::from_le_bytes([*first, *second]),
        [first, second] => u16::from_be_bytes([*first, *second]),
        _ => 0,
    });
    // PEM is ASCII. Whatever else there is becomes something of its length at most.
    let mut text = Zeroizing::new(Vec::with_capacity(rest.len()));
    for unit in units {
        match (u8::try_from(unit), unit) {
            (Ok(byte), _) if byte.is_ascii() => text.push(byte),
            (_, 0xfeff | 0xa0 | 0x200b | 0x2060) => text.push(b' '),
            (_, 0x2010 | 0x2011 | 0x2013 | 0x2212) => text.push(b'-'),
            (_, 0x2014) => text.extend_from_slice(b"--"),
            _ => text.push(b'?'),
        }
    }
    Some(text)
}

/// Hyphens where a word processor put dashes, in UTF-8 or in Windows' own character set; `None` where there are none.
pub(super) fn straighten_dashes(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const DASHES: [char; 5] = ['\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}', '\u{2212}'];
    let Ok(text) = std::str::from_utf8(bytes) else {
        return straighten_windows(bytes);
    };
    if !text.contains("BEGIN") || !text.contains(DASHES) {
        return None;
    }
    let mut straight = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut buffer = Zeroizing::new([0; 4]);
    for character in text.chars() {
        match character {
            // An em dash stands for two or three hyphens.
            '\u{2014}' => straight.extend_from_slice(b"--"),
            _ if DASHES.contains(&character) => straight.push(b'-'),
            _ => straight.extend_from_slice(character.encode_utf8(&mut *buffer).as_bytes()),
        }
    }
    Some(straight)
}

/// As [`straighten_dashes`] for code page 1252, where 96 is an en dash and 97 an em dash.
fn straighten_windows(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if !bytes.iter().any(|byte| matches!(byte, 0x96 | 0x97)) {
        return None;
    }
    let mut straight = Zeroizing::new(Vec::with_capacity(bytes.len()));
    for byte in bytes {
        match byte {
            0x96 => straight.push(b'-'),
            0x97 => straight.extend_from_slice(b"--"),
            _ => straight.push(*byte),
        }
    }
    Some(straight)
}
