//! Which error wraps which: an exception printed before its cause says less than the cause does.

use std::ops::Range;

use super::pattern::Hit;
use super::rank::WRAPPER;

/// How a cause begins that is printed after what it caused.
const MARKS: &[&str] = &[
    "caused by:",
    "caused by ",
    "---> ",
    "cause: ",
    "root cause:",
    "inner exception",
];
/// How lines go on that belong to the error before them.
const FRAMES: &[&str] = &["at ", "... ", "--- end of", "suppressed:", "in ", "from "];
/// The most lines of frames between an error and its cause.
const MAX_FRAMES: usize = 200;

/// The lines whose error has a cause further down that says something.
pub(super) struct Causes {
    wrapped: Vec<Range<usize>>,
}

impl Causes {
    pub(super) fn of(text: &str, kept: &[&Hit]) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let telling: Vec<usize> = kept
            .iter()
            .filter(|hit| hit.phrase.weight >= WRAPPER)
            .map(|hit| hit.line)
            .collect();
        let mut wrapped = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let end = end_of_chain(&lines, at);
            let deepest = (at + 1..=end)
                .rev()
                .find(|line| is_cause(lines[*line]) && telling.contains(line));
            if let Some(deepest) = deepest {
                wrapped.push(at..deepest);
            }
            at = end + 1;
        }
        Self { wrapped }
    }

    /// Whether a cause that says something follows what this line says.
    pub(super) fn follow(&self, line: usize) -> bool {
        self.wrapped.iter().any(|lines| lines.contains(&line))
    }
}

/// The last line of the error that begins here, its causes included.
fn end_of_chain(lines: &[&str], start: usize) -> usize {
    let mut end = start;
    let mut frames = 0;
    for (number, line) in lines.iter().enumerate().skip(start + 1) {
        if is_cause(line) {
            end = number;
            frames = 0;
        } else if frames < MAX_FRAMES && is_frame(line) {
            frames += 1;
        } else {
            break;
        }
    }
    end
}

fn is_cause(line: &str) -> bool {
    begins(line, MARKS)
}

fn is_frame(line: &str) -> bool {
    line.trim().is_empty() || begins(line, FRAMES)
}

/// Whether the line begins with one of these, whatever its case.
fn begins(line: &str, words: &[&str]) -> bool {
    let line = line.trim_start().as_bytes();
    words.iter().any(|word| {
        line.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    })
}
