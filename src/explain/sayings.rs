//! The reference page's half: which phrases lead to a code.

use crate::catalogue::Code;
use crate::catalogue::phrases::{
    self, ALERTS, Phrase, REASONS, Says, Side, refused_by_client, refused_by_server,
};

use super::Saying;
use super::faults::refused;
use super::rank::WRAPPER;

pub(super) fn of(code: Code) -> Vec<Saying> {
    let mut found = alerts(code);
    found.extend(reasons(code));
    let phrases = phrases::all();
    found.extend(
        phrases
            .filter(|phrase| phrase.weight >= WRAPPER)
            .map(|phrase| (phrase, Leads::phrase(phrase, code)))
            .filter(|(_, leads)| leads.anybody())
            .map(|(phrase, leads)| Saying {
                program: phrase.program,
                versions: phrase.versions,
                text: plain(phrase.text),
                by: leads.by(),
            }),
    );
    found
}

/// An alert that a program received: by a client from a server, or the other way round.
fn alerts(code: Code) -> Vec<Saying> {
    let mut found = Vec::new();
    for alert in ALERTS {
        let leads = Leads {
            client: refused_by_server(alert.number).first() == Some(&code),
            server: refused_by_client(alert.number).first() == Some(&code),
        };
        if leads.anybody() {
            found.push(Saying {
                program: "TLS",
                versions: "",
                text: format!("alert {} ({})", alert.names[0], alert.number),
                by: leads.by(),
            });
        }
    }
    found
}

/// A reason of OpenSSL's verification.
fn reasons(code: Code) -> Vec<Saying> {
    let mut found = Vec::new();
    for reason in REASONS {
        let leads = Leads::of(|side| refused(reason.fault, side).first() == Some(&code));
        if leads.anybody() {
            found.push(Saying {
                program: "OpenSSL",
                versions: "",
                text: reason.text.to_owned(),
                by: leads.by(),
            });
        }
    }
    found
}

/// Who must print a phrase for it to lead to the code.
struct Leads {
    client: bool,
    server: bool,
}

impl Leads {
    fn of(leads: impl Fn(Side) -> bool) -> Self {
        Self {
            client: leads(Side::Client),
            server: leads(Side::Server),
        }
    }

    fn phrase(phrase: &Phrase, code: Code) -> Self {
        Self::of(|side| {
            phrase.by.is_none_or(|by| by == side)
                && match phrase.says {
                    Says::Is(one) => one == code,
                    Says::OneOf(codes) => codes.first() == Some(&code),
                    Says::Refuses(fault) => refused(fault, side).first() == Some(&code),
                    _ => false,
                }
        })
    }

    fn anybody(&self) -> bool {
        self.client || self.server
    }

    /// The only side, where it is only one.
    fn by(&self) -> Option<Side> {
        match (self.client, self.server) {
            (true, false) => Some(Side::Client),
            (false, true) => Some(Side::Server),
            _ => None,
        }
    }
}

/// The phrase as a person reads it: without the marks of its notation.
fn plain(text: &str) -> String {
    text.split_whitespace()
        .filter(|piece| *piece != "|")
        .map(|piece| if piece == "*" { "…" } else { piece })
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" :", ":")
        .replace(" ,", ",")
}
