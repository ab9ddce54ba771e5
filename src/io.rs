//! What a run is given from outside: streams, the terminal, the environment, the prompt and the clock.
//!
//! Nothing below [`crate::run`] touches the process's own; a test hands over its own and may call
//! `run` as often as it likes.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};

use crate::material::Time;
use crate::secret::Secret;

/// The outside world as one run sees it.
pub struct Io<'a> {
    pub stdin: &'a mut dyn Read,
    pub stdout: &'a mut dyn Write,
    pub stderr: &'a mut dyn Write,
    /// Whether each stream is a terminal.
    pub terminal: Terminal,
    /// Looks an environment variable up.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// Asks the person at the terminal for a secret, without echo; `None` where there is nobody to ask.
    pub prompt: &'a mut dyn FnMut(&str) -> io::Result<Option<Secret>>,
}

/// Which of the standard streams are a terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
}

/// The time a run happens at.
pub trait Clock {
    /// The present moment, whole seconds.
    fn now(&self) -> Time;
}

/// The machine's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        Time::now()
    }
}

/// The process's own streams, held so that [`Io`] can borrow them.
pub struct Streams {
    stdin: io::Stdin,
    stdout: io::Stdout,
    stderr: io::Stderr,
    prompt: fn(&str) -> io::Result<Option<Secret>>,
}

impl Streams {
    /// The streams this process was started with.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            stdin: io::stdin(),
            stdout: io::stdout(),
            stderr: io::stderr(),
            prompt: ask,
        }
    }

    /// A view for one run.
    pub fn io(&mut self) -> Io<'_> {
        let terminal = Terminal {
            stdin: self.stdin.is_terminal(),
            stdout: self.stdout.is_terminal(),
            stderr: self.stderr.is_terminal(),
        };
        Io {
            stdin: &mut self.stdin,
            stdout: &mut self.stdout,
            stderr: &mut self.stderr,
            terminal,
            env: &|name| std::env::var_os(name),
            prompt: &mut self.prompt,
        }
    }
}

fn ask(question: &str) -> io::Result<Option<Secret>> {
    // A pipeline without a terminal has nobody to answer: that is not an error, it is an absence.
    if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
        return Ok(None);
    }
    rpassword::prompt_password(question).map(|answer| Some(Secret::new(answer)))
}
