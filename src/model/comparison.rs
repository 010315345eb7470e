//! The answer that holds two sides of a flow against each other: A, B, and A minus B.

use crate::model::filter::Filter;
use crate::model::kind::Kind;
use serde::Serialize;
use utoipa::ToSchema;

/// On fewer cases, or waits, a figure is indicative only.
pub const FEW: i64 = 30;

/// A figure: whole where things are counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Amount {
    /// A number of things.
    Whole(i64),
    /// Seconds or a share.
    Real(f64),
}

impl Amount {
    /// As a plain number.
    pub fn value(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }

    fn less(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Self::Whole(one - other),
            (one, other) => Self::Real(one.value() - other.value()),
        }
    }
}

/// The same figure on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Compared {
    /// Of side A.
    pub a: Option<Amount>,
    /// Of side B.
    pub b: Option<Amount>,
    /// A minus B; null where a side has nothing that could be compared.
    pub difference: Option<Amount>,
    /// The difference as a part of B: 0.2 is a fifth more, -1 is nothing left; null where B is 0.
    pub relative: Option<f64>,
    /// Whether a side rests on fewer than 30 cases or waits.
    pub indicative: bool,
}

impl Compared {
    /// Both figures, each with the number of cases or waits that it rests on. On none there is nothing to compare.
    pub fn new((a, of_a): (Option<Amount>, i64), (b, of_b): (Option<Amount>, i64)) -> Self {
        let difference = if of_a > 0 && of_b > 0 { a.zip(b).map(|(a, b)| a.less(b)) } else { None };
        let base = b.map(Amount::value).filter(|b| *b != 0.0);
        let relative = difference.zip(base).map(|(difference, b)| difference.value() / b.abs());
        Self { a, b, difference, relative, indicative: of_a.min(of_b) < FEW }
    }
}

/// Which cases a side has.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Side {
    /// Its filter as text.
    pub filter: String,
    /// The same as data.
    pub filters: Filter,
    /// How many cases.
    pub cases: i64,
}

/// A headline figure of both sides.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparedFigure {
    /// `cases`, `events`, `variants`, `median_cycle_time_s`, `p90_cycle_time_s` or `rework_share`: cases in which an
    /// activity occurs more than once.
    pub figure: &'static str,
    /// Its unit.
    pub kind: Kind,
    /// Both sides.
    #[serde(flatten)]
    pub compared: Compared,
}

impl ComparedFigure {
    /// Its name for people.
    pub fn title(&self) -> &'static str {
        match self.figure {
            "cases" => "Cases",
            "events" => "Events",
            "variants" => "Variants",
            "median_cycle_time_s" => "Median cycle time",
            "p90_cycle_time_s" => "p90 cycle time",
            "rework_share" => "Cases with rework",
            other => other,
        }
    }
}

/// An activity on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparedActivity {
    /// The activity.
    pub activity: String,
    /// In how many cases.
    pub cases: Compared,
    /// In which share of the side's cases.
    pub cases_share: Compared,
    /// How often.
    pub events: Compared,
    /// In which share of the side's cases it occurs more than once.
    pub repeated_share: Compared,
    /// Median of the waits before it.
    pub median_wait_s: Compared,
    /// Their 90th percentile.
    pub p90_wait_s: Compared,
}

/// One activity directly after another on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparedEdge {
    /// The earlier activity; null for the start of the case.
    pub from: Option<String>,
    /// The later one; null for the end of the case.
    pub to: Option<String>,
    /// In how many cases.
    pub cases: Compared,
    /// In which share of the side's cases.
    pub cases_share: Compared,
    /// How often.
    pub count: Compared,
    /// Median of the waits between them.
    pub median_wait_s: Compared,
    /// Their 90th percentile.
    pub p90_wait_s: Compared,
}

/// Where a comparison comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparisonMeta {
    /// The flow.
    pub flow: String,
    /// The version of its log.
    pub version: u32,
    /// The log's clock: its latest event.
    pub as_of: Option<String>,
}

/// Two sides of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    /// The first side.
    pub a: Side,
    /// The second, which the first is held against.
    pub b: Side,
    /// The headline figures.
    pub figures: Vec<ComparedFigure>,
    /// Every activity of either side; the greatest difference in the share of cases first.
    pub activities: Vec<ComparedActivity>,
    /// Every path of either side, in the same order.
    pub edges: Vec<ComparedEdge>,
    /// Where it comes from.
    pub meta: ComparisonMeta,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_of_a_against_b() {
        let check = |a: Amount, b: Amount, difference: Amount, relative: Option<f64>| {
            let compared = Compared::new((Some(a), 50), (Some(b), 40));
            assert_eq!((compared.difference, compared.relative), (Some(difference), relative));
            assert!(!compared.indicative);
            // Swapped sides flip the sign.
            let swapped = Compared::new((Some(b), 40), (Some(a), 50));
            assert_eq!(swapped.difference.map(Amount::value), Some(-difference.value()));
        };
        check(Amount::Whole(6), Amount::Whole(4), Amount::Whole(2), Some(0.5));
        check(Amount::Real(0.25), Amount::Real(0.5), Amount::Real(-0.25), Some(-0.5));
        check(Amount::Whole(3), Amount::Whole(0), Amount::Whole(3), None);
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        let none = Compared::new((Some(Amount::Whole(6)), 6), (Some(Amount::Whole(0)), 0));
        assert_eq!((none.difference, none.relative, none.indicative), (None, None, true));
        let no_wait = Compared::new((Some(Amount::Real(6.0)), 60), (None, 0));
        assert_eq!((no_wait.difference, no_wait.relative), (None, None));
        assert!(Compared::new((Some(Amount::Whole(6)), 60), (Some(Amount::Whole(6)), 29)).indicative);
    }

    #[test]
    fn counts_stay_whole_in_json() {
        let compared = Compared::new((Some(Amount::Whole(3)), 30), (Some(Amount::Whole(2)), 30));
        let text = serde_json::to_string(&compared).unwrap();
        assert_eq!(text, r#"{"a":3,"b":2,"difference":1,"relative":0.5,"indicative":false}"#);
    }
}
