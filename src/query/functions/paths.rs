//! `without_repeats(list)`: a path in which an activity that follows itself stands but once.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The function.
pub fn without_repeats() -> ScalarUDF {
    ScalarUDF::new_from_impl(WithoutRepeats { signature: Signature::any(1, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct WithoutRepeats {
    signature: Signature,
}

impl ScalarUDFImpl for WithoutRepeats {
    fn name(&self) -> &str {
        "without_repeats"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [DataType::List(item)] if *item.data_type() == DataType::Int32 => Ok(types[0].clone()),
            _ => Err(DataFusionError::Plan("without_repeats takes a list of whole numbers".to_owned())),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let lists = args.args[0].to_array(args.number_rows)?;
        let DataType::List(item) = lists.data_type() else {
            return Err(DataFusionError::Execution("without_repeats takes a list".to_owned()));
        };
        Ok(ColumnarValue::Array(shortened(lists.as_list::<i32>(), Arc::clone(item))?))
    }
}

fn shortened(lists: &ListArray, item: Arc<Field>) -> Result<ArrayRef> {
    let numbers = lists.values().as_primitive::<Int32Type>();
    let mut kept: Vec<u32> = Vec::with_capacity(numbers.len());
    let mut lengths = Vec::with_capacity(lists.len());
    for bounds in lists.value_offsets().windows(2) {
        let (first, last) = (bounds[0] as usize, bounds[1] as usize);
        let before = kept.len();
        kept.extend(
            (first..last).filter(|at| *at == first || numbers.value(*at) != numbers.value(at - 1)).map(|at| at as u32),
        );
        lengths.push(kept.len() - before);
    }
    let values = take(lists.values(), &UInt32Array::from(kept), None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(item, offsets, values, lists.nulls().cloned())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::Int32Array;

    #[test]
    fn neighbours_that_are_alike_become_one() {
        let item = Arc::new(Field::new("item", DataType::Int32, true));
        let numbers = Arc::new(Int32Array::from(vec![9, 1, 1, 2, 1, 3, 3, 3]));
        let lists = ListArray::new(Arc::clone(&item), OffsetBuffer::from_lengths([1, 4, 0, 3]), numbers, None);
        // A part of a longer column keeps to its own rows.
        let found = shortened(&lists.slice(1, 3), item).unwrap();
        let found: Vec<Vec<i32>> =
            found.as_list::<i32>().iter().flatten().map(|l| l.as_primitive::<Int32Type>().values().to_vec()).collect();
        assert_eq!(found, [vec![1, 2, 1], vec![], vec![3]]);
    }
}
