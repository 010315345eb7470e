//! The waits of a pair, until their quantiles are asked for.

use datafusion::arrow::buffer::ScalarBuffer;

/// Values in pieces, so that nothing is copied when there are more.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// The piece that grows.
    open: Vec<i64>,
    full: Vec<Vec<i64>>,
    /// Those of other states, as they came.
    merged: Vec<ScalarBuffer<i64>>,
}

const FIRST_PIECE: usize = 8;
const LARGEST_PIECE: usize = 32 << 10;

impl Waits {
    /// Adds one, and to `bytes` what that took.
    #[inline]
    pub fn push(&mut self, value: i64, bytes: &mut usize) {
        if self.open.len() == self.open.capacity() {
            self.open_another(bytes);
        }
        self.open.push(value);
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

    /// Adds those of another state.
    pub fn merge(&mut self, values: ScalarBuffer<i64>) {
        self.merged.push(values);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let full: usize = self.full.iter().map(Vec::len).sum();
        self.open.len() + full + self.merged.iter().map(|piece| piece.len()).sum::<usize>()
    }

    /// Appends all values and lets go of them.
    pub fn drain_into(&mut self, all: &mut Vec<i64>) {
        self.full.drain(..).for_each(|piece| all.extend_from_slice(&piece));
        self.merged.drain(..).for_each(|piece| all.extend_from_slice(&piece));
        all.append(&mut self.open);
    }
}
