//! `week_start(timestamp)`: the Monday (UTC) of the ISO week of an instant, as a date. `date_trunc` and series of
//! timestamps count nanoseconds in 64 bits and so end in 1677 and 2262; logs hold years from 1 to 9999.

use crate::model::time::monday;
use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array};
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The function.
pub fn week_start() -> ScalarUDF {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    ScalarUDF::new_from_impl(WeekStart { signature: Signature::exact(vec![instant], Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WeekStart {
    signature: Signature,
}

impl ScalarUDFImpl for WeekStart {
    fn name(&self) -> &str {
        "week_start"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let instants = args.args[0].to_array(args.number_rows)?;
        let mondays: Date32Array = instants.as_primitive::<TimestampMicrosecondType>().unary(monday);
        Ok(ColumnarValue::Array(Arc::new(mondays) as ArrayRef))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_MICROS, parse};

    #[test]
    fn weeks_begin_on_monday_in_every_year() {
        let check = |instant: &str, expected: &str| {
            let days = parse(expected).unwrap() / DAY_MICROS;
            assert_eq!(i64::from(monday(parse(instant).unwrap())), days, "{instant}");
        };
        check("1970-01-01", "1969-12-29");
        check("2024-01-07T23:59:59.999999Z", "2024-01-01");
        check("2024-01-08", "2024-01-08");
        check("0001-01-01T08:00:00Z", "0001-01-01");
        check("9999-12-31T23:00:00Z", "9999-12-27");
        assert!(monday(i64::MIN) < monday(i64::MAX));
    }
}
