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

/// What an identity is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// One PEM file with the key, the leaf and its issuers.
    Pem,
    Pkcs12,
    Jks,
}

/// Prefixes and endings, as `-o FORMAT:PATH` and `-o name.ENDING` take them.
const NAMES: &[(&str, OutputFormat)] = &[
    ("pem", OutputFormat::Pem),
    ("p12", OutputFormat::Pkcs12),
    ("pfx", OutputFormat::Pkcs12),
    ("jks", OutputFormat::Jks),
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
        match format {
            Some(format) => Ok(Self { format, path }),
            None => Err(format!(
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
    /// Whether the file is locked with a password.
    #[must_use]
    pub fn is_keystore(self) -> bool {
        matches!(self, Self::Pkcs12 | Self::Jks)
    }

    /// Whether the file is unfit for a terminal.
    #[must_use]
    pub fn is_binary(self) -> bool {
        self.is_keystore()
    }
}

fn format_of(name: &str) -> Option<OutputFormat> {
    NAMES
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
        for wrong in ["client", "client.txt", "-", "p12:", ".pem"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
        assert!(parsed("x.foo").is_err_and(|text| text.contains("jks:x.foo")));
    }
}
