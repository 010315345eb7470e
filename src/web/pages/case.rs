//! The case page: what happened to one case, when, by whom, and where it left the happy path.

use crate::app::{AppError, Asked};
use crate::draw::figure::{count, duration};
use crate::model::answers::{Stats, Timeline, TimelineEvent};
use crate::model::filter::Filter;
use crate::model::time;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::{case_href, flow_page, order_words, ranks, segment, stamp};
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::gantt::{self, gantt};
use crate::web::pages::page;
use crate::web::pages::path::{Chevron, Codes, shown};
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::Value;

/// So many events are in the table; the exports have all.
const EVENTS_SHOWN: usize = 1_000;

/// What lanes there are: name in the address, and title.
const LANES: [(&str, &str); 3] = [("resource", "People"), ("activity", "Activities"), ("system", "Systems")];

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    case: String,
    place: String,
    previous: Option<String>,
    next: Option<String>,
    facts: Vec<(&'static str, String)>,
    variant: (String, String),
    attributes: Vec<(String, String)>,
    lanes: Vec<Lane>,
    figure: Option<String>,
    figure_note: String,
    definition: Definition,
    difference: Vec<Chevron>,
    no_difference: String,
    rows: Vec<Row>,
    rows_note: String,
}

struct Lane {
    href: String,
    title: &'static str,
    on: bool,
}

struct Row {
    number: usize,
    activity: String,
    code: String,
    css: String,
    wait: String,
    wait_bar: u32,
    worst: bool,
    started: String,
    work: String,
    who: String,
    role: String,
    system: String,
    attributes: String,
    line: String,
}

/// A case among its neighbours in the list.
#[derive(Default)]
struct Place {
    words: String,
    previous: Option<String>,
    next: Option<String>,
}

/// The page.
pub async fn case(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["lanes", "at", "sort"])?;
    let asked = ask.open().await?;
    let id = ask.places.get("case")?;
    let timeline = ask.web.app.case(&asked, &id).await?;
    let parameter = |name: &str| ask.rest.get(name).map(String::as_str).unwrap_or_default();
    let list = flow_page(&ask, &asked, "cases").with("sort", parameter("sort"));
    let own = format!("/flows/{}/cases/{}", encoded(&asked.target.flow), segment(&id));
    let address = list.at(&own).with("lanes", parameter("lanes")).with("at", parameter("at"));
    let shell = Shell::of_flow(&ask, &parts, &asked, "cases").await?;
    let stats = ask.web.app.stats(&asked).await?;
    let codes = Codes::of(&asked.target.snapshot.activities_met().map_err(AppError::from)?);
    let (difference, no_difference) = difference(&ask, &asked, &timeline, &codes).await?;
    let place = place(&ask, &asked, &list, &id).await?;
    let lane = lane(&ask, &timeline)?;
    let events = &timeline.timeline;
    let lane_name = |event: &TimelineEvent| match lane {
        "activity" => event.activity.clone(),
        "system" => event.system.clone().unwrap_or_else(|| "unknown".to_owned()),
        _ => event.resource.clone().unwrap_or_else(|| "unknown".to_owned()),
    };
    page(&CasePage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&timeline, &stats),
        exports: exports(&asked, &id),
        filters: Filters::of(&asked, &address, &stats),
        facts: facts(&timeline),
        variant: variant(&ask, &asked, &list, &timeline).await?,
        attributes: timeline.attributes.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        lanes: LANES
            .iter()
            .filter(|(name, _)| *name == lane || has_lanes(events, name))
            .map(|(name, title)| Lane { href: address.with("lanes", name).href(), title, on: *name == lane })
            .collect(),
        definition: Definition::of(
            "timeline",
            &ask.web.app.about("timeline")?,
            &Population::of(&narrowed(&asked, &id), 1),
        ),
        figure: gantt(events, &lane_name, lane),
        figure_note: note(events.len(), gantt::EVENTS_SHOWN),
        difference,
        no_difference,
        rows: rows(events, &codes),
        rows_note: note(events.len(), EVENTS_SHOWN),
        place: place.words,
        previous: place.previous,
        next: place.next,
        case: id,
        shell,
    })
}

/// Whether events say anything that lanes of this kind could tell apart.
fn has_lanes(events: &[TimelineEvent], name: &str) -> bool {
    let says = |event: &TimelineEvent| match name {
        "resource" => event.resource.is_some(),
        "system" => event.system.is_some(),
        _ => true,
    };
    events.iter().any(says)
}

/// The case alone.
fn narrowed(asked: &Asked, case: &str) -> Asked {
    Asked { target: asked.target.clone(), filter: Filter { cases: vec![case.to_owned()], ..Filter::default() } }
}

/// Lanes of resources, unless others are asked for or nobody is known.
fn lane(ask: &Ask, timeline: &Timeline) -> Result<&'static str, ApiError> {
    let somebody = timeline.timeline.iter().any(|event| event.resource.is_some());
    match ask.rest.get("lanes").map(String::as_str).filter(|text| !text.is_empty()) {
        None => Ok(if somebody { "resource" } else { "activity" }),
        Some(name) => LANES.iter().map(|(known, _)| *known).find(|known| *known == name).ok_or_else(|| {
            let hint = "there are resource, activity and system";
            ApiError::bad_request("bad_parameter", format!("there are no lanes `{name}`"), hint)
        }),
    }
}

fn note(events: usize, shown: usize) -> String {
    if events > shown {
        format!("The first {} of {} events; the exports have all.", count(shown as i64), count(events as i64))
    } else {
        String::new()
    }
}

/// The chevrons, or why there are none.
async fn difference(
    ask: &Ask,
    asked: &Asked,
    timeline: &Timeline,
    codes: &Codes,
) -> Result<(Vec<Chevron>, String), ApiError> {
    let path: Vec<String> = timeline.timeline.iter().map(|event| event.activity.clone()).collect();
    match ask.web.app.happy_path(&asked.target).await {
        Ok(happy) => Ok((shown(codes.difference(&path, &happy)), String::new())),
        // The case is worth seeing, even if the log is too tangled for a map.
        Err(AppError::Invalid { what, .. }) => Ok((Vec::new(), format!("The log has no happy path to show: {what}"))),
        Err(other) => Err(other.into()),
    }
}

/// Its neighbours in the list; in the order of starts they are found even if the address does not say where it stands.
async fn place(ask: &Ask, asked: &Asked, list: &Address, case: &str) -> Result<Place, ApiError> {
    let sort = ask.rest.get("sort").map(String::as_str).unwrap_or_default();
    let at = match ask.number("at")? {
        Some(at) => Some(at),
        None if ["", "start"].contains(&sort) => ask.web.app.case_place(asked, case).await?,
        None => None,
    };
    let Some(at) = at else { return Ok(Place::default()) };
    let first = at.saturating_sub(1);
    let cases = ask.web.app.cases_sorted(asked, sort, first, 3).await?;
    // Another filter or version has another order.
    let Some(found) = cases.cases.iter().position(|row| row.case == case) else { return Ok(Place::default()) };
    let href = |place: usize| Some(case_href(list, asked, &cases.cases.get(place)?.case, Some(first + place)));
    Ok(Place {
        words: format!("{} of {} {}", count((first + found) as i64 + 1), count(cases.total), order_words(sort)),
        previous: found.checked_sub(1).and_then(href),
        next: href(found + 1),
    })
}

/// The variant's rank or id, and its cases.
async fn variant(ask: &Ask, asked: &Asked, list: &Address, case: &Timeline) -> Result<(String, String), ApiError> {
    let id = &case.case.variant;
    let filter = Filter { variants: vec![id.clone()], ..asked.filter.clone() };
    let rank = ranks(ask, asked).await?.get(id).map(|rank| format!("#{}", count(*rank)));
    // Beyond the filter there is no rank.
    let name = rank.unwrap_or_else(|| id.clone());
    Ok((name, list.with("filter", filter.canonical().to_string()).href()))
}

fn title(case: &Timeline, stats: &Stats) -> String {
    let id = &case.case.case;
    let Some(cycle) = case.case.cycle_time_s else {
        return format!("{id} has {} events", count(case.case.events));
    };
    let mut words = format!("{id} took {}", duration(cycle));
    if let Some(all) = stats.cycle_time_s.as_ref().filter(|_| stats.cases > 1) {
        let apart = cycle - all.median;
        let than = if apart > 0.0 { "longer than" } else { "shorter than" };
        let than = if apart == 0.0 {
            ", just the median".to_owned()
        } else {
            format!(", {} {than} the median", duration(apart.abs()))
        };
        words.push_str(&than);
    }
    if let Some((at, wait)) = worst(&case.timeline) {
        words.push_str(&format!("; the longest wait was {} before {}", duration(wait), case.timeline[at].activity));
    }
    words
}

/// The event that was waited for longest, and how long.
fn worst(events: &[TimelineEvent]) -> Option<(usize, f64)> {
    let waits = (1..events.len()).filter_map(|at| Some((at, waited(events, at)?)));
    let longest = waits.filter(|(_, wait)| *wait > 0.0).reduce(|best, next| if next.1 > best.1 { next } else { best });
    longest.filter(|_| events.len() > 1)
}

/// How long an event had to wait; overlaps are no wait.
fn waited(events: &[TimelineEvent], at: usize) -> Option<f64> {
    Some(events.get(at.checked_sub(1)?)?.wait_s?.max(0.0))
}

/// How long an event took, where its start is known.
fn worked(event: &TimelineEvent) -> Option<f64> {
    let micros = |time: &Option<String>| time::parse(time.as_deref()?).ok();
    let (start, end) = micros(&event.started_at).zip(micros(&event.ended_at))?;
    Some((end - start) as f64 / 1e6)
}

fn facts(case: &Timeline) -> Vec<(&'static str, String)> {
    let events = &case.timeline;
    let mut facts =
        vec![("Started", stamp(case.case.started_at.as_deref())), ("Ended", stamp(case.case.ended_at.as_deref()))];
    if let Some(cycle) = case.case.cycle_time_s {
        let waiting: f64 = (1..events.len()).filter_map(|at| waited(events, at)).sum();
        facts.push(("Duration", duration(cycle)));
        // Where only ends are recorded, nobody knows how long the work took.
        if events.iter().any(|event| worked(event).is_some()) {
            facts.push(("Work", duration(events.iter().filter_map(worked).sum())));
        }
        facts.push(("Waiting", duration(waiting)));
    }
    facts.push(("Events", count(case.case.events)));
    facts
}

fn rows(events: &[TimelineEvent], codes: &Codes) -> Vec<Row> {
    let worst = worst(events);
    let longest = worst.map_or(1.0, |(_, wait)| wait);
    let time = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), duration);
    let row = |(at, event): (usize, &TimelineEvent)| {
        let wait = waited(events, at);
        let attribute = |(name, value): (&String, &Value)| format!("{name}: {}", plain(value));
        Row {
            number: at + 1,
            code: codes.code(&event.activity),
            css: codes.colour(&event.activity),
            activity: event.activity.clone(),
            wait: time(wait),
            wait_bar: (100.0 * wait.unwrap_or(0.0) / longest).clamp(0.0, 100.0).round() as u32,
            worst: worst.is_some_and(|(worst, _)| worst == at),
            started: stamp(event.started_at.as_deref().or(event.ended_at.as_deref())),
            work: time(worked(event)),
            who: event.resource.clone().unwrap_or_default(),
            role: event.role.clone().unwrap_or_default(),
            system: event.system.clone().unwrap_or_default(),
            attributes: event.attributes.iter().map(attribute).collect::<Vec<_>>().join(", "),
            line: count(event.source_line),
        }
    };
    events.iter().take(EVENTS_SHOWN).enumerate().map(row).collect()
}

/// A value of an attribute as text; a day without its midnight.
fn plain(value: &Value) -> String {
    match value.as_str() {
        Some(text) if time::parse(text).is_ok_and(|instant| time::rfc3339(instant) == text) => {
            text.strip_suffix("T00:00:00Z").map_or_else(|| stamp(Some(text)), str::to_owned)
        }
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

fn exports(asked: &Asked, case: &str) -> Vec<Export> {
    let version = Address::new("").with("version", asked.target.version);
    let export = |title, kind: &'static str| {
        let (flow, case) = (encoded(&asked.target.flow), segment(case));
        let href = version.at(&format!("/api/v1/flows/{flow}/cases/{case}.{}", kind.to_lowercase())).href();
        Export { href, title, kind }
    };
    let own = Address::new(&format!("/api/v1/flows/{}/log.xes", encoded(&asked.target.flow)));
    let own = own.with("filter", narrowed(asked, case).filter.to_string()).with("version", asked.target.version);
    let log = Export { href: own.href(), title: "Case as a log", kind: "XES" };
    vec![export("Events as a table", "CSV"), export("Case with its events", "JSON"), log]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_written_for_people() {
        let check = |value: Value, expected: &str| assert_eq!(plain(&value), expected);
        check("2024-05-31T00:00:00Z".into(), "2024-05-31");
        check("2024-05-31T12:30:05Z".into(), "2024-05-31 12:30:05");
        // As the source has it: no time that we read.
        check("2024-05-31".into(), "2024-05-31");
        check("T00:00:00Z".into(), "T00:00:00Z");
        check(3.into(), "3");
    }

    #[test]
    fn the_longest_wait_is_found() {
        let event = |wait_s| TimelineEvent {
            activity: String::new(),
            started_at: Some("2024-01-01T00:00:00Z".to_owned()),
            ended_at: Some("2024-01-01T00:01:00Z".to_owned()),
            resource: None,
            role: None,
            system: None,
            wait_s,
            source_line: 1,
            attributes: serde_json::Map::new(),
        };
        let events = [event(Some(5.0)), event(Some(9.0)), event(Some(-3.0)), event(None)];
        assert_eq!(worst(&events), Some((2, 9.0)));
        assert_eq!((waited(&events, 3), waited(&events, 0), worked(&events[0])), (Some(0.0), None, Some(60.0)));
        assert_eq!((worst(&events[..1]), worst(&[])), (None, None));
    }
}
