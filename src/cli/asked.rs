//! What every reading command is told: a stored flow or a file, how to read the file, and which cases.

use crate::app::{App, AppError, Asked, FilterWords};
use crate::cli::progress::watched;
use crate::cli::{CliError, Common};
use crate::config::ConfigOverrides;
use crate::model::mapping::{Lifecycle, MappingOptions};
use clap::Args;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How a file is to be read; what is not given is detected.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading a file (what is not given is detected)")]
pub struct Mapping {
    /// Column of the case id
    #[arg(long, value_name = "COL")]
    pub case: Option<String>,
    /// Column of the activity; of an XES log a key, a classifier, or keys joined by +
    #[arg(long, value_name = "COL")]
    pub activity: Option<String>,
    /// Column of the event time (its end)
    #[arg(long, value_name = "COL")]
    pub timestamp: Option<String>,
    /// Column of the start time
    #[arg(long, value_name = "COL")]
    pub start: Option<String>,
    /// Column of the person or machine
    #[arg(long, value_name = "COL")]
    pub resource: Option<String>,
    /// Column of the role, team or group
    #[arg(long, value_name = "COL")]
    pub role: Option<String>,
    /// Column of the system
    #[arg(long, value_name = "COL")]
    pub system: Option<String>,
    /// Column of what an event cost
    #[arg(long, value_name = "COL")]
    pub cost: Option<String>,
    /// Column that says whether a program did it
    #[arg(long, value_name = "COL")]
    pub automated: Option<String>,
    /// Zone of times without offset [default: UTC]
    #[arg(long, value_name = "IANA")]
    pub timezone: Option<String>,
    /// Format of the times, e.g. '%d/%m/%Y %H:%M'
    #[arg(long, value_name = "FMT")]
    pub timestamp_format: Option<String>,
    /// Field separator: one character, or tab
    #[arg(long, value_name = "C")]
    pub delimiter: Option<String>,
    /// Character encoding, e.g. windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Sheet of a workbook, or file inside an archive
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Join start and complete rows to one event, or keep each row
    #[arg(long, value_enum, default_value = "merge")]
    pub lifecycle: LifecycleWord,
}

/// `merge` or `keep`.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum LifecycleWord {
    /// A start and its completion become one event
    Merge,
    /// Each row is an event
    Keep,
}

impl Mapping {
    /// As the service takes them.
    pub fn options(&self) -> MappingOptions {
        let lifecycle = match self.lifecycle {
            LifecycleWord::Merge => Lifecycle::Merge,
            LifecycleWord::Keep => Lifecycle::Keep,
        };
        MappingOptions {
            case: self.case.clone(),
            activity: self.activity.clone(),
            timestamp: self.timestamp.clone(),
            start: self.start.clone(),
            resource: self.resource.clone(),
            role: self.role.clone(),
            system: self.system.clone(),
            cost: self.cost.clone(),
            automated: self.automated.clone(),
            timezone: self.timezone.clone(),
            timestamp_format: self.timestamp_format.clone(),
            delimiter: self.delimiter.clone(),
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            lifecycle,
        }
    }
}

/// Which cases.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Choosing cases")]
pub struct Choice {
    /// Only cases that start at or after this time
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only cases that start before this time
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Only cases with this attribute, e.g. 'region=North|South' or 'amount>=1000'; may be repeated
    #[arg(long = "where", value_name = "ATTR=VALUE")]
    pub conditions: Vec<String>,
    /// A whole filter, e.g. 'with=Pay invoice;cycle=86400..'
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// A stored flow or a file, and which of its cases.
#[derive(Debug, Clone, Args)]
pub struct Source {
    #[command(flatten)]
    pub choice: Choice,
    #[command(flatten)]
    pub mapping: Mapping,
}

/// An open service with the log that is asked about; the throw-away folder lives as long.
pub struct Opened {
    /// The service.
    pub app: App,
    /// What is asked.
    pub asked: Asked,
    folder: Option<TempDir>,
}

impl Opened {
    /// The same with its cases held against the official flow, where the filter speaks of deviations.
    pub async fn judged(self) -> Result<Self, CliError> {
        if self.asked.filter.deviations.is_empty() {
            return Ok(self);
        }
        let asked = self.app.with_judgement(&self.asked).await?;
        Ok(Self { asked, ..self })
    }

    /// Whether what is asked about is a file, analysed on the spot.
    pub fn is_file(&self) -> bool {
        self.folder.is_some()
    }
}

impl Source {
    /// Opens the flow, or analyses the file on the spot.
    pub fn open(&self, common: &Common, name: &str) -> Result<Opened, CliError> {
        let path = Path::new(name);
        // A flow's name has neither points nor slashes, a file's nearly always has.
        let looks_like_file = name.contains(['.', '/', '\\']);
        let (app, target, folder) = if looks_like_file || (path.is_file() && !self.is_flow(common, name)) {
            self.open_file(common, path)?
        } else {
            let app = common.app()?;
            let target = app.target(name).map_err(|error| explain(&app, name, error))?;
            (app, target, None)
        };
        let words = FilterWords {
            from: self.choice.from.clone(),
            to: self.choice.to.clone(),
            conditions: self.choice.conditions.clone(),
            filter: self.choice.filter.clone(),
        };
        let filter = words.filter(&target.snapshot)?;
        Ok(Opened { app, asked: Asked { target, filter }, folder })
    }

    fn is_flow(&self, common: &Common, name: &str) -> bool {
        common.app().is_ok_and(|app| app.flow(name).is_ok())
    }

    fn open_file(&self, common: &Common, path: &Path) -> Result<(App, crate::app::Target, Option<TempDir>), CliError> {
        let folder = tempfile::Builder::new().prefix("throughline-").tempdir();
        let folder = folder.map_err(CliError::io("make a temporary folder"))?;
        let mut config = common.configuration(ConfigOverrides::default())?;
        config.data.dir = PathBuf::from(folder.path());
        let app = App::open(config, common.queries.as_deref())?;
        let (target, _) = watched(|progress| app.target_file(path, &self.mapping.options(), progress))?;
        Ok((app, target, Some(folder)))
    }
}

/// A name that is neither flow nor file gets both answers.
fn explain(app: &App, name: &str, error: AppError) -> AppError {
    if !matches!(error.code().0, "not_found") {
        return error;
    }
    let flows = app.store.catalog.list_flows().unwrap_or_default();
    let names: Vec<&str> = flows.iter().map(|flow| flow.name.as_str()).collect();
    let hint = if names.is_empty() {
        "no flow is stored yet; name a file, or store one: throughline import FILE --flow NAME".to_owned()
    } else {
        format!("stored flows are {}; a file is named by its path", names.join(", "))
    };
    AppError::NoSuchTarget { name: name.to_owned(), hint }
}
