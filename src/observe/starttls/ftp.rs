//! FTP (RFC 959, RFC 4217).

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::codes::{self, Coded};
use super::{Answer, Scene, reply};

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let greeting = greeting(talk)?;
    if greeting.code != 220 {
        return Ok(Answer::Refused(greeting.text));
    }
    talk.say("AUTH TLS")?;
    let answer = codes::read(talk)?;
    Ok(match answer.code {
        234 => Answer::Agreed,
        _ => Answer::Refused(answer.text),
    })
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    if scene.greets {
        let greeting = greeting(talk)?;
        if greeting.code != 220 {
            return Ok(told(&greeting));
        }
    }
    talk.say("PBSZ 0")?;
    let answer = codes::read(talk)?;
    let told = told(&answer);
    if told.stance == Stance::Accepts {
        let _ = talk.say("QUIT");
    }
    Ok(told)
}

/// 120 asks for patience.
fn greeting(talk: &mut Talk<'_>) -> Result<Coded, Stop> {
    let mut greeting = codes::read(talk)?;
    while greeting.code == 120 {
        greeting = codes::read(talk)?;
    }
    Ok(greeting)
}

fn told(answer: &Coded) -> Reply {
    // Before a login many commands are turned down as a matter of course; that the server says so is enough.
    let about_us = answer.code == 421 || answer.text.to_ascii_lowercase().contains("certificate");
    let stance = if about_us && answer.code >= 400 {
        Stance::Refuses
    } else {
        Stance::Accepts
    };
    reply(Dialect::Ftp, answer.code.to_string(), &answer.text, stance)
}
