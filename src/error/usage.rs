//! A command line that parses but cannot be meant.

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    #[error("{what}")]
    Invalid { what: String, hint: Option<String> },
}

impl UsageError {
    /// `what` names the flag and its value; `hint` says what would be accepted.
    #[must_use]
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.into(),
            hint: Some(hint.into()),
        }
    }
}

impl Hint for UsageError {
    fn hint(&self) -> Option<String> {
        let Self::Invalid { hint, .. } = self;
        hint.clone()
    }
}
