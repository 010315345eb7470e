//! How waits are spread: those before an activity or on a path, and the time from one activity to another.

use crate::app::{App, AppError, Asked, KpiAnswer};
use crate::query::{Extent, Frame};
use std::collections::BTreeMap;

/// Waits of about the same length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// They last at least so many seconds.
    pub least_s: f64,
    /// They last less than this; the longest have no border.
    pub below_s: Option<f64>,
    /// How many there are.
    pub waits: i64,
}

/// The borders between which waits are counted, in seconds; `wait_spread.sql` has the same.
const BORDERS: [f64; 14] = [
    0.0,
    60.0,
    300.0,
    900.0,
    3_600.0,
    14_400.0,
    28_800.0,
    86_400.0,
    172_800.0,
    345_600.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
    7_776_000.0,
];

impl App {
    /// Waits before an activity, or of one path, from the shortest that occur to the longest; none in a log without
    /// times.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn wait_spread(
        &self,
        asked: &Asked,
        first: Option<&str>,
        second: &str,
    ) -> Result<Vec<Stretch>, AppError> {
        let mut parameters = BTreeMap::from([("second".to_owned(), second.to_owned())]);
        parameters.extend(first.map(|first| ("first".to_owned(), first.to_owned())));
        Ok(stretches(&self.ask(asked, "wait_spread", &parameters).await?))
    }

    /// The time from the first of two activities to the second, whole.
    ///
    /// # Errors
    /// Those of the query.
    pub async fn time_between(&self, asked: &Asked, first: &str, second: &str) -> Result<KpiAnswer, AppError> {
        let ends = [("first", first), ("second", second)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.kpi_of(asked, "time_between", &ends.into(), Extent::Whole).await
    }
}

/// All stretches between the shortest and the longest wait, also those without any.
fn stretches(frame: &Frame) -> Vec<Stretch> {
    let found: Vec<(f64, i64)> =
        (0..frame.rows).filter_map(|row| Some((frame.number("least_s", row)?, frame.integer("waits", row)?))).collect();
    let at = |least: f64| BORDERS.iter().position(|border| *border == least);
    let ends = found.first().and_then(|first| at(first.0)).zip(found.last().and_then(|last| at(last.0)));
    let Some((first, last)) = ends else { return Vec::new() };
    let stretch = |at: usize| Stretch {
        least_s: BORDERS[at],
        below_s: BORDERS.get(at + 1).copied(),
        waits: found.iter().find(|(least, _)| *least == BORDERS[at]).map_or(0, |(_, waits)| *waits),
    };
    (first..=last).map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;
    use crate::query::{Column, Values};

    #[test]
    fn stretches_without_waits_are_not_left_out() {
        let column = |name: &str, kind, values| Column { name: name.to_owned(), kind, values };
        let frame = |rows: &[(f64, i64)]| Frame {
            columns: vec![
                column("least_s", Kind::DurationS, Values::Number(rows.iter().map(|row| Some(row.0)).collect())),
                column("waits", Kind::Count, Values::Integer(rows.iter().map(|row| Some(row.1)).collect())),
            ],
            rows: rows.len(),
            truncated: false,
        };
        let found = stretches(&frame(&[(900.0, 4), (14_400.0, 2)]));
        let counts: Vec<(f64, Option<f64>, i64)> = found.iter().map(|s| (s.least_s, s.below_s, s.waits)).collect();
        let expected = [(900.0, Some(3_600.0), 4), (3_600.0, Some(14_400.0), 0), (14_400.0, Some(28_800.0), 2)];
        assert_eq!(counts, expected);
        assert_eq!(stretches(&frame(&[(7_776_000.0, 1)]))[0].below_s, None);
        assert!(stretches(&frame(&[])).is_empty());
    }

    #[test]
    fn the_query_has_the_same_borders() {
        let sql = include_str!("../../queries/time/wait_spread.sql");
        for pair in BORDERS.windows(2) {
            assert!(sql.contains(&format!("WHEN wait_s < {} THEN {}\n", pair[1], pair[0])), "{pair:?}");
        }
        assert!(sql.contains(&format!("ELSE {}\n", BORDERS[BORDERS.len() - 1])));
    }
}
