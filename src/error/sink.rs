//! A file that could not be written.

use std::io;
use std::path::PathBuf;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    #[error("{}: already exists", path.display())]
    Exists { path: PathBuf },
    #[error("{}: there is no folder {}", path.display(), folder.display())]
    NoFolder { path: PathBuf, folder: PathBuf },
    #[error("{}: this is a directory", path.display())]
    IsDirectory { path: PathBuf },
    #[error("{}: may not be written", path.display())]
    Denied { path: PathBuf },
    #[error("{}: named twice as an output", path.display())]
    Twice { path: PathBuf },
    #[error("binary output is not written to a terminal")]
    BinaryToTerminal,
    #[error("{}: cannot be written", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

impl Hint for SinkError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exists { .. } => "give --force to replace it, or another name with -o".to_owned(),
            Self::NoFolder { folder, .. } => format!("mkdir -p {}", folder.display()),
            Self::IsDirectory { path } => format!("name a file in it: -o {}/…", path.display()),
            Self::Denied { path } => format!(
                "the folder is read-only for you: ls -ld {}",
                path.parent()
                    .filter(|folder| !folder.as_os_str().is_empty())
                    .map_or_else(|| ".".to_owned(), |folder| folder.display().to_string())
            ),
            Self::Twice { .. } => "give every -o a path of its own".to_owned(),
            Self::BinaryToTerminal => "name a file with -o, or pipe the output".to_owned(),
            Self::Unwritable { .. } => return None,
        })
    }
}
