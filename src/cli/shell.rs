//! `fullcert completions` and `fullcert man`

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Print a shell's completion script.
#[derive(Debug, Args)]
pub struct Completions {
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// Write a man page for the program and for each command into a folder.
#[derive(Debug, Args)]
pub struct Man {
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}
