//! A log version held against an official flow: the same tables, and more that the views `conformance`, `deviations` and
//! `promises` are made from. Without a flow they are there, and empty.

use crate::model::judgement::{Decided, Judgement, Promise, Promised};
use crate::query::QueryError;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::datasource::{MemTable, TableProvider};
use datafusion::error::Result;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One row per case, as the session knows it.
pub const CASES: &str = "conformance_rows";
/// One row per case and way of differing.
pub const FOUND: &str = "deviation_rows";
/// One row per way of differing, with what was decided about it.
pub const WAYS: &str = "deviation_ways";

/// One row per promise about time and time that it was to be kept.
pub const PROMISES: &str = "promise_rows";
/// One row per promise about time.
pub const PROMISED: &str = "promise_names";

/// Rows of one batch: so many are worked on at a time.
const BATCH: usize = 1 << 16;

/// The tables, and the ids of the ways of differing by their number.
#[derive(Debug)]
pub struct Tables {
    pub provided: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    pub ids: Vec<String>,
}

/// The tables of a judgement.
pub fn tables(judgement: &Judgement, decided: &[Decided]) -> Result<Tables> {
    let cases = judgement.cases.chunks(BATCH).map(|part| {
        batch(
            case_schema(),
            vec![
                Arc::new(part.iter().map(|row| Some(row.case)).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| Some(row.is_open)).collect::<BooleanArray>()),
                Arc::new(part.iter().map(|row| Some(row.evaluated as i32)).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| row.cost).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| row.worst_cost).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| Some(row.is_doubtful)).collect::<BooleanArray>()),
            ],
        )
    });
    let found = judgement.found.chunks(BATCH).map(|part| {
        batch(
            found_schema(),
            vec![
                Arc::new(part.iter().map(|row| Some(row.case)).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| Some(row.way as i32)).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| Some(row.verdict as i32)).collect::<Int32Array>()),
            ],
        )
    });
    let of = |way: &crate::model::judgement::Way| decided.iter().find(|decided| decided.deviation == way.id);
    let texts = |text: &dyn Fn(&crate::model::judgement::Way) -> Option<String>| -> ArrayRef {
        Arc::new(judgement.ways.iter().map(text).collect::<StringArray>())
    };
    let until: TimestampMicrosecondArray = judgement.ways.iter().map(|way| of(way)?.until).collect();
    let ways = batch(
        way_schema(),
        vec![
            Arc::new((0..judgement.ways.len()).map(|at| Some(at as i32)).collect::<Int32Array>()),
            texts(&|way| Some(way.id.clone())),
            texts(&|way| Some(way.kind.clone())),
            texts(&|way| Some(way.activity.clone())),
            texts(&|way| way.other.clone()),
            texts(&|way| of(way).map(|decided| decided.status.clone())),
            Arc::new(
                judgement.ways.iter().map(|way| Some(of(way).is_some_and(|d| d.is_accepted))).collect::<BooleanArray>(),
            ),
            Arc::new(until.with_timezone("UTC")),
            texts(&|way| of(way)?.owner.clone()),
        ],
    );
    let instants = |part: &[Promise], of: fn(&Promise) -> Option<i64>| -> ArrayRef {
        Arc::new(part.iter().map(of).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let promises = judgement.promises.chunks(BATCH).map(|part| {
        batch(
            promise_schema(),
            vec![
                Arc::new(part.iter().map(|row| Some(row.case)).collect::<Int32Array>()),
                Arc::new(part.iter().map(|row| Some(row.promised as i32)).collect::<Int32Array>()),
                instants(part, |row| row.from),
                instants(part, |row| row.due),
                instants(part, |row| row.done),
                Arc::new(part.iter().map(|row| Some(row.state as i32)).collect::<Int32Array>()),
            ],
        )
    });
    let named = |text: &dyn Fn(&Promised) -> &str| -> ArrayRef {
        Arc::new(judgement.promised.iter().map(|one| Some(text(one))).collect::<StringArray>())
    };
    let promised = batch(
        promised_schema(),
        vec![
            Arc::new((0..judgement.promised.len()).map(|at| Some(at as i32)).collect::<Int32Array>()),
            named(&|one| &one.id),
            named(&|one| &one.activity),
            named(&|one| &one.words),
        ],
    );
    let provided = [
        (CASES, memory(case_schema(), cases.collect::<Result<_>>()?)?),
        (FOUND, memory(found_schema(), found.collect::<Result<_>>()?)?),
        (WAYS, memory(way_schema(), vec![ways?])?),
        (PROMISES, memory(promise_schema(), promises.collect::<Result<_>>()?)?),
        (PROMISED, memory(promised_schema(), vec![promised?])?),
    ];
    Ok(Tables { provided: provided.into(), ids: judgement.ways.iter().map(|way| way.id.clone()).collect() })
}

/// As [`tables`], for those who open versions.
///
/// # Errors
/// `Engine` where the columns do not fit, which would be a fault of the program.
pub fn made(judgement: &Judgement, decided: &[Decided]) -> std::result::Result<Tables, QueryError> {
    tables(judgement, decided).map_err(|error| QueryError::Engine(Box::new(error)))
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn memory(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Arc<dyn TableProvider>> {
    Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
}

fn schema(columns: Vec<(&str, DataType)>) -> SchemaRef {
    Arc::new(Schema::new(columns.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect::<Vec<_>>()))
}

fn case_schema() -> SchemaRef {
    let int = || DataType::Int32;
    schema(vec![
        ("case_idx", int()),
        ("is_open", DataType::Boolean),
        ("evaluated", int()),
        ("cost", int()),
        ("worst_cost", int()),
        ("is_doubtful", DataType::Boolean),
    ])
}

fn found_schema() -> SchemaRef {
    schema(vec![("case_idx", DataType::Int32), ("way_idx", DataType::Int32), ("verdict", DataType::Int32)])
}

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn promise_schema() -> SchemaRef {
    let int = || DataType::Int32;
    schema(vec![
        ("case_idx", int()),
        ("promise_idx", int()),
        ("counts_from", instant()),
        ("due_at", instant()),
        ("done_at", instant()),
        ("state", int()),
    ])
}

fn promised_schema() -> SchemaRef {
    let text = || DataType::Utf8;
    schema(vec![("promise_idx", DataType::Int32), ("promise_id", text()), ("activity", text()), ("words", text())])
}

fn way_schema() -> SchemaRef {
    let text = || DataType::Utf8;
    schema(vec![
        ("way_idx", DataType::Int32),
        ("deviation_id", text()),
        ("kind", text()),
        ("activity", text()),
        ("other", text()),
        ("status", text()),
        ("leaves_rate", DataType::Boolean),
        ("until", instant()),
        ("owner", text()),
    ])
}
