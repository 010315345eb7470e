//! `wilson(k, n)`: the bounds between which a rate of k in n lies with 95 % confidence (Wilson's interval), as a
//! structure of `low` and `high`. It says how much a share of few cases is worth; of no cases there is none.

use crate::mining::causes::wilson as interval;
use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

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
