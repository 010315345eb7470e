//! `activity_name(activity_id)` and its like: the name behind a number. Tables hold numbers, because they are a
//! quarter of the size and group several times faster; people and SQL see names.

use datafusion::arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::common::cast::as_int32_array;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Loads the names when they are first asked for: case ids may be millions.
pub type Names = Arc<dyn Fn() -> std::result::Result<Arc<StringArray>, String> + Send + Sync>;

/// A function from numbers to names.
pub struct NameFunction {
    name: String,
    names: Names,
    /// A few names repeat often and travel as a dictionary; millions of case ids are copied out.
    few: bool,
    signature: Signature,
}

/// The function `{kind}_name` over a small table of names.
pub fn name_function(kind: &str, names: Arc<StringArray>) -> ScalarUDF {
    ScalarUDF::new_from_impl(NameFunction {
        name: format!("{kind}_name"),
        names: Arc::new(move || Ok(Arc::clone(&names))),
        few: true,
        signature: Signature::exact(vec![DataType::Int32], Volatility::Immutable),
    })
}

/// The function `case_name`.
pub fn case_name(names: Names) -> ScalarUDF {
    ScalarUDF::new_from_impl(NameFunction {
        name: "case_name".to_owned(),
        names,
        few: false,
        signature: Signature::exact(vec![DataType::Int32], Volatility::Immutable),
    })
}

impl std::fmt::Debug for NameFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

// Within one session there is one function of a name; sessions of two versions never share a plan.
impl PartialEq for NameFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for NameFunction {}

impl Hash for NameFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for NameFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.few {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        } else {
            DataType::Utf8
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let numbers = args.args[0].to_array(args.number_rows)?;
        let numbers = as_int32_array(&numbers)?;
        let names = (self.names)().map_err(DataFusionError::Execution)?;
        let named: ArrayRef =
            if self.few { Arc::new(dictionary(numbers, names)?) } else { take(names.as_ref(), numbers, None)? };
        Ok(ColumnarValue::Array(named))
    }
}

/// Numbers become dictionary keys as they are; one that has no name is null.
fn dictionary(numbers: &Int32Array, names: Arc<StringArray>) -> Result<DictionaryArray<Int32Type>> {
    let known = names.len() as i32;
    let valid = numbers.iter().flatten().all(|number| (0..known).contains(&number));
    let keys: Int32Array = if valid {
        numbers.clone()
    } else {
        numbers.iter().map(|number| number.filter(|number| (0..known).contains(number))).collect()
    };
    Ok(DictionaryArray::try_new(keys, names)?)
}
