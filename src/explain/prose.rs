//! Whether a text tells what happened or speaks about errors: documentation, a change's description, an article.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::pattern::Hit;
use super::words::Words;

/// Words that sentences are held together by, and messages do without.
const JOINTS: &[&str] = &[
    "a",
    "about",
    "adds",
    "after",
    "all",
    "also",
    "although",
    "an",
    "and",
    "any",
    "are",
    "as",
    "because",
    "before",
    "both",
    "but",
    "can",
    "could",
    "did",
    "does",
    "each",
    "either",
    "even",
    "every",
    "for",
    "has",
    "have",
    "how",
    "however",
    "i",
    "if",
    "in",
    "instead",
    "is",
    "it",
    "its",
    "itself",
    "like",
    "many",
    "may",
    "might",
    "more",
    "most",
    "my",
    "no",
    "now",
    "of",
    "often",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "previously",
    "rather",
    "should",
    "since",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "thus",
    "to",
    "under",
    "until",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];
/// How many of them around a phrase make a sentence that mentions it.
const SENTENCE: usize = 9;
/// Of the words around it, so many in a hundred.
const SHARE: usize = 25;
/// How many lines before and after a phrase are looked at.
const AROUND: usize = 2;

/// Whether the words around a phrase are sentences about it.
pub(super) fn mentions(words: &Words, hit: &Hit) -> bool {
    static KNOWN: OnceLock<HashSet<&str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| JOINTS.iter().copied().collect());
    let mut first = hit.start;
    while first > 0 && words.line(first - 1) + AROUND >= hit.line {
        first -= 1;
    }
    let around = (first..hit.start).chain(
        (hit.end..words.len()).take_while(|at| words.line(*at) <= words.line(hit.end) + AROUND),
    );
    let (mut joints, mut all) = (0, 0);
    for at in around {
        all += 1;
        joints += usize::from(known.contains(words.letters(at)));
    }
    joints >= SENTENCE && joints * 100 >= all * SHARE
}

/// Whether the text has the form of documentation or of a change's description.
pub(super) fn is_document(text: &str) -> bool {
    let marks = text
        .lines()
        .map(str::trim_start)
        .filter(|line| is_heading(line) || is_listed(line) || is_change(line))
        .count();
    marks >= 2 || text.lines().any(closes)
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    // One mark may be a root shell's prompt or a comment.
    line.len() - rest.len() >= 2 && rest.starts_with(' ')
}

fn is_listed(line: &str) -> bool {
    ["- [ ] ", "- [x] ", "* **", "- **"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// An entry of a list of changes: `- Print the reason (#66)`.
fn is_change(line: &str) -> bool {
    let entry = line.starts_with("* ") || line.starts_with("- ");
    entry
        && line.rsplit_once("(#").is_some_and(|(_, number)| {
            let number = number.trim_end_matches([')', '.', ' ']);
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// `Fixes #16`, as the description of a change ends.
fn closes(line: &str) -> bool {
    let Some((verb, number)) = line.trim().split_once(" #") else {
        return false;
    };
    let verb = verb.to_ascii_lowercase();
    [
        "close", "closes", "fix", "fixes", "fixed", "resolve", "resolves", "ref", "refs",
    ]
    .contains(&verb.trim_end_matches(':'))
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
