//! Lines of programs that no table knows: what their words say together.

use std::collections::HashSet;
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

/// The lines that say something, each with the most specific rule it fits.
pub(super) fn find(words: &Words) -> Vec<Said> {
    static RULES: OnceLock<Vec<(Vec<Alternatives>, Says)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        LOOSE
            .iter()
            .map(|rule| {
                (
                    rule.groups.iter().map(|group| split(group)).collect(),
                    rule.says,
                )
            })
            .collect()
    });
    let mut found = Vec::new();
    let mut end = words.len();
    let mut lines = 0;
    while end > 0 && lines < MAX_LINES {
        let line = words.line(end - 1);
        let mut start = end;
        while start > 0 && words.line(start - 1) == line {
            start -= 1;
        }
        if end - start <= MAX_WORDS {
            let list: Vec<&str> = (start..end).map(|at| words.letters(at)).collect();
            let rule = rules
                .iter()
                .find(|(groups, _)| groups.iter().all(|group| holds(&list, group)));
            if let Some((_, says)) = rule {
                found.push(Said {
                    says: *says,
                    start,
                    end,
                    line,
                });
            }
        }
        lines += 1;
        end = start;
    }
    found.reverse();
    found
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
