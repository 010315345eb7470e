//! The six figures: value, weekly course, change.

use super::Measured;
use super::compared::{ENOUGH, Pairing, Reach, Side, weekly};
use crate::model::kind::Kind;
use crate::model::time::{DAY_MICROS, rfc3339};
use crate::query::Frame;
use serde::Serialize;
use utoipa::ToSchema;

/// Below so many cases, a median or a share tells nothing.
const FEW: i64 = 5;
/// The course goes back so many weeks: two years.
const COURSE: usize = 104;

/// A figure with its course and its change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    /// Its name for programs.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its unit.
    pub kind: Kind,
    /// Null if it cannot be known from this log.
    pub value: Option<f64>,
    /// Why it is null.
    pub missing: Option<&'static str>,
    /// How it comes about, beyond what the query says.
    pub formula: &'static str,
    /// The query that computes it.
    pub query: &'static str,
    /// The column of its answer that it is, or that it is made from.
    pub column: &'static str,
    /// The query of its weekly course.
    pub weekly_query: &'static str,
    /// Its course over the full weeks of the log, at most 104, the latest last.
    pub weekly: Vec<Week>,
    /// Whether less is better; null where neither is.
    pub less_is_better: Option<bool>,
    /// How it differs from the period before; null if there is nothing comparable.
    pub change: Option<Change>,
    /// Why there is nothing.
    pub not_compared: Option<&'static str>,
}

/// A value of a week.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Week {
    /// Its Monday.
    pub week: String,
    /// Null if nothing happened that could be measured.
    pub value: Option<f64>,
}

/// A figure in two periods.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// In the later period.
    pub now: f64,
    /// In the earlier one.
    pub before: f64,
    /// Cases in the later one.
    pub now_cases: i64,
    /// Cases in the earlier one.
    pub before_cases: i64,
    /// By which part it changed; null for shares, whose difference is told, and where there was nothing before.
    pub relative: Option<f64>,
}

/// What is known of a figure before its numbers are.
struct Outline {
    id: &'static str,
    title: &'static str,
    kind: Kind,
    formula: &'static str,
    query: (&'static str, &'static str),
    weekly: &'static str,
    less_is_better: Option<bool>,
}

const NO_TIMES: &str = "the log has no times";

const CASES: Outline = Outline {
    id: "cases",
    title: "Cases",
    kind: Kind::Count,
    formula: "All cases in view. Their course and their change count the cases that started.",
    query: ("log_totals", "cases"),
    weekly: "arrivals",
    less_is_better: None,
};
const MEDIAN: Outline = Outline {
    id: "cycle_time_median",
    title: "Median cycle time",
    kind: Kind::DurationS,
    formula: "Half of the cases take at most this long from their first to their last event.",
    query: ("log_totals", "median_s"),
    weekly: "cycle_time",
    less_is_better: Some(true),
};
const P90: Outline = Outline {
    id: "cycle_time_p90",
    title: "Nine in ten within",
    kind: Kind::DurationS,
    formula: "Nine in ten cases take at most this long from their first to their last event.",
    query: ("log_totals", "p90_s"),
    weekly: "cycle_time",
    less_is_better: Some(true),
};
const FINISHED: Outline = Outline {
    id: "finished_per_week",
    title: "Finished per week",
    kind: Kind::Number,
    formula: "The mean over all full weeks, without the newest, of whose cases it is not known yet whether they ended.",
    query: ("throughput", "cases"),
    weekly: "throughput",
    less_is_better: None,
};
const REWORK: Outline = Outline {
    id: "rework_share",
    title: "Cases with rework",
    kind: Kind::Share,
    formula: "",
    query: ("rework_cases", "share"),
    weekly: "rework_over_time",
    less_is_better: Some(true),
};
const HANDOFFS: Outline = Outline {
    id: "handoffs_per_case",
    title: "Handoffs per case",
    kind: Kind::Number,
    formula: "",
    query: ("handoffs_per_case", "per_case"),
    weekly: "handoffs_over_time",
    less_is_better: Some(true),
};

/// Both sides of the comparison, now and before, or why there are none.
type Sides<'a> = Result<(&'a Pairing, (Side, Side)), &'static str>;
type Compared = Result<Change, &'static str>;

/// All six.
pub(super) fn figures(measured: &Measured, reach: &Reach, sides: &Sides<'_>) -> Vec<Figure> {
    let Measured { whole, arrivals, throughput, cycle, rework, handoffs } = measured;
    let ended = |frame, column| full(&weekly(frame, column), reach, true);
    let quantile = |pick: fn(&Side) -> Option<f64>, least: i64| of_cases(sides, pick, least);
    let finished = ended(throughput, "cases");
    vec![
        CASES.figure(
            Some(whole.cases as f64),
            &full(&weekly(arrivals, "cases"), reach, false),
            started(sides, arrivals),
            "",
        ),
        MEDIAN.figure(whole.median_s, &ended(cycle, "median_s"), quantile(|side| side.median_s, FEW), NO_TIMES),
        P90.figure(whole.p90_s, &ended(cycle, "p90_s"), quantile(|side| side.p90_s, ENOUGH), NO_TIMES),
        FINISHED.figure(mean(&finished), &finished, per_week(sides), "no week lies wholly within the log"),
        REWORK.figure(whole.rework, &ended(rework, "share"), quantile(|side| side.rework, FEW), "there is no case"),
        HANDOFFS.figure(
            whole.handoffs,
            &ended(handoffs, "per_case"),
            quantile(|side| side.handoffs, FEW),
            "no event names who did it; map a column as resource to know",
        ),
    ]
}

impl Outline {
    fn figure(
        self,
        value: Option<f64>,
        weeks: &[(i64, Option<f64>)],
        change: Compared,
        missing: &'static str,
    ) -> Figure {
        let share = self.kind == Kind::Share;
        let not_compared = change.as_ref().err().copied();
        Figure {
            id: self.id,
            title: self.title,
            kind: self.kind,
            value,
            missing: value.is_none().then_some(missing),
            formula: self.formula,
            query: self.query.0,
            column: self.query.1,
            weekly_query: self.weekly,
            weekly: course(weeks),
            less_is_better: self.less_is_better,
            change: change.ok().map(|change| Change { relative: change.relative.filter(|_| !share), ..change }),
            not_compared,
        }
    }
}

const UNSETTLED: &str = "cases of the period may still have been under way at the end of the log";
const NONE_BEFORE: &str = "there were none in the period before";

fn change(now: f64, before: f64, cases: (i64, i64)) -> Change {
    let relative = (before > 0.0).then(|| now / before - 1.0);
    Change { now, before, now_cases: cases.0, before_cases: cases.1, relative }
}

/// A figure of both sides, if each rests on so many cases.
fn of_cases(sides: &Sides<'_>, pick: fn(&Side) -> Option<f64>, least: i64) -> Compared {
    let (pairing, (now, before)) = sides.as_ref().map_err(|why| *why)?;
    if !pairing.settled {
        return Err(UNSETTLED);
    }
    if now.cases < least || before.cases < least {
        return Err(if least == ENOUGH {
            "fewer than 29 cases in one period"
        } else {
            "fewer than 5 cases in one period"
        });
    }
    let both = pick(now).zip(pick(before)).ok_or("it is not known for both periods")?;
    Ok(change(both.0, both.1, (now.cases, before.cases)))
}

/// Cases that started. Weeks are told by when cases end, so those that started are counted anew.
fn started(sides: &Sides<'_>, arrivals: &Frame) -> Compared {
    let (pairing, (now, before)) = sides.as_ref().map_err(|why| *why)?;
    let (now, before) = match pairing.weeks {
        Some(_) => pairing.sums(arrivals, "cases"),
        None => (now.cases as f64, before.cases as f64),
    };
    if before > 0.0 { Ok(change(now, before, (now as i64, before as i64))) } else { Err(NONE_BEFORE) }
}

fn per_week(sides: &Sides<'_>) -> Compared {
    let (pairing, (now, before)) = sides.as_ref().map_err(|why| *why)?;
    let each = |side: &Side| side.cases as f64 / pairing.length();
    match (pairing.settled, before.cases) {
        (false, _) => Err(UNSETTLED),
        (true, 0) => Err(NONE_BEFORE),
        (true, _) => Ok(change(each(now), each(before), (now.cases, before.cases))),
    }
}

/// The weeks that lie wholly within the log and the period.
fn full(weekly: &[(i64, Option<f64>)], reach: &Reach, of_ends: bool) -> Vec<(i64, Option<f64>)> {
    weekly.iter().filter(|(monday, _)| reach.has_week(*monday, of_ends)).copied().collect()
}

fn course(weeks: &[(i64, Option<f64>)]) -> Vec<Week> {
    let day = |monday: i64| rfc3339(monday * DAY_MICROS).chars().take_while(|sign| *sign != 'T').collect();
    let week = |(monday, value): &(i64, Option<f64>)| Week { week: day(*monday), value: *value };
    weeks[weeks.len().saturating_sub(COURSE)..].iter().map(week).collect()
}

fn mean(weeks: &[(i64, Option<f64>)]) -> Option<f64> {
    let sum: f64 = weeks.iter().filter_map(|(_, value)| *value).sum();
    (!weeks.is_empty()).then(|| sum / weeks.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_change_by_points_and_the_rest_by_parts() {
        let moved = || Ok(change(0.3, 0.2, (50, 50)));
        assert_eq!(REWORK.figure(Some(0.3), &[], moved(), "").change.unwrap().relative, None);
        let median = MEDIAN.figure(Some(0.3), &[], moved(), "").change.unwrap();
        assert!((median.relative.unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(change(2.0, 0.0, (1, 1)).relative, None);
        let nothing = MEDIAN.figure(None, &[], Err("why"), NO_TIMES);
        assert_eq!((nothing.missing, nothing.not_compared, nothing.change), (Some(NO_TIMES), Some("why"), None));
    }

    #[test]
    fn the_course_goes_back_two_years() {
        let weeks: Vec<(i64, Option<f64>)> = (0..200).map(|week| (week * 7 + 4, Some(week as f64))).collect();
        let found = course(&weeks);
        assert_eq!((found.len(), found[103].value, mean(&weeks)), (COURSE, Some(199.0), Some(99.5)));
        assert_eq!(found[0].week, "1971-11-08");
        assert!(mean(&[]).is_none() && course(&[]).is_empty());
    }
}
