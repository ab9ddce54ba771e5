//! `fullcert explain`

use std::io::{self, Read};

use crate::catalogue::Code;
use crate::cli::Format;
use crate::cli::explain::Explain;
use crate::error::{Error, UsageError};
use crate::explain::{self, MAX_BYTES};
use crate::report;

use super::{Context, Outcome};

/// As many pairs of bytes tell how a text is encoded.
const PROBED: usize = 2048;

pub fn run(args: &Explain, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let json = context.global.format == Format::Json;
    if args.list {
        report::explain::list(json, context.io.stdout)?;
        return Ok(Outcome::Fine);
    }
    let text = match args.text.as_slice() {
        [] if context.io.terminal.stdin => {
            return Err(UsageError::new(
                "there is no text to explain",
                "quote it, fullcert explain 'TEXT', or pipe it in: curl -v … 2>&1 | fullcert explain -",
            )
            .into());
        }
        [] => text_of(&end_of(context.io.stdin)?),
        [dash] if dash == "-" => text_of(&end_of(context.io.stdin)?),
        words => words.join(" "),
    };
    let stdout = &mut *context.io.stdout;
    if let Ok(code) = text.trim().parse::<Code>() {
        report::explain::page(code, json, stdout)?;
        return Ok(Outcome::Fine);
    }
    let explanation = explain::explain(&text);
    if json {
        report::explain::json(&explanation, stdout)?;
    } else {
        report::explain::text(&explanation, stdout)?;
    }
    Ok(if explanation.candidates.is_empty() {
        Outcome::Finding
    } else {
        Outcome::Fine
    })
}

/// The end of a stream of any length.
fn end_of(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = match stream.read(&mut chunk) {
            Ok(0) => return Ok(kept),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        kept.extend(chunk.iter().take(read));
        if kept.len() > 4 * MAX_BYTES {
            kept.drain(..kept.len() - 2 * MAX_BYTES);
        }
    }
}

/// PowerShell pipes UTF-16, with its mark in front or without.
fn text_of(bytes: &[u8]) -> String {
    let (unit, start): (fn([u8; 2]) -> u16, usize) = match bytes {
        [0xFF, 0xFE, ..] => (u16::from_le_bytes, 2),
        [0xFE, 0xFF, ..] => (u16::from_be_bytes, 2),
        _ => match zeros(bytes) {
            (true, false) => (u16::from_be_bytes, 0),
            (false, true) => (u16::from_le_bytes, 0),
            _ => return String::from_utf8_lossy(bytes).into_owned(),
        },
    };
    let units = bytes.get(start..).unwrap_or_default().chunks_exact(2);
    let units: Vec<u16> = units.map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Whether most bytes in even places are zero, and most in odd ones.
fn zeros(bytes: &[u8]) -> (bool, bool) {
    let pairs = bytes.chunks_exact(2).take(PROBED);
    let all = pairs.len();
    let (even, odd) = pairs.fold((0, 0), |(even, odd), pair| {
        (
            even + usize::from(pair[0] == 0),
            odd + usize::from(pair[1] == 0),
        )
    });
    (even * 2 > all, odd * 2 > all)
}
