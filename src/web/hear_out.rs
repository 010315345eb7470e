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
    let response = next.run(Request::from_parts(parts, Body::from_stream(stream(Arc::clone(&shared))))).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        // Whether all was heard makes no difference: it was tried.
        let _ = tokio::time::timeout(TIME, throw_away(shared)).await;
    }
    response
}

fn stream(shared: Shared) -> impl futures::Stream<Item = Result<axum::body::Bytes, axum::Error>> {
    futures::stream::poll_fn(move |context| {
        shared.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    })
}

async fn throw_away(shared: Shared) {
    let mut left = BYTES;
    let mut rest = stream(shared);
    while let Some(Ok(bytes)) = rest.next().await {
        left = left.saturating_sub(bytes.len());
        if left == 0 {
            return;
        }
    }
}
