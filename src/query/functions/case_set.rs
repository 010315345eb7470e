//! `in_view(case_idx)`: whether a case is among those that the filter chose. Case numbers are dense, so the set is a
//! bit per case, and a question over events keeps its order and its threads: no join is needed.

use datafusion::arrow::array::{Array, BooleanArray, Int32Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::as_int32_array;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A set of case numbers.
#[derive(Debug, Default)]
pub struct CaseSet {
    words: Vec<u64>,
    count: usize,
}

impl CaseSet {
    /// An empty set with room for case numbers below `cases`.
    pub fn new(cases: usize) -> Self {
        Self { words: vec![0; cases.div_ceil(64)], count: 0 }
    }

    /// Adds a case.
    pub fn insert(&mut self, case: i32) {
        let case = case as usize;
        if let Some(word) = self.words.get_mut(case / 64) {
            self.count += usize::from(*word & (1 << (case % 64)) == 0);
            *word |= 1 << (case % 64);
        }
    }

    /// Whether the case is in it.
    #[inline]
    pub fn contains(&self, case: i32) -> bool {
        let case = case as usize;
        self.words.get(case / 64).is_some_and(|word| word & (1 << (case % 64)) != 0)
    }

    /// How many cases are in it.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no case is in it.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn mask(&self, cases: &Int32Array) -> BooleanArray {
        let values = cases.values();
        let inside = BooleanBuffer::collect_bool(values.len(), |at| self.contains(values[at]));
        BooleanArray::new(inside, cases.nulls().cloned())
    }
}

/// The function for one set.
pub fn in_view(set: Arc<CaseSet>) -> ScalarUDF {
    ScalarUDF::new_from_impl(InView { set, signature: Signature::exact(vec![DataType::Int32], Volatility::Immutable) })
}

#[derive(Debug)]
struct InView {
    set: Arc<CaseSet>,
    signature: Signature,
}

// Two functions are the same if they ask the same set.
impl PartialEq for InView {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.set, &other.set)
    }
}

impl Eq for InView {}

impl Hash for InView {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.set).hash(state);
    }
}

impl ScalarUDFImpl for InView {
    fn name(&self) -> &str {
        "in_view"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let cases = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(self.set.mask(as_int32_array(&cases)?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_counts_each_case_once() {
        let mut set = CaseSet::new(70);
        for case in [0, 63, 64, 69, 69, 700] {
            set.insert(case);
        }
        assert_eq!(set.len(), 4);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(700) && !set.contains(-1));
    }
}
