//! Holds the module tree: which room may import which, where `unsafe` may stand, and that every file says what it owns.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use Imports::{AllBut, Only};
use code::{code_of, words};

#[path = "layers/code.rs"]
mod code;

/// What a room may import, beside itself.
enum Imports {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

/// Every room, what it may import, and why.
const ROOMS: &[(&str, Imports, &str)] = &[
    ("main", AllBut(&[]), "starts the library"),
    ("lib", AllBut(&[]), "joins command line and commands"),
    (
        "cli",
        Only(&["secret", "material"]),
        "what was typed; a password's origins and a moment are typed too",
    ),
    (
        "commands",
        AllBut(&[]),
        "each command joins the rooms it needs",
    ),
    // What every flow stands on.
    (
        "error",
        Only(&["source", "material"]),
        "an error names its origin and the facts",
    ),
    ("source", Only(&["error"]), "bytes with their origin"),
    (
        "secret",
        Only(&["error", "io"]),
        "a password may come from a prompt",
    ),
    (
        "io",
        Only(&["material", "secret"]),
        "the clock gives a Time, the prompt a Secret",
    ),
    (
        "ffi",
        Only(&["error", "secret"]),
        "libcrypto and libssl, and nothing of ours above them",
    ),
    (
        "sink",
        Only(&["error"]),
        "bytes to files, whatever they are",
    ),
    // material: files, decode, chain, identity, encode.
    (
        "material",
        Only(&["source"]),
        "parsed values, each with its origin",
    ),
    (
        "decode",
        Only(&["error", "material", "secret", "source", "ffi"]),
        "bytes to material",
    ),
    (
        "identity",
        Only(&["error", "material"]),
        "key, leaf and issuers that belong together",
    ),
    (
        "generate",
        Only(&["error", "material", "identity", "source", "ffi"]),
        "new material",
    ),
    (
        "chain",
        Only(&[
            "error",
            "material",
            "identity",
            "source",
            "ffi",
            "catalogue",
        ]),
        "order, gaps and path validation, with the codes for what it finds",
    ),
    (
        "encode",
        Only(&[
            "error", "material", "identity", "secret", "source", "decode", "ffi",
        ]),
        "an identity to bytes, which it reads back",
    ),
    // probe: endpoint, observe, evidence, diagnose.
    ("endpoint", Only(&["error"]), "where to call"),
    (
        "evidence",
        Only(&["material", "endpoint", "clients"]),
        "plain facts",
    ),
    (
        "clients",
        Only(&["evidence", "material"]),
        "how other clients choose, over plain facts",
    ),
    (
        "observe",
        Only(&[
            "error", "endpoint", "evidence", "clients", "identity", "material", "secret", "chain",
            "generate", "ffi", "source", "http2",
        ]),
        "the only owner of sockets; it never concludes, so neither diagnose nor catalogue",
    ),
    (
        "http2",
        Only(&[]),
        "frames and header fields, for the caller and for the mirror",
    ),
    (
        "salesforce",
        Only(&["endpoint", "secret"]),
        "requests and answers as text, for the caller and for the mirror",
    ),
    (
        "catalogue",
        Only(&["evidence"]),
        "a table of codes, and the evidence its entries recognise",
    ),
    (
        "diagnose",
        Only(&["evidence", "clients", "catalogue", "material", "salesforce"]),
        "pure: no socket, no file, no clock",
    ),
    (
        "explain",
        Only(&["catalogue"]),
        "pure: text in, codes out, nothing but the catalogue's phrases",
    ),
    (
        "recipe",
        Only(&["material"]),
        "templates for other programs, filled with what is known",
    ),
    (
        "serve",
        Only(&[
            "error",
            "material",
            "identity",
            "generate",
            "chain",
            "catalogue",
            "diagnose",
            "evidence",
            "source",
            "ffi",
            "secret",
            "salesforce",
            "http2",
        ]),
        "the mirror: the same rules from the other side",
    ),
    (
        "report",
        AllBut(&["observe", "commands", "sink"]),
        "words for results, which are plain data",
    ),
];

#[test]
fn rooms_import_only_what_stands_above_them() {
    let mut wrong = Vec::new();
    for file in sources() {
        let room = room_of(&file.path);
        let Some((_, allowed, why)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
            wrong.push(format!("{}: no room of that name", file.path.display()));
            continue;
        };
        for (line, import) in imports(&file.code, depth_of(&file.path)) {
            let may = match allowed {
                Only(rooms) => rooms.contains(&import.as_str()),
                AllBut(rooms) => !rooms.contains(&import.as_str()),
            };
            if import != room && !may {
                let path = file.path.display();
                wrong.push(format!(
                    "{path}:{line}: `{room}` ({why}) imports `{import}`"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_owns() {
    let mute: Vec<_> = sources()
        .into_iter()
        .filter(|file| {
            !file.text.lines().next().is_some_and(|line| {
                line.strip_prefix("//! ")
                    .is_some_and(|words| !words.trim().is_empty())
            })
        })
        .map(|file| file.path)
        .collect();
    assert!(mute.is_empty(), "no `//!` line opens {mute:?}");
}

#[test]
fn unsafe_stands_only_in_ffi() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|file| room_of(&file.path) != "ffi")
        .flat_map(|file| {
            let path = file.path.display().to_string();
            lines_with(&file.code, &["unsafe"])
                .into_iter()
                .map(move |line| format!("{path}:{line}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "unsafe outside ffi: {wrong:?}");
}

#[test]
fn main_is_an_exit_code() {
    let main = std::fs::read_to_string(root().join("src/main.rs")).expect("src/main.rs");
    let lines = main.lines().count();
    assert!(lines <= 25, "main.rs has {lines} lines");
}

#[test]
fn every_spelling_of_an_import_is_read() {
    let text = r#"
//! use crate::in_a_doc_comment;
use crate::one::Thing;
pub(crate) use crate::two;
use crate::{
    three::{self, A, b::C},
    four, // use crate::in_a_comment;
};
use super::five::X;
fn f(x: &crate::six::Y) -> r#crate { let _ = "crate::in_a_string"; let _ = 'c'; crate :: seven::g(x) }
/* crate::in_a_block /* crate::nested */ */
macro_rules! m { () => { $crate::eight::z() } }
const RAW: &str = r"crate::in_a_raw_string";
"#;
    let found: BTreeSet<String> = imports(&code_of(text), 1)
        .into_iter()
        .map(|(_, room)| room)
        .collect();
    let expected = [
        "one", "two", "three", "four", "five", "six", "seven", "eight",
    ];
    assert_eq!(found, expected.map(str::to_owned).into());
    assert_eq!(lines_with("let a;\nunsafe { b() }", &["unsafe"]), [2]);
}

struct Source {
    /// Relative to the package.
    path: PathBuf,
    text: String,
    /// The text without comments and literals, line for line.
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let path = path.strip_prefix(root()).expect("below the package");
                found.push(Source {
                    path: path.to_owned(),
                    code: code_of(&text),
                    text,
                });
            }
        }
    }
    assert!(found.len() > 10, "the sources were not found");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The room a file belongs to: the first name below src/.
fn room_of(path: &Path) -> String {
    let first = path.iter().nth(1).expect("a file below src/");
    Path::new(first)
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

/// How many modules deep a file's own module is; the crate's root is 0.
fn depth_of(path: &Path) -> usize {
    let stem = path.file_stem().expect("a name").to_string_lossy();
    let names = path.iter().count() - 1;
    if names == 1 && (stem == "lib" || stem == "main") {
        0
    } else if stem == "mod" {
        names - 1
    } else {
        names
    }
}

/// Every first name behind `crate::` (or behind enough `super::` to reach the root), with its line.
fn imports(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let words = words(code);
    for (at, &(line, word)) in words.iter().enumerate() {
        let rest = match word {
            "crate" if path_follows(&words, at + 1) => at + 3,
            // Only whole items at the left margin: deeper ones may stand in a module within the file.
            "use" if code_line(code, line).starts_with(['u', 'p']) => {
                let mut rest = at + 1;
                let mut supers = 0;
                while words.get(rest).is_some_and(|&(_, word)| word == "super") {
                    supers += 1;
                    rest += 3;
                }
                if supers < depth.max(1) {
                    continue;
                }
                rest
            }
            _ => continue,
        };
        match words.get(rest) {
            Some(&(_, "{")) => found.extend(first_names(&words[rest + 1..])),
            Some(&(line, name)) => found.push((line, name.to_owned())),
            None => {}
        }
    }
    found
}

fn path_follows(words: &[(usize, &str)], at: usize) -> bool {
    words.len() > at + 1 && words[at].1 == ":" && words[at + 1].1 == ":"
}

/// The first name of every path in a `{…}` group, up to its end.
fn first_names(words: &[(usize, &str)]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut level = 0;
    let mut starts = true;
    for &(line, word) in words {
        match word {
            "{" => level += 1,
            "}" if level == 0 => break,
            "}" => level -= 1,
            "," => starts = level == 0,
            name if starts && level == 0 => {
                found.push((line, name.to_owned()));
                starts = false;
            }
            _ => {}
        }
    }
    found
}

fn code_line(code: &str, number: usize) -> &str {
    code.lines().nth(number - 1).unwrap_or_default()
}

fn lines_with(code: &str, names: &[&str]) -> Vec<usize> {
    words(code)
        .into_iter()
        .filter(|(_, word)| names.contains(word))
        .map(|(line, _)| line)
        .collect()
}
