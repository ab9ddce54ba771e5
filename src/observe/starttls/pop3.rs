//! POP3 (RFC 1939, RFC 2449, RFC 2595).

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, login, reply};

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let greeting = status(talk)?;
    if !is_ok(&greeting) {
        return Ok(Answer::Refused(greeting));
    }
    talk.say("STLS")?;
    let answer = status(talk)?;
    Ok(if is_ok(&answer) {
        Answer::Agreed
    } else {
        Answer::Refused(answer)
    })
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    if scene.greets {
        let greeting = status(talk)?;
        if !is_ok(&greeting) {
            return Ok(told(&greeting));
        }
    }
    talk.say("CAPA")?;
    let answer = status(talk)?;
    if is_ok(&answer) {
        let mut answer = told(&answer);
        if scene.asked && offers_plain(talk)? {
            answer = login(Dialect::Pop3, begin_login(talk)).unwrap_or(answer);
        }
        let _ = talk.say("QUIT");
        return Ok(answer);
    }
    // A server that does not know CAPA goes on; one that refuses us does not.
    let alive = talk
        .say("QUIT")
        .and_then(|()| status(talk))
        .is_ok_and(|line| is_ok(&line));
    Ok(Reply {
        stance: if alive {
            Stance::Accepts
        } else {
            Stance::Refuses
        },
        ..told(&answer)
    })
}

/// Reads the list of capabilities, up to its dot.
fn offers_plain(talk: &mut Talk<'_>) -> Result<bool, Stop> {
    let mut offers = false;
    loop {
        let line = talk.line()?.to_ascii_uppercase();
        if line == "." {
            return Ok(offers);
        }
        let mut words = line.split(' ');
        offers |= words.next() == Some("SASL") && words.any(|word| word == "PLAIN");
    }
}

/// Begins a login and calls it off before any name is said: a certificate may be judged only now.
fn begin_login(talk: &mut Talk<'_>) -> Result<Reply, Stop> {
    talk.say("AUTH PLAIN")?;
    let answer = talk.line()?;
    let stance = if answer.starts_with("+ ") {
        talk.say("*")?;
        talk.line()?;
        Stance::AsksForPassword
    } else {
        Stance::RefusesLogin
    };
    let code = answer.split(' ').next().unwrap_or_default();
    Ok(reply(Dialect::Pop3, code, &answer, stance))
}

fn status(talk: &mut Talk<'_>) -> Result<String, Stop> {
    let line = talk.line()?;
    if is_ok(&line) || line.starts_with("-ERR") {
        Ok(line)
    } else {
        Err(Stop::Foreign(line))
    }
}

fn is_ok(line: &str) -> bool {
    line.starts_with("+OK")
}

fn told(line: &str) -> Reply {
    let (code, stance) = if is_ok(line) {
        ("+OK", Stance::Accepts)
    } else {
        ("-ERR", Stance::Refuses)
    };
    reply(Dialect::Pop3, code, line, stance)
}
