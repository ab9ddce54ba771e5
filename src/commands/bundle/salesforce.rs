//! What Salesforce's "Import from Keystore" takes: a JKS with one RSA key under a name that can be an API name.

use crate::cli::bundle::Bundle;
use crate::cli::output::OutputFormat;
use crate::error::UsageError;
use crate::identity::Identity;
use crate::material::KeyKind;

/// Sizes of key that it imports, in bits.
const BITS: [u32; 3] = [2048, 3072, 4096];

/// Refuses what the import would refuse, before anything is written.
pub fn check(args: &Bundle, identity: &Identity, alias: &str) -> Result<(), UsageError> {
    let refuse = |what: String, hint: String| Err(UsageError::new(what, hint));
    if !args
        .output
        .iter()
        .any(|output| output.format == OutputFormat::Jks)
    {
        return refuse(
            "Salesforce imports a JKS, and none is among the outputs".to_owned(),
            "add -o client.jks".to_owned(),
        );
    }
    let key = identity.key().info();
    if key.kind != KeyKind::Rsa || !BITS.contains(&key.bits) {
        return refuse(
            format!("Salesforce imports RSA keys of 2048, 3072 or 4096 bits; this one is {key}"),
            "make an RSA key and have it certified: fullcert csr --new-key rsa:2048".to_owned(),
        );
    }
    if args.key_password.origins().named() {
        return refuse(
            "Salesforce opens the key with the keystore's own password".to_owned(),
            "leave --key-password-… out".to_owned(),
        );
    }
    if !is_api_name(alias) {
        return refuse(
            format!(
                "the alias {} cannot be an API name: letters, digits and single underscores, a letter first",
                alias.escape_debug()
            ),
            format!("--alias {}", api_name(alias)),
        );
    }
    Ok(())
}

/// The API name nearest to a text.
pub fn api_name(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        format!("client_{name}").trim_end_matches('_').to_owned()
    }
}

fn is_api_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
        && !text.contains("__")
        && !text.ends_with('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_has_an_api_name() {
        for (text, name) in [
            ("api.acme.example", "api_acme_example"),
            ("Client 7", "client_7"),
            ("7 seas", "client_7_seas"),
            ("*.acme.example.", "acme_example"),
            ("ключ", "client"),
        ] {
            assert_eq!(api_name(text), name);
            assert!(is_api_name(name), "{name}");
        }
        for wrong in ["a.b", "_a", "a__b", "a_", "7a", ""] {
            assert!(!is_api_name(wrong), "{wrong}");
        }
    }
}
