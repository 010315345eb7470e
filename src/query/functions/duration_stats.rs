//! `duration_stats(microseconds)`: n, mean, median, p90, p95, least, greatest and total of durations, in seconds, in
//! one pass over the rows. Values below zero count as 0 and are counted in `negative`. Quantiles are exact, with
//! linear interpolation (Hyndman-Fan type 7, as in NumPy's default and Excel's PERCENTILE.INC).
//!
//! Values and their groups are only collected while rows come in, without a copy; at the end a counting sort brings each
//! group's values together and a selection (not a sort) finds the quantiles.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;
use std::sync::Arc;

const MICROS: f64 = 1e6;

/// The aggregate function.
pub fn duration_stats() -> AggregateUDF {
    AggregateUDF::new_from_impl(DurationStats {
        signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct DurationStats {
    signature: Signature,
}

const SECONDS: [&str; 7] = ["mean_s", "median_s", "p90_s", "p95_s", "min_s", "max_s", "total_s"];

/// What the statistics consist of.
pub(super) fn fields() -> Fields {
    let counts = ["n", "negative"].iter().map(|name| Field::new(*name, DataType::Int64, true));
    counts.chain(SECONDS.iter().map(|name| Field::new(*name, DataType::Float64, true))).collect()
}

fn value_list() -> FieldRef {
    Arc::new(Field::new("item", DataType::Int64, true))
}

impl AggregateUDFImpl for DurationStats {
    fn name(&self) -> &str {
        "duration_stats"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields()))
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One(Collected::default())))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), DataType::List(value_list()), true))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::<Collected>::default())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// Values with the group that each belongs to, as they came.
#[derive(Debug, Default)]
struct Collected {
    chunks: Vec<Chunk>,
    total_groups: usize,
}

/// Values that came together.
#[derive(Debug)]
struct Chunk {
    values: ScalarBuffer<i64>,
    groups: Groups,
}

/// To which groups the values of a chunk belong.
#[derive(Debug)]
enum Groups {
    /// The group of each.
    Each(Vec<u32>),
    /// A group and how many of the next values are its own.
    Runs(Vec<(u32, usize)>),
}

/// The values of all groups, brought together.
struct Sorted {
    values: Vec<i64>,
    starts: Vec<usize>,
}

impl Collected {
    fn add(&mut self, values: &Int64Array, groups: &[usize], filter: Option<&BooleanArray>, total_groups: usize) {
        self.total_groups = total_groups;
        let chunk = if filter.is_none() && values.null_count() == 0 {
            Chunk {
                values: values.values().clone(),
                groups: Groups::Each(groups.iter().map(|group| *group as u32).collect()),
            }
        } else {
            let kept = |at: &usize| filter.is_none_or(|f| f.is_valid(*at) && f.value(*at)) && values.is_valid(*at);
            let (values, groups): (Vec<i64>, Vec<u32>) =
                (0..values.len()).filter(kept).map(|at| (values.value(at), groups[at] as u32)).unzip();
            Chunk { values: values.into(), groups: Groups::Each(groups) }
        };
        self.chunks.push(chunk);
    }

    /// Takes the values of the groups that are to be emitted; the rest moves to the front.
    fn take(&mut self, emit_to: EmitTo) -> Sorted {
        let emitted = match emit_to {
            EmitTo::All => self.total_groups,
            EmitTo::First(n) => n,
        };
        let chunks = std::mem::take(&mut self.chunks);
        let mut starts = vec![0usize; emitted + 1];
        for chunk in &chunks {
            chunk.groups.count(&mut starts[1..]);
        }
        for at in 0..emitted {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut sorted = vec![0i64; starts[emitted]];
        for chunk in &chunks {
            if let Some(rest) = chunk.scatter(&mut next[..emitted], &mut sorted) {
                self.chunks.push(rest);
            }
        }
        self.total_groups -= emitted;
        Sorted { values: sorted, starts }
    }
}

impl Groups {
    /// Adds how many values each group has; groups beyond `counts` are passed over.
    fn count(&self, counts: &mut [usize]) {
        match self {
            Self::Each(groups) => {
                for group in groups {
                    if let Some(count) = counts.get_mut(*group as usize) {
                        *count += 1;
                    }
                }
            }
            Self::Runs(runs) => {
                for (group, length) in runs {
                    if let Some(count) = counts.get_mut(*group as usize) {
                        *count += length;
                    }
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Each(groups) => size_of_val(groups.as_slice()),
            Self::Runs(runs) => size_of_val(runs.as_slice()),
        }
    }
}

impl Chunk {
    /// Puts each value where its group's next one belongs; what belongs to later groups is given back, with these
    /// counted from the first one that is left.
    fn scatter(&self, next: &mut [usize], sorted: &mut [i64]) -> Option<Chunk> {
        let emitted = next.len() as u32;
        let mut rest = Vec::new();
        match &self.groups {
            Groups::Each(groups) => {
                let mut kept = Vec::new();
                for (group, value) in groups.iter().zip(self.values.iter()) {
                    if let Some(slot) = next.get_mut(*group as usize) {
                        sorted[*slot] = *value;
                        *slot += 1;
                    } else {
                        rest.push(*value);
                        kept.push(group - emitted);
                    }
                }
                (!kept.is_empty()).then(|| Chunk { values: rest.into(), groups: Groups::Each(kept) })
            }
            Groups::Runs(runs) => {
                let (mut kept, mut from) = (Vec::new(), 0);
                for (group, length) in runs {
                    let run = &self.values[from..from + length];
                    from += length;
                    if let Some(slot) = next.get_mut(*group as usize) {
                        sorted[*slot..*slot + length].copy_from_slice(run);
                        *slot += length;
                    } else {
                        rest.extend_from_slice(run);
                        kept.push((group - emitted, *length));
                    }
                }
                (!kept.is_empty()).then(|| Chunk { values: rest.into(), groups: Groups::Runs(kept) })
            }
        }
    }
}

impl GroupsAccumulator for Collected {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total_groups: usize,
    ) -> Result<()> {
        self.add(values[0].as_primitive::<Int64Type>(), groups, filter, total_groups);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.take(emit_to).stats()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let Sorted { values, starts } = self.take(emit_to);
        Ok(vec![Arc::new(list(values, starts.windows(2).map(|bounds| bounds[1] - bounds[0])))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total_groups: usize) -> Result<()> {
        self.total_groups = total_groups;
        let lists = states[0].as_list::<i32>();
        let offsets = lists.value_offsets();
        let values = lists.values().as_primitive::<Int64Type>().values();
        let (first, last) = (offsets[0] as usize, offsets[lists.len()] as usize);
        let runs = groups
            .iter()
            .zip(offsets.windows(2))
            .map(|(group, bounds)| (*group as u32, (bounds[1] - bounds[0]) as usize));
        self.chunks.push(Chunk { values: values.slice(first, last - first), groups: Groups::Runs(runs.collect()) });
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<Int64Type>();
        let kept = |at: usize| filter.is_none_or(|f| f.is_valid(at) && f.value(at)) && values.is_valid(at);
        let flat = (0..values.len()).filter(|at| kept(*at)).map(|at| values.value(at)).collect();
        Ok(vec![Arc::new(list(flat, (0..values.len()).map(|at| usize::from(kept(at)))))])
    }

    fn size(&self) -> usize {
        size_of::<Self>()
            + self.chunks.iter().map(|chunk| size_of_val(&*chunk.values) + chunk.groups.bytes()).sum::<usize>()
    }
}

fn list(values: Vec<i64>, lengths: impl Iterator<Item = usize>) -> ListArray {
    ListArray::new(value_list(), OffsetBuffer::from_lengths(lengths), Arc::new(Int64Array::from(values)), None)
}

impl Sorted {
    fn stats(mut self) -> StructArray {
        let bounds = self.starts.windows(2);
        let summaries: Vec<Summary> = bounds.map(|of| Summary::of(&mut self.values[of[0]..of[1]])).collect();
        Summary::columns(&summaries)
    }
}

/// The figures of one group.
pub(super) struct Summary {
    n: i64,
    negative: i64,
    /// In the order of [`SECONDS`]; nothing for no values.
    seconds: [Option<f64>; 7],
}

impl Summary {
    /// Of these microseconds; their order is lost.
    pub fn of(values: &mut [i64]) -> Self {
        let negative = values.iter().filter(|value| **value < 0).count() as i64;
        Self { n: values.len() as i64, negative, seconds: of_values(values) }
    }

    /// As what `duration_stats` gives.
    pub fn columns(all: &[Self]) -> StructArray {
        let counts = [|one: &Self| one.n, |one: &Self| one.negative].map(|count| all.iter().map(count));
        let counts = counts.into_iter().map(|column| Arc::new(Int64Array::from_iter_values(column)) as ArrayRef);
        let seconds = (0..SECONDS.len()).map(|at| all.iter().map(move |one| one.seconds[at]));
        let seconds = seconds.map(|column| Arc::new(Float64Array::from_iter(column)) as ArrayRef);
        StructArray::new(fields(), counts.chain(seconds).collect(), None)
    }
}

/// Mean, median, p90, p95, least, greatest, total, in seconds; nothing for no values.
fn of_values(values: &mut [i64]) -> [Option<f64>; 7] {
    if values.is_empty() {
        return [None; 7];
    }
    let (mut least, mut greatest) = (i64::MAX, 0);
    for value in values.iter_mut() {
        *value = (*value).max(0);
        least = least.min(*value);
        greatest = greatest.max(*value);
    }
    // The narrow sum, where it is wide enough, takes a quarter of the time.
    let total = match greatest.checked_mul(values.len() as i64) {
        Some(_) => values.iter().sum::<i64>() as f64,
        None => values.iter().map(|value| i128::from(*value)).sum::<i128>() as f64,
    };
    let mean = total / values.len() as f64;
    let (median, rest) = quantile(values, 0, 0.5);
    let (p90, rest) = quantile(values, rest, 0.9);
    let (p95, _) = quantile(values, rest, 0.95);
    [mean, median, p90, p95, least as f64, greatest as f64, total].map(|micros| Some(micros / MICROS))
}

/// The quantile `p` of all values, of which those before `from` are known to be smaller; and how far they now are.
fn quantile(values: &mut [i64], from: usize, p: f64) -> (f64, usize) {
    let place = p * (values.len() - 1) as f64;
    let at = place.floor() as usize;
    let rest = &mut values[from..];
    let (_, low, above) = rest.select_nth_unstable(at - from);
    let low = *low;
    let share = place - at as f64;
    if share == 0.0 {
        return (low as f64, at);
    }
    let high = above.iter().copied().min().unwrap_or(low);
    (low as f64 + share * (high - low) as f64, at)
}

/// The same without groups: everything belongs to group 0.
#[derive(Debug)]
struct One(Collected);

impl One {
    fn sorted(&mut self) -> Sorted {
        self.0.total_groups = 1;
        self.0.take(EmitTo::All)
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; values[0].len()];
        self.0.add(values[0].as_primitive::<Int64Type>(), &groups, None, 1);
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.sorted().stats(), 0)
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Sorted { values, .. } = self.sorted();
        let length = values.len();
        Ok(vec![ScalarValue::List(Arc::new(list(values, std::iter::once(length))))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        GroupsAccumulator::merge_batch(&mut self.0, states, &vec![0; states[0].len()], 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(values: &[i64], expected: [f64; 7]) {
        let got = of_values(&mut values.to_vec()).map(|value| (value.unwrap() * MICROS * 1e6).round() / 1e6);
        assert_eq!(got, expected, "{values:?}");
    }

    #[test]
    fn quantiles_interpolate_as_type_7() {
        // Worked examples: [1,2,3,4] has p50 2.5, p90 3.7, p95 3.85; p95 of [10,20,30,40,1000] is 808.
        check(&[4, 1, 3, 2], [2.5, 2.5, 3.7, 3.85, 1.0, 4.0, 10.0]);
        check(&[1000, 20, 10, 40, 30], [220.0, 30.0, 616.0, 808.0, 10.0, 1000.0, 1100.0]);
        check(&[-5, 5], [2.5, 2.5, 4.5, 4.75, 0.0, 5.0, 5.0]);
        assert_eq!(of_values(&mut []), [None; 7]);
    }

    #[test]
    fn emitting_the_first_groups_keeps_the_others() {
        let mut collected = Collected::default();
        collected.add(&Int64Array::from(vec![Some(7), None, Some(1), Some(5)]), &[2, 1, 0, 1], None, 3);
        collected.merge_batch(&[Arc::new(list(vec![3], [0, 1].into_iter()))], &[1, 0], 3).unwrap();
        let first = collected.take(EmitTo::First(1));
        assert_eq!((first.values, first.starts), (vec![1, 3], vec![0, 2]));
        let rest = collected.take(EmitTo::All);
        assert_eq!((rest.values, rest.starts), (vec![5, 7], vec![0, 1, 2]));
    }

    proptest! {
        #[test]
        fn selection_equals_sorting(mut values in prop::collection::vec(0i64..1000, 1..60)) {
            let got = of_values(&mut values.clone());
            values.sort_unstable();
            for (at, p) in [(1, 0.5), (2, 0.9), (3, 0.95)] {
                let place = p * (values.len() - 1) as f64;
                let (low, high) = (values[place.floor() as usize] as f64, values[place.ceil() as usize] as f64);
                let expected = (low + (place - place.floor()) * (high - low)) / MICROS;
                prop_assert!((got[at].unwrap() - expected).abs() < 1e-12);
            }
        }
    }
}
