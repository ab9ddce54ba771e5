//! What the whole text says about itself: its subject, how far the handshake came, how much speaks against an answer.

use crate::catalogue::phrases::{Says, Topic};

use super::pattern::Hit;
use super::words::Words;

/// A text of no more words that is one phrase and nothing else needs no other word to say what it is about.
const ALONE: usize = 6;
/// What such a phrase must weigh, and the most it then weighs.
pub(super) const TELLING: u8 = 66;

/// What the whole text says about itself.
pub(super) struct Setting {
    pub(super) topics: Vec<Topic>,
    /// How many words it has.
    pub(super) length: usize,
    pub(super) asked: bool,
    pub(super) before_certificates: bool,
    /// How much it speaks against an answer.
    pub(super) elsewhere: i64,
    /// Nothing says that it is about something else.
    pub(super) may_guess: bool,
    /// The command that was typed stands there, and names no certificate to present.
    pub(super) bare_call: bool,
}

/// How a call is typed, and the words of it that name an identity (`-E`, `--cert`, `-key`, `--cert-type` …).
const CALLS: &[&[&str]] = &[&["curl"], &["wget"], &["s", "client"]];
const IDENTITY: &[&str] = &[
    "e",
    "cert",
    "key",
    "pfx",
    "p12",
    "certificate",
    "k",
    "config",
];
/// A command stands at the beginning of its line, but for a prompt of a few words.
const PROMPT: usize = 6;

impl Setting {
    pub(super) fn of(hits: &[Hit], words: &Words) -> Self {
        let mut setting = Self {
            topics: Vec::new(),
            length: words.len(),
            asked: false,
            before_certificates: false,
            elsewhere: 0,
            may_guess: true,
            bare_call: is_bare(words),
        };
        for hit in hits {
            match hit.phrase.says {
                Says::About(topic) if !setting.topics.contains(&topic) => {
                    setting.topics.push(topic);
                }
                Says::Asked => setting.asked = true,
                Says::BeforeCertificates => setting.before_certificates = true,
                Says::Elsewhere => {
                    let against = i64::from(hit.phrase.weight) - 30;
                    setting.elsewhere = setting.elsewhere.max(against);
                    setting.may_guess = false;
                }
                _ => {}
            }
        }
        setting
    }

    /// Whether the text is about what the phrase needs.
    pub(super) fn has(&self, needs: Option<Topic>) -> bool {
        needs.is_none_or(|topic| self.topics.contains(&topic))
    }

    /// Whether the text is this phrase and nothing else, and the phrase nobody's prose.
    pub(super) fn is_only(&self, hit: &Hit) -> bool {
        self.length <= ALONE
            && hit.start == 0
            && hit.end == self.length
            && hit.phrase.weight >= TELLING
            && hit.phrase.text.contains([' ', 'x'])
            && matches!(hit.phrase.needs, Some(Topic::Tls | Topic::Key))
    }
}

/// Whether a call was typed, and none with an identity.
fn is_bare(words: &Words) -> bool {
    let mut bare = false;
    for line in words.lines(usize::MAX) {
        let typed: Vec<&str> = line.map(|at| words.letters(at)).collect();
        let call = CALLS.iter().any(|call| {
            let begins = typed.windows(call.len()).position(|words| words == *call);
            begins.is_some_and(|at| at <= PROMPT)
        });
        if call && typed.contains(&"https") | typed.contains(&"connect") {
            if typed.iter().any(|word| IDENTITY.contains(word)) {
                return false;
            }
            bare = true;
        }
    }
    bare
}
