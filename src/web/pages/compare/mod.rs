//! The compare page: two filters, or two periods, of one flow on one map, with the headline figures of both.

mod figures;
mod inspector;
mod side;
mod state;

use crate::app::{AppError, Asked, BothSides, Class, MapOfTwo};
use crate::draw::figure::{count, duration};
use crate::draw::theme::Theme;
use crate::map::compare::{METRICS, alike, difference, far, figure, kind};
use crate::map::metric::Metric;
use crate::map::svg::ComparedPicture;
use crate::model::comparison::{Amount, Compared, ComparedFigure, FEW};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::Address;
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use figures::{ActivityRow, EdgeRow, FigureRow};
use inspector::Inspector;
use side::{OtherSide, Proposal};
use state::State;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    other: OtherSide,
    swap: Option<String>,
    /// Why there is no comparison, if one was asked for.
    wrong: Option<String>,
    /// What to mind when reading it.
    doubt: Option<String>,
    /// What is said where the first side has no case.
    nothing: Option<Nothing>,
    proposals: Vec<Proposal>,
    found: Option<Found>,
}

/// A comparison, as far as it is shown.
struct Found {
    tabs: Vec<Choice>,
    metrics: Vec<Choice>,
    kept: Vec<(&'static str, String)>,
    as_table: bool,
    /// Which side has no case.
    empty: Option<&'static str>,
    words: String,
    activities: u8,
    paths: u8,
    svg: String,
    metric: &'static str,
    alike: &'static str,
    far: &'static str,
    timed: bool,
    figures: Vec<FigureRow>,
    activity_rows: Vec<ActivityRow>,
    repeated_rows: Vec<ActivityRow>,
    edge_rows: Vec<EdgeRow>,
    picked: Option<Inspector>,
}

struct Choice {
    href: String,
    title: &'static str,
    icon: &'static str,
    on: bool,
}

/// The page.
pub async fn compare(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&state::PARAMETERS)?;
    let asked = ask.open().await?;
    let state = State::of(&ask, &asked)?;
    let shell = Shell::of_flow(&ask, &parts, &asked, "compare").await?;
    if state.with.is_empty() {
        return propose(&ask, shell, &asked, &state, None).await;
    }
    let app = &ask.web.app;
    let compared = async {
        let b = app.other_side(&asked, &state.with)?;
        app.both_sides(asked.clone(), b).await
    };
    let both = match compared.await {
        Ok(both) => both,
        // The second side is not part of the filter that all pages share: the page stays, and says what is wrong.
        Err(error) if error.code().1 == Class::BadRequest => {
            return propose(&ask, shell, &asked, &state, Some(in_words(&error))).await;
        }
        Err(error) => return Err(error.into()),
    };
    let map = both.on_map(&state.wish).await?;
    let flow = shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone());
    let figures = both.figures();
    page(&ComparePage {
        title: title(&figures),
        exports: exports(&asked, &state),
        filters: Filters::of(&asked, &state.address, &both.a.stats),
        other: OtherSide::of(&asked, Some((&both.b.asked, &both.b.stats)), &state),
        swap: Some(state.swapped(&asked, &both.b.asked)),
        wrong: None,
        doubt: doubt(&both),
        nothing: None,
        proposals: Vec::new(),
        found: Some(found(&ask, &state, &both, &map, &figures, &flow)?),
        shell,
        flow,
    })
}

/// The page before two sides are chosen: what is worth comparing here.
async fn propose(
    ask: &Ask,
    shell: Shell,
    asked: &Asked,
    state: &State,
    wrong: Option<String>,
) -> Result<Response, ApiError> {
    let stats = ask.web.app.stats(asked).await?;
    let nothing = Nothing::of(ask, asked, &state.address, &stats).await?;
    let suggestions = if nothing.is_some() { Vec::new() } else { ask.web.app.suggestions(asked, &stats).await? };
    let title = match (&wrong, stats.cases) {
        (Some(_), _) => "These two sides cannot be compared".to_owned(),
        (None, 0) => "No case matches".to_owned(),
        (None, cases) => format!("{} cases: what shall be held against what?", count(cases)),
    };
    page(&ComparePage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title,
        exports: Vec::new(),
        filters: Filters::of(asked, &state.address, &stats),
        other: OtherSide::of(asked, None, state),
        swap: None,
        wrong,
        doubt: None,
        nothing,
        proposals: suggestions.into_iter().map(|one| side::proposal(asked, state, one)).collect(),
        found: None,
        shell,
    })
}

fn in_words(error: &AppError) -> String {
    let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
    format!("Side B: {error}{hint}.")
}

fn found(
    ask: &Ask,
    state: &State,
    both: &BothSides,
    map: &MapOfTwo,
    figures: &[ComparedFigure],
    flow: &str,
) -> Result<Found, AppError> {
    let (unit, links) = (kind(state.wish.metric), state.links(ask, both));
    let empty = both.sides.is_one_empty();
    let as_table = state.as_table && !empty;
    // Only the table and the inspector need every figure.
    let comparison = (as_table || state.picked.is_some()).then(|| both.comparison());
    let rows = comparison.as_ref().filter(|_| as_table).map(|comparison| figures::rows(comparison, state, &links));
    let (activity_rows, repeated_rows, edge_rows) = rows.unwrap_or_default();
    let headline = |one: &ComparedFigure| figures::headline(&ask.web.app, one, both, &links);
    Ok(Found {
        tabs: tabs(state),
        metrics: metrics(state, both.a.stats.cycle_time_s.is_some() || both.b.stats.cycle_time_s.is_some()),
        kept: state.kept(),
        as_table,
        empty: empty.then_some(if both.a.stats.cases == 0 { "A" } else { "B" }),
        words: map.sentence(),
        activities: map.view.sliders.0,
        paths: map.view.sliders.1,
        svg: if as_table || empty { String::new() } else { svg(map, state, flow) },
        metric: state.wish.metric.title(),
        alike: alike(unit),
        far: far(unit),
        timed: state.wish.metric.is_time(),
        figures: figures.iter().map(headline).collect::<Result<_, AppError>>()?,
        activity_rows,
        repeated_rows,
        edge_rows,
        picked: comparison
            .zip(state.picked.as_deref())
            .and_then(|(all, id)| inspector::inspector(&all, state, &links, id)),
    })
}

fn svg(map: &MapOfTwo, state: &State, flow: &str) -> String {
    let href = |id: &str| state.pick(id);
    let picked = state.picked.as_deref();
    ComparedPicture { picked, href: Some(&href), ..map.picture(flow, Theme::Page) }.svg()
}

/// The headline figures in a sentence.
fn title(figures: &[ComparedFigure]) -> String {
    let find = |name: &str| figures.iter().find(|one| one.figure == name).map(|one| one.compared).unwrap_or_default();
    let cases = find("cases");
    let of = |side: Option<Amount>| side.map_or(0.0, Amount::value);
    match (of(cases.a) > 0.0, of(cases.b) > 0.0) {
        (false, false) => return "Neither side has a case".to_owned(),
        (false, true) => return "Side A has no case: there is nothing to compare".to_owned(),
        (true, false) => return "Side B has no case: there is nothing to compare".to_owned(),
        (true, true) => {}
    }
    let rework = in_rework(&find("rework_share"));
    let median = find("median_cycle_time_s");
    let (Some(a), Some(difference)) = (median.a.map(Amount::value), median.difference.map(Amount::value)) else {
        let counts = [cases.a, cases.b].map(|side| count(of(side) as i64));
        return format!("{} cases in A, {} in B{rework}", counts[0], counts[1]);
    };
    let against = match difference {
        0.0 => "as long as those of B".to_owned(),
        longer if longer > 0.0 => format!("{} longer than those of B", duration(longer)),
        shorter => format!("{} less than those of B", duration(-shorter)),
    };
    format!("Cases of A take {} at the median, {against}{rework}", duration(a))
}

/// How far apart the sides are in rework, where that is worth a word.
fn in_rework(share: &Compared) -> String {
    use crate::model::kind::Kind::Share;
    match (difference(Share, share), crate::map::compare::level(Share, share)) {
        (Some(text), level) if level != crate::map::compare::Level::Same => {
            let (value, more) = (figure(Share, share.a), if text.starts_with('+') { "more" } else { "less" });
            let points = text.trim_start_matches(['+', '−']).trim_end_matches(" pp");
            format!("; {value} have rework, {points} percentage points {more}")
        }
        _ => String::new(),
    }
}

/// Few cases say little, and cases on both sides are held against themselves.
fn doubt(both: &BothSides) -> Option<String> {
    let (a, b) = (both.a.stats.cases, both.b.stats.cases);
    let few = |cases: i64| cases > 0 && cases < FEW;
    let which = match (few(a), few(b)) {
        _ if a == 0 || b == 0 => return None,
        (true, true) => "Both sides have",
        (true, false) => "Side A has",
        (false, true) => "Side B has",
        (false, false) => return None,
    };
    Some(format!("{which} fewer than {FEW} cases: the differences are indicative, they may be chance."))
}

fn exports(asked: &Asked, state: &State) -> Vec<Export> {
    let path = format!("/api/v1/flows/{}/compare", crate::web::pages::address::encoded(&asked.target.flow));
    let drawn = state.unpicked().without("view");
    let data = drawn.without("metric").without("activities").without("paths");
    let export = |address: &Address, title, kind: &'static str| {
        let address = address.with("version", asked.target.version);
        Export { href: address.at(&format!("{path}.{}", kind.to_lowercase())).href(), title, kind }
    };
    vec![
        export(&drawn, "Picture, sharp at any size", "SVG"),
        export(&drawn, "Picture", "PNG"),
        export(&data, "All figures as a table", "CSV"),
        export(&data, "All figures", "JSON"),
    ]
}

fn tabs(state: &State) -> Vec<Choice> {
    let tab = |title, icon, view: &str, on| Choice { href: state.address.with("view", view).href(), title, icon, on };
    vec![tab("Map", "map", "", !state.as_table), tab("Table", "table", "table", state.as_table)]
}

fn metrics(state: &State, timed: bool) -> Vec<Choice> {
    let choice = |metric: Metric| {
        let name = if metric == METRICS[0] { "" } else { metric.name() };
        let on = metric == state.wish.metric;
        Choice { href: state.address.with("metric", name).href(), title: metric.title(), icon: "", on }
    };
    METRICS.into_iter().filter(|metric| timed || !metric.is_time()).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;

    fn figures(cases: (i64, i64), median: Option<(f64, f64)>, rework: (f64, f64)) -> Vec<ComparedFigure> {
        let one =
            |figure, kind, a, b| ComparedFigure { figure, kind, compared: Compared::new((a, cases.0), (b, cases.1)) };
        let real = |value: f64| Some(Amount::Real(value));
        vec![
            one("cases", Kind::Count, Some(Amount::Whole(cases.0)), Some(Amount::Whole(cases.1))),
            one(
                "median_cycle_time_s",
                Kind::DurationS,
                median.map(|m| Amount::Real(m.0)),
                median.map(|m| Amount::Real(m.1)),
            ),
            one("rework_share", Kind::Share, real(rework.0), real(rework.1)),
        ]
    }

    #[test]
    fn the_title_says_what_differs() {
        let check =
            |cases, median, rework, expected: &str| assert_eq!(title(&figures(cases, median, rework)), expected);
        let days = |days: f64| days * 86_400.0;
        check(
            (40, 50),
            Some((days(6.2), days(3.1))),
            (0.121, 0.12),
            "Cases of A take 6.2 d at the median, 3.1 d longer than those of B",
        );
        check(
            (40, 50),
            Some((days(3.1), days(6.2))),
            (0.121, 0.2),
            "Cases of A take 3.1 d at the median, 3.1 d less than those of B; 12.1 % have rework, 7.9 percentage points less",
        );
        check((40, 50), Some((0.0, 0.0)), (0.0, 0.0), "Cases of A take 0 s at the median, as long as those of B");
        check((40, 50), None, (0.0, 0.0), "40 cases in A, 50 in B");
        check((0, 50), None, (0.0, 0.0), "Side A has no case: there is nothing to compare");
        check((0, 0), None, (0.0, 0.0), "Neither side has a case");
    }
}
