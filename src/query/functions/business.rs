//! `business_seconds(from, to, calendar)`: how long people worked between two instants, in seconds, by a calendar written as
//! definitions of flows write it: `{zone: Europe/Madrid, week: {mon-fri: ["09:00-18:00"]}, holidays: ES}`. Below zero where
//! `to` is the earlier one; null where an instant is missing or lies outside the years from 1900 to 2199. A calendar is read
//! once and then only looked up.

use crate::mining::calendar::WorkTime;
use crate::mining::official::read_calendar;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, PrimitiveArray, StringArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::cast::as_string_array;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// So many calendars are kept, and asked at once; each takes some five megabytes.
const MOST: usize = 16;
/// Sessions come and go, and each asks the same few calendars.
static CALENDARS: LazyLock<Cache<String, Arc<WorkTime>>> = LazyLock::new(|| Cache::new(MOST));

/// The function.
pub fn business_seconds() -> ScalarUDF {
    let instant = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let signature = Signature::exact(vec![instant(), instant(), DataType::Utf8], Volatility::Immutable);
    ScalarUDF::new_from_impl(BusinessSeconds { signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct BusinessSeconds {
    signature: Signature,
}

impl ScalarUDFImpl for BusinessSeconds {
    fn name(&self) -> &str {
        "business_seconds"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = |at: usize| args.args[at].to_array(args.number_rows);
        let (from, to) = (column(0)?, column(1)?);
        let (from, to) = (from.as_primitive(), to.as_primitive());
        let seconds = match &args.args[2] {
            ColumnarValue::Scalar(calendar) => match calendar.try_as_str().flatten() {
                Some(calendar) => {
                    let work = work_time(calendar)?;
                    between(&work, from, to)
                }
                None => Float64Array::new_null(args.number_rows),
            },
            ColumnarValue::Array(calendars) => by_row(as_string_array(calendars)?, from, to)?,
        };
        Ok(ColumnarValue::Array(Arc::new(seconds) as ArrayRef))
    }
}

type Instants = PrimitiveArray<TimestampMicrosecondType>;

/// The calendar, counted.
fn work_time(text: &str) -> Result<Arc<WorkTime>> {
    if let Some(kept) = CALENDARS.get(text) {
        return Ok(kept);
    }
    let fault = |what: String| DataFusionError::Execution(format!("the calendar of business_seconds: {what}"));
    let calendar = read_calendar(text).map_err(|faults| fault(faults.to_string()))?;
    let made = Arc::new(WorkTime::of(&calendar).map_err(|error| fault(error.to_string()))?);
    CALENDARS.insert(text.to_owned(), Arc::clone(&made));
    Ok(made)
}

fn between(work: &WorkTime, from: &Instants, to: &Instants) -> Float64Array {
    let mut is_outside = false;
    let length = |(from, to): (&i64, &i64)| match work.between(*from, *to) {
        Some(micros) => micros as f64 / 1e6,
        None => {
            is_outside = true;
            f64::NAN
        }
    };
    let seconds: Vec<f64> = from.values().iter().zip(to.values()).map(length).collect();
    let mut nulls = NullBuffer::union(from.nulls(), to.nulls());
    if is_outside {
        // Rare: only then it is asked of each row.
        let told: NullBuffer = seconds.iter().map(|seconds| !seconds.is_nan()).collect::<Vec<bool>>().into();
        nulls = NullBuffer::union(nulls.as_ref(), Some(&told));
    }
    Float64Array::new(seconds.into(), nulls)
}

/// Where each row has a calendar of its own.
fn by_row(calendars: &StringArray, from: &Instants, to: &Instants) -> Result<Float64Array> {
    let mut known: BTreeMap<&str, Arc<WorkTime>> = BTreeMap::new();
    let mut seconds = Vec::with_capacity(from.len());
    for row in 0..from.len() {
        if calendars.is_null(row) || from.is_null(row) || to.is_null(row) {
            seconds.push(None);
            continue;
        }
        let text = calendars.value(row);
        if !known.contains_key(text) {
            if known.len() == MOST {
                let what =
                    format!("business_seconds is asked by more than {MOST} calendars at once; ask by fewer of them");
                return Err(DataFusionError::Execution(what));
            }
            known.insert(text, work_time(text)?);
        }
        let length = known.get(text).and_then(|work| work.between(from.value(row), to.value(row)));
        seconds.push(length.map(|micros| micros as f64 / 1e6));
    }
    Ok(Float64Array::from(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse;
    use datafusion::arrow::datatypes::Field;
    use datafusion::common::config::ConfigOptions;
    use datafusion::scalar::ScalarValue;

    fn instants(texts: &[Option<&str>]) -> ColumnarValue {
        let micros: Instants = texts.iter().map(|text| text.map(|text| parse(text).unwrap())).collect();
        ColumnarValue::Array(Arc::new(micros.with_timezone("UTC")))
    }

    fn asked(from: ColumnarValue, to: ColumnarValue, calendar: ColumnarValue, rows: usize) -> Result<Vec<Option<f64>>> {
        let function = business_seconds();
        let args = vec![from, to, calendar];
        let fields = args.iter().map(|arg| Arc::new(Field::new("a", arg.data_type(), true))).collect();
        let answer = function.invoke_with_args(ScalarFunctionArgs {
            args,
            arg_fields: fields,
            number_rows: rows,
            return_field: Arc::new(Field::new("r", DataType::Float64, true)),
            config_options: Arc::new(ConfigOptions::default()),
        })?;
        let array = answer.to_array(rows)?;
        Ok(array.as_primitive::<datafusion::arrow::datatypes::Float64Type>().iter().collect())
    }

    #[test]
    fn business_seconds_of_columns() {
        let from = || instants(&[Some("2026-03-27T16:00:00Z"), None, Some("1850-01-01"), Some("2026-03-30T08:00:00Z")]);
        let to = || {
            instants(&[
                Some("2026-03-30T08:00:00Z"),
                Some("2026-03-30"),
                Some("2026-03-30"),
                Some("2026-03-27T16:00:00Z"),
            ])
        };
        let madrid = "{zone: Europe/Madrid, week: {mon-fri: [\"09:00-18:00\"]}}";
        let scalar = |text: Option<&str>| ColumnarValue::Scalar(ScalarValue::Utf8(text.map(str::to_owned)));
        let expected = [Some(7_200.0), None, None, Some(-7_200.0)];
        assert_eq!(asked(from(), to(), scalar(Some(madrid)), 4).unwrap(), expected);
        assert_eq!(asked(from(), to(), scalar(None), 4).unwrap(), [None; 4]);
        // A calendar in each row: the same, and one that is an hour behind, so that work went on from 17:00 to 18:00 by UTC.
        let london = "{zone: Europe/London, week: {mon-fri: [\"09:00-18:00\"]}}";
        let calendars = StringArray::from(vec![Some(london), Some(madrid), Some(madrid), None]);
        let calendars = ColumnarValue::Array(Arc::new(calendars));
        assert_eq!(asked(from(), to(), calendars, 4).unwrap(), [Some(7_200.0), None, None, None]);
        let offsets = (0..17).map(|minute| format!("{{zone: UTC, week: {{mon: \"09:{minute:02}-23:00\"}}}}"));
        let many = ColumnarValue::Array(Arc::new(StringArray::from_iter_values(offsets)));
        let monday = || instants(&[Some("2026-03-30"); 17]);
        assert!(asked(monday(), monday(), many, 17).unwrap_err().to_string().contains("more than 16 calendars"));
        let wrong = asked(from(), to(), scalar(Some("{zone: Europe/Madrid, week: {mon: [9]}}")), 4).unwrap_err();
        assert!(wrong.to_string().contains("calendar:1:36: `9` are no hours of work"), "{wrong}");
        let empty = asked(from(), to(), scalar(Some("{zone: UTC}")), 4).unwrap_err();
        assert!(empty.to_string().contains("has no `week`"), "{empty}");
    }
}
