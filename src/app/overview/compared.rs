//! What "before" means. A filter with a period is held against the equally long period before it; without one, the last
//! full weeks are held against as many before. Where there is nothing comparable, the reason is told instead.
//!
//! A log does not say which cases are still open: they seem to have ended with their last event, too soon. So what is
//! measured when cases end is told only up to where nearly all that seem to have ended did so: the 95th percentile of the
//! time between two events before the end of the log.

use crate::app::Asked;
use crate::model::filter::{Filter, Period, PeriodBy};
use crate::model::time::{DAY_MICROS, monday, rfc3339};
use crate::query::{Frame, Values};
use serde::Serialize;
use utoipa::ToSchema;

/// So many weeks are compared, the fewest that hold enough cases.
const WEEKS: [i64; 4] = [4, 13, 26, 52];
/// A 90th percentile of fewer cases has no upper bound.
pub(super) const ENOUGH: i64 = 29;
const WEEK_MICROS: i64 = 7 * DAY_MICROS;

/// Two neighbouring periods of equal length.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Compared {
    /// How many full weeks each of them has, if they were chosen because the filter names no period.
    pub weeks: Option<i64>,
    /// Where the earlier one begins.
    pub before_from: String,
    /// Where it ends and the later one begins.
    pub now_from: String,
    /// Where the later one ends.
    pub now_to: String,
    /// The filter of the later one.
    pub now: String,
    /// The filter of the earlier one.
    pub before: String,
}

/// The periods while they are compared.
pub(super) struct Pairing {
    pub weeks: Option<i64>,
    pub now: Filter,
    pub before: Filter,
    /// Whether nearly all cases of both had ended when the log did.
    pub settled: bool,
    from: i64,
    middle: i64,
    to: i64,
}

/// From where to where the cases may lie: the log, narrowed by the filter's period.
pub(super) struct Reach {
    /// First and last event of the log.
    log: Option<(i64, i64)>,
    period: Period,
    /// Cases that seem to have ended so long before the end of the log have ended.
    gap: i64,
    /// Nine in ten cases take at most so long.
    cycle: i64,
}

/// Figures of one side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Side {
    pub cases: i64,
    pub median_s: Option<f64>,
    pub p90_s: Option<f64>,
    pub rework: Option<f64>,
    pub handoffs: Option<f64>,
}

impl Side {
    pub fn new(totals: &Frame, reworked: &Frame, handed: &Frame) -> Self {
        Self {
            cases: totals.integer("cases", 0).unwrap_or_default(),
            median_s: totals.number("median_s", 0),
            p90_s: totals.number("p90_s", 0),
            rework: reworked.number("share", 0),
            handoffs: handed.number("per_case", 0),
        }
    }
}

impl Reach {
    pub fn of(asked: &Asked, gaps: &Frame, totals: &Frame) -> Self {
        let manifest = &asked.target.snapshot.manifest;
        let micros = |frame: &Frame, column: &str| (frame.number(column, 0).unwrap_or_default() * 1e6).ceil() as i64;
        Self {
            log: manifest.first_us.zip(manifest.last_us),
            period: asked.filter.period.unwrap_or_default(),
            gap: micros(gaps, "p95_s"),
            cycle: micros(totals, "p90_s"),
        }
    }

    /// Whether a week, by its first day since 1970, lies wholly within; if it is about cases that ended, also whether they
    /// really have.
    pub fn has_week(&self, monday: i64, of_ends: bool) -> bool {
        let (from, to) = (monday * DAY_MICROS, (monday + 7) * DAY_MICROS);
        let Some((first, last)) = self.log else { return false };
        let last = if of_ends { last.saturating_sub(self.gap) } else { last };
        let Period { from: earliest, to: latest, .. } = self.period;
        first.max(earliest.unwrap_or(first)) <= from && to <= last.min(latest.unwrap_or(last))
    }
}

impl Pairing {
    pub fn told(&self) -> Compared {
        Compared {
            weeks: self.weeks,
            before_from: rfc3339(self.from),
            now_from: rfc3339(self.middle),
            now_to: rfc3339(self.to),
            now: self.now.to_string(),
            before: self.before.to_string(),
        }
    }

    /// Length of each period in weeks.
    pub fn length(&self) -> f64 {
        (self.to - self.middle) as f64 / WEEK_MICROS as f64
    }

    /// The sum of a weekly count over each period, now and before.
    pub fn sums(&self, frame: &Frame, column: &str) -> (f64, f64) {
        let weeks = weekly(frame, column);
        (sum(&weeks, self.middle, self.to), sum(&weeks, self.from, self.middle))
    }
}

/// A column of a weekly answer, each value with its Monday in days since 1970.
pub(super) fn weekly(frame: &Frame, column: &str) -> Vec<(i64, Option<f64>)> {
    let Some(Values::Date(weeks)) = frame.column("period").map(|column| &column.values) else { return Vec::new() };
    let at = |(row, monday): (usize, &Option<i32>)| Some((i64::from((*monday)?), frame.number(column, row)));
    weeks.iter().enumerate().filter_map(at).collect()
}

/// The sum over the weeks that begin within a period.
fn sum(weeks: &[(i64, Option<f64>)], from: i64, to: i64) -> f64 {
    let within = |(monday, _): &&(i64, Option<f64>)| (from..to).contains(&(monday * DAY_MICROS));
    weeks.iter().filter(within).filter_map(|(_, value)| *value).sum()
}

/// Which periods are compared, or why none are.
pub(super) fn pairing(filter: &Filter, reach: &Reach, throughput: &Frame) -> Result<Pairing, &'static str> {
    match filter.period {
        Some(_) => of_period(filter, reach),
        None => of_weeks(filter, reach, &weekly(throughput, "cases")),
    }
}

const NO_TIMES: &str = "the log has no times";

/// The period of the filter and the equally long one before it.
fn of_period(filter: &Filter, reach: &Reach) -> Result<Pairing, &'static str> {
    let ((first, last), period) = (reach.log.ok_or(NO_TIMES)?, reach.period);
    let middle = period.from.ok_or("the period has no beginning, so nothing lies before it")?;
    let to = period.to.unwrap_or(last.saturating_add(1));
    if to <= middle {
        return Err("the period is empty");
    }
    if to > last.saturating_add(1) {
        return Err("the period ends after the log does");
    }
    let from = middle.saturating_sub(to - middle);
    if from < first {
        return Err("the log does not reach back to the period before");
    }
    let before =
        Filter { period: Some(Period { from: Some(from), to: Some(middle), by: period.by }), ..filter.clone() };
    // Cases that started in the period need their time to end.
    let needed = if period.by == PeriodBy::Start { reach.cycle } else { reach.gap };
    let settled = to <= last.saturating_sub(needed);
    Ok(Pairing { weeks: None, now: filter.clone(), before, settled, from, middle, to })
}

/// The last full weeks of which it is known what ended in them, and as many before: the fewest that have enough cases to
/// tell anything.
fn of_weeks(filter: &Filter, reach: &Reach, finished: &[(i64, Option<f64>)]) -> Result<Pairing, &'static str> {
    let (first, last) = reach.log.ok_or(NO_TIMES)?;
    let to = i64::from(monday(last.saturating_sub(reach.gap))) * DAY_MICROS;
    let part = |from: i64, to: i64| {
        let period = Period { from: Some(from), to: Some(to), by: PeriodBy::End };
        Filter { period: Some(period), ..filter.clone() }
    };
    let pair = |weeks: i64| {
        let middle = to - weeks * WEEK_MICROS;
        let from = middle - weeks * WEEK_MICROS;
        let enough = |from: i64, to: i64| sum(finished, from, to) >= ENOUGH as f64;
        // A week that the log only reaches into is no full one.
        let fits = from >= first && enough(from, middle) && enough(middle, to);
        let (now, before) = (part(middle, to), part(from, middle));
        fits.then_some(Pairing { weeks: Some(weeks), now, before, settled: true, from, middle, to })
    };
    WEEKS.into_iter().find_map(pair).ok_or("fewer than 29 cases ended in 52 full weeks, or in the 52 before")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse;

    const LOG: (&str, &str) = ("2024-01-01", "2024-12-18T12:00:00Z");

    fn reach(filter: &Filter, gap_days: i64) -> Reach {
        let log = Some((parse(LOG.0).unwrap(), parse(LOG.1).unwrap()));
        let (gap, cycle) = (gap_days * DAY_MICROS, 2 * gap_days * DAY_MICROS);
        Reach { log, period: filter.period.unwrap_or_default(), gap, cycle }
    }

    fn period(text: &str, gap_days: i64) -> Result<(String, bool), &'static str> {
        let filter: Filter = text.parse().unwrap();
        let found = of_period(&filter, &reach(&filter, gap_days))?;
        assert_eq!((found.weeks, found.now.to_string()), (None, filter.to_string()));
        Ok((found.before.to_string(), found.settled))
    }

    #[test]
    fn a_period_is_held_against_the_one_before() {
        let march = period("start=2024-03-01..2024-04-01;with=A", 0).unwrap();
        assert_eq!(march.0, "start=2024-01-30T00:00:00Z..2024-03-01T00:00:00Z;with=A");
        // Open at its end, it ends with the log.
        let since = period("end=2024-12-17T12:00:00Z..", 1).unwrap();
        assert_eq!(since.0, "end=2024-12-16T11:59:59.999999Z..2024-12-17T12:00:00Z");
        for (text, why) in [
            ("start=..2024-03-01", "no beginning"),
            ("start=2024-02-01..2024-06-01", "reach back"),
            ("start=2024-12-01..2025-01-01", "ends after"),
        ] {
            assert!(period(text, 0).unwrap_err().contains(why), "{text}");
        }
    }

    #[test]
    fn cases_need_time_to_end() {
        let settled = |text: &str| period(text, 10).unwrap().1;
        // 10 days between events, 20 for a case; the log ends on 18 December.
        assert!(settled("end=2024-12-01..2024-12-08") && !settled("end=2024-12-01..2024-12-09"));
        assert!(settled("start=2024-11-20..2024-11-28") && !settled("start=2024-11-20..2024-11-29"));
        assert!(!settled("start=2024-12-01.."));
        let weeks = |of_ends: bool, day: &str| {
            reach(&Filter::default(), 10).has_week(parse(day).unwrap() / DAY_MICROS, of_ends)
        };
        assert!(weeks(false, "2024-12-09") && !weeks(false, "2024-12-16"));
        assert!(weeks(true, "2024-12-01") && !weeks(true, "2024-12-02"));
    }

    #[test]
    fn the_fewest_weeks_with_enough_cases_are_compared() {
        let check = |per_week: f64, gap_days: i64, expected: Result<(i64, &str), ()>| {
            // 2024-01-01 is a Monday; the last week is cut off by the end of the log.
            let monday = parse(LOG.0).unwrap() / DAY_MICROS;
            let weeks: Vec<(i64, Option<f64>)> = (0..51).map(|week| (monday + week * 7, Some(per_week))).collect();
            let found = of_weeks(&Filter::default(), &reach(&Filter::default(), gap_days), &weeks);
            if let Ok(pairing) = &found {
                assert!(pairing.told().now.starts_with("end=") && pairing.settled);
                assert_eq!(Some(pairing.length()), pairing.weeks.map(|weeks| weeks as f64));
            }
            let told = found.map(|pairing| pairing.told());
            let found = told.as_ref().map(|told| (told.weeks.unwrap(), told.now_to.get(..10).unwrap())).map_err(|_| ());
            assert_eq!(found, expected, "{per_week}");
        };
        check(8.0, 0, Ok((4, "2024-12-16")));
        check(8.0, 5, Ok((4, "2024-12-09")));
        check(7.0, 0, Ok((13, "2024-12-16")));
        // 13 weeks would have 26 cases, and 26 weeks would reach back before the log.
        check(2.0, 0, Err(()));
    }
}
