//! Owns how a moment is told from another: "in 20 days", "3 days ago".

use crate::material::Time;

/// `then` as somebody at `now` would say it.
#[must_use]
pub fn relative(now: Time, then: Time) -> String {
    let seconds = then.unix().saturating_sub(now.unix());
    let span = span(seconds.unsigned_abs());
    if seconds < 0 {
        format!("{span} ago")
    } else {
        format!("in {span}")
    }
}

/// In one unit, rounded, as long as it is at least two of them.
fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (365 * 86_400, "years"),
        (86_400, "days"),
        (3_600, "hours"),
        (60, "minutes"),
    ];
    UNITS
        .iter()
        .find(|(length, _)| seconds >= 2 * length)
        .map_or_else(
            || {
                if seconds >= 60 {
                    "a minute".to_owned()
                } else {
                    "seconds".to_owned()
                }
            },
            |(length, unit)| format!("{} {unit}", (seconds + length / 2) / length),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_one_unit() {
        let now = Time::from_unix(1_000_000_000);
        for (days, told) in [
            (0, "in seconds"),
            (1, "in 24 hours"),
            (2, "in 2 days"),
            (-3, "3 days ago"),
            (729, "in 729 days"),
            (730, "in 2 years"),
            (-7_300, "20 years ago"),
        ] {
            assert_eq!(relative(now, now.plus_days(days)), told);
        }
        assert_eq!(relative(now, Time::from_unix(1_000_000_119)), "in a minute");
        assert_eq!(
            relative(now, Time::from_unix(999_999_000)),
            "17 minutes ago"
        );
        assert_eq!(relative(now, Time::from_unix(1_001_727_999)), "in 20 days");
    }
}
