//! The one service object. Command line and web call nothing else: here a name becomes a log version, a question an
//! answer, a file an import.

mod alike;
mod answers;
mod cases;
mod causes;
mod chart;
mod compare;
mod demo;
mod deviations;
mod discovery;
mod error;
mod export;
mod flows;
mod import;
mod incoming;
mod inspect;
mod jobs;
mod known;
mod kpi;
mod official;
mod overview;
mod picture;
mod quality;
mod replay;
mod run;
mod schema;
mod suggest;
mod variants;
mod views;
mod waits;

#[cfg(test)]
mod import_tests;

pub use causes::CauseOf;
pub use compare::{BothSides, MapOfTwo, OneSide, WORDS};
pub use demo::DEMO_FLOW;
pub use deviations::{GivenDecision, KnownDeviation};
pub use error::{AppError, Class};
pub use export::{ExportedLog, LogForm};
pub use flows::{FilterWords, FlowInfo, Flows};
pub use import::{ImportOutcome, ImportRequest, SourceFile};
pub use incoming::{Incoming, Received};
pub use inspect::{Inspection, Looked, TimeSample};
pub use jobs::Jobs;
pub use kpi::{KpiAnswer, KpiInfo, KpiList, KpiMeta, SqlAnswer};
pub use official::{GivenFlow, InForce, OfficialModel, Trial, edited, listed};
pub use overview::{Change, Compared, Figure, Overview, Repeated, Wait, Week};
pub use picture::{MapPicture, MapWish, missing_column};
pub use quality::{Issue, Quality, Severity};
pub use run::SetWhenDropped;
pub use schema::{SchemaColumn, SchemaTable};
pub use suggest::Suggestion;
pub use variants::{Grouping, VariantGroup};
pub use views::{ImportInfo, Imports, TokenInfo, TokenMade, Tokens};
pub use waits::Stretch;

use crate::config::Config;
use crate::ingest::Progress;
use crate::map::graph::Graph;
use crate::map::skeleton::Skeleton;
use crate::model::filter::Filter;
use crate::model::mapping::MappingOptions;
use crate::query::{Catalogue, Engine, Limits, Snapshot};
use crate::store::catalog::{FlowName, FlowRecord, VersionRecord};
use crate::store::{Recovered, Store};
use quick_cache::sync::Cache;
use std::path::Path;
use std::sync::{Arc, OnceLock, Weak};

/// See the module.
pub struct App {
    /// What it was started with.
    pub config: Config,
    /// Where bytes lie.
    pub store: Store,
    /// What clearing up after a crash found.
    pub recovered: Recovered,
    engine: Engine,
    open: Cache<String, Arc<Snapshot>>,
    skeletons: Cache<String, Arc<Skeleton>>,
    graphs: Cache<String, Arc<Graph>>,
    judgements: deviations::KeptJudgements,
    /// Itself, where judgements go on though nobody waits for them.
    own: OnceLock<Weak<App>>,
}

/// A log version that questions are asked of.
#[derive(Clone)]
pub struct Target {
    /// The flow, as answers name it.
    pub flow: String,
    /// The version.
    pub version: u32,
    /// Stays the same as long as the data, the official flow and what was decided about deviations do.
    pub key: String,
    /// Stays the same as long as the data do.
    pub directory: String,
    /// Hash of the official flow, if there is one.
    pub official: Option<String>,
    /// Its tables.
    pub snapshot: Arc<Snapshot>,
}

/// What a command or request asks about: which log, and which of its cases.
#[derive(Clone)]
pub struct Asked {
    /// The log version.
    pub target: Target,
    /// The cases.
    pub filter: Filter,
}

/// How many versions are kept open.
const OPEN_VERSIONS: usize = 32;

impl App {
    /// Opens the data folder and starts the engine.
    pub fn open(config: Config, queries: Option<&Path>) -> Result<Self, AppError> {
        let catalogue = Catalogue::load(queries).map_err(|faults| AppError::Queries {
            what: faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        })?;
        let (store, recovered) = Store::open(&config.data.dir)?;
        let limits = Limits {
            pool_mb: config.limits.memory_pool_mb,
            memory_mb: config.limits.query_memory_mb,
            spill_mb: config.limits.spill_disk_mb,
            spill_folder: store.spill_folder(),
            seconds: config.limits.query_seconds,
            parallel: config.limits.parallel_queries as usize,
            queue_seconds: config.limits.queue_seconds,
            rows: config.limits.rows_returned_max as usize,
            answer_mb: config.limits.answer_mb,
            threads: threads(),
        };
        let engine = Engine::new(Arc::new(catalogue), limits)?;
        Ok(Self {
            config,
            store,
            recovered,
            engine,
            open: Cache::new(OPEN_VERSIONS),
            skeletons: Cache::new(picture::KEPT),
            graphs: Cache::new(picture::KEPT),
            judgements: deviations::KeptJudgements::default(),
            own: OnceLock::new(),
        })
    }

    /// The questions it knows, and who answers them.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The flow of this name.
    pub fn flow(&self, name: &str) -> Result<FlowRecord, AppError> {
        Ok(self.store.catalog.get_flow(name)?)
    }

    /// The newest version of a stored flow.
    pub fn target(&self, flow: &str) -> Result<Target, AppError> {
        let newest = self.store.catalog.newest_version(flow)?;
        let newest = newest.ok_or_else(|| AppError::NoLog { flow: flow.to_owned() })?;
        self.target_of(&newest)
    }

    /// One version of a stored flow.
    pub fn target_version(&self, flow: &str, number: u32) -> Result<Target, AppError> {
        self.target_of(&self.store.catalog.get_version(flow, number)?)
    }

    fn target_of(&self, version: &VersionRecord) -> Result<Target, AppError> {
        let open = || Ok::<_, AppError>(Arc::new(Snapshot::open(&self.store.version_folder(&version.directory))?));
        let snapshot = self.open.get_or_insert_with(&version.directory, open)?;
        let directory = version.directory.clone();
        let state = self.store.catalog.official_state(&version.flow)?;
        let key = match &state.hash {
            Some(hash) => format!("{directory} {hash} {}", state.decisions),
            None => directory.clone(),
        };
        let (flow, version) = (version.flow.clone(), version.number);
        Ok(Target { flow, version, key, directory, official: state.hash, snapshot })
    }

    /// A file, analysed on the spot: imported into this (throw-away) data folder under a name of its own.
    pub fn target_file(
        &self,
        path: &Path,
        options: &MappingOptions,
        progress: &Progress,
    ) -> Result<(Target, ImportOutcome), AppError> {
        let stem = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
        let name = FlowName::proposed_for(stem.split('.').next().unwrap_or(stem));
        let request = ImportRequest {
            flow: name.clone(),
            title: stem.to_owned(),
            files: vec![SourceFile { path: path.to_owned(), name: stem.to_owned() }],
            options: options.clone(),
            append: false,
            actor: "command line".to_owned(),
        };
        let outcome = self.import(&request, progress)?;
        Ok((self.target(name.as_str())?, outcome))
    }
}

/// Threads for work that computes.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get)
}
