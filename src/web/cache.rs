//! Encoded answers that are kept to be given again, up to so many bytes.

use crate::web::error::ApiError;
use axum::body::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What an entry costs besides its bytes.
const OVERHEAD: u64 = 256;
/// A guess that only sizes the tables of the cache.
const ENTRIES: usize = 4096;

#[derive(Debug, Clone)]
struct BySize;

impl Weighter<String, Bytes> for BySize {
    fn weight(&self, key: &String, body: &Bytes) -> u64 {
        OVERHEAD + key.len() as u64 + body.len() as u64
    }
}

/// See the module.
pub struct Answers {
    kept: Option<Cache<String, Bytes, BySize>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Answers {
    /// Keeps answers of so many bytes in all; 0 keeps none.
    pub fn new(bytes: u64) -> Self {
        let kept = (bytes > 0).then(|| Cache::with_weighter(ENTRIES, bytes, BySize));
        Self { kept, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// The kept answer, or the one that `compute` makes. Of several that ask for the same, one computes and the others
    /// wait; if it fails or goes away, the next one takes over.
    ///
    /// # Errors
    /// Those of `compute`.
    pub async fn get(
        &self,
        tag: &str,
        compute: impl Future<Output = Result<Bytes, ApiError>>,
    ) -> Result<Bytes, ApiError> {
        let Some(kept) = &self.kept else { return compute.await };
        match kept.get_value_or_guard_async(tag).await {
            Ok(body) => {
                self.hits.fetch_add(1, Relaxed);
                Ok(body)
            }
            Err(guard) => {
                self.misses.fetch_add(1, Relaxed);
                let body = compute.await?;
                // An answer that is too large for the cache is given all the same.
                let _ = guard.insert(body.clone());
                Ok(body)
            }
        }
    }

    /// How often an answer was there, and how often not.
    pub fn counts(&self) -> (u64, u64) {
        (self.hits.load(Relaxed), self.misses.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn what_many_ask_at_once_is_computed_once() {
        let check = |bytes: u64, expected: u64| {
            let (answers, computed) = (Answers::new(bytes), AtomicU64::new(0));
            let ask = || {
                answers.get("tag", async {
                    computed.fetch_add(1, Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(Bytes::from_static(b"answer"))
                })
            };
            let (first, second) = run(async { tokio::join!(ask(), ask()) });
            assert_eq!((first.unwrap(), computed.load(Relaxed)), (second.unwrap(), expected));
        };
        check(1 << 20, 1);
        check(0, 2);
    }

    #[test]
    fn a_failure_is_not_kept() {
        let answers = Answers::new(1 << 20);
        run(async {
            assert!(answers.get("tag", async { Err(ApiError::internal("once")) }).await.is_err());
            assert!(answers.get("tag", async { Ok(Bytes::new()) }).await.is_ok());
        });
        assert_eq!(answers.counts(), (0, 2));
    }
}
