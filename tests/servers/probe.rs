//! One run of `fullcert probe`, and what it printed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fullcert::diagnose::{Expectation, diagnose};
use fullcert::evidence::Evidence;
use serde_json::Value;

use crate::support::{Place, Ran, program};

/// What to call and with what.
#[derive(Debug, Clone, Default)]
pub struct Call {
    pub url: String,
    pub identity: Option<PathBuf>,
    pub trust: Option<PathBuf>,
    pub rest: Vec<String>,
    pub env: Vec<(String, String)>,
}

impl Call {
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }

    pub fn with(mut self, identity: Option<PathBuf>) -> Self {
        self.identity = identity;
        self
    }

    pub fn trusting(mut self, trust: PathBuf) -> Self {
        self.trust = Some(trust);
        self
    }

    /// More arguments, split at spaces.
    pub fn and(mut self, line: &str) -> Self {
        self.rest.extend(line.split_whitespace().map(str::to_owned));
        self
    }

    /// One argument more, taken as it is.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.rest.push(arg.into());
        self
    }

    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    pub fn run(&self) -> Verdict {
        let place = Place::new();
        let mut args: Vec<_> = ["probe", &self.url, "--format", "json"]
            .map(Into::into)
            .into();
        for (flag, file) in [("-E", &self.identity), ("--cacert", &self.trust)] {
            if let Some(file) = file {
                args.extend([flag.into(), file.clone().into_os_string()]);
            }
        }
        args.extend(self.rest.iter().map(Into::into));
        let start = Instant::now();
        let mut program = program();
        let ran = place.run(program.args(&args).envs(self.env.iter().cloned()));
        Verdict::read(&ran, start.elapsed())
    }
}

/// What a probe said.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub code: String,
    pub confidence: String,
    pub took: Duration,
    /// What is amiss with the answer itself, whatever it says.
    pub broken: Vec<String>,
    /// All that was printed.
    pub text: String,
    pub evidence: Value,
}

impl Verdict {
    fn read(ran: &Ran, took: Duration) -> Self {
        let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let verdict = &json["verdict"];
        let code = verdict["code"].as_str().unwrap_or("(none)").to_owned();
        let mut broken = Vec::new();
        let mut hold = |held: bool, what: &str| {
            if !held {
                broken.push(what.to_owned());
            }
        };
        let fine = code == "ok" || code == "client-cert-not-required";
        hold(json["schema"] == "fullcert.probe/1", "the schema");
        hold(ran.code == i32::from(!fine), "the exit code");
        hold(
            verdict["summary"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "no summary",
        );
        hold(fine || list(&verdict["because"]) > 0, "no because");
        hold(fine || list(&verdict["fix"]) > 0, "no fix");
        hold(
            ["proven", "likely", "possible"]
                .contains(&verdict["confidence"].as_str().unwrap_or_default()),
            "the confidence",
        );
        hold(
            !ran.stdout.contains("PRIVATE KEY"),
            "a private key is printed",
        );
        hold(!ran.stderr.contains("panicked"), "a panic");
        if let Ok(evidence) = serde_json::from_value::<Evidence>(json["evidence"].clone()) {
            let again = diagnose(&evidence, &Expectation::of(&evidence)).verdict;
            let again = serde_json::to_value(again).unwrap_or_default();
            hold(again == *verdict, "its own evidence says otherwise");
        } else {
            hold(false, "evidence that cannot be read back");
        }
        Self {
            code,
            confidence: verdict["confidence"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            took,
            broken,
            evidence: json["evidence"].clone(),
            text: format!("exit {}\n{}\n{}", ran.code, ran.stdout, ran.stderr),
        }
    }

    /// It must say one of these, and the answer must be whole.
    #[track_caller]
    pub fn must_be(&self, codes: &[&str]) {
        assert!(
            codes.contains(&self.code.as_str()),
            "not {codes:?}: {}",
            self.text
        );
        assert!(self.broken.is_empty(), "{:?}: {}", self.broken, self.text);
    }

    /// Somewhere in verdict or evidence it must mention this.
    #[track_caller]
    pub fn must_mention(&self, word: &str) {
        assert!(self.text.contains(word), "no {word:?}: {}", self.text);
    }
}

fn list(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}
