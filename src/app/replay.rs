//! The replay of a log: when each of some cases was at which activity, as lists that a browser draws from.

use crate::app::{App, AppError, Asked};
use crate::map::scene::activity_id;
use crate::model::answers::{Replay, ReplayActivity};
use crate::model::time::rfc3339;
use crate::query::Frame;
use std::collections::BTreeMap;

/// So many cases are shown at most, unless fewer are asked for.
const MOST_CASES: usize = 5_000;
/// Cases with very many events are shown in smaller number, so that there are hardly more movements than these.
const MOST_MOVES: usize = 300_000;

impl App {
    /// Movements of the asked cases, of at most `wanted` of them.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn replay(&self, asked: &Asked, wanted: Option<usize>) -> Result<Replay, AppError> {
        let totals = self.ask(asked, "log_totals", &BTreeMap::new()).await?;
        let count = |name: &str| totals.integer(name, 0).unwrap_or_default().max(1) as usize;
        let by_moves = (MOST_MOVES as u128 * count("cases") as u128 / count("events") as u128).max(1) as usize;
        let most = wanted.unwrap_or(MOST_CASES).min(MOST_CASES).min(by_moves);
        let frame = self.ask(asked, "replay", &[("most".to_owned(), most.to_string())].into()).await?;
        let put_together = move || together(&frame);
        tokio::task::spawn_blocking(put_together).await.map_err(|error| AppError::Internal(error.to_string()))
    }
}

/// Begin and end of an event, in microseconds.
fn times(frame: &Frame, row: usize) -> Option<(i64, i64)> {
    let end = frame.integer("ended_at", row)?;
    Some((frame.integer("started_at", row).unwrap_or(end), end))
}

fn together(frame: &Frame) -> Replay {
    let rows: Vec<usize> = (0..frame.rows).filter(|row| times(frame, *row).is_some()).collect();
    let moments = || rows.iter().filter_map(|row| times(frame, *row));
    let (Some(from), Some(to)) =
        (moments().map(|(begin, end)| begin.min(end)).min(), moments().map(|(_, end)| end).max())
    else {
        return Replay::default();
    };
    let mut numbers: BTreeMap<&str, usize> =
        rows.iter().filter_map(|row| Some((frame.text("activity", *row)?, 0))).collect();
    numbers.values_mut().enumerate().for_each(|(at, number)| *number = at);
    let activity =
        |row: usize| frame.text("activity", row).and_then(|name| numbers.get(name)).copied().unwrap_or_default();
    let named = |name: &&str| ReplayActivity { activity: (*name).to_owned(), id: activity_id(name) };
    let mut replay = Replay {
        all_cases: frame.integer("all_cases", 0).unwrap_or_default(),
        from: Some(rfc3339(from)),
        to: Some(rfc3339(to)),
        activities: numbers.keys().map(named).collect(),
        ..Replay::default()
    };
    let mut paths: BTreeMap<[usize; 2], usize> = BTreeMap::new();
    // A thousandth of a second is finer than anybody sees.
    let since = |micros: i64| ((micros - from) as f64 / 1e3).round() / 1e3;
    let mut before: Option<(i64, usize, i64)> = None;
    for row in rows {
        let Some((begin, end)) = times(frame, row) else { continue };
        let (case, here) = (frame.integer("case_number", row).unwrap_or_default(), activity(row));
        match before {
            Some((same, there, left)) if same == case => {
                let next = paths.len();
                replay.moves.case.push(replay.cases.first.len() - 1);
                replay.moves.path.push(*paths.entry([there, here]).or_insert(next));
                replay.moves.leave_s.push(since(left));
                replay.moves.arrive_s.push(since(begin.max(left)));
            }
            _ => {
                replay.cases.first.push(here);
                replay.cases.start_s.push(since(begin.min(end)));
                replay.cases.end_s.push(0.0);
            }
        }
        if let Some(last) = replay.cases.end_s.last_mut() {
            *last = since(end);
        }
        before = Some((case, here, end));
    }
    replay.shown_cases = replay.cases.first.len() as i64;
    let mut numbered: Vec<([usize; 2], usize)> = paths.into_iter().collect();
    numbered.sort_by_key(|(_, number)| *number);
    replay.paths = numbered.into_iter().map(|(path, _)| path).collect();
    replay
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;
    use crate::query::{Column, Values};

    /// Case, activity, begin and end.
    type Row = (i64, &'static str, Option<i64>, Option<i64>);

    fn frame(rows: &[Row]) -> Frame {
        let column = |name: &str, kind, values| Column { name: name.to_owned(), kind, values };
        let time = |of: fn(&Row) -> Option<i64>| {
            Values::Time(rows.iter().map(|row| of(row).map(|seconds| seconds * 1_000_000)).collect())
        };
        let columns = vec![
            column("case_number", Kind::Count, Values::Integer(rows.iter().map(|row| Some(row.0)).collect())),
            column("activity", Kind::Category, Values::Text(rows.iter().map(|row| Some(row.1.to_owned())).collect())),
            column("started_at", Kind::Timestamp, time(|row| row.2)),
            column("ended_at", Kind::Timestamp, time(|row| row.3)),
            column("all_cases", Kind::Count, Values::Integer(vec![Some(9); rows.len()])),
        ];
        Frame { columns, rows: rows.len(), truncated: false }
    }

    #[test]
    fn movements_run_from_ends_to_starts() {
        let rows = [
            (3, "b", Some(10), Some(20)),
            (3, "a", Some(50), Some(60)),
            // Begins before the one before it has ended: nobody goes back in time.
            (3, "b", Some(40), Some(70)),
            (7, "a", None, Some(15)),
            (8, "a", None, None),
        ];
        let replay = together(&frame(&rows));
        assert_eq!((replay.all_cases, replay.shown_cases), (9, 2));
        assert_eq!(replay.from.as_deref(), Some("1970-01-01T00:00:10Z"));
        assert_eq!(replay.to.as_deref(), Some("1970-01-01T00:01:10Z"));
        assert_eq!(replay.paths, [[1, 0], [0, 1]]);
        assert_eq!(
            (replay.cases.first, replay.cases.start_s, replay.cases.end_s),
            (vec![1, 0], vec![0.0, 5.0], vec![60.0, 5.0])
        );
        assert_eq!((replay.moves.case, replay.moves.path), (vec![0, 0], vec![0, 1]));
        assert_eq!((replay.moves.leave_s, replay.moves.arrive_s), (vec![10.0, 50.0], vec![40.0, 50.0]));
        assert_eq!(together(&frame(&[])), Replay::default());
    }
}
