//! The two ways to write a subject, taken apart: RFC 4514 (and what RFC 1779 and 2253 allowed before it), and
//! OpenSSL's slash form. What a keyword means, and which value it takes, is not decided here.

use std::iter::Peekable;
use std::str::Chars;

use crate::error::{NamingError, SyntaxFault};

/// One attribute as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub keyword: String,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Given as `#` and the hexadecimal of its DER: a string of this universal tag.
    Der {
        tag: u8,
        content: Vec<u8>,
    },
}

/// Relative distinguished names in the order of the encoding.
type Rdns = Vec<Vec<Typed>>;

/// Reads either form; a leading slash tells them apart, because no RFC 4514 name begins with one.
pub(super) fn read(text: &str) -> Result<Rdns, NamingError> {
    let slash = text.starts_with('/');
    let rdns = if slash { slashed(text) } else { comma(text) };
    let rdns = rdns.map_err(|fault| NamingError::Syntax { fault, slash })?;
    if rdns.is_empty() {
        return Err(NamingError::Empty);
    }
    Ok(rdns)
}

/// `/type=value/type=value+type=value`, with a backslash before any character meant as itself.
fn slashed(text: &str) -> Result<Rdns, SyntaxFault> {
    let mut rdns = Rdns::new();
    let mut joined = false;
    let mut rest = text.strip_prefix('/').unwrap_or(text).chars().peekable();
    while rest.peek().is_some() {
        let keyword = keyword(&mut rest, &['/', '+'])?;
        let mut value = String::new();
        let mut end = None;
        while let Some(character) = rest.next() {
            match character {
                '/' | '+' => {
                    end = Some(character);
                    break;
                }
                '\\' => value.push(rest.next().ok_or(SyntaxFault::LoneBackslash)?),
                other => value.push(other),
            }
        }
        if value.contains('\0') {
            return Err(SyntaxFault::Nul(keyword));
        }
        let value = Value::Text(value);
        push(&mut rdns, Typed { keyword, value }, joined);
        joined = end == Some('+');
    }
    if joined {
        return Err(SyntaxFault::EmptyPart);
    }
    Ok(rdns)
}

/// RFC 4514, section 3, with spaces around separators, quoted values and semicolons as older names have them.
fn comma(text: &str) -> Result<Rdns, SyntaxFault> {
    let mut rdns = Rdns::new();
    let mut rest = text.chars().peekable();
    skip_spaces(&mut rest);
    if rest.peek().is_none() {
        return Ok(rdns);
    }
    let mut joined = false;
    loop {
        let keyword = keyword(&mut rest, &[',', ';', '+'])?;
        skip_spaces(&mut rest);
        let (value, end) = match rest.peek() {
            Some('"') => quoted(&mut rest, &keyword)?,
            Some('#') => hexadecimal(&mut rest)?,
            _ => plain(&mut rest, &keyword)?,
        };
        push(&mut rdns, Typed { keyword, value }, joined);
        let Some(end) = end else { break };
        joined = end == '+';
    }
    rdns.reverse();
    Ok(rdns)
}

fn push(rdns: &mut Rdns, attribute: Typed, joined: bool) {
    match rdns.last_mut() {
        Some(last) if joined => last.push(attribute),
        _ => rdns.push(vec![attribute]),
    }
}

/// What stands before the `=`, which is consumed.
fn keyword(rest: &mut Peekable<Chars<'_>>, separators: &[char]) -> Result<String, SyntaxFault> {
    let mut text = String::new();
    loop {
        match rest.next() {
            Some('=') => break,
            Some(character) if !separators.contains(&character) => text.push(character),
            _ if text.trim().is_empty() => return Err(SyntaxFault::EmptyPart),
            _ => return Err(SyntaxFault::NoEquals(text.trim().to_owned())),
        }
    }
    let keyword = text.trim();
    if keyword.is_empty() {
        let value: String = rest.take(24).collect();
        return Err(SyntaxFault::NoKeyword(format!("={value}")));
    }
    Ok(keyword.to_owned())
}

fn plain(
    rest: &mut Peekable<Chars<'_>>,
    keyword: &str,
) -> Result<(Value, Option<char>), SyntaxFault> {
    let mut bytes = Vec::new();
    // Spaces at the end do not count, unless they are escaped.
    let mut kept = 0;
    let mut end = None;
    while let Some(character) = rest.next() {
        match character {
            ',' | ';' | '+' => {
                end = Some(character);
                break;
            }
            '"' => return Err(SyntaxFault::Unescaped(character)),
            ' ' => bytes.push(b' '),
            '\\' => {
                escaped(rest, &mut bytes)?;
                kept = bytes.len();
            }
            other => {
                push_utf8(other, &mut bytes);
                kept = bytes.len();
            }
        }
    }
    bytes.truncate(kept);
    Ok((text(bytes, keyword)?, end))
}

fn quoted(
    rest: &mut Peekable<Chars<'_>>,
    keyword: &str,
) -> Result<(Value, Option<char>), SyntaxFault> {
    rest.next();
    let mut bytes = Vec::new();
    loop {
        match rest.next().ok_or(SyntaxFault::OpenQuote)? {
            '"' => break,
            '\\' => escaped(rest, &mut bytes)?,
            other => push_utf8(other, &mut bytes),
        }
    }
    Ok((text(bytes, keyword)?, separator(rest)?))
}

/// `#` and the hexadecimal of one DER string (RFC 4514, section 2.4).
fn hexadecimal(rest: &mut Peekable<Chars<'_>>) -> Result<(Value, Option<char>), SyntaxFault> {
    rest.next();
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(|character| !", ;+".contains(*character)) {
        digits.push(digit);
    }
    let value = from_hex(&digits)
        .and_then(|der| string(&der))
        .ok_or(SyntaxFault::BadHex(digits))?;
    Ok((value, separator(rest)?))
}

/// What follows a value that says itself where it ends.
fn separator(rest: &mut Peekable<Chars<'_>>) -> Result<Option<char>, SyntaxFault> {
    skip_spaces(rest);
    match rest.next() {
        None => Ok(None),
        Some(end @ (',' | ';' | '+')) => Ok(Some(end)),
        Some(other) => Err(SyntaxFault::AfterValue(
            std::iter::once(other).chain(rest.take(23)).collect(),
        )),
    }
}

/// After a backslash: two hexadecimal digits are one octet, any other character is itself.
fn escaped(rest: &mut Peekable<Chars<'_>>, bytes: &mut Vec<u8>) -> Result<(), SyntaxFault> {
    let first = rest.next().ok_or(SyntaxFault::LoneBackslash)?;
    let pair = first
        .is_ascii_hexdigit()
        .then(|| rest.next_if(char::is_ascii_hexdigit))
        .flatten()
        .and_then(|second| from_hex(&format!("{first}{second}")));
    match pair {
        Some(octet) => bytes.extend(octet),
        None => push_utf8(first, bytes),
    }
    Ok(())
}

fn text(bytes: Vec<u8>, keyword: &str) -> Result<Value, SyntaxFault> {
    if bytes.contains(&0) {
        return Err(SyntaxFault::Nul(keyword.to_owned()));
    }
    String::from_utf8(bytes)
        .map(Value::Text)
        .map_err(|_| SyntaxFault::NotUtf8(keyword.to_owned()))
}

/// One whole DER value of a string type that a name may hold; strings over 64 KiB are nobody's name.
fn string(der: &[u8]) -> Option<Value> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, content) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => rest
            .split_first()
            .map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => rest
            .split_first_chunk::<2>()
            .map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?,
        _ => return None,
    };
    let fits = match tag {
        // UTF8String
        12 => std::str::from_utf8(content).is_ok(),
        // NumericString
        18 => content
            .iter()
            .all(|octet| octet.is_ascii_digit() || *octet == b' '),
        // PrintableString
        19 => content
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(octet)),
        // T61String
        20 => true,
        // IA5String
        22 => content.is_ascii(),
        // UniversalString
        28 => content.len().is_multiple_of(4),
        // BMPString
        30 => content.len().is_multiple_of(2),
        _ => false,
    };
    (length == content.len() && length > 0 && fits).then(|| Value::Der {
        tag,
        content: content.to_owned(),
    })
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| {
        pairs
            .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
            .collect()
    })
}

fn push_utf8(character: char, bytes: &mut Vec<u8>) {
    bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
}

fn skip_spaces(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if_eq(&' ').is_some() {}
}
