//! A session that is prepared for a version and a filter, with the plans of its questions: to plan takes longer than to
//! compute where a log is small, and the pages ask the same questions again and again.

use crate::query::plan::{Question, Refused, plan};
use crate::query::snapshot::Snapshot;
use datafusion::execution::context::TaskContext;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// How many plans are kept.
const PLANS_KEPT: usize = 128;

/// A plan notes figures about each of its runs; after so many of them it is made anew.
const RUNS: u32 = 64;

/// See the module.
pub struct Prepared {
    /// The files that the tables read are kept as long as the session.
    _snapshot: Arc<Snapshot>,
    state: SessionState,
    plans: Cache<String, Arc<Kept>>,
}

struct Kept {
    plan: Arc<dyn ExecutionPlan>,
    runs: AtomicU32,
}

impl Prepared {
    /// A session in which no question was asked yet.
    pub fn new(snapshot: Arc<Snapshot>, state: SessionState) -> Self {
        Self { _snapshot: snapshot, state, plans: Cache::new(PLANS_KEPT) }
    }

    /// What a run of a plan needs, with memory of its own.
    pub fn context(&self, memory: Arc<RuntimeEnv>) -> Arc<TaskContext> {
        Arc::new(TaskContext::from(&self.state).with_runtime(memory))
    }

    /// The plan of a question that has not run yet. It gives one row more than `most_rows`, to know whether there are
    /// more.
    ///
    /// # Errors
    /// `Refused`, for a question that cannot or may not be answered.
    pub async fn plan(&self, asked: Question, most_rows: Option<usize>) -> Result<Arc<dyn ExecutionPlan>, Refused> {
        let key = key(&asked, most_rows);
        if let Some(plan) = key.as_ref().and_then(|key| self.kept(key)) {
            return Ok(reset_plan_states(plan)?);
        }
        let logical = plan(&self.state, asked).await?;
        let limited = match most_rows {
            Some(most) => LogicalPlanBuilder::from(logical).limit(0, Some(most.saturating_add(1)))?.build()?,
            None => logical,
        };
        let plan = self.state.create_physical_plan(&limited).await?;
        let Some(key) = key else { return Ok(plan) };
        self.plans.insert(key, Arc::new(Kept { plan: Arc::clone(&plan), runs: AtomicU32::new(0) }));
        // The kept one never runs: each run has a copy without a state.
        Ok(reset_plan_states(plan)?)
    }

    fn kept(&self, key: &str) -> Option<Arc<dyn ExecutionPlan>> {
        let kept = self.plans.get(key)?;
        if kept.runs.fetch_add(1, Relaxed) < RUNS {
            return Some(Arc::clone(&kept.plan));
        }
        self.plans.remove(key);
        None
    }
}

/// What tells questions of the catalogue apart; others are asked once.
fn key(asked: &Question, most_rows: Option<usize>) -> Option<String> {
    let Question::Catalogued { sql, values } = asked else { return None };
    let values: BTreeMap<_, _> = values.iter().map(|(name, value)| (name, &value.value)).collect();
    Some(format!("{most_rows:?}\n{values:?}\n{sql}"))
}
