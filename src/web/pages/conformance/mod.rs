//! The conformance page: how many cases follow the official flow and whether that gets better, the ranked differences, and
//! the model with what cases did of it. Without an official flow it offers the ways to one.

mod adopt;
mod detail;
mod list;

pub use adopt::{discovered, uploaded};
pub use detail::{decide, deviation, formalise};

use crate::app::{AppError, Asked, OfficialModel};
use crate::draw::figure::{count, duration, percent};
use crate::draw::theme::Theme;
use crate::map::flowchart::Drawn;
use crate::model::answers::Stats;
use crate::model::deviations::Deviations;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::flow_page;
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::grain;
use crate::web::pages::kpi_card::{Card, Maker};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use list::{Choice, Row, Sort};
use std::sync::Arc;

/// Width of the chart.
const WIDTH: u32 = 1_280;
/// So many differences are shown at once; the rest is folded away.
const FIRST: usize = 8;
/// Sort of the list.
const SORT: &str = "sort";

#[derive(Template)]
#[template(path = "conformance.html")]
struct ConformancePage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    nothing: Option<Nothing>,
    found: Option<Found>,
}

/// What there is to show.
struct Found {
    held_against: String,
    notes: Vec<String>,
    tiles: Vec<Tile>,
    definition: Definition,
    rate: Option<Card>,
    sorts: Vec<Choice>,
    rows: Vec<Row>,
    rest: Vec<Row>,
    accepted: Vec<Row>,
    under_way: Vec<Row>,
    svg: Option<String>,
    model: String,
}

struct Tile {
    label: &'static str,
    value: String,
    told: String,
}

#[derive(Template)]
#[template(path = "conformance_none.html")]
struct NonePage {
    shell: Shell,
    flow: String,
    action: String,
    may_change: bool,
    /// The newest version that there is, though none is in force; 0 for none.
    replaces: u32,
}

/// The page.
pub async fn conformance(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&[SORT])?;
    let asked = ask.open().await?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "conformance").await?;
    let flow = shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone());
    if asked.target.official.is_none() {
        let action = format!("/flows/{}/conformance", encoded(&asked.target.flow));
        let name = asked.target.flow.clone();
        let versions = ask.web.blocking(move |web| web.app.official_flow_versions(&name)).await?.versions;
        let replaces = versions.first().map_or(0, |newest| newest.version);
        return page(&NonePage { may_change: shell.role != "viewer", flow, action, replaces, shell });
    }
    let name = asked.target.flow.clone();
    let in_force = ask.web.blocking(move |web| web.app.in_force(&name, None)).await?;
    let app = &ask.web.app;
    let found = app.deviations_over(&asked, &in_force).await?;
    let stats = app.stats(&asked).await?;
    let plain = flow_page(&ask, &asked, "conformance");
    let sort = Sort::named(ask.rest.get(SORT).map_or("", String::as_str))?;
    let nothing = Nothing::of(&ask, &asked, &plain, &stats).await?;
    let shown = if nothing.is_none() {
        let drawn = app.drawn_model(&asked, &in_force, &found).await?;
        let missing = || AppError::NoOfficialFlow { flow: asked.target.flow.clone() };
        let model = in_force.newest().ok_or_else(missing)?;
        Some(shown(&ask, &asked, model, &found, &stats, (&plain, sort), drawn).await?)
    } else {
        None
    };
    page(&ConformancePage {
        title: if nothing.is_some() { "No case matches".to_owned() } else { title(&found) },
        exports: exports(&asked),
        filters: Filters::of(&asked, &plain.with(SORT, sort.parameter()), &stats),
        nothing,
        found: shown,
        flow,
        shell,
    })
}

async fn shown(
    ask: &Ask,
    asked: &Asked,
    model: &Arc<OfficialModel>,
    found: &Deviations,
    stats: &Stats,
    (plain, sort): (&Address, Sort),
    drawn: Option<Drawn>,
) -> Result<Found, ApiError> {
    let app = &ask.web.app;
    let over_time = app.kpi(asked, "conformance_over_time", &grain::parameters(asked, None)).await?;
    let maker = Maker::of(asked, stats.cases, &flow_page(ask, asked, "cases"), WIDTH);
    let mut rows: Vec<Row> = found.deviations.iter().map(|one| Row::of(one, plain)).collect();
    rows.sort_by(|a, b| sort.compare(a, b));
    let (under_way, rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.is_open);
    let (accepted, mut rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.is_accepted);
    let rest = rows.split_off(rows.len().min(FIRST));
    let href =
        |id: &str| plain.at(&format!("/flows/{}/conformance/{}", encoded(&asked.target.flow), encoded(id))).href();
    let version = model.version.map_or_else(String::new, |version| format!(", version {version}"));
    Ok(Found {
        held_against: format!("Held against {}{version}", model.name),
        notes: notes(found),
        tiles: tiles(found),
        definition: Definition::of(
            "conformance-rate",
            &app.about("conformance_rate")?,
            &Population::of(asked, stats.cases),
        ),
        rate: (over_time.frame.rows > 1).then(|| maker.card(&over_time)),
        sorts: sort.choices(plain, found.deviations.iter().any(|one| one.mean_cost_difference.is_some())),
        rows,
        rest,
        accepted,
        under_way,
        svg: drawn.map(|drawn| drawn.svg(&format!("The official flow {}", model.name), Theme::Page, Some(&href))),
        model: format!("/api/v1/flows/{}/official-flow", encoded(&asked.target.flow)),
    })
}

/// The rate and the largest difference in a sentence.
fn title(found: &Deviations) -> String {
    let finished = &found.finished;
    let Some(share) = finished.conforming_share else {
        return match found.open.cases {
            0 => "It is not known whether any case follows the official flow".to_owned(),
            open => format!("{} cases are still under way, none is finished", count(open)),
        };
    };
    let rate = if finished.conforming_cases == finished.known_cases {
        format!("All {} finished cases follow the official flow", count(finished.known_cases))
    } else {
        format!("{} of {} finished cases follow the official flow", percent(share), count(finished.known_cases))
    };
    let largest = found.deviations.iter().find(|one| one.accepted_cases < one.cases && !list::is_open(one));
    match largest {
        Some(one) => {
            let cases = if one.cases == 1 { "1 case".to_owned() } else { format!("{} cases", count(one.cases)) };
            format!("{rate}; the most frequent difference is {} in {cases}", list::headline(one).1)
        }
        None => rate,
    }
}

fn tiles(found: &Deviations) -> Vec<Tile> {
    let finished = &found.finished;
    let interval = finished.share_low.zip(finished.share_high);
    let of = format!("{} of {} finished cases", count(finished.conforming_cases), count(finished.known_cases));
    let accepted = match finished.by_acceptance_cases {
        0 => String::new(),
        n => format!(", {} of them because a difference is accepted", count(n)),
    };
    let unknown = finished.cases - finished.known_cases;
    let rate = match interval {
        Some((low, high)) => format!("{of}{accepted}; 95 % interval {} to {}", percent(low), percent(high)),
        None => of,
    };
    let dash = || "–".to_owned();
    let stalled =
        found.open.stalled_after_s.map_or_else(String::new, |s| format!("; idle for at most {}", duration(s)));
    let mean = found.fitness.mean.map_or_else(dash, |mean| format!("{mean:.3}"));
    let fitness = match (found.fitness.log, found.precision) {
        (Some(log), Some(precision)) => format!("mean of cases; log {log:.3}, precision {precision:.3}"),
        (Some(log), None) => format!("mean of cases; log {log:.3}"),
        _ => "no case could be held against the flow".to_owned(),
    };
    let differing = found.deviations.iter().filter(|one| !list::is_open(one)).count();
    let seen = match unknown {
        0 => "a case can differ in several ways".to_owned(),
        n => format!("of {} finished cases it is not known whether they differ", count(n)),
    };
    vec![
        Tile { label: "Conformance rate", value: finished.conforming_share.map_or_else(dash, percent), told: rate },
        Tile { label: "Ways of differing", value: count(differing as i64), told: seen },
        Tile {
            label: "Under way",
            value: count(found.open.cases),
            told: format!("{} have already left the flow{stalled}", count(found.open.broken_cases)),
        },
        Tile { label: "Fitness", value: mean, told: fitness },
    ]
}

/// What to mind when reading it: names that do not match, cases that were not evaluated.
fn notes(found: &Deviations) -> Vec<String> {
    const NAMED: usize = 6;
    let named = |names: &[String]| {
        let first: Vec<String> = names.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
        let rest = names.len().saturating_sub(NAMED);
        if rest > 0 { format!("{} and {rest} more", first.join(", ")) } else { first.join(", ") }
    };
    let mut notes = Vec::new();
    let official = &found.official;
    if !official.unknown_steps.is_empty() {
        notes.push(format!(
            "The log does not know the steps {}. If it calls them otherwise, give them the log's names in the model.",
            named(&official.unknown_steps)
        ));
    }
    if !official.unknown_activities.is_empty() {
        notes.push(format!("The official flow does not know {}.", named(&official.unknown_activities)));
    }
    let evaluation = &found.evaluation;
    if evaluation.bounded + evaluation.not_evaluated > 0 {
        notes.push(format!(
            "{} cases could only be bounded and {} not be evaluated within limits.alignment_seconds.",
            count(evaluation.bounded),
            count(evaluation.not_evaluated)
        ));
    }
    notes.extend(official.remarks.iter().take(NAMED).map(|remark| format!("“{}” {}.", remark.element, remark.what)));
    notes
}

fn exports(asked: &Asked) -> Vec<Export> {
    let flow = encoded(&asked.target.flow);
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let export = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{flow}/deviations.{}", kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    if asked.target.official.is_none() {
        return Vec::new();
    }
    vec![export("Differences as a table", "CSV"), export("Differences with all figures", "JSON")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::deviations::{Begun, Evaluation, Finished, Fitness, Official};

    fn found(conforming: i64, known: i64, deviations: Vec<crate::model::deviations::Deviation>) -> Deviations {
        let share = (known > 0).then(|| conforming as f64 / known as f64);
        Deviations {
            rules: Vec::new(),
            cases: known,
            evaluated_cases: known,
            conforming_cases: conforming,
            conforming_share: share,
            finished: Finished {
                cases: known,
                known_cases: known,
                conforming_cases: conforming,
                conforming_share: share,
                share_low: share,
                share_high: share,
                by_acceptance_cases: 0,
            },
            open: Begun { cases: 3, broken_cases: 1, mean_fitness: None, stalled_after_s: Some(3_600.0) },
            fitness: Fitness { mean: share, log: share, mean_at_most: share },
            precision: None,
            token_replay: None,
            evaluation: Evaluation { computed: known, bounded: 0, not_evaluated: 0 },
            official: Official {
                versions: Vec::new(),
                cases_before: 0,
                name: "a.bpmn".to_owned(),
                notation: "bpmn".to_owned(),
                version: Some(1),
                cheapest_run: 3,
                remarks: Vec::new(),
                unknown_steps: vec!["Pack".to_owned()],
                unknown_activities: Vec::new(),
            },
            deviations,
        }
    }

    #[test]
    fn the_title_says_the_rate_and_what_differs_most() {
        let skipped = list::tests::deviation("skipped", "Approve", None, 20);
        let accepted = crate::model::deviations::Deviation {
            accepted_cases: 30,
            ..list::tests::deviation("extra", "Call", None, 30)
        };
        let open = list::tests::deviation("not_finished", "Ship", None, 40);
        let expected = "80 % of 100 finished cases follow the official flow; the most frequent difference is “Approve” left out in 20 cases";
        assert_eq!(title(&found(80, 100, vec![open.clone(), accepted, skipped])), expected);
        assert_eq!(title(&found(100, 100, vec![open])), "All 100 finished cases follow the official flow");
        assert_eq!(title(&found(0, 0, Vec::new())), "3 cases are still under way, none is finished");
        assert!(notes(&found(1, 1, Vec::new()))[0].contains("“Pack”"));
    }
}
