//! Texts about something else that sound like this: they speak against an answer.

use super::{Phrase, Says, row};

const ELSEWHERE: Says = Says::Elsewhere;

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    // SSH and git over SSH.
    row("ssh", "ssh : connect to host", ELSEWHERE, 90),
    row("ssh", "host key verification failed", ELSEWHERE, 90),
    row("ssh", "permission denied publickey", ELSEWHERE, 90),
    row("ssh", "permission denied ( publickey", ELSEWHERE, 90),
    row("ssh", "kex exchange identification", ELSEWHERE, 90),
    row("ssh", "could not read from remote repository", ELSEWHERE, 70),
    row("ssh", "ssh exchange identification", ELSEWHERE, 90),
    row("ssh", "sshd", ELSEWHERE, 70),
    row("ssh", "load key * openssh", ELSEWHERE, 60),
    row("ssh", "no matching host key type found", ELSEWHERE, 90),
    row("ssh", "no matching key exchange method found", ELSEWHERE, 90),
    // Tokens and signatures.
    row("JWT", "jwt", ELSEWHERE, 60),
    row("JWT", "jsonwebtokenerror", ELSEWHERE, 80),
    row("JWT", "signatureexception : jwt signature", ELSEWHERE, 90),
    row("SAML", "saml", ELSEWHERE, 60),
    row("SAML", "signature validation failed saml", ELSEWHERE, 80),
    row("DKIM", "dkim", ELSEWHERE, 80),
    row("GPG", "gpg", ELSEWHERE, 70),
    row("apt", "the following signatures couldn't be verified", ELSEWHERE, 90),
    // Hashes in build tools, told by OpenSSL 3 in a keystore's words.
    row("webpack", "createhash", ELSEWHERE, 90),
    row("webpack", "webpack", ELSEWHERE, 70),
    row("webpack", "err ossl evp unsupported", ELSEWHERE, 80),
    row("Node.js", "openssl legacy provider", ELSEWHERE, 50),
    // Code signing.
    row("Android", "install parse failed no certificates", ELSEWHERE, 90),
    row("Android", "apksigner", ELSEWHERE, 40),
    row("Xcode", "no signing certificate", ELSEWHERE, 90),
    row("Xcode", "provisioning profile", ELSEWHERE, 90),
    row("Xcode", "codesign", ELSEWHERE, 85),
    row("Windows", "signtool", ELSEWHERE, 85),
    row("Windows", "authenticode", ELSEWHERE, 80),
    row("Windows", "windows cannot verify the digital signature", ELSEWHERE, 85),
    // ACME.
    row("ACME", "urn : ietf : params : acme : error", ELSEWHERE, 70),
    row("ACME", "acme challenge", ELSEWHERE, 70),
    row("certbot", "certbot", ELSEWHERE, 40),
    row("ACME", "too many certificates already issued", ELSEWHERE, 85),
    // Accounts and disks.
    row("sudo", "incorrect password attempts", ELSEWHERE, 85),
    row("accounts", "invalid username or password", ELSEWHERE, 70),
    row("accounts", "bad credentials", ELSEWHERE, 60),
    row("MySQL", "access denied for user", ELSEWHERE, 20),
    row("PostgreSQL", "password authentication failed for user", ELSEWHERE, 50),
    row("LUKS", "no key available with this passphrase", ELSEWHERE, 85),
    row("LUKS", "cryptsetup", ELSEWHERE, 80),
    row("Ansible", "ansible vault", ELSEWHERE, 80),
    row("Ansible", "decryption failed no vault secrets", ELSEWHERE, 85),
    row("zip", "incorrect password for archive", ELSEWHERE, 80),
    row("Wi-Fi", "wpa supplicant", ELSEWHERE, 40),
    row("CORS", "blocked by cors policy", ELSEWHERE, 70),
    row("crypto", "javax crypto cipher dofinal * aes", ELSEWHERE, 50),
    row("Rails", "activesupport messageencryptor invalidmessage", ELSEWHERE, 80),
    // The program itself is broken: no reason to guess at its words, though what a phrase says of TLS may still be so.
    row("a program", "typeerror :", ELSEWHERE, 30), row("a program", "cannot read properties of", ELSEWHERE, 30), row("a program", "nullpointerexception", ELSEWHERE, 30),
    row("a program", "syntaxerror :", ELSEWHERE, 30), row("a program", "nameerror :", ELSEWHERE, 30), row("a program", "attributeerror :", ELSEWHERE, 30),
    row("a program", "keyerror :", ELSEWHERE, 30), row("a program", "indexerror :", ELSEWHERE, 30), row("a program", "importerror :", ELSEWHERE, 30),
    row("a program", "modulenotfounderror :", ELSEWHERE, 30), row("a program", "classnotfoundexception", ELSEWHERE, 30), row("a program", "noclassdeffounderror", ELSEWHERE, 30),
    row("a program", "nosuchmethoderror", ELSEWHERE, 30), row("a program", "classcastexception", ELSEWHERE, 30), row("a program", "undefined reference to", ELSEWHERE, 30),
    row("a program", "undefined method", ELSEWHERE, 30), row("a program", "undefined local variable", ELSEWHERE, 30), row("a program", "cannot find symbol", ELSEWHERE, 30),
    row("a program", "cannot find module", ELSEWHERE, 30), row("a program", "segmentation fault", ELSEWHERE, 30), row("a program", "nil pointer dereference", ELSEWHERE, 30),
    row("a program", "index out of range", ELSEWHERE, 30), row("a program", "compilation terminated", ELSEWHERE, 30), row("a program", "compilation error", ELSEWHERE, 30),
    row("a program", "unresolved import", ELSEWHERE, 30), row("a program", "trait bound", ELSEWHERE, 30), row("a program", "addresssanitizer", ELSEWHERE, 30),
    row("a test", "assertionerror", ELSEWHERE, 30), row("a test", "assertion failed", ELSEWHERE, 30), row("a test", "| failed tests", ELSEWHERE, 30),
    row("a test", "tests failed", ELSEWHERE, 30), row("git", "merge conflict", ELSEWHERE, 60), row("git", "automatic merge failed", ELSEWHERE, 60),
    row("a database", "duplicate key", ELSEWHERE, 50), row("a database", "violates * constraint", ELSEWHERE, 50), row("a database", "doesn't exist |", ELSEWHERE, 30),
    row("a disk", "no space left on device", ELSEWHERE, 60), row("Kubernetes", "nodes are available", ELSEWHERE, 60), row("Kubernetes", "failedmount", ELSEWHERE, 50),
    row("cert-manager", "certificaterequest", ELSEWHERE, 30), row("cert-manager", "certificatesigningrequests", ELSEWHERE, 50), row("WebSocket", "during websocket handshake : unexpected response code", ELSEWHERE, 70),
    row("Wi-Fi", "4 way handshake", ELSEWHERE, 70), row("WireGuard", "wireguard", ELSEWHERE, 60), row("WireGuard", "handshake for peer", ELSEWHERE, 70),
    row("BitTorrent", "info hash", ELSEWHERE, 60), row("Bluetooth", "bluetoothd", ELSEWHERE, 60), row("prose", "release notes", ELSEWHERE, 30), row("prose", "changelog", ELSEWHERE, 30),
    row("HAProxy", "unable to load default * dh parameter", ELSEWHERE, 30),
];
