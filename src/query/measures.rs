//! The columns `cost`, `automated` and `currency` of the view of events, made from those columns of the log that hold
//! them.

use crate::model::measure::{BY_PERSON, BY_PROGRAM, Measure};
use crate::model::tables::{AttributeColumn, AttributeType};
use crate::query::snapshot::Snapshot;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::error::Result;
use datafusion::functions::expr_fn::{btrim, coalesce, lower};
use datafusion::logical_expr::{Expr, cast, lit, when};

/// How a measure is computed from the stored columns; `None` where the log does not say it.
pub fn expression(snapshot: &Snapshot, measure: Measure) -> Result<Option<Expr>> {
    let columns = snapshot.measured_by(measure);
    let mut parts = columns.into_iter().map(|column| part(column, measure)).collect::<Result<Vec<_>>>()?;
    if let (true, Some(currency)) = (measure == Measure::Currency, &snapshot.manifest.currency) {
        parts.push(lit(currency.as_str()));
    }
    Ok(match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(coalesce(parts)),
    })
}

fn part(attribute: &AttributeColumn, measure: Measure) -> Result<Expr> {
    let column = || Expr::Column(Column::new_unqualified(attribute.column.clone()));
    let words = |list: &[&str]| list.iter().map(|word| lit(*word)).collect::<Vec<_>>();
    Ok(match (measure, attribute.kind) {
        (Measure::Cost, _) => cast(column(), DataType::Float64),
        (Measure::Currency, _) => cast(column(), DataType::Utf8),
        (Measure::Automated, AttributeType::Boolean) => column(),
        // Whole numbers other than 0 and 1 say nothing.
        (Measure::Automated, AttributeType::Integer) => {
            when(column().eq(lit(1_i64)), lit(true)).when(column().eq(lit(0_i64)), lit(false)).end()?
        }
        (Measure::Automated, _) => {
            let word = || lower(btrim(vec![cast(column(), DataType::Utf8)]));
            let by_program = word().in_list(words(BY_PROGRAM), false);
            when(by_program, lit(true)).when(word().in_list(words(BY_PERSON), false), lit(false)).end()?
        }
    })
}
