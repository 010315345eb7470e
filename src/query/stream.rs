//! Answers part by part, for files that hold more than memory should.

use crate::model::filter::Filter;
use crate::query::QueryError;
use crate::query::engine::{Engine, Task, Work};
use crate::query::frame::Frame;
use crate::query::snapshot::Snapshot;
use futures::TryStreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// So many parts wait to be taken.
const PARTS_WAITING: usize = 2;

/// An answer part by part.
pub struct Frames(Receiver<Result<Frame, QueryError>>);

impl Frames {
    /// The next part, on a thread that may wait; none after the last.
    ///
    /// # Errors
    /// Those of the query.
    pub fn next_part(&mut self) -> Result<Option<Frame>, QueryError> {
        self.0.blocking_recv().transpose()
    }
}

impl Engine {
    /// Begins to answer; the place is held until the last part is taken, or nobody waits for it any more.
    pub(super) async fn begin(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        task: Task,
    ) -> Result<Frames, QueryError> {
        let place = self.place().await?;
        let runtime = self.runtime.as_ref().ok_or(QueryError::Gone)?;
        let work = self.work(snapshot, filter);
        let (sender, receiver) = channel(PARTS_WAITING);
        runtime.spawn(async move {
            let _place = place;
            if let Err(error) = work.send(task, &sender).await {
                // Whoever has gone needs no reason.
                let _ = sender.send(Err(error)).await;
            }
        });
        Ok(Frames(receiver))
    }
}

impl Work {
    /// Sends all rows in parts. The time limit holds for each of them: how long the whole takes is for the taker to say.
    async fn send(self, task: Task, to: &Sender<Result<Frame, QueryError>>) -> Result<(), QueryError> {
        let fault = |error| QueryError::from_engine(error, &self.limits);
        let seconds = self.limits.seconds;
        let late = |_| QueryError::TimeLimit { seconds };
        let limit = Duration::from_secs(seconds);
        let mut batches = self.rows(task.asked, task.most_rows).await?;
        let schema = batches.schema();
        while let Some(batch) = tokio::time::timeout(limit, batches.try_next()).await.map_err(late)?.map_err(fault)? {
            let frame = Frame::new(&schema, &[batch], task.kinds.as_deref()).map_err(fault)?;
            if to.send(Ok(frame)).await.is_err() {
                break;
            }
        }
        Ok(())
    }
}
