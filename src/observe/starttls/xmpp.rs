//! XMPP (RFC 6120), as far as its stream features.

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, reply};

pub(super) fn begin(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Answer, Stop> {
    match open(talk, scene)? {
        Opened::Error(condition) => {
            return Ok(Answer::Refused(format!("stream error: {condition}")));
        }
        Opened::Features(features) if !features.starttls => {
            return Ok(Answer::Refused(
                "its stream features are without starttls".to_owned(),
            ));
        }
        Opened::Features(_) => {}
    }
    let request = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    talk.send(request.as_bytes(), request)?;
    let answer = talk.tag()?;
    talk.heard(&answer);
    Ok(match Tag::read(&answer).name {
        "proceed" => Answer::Agreed,
        _ => Answer::Refused(answer),
    })
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    Ok(match open(talk, scene)? {
        Opened::Error(condition) => reply(
            Dialect::Xmpp,
            condition.clone(),
            &format!("stream error: {condition}"),
            Stance::Refuses,
        ),
        Opened::Features(features) => {
            let goodbye = "</stream:stream>";
            let _ = talk.send(goodbye.as_bytes(), goodbye);
            let mechanisms = features.mechanisms.join(" ");
            reply(
                Dialect::Xmpp,
                "features",
                &format!("stream features with the mechanisms: {mechanisms}"),
                Stance::Accepts,
            )
        }
    })
}

enum Opened {
    Features(Features),
    /// The defined condition (RFC 6120, section 4.9.3).
    Error(String),
}

#[derive(Default)]
struct Features {
    starttls: bool,
    mechanisms: Vec<String>,
}

/// Opens a stream and reads what the server offers on it.
fn open(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Opened, Stop> {
    let header = format!(
        "<?xml version='1.0'?><stream:stream to='{}' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
        scene.name.replace(['&', '<', '\''], "")
    );
    talk.send(header.as_bytes(), &header)?;
    let mut features = Features::default();
    let mut failing = false;
    loop {
        let piece = talk.tag()?;
        let Some(at) = piece.find('<') else {
            talk.heard(&piece);
            return Err(Stop::Foreign(piece));
        };
        let (before, markup) = piece.split_at(at);
        let tag = Tag::read(markup);
        match (tag.closes, tag.name) {
            (false, condition) if failing => {
                talk.heard(&format!("stream error: {condition}"));
                return Ok(Opened::Error(condition.to_owned()));
            }
            (false, "error") => failing = true,
            (false, "stream") => talk.heard(&piece),
            (false, "starttls") => features.starttls = true,
            (true, "mechanism") => features.mechanisms.push(before.trim().to_owned()),
            (true, "features") => return Ok(opened(talk, features)),
            (false, "features") if markup.ends_with("/>") => {
                return Ok(opened(talk, features));
            }
            (true, "stream" | "error") => return Ok(Opened::Error("closed".to_owned())),
            // Another protocol in angle brackets.
            (false, "html" | "!DOCTYPE" | "!doctype") => {
                talk.heard(&piece);
                return Err(Stop::Foreign(piece));
            }
            _ => {}
        }
    }
}

fn opened(talk: &mut Talk<'_>, features: Features) -> Opened {
    let starttls = if features.starttls { " starttls" } else { "" };
    talk.heard(&format!(
        "stream features:{starttls} {}",
        features.mechanisms.join(" ")
    ));
    Opened::Features(features)
}

/// A tag, as much of it as matters.
struct Tag<'a> {
    closes: bool,
    /// Without its prefix.
    name: &'a str,
}

impl<'a> Tag<'a> {
    fn read(markup: &'a str) -> Self {
        let inner = markup.trim_start_matches('<').trim_end_matches(['/', '>']);
        let (closes, inner) = match inner.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inner),
        };
        let full = inner.split_whitespace().next().unwrap_or_default();
        Self {
            closes,
            name: full.rsplit(':').next().unwrap_or_default(),
        }
    }
}
