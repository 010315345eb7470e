//! Which missing steps could not have been seen: their source, or the whole log, recorded nothing at the time.

use crate::app::{App, AppError, Asked};
use crate::mining::deviation::{Silence, silence};
use crate::model::filter::{Filter, Period, PeriodBy};
use std::collections::{BTreeMap, BTreeSet};

const HOUR_MICROS: i64 = 3_600_000_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Silent {
    /// By step, the stretches of time in which it could not be seen, in microseconds, half-open.
    stretches: BTreeMap<String, Vec<(i64, i64)>>,
    /// By case and position, the times of events of cases that were under way then.
    times: BTreeMap<(i32, u32), i64>,
}

impl Silent {
    /// Whether a case may have had the step each time that it seems to lack it.
    pub fn covers(&self, activity: &str, case: i32, between: &[(Option<u32>, Option<u32>)]) -> bool {
        let Some(stretches) = self.stretches.get(activity).filter(|_| !between.is_empty()) else { return false };
        let time = |position: u32| self.times.get(&(case, position)).copied();
        let hidden = |(before, after): &(Option<u32>, Option<u32>)| {
            // A case whose times are not known was not under way then.
            let (from, to) = match (before.map(time), after.map(time)) {
                (Some(None), _) | (_, Some(None)) | (None, None) => return false,
                (from, to) => (from.flatten(), to.flatten()),
            };
            let meets =
                |(first, last): &(i64, i64)| from.is_none_or(|from| from < *last) && to.is_none_or(|to| to >= *first);
            stretches.iter().any(meets)
        };
        between.iter().all(hidden)
    }
}

impl App {
    /// The silences of the sources of these steps; each step comes with the paths that lack it.
    pub(super) async fn silent(
        &self,
        all: &Asked,
        missing: &BTreeMap<String, BTreeSet<usize>>,
    ) -> Result<Silent, AppError> {
        if missing.is_empty() || !all.target.snapshot.manifest.has_times {
            return Ok(Silent::default());
        }
        let silences = self.silences(all).await?;
        if silences.is_empty() {
            return Ok(Silent::default());
        }
        let sources = self.ask(all, "activity_sources", &BTreeMap::new()).await?;
        let mut usual: BTreeMap<&str, &str> = BTreeMap::new();
        for row in 0..sources.rows {
            if let (Some(activity), Some(system)) = (sources.text("activity", row), sources.text("system", row)) {
                // Of each activity the system with most events comes first.
                usual.entry(activity).or_insert(system);
            }
        }
        let mut found = Silent::default();
        let ids = &all.target.snapshot.variants()?.ids;
        for (activity, paths) in missing {
            let own = usual.get(activity.as_str()).copied();
            let stretches: Vec<(i64, i64)> = silences
                .iter()
                .filter(|(system, _)| system.is_none() || system.as_deref() == own)
                .map(|(_, silence)| stretch(*silence))
                .collect();
            for (from, to) in &stretches {
                let period = Some(Period { from: Some(*from), to: Some(*to), by: PeriodBy::Intersecting });
                let variants = paths.iter().map(|path| ids[*path].clone()).collect();
                let filter = Filter { period, variants, ..Filter::default() }.canonical();
                let asked = Asked { target: all.target.clone(), filter };
                let frame = self.ask(&asked, "event_times", &BTreeMap::new()).await?;
                let time = |row: usize| {
                    let place = (frame.integer("case_idx", row)? as i32, frame.integer("position", row)? as u32);
                    Some((place, frame.integer("ended_at", row)?))
                };
                found.times.extend((0..frame.rows).filter_map(time));
            }
            if !stretches.is_empty() {
                found.stretches.insert(activity.clone(), stretches);
            }
        }
        Ok(found)
    }

    /// The silence of the whole log and of each system, where there is one.
    async fn silences(&self, all: &Asked) -> Result<Vec<(Option<String>, Silence)>, AppError> {
        let frame = self.ask(all, "source_hours", &BTreeMap::new()).await?;
        let mut hours: BTreeMap<Option<String>, Vec<(i64, u64)>> = BTreeMap::new();
        for row in 0..frame.rows {
            if let (Some(hour), Some(events)) = (frame.integer("hour", row), frame.integer("events", row)) {
                hours.entry(frame.text("system", row).map(str::to_owned)).or_default().push((hour, events as u64));
            }
        }
        Ok(hours.into_iter().filter_map(|(system, hours)| Some((system, silence(&hours)?))).collect())
    }
}

fn stretch(silence: Silence) -> (i64, i64) {
    (silence.from * HOUR_MICROS, (silence.to + 1) * HOUR_MICROS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_hidden_only_where_a_silence_lies_between_its_neighbours() {
        let times = [((7, 0), 100), ((7, 1), 200), ((7, 2), 400)].into();
        let silent = Silent { stretches: [("Approve".to_owned(), vec![(250, 300)])].into(), times };
        let check = |activity: &str, case: i32, between: &[(Option<u32>, Option<u32>)], expected: bool| {
            assert_eq!(silent.covers(activity, case, between), expected, "{activity} {case} {between:?}");
        };
        check("Approve", 7, &[(Some(1), Some(2))], true);
        check("Approve", 7, &[(Some(0), Some(1))], false);
        check("Approve", 7, &[(Some(1), Some(2)), (Some(0), Some(1))], false);
        check("Approve", 7, &[(None, Some(2))], true);
        check("Approve", 7, &[(Some(1), None)], true);
        check("Approve", 7, &[], false);
        check("Approve", 8, &[(Some(1), Some(2))], false);
        check("Ship", 7, &[(Some(1), Some(2))], false);
    }
}
