//! `-o`: a path, and the format its ending or its prefix asks for.

use std::ffi::OsString;
use std::path::PathBuf;

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    pub format: OutputFormat,
    /// `-` is standard output.
    pub path: PathBuf,
}

/// What an identity, or a part of it, is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// One PEM file with the key, the leaf and its issuers.
    Pem,
    /// The leaf and its issuers, PEM.
    Chain,
    /// The leaf, PEM.
    Leaf,
    /// The key, PEM.
    Key,
    /// The leaf, DER.
    Der,
    /// The key, DER (PKCS#8).
    Pkcs8,
    /// The leaf and its issuers, PKCS#7.
    Pkcs7,
    Pkcs12,
    Jks,
    Jceks,
}

/// Prefixes and endings, as `-o FORMAT:PATH` and `-o name.ENDING` take them. The first of each is its name.
const NAMES: &[(&str, OutputFormat)] = &[
    ("pem", OutputFormat::Pem),
    ("chain", OutputFormat::Chain),
    ("leaf", OutputFormat::Leaf),
    ("crt", OutputFormat::Leaf),
    ("cer", OutputFormat::Leaf),
    ("key", OutputFormat::Key),
    ("der", OutputFormat::Der),
    ("pk8", OutputFormat::Pkcs8),
    ("p7b", OutputFormat::Pkcs7),
    ("p7c", OutputFormat::Pkcs7),
    ("p12", OutputFormat::Pkcs12),
    ("pfx", OutputFormat::Pkcs12),
    ("jks", OutputFormat::Jks),
    ("jceks", OutputFormat::Jceks),
];

/// Names of PEM files that everybody takes for a part of an identity: no key is put where none is looked for.
const STEMS: &[(&str, OutputFormat)] = &[
    ("chain", OutputFormat::Chain),
    ("fullchain", OutputFormat::Chain),
    ("leaf", OutputFormat::Leaf),
    ("cert", OutputFormat::Leaf),
    ("key", OutputFormat::Key),
    ("privkey", OutputFormat::Key),
];

impl OutputFile {
    /// Reads `FORMAT:PATH`, or takes the format from the path's ending.
    ///
    /// # Errors
    /// A sentence that lists the formats, where neither says one.
    pub fn parse(text: OsString) -> Result<Self, String> {
        if let Some((prefix, path)) = text.to_str().and_then(|text| text.split_once(':'))
            && let Some(format) = format_of(prefix)
        {
            return if path.is_empty() {
                Err(format!("no path follows {prefix}:"))
            } else {
                Ok(Self {
                    format,
                    path: PathBuf::from(path),
                })
            };
        }
        let path = PathBuf::from(text);
        let format = path
            .extension()
            .and_then(|ending| ending.to_str())
            .and_then(format_of);
        let part = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| find(STEMS, stem));
        match (format, part) {
            (Some(OutputFormat::Pem), Some(format)) | (Some(format), _) => {
                Ok(Self { format, path })
            }
            (None, _) => Err(format!(
                "no format goes by this ending; name one: {}",
                NAMES
                    .iter()
                    .map(|(name, _)| format!("{name}:{}", path.display()))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        }
    }
}

impl OutputFormat {
    /// The format's name, in JSON and for a person.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Chain => "chain",
            Self::Leaf => "leaf",
            Self::Key => "key",
            Self::Der => "der",
            Self::Pkcs8 => "pkcs8",
            Self::Pkcs7 => "pkcs7",
            Self::Pkcs12 => "pkcs12",
            Self::Jks => "jks",
            Self::Jceks => "jceks",
        }
    }

    /// Whether the file is locked with a password.
    #[must_use]
    pub fn is_keystore(self) -> bool {
        matches!(self, Self::Pkcs12 | Self::Jks | Self::Jceks)
    }

    /// Whether the private key is in it.
    #[must_use]
    pub fn has_key(self) -> bool {
        self.is_keystore() || matches!(self, Self::Pem | Self::Key | Self::Pkcs8)
    }

    /// Whether the private key is in it as it is, unless it is encrypted.
    #[must_use]
    pub fn is_key_file(self) -> bool {
        self.has_key() && !self.is_keystore()
    }

    /// Whether the leaf is in it.
    #[must_use]
    pub fn has_leaf(self) -> bool {
        !matches!(self, Self::Key | Self::Pkcs8)
    }

    /// Whether the leaf's issuers are in it.
    #[must_use]
    pub fn has_issuers(self) -> bool {
        self.has_leaf() && !matches!(self, Self::Leaf | Self::Der)
    }

    /// Whether the file is unfit for a terminal.
    #[must_use]
    pub fn is_binary(self) -> bool {
        !matches!(self, Self::Pem | Self::Chain | Self::Leaf | Self::Key)
    }
}

fn format_of(name: &str) -> Option<OutputFormat> {
    find(NAMES, name)
}

fn find(names: &[(&str, OutputFormat)], name: &str) -> Option<OutputFormat> {
    names
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(OutputFormat, String), String> {
        OutputFile::parse(text.into())
            .map(|output| (output.format, output.path.display().to_string()))
    }

    #[test]
    fn the_ending_or_the_prefix_says_the_format() {
        let fine = |format, path: &str| Ok((format, path.to_owned()));
        assert_eq!(parsed("a.pem"), fine(OutputFormat::Pem, "a.pem"));
        assert_eq!(parsed("b/a.PFX"), fine(OutputFormat::Pkcs12, "b/a.PFX"));
        assert_eq!(parsed("p12:store"), fine(OutputFormat::Pkcs12, "store"));
        assert_eq!(parsed("jks:a.p12"), fine(OutputFormat::Jks, "a.p12"));
        assert_eq!(parsed("pem:-"), fine(OutputFormat::Pem, "-"));
        assert_eq!(
            parsed("odd:name.jks"),
            fine(OutputFormat::Jks, "odd:name.jks")
        );
        assert_eq!(parsed("chain.pem"), fine(OutputFormat::Chain, "chain.pem"));
        assert_eq!(parsed("a/Key.PEM"), fine(OutputFormat::Key, "a/Key.PEM"));
        assert_eq!(parsed("key.p12"), fine(OutputFormat::Pkcs12, "key.p12"));
        assert_eq!(parsed("pem:key.pem"), fine(OutputFormat::Pem, "key.pem"));
        assert_eq!(parsed("client.key"), fine(OutputFormat::Key, "client.key"));
        assert_eq!(parsed("a.crt"), fine(OutputFormat::Leaf, "a.crt"));
        for wrong in ["client", "client.txt", "-", "p12:", ".pem"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
        assert!(parsed("x.foo").is_err_and(|text| text.contains("jks:x.foo")));
    }
}
