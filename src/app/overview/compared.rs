//! What "before" means. A filter with a period is held against the equally long period before it; without one, the last
//! full weeks are held against as many before. Where there is nothing comparable, the reason is told instead.

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
    from: i64,
    middle: i64,
    to: i64,
}

/// From where to where the cases may lie: the log, narrowed by the filter's period.
pub(super) struct Reach {
    span: Option<(i64, i64)>,
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
    pub fn of(asked: &Asked) -> Self {
        let manifest = &asked.target.snapshot.manifest;
        let period = asked.filter.period.unwrap_or_default();
        let narrowed = |(first, last): (i64, i64)| {
            (period.from.map_or(first, |from| from.max(first)), period.to.map_or(last, |to| to.min(last)))
        };
        Self { span: manifest.first_us.zip(manifest.last_us).map(narrowed) }
    }

    /// Whether a week, by its first day since 1970, lies wholly within.
    pub fn has_week(&self, monday: i64) -> bool {
        let (from, to) = (monday * DAY_MICROS, (monday + 7) * DAY_MICROS);
        self.span.is_some_and(|(first, last)| first <= from && to <= last)
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
        let sum = |from: i64, to: i64| {
            let within = |(monday, _): &(i64, Option<f64>)| (from..to).contains(&(monday * DAY_MICROS));
            weekly(frame, column).into_iter().filter(within).filter_map(|(_, value)| value).sum()
        };
        (sum(self.middle, self.to), sum(self.from, self.middle))
    }
}

/// A column of a weekly answer, each value with its Monday in days since 1970.
pub(super) fn weekly(frame: &Frame, column: &str) -> Vec<(i64, Option<f64>)> {
    let Some(Values::Date(weeks)) = frame.column("week").map(|column| &column.values) else { return Vec::new() };
    let at = |(row, monday): (usize, &Option<i32>)| Some((i64::from((*monday)?), frame.number(column, row)));
    weeks.iter().enumerate().filter_map(at).collect()
}

/// Which periods are compared, or why none are.
pub(super) fn pairing(asked: &Asked, reach: &Reach, throughput: &Frame) -> Result<Pairing, &'static str> {
    let manifest = &asked.target.snapshot.manifest;
    let log = manifest.first_us.zip(manifest.last_us).ok_or("the log has no times")?;
    match &asked.filter.period {
        Some(period) => of_period(&asked.filter, *period, log),
        None => of_weeks(&asked.filter, reach, log, &weekly(throughput, "cases")),
    }
}

/// The period of the filter and the equally long one before it.
fn of_period(filter: &Filter, period: Period, (first, last): (i64, i64)) -> Result<Pairing, &'static str> {
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
    Ok(Pairing { weeks: None, now: filter.clone(), before, from, middle, to })
}

/// The last full weeks of the log and as many before, the fewest that have enough cases to tell anything.
fn of_weeks(
    filter: &Filter,
    reach: &Reach,
    (first, last): (i64, i64),
    finished: &[(i64, Option<f64>)],
) -> Result<Pairing, &'static str> {
    let to = i64::from(monday(last)) * DAY_MICROS;
    let count = |from: i64, to: i64| -> f64 {
        let within = |(monday, _): &&(i64, Option<f64>)| (from..to).contains(&(monday * DAY_MICROS));
        finished.iter().filter(within).filter_map(|(_, cases)| *cases).sum()
    };
    let part = |from: i64, to: i64| {
        let period = Period { from: Some(from), to: Some(to), by: PeriodBy::End };
        Filter { period: Some(period), ..filter.clone() }
    };
    let pair = |weeks: i64| {
        let middle = to - weeks * WEEK_MICROS;
        let from = middle - weeks * WEEK_MICROS;
        let enough = |from: i64, to: i64| count(from, to) >= ENOUGH as f64;
        // A week that the log only reaches into is no full one.
        let known = from >= first && reach.has_week(from / DAY_MICROS);
        let fits = known && enough(from, middle) && enough(middle, to);
        let weeks = Some(weeks);
        fits.then(|| Pairing { weeks, now: part(middle, to), before: part(from, middle), from, middle, to })
    };
    WEEKS.into_iter().find_map(pair).ok_or("fewer than 29 cases ended in 52 full weeks, or in the 52 before")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse;

    const LOG: (&str, &str) = ("2024-01-01", "2024-12-18T12:00:00Z");

    fn log() -> (i64, i64) {
        (parse(LOG.0).unwrap(), parse(LOG.1).unwrap())
    }

    fn period(text: &str) -> Result<(String, String), &'static str> {
        let filter: Filter = text.parse().unwrap();
        let found = of_period(&filter, filter.period.unwrap(), log())?;
        assert_eq!((found.weeks, found.now.to_string()), (None, filter.to_string()));
        Ok((found.before.to_string(), found.told().now_to))
    }

    #[test]
    fn a_period_is_held_against_the_one_before() {
        let march = period("start=2024-03-01..2024-04-01;with=A").unwrap();
        assert_eq!(march.0, "start=2024-01-30T00:00:00Z..2024-03-01T00:00:00Z;with=A");
        // Open at its end, it ends with the log.
        let since = period("end=2024-12-17T12:00:00Z..").unwrap();
        assert_eq!(since.0, "end=2024-12-16T11:59:59.999999Z..2024-12-17T12:00:00Z");
        for (text, why) in [
            ("start=..2024-03-01", "no beginning"),
            ("start=2024-02-01..2024-06-01", "reach back"),
            ("start=2024-12-01..2025-01-01", "ends after"),
        ] {
            assert!(period(text).unwrap_err().contains(why), "{text}");
        }
    }

    #[test]
    fn the_fewest_weeks_with_enough_cases_are_compared() {
        let reach = Reach { span: Some(log()) };
        let check = |per_week: f64, expected: Result<i64, ()>| {
            // 2024-01-01 is a Monday; the last week is cut off by the end of the log.
            let monday = parse(LOG.0).unwrap() / DAY_MICROS;
            let weeks: Vec<(i64, Option<f64>)> = (0..51).map(|week| (monday + week * 7, Some(per_week))).collect();
            let found = of_weeks(&Filter::default(), &reach, log(), &weeks);
            assert_eq!(found.as_ref().map(|pairing| pairing.weeks.unwrap()).map_err(|_| ()), expected, "{per_week}");
            if let Ok(pairing) = found {
                let told = pairing.told();
                assert_eq!(told.now_to, "2024-12-16T00:00:00Z");
                assert!(told.now.starts_with("end=") && pairing.length() == pairing.weeks.unwrap() as f64);
            }
        };
        check(8.0, Ok(4));
        check(7.0, Ok(13));
        // 13 weeks would have 26 cases, and 26 weeks would reach back before the log.
        check(2.0, Err(()));
    }
}
