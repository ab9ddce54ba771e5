//! IMAP (RFC 9051).

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, reply};

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let greeting = untagged(talk)?;
    if !matches!(state(&greeting), "OK" | "PREAUTH") {
        return Ok(Answer::Refused(greeting));
    }
    let answer = command(talk, "a1", "STARTTLS")?;
    Ok(match state(&answer) {
        "OK" => Answer::Agreed,
        _ => Answer::Refused(answer),
    })
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    if scene.greets {
        let greeting = untagged(talk)?;
        if !matches!(state(&greeting), "OK" | "PREAUTH") {
            return Ok(told(&greeting));
        }
    }
    let answer = told(&command(talk, "a2", "CAPABILITY")?);
    if answer.stance == Stance::Accepts {
        let _ = talk.say("a3 LOGOUT");
    }
    Ok(answer)
}

/// A line as a server begins one of its own accord.
fn untagged(talk: &mut Talk<'_>) -> Result<String, Stop> {
    let line = talk.line()?;
    if matches!(state(&line), "OK" | "PREAUTH" | "BYE") && line.starts_with("* ") {
        Ok(line)
    } else {
        Err(Stop::Foreign(line))
    }
}

/// Says a command and reads on to its answer, or to a goodbye.
fn command(talk: &mut Talk<'_>, tag: &str, command: &str) -> Result<String, Stop> {
    talk.say(&format!("{tag} {command}"))?;
    loop {
        let line = talk.line()?;
        let mut words = line.split(' ');
        match words.next() {
            Some("*") if state(&line) == "BYE" => return Ok(line),
            Some("*" | "+") => {}
            Some(first) if first == tag => return Ok(line),
            _ => return Err(Stop::Foreign(line)),
        }
    }
}

/// The second word: `OK`, `NO`, `BAD`, `BYE`, …
fn state(line: &str) -> &str {
    line.split(' ').nth(1).unwrap_or_default()
}

fn told(line: &str) -> Reply {
    let stance = match state(line) {
        "OK" | "PREAUTH" => Stance::Accepts,
        _ => Stance::Refuses,
    };
    reply(Dialect::Imap, state(line), line, stance)
}
