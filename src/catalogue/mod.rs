//! Owns the verdict codes: what each means, whose side it is, what mends it, and the words other programs have for it.
//! Data, no rules.

mod code;
mod entries;
pub mod http;
pub mod phrases;
pub mod reactions;
pub mod replies;
pub mod stacks;

pub use code::{Code, Confidence, Culprit, Stage};
pub use entries::{Entry, entry};
