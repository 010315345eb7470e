//! How often a difference was seen, period by period: weeks of a short log, months of a longer one, years of a very long one.

use crate::model::deviations::InPeriod;
use crate::model::time::{DAY_MICROS, monday};
use chrono::{DateTime, Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Logs up to so many days are told by week, up to so many by month.
const WEEKS_UP_TO: i64 = 120;
const MONTHS_UP_TO: i64 = 3_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Week,
    Month,
    Year,
}

/// The periods in which cases started, with how many of them.
#[derive(Debug)]
pub(super) struct Calendar {
    grain: Grain,
    /// First day of the period, in days since 1970.
    cases: BTreeMap<i32, u64>,
}

impl Calendar {
    pub(super) fn of(starts: impl Iterator<Item = i64>) -> Self {
        let starts: Vec<i64> = starts.collect();
        let (first, last) = (starts.iter().min().copied(), starts.iter().max().copied());
        let days = first.zip(last).map_or(0, |(first, last)| (last - first) / DAY_MICROS);
        let grain = match days {
            days if days <= WEEKS_UP_TO => Grain::Week,
            days if days <= MONTHS_UP_TO => Grain::Month,
            _ => Grain::Year,
        };
        let mut cases = BTreeMap::new();
        for start in starts {
            *cases.entry(grain.day(start)).or_default() += 1;
        }
        Self { grain, cases }
    }

    /// `week`, `month` or `year`.
    pub(super) fn granularity(&self) -> &'static str {
        match self.grain {
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Year => "year",
        }
    }

    /// Cases with a difference by the period in which they started, beside all cases.
    pub(super) fn trend(&self, starts: impl Iterator<Item = i64>) -> Vec<InPeriod> {
        let mut own: BTreeMap<i32, i64> = BTreeMap::new();
        starts.for_each(|start| *own.entry(self.grain.day(start)).or_default() += 1);
        let in_period = |(day, of): (&i32, &u64)| InPeriod {
            period: date(*day).to_string(),
            cases: own.get(day).copied().unwrap_or_default(),
            of_cases: *of as i64,
        };
        self.cases.iter().map(in_period).collect()
    }
}

impl Grain {
    /// The first day of the period.
    fn day(self, micros: i64) -> i32 {
        let Some(instant) = DateTime::from_timestamp_micros(micros) else { return monday(micros) };
        let first = match self {
            Self::Week => return monday(micros),
            Self::Month => NaiveDate::from_ymd_opt(instant.year(), instant.month(), 1),
            Self::Year => NaiveDate::from_ymd_opt(instant.year(), 1, 1),
        };
        first.map_or_else(|| monday(micros), |day| day.num_days_from_ce() - EPOCH)
    }
}

/// Days from the beginning of the common era to 1970.
const EPOCH: i32 = 719_163;

fn date(day: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day.saturating_add(EPOCH)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse;

    fn trend(all: &[&str], own: &[&str]) -> (&'static str, Vec<(String, i64, i64)>) {
        let read = |texts: &[&str]| texts.iter().map(|text| parse(text).unwrap()).collect::<Vec<_>>();
        let calendar = Calendar::of(read(all).into_iter());
        let trend = calendar.trend(read(own).into_iter());
        (calendar.granularity(), trend.into_iter().map(|one| (one.period, one.cases, one.of_cases)).collect())
    }

    #[test]
    fn the_length_of_periods_follows_from_that_of_the_log() {
        let row = |period: &str, cases: i64, of: i64| (period.to_owned(), cases, of);
        let found = trend(&["2024-01-03", "2024-01-07", "2024-01-08"], &["2024-01-07"]);
        assert_eq!(found, ("week", vec![row("2024-01-01", 1, 2), row("2024-01-08", 0, 1)]));
        let found = trend(&["2024-01-03", "2024-01-31", "2024-06-08"], &["2024-06-08"]);
        assert_eq!(found, ("month", vec![row("2024-01-01", 0, 2), row("2024-06-01", 1, 1)]));
        assert_eq!(trend(&["2004-01-03", "2024-06-08"], &[]).0, "year");
        assert_eq!(trend(&[], &[]), ("week", vec![]));
    }
}
