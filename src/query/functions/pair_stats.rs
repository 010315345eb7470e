//! `pair_stats(activity_id, next_activity_id, wait_us, activity_first, edge_first)`: what follows what, as a list with an
//! entry for each pair of an activity and the one after it (none at the end of a case).
//!
//! A GROUP BY with `duration_stats` says the same and takes twice as long: it looks each pair up by a hash and carries
//! the marks along as sets of bits. Numbers of activities are small, so here a pair is a place in a table.

use super::duration_stats::{Summaries, fields};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::{BooleanBuffer, OffsetBuffer, ScalarBuffer};
use datafusion::arrow::compute::max;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type, Int64Type};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};
use datafusion::scalar::ScalarValue;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The aggregate function.
pub fn pair_stats() -> AggregateUDF {
    let (int, flag) = (DataType::Int32, DataType::Boolean);
    let signature = vec![int.clone(), int, DataType::Int64, flag.clone(), flag];
    AggregateUDF::new_from_impl(PairStats { signature: Signature::exact(signature, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PairStats {
    signature: Signature,
}

fn pair_fields() -> Fields {
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    Fields::from(vec![
        Field::new("from_id", DataType::Int32, true),
        Field::new("to_id", DataType::Int32, true),
        number("pairs"),
        number("cases"),
        number("first_events"),
        Field::new("wait", DataType::Struct(fields()), true),
    ])
}

fn item(kind: DataType) -> FieldRef {
    Arc::new(Field::new("item", kind, true))
}

/// Columns of the state: a value for each pair, but for the last one, which has the waits of all pairs.
const STATE: [&str; 6] = ["pair", "pairs", "cases", "first_events", "waits", "wait_us"];

impl AggregateUDFImpl for PairStats {
    fn name(&self) -> &str {
        "pair_stats"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item(DataType::Struct(pair_fields()))))
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::<Pairs>::default())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let list = || DataType::List(item(DataType::Int64));
        Ok(STATE.iter().map(|part| Arc::new(Field::new(format!("{}[{part}]", args.name), list(), true)) as _).collect())
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// What is known of a pair so far.
#[derive(Debug)]
struct Pair {
    from: i32,
    /// -1 at the end of a case.
    to: i32,
    pairs: i64,
    cases: i64,
    first_events: i64,
    waits: Waits,
}

/// Values in pieces, so that nothing is copied when there are more.
#[derive(Debug, Default)]
struct Waits {
    /// The piece that grows.
    open: Vec<i64>,
    full: Vec<Vec<i64>>,
    /// Those of other states, as they came.
    merged: Vec<ScalarBuffer<i64>>,
    count: usize,
}

const FIRST_PIECE: usize = 8;
const LARGEST_PIECE: usize = 32 << 10;

impl Waits {
    #[inline]
    fn push(&mut self, value: i64, bytes: &mut usize) {
        if self.open.len() == self.open.capacity() {
            self.open_another(bytes);
        }
        self.open.push(value);
        self.count += 1;
    }

    #[cold]
    fn open_another(&mut self, bytes: &mut usize) {
        let larger = (self.open.capacity() * 2).clamp(FIRST_PIECE, LARGEST_PIECE);
        let full = std::mem::replace(&mut self.open, Vec::with_capacity(larger));
        if !full.is_empty() {
            self.full.push(full);
        }
        *bytes += larger * size_of::<i64>();
    }

    /// Appends all values and lets go of them.
    fn drain_into(&mut self, all: &mut Vec<i64>) {
        self.full.drain(..).for_each(|piece| all.extend_from_slice(&piece));
        self.merged.drain(..).for_each(|piece| all.extend_from_slice(&piece));
        all.append(&mut self.open);
    }
}

/// Up to so many activities, every pair has its place in a table.
const DENSE: usize = 1 << 10;

/// Where a pair is in the list.
#[derive(Debug)]
enum Places {
    /// By `from * width + to + 1`; `NONE` where there is no such pair.
    Table {
        width: usize,
        at: Vec<u32>,
    },
    Map(FxHashMap<(i32, i32), u32>),
}

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Pairs {
    places: Places,
    list: Vec<Pair>,
    /// What the waits take.
    bytes: usize,
}

impl Default for Pairs {
    fn default() -> Self {
        Self { places: Places::Table { width: 0, at: Vec::new() }, list: Vec::new(), bytes: 0 }
    }
}

impl Pairs {
    /// Makes room for activities up to this number.
    fn reach(&mut self, most: i32) {
        let Places::Table { width, at } = &mut self.places else { return };
        let needed = most as usize + 2;
        if needed <= *width {
            return;
        }
        let known = self.list.iter().enumerate();
        if needed > DENSE {
            self.places = Places::Map(known.map(|(place, pair)| ((pair.from, pair.to), place as u32)).collect());
            return;
        }
        *width = needed.next_power_of_two().clamp(32, DENSE);
        *at = vec![NONE; *width * *width];
        for (place, pair) in known {
            at[pair.from as usize * *width + (pair.to + 1) as usize] = place as u32;
        }
    }

    /// Where the pair of these is in the list.
    #[inline]
    fn place(&mut self, from: i32, to: i32) -> usize {
        let place = match &mut self.places {
            Places::Table { width, at } => &mut at[from as usize * *width + (to + 1) as usize],
            Places::Map(map) => map.entry((from, to)).or_insert(NONE),
        };
        if *place == NONE {
            *place = self.list.len() as u32;
            self.list.push(Pair { from, to, pairs: 0, cases: 0, first_events: 0, waits: Waits::default() });
        }
        *place as usize
    }
}

/// The bits that are set and not null.
fn marks(flags: &BooleanArray) -> BooleanBuffer {
    match flags.nulls() {
        Some(nulls) => flags.values() & nulls.inner(),
        None => flags.values().clone(),
    }
}

/// What is there, as bits.
fn present(array: &dyn Array) -> BooleanBuffer {
    array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |nulls| nulls.inner().clone())
}

impl Accumulator for Pairs {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (from, to) = (columns[0].as_primitive::<Int32Type>(), columns[1].as_primitive::<Int32Type>());
        let wait = columns[2].as_primitive::<Int64Type>();
        if from.null_count() > 0 {
            return exec_err!("an event without an activity");
        }
        self.reach(max(from).unwrap_or(0).max(max(to).unwrap_or(0)));
        let (firsts, cases) = (marks(columns[3].as_boolean()), marks(columns[4].as_boolean()));
        let (has_next, has_wait) = (present(to), present(wait));
        let bits = firsts.iter().zip(&cases).zip(has_next.iter().zip(&has_wait));
        let numbers = from.values().iter().zip(to.values()).zip(wait.values());
        let mut bytes = 0;
        for (((from, to), wait), ((is_first, is_case), (has_next, has_wait))) in numbers.zip(bits) {
            let place = self.place(*from, if has_next { *to } else { -1 });
            let pair = &mut self.list[place];
            pair.pairs += 1;
            pair.cases += i64::from(is_case);
            pair.first_events += i64::from(is_first);
            if has_wait {
                pair.waits.push(*wait, &mut bytes);
            }
        }
        self.bytes += bytes;
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut pairs = std::mem::take(self).list;
        let number = |of: &dyn Fn(&Pair) -> i64| pairs.iter().map(of).collect::<Vec<_>>();
        let mut columns = vec![
            number(&|pair| (i64::from(pair.from) << 32) | i64::from(pair.to + 1)),
            number(&|pair| pair.pairs),
            number(&|pair| pair.cases),
            number(&|pair| pair.first_events),
            number(&|pair| pair.waits.count as i64),
        ];
        let mut waits = Vec::with_capacity(pairs.iter().map(|pair| pair.waits.count).sum());
        pairs.iter_mut().for_each(|pair| pair.waits.drain_into(&mut waits));
        columns.push(waits);
        let list = |values: Vec<i64>| {
            let bounds = OffsetBuffer::from_lengths([values.len()]);
            let list = ListArray::new(item(DataType::Int64), bounds, Arc::new(Int64Array::from(values)), None);
            ScalarValue::List(Arc::new(list))
        };
        Ok(columns.into_iter().map(list).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            let parts: Vec<ArrayRef> = states.iter().map(|state| state.as_list::<i32>().value(row)).collect();
            let part = |at: usize| parts[at].as_primitive::<Int64Type>().values();
            let waits = part(5);
            let mut from_wait = 0;
            for (at, packed) in part(0).iter().enumerate() {
                let (from, to) = ((packed >> 32) as i32, (packed & i64::from(u32::MAX)) as i32 - 1);
                self.reach(from.max(to));
                let place = self.place(from, to);
                let pair = &mut self.list[place];
                pair.pairs += part(1)[at];
                pair.cases += part(2)[at];
                pair.first_events += part(3)[at];
                let count = part(4)[at] as usize;
                if from_wait + count > waits.len() {
                    return Err(exec_datafusion_err!("a state of pair_stats that is cut off"));
                }
                pair.waits.merged.push(waits.slice(from_wait, count));
                pair.waits.count += count;
                from_wait += count;
            }
            self.bytes += size_of_val(&**waits);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut pairs = std::mem::take(self).list;
        pairs.sort_unstable_by_key(|pair| (pair.from, pair.to));
        let mut summaries = Summaries::with_capacity(pairs.len());
        let mut scratch = Vec::new();
        for pair in &mut pairs {
            scratch.clear();
            pair.waits.drain_into(&mut scratch);
            summaries.add(&mut scratch);
        }
        let number = |of: &dyn Fn(&Pair) -> i64| Arc::new(pairs.iter().map(|p| Some(of(p))).collect::<Int64Array>());
        let columns: Vec<ArrayRef> = vec![
            Arc::new(pairs.iter().map(|pair| Some(pair.from)).collect::<Int32Array>()),
            Arc::new(pairs.iter().map(|pair| (pair.to >= 0).then_some(pair.to)).collect::<Int32Array>()),
            number(&|pair| pair.pairs),
            number(&|pair| pair.cases),
            number(&|pair| pair.first_events),
            Arc::new(summaries.finish()),
        ];
        let entries = StructArray::try_new_with_length(pair_fields(), columns, None, pairs.len())?;
        let bounds = OffsetBuffer::from_lengths([pairs.len()]);
        let list = ListArray::new(item(DataType::Struct(pair_fields())), bounds, Arc::new(entries), None);
        Ok(ScalarValue::List(Arc::new(list)))
    }

    fn size(&self) -> usize {
        let places = match &self.places {
            Places::Table { at, .. } => size_of_val(at.as_slice()),
            Places::Map(map) => map.capacity() * 16,
        };
        size_of::<Self>() + places + self.list.capacity() * size_of::<Pair>() + self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (i32, Option<i32>, Option<i64>, bool, bool);

    fn columns(rows: &[Row]) -> Vec<ArrayRef> {
        vec![
            Arc::new(rows.iter().map(|row| Some(row.0)).collect::<Int32Array>()),
            Arc::new(rows.iter().map(|row| row.1).collect::<Int32Array>()),
            Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|row| Some(row.3)).collect::<BooleanArray>()),
            Arc::new(rows.iter().map(|row| row.1.map(|_| row.4)).collect::<BooleanArray>()),
        ]
    }

    /// from, to, pairs, cases, first events, waits, their sum in seconds.
    type Told = (i32, Option<i32>, i64, i64, i64, i64, Option<f64>);

    fn told(pairs: &mut Pairs) -> Vec<Told> {
        let ScalarValue::List(list) = pairs.evaluate().unwrap() else { panic!("no list") };
        let entries = list.value(0);
        let entries = entries.as_struct();
        let ints = |at: usize| entries.column(at).as_primitive::<Int32Type>().iter();
        let numbers = |at: usize| entries.column(at).as_primitive::<Int64Type>().values().to_vec();
        let wait = entries.column(5).as_struct();
        let waits = wait.column(0).as_primitive::<Int64Type>().values().to_vec();
        let totals = wait.column_by_name("total_s").unwrap();
        let totals = totals.as_primitive::<datafusion::arrow::datatypes::Float64Type>().iter();
        let (pairs, cases, firsts) = (numbers(2), numbers(3), numbers(4));
        ints(0)
            .zip(ints(1))
            .zip(totals)
            .enumerate()
            .map(|(at, ((from, to), total))| (from.unwrap(), to, pairs[at], cases[at], firsts[at], waits[at], total))
            .collect()
    }

    fn rows(activities: i32) -> Vec<Row> {
        let second = 1_000_000;
        let far = activities - 1;
        vec![
            (0, Some(far), Some(2 * second), true, true),
            (far, None, None, true, false),
            (0, Some(far), Some(3 * second), true, true),
            (far, Some(0), None, true, true),
            (0, Some(far), Some(-second), false, false),
            (far, None, None, false, false),
        ]
    }

    #[test]
    fn pairs_of_few_and_of_many_activities() {
        for activities in [2, 500, 5_000] {
            let far = activities - 1;
            let expected = [
                (0, Some(far), 3, 2, 2, 3, Some(5.0)),
                (far, None, 2, 0, 1, 0, None),
                (far, Some(0), 1, 1, 1, 0, None),
            ];
            let mut at_once = Pairs::default();
            at_once.update_batch(&columns(&rows(activities))).unwrap();
            assert_eq!(told(&mut at_once), expected);
            // In parts of any size, each with a state of its own, that are merged.
            for size in 1..=rows(activities).len() {
                let mut whole = Pairs::default();
                for part in rows(activities).chunks(size) {
                    let mut one = Pairs::default();
                    one.update_batch(&columns(part)).unwrap();
                    let state: Vec<ArrayRef> =
                        one.state().unwrap().into_iter().map(|value| value.to_array().unwrap()).collect();
                    whole.merge_batch(&state).unwrap();
                }
                assert_eq!(told(&mut whole), expected, "{size}");
            }
        }
        assert!(told(&mut Pairs::default()).is_empty());
    }
}
