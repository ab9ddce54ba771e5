//! Damaged files of every format: whatever happens to their bytes, the program ends with 0 or 2, in time.

use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use fullcert::io::{Io, SystemClock, Terminal};

use crate::pile::issued;
use crate::support::{Place, find, peer};

/// The same numbers on every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).expect("small")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

/// One way to damage a file.
fn mutate(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = numbers.below(bytes.len());
    match numbers.below(8) {
        0 => bytes.truncate(at),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, numbers.byte()),
        3 => bytes[at] ^= 1 << numbers.below(8),
        4 => {
            let end = (at + numbers.below(64)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            bytes.splice(to..to, piece);
        }
        5 => {
            let end = (at + numbers.below(16)).min(bytes.len());
            bytes.drain(at..end);
        }
        // Where lengths are wrong, the numbers at either end of the range find the most.
        6 => bytes[at] = [0, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff, 0x30][numbers.below(8)],
        _ => {
            for _ in 0..3 {
                let at = numbers.below(bytes.len());
                bytes[at] = numbers.byte();
            }
        }
    }
    bytes
}

/// A file of every format and encoding, by name.
fn specimens(place: &Place) -> Vec<(String, Vec<u8>)> {
    place.write("pw", "secret\n");
    place.write("text", "hello");
    place.write(
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=10\n",
    );
    place.write(
        "index.txt",
        "R\t400101000000Z\t261101000000Z\t05\tunknown\t/CN=a\n",
    );
    for line in [
        "openssl x509 -in leaf.crt -outform DER -out leaf.der",
        "openssl x509 -in leaf.crt -trustout -addtrust clientAuth -out trusted.pem",
        "openssl req -in leaf.csr -outform DER -out request.der",
        "openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -out list.crl",
        "openssl crl -in list.crl -outform DER -out list.der",
        "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:512 -out rsa.key",
        "openssl rsa -in rsa.key -traditional -outform DER -out pkcs1.der",
        "openssl rsa -in rsa.key -pubout -outform DER -out public.der",
        "openssl rsa -in rsa.key -RSAPublicKey_out -outform DER -out rsapublic.der",
        "openssl pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out pkcs8.der",
        "openssl ec -in leaf.key -outform DER -out sec1.der",
        "openssl ec -in leaf.key -param_enc explicit -outform DER -out explicit.der",
        "openssl pkcs8 -topk8 -in leaf.key -passout file:pw -iter 10 -outform DER -out pbes2.der",
        "openssl pkcs8 -topk8 -in leaf.key -passout file:pw -scrypt -scrypt_N 16 -outform DER -out scrypt.der",
        "openssl pkcs8 -topk8 -in leaf.key -passout file:pw -v1 PBE-SHA1-3DES -iter 10 -outform DER -out pbe.der",
        "openssl rsa -in rsa.key -traditional -aes128 -passout file:pw -out legacy.pem",
        "openssl crl2pkcs7 -in list.crl -certfile leaf.crt -certfile ca.crt -outform DER -out pile.p7b",
        "openssl cms -sign -binary -nodetach -stream -in text -signer leaf.crt -inkey leaf.key -certfile ca.crt -outform DER -out ber.p7m",
        "openssl pkcs12 -export -inkey leaf.key -in leaf.crt -certfile ca.crt -name me -passout file:pw -iter 10 -out modern.p12",
        "openssl pkcs12 -export -legacy -inkey leaf.key -in leaf.crt -passout file:pw -iter 10 -out legacy.p12",
    ] {
        place.judge(line);
    }
    let mut names: Vec<&str> = vec![
        "leaf.crt",
        "leaf.csr",
        "leaf.key",
        "list.crl",
        "trusted.pem",
        "legacy.pem",
        "leaf.der",
        "request.der",
        "list.der",
        "pkcs1.der",
        "public.der",
        "rsapublic.der",
        "pkcs8.der",
        "sec1.der",
        "explicit.der",
        "pbes2.der",
        "scrypt.der",
        "pbe.der",
        "pile.p7b",
        "ber.p7m",
        "modern.p12",
        "legacy.p12",
    ];
    if find("keytool").is_some() {
        for kind in ["jks", "jceks"] {
            place.judge(&format!("keytool -importkeystore -noprompt -srckeystore modern.p12 -srcstoretype PKCS12 -srcstorepass secret -destkeystore store.{kind} -deststoretype {kind} -deststorepass secret"));
        }
        names.extend(["store.jks", "store.jceks"]);
    }
    if find("python3").is_some() {
        place.judge("python3 -m zipfile -c pile.zip leaf.crt leaf.key pile.p7b pw");
        names.push("pile.zip");
    }
    let mut specimens: Vec<_> = names
        .iter()
        .map(|name| ((*name).to_owned(), place.read(name)))
        .collect();
    let everything = [
        "leaf.key",
        "leaf.crt",
        "ca.crt",
        "leaf.csr",
        "list.crl",
        "legacy.pem",
    ]
    .iter()
    .flat_map(|name| place.read(name))
    .collect();
    specimens.push(("everything.pem".to_owned(), everything));
    specimens
}

/// The exit code of the program run here, in this process, or `None` where it panicked.
fn exit_code(arguments: &[&str], bytes: &[u8]) -> Option<u8> {
    let run = || {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut io = Io {
            stdin: &mut bytes.take(u64::MAX),
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: Terminal::default(),
            env: &|_| None,
            prompt: &mut |_| Ok(None),
        };
        let arguments = ["fullcert"].iter().chain(arguments).map(Into::into);
        fullcert::run(arguments, &mut io, &SystemClock)
    };
    catch_unwind(AssertUnwindSafe(run)).ok()
}

#[test]
fn damaged_files_end_in_0_or_2() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let rounds: u64 = std::env::var("FULLCERT_MUTATIONS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(60);
    let password = place.path("pw");
    let password = password.to_str().expect("a plain path");
    for (index, (name, bytes)) in specimens(&place).iter().enumerate() {
        let whole = exit_code(&["inspect", "-", "--password-file", password], bytes);
        assert!(matches!(whole, Some(0 | 2)), "{name}: {whole:?}");
        for round in 0..rounds {
            let seed = (index as u64 + 1) << 32 | (round + 1);
            let mut numbers = Numbers(seed);
            let mutated = mutate(bytes, &mut numbers);
            let mut arguments = vec!["inspect", "-"];
            if numbers.below(3) > 0 {
                arguments.extend(["--password-file", password]);
            }
            if numbers.below(2) > 0 {
                arguments.extend(["--format", "json"]);
            }
            let begun = Instant::now();
            let code = exit_code(&arguments, &mutated);
            let failing = format!("{name}, seed {seed:#x}");
            assert!(
                matches!(code, Some(0 | 2)),
                "{failing}: {code:?}: {mutated:02x?}"
            );
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{failing} took {:?}",
                begun.elapsed()
            );
        }
    }
}
