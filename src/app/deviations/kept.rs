//! Judgements are kept as long as they are asked for: one for each log version and model, made once however many ask for it
//! at the same time. What was decided meanwhile is put beside them anew.

use super::judge::Judged;
use super::ledger::decided;
use crate::app::official::InForce;
use crate::app::{App, AppError, Asked, Target};
use crate::query::{Query, Snapshot};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::pin::Pin;
use std::sync::{Arc, Weak};

/// How many bytes of judgements are kept, about.
const KEPT_BYTES: u64 = 256 << 20;
/// The newest one is kept however large it is: none counts for more. (The cache takes nothing that is nearly as large as one
/// of its parts, of which there may be two.)
const MOST: u64 = KEPT_BYTES / 4;
/// A guess that only sizes the tables of the cache.
const KEPT: usize = 64;

/// The log version and the model.
type Key = (String, String);

/// A judgement that is being made.
type Making<'a> = Pin<Box<dyn Future<Output = Result<Arc<Judged>, AppError>> + Send + 'a>>;

/// A version with the decisions of some moment.
type Taken = (i64, Arc<Snapshot>);

#[derive(Debug, Clone)]
struct ByCases;

impl Weighter<Key, Arc<Judged>> for ByCases {
    fn weight(&self, _: &Key, judged: &Arc<Judged>) -> u64 {
        judged.bytes().min(MOST)
    }
}

/// What its tables hold of a judgement is about what the judgement itself does.
impl Weighter<Key, (Taken, u64)> for ByCases {
    fn weight(&self, _: &Key, (_, bytes): &(Taken, u64)) -> u64 {
        (*bytes).min(MOST)
    }
}

/// See the module.
pub struct KeptJudgements {
    judged: Cache<Key, Arc<Judged>, ByCases>,
    /// By the same key: how far the ledger had come, and the version as it was then.
    snapshots: Cache<Key, (Taken, u64), ByCases>,
}

impl Default for KeptJudgements {
    fn default() -> Self {
        Self {
            judged: Cache::with_weighter(KEPT, KEPT_BYTES, ByCases),
            snapshots: Cache::with_weighter(KEPT, KEPT_BYTES, ByCases),
        }
    }
}

impl App {
    /// A log version held against an official flow: kept, or made now.
    pub(super) async fn judged(&self, asked: &Asked, in_force: &InForce) -> Result<Arc<Judged>, AppError> {
        let key = (asked.target.directory.clone(), in_force.key());
        if let Some(judged) = self.judgements.judged.get(&key) {
            return Ok(judged);
        }
        let Some(app) = self.own.get().and_then(Weak::upgrade) else {
            return self.judged_once(asked, in_force, key).await;
        };
        // Whoever asks may give up waiting; what has been begun is finished, so that the next one need not wait as long.
        let (asked, in_force) = (asked.clone(), in_force.clone());
        let work = async move { app.judged_once(&asked, &in_force, key).await };
        tokio::spawn(work).await.map_err(|error| AppError::Internal(error.to_string()))?
    }

    /// Judging asks questions itself, but none that is about judgements. Boxed, so that its type does not hold itself.
    fn judged_once<'a>(&'a self, asked: &'a Asked, in_force: &'a InForce, key: Key) -> Making<'a> {
        let make = move || async move { Ok::<_, AppError>(Arc::new(self.judge(asked, in_force).await?)) };
        Box::pin(async move { self.judgements.judged.get_or_insert_async(&key, make()).await })
    }

    /// From now on, judgements that were begun are finished and kept even where nobody waits for them any more: for servers,
    /// whose requests have a time limit.
    pub fn finish_judgements(self: &Arc<Self>) {
        let _ = self.own.set(Arc::downgrade(self));
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
        let snapshots = &self.judgements.snapshots;
        let known = snapshots.get(&key).filter(|((of, _), _)| *of == decisions).map(|((_, snapshot), _)| snapshot);
        let snapshot = match known {
            Some(snapshot) => snapshot,
            None => {
                let ledger = decided(&self.ledger(&asked.target.flow)?);
                let made = Arc::new(asked.target.snapshot.held_against(&judged.judgement, &ledger)?);
                snapshots.insert(key, ((decisions, Arc::clone(&made)), judged.bytes()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::import_tests::{app, csv, request};
    use crate::app::{ImportRequest, OfficialModel, SourceFile};
    use crate::ingest::Progress;
    use crate::model::filter::Filter;
    use std::time::Duration;

    #[test]
    fn the_largest_judgement_is_kept_too() {
        let kept: Cache<Key, (Taken, u64), ByCases> = Cache::with_weighter(KEPT, KEPT_BYTES, ByCases);
        let snapshot = Arc::new(Snapshot::empty().unwrap());
        for at in 0..8 {
            let key = (at.to_string(), String::new());
            kept.insert(key.clone(), ((at, Arc::clone(&snapshot)), u64::MAX));
            assert!(kept.get(&key).is_some(), "{at}");
        }
        assert!(kept.weight() <= KEPT_BYTES);
    }

    #[test]
    fn what_was_begun_is_finished_though_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder.path().join("data"));
        app.finish_judgements();
        let path = folder.path().join("log.csv");
        std::fs::write(&path, csv("a")).unwrap();
        let files = vec![SourceFile { path, name: "log.csv".to_owned() }];
        app.import(&ImportRequest { files, ..request(false) }, &Progress::default()).unwrap();
        let asked = Asked { target: app.target("orders").unwrap(), filter: Filter::default() };
        let model = OfficialModel::read("f.yaml", b"steps: {Begin: {}, End: {}}\npath: [Begin, End]\n").unwrap();
        let in_force = InForce::only(Arc::new(model));
        let is_kept = || app.judgements.judged.iter().next().is_some();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // As a request whose time is over as soon as it has begun.
            let given_up = tokio::time::timeout(Duration::ZERO, app.judged(&asked, &in_force)).await;
            assert!(given_up.is_err() || is_kept());
            for _ in 0..600 {
                if is_kept() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            panic!("the judgement was lost");
        });
    }
}
