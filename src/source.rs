//! Owns bytes and where they came from: a path or standard input, and inside it a block and a line.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::SourceError;

/// The largest file that is read, in bytes (64 MiB): a pile of certificates is far smaller.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Where something was found. Cheap to clone; prints as `chain.pem, block 2 (line 31)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    path: Arc<Path>,
    /// Counted from 1 within the file; `None` where the file is one object.
    pub block: Option<usize>,
    /// Line of the block's first line, counted from 1; text files only.
    pub line: Option<usize>,
}

impl Origin {
    /// A whole file. `-` stands for standard input.
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self {
            path: Arc::from(path.as_ref()),
            block: None,
            line: None,
        }
    }

    /// The `block`-th object of this file, counted from 1.
    #[must_use]
    pub fn block(&self, block: usize, line: Option<usize>) -> Self {
        Self {
            path: Arc::clone(&self.path),
            block: Some(block),
            line,
        }
    }

    /// The file's path as it was typed; `-` is standard input.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same file without block or line.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self {
            path: Arc::clone(&self.path),
            block: None,
            line: None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.as_os_str() == "-" {
            f.write_str("standard input")?;
        } else {
            write!(f, "{}", self.path.display())?;
        }
        match (self.block, self.line) {
            (Some(block), Some(line)) => write!(f, ", block {block} (line {line})"),
            (Some(block), None) => write!(f, ", entry {block}"),
            (None, Some(line)) => write!(f, ", line {line}"),
            (None, None) => Ok(()),
        }
    }
}

/// Bytes with their origin.
pub struct Source {
    pub origin: Origin,
    pub bytes: zeroize::Zeroizing<Vec<u8>>,
}

impl Source {
    /// Reads `path`, or `stdin` where it is `-`.
    ///
    /// # Errors
    /// A missing, unreadable, empty or oversized file, or a directory, each with its own variant.
    pub fn read(path: &Path, stdin: &mut dyn Read) -> Result<Self, SourceError> {
        let origin = Origin::file(path);
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let unreadable = |cause| SourceError::from_io(origin.path(), cause);
        if path.as_os_str() == "-" {
            stdin
                .take(MAX_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
        } else {
            let file = File::open(path).map_err(unreadable)?;
            let about = file.metadata().map_err(unreadable)?;
            if about.is_dir() {
                return Err(SourceError::IsDirectory {
                    path: PathBuf::from(path),
                });
            }
            if about.len() > MAX_BYTES {
                return Err(SourceError::TooLarge {
                    path: PathBuf::from(path),
                    limit: MAX_BYTES,
                });
            }
            // Reserved whole, so a key is not left behind in a buffer that was outgrown.
            bytes.reserve_exact(usize::try_from(about.len()).unwrap_or(0) + 1);
            file.take(MAX_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SourceError::TooLarge {
                path: PathBuf::from(path),
                limit: MAX_BYTES,
            });
        }
        if bytes.is_empty() {
            return Err(SourceError::Empty {
                path: PathBuf::from(path),
            });
        }
        Ok(Self { origin, bytes })
    }
}
