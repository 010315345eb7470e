//! Questions about columns whose names come from the log, so that no file can hold them.

use crate::model::filter::Filter;
use crate::query::QueryError;
use crate::query::engine::{Engine, Task};
use crate::query::frame::Frame;
use crate::query::plan::Question;
use crate::query::snapshot::Snapshot;
use crate::query::stream::Frames;
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use std::sync::Arc;

pub(super) fn of_columns(view: &str, columns: &[String], order: &[&str]) -> Task {
    let names = columns.iter().map(|name| Expr::Column(Column::new_unqualified(name.clone()))).collect();
    let order = order.iter().map(|name| (*name).to_owned()).collect();
    Task { asked: Question::Columns { view: view.to_owned(), names, order }, kinds: None, most_rows: None }
}

impl Engine {
    /// Columns of a view by name, all rows in the order of a column.
    pub async fn columns(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        view: &str,
        columns: &[String],
        order: &str,
    ) -> Result<Frame, QueryError> {
        let task = of_columns(view, columns, &[order]);
        self.execute(snapshot, filter, task).await
    }

    /// The same, part by part: however many rows there are, only a few of them are in memory.
    pub async fn stream(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        view: &str,
        columns: &[String],
        order: &[&str],
    ) -> Result<Frames, QueryError> {
        self.begin(snapshot, filter, of_columns(view, columns, order)).await
    }

    /// The values of a column of a view, the most frequent first: columns `value` and `rows`.
    pub async fn counts(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        view: &str,
        name: &str,
        most: usize,
    ) -> Result<Frame, QueryError> {
        let asked = Question::Counts { view: view.to_owned(), name: name.to_owned(), most };
        self.execute(snapshot, filter, Task { asked, kinds: None, most_rows: None }).await
    }
}
