//! A subject or an alternative name that was typed and cannot be meant.

use super::Hint;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    #[error("the subject is empty")]
    Empty,
    #[error("the subject is not a name: {fault}")]
    Syntax { fault: SyntaxFault, slash: bool },
    #[error("the subject names {}, which is no known attribute", keyword.escape_debug())]
    UnknownKeyword { keyword: String },
    #[error("the subject gives {keyword} no value")]
    EmptyValue { keyword: String },
    #[error("{keyword}={}: a country is two letters (ISO 3166)", value.escape_debug())]
    Country { keyword: String, value: String },
    #[error("{keyword}={}: {have} characters, and {min} to {max} are allowed", value.escape_debug())]
    Length {
        keyword: String,
        value: String,
        have: usize,
        min: usize,
        max: usize,
    },
    #[error("{keyword}={}: {allowed} alone are allowed here", value.escape_debug())]
    Characters {
        keyword: String,
        value: String,
        allowed: &'static str,
    },
    #[error("--{flag} {}: {fault}", value.escape_debug())]
    Alternative {
        flag: &'static str,
        value: String,
        fault: &'static str,
        instead: String,
    },
}

/// Where a subject stops being one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxFault {
    #[error("there is no '=' in “{}”", .0.escape_debug())]
    NoEquals(String),
    #[error("nothing stands before the '=' in “{}”", .0.escape_debug())]
    NoKeyword(String),
    #[error("a separator is followed by nothing")]
    EmptyPart,
    #[error("it ends in a backslash")]
    LoneBackslash,
    #[error("a quote is opened and never closed")]
    OpenQuote,
    #[error("“{}” follows the value, where a separator is due", .0.escape_debug())]
    AfterValue(String),
    #[error("“{}” has to be escaped with a backslash", .0.escape_debug())]
    Unescaped(char),
    #[error("#{} is not the hexadecimal of one DER string", .0.escape_debug())]
    BadHex(String),
    #[error("the value of {0} is not UTF-8")]
    NotUtf8(String),
    #[error("the value of {0} has a NUL in it")]
    Nul(String),
}

impl Hint for NamingError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "give one: --subject 'CN=api.acme.example,O=Acme,C=NL'".to_owned(),
            Self::Syntax { slash: true, .. } => {
                "written as '/C=NL/O=Acme/CN=api.acme.example'; a slash, plus or backslash inside a value is written \\/ \\+ \\\\".to_owned()
            }
            Self::Syntax { slash: false, .. } => {
                "written as 'CN=api.acme.example,O=Acme\\, Inc.,C=NL'; a comma, plus, quote or backslash inside a value takes a backslash before it".to_owned()
            }
            Self::UnknownKeyword { .. } => format!(
                "known are {}; any other by its number, such as 2.5.4.3",
                crate::material::Name::keywords().join(", ")
            ),
            Self::EmptyValue { .. } => "give it a value or leave it out".to_owned(),
            Self::Country { .. } => "for example C=NL; a country's name is not its code".to_owned(),
            Self::Length { .. } => "shorten it: these bounds are the standard's (RFC 5280, appendix A)".to_owned(),
            Self::Characters { .. } => "write it without the others".to_owned(),
            Self::Alternative { instead, .. } => instead.clone(),
        })
    }
}
