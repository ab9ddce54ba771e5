//! SMTP (RFC 5321, RFC 3207).

use std::net::IpAddr;

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::codes::{self, Coded};
use super::{Answer, Scene, login, reply};

pub(super) fn begin(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Answer, Stop> {
    let greeting = codes::read(talk)?;
    if greeting.code != 220 {
        return Ok(Answer::Refused(greeting.text));
    }
    let hello = hello(talk, scene)?;
    if hello.code != 250 {
        return Ok(Answer::Refused(hello.text));
    }
    // Where it is not offered the server says so itself, and better.
    talk.say("STARTTLS")?;
    let answer = codes::read(talk)?;
    Ok(match answer.code {
        220 => Answer::Agreed,
        _ => Answer::Refused(answer.text),
    })
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    if scene.greets {
        let greeting = codes::read(talk)?;
        if greeting.code != 220 {
            return Ok(told(&greeting));
        }
    }
    let hello = hello(talk, scene)?;
    let mut answer = told(&hello);
    if answer.stance == Stance::Accepts {
        if scene.asked && offers_plain(&hello.text) {
            answer = login(Dialect::Smtp, begin_login(talk)).unwrap_or(answer);
        }
        // Whatever becomes of the goodbye, the answer stands.
        let _ = talk.say("QUIT");
    }
    Ok(answer)
}

fn offers_plain(hello: &str) -> bool {
    let words = hello.to_ascii_uppercase();
    let mut words = words.split([' ', '=']);
    words.any(|word| word == "AUTH") && words.any(|word| word == "PLAIN")
}

/// Begins a login and calls it off before any name is said: a certificate may be judged only now.
fn begin_login(talk: &mut Talk<'_>) -> Result<Reply, Stop> {
    talk.say("AUTH PLAIN")?;
    let answer = codes::read(talk)?;
    let stance = if answer.code == 334 {
        talk.say("*")?;
        codes::read(talk)?;
        Stance::AsksForPassword
    } else {
        Stance::RefusesLogin
    };
    Ok(Reply {
        stance,
        ..told(&answer)
    })
}

fn hello(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Coded, Stop> {
    // A client without a name gives its address (RFC 5321, section 4.1.4).
    let here = match scene.here.map(|here| here.ip()) {
        Some(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Some(IpAddr::V4(address)) => format!("[{address}]"),
        None => "[127.0.0.1]".to_owned(),
    };
    talk.say(&format!("EHLO {here}"))?;
    codes::read(talk)
}

fn told(answer: &Coded) -> Reply {
    let stance = if (200..400).contains(&answer.code) {
        Stance::Accepts
    } else {
        Stance::Refuses
    };
    reply(Dialect::Smtp, answer.code.to_string(), &answer.text, stance)
}
