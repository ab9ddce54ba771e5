//! `fullcert demo`

use crate::cli::demo::Demo;
use crate::error::Error;

use super::{Context, Outcome};

pub fn run(_args: &Demo, _context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    todo!()
}
