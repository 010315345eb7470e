//! Runs every `queries/**/*.slt`: what a KPI says about `tiny_log.csv`, worked out by hand. A statement is
//! `kpi ID [PARAMETER=VALUE]… [filter=TEXT] [log=NAME]`; the log is a file of `tests/fixtures`.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has found its fault")]

use sqllogictest::{ColumnType, DB, DBOutput, Runner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use throughline::app::{App, AppError, Asked, FilterWords, GivenDecision, InForce, OfficialModel, Target};
use throughline::config::Config;
use throughline::ingest::Progress;
use throughline::model::kind::Kind;
use throughline::model::mapping::MappingOptions;
use throughline::query::{Frame, Values};

/// D date or time, I whole number, R real, T text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter(char);

impl ColumnType for Letter {
    fn from_char(value: char) -> Option<Self> {
        "DIRT".contains(value).then_some(Self(value))
    }

    fn to_char(&self) -> char {
        self.0
    }
}

/// The logs that statements ask.
const LOGS: [&str; 15] = [
    "burst_log",
    "days_log",
    "far_log",
    "gap_log",
    "key_log",
    "many_log",
    "overlap_log",
    "priced_log",
    "shop_log",
    "steady_log",
    "tail_log",
    "tied_log",
    "tiny_log",
    "twice_log",
    "untimed_log",
];

/// Logs by the name of their file.
type Logs = BTreeMap<&'static str, Target>;

struct Kpis {
    app: Arc<App>,
    logs: Logs,
    runtime: tokio::runtime::Runtime,
}

impl DB for Kpis {
    type Error = AppError;
    type ColumnType = Letter;

    fn run(&mut self, statement: &str) -> Result<DBOutput<Letter>, AppError> {
        let mut words = statement.split_whitespace();
        assert_eq!(words.next(), Some("kpi"), "{statement}");
        let id = words.next().unwrap();
        let mut parameters: BTreeMap<String, String> =
            words.map(|word| word.split_once('=').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        let log = parameters.remove("log");
        let target = &self.logs[log.as_deref().unwrap_or("tiny_log")];
        let words = FilterWords { filter: parameters.remove("filter"), ..FilterWords::default() };
        let filter = words.filter(&target.snapshot)?;
        let mut asked = Asked { target: target.clone(), filter: Default::default() };
        if let Some(model) = parameters.remove("official") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(model);
            let path =
                ["bpmn", "yaml"].map(|form| path.with_extension(form)).into_iter().find(|path| path.is_file()).unwrap();
            let model = InForce::only(Arc::new(OfficialModel::read_file(&path)?));
            // Each statement decides for itself: what another accepted is taken back.
            let accepted = parameters.remove("accepted");
            let found = self.runtime.block_on(self.app.deviations_over(&asked, &model))?;
            for one in found.deviations {
                let is_accepted = accepted.as_ref() == Some(&format!("{}:{}", one.kind, one.activity));
                let status = if is_accepted { "accepted" } else { "new" }.to_owned();
                let known = self.runtime.block_on(self.app.known_deviation(&asked, &model, &one.id))?;
                self.app.decide("test", &known, &GivenDecision { status, ..GivenDecision::default() })?;
            }
            asked = self.runtime.block_on(self.app.held_against(&asked, &model))?;
        }
        asked.filter = filter;
        let frame = self.runtime.block_on(self.app.ask(&asked, id, &parameters))?;
        let types = frame.columns.iter().map(|column| letter(column.kind)).collect();
        let rows = (0..frame.rows)
            .map(|row| (0..frame.columns.len()).map(|column| cell(&frame, column, row)).collect())
            .collect();
        Ok(DBOutput::Rows { types, rows })
    }
}

fn letter(kind: Kind) -> Letter {
    Letter(match kind {
        Kind::Date => 'D',
        Kind::Count => 'I',
        Kind::Number | Kind::Share | Kind::DurationS | Kind::Cost => 'R',
        Kind::Timestamp | Kind::Category | Kind::Boolean | Kind::List => 'T',
    })
}

fn cell(frame: &Frame, column: usize, row: usize) -> String {
    if frame.json(column, row).is_null() {
        return "NULL".to_owned();
    }
    match &frame.columns[column].values {
        Values::Number(values) => {
            let text = format!("{:.6}", values[row].unwrap());
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => frame.plain(column, row),
    }
}

fn examples(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            examples(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "slt") {
            found.push(path);
        }
    }
}

#[test]
fn every_worked_example_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = data.path().to_owned();
    let app = Arc::new(App::open(config, None).unwrap());
    let logs: Logs = LOGS
        .into_iter()
        .map(|name| {
            let path = root.join("tests/fixtures").join(name).with_extension("csv");
            (name, app.target_file(&path, &MappingOptions::default(), &Progress::default()).unwrap().0)
        })
        .collect();
    let mut files = Vec::new();
    examples(&root.join("queries"), &mut files);
    files.sort();
    assert!(!files.is_empty());
    let mut faults = Vec::new();
    for file in files {
        let (app, logs) = (Arc::clone(&app), logs.clone());
        let mut runner = Runner::new(|| {
            let (app, logs) = (Arc::clone(&app), logs.clone());
            async move {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                Ok(Kpis { app, logs, runtime })
            }
        });
        runner.with_column_validator(sqllogictest::strict_column_validator);
        // The runner blocks on its own executor; each statement needs one of ours.
        let outcome = std::thread::scope(|scope| scope.spawn(|| runner.run_file(&file)).join().unwrap());
        if let Err(error) = outcome {
            faults.push(error.display(false).to_string());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
