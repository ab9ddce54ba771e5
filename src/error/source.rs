//! A file that could not be read as bytes.

use std::io;
use std::path::{Path, PathBuf};

use crate::source::Origin;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{}: no such file", Origin::file(path))]
    NotFound { path: PathBuf },
    #[error("{}: permission denied", Origin::file(path))]
    Denied { path: PathBuf },
    #[error("{}: this is a directory, not a file", Origin::file(path))]
    IsDirectory { path: PathBuf },
    #[error("{}: the file is empty", Origin::file(path))]
    Empty { path: PathBuf },
    #[error("{}: larger than {} MiB, the most that is read", Origin::file(path), limit / 1024 / 1024)]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{}: cannot be read", Origin::file(path))]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

impl SourceError {
    /// The stable code of this error in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "file-not-found",
            Self::Denied { .. } => "file-denied",
            Self::IsDirectory { .. } => "file-is-directory",
            Self::Empty { .. } => "file-empty",
            Self::TooLarge { .. } => "file-too-large",
            Self::Unreadable { .. } => "file-unreadable",
        }
    }

    /// The variant that fits what the operating system said.
    #[must_use]
    pub fn from_io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::PermissionDenied => Self::Denied { path },
            io::ErrorKind::IsADirectory => Self::IsDirectory { path },
            _ => Self::Unreadable { path, cause },
        }
    }
}

impl Hint for SourceError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotFound { .. } => {
                "check the path; a relative one starts at the current folder".to_owned()
            }
            Self::Denied { path } => format!("ls -l {} shows who may read it", path.display()),
            Self::IsDirectory { path } => {
                format!("name the files inside it, for example {}/*", path.display())
            }
            Self::Empty { path } if path.as_os_str() == "-" => {
                "nothing was piped in: the command before the | failed, or there is none".to_owned()
            }
            Self::Empty { .. } => {
                "fetch or export it again: the download or the command that wrote it failed"
                    .to_owned()
            }
            Self::TooLarge { .. } => {
                "certificates and keystores are far smaller: check that this is the right file"
                    .to_owned()
            }
            Self::Unreadable { .. } => return None,
        })
    }
}
