//! `pair_stats(activity_id, next_activity_id, wait_us, activity_first, edge_first)`: what follows what, as a list with an
//! entry for each pair of an activity and the one after it (none at the end of a case).
//!
//! A GROUP BY with `duration_stats` says the same and takes twice as long: it looks each pair up by a hash and carries
//! the marks along as sets of bits. Numbers of activities are small, so here a pair is a place in a table.

mod places;
#[cfg(test)]
mod tests;
mod waits;

use super::duration_stats::{Summary, fields};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::{BooleanBuffer, OffsetBuffer};
use datafusion::arrow::compute::max;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type, Int64Type};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};
use datafusion::scalar::ScalarValue;
use places::Places;
use rayon::prelude::*;
use std::sync::Arc;
use waits::Waits;

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

/// What is known so far; the lists go by the places of the pairs.
#[derive(Debug, Default)]
struct Pairs {
    places: Places,
    counts: Vec<Counts>,
    waits: Vec<Waits>,
    /// What the waits take.
    bytes: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    pairs: i64,
    cases: i64,
    first_events: i64,
}

impl Pairs {
    /// The place of a pair, with room for what is known of it.
    #[inline]
    fn place(&mut self, from: i32, to: i32) -> usize {
        let place = self.places.of(from, to);
        if place == self.counts.len() {
            self.counts.push(Counts::default());
            self.waits.push(Waits::default());
        }
        place
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

/// Bits are read a word at a time: asking for each costs more than what is done with it.
const WORD: usize = 64;

impl Accumulator for Pairs {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let (from, to) = (columns[0].as_primitive::<Int32Type>(), columns[1].as_primitive::<Int32Type>());
        let wait = columns[2].as_primitive::<Int64Type>();
        if from.null_count() > 0 {
            return exec_err!("an event without an activity");
        }
        self.places.reach(max(from).unwrap_or(0).max(max(to).unwrap_or(0)));
        let bits = [marks(columns[3].as_boolean()), marks(columns[4].as_boolean()), present(to), present(wait)];
        let words = bits.each_ref().map(BooleanBuffer::bit_chunks);
        let [firsts, cases, has_next, has_wait] = words.each_ref().map(|words| words.iter_padded());
        let numbers = from.values().chunks(WORD).zip(to.values().chunks(WORD)).zip(wait.values().chunks(WORD));
        let mut bytes = 0;
        for (((from, to), wait), ((firsts, cases), (has_next, has_wait))) in
            numbers.zip(firsts.zip(cases).zip(has_next.zip(has_wait)))
        {
            for (at, ((from, to), wait)) in from.iter().zip(to).zip(wait).enumerate() {
                let bit = |word: u64| word >> at & 1;
                let place = self.place(*from, if bit(has_next) == 1 { *to } else { -1 });
                let counts = &mut self.counts[place];
                counts.pairs += 1;
                counts.cases += bit(cases) as i64;
                counts.first_events += bit(firsts) as i64;
                if bit(has_wait) == 1 {
                    self.waits[place].push(*wait, &mut bytes);
                }
            }
        }
        self.bytes += bytes;
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Self { places, counts, mut waits, .. } = std::mem::take(self);
        let number = |of: &dyn Fn(&Counts) -> i64| counts.iter().map(of).collect::<Vec<_>>();
        let mut columns = vec![
            places.known().iter().map(|(from, to)| (i64::from(*from) << 32) | i64::from(to + 1)).collect(),
            number(&|counts| counts.pairs),
            number(&|counts| counts.cases),
            number(&|counts| counts.first_events),
            waits.iter().map(|waits| waits.count() as i64).collect(),
        ];
        let mut all = Vec::with_capacity(waits.iter().map(Waits::count).sum());
        waits.iter_mut().for_each(|waits| waits.drain_into(&mut all));
        columns.push(all);
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
                self.places.reach(from.max(to));
                let place = self.place(from, to);
                let counts = &mut self.counts[place];
                counts.pairs += part(1)[at];
                counts.cases += part(2)[at];
                counts.first_events += part(3)[at];
                let count = part(4)[at] as usize;
                if from_wait + count > waits.len() {
                    return Err(exec_datafusion_err!("a state of pair_stats that is cut off"));
                }
                self.waits[place].merge(waits.slice(from_wait, count));
                from_wait += count;
            }
            self.bytes += size_of_val(&**waits);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let Self { places, counts, waits, .. } = std::mem::take(self);
        let mut pairs: Vec<_> = places.known().iter().zip(counts).zip(waits).collect();
        pairs.sort_unstable_by_key(|((pair, _), _)| **pair);
        // There is one such list for the whole log: without help, all cores but one would watch.
        let summary = |all: &mut Vec<i64>, (_, waits): &mut (_, Waits)| {
            all.clear();
            waits.drain_into(all);
            Summary::of(all)
        };
        let summaries: Vec<Summary> = pairs.par_iter_mut().map_init(Vec::new, summary).collect();
        let number = |of: &dyn Fn(&Counts) -> i64| {
            Arc::new(pairs.iter().map(|((_, counts), _)| Some(of(counts))).collect::<Int64Array>())
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(pairs.iter().map(|(((from, _), _), _)| Some(*from)).collect::<Int32Array>()),
            Arc::new(pairs.iter().map(|(((_, to), _), _)| (*to >= 0).then_some(*to)).collect::<Int32Array>()),
            number(&|counts| counts.pairs),
            number(&|counts| counts.cases),
            number(&|counts| counts.first_events),
            Arc::new(Summary::columns(&summaries)),
        ];
        let entries = StructArray::try_new_with_length(pair_fields(), columns, None, pairs.len())?;
        let bounds = OffsetBuffer::from_lengths([pairs.len()]);
        let list = ListArray::new(item(DataType::Struct(pair_fields())), bounds, Arc::new(entries), None);
        Ok(ScalarValue::List(Arc::new(list)))
    }

    fn size(&self) -> usize {
        let of_pairs = self.counts.capacity() * size_of::<Counts>() + self.waits.capacity() * size_of::<Waits>();
        size_of::<Self>() + self.places.bytes() + of_pairs + self.bytes
    }
}
