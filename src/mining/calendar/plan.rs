//! A calendar, read: which hours are worked on which local day.

use super::CalendarError;
use super::countries::holidays_of;
use super::hours::{self, Hours};
use crate::model::official::Calendar;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::ops::Range;

/// Hours of a week, Monday first.
type Week = [Vec<Hours>; 7];

/// See the module.
pub(super) struct Plan {
    pub zone: Tz,
    /// Weeks, each with the day from which it holds, in their order.
    weeks: Vec<(NaiveDate, Week)>,
    /// Hours that are not worked.
    pub off: BTreeMap<NaiveDate, Vec<Hours>>,
    /// Hours that are worked besides.
    pub extra: BTreeMap<NaiveDate, Vec<Hours>>,
}

impl Plan {
    /// Reads a calendar; a country's holidays are those of these years.
    pub(super) fn of(calendar: &Calendar, years: Range<i32>) -> Result<Self, CalendarError> {
        let zone = calendar.zone.parse().map_err(|_| CalendarError::Zone(calendar.zone.clone()))?;
        if calendar.week.is_empty() && calendar.versions.is_empty() {
            return Err(CalendarError::NoWeek);
        }
        let mut weeks = vec![(NaiveDate::MIN, week(&calendar.week)?)];
        for version in &calendar.versions {
            weeks.push((day(&version.valid_from)?, week(&version.week)?));
        }
        // Of two from one day on, the one that is written later counts.
        weeks.sort_by_key(|(from, _)| *from);
        let mut off: BTreeMap<NaiveDate, Vec<Hours>> = BTreeMap::new();
        if let Some(holidays) = &calendar.holidays {
            if let Some(file) = &holidays.file {
                return Err(CalendarError::File(file.clone()));
            }
            if let Some(country) = &holidays.country {
                for year in years {
                    for day in holidays_of(country, holidays.region.as_deref(), year)? {
                        off.entry(day).or_default().push(Hours::WHOLE);
                    }
                }
            }
            for holiday in &holidays.days {
                let hours = if holiday.off.is_empty() { vec![Hours::WHOLE] } else { all(&holiday.off)? };
                off.entry(day(&holiday.day)?).or_default().extend(hours);
            }
        }
        let mut extra: BTreeMap<NaiveDate, Vec<Hours>> = BTreeMap::new();
        for (on, hours) in &calendar.extra {
            extra.entry(day(on)?).or_default().extend(all(hours)?);
        }
        Ok(Self { zone, weeks, off, extra })
    }

    /// The hours of a day by the week alone.
    pub(super) fn of_week(&self, day: NaiveDate) -> &[Hours] {
        let at = self.weeks.partition_point(|(from, _)| *from <= day);
        let week = at.checked_sub(1).map(|at| &self.weeks[at].1);
        week.map_or(&[], |week| &week[hours::place(day.weekday())])
    }
}

/// For each day of the week, the hours of the name that stands for the fewest days; of several such names, those of all.
fn week(given: &BTreeMap<String, Vec<String>>) -> Result<Week, CalendarError> {
    let mut week = Week::default();
    let mut fewest = [usize::MAX; 7];
    for (name, texts) in given {
        let meant = hours::weekdays(name).ok_or_else(|| CalendarError::Weekday(name.clone()))?;
        let (days, hours) = (meant.iter().filter(|day| **day).count(), all(texts)?);
        for at in (0..7).filter(|at| meant[*at]) {
            if days < fewest[at] {
                fewest[at] = days;
                week[at].clone_from(&hours);
            } else if days == fewest[at] {
                week[at].extend(&hours);
            }
            few(week[at].len())?;
        }
    }
    Ok(week)
}

/// A day of more stretches is a mistake, and would make the table of three centuries large.
const MOST_STRETCHES: usize = 24;

fn few(stretches: usize) -> Result<(), CalendarError> {
    let what = || format!("a day has {stretches} stretches of hours, more than {MOST_STRETCHES}");
    if stretches > MOST_STRETCHES { Err(CalendarError::Unreadable(what())) } else { Ok(()) }
}

fn all(texts: &[String]) -> Result<Vec<Hours>, CalendarError> {
    few(texts.len())?;
    texts.iter().map(|text| Hours::parse(text).map_err(CalendarError::Unreadable)).collect()
}

fn day(text: &str) -> Result<NaiveDate, CalendarError> {
    hours::day(text).map_err(CalendarError::Unreadable)
}
