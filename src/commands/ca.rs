//! `fullcert ca`

use crate::cli::ca::Ca;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Ca, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
