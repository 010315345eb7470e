//! An import as it goes on, as server-sent events: `progress` while it waits or runs, then one last event with the whole
//! record: `done`, `failed` or `cancelled`.

use crate::app::ImportInfo;
use crate::store::catalog::ImportRecord;
use crate::web::api::imports::info;
use crate::web::auth::Viewer;
use crate::web::error::ApiError;
use crate::web::extract::Places;
use crate::web::state::Web;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use std::sync::Arc;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(250);

/// Where a stream stands.
enum Step {
    First(Box<ImportRecord>),
    Next { flow: String, id: String },
    Over,
}

/// Follows an import.
#[utoipa::path(get, path = "/api/v1/flows/{flow}/imports/{id}/events", tag = "imports",
    params(("flow" = String, Path, description = "name of the flow"), ("id" = String, Path, description = "id of the import")),
    responses((status = 200, content_type = "text/event-stream", body = ImportInfo,
        description = "`progress` every 250 ms with the record's progress, then `done`, `failed` or `cancelled` with the record")))]
pub async fn follow(
    _: Viewer,
    State(web): State<Arc<Web>>,
    places: Places,
) -> Result<Sse<impl Stream<Item = Result<Event, axum::Error>>>, ApiError> {
    let (flow, id) = (places.flow()?, places.get("id")?);
    let record = web.blocking(move |web| web.app.import_of(&flow, &id)).await?;
    let events = futures::stream::unfold(Step::First(Box::new(record)), move |step| next(Arc::clone(&web), step));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The next event and where the stream then stands; the end when the import, the flow or the server is gone.
async fn next(web: Arc<Web>, step: Step) -> Option<(Result<Event, axum::Error>, Step)> {
    let record = match step {
        Step::Over => return None,
        Step::First(record) => *record,
        Step::Next { flow, id } => {
            tokio::select! {
                () = web.leaving.cancelled() => return None,
                () = tokio::time::sleep(STEP) => {}
            }
            web.blocking(move |web| web.app.import_of(&flow, &id)).await.ok()?
        }
    };
    let (over, name) = (record.state.is_final(), record.state.as_str());
    let following = Step::Next { flow: record.flow.clone(), id: record.id.clone() };
    let info = info(&web, record);
    if over {
        return Some((Event::default().event(name).json_data(&info), Step::Over));
    }
    // An import that another process runs has a state but no progress here.
    let event = match &info.progress {
        Some(progress) => Event::default().event("progress").json_data(progress),
        None => Event::default().event("progress").json_data(serde_json::json!({ "stage": name })),
    };
    Some((event, following))
}
