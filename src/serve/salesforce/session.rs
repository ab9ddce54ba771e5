//! Session ids: given at login, taken back at logout, never more than a bounded number.

use std::collections::VecDeque;

use openssl::base64;

use super::ORG;

/// The oldest is forgotten beyond this many.
const MOST: usize = 1000;

#[derive(Default)]
pub(super) struct Sessions(VecDeque<(String, String)>);

impl Sessions {
    /// A new session of `user`.
    pub(super) fn begin(&mut self, user: &str) -> String {
        let mut random = [0; 60];
        // Without randomness the id is still one of its own: it is nobody's secret here.
        let _ = openssl::rand::rand_bytes(&mut random);
        let text: String = base64::encode_block(&random)
            .chars()
            .map(|character| match character {
                '+' => '.',
                '/' => '_',
                other => other,
            })
            .collect();
        let organisation: String = ORG.chars().take(15).collect();
        let id = format!("{organisation}!AQ{text}");
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((id.clone(), user.to_owned()));
        id
    }

    pub(super) fn user(&self, id: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, user)| user.clone())
    }

    pub(super) fn end(&mut self, id: &str) {
        self.0.retain(|(known, _)| known != id);
    }
}
