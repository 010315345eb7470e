//! Attribute keys as small numbers, found without hashing as long as events look alike.

use super::tag;
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// A key by its number.
pub(super) type KeyId = u32;

/// In which list of attributes a key was seen last, and where.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// Number of the list; 0 for none.
    pub stamp: u64,
    /// Place in that list.
    pub entry: u32,
}

#[derive(Debug)]
struct Key {
    name: String,
    /// As it stands in the file.
    raw: Box<[u8]>,
    /// The key that followed last time.
    next: KeyId,
    marks: [Mark; 2],
}

/// All keys of a log, up to a limit.
#[derive(Debug)]
pub(super) struct Keys {
    keys: Vec<Key>,
    by_raw: HashMap<Box<[u8]>, KeyId, FxBuildHasher>,
    last: KeyId,
    limit: usize,
}

impl Keys {
    /// Without any key yet.
    pub(super) fn new(limit: usize) -> Self {
        Self { keys: Vec::new(), by_raw: HashMap::default(), last: 0, limit }
    }

    /// Number of a key that stands in the file as `raw`; `None` if it is new and there are too many already.
    #[inline]
    pub(super) fn number(&mut self, raw: &[u8]) -> Option<KeyId> {
        // Exporters write the attributes of an event in the same order, so the key after the last one is mostly known.
        if let Some(last) = self.keys.get(self.last as usize) {
            let next = last.next;
            if let Some(key) = self.keys.get(next as usize)
                && *key.raw == *raw
            {
                self.last = next;
                return Some(next);
            }
        }
        let number = match self.by_raw.get(raw) {
            Some(&number) => number,
            None => self.add(raw)?,
        };
        if let Some(last) = self.keys.get_mut(self.last as usize) {
            last.next = number;
        }
        self.last = number;
        Some(number)
    }

    fn add(&mut self, raw: &[u8]) -> Option<KeyId> {
        if self.by_raw.len() >= self.limit {
            return None;
        }
        let text = String::from_utf8_lossy(raw);
        let mut name = String::with_capacity(text.len());
        tag::unescape(&text, &mut name);
        // Two spellings of one key, with and without entities, share a number.
        let number = match self.by_raw.get(name.as_bytes()) {
            Some(&number) => number,
            None => {
                let number = self.keys.len() as KeyId;
                self.keys.push(Key { name, raw: raw.into(), next: 0, marks: [Mark::default(); 2] });
                number
            }
        };
        self.by_raw.insert(raw.into(), number);
        let name = self.keys[number as usize].name.as_bytes();
        if *name != *raw {
            self.by_raw.insert(name.into(), number);
        }
        Some(number)
    }

    /// What the key is called.
    pub(super) fn name(&self, key: KeyId) -> &str {
        self.keys.get(key as usize).map_or("", |key| key.name.as_str())
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Where the key was seen last, by the kind of list.
    #[inline]
    pub(super) fn mark(&self, key: KeyId, list: usize) -> Mark {
        self.keys.get(key as usize).map_or(Mark::default(), |key| key.marks[list])
    }

    /// Notes where the key is seen.
    #[inline]
    pub(super) fn set_mark(&mut self, key: KeyId, list: usize, mark: Mark) {
        if let Some(key) = self.keys.get_mut(key as usize) {
            key.marks[list] = mark;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_once_however_they_are_written() {
        let mut keys = Keys::new(10);
        let numbers: Vec<_> =
            ["a", "b", "a", "b", "R&amp;D", "R&#38;D", "a"].map(|key| keys.number(key.as_bytes())).into();
        assert_eq!(numbers, [0, 1, 0, 1, 2, 2, 0].map(Some));
        assert_eq!((keys.name(2), keys.len()), ("R&D", 3));
    }

    #[test]
    fn entities_before_plain_text() {
        let mut keys = Keys::new(10);
        assert_eq!(keys.number(b"&#97;"), Some(0));
        assert_eq!(keys.number(b"a"), Some(0));
    }

    #[test]
    fn too_many_keys_are_refused_but_known_ones_stay() {
        let mut keys = Keys::new(2);
        assert_eq!(
            (keys.number(b"a"), keys.number(b"b"), keys.number(b"c"), keys.number(b"a")),
            (Some(0), Some(1), None, Some(0))
        );
    }
}
