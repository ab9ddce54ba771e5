//! What the whole text says about itself: its subject, how far the handshake came, how much speaks against an answer.

use crate::catalogue::phrases::{Says, Topic};

use super::pattern::Hit;

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
}

impl Setting {
    pub(super) fn of(hits: &[Hit], length: usize) -> Self {
        let mut setting = Self {
            topics: Vec::new(),
            length,
            asked: false,
            before_certificates: false,
            elsewhere: 0,
            may_guess: true,
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
