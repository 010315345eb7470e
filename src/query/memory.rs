//! The memory of queries: each has its own, and all together have one that none may exceed.

use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, TrackConsumersPool,
};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Stands in the message of an error by which the memory of all queries is known.
pub const ALL_QUERIES: &str = "the memory of all queries together";

/// Memory of all queries together.
#[derive(Debug)]
pub struct Shared {
    bytes: usize,
    used: AtomicUsize,
}

impl Shared {
    /// So many MiB.
    pub fn new(megabytes: u64) -> Arc<Self> {
        Arc::new(Self { bytes: (megabytes << 20) as usize, used: AtomicUsize::new(0) })
    }

    /// A pool of so many MiB for one query. Whoever can put data aside does so when either is used up.
    pub fn pool(self: &Arc<Self>, megabytes: u64) -> Arc<dyn MemoryPool> {
        let own = FairSpillPool::new((megabytes << 20) as usize);
        let top = NonZeroUsize::new(5).unwrap_or(NonZeroUsize::MIN);
        Arc::new(TrackConsumersPool::new(OfOne { own, all: Arc::clone(self) }, top))
    }

    fn try_take(&self, bytes: usize) -> bool {
        let fits = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.bytes);
        self.used.fetch_update(Relaxed, Relaxed, fits).is_ok()
    }
}

/// The pool of one query.
#[derive(Debug)]
struct OfOne {
    own: FairSpillPool,
    all: Arc<Shared>,
}

impl fmt::Display for OfOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.own.fmt(f)
    }
}

impl MemoryPool for OfOne {
    fn name(&self) -> &str {
        "query"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.own.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.own.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.all.used.fetch_add(additional, Relaxed);
        self.own.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.own.shrink(reservation, shrink);
        self.all.used.fetch_sub(shrink, Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        if !self.all.try_take(additional) {
            return Err(resources_datafusion_err!("{ALL_QUERIES} is used up"));
        }
        let grown = self.own.try_grow(reservation, additional);
        if grown.is_err() {
            self.all.used.fetch_sub(additional, Relaxed);
        }
        grown
    }

    fn reserved(&self) -> usize {
        self.own.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.own.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::QueryError;
    use crate::query::engine::Limits;

    #[test]
    fn queries_share_a_pool_and_each_has_its_own() {
        let shared = Shared::new(3);
        let (one, other) = (shared.pool(2), shared.pool(2));
        let first = MemoryConsumer::new("first").register(&one);
        let second = MemoryConsumer::new("second").register(&other);
        let limit = |error| QueryError::from_engine(error, &Limits::for_tests()).limit();
        first.try_grow(2 << 20).unwrap();
        assert_eq!(limit(first.try_grow(1).unwrap_err()), Some("limits.query_memory_mb"));
        second.try_grow(1 << 20).unwrap();
        assert_eq!(limit(second.try_grow(1).unwrap_err()), Some("limits.memory_pool_mb"));
        // What failed took nothing, and what ends gives back.
        drop(first);
        second.try_grow(1 << 20).unwrap();
        drop(second);
        assert_eq!(shared.used.load(Relaxed), 0);
    }
}
