//! Owns the lines that frame a PEM block, wherever in a text they stand, and the counting of lines.

/// Longer labels are no labels.
const MAX_LABEL: usize = 64;

/// A BEGIN or END line, wherever in its line it stands.
pub(super) struct Marker<'a> {
    pub begins: bool,
    pub label: &'a str,
    pub start: usize,
    pub end: usize,
    /// Written as RFC 7468 has it.
    pub regular: bool,
}

/// Whether there is a BEGIN or END line anywhere.
pub(super) fn is_in(text: &[u8]) -> bool {
    next(text, 0).is_some()
}

/// The next BEGIN or END line at or after `from`.
pub(super) fn next(text: &[u8], from: usize) -> Option<Marker<'_>> {
    let mut at = from;
    loop {
        let start = at + find_hyphen(text.get(at..)?)?;
        let after = start + hyphens(text, start);
        if let Some(found) = marker_at(text, start, after) {
            return Some(found);
        }
        at = after;
    }
}

fn marker_at(text: &[u8], start: usize, after: usize) -> Option<Marker<'_>> {
    let opening = after - start;
    if opening < 2 {
        return None;
    }
    let rest = text.get(after..)?;
    let spaced = rest.first() == Some(&b' ');
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (begins, rest) = match (rest.strip_prefix(b"BEGIN "), rest.strip_prefix(b"END ")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return None,
    };
    let length = rest
        .iter()
        .take(MAX_LABEL + 1)
        .position(|byte| !matches!(byte, b' '..=b'~') || *byte == b'-')?;
    let written = std::str::from_utf8(rest.get(..length)?).ok()?;
    let label = written.trim_end();
    let closing_at = text.len() - rest.len() + length;
    let closing = hyphens(text, closing_at);
    if closing < 2 || label.is_empty() {
        return None;
    }
    // "-----END X----------BEGIN Y-----" is two lines whose line end was lost.
    Some(Marker {
        begins,
        label,
        start,
        end: closing_at + closing.min(5),
        regular: opening == 5 && closing >= 5 && !spaced && label.len() == length,
    })
}

/// As `position`, and faster where there are none for long: most of a file is base64.
fn find_hyphen(text: &[u8]) -> Option<usize> {
    const STEP: usize = 256;
    let clean = text
        .chunks_exact(STEP)
        .take_while(|chunk| !chunk.contains(&b'-'))
        .count()
        * STEP;
    let rest = text.get(clean..)?;
    Some(clean + rest.iter().position(|byte| *byte == b'-')?)
}

fn hyphens(text: &[u8], at: usize) -> usize {
    text.get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| **byte == b'-')
        .count()
}

/// Counts lines once, forwards: LF, CR LF or CR alone.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    /// Whether there are carriage returns at all.
    returns: bool,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a [u8], line: usize) -> Self {
        Self {
            text,
            at: 0,
            line,
            returns: text.contains(&b'\r'),
        }
    }

    /// The line of `offset`, counted from 1; offsets must not go backwards.
    #[expect(clippy::naive_bytecount, reason = "not worth a crate")]
    pub fn of(&mut self, offset: usize) -> usize {
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        if self.returns {
            let after = passed.iter().skip(1).chain(self.text.get(offset));
            self.line += passed
                .iter()
                .zip(after)
                .filter(|(byte, next)| **byte == b'\r' && **next != b'\n')
                .count();
        }
        self.at = offset;
        self.line
    }
}
