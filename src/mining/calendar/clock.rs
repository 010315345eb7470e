//! The clock on the wall of a time zone: which instant is a local time, also where clocks are put forward or back.

use chrono::{LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The instant at which the clock first shows this time or a later one, in seconds since 1970. Where clocks are put back
/// and show a time twice, that is the earlier of the two; where they are put forward over it, the end of the gap.
pub fn opening(zone: Tz, local: NaiveDateTime) -> i64 {
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => {
            instant(local, offset.fix().local_minus_utc())
        }
        LocalResult::None => after_gap(zone, local),
    }
}

/// The last instant at which the clock shows this time, in seconds since 1970. Where it shows a time twice, that is the later
/// of the two; where clocks are put forward over it, the end of the gap.
pub fn closing(zone: Tz, local: NaiveDateTime) -> i64 {
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => {
            instant(local, offset.fix().local_minus_utc())
        }
        LocalResult::None => after_gap(zone, local),
    }
}

fn instant(local: NaiveDateTime, ahead: i32) -> i64 {
    local.and_utc().timestamp() - i64::from(ahead)
}

/// The instant at which a gap of the clock ends: where the offset changes, between two instants that surely lie on either
/// side of it. Offsets are less than a day, and so are gaps but for the one day that islands skipped at the date line.
fn after_gap(zone: Tz, local: NaiveDateTime) -> i64 {
    let shows = |at: i64| -> NaiveDateTime {
        let utc = chrono::DateTime::<Utc>::from_timestamp(at, 0).map_or(local, |utc| utc.naive_utc());
        utc + TimeDelta::seconds(i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()))
    };
    let middle = local.and_utc().timestamp();
    let (mut before, mut after) = (middle - 2 * 86_400, middle + 2 * 86_400);
    // Before the gap the clock shows less than the time that it skips, from its end on more.
    while after - before > 1 {
        let half = before + (after - before) / 2;
        if shows(half) < local {
            before = half;
        } else {
            after = half;
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn at(zone: Tz, local: &str) -> [String; 2] {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        [opening(zone, local), closing(zone, local)]
            .map(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%d %H:%M").to_string())
    }

    #[test]
    fn clocks_that_are_put_forward_or_back() {
        let check =
            |zone: Tz, local: &str, open: &str, close: &str| assert_eq!(at(zone, local), [open, close], "{local}");
        check(Tz::Europe__Madrid, "2026-01-05 09:00", "2026-01-05 08:00", "2026-01-05 08:00");
        check(Tz::Europe__Madrid, "2026-03-29 01:59", "2026-03-29 00:59", "2026-03-29 00:59");
        // From two to three the clock shows nothing: both edges go to its end, one in the morning UTC.
        check(Tz::Europe__Madrid, "2026-03-29 02:00", "2026-03-29 01:00", "2026-03-29 01:00");
        check(Tz::Europe__Madrid, "2026-03-29 02:30", "2026-03-29 01:00", "2026-03-29 01:00");
        check(Tz::Europe__Madrid, "2026-03-29 03:00", "2026-03-29 01:00", "2026-03-29 01:00");
        // Half past two is there twice.
        check(Tz::Europe__Madrid, "2026-10-25 02:30", "2026-10-25 00:30", "2026-10-25 01:30");
        check(Tz::Europe__Madrid, "2026-10-25 02:00", "2026-10-25 00:00", "2026-10-25 01:00");
        check(Tz::Europe__Madrid, "2026-10-25 03:00", "2026-10-25 02:00", "2026-10-25 02:00");
        check(Tz::America__New_York, "2026-11-01 01:00", "2026-11-01 05:00", "2026-11-01 06:00");
        // Samoa skipped a whole day, and its midnight of that day is the one after it.
        check(Tz::Pacific__Apia, "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-30 10:00");
        // In Beirut clocks go forward at midnight.
        check(Tz::Asia__Beirut, "2024-03-31 00:00", "2024-03-30 22:00", "2024-03-30 22:00");
    }
}
