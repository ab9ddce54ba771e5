//! What is left of a message: a number, a name alone, a phrase that the text's end cuts off.

use std::collections::HashMap;

use crate::catalogue::phrases;

use super::pattern::{Caught, Hit, Index};
use super::text::longest;
use super::words::{self, Words};

/// A text of no more words was picked out of a message: it stands for itself.
const FRAGMENT: usize = 3;
/// The shortest beginning of a word that is taken for it, in letters.
const STUMP: usize = 3;
/// The most letters that are added to a word that other phrases have as it is.
const ENDING: usize = 5;
/// How far before the end a phrase may begin that is cut off, and the fewest words it must have, in words.
const TAIL: usize = 40;
const WHOLE: usize = 3;

/// A text that is the name of an alert and nothing else.
pub(super) fn alone(index: &Index, words: &Words) -> Option<Hit> {
    if words.len() > FRAGMENT {
        return None;
    }
    let text = index.text(words);
    let (_, number) =
        longest(&index.alerts, &text, 0, true).filter(|(length, _)| *length == words.len())?;
    Some(Hit {
        phrase: &phrases::ALERT_ALONE,
        caught: Some(Caught::Alert(*number)),
        start: 0,
        end: words.len(),
        line: words.line(0),
    })
}

/// Phrases whose last word the text's end cuts off.
pub(super) fn cut_off(index: &Index, words: &Words, hits: &mut Vec<Hit>) {
    let last = words.len().saturating_sub(1);
    let letters = words.letters(last);
    if words.len() < WHOLE {
        return;
    }
    // A letter or two may begin anything: more of the phrase must stand before them.
    let whole = WHOLE + usize::from(letters.len() < STUMP);
    // A word that may be whole lacks a few letters at most.
    let longest = if index.vocabulary.contains_key(letters) {
        letters.len() + ENDING
    } else {
        usize::MAX
    };
    let endings = index
        .vocabulary
        .iter()
        .filter(|(word, _)| (letters.len() + 1..=longest).contains(&word.len()))
        .filter(|(word, _)| word.starts_with(letters))
        .map(|(_, id)| *id)
        .collect();
    let text = index.text(words).ending_in(endings);
    let from = words.len().saturating_sub(TAIL);
    hits.extend(
        index
            .scan_from(&text, from)
            .into_iter()
            .filter(|hit| hit.end == words.len() && hit.end - hit.start >= whole),
    );
}

/// A packed number as OpenSSL itself prints it: others leave its zeros out, or put more before it.
fn eight(letters: &str) -> Option<String> {
    match letters.len() {
        8 => Some(letters.to_owned()),
        7 => Some(format!("0{letters}")),
        16 => letters.strip_prefix("00000000").map(str::to_owned),
        _ => None,
    }
}

/// OpenSSL's packed numbers say their reason even where its text is missing.
pub(super) fn packed(index: &Index, words: &Words, hits: &mut Vec<Hit>) {
    let mut known: HashMap<u32, Vec<Hit>> = HashMap::new();
    for at in 0..words.len() {
        let letters = words.letters(at);
        let marked = words.gap(at).has_colon() || words.gap(at + 1).has_colon();
        let Some(letters) = eight(letters) else {
            continue;
        };
        if !(marked || words.len() <= FRAGMENT) {
            continue;
        }
        let Ok(code) = u32::from_str_radix(&letters, 16) else {
            continue;
        };
        let meant = known.entry(code).or_insert_with(|| {
            let told = phrases::reason(code).into_iter();
            told.chain(phrases::function(code).map(str::to_owned))
                .flat_map(|text| index.scan(&words::read(&text)))
                .collect()
        });
        hits.extend(meant.iter().map(|hit| Hit {
            start: at,
            end: at + 1,
            line: words.line(at),
            ..*hit
        }));
    }
}
