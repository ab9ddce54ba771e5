//! Before TLS: servers that will not begin it, that speak something else, that fall silent or hang up at any step.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use crate::openssl::SServer;
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::rogue::{End, Rogue};
use crate::server::{Demand, Running, Site, Tls, runnable};
use crate::table::in_parallel;

const DIALECTS: [&str; 8] = [
    "smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql", "xmpp",
];

/// What a server says up to where TLS begins: a turn for each time it speaks.
struct Script {
    dialect: &'static str,
    greets: bool,
    turns: Vec<Vec<u8>>,
}

fn script(dialect: &'static str) -> Script {
    let turns: &[&[u8]] = match dialect {
        "smtp" => &[
            b"220-mx.acme.example ESMTP\r\n220 ready\r\n",
            b"250-mx.acme.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n",
            b"220 2.0.0 go ahead\r\n",
        ],
        "imap" => &[
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
            b"* NOTHING new\r\na1 OK begin\r\n",
        ],
        "pop3" => &[b"+OK ready\r\n", b"+OK begin\r\n"],
        "ftp" => &[b"220-Acme\r\n Files\r\n220 FTP ready\r\n", b"234 begin\r\n"],
        "ldap" => &[b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"],
        "postgres" => &[b"S"],
        "mysql" => &[MYSQL_GREETING],
        _ => &[
            b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
              id='1' from='localhost' version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>\
              <required/></starttls></stream:features>",
            b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        ],
    };
    Script {
        dialect,
        greets: !matches!(dialect, "ldap" | "postgres" | "xmpp"),
        turns: turns.iter().map(|turn| turn.to_vec()).collect(),
    }
}

/// Protocol 10, version 8.0.1, with `CLIENT_SSL` among its capabilities.
const MYSQL_GREETING: &[u8] =
    b"\x22\x00\x00\x00\x0a8.0.1\0\x01\0\0\0abcdefgh\0\xff\xff\x2d\x02\0\xff\xdf\x15\0\0\0\0\0\0";
/// The same without it.
const MYSQL_WITHOUT: &[u8] =
    b"\x22\x00\x00\x00\x0a8.0.1\0\x01\0\0\0abcdefgh\0\xff\xf7\x2d\x02\0\xff\xdf\x15\0\0\0\0\0\0";

impl Script {
    /// The first `count` turns, and then the end.
    fn rogue(&self, count: usize, end: End) -> Rogue {
        let turns: Vec<&[u8]> = self.turns[..count].iter().map(Vec::as_slice).collect();
        Rogue::talking(self.greets, &turns, end)
    }
}

fn call(dialect: &str, rogue: &Rogue, rest: &str) -> Verdict {
    Call::new(format!("{dialect}://localhost:{}", rogue.port))
        .and(rest)
        .run()
}

#[test]
fn servers_without_tls_say_so_themselves() {
    let cases: [(&str, &[&[u8]], &str); 10] = [
        (
            "smtp",
            &[
                b"220 mx ESMTP\r\n",
                b"250-mx\r\n250 SIZE\r\n",
                b"502 5.5.1 not here\r\n",
            ],
            "502 5.5.1 not here",
        ),
        (
            "smtp",
            &[
                b"220 mx ESMTP\r\n",
                b"250-mx\r\n250 STARTTLS\r\n",
                b"454 4.7.0 TLS not available\r\n",
            ],
            "454 4.7.0 TLS not available",
        ),
        (
            "imap",
            &[b"* OK ready\r\n", b"a1 BAD no such command\r\n"],
            "a1 BAD no such command",
        ),
        (
            "pop3",
            &[b"+OK ready\r\n", b"-ERR what?\r\n"],
            "-ERR what?",
        ),
        (
            "ftp",
            &[b"220 FTP\r\n", b"500 AUTH not understood\r\n"],
            "500 AUTH not understood",
        ),
        (
            "ldap",
            &[b"\x30\x18\x02\x01\x01\x78\x13\x0a\x01\x02\x04\x00\x04\x0cunsupported!"],
            "protocolError (2) unsupported!",
        ),
        ("postgres", &[b"N"], "no TLS here"),
        (
            "postgres",
            &[b"E\0\0\0\x30SFATAL\0VFATAL\0C0A000\0Munsupported frontend\0\0"],
            "FATAL: unsupported frontend",
        ),
        ("mysql", &[MYSQL_WITHOUT], "CLIENT_SSL"),
        (
            "xmpp",
            &[b"<?xml version='1.0'?><stream:stream version='1.0'><stream:features><mechanisms/></stream:features>"],
            "without starttls",
        ),
    ];
    for (dialect, turns, words) in cases {
        let greets = script(dialect_named(dialect)).greets;
        let rogue = Rogue::talking(greets, turns, End::Silence);
        let verdict = call(dialect, &rogue, "-m 5");
        verdict.must_be(&["not-tls"]);
        verdict.must_mention(words);
        assert!(verdict.took < Duration::from_secs(3), "{:?}", verdict.took);
    }
}

fn dialect_named(name: &str) -> &'static str {
    DIALECTS
        .into_iter()
        .find(|dialect| *dialect == name)
        .expect("a dialect")
}

#[test]
fn servers_that_turn_everybody_away_are_quoted() {
    let cases: [(&str, &[u8], &str); 6] = [
        (
            "smtp",
            b"554 5.7.1 mx.acme.example: your address is listed\r\n",
            "your address is listed",
        ),
        (
            "imap",
            b"* BYE too many connections\r\n",
            "too many connections",
        ),
        (
            "pop3",
            b"-ERR [SYS/TEMP] try again later\r\n",
            "try again later",
        ),
        (
            "ftp",
            b"421 too many users, sorry\r\n",
            "too many users, sorry",
        ),
        (
            "mysql",
            b"\x1d\x00\x00\x00\xff\x6a\x04Host '10.0.0.1' is blocked",
            "1130 Host '10.0.0.1' is blocked",
        ),
        (
            "xmpp",
            b"<stream:stream><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
            "host-unknown",
        ),
    ];
    for (dialect, words, quote) in cases {
        let greets = script(dialect_named(dialect)).greets;
        let rogue = Rogue::talking(greets, &[words], End::Close);
        let verdict = call(dialect, &rogue, "-m 5");
        verdict.must_be(&["handshake-closed", "not-tls"]);
        verdict.must_mention(quote);
    }
}

#[test]
fn other_protocols_than_the_one_named_are_named() {
    let ssh = "SSH-2.0-OpenSSH_9.2p1\r\n";
    let http = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    in_each(|dialect| {
        let rogue = Rogue::greeting(ssh);
        let verdict = call(dialect, &rogue, "-m 5");
        verdict.must_be(&["not-tls"]);
        verdict.must_mention("speaks SSH");
        let rogue = Rogue::talking(false, &[http.as_bytes()], End::Close);
        let verdict = call(dialect, &rogue, "-m 3");
        verdict.must_be(&["not-tls"]);
        verdict.must_mention("plain HTTP");
    });
    for (dialect, greeting, name) in [
        ("imap", "220 mx.acme.example ESMTP Postfix\r\n", "smtp"),
        ("smtp", "* OK IMAP4rev1 ready\r\n", "imap"),
        ("mysql", "+OK POP3 ready\r\n", "pop3"),
        ("postgres", "220 (vsFTPd 3.0.3)\r\n", "ftp"),
        ("xmpp", "220 mx ESMTP\r\n", "smtp"),
        ("ldap", "* OK IMAP4rev1 ready\r\n", "imap"),
    ] {
        let rogue = Rogue::greeting(greeting);
        let verdict = call(dialect, &rogue, "-m 5");
        verdict.must_be(&["not-tls"]);
        verdict.must_mention(&format!("--starttls {name}"));
    }
}

/// Without a word of TLS the next thing to do is to ask for it.
#[test]
fn a_port_that_begins_in_the_clear_says_how_to_ask() {
    for dialect in ["smtp", "imap", "pop3", "ftp"] {
        let script = script(dialect);
        let greeting = script.turns[0].clone();
        let rogue = Rogue::talking(true, &[&greeting], End::Silence);
        let verdict = Call::new(format!("tls://localhost:{}", rogue.port))
            .and("-m 5")
            .run();
        verdict.must_be(&["not-tls"]);
        verdict.must_mention(&format!("--starttls {dialect}"));
    }
}

#[test]
fn conversations_that_break_off_at_any_step() {
    in_each(|dialect| {
        let script = script(dialect);
        for step in 0..=script.turns.len() {
            for end in [End::Close, End::Reset, End::Garbage, End::Silence] {
                breaks_off(&script, step, end);
            }
        }
    });
}

fn breaks_off(script: &Script, step: usize, end: End) {
    let dialect = script.dialect;
    let rogue = script.rogue(step, end);
    let verdict = call(dialect, &rogue, "-m 1.5");
    let began = step == script.turns.len();
    let expected: &[&str] = match end {
        End::Silence => &["handshake-timeout"],
        End::Garbage => &["not-tls", "handshake-closed"],
        _ => &["handshake-closed"],
    };
    let names_it = began || verdict.text.contains(&title(dialect).to_string());
    let quick = verdict.took < Duration::from_secs(4);
    let right = expected.contains(&verdict.code.as_str());
    assert!(
        right && names_it && quick && verdict.broken.is_empty(),
        "{dialect} {step} {end:?}: {expected:?} {:?} {:?} {}",
        verdict.broken,
        verdict.took,
        verdict.text
    );
}

/// All dialects at once: what takes time here is waiting.
fn in_each(hold: impl Fn(&'static str) + Sync) {
    std::thread::scope(|scope| {
        for dialect in DIALECTS {
            let hold = &hold;
            scope.spawn(move || hold(dialect));
        }
    });
}

fn title(dialect: &str) -> &str {
    match dialect {
        "smtp" => "SMTP",
        "imap" => "IMAP",
        "pop3" => "POP3",
        "ftp" => "FTP",
        "ldap" => "LDAP",
        "postgres" => "PostgreSQL",
        "mysql" => "MySQL",
        _ => "XMPP",
    }
}

/// A line without end, and one that comes drop by drop: both are given up.
#[test]
fn servers_that_never_come_to_the_point() {
    in_each(|dialect| {
        let endless = Rogue::start(|mut stream| while stream.write_all(&[b'*'; 4096]).is_ok() {});
        let verdict = call(dialect, &endless, "-m 4");
        assert!(
            ["not-tls", "handshake-closed", "handshake-timeout"].contains(&verdict.code.as_str()),
            "{}",
            verdict.text
        );
        assert!(verdict.broken.is_empty(), "{}", verdict.text);
        assert!(verdict.text.len() < 100_000, "{}", verdict.text.len());
        assert!(verdict.took < Duration::from_secs(6), "{:?}", verdict.took);
    });
    let drops = Rogue::start(|mut stream| {
        while stream.write_all(b"2").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let verdict = call("smtp", &drops, "-m 1.5");
    verdict.must_be(&["handshake-timeout"]);
    assert!(verdict.took < Duration::from_secs(3), "{:?}", verdict.took);
}

/// What a server says is never a terminal's business.
#[test]
fn what_servers_say_is_escaped() {
    let rogue = Rogue::talking(true, &[b"554 \x1b[2J\x1b]0;title\x07 no\r\n"], End::Close);
    let place = crate::support::Place::new();
    let ran = place.line(&format!("probe smtp://localhost:{} -m 5", rogue.port));
    assert!(!ran.stdout.contains('\u{1b}'), "{ran:?}");
    assert!(ran.stdout.contains("title"), "{ran:?}");
}

fn site(demand: Demand) -> Site {
    Site {
        shown: Shown::Good,
        tls: Tls::Only13,
        demand,
    }
}

/// The same port name, and TLS from the first byte on: it is recognised in every protocol.
#[test]
fn servers_that_speak_tls_at_once() {
    if !runnable(&SServer) {
        return;
    }
    let pki = Pki::shared();
    let site = site(Demand::Required);
    let running = Running::start(&SServer, &[site], &pki);
    let wrong = in_parallel(&DIALECTS, |dialect| {
        let verdict = Call::new(format!("{dialect}://localhost:{}", running.port(site)))
            .with(pki.client(Client::Expired))
            .trusting(pki.server_root())
            .and("-m 4")
            .run();
        let right = verdict.code == "client-cert-expired" && verdict.text.contains("tls-at-once");
        (!right || !verdict.broken.is_empty()).then(|| format!("{dialect}: {}", verdict.text))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// TLS stands, and then nobody speaks the protocol: the phase is named.
#[test]
fn servers_that_fall_silent_within_tls() {
    if !runnable(&SServer) {
        return;
    }
    let pki = Pki::shared();
    let site = site(Demand::Nothing);
    let running = Running::start(&SServer, &[site], &pki);
    let upstream = running.port(site);
    // One after the other: this server has one ear.
    for dialect in ["imap", "smtp", "postgres", "mysql"] {
        let script = script(dialect_named(dialect));
        let turns = script.turns.clone();
        let greets = script.greets;
        // Speaks the protocol up to where TLS begins, and then lets the real server go on.
        let rogue = Rogue::start(move |mut stream| {
            for (number, turn) in turns.iter().enumerate() {
                if number > 0 || !greets {
                    let _ = stream.read(&mut [0; 4096]);
                }
                let _ = stream.write_all(turn);
            }
            if turns[0] == MYSQL_GREETING {
                let _ = stream.read_exact(&mut [0; 36]);
            }
            Rogue::relay(&stream, upstream);
        });
        let verdict = Call::new(format!("{dialect}://localhost:{}", rogue.port))
            .trusting(pki.server_root())
            .and("-m 2")
            .run();
        verdict.must_be(&["handshake-timeout"]);
        verdict.must_mention("TLS stood, and the server never answered in");
        assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
    }
}

#[test]
fn what_cannot_be_meant_is_said_at_once() {
    let place = crate::support::Place::new();
    for (line, words) in [
        ("probe https://localhost --starttls smtp", "--starttls smtp"),
        ("probe imap://localhost --starttls smtp", "imap"),
        ("probe localhost --starttls gopher", "gopher"),
        ("probe postgres://u:secret@localhost", "password"),
        ("probe https://localhost --sni 127.0.0.1", "127.0.0.1"),
    ] {
        let ran = place.line(line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(words), "{ran:?}");
        assert!(!ran.stderr.contains("secret"), "{ran:?}");
    }
}
