//! From a question to a plan; what free SQL may not do is refused here, before anything is computed.

use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, ParamValues};
use datafusion::error::DataFusionError;
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::execution::session_state::SessionState;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlan, col, lit};
use std::collections::HashMap;

/// What is to be computed.
pub enum Question {
    /// A question of the catalogue, with its parameters.
    Catalogued {
        /// Its SQL.
        sql: String,
        /// Its parameters.
        values: HashMap<String, ScalarAndMetadata>,
    },
    /// What a person wrote.
    Free {
        /// The SQL.
        sql: String,
    },
    /// Columns of a view.
    Columns {
        /// The view.
        view: String,
        /// The columns.
        names: Vec<Expr>,
        /// The columns that order the rows; without any they come as they are read.
        order: Vec<String>,
    },
    /// The values of a column of a view, the most frequent first, as `value` and `rows`.
    Counts {
        /// The view.
        view: String,
        /// The column.
        name: String,
        /// So many values at most.
        most: usize,
    },
}

/// Why there is no plan.
pub enum Refused {
    /// The engine says so.
    Engine(DataFusionError),
    /// It could not be held within limits.
    Unbounded {
        /// What is not allowed.
        what: String,
        /// What is.
        hint: &'static str,
    },
}

impl From<DataFusionError> for Refused {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

/// Functions that make much out of nothing, in one piece: neither pool, clock nor limit sees it before it is there.
const BOUNDLESS: [&str; 8] =
    ["generate_series", "range", "repeat", "array_repeat", "array_resize", "lpad", "rpad", "periods"];

/// Whether a text calls none of these functions, as far as words tell.
pub fn is_bounded(sql: &str) -> bool {
    let words = sql.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    words.into_iter().all(|word| !BOUNDLESS.iter().any(|name| word.eq_ignore_ascii_case(name)))
}

/// The plan of a question, not yet optimised.
pub async fn plan(state: &SessionState, asked: Question) -> Result<LogicalPlan, Refused> {
    match asked {
        Question::Catalogued { sql, values } => {
            let plan = state.create_logical_plan(&sql).await?;
            Ok(plan.with_param_values(ParamValues::Map(values))?)
        }
        Question::Free { sql } => {
            let plan = state.create_logical_plan(&sql).await?;
            let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
            read_only.verify_plan(&plan)?;
            // The optimiser computes what is constant, so this comes before it.
            refuse_unbounded(&plan)?;
            Ok(plan)
        }
        Question::Columns { view, names, order } => {
            let context = SessionContext::new_with_state(state.clone());
            let by = |name: String| Expr::Column(Column::new_unqualified(name)).sort(true, true);
            let mut rows = context.table(view).await?;
            if !order.is_empty() {
                rows = rows.sort(order.into_iter().map(by).collect())?;
            }
            Ok(rows.select(names)?.into_unoptimized_plan())
        }
        Question::Counts { view, name, most } => {
            let context = SessionContext::new_with_state(state.clone());
            let value = Expr::Column(Column::new_unqualified(name)).alias("value");
            let rows = context.table(view).await?.select(vec![value])?;
            let counted = rows.aggregate(vec![col("value")], vec![count(lit(1)).alias("rows")])?;
            let ordered = counted.sort(vec![col("rows").sort(false, false), col("value").sort(true, true)])?;
            Ok(ordered.limit(0, Some(most))?.into_unoptimized_plan())
        }
    }
}

/// Plans that no memory pool or clock can hold, and those that would show where files lie.
fn refuse_unbounded(plan: &LogicalPlan) -> Result<(), Refused> {
    let mut refused = None;
    plan.apply_with_subqueries(|node| {
        refused = match node {
            LogicalPlan::RecursiveQuery(_) => Some("recursive queries are not allowed".to_owned()),
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => Some("EXPLAIN is not allowed".to_owned()),
            LogicalPlan::DescribeTable(_) => {
                Some("DESCRIBE is not allowed; the columns are in ARCHITECTURE.md".to_owned())
            }
            node => boundless_function(node)?.map(|name| format!("the function {name} is not allowed")),
        };
        Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    let hint = "ask with a plain SELECT over the tables events, cases and variants";
    refused.map_or(Ok(()), |what| Err(Refused::Unbounded { what, hint }))
}

/// The first such function in the expressions of a node.
fn boundless_function(node: &LogicalPlan) -> Result<Option<String>, DataFusionError> {
    let mut found = None;
    node.apply_expressions(|expression| {
        expression.apply(|part| {
            if let Expr::ScalarFunction(call) = part
                && BOUNDLESS.contains(&call.func.name())
            {
                found = Some(call.func.name().to_owned());
                return Ok(TreeNodeRecursion::Stop);
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}
