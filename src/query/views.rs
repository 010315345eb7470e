//! The views `events`, `cases` and `variants`: what people and KPIs query. They are made by `queries/views/*.sql` from
//! the stored tables; the log's own attributes are added to them here, because no file can know their names.

use crate::model::measure::Measure;
use crate::model::tables;
use crate::query::catalogue::Query;
use crate::query::measures::expression;
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
        let plan = with_columns(plan, snapshot, name).map_err(fault)?;
        let table = ViewTable::new(plan, None);
        context.register_table(name, Arc::new(table)).map_err(fault)?;
    }
    Ok(context.state())
}

/// Puts in the measures of the log, and appends its attributes: columns of the table below the projection on top.
fn with_columns(plan: LogicalPlan, snapshot: &Snapshot, view: &str) -> Result<LogicalPlan, DataFusionError> {
    let attributes = snapshot.attributes_of(view);
    let LogicalPlan::Projection(projection) = plan else {
        if attributes.is_empty() {
            return Ok(plan);
        }
        return Err(DataFusionError::Plan(format!("a view must end in a plain SELECT, not in {}", plan.display())));
    };
    let mut expressions = Vec::with_capacity(projection.expr.len() + attributes.len());
    let mut measured = Vec::new();
    for given in &projection.expr {
        let name = given.schema_name().to_string();
        let measure = Measure::ALL.into_iter().find(|measure| view == tables::EVENTS && measure.name() == name);
        match measure.map(|measure| expression(snapshot, measure)).transpose()?.flatten() {
            Some(made) => {
                expressions.push(made.alias(&name));
                measured.push(name);
            }
            // A log may have an attribute of that name which says something else.
            None if measure.is_some() && attributes.contains(&name) => {}
            None => expressions.push(given.clone()),
        }
    }
    let below = projection.input.schema();
    let find = |name: &&String| below.iter().find(|(_, field)| field.name() == *name);
    let column = |(table, field): (Option<_>, &Arc<_>)| Expr::Column(Column::from((table, field)));
    let more = attributes.iter().filter(|name| !measured.contains(name));
    expressions.extend(more.filter_map(|name| find(&name)).map(column));
    LogicalPlanBuilder::from(projection.input.as_ref().clone()).project(expressions)?.build()
}
