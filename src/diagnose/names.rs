//! What a CA's name lets one guess: whether it is a root, and whether two CAs are of one house.
//!
//! Names prove nothing, so what comes from here only ranks.

/// Words that any CA's name may hold and that tell nothing about whose it is.
const COMMON: &[&str] = &[
    "ca",
    "root",
    "intermediate",
    "issuing",
    "issuer",
    "sub",
    "subordinate",
    "certificate",
    "certification",
    "authority",
    "authorities",
    "signing",
    "the",
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "corp",
    "class",
    "rsa",
    "ecc",
    "ecdsa",
    "sha256",
    "server",
    "client",
    "tls",
    "ssl",
    "and",
    "for",
    "of",
];

/// Which place in a chain a CA's name claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Root,
    Intermediate,
    Unclear,
}

/// What the common name (or the whole name) claims.
pub(super) fn rank(name: &str) -> Rank {
    let words = words(&common_name(name));
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if has(&[
        "intermediate",
        "issuing",
        "issuer",
        "sub",
        "subca",
        "subordinate",
        "ica",
        "int",
        "signing",
    ]) {
        Rank::Intermediate
    } else if words
        .iter()
        .any(|word| word == "root" || word.starts_with("rootca"))
    {
        Rank::Root
    } else {
        Rank::Unclear
    }
}

/// Whether two CA names share what is their owner's own: an organisation, or a word that is not common to all.
pub(super) fn akin(one: &str, other: &str) -> bool {
    let organisation = |name: &str| {
        parts(name)
            .into_iter()
            .find(|(keyword, _)| keyword == "O")
            .map(|(_, value)| value.to_lowercase())
    };
    if let (Some(one), Some(other)) = (organisation(one), organisation(other)) {
        return one == other;
    }
    let others = words(&common_name(other));
    words(&common_name(one))
        .iter()
        .any(|word| !is_common(word) && others.contains(word))
}

fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
        || word.len() < 2
        || word.chars().all(|character| character.is_ascii_digit())
        || (word.len() <= 3
            && word.starts_with(['g', 'r', 'e', 'x'])
            && word[1..]
                .chars()
                .all(|character| character.is_ascii_digit()))
}

fn common_name(name: &str) -> String {
    parts(name)
        .into_iter()
        .find(|(keyword, _)| keyword == "CN")
        .map_or_else(|| name.to_owned(), |(_, value)| value)
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `keyword=value` pairs of an RFC 4514 name; escaped separators stay in their value.
fn parts(name: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let mut current = String::new();
    let mut escaped = false;
    for character in name.chars().chain(",".chars()) {
        match character {
            '\\' if !escaped => escaped = true,
            ',' | '+' if !escaped => {
                if let Some((keyword, value)) = current.split_once('=') {
                    parts.push((keyword.to_owned(), value.to_owned()));
                }
                current.clear();
            }
            _ => {
                current.push(character);
                escaped = false;
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_come_from_words() {
        assert_eq!(rank("CN=Acme Issuing CA 2,O=Acme"), Rank::Intermediate);
        assert_eq!(rank("CN=ISRG Root X1,O=ISRG"), Rank::Root);
        assert_eq!(rank("CN=R11,O=Let's Encrypt"), Rank::Unclear);
    }

    #[test]
    fn kin_share_what_is_their_own() {
        assert!(akin("CN=Acme Issuing CA", "CN=Acme Root CA"));
        assert!(!akin("CN=Other Intermediate CA", "CN=Acme Root CA"));
        assert!(akin("CN=X,O=DigiCert Inc", "CN=Y,O=DigiCert Inc"));
        assert!(!akin("CN=Root CA G2", "CN=Issuing CA G2"));
        assert!(akin("CN=a,O=One\\, Two", "CN=b,O=One\\, Two"));
    }
}
