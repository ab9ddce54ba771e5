//! Finds the catalogue's phrases in a text, in one pass over its words.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::catalogue::phrases::{self, ALERTS, Phrase, REASONS, Reason};

use super::fragments;
use super::text::{Name, Text, longest, put};
use super::words::{self, Words};

/// The most words a `*` stands for.
const REACH: usize = 14;
/// The most lines a phrase may be spread over.
const SPREAD: usize = 2;
/// The most hits that are kept; the last ones are.
const MAX_HITS: usize = 20_000;

/// A phrase that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) phrase: &'static Phrase,
    pub(super) caught: Option<Caught>,
    /// First word and the one after the last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
}

/// What `@alert` or `@verify` stood for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Caught {
    Alert(u8),
    Reason(&'static Reason),
}

/// What must stand before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Anything,
    Colon,
    Edge,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Word(u32),
    Alert,
    Reason,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    before: Need,
    kind: Kind,
}

struct Pattern {
    phrase: &'static Phrase,
    /// Between two of these, a `*`.
    segments: Vec<Vec<Step>>,
    after: Need,
}

pub(super) struct Index {
    pub(super) vocabulary: HashMap<String, u32>,
    patterns: Vec<Pattern>,
    /// Patterns by their first word.
    starting: HashMap<u32, Vec<usize>>,
    /// Patterns that begin with `@verify`.
    with_reason: Vec<usize>,
    pub(super) alerts: HashMap<u32, Vec<Name<u8>>>,
    reasons: HashMap<u32, Vec<Name<&'static Reason>>>,
}

/// Everything that is looked for.
fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(Index::new)
}

/// Whether any phrase has this word.
pub(super) fn knows(word: &str) -> bool {
    index().vocabulary.contains_key(word)
}

/// Every phrase in the text, in its order.
pub(super) fn find(words: &Words) -> Vec<Hit> {
    let index = index();
    let mut hits = index.scan(words);
    fragments::packed(index, words, &mut hits);
    hits.extend(fragments::alone(index, words));
    fragments::cut_off(index, words, &mut hits);
    if hits.len() > MAX_HITS {
        hits.drain(..hits.len() - MAX_HITS);
    }
    hits
}

impl Index {
    fn new() -> Self {
        let mut index = Self {
            vocabulary: HashMap::new(),
            patterns: Vec::new(),
            starting: HashMap::new(),
            with_reason: Vec::new(),
            alerts: HashMap::new(),
            reasons: HashMap::new(),
        };
        for alert in ALERTS {
            for name in alert.names {
                let words = index.words_of(name);
                put(&mut index.alerts, words, alert.number, alert.is_telling());
            }
        }
        for reason in REASONS {
            let words = index.words_of(reason.text);
            put(&mut index.reasons, words, reason, reason.telling);
            let words = index.words_of(reason.name);
            // A constant's name of three words is nobody's prose.
            let telling = words.len() > 2;
            put(&mut index.reasons, words, reason, telling);
        }
        for phrase in phrases::all() {
            index.add(phrase);
        }
        index
    }

    fn id(&mut self, word: &str) -> u32 {
        // 0 is every word that no phrase has.
        let next = u32::try_from(self.vocabulary.len() + 1).unwrap_or(0);
        *self.vocabulary.entry(word.to_owned()).or_insert(next)
    }

    fn words_of(&mut self, text: &str) -> Vec<u32> {
        let words = words::read(text);
        (0..words.len())
            .map(|at| self.id(words.letters(at)))
            .collect()
    }

    fn add(&mut self, phrase: &'static Phrase) {
        let mut segments = vec![Vec::new()];
        let mut need = Need::Anything;
        for piece in phrase.text.split_whitespace() {
            let kinds: Vec<Kind> = match piece {
                ":" => {
                    need = Need::Colon;
                    continue;
                }
                "|" => {
                    need = Need::Edge;
                    continue;
                }
                "*" => {
                    // What stands before any words is before none in particular.
                    need = Need::Anything;
                    segments.push(Vec::new());
                    continue;
                }
                _ if piece.contains("@alert") => vec![Kind::Alert],
                _ if piece.contains("@verify") => vec![Kind::Reason],
                _ => self.words_of(piece).into_iter().map(Kind::Word).collect(),
            };
            for kind in kinds {
                let before = std::mem::replace(&mut need, Need::Anything);
                if let Some(segment) = segments.last_mut() {
                    segment.push(Step { before, kind });
                }
            }
        }
        segments.retain(|segment| !segment.is_empty());
        let number = self.patterns.len();
        match segments.first().and_then(|segment| segment.first()) {
            Some(Step {
                kind: Kind::Word(id),
                ..
            }) => self.starting.entry(*id).or_default().push(number),
            Some(Step {
                kind: Kind::Reason, ..
            }) => self.with_reason.push(number),
            _ => return,
        }
        self.patterns.push(Pattern {
            phrase,
            segments,
            after: need,
        });
    }

    pub(super) fn text<'a>(&self, words: &'a Words) -> Text<'a> {
        Text::of(words, &self.vocabulary)
    }

    pub(super) fn scan(&self, words: &Words) -> Vec<Hit> {
        self.scan_from(&self.text(words), 0)
    }

    pub(super) fn scan_from(&self, text: &Text<'_>, from: usize) -> Vec<Hit> {
        let words = text.words;
        let mut hits = Vec::new();
        for at in from..words.len() {
            let id = text.id(at);
            if id == 0 {
                continue;
            }
            let starting = self.starting.get(&id).into_iter().flatten();
            let reasons: &[usize] = if self.reasons.contains_key(&id) {
                &self.with_reason
            } else {
                &[]
            };
            for number in starting.chain(reasons) {
                let Some(pattern) = self.patterns.get(*number) else {
                    continue;
                };
                if let Some((end, caught)) = self.fits(pattern, text, at) {
                    hits.push(Hit {
                        phrase: pattern.phrase,
                        caught,
                        start: at,
                        end,
                        line: words.line(at),
                    });
                }
            }
        }
        hits
    }

    /// Where the pattern ends, and what it caught, if it begins at this word.
    fn fits(
        &self,
        pattern: &Pattern,
        text: &Text<'_>,
        start: usize,
    ) -> Option<(usize, Option<Caught>)> {
        let mut caught = None;
        let mut at = start;
        let first_line = text.words.line(start);
        let last = pattern.segments.len() - 1;
        let bare = last == 0 && pattern.segments[0].len() == 1;
        for (number, segment) in pattern.segments.iter().enumerate() {
            let reach = if number == 0 { 0 } else { REACH };
            let after = if number == last {
                pattern.after
            } else {
                Need::Anything
            };
            let (end, found) = (at..=at + reach).find_map(|from| {
                if text.words.line(from) > first_line + SPREAD {
                    return None;
                }
                let (end, found) = self.segment(segment, text, (start, from), bare, pattern)?;
                met(after, text.words.gap(end)).then_some((end, found))
            })?;
            at = end;
            caught = found.or(caught);
        }
        Some((at, caught))
    }

    fn segment(
        &self,
        steps: &[Step],
        text: &Text<'_>,
        (start, from): (usize, usize),
        bare: bool,
        pattern: &Pattern,
    ) -> Option<(usize, Option<Caught>)> {
        let mut at = from;
        let mut caught = None;
        for step in steps {
            if !met(step.before, text.words.gap(at)) {
                return None;
            }
            match step.kind {
                Kind::Word(id) => {
                    if !text.is(at, id) {
                        return None;
                    }
                    at += 1;
                }
                Kind::Alert => {
                    let (length, number) = self.alert(text, at)?;
                    at += length;
                    caught = Some(Caught::Alert(number));
                }
                Kind::Reason => {
                    // Alone, everyday words count only between marks, and a number not at all.
                    let telling = bare && pattern.after == Need::Anything;
                    // After words of any kind a number may be an address's or a port's.
                    let numbers = !bare && (at > from || at == start);
                    let (length, reason) = self.reason(text, at, numbers, telling)?;
                    at += length;
                    caught = Some(Caught::Reason(reason));
                }
            }
        }
        Some((at, caught))
    }

    fn alert(&self, text: &Text<'_>, at: usize) -> Option<(usize, u8)> {
        if let Some((length, number)) = longest(&self.alerts, text, at, false) {
            return Some((length, *number));
        }
        let number = text.words.letters(at).parse().ok()?;
        phrases::alert(number).map(|_| (1, number))
    }

    fn reason(
        &self,
        text: &Text<'_>,
        at: usize,
        numbers: bool,
        telling: bool,
    ) -> Option<(usize, &'static Reason)> {
        if let Some((length, reason)) = longest(&self.reasons, text, at, telling) {
            return Some((length, *reason));
        }
        if !numbers {
            return None;
        }
        let number: u8 = text.words.letters(at).parse().ok()?;
        // `10:certificate has expired`: the text decides, numbers have changed their meaning.
        if let Some((length, reason)) = longest(&self.reasons, text, at + 1, false) {
            return Some((1 + length, *reason));
        }
        REASONS
            .iter()
            .find(|reason| reason.number == Some(number))
            .map(|reason| (1, reason))
    }
}

fn met(need: Need, gap: words::Gap) -> bool {
    match need {
        Need::Anything => true,
        Need::Colon => gap.has_colon(),
        Need::Edge => gap.is_edge(),
    }
}
