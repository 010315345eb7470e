//! How much longer, and dearer, cases with a difference are than those without. Cases of one group are held against each
//! other, so that a group which is slow for other reasons does not look as if the difference made it so; what is found is
//! associated with the difference, not caused by it.

use super::judge::Judged;
use crate::app::{App, AppError, Asked};
use crate::model::tables::AttributeType;
use std::collections::BTreeMap;

/// Groups beyond this are none: an attribute with so many values tells cases apart, not kinds of cases.
const MOST_GROUPS: usize = 20;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The attribute that makes the groups.
    on: Option<String>,
    /// By case, the number of its group.
    groups: BTreeMap<u32, u32>,
    /// By case, what it cost.
    costs: BTreeMap<u32, f64>,
    /// Of the cases without any difference: cycle times of all, and by group; costs of all, and by group.
    cycles: Vec<f64>,
    cycles_of: BTreeMap<u32, Vec<f64>>,
    mean_cost: Option<f64>,
    costs_of: BTreeMap<u32, (f64, u64)>,
}

/// What was found for one difference.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    pub median_difference_s: Option<f64>,
    pub matched_difference_s: Option<f64>,
    pub mean_cost_difference: Option<f64>,
}

impl App {
    /// What the asked cases can be compared by: an attribute of cases that is called a segment, if there is one with few
    /// values, and costs, if the log says them.
    pub(super) async fn comparison(&self, asked: &Asked) -> Result<Comparison, AppError> {
        let mut comparison = Comparison::default();
        let attributes = &asked.target.snapshot.manifest.attributes;
        let segment = attributes.iter().find(|attribute| {
            attribute.in_cases
                && attribute.kind == AttributeType::Text
                && attribute.column.to_lowercase().contains("segment")
        });
        let (snapshot, filter) = (&asked.target.snapshot, &asked.filter);
        if let Some(attribute) = segment {
            let columns = ["case_idx".to_owned(), attribute.column.clone()];
            let frame = self.engine().columns(snapshot, filter, "cases", &columns, "case_idx").await?;
            let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
            for row in 0..frame.rows {
                let (Some(case), Some(value)) = (frame.integer("case_idx", row), frame.text(&attribute.column, row))
                else {
                    continue;
                };
                let next = numbers.len() as u32;
                let number = *numbers.entry(value.to_owned()).or_insert(next);
                comparison.groups.insert(case as u32, number);
            }
            if numbers.len() > MOST_GROUPS {
                comparison.groups.clear();
            } else if !numbers.is_empty() {
                comparison.on = Some(attribute.column.clone());
            }
        }
        if snapshot.manifest.has(crate::model::measure::Measure::Cost) {
            let frame = self.ask(asked, "case_costs", &BTreeMap::new()).await?;
            let cost = |row: usize| Some((frame.integer("case_idx", row)? as u32, frame.number("cost", row)?));
            comparison.costs = (0..frame.rows).filter_map(cost).collect();
        }
        Ok(comparison)
    }
}

impl Comparison {
    /// The attribute by which cases are matched.
    pub(super) fn matched_on(&self) -> Option<&str> {
        self.on.as_deref()
    }

    /// Notes the cases without any difference.
    pub(super) fn hold(&mut self, judged: &Judged, conforming: impl Iterator<Item = u32>) {
        let (mut sum, mut n) = (0.0, 0u64);
        for case in conforming {
            let group = self.groups.get(&case).copied();
            if let Some(cycle) = judged.cases[case as usize].cycle {
                self.cycles.push(cycle);
                if let Some(group) = group {
                    self.cycles_of.entry(group).or_default().push(cycle);
                }
            }
            if let Some(cost) = self.costs.get(&case) {
                sum += cost;
                n += 1;
                if let Some(group) = group {
                    let of = self.costs_of.entry(group).or_default();
                    *of = (of.0 + cost, of.1 + 1);
                }
            }
        }
        self.cycles.sort_unstable_by(f64::total_cmp);
        self.cycles_of.values_mut().for_each(|cycles| cycles.sort_unstable_by(f64::total_cmp));
        self.mean_cost = (n > 0).then(|| sum / n as f64);
    }

    /// Cases with a difference held against those.
    pub(super) fn with(&self, judged: &Judged, cases: &[u32]) -> Compared {
        let cycle = |case: &u32| judged.cases[*case as usize].cycle;
        let mut own: Vec<f64> = cases.iter().filter_map(cycle).collect();
        own.sort_unstable_by(f64::total_cmp);
        let mut by_group: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for case in cases {
            if let (Some(group), Some(cycle)) = (self.groups.get(case), cycle(case)) {
                by_group.entry(*group).or_default().push(cycle);
            }
        }
        Compared {
            median_difference_s: median(&own).zip(median(&self.cycles)).map(|(own, others)| own - others),
            matched_difference_s: self.matched(by_group),
            mean_cost_difference: self.dearer(cases),
        }
    }

    /// The differences of the groups' medians, each weighed by its cases with the difference.
    fn matched(&self, by_group: BTreeMap<u32, Vec<f64>>) -> Option<f64> {
        let (mut sum, mut n) = (0.0, 0.0);
        for (group, mut own) in by_group {
            own.sort_unstable_by(f64::total_cmp);
            let others = self.cycles_of.get(&group).and_then(|cycles| median(cycles));
            if let (Some(own_median), Some(others)) = (median(&own), others) {
                sum += (own_median - others) * own.len() as f64;
                n += own.len() as f64;
            }
        }
        (n > 0.0).then(|| sum / n)
    }

    /// Mean cost less that of the conforming cases, group by group where there are groups.
    fn dearer(&self, cases: &[u32]) -> Option<f64> {
        let (mut sum, mut n) = (0.0, 0u64);
        for case in cases {
            let Some(cost) = self.costs.get(case) else { continue };
            let others = match self.groups.get(case) {
                Some(group) => self.costs_of.get(group).map(|(sum, n)| sum / (*n).max(1) as f64),
                None => self.mean_cost,
            };
            if let Some(others) = others {
                sum += cost - others;
                n += 1;
            }
        }
        (n > 0).then(|| sum / n as f64)
    }
}

/// Of sorted values.
fn median(values: &[f64]) -> Option<f64> {
    let (low, high) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some(f64::midpoint(*low, *high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_held_against_themselves() {
        // Group 0 is quick: 10 without the difference, 12 with it. Group 1 is slow: 100 and 103.
        let comparison = Comparison {
            cycles: vec![10.0, 100.0],
            cycles_of: [(0, vec![10.0]), (1, vec![100.0])].into(),
            ..Comparison::default()
        };
        let by_group = [(0, vec![12.0]), (1, vec![103.0, 103.0, 104.0]), (2, vec![7.0])].into();
        // (1 × 2 + 3 × 3) / 4; group 2 has nothing to be held against.
        assert_eq!(comparison.matched(by_group), Some(2.75));
        assert_eq!(comparison.matched(BTreeMap::new()), None);
        assert_eq!([median(&[]), median(&[1.0]), median(&[1.0, 2.0])], [None, Some(1.0), Some(1.5)]);
    }

    #[test]
    fn costs_are_means() {
        let mut comparison = Comparison {
            costs: [(0, 10.0), (1, 20.0), (2, 40.0)].into(),
            mean_cost: Some(15.0),
            ..Comparison::default()
        };
        assert_eq!(comparison.dearer(&[2, 3]), Some(25.0));
        assert_eq!(comparison.dearer(&[3]), None);
        comparison.groups = [(2, 7)].into();
        comparison.costs_of = [(7, (60.0, 2))].into();
        assert_eq!(comparison.dearer(&[2]), Some(10.0));
    }
}
