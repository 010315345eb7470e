//! Judgements are kept as long as they are asked for: one for each log version and model, made once however many ask for it
//! at the same time. What was decided meanwhile is put beside them anew.

use super::judge::Judged;
use super::ledger::decided;
use crate::app::official::InForce;
use crate::app::{App, AppError, Asked, Target};
use crate::query::{Query, Snapshot};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How many judgements are kept.
const KEPT: usize = 8;

type Key = (String, String);

/// A judgement that is made once.
type Cell = Arc<OnceCell<Arc<Judged>>>;

/// A version with the decisions of some moment.
type Taken = (i64, Arc<Snapshot>);

/// See the module.
#[derive(Default)]
pub struct KeptJudgements {
    judged: Mutex<BTreeMap<Key, Cell>>,
    /// By the same key: how far the ledger had come, and the version as it was then.
    snapshots: Mutex<BTreeMap<Key, Taken>>,
}

impl App {
    /// A log version held against an official flow: kept, or made now.
    pub(super) async fn judged(&self, asked: &Asked, in_force: &InForce) -> Result<Arc<Judged>, AppError> {
        let key = (asked.target.directory.clone(), in_force.key());
        let cell = {
            let mut kept = self.judgements.judged.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT && !kept.contains_key(&key) {
                kept.clear();
            }
            Arc::clone(kept.entry(key).or_default())
        };
        // Judging asks questions itself, but none that is about judgements.
        let make = || async { Ok::<_, AppError>(Arc::new(Box::pin(self.judge(asked, in_force)).await?)) };
        Ok(Arc::clone(cell.get_or_try_init(make).await?))
    }

    /// The same cases in a version whose tables say how they were judged by the flow's newest official flow; as they are
    /// where there is none, or where they say it already.
    ///
    /// # Errors
    /// Those of [`Self::deviations`].
    pub async fn with_judgement(&self, asked: &Asked) -> Result<Asked, AppError> {
        if asked.target.official.is_none() || asked.target.snapshot.is_judged() {
            return Ok(asked.clone());
        }
        self.held_against(asked, &self.in_force(&asked.target.flow, None)?).await
    }

    /// The same cases in a version whose tables say how they were judged by these versions.
    ///
    /// # Errors
    /// Those of [`Self::deviations`].
    pub async fn held_against(&self, asked: &Asked, in_force: &InForce) -> Result<Asked, AppError> {
        let judged = self.judged(asked, in_force).await?;
        let key = (asked.target.directory.clone(), in_force.key());
        let decisions = self.store.catalog.official_state(&asked.target.flow)?.decisions;
        let lock = || self.judgements.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&key).filter(|(of, _)| *of == decisions).map(|(_, snapshot)| Arc::clone(snapshot));
        let snapshot = match known {
            Some(snapshot) => snapshot,
            None => {
                let ledger = decided(&self.ledger(&asked.target.flow)?);
                let made = Arc::new(asked.target.snapshot.held_against(&judged.judgement, &ledger)?);
                let mut kept = lock();
                if kept.len() >= KEPT {
                    kept.clear();
                }
                kept.insert(key, (decisions, Arc::clone(&made)));
                made
            }
        };
        Ok(Asked { target: Target { snapshot, ..asked.target.clone() }, filter: asked.filter.clone() })
    }

    /// The cases as a catalogued question wants them: judged, if it is about that.
    pub(in crate::app) async fn as_wanted(&self, asked: &Asked, query: &Query) -> Result<Asked, AppError> {
        if !query.needs_official_flow() {
            return Ok(asked.clone());
        }
        if asked.target.official.is_none() && !asked.target.snapshot.is_judged() {
            return Err(AppError::NoOfficialFlow { flow: asked.target.flow.clone() });
        }
        self.with_judgement(asked).await
    }
}
