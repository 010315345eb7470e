//! Calendar periods of any year: `period_start(timestamp, grain)` and `period_end(date, grain)` are the first days of a
//! period and of the next one, `periods(date, next, grain)` the first days from one period up to, but without, another.
//! Days, ISO weeks, months, quarters and years, in UTC. Like `week_start` they know years that `date_trunc` does not.

use chrono::{Datelike, Days, Months, NaiveDate};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Date32Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, TimeUnit, TimestampMicrosecondType};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

const DAY_MICROS: i64 = 86_400_000_000;
/// A gap of more years is not filled: a date that is so far off stands for "never", or is a fault.
const LONGEST_GAP_YEARS: i32 = 10;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Grain {
    fn named(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    fn of(argument: &ColumnarValue) -> Result<Self> {
        let name = match argument {
            ColumnarValue::Scalar(value) => value.try_as_str().flatten(),
            ColumnarValue::Array(_) => None,
        };
        let wrong = || DataFusionError::Execution("a period is a day, week, month, quarter or year".to_owned());
        name.and_then(Self::named).ok_or_else(wrong)
    }

    /// The first day of the period in which a day lies.
    fn start(self, day: NaiveDate) -> Option<NaiveDate> {
        let first_of = |month: u32| NaiveDate::from_ymd_opt(day.year(), month, 1);
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => first_of(day.month()),
            Self::Quarter => first_of((day.month0() / 3) * 3 + 1),
            Self::Year => first_of(1),
        }
    }

    /// The first day of the next period; `start` is one of a period.
    fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Quarter => start.checked_add_months(Months::new(3)),
            Self::Year => start.checked_add_months(Months::new(12)),
        }
    }

    /// From one period up to, but without, the next that is known; only the first where there is none or the gap is long.
    fn series(self, from: NaiveDate, next: Option<NaiveDate>) -> Vec<NaiveDate> {
        let near = next.filter(|next| {
            let last = from.checked_add_months(Months::new(12 * LONGEST_GAP_YEARS.unsigned_abs()));
            last.is_some_and(|last| *next <= last)
        });
        let Some(end) = near else { return vec![from] };
        std::iter::successors(Some(from), |start| self.next(*start)).take_while(|start| *start < end).collect()
    }
}

/// The first day of the period after the one that begins on this day, both as ISO dates.
pub fn period_after(start: &str, grain: &str) -> Option<String> {
    Some(Grain::named(grain)?.next(start.parse().ok()?)?.to_string())
}

fn date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}

fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The functions.
pub fn periods() -> [ScalarUDF; 3] {
    let exact = |types: Vec<DataType>| Signature::exact(types, Volatility::Immutable);
    let (text, date) = (|| DataType::Utf8, || DataType::Date32);
    [
        ScalarUDF::new_from_impl(Function { what: What::Start, signature: exact(vec![instant(), text()]) }),
        ScalarUDF::new_from_impl(Function { what: What::End, signature: exact(vec![date(), text()]) }),
        ScalarUDF::new_from_impl(Function { what: What::Series, signature: exact(vec![date(), date(), text()]) }),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Start,
    End,
    Series,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function {
    what: What,
    signature: Signature,
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        match self.what {
            What::Start => "period_start",
            What::End => "period_end",
            What::Series => "periods",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.what {
            What::Start | What::End => DataType::Date32,
            What::Series => DataType::List(Arc::new(Field::new_list_field(DataType::Date32, true))),
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let grain = Grain::of(&args.args[args.args.len() - 1])?;
        let column = |at: usize| args.args[at].to_array(args.number_rows);
        let array: ArrayRef = match self.what {
            What::Start => {
                let instants = column(0)?;
                let start = |micros: i64| {
                    let day = i32::try_from(micros.div_euclid(DAY_MICROS)).ok().and_then(date)?;
                    grain.start(day).map(days)
                };
                let instants = instants.as_primitive::<TimestampMicrosecondType>().iter();
                Arc::new(instants.map(|micros| micros.and_then(start)).collect::<Date32Array>())
            }
            What::End => {
                let starts = column(0)?;
                let next = |start: i32| grain.next(date(start)?).map(days);
                let starts = starts.as_primitive::<Date32Type>().iter();
                Arc::new(starts.map(|start| start.and_then(next)).collect::<Date32Array>())
            }
            What::Series => series(grain, &column(0)?, &column(1)?),
        };
        Ok(ColumnarValue::Array(array))
    }
}

fn series(grain: Grain, from: &dyn Array, next: &dyn Array) -> ArrayRef {
    let mut lists = ListBuilder::new(Date32Builder::new());
    let (from, next) = (from.as_primitive::<Date32Type>(), next.as_primitive::<Date32Type>());
    for (from, next) in from.iter().zip(next) {
        let Some(from) = from.and_then(date) else {
            lists.append_null();
            continue;
        };
        for start in grain.series(from, next.and_then(date)) {
            lists.values().append_value(days(start));
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_and_end_with_the_calendar() {
        let check = |grain: Grain, within: &str, start: &str, next: &str| {
            let found = grain.start(day(within)).unwrap();
            assert_eq!((found, grain.next(found).unwrap()), (day(start), day(next)), "{grain:?} {within}");
        };
        check(Grain::Day, "2024-02-29", "2024-02-29", "2024-03-01");
        check(Grain::Week, "2024-01-07", "2024-01-01", "2024-01-08");
        check(Grain::Week, "1970-01-01", "1969-12-29", "1970-01-05");
        check(Grain::Month, "2024-12-31", "2024-12-01", "2025-01-01");
        check(Grain::Quarter, "2024-06-30", "2024-04-01", "2024-07-01");
        check(Grain::Quarter, "2024-10-01", "2024-10-01", "2025-01-01");
        check(Grain::Year, "9999-12-31", "9999-01-01", "+10000-01-01");
        check(Grain::Year, "0001-01-01", "0001-01-01", "0002-01-01");
    }

    #[test]
    fn gaps_are_filled_unless_they_are_long() {
        let starts = |from: &str, next: Option<&str>| Grain::Month.series(day(from), next.map(day)).len();
        assert_eq!(starts("2024-01-01", Some("2024-04-01")), 3);
        assert_eq!(starts("2024-01-01", Some("2024-02-01")), 1);
        assert_eq!(starts("2014-01-01", Some("2024-01-01")), 120);
        assert_eq!((starts("2014-01-01", Some("2024-02-01")), starts("2024-01-01", None)), (1, 1));
    }
}
