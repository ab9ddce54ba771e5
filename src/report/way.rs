//! How the way to the TLS handshake is told: the resolver, every address, the proxy, the talk in the clear.

use std::io::{self, Write};

use crate::evidence::{Call, Connection, Direction, Ending, Phase, Resolution, Talk};

/// The lines of a timeline before its first TLS message.
///
/// # Errors
/// What the stream says.
pub fn text(call: &Call, out: &mut dyn Write) -> io::Result<()> {
    resolver(&call.resolution, out)?;
    for attempt in &call.attempts {
        let outcome = match attempt.outcome {
            Connection::Connected => "connected",
            Connection::Refused => "refused",
            Connection::TimedOut => "no answer",
            Connection::Unreachable => "unreachable",
            Connection::Failed => "failed",
            Connection::Abandoned => "no answer yet",
        };
        writeln!(
            out,
            "  {:>8.1} ms  tcp  {} {outcome}",
            attempt.took_ms, attempt.address
        )?;
    }
    if let Some(tunnel) = &call.tunnel {
        if let Some(resolution) = &tunnel.resolution {
            resolver(resolution, out)?;
        }
        if tunnel.talk.is_some() || tunnel.tls_error.is_some() {
            writeln!(
                out,
                "  through the proxy {} to {}",
                tunnel.proxy, tunnel.destination
            )?;
        }
        if let Some(words) = &tunnel.tls_error {
            writeln!(out, "  TLS with the proxy: {words}")?;
        }
        if let Some(said) = &tunnel.talk {
            talk(said, "proxy ← ", out)?;
        }
    }
    if let Some(starttls) = &call.starttls {
        talk(&starttls.talk, "server ←", out)?;
    }
    if let (None, Some(end)) = (&call.tls, call.end) {
        let when = match end.phase {
            Phase::Proxy => "the proxy",
            _ => "the server",
        };
        let words = match end.how {
            Ending::Fin | Ending::CloseNotify => "closed the connection",
            Ending::Reset => "reset the connection",
            Ending::Silence => "said nothing more until the deadline",
            Ending::Alert | Ending::Ours => return Ok(()),
        };
        writeln!(out, "  {:>8.1} ms  end  {when} {words}", call.took_ms)?;
    }
    Ok(())
}

fn resolver(resolution: &Resolution, out: &mut dyn Write) -> io::Result<()> {
    match &resolution.error {
        Some(error) => writeln!(
            out,
            "  {:>8.1} ms  dns  {}",
            resolution.took_ms,
            error.escape_debug()
        ),
        None => Ok(()),
    }
}

/// Lines of one side that follow each other are told by the first of them.
fn talk(talk: &Talk, received: &str, out: &mut dyn Write) -> io::Result<()> {
    for turn in talk
        .lines
        .chunk_by(|one, next| one.direction == next.direction)
    {
        let Some(line) = turn.first() else { continue };
        let who = match line.direction {
            Direction::Sent => "you →   ",
            Direction::Received => received,
        };
        let more = match turn.len() {
            1 => String::new(),
            2 => ", and a line more".to_owned(),
            count => format!(", and {} lines more", count - 1),
        };
        writeln!(
            out,
            "  {:>8.1} ms  {who} {}{more}",
            line.at_ms,
            plain(&line.text)
        )?;
    }
    Ok(())
}

/// Text of a server's, with what a terminal would act on escaped.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|one| match one {
            '"' | '\'' | '\\' => vec![one],
            one => one.escape_debug().collect(),
        })
        .collect()
}
