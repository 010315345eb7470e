//! The forms that make filters: that of the filter bar adds a condition and leads back to the page it came from, that of
//! the variants leads to the map of the chosen ones.

use crate::app::FilterWords;
use crate::model::filter::Filter;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, OVERVIEW, encoded};
use axum::http::StatusCode;
use axum::http::header;
use axum::response::{IntoResponse, Response};

const FIELDS: [&str; 12] =
    ["back", "query", "kind", "a", "b", "period_from", "period_to", "attribute", "value", "min", "max", "with"];
const DAY: f64 = 86_400.0;

/// Adds the condition.
pub async fn add(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&FIELDS)?;
    let field = |name: &str| ask.rest.get(name).map(|text| text.trim()).unwrap_or_default();
    let clause = clause(&field)?;
    // The second side of a comparison has a filter of its own.
    let name = if ask.rest.contains_key("with") { "with" } else { "filter" };
    let before = match (name, field("with")) {
        ("with", "all") => String::new(),
        ("with", side) => side.to_owned(),
        _ => ask.words.filter.clone().unwrap_or_default(),
    };
    let text = if before.is_empty() { clause } else { format!("{before};{clause}") };
    let (flow, words) = (ask.places.flow()?, FilterWords { filter: Some(text), ..FilterWords::default() });
    let flow_name = flow.clone();
    let filter = ask.web.blocking(move |web| words.filter(&web.app.target(&flow_name)?.snapshot)).await?.to_string();
    // Only pages of this flow: whoever makes up a link shall not lead people elsewhere.
    let home = Address::of_flow(&flow, OVERVIEW).href();
    let within = |back: &str| back.strip_prefix(&home).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let back = if within(field("back")) { field("back").to_owned() } else { home };
    let rest = field("query");
    let joint = if rest.is_empty() { "" } else { "&" };
    // Without any condition the second side has all cases.
    let filter = if name == "with" && filter.is_empty() { "all".to_owned() } else { filter };
    let address = format!("{back}?{rest}{joint}{name}={}", encoded(&filter));
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}

/// What the boxes of the variants are called, before the id: each has a name of its own, as forms of pages need.
pub const BOX: &str = "variant.";

/// The map of the variants whose boxes are ticked. They replace those of the filter, among which they were shown.
pub async fn choose(ask: Ask) -> Result<Response, ApiError> {
    if let Some(unknown) = ask.rest.keys().find(|name| !name.starts_with(BOX)) {
        let detail = format!("there is no parameter `{unknown}`");
        return Err(ApiError::bad_request("bad_parameter", detail, "choose variants on their page"));
    }
    // A box of a group has the ids of all its variants.
    let boxes = ask.rest.keys().filter_map(|name| name.strip_prefix(BOX));
    let chosen: Vec<String> = boxes.flat_map(|ids| ids.split('.')).map(str::to_owned).collect();
    if chosen.is_empty() {
        return Err(ApiError::bad_request("bad_parameter", "no variant is chosen", "go back and tick at least one"));
    }
    let asked = ask.open().await?;
    let filter = Filter { variants: chosen, ..asked.filter };
    let mut map = Address::of_flow(&asked.target.flow, "map").with("filter", filter.canonical().to_string());
    if let Some(version) = ask.version {
        map = map.with("version", version);
    }
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, map.href())]).into_response())
}

/// The condition in the text form of filters.
fn clause<'a>(field: &dyn Fn(&str) -> &'a str) -> Result<String, ApiError> {
    let wrong = |what: String| ApiError::bad_request("bad_parameter", what, "fill in the form of the filter bar");
    let need = |name: &str, what: &str| {
        let text = field(name);
        if text.is_empty() { Err(wrong(format!("{what} is missing"))) } else { Ok(escaped(text)) }
    };
    let days = |name: &str| -> Result<String, ApiError> {
        let text = field(name).replace(',', ".");
        if text.is_empty() {
            return Ok(String::new());
        }
        let days = text.parse::<f64>().ok().filter(|days| days.is_finite() && *days >= 0.0);
        days.map(|days| (days * DAY).to_string()).ok_or_else(|| wrong(format!("`{text}` is no number of days")))
    };
    let kind = field("kind");
    Ok(match kind {
        "with" | "without" | "starts" | "ends" => format!("{kind}={}", need("a", "the activity")?),
        "directly" | "eventually" => {
            format!("{kind}={}>{}", need("a", "the first activity")?, need("b", "the second activity")?)
        }
        "start" | "end" => format!("{kind}={}..{}", escaped(field("period_from")), escaped(field("period_to"))),
        "rework" => "rework=yes".to_owned(),
        "no_rework" => "rework=no".to_owned(),
        "case" => format!("case.{}={}", need("attribute", "the attribute")?, escaped(field("value"))),
        "cycle" => format!("cycle={}..{}", days("min")?, days("max")?),
        _ => return Err(wrong(format!("there is no condition `{kind}`"))),
    })
}

/// What means something in a filter is written as `%XX`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        if "%;|=<>!&".contains(sign) {
            out.push_str(&format!("%{:02X}", sign as u32));
        } else {
            out.push(sign);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_become_conditions() {
        let check = |pairs: &'static [(&str, &str)], expected: &str| {
            let field = |name: &str| pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
            let text = clause(&field).unwrap();
            assert_eq!(text.parse::<Filter>().unwrap().to_string(), expected);
        };
        check(&[("kind", "with"), ("a", "A;B")], "with=A%3BB");
        check(&[("kind", "directly"), ("a", "A"), ("b", "B>C")], "directly=A>B%3EC");
        check(&[("kind", "cycle"), ("min", "1,5")], "cycle=129600..");
        check(&[("kind", "rework")], "rework=yes");
        check(&[("kind", "no_rework")], "rework=no");
        check(&[("kind", "case"), ("attribute", "region"), ("value", "North")], "case.region=North");
        check(&[("kind", "start"), ("period_from", "2024-01-01")], "start=2024-01-01T00:00:00Z..");
        let none = |_: &str| "";
        assert!(clause(&none).is_err());
    }
}
