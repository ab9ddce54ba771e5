//! `fullcert key`

use crate::cli::key::Key;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Key, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
