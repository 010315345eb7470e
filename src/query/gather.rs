//! Takes the rows of an answer as they come, and no more than may be given: so many rows, then it is cut; so many
//! bytes, then it is refused.

use crate::query::QueryError;
use crate::query::engine::Limits;
use datafusion::arrow::array::{Array, AsArray, OffsetSizeTrait, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::TryStreamExt;

/// The rows, and whether there were more.
pub async fn gather(
    mut rows: SendableRecordBatchStream,
    most_rows: Option<usize>,
    limits: &Limits,
) -> Result<(Vec<RecordBatch>, bool), QueryError> {
    let fault = |error: DataFusionError| QueryError::from_engine(error, limits);
    let (mut batches, mut bytes) = (Vec::new(), 0u64);
    let mut left = most_rows.unwrap_or(usize::MAX);
    while let Some(batch) = rows.try_next().await.map_err(fault)? {
        let taken = batch.slice(0, batch.num_rows().min(left));
        bytes += taken.columns().iter().map(|column| weight(column) as u64).sum::<u64>();
        if bytes > limits.answer_mb << 20 {
            return Err(QueryError::AnswerLimit { megabytes: limits.answer_mb });
        }
        left -= taken.num_rows();
        let more = taken.num_rows() < batch.num_rows();
        if taken.num_rows() > 0 {
            batches.push(taken);
        }
        if more {
            return Ok((batches, true));
        }
    }
    Ok((batches, false))
}

/// What a cell costs besides its text, once it is a value of ours.
const CELL: usize = 24;

/// Bytes that a column takes as part of an answer. Arrow's own counts do not serve here: they take a slice for the
/// whole, and each use of a name for a number.
fn weight(column: &dyn Array) -> usize {
    CELL * column.len() + contents(column)
}

fn contents(column: &dyn Array) -> usize {
    match column.data_type() {
        DataType::Utf8 => length(span(column.as_string::<i32>().value_offsets())),
        DataType::LargeUtf8 => length(span(column.as_string::<i64>().value_offsets())),
        DataType::Utf8View => column.as_string_view().lengths().map(|length| length as usize).sum(),
        DataType::Dictionary(..) => {
            let names = column.as_any_dictionary();
            if names.values().is_empty() {
                return 0;
            }
            let sizes: Vec<usize> =
                (0..names.values().len()).map(|at| contents(&names.values().slice(at, 1))).collect();
            names.normalized_keys().into_iter().map(|key| sizes[key]).sum()
        }
        DataType::List(_) => {
            let list = column.as_list::<i32>();
            let (first, last) = span(list.value_offsets());
            weight(&list.values().slice(first, last - first))
        }
        DataType::Struct(_) => column.as_struct().columns().iter().map(|part| weight(part)).sum(),
        kind if kind.is_primitive() || matches!(kind, DataType::Boolean | DataType::Null) => 0,
        _ => column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size()),
    }
}

/// Where the first value begins and the last one ends.
fn span<O: OffsetSizeTrait>(offsets: &[O]) -> (usize, usize) {
    let at = |offset: Option<&O>| offset.map_or(0, |offset| offset.as_usize());
    (at(offsets.first()), at(offsets.last()))
}

fn length((first, last): (usize, usize)) -> usize {
    last - first
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{
        ArrayRef, DictionaryArray, Int32Array, Int64Array, ListArray, StringArray, StringViewArray,
    };
    use datafusion::arrow::buffer::OffsetBuffer;
    use datafusion::arrow::datatypes::Field;
    use datafusion::execution::context::SessionContext;
    use std::sync::Arc;

    #[test]
    fn names_weigh_what_they_weigh_in_the_answer() {
        let texts = || StringArray::from(vec![Some("abc"), None, Some("de")]);
        assert_eq!(weight(&texts()), 3 * CELL + 5);
        assert_eq!(weight(&texts().slice(2, 1)), CELL + 2);
        assert_eq!(weight(&StringViewArray::from(vec!["a name of more than twelve bytes"])), CELL + 32);
        assert_eq!(weight(&Int64Array::from(vec![1, 2])), 2 * CELL);
        let named = DictionaryArray::new(Int32Array::from(vec![0, 0, 2, 0]), Arc::new(texts()));
        assert_eq!(weight(&named), 4 * CELL + 3 + 3 + 2 + 3);
        let item = Arc::new(Field::new("item", DataType::Utf8, true));
        let lists = ListArray::new(item, OffsetBuffer::from_lengths([1, 2]), Arc::new(texts()), None);
        assert_eq!(weight(&lists.slice(1, 1)), CELL + 2 * CELL + 2);
    }

    #[tokio::test]
    async fn rows_are_cut_and_bytes_refused() {
        let limits = |answer_mb| Limits { answer_mb, ..Limits::for_tests() };
        let column: ArrayRef = Arc::new(StringArray::from_iter_values((0..50_000).map(|at| format!("name {at:06}"))));
        let batch = RecordBatch::try_from_iter([("name", column)]).unwrap();
        let context = SessionContext::new();
        let rows = async || context.read_batch(batch.clone()).unwrap().execute_stream().await.unwrap();
        let count = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        let (batches, more) = gather(rows().await, None, &limits(2)).await.unwrap();
        assert_eq!((count(&batches), more), (50_000, false));
        let (batches, more) = gather(rows().await, Some(10_000), &limits(1)).await.unwrap();
        assert_eq!((count(&batches), more), (10_000, true));
        let (batches, more) = gather(rows().await, Some(50_000), &limits(2)).await.unwrap();
        assert_eq!((count(&batches), more), (50_000, false));
        // 50,000 cells of 24 bytes with 11 of text.
        let error = gather(rows().await, None, &limits(1)).await.unwrap_err();
        assert_eq!(error.limit(), Some("limits.answer_mb"));
    }
}
