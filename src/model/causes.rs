//! What goes with a target: the answer `causes`. Every figure is of observation; what goes with a target need not cause it.

use crate::model::filter::Filter;
use serde::Serialize;
use utoipa::ToSchema;

/// Values that go with a target, and how sure that is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Causes {
    /// What is asked about.
    pub target: CauseTarget,
    /// Number of cases that are held against each other.
    pub cases: i64,
    /// How many of them are of the target.
    pub target_cases: i64,
    /// Their share; null where there is no case.
    pub target_share: Option<f64>,
    /// Cases of the selection that are not looked at.
    pub left_out_cases: i64,
    /// Why not.
    pub left_out_why: Option<String>,
    /// A value is tested from so many cases on, with it and without it.
    pub least_cases: i64,
    /// How many values were tested: so many questions the q values take into account.
    pub tests: i64,
    /// Values with which the target is more frequent, q ≤ 0.05: most excess cases first.
    pub findings: Vec<Finding>,
    /// Values with which it is less frequent, q ≤ 0.05: most cases fewer first.
    pub less: Vec<Finding>,
    /// Values that tell the target best, one after the other; null where chance explains every split.
    pub tree: Option<CauseBranch>,
    /// The attributes that were looked at.
    pub attributes: Vec<UsedAttribute>,
    /// Those that were not, and why.
    pub left_out: Vec<LeftOut>,
    /// Where it comes from.
    pub meta: CausesMeta,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CauseTarget {
    /// `slow`, `rework` or `deviation`, in the form in which it is asked for.
    pub of: String,
    /// What cases of the target do, as words behind "cases".
    pub words: String,
    /// Of `slow`: cases that take longer than this are slow.
    pub longer_than_s: Option<f64>,
}

/// A value that goes with the target.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// The attribute.
    pub attribute: String,
    /// Its value, or the bounds of the band; null for an empty cell.
    pub value: Option<String>,
    /// The same as words behind "cases".
    pub words: String,
    /// Cases with the value.
    pub cases: i64,
    /// How many of them are of the target.
    pub target_cases: i64,
    /// The target's share of the cases with the value.
    pub with_share: f64,
    /// The target's share of all other cases.
    pub without_share: f64,
    /// The first share less the second.
    pub difference_share: f64,
    /// With 95 % confidence the difference is at least this (Newcombe's interval).
    pub low_share: f64,
    /// And at most this.
    pub high_share: f64,
    /// The first share by the second; null where the second is 0.
    pub ratio: Option<f64>,
    /// Cases of the target that the value would have if it made no difference.
    pub expected_cases: f64,
    /// Cases of the target beyond that; below zero where it has fewer.
    pub excess_cases: f64,
    /// The share of the target's cases that have the value.
    pub coverage_share: f64,
    /// How likely chance alone makes such a difference.
    pub p: f64,
    /// The same after all tests (Benjamini-Hochberg).
    pub q: f64,
    /// The cases with the value as a filter; null where no filter can say it.
    pub filter: Option<String>,
    /// Those of them that are of the target; null where no filter can say it.
    pub target_filter: Option<String>,
}

/// Some of the cases, and what tells those of the target among them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CauseBranch {
    /// How many cases.
    pub cases: i64,
    /// How many of them are of the target.
    pub target_cases: i64,
    /// Their share.
    pub target_share: f64,
    /// The cases as a filter; null where no filter can say it.
    pub filter: Option<String>,
    /// What they are told apart by; null where chance explains every split.
    pub split: Option<CauseSplit>,
}

/// Cases with a value, and those without it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CauseSplit {
    /// The attribute.
    pub attribute: String,
    /// Its value.
    pub value: Option<String>,
    /// The same as words behind "cases".
    pub words: String,
    /// How likely chance alone makes the best of all splits as good.
    pub p: f64,
    /// Cases with the value.
    #[schema(no_recursion)]
    pub with: Box<CauseBranch>,
    /// Cases without it.
    #[schema(no_recursion)]
    pub without: Box<CauseBranch>,
}

/// An attribute that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsedAttribute {
    /// The attribute.
    pub attribute: String,
    /// How many different values, or bands, it has.
    pub values: i64,
    /// Whether they are bands of numbers.
    pub is_banded: bool,
    /// How many values have too few cases to say anything.
    pub rare_values: i64,
    /// How many cases have such a value.
    pub rare_cases: i64,
}

/// An attribute that was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeftOut {
    /// The attribute.
    pub attribute: String,
    /// Why.
    pub why: String,
}

/// Where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CausesMeta {
    /// The flow.
    pub flow: String,
    /// The version of its log.
    pub version: u32,
    /// The log's clock: its latest event.
    pub as_of: Option<String>,
    /// The filter that was applied, as text.
    pub filter: String,
    /// The same as data.
    pub filters: Filter,
}
