//! The files that a text names.

/// Certificates, keys and keystores by the way they are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// A certificate or keystore with somebody's identity, not a list of CAs.
    pub identity: Option<String>,
    pub key: Option<String>,
    pub store: Option<String>,
    /// Whichever of all these is named nearest to the error.
    pub nearest: Option<String>,
}

const CERTIFICATES: &[&str] = &[".pem", ".crt", ".cer", ".der", ".cert"];
const STORES: &[&str] = &[
    ".p12",
    ".pfx",
    ".jks",
    ".jceks",
    ".bcfks",
    ".keystore",
    ".pkcs12",
];
const KEYS: &[&str] = &[".key", ".pk8"];
/// In the name of a file of CAs.
const AUTHORITIES: &[&str] = &[
    "ca-",
    "-ca",
    "_ca",
    "ca_",
    "cacert",
    "cafile",
    "ca.",
    "bundle",
    "trust",
    "root",
    "/etc/ssl/cert.pem",
];
/// In the name of a file that is the server's.
const SERVERS: &[&str] = &[
    "server",
    "fullchain",
    "/nginx/",
    "/apache2/",
    "/httpd/",
    "/haproxy/",
];
/// The longest name that is believed to be one.
const MAX_NAME: usize = 200;
/// As many words are looked at, from the end.
const MAX_WORDS: usize = 20_000;

enum Kind {
    Certificate,
    Key,
    Store,
}

/// What the text names, seen from the error in this line, counted from 1.
pub(super) fn find(text: &str, error: usize) -> Files {
    let mut files = Files::default();
    let mut distance = usize::MAX;
    let lines: Vec<&str> = text.lines().collect();
    let mut words = 0;
    for (number, line) in lines.iter().enumerate().rev() {
        for name in names(line) {
            words += 1;
            let Some(kind) = kind(name) else {
                continue;
            };
            let lower = name.to_ascii_lowercase();
            let authority = AUTHORITIES.iter().any(|part| lower.contains(part));
            let elsewhere = authority || SERVERS.iter().any(|part| lower.contains(part));
            let slot = match kind {
                Kind::Key => &mut files.key,
                Kind::Store => {
                    if !elsewhere {
                        files.identity.get_or_insert_with(|| name.to_owned());
                    }
                    &mut files.store
                }
                Kind::Certificate if elsewhere => &mut None,
                Kind::Certificate => &mut files.identity,
            };
            slot.get_or_insert_with(|| name.to_owned());
            let apart = (number + 1).abs_diff(error);
            if apart < distance {
                distance = apart;
                files.nearest = Some(name.to_owned());
            }
        }
        if words > MAX_WORDS {
            break;
        }
    }
    files
}

/// What may be names of files in a line: what stands in quotation marks, and else every word.
fn names(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(is_mark) {
        let (before, quoted) = rest.split_at(at);
        words(before, &mut found);
        let mark = quoted.chars().next().unwrap_or('"');
        let inner = &quoted[mark.len_utf8()..];
        let close = match mark {
            '\u{2018}' => '\u{2019}',
            '\u{201c}' => '\u{201d}',
            other => other,
        };
        rest = inner;
        if let Some(end) = inner.find(close)
            && kind(&inner[..end]).is_some()
        {
            if plain(&inner[..end]) {
                found.push(&inner[..end]);
            }
            rest = &inner[end + close.len_utf8()..];
        }
    }
    words(rest, &mut found);
    found
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}'
    )
}

fn words<'a>(part: &'a str, found: &mut Vec<&'a str>) {
    let apart = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '=' | ',' | ';' | '|'
            )
    };
    found.extend(
        part.split(apart)
            .map(|word| word.trim_end_matches(['.', ':', '!', '?']))
            .filter(|word| plain(word)),
    );
}

/// A name that can be typed again: no address, nothing that steers a terminal.
fn plain(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && !name.contains("://")
        && !name
            .chars()
            .any(|c| c.is_control() || !c.is_ascii() && !c.is_alphanumeric())
        && !name.trim().is_empty()
        && name.trim() == name
        && name.split_whitespace().count() <= 4
        && !name.contains([':', '*', '?', '"', '<', '>', '|', '$', '`'])
        || windows(name)
}

/// `C:\certs\client.pfx`
fn windows(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && matches!(chars.next(), Some('\\' | '/'))
        && name.len() <= MAX_NAME
        && !name.chars().any(char::is_control)
        && !chars
            .as_str()
            .contains([':', '*', '?', '"', '<', '>', '|', '$', '`'])
}

fn kind(name: &str) -> Option<Kind> {
    let lower = name.to_ascii_lowercase();
    let ends = |list: &[&str]| {
        list.iter()
            .any(|ending| lower.len() > ending.len() && lower.ends_with(ending))
    };
    let last = lower.rsplit(['/', '\\']).next().unwrap_or(&lower);
    if ends(KEYS) || ends(&[".pem"]) && (last.contains("key") && !last.contains("keystore")) {
        Some(Kind::Key)
    } else if ends(STORES) {
        Some(Kind::Store)
    } else if ends(CERTIFICATES) {
        Some(Kind::Certificate)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn files_are_told_apart() {
        let files = find(
            "curl: (58) unable to set private key file: '/home/ann/my keys/client.key' type PEM\n\
             CAfile: /etc/ssl/certs/ca-certificates.crt\n\
             java.io.IOException: keystore C:\\certs\\me.p12: bad, cert=./client.crt",
            1,
        );
        assert_eq!(files.key.as_deref(), Some("/home/ann/my keys/client.key"));
        assert_eq!(files.store.as_deref(), Some("C:\\certs\\me.p12"));
        assert_eq!(files.identity.as_deref(), Some("C:\\certs\\me.p12"));
        assert_eq!(
            files.nearest.as_deref(),
            Some("/home/ann/my keys/client.key")
        );
        assert_eq!(
            find("see https://curl.se/ca/cacert.pem, or x509.go", 1),
            super::Files::default()
        );
        let ca = find("error reading /etc/pki/ca-bundle.pem", 1);
        assert_eq!(
            (ca.identity, ca.nearest.as_deref()),
            (None, Some("/etc/pki/ca-bundle.pem"))
        );
        assert_eq!(
            find("'a\u{1b}[2J.pem' $(reboot).pem `x`.pem", 1).nearest,
            None
        );
    }
}
