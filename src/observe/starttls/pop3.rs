//! POP3 (RFC 1939, RFC 2449, RFC 2595).

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, reply};

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
        let _ = talk.say("QUIT");
        return Ok(told(&answer));
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
