//! A text as the numbers of its words, and names of several words that may stand in it.

use std::collections::{HashMap, HashSet};

use super::words::Words;

/// A text, word by word.
pub(super) struct Text<'a> {
    pub(super) words: &'a Words,
    ids: Vec<u32>,
    /// What the last word may stand for, where it was cut off.
    endings: HashSet<u32>,
}

impl<'a> Text<'a> {
    pub(super) fn of(words: &'a Words, vocabulary: &HashMap<String, u32>) -> Self {
        Self {
            words,
            ids: (0..words.len())
                .map(|at| vocabulary.get(words.letters(at)).copied().unwrap_or(0))
                .collect(),
            endings: HashSet::new(),
        }
    }

    pub(super) fn id(&self, at: usize) -> u32 {
        self.ids.get(at).copied().unwrap_or(0)
    }

    pub(super) fn is(&self, at: usize, id: u32) -> bool {
        self.id(at) == id || at + 1 == self.ids.len() && self.endings.contains(&id)
    }

    /// The same with a last word that may be any of these.
    pub(super) fn ending_in(self, endings: HashSet<u32>) -> Self {
        Self { endings, ..self }
    }
}

/// A sequence of words with what it stands for.
pub(super) struct Name<T> {
    words: Vec<u32>,
    means: T,
    /// Counts wherever it stands, and not only inside a phrase.
    telling: bool,
}

pub(super) fn put<T>(
    map: &mut HashMap<u32, Vec<Name<T>>>,
    words: Vec<u32>,
    means: T,
    telling: bool,
) {
    if let Some(first) = words.first() {
        map.entry(*first).or_default().push(Name {
            words,
            means,
            telling,
        });
    }
}

/// The longest name that begins at this word.
pub(super) fn longest<'a, T>(
    names: &'a HashMap<u32, Vec<Name<T>>>,
    text: &Text<'_>,
    at: usize,
    telling: bool,
) -> Option<(usize, &'a T)> {
    names
        .get(&text.id(at))?
        .iter()
        .filter(|name| name.telling || !telling)
        .filter(|name| (at..).zip(&name.words).all(|(at, id)| text.is(at, *id)))
        .max_by_key(|name| name.words.len())
        .map(|name| (name.words.len(), &name.means))
}
