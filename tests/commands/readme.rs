//! Runs what README.md shows: every command of its `console` blocks, in order, in one folder, its output beside the one shown.
//!
//! - A line that begins with `$ ` is a command (a trailing `\` continues it); what follows up to the next is its output,
//!   standard error included.
//! - In output, `…` stands for anything within a line, and a line of `…` alone for any lines.
//! - A command that does not end with 0 says so: `# exits 1` behind it, or `$ echo $?` as the next one.
//! - `cargo run --release --` is the program under test, `cargo test` and its like are taken as run.
//! - A command that ends in `&` stays until the end; the next one waits until it listens on the ports it names: 8443, 8444,
//!   8445 (free ports here, and those again in the output).
//! - A block that opens with ```` ```console needs=openssl,curl ```` is skipped, aloud, where one of those is missing.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::process::{Held, accepts, free_port};
use crate::support::{Place, Ran, peer};

/// What README.md calls the ports of its servers.
const PORTS: [&str; 3] = ["8443", "8444", "8445"];

#[test]
fn every_command_of_the_readme_prints_what_is_shown() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).expect("README.md");
    let blocks = blocks(&text);
    assert!(!blocks.is_empty(), "README.md shows no command");
    let mut shell = Shell::new();
    let mut wrong = Vec::new();
    for block in blocks {
        if block.needs.iter().all(|need| peer(need)) {
            for step in &block.steps {
                wrong.extend(shell.step(step));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_verdict_table_says_what_the_program_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).expect("README.md");
    for code in fullcert::catalogue::Code::ALL {
        let entry = fullcert::catalogue::entry(*code);
        let side = match entry.culprit {
            fullcert::catalogue::Culprit::None => "–".to_owned(),
            other => other.to_string(),
        };
        let row = format!("| `{code}` | {side} | {} |", entry.meaning);
        assert!(text.contains(&row), "README.md has no line {row}");
    }
}

/// One fenced block.
#[derive(Debug, Default, PartialEq, Eq)]
struct Block {
    needs: Vec<String>,
    steps: Vec<Step>,
}

/// One command and what is shown below it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    line: usize,
    command: String,
    output: String,
    /// The exit code it is said to have; any, where the next command shows it.
    code: Option<i32>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut continued = false;
    for (number, line) in text.lines().enumerate() {
        let Some(block) = &mut open else {
            if let Some(info) = line.strip_prefix("```console") {
                let needs = info.trim().strip_prefix("needs=").unwrap_or_default();
                open = Some(Block {
                    needs: needs
                        .split(',')
                        .filter(|need| !need.is_empty())
                        .map(str::to_owned)
                        .collect(),
                    steps: Vec::new(),
                });
            }
            continue;
        };
        if line == "```" {
            blocks.extend(open.take());
        } else if continued {
            let step = block.steps.last_mut().expect("a command to continue");
            step.command += "\n";
            step.command += line.strip_prefix("> ").unwrap_or(line);
            continued = line.ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ") {
            if let ("echo $?", Some(last)) = (command, block.steps.last_mut()) {
                last.code = None;
            }
            block.steps.push(Step {
                line: number + 1,
                command: command.to_owned(),
                output: String::new(),
                code: Some(exit_code(command)),
            });
            continued = command.ends_with('\\');
        } else {
            let step = block.steps.last_mut();
            let step =
                step.unwrap_or_else(|| panic!("line {}: output before any command", number + 1));
            step.output += line;
            step.output += "\n";
        }
    }
    assert!(open.is_none(), "the last block of README.md is not closed");
    blocks
}

fn exit_code(command: &str) -> i32 {
    let said = command
        .rsplit_once("# exits ")
        .and_then(|(_, code)| code.trim().parse().ok());
    said.unwrap_or(0)
}

/// The folder the commands run in, and what they leave running.
struct Shell {
    place: Place,
    background: Vec<Held>,
    /// The port that stands for each of [`PORTS`].
    ports: [u16; PORTS.len()],
    last: i32,
}

impl Shell {
    fn new() -> Self {
        let place = Place::new();
        let bin = place.path(".bin");
        fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_fullcert"), bin.join("fullcert"))
            .expect("a link");
        Self {
            place,
            background: Vec::new(),
            ports: PORTS.map(|_| free_port()),
            last: 0,
        }
    }

    /// What is wrong, if anything is.
    fn step(&mut self, step: &Step) -> Option<String> {
        let command = step.command.replace("cargo run --release -- ", "fullcert ");
        if taken_as_run(&command) {
            return None;
        }
        let command = PORTS
            .iter()
            .zip(self.ports)
            .fold(command, |command, (shown, port)| {
                command.replace(shown, &port.to_string())
            });
        if let Some(command) = command.trim_end().strip_suffix('&') {
            return self.stay(step, command);
        }
        let ran = self.run(&command);
        self.last = ran.code;
        let output = PORTS
            .iter()
            .zip(self.ports)
            .fold(ran.stdout, |output, (shown, port)| {
                output.replace(&port.to_string(), shown)
            });
        let head = format!("README.md:{}: $ {}", step.line, step.command);
        if output.contains("panicked at") {
            Some(format!("{head}\npanics:\n{output}"))
        } else if step.code.is_some_and(|code| code != ran.code) {
            Some(format!(
                "{head}\nexits {}, and printed:\n{output}",
                ran.code
            ))
        } else if !matches(&step.output, &output) {
            Some(format!(
                "{head}\nshown:\n{}\nprinted:\n{output}",
                step.output
            ))
        } else {
            None
        }
    }

    /// Standard error goes where standard output goes, as on a terminal.
    fn run(&self, command: &str) -> Ran {
        let script = format!("exec 2>&1; (exit {}); {command}", self.last);
        self.place
            .run(self.surround(Command::new("sh").args(["-c", &script])))
    }

    fn stay(&mut self, step: &Step, command: &str) -> Option<String> {
        let log = self
            .place
            .path(format!(".background-{}.log", self.background.len()));
        let mut shell = Command::new("sh");
        let shell = self.surround(shell.args(["-c", &format!("exec {command}")]));
        shell.current_dir(self.place.path(""));
        let mut held = Held::start(shell, &log, "KILL");
        let deadline = Instant::now() + Duration::from_secs(20);
        let named = |port: &u16| command.contains(&port.to_string());
        while !self
            .ports
            .iter()
            .filter(|port| named(port))
            .all(|port| accepts(*port))
        {
            if held.ended().is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(&log).unwrap_or_default();
                return Some(format!(
                    "README.md:{}: $ {}\ndoes not listen:\n{log}",
                    step.line, step.command
                ));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.background.push(held);
        None
    }

    fn surround<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            [self.place.path(".bin")]
                .into_iter()
                .chain(std::env::split_paths(&path)),
        );
        command
            .env("PATH", path.expect("a PATH"))
            .env("HOME", self.place.path(""))
            .env("NO_COLOR", "1")
            .env_remove("RUST_BACKTRACE")
    }
}

/// What a reader does around the program: getting it, building it, and running these tests themselves.
fn taken_as_run(command: &str) -> bool {
    [
        "cargo test",
        "cargo bench",
        "cargo build",
        "cargo install",
        "git clone",
        "cd ",
        ".ci/run",
    ]
    .iter()
    .any(|start| command.starts_with(start))
}

/// Whether what was printed is what is shown.
fn matches(shown: &str, printed: &str) -> bool {
    let shown: Vec<&str> = shown.trim_end().lines().collect();
    let printed: Vec<&str> = printed.trim_end().lines().collect();
    wildcard(&shown, &printed, &"…", &|shown, printed| {
        let shown: Vec<char> = shown.trim_end().chars().collect();
        let printed: Vec<char> = printed.trim_end().chars().collect();
        wildcard(&shown, &printed, &'…', &|a, b| a == b)
    })
}

/// Whether `text` fits `pattern`, in which `any` stands for any run of items.
fn wildcard<T: PartialEq>(
    pattern: &[T],
    text: &[T],
    any: &T,
    same: &dyn Fn(&T, &T) -> bool,
) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while seen < text.len() {
        if pattern.get(at) == Some(any) {
            retry = Some((at, seen));
            at += 1;
        } else if pattern.get(at).is_some_and(|item| same(item, &text[seen])) {
            at += 1;
            seen += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            at = star + 1;
            seen = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|item| item == any)
}

#[test]
fn what_is_shown_may_leave_out_what_varies() {
    assert!(matches("a\nb\n", "a\nb\n"));
    assert!(matches("a …\n…\nz", "a 12\nb\nc\nz\n"));
    assert!(matches("…", "") && matches("…", "a\nb") && matches("", ""));
    assert!(matches("x … y … z", "x 1 y 2 y 3 z"));
    assert!(!matches("a …\nz", "a 12\nb\nz"));
    assert!(!matches("", "a") && !matches("a", "") && !matches("x … y", "x 1 y 2"));
}

#[test]
fn blocks_are_read_as_they_are_meant() {
    let text = "words\n```console\n$ one \\\n>   two\nout\n\n$ three # exits 1\n$ four\n$ echo $?\n2\n```\n\
                ```sh\n$ not this\n```\n```console needs=curl,nginx\n$ five\n```\n";
    let blocks = blocks(text);
    let step = |line, command: &str, output: &str, code| Step {
        line,
        command: command.to_owned(),
        output: output.to_owned(),
        code,
    };
    assert_eq!(
        blocks,
        [
            Block {
                needs: Vec::new(),
                steps: vec![
                    step(3, "one \\\n  two", "out\n\n", Some(0)),
                    step(7, "three # exits 1", "", Some(1)),
                    step(8, "four", "", None),
                    step(9, "echo $?", "2\n", Some(0)),
                ],
            },
            Block {
                needs: vec!["curl".to_owned(), "nginx".to_owned()],
                steps: vec![step(16, "five", "", Some(0))],
            },
        ]
    );
}
