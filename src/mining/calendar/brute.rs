//! Calendars held against a clock that looks at every minute.

use super::hours::{Hours, place};
use super::tests::calendar;
use super::*;
use crate::model::official::{Holiday, Holidays, WeekFrom};
use chrono::{Days, NaiveDateTime, Offset, TimeDelta, TimeZone};
use proptest::prelude::*;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000_000;
/// Zones with a change by an hour, by half an hour, at midnight, on the southern side, and with a skipped day.
const ZONES: [&str; 8] = [
    "Europe/Madrid",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "America/Santiago",
    "Asia/Kolkata",
    "Pacific/Apia",
    "UTC",
];
/// Before days on which clocks change, in one of the zones at least.
const BEGINS: [&str; 7] =
    ["2026-03-06", "2026-03-27", "2026-10-23", "2011-12-28", "2024-03-29", "2026-04-03", "2026-09-04"];
/// So many days are looked at.
const LENGTH: u64 = 7;

/// Local days on which a set of hours begins.
type On = Vec<(NaiveDate, Hours)>;

/// For each minute of the days, whether it is worked.
fn by_minute(calendar: &Calendar, first: NaiveDate) -> Vec<bool> {
    let zone: Tz = calendar.zone.parse().unwrap();
    let begin = first.and_time(chrono::NaiveTime::MIN).and_utc();
    // A margin on both sides, so that whatever the clock shows within is seen in its surroundings.
    let margin = 2 * 1_440;
    let minutes = LENGTH as i64 * 1_440;
    let shown: Vec<NaiveDateTime> = (-margin..minutes + margin)
        .map(|minute| {
            let utc = (begin + TimeDelta::minutes(minute)).naive_utc();
            utc + TimeDelta::seconds(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc().into())
        })
        .collect();
    // Hours begin when the clock first shows their opening or more. They end when it last shows their closing; where it skips
    // that, once it has last shown less.
    let covered = |(day, hours): &(NaiveDate, Hours)| {
        let edge = |minutes: u32| day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes.into());
        let (opening, closing) = (edge(hours.from), edge(hours.to));
        let opens = shown.iter().position(|shown| *shown >= opening).unwrap_or(shown.len());
        let less = shown.iter().rposition(|shown| *shown < closing).map_or(0, |at| at + 1);
        opens..less.max(shown.iter().rposition(|shown| *shown == closing).unwrap_or(0))
    };
    let days: Vec<NaiveDate> =
        (0..LENGTH + 6).map(|day| first.checked_sub_days(Days::new(3)).unwrap() + Days::new(day)).collect();
    let read = |texts: &[String]| texts.iter().map(|text| Hours::parse(text).unwrap()).collect::<Vec<_>>();
    let mut week: On = Vec::new();
    for day in &days {
        let changed = calendar.versions.iter().rfind(|version| version.valid_from <= day.to_string());
        let names = changed.map_or(&calendar.week, |version| &version.week);
        let all = || names.iter().filter(|(name, _)| weekdays(name).unwrap()[place(day.weekday())]);
        let size = |name: &str| weekdays(name).unwrap().iter().filter(|meant| **meant).count();
        let fewest = all().map(|(name, _)| size(name)).min();
        for (_, texts) in all().filter(|(name, _)| Some(size(name)) == fewest) {
            week.extend(read(texts).into_iter().map(|hours| (*day, hours)));
        }
    }
    let mut off: On = Vec::new();
    for holiday in calendar.holidays.iter().flat_map(|holidays| &holidays.days) {
        let hours = if holiday.off.is_empty() { vec![Hours::WHOLE] } else { read(&holiday.off) };
        off.extend(hours.into_iter().map(|hours| (super::day(&holiday.day).unwrap(), hours)));
    }
    let extra: On = calendar
        .extra
        .iter()
        .flat_map(|(on, texts)| read(texts).into_iter().map(move |hours| (super::day(on).unwrap(), hours)))
        .collect();
    let mut worked = vec![false; shown.len()];
    for (hours, is_worked) in [(week, true), (off, false), (extra, true)] {
        for at in hours.iter().flat_map(covered) {
            worked[at] = is_worked;
        }
    }
    worked[margin as usize..(margin + minutes) as usize].to_vec()
}

fn hours() -> impl Strategy<Value = String> {
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    // Quarters of hours, dense in the night, where clocks change.
    let minute = prop_oneof![(0..96u32).prop_map(|quarter| quarter * 15), (0..20u32).prop_map(|quarter| quarter * 15)];
    (minute.clone(), minute).prop_map(move |(from, to)| {
        let to = if from == to { 1_440 } else { to };
        format!("{}-{}", clock(from), clock(to))
    })
}

fn names() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    let name = prop::sample::select(vec!["mon-fri", "mon-sun", "sat", "sun", "fri", "sun-tue", "tue"]);
    prop::collection::btree_map(name.prop_map(str::to_owned), prop::collection::vec(hours(), 0..4), 1..4)
}

prop_compose! {
    fn calendars()(
        zone in prop::sample::select(ZONES.to_vec()),
        begin in prop::sample::select(BEGINS.to_vec()),
        week in names(),
        off in prop::collection::vec((0..LENGTH, prop::collection::vec(hours(), 0..2)), 0..4),
        extra in prop::collection::vec((0..LENGTH, prop::collection::vec(hours(), 1..3)), 0..3),
        later in prop::option::of((0..LENGTH, names())),
    ) -> (Calendar, NaiveDate) {
        let first: NaiveDate = begin.parse().unwrap();
        let on = |after: u64| (first + Days::new(after)).to_string();
        let days = off.into_iter().map(|(after, off)| Holiday { day: on(after), off }).collect();
        let calendar = Calendar {
            week,
            holidays: Some(Holidays { days, ..Holidays::default() }),
            extra: extra.into_iter().map(|(after, hours)| (on(after), hours)).collect(),
            versions: later.into_iter().map(|(after, week)| WeekFrom { valid_from: on(after), week }).collect(),
            ..calendar(zone, &[])
        };
        (calendar, first)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counting_is_that_of_every_minute(
        (calendar, first) in calendars(),
        points in prop::collection::vec(0..LENGTH as i64 * 1_440 * 60, 3..6),
    ) {
        let worked = by_minute(&calendar, first);
        let work = WorkTime::within(&calendar, first, first + Days::new(LENGTH)).unwrap();
        let begin = first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
        // Seconds since the beginning, of which each minute has sixty.
        let so_far = |second: i64| {
            let (minute, rest) = ((second / 60) as usize, second % 60);
            let whole = worked[..minute].iter().filter(|worked| **worked).count() as i64 * 60;
            (whole + if worked[minute] { rest } else { 0 }) * 1_000_000
        };
        let at = |second: i64| begin + second * 1_000_000;
        for pair in points.windows(2) {
            let found = work.between(at(pair[0]), at(pair[1])).unwrap();
            prop_assert_eq!(found, so_far(pair[1]) - so_far(pair[0]));
        }
        // Parts add up to the whole.
        let parts: i64 = points.windows(2).map(|pair| work.between(at(pair[0]), at(pair[1])).unwrap()).sum();
        let whole = work.between(at(points[0]), at(points[points.len() - 1])).unwrap();
        prop_assert_eq!(parts, whole);
        // Time never runs back, and the instant at which work is done is the first one by which it is.
        let (from, to) = (points[0].min(points[1]), points[0].max(points[1]));
        let done = work.between(at(from), at(to)).unwrap();
        prop_assert!(0 <= done && done <= (to - from) * 1_000_000);
        let found = work.after(at(from), done).unwrap();
        prop_assert!(found <= at(to) && work.between(at(from), found) == Some(done));
        prop_assert!(done == 0 || work.between(at(from), found - 1).unwrap() < done);
        // Outside of what is counted, nothing is told.
        prop_assert_eq!(work.worked(begin - 1), None);
        prop_assert_eq!(work.worked(begin + LENGTH as i64 * 1_440 * MINUTE), None);
    }
}
