//! Owns the disk's other end: every file that is written goes through here.
//!
//! A file appears whole or not at all, replaces another only with `--force`, and is readable by its
//! owner alone where it holds a secret.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::SinkError;

/// Bytes on their way to a path.
pub struct Output {
    pub path: PathBuf,
    pub bytes: zeroize::Zeroizing<Vec<u8>>,
    /// Written with mode 0600.
    pub secret: bool,
}

impl Output {
    /// A file with a private key or password-protected key in it.
    #[must_use]
    pub fn secret(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self {
            path: path.into(),
            bytes: zeroize::Zeroizing::new(bytes),
            secret: true,
        }
    }

    /// A file anybody may read.
    #[must_use]
    pub fn public(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self {
            path: path.into(),
            bytes: zeroize::Zeroizing::new(bytes),
            secret: false,
        }
    }
}

/// Whether bytes written there flow on, as into standard output: `-`, a pipe, a terminal, `/dev/null`. Such a
/// path is written to and never replaced.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
        || fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

/// Says early, before a password is asked for or a key is made, whether `path` could be written.
///
/// # Errors
/// The path exists and `force` is not given, is a directory, or its folder is missing or read-only.
pub fn check(path: &Path, force: bool) -> Result<(), SinkError> {
    if path.is_dir() {
        return Err(SinkError::IsDirectory {
            path: path.to_owned(),
        });
    }
    if is_stream(path) {
        return Ok(());
    }
    if !force && path.symlink_metadata().is_ok() {
        return Err(SinkError::Exists {
            path: path.to_owned(),
        });
    }
    let folder = folder(path);
    match fs::metadata(folder) {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(_) | Err(_) => Err(SinkError::NoFolder {
            path: path.to_owned(),
            folder: folder.to_owned(),
        }),
    }
}

/// As [`check`] for every path, and that no two of them are one file.
///
/// # Errors
/// As [`check`]; and [`SinkError::Twice`].
pub fn check_all(paths: &[&PathBuf], force: bool) -> Result<(), SinkError> {
    for (index, path) in paths.iter().enumerate() {
        check(path, force)?;
        if paths[..index].iter().any(|other| same_place(other, path)) {
            return Err(SinkError::Twice {
                path: (*path).clone(),
            });
        }
    }
    Ok(())
}

/// Whether two paths name one file, whether it exists or not; `-` is standard output.
#[must_use]
pub fn same_place(one: &Path, other: &Path) -> bool {
    if one == other {
        return true;
    }
    if one.as_os_str() == "-" || other.as_os_str() == "-" {
        return false;
    }
    match (
        fs::canonicalize(folder(one)),
        fs::canonicalize(folder(other)),
    ) {
        (Ok(here), Ok(there)) => here == there && one.file_name() == other.file_name(),
        _ => false,
    }
}

/// Writes all of them or none: each is written beside its place first, and moved when every one is whole.
///
/// A path of `-` goes to `stdout`; pipes and devices are written to as they are.
///
/// # Errors
/// As [`check`]; a path named twice; or what the operating system says of the write.
pub fn write(outputs: &[Output], force: bool, stdout: &mut dyn Write) -> Result<(), SinkError> {
    let paths: Vec<&PathBuf> = outputs.iter().map(|output| &output.path).collect();
    check_all(&paths, force)?;
    let (streams, files): (Vec<&Output>, Vec<&Output>) =
        outputs.iter().partition(|output| is_stream(&output.path));
    let mut staged = Vec::new();
    for output in files {
        staged.push((stage(output)?, output));
    }
    // Before anything is placed: a file that is placed can be taken back no more when a stream breaks.
    for output in streams {
        pour(output, stdout).map_err(|cause| from_io(&output.path, cause))?;
    }
    let mut placed: Vec<&Path> = Vec::new();
    for (file, output) in staged {
        let moved = if force {
            file.persist(&output.path)
        } else {
            file.persist_noclobber(&output.path)
        };
        if let Err(error) = moved {
            // Without --force every placed file is new: taking it back loses nothing.
            if !force {
                for path in placed {
                    let _ = fs::remove_file(path);
                }
            }
            return Err(from_io(&output.path, error.error));
        }
        placed.push(&output.path);
    }
    Ok(())
}

fn pour(output: &Output, stdout: &mut dyn Write) -> io::Result<()> {
    if output.path.as_os_str() == "-" {
        stdout.write_all(&output.bytes)?;
        return stdout.flush();
    }
    fs::OpenOptions::new()
        .write(true)
        .open(&output.path)?
        .write_all(&output.bytes)
}

fn stage(output: &Output) -> Result<tempfile::NamedTempFile, SinkError> {
    let failed = |cause| from_io(&output.path, cause);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fullcert-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask still applies to a public file; a secret one is 0600 from its first byte.
        let mode = if output.secret { 0o600 } else { 0o666 };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder(&output.path)).map_err(failed)?;
    file.write_all(&output.bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

fn from_io(path: &Path, cause: io::Error) -> SinkError {
    let path = path.to_owned();
    match cause.kind() {
        io::ErrorKind::AlreadyExists => SinkError::Exists { path },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            SinkError::Denied { path }
        }
        _ => SinkError::Unwritable { path, cause },
    }
}

/// Makes a folder that only its owner may enter.
///
/// # Errors
/// What the operating system says; [`SinkError::Exists`] where something is there already.
pub fn make_private_folder(path: &Path) -> Result<(), SinkError> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|cause| {
        if cause.kind() == io::ErrorKind::NotFound {
            SinkError::NoFolder {
                path: path.to_owned(),
                folder: folder(path).to_owned(),
            }
        } else {
            from_io(path, cause)
        }
    })
}
