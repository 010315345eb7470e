//! A refusal is read only by who has been heard out: a connection that is closed while somebody still sends loses the
//! answer on its way. What is left of a refused body is therefore read, up to a bound, and thrown away.

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// So much is read of what nobody wants, for so long.
const BYTES: usize = 64 << 20;
const TIME: Duration = Duration::from_secs(2);

type Shared = Arc<Mutex<BodyDataStream>>;

/// See the module.
pub async fn hear_out(request: Request, next: Next) -> Response {
    let sends = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    // Who asks before sending has not begun, and shall not.
    if !sends || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let shared: Shared = Arc::new(Mutex::new(body.into_data_stream()));
    let (wanted, unwanted) = oneshot::channel();
    let body = Body::from_stream(stream(Arc::clone(&shared), Some(wanted)));
    // That somebody has gone is only noticed while there is nothing left to read, so the end of a body that nobody
    // wants any more is read while the answer is made: with the asker, the work for the answer ends.
    let listening = async {
        let _ = unwanted.await;
        throw_away(Arc::clone(&shared)).await;
        std::future::pending::<Response>().await
    };
    let response = tokio::select! {
        response = next.run(Request::from_parts(parts, body)) => response,
        response = listening => response,
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        // Whether all was heard makes no difference: it was tried.
        let _ = tokio::time::timeout(TIME, throw_away(shared)).await;
    }
    response
}

/// The shared body; `wanted` is dropped together with the stream.
fn stream(
    shared: Shared,
    wanted: Option<oneshot::Sender<()>>,
) -> impl futures::Stream<Item = Result<axum::body::Bytes, axum::Error>> {
    futures::stream::poll_fn(move |context| {
        let _kept = &wanted;
        shared.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    })
}

async fn throw_away(shared: Shared) {
    let mut left = BYTES;
    let mut rest = stream(shared, None);
    while let Some(Ok(bytes)) = rest.next().await {
        left = left.saturating_sub(bytes.len());
        if left == 0 {
            return;
        }
    }
}
