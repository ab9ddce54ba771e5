//! IMAP (RFC 9051).

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, login, reply};

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let greeting = untagged(talk)?;
    if !matches!(state(&greeting), "OK" | "PREAUTH") {
        return Ok(Answer::Refused(greeting));
    }
    let (answer, _) = command(talk, "a1", "STARTTLS")?;
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
    let (answer, before) = command(talk, "a2", "CAPABILITY")?;
    let mut answer = told(&answer);
    if answer.stance == Stance::Accepts {
        if scene.asked && before.to_ascii_uppercase().contains("AUTH=PLAIN") {
            answer = login(Dialect::Imap, begin_login(talk)).unwrap_or(answer);
        }
        let _ = talk.say("a4 LOGOUT");
    }
    Ok(answer)
}

/// Begins a login and calls it off before any name is said: a certificate may be judged only now.
fn begin_login(talk: &mut Talk<'_>) -> Result<Reply, Stop> {
    let (answer, _) = command(talk, "a3", "AUTHENTICATE PLAIN")?;
    if answer.starts_with('+') {
        talk.say("*")?;
        talk.line()?;
        return Ok(Reply {
            stance: Stance::AsksForPassword,
            ..told(&answer)
        });
    }
    Ok(Reply {
        stance: Stance::RefusesLogin,
        ..told(&answer)
    })
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

/// Says a command and reads on to its answer, a goodbye, or a question; with what was said before that.
fn command(talk: &mut Talk<'_>, tag: &str, command: &str) -> Result<(String, String), Stop> {
    talk.say(&format!("{tag} {command}"))?;
    let mut before = String::new();
    loop {
        let line = talk.line()?;
        let mut words = line.split(' ');
        match words.next() {
            Some("*") if state(&line) == "BYE" => return Ok((line, before)),
            Some("*") => before.push_str(&line),
            Some("+") => return Ok((line, before)),
            Some(first) if first == tag => return Ok((line, before)),
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
