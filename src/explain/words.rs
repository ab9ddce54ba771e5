//! A text as words, and what stands between them.

use std::ops::Range;

/// What stands between two words, besides blanks: marks are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Gap(u8);

impl Gap {
    /// Nothing that would end a clause.
    pub(super) const BLANK: Self = Self(0);
    const MARK: Self = Self(1);
    const COLON: Self = Self(2);
    const LINE: Self = Self(4);

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(super) fn has_colon(self) -> bool {
        self.0 & Self::COLON.0 != 0
    }

    /// A clause ends or begins here.
    pub(super) fn is_edge(self) -> bool {
        self != Self::BLANK
    }
}

/// A word, in lower case.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Where it stands in [`Words::letters`].
    letters: Range<usize>,
    /// Where it stands in the text.
    pub(super) raw: Range<usize>,
    /// What stands before it.
    pub(super) before: Gap,
    /// Counted from 0.
    pub(super) line: usize,
}

/// All words of a text.
#[derive(Debug, Default)]
pub(super) struct Words {
    letters: String,
    list: Vec<Word>,
    /// What stands after the last.
    end: Gap,
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Word> {
        self.list.get(index)
    }

    pub(super) fn letters(&self, index: usize) -> &str {
        self.list
            .get(index)
            .and_then(|word| self.letters.get(word.letters.clone()))
            .unwrap_or_default()
    }

    /// What stands before the word of this index; after the last word, what ends the text.
    pub(super) fn gap(&self, index: usize) -> Gap {
        self.list.get(index).map_or(self.end, |word| word.before)
    }

    /// The last lines with words, at most so many: the words from the first to the one after the last.
    pub(super) fn lines(&self, most: usize) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut end = self.len();
        while end > 0 && lines.len() < most {
            let line = self.line(end - 1);
            let mut start = end;
            while start > 0 && self.line(start - 1) == line {
                start -= 1;
            }
            lines.push(start..end);
            end = start;
        }
        lines.reverse();
        lines
    }

    /// The line of the word of this index.
    pub(super) fn line(&self, index: usize) -> usize {
        self.list
            .get(index)
            .or(self.list.last())
            .map_or(0, |word| word.line)
    }
}

/// The shortest part of a word that was broken or glued, and the longest word that is taken apart, in letters.
const PART: usize = 4;
const LONGEST: usize = 32;

impl Words {
    /// Mends what a terminal or a mail did to words: broken at the end of a line, glued where a line ended, and
    /// what message numbers carry at their end (`AMQ9616E`). Only what gives known words is touched.
    pub(super) fn mended(self, known: impl Fn(&str) -> bool) -> Self {
        let mut mended = Self {
            letters: String::with_capacity(self.letters.len()),
            list: Vec::with_capacity(self.list.len()),
            end: self.end,
        };
        let mut at = 0;
        // A line that began inside a word belongs to the line before it.
        let mut moved = None;
        while let Some(word) = self.list.get(at) {
            let mut word = word.clone();
            let letters = self.letters(at);
            at += 1;
            if let Some((from, to)) = moved
                && word.line == from
            {
                word.line = to;
            }
            if let Some(next) = self.list.get(at).filter(|next| next.before == Gap::LINE) {
                let rest = self.letters(at);
                let whole = format!("{letters}{rest}");
                let two = known(letters) && known(rest);
                if whole.len() >= PART && !two && known(&whole) {
                    moved = Some((next.line, word.line));
                    word.raw.end = next.raw.end;
                    mended.push(&whole, word);
                    at += 1;
                    continue;
                }
            }
            if known(letters) {
                mended.push(letters, word);
                continue;
            }
            if let Some(stem) = numbered(letters).filter(|stem| known(stem)) {
                mended.push(stem, word);
            } else if let Some(cut) = joint(letters, &word, &known) {
                let middle = word.raw.start + cut;
                let (first, second) = letters.split_at(cut);
                let raw = word.raw.start..middle;
                mended.push(
                    first,
                    Word {
                        raw,
                        ..word.clone()
                    },
                );
                let raw = middle..word.raw.end;
                let before = Gap::BLANK;
                mended.push(
                    second,
                    Word {
                        raw,
                        before,
                        ..word.clone()
                    },
                );
            } else {
                mended.push(letters, word);
            }
        }
        mended
    }

    fn push(&mut self, letters: &str, word: Word) {
        let start = self.letters.len();
        self.letters.push_str(letters);
        let letters = start..self.letters.len();
        self.list.push(Word { letters, ..word });
    }
}

/// A message's number without the letter of its severity.
fn numbered(letters: &str) -> Option<&str> {
    let stem = letters.strip_suffix(['e', 'w', 'i', 's'])?;
    (stem.len() > PART && stem.ends_with(|last: char| last.is_ascii_digit())).then_some(stem)
}

/// Where two known words were glued to one.
fn joint(letters: &str, word: &Word, known: impl Fn(&str) -> bool) -> Option<usize> {
    // A word whose letters took as many bytes in the text has no other letters than these.
    let plain = letters.is_ascii() && word.raw.len() == letters.len();
    if !plain || !(2 * PART..=LONGEST).contains(&letters.len()) {
        return None;
    }
    (PART..=letters.len() - PART).find(|cut| {
        let (first, second) = letters.split_at(*cut);
        known(first) && known(second)
    })
}

/// Takes a text apart.
pub(super) fn read(text: &str) -> Words {
    let mut reader = Reader {
        words: Words::default(),
        open: None,
        gap: Gap::LINE,
        line: 0,
    };
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        at += reader.step(&text[at..], first, at);
    }
    reader.close(text.len());
    reader.words.end = reader.gap;
    reader.words.end.add(Gap::LINE);
    reader.words
}

struct Reader {
    words: Words,
    /// Where the present word began: in the letters, and in the text.
    open: Option<(usize, usize)>,
    gap: Gap,
    line: usize,
}

impl Reader {
    /// Reads what begins here and says how many bytes that took.
    fn step(&mut self, rest: &str, first: char, at: usize) -> usize {
        let length = first.len_utf8();
        match first {
            'a'..='z' | '0'..='9' => self.letter(first, at),
            'A'..='Z' => self.letter(first.to_ascii_lowercase(), at),
            '\n' => self.newline(at),
            ':' | '\u{ff1a}' => self.mark(Gap::COLON, at),
            ' ' if begins_frame(&rest[1..]) => self.mark(Gap::MARK, at),
            '_' | '-' | '/' | ',' | ' ' | '\t' | '\r' | '\u{a0}' => self.mark(Gap::BLANK, at),
            '\'' | '\u{2019}' | '`' => self.apostrophe(&rest[length..], at),
            '\\' => return self.escape(rest, at),
            '\u{1b}' => {
                self.mark(Gap::BLANK, at);
                return colour(rest);
            }
            '&' => {
                self.mark(Gap::MARK, at);
                return entity(rest).unwrap_or(1);
            }
            '%' if is_percent(rest) => {
                self.mark(Gap::MARK, at);
                return 3;
            }
            '<' | '>' if rest.starts_with("<<<") || rest.starts_with(">>>") => {
                self.mark(Gap::MARK, at);
                for _ in 0..3 {
                    self.letter(first, at);
                }
                self.close(at + 3);
                return 3;
            }
            _ if is_ideograph(first) => {
                // Written without blanks: every sign is a word.
                self.close(at);
                self.letter(first, at);
                self.close(at + length);
            }
            _ if first.is_alphanumeric() => {
                for letter in first.to_lowercase() {
                    self.letter(letter, at);
                }
            }
            _ => self.mark(Gap::MARK, at),
        }
        length
    }

    fn letter(&mut self, letter: char, at: usize) {
        if self.open.is_none() {
            self.open = Some((self.words.letters.len(), at));
        }
        self.words.letters.push(letter);
    }

    fn mark(&mut self, gap: Gap, at: usize) {
        self.close(at);
        self.gap.add(gap);
    }

    fn newline(&mut self, at: usize) {
        self.mark(Gap::LINE, at);
        self.line += 1;
    }

    /// `didn't` is one clause; a quotation mark ends one.
    fn apostrophe(&mut self, after: &str, at: usize) {
        let inside = self.open.is_some() && after.starts_with(char::is_alphanumeric);
        self.mark(if inside { Gap::BLANK } else { Gap::MARK }, at);
    }

    /// A text out of JSON or a log: `\n`, `\"`, `\u003e`.
    fn escape(&mut self, rest: &str, at: usize) -> usize {
        match rest.as_bytes().get(1) {
            Some(b'n' | b'r') => self.mark(Gap::LINE, at),
            Some(b't') => self.mark(Gap::BLANK, at),
            Some(b'u') if is_hex(rest, 2, 4) => {
                self.mark(Gap::MARK, at);
                return 6;
            }
            Some(b'"' | b'\'' | b'\\' | b'/') => self.mark(Gap::MARK, at),
            _ => {
                self.mark(Gap::MARK, at);
                return 1;
            }
        }
        2
    }

    fn close(&mut self, at: usize) {
        let Some((letters, raw)) = self.open.take() else {
            return;
        };
        self.words.list.push(Word {
            letters: letters..self.words.letters.len(),
            raw: raw..at,
            before: std::mem::take(&mut self.gap),
            line: self.line,
        });
    }
}

/// Whether a line of a stack trace begins here that lost its line break: `at TLSSocket.onConnectSecure (…)`.
fn begins_frame(rest: &str) -> bool {
    let Some(place) = rest.strip_prefix("at ") else {
        return false;
    };
    let end = place.find([' ', '(', '\n']).unwrap_or(place.len());
    let (name, after) = place.split_at(end);
    name.contains('.')
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && (name.contains(|letter: char| letter.is_ascii_uppercase())
            || after.trim_start().starts_with('('))
}

/// How long the terminal sequence that begins here is (ECMA-48, section 5.4).
fn colour(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if bytes.get(1) != Some(&b'[') {
        return 1;
    }
    let parameters = bytes[2..]
        .iter()
        .take(32)
        .take_while(|byte| (0x20..0x40).contains(*byte))
        .count();
    let end = 2 + parameters;
    match bytes.get(end) {
        Some(0x40..=0x7e) => end + 1,
        _ => end,
    }
}

/// Chinese and Japanese signs, which no blanks separate.
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// How long the HTML entity that begins here is.
fn entity(rest: &str) -> Option<usize> {
    let end = rest.bytes().take(8).position(|byte| byte == b';')?;
    let name = &rest[1..end];
    let known = matches!(name, "quot" | "apos" | "lt" | "gt" | "amp" | "nbsp")
        || name.strip_prefix('#').is_some_and(|number| {
            number
                .trim_start_matches('x')
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit())
        });
    known.then_some(end + 1)
}

fn is_percent(rest: &str) -> bool {
    is_hex(rest, 1, 2)
}

fn is_hex(rest: &str, from: usize, length: usize) -> bool {
    rest.as_bytes()
        .get(from..from + length)
        .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}
