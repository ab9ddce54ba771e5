//! Finds the way from a certificate up to somebody who is trusted.
//!
//! A best-first search: paths grow from the leaf, the one with the fewest flaws and then the fewest certificates
//! first, and each certificate is settled a fixed number of times, so that sixty CAs that all signed each other
//! are no more work than their signatures.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::material::{Certificate, Name, Time};

use super::flaw::{self, Flaw};
use super::path::{Aim, End, Gap, Path};
use super::pile::{KeyIds, Pile, key_ids};

/// The most certificates on a path, as OpenSSL has it.
const MAX_LENGTH: usize = 100;

/// The most steps of a search for several paths; a mesh without an end has more of them than anybody looks at.
const MAX_STEPS: usize = 250_000;

/// Where a search may stop, the most wanted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Trusted,
    SelfSigned,
}

/// A path under way: its last certificate, and how it came there.
struct Step {
    node: usize,
    from: Option<usize>,
    length: usize,
    /// CAs that are not self-issued, this one included: what a path length constraint above counts.
    below: usize,
    /// When the first of its issuers ends.
    ends: Time,
}

/// Flaws, certificates, key identifiers that disagree, and the first end, up to somewhere.
type Rank = (usize, usize, usize, Reverse<Time>);

/// Fewest flaws, then shortest, then key identifiers that agree, then longest valid; the digest makes it the same
/// whatever order the pile came in.
type Cost<'a> = (usize, usize, usize, Reverse<Time>, &'a str, usize);

/// The best path from `leaf`: complete before incomplete, then as valid and as short as can be.
#[must_use]
pub fn best(leaf: &Certificate, pile: &Pile, aim: &Aim<'_>) -> Path {
    let mut search = Search::new(pile, aim);
    let Some(start) = pile.find(leaf) else {
        return search.gap_at_leaf(leaf);
    };
    for goal in [Goal::Trusted, Goal::SelfSigned] {
        if let Some(step) = search.run(start, goal, 1).first() {
            return search.path(*step, Some(goal));
        }
    }
    search.path(search.furthest(), None)
}

/// Every complete path in order of preference, `limit` at the most; the best incomplete one where there is none.
#[must_use]
pub fn all(leaf: &Certificate, pile: &Pile, aim: &Aim<'_>, limit: usize) -> Vec<Path> {
    let mut search = Search::new(pile, aim);
    let Some(start) = pile.find(leaf) else {
        return vec![search.gap_at_leaf(leaf)];
    };
    for goal in [Goal::Trusted, Goal::SelfSigned] {
        // Whether there is a path at all takes one look at each certificate.
        if search.run(start, goal, 1).is_empty() {
            continue;
        }
        return search
            .run(start, goal, limit)
            .into_iter()
            .map(|step| search.path(step, Some(goal)))
            .collect();
    }
    vec![search.path(search.furthest(), None)]
}

/// Every path there is, `limit` at the most, those to whom nobody said to lead behind the others; for showing.
#[must_use]
pub fn found(leaf: &Certificate, pile: &Pile, aim: &Aim<'_>, limit: usize) -> Vec<Path> {
    let mut paths = all(leaf, pile, aim, limit);
    let (mut search, Some(start)) = (Search::new(pile, aim), pile.find(leaf)) else {
        return paths;
    };
    let roots = search.run(start, Goal::SelfSigned, limit);
    for step in roots {
        let path = search.path(step, Some(Goal::SelfSigned));
        let known = paths
            .iter()
            .any(|known| known.certificates == path.certificates && known.root() == path.root());
        if !known && paths.len() < limit {
            paths.push(path);
        }
    }
    paths
}

struct Search<'a> {
    pile: &'a Pile,
    aim: &'a Aim<'a>,
    names: HashSet<Vec<u8>>,
    steps: Vec<Step>,
    /// Steps in the order they were settled, with the flaws up to there.
    settled: Vec<(usize, usize)>,
}

impl<'a> Search<'a> {
    fn new(pile: &'a Pile, aim: &'a Aim<'a>) -> Self {
        Self {
            pile,
            aim,
            names: aim.names.iter().map(Name::canonical).collect(),
            steps: Vec::new(),
            settled: Vec::new(),
        }
    }

    /// The last steps of up to `wanted` paths that reach `goal`, best first.
    fn run(&mut self, start: usize, goal: Goal, wanted: usize) -> Vec<usize> {
        let pile = self.pile;
        let leaf = pile.certificate(start);
        let mut times_settled = vec![0_usize; pile.len()];
        let mut own_flaws: Vec<Option<usize>> = vec![None; pile.len()];
        let mut cheapest: Vec<Option<Rank>> = vec![None; pile.len()];
        let mut queue: BinaryHeap<Reverse<(Cost<'_>, usize)>> = BinaryHeap::new();
        let mut reached = Vec::new();
        self.settled.clear();
        self.steps.clear();
        self.steps.push(Step {
            node: start,
            from: None,
            length: 1,
            below: 0,
            ends: Time::from_unix(i64::MAX),
        });
        queue.push(Reverse(((0, 1, 0, Reverse(Time::from_unix(0)), "", 0), 0)));
        while let Some(Reverse(((flaws, length, disagreements, ..), step))) = queue.pop() {
            if wanted > 1 && self.steps.len() > MAX_STEPS {
                break;
            }
            let node = self.steps[step].node;
            if times_settled[node] >= wanted {
                continue;
            }
            times_settled[node] += 1;
            let order = self.settled.len();
            self.settled.push((step, flaws));
            if self.is_goal(node, goal) {
                reached.push(step);
                if reached.len() >= wanted {
                    break;
                }
                continue;
            }
            // Whoever signed itself has nobody above, whatever cross-certificates its namesakes hold.
            if length >= MAX_LENGTH || pile.is_self_signed(node) {
                continue;
            }
            let below = self.steps[step].below;
            // Where one path to each will do, a dearer one is never settled, and no signature need be looked at to
            // know that none is cheaper.
            let so_far = self.steps[step].ends;
            let least = (flaws, length + 1, disagreements, Reverse(so_far));
            let is_spent = |issuer: usize, cheapest: &[Option<Rank>]| {
                wanted == 1 && cheapest[issuer].is_some_and(|known| known <= least)
            };
            if wanted == 1
                && pile.namesakes(node).next().is_some()
                && pile
                    .namesakes(node)
                    .all(|issuer| times_settled[issuer] >= wanted || is_spent(issuer, &cheapest))
            {
                continue;
            }
            for &issuer in pile.issuers(node) {
                if times_settled[issuer] >= wanted
                    || is_spent(issuer, &cheapest)
                    || self.is_on_path(issuer, step)
                {
                    continue;
                }
                let certificate = pile.certificate(issuer);
                let own = *own_flaws[issuer].get_or_insert_with(|| {
                    let self_signed = pile.is_self_signed(issuer);
                    flaw::of_issuer(certificate, self_signed, self.aim.purpose, self.aim.now).len()
                        + usize::from(flaw::forbids(certificate, leaf))
                });
                let here = flaws + own + usize::from(flaw::is_too_long(certificate, below));
                let disagreement = key_ids(pile.certificate(node), certificate) == KeyIds::Differ;
                let ends = so_far.min(certificate.not_after());
                let rank = (
                    here,
                    length + 1,
                    disagreements + usize::from(disagreement),
                    Reverse(ends),
                );
                if wanted == 1 && cheapest[issuer].is_some_and(|known| known <= rank) {
                    continue;
                }
                cheapest[issuer] = Some(rank);
                let cost = (rank.0, rank.1, rank.2, rank.3, certificate.sha256(), order);
                self.steps.push(Step {
                    node: issuer,
                    from: Some(step),
                    length: length + 1,
                    below: below + usize::from(!certificate.is_self_issued()),
                    ends,
                });
                queue.push(Reverse((cost, self.steps.len() - 1)));
            }
        }
        reached
    }

    fn is_goal(&self, node: usize, goal: Goal) -> bool {
        match goal {
            Goal::Trusted => self.pile.is_anchor(node) || self.is_named(node),
            Goal::SelfSigned => self.pile.is_self_signed(node),
        }
    }

    fn is_named(&self, node: usize) -> bool {
        let certificate = self.pile.certificate(node);
        !self.names.is_empty()
            && (self.names.contains(&certificate.issuer().canonical())
                || self.names.contains(&certificate.subject().canonical()))
    }

    /// Whether this holder is on the path already; to pass it twice leads nowhere new.
    fn is_on_path(&self, node: usize, step: usize) -> bool {
        self.walk(step)
            .any(|passed| self.pile.same_holder(passed, node))
    }

    /// From a step back to the leaf.
    fn walk(&self, step: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(step), |&step| self.steps[step].from)
            .map(|step| self.steps[step].node)
    }

    /// Where no path is complete: the one with the fewest flaws that leads to a missing issuer, and of those the longest.
    fn furthest(&self) -> usize {
        let settled = || self.settled.iter().enumerate();
        let dead_ends = settled()
            .filter(|(_, (step, _))| self.pile.issuers(self.steps[*step].node).is_empty())
            .min_by_key(|(order, (step, flaws))| {
                (*flaws, Reverse(self.steps[*step].length), *order)
            });
        // Without a dead end the CAs have signed each other in a circle, and no step of it leads further than the first.
        let circle = || {
            settled().min_by_key(|(order, (step, flaws))| {
                (*flaws, self.steps[*step].length.abs_diff(2), *order)
            })
        };
        dead_ends.or_else(circle).map_or(0, |(_, (step, _))| *step)
    }

    fn path(&self, last: usize, goal: Option<Goal>) -> Path {
        let mut nodes: Vec<usize> = self.walk(last).collect();
        nodes.reverse();
        let leaf = self
            .pile
            .certificate(nodes.first().copied().unwrap_or_default());
        let top = self.steps[last].node;
        let certificate = self.pile.certificate(top).clone();
        let end = match goal {
            Some(Goal::Trusted) if self.pile.is_anchor(top) => End::Anchor(certificate),
            _ if nodes.len() == 1 && self.pile.is_self_signed(top) => End::SelfSigned,
            Some(Goal::Trusted) => {
                End::Named(if self.names.contains(&certificate.issuer().canonical()) {
                    certificate.issuer().clone()
                } else {
                    certificate.subject().clone()
                })
            }
            Some(Goal::SelfSigned) => End::Root(certificate),
            None => End::Gap(self.gap(certificate)),
        };
        let mut below = 0;
        let mut flaws = Vec::new();
        for &node in nodes.iter().skip(1) {
            let certificate = self.pile.certificate(node);
            let self_signed = self.pile.is_self_signed(node);
            let too_long = flaw::is_too_long(certificate, below).then_some(Flaw::PathTooLong);
            let forbidden = flaw::forbids(certificate, leaf).then_some(Flaw::NameForbidden);
            flaws.extend(
                flaw::of_issuer(certificate, self_signed, self.aim.purpose, self.aim.now)
                    .into_iter()
                    .chain(too_long)
                    .chain(forbidden)
                    .map(|flaw| (certificate.clone(), flaw)),
            );
            below += usize::from(!certificate.is_self_issued());
        }
        let certificates = nodes
            .iter()
            .enumerate()
            .filter(|(position, node)| *position == 0 || self.is_sent(**node))
            .map(|(_, &node)| self.pile.certificate(node).clone())
            .collect();
        Path {
            certificates,
            end,
            flaws,
        }
    }

    /// Roots stay at home: whoever trusts one has it. An anchor that is none is sent if it was in the pile.
    fn is_sent(&self, node: usize) -> bool {
        !self.pile.is_self_signed(node) && self.pile.is_given(node)
    }

    fn gap(&self, certificate: Certificate) -> Gap {
        let circle = self.pile.has_issuer(&certificate);
        let namesake = self.pile.namesake(&certificate).filter(|_| !circle);
        Gap {
            certificate,
            namesake,
            circle,
        }
    }

    fn gap_at_leaf(&self, leaf: &Certificate) -> Path {
        Path {
            certificates: vec![leaf.clone()],
            end: End::Gap(self.gap(leaf.clone())),
            flaws: Vec::new(),
        }
    }
}
