//! Lines of programs that no table knows: what their words say together.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use crate::catalogue::phrases::{FAILED, LOOSE, Says};

use super::words::{self, Words};

/// As many lines are read, from the end: before them nothing was known.
const MAX_LINES: usize = 2_000;
/// A longer line is no message.
const MAX_WORDS: usize = 120;

/// What else stands in a report of failure.
const SIGNS: &[&str] = &[
    "alert",
    "verify",
    "traceback",
    "errno",
    "caused",
    "curl",
    "notice",
    "disconnected",
    "down",
    "reset",
    "expired",
    "closed",
];

/// A line that says something.
pub(super) struct Said {
    pub(super) says: Says,
    /// First word and the one after the last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
}

type Alternatives = Vec<Vec<String>>;

struct Rule {
    groups: Vec<Alternatives>,
    says: Says,
    vague: bool,
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        LOOSE
            .iter()
            .map(|rule| Rule {
                groups: rule.groups.iter().map(|group| split(group)).collect(),
                says: rule.says,
                vague: rule.vague,
            })
            .collect()
    })
}

/// The lines that say something, each with the most specific rule it fits; where none says what, two lines together.
pub(super) fn find(words: &Words) -> Vec<Said> {
    let lines = words.lines(MAX_LINES);
    let read = |spans: &[Range<usize>]| -> Vec<(Said, bool)> {
        spans
            .iter()
            .filter_map(|span| said(words, span.clone()))
            .collect()
    };
    let mut found = read(&lines);
    if found.iter().all(|(_, vague)| *vague) {
        let pairs: Vec<Range<usize>> = lines
            .windows(2)
            .filter_map(|pair| match pair {
                // Two entries of a log begin alike, and are no message of two lines.
                [first, second] if !alike(words, first.start, second.start) => {
                    Some(first.start..second.end)
                }
                _ => None,
            })
            .collect();
        found.extend(read(&pairs));
    }
    let told = found.iter().any(|(_, vague)| !vague);
    found
        .into_iter()
        .filter(|(_, vague)| !(told && *vague))
        .map(|(said, _)| said)
        .collect()
}

/// Whether two lines begin with the same word, or both with a number.
fn alike(words: &Words, first: usize, second: usize) -> bool {
    let (first, second) = (words.letters(first), words.letters(second));
    let numbered = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    first == second || numbered(first) && numbered(second)
}

/// What these words say, and whether only vaguely.
fn said(words: &Words, span: Range<usize>) -> Option<(Said, bool)> {
    if span.len() > MAX_WORDS {
        return None;
    }
    let list: Vec<&str> = span.clone().map(|at| words.letters(at)).collect();
    let rule = rules()
        .iter()
        .find(|rule| rule.groups.iter().all(|group| holds(&list, group)))?;
    let said = Said {
        says: rule.says,
        start: span.start,
        end: span.end,
        line: words.line(span.start),
    };
    Some((said, rule.vague))
}

/// Whether a text tells of something that failed.
pub(super) fn reports(words: &Words) -> bool {
    static FAILURES: OnceLock<HashSet<&str>> = OnceLock::new();
    let failures = FAILURES.get_or_init(|| FAILED.iter().chain(SIGNS).copied().collect());
    (0..words.len()).rev().any(|at| {
        let word = words.letters(at);
        failures.contains(word) || word.ends_with("exception") || word.ends_with("error")
    })
}

fn split(group: &[&str]) -> Alternatives {
    group
        .iter()
        .map(|text| {
            let words = words::read(text);
            (0..words.len())
                .map(|at| words.letters(at).to_owned())
                .collect()
        })
        .collect()
}

/// Whether one of these stands in the line.
fn holds(line: &[&str], group: &Alternatives) -> bool {
    group.iter().any(|sought| {
        line.windows(sought.len()).any(|window| {
            window == sought.as_slice()
                // `IOException` is an exception.
                || matches!((window, sought.as_slice()), ([word], [kind])
                    if matches!(kind.as_str(), "exception" | "error") && word.ends_with(kind.as_str()))
        })
    })
}
