//! Connections: taken, answered one request after the other, and given up when nothing comes on them.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Pause after a failure to take a connection that is no fault of the one who calls: mostly too many files are open.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers until `leaving`. From then on nobody new is let in, and each connection ends with the request that it is at.
///
/// `head_time` is how long a connection may wait for the whole head of its next request. Without it, whoever vanishes
/// without a word, or sends a head byte by byte, would hold a connection for ever.
pub async fn answer(listener: TcpListener, router: Router, head_time: Duration, leaving: CancellationToken) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(head_time);
    let open = TaskTracker::new();
    while let Some(stream) = leaving.run_until_cancelled(accept(&listener)).await {
        let service = TowerToHyperService::new(router.clone());
        let connection = protocol.serve_connection(TokioIo::new(stream), service);
        let leaving = leaving.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = leaving.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::error!(%error, "could not take a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_the_caller(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
