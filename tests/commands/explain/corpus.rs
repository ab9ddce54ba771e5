//! The collected texts, and how many of them are read right.

use std::collections::BTreeMap;
use std::path::Path;

use fullcert::catalogue::{Code, Confidence};
use fullcert::explain::explain;

pub(super) struct Case {
    pub(super) file: String,
    pub(super) source: String,
    /// None where the text is not about this.
    pub(super) right: Vec<Code>,
    pub(super) text: String,
}

impl Case {
    /// A third is never shown, so that nothing is made to fit it.
    pub(super) fn is_held_out(&self) -> bool {
        let mut hash: u32 = 0x811C_9DC5;
        for byte in self.source.bytes().chain(self.text.bytes()) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        (hash >> 16).is_multiple_of(3)
    }
}

pub(super) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/explain");
    let mut cases = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the texts")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    paths.sort();
    for path in paths {
        let file = path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .expect("a name");
        let all = std::fs::read_to_string(&path).expect("a file of texts");
        for case in all.split("\n= ").map(|case| case.trim_start_matches("= ")) {
            let (source, rest) = case.split_once('\n').expect("a source");
            let (right, text) = rest.split_once('\n').expect("codes");
            let right = right
                .strip_prefix("> ")
                .unwrap_or_else(|| panic!("{source}: no codes"));
            cases.push(Case {
                file: file.clone(),
                source: source.to_owned(),
                right: right
                    .split(' ')
                    .filter(|word| *word != "unknown")
                    .map(|word| {
                        word.parse()
                            .unwrap_or_else(|error| panic!("{source}: {error}"))
                    })
                    .collect(),
                text: text.to_owned(),
            });
        }
    }
    cases
}

#[derive(Default)]
struct Score {
    positives: usize,
    first: usize,
    among_three: usize,
    negatives: usize,
    unknown: usize,
    confident: usize,
}

impl Score {
    fn add(&mut self, case: &Case, codes: &[(Code, Confidence)]) -> bool {
        if case.right.is_empty() {
            self.negatives += 1;
            self.unknown += usize::from(codes.is_empty());
            let sure = codes.iter().any(|(_, sure)| *sure > Confidence::Possible);
            self.confident += usize::from(sure);
            return codes.is_empty();
        }
        self.positives += 1;
        let first = codes
            .first()
            .is_some_and(|(code, _)| case.right.contains(code));
        self.first += usize::from(first);
        let among = codes
            .iter()
            .take(3)
            .any(|(code, _)| case.right.contains(code));
        self.among_three += usize::from(among);
        first
    }

    fn told(&self) -> String {
        format!(
            "{} of {} right first, {} among three; {} of {} unrelated unknown, {} answered with confidence",
            self.first,
            self.positives,
            self.among_three,
            self.unknown,
            self.negatives,
            self.confident
        )
    }
}

#[test]
fn collected_texts_are_read_right() {
    let mut open = Score::default();
    let mut held_out = Score::default();
    let mut files: BTreeMap<String, Score> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let codes: Vec<_> = explain(&case.text)
            .candidates
            .into_iter()
            .map(|candidate| (candidate.code, candidate.confidence))
            .collect();
        files
            .entry(case.file.clone())
            .or_default()
            .add(&case, &codes);
        if case.is_held_out() {
            held_out.add(&case, &codes);
        } else if !open.add(&case, &codes) {
            wrong.push(format!("{}: {codes:?} for {:?}", case.source, case.right));
        }
    }
    let told = format!(
        "seen: {}\nheld out: {}\n{}",
        open.told(),
        held_out.told(),
        wrong.join("\n")
    );
    for (file, score) in &files {
        println!("{file}: {}", score.told());
    }
    println!("{told}");
    for score in [&open, &held_out] {
        assert!(score.first * 100 >= score.positives * 95, "{told}");
        assert_eq!(score.confident, 0, "{told}");
        assert!(score.unknown * 100 >= score.negatives * 97, "{told}");
    }
    let among_three = open.among_three + held_out.among_three;
    let positives = open.positives + held_out.positives;
    assert!(among_three * 100 >= positives * 98, "{told}");
}
