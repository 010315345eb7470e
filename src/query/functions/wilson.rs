//! `wilson(k, n)`: the bounds between which a rate of k in n lies with 95 % confidence (Wilson's interval), as a
//! structure of `low` and `high`. It says how much a share of few cases is worth; of no cases there is none.

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The function.
pub fn wilson() -> ScalarUDF {
    let signature = Signature::exact(vec![DataType::Int64, DataType::Int64], Volatility::Immutable);
    ScalarUDF::new_from_impl(Wilson { signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Wilson {
    signature: Signature,
}

fn fields() -> Fields {
    ["low", "high"].iter().map(|name| Field::new(*name, DataType::Float64, true)).collect()
}

impl ScalarUDFImpl for Wilson {
    fn name(&self) -> &str {
        "wilson"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (hits, all) = (args.args[0].to_array(args.number_rows)?, args.args[1].to_array(args.number_rows)?);
        let pairs = hits.as_primitive::<Int64Type>().iter().zip(all.as_primitive::<Int64Type>());
        let bounds = pairs.map(|(hits, all)| interval(hits?, all?));
        let (low, high): (Vec<Option<f64>>, Vec<Option<f64>>) =
            bounds.map(|bounds| (bounds.map(|(low, _)| low), bounds.map(|(_, high)| high))).unzip();
        let columns: Vec<ArrayRef> = vec![Arc::new(Float64Array::from(low)), Arc::new(Float64Array::from(high))];
        Ok(ColumnarValue::Array(Arc::new(StructArray::new(fields(), columns, None))))
    }
}

/// The interval; of no cases there is none.
pub fn interval(hits: i64, all: i64) -> Option<(f64, f64)> {
    if all <= 0 || !(0..=all).contains(&hits) {
        return None;
    }
    let (hits, all) = (hits as f64, all as f64);
    let share = hits / all;
    let centre = share + Z * Z / (2.0 * all);
    let half = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    let whole = 1.0 + Z * Z / all;
    Some((((centre - half) / whole).max(0.0), ((centre + half) / whole).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_the_books() {
        let check = |hits: i64, all: i64, low: f64, high: f64| {
            let (found_low, found_high) = interval(hits, all).unwrap();
            let per_mille = |share: f64| (share * 1000.0).round() / 1000.0;
            assert_eq!((per_mille(found_low), per_mille(found_high)), (low, high), "{hits} of {all}");
        };
        check(0, 20, 0.0, 0.161);
        check(3, 20, 0.052, 0.360);
        check(45, 50, 0.786, 0.957);
        check(20, 20, 0.839, 1.0);
        assert_eq!(interval(0, 0), None);
        assert_eq!(interval(3, 2), None);
    }
}
