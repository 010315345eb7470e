//! The views `events`, `cases` and `variants`: what people and KPIs query. They are made by `queries/views/*.sql` from
//! the stored tables; the log's own attributes are added to them here, because no file can know their names.

use crate::query::catalogue::Query;
use crate::query::snapshot::Snapshot;
use datafusion::common::Column;
use datafusion::datasource::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use std::sync::Arc;

/// Adds the views to a session that has the stored tables. The error names the view.
pub async fn register(
    state: SessionState,
    views: &[Query],
    snapshot: &Snapshot,
) -> Result<SessionState, (String, DataFusionError)> {
    let context = SessionContext::new_with_state(state);
    for view in views {
        let fault = |error| (view.id.clone(), error);
        let name = view.view_name();
        let plan = context.state().create_logical_plan(&view.sql).await.map_err(fault)?;
        let plan = with_attributes(plan, &snapshot.attributes_of(name)).map_err(fault)?;
        let table = ViewTable::new(plan, None);
        context.register_table(name, Arc::new(table)).map_err(fault)?;
    }
    Ok(context.state())
}

/// Appends columns of the table below to the projection on top.
fn with_attributes(plan: LogicalPlan, attributes: &[String]) -> Result<LogicalPlan, DataFusionError> {
    if attributes.is_empty() {
        return Ok(plan);
    }
    match plan {
        LogicalPlan::Projection(projection) => {
            let below = projection.input.schema();
            let find = |name: &String| below.iter().find(|(_, field)| field.name() == name);
            let column = |(table, field): (Option<_>, &Arc<_>)| Expr::Column(Column::from((table, field)));
            let more: Vec<Expr> = attributes.iter().filter_map(find).map(column).collect();
            let expressions = projection.expr.iter().cloned().chain(more);
            LogicalPlanBuilder::from(projection.input.as_ref().clone()).project(expressions)?.build()
        }
        other => Err(DataFusionError::Plan(format!("a view must end in a plain SELECT, not in {}", other.display()))),
    }
}
