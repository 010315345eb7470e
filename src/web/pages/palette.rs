//! What one can jump to by name: all flows, and the activities of the flow that one looks at.

use crate::map::scene::activity_id;
use crate::web::auth::Viewer;
use crate::web::error::ApiError;
use crate::web::extract::pairs;
use crate::web::pages::address::{Address, OVERVIEW};
use crate::web::state::Web;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde::Serialize;
use std::sync::Arc;

/// A list of places.
#[derive(Debug, Serialize)]
pub struct Palette {
    entries: Vec<Entry>,
}

/// A place with its name.
#[derive(Debug, Serialize)]
struct Entry {
    title: String,
    group: &'static str,
    href: String,
}

/// The list; `?flow=NAME` adds the activities of that flow.
pub async fn palette(_: Viewer, State(web): State<Arc<Web>>, uri: Uri) -> Result<Json<Palette>, ApiError> {
    let flow = pairs(&uri)?.into_iter().find(|(name, _)| name == "flow").map(|(_, flow)| flow);
    let gather = move |web: &Web| -> Result<Palette, ApiError> {
        let flows = web.app.flows()?.flows.into_iter().filter(|flow| flow.version.is_some());
        let to_flow = |flow: crate::app::FlowInfo| Entry {
            href: Address::of_flow(&flow.name, OVERVIEW).href(),
            title: flow.title,
            group: "Flow",
        };
        let mut entries: Vec<Entry> = flows.map(to_flow).collect();
        if let Some(flow) = flow {
            let target = web.app.target(&flow)?;
            let to_activity = |name: &str| {
                let href = Address::of_flow(&flow, "map").with("node", activity_id(name)).href();
                Entry { title: name.to_owned(), group: "Activity", href }
            };
            entries.extend(target.snapshot.names("activity").iter().flatten().map(to_activity));
        }
        Ok(Palette { entries })
    };
    Ok(Json(web.blocking(gather).await?))
}
