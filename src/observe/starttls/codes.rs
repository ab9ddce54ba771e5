//! Replies that begin with a number of three digits (RFC 5321, section 4.2; RFC 959, section 4.2).

use crate::observe::talk::{Stop, Talk};

/// One reply, its lines put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coded {
    pub(super) code: u16,
    /// Code and words.
    pub(super) text: String,
}

/// Reads one, with all its lines.
pub(super) fn read(talk: &mut Talk<'_>) -> Result<Coded, Stop> {
    let first = talk.line()?;
    let code = number(&first).ok_or_else(|| Stop::Foreign(first.clone()))?;
    let mut text = first.clone();
    let mut last = first;
    // In FTP the lines between need no code of their own.
    while number(&last) != Some(code) || last.as_bytes().get(3) == Some(&b'-') {
        last = talk.line()?;
        text.push(' ');
        text.push_str(last.get(4..).unwrap_or(&last));
    }
    Ok(Coded { code, text })
}

/// The number a line begins with, if it does.
pub(super) fn number(line: &str) -> Option<u16> {
    let (digits, rest) = line.split_at_checked(3)?;
    let apart = rest.is_empty() || rest.starts_with([' ', '-']);
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    (apart && all).then(|| digits.parse().ok()).flatten()
}
