//! Time zones: from the wall clock of a place to UTC, fast enough for every row of a log.

use super::calendar::SECOND;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

const DAY_SECONDS: i64 = 86_400;
/// The changes of the clock are looked up between 1900 and 2100; before and after, the outermost offset holds.
const FIRST_SECOND: i64 = -2_208_988_800;
const LAST_SECOND: i64 = 4_102_444_800;

/// A stretch of time with one offset, in microseconds of the wall clock.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// First local time that is read with this offset.
    from: i64,
    /// First local time that is not.
    to: i64,
    /// Local times from here to `to` do not exist, or exist twice: the clock is changed at the end of the span.
    unclear_from: i64,
    /// At the end of the span the clock goes forward.
    forward: bool,
    /// Microseconds east of UTC.
    east: i64,
}

/// How many local times were read, and for how many of them the clock has no single answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ZoneCounts {
    /// All of them.
    pub local: u64,
    /// In the hour that is skipped in spring; they were moved forward by the length of the gap.
    pub gaps: u64,
    /// In the hour that comes twice in autumn; the first one was taken.
    pub overlaps: u64,
}

/// The zone of times that carry no offset. Cheap to clone: each reader takes its own, and its counts are added up
/// afterwards.
#[derive(Debug, Clone)]
pub struct Zone {
    name: &'static str,
    spans: Arc<[Span]>,
    last: usize,
    counts: ZoneCounts,
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl Zone {
    /// Coordinated Universal Time: local times are taken as they are.
    pub fn utc() -> Self {
        let span = Span { from: i64::MIN, to: i64::MAX, unclear_from: i64::MAX, forward: false, east: 0 };
        Self { name: "UTC", spans: Arc::new([span]), last: 0, counts: ZoneCounts::default() }
    }

    /// The IANA zone of that name, in any case; the error names a zone that is written alike.
    pub fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        if ["utc", "z", "gmt", "etc/utc"].contains(&name.to_ascii_lowercase().as_str()) {
            return Ok(Self::utc());
        }
        let tz = Tz::from_str_insensitive(name).map_err(|_| {
            let near = nearest(name).map(|near| format!("did you mean {near}")).unwrap_or_default();
            let cure = if near.is_empty() { "use an IANA name such as Europe/Madrid".to_owned() } else { near };
            format!("no time zone \"{name}\", {cure}")
        })?;
        Ok(Self { name: tz.name(), spans: spans(tz).into(), last: 0, counts: ZoneCounts::default() })
    }

    /// The IANA name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What was read since it was last asked.
    pub fn take_counts(&mut self) -> ZoneCounts {
        std::mem::take(&mut self.counts)
    }

    /// Wall-clock microseconds to microseconds UTC. A time in a gap moves forward by the gap, of a time that comes
    /// twice the first is taken; both are counted.
    #[inline]
    pub fn to_utc(&mut self, local_micros: i64) -> i64 {
        self.counts.local += 1;
        let mut span = self.spans[self.last];
        if local_micros < span.from || local_micros >= span.to {
            self.last = self.spans.partition_point(|span| span.to <= local_micros).min(self.spans.len() - 1);
            span = self.spans[self.last];
        }
        if local_micros >= span.unclear_from {
            let count = if span.forward { &mut self.counts.gaps } else { &mut self.counts.overlaps };
            *count += u64::from(span.to != i64::MAX);
        }
        local_micros.saturating_sub(span.east)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name)
    }
}

/// Seconds east of UTC at a moment.
fn east_at(tz: Tz, utc_seconds: i64) -> i64 {
    let Some(utc) = DateTime::from_timestamp(utc_seconds, 0) else { return 0 };
    i64::from(tz.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc())
}

/// All stretches between two changes of the clock.
fn spans(tz: Tz) -> Vec<Span> {
    let mut changes: Vec<(i64, i64, i64)> = Vec::new();
    let (mut at, mut east) = (FIRST_SECOND, east_at(tz, FIRST_SECOND));
    let first = east;
    while at < LAST_SECOND {
        let (next, next_east) = (at + DAY_SECONDS, east_at(tz, at + DAY_SECONDS));
        if next_east != east {
            changes.push((change_between(tz, at, next, east), east, next_east));
        }
        (at, east) = (next, next_east);
    }
    let mut spans = Vec::with_capacity(changes.len() + 1);
    let mut from = i64::MIN;
    for (utc, before, after) in changes {
        let to = (utc + before.max(after)) * SECOND;
        let unclear_from = (utc + before.min(after)) * SECOND;
        spans.push(Span { from, to, unclear_from, forward: after > before, east: before * SECOND });
        from = to;
    }
    let east = if spans.is_empty() { first } else { east };
    spans.push(Span { from, to: i64::MAX, unclear_from: i64::MAX, forward: false, east: east * SECOND });
    spans
}

/// The first second at which the offset is no longer `east`, by halving the day.
fn change_between(tz: Tz, mut before: i64, mut after: i64, east: i64) -> i64 {
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if east_at(tz, middle) == east { before = middle } else { after = middle }
    }
    after
}

/// The zone whose name, or city, is written most alike.
fn nearest(name: &str) -> Option<&'static str> {
    let wanted: String = name.chars().take(64).map(|c| if c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
    let score = |tz: &Tz| {
        let whole = tz.name().to_ascii_lowercase();
        let city = whole.rsplit('/').next().unwrap_or_default();
        strsim::jaro_winkler(&whole, &wanted).max(strsim::jaro_winkler(city, &wanted))
    };
    let best = TZ_VARIANTS.iter().map(|tz| (score(tz), tz.name())).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.85).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{LocalResult, NaiveDateTime};

    fn local(text: &str) -> i64 {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().timestamp_micros()
    }

    fn check(zone: &str, from: &str, expected: &str, gaps: u64, overlaps: u64) {
        let mut zone = Zone::parse(zone).unwrap();
        assert_eq!(zone.to_utc(local(from)), local(expected), "{zone} {from}");
        assert_eq!(zone.take_counts(), ZoneCounts { local: 1, gaps, overlaps }, "{zone} {from}");
    }

    #[test]
    fn clocks_of_places() {
        check("UTC", "2024-03-31 02:30", "2024-03-31 02:30", 0, 0);
        check("Europe/Madrid", "2024-01-15 12:00", "2024-01-15 11:00", 0, 0);
        check("europe/madrid", "2024-07-15 12:00", "2024-07-15 10:00", 0, 0);
        check("Europe/Madrid", "2024-03-31 01:59", "2024-03-31 00:59", 0, 0);
        check("Europe/Madrid", "2024-03-31 02:30", "2024-03-31 01:30", 1, 0);
        check("Europe/Madrid", "2024-03-31 03:00", "2024-03-31 01:00", 0, 0);
        check("Europe/Madrid", "2024-10-27 01:59", "2024-10-26 23:59", 0, 0);
        check("Europe/Madrid", "2024-10-27 02:30", "2024-10-27 00:30", 0, 1);
        check("Europe/Madrid", "2024-10-27 03:00", "2024-10-27 02:00", 0, 0);
        check("America/New_York", "2024-11-03 01:30", "2024-11-03 05:30", 0, 1);
        check("Asia/Kolkata", "2024-11-03 05:30", "2024-11-03 00:00", 0, 0);
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut zone = Zone::parse("Pacific/Apia").unwrap();
        for micros in [i64::MIN, i64::MAX, 0] {
            zone.to_utc(micros);
        }
        assert_eq!(zone.take_counts(), ZoneCounts { local: 3, gaps: 0, overlaps: 0 });
    }

    #[test]
    fn unknown_zones() {
        for (name, part) in
            [("Europe/Madird", "Europe/Madrid"), ("madrid", "Europe/Madrid"), ("qqqq", "IANA"), ("", "IANA")]
        {
            let error = Zone::parse(name).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_chrono(seconds in -2_000_000_000_i64..4_000_000_000, at in 0_usize..5) {
            let name = ["Europe/Madrid", "America/Sao_Paulo", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia"][at];
            let tz: Tz = name.parse().unwrap();
            let naive = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let mut zone = Zone::parse(name).unwrap();
            let utc = zone.to_utc(seconds * SECOND) / SECOND;
            let counts = zone.take_counts();
            match tz.from_local_datetime(&naive) {
                LocalResult::Single(one) => proptest::prop_assert_eq!((utc, counts.gaps + counts.overlaps), (one.timestamp(), 0)),
                LocalResult::Ambiguous(a, b) => proptest::prop_assert_eq!((utc, counts.overlaps), (a.timestamp().min(b.timestamp()), 1)),
                LocalResult::None => proptest::prop_assert_eq!(counts.gaps, 1),
            }
        }
    }
}
