//! Owns the names of what is not read, so that a person learns what the file is and what to do with it.

use crate::error::DecodeError;
use crate::source::Origin;

/// A format that is recognised and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    format: &'static str,
    instead: &'static str,
}

impl Foreign {
    pub fn error(self, origin: &Origin) -> DecodeError {
        DecodeError::FormatUnsupported {
            origin: origin.clone(),
            format: self.format,
            instead: self.instead,
        }
    }
}

const fn named(format: &'static str, instead: &'static str) -> Foreign {
    Foreign { format, instead }
}

const UNPACK: &str = "unpack it and name the files inside";
const EXPORT: &str = "export the certificate and key from it as PKCS#12 or PEM";
const AGE: &str =
    "age encrypts files; for mutual TLS make a key of another kind: fullcert key -o client.key";
const OPENSSH: &str = "ssh-keygen -p -m PKCS8 -f FILE rewrites a copy of it as PKCS#8; mutual TLS needs a certificate besides";

/// Recognises binary formats by their first bytes.
pub(super) fn binary(bytes: &[u8]) -> Option<Foreign> {
    const MAGIC: &[(&[u8], &str, &str)] = &[
        (b"\x1f\x8b", "gzip archive", UNPACK),
        (b"BZh", "bzip2 archive", UNPACK),
        (b"\xfd7zXZ\0", "xz archive", UNPACK),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive", UNPACK),
        (b"Rar!", "RAR archive", UNPACK),
        (
            b"%PDF",
            "PDF document",
            "ask for the certificate itself as PEM",
        ),
        (
            b"\xd0\xcf\x11\xe0",
            "Microsoft Office document",
            "ask for the certificate itself as PEM",
        ),
        (b"{\\rtf", "RTF document", "save it as plain text"),
        (
            b"SQLite format 3\0",
            "SQLite database, as NSS keeps certificates in",
            "pk12util -d FOLDER -n NICKNAME -o client.p12 exports from it",
        ),
        (
            b"\x1e\xf1\xb5\xb0",
            "Microsoft PVK private key",
            "openssl rsa -inform PVK -in FILE -out key.pem converts it",
        ),
        (
            b"\0\0\0\0CERT",
            "Microsoft serialised certificate store",
            EXPORT,
        ),
        (
            b"kych",
            "macOS keychain",
            "security export -t identities -f pkcs12 -o client.p12 exports from it",
        ),
        (b"\x7fELF", "program", "name the key or certificate file"),
        (b"MZ", "Windows program", "name the key or certificate file"),
        (
            b"\xca\xfe\xba\xbe",
            "program",
            "name the key or certificate file",
        ),
        (
            b"\x89PNG",
            "picture",
            "ask for the certificate itself as PEM",
        ),
        (
            b"\xff\xd8\xff",
            "picture",
            "ask for the certificate itself as PEM",
        ),
    ];
    if let Some((_, format, instead)) = MAGIC.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Some(named(format, instead));
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(named("tar archive", UNPACK));
    }
    // A Microsoft key blob: PRIVATEKEYBLOB or PUBLICKEYBLOB, version 2, then "RSA2", "RSA1" or their DSA kin.
    if matches!(bytes.first_chunk(), Some([0x06 | 0x07, 2, 0, 0]))
        && matches!(
            bytes.get(8..12),
            Some(b"RSA1" | b"RSA2" | b"DSS1" | b"DSS2")
        )
    {
        return Some(named(
            "Microsoft key blob",
            "openssl rsa -inform MSBLOB -in FILE -out key.pem converts it",
        ));
    }
    bouncy_castle(bytes)
}

/// BKS and UBER share a head: version, the length of the salt (20), the salt, the iteration count.
fn bouncy_castle(bytes: &[u8]) -> Option<Foreign> {
    let head = bytes.first_chunk::<8>()?;
    if !matches!(head, [0, 0, 0, 0..=2, 0, 0, 0, 20]) {
        return None;
    }
    // BKS goes on in the clear: an entry's kind and the length of its alias. UBER is encrypted from here.
    let entry = bytes.get(32..)?;
    let plain = match entry {
        [0, ..] => true,
        [1..=4, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            rest.get(..length)
                .is_some_and(|alias| std::str::from_utf8(alias).is_ok())
        }
        _ => false,
    };
    Some(if plain {
        named(
            "BKS keystore (Bouncy Castle)",
            "convert it: keytool -importkeystore -srcstoretype BKS -deststoretype PKCS12 with Bouncy Castle's provider",
        )
    } else {
        named(
            "UBER keystore (Bouncy Castle)",
            "convert it: keytool -importkeystore -srcstoretype UBER -deststoretype PKCS12 with Bouncy Castle's provider",
        )
    })
}

/// How texts begin, in lower case.
const HEADS: &[(&str, &str, &str)] = &[
    ("<!doctype html", "HTML page", LOGIN),
    ("<html", "HTML page", LOGIN),
    ("<head", "HTML page", LOGIN),
    ("<script", "HTML page", LOGIN),
    ("<!--", "HTML page", LOGIN),
    (
        "<",
        "XML document",
        "take the certificate out of it: the base64 between its tags can be read as it is",
    ),
    (
        "putty-user-key-file-",
        "PuTTY private key (.ppk)",
        "puttygen FILE -O private-openssh -o key converts it; mutual TLS needs a certificate besides",
    ),
    (
        "ssh-",
        "OpenSSH public key",
        "mutual TLS takes an X.509 certificate: fullcert csr makes a request for one",
    ),
    (
        "ecdsa-sha2-",
        "OpenSSH public key",
        "mutual TLS takes an X.509 certificate: fullcert csr makes a request for one",
    ),
    (
        "certificate:",
        "certificate printed as text, without the certificate itself",
        "ask for the file that begins with -----BEGIN CERTIFICATE-----",
    ),
    (
        "certificate request:",
        "request printed as text, without the request itself",
        "ask for the file that begins with -----BEGIN CERTIFICATE REQUEST-----",
    ),
    (
        "mime-version:",
        "mail message",
        "save its attachment and name that",
    ),
    (
        "content-type:",
        "mail message",
        "save its attachment and name that",
    ),
    (
        "received:",
        "mail message",
        "save its attachment and name that",
    ),
    (
        "return-path:",
        "mail message",
        "save its attachment and name that",
    ),
    (
        "age-encryption.org/",
        "file encrypted with age",
        "age -d -i KEY FILE opens it; name what is inside",
    ),
    ("age1", "age public key", AGE),
    (
        "pkcs11:",
        "PKCS#11 address",
        "the key stays in its token; name a file",
    ),
    (
        "[newrequest]",
        "certreq.exe template",
        "certreq -new FILE request.csr makes a request from it",
    ),
];

/// Recognises text that is not PEM.
pub(super) fn text(bytes: &[u8]) -> Option<Foreign> {
    let head: String = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes))
        .trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
        .to_ascii_lowercase();
    if head.starts_with(['{', '[']) && !head.starts_with("[newrequest]") {
        return Some(if head.contains("\"kty\"") {
            named(
                "JSON Web Key whose members are not as RFC 7517 has them",
                "convert it to PEM with the tool that made it",
            )
        } else if head.contains("\"ciphertext\"") {
            named(
                "encrypted JSON Web Key (JWE)",
                "open it with the tool that locked it, and name the key inside",
            )
        } else {
            named("JSON document", "take the PEM text out of it")
        });
    }
    if head.contains("age-secret-key-") {
        return Some(named("age private key", AGE));
    }
    HEADS
        .iter()
        .find(|(start, ..)| head.starts_with(start))
        .map(|(_, format, instead)| named(format, instead))
}

const LOGIN: &str = "the download gave a page instead of the file: sign in, download it again, and look at it first";

/// PEM labels of things that are named and not read.
pub(super) fn label(label: &str) -> Option<Foreign> {
    Some(match label {
        "OPENSSH PRIVATE KEY" => named("OpenSSH private key", OPENSSH),
        "SSH2 PUBLIC KEY" => named(
            "SSH public key (RFC 4716)",
            "mutual TLS takes an X.509 certificate: fullcert csr makes a request for one",
        ),
        "SSH2 ENCRYPTED PRIVATE KEY" => named("SSH private key of ssh.com's kind", OPENSSH),
        "TSS2 PRIVATE KEY" | "TSS2 KEY BLOB" => named(
            "key that only its TPM can use",
            "make a key in a file: fullcert key -o client.key",
        ),
        "AGE ENCRYPTED FILE" => named(
            "file encrypted with age",
            "age -d -i KEY FILE opens it; name what is inside",
        ),
        _ if label.starts_with("PGP ") => named(
            "PGP block",
            "mutual TLS takes X.509 certificates; gpg --export-secret-keys is another matter",
        ),
        _ => return None,
    })
}
