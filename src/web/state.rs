//! What all handlers share.

use crate::app::{App, AppError, Jobs};
use crate::store::Work;
use crate::web::auth::Failures;
use crate::web::cache::Answers;
use crate::web::error::ApiError;
use crate::web::hosts::Hosts;
use crate::web::metrics::Metrics;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

/// How the server was started.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The address that it listens on, with the real port.
    pub address: SocketAddr,
    /// Whether the printed address signs in by a single visit.
    pub demo: bool,
}

/// See the module.
pub struct Web {
    /// The service.
    pub app: Arc<App>,
    /// Imports in the background.
    pub jobs: Arc<Jobs>,
    /// Set when the server is about to end; streams end with it.
    pub leaving: CancellationToken,
    /// How it was started.
    pub options: Options,
    /// The names by which it may be called.
    pub(in crate::web) hosts: Hosts,
    pub(in crate::web) answers: Answers,
    pub(in crate::web) metrics: Metrics,
    pub(in crate::web) failures: Failures,
    /// Addresses that exist, for the answer to one that does not, and the document that describes them.
    pub(in crate::web) described: OnceLock<Described>,
    /// Stands for all query files.
    pub(in crate::web) fingerprint: String,
    /// Tells other processes that somebody works here, so that none of them clears up what only seems left behind.
    _at_work: Work,
}

/// What the router says about itself.
#[derive(Debug, Default)]
pub struct Described {
    /// All addresses.
    pub addresses: Vec<String>,
    /// The OpenAPI document.
    pub openapi: axum::body::Bytes,
}

impl Web {
    /// Puts together what the handlers share.
    ///
    /// # Errors
    /// `Store` if the data folder cannot be locked.
    pub fn new(app: Arc<App>, jobs: Arc<Jobs>, options: Options) -> Result<Arc<Self>, AppError> {
        app.finish_judgements();
        Ok(Arc::new(Self {
            hosts: Hosts::new(&app.config.server, options.address),
            answers: Answers::new(app.config.limits.result_cache_bytes()),
            metrics: Metrics::default(),
            failures: Failures::default(),
            described: OnceLock::new(),
            fingerprint: app.engine().catalogue().fingerprint(),
            leaving: CancellationToken::new(),
            _at_work: app.store.begin_work()?,
            app,
            jobs,
            options,
        }))
    }

    /// The address by which people reach the server, without a last `/`.
    pub fn base_address(&self) -> String {
        if let Some(url) = &self.app.config.server.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let mut address = self.options.address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}")
    }

    /// Runs work that waits for the disk where it keeps no other request waiting.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn blocking<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let web = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&web)).await;
        done.map_err(|error| ApiError::internal(error.to_string()))?.map_err(Into::into)
    }
}
