//! A visitor in words, before it is laid out: what was offered, sent, objected to, asked, and what to do.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::diagnose::{Severity, alert_name};
use crate::serve::{Ending, Opening, names};

use super::{Visitor, printable};

/// Headers whose value is nobody's business.
const SECRET: [&str; 6] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
    "x-sfdc-session",
    "soapaction-session",
];
/// The most suites, schemes or headers that are spelled out for a person.
const SHOWN: usize = 6;

/// Words in the order in which they are read.
pub(super) struct Telling {
    pub(super) code: &'static str,
    pub(super) fine: bool,
    /// Who came, when, and how sure the verdict is.
    pub(super) about: String,
    pub(super) summary: String,
    /// Facts with their label; an empty label goes on with the one before.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) because: Vec<String>,
    pub(super) fix: Vec<String>,
}

impl Telling {
    pub(super) fn of(visitor: &Visitor<'_>) -> Self {
        let verdict = &visitor.diagnosis.verdict;
        let mut telling = Self {
            code: verdict.code.as_str(),
            fine: verdict.code.is_fine(),
            about: format!(
                "{} from {} ({})",
                visitor.at, visitor.seen.peer, verdict.confidence
            ),
            summary: verdict.summary.clone(),
            facts: Vec::new(),
            because: verdict.because.clone(),
            fix: verdict.fix.clone(),
        };
        telling.offered(visitor);
        telling.sent(visitor);
        telling.asked(visitor);
        for finding in &visitor.diagnosis.findings {
            // What the path check says stands in the reasons already.
            if finding.severity != Severity::Info && !finding.code.starts_with("verify-") {
                telling.fact("also", finding.summary.clone());
            }
        }
        telling
    }

    /// Everything below the headline; `label` lays a label out.
    pub(super) fn write_body(
        &self,
        out: &mut dyn Write,
        label: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        writeln!(out, "  {}", self.summary)?;
        let mut list = |title: &str, lines: &mut dyn Iterator<Item = (&str, &String)>| {
            let mut first = true;
            for (mark, line) in lines {
                let title = if first { title } else { "" };
                first = false;
                let pad = " ".repeat(10_usize.saturating_sub(title.len()));
                writeln!(out, "  {}{pad}{mark}{line}", label(title))?;
            }
            io::Result::Ok(())
        };
        for (title, line) in &self.facts {
            list(title, &mut std::iter::once(("", line)))?;
        }
        list("because", &mut self.because.iter().map(|line| ("- ", line)))?;
        list("fix", &mut self.fix.iter().map(|line| ("→ ", line)))
    }

    fn fact(&mut self, label: &'static str, text: String) {
        self.facts.push((label, text));
    }

    fn offered(&mut self, visitor: &Visitor<'_>) {
        let seen = visitor.seen;
        let Opening::Hello(hello) = &seen.opening else {
            return;
        };
        let versions: Vec<String> = hello
            .versions
            .iter()
            .map(|one| names::version(*one))
            .collect();
        let mut offered = versions.join(" ");
        if let Some(name) = &hello.server_name {
            let _ = write!(offered, ", for {}", printable(name));
        } else {
            offered.push_str(", without a server name");
        }
        if !hello.alpn.is_empty() {
            let _ = write!(offered, ", {}", printable(&hello.alpn.join(" ")));
        }
        self.fact("offered", offered);
        self.fact("", format!("suites {}", some(&seen.suites)));
        let schemes: Vec<String> = hello
            .signature_schemes
            .iter()
            .map(|one| names::scheme(*one).map_or_else(|| format!("0x{one:04x}"), str::to_owned))
            .collect();
        if !schemes.is_empty() {
            self.fact("", format!("signatures {}", some(&schemes)));
        }
        if let Some(version) = &seen.version {
            let rest = [seen.suite.as_deref(), seen.alpn.as_deref()];
            let rest: Vec<String> = rest.into_iter().flatten().map(printable).collect();
            self.fact(
                "agreed",
                format!("{version} {}", rest.join(" "))
                    .trim_end()
                    .to_owned(),
            );
        }
    }

    fn sent(&mut self, visitor: &Visitor<'_>) {
        let seen = visitor.seen;
        if !seen.asked || !matches!(seen.opening, Opening::Hello(_)) {
            return;
        }
        if seen.certificates.is_empty() && seen.unreadable == 0 {
            let none = if seen.answered {
                "no certificate, though asked for one"
            } else {
                "nothing before the handshake ended"
            };
            self.fact("sent", none.to_owned());
        }
        for (index, one) in seen.certificates.iter().enumerate() {
            let label = if index == 0 { "sent" } else { "" };
            let issuer = if one.is_self_issued() {
                "by itself".to_owned()
            } else {
                format!("by {}", one.issuer())
            };
            self.fact(
                label,
                format!(
                    "{index}  {}, issued {issuer}, until {}",
                    one.subject(),
                    one.not_after().date()
                ),
            );
        }
        if seen.unreadable > 0 {
            self.fact("", format!("{} more that cannot be read", seen.unreadable));
        }
        if let Some(number) = seen.alert_sent {
            self.fact(
                "refused",
                format!("with the alert {} ({number})", alert_name(number)),
            );
        } else if !seen.certificates.is_empty()
            && !visitor.diagnosis.verdict.code.is_fine()
            && seen.ending == Ending::Completed
        {
            self.fact(
                "let in",
                "all the same: a server that requires a good certificate would refuse here"
                    .to_owned(),
            );
        }
    }

    fn asked(&mut self, visitor: &Visitor<'_>) {
        for one in &visitor.seen.requests {
            let line = format!(
                "{} {} {} → {}",
                printable(&one.method),
                printable(&one.target),
                one.version,
                one.status
            );
            self.fact("request", line);
            self.headers(&one.headers);
        }
        if let Some(request) = visitor.request {
            let line = format!(
                "{} {} {}",
                printable(&request.method),
                printable(&request.target),
                request.version
            );
            self.fact("request", line);
            self.headers(&request.headers);
        }
    }

    fn headers(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers.iter().take(SHOWN) {
            self.fact(
                "",
                format!("{}: {}", printable(name), shown_value(name, value)),
            );
        }
        if headers.len() > SHOWN {
            self.fact("", format!("and {} more headers", headers.len() - SHOWN));
        }
    }
}

/// A header's value as it may be shown.
pub(super) fn shown_value(name: &str, value: &str) -> String {
    if SECRET
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
    {
        format!("({} bytes, not shown)", value.len())
    } else {
        printable(value)
    }
}

/// A request's headers as they may be shown.
pub(super) fn shown_headers(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (printable(name), shown_value(name, value)))
        .collect()
}

fn some(list: &[String]) -> String {
    let mut text = list
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    if list.len() > SHOWN {
        let _ = write!(text, " and {} more", list.len() - SHOWN);
    }
    text
}
