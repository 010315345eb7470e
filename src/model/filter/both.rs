//! Two filters at once: what both of them demand, as one.

use super::{Filter, Period, Seconds};

impl Filter {
    /// The filter whose cases are those of both; none if one filter cannot say so, or if no case can be in both.
    pub fn and(&self, other: &Self) -> Option<Self> {
        // Each field is named, so that none that comes later is forgotten here.
        let Self {
            period,
            case_attributes,
            event_attributes,
            first_event,
            weekdays,
            with,
            without,
            starts_with,
            ends_with,
            directly_follows,
            not_directly_follows,
            eventually_follows,
            slower,
            rework,
            variants,
            cycle_time_s,
            deviations,
            cases,
        } = other.clone();
        let both = Self {
            period: periods(self.period, period)?,
            case_attributes: joined(&self.case_attributes, case_attributes),
            event_attributes: joined(&self.event_attributes, event_attributes),
            first_event: joined(&self.first_event, first_event),
            weekdays: common(&self.weekdays, weekdays)?,
            with: joined(&self.with, with),
            without: joined(&self.without, without),
            starts_with: common(&self.starts_with, starts_with)?,
            ends_with: common(&self.ends_with, ends_with)?,
            directly_follows: joined(&self.directly_follows, directly_follows),
            not_directly_follows: joined(&self.not_directly_follows, not_directly_follows),
            eventually_follows: joined(&self.eventually_follows, eventually_follows),
            slower: joined(&self.slower, slower),
            rework: agreed(self.rework, rework)?,
            variants: common(&self.variants, variants)?,
            cycle_time_s: seconds(self.cycle_time_s, cycle_time_s)?,
            deviations: common(&self.deviations, deviations)?,
            cases: common(&self.cases, cases)?,
        };
        Some(both.canonical())
    }
}

/// All that both demand.
fn joined<T: Clone>(one: &[T], other: Vec<T>) -> Vec<T> {
    one.iter().cloned().chain(other).collect()
}

/// What is in both lists; an empty list demands nothing.
fn common(one: &[String], other: Vec<String>) -> Option<Vec<String>> {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => Some(other),
        (_, true) => Some(one.to_vec()),
        _ => {
            let both: Vec<String> = one.iter().filter(|name| other.contains(name)).cloned().collect();
            (!both.is_empty()).then_some(both)
        }
    }
}

/// What both say, if they say the same; who says nothing agrees.
fn agreed(one: Option<bool>, other: Option<bool>) -> Option<Option<bool>> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => None,
        _ => Some(one.or(other)),
    }
}

/// Periods of the same kind meet; a filter has no room for two kinds.
fn periods(one: Option<Period>, other: Option<Period>) -> Option<Option<Period>> {
    let (Some(one), Some(other)) = (one, other) else { return Some(one.or(other)) };
    if one.by != other.by {
        return None;
    }
    let from = one.from.max(other.from);
    let to = one.to.into_iter().chain(other.to).min();
    let is_possible = from.zip(to).is_none_or(|(from, to)| from <= to);
    // To be under way in two periods is more than to be so in what they share.
    let is_shared = one.by != super::PeriodBy::Intersecting || one == other;
    (is_possible && is_shared).then_some(Some(Period { from, to, by: one.by }))
}

fn seconds(one: Option<Seconds>, other: Option<Seconds>) -> Option<Option<Seconds>> {
    let (Some(one), Some(other)) = (one, other) else { return Some(one.or(other)) };
    let min = one.min.into_iter().chain(other.min).reduce(f64::max);
    let max = one.max.into_iter().chain(other.max).reduce(f64::min);
    min.zip(max).is_none_or(|(min, max)| min <= max).then_some(Some(Seconds { min, max }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: Option<&str>) {
        let read = |text: &str| text.parse::<Filter>().unwrap();
        let canonical = expected.map(|text| read(text).to_string());
        assert_eq!(read(one).and(&read(other)).map(|both| both.to_string()), canonical);
        assert_eq!(read(other).and(&read(one)).map(|both| both.to_string()), canonical);
    }

    #[test]
    fn both_filters_hold() {
        check("", "with=A", Some("with=A"));
        check("with=A;without=B", "with=A;directly=A>C", Some("with=A;without=B;directly=A>C"));
        check("starts=A|B", "starts=B|C", Some("starts=B"));
        check("cycle=5..", "cycle=1..9", Some("cycle=5..9"));
        check("start=2024-01-01..2024-03-01", "start=2024-02-01..", Some("start=2024-02-01..2024-03-01"));
        check("case.region=North", "case.region=South", Some("case.region=North;case.region=South"));
    }

    #[test]
    fn what_no_filter_can_say_is_none() {
        check("start=2024-01-01..", "end=2024-01-01..", None);
        check("start=2024-01-01..2024-02-01", "start=2024-03-01..", None);
        check("variant=a", "variant=b", None);
        check("cycle=..5", "cycle=9..", None);
        check("intersecting=2024-01-01..2024-02-01", "intersecting=2024-01-15..2024-03-01", None);
        check("intersecting=2024-01-01..", "intersecting=2024-01-01..", Some("intersecting=2024-01-01.."));
    }
}
