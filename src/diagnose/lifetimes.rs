//! How long certificates last, and what is coming for public ones.

use crate::material::Time;

use super::examined::{Examined, Side};
use super::lint::finding;
use super::server::ago;
use super::verdict::{Finding, Severity};

pub(super) fn lifetime(examined: &Examined, findings: &mut Vec<Finding>) {
    let code = match examined.side {
        Side::Server => "server-cert-expires-soon",
        Side::Client | Side::Any => "client-cert-expires-soon",
    };
    for step in &examined.path {
        let one = &step.facts;
        let left = examined.at.days_until(one.not_after);
        if one.not_after >= examined.at && left < examined.warn_days {
            findings.push(finding(
                code,
                Severity::Warning,
                format!(
                    "{} expires on {} ({})",
                    one.subject,
                    one.not_after.date(),
                    ago(examined.at, one.not_after)
                ),
            ));
        }
    }
    // A leaf outlives its issuer only on paper.
    if let Some((leaf, above)) = examined.path.split_first()
        && let Some(first) = above
            .iter()
            .map(|step| &step.facts)
            .min_by_key(|one| one.not_after)
        && first.not_after < leaf.facts.not_after
        && examined.at < first.not_after
    {
        findings.push(finding(
            "issuer-ends-first",
            Severity::Info,
            format!(
                "{} ends on {}, before the certificate itself does ({})",
                first.subject,
                first.not_after.date(),
                leaf.facts.not_after.date()
            ),
        ));
    }
}

/// When the public CA behind it stops issuing for clients: its own date where it is one of those that said so.
pub(super) fn sunset(examined: &Examined) -> String {
    const ENDS: [(&str, &str, i64); 3] = [
        ("Let's Encrypt", "2026-07-08", 1_783_468_800),
        ("Sectigo", "2027-02-10", 1_802_217_600),
        ("DigiCert", "2027-03-01", 1_803_859_200),
    ];
    let told = |(name, day, end): &(&str, &str, i64)| {
        let verb = if examined.at.unix() < *end {
            "issues it until"
        } else {
            "ended it on"
        };
        format!("{name} {verb} {day}")
    };
    let own = ENDS.iter().find(|(name, ..)| {
        examined
            .path
            .iter()
            .any(|step| step.facts.issuer.contains(name))
    });
    own.map_or_else(|| ENDS.map(|one| told(&one)).join(", "), told)
}

/// The most days a public certificate may be valid, by the day it begins (CA/Browser Forum, ballot SC-081v3).
pub(super) fn longest(from: Time) -> i64 {
    const STEPS: [(i64, i64); 3] = [
        (1_868_227_200, 47),  // 2029-03-15
        (1_805_068_800, 100), // 2027-03-15
        (1_773_532_800, 200), // 2026-03-15
    ];
    STEPS
        .iter()
        .find(|(start, _)| from.unix() >= *start)
        .map_or(398, |(_, days)| *days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_certificates_become_shorter() {
        for (day, days) in [
            ("2026-03-14T23:59:59Z", 398),
            ("2026-03-15T00:00:00Z", 200),
            ("2027-03-14T23:59:59Z", 200),
            ("2027-03-15T00:00:00Z", 100),
            ("2029-03-15T00:00:00Z", 47),
        ] {
            assert_eq!(longest(Time::parse(day).expect("a time")), days, "{day}");
        }
    }
}
