//! Golden vectors, worked out by hand.

use super::*;
use crate::model::official::{Holiday, Holidays, WeekFrom};
use crate::model::time::{parse, rfc3339};

const HOUR: i64 = 3_600_000_000;

/// A calendar of a zone and hours by days.
pub(super) fn calendar(zone: &str, week: &[(&str, &[&str])]) -> Calendar {
    let hours = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let week = week.iter().map(|(days, texts)| ((*days).to_owned(), hours(texts))).collect();
    Calendar { zone: zone.to_owned(), week, ..Calendar::default() }
}

fn off(days: &[(&str, &str)]) -> Option<Holidays> {
    let day = |(day, off): &(&str, &str)| Holiday {
        day: (*day).to_owned(),
        off: Some((*off).to_owned()).filter(|off| !off.is_empty()).into_iter().collect(),
    };
    Some(Holidays { days: days.iter().map(day).collect(), ..Holidays::default() })
}

/// An instant by the clock of a zone.
fn at(zone: &str, local: &str) -> i64 {
    let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    clock::opening(zone.parse().unwrap(), local) * 1_000_000
}

/// Minutes worked between two times of the calendar's zone, and minutes by the clock.
fn minutes(calendar: &Calendar, from: &str, to: &str) -> (i64, i64) {
    let work = WorkTime::of(calendar).unwrap();
    let (from, to) = (at(&calendar.zone, from), at(&calendar.zone, to));
    (work.between(from, to).unwrap() / 60_000_000, (to - from) / 60_000_000)
}

#[test]
fn a_day_has_few_stretches_of_hours() {
    let many: Vec<String> = (0..25).map(|at| format!("00:{:02}-00:{:02}", 2 * at, 2 * at + 1)).collect();
    let refused = |parts: &[&[String]]| {
        let names = ["mon", "mon-mon"];
        let mut one = calendar("UTC", &[]);
        one.week = names.into_iter().map(str::to_owned).zip(parts.iter().map(|part| part.to_vec())).collect();
        WorkTime::of(&one).is_err_and(|error| error.to_string().contains("more than 24"))
    };
    assert!(refused(&[&many]) && !refused(&[&many[1..]]));
    // Names of the same day are taken together.
    assert!(refused(&[&many[..13], &many[13..]]));
}

#[test]
fn golden_vectors() {
    let office = calendar("Europe/Madrid", &[("mon-fri", &["09:00-18:00"])]);
    // Clocks are put forward on the 29th: two hours of work, 64 by the clock.
    assert_eq!(minutes(&office, "2026-03-27 17:00", "2026-03-30 10:00"), (120, 64 * 60));
    let holiday = Calendar { holidays: off(&[("2026-01-06", "")]), ..office.clone() };
    assert_eq!(minutes(&holiday, "2026-01-05 16:30", "2026-01-07 09:45").0, 135);
    let lunch = calendar("Europe/Madrid", &[("mon-fri", &["09:00-14:00", "15:00-18:00"])]);
    assert_eq!(minutes(&lunch, "2026-01-05 13:30", "2026-01-05 15:30").0, 60);
    let night = calendar("America/New_York", &[("sat", &["22:00-06:00"])]);
    assert_eq!(minutes(&night, "2026-03-07 20:00", "2026-03-08 12:00"), (7 * 60, 15 * 60));
    assert_eq!(minutes(&night, "2026-10-31 20:00", "2026-11-01 12:00"), (9 * 60, 17 * 60));
    let always = calendar("Europe/Madrid", &[("mon-sun", &["00:00-24:00"])]);
    assert_eq!(minutes(&always, "2026-10-25 00:00", "2026-10-26 00:00").0, 25 * 60);
    assert_eq!(minutes(&always, "2026-03-29 00:00", "2026-03-30 00:00").0, 23 * 60);
    assert_eq!(minutes(&office, "2026-01-10 11:00", "2026-01-11 20:00").0, 0);
}

#[test]
fn hours_on_days_when_clocks_change() {
    // From one to four, by the clock three hours: two in spring, four in autumn.
    let early = calendar("Europe/Madrid", &[("mon-sun", &["01:00-04:00"])]);
    assert_eq!(minutes(&early, "2026-03-29 00:00", "2026-03-29 12:00").0, 120);
    assert_eq!(minutes(&early, "2026-10-25 00:00", "2026-10-25 12:00").0, 240);
    // An edge in the gap is its end; an edge that is there twice opens early and closes late.
    let half = calendar("Europe/Madrid", &[("mon-sun", &["02:30-03:30"])]);
    assert_eq!(minutes(&half, "2026-03-29 00:00", "2026-03-29 12:00").0, 30);
    assert_eq!(minutes(&half, "2026-10-25 00:00", "2026-10-25 12:00").0, 120);
    let until = calendar("Europe/Madrid", &[("mon-sun", &["01:30-02:30"])]);
    assert_eq!(minutes(&until, "2026-03-29 00:00", "2026-03-29 12:00").0, 30);
    assert_eq!(minutes(&until, "2026-10-25 00:00", "2026-10-25 12:00").0, 120);
}

#[test]
fn holidays_extra_days_and_weeks_that_change() {
    let mut calendar = calendar(
        "Europe/Madrid",
        &[
            ("mon-fri", &["09:00-18:00", "17:00-19:00"]),
            ("fri", &["08:00-15:00"]),
            ("wed", &[]),
            ("sat", &["22:00-06:00"]),
        ],
    );
    let day = |calendar: &Calendar, day: &str| minutes(calendar, &format!("{day} 00:00"), &format!("{day} 23:59")).0;
    // Hours that overlap count once; a day named alone has its own hours, or none; a night belongs to two days.
    assert_eq!(
        ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-10", "2026-01-11"].map(|d| day(&calendar, d)),
        [600, 0, 420, 119, 360]
    );
    calendar.holidays = off(&[("2026-01-05", "14:00-24:00"), ("2026-01-10", ""), ("2026-01-18", "")]);
    calendar.extra = [("2026-01-10".to_owned(), vec!["10:00-12:00".to_owned()])].into();
    calendar.versions = vec![WeekFrom {
        valid_from: "2026-01-19".to_owned(),
        week: [("mon".to_owned(), vec!["10:00-11:00".to_owned()])].into(),
    }];
    assert_eq!(day(&calendar, "2026-01-05"), 300);
    // The night from Saturday has lost the hours before midnight, and extra hours are worked even so.
    assert_eq!((day(&calendar, "2026-01-10"), day(&calendar, "2026-01-11")), (120, 360));
    assert_eq!((day(&calendar, "2026-01-17"), day(&calendar, "2026-01-18")), (119, 0));
    assert_eq!(
        (day(&calendar, "2026-01-16"), day(&calendar, "2026-01-19"), day(&calendar, "2026-01-20")),
        (420, 60, 0)
    );
}

#[test]
fn many_hours_in_a_day_and_a_zone_that_is_not_that_of_the_stamps() {
    let hours = ["08:00-09:00", "10:00-11:00", "12:00-13:00", "14:00-15:00"];
    let busy = calendar("Asia/Tokyo", &[("mon-sun", &hours)]);
    assert_eq!(minutes(&busy, "2026-01-05 08:30", "2026-01-05 14:30").0, 180);
    let work = WorkTime::of(&busy).unwrap();
    let at = |text: &str| parse(text).unwrap();
    // Half past eight in Tokyo is half past eleven at night in London.
    assert_eq!(work.between(at("2026-01-04T23:30:00Z"), at("2026-01-05T05:30:00Z")), Some(3 * HOUR));
    assert_eq!(work.between(at("2026-01-05T05:30:00Z"), at("2026-01-04T23:30:00Z")), Some(-3 * HOUR));
    assert_eq!(work.between(at("2026-01-04T23:30:00.25Z"), at("2026-01-04T23:30:01Z")), Some(750_000));
    assert_eq!(work.worked(at("1899-12-31T23:59:59Z")), None);
    assert!(work.worked(at("1900-01-01T00:00:00Z")).is_some() && work.worked(at("2199-12-31T23:59:59Z")).is_some());
    for outside in [at("2200-01-01T00:00:00Z"), i64::MAX, i64::MIN] {
        assert_eq!(work.worked(outside), None);
    }
}

#[test]
fn when_so_much_work_is_done() {
    let work = WorkTime::of(&calendar("UTC", &[("mon-fri", &["09:00-14:00", "15:00-18:00"])])).unwrap();
    let check = |from: &str, hours: i64, expected: &str| {
        let found = work.after(parse(from).unwrap(), hours * HOUR).map(rfc3339);
        assert_eq!(found.as_deref(), Some(expected), "{from} {hours}");
    };
    check("2026-01-05T10:00:00Z", 0, "2026-01-05T10:00:00Z");
    check("2026-01-05T10:00:00Z", 2, "2026-01-05T12:00:00Z");
    // Four hours later is the pause, which is no work: the fifth hour is after it.
    check("2026-01-05T10:00:00Z", 4, "2026-01-05T14:00:00Z");
    check("2026-01-05T10:00:00Z", 5, "2026-01-05T16:00:00Z");
    check("2026-01-05T10:00:00Z", 7, "2026-01-05T18:00:00Z");
    check("2026-01-05T10:00:00Z", 8, "2026-01-06T10:00:00Z");
    check("2026-01-09T17:00:00Z", 2, "2026-01-12T10:00:00Z");
    check("2026-01-10T11:00:00Z", 1, "2026-01-12T10:00:00Z");
    assert_eq!(work.after(parse("2199-12-31T17:00:00Z").unwrap(), 1_000_000 * HOUR), None);
}

#[test]
fn working_days_and_days_of_a_month() {
    let mut office = calendar("Europe/Madrid", &[("mon-fri", &["09:00-18:00"])]);
    office.holidays = off(&[("2026-01-06", ""), ("2026-01-08", "14:00-24:00")]);
    let work = WorkTime::of(&office).unwrap();
    let check = |from: &str, n: u64, expected: &str| {
        let (opens, closes) = work.working_day(parse(from).unwrap(), n).unwrap();
        assert_eq!(format!("{} {}", rfc3339(opens), rfc3339(closes)), expected, "{from} {n}");
    };
    // Of Monday the first is Wednesday, because Tuesday is a holiday; Thursday closes early.
    check("2026-01-05T10:00:00Z", 0, "2026-01-05T08:00:00Z 2026-01-05T17:00:00Z");
    check("2026-01-05T10:00:00Z", 1, "2026-01-07T08:00:00Z 2026-01-07T17:00:00Z");
    check("2026-01-05T10:00:00Z", 2, "2026-01-08T08:00:00Z 2026-01-08T13:00:00Z");
    check("2026-01-09T23:30:00Z", 1, "2026-01-12T08:00:00Z 2026-01-12T17:00:00Z");
    check("2026-01-10T11:00:00Z", 0, "2026-01-12T08:00:00Z 2026-01-12T17:00:00Z");
    check("2026-01-10T11:00:00Z", 1, "2026-01-12T08:00:00Z 2026-01-12T17:00:00Z");
    assert_eq!(work.is_working_day(parse("2026-01-06T10:00:00Z").unwrap()), Some(false));
    assert_eq!(work.is_working_day(parse("2026-01-07T23:30:00Z").unwrap()), Some(true));
    let month = |from: &str, n: i32| work.nth_of_month(parse(from).unwrap(), n).map(rfc3339).unwrap();
    // January: 1, 2, 5, 7, 8. The eighth closes at two in the afternoon, by Madrid's clock.
    assert_eq!(month("2025-12-20T10:00:00Z", 5), "2026-01-08T13:00:00Z");
    assert_eq!(month("2026-01-08T13:00:00Z", 5), "2026-01-08T13:00:00Z");
    assert_eq!(month("2026-01-08T13:00:01Z", 5), "2026-02-06T17:00:00Z");
    assert_eq!(month("2026-01-08T13:00:01Z", -1), "2026-01-30T17:00:00Z");
    assert_eq!(work.nth_of_month(parse("2026-01-08T13:00:00Z").unwrap(), 30), None);
}

#[test]
fn what_cannot_be_counted_is_told() {
    let told = |calendar: &Calendar| WorkTime::of(calendar).map(|_| ()).unwrap_err().to_string();
    let office = calendar("Europe/Madrid", &[("mon-fri", &["09:00-18:00"])]);
    assert!(told(&calendar("Europe/Madird", &[])).starts_with("there is no time zone `Europe/Madird`"));
    assert!(told(&calendar("UTC", &[])).contains("has no `week`"));
    assert!(told(&calendar("UTC", &[("mon", &["9-17"])])).starts_with("`9-17` are no hours of work"));
    assert!(told(&calendar("UTC", &[("weekdays", &["09:00-17:00"])])).starts_with("`weekdays` is no day of the week"));
    let file = Some(Holidays { file: Some("es-md.csv".to_owned()), ..Holidays::default() });
    assert!(told(&Calendar { holidays: file, ..office.clone() }).starts_with("the holidays are in a file `es-md.csv`"));
    let country = Some(Holidays { country: Some("XX".to_owned()), ..Holidays::default() });
    assert!(told(&Calendar { holidays: country, ..office.clone() }).contains("known are AT, BE, DE, ES"));
    let day = off(&[("06/01/2026", "")]);
    assert!(told(&Calendar { holidays: day, ..office }).starts_with("`06/01/2026` is no day"));
}
