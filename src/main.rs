//! Owns the exit code, and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut streams = fullcert::io::Streams::standard();
    ExitCode::from(fullcert::run(
        std::env::args_os(),
        &mut streams.io(),
        &fullcert::io::SystemClock,
    ))
}
