//! `fullcert bundle`

use crate::cli::bundle::Bundle;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Bundle, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
