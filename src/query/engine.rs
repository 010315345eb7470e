//! Runs questions: on threads of its own, at most so many at once, each with its own memory and time. A request that
//! goes away takes its query with it.

use crate::model::filter::Filter;
use crate::model::kind::Kind;
use crate::query::catalogue::{Catalogue, Query};
use crate::query::filter::case_set;
use crate::query::frame::Frame;
use crate::query::functions::NumberSet;
use crate::query::gather::gather;
use crate::query::memory::Shared;
use crate::query::parameters::bind;
use crate::query::plan::{Question, Refused};
use crate::query::prepared::Prepared;
use crate::query::snapshot::Snapshot;
use crate::query::{QueryError, views};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::DiskManagerBuilder;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::future::try_join_all;
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a query may use; each has its name in the configuration.
#[derive(Debug, Clone)]
pub struct Limits {
    /// limits.memory_pool_mb
    pub pool_mb: u64,
    /// limits.query_memory_mb
    pub memory_mb: u64,
    /// limits.spill_disk_mb
    pub spill_mb: u64,
    /// Where spilled data waits.
    pub spill_folder: PathBuf,
    /// limits.query_seconds
    pub seconds: u64,
    /// limits.parallel_queries
    pub parallel: usize,
    /// limits.queue_seconds
    pub queue_seconds: u64,
    /// limits.rows_returned_max
    pub rows: usize,
    /// limits.answer_mb
    pub answer_mb: u64,
    /// Threads that compute.
    pub threads: usize,
}

#[cfg(test)]
impl Limits {
    /// Small ones.
    pub fn for_tests() -> Self {
        Self {
            pool_mb: 64,
            memory_mb: 64,
            spill_mb: 0,
            spill_folder: PathBuf::new(),
            seconds: 1,
            parallel: 1,
            queue_seconds: 0,
            rows: 1,
            answer_mb: 1,
            threads: 1,
        }
    }
}

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it, because other code puts it together with more; beyond limits.answer_mb it is refused.
    Whole,
    /// What a person or program gets to see: cut after limits.rows_returned_max rows, and the frame says so.
    Limited,
}

/// The right to run one query.
type Place = OwnedSemaphorePermit;

/// A session is prepared once for each version and filter. It holds its version, whose address therefore stays its own.
type Sessions = Cache<(usize, String), Arc<Prepared>>;

/// How many prepared sessions are kept.
const SESSIONS_KEPT: usize = 64;

/// See the module.
pub struct Engine {
    pub(super) runtime: Option<tokio::runtime::Runtime>,
    catalogue: Arc<Catalogue>,
    base: Arc<RuntimeEnv>,
    memory: Arc<Shared>,
    limits: Limits,
    permits: Arc<Semaphore>,
    sessions: Arc<Sessions>,
}

/// The session settings that this workload needs.
pub fn session_config(threads: usize) -> SessionConfig {
    let mut config = SessionConfig::new().with_target_partitions(threads).with_information_schema(false);
    let options = config.options_mut();
    // A semi-join that collects its small side keeps the order of events and needs no shuffle.
    options.optimizer.hash_join_single_partition_threshold = 64 << 20;
    options.optimizer.hash_join_single_partition_threshold_rows = 8 << 20;
    options.optimizer.repartition_file_min_size = 1 << 20;
    // A plan that is kept and run again must not depend on what a run before it found. The first of these only speaks for
    // the others where it is set by its name.
    options.optimizer.enable_dynamic_filter_pushdown = false;
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    options.optimizer.enable_join_dynamic_filter_pushdown = false;
    options.optimizer.enable_topk_dynamic_filter_pushdown = false;
    // Who writes SQL is told where it is wrong.
    options.sql_parser.collect_spans = true;
    config
}

impl Engine {
    /// Starts the engine's threads.
    pub fn new(catalogue: Arc<Catalogue>, limits: Limits) -> Result<Self, QueryError> {
        let engine = |error| QueryError::Engine(Box::new(error));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.threads)
            .thread_name("query")
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()
            .map_err(|e| engine(DataFusionError::IoError(e)))?;
        let disk = DiskManagerBuilder::default().with_mode(
            datafusion::execution::disk_manager::DiskManagerMode::Directories(vec![limits.spill_folder.clone()]),
        );
        let base = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(disk.with_max_temp_directory_size(limits.spill_mb << 20))
            .build_arc()
            .map_err(engine)?;
        let permits = Arc::new(Semaphore::new(limits.parallel));
        let memory = Shared::new(limits.pool_mb);
        let sessions = Arc::new(Sessions::new(SESSIONS_KEPT));
        Ok(Self { runtime: Some(runtime), catalogue, base, memory, limits, permits, sessions })
    }

    /// The questions that it knows.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Its limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Queries that could start right now.
    pub fn free_places(&self) -> usize {
        self.permits.available_permits()
    }

    /// Answers a catalogued question.
    pub async fn run(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        query: &Query,
        parameters: &BTreeMap<String, String>,
        extent: Extent,
    ) -> Result<Frame, QueryError> {
        self.execute(snapshot, filter, self.task(query, parameters, extent)?).await
    }

    /// Answers several catalogued questions without parameters: as many at once as there are free places, and one after
    /// the other where there is but one. Only for the first place it waits.
    pub async fn run_all(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        queries: &[&Query],
        extent: Extent,
    ) -> Result<Vec<Frame>, QueryError> {
        let questions: Vec<_> = queries.iter().map(|query| (*query, BTreeMap::new())).collect();
        self.run_each(snapshot, filter, &questions, extent).await
    }

    /// The same with parameters of their own.
    pub async fn run_each(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        questions: &[(&Query, BTreeMap<String, String>)],
        extent: Extent,
    ) -> Result<Vec<Frame>, QueryError> {
        let task = |(query, parameters): &(&Query, BTreeMap<String, String>)| self.task(query, parameters, extent);
        let tasks: Vec<Task> = questions.iter().map(task).collect::<Result<_, _>>()?;
        let free = std::iter::from_fn(|| Arc::clone(&self.permits).try_acquire_owned().ok());
        let places: Vec<Place> =
            std::iter::once(self.place().await?).chain(free.take(tasks.len().saturating_sub(1))).collect();
        let waiting = Mutex::new(tasks.into_iter().enumerate());
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = |mut place: Place| async move {
            let mut frames = Vec::new();
            while let Some((at, task)) = next() {
                let (frame, kept) = self.execute_in(place, snapshot, filter, task).await?;
                frames.push((at, frame));
                place = kept;
            }
            Ok(frames)
        };
        let mut frames: Vec<(usize, Frame)> =
            try_join_all(places.into_iter().map(work)).await?.into_iter().flatten().collect();
        frames.sort_by_key(|(at, _)| *at);
        Ok(frames.into_iter().map(|(_, frame)| frame).collect())
    }

    /// Answers a question in free SQL, read-only.
    pub async fn run_sql(&self, snapshot: &Arc<Snapshot>, filter: &Filter, sql: &str) -> Result<Frame, QueryError> {
        const LONGEST: usize = 64 << 10;
        if sql.len() > LONGEST {
            return Err(QueryError::Sql {
                what: format!("the SQL is longer than {LONGEST} bytes"),
                hint: "split it into several questions".to_owned(),
                at: None,
            });
        }
        let task =
            Task { asked: Question::Free { sql: sql.to_owned() }, kinds: None, most_rows: Some(self.limits.rows) };
        self.execute(snapshot, filter, task).await
    }

    pub(super) fn task(
        &self,
        query: &Query,
        parameters: &BTreeMap<String, String>,
        extent: Extent,
    ) -> Result<Task, QueryError> {
        let values = bind(query, parameters)?;
        let kinds: Vec<Kind> = query.columns.iter().map(|(_, kind)| *kind).collect();
        let most_rows = match extent {
            Extent::Whole => None,
            Extent::Limited => Some(self.limits.rows),
        };
        Ok(Task { asked: Question::Catalogued { sql: query.sql.clone(), values }, kinds: Some(kinds), most_rows })
    }

    /// Waits for a place in which a query may run.
    pub(super) async fn place(&self) -> Result<Place, QueryError> {
        let waiting = Duration::from_secs(self.limits.queue_seconds);
        tokio::time::timeout(waiting, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| QueryError::Busy { seconds: self.limits.queue_seconds })?
            .map_err(|_| QueryError::Gone)
    }

    pub(super) async fn execute(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        task: Task,
    ) -> Result<Frame, QueryError> {
        Ok(self.execute_in(self.place().await?, snapshot, filter, task).await?.0)
    }

    /// Runs in a place that the asker has, and gives it back for the next question.
    async fn execute_in(
        &self,
        place: Place,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        task: Task,
    ) -> Result<(Frame, Place), QueryError> {
        self.work_in(place, self.work(snapshot, filter).answer(task)).await
    }

    /// Works on the engine's threads within the time limit.
    pub(super) async fn work_in<T: Send + 'static>(
        &self,
        place: Place,
        work: impl Future<Output = Result<T, QueryError>> + Send + 'static,
    ) -> Result<(T, Place), QueryError> {
        let runtime = self.runtime.as_ref().ok_or(QueryError::Gone)?;
        // The place goes with the work: it is held until that has really ended, not only until the asker stopped waiting.
        let running = runtime.spawn(async move { (work.await, place) });
        let abort = AbortOnDrop(running.abort_handle());
        let seconds = self.limits.seconds;
        let answer = tokio::time::timeout(Duration::from_secs(seconds), running).await;
        drop(abort);
        match answer {
            Err(_) => Err(QueryError::TimeLimit { seconds }),
            Ok(Err(_)) => Err(QueryError::Gone),
            Ok(Ok((answer, place))) => Ok((answer?, place)),
        }
    }
}

impl Engine {
    pub(super) fn work(&self, snapshot: &Arc<Snapshot>, filter: &Filter) -> Work {
        Work {
            snapshot: Arc::clone(snapshot),
            filter: filter.clone().canonical(),
            catalogue: Arc::clone(&self.catalogue),
            sessions: Arc::clone(&self.sessions),
            base: Arc::clone(&self.base),
            memory: Arc::clone(&self.memory),
            limits: self.limits.clone(),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Dropping a runtime inside another one blocks; giving it away does not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A question that is ready to run.
pub(super) struct Task {
    /// What is asked.
    pub asked: Question,
    /// Units of the columns, where they are known.
    pub kinds: Option<Vec<Kind>>,
    /// After so many rows the answer is cut; without it, it is whole.
    pub most_rows: Option<usize>,
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Everything that a question needs on the engine's threads.
pub(super) struct Work {
    snapshot: Arc<Snapshot>,
    filter: Filter,
    catalogue: Arc<Catalogue>,
    sessions: Arc<Sessions>,
    base: Arc<RuntimeEnv>,
    memory: Arc<Shared>,
    pub limits: Limits,
}

impl Work {
    async fn answer(self, task: Task) -> Result<Frame, QueryError> {
        let fault = |error| QueryError::from_engine(error, &self.limits);
        let rows = self.rows(task.asked, task.most_rows).await?;
        let schema = rows.schema();
        let (batches, truncated) = gather(rows, task.most_rows, &self.limits).await?;
        let mut frame = Frame::new(&schema, &batches, task.kinds.as_deref()).map_err(fault)?;
        frame.truncated = truncated;
        Ok(frame)
    }

    /// Begins to compute the rows of the answer; where only so many are wanted, it stops one row after them.
    pub async fn rows(
        &self,
        asked: Question,
        most_rows: Option<usize>,
    ) -> Result<SendableRecordBatchStream, QueryError> {
        let fault = |error| QueryError::from_engine(error, &self.limits);
        let prepared = self.session().await?;
        let plan = prepared.plan(asked, most_rows).await.map_err(|error| match error {
            Refused::Engine(error) => fault(error),
            Refused::Unbounded { what, hint } => QueryError::Sql { what, hint: hint.to_owned(), at: None },
        })?;
        let context = prepared.context(self.own_memory().map_err(fault)?);
        execute_stream(plan, context).map_err(fault)
    }

    /// Memory of the query's own, over the shared caches and disk.
    fn own_memory(&self) -> Result<Arc<RuntimeEnv>, DataFusionError> {
        let pool = self.memory.pool(self.limits.memory_mb);
        RuntimeEnvBuilder::from_runtime_env(&self.base).with_memory_pool(pool).build_arc()
    }

    /// The prepared session of this version and filter; of several that need it at once, one makes it.
    async fn session(&self) -> Result<Arc<Prepared>, QueryError> {
        let key = (Arc::as_ptr(&self.snapshot) as usize, self.filter.to_string());
        self.sessions.get_or_insert_async(&key, self.prepared()).await
    }

    async fn prepared(&self) -> Result<Arc<Prepared>, QueryError> {
        let fault = |error| QueryError::from_engine(error, &self.limits);
        let set = self.narrow().await?;
        let context = self.context().map_err(fault)?;
        self.snapshot.register(&context, set.as_ref()).map_err(fault)?;
        let state = views::register(context.state(), self.catalogue.views(), &self.snapshot)
            .await
            .map_err(|(_, error)| fault(error))?;
        Ok(Arc::new(Prepared::new(Arc::clone(&self.snapshot), state)))
    }

    async fn narrow(&self) -> Result<Option<Arc<NumberSet>>, QueryError> {
        if self.filter.is_empty() {
            return Ok(None);
        }
        let fault = |error| QueryError::from_engine(error, &self.limits);
        let context = self.context().map_err(fault)?;
        self.snapshot.register(&context, None).map_err(fault)?;
        let set = case_set(&context, &self.snapshot, &self.filter).await?.map_err(fault)?;
        Ok(Some(Arc::new(set)))
    }

    fn context(&self) -> Result<SessionContext, DataFusionError> {
        let context = SessionContext::new_with_config_rt(session_config(self.limits.threads), self.own_memory()?);
        // Tables made of thin air have no bound but the clock.
        for endless in ["generate_series", "range"] {
            context.deregister_udtf(endless);
        }
        Ok(context)
    }
}
