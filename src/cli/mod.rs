//! The command line: one file a command, all of them thin over [`crate::app::App`].

mod asked;
mod cases;
mod causes;
mod check;
mod compare;
mod deviations;
mod discover;
mod flows;
mod import;
mod kpi;
mod map;
mod official;
mod print;
mod progress;
mod report;
mod serve;
mod sql;
mod stats;
mod variants;

use crate::app::{App, AppError};
use crate::config::{Config, ConfigError, ConfigOverrides};
use crate::ingest::IngestError;
use crate::query::QueryError;
use clap::{Args, Parser, Subcommand};
use std::error::Error;
use std::path::PathBuf;

/// Shows how work truly flows: event logs in, real paths and KPIs out.
#[derive(Debug, Parser)]
#[command(name = "throughline", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Common {
    // The variables are read by the configuration, where one that is empty counts as not set.
    /// Data folder [env: THROUGHLINE_DATA]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration file (TOML); config.example.toml shows every key [env: THROUGHLINE_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of query files to use instead of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    queries: Option<PathBuf>,
    /// Print JSON alone on standard output
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Store files as a flow's log
    Import(import::Import),
    /// List the stored flows
    Flows,
    /// What a log holds
    Stats(stats::Stats),
    /// The process map
    Map(map::Map),
    /// Two sides of a flow against each other
    Compare(compare::Compare),
    /// The paths really taken
    Variants(variants::Variants),
    /// The cases, or one case's timeline
    Cases(cases::Cases),
    /// What goes with slow cases, rework or differences from the official flow
    Causes(causes::Causes),
    /// Reality held against the official flow
    Deviations(deviations::Deviations),
    /// The official flow: its versions, a new one, or one as a file
    Official(official::Official),
    /// A flow that the cases have in common, as a draft of the official one
    Discover(discover::Discover),
    /// One KPI, or all of them
    Kpi(kpi::Kpi),
    /// Read-only SQL over the tables events, cases, variants, conformance and deviations
    Sql(sql::Sql),
    /// One offline HTML file with pictures, tables and definitions
    Report(report::Report),
    /// Check configuration and query catalogue
    Check(check::Check),
}

/// Why a command ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The words are off; exit code 2.
    #[error("{what}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What would be right.
        hint: String,
    },
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service refused or failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// Something of the machine failed.
    #[error("cannot {step}")]
    Io {
        /// What was being done.
        step: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// `check` found faults, which it has printed.
    #[error("{0}")]
    Unsound(String),
}

impl CliError {
    fn io(step: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let step = step.into();
        move |source| Self::Io { step, source }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::App(error) => error.hint(),
            _ => None,
        }
    }

    /// 1 failed, 2 wrong usage.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Config(_) => 2,
            Self::App(error) if is_usage(error) => 2,
            _ => 1,
        }
    }

    /// The error as people see it: what, why, what to do.
    pub fn in_words(&self) -> String {
        let mut text = format!("error: {self}");
        let mut cause = self.source();
        while let Some(source) = cause {
            text.push_str(&format!("\ncaused by: {source}"));
            cause = source.source();
        }
        if let Some(hint) = self.hint() {
            text.push_str(&format!("\nhint: {hint}"));
        }
        text
    }
}

/// Whether the words themselves are wrong, whatever file or flow they are said of. A name that just is not there is no
/// wrong usage: with other data it would be right.
fn is_usage(error: &AppError) -> bool {
    use crate::ingest::detect::DetectError;
    match error {
        AppError::Invalid { .. } | AppError::FlowName(_) | AppError::Query(QueryError::Parameter { .. }) => true,
        AppError::Ingest(IngestError::Detect { reason, .. }) => matches!(
            **reason,
            DetectError::UnknownEncoding { .. }
                | DetectError::Delimiter { .. }
                | DetectError::Zone(_)
                | DetectError::Format(_)
        ),
        _ => false,
    }
}

impl Common {
    fn configuration(&self, overrides: ConfigOverrides) -> Result<Config, CliError> {
        let overrides = ConfigOverrides { data_dir: self.data.clone(), ..overrides };
        let named = || std::env::var_os("THROUGHLINE_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let file = self.config.clone().or_else(named);
        Ok(Config::load(file.as_deref(), Config::environment(), overrides)?)
    }

    fn app(&self) -> Result<App, CliError> {
        let config = self.configuration(ConfigOverrides::default())?;
        Ok(App::open(config, self.queries.as_deref())?)
    }
}

/// Parses the command line and does what it says.
pub fn run(cli: Cli) -> Result<(), CliError> {
    let common = &cli.common;
    match cli.command {
        Command::Serve(command) => command.run(common),
        Command::Import(command) => command.run(common),
        Command::Check(command) => block_on(command.run(common)),
        Command::Flows => flows::run(common),
        Command::Stats(command) => block_on(command.run(common)),
        Command::Map(command) => block_on(command.run(common)),
        Command::Compare(command) => block_on(command.run(common)),
        Command::Variants(command) => block_on(command.run(common)),
        Command::Cases(command) => block_on(command.run(common)),
        Command::Causes(command) => block_on(command.run(common)),
        Command::Deviations(command) => block_on(command.run(common)),
        Command::Official(command) => command.run(common),
        Command::Discover(command) => block_on(command.run(common)),
        Command::Kpi(command) => block_on(command.run(common)),
        Command::Report(command) => block_on(command.run(common)),
        Command::Sql(command) => block_on(command.run(common)),
    }
}

fn block_on(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(CliError::io("start the program"))?.block_on(work)
}
