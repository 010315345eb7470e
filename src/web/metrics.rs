//! What a monitoring system reads: requests, places for queries, imports, the cache.

use crate::web::state::Web;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

/// Upper bounds in seconds: from an answer that was kept to one that reaches the limit.
const SECONDS: [f64; 13] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 90.0];

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// What is counted as it happens; the rest is looked up when somebody asks.
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::default(), seconds: Family::new_with_constructor(histogram) }
    }
}

impl Metrics {
    /// Counts a request. `route` is the pattern, never the address: there are few patterns.
    pub fn count(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabels { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Everything in the text form of Prometheus.
    ///
    /// # Errors
    /// Those of the writer, which for memory are none.
    pub fn write(&self, web: &Web) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("throughline");
        registry.register("requests", "Requests answered", self.requests.clone());
        let seconds = self.seconds.clone();
        registry.register_with_unit("request_duration", "Time to answer", Unit::Seconds, seconds);
        registry.register("build", "The program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        let engine = web.app.engine();
        let (free, all) = (engine.free_places(), engine.limits().parallel);
        let mut gauge = |name: &str, help: &str, value: usize| {
            let gauge: Gauge = Gauge::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            registry.register(name, help, gauge);
        };
        gauge("queries_running", "Queries that run", all.saturating_sub(free));
        gauge("queries_free_places", "Queries that could start right now", free);
        gauge("imports_under_way", "Imports that wait or run", web.jobs.count());
        let (hits, misses) = web.answers.counts();
        registry.register("cache_hits", "Answers that were kept", ConstCounter::new(hits));
        registry.register("cache_misses", "Answers that had to be computed", ConstCounter::new(misses));
        let mut out = String::new();
        text::encode(&mut out, &registry)?;
        Ok(out)
    }
}
