//! Filters made from another one, to hold two sides of a flow against each other: the cases that it leaves out, and the
//! period before its own.

use super::{Comparison, Condition, Filter, Period, PeriodBy, Seconds};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

impl Filter {
    /// The filter of exactly the cases that this one leaves out. Filters can say that of a single condition that has an
    /// opposite, in a log with times.
    pub fn rest(&self) -> Option<Self> {
        let filter = self.clone().canonical();
        if filter.clauses().len() != 1 {
            return None;
        }
        let none = Self::default();
        if let Some(period) = filter.period {
            return period.rest().map(|period| Self { period: Some(period), ..none });
        }
        if let Some(range) = filter.cycle_time_s {
            return range.rest().map(|range| Self { cycle_time_s: Some(range), ..none });
        }
        if let [condition] = filter.case_attributes.as_slice() {
            return condition.rest().map(|condition| Self { case_attributes: vec![condition], ..none });
        }
        if let Some(rework) = filter.rework {
            return Some(Self { rework: Some(!rework), ..none });
        }
        match (filter.directly_follows.as_slice(), filter.not_directly_follows.as_slice()) {
            ([_], []) => return Some(Self { not_directly_follows: filter.directly_follows, ..none }),
            ([], [_]) => return Some(Self { directly_follows: filter.not_directly_follows, ..none }),
            _ => {}
        }
        match (filter.with.as_slice(), filter.without.as_slice()) {
            ([group], []) => Some(Self { without: group.clone(), ..none }),
            ([], [_, ..]) => Some(Self { with: vec![filter.without], ..none }),
            _ => None,
        }
    }

    /// The same conditions in the period of equal length right before. A period without an end is taken to end with the
    /// day of the log's last event; one without a beginning has nothing before it.
    pub fn previous(&self, last_us: Option<i64>) -> Option<Self> {
        let period = self.period?;
        let from = period.from?;
        let day_after = |last: i64| (last.div_euclid(DAY)).checked_add(1)?.checked_mul(DAY);
        let to = period.to.or_else(|| day_after(last_us?)).filter(|to| *to > from)?;
        let before = from.checked_sub(to.checked_sub(from)?)?;
        let period = Period { from: Some(before), to: Some(from), by: period.by };
        Some(Self { period: Some(period), ..self.clone() })
    }
}

impl Period {
    fn rest(self) -> Option<Self> {
        use PeriodBy::{Contained, End, Intersecting, Start};
        let by = |by, from, to| Some(Self { from, to, by });
        match (self.by, self.from, self.to) {
            (Start | Contained, from @ Some(_), None) => by(Start, None, from),
            (End | Intersecting, from @ Some(_), None) => by(End, None, from),
            (Start | Intersecting, None, to @ Some(_)) => by(Start, to, None),
            (End | Contained, None, to @ Some(_)) => by(End, to, None),
            // What lies before and after are two periods.
            _ => None,
        }
    }
}

impl Seconds {
    /// Both bounds belong to the range, and times are whole microseconds.
    fn rest(self) -> Option<Self> {
        let beside = |seconds: f64, step: f64| Some(((seconds * 1e6).round() + step) / 1e6);
        match (self.min, self.max) {
            (Some(min), None) => Some(Self { min: None, max: beside(min, -1.0) }),
            (None, Some(max)) => Some(Self { min: beside(max, 1.0), max: None }),
            _ => None,
        }
    }
}

impl Condition {
    /// An empty cell is none of the values, so it has no order, either: it would be on neither side of a bound.
    fn rest(&self) -> Option<Self> {
        let comparison = match self.comparison {
            Comparison::Is => Comparison::IsNot,
            Comparison::IsNot => Comparison::Is,
            Comparison::Less | Comparison::AtMost | Comparison::Greater | Comparison::AtLeast => return None,
        };
        Some(Self { comparison, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse;

    #[test]
    fn what_is_left_out_can_be_said_of_one_condition() {
        let check = |text: &str, expected: Option<&str>| {
            let filter: Filter = text.parse().unwrap();
            let rest = filter.rest();
            assert_eq!(rest.as_ref().map(ToString::to_string).as_deref(), expected, "{text}");
        };
        check("", None);
        check("with=A", Some("without=A"));
        check("with=A|B", Some("without=A|B"));
        check("without=A|B", Some("with=A|B"));
        check("with=A;with=B", None);
        check("with=A;without=B", None);
        check("case.region=North|South", Some("case.region!=North|South"));
        check("case.region!=", Some("case.region="));
        check("case.amount<5", None);
        check("event.system=ERP", None);
        check("start=2024-01-01..", Some("start=..2024-01-01T00:00:00Z"));
        check("contained=..2024-01-01", Some("end=2024-01-01T00:00:00Z.."));
        check("intersecting=2024-01-01..", Some("end=..2024-01-01T00:00:00Z"));
        check("intersecting=..2024-01-01", Some("start=2024-01-01T00:00:00Z.."));
        check("start=2024-01-01..2024-02-01", None);
        check("cycle=60..", Some("cycle=..59.999999"));
        check("cycle=..0", Some("cycle=0.000001.."));
        check("cycle=1..2", None);
        check("rework=yes", Some("rework=no"));
        check("directly=A>B", Some("notdirectly=A>B"));
        check("notdirectly=A>B", Some("directly=A>B"));
        check("slower=A>B>60", None);
        check("starts=A", None);
        check("variant=a", None);
    }

    #[test]
    fn the_rest_of_the_rest_is_the_beginning() {
        for text in [
            "with=A|B",
            "rework=no",
            "directly=A>B",
            "case.region=North",
            "end=..2024-01-01T00:00:00Z",
            "cycle=86400..",
        ] {
            let filter: Filter = text.parse().unwrap();
            assert_eq!(filter.rest().and_then(|rest| rest.rest()), Some(filter), "{text}");
        }
    }

    #[test]
    fn the_period_before_is_as_long() {
        let check = |text: &str, last: &str, expected: Option<&str>| {
            let filter: Filter = text.parse().unwrap();
            let before = filter.previous(parse(last).ok());
            assert_eq!(before.as_ref().map(ToString::to_string).as_deref(), expected, "{text}");
        };
        check("end=2024-01-11..2024-01-21;with=A", "", Some("end=2024-01-01T00:00:00Z..2024-01-11T00:00:00Z;with=A"));
        check("start=2024-01-11..", "2024-01-20T13:00:00Z", Some("start=2024-01-01T00:00:00Z..2024-01-11T00:00:00Z"));
        check("start=2024-01-11..", "2024-01-01", None);
        check("start=2024-01-11..", "", None);
        check("start=..2024-01-11", "2024-02-01", None);
        check("with=A", "2024-02-01", None);
    }
}
