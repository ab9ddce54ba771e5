//! Owns libcrypto's legacy provider: RC2, RC4, DES and their kin, loaded when an old file first needs them.

use std::sync::OnceLock;

use openssl::provider::Provider;

/// Held for the life of the process: unloading it would pull the ciphers from under their users.
static PROVIDERS: OnceLock<[Option<Provider>; 2]> = OnceLock::new();

/// Makes the old ciphers available; where the library was built without them, they stay unsupported.
pub(super) fn load() {
    // The legacy provider borrows digests from the default one, and sees only providers loaded by name.
    PROVIDERS.get_or_init(|| ["default", "legacy"].map(|name| Provider::load(None, name).ok()));
}

/// Whether a cipher's name is of one the default provider lacks.
pub(super) fn is_needed(cipher: &str) -> bool {
    let cipher = cipher.to_ascii_uppercase();
    let modern = ["AES", "CAMELLIA", "ARIA", "DES-EDE", "3DES", "DES3"]
        .iter()
        .any(|name| cipher.contains(name));
    !modern
}
