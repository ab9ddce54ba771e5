//! The forms of names (RFC 5280, section 4.2.1.6).

/// Whether it is a `dNSName` at all: labels of letters, digits, hyphens and, as everybody has them, underscores;
/// the first may be a wildcard.
pub(super) fn is_domain(name: &str) -> bool {
    let rest = name.strip_prefix("*.").unwrap_or(name);
    name.len() <= 253
        && rest.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

/// Whether it keeps to the preferred name syntax (RFC 1034, section 3.5, with RFC 1123, section 2.1); a wildcard is let
/// pass.
pub(super) fn is_host_name(name: &str) -> bool {
    is_domain(name)
        && !name.contains('_')
        && name
            .split('.')
            .all(|label| !label.starts_with('-') && !label.ends_with('-'))
}

/// Whether it is a mailbox (RFC 2821, section 4.1.2): `local@domain`, nothing around it.
pub(super) fn is_mailbox(name: &str) -> bool {
    let Some((local, domain)) = name.rsplit_once('@') else {
        return false;
    };
    let literal = domain.starts_with('[') && domain.ends_with(']');
    (literal || is_domain(domain) && !domain.starts_with('*'))
        && (is_quoted(local) || is_dotted(local))
}

fn is_dotted(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    })
}

fn is_quoted(local: &str) -> bool {
    let Some(inner) = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return false;
    };
    let mut escaped = false;
    for byte in inner.bytes() {
        if !byte.is_ascii() || byte.is_ascii_control() || byte == b'"' && !escaped {
            return false;
        }
        escaped = byte == b'\\' && !escaped;
    }
    !escaped
}

/// Whether it is an absolute URI: a scheme, and something behind it.
pub(super) fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_their_form() {
        for (name, domain, host) in [
            ("api.example.com", true, true),
            ("*.example.com", true, true),
            ("my_service.example.com", true, false),
            ("-a.example.com", true, false),
            ("7.example.com", true, true),
            (".example.com", false, false),
            ("example.com.", false, false),
            ("a..b", false, false),
            ("a b", false, false),
            ("a.*.com", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_domain(name), domain, "{name}");
            assert_eq!(is_host_name(name), host, "{name}");
        }
        for name in ["a@b.example", "\"a b@\"@b.example", "a.b+c@[192.0.2.1]"] {
            assert!(is_mailbox(name), "{name}");
        }
        for name in [
            "a",
            "@b.example",
            "a@",
            "a@b@c.example",
            "a b@c",
            "a.@c",
            "\"a\"b\"@c",
        ] {
            assert!(!is_mailbox(name), "{name}");
        }
        assert!(is_absolute("spiffe://a/b") && is_absolute("urn:x:y"));
        assert!(!is_absolute("//a/b") && !is_absolute("a/b") && !is_absolute("http:"));
    }
}
