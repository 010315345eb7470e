//! Where what is known of a pair of activities is kept.

use rustc_hash::FxHashMap;

/// Up to so many activities, every pair has its place in a table.
const DENSE: usize = 1 << 10;
const FEWEST: usize = 32;

/// No such pair yet.
const NONE: u32 = u32::MAX;

/// Numbers pairs of activities from 0, as they come.
#[derive(Debug)]
pub(super) struct Places {
    known: Vec<(i32, i32)>,
    at: At,
}

#[derive(Debug)]
enum At {
    /// By `from * width + to + 1`.
    Table {
        width: usize,
        places: Vec<u32>,
    },
    Map(FxHashMap<(i32, i32), u32>),
}

impl Default for Places {
    fn default() -> Self {
        Self { known: Vec::new(), at: At::Table { width: 0, places: Vec::new() } }
    }
}

impl Places {
    /// Makes room for activities up to this number.
    pub fn reach(&mut self, most: i32) {
        let At::Table { width, places } = &mut self.at else { return };
        let needed = most as usize + 2;
        if needed <= *width {
            return;
        }
        let known = self.known.iter().zip(0..);
        if needed > DENSE {
            self.at = At::Map(known.map(|(pair, place)| (*pair, place)).collect());
            return;
        }
        *width = needed.next_power_of_two().clamp(FEWEST, DENSE);
        *places = vec![NONE; *width * *width];
        for ((from, to), place) in known {
            places[*from as usize * *width + (to + 1) as usize] = place;
        }
    }

    /// The place of this pair: an activity within reach, and the one after it or -1. Right after the last one if it is new.
    #[inline]
    pub fn of(&mut self, from: i32, to: i32) -> usize {
        let place = match &mut self.at {
            At::Table { width, places } => &mut places[from as usize * *width + (to + 1) as usize],
            At::Map(map) => map.entry((from, to)).or_insert(NONE),
        };
        if *place == NONE {
            *place = self.known.len() as u32;
            self.known.push((from, to));
        }
        *place as usize
    }

    /// All pairs, by their places.
    pub fn known(&self) -> &[(i32, i32)] {
        &self.known
    }

    /// What this takes.
    pub fn bytes(&self) -> usize {
        let table = match &self.at {
            At::Table { places, .. } => size_of_val(places.as_slice()),
            At::Map(map) => map.capacity() * size_of::<((i32, i32), u32)>(),
        };
        table + size_of_val(self.known.as_slice())
    }
}
