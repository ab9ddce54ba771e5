//! The largest files that can be given: the program stays within the memory it promises.

#![cfg(target_os = "linux")]

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::pile::issued;
use crate::support::{Place, peer};

/// The largest file that is read.
const FILE: usize = 64 * 1024 * 1024;

/// What the program may take, and the address space of the program itself, in KiB.
const MEMORY: usize = (256 + 96) * 1024;

/// `fullcert inspect` under a limit that the system keeps.
fn inspect(place: &Place, name: &str) {
    let program = env!("CARGO_BIN_EXE_fullcert");
    let line = format!("ulimit -v {MEMORY} && exec '{program}' inspect {name} > /dev/null");
    let ran = place.run(Command::new("sh").args(["-c", &line]));
    assert!(matches!(ran.code, 0 | 2), "{name}: {ran:?}");
}

#[test]
fn the_largest_files_take_no_more_than_is_promised() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl x509 -in leaf.crt -outform DER -out leaf.der");
    let (pem, der) = (place.read("leaf.crt"), place.read("leaf.der"));
    place.write("many.pem", pem.repeat(FILE / pem.len()));
    place.write("many.der", der.repeat(FILE / der.len()));
    // An element of 48 MiB that is nothing known.
    let claimed = [
        &[0x30, 0x84, 2, 0xff, 0xff, 0xf0][..],
        &vec![0x5a; FILE / 4 * 3 - 64],
    ]
    .concat();
    place.write("bare.txt", STANDARD.encode(&claimed));
    for name in ["many.pem", "many.der", "bare.txt"] {
        inspect(&place, name);
    }
}
