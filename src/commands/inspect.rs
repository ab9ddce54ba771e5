//! `fullcert inspect`

use crate::cli::inspect::Inspect;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Inspect, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
