//! The form of a conclusion.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Confidence, Culprit, Stage, entry};
use crate::evidence::Evidence;

/// The first thing to mend, and why that is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub code: Code,
    /// Whose side must change; not who complained.
    pub culprit: Culprit,
    pub stage: Stage,
    pub confidence: Confidence,
    /// One sentence without a full stop.
    pub summary: String,
    /// Facts that were seen, and causes that are not ruled out.
    pub because: Vec<String>,
    /// The next things to do, most promising first.
    pub fix: Vec<String>,
}

impl Verdict {
    /// A verdict with its catalogue entry's meaning and fixes, filled in for this call.
    #[must_use]
    pub(super) fn new(code: Code, confidence: Confidence, evidence: &Evidence) -> Self {
        let entry = entry(code);
        let mut verdict = Self {
            code,
            culprit: entry.culprit,
            stage: entry.stage,
            confidence,
            summary: entry.meaning.to_owned(),
            because: Vec::new(),
            fix: entry.fix.iter().map(|fix| (*fix).to_owned()).collect(),
        };
        verdict.fill("url", Some(&evidence.target.url));
        verdict.fill("host", Some(&evidence.target.host));
        verdict.fill("port", Some(&evidence.target.port.to_string()));
        verdict.fill(
            "cert",
            Some(
                evidence
                    .offered
                    .as_ref()
                    .map_or("fullcert.pem", |offered| &offered.file),
            ),
        );
        verdict
    }

    #[must_use]
    pub(super) fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    #[must_use]
    pub(super) fn because(mut self, fact: impl Into<String>) -> Self {
        self.because.push(fact.into());
        self
    }

    #[must_use]
    pub(super) fn because_all(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        self.because.extend(facts);
        self
    }

    #[must_use]
    pub(super) fn culprit(mut self, culprit: Culprit) -> Self {
        self.culprit = culprit;
        self
    }

    #[must_use]
    pub(super) fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Puts a fix before the catalogue's.
    #[must_use]
    pub(super) fn fix_first(mut self, fix: impl Into<String>) -> Self {
        self.fix.insert(0, fix.into());
        self
    }

    /// Puts a fix behind the others, if there is one.
    #[must_use]
    pub(super) fn fix_also(mut self, fix: Option<String>) -> Self {
        self.fix.extend(fix);
        self
    }

    /// Puts these in the place of the catalogue's.
    #[must_use]
    pub(super) fn fix_only(mut self, fix: impl IntoIterator<Item = String>) -> Self {
        self.fix = fix.into_iter().collect();
        self
    }

    /// Fills a `{word}` of the fixes; a fix whose word has no value is left out.
    #[must_use]
    pub(super) fn with(mut self, word: &str, value: Option<&str>) -> Self {
        self.fill(word, value);
        self
    }

    fn fill(&mut self, word: &str, value: Option<&str>) {
        let hole = format!("{{{word}}}");
        match value {
            Some(value) => {
                for fix in &mut self.fix {
                    *fix = fix.replace(&hole, value);
                }
            }
            None => self.fix.retain(|fix| !fix.contains(&hole)),
        }
    }

    /// Whatever was not filled is dropped: a person must never read a placeholder.
    #[must_use]
    pub(super) fn done(self) -> Self {
        self.with("issuer", None).with("chain", None)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// Something true and worth knowing that is not the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A verdict code, or a code of a finding's own.
    pub code: String,
    pub severity: Severity,
    pub summary: String,
}

/// A verdict and all that was found beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
}
