//! What every test needs: a folder of its own, the program under test, and the outside judges.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod process;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary folder in which the program under test and its judges run.
pub struct Place {
    dir: tempfile::TempDir,
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("writing a fixture");
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// Runs the program under test here, with nothing on standard input and no terminal.
    pub fn fullcert<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        self.run(program().args(args))
    }

    /// As [`Place::fullcert`], and it must end with exit code 0.
    pub fn ok<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        let ran = self.fullcert(args);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran
    }

    /// A command line as a person would type it (words split at spaces, `'…'` kept whole).
    pub fn line(&self, line: &str) -> Ran {
        self.fullcert(words(line))
    }

    /// Runs any command here.
    pub fn run(&self, command: &mut Command) -> Ran {
        let output: Output = command
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .env("NO_COLOR", "1")
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs an outside judge given as one line, and it must succeed.
    pub fn judge(&self, line: &str) -> Ran {
        let words = words(line);
        let ran = self.run(Command::new(&words[0]).args(&words[1..]));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        ran
    }
}

/// The program under test, without a proxy that happens to be set here.
pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fullcert"));
    for name in ["https_proxy", "all_proxy", "no_proxy"] {
        program.env_remove(name).env_remove(name.to_uppercase());
    }
    program
}

/// Splits a line at spaces, keeping what stands between single quotes whole.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Whether an outside program is here. Says so aloud where it is not, and fails where it must be
/// (`FULLCERT_REQUIRE_PEERS=1`).
///
/// ```ignore
/// if !peer("nginx") { return; }
/// ```
pub fn peer(program: &str) -> bool {
    there(find(program).is_some(), program)
}

/// As [`peer`], for a module of Python's.
pub fn peer_module(module: &str) -> bool {
    let imported = Command::new("python3")
        .args(["-c", &format!("import {module}")])
        .stderr(Stdio::null())
        .status();
    there(
        imported.is_ok_and(|status| status.success()),
        &format!("python3's {module}"),
    )
}

fn there(found: bool, program: &str) -> bool {
    if found {
        return true;
    }
    assert!(
        std::env::var_os("FULLCERT_REQUIRE_PEERS").is_none_or(|value| value != "1"),
        "{program} is not installed, and FULLCERT_REQUIRE_PEERS=1 forbids skipping"
    );
    // Past the test harness's capture, so that a skipped test is seen without --nocapture.
    let _ = writeln!(std::io::stderr(), "skipped: {program} is not installed");
    false
}

/// Where a program is: on the PATH, where Debian keeps its daemons, or where it keeps its databases.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let databases = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .chain(
            databases
                .flatten()
                .map(|version| version.path().join("bin")),
        )
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
