//! Reads an HTTP answer against the catalogue's table: what does it say about the client certificate?

mod markup;
#[cfg(test)]
mod tests;

use crate::catalogue::http::{ANSWERS, Answer, Meaning, Sign};
use crate::evidence::Http;

/// The longest text that is taken to be about one thing, in characters.
const SHORT: usize = 600;

/// A row of the table that fits, with the words found around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) product: &'static str,
    pub(super) meaning: Meaning,
    /// What else it may mean.
    pub(super) or: Option<&'static str>,
    /// The sentence the phrase stands in; empty where a header or the status alone says it.
    pub(super) quote: String,
}

impl Recognised {
    /// Whether it tells of the certificate itself, or of its absence.
    pub(super) fn about_certificate(&self) -> bool {
        !matches!(
            self.meaning,
            Meaning::Rule(_)
                | Meaning::Elsewhere(_)
                | Meaning::Behind(_)
                | Meaning::PlainHttp
                | Meaning::NameDiffers
        )
    }

    /// Whether it says that no certificate arrived, or none that is good.
    pub(super) fn no_good_certificate(&self) -> bool {
        self.meaning == Meaning::NoCertificate || self.refuses_certificate()
    }

    /// Whether it says that none that arrived is good.
    pub(super) fn refuses_certificate(&self) -> bool {
        refuses_certificate(self.meaning)
    }

    /// What is known of the rule that turned the request away.
    pub(super) fn rule(&self) -> Option<String> {
        match self.meaning {
            Meaning::Rule(note) => Some(format!("that is {note}")),
            _ => None,
        }
    }
}

/// Whether this is a refusal of a certificate, or of there being none that is valid.
pub(super) fn refuses_certificate(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::NoneValid
            | Meaning::CertificateRefused
            | Meaning::CertificateRefusedBecause
            | Meaning::CertificateRefusedFor(_)
    )
}

/// An answer taken apart once for all rows.
struct Texts<'a> {
    answer: &'a Http,
    page: String,
    heads: Vec<String>,
    json: Option<serde_json::Value>,
}

/// The first row that fits.
pub(super) fn recognise(answer: &Http) -> Option<Recognised> {
    find(answer).map(|(_, recognised)| recognised)
}

fn find(answer: &Http) -> Option<(usize, Recognised)> {
    let texts = Texts {
        answer,
        page: markup::visible(&answer.body),
        heads: markup::heads(&answer.body),
        json: serde_json::from_str(&answer.body).ok(),
    };
    ANSWERS
        .iter()
        .enumerate()
        .find_map(|(at, row)| fits(row, &texts).map(|found| (at, found)))
}

fn fits(row: &Answer, texts: &Texts<'_>) -> Option<Recognised> {
    if !row.status.is_empty() && !row.status.contains(&texts.answer.status) {
        return None;
    }
    let mut quote = String::new();
    for sign in row.signs {
        let words = shows(*sign, texts)?;
        if quote.is_empty() {
            quote = words;
        }
    }
    Some(Recognised {
        product: row.product,
        meaning: row.meaning,
        or: row.or,
        quote,
    })
}

/// The words in which a sign shows; empty where there are none to quote.
fn shows(sign: Sign, texts: &Texts<'_>) -> Option<String> {
    let answer = texts.answer;
    let json = |name: &str| {
        texts
            .json
            .as_ref()
            .map(|value| markup::fields(value, name))
            .unwrap_or_default()
    };
    match sign {
        Sign::Reason(phrase) => contains(&answer.reason, phrase).then(|| answer.reason.clone()),
        Sign::Header(name, phrase) => answer
            .headers
            .iter()
            .any(|(known, value)| known == name && contains(value, phrase))
            .then(String::new),
        Sign::Head(phrase) => texts
            .heads
            .iter()
            .find(|text| has_word(text, phrase))
            .cloned(),
        Sign::Page(phrase) => position(&texts.page, phrase).map(|at| excerpt(texts.page.get(at..))),
        Sign::Whole(phrase) => whole(texts, phrase).then(|| excerpt(Some(&texts.page))),
        Sign::Xml(element, phrase) => markup::elements(&answer.body, element)
            .into_iter()
            .find(|text| contains(text, phrase)),
        Sign::Json(field, phrase) => json(field).into_iter().find(|text| contains(text, phrase)),
        Sign::JsonIs(field, phrase) => json(field)
            .into_iter()
            .find(|text| text.trim().eq_ignore_ascii_case(phrase)),
        Sign::Mentions(groups) => {
            let text = format!("{} {}", answer.reason, texts.page).to_ascii_lowercase();
            let all = groups.iter().all(|group| {
                group
                    .iter()
                    .any(|word| text.contains(&word.to_ascii_lowercase()))
            });
            (all && text.chars().count() <= SHORT).then(|| {
                excerpt(Some(if texts.page.is_empty() {
                    &answer.reason
                } else {
                    &texts.page
                }))
            })
        }
    }
}

/// The whole text, with or without a title that repeats its heading.
fn whole(texts: &Texts<'_>, phrase: &str) -> bool {
    let page = texts.page.as_str();
    let untitled = texts
        .heads
        .first()
        .and_then(|title| page.strip_prefix(title.as_str()))
        .map(str::trim_start);
    [Some(page), untitled]
        .into_iter()
        .flatten()
        .any(|text| text.eq_ignore_ascii_case(phrase))
}

fn contains(text: &str, phrase: &str) -> bool {
    position(text, phrase).is_some()
}

fn position(text: &str, phrase: &str) -> Option<usize> {
    // Phrases are ASCII, and lower-casing ASCII keeps every position.
    text.to_ascii_lowercase().find(&phrase.to_ascii_lowercase())
}

/// As [`contains`], and the phrase is no part of a longer word or number.
fn has_word(text: &str, phrase: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.match_indices(&phrase.to_ascii_lowercase())
        .any(|(start, found)| {
            let before = text[..start].chars().next_back();
            let after = text[start + found.len()..].chars().next();
            let joined = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
            !joined(before) && !joined(after)
        })
}

fn excerpt(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(160).collect()
}
