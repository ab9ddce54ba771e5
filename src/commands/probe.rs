//! `fullcert probe`

use crate::cli::probe::Probe;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Probe, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
