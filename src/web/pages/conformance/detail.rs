//! The page of one difference: what it is, how it went over time, its cases, and what was decided about it.

use super::list::{self, Row};
use crate::app::{Asked, GivenDecision};
use crate::chart::{Column, Data, Size, Spec, Values, draw};
use crate::draw::figure::{count, duration, percent, plain};
use crate::draw::theme::Theme;
use crate::model::deviations::{Decision, Deviation};
use crate::model::filter::Filter;
use crate::model::kind::Kind;
use crate::model::time;
use crate::web::ask::Ask;
use crate::web::auth::Editor;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::{case_href, flow_page, stamp};
use crate::web::pages::page;
use crate::web::pages::shell::{Filters, Shell};
use askama::Template;
use axum::extract::Form;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// So many cases are shown.
const SHOWN: usize = 10;
/// Size of the chart.
const WIDTH: u32 = 640;

#[derive(Template)]
#[template(path = "deviation.html")]
struct DeviationPage {
    shell: Shell,
    flow: String,
    title: String,
    back: String,
    filters: Filters,
    row: Option<Row>,
    facts: Vec<(&'static str, String)>,
    figure: Option<String>,
    cases: Vec<CaseRow>,
    all_cases: String,
    goes_with: String,
    map: String,
    variants: String,
    action: String,
    may_change: bool,
    may_formalise: bool,
    revision: u32,
    statuses: Vec<(&'static str, &'static str, bool)>,
    until: String,
    owner: String,
    history: Vec<Past>,
}

struct CaseRow {
    href: String,
    id: String,
    started: String,
    events: String,
    duration: String,
}

/// A decision as it is told.
struct Past {
    when: String,
    author: String,
    status: &'static str,
    tone: &'static str,
    told: String,
    comment: Option<String>,
}

/// Statuses: the word for programs and what people choose.
const STATUSES: [(&str, &str); 4] = [
    ("new", "New: nothing decided"),
    ("accepted", "Accepted: leaves the rate"),
    ("error", "Error: to be put right"),
    ("to_formalise", "To formalise: becomes part of the flow"),
];

/// The page.
pub async fn deviation(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[])?;
    let asked = ask.open().await?;
    let (id, flow) = (ask.places.get("deviation")?, asked.target.flow.clone());
    let in_force = ask.web.blocking(move |web| web.app.in_force(&flow, None)).await?;
    let app = &ask.web.app;
    let found = app.deviation(&asked, &in_force, &id).await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "conformance").await?;
    let stats = app.stats(&asked).await?;
    let list = flow_page(&ask, &asked, "conformance");
    let own = list.at(&format!("/flows/{}/conformance/{}", encoded(&asked.target.flow), encoded(&id)));
    let filter = Filter { deviations: vec![id.clone()], ..asked.filter.clone() }.canonical();
    let narrowed = app.with_judgement(&Asked { target: asked.target.clone(), filter }).await?;
    let is_there = found.deviation.as_ref().is_some_and(|deviation| deviation.cases > 0);
    let cases = if is_there { app.cases(&narrowed, 0, SHOWN).await?.cases } else { Vec::new() };
    let of = |name: &str| flow_page(&ask, &narrowed, name);
    let case_row = |(at, case): (usize, &crate::model::answers::CaseRow)| CaseRow {
        href: case_href(&of("cases"), &narrowed, &case.case, Some(at)),
        id: case.case.clone(),
        started: stamp(case.started_at.as_deref()),
        events: count(case.events),
        duration: case.cycle_time_s.map_or_else(|| "–".to_owned(), duration),
    };
    let newest = found.history.first();
    let status = newest.map_or("new", |newest| newest.status.as_str()).to_owned();
    let may_change = shell.role != "viewer";
    // No path can allow what breaks a rule.
    let is_of_path = found.deviation.as_ref().is_some_and(|deviation| deviation.rule.is_none());
    page(&DeviationPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: found
            .deviation
            .as_ref()
            .map_or_else(|| "No case in view differs in this way".to_owned(), |deviation| deviation.sentence.clone()),
        back: list.href(),
        filters: Filters::of(&asked, &own, &stats),
        facts: found.deviation.as_ref().map(facts).unwrap_or_default(),
        figure: found.deviation.as_ref().and_then(figure),
        row: found.deviation.as_ref().map(|deviation| Row::of(deviation, &list)),
        cases: cases.iter().enumerate().map(case_row).collect(),
        all_cases: of("cases").href(),
        goes_with: flow_page(&ask, &asked, "causes").with("of", format!("deviation={id}")).href(),
        map: of("map").href(),
        variants: of("variants").href(),
        action: format!("/flows/{}/conformance/{}", encoded(&asked.target.flow), encoded(&id)),
        may_formalise: may_change && is_there && is_of_path && status == "to_formalise",
        may_change,
        revision: found.revision,
        statuses: STATUSES.iter().map(|(word, told)| (*word, *told, *word == status)).collect(),
        until: newest.and_then(|newest| newest.until.as_deref()?.get(..10)).unwrap_or_default().to_owned(),
        owner: newest.and_then(|newest| newest.owner.clone()).unwrap_or_default(),
        history: found.history.iter().map(past).collect(),
        shell,
    })
}

fn facts(deviation: &Deviation) -> Vec<(&'static str, String)> {
    let day = |time: &Option<String>| time.as_deref().and_then(|time| time.get(..10)).unwrap_or("–").to_owned();
    let longer = |seconds: f64| match seconds {
        seconds if seconds.abs() < 1.0 => "no difference".to_owned(),
        seconds if seconds > 0.0 => format!("+{}", duration(seconds)),
        seconds => format!("−{}", duration(-seconds)),
    };
    let mut facts = vec![
        ("Cases", count(deviation.cases)),
        (
            "Share",
            format!(
                "{} (95 % interval {} to {})",
                percent(deviation.share),
                percent(deviation.share_low),
                percent(deviation.share_high)
            ),
        ),
    ];
    for (label, n) in [
        ("Order unknown", deviation.unknown_order_cases),
        ("Not observable", deviation.not_observable_cases),
        ("Accepted", deviation.accepted_cases),
    ] {
        if n > 0 {
            facts.push((label, count(n)));
        }
    }
    facts.extend(deviation.median_difference_s.map(|s| ("Associated with, at the median", longer(s))));
    if let (Some(seconds), Some(on)) = (deviation.matched_difference_s, &deviation.matched_on) {
        facts.push(("The same, matched", format!("{} among cases of one {on}", longer(seconds))));
    }
    facts.extend(deviation.mean_cost_difference.map(|cost| ("Mean cost against others", plain(cost, 2))));
    facts.push(("First seen", day(&deviation.first_seen_at)));
    facts.push(("Last seen", day(&deviation.last_seen_at)));
    facts
}

/// The share of cases by the period in which they started.
fn figure(deviation: &Deviation) -> Option<String> {
    if deviation.trend.len() < 2 {
        return None;
    }
    let seconds = |day: &str| time::parse(day).ok().map(|micros| micros as f64 / 1e6);
    let share =
        |one: &crate::model::deviations::InPeriod| (one.of_cases > 0).then(|| one.cases as f64 / one.of_cases as f64);
    let periods = deviation.trend.iter().map(|one| seconds(&one.period)).collect();
    let data = Data {
        columns: vec![
            Column { name: "period".to_owned(), kind: Kind::Date, values: Values::Numbers(periods) },
            Column {
                name: "share".to_owned(),
                kind: Kind::Share,
                values: Values::Numbers(deviation.trend.iter().map(share).collect()),
            },
        ],
    };
    let title = format!("Share of the cases that started in the {}", deviation.granularity);
    let spec = Spec::from_header(&title, "line", "period", &["share".to_owned()], &data).ok()?;
    let size = Size::fitting(&spec, WIDTH);
    Some(draw(&spec, Theme::Page, size))
}

fn past(decision: &Decision) -> Past {
    let (status, tone) = list::status(&decision.status);
    let day = |time: &String| time.get(..10).unwrap_or(time).to_owned();
    let until = decision.until.as_ref().map(|until| match decision.status.as_str() {
        "error" => format!("to be put right by {}", day(until)),
        _ => format!("until {}", day(until)),
    });
    let owner = decision.owner.as_ref().map(|owner| format!("owner {owner}"));
    Past {
        when: stamp(Some(&decision.at)),
        author: decision.author.clone(),
        status,
        tone,
        told: until.into_iter().chain(owner).collect::<Vec<_>>().join(", "),
        comment: decision.comment.clone(),
    }
}

/// What the form says.
#[derive(Debug, Deserialize)]
pub struct Wish {
    status: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    comment: String,
    replaces: u32,
}

/// Keeps a decision and leads back to the difference.
pub async fn decide(editor: Editor, ask: Ask, Form(wish): Form<Wish>) -> Result<Response, ApiError> {
    let (flow, id) = (ask.places.flow()?, ask.places.get("deviation")?);
    let filled = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let given = GivenDecision {
        status: wish.status,
        until: filled(wish.until),
        owner: filled(wish.owner),
        comment: filled(wish.comment),
        replaces: Some(wish.replaces),
    };
    let back = Address::new(&format!("/flows/{}/conformance/{}", encoded(&flow), encoded(&id))).href();
    let known = ask.known_deviation(&id).await?;
    ask.web.blocking(move |web| web.app.decide(&editor.0.name, &known, &given)).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, format!("{back}#ledger"))]).into_response())
}

/// Proposes a flow that allows the difference as the next version of the official flow, and leads to what it changes.
pub async fn formalise(editor: Editor, ask: Ask) -> Result<Response, ApiError> {
    let asked = ask.open().await?;
    let (id, flow) = (ask.places.get("deviation")?, asked.target.flow.clone());
    let in_force = ask.web.blocking(move |web| web.app.in_force(&flow, None)).await?;
    let given = ask.web.app.proposed_flow(&asked, &in_force, &id).await?;
    let before = in_force.newest().and_then(|model| model.version).unwrap_or_default();
    let flow = asked.target.flow.clone();
    let kept = ask.web.blocking(move |web| web.app.put_official_flow(&editor.0.name, &flow, &given)).await?;
    let page = Address::of_flow(&asked.target.flow, "official").with("before", before.to_string());
    let there = page.with("start", kept.version).with("after", kept.version).href();
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, format!("{there}#diff"))]).into_response())
}
