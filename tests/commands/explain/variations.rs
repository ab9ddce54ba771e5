//! The collected texts as people paste them: without line breaks, in other letters, quoted, in a ticket, cut off.

use fullcert::catalogue::Code;
use fullcert::explain::explain;

use super::corpus::{Case, cases};

type Change = fn(&str) -> String;

const BEHEADED: &str = "its first words cut off";

/// What a paste goes through, and how many of a hundred texts must keep their first code.
const CHANGES: &[(&str, Change, usize)] = &[
    ("line breaks lost", one_line, 97),
    ("lower case", str::to_lowercase, 97),
    ("upper case", str::to_uppercase, 97),
    ("Markdown quotation", markdown_quote, 97),
    ("Markdown code", markdown_code, 97),
    ("bold", bold, 97),
    ("after a sentence", after_a_sentence, 97),
    ("in a ticket", in_a_ticket, 97),
    ("typographic quotation marks", typographic, 97),
    ("HTML", html, 97),
    ("a JSON string", json, 97),
    ("log prefix", log_prefix, 97),
    ("wrapped by a terminal", wrapped, 97),
    ("its last letters cut off", cut_off, 95),
    (BEHEADED, beheaded, 94),
];

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(change).collect::<Vec<_>>().join("\n")
}

fn markdown_quote(text: &str) -> String {
    each_line(text, |line| format!("> {line}"))
}

fn markdown_code(text: &str) -> String {
    format!("Error: `{text}`")
}

fn bold(text: &str) -> String {
    each_line(text, |line| format!("**{line}**"))
}

fn after_a_sentence(text: &str) -> String {
    format!("Since this morning we get the following when we call our partner: {text}")
}

fn in_a_ticket(text: &str) -> String {
    format!(
        "Hello team,\n\nwe see this in the log of the interface, could somebody have a look please?\n\n{text}\n\nIt worked until last week and nothing was changed on our side.\nKind regards\n"
    )
}

fn typographic(text: &str) -> String {
    let mut open = false;
    text.chars()
        .map(|letter| match letter {
            '"' => {
                open = !open;
                if open { '\u{201c}' } else { '\u{201d}' }
            }
            '\'' => '\u{2019}',
            '`' => '\u{2018}',
            other => other,
        })
        .collect()
}

fn html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    format!(
        "<pre><code>{}</code></pre>",
        escaped.replace('\n', "<br />\n")
    )
}

fn json(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\t', "\\t");
    format!("{{\"level\":\"error\",\"message\":\"{escaped}\"}}")
}

fn log_prefix(text: &str) -> String {
    each_line(text, |line| {
        format!("2024-05-14T08:31:07.113Z app-7c9f8 worker[3121]: {line}")
    })
}

/// Every line broken after eighty letters, wherever that is.
fn wrapped(text: &str) -> String {
    each_line(text, |line| {
        let letters: Vec<char> = line.chars().collect();
        letters
            .chunks(80)
            .map(|part| part.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn cut_off(text: &str) -> String {
    let text = text.trim_end();
    let end = text.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    text[..end].to_owned()
}

fn beheaded(text: &str) -> String {
    text.split_once(' ')
        .map_or(text, |(_, rest)| rest)
        .to_owned()
}

fn first(text: &str) -> Option<Code> {
    explain(text)
        .candidates
        .first()
        .map(|candidate| candidate.code)
}

#[test]
fn a_paste_keeps_its_meaning() {
    let cases = cases();
    let read: Vec<(&Case, Option<Code>)> =
        cases.iter().map(|case| (case, first(&case.text))).collect();
    for (name, change, least) in CHANGES {
        let mut kept = 0;
        let mut all = 0;
        let mut lost = Vec::new();
        for (case, before) in &read {
            let Some(before) = before else {
                // What is about something else stays so.
                continue;
            };
            if !case.right.contains(before) {
                continue;
            }
            all += 1;
            let after = first(&change(&case.text));
            if after.is_some_and(|code| case.right.contains(&code)) {
                kept += 1;
            } else if !case.is_held_out() {
                lost.push(format!("{}: {before} became {after:?}", case.source));
            }
        }
        println!("{name}: {kept} of {all}\n  {}", lost.join("\n  "));
        assert!(
            kept * 100 >= all * least,
            "{name}: {kept} of {all} kept their first code:\n{}",
            lost.join("\n")
        );
    }
}

#[test]
fn another_subject_stays_one_however_it_is_pasted() {
    use fullcert::catalogue::Confidence;

    let cases = cases();
    // Without its first word a text may be about this: `ssh: connect to host … : Connection refused`.
    let kept = CHANGES.iter().filter(|(name, ..)| *name != BEHEADED);
    for (name, change, _) in kept {
        let mut unknown = 0;
        let mut all = 0;
        let mut confident = Vec::new();
        for case in cases.iter().filter(|case| case.right.is_empty()) {
            all += 1;
            let candidates = explain(&change(&case.text)).candidates;
            unknown += usize::from(candidates.is_empty());
            if candidates
                .iter()
                .any(|candidate| candidate.confidence > Confidence::Possible)
            {
                confident.push(format!("{}: {}", case.source, case.text));
            }
        }
        println!("{name}: {unknown} of {all} unknown");
        assert!(confident.is_empty(), "{name}: {}", confident.join("\n"));
        assert!(
            unknown * 100 >= all * 97,
            "{name}: {unknown} of {all} unknown"
        );
    }
}

#[test]
fn a_fragment_that_nobody_mistakes_is_known() {
    for (text, right) in [
        ("certificate_required", "client-cert-missing"),
        ("bad_certificate", "client-cert-rejected"),
        ("unknown_ca", "client-issuer-unknown"),
        ("tls: bad certificate", "client-cert-rejected"),
        ("alert certificate unknown", "client-cert-rejected"),
        (
            "unable to get local issuer certificate",
            "server-issuer-unknown",
        ),
        ("SEC_E_UNTRUSTED_ROOT", "server-issuer-unknown"),
        ("0x80090325", "server-issuer-unknown"),
        ("403.16", "client-issuer-unknown"),
        ("0A000418", "client-issuer-unknown"),
        ("14094418", "client-issuer-unknown"),
        ("wrong version number", "not-tls"),
        ("ETIMEDOUT", "tcp-timeout"),
        ("NoCertificatesPresented", "client-cert-missing"),
        ("bad decrypt", "key-passphrase-wrong"),
        (
            "MUTUAL_AUTHENTICATION_FAILED",
            "salesforce-mutual-authentication-failed",
        ),
        ("AMQ9616E", "no-shared-parameters"),
        (
            "tls: private key does not matchpublic key",
            "client-key-mismatch",
        ),
        (
            "SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBE",
            "not-tls",
        ),
        (
            "certificate verify failed: unable to get local issuer certifi\ncate",
            "server-issuer-unknown",
        ),
    ] {
        let code = first(text).map(Code::as_str);
        assert_eq!(code, Some(right), "{text}");
    }
    for text in [
        "Access denied",
        "internal error",
        "permission denied",
        "invalid password",
        "key not found",
        "unsupported version",
        "timeout",
        "12044",
        "20240514",
    ] {
        assert_eq!(first(text), None, "{text}");
    }
}
