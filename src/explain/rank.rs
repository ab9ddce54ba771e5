//! From phrases to codes: what each says, seen from who printed it, and which of them to believe.

use crate::catalogue::phrases::{Fault, Says, Side, Way, refused_by_client, refused_by_server};
use crate::catalogue::{Code, Confidence, Stage, entry};

use super::causes::Causes;
use super::faults::refused;
use super::loose::{self, Said};
use super::pattern::{Caught, Hit};
use super::prose;
use super::secrets;
use super::setting::{Setting, TELLING};
use super::sides::Sides;
use super::words::Words;
use super::{Candidate, Reading};

/// Below this a text is not about this at all.
const UNKNOWN: i64 = 40;
/// From here on an answer is the likely one.
const LIKELY: i64 = 70;
/// From here on, and alone, it is the only one.
const PROVEN: i64 = 92;
/// What words say together that no table has as a phrase.
const LOOSE: i64 = 62;
/// A phrase below this only wraps a cause.
pub(super) const WRAPPER: u8 = 60;
/// How much less each further cause of one phrase weighs.
const STEP: i64 = 12;
const MAX_CANDIDATES: usize = 5;
const MAX_READINGS: usize = 3;
/// The longest quotation, in bytes.
const MAX_QUOTE: usize = 200;
/// How far before a quotation a credential's name is looked for, in bytes.
const BEFORE: usize = 200;
/// A shorter text is an error and nothing else.
const MESSAGE: usize = 14;

struct Scored {
    code: Code,
    score: i64,
    /// One phrase leaves no other cause.
    alone: bool,
    readings: Vec<Reading>,
}

/// The codes a text may mean, the likeliest first.
pub(super) fn rank(text: &str, words: &Words, hits: &[Hit]) -> Vec<Candidate> {
    let setting = Setting::of(hits, words);
    let kept = most_specific(hits, &setting);
    let sides = Sides::of(text, hits, &kept);
    let causes = Causes::of(text, &kept);
    let strong = kept.iter().any(|hit| hit.phrase.weight >= WRAPPER);
    let mut scored: Vec<Scored> = Vec::new();
    for hit in kept.iter().copied() {
        if strong && hit.phrase.weight < WRAPPER {
            continue;
        }
        let told = hit.phrase.by.or_else(|| side_of(hit, &kept, &sides));
        let matters = depends(hit.phrase.says);
        let mut read = |side: Side, from: i64, few: usize| {
            let codes = codes(hit.phrase.says, hit.caught, side, &setting);
            for (rank, code) in codes.iter().enumerate().take(few) {
                let reading = Reading {
                    program: hit.phrase.program,
                    quote: quote(text, words, hit.start, hit.end),
                    line: hit.line + 1,
                    by: matters.then_some(side),
                    assumed: matters && told.is_none(),
                };
                let score = from - STEP * i64::try_from(rank).unwrap_or(0);
                add(
                    &mut scored,
                    *code,
                    score,
                    rank == 0 && codes.len() == 1,
                    reading,
                );
            }
        };
        let weight = if setting.has(hit.phrase.needs) {
            hit.phrase.weight
        } else {
            hit.phrase.weight.min(TELLING)
        };
        let wrapped = if causes.follow(hit.line) { STEP } else { 0 };
        let weight = i64::from(weight) - wrapped - setting.elsewhere;
        let likely = usual(hit.phrase.says);
        read(told.unwrap_or(likely), weight, usize::MAX);
        if matters && told.is_none() {
            read(other(likely), weight - 2 * STEP, 1);
        }
    }
    if scored.iter().all(|one| one.score < UNKNOWN) {
        scored.clear();
    }
    // Where phrases only wrap a cause, the words around them may name it.
    if !strong && setting.may_guess {
        for said in loose::find(words) {
            let side = sides.at(said.line).map_or(Side::Client, |(side, _)| side);
            let codes = codes(said.says, None, side, &setting);
            for (rank, code) in codes.iter().enumerate() {
                let score = LOOSE - setting.elsewhere - i64::try_from(rank).unwrap_or(0);
                add(&mut scored, *code, score, false, said.reading(text, words));
            }
        }
    }
    scored.sort_by_key(|one| std::cmp::Reverse(one.score));
    blame_the_file(&mut scored);
    // What tells of no failure, or only mentions one, is prose about errors.
    let sober = words.len() > MESSAGE && !loose::reports(words)
        || prose::is_document(text)
        || kept.iter().all(|hit| prose::mentions(words, hit));
    conclude(scored, sober)
}

fn add(scored: &mut Vec<Scored>, code: Code, score: i64, alone: bool, reading: Reading) {
    if let Some(known) = scored.iter_mut().find(|one| one.code == code) {
        let better = score > known.score;
        known.score = known.score.max(score);
        known.alone |= alone;
        let told = known
            .readings
            .iter()
            .any(|other| other.quote.eq_ignore_ascii_case(&reading.quote));
        if better {
            known
                .readings
                .retain(|other| !other.quote.eq_ignore_ascii_case(&reading.quote));
            known.readings.insert(0, reading);
        } else if !told {
            known.readings.push(reading);
        }
        known.readings.truncate(MAX_READINGS);
    } else {
        scored.push(Scored {
            code,
            score,
            alone,
            readings: vec![reading],
        });
    }
}

/// A certificate or key that cannot be read is not sent, and that is why the server misses it.
fn blame_the_file(scored: &mut [Scored]) {
    let Some(best) = scored.first() else {
        return;
    };
    let missed = matches!(best.code, Code::ClientCertMissing | Code::ClientCertNotSent);
    let score = best.score;
    let file = scored
        .iter_mut()
        .skip(1)
        .find(|one| one.score >= LIKELY && entry(one.code).stage == Stage::Preparation);
    if missed && let Some(file) = file {
        file.score = score + 1;
        scored.sort_by_key(|one| std::cmp::Reverse(one.score));
    }
}

fn conclude(scored: Vec<Scored>, sober: bool) -> Vec<Candidate> {
    let Some(best) = scored.first().map(|one| one.score) else {
        return Vec::new();
    };
    let rival = scored.get(1).map_or(0, |one| one.score);
    scored
        .into_iter()
        .filter(|one| one.score >= UNKNOWN && one.score + 45 > best)
        .take(MAX_CANDIDATES)
        .map(|one| {
            let first = one.score == best;
            let confidence = if sober {
                Confidence::Possible
            } else if first && one.alone && best >= PROVEN && rival + STEP <= best {
                Confidence::Proven
            } else if one.score >= LIKELY && one.score + STEP > best {
                Confidence::Likely
            } else {
                Confidence::Possible
            };
            Candidate {
                code: one.code,
                confidence,
                because: one.readings,
            }
        })
        .collect()
}

/// The hits that count: the topic they need is there, and no longer phrase says it better.
fn most_specific<'a>(hits: &'a [Hit], setting: &Setting) -> Vec<&'a Hit> {
    let mut sorted: Vec<&Hit> = hits
        .iter()
        .filter(|hit| {
            !matches!(
                hit.phrase.says,
                Says::By(_)
                    | Says::About(_)
                    | Says::Asked
                    | Says::BeforeCertificates
                    | Says::Elsewhere
            )
        })
        .filter(|hit| setting.has(hit.phrase.needs) || setting.is_only(hit))
        .collect();
    sorted.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut kept: Vec<&Hit> = Vec::new();
    // Those that began before and have not ended yet.
    let mut open: Vec<&Hit> = Vec::new();
    for hit in sorted {
        open.retain(|outer| outer.end > hit.start);
        let hidden = open.iter().any(|outer| {
            outer.end >= hit.end
                && (outer.phrase.says == Says::Nothing
                    || outer.phrase.weight >= hit.phrase.weight && longer(outer, hit))
        });
        if !hidden {
            open.push(hit);
            kept.push(hit);
        }
    }
    kept.retain(|hit| hit.phrase.says != Says::Nothing);
    kept
}

fn longer(outer: &Hit, inner: &Hit) -> bool {
    outer.end - outer.start > inner.end - inner.start
        || outer.phrase.weight > inner.phrase.weight
        || outer.phrase.says == inner.phrase.says
}

/// Who printed this: what stands in its line tells first, then what the other end says of it.
fn side_of(hit: &Hit, kept: &[&Hit], sides: &Sides<'_>) -> Option<Side> {
    let marked = sides.at(hit.line);
    match marked {
        Some((side, 0)) => Some(side),
        _ => echo(hit, kept, sides).or(marked.map(|(side, _)| side)),
    }
}

/// Who got a certificate's alert, where the other end is heard too, saying what it holds against the certificate.
fn echo(alert: &Hit, kept: &[&Hit], sides: &Sides<'_>) -> Option<Side> {
    let about = matches!(
        (alert.phrase.says, alert.caught),
        (Says::Alert(Way::Received), Some(Caught::Alert(42..=48)))
    );
    let refuses = |hit: &&&Hit| {
        matches!(hit.phrase.says, Says::Refuses(_) | Says::RefusesBecause)
            && hit.phrase.weight >= WRAPPER
            && hit.line != alert.line
    };
    let refusal = kept.iter().filter(|_| about).find(refuses)?;
    let marked = || sides.at(refusal.line).map(|(side, _)| side);
    let by = refusal.phrase.by.or_else(marked);
    Some(other(by.unwrap_or_else(|| usual(refusal.phrase.says))))
}

/// Who prints this where nothing tells: a client, as most who ask are; but it is servers that miss a certificate.
const fn usual(says: Says) -> Side {
    match says {
        Says::Refuses(Fault::Missing) => Side::Server,
        _ => Side::Client,
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}

/// Whether it matters who printed it.
fn depends(says: Says) -> bool {
    matches!(
        says,
        Says::Refuses(_) | Says::RefusesBecause | Says::Alert(_) | Says::Own(_)
    )
}

fn codes(says: Says, caught: Option<Caught>, side: Side, setting: &Setting) -> Vec<Code> {
    match (says, caught) {
        (Says::Is(code), _) => vec![code],
        (Says::OneOf(codes), _) => codes.to_vec(),
        (Says::Refuses(fault), _) => refused(fault, side).to_vec(),
        (Says::RefusesBecause, Some(Caught::Reason(reason))) => {
            refused(reason.fault, side).to_vec()
        }
        (Says::Alert(way), Some(Caught::Alert(number))) => {
            // Only a server asks for certificates.
            let by_server =
                (way == Way::Received) == (side == Side::Client) || matches!(number, 41 | 116);
            let codes = if by_server {
                refused_by_server(number)
            } else {
                refused_by_client(number)
            };
            // Before any certificate was sent, none can be to blame.
            let early = setting.before_certificates && !setting.asked;
            match number {
                40 if early => vec![Code::NoSharedParameters, Code::ServerNameUnrecognized],
                // Go's servers, and others, say so of a certificate that was not sent, too.
                42 if by_server && setting.bare_call => {
                    vec![Code::ClientCertMissing, Code::ClientCertRejected]
                }
                41..=49 | 116 if early => {
                    vec![Code::ServerNameUnrecognized, Code::HandshakeClosed]
                }
                _ => codes.to_vec(),
            }
        }
        (Says::Own(_), _) => match side {
            Side::Client => vec![Code::ClientCertWeak],
            Side::Server => vec![Code::ServerCertWeak],
        },
        _ => Vec::new(),
    }
}

impl Said {
    fn reading(&self, text: &str, words: &Words) -> Reading {
        Reading {
            program: "",
            quote: quote(text, words, self.start, self.end),
            line: self.line + 1,
            by: None,
            assumed: false,
        }
    }
}

/// The text as it stood, shortened.
fn quote(text: &str, words: &Words, start: usize, end: usize) -> String {
    let last = words.get(end.saturating_sub(1));
    let start = words.get(start).map_or(0, |word| word.raw.start);
    let end = last.map_or(text.len(), |word| word.raw.end);
    // What a credential belongs to may stand before the words that are quoted.
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut cut = end.min(start + 4 * MAX_QUOTE);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let before = secrets::hide(text.get(from..start).unwrap_or_default());
    let hidden = secrets::hide(text.get(from..cut).unwrap_or_default());
    let shown = hidden.strip_prefix(before.as_str()).unwrap_or("…");
    let mut cut = shown.len().min(MAX_QUOTE);
    while !shown.is_char_boundary(cut) {
        cut -= 1;
    }
    shown[..cut]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
