//! Reads an HTTP answer against the catalogue's table: what does it say about the client certificate?

use crate::catalogue::http::{ANSWERS, Answer, Meaning, Place};
use crate::evidence::Http;

/// A row of the table that fits, with the words found around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) product: &'static str,
    pub(super) meaning: Meaning,
    /// The sentence the phrase stands in.
    pub(super) quote: String,
}

/// The first row that fits.
pub(super) fn recognise(answer: &Http) -> Option<Recognised> {
    let page = visible(&answer.body);
    ANSWERS.iter().find_map(|row| fits(row, answer, &page))
}

fn fits(row: &Answer, answer: &Http, page: &str) -> Option<Recognised> {
    if row.status.is_some_and(|status| status != answer.status) {
        return None;
    }
    let quote = match row.place {
        Place::Page(phrase) => {
            let at = find_ignoring_case(page, phrase)?;
            excerpt(page, at)
        }
        Place::Xml(element, phrase) => elements(&answer.body, element)
            .into_iter()
            .find(|text| contains_ignoring_case(text, phrase))?,
        Place::Json(field, phrase) => {
            let value: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
            fields(&value, field)
                .into_iter()
                .find(|text| contains_ignoring_case(text, phrase))?
        }
    };
    Some(Recognised {
        product: row.product,
        meaning: row.meaning,
        quote,
    })
}

fn contains_ignoring_case(text: &str, phrase: &str) -> bool {
    find_ignoring_case(text, phrase).is_some()
}

fn find_ignoring_case(text: &str, phrase: &str) -> Option<usize> {
    // Phrases are ASCII, and lower-casing ASCII keeps every position.
    text.to_ascii_lowercase().find(&phrase.to_ascii_lowercase())
}

/// What a browser would show: tags out, white space folded, the commonest entities put back.
fn visible(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut inside = false;
    for character in body.chars() {
        match character {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' if inside => inside = false,
            _ if inside => {}
            _ => text.push(character),
        }
    }
    let text = text
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn excerpt(page: &str, at: usize) -> String {
    page.get(at..)
        .unwrap_or_default()
        .chars()
        .take(160)
        .collect()
}

/// The text of every XML element with this local name, whatever its prefix.
fn elements(body: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in body.match_indices('<') {
        let Some(tag) = body.get(start + 1..) else {
            continue;
        };
        let Some(end) = tag.find('>') else { break };
        let full = tag[..end].split_whitespace().next().unwrap_or_default();
        let local = full.rsplit(':').next().unwrap_or_default();
        if local == name && !full.starts_with('/') {
            let text = tag[end + 1..].split('<').next().unwrap_or_default();
            found.push(text.trim().to_owned());
        }
    }
    found
}

/// Every string under a field of this name, at any depth.
fn fields(value: &serde_json::Value, name: &str) -> Vec<String> {
    match value {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, inner)| match inner.as_str() {
                Some(text) if key == name => vec![text.to_owned()],
                _ => fields(inner, name),
            })
            .collect(),
        serde_json::Value::Array(list) => list.iter().flat_map(|one| fields(one, name)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Http {
        Http {
            status,
            reason: String::new(),
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn pages_are_read_as_they_are_shown() {
        let page =
            "<html><body><h3>Client certificate error:<i>No client certificate provided.</i></h3>";
        let found = recognise(&answer(200, page)).unwrap();
        assert_eq!(found.meaning, Meaning::NoCertificate);
        let page =
            "<h3>Client certificate error:<i>unable to get local issuer certificate</i></h3>";
        let found = recognise(&answer(403, page)).unwrap();
        assert_eq!(found.meaning, Meaning::CertificateRefusedBecause);
        assert!(
            found
                .quote
                .contains("unable to get local issuer certificate")
        );
    }

    #[test]
    fn faults_and_json_are_read_by_their_fields() {
        let fault =
            "<soapenv:Fault><faultcode>sf:MUTUAL_AUTHENTICATION_FAILED</faultcode></soapenv:Fault>";
        assert_eq!(
            recognise(&answer(500, fault)).unwrap().meaning,
            Meaning::SalesforceMutual
        );
        let json = r#"[{"message":"x","errorCode":"MUTUAL_AUTHENTICATION_FAILED"}]"#;
        assert_eq!(
            recognise(&answer(401, json)).unwrap().meaning,
            Meaning::SalesforceMutual
        );
        let told = r#"{"message":"MUTUAL_AUTHENTICATION_FAILED is an error code"}"#;
        assert_eq!(recognise(&answer(200, told)), None);
    }
}
