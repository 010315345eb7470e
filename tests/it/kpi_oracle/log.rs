//! The rows of a log, and the periods of the calendar that they fall into.

use crate::support::run;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta};
use std::collections::BTreeMap;
use std::path::Path;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// One row; times are microseconds since 1970.
#[derive(Debug, Clone)]
pub struct Event {
    pub activity: String,
    pub started: Option<i64>,
    pub ended: i64,
    pub resource: Option<String>,
    pub role: Option<String>,
    pub system: Option<String>,
    pub automated: Option<bool>,
}

impl Event {
    /// When it began, as far as is known.
    pub fn began(&self) -> i64 {
        self.started.unwrap_or(self.ended)
    }

    /// Who did it, unless it is known to be a program.
    pub fn person(&self) -> Option<&str> {
        self.resource.as_deref().filter(|_| self.automated != Some(true))
    }

    /// Seconds from start to end, where there is a start.
    pub fn touch(&self) -> Option<f64> {
        self.started.map(|started| (self.ended - started).max(0) as f64 / 1e6)
    }
}

/// The rows of a case in the order of their ends, equal ones as in the file.
pub type Case = Vec<Event>;

/// First start of a case.
pub fn start(case: &Case) -> i64 {
    case.iter().map(Event::began).min().unwrap()
}

/// Last end of a case.
pub fn end(case: &Case) -> i64 {
    case.iter().map(|event| event.ended).max().unwrap()
}

/// Reads what the program exports of a file.
pub fn read(file: &Path, options: &[&str]) -> Vec<Case> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("log.csv");
    let done = run(&[&["cases", file.to_str().unwrap(), "-o", out.to_str().unwrap()], options].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut reader = csv::Reader::from_path(&out).unwrap();
    let columns = reader.headers().unwrap().clone();
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name)?;
            record.get(at).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        let instant =
            |name: &str| cell(name).map(|text| DateTime::parse_from_rfc3339(&text).unwrap().timestamp_micros());
        let event = Event {
            activity: cell("activity").unwrap(),
            started: instant("start"),
            ended: instant("timestamp").unwrap(),
            resource: cell("resource"),
            role: cell("role"),
            system: cell("system"),
            automated: cell("automated").map(|text| text == "true"),
        };
        cases.entry(cell("case").unwrap()).or_default().push(event);
    }
    let mut cases: Vec<Case> = cases.into_values().collect();
    cases.iter_mut().for_each(|case| case.sort_by_key(|event| event.ended));
    cases
}

/// How long a period is.
#[derive(Debug, Clone, Copy)]
pub enum Grain {
    Week,
    Month,
}

impl Grain {
    /// The first day of the period of an instant.
    pub fn of(self, at: i64) -> NaiveDate {
        let day = NaiveDate::default() + TimeDelta::days(at.div_euclid(DAY));
        match self {
            Self::Week => day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap(),
        }
    }

    fn next(self, first: NaiveDate) -> NaiveDate {
        match self {
            Self::Week => first + TimeDelta::days(7),
            Self::Month => first + Months::new(1),
        }
    }

    /// From when until before when a period lasts.
    pub fn bounds(self, first: NaiveDate) -> (i64, i64) {
        let micros = |day: NaiveDate| (day - NaiveDate::default()).num_days() * DAY;
        (micros(first), micros(self.next(first)))
    }

    /// All periods from the first of these instants to the last.
    pub fn all(self, times: impl IntoIterator<Item = i64>) -> Vec<NaiveDate> {
        let firsts: Vec<NaiveDate> = times.into_iter().map(|at| self.of(at)).collect();
        let (Some(first), Some(last)) = (firsts.iter().min(), firsts.iter().max()) else { return Vec::new() };
        std::iter::successors(Some(*first), |period| Some(self.next(*period)))
            .take_while(|period| period <= last)
            .collect()
    }
}
