//! What the chevrons of variants show: the activities, the waits before them, or the difference to the happy path.

use crate::app::{AppError, Asked};
use crate::draw::figure::duration;
use crate::model::answers::MapEdge;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::path::{Chevron, Codes};
use std::collections::BTreeMap;

/// Waits below these seconds have the colours `wait0` on; longer ones the last.
const WAITS: [f64; 5] = [600.0, 14_400.0, 86_400.0, 259_200.0, 864_000.0];

/// What the chevrons show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Each activity in its colour.
    Standard,
    /// The mean wait before it.
    Time,
    /// What the path has and lacks against the happy path.
    Difference,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Time, Self::Difference];

    /// What the address says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Time => "time",
            Self::Difference => "difference",
        }
    }

    /// The same, but nothing for the usual one.
    pub fn parameter(self) -> &'static str {
        if self == Self::Standard { "" } else { self.name() }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Standard => "Activities",
            Self::Time => "Waiting",
            Self::Difference => "Difference to the happy path",
        }
    }

    /// What the colours mean: classes and words.
    pub fn legend(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Standard => &[],
            Self::Time => &[
                ("wait0", "waits less than 10 min on average"),
                ("wait1", "less than 4 h"),
                ("wait2", "less than a day"),
                ("wait3", "less than 3 days"),
                ("wait4", "less than 10 days"),
                ("wait5", "longer"),
            ],
            Self::Difference => &[
                ("diff-same", "as on the happy path"),
                ("diff-new", "not on it"),
                ("diff-again", "again"),
                ("diff-moved", "at another place"),
                ("diff-missing", "missing"),
            ],
        }
    }

    /// What the request says.
    ///
    /// # Errors
    /// 400 for modes that there are not.
    pub fn of(ask: &Ask) -> Result<Self, ApiError> {
        let Some(name) = ask.rest.get("mode").filter(|text| !text.is_empty()) else { return Ok(Self::Standard) };
        Self::ALL.into_iter().find(|mode| mode.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            ApiError::bad_request("bad_parameter", format!("there is no mode `{name}`"), format!("there are {names}"))
        })
    }
}

/// Mean waits by the two activities.
type Waits = BTreeMap<(String, String), f64>;

/// What the rows are made from.
pub struct Look {
    mode: Mode,
    /// The letters.
    pub codes: Codes,
    waits: Waits,
    /// The happy path, where it matters.
    pub happy: Vec<String>,
}

impl Look {
    /// Only what the mode needs is asked for.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn of(ask: &Ask, asked: &Asked, mode: Mode) -> Result<Self, ApiError> {
        let codes = Codes::of(&asked.target.snapshot.activities_met().map_err(AppError::from)?);
        let mut look = Self { mode, codes, waits: Waits::new(), happy: Vec::new() };
        match mode {
            Mode::Standard => {}
            Mode::Time => {
                let edges = ask.web.app.map(asked).await?.edges;
                let wait = |edge: MapEdge| Some(((edge.from, edge.to), edge.duration_s?.mean));
                look.waits = edges.into_iter().filter_map(wait).collect();
            }
            Mode::Difference => look.happy = ask.web.app.happy_path(&asked.target).await?,
        }
        Ok(look)
    }

    /// A path in this look.
    pub fn steps(&self, path: &[String]) -> Vec<Chevron> {
        match self.mode {
            Mode::Standard => path.iter().map(|activity| self.codes.chevron(activity)).collect(),
            Mode::Time => (0..path.len()).map(|at| self.waited(path, at)).collect(),
            Mode::Difference => self.codes.difference(path, &self.happy),
        }
    }

    fn waited(&self, path: &[String], at: usize) -> Chevron {
        let activity = &path[at];
        let before = at.checked_sub(1).map(|before| (path[before].clone(), activity.clone()));
        match before.map(|pair| self.waits.get(&pair)) {
            None => self.codes.coloured(activity, "wait0".to_owned(), Some("start".to_owned()), activity.clone()),
            Some(None) => self.codes.coloured(activity, "wait0".to_owned(), Some("–".to_owned()), activity.clone()),
            Some(Some(wait)) => {
                let text = duration(*wait);
                let say = format!("{activity}, after {text}");
                self.codes.coloured(activity, format!("wait{}", wait_level(*wait)), Some(text), say)
            }
        }
    }
}

fn wait_level(seconds: f64) -> usize {
    WAITS.iter().position(|limit| seconds < *limit).unwrap_or(WAITS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_of_waits_is_explained() {
        assert_eq!(Mode::Time.legend().len(), WAITS.len() + 1);
        let levels = [0.0, 600.0, 86_399.0, 1e9].map(wait_level);
        assert_eq!(levels, [0, 1, 2, 5]);
    }
}
