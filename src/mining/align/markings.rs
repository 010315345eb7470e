//! Markings with numbers: each is kept once, one after the other in one piece of memory.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Markings {
    places: usize,
    tokens: Vec<u8>,
    numbers: HashTable<u32>,
    count: usize,
}

impl Markings {
    pub(super) fn new(places: usize) -> Self {
        Self { places, tokens: Vec::new(), numbers: HashTable::new(), count: 0 }
    }

    /// The number of a marking, and whether it is a new one.
    pub(super) fn number(&mut self, marking: &[u8]) -> (u32, bool) {
        let hash = hash(marking);
        let (tokens, places) = (&self.tokens, self.places);
        let of = |number: u32| &tokens[number as usize * places..][..places];
        if let Some(known) = self.numbers.find(hash, |number| of(*number) == marking) {
            return (*known, false);
        }
        let number = self.count as u32;
        self.numbers.insert_unique(hash, number, |number| self::hash(of(*number)));
        self.tokens.extend_from_slice(marking);
        self.count += 1;
        (number, true)
    }

    /// The marking with a number.
    pub(super) fn get(&self, number: u32) -> &[u8] {
        &self.tokens[number as usize * self.places..][..self.places]
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Forgets them all, but not the memory.
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.numbers.clear();
        self.count = 0;
    }
}

fn hash(marking: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(marking);
    hasher.finish()
}
