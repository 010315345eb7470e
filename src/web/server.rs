//! Listening, and ending in good order: no new requests, the running ones get their time, imports wait for the next
//! start.

use crate::app::{App, AppError, Jobs};
use crate::web::connections;
use crate::web::router::router;
use crate::web::state::{Options, Web};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long running requests may take once the server was told to end.
const FINISH: Duration = Duration::from_secs(10);

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The service failed.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A server that listens and does not answer yet.
pub struct Server {
    /// What its handlers share.
    pub web: Arc<Web>,
    listener: TcpListener,
    router: axum::Router,
}

impl Server {
    /// Takes the address, starts the import workers and takes up what they had left.
    ///
    /// # Errors
    /// `Listen`, or `App` if the workers or the data folder fail.
    pub async fn bind(app: Arc<App>, demo: bool) -> Result<Self, ServerError> {
        let wanted = app.config.server.listen;
        let listen = |source| ServerError::Listen { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let jobs = Jobs::start(Arc::clone(&app))?;
        let web = Web::new(app, jobs, Options { address, demo })?;
        let router = router(&web)?;
        Ok(Self { web, listener, router })
    }

    /// Answers until `told_to_end` is over, and then puts everything away.
    pub async fn run(self, told_to_end: impl Future<Output = ()> + Send + 'static) {
        let web = self.web;
        let head_time = Duration::from_secs(web.app.config.server.header_seconds);
        let serving = connections::answer(self.listener, self.router, head_time, web.leaving.clone());
        let ending = async {
            told_to_end.await;
            web.leaving.cancel();
            tokio::time::sleep(FINISH).await;
        };
        tokio::select! {
            () = serving => {}
            () = ending => tracing::warn!("some requests did not end in time and were cut off"),
        }
        web.jobs.interrupt();
        let jobs = Arc::clone(&web.jobs);
        if tokio::task::spawn_blocking(move || jobs.finish()).await.is_err() {
            tracing::error!("the import workers ended unexpectedly");
        }
    }
}
