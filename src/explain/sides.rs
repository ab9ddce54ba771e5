//! Who printed a line: the client or the server.

use crate::catalogue::phrases::{Says, Side};

use super::addresses;
use super::pattern::Hit;

/// The marks by which lines are told apart.
pub(super) struct Sides<'a> {
    /// Line, side, weight; in the order of the lines.
    marks: Vec<(usize, Side, i64)>,
    /// Of every line, which of several programs wrote it, where the text says so.
    writers: Vec<Option<&'a str>>,
}

/// The longest name of a program that writes into a log of several, in bytes.
const MAX_WRITER: usize = 48;

/// How much an address says: less than any words of a program that says who it is.
const ADDRESS: i64 = 40;
/// As many marks in each direction are weighed against each other.
const NEAREST: usize = 64;

impl<'a> Sides<'a> {
    /// From the marks in the text, and from phrases that only one side prints.
    pub(super) fn of(text: &'a str, hits: &[Hit], kept: &[&Hit]) -> Self {
        let marked = hits.iter().filter_map(|hit| match hit.phrase.says {
            Says::By(side) => Some((hit.line, side, i64::from(hit.phrase.weight))),
            _ => None,
        });
        let spoken = kept.iter().filter_map(|hit| {
            Some((
                hit.line,
                hit.phrase.by?,
                i64::from(hit.phrase.weight.min(50)),
            ))
        });
        let called = text
            .lines()
            .enumerate()
            .filter_map(|(line, content)| Some((line, addresses::side(content)?, ADDRESS)));
        let mut marks: Vec<_> = marked.chain(spoken).chain(called).collect();
        marks.sort_by_key(|(line, ..)| *line);
        marks.dedup();
        Self {
            marks,
            writers: text.lines().map(writer).collect(),
        }
    }

    /// Who printed this line, where anything says so, and how many lines away that stands: a mark counts less with
    /// every line between.
    pub(super) fn at(&self, line: usize) -> Option<(Side, usize)> {
        let from = self.marks.partition_point(|(at, ..)| *at < line);
        let before = self.marks[..from].iter().rev().take(NEAREST);
        let after = self.marks[from..].iter().take(NEAREST);
        before
            .chain(after)
            .filter(|(at, ..)| self.may_be_one(*at, line))
            .map(|(at, side, weight)| {
                let distance = at.abs_diff(line);
                let lost = i64::try_from(distance).unwrap_or(i64::MAX);
                (weight.saturating_sub(lost), *side, distance)
            })
            .filter(|(weight, ..)| *weight > 0)
            .max_by_key(|(weight, ..)| *weight)
            .map(|(_, side, distance)| (side, distance))
    }

    /// Whether two lines may be of one program.
    fn may_be_one(&self, first: usize, second: usize) -> bool {
        let of = |line: usize| self.writers.get(line).copied().flatten();
        of(first)
            .zip(of(second))
            .is_none_or(|(first, second)| first == second)
    }
}

/// Who wrote a line of a log of several programs: `broker-1  | …`, as Compose prints it.
fn writer(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(" | ")?;
    let name = name.trim();
    let plain = !name.is_empty() && name.len() <= MAX_WRITER && !name.contains(char::is_whitespace);
    plain.then_some(name)
}
