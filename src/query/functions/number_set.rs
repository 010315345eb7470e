//! `in_view(case_idx)` and `on_path(variant_id)`: whether a case, or a path, is among those that the filter chose. Such
//! numbers are dense, so a set is a bit for each, and a question over events keeps its order and its threads: no join
//! is needed, and no list of a million literals.

use datafusion::arrow::array::{Array, BooleanArray, Int32Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::as_int32_array;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A set of small whole numbers: of cases, or of paths.
#[derive(Debug, Default)]
pub struct NumberSet {
    words: Vec<u64>,
    count: usize,
}

impl NumberSet {
    /// An empty set with room for numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)], count: 0 }
    }

    /// Adds a number.
    pub fn insert(&mut self, number: i32) {
        let number = number as usize;
        if let Some(word) = self.words.get_mut(number / 64) {
            self.count += usize::from(*word & (1 << (number % 64)) == 0);
            *word |= 1 << (number % 64);
        }
    }

    /// Whether the number is in it.
    #[inline]
    pub fn contains(&self, number: i32) -> bool {
        let number = number as usize;
        self.words.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// How many numbers are in it.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.words.len() * 8
    }

    fn mask(&self, numbers: &Int32Array) -> BooleanArray {
        let values = numbers.values();
        let inside = BooleanBuffer::collect_bool(values.len(), |at| self.contains(values[at]));
        BooleanArray::new(inside, numbers.nulls().cloned())
    }
}

/// Whether a case is in a set of cases.
pub fn in_view(cases: Arc<NumberSet>) -> ScalarUDF {
    member("in_view", cases)
}

/// Whether a path is in a set of paths.
pub fn on_path(variants: Arc<NumberSet>) -> ScalarUDF {
    member("on_path", variants)
}

fn member(name: &'static str, set: Arc<NumberSet>) -> ScalarUDF {
    let signature = Signature::exact(vec![DataType::Int32], Volatility::Immutable);
    ScalarUDF::new_from_impl(Member { name, set, signature })
}

#[derive(Debug)]
struct Member {
    name: &'static str,
    set: Arc<NumberSet>,
    signature: Signature,
}

// Two functions are the same if they ask the same set.
impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.set, &other.set)
    }
}

impl Eq for Member {}

impl Hash for Member {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.set).hash(state);
    }
}

impl ScalarUDFImpl for Member {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let numbers = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(self.set.mask(as_int32_array(&numbers)?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_counts_each_number_once() {
        let mut set = NumberSet::new(70);
        for number in [0, 63, 64, 69, 69, 700] {
            set.insert(number);
        }
        assert_eq!(set.len(), 4);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(700) && !set.contains(-1));
    }
}
