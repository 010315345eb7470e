//! Questions about columns whose names come from the log, so that no file can hold them.

use crate::model::filter::Filter;
use crate::query::QueryError;
use crate::query::engine::{Engine, Task};
use crate::query::frame::Frame;
use crate::query::plan::Question;
use crate::query::snapshot::Snapshot;
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use std::sync::Arc;

impl Engine {
    /// Columns of a view by name, all rows.
    pub async fn columns(
        &self,
        snapshot: &Arc<Snapshot>,
        filter: &Filter,
        view: &str,
        columns: &[String],
        order: &str,
    ) -> Result<Frame, QueryError> {
        let names = columns.iter().map(|name| Expr::Column(Column::new_unqualified(name.clone()))).collect();
        let asked = Question::Columns { view: view.to_owned(), names, order: order.to_owned() };
        self.execute(snapshot, filter, Task { asked, kinds: None, most_rows: None }).await
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
