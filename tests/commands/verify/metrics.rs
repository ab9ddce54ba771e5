//! `verify --format prometheus`: what it writes is what the text format allows, whatever the files are called.

use std::collections::HashSet;
use std::process::Command;

use super::Files;

/// `name{label="value",…} value`, as the exposition format 0.0.4 has it: name, labels and the whole series.
fn sample(line: &str) -> (&str, Vec<(String, String)>) {
    let (name, rest) = line
        .split_once('{')
        .unwrap_or_else(|| line.split_once(' ').expect("a value"));
    let mut letters = name.chars();
    assert!(
        letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || "_:".contains(first)),
        "{line}"
    );
    assert!(
        letters.all(|letter| letter.is_ascii_alphanumeric() || "_:".contains(letter)),
        "{line}"
    );
    if !line.contains('{') {
        rest.parse::<f64>()
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        return (name, Vec::new());
    }
    let (mut labels, mut rest) = (Vec::new(), rest);
    loop {
        let (label, quoted) = rest
            .split_once("=\"")
            .unwrap_or_else(|| panic!("no label: {line}"));
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        let end = loop {
            match letters.next().unwrap_or_else(|| panic!("no end: {line}")) {
                (at, '"') => break at,
                (_, '\\') => value.push(match letters.next() {
                    Some((_, 'n')) => '\n',
                    Some((_, escaped @ ('"' | '\\'))) => escaped,
                    other => panic!("{other:?} is escaped: {line}"),
                }),
                (_, letter) => value.push(letter),
            }
        };
        labels.push((label.to_owned(), value));
        rest = &quoted[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    let value = rest
        .strip_prefix("} ")
        .unwrap_or_else(|| panic!("no value: {line}"));
    value
        .parse::<f64>()
        .unwrap_or_else(|error| panic!("{line}: {error}"));
    (name, labels)
}

#[test]
fn a_collector_can_read_it() {
    let files = Files::new();
    let chain = files.place.read("chain.pem");
    let names = [
        "a \"b\".pem",
        "c\\d.pem",
        "e\nf.pem",
        "ключ.pem",
        "g,h={}.pem",
    ];
    for name in names {
        files.place.write(name, &chain);
    }
    files.place.write("none.pem", "nothing");
    let ran = files.place.run(
        Command::new(env!("CARGO_BIN_EXE_fullcert"))
            .args(["verify", "--cacert", "root.pem", "--format", "prometheus"])
            .args(names)
            // A file that cannot be read, and one that comes twice.
            .args(["none.pem", names[0]]),
    );
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stdout.ends_with('\n'));
    let (mut typed, mut series, mut closed) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut current = "";
    let mut accepted = Vec::new();
    for line in ran.stdout.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            if let Some(about) = comment.strip_prefix("TYPE ") {
                let (name, kind) = about.split_once(' ').expect("a type");
                assert_eq!(kind, "gauge");
                assert!(typed.insert(name), "{name} is typed once");
            }
            continue;
        }
        let (name, labels) = sample(line);
        assert!(typed.contains(name), "{name} is typed before it comes");
        if name != current {
            assert!(closed.insert(name), "the samples of {name} stand together");
            current = name;
        }
        if name == "fullcert_file_accepted" {
            accepted.push(labels[0].1.clone());
        }
        assert!(series.insert((name, labels)), "twice: {line}");
    }
    let mut expected: Vec<&str> = names.to_vec();
    expected.push("none.pem");
    assert_eq!(accepted, expected);
}
