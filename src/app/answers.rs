//! `stats`, `map` and `variants`: answers of the contract, put together from catalogued queries.

use crate::app::{App, AppError, Asked};
use crate::model::answers::{ActivityCases, Durations, MapActivity, MapEdge, ProcessMap, Stats, Variant, Variants};
use crate::model::measure::Measure;
use crate::model::time::rfc3339;
use crate::query::{Extent, Frame};
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl App {
    /// A catalogued query on the asked cases, whole: other answers are put together from it.
    pub async fn ask(&self, asked: &Asked, id: &str, parameters: &BTreeMap<String, String>) -> Result<Frame, AppError> {
        let query = self.engine().catalogue().get(id)?;
        let asked = &self.as_wanted(asked, query).await?;
        Ok(self.engine().run(&asked.target.snapshot, &asked.filter, query, parameters, Extent::Whole).await?)
    }

    /// Several of them, side by side as far as places are free.
    pub(super) async fn ask_all<const N: usize>(&self, asked: &Asked, ids: [&str; N]) -> Result<[Frame; N], AppError> {
        let queries = ids.iter().map(|id| self.engine().catalogue().get(id)).collect::<Result<Vec<_>, _>>()?;
        let Asked { target, filter } = asked;
        let frames = self.engine().run_all(&target.snapshot, filter, &queries, Extent::Whole).await?;
        frames.try_into().map_err(|_| AppError::Internal("not every question was answered".to_owned()))
    }

    /// What the log holds.
    pub async fn stats(&self, asked: &Asked) -> Result<Stats, AppError> {
        // Together they take hardly longer than the longest.
        Ok(stats_of(&self.ask_all(asked, STATS).await?))
    }

    /// The process map as data.
    pub async fn map(&self, asked: &Asked) -> Result<ProcessMap, AppError> {
        let says = |measure| asked.target.snapshot.manifest.has(measure);
        let (pairs, measures) = if says(Measure::Cost) || says(Measure::Automated) {
            let [pairs, measures] = self.ask_all(asked, [PAIRS, "activity_measures"]).await?;
            (pairs, Measures::of(&measures))
        } else {
            (self.ask(asked, PAIRS, &BTreeMap::new()).await?, Measures::default())
        };
        let usual = || self.config.money.currency.clone().filter(|_| says(Measure::Cost) && !measures.is_mixed);
        let currency = measures.currency.clone().or_else(usual);
        Ok(ProcessMap { currency, ..map_of(&pairs, &measures) })
    }

    /// The paths really taken, all or the `top` most frequent ones.
    pub async fn variants(&self, asked: &Asked, top: Option<usize>) -> Result<Variants, AppError> {
        let parameters = top.map(|top| ("top".to_owned(), top.to_string())).into_iter().collect();
        let frame = self.ask(asked, "variants", &parameters).await?;
        let variant = |row: usize| {
            let activities = frame.list("activities", row).unwrap_or_default().to_vec();
            Variant {
                rank: frame.integer("rank", row).unwrap_or_default(),
                id: crate::query::path_id(activities.iter().map(String::as_str)),
                activities,
                cases: frame.integer("cases", row).unwrap_or_default(),
                share: frame.number("share", row).unwrap_or_default(),
                cycle_time_s: durations(&frame, row),
            }
        };
        // Each row has the totals; where no row is wanted, the log has them.
        let (totals, cases, total) = match frame.rows {
            0 => (&self.ask(asked, "log_totals", &BTreeMap::new()).await?, "cases", "variants"),
            _ => (&frame, "all_cases", "total"),
        };
        Ok(Variants {
            cases: totals.integer(cases, 0).unwrap_or_default(),
            total: totals.integer(total, 0).unwrap_or_default(),
            variants: (0..frame.rows).map(variant).collect(),
        })
    }
}

/// What the log says of activities besides: total cost and automated share.
#[derive(Default)]
pub(super) struct Measures {
    by_activity: BTreeMap<String, (Option<f64>, Option<f64>)>,
    currency: Option<String>,
    /// Costs are in several currencies.
    is_mixed: bool,
}

impl Measures {
    fn of(frame: &Frame) -> Self {
        let said = |column: &'static str| (0..frame.rows).filter_map(move |row| frame.text(column, row));
        let (least, greatest) = (said("least_currency").min(), said("greatest_currency").max());
        // Costs in several currencies are not added.
        let adds_up = least == greatest;
        let count = |column: &str, row: usize| frame.integer(column, row).unwrap_or_default();
        let of_row = |row: usize| {
            let known = count("known_events", row);
            let share = (known > 0).then(|| count("automated_events", row) as f64 / known as f64);
            (name(frame, "activity", row), (frame.number("total_cost", row).filter(|_| adds_up), share))
        };
        let currency = least.filter(|_| adds_up).map(str::to_owned);
        Self { by_activity: (0..frame.rows).map(of_row).collect(), currency, is_mixed: !adds_up }
    }
}

/// The questions that `stats` is put together from.
pub(super) const STATS: [&str; 6] =
    ["log_totals", "resource_count", "activity_count", "start_activities", "end_activities", "rework"];

/// What the log holds, from the answers to [`STATS`].
pub(super) fn stats_of([totals, resources, activities, starts, ends, rework]: &[Frame; 6]) -> Stats {
    let count = |frame: &Frame, name: &str| frame.integer(name, 0).unwrap_or_default();
    Stats {
        events: count(totals, "events"),
        cases: count(totals, "cases"),
        activities: count(activities, "activities"),
        variants: count(totals, "variants"),
        resources: count(resources, "resources"),
        first_at: totals.integer("first_at", 0).map(rfc3339),
        last_at: totals.integer("last_at", 0).map(rfc3339),
        start_activities: activity_cases(starts),
        end_activities: activity_cases(ends),
        cycle_time_s: durations(totals, 0),
        rework: activity_cases(rework),
    }
}

/// The question that the map is put together from.
pub(super) const PAIRS: &str = "activity_pairs";

/// The map from the answer to [`PAIRS`], and from what else the log says of activities.
pub(super) fn map_of(pairs: &Frame, measures: &Measures) -> ProcessMap {
    let count = |column: &str, row: usize| pairs.integer(column, row).unwrap_or_default();
    let mut figures: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in 0..pairs.rows {
        let (events, cases) = figures.entry(name(pairs, "from_activity", row)).or_default();
        *events += count("pairs", row);
        *cases += count("first_events", row);
    }
    let node = |(activity, (events, cases)): (String, (i64, i64))| {
        let (total_cost, automated_share) = measures.by_activity.get(&activity).copied().unwrap_or_default();
        MapActivity { activity, events, cases, total_cost, automated_share }
    };
    let mut activities: Vec<MapActivity> = figures.into_iter().map(node).collect();
    activities.sort_by_key(|activity| Reverse(activity.events));
    let edge = |row: usize| MapEdge {
        from: name(pairs, "from_activity", row),
        to: name(pairs, "to_activity", row),
        count: count("pairs", row),
        cases: count("cases", row),
        duration_s: durations(pairs, row),
        overlaps: count("overlaps", row),
    };
    let is_followed = |row: &usize| pairs.text("to_activity", *row).is_some();
    ProcessMap {
        activities,
        edges: (0..pairs.rows).filter(is_followed).map(edge).collect(),
        currency: measures.currency.clone(),
    }
}

fn name(frame: &Frame, column: &str, row: usize) -> String {
    frame.text(column, row).unwrap_or_default().to_owned()
}

pub(super) fn activity_cases(frame: &Frame) -> Vec<ActivityCases> {
    let entry = |row: usize| ActivityCases {
        activity: name(frame, "activity", row),
        cases: frame.integer("cases", row).unwrap_or_default(),
    };
    (0..frame.rows).map(entry).collect()
}

/// The duration columns of a row; nothing where there are no times.
pub(super) fn durations(frame: &Frame, row: usize) -> Option<Durations> {
    Some(Durations {
        mean: frame.number("mean_s", row)?,
        median: frame.number("median_s", row)?,
        p90: frame.number("p90_s", row)?,
        p95: frame.number("p95_s", row),
        min: frame.number("min_s", row),
        max: frame.number("max_s", row),
    })
}
