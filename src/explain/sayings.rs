//! The reference page's half: which phrases lead to a code.

use crate::catalogue::Code;
use crate::catalogue::phrases::{
    ALERTS, Phrase, REASONS, Says, Side, TABLES, refused_by_client, refused_by_server,
};

use super::Saying;
use super::rank::{WRAPPER, refused};

const SIDES: [Side; 2] = [Side::Client, Side::Server];

pub(super) fn of(code: Code) -> Vec<Saying> {
    let mut found = alerts(code);
    found.extend(reasons(code));
    let phrases = TABLES.iter().copied().flatten();
    found.extend(
        phrases
            .filter(|phrase| phrase.weight >= WRAPPER)
            .filter_map(|phrase| {
                Some(Saying {
                    program: phrase.program,
                    versions: phrase.versions,
                    text: plain(phrase.text),
                    by: speaker(phrase, code)?,
                })
            }),
    );
    found
}

/// An alert that a program received: by a client from a server, or the other way round.
fn alerts(code: Code) -> Vec<Saying> {
    let mut found = Vec::new();
    for alert in ALERTS {
        let client = refused_by_server(alert.number).first() == Some(&code);
        let server = refused_by_client(alert.number).first() == Some(&code);
        if let Some(by) = one_side(client, server) {
            found.push(Saying {
                program: "TLS",
                versions: "",
                text: format!("alert {} ({})", alert.names[0], alert.number),
                by,
            });
        }
    }
    found
}

/// A reason of OpenSSL's verification.
fn reasons(code: Code) -> Vec<Saying> {
    let mut found = Vec::new();
    for reason in REASONS {
        let [client, server] = SIDES.map(|side| refused(reason.fault, side).first() == Some(&code));
        if let Some(by) = one_side(client, server) {
            found.push(Saying {
                program: "OpenSSL",
                versions: "",
                text: reason.text.to_owned(),
                by,
            });
        }
    }
    found
}

/// Whether the phrase leads to the code, and printed by whom.
fn speaker(phrase: &Phrase, code: Code) -> Option<Option<Side>> {
    let leads = |side| match phrase.says {
        Says::Is(one) => one == code,
        Says::OneOf(codes) => codes.first() == Some(&code),
        Says::Refuses(fault) => refused(fault, side).first() == Some(&code),
        _ => false,
    };
    match phrase.by {
        Some(side) => leads(side).then_some(Some(side)),
        None => one_side(leads(Side::Client), leads(Side::Server)),
    }
}

fn one_side(client: bool, server: bool) -> Option<Option<Side>> {
    match (client, server) {
        (true, true) => Some(None),
        (true, false) => Some(Some(Side::Client)),
        (false, true) => Some(Some(Side::Server)),
        (false, false) => None,
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
