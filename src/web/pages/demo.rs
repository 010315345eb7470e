//! The button that loads the sample data, for those who have no file at hand.

use crate::app::{AppError, DEMO_FLOW};
use crate::web::auth::Editor;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, OVERVIEW};
use crate::web::state::Web;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Imports the sample as any other file, and leads to its import; to the flow if it is there already.
pub async fn load(editor: Editor, State(web): State<Arc<Web>>) -> Result<Response, ApiError> {
    let register = move |web: &Web| -> Result<Option<String>, AppError> {
        if web.app.has_demo() {
            return Ok(None);
        }
        let records = web.app.register_demo(&editor.0.name)?;
        web.jobs.enqueue(&records);
        Ok(records.first().map(|first| format!("/flows/{}/imports/{}", first.flow, first.id)))
    };
    let page = web.blocking(register).await?;
    let address = page.unwrap_or_else(|| Address::of_flow(DEMO_FLOW, OVERVIEW).href());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}
