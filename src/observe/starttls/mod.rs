//! The protocols in which TLS is asked for: asking, and the first question once TLS stands.
//!
//! A dialect's file says how it is done; nothing here decides what an answer means for a certificate.

mod codes;
mod ftp;
mod imap;
mod ldap;
mod mysql;
mod pop3;
mod postgres;
mod secure;
mod smtp;
mod xmpp;

use std::net::SocketAddr;

use crate::evidence::{Call, Dialect, Direction, End, Ending, Outcome, Reply, Stance, User};

use super::Plan;
use super::talk::{Stop, Talk, bounded};
use super::tls::Session;

use secure::Secure;

/// The code of a reply that was none.
const CLOSED: &str = "closed";

/// What a conversation needs to know of its ends.
pub(super) struct Scene<'a> {
    /// The name the server is called by.
    pub(super) name: &'a str,
    /// This end, as SMTP wants it said.
    pub(super) here: Option<SocketAddr>,
    /// Who asks a database to be let in.
    pub(super) user: Option<&'a User>,
    pub(super) database: Option<&'a str>,
    /// TLS was spoken at once: a server that greets has not greeted yet.
    pub(super) greets: bool,
    /// A certificate was asked for, which may be judged only when somebody logs in.
    pub(super) asked: bool,
}

impl<'a> Scene<'a> {
    pub(super) fn of(plan: &'a Plan<'_>, here: Option<SocketAddr>, greets: bool) -> Self {
        Self {
            name: plan.endpoint.sni().unwrap_or(plan.endpoint.name()),
            here,
            user: plan.user.as_ref(),
            database: plan.endpoint.database(),
            greets,
            asked: false,
        }
    }
}

/// What became of asking for TLS.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Agreed,
    /// With the words that said so.
    Refused(String),
}

/// Asks for TLS.
pub(super) fn begin(
    dialect: Dialect,
    talk: &mut Talk<'_>,
    scene: &Scene<'_>,
) -> Result<Answer, Stop> {
    match dialect {
        Dialect::Smtp => smtp::begin(talk, scene),
        Dialect::Imap => imap::begin(talk),
        Dialect::Pop3 => pop3::begin(talk),
        Dialect::Ftp => ftp::begin(talk),
        Dialect::Ldap => ldap::begin(talk),
        Dialect::Postgres => postgres::begin(talk),
        Dialect::Mysql => mysql::begin(talk),
        Dialect::Xmpp => xmpp::begin(talk, scene),
    }
}

/// Goes on within TLS where no HTTP is spoken: a protocol that is known is asked something, and of others what was
/// overheard is all there is. `ended` is how the connection stood before, and what is returned how it stands now.
pub(super) fn go_on(
    plan: &Plan<'_>,
    session: &mut Session,
    ended: Option<End>,
    call: &mut Call,
) -> Option<End> {
    let Some(dialect) = plan.endpoint.dialect else {
        call.reply = overheard(session.overheard());
        return ended;
    };
    if ended.is_some() && session.overheard().is_empty() {
        return ended;
    }
    let agreed = call
        .starttls
        .as_ref()
        .is_some_and(|asked| asked.talk.outcome == Outcome::Agreed);
    let scene = Scene {
        asked: session.was_asked(),
        ..Scene::of(plan, session.local(), dialect.greets() && !agreed)
    };
    let mut secure = Secure::new(session);
    let answer = ask(dialect, &mut Talk::with(&mut secure), &scene);
    let later = secure.end();
    match answer {
        Ok(reply) => {
            call.reply = Some(reply);
            None
        }
        Err(Stop::Foreign(words)) => {
            session.note(
                Direction::Received,
                format!("not {}: {}", dialect.title(), bounded(&words)),
            );
            call.reply = overheard(words.as_bytes());
            ended
        }
        Err(_) => ended.or(later),
    }
}

/// Asks something harmless within TLS, so that a server that refuses a certificate in its own words can do so.
fn ask(dialect: Dialect, talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    match dialect {
        Dialect::Smtp => smtp::ask(talk, scene),
        Dialect::Imap => imap::ask(talk, scene),
        Dialect::Pop3 => pop3::ask(talk, scene),
        Dialect::Ftp => ftp::ask(talk, scene),
        Dialect::Ldap => ldap::ask(talk),
        Dialect::Postgres => postgres::ask(talk, scene),
        Dialect::Mysql => mysql::ask(talk, scene),
        Dialect::Xmpp => xmpp::ask(talk, scene),
    }
}

/// What a server said of its own accord on a connection that nobody asked anything on.
pub(super) fn overheard(bytes: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(400))?).into_owned();
    let line = text.lines().next()?.trim();
    let code = match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["*", state, ..] => *state,
        [code, ..] => code,
        [] => return None,
    };
    let refuses = matches!(code, "BYE" | "-ERR" | "NO" | "BAD")
        || code.len() == 3 && code.starts_with(['4', '5']) && codes::number(code).is_some();
    Some(Reply {
        dialect: None,
        code: bounded(code),
        text: bounded(line),
        routine: None,
        stance: if refuses {
            Stance::Refuses
        } else {
            Stance::Accepts
        },
        user: None,
    })
}

/// What beginning a login brought; a connection that ends then has been ended for it.
fn login(dialect: Dialect, begun: Result<Reply, Stop>) -> Option<Reply> {
    match begun {
        Ok(reply) => Some(reply),
        Err(Stop::End(Ending::Fin | Ending::Reset | Ending::CloseNotify)) => Some(reply(
            dialect,
            CLOSED,
            "(it closed the connection when a login was begun)",
            Stance::RefusesLogin,
        )),
        Err(_) => None,
    }
}

/// A reply without anything special.
fn reply(dialect: Dialect, code: impl Into<String>, text: &str, stance: Stance) -> Reply {
    Reply {
        dialect: Some(dialect),
        code: code.into(),
        text: bounded(text),
        routine: None,
        stance,
        user: None,
    }
}
