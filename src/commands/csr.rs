//! `fullcert csr`

use crate::cli::csr::Csr;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Csr, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
