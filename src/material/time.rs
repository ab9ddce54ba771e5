//! A moment, in whole seconds, printed as RFC 3339 UTC.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The present moment by the machine's clock.
    #[must_use]
    pub fn now() -> Self {
        Self(OffsetDateTime::now_utc().unix_timestamp())
    }

    /// From seconds since the epoch.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This moment moved by a number of days.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * 86_400)
    }

    /// Whole days from `self` until `later`; negative where `later` is earlier.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).div_euclid(86_400)
    }

    /// Reads RFC 3339, such as `2026-11-21T00:00:00Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .map(|moment| Self(moment.unix_timestamp()))
    }

    /// The date alone, `2026-11-21`.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

/// A `UTCTime` or `GeneralizedTime` as well as it can be read, and whether it is written as DER and RFC 5280,
/// section 4.1.2.5, have it. A day that its month has not becomes the last it has; what is no time at all, 1970.
pub(super) fn lenient(generalized: bool, written: &[u8]) -> (Time, bool) {
    let digits = written
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (number, zone) = written.split_at(digits);
    let years = if generalized { 4 } else { 2 };
    let mut at = years;
    let value = |from: usize, to: usize| {
        number.get(from..to).map(|digits| {
            digits
                .iter()
                .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'))
        })
    };
    let Some(year) = value(0, years) else {
        return (Time(0), false);
    };
    let year = match year {
        0..50 if !generalized => year + 2000,
        _ if !generalized => year + 1900,
        _ => year,
    };
    let mut valid = zone == b"Z" && digits == years + 10;
    // Values out of their bounds are brought inside them.
    let mut next = |least: u8, most: u8| {
        let read = value(at, at + 2).and_then(|read| u8::try_from(read).ok());
        at += 2;
        let bounded = read.unwrap_or(least).clamp(least, most);
        valid &= read == Some(bounded);
        bounded
    };
    let month = time::Month::try_from(next(1, 12)).unwrap_or(time::Month::January);
    let day = next(1, month.length(year));
    let (hour, minute, second) = (next(0, 23), next(0, 59), next(0, 59));
    let moment = time::Date::from_calendar_date(year, month, day)
        .and_then(|date| date.with_hms(hour, minute, second))
        .map(|moment| moment.assume_utc().unix_timestamp());
    match moment {
        Ok(moment) => (Time(moment - offset(zone)), valid),
        Err(_) => (Time(0), false),
    }
}

/// Seconds east of Greenwich, of a time that ends as `+0130`; 0 where it does not.
fn offset(zone: &[u8]) -> i64 {
    let zone = zone
        .iter()
        .position(|byte| matches!(byte, b'+' | b'-'))
        .and_then(|at| zone.get(at..));
    let Some([sign, digits @ ..]) = zone else {
        return 0;
    };
    let Some([a, b, c, d]) = digits
        .first_chunk::<4>()
        .map(|four| four.map(|digit| i64::from(digit.wrapping_sub(b'0').min(9))))
    else {
        return 0;
    };
    let seconds = (a * 10 + b) * 3600 + (c * 10 + d) * 60;
    if *sign == b'-' { -seconds } else { seconds }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok())
        {
            Some(text) => f.write_str(&text),
            None => write!(f, "@{}", self.0),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}
