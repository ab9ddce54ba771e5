//! Owns new material: private keys, signing requests, and the certificates of a local CA.

mod alternative;
mod authority;
mod certificate;
mod key;
mod request;
mod signing;
mod subject;
mod subject_text;

pub use alternative::{dns, email, uri};
pub use authority::{Authority, Issued};
pub use certificate::{Purpose, Validity, self_signed};
pub use key::{KeyType, key};
pub use request::request;
pub use subject::{common_name, is_upside_down, subject};

use crate::source::Origin;

/// The stand-in for a path until the sink has given the new thing one.
fn fresh(what: &str) -> Origin {
    Origin::file(format!("(new {what})"))
}
