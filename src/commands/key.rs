//! `fullcert key`

use crate::cli::key::{Key, KeyType};
use crate::encode::pem;
use crate::error::Error;
use crate::generate;
use crate::report::generated::{self, Made, What};
use crate::secret::{Origins, Secret};
use crate::sink::{self, Output};

use super::{Context, Outcome};

/// Makes a key, and writes it where only its owner can read it.
pub fn run(args: &Key, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    super::refuse_json_beside(&[&args.output], context)?;
    sink::check(&args.output, args.force)?;
    let passphrase = new_passphrase(args.encrypt, &args.passphrase.origins(), context)?;
    let key = generate::key(kind(args.kind))?;
    let bytes = pem::key(&key, passphrase.as_ref())?;
    sink::write(
        &[Output::secret(&args.output, bytes)],
        args.force,
        context.io.stdout,
    )?;
    let made = [Made {
        path: &args.output,
        what: What::Key {
            key: &key,
            encrypted: passphrase.is_some(),
        },
    }];
    generated::key(&made, context.global.format, context.io)?;
    Ok(Outcome::Fine)
}

/// The passphrase for a key that is about to be made; naming its place is asking for encryption.
pub(super) fn new_passphrase(
    encrypt: bool,
    origins: &Origins,
    context: &mut Context<'_, '_>,
) -> Result<Option<Secret>, Error> {
    if !encrypt && !origins.named() {
        return Ok(None);
    }
    Ok(Some(origins.read_or_choose(
        "passphrase for the private key",
        context.io,
    )?))
}

/// What is meant by a kind of key that was typed.
pub(super) fn kind(typed: KeyType) -> generate::KeyType {
    match typed {
        KeyType::Rsa2048 => generate::KeyType::Rsa(2048),
        KeyType::Rsa3072 => generate::KeyType::Rsa(3072),
        KeyType::Rsa4096 => generate::KeyType::Rsa(4096),
        KeyType::P256 => generate::KeyType::P256,
        KeyType::P384 => generate::KeyType::P384,
        KeyType::P521 => generate::KeyType::P521,
        KeyType::Ed25519 => generate::KeyType::Ed25519,
    }
}
