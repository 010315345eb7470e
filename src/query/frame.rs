//! A result with units: the one shape from which JSON, CSV, charts and pages are made. Arrow stays inside `query`.

use crate::model::kind::Kind;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;
use serde::{Serialize, Serializer};

/// The values of a column; `None` is "no data".
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// True or false.
    Boolean(Vec<Option<bool>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<String>>),
    /// Texts in order.
    List(Vec<Option<Vec<String>>>),
    /// Microseconds since 1970 UTC.
    Time(Vec<Option<i64>>),
    /// Days since 1970.
    Date(Vec<Option<i32>>),
}

/// A named column with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub kind: Kind,
    /// Its values.
    pub values: Values,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// The columns, all of the same length.
    pub columns: Vec<Column>,
    /// Number of rows.
    pub rows: usize,
    /// Whether rows were left out because of the limit.
    pub truncated: bool,
}

impl Frame {
    /// Takes over the engine's result; `kinds` are known for catalogued queries, else they follow from the types.
    pub(super) fn new(
        schema: &datafusion::arrow::datatypes::Schema,
        batches: &[RecordBatch],
        kinds: Option<&[Kind]>,
    ) -> Result<Self> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let mut columns = Vec::with_capacity(schema.fields().len());
        for (at, field) in schema.fields().iter().enumerate() {
            let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(at).as_ref()).collect();
            let values = match parts.as_slice() {
                [] => values_of(&datafusion::arrow::array::new_empty_array(field.data_type()))?,
                [one] => values_of(&one.slice(0, one.len()))?,
                several => values_of(&concat(several)?)?,
            };
            let kind = kinds.map_or_else(|| kind_of(field.name(), &values), |kinds| kinds[at]);
            columns.push(Column { name: field.name().clone(), kind, values });
        }
        Ok(Self { columns, rows, truncated: false })
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A whole number, if the cell has one.
    pub fn integer(&self, name: &str, row: usize) -> Option<i64> {
        match &self.column(name)?.values {
            Values::Integer(values) | Values::Time(values) => *values.get(row)?,
            Values::Number(values) => values.get(row)?.map(|value| value as i64),
            _ => None,
        }
    }

    /// A number, if the cell has one.
    pub fn number(&self, name: &str, row: usize) -> Option<f64> {
        match &self.column(name)?.values {
            Values::Number(values) => *values.get(row)?,
            Values::Integer(values) => values.get(row)?.map(|value| value as f64),
            _ => None,
        }
    }

    /// A day since 1970, if the cell has one.
    pub fn day(&self, name: &str, row: usize) -> Option<i32> {
        match &self.column(name)?.values {
            Values::Date(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// A text, if the cell has one.
    pub fn text(&self, name: &str, row: usize) -> Option<&str> {
        match &self.column(name)?.values {
            Values::Text(values) => values.get(row)?.as_deref(),
            _ => None,
        }
    }

    /// Texts in order, if the cell has them.
    pub fn list(&self, name: &str, row: usize) -> Option<&[String]> {
        match &self.column(name)?.values {
            Values::List(values) => values.get(row)?.as_deref(),
            _ => None,
        }
    }

    /// A cell as JSON.
    pub fn json(&self, column: usize, row: usize) -> serde_json::Value {
        use serde_json::Value;
        match &self.columns[column].values {
            Values::Boolean(values) => values[row].map_or(Value::Null, Value::from),
            Values::Integer(values) => values[row].map_or(Value::Null, Value::from),
            Values::Number(values) => values[row].map_or(Value::Null, Value::from),
            Values::Text(values) => values[row].clone().map_or(Value::Null, Value::from),
            Values::List(values) => values[row].clone().map_or(Value::Null, Value::from),
            Values::Time(values) => values[row].map(crate::model::time::rfc3339).map_or(Value::Null, Value::from),
            Values::Date(values) => values[row].map(day).map_or(Value::Null, Value::from),
        }
    }

    /// Writes all rows as JSON arrays in the order of the columns, one by one: a large answer is never held twice.
    pub fn serialize_rows<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.rows).map(|row| Row { frame: self, row }))
    }

    /// A cell as text for a table or a CSV file; empty for "no data".
    pub fn plain(&self, column: usize, row: usize) -> String {
        match self.json(column, row) {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text,
            serde_json::Value::Array(items) => {
                let texts: Vec<&str> = items.iter().filter_map(serde_json::Value::as_str).collect();
                texts.join(" > ")
            }
            other => other.to_string(),
        }
    }

    /// The frame as CSV with a header.
    pub fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name.as_str()))?;
        for row in 0..self.rows {
            writer.write_record((0..self.columns.len()).map(|column| self.plain(column, row)))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A row of a frame, to be written.
struct Row<'a> {
    frame: &'a Frame,
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.frame.columns.len()).map(|column| self.frame.json(column, self.row)))
    }
}

fn day(days: i32) -> String {
    let date = chrono::NaiveDate::from_ymd_opt(1970, 1, 1)
        .and_then(|epoch| epoch.checked_add_signed(chrono::TimeDelta::try_days(i64::from(days))?));
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn values_of(array: &ArrayRef) -> Result<Values> {
    Ok(match array.data_type() {
        DataType::Boolean => Values::Boolean(array.as_boolean().iter().collect()),
        kind if kind.is_integer() => {
            Values::Integer(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().iter().collect())
        }
        kind if kind.is_floating() || matches!(kind, DataType::Decimal128(..) | DataType::Decimal256(..)) => {
            let numbers = cast(array, &DataType::Float64)?;
            // JSON has no word for what is no number: it is no data.
            let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
            Values::Number(numbers.as_primitive::<Float64Type>().iter().map(finite).collect())
        }
        DataType::Date32 | DataType::Date64 => {
            Values::Date(cast(array, &DataType::Date32)?.as_primitive::<Date32Type>().iter().collect())
        }
        DataType::Timestamp(_, zone) => {
            let micros = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
            Values::Time(micros.as_primitive::<TimestampMicrosecondType>().iter().collect())
        }
        DataType::List(_) | DataType::LargeList(_) => {
            let text = cast(
                array,
                &DataType::List(std::sync::Arc::new(datafusion::arrow::datatypes::Field::new(
                    "item",
                    DataType::Utf8,
                    true,
                ))),
            )?;
            let item = |cell: Option<ArrayRef>| {
                cell.map(|cell| cell.as_string::<i32>().iter().map(|t| t.unwrap_or_default().to_owned()).collect())
            };
            Values::List(text.as_list::<i32>().iter().map(item).collect())
        }
        DataType::Null => Values::Text(vec![None; array.len()]),
        _ => {
            let text = cast(array, &DataType::Utf8)?;
            Values::Text(text.as_string::<i32>().iter().map(|cell| cell.map(str::to_owned)).collect())
        }
    })
}

/// Of free SQL only names and types are known; names end in their unit, as everywhere here.
fn kind_of(name: &str, values: &Values) -> Kind {
    match values {
        Values::Number(_) if name.ends_with("_s") => Kind::DurationS,
        Values::Number(_) if name == "share" || name.ends_with("_share") => Kind::Share,
        Values::Boolean(_) => Kind::Boolean,
        Values::Integer(_) => Kind::Count,
        Values::Number(_) => Kind::Number,
        Values::Text(_) => Kind::Category,
        Values::List(_) => Kind::List,
        Values::Time(_) => Kind::Timestamp,
        Values::Date(_) => Kind::Date,
    }
}
