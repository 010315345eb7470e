//! Variants that are told apart by less than their exact path.

use crate::app::answers::durations;
use crate::app::{App, AppError, Asked};
use crate::model::answers::Durations;
use std::collections::BTreeSet;

/// What makes variants alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// An activity that follows itself counts once.
    Repeats,
    /// The same activities, in whatever order and number.
    Set,
}

impl Grouping {
    /// As the query has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repeats => "repeats",
            Self::Set => "set",
        }
    }
}

/// Variants that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantGroup {
    /// What they have in common: the path without repeats, or the activities as they first happen in the most frequent one.
    pub activities: Vec<String>,
    /// Ids of its variants, the most frequent first.
    pub variants: Vec<String>,
    /// How many cases took one of them.
    pub cases: i64,
    /// Their share of all asked cases.
    pub share: f64,
    /// How long those took; null in a log without times.
    pub cycle_time_s: Option<Durations>,
}

impl App {
    /// The variants of the asked cases in groups, most cases first.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn variant_groups(&self, asked: &Asked, grouping: Grouping) -> Result<Vec<VariantGroup>, AppError> {
        let parameters = [("grouping".to_owned(), grouping.name().to_owned())].into();
        let frame = self.ask(asked, "variant_groups", &parameters).await?;
        let (table, names) = (asked.target.snapshot.variants()?, asked.target.snapshot.names("activity"));
        let group = |row: usize| {
            let members: Vec<usize> = frame
                .list("variant_ids", row)
                .unwrap_or_default()
                .iter()
                // Numbers of variants begin at 1.
                .filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1))
                .filter(|at| *at < table.paths.len())
                .collect();
            let path = members.first().map_or(&[][..], |first| table.paths[*first].as_slice());
            VariantGroup {
                activities: shortened(path, grouping).iter().map(|at| names.value(*at as usize).to_owned()).collect(),
                variants: members.iter().map(|at| table.ids[*at].clone()).collect(),
                cases: frame.integer("cases", row).unwrap_or_default(),
                share: frame.number("share", row).unwrap_or_default(),
                cycle_time_s: durations(&frame, row),
            }
        };
        Ok((0..frame.rows).map(group).collect())
    }
}

fn shortened(path: &[i32], grouping: Grouping) -> Vec<i32> {
    let mut steps = path.to_vec();
    match grouping {
        Grouping::Repeats => steps.dedup(),
        Grouping::Set => {
            let mut seen = BTreeSet::new();
            steps.retain(|activity| seen.insert(*activity));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortened_to_what_is_common() {
        assert_eq!(shortened(&[1, 1, 2, 1, 2, 2], Grouping::Repeats), [1, 2, 1, 2]);
        assert_eq!(shortened(&[3, 1, 3, 2, 1], Grouping::Set), [3, 1, 2]);
    }
}
