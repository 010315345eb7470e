//! What is known of the chosen activity or path: its numbers, what comes before and after, filters, example cases.

use crate::app::{Asked, MapPicture};
use crate::draw::figure::{count, duration, money, percent};
use crate::map::graph::{END, Edge, Graph, Kind, START};
use crate::map::metric::Metric;
use crate::map::scene::node_id;
use crate::model::answers::{Durations, Stats};
use crate::model::filter::{Filter, Pair, Slow};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::cases::{case_href, flow_page};
use crate::web::pages::map::MapState;
use crate::web::pages::spread::{Between, Spark, Way, Ways, time_between};

/// What is shown while nothing is chosen.
pub struct Summary {
    pub title: &'static str,
    pub facts: Vec<Fact>,
    pub slow: Vec<Item>,
}

/// See the module.
pub struct Inspector {
    pub kind: &'static str,
    pub title: String,
    pub close: String,
    pub facts: Vec<Fact>,
    pub filters: Vec<Keep>,
    pub spark: Option<Spark>,
    pub between: Option<Between>,
    pub ways: Option<Ways>,
    pub focus: Option<String>,
    pub lists: Vec<List>,
    pub cases: Vec<Example>,
    pub all_cases: String,
    pub case_count: String,
}

/// A number with its name.
pub struct Fact {
    pub name: &'static str,
    pub value: String,
}

/// A filter to set.
pub struct Keep {
    pub href: String,
    pub title: String,
    pub wide: bool,
    pub main: bool,
}

/// Activities or paths in order of something.
pub struct List {
    pub title: &'static str,
    pub rows: Vec<Item>,
}

/// One of them; the share is that of the first, in per cent.
pub struct Item {
    pub href: String,
    pub pick: String,
    pub name: String,
    pub value: String,
    pub share: u32,
}

/// A case to look at.
pub struct Example {
    pub href: String,
    pub id: String,
    pub value: String,
}

/// How many entries lists have.
const SHOWN: usize = 5;

/// The whole process in short, and where its time is lost.
pub fn summary(state: &MapState, picture: &MapPicture, stats: &Stats) -> Summary {
    let mut facts = vec![
        Fact { name: "Cases", value: count(stats.cases) },
        Fact { name: "Events", value: count(stats.events) },
        Fact { name: "Variants", value: count(stats.variants) },
    ];
    if let Some(cycle) = &stats.cycle_time_s {
        facts.push(Fact { name: "Median", value: duration(cycle.median) });
        facts.push(Fact { name: "p90", value: duration(cycle.p90) });
    }
    let graph = &picture.whole;
    let total = |edge: &&Edge| Metric::TotalWait.of_edge(edge, graph).unwrap_or(0.0);
    let mut slow: Vec<&Edge> = graph.edges.iter().filter(|edge| total(edge) > 0.0).collect();
    slow.sort_by(|a, b| total(b).total_cmp(&total(a)).then((a.from, a.to).cmp(&(b.from, b.to))));
    let most = slow.first().map_or(1.0, total);
    let item = |edge: &&Edge| {
        let name = |at: usize| graph.nodes[at].name.as_str();
        let pick = format!("{}>{}", node_id(&graph.nodes[edge.from]), node_id(&graph.nodes[edge.to]));
        let share = (total(edge) / most * 100.0).round() as u32;
        let name = format!("{} → {}", name(edge.from), name(edge.to));
        Item { href: state.pick(&pick), pick, name, value: duration(total(edge)), share }
    };
    Summary { title: "The whole process", facts, slow: slow.iter().take(SHOWN).map(item).collect() }
}

/// What is known of a node or an edge; nothing of ids that the log does not have.
///
/// # Errors
/// Those of the queries.
pub async fn inspector(
    ask: &Ask,
    asked: &Asked,
    state: &MapState,
    picture: &MapPicture,
    id: &str,
) -> Result<Option<Inspector>, ApiError> {
    let graph = &picture.whole;
    let find = |id: &str| graph.nodes.iter().position(|node| node_id(node) == id);
    let found = match id.split_once('>') {
        None => find(id).map(|at| of_node(state, graph, at, asked)),
        Some((from, to)) => {
            let ends = find(from).zip(find(to));
            let edge = ends.and_then(|ends| graph.edges.iter().find(|edge| (edge.from, edge.to) == ends));
            edge.map(|edge| of_edge(state, graph, edge, asked))
        }
    };
    let Some((mut inspector, filter)) = found else { return Ok(None) };
    waits(ask, asked, state, graph, id, &mut inspector).await?;
    let narrowed = Asked { target: asked.target.clone(), filter: filter.canonical() };
    let cases = ask.web.app.cases(&narrowed, 0, SHOWN).await?;
    let all = flow_page(ask, &narrowed, "cases");
    let example = |case: crate::model::answers::CaseRow| Example {
        href: case_href(&all, &narrowed, &case.case, None),
        value: case.cycle_time_s.map_or_else(String::new, duration),
        id: case.case,
    };
    inspector.cases = cases.cases.into_iter().map(example).collect();
    inspector.case_count = count(cases.total);
    inspector.all_cases = all.href();
    Ok(Some(inspector))
}

/// How long cases wait for it, and how long it takes from it to another activity.
async fn waits(
    ask: &Ask,
    asked: &Asked,
    state: &MapState,
    graph: &Graph,
    id: &str,
    inspector: &mut Inspector,
) -> Result<(), ApiError> {
    if !asked.target.snapshot.manifest.has_times {
        return Ok(());
    }
    let name = |id: &str| {
        let node = graph.nodes.iter().find(|node| node_id(node) == id && node.kind == Kind::Activity);
        node.map(|node| node.name.clone())
    };
    let app = &ask.web.app;
    if let Some((from, to)) = id.split_once('>') {
        if let (Some(from), Some(to)) = (name(from), name(to)) {
            inspector.spark = Spark::of("How the waits are spread", &app.wait_spread(asked, Some(&from), &to).await?);
        }
        return Ok(());
    }
    let Some(first) = name(id) else { return Ok(()) };
    inspector.spark = Spark::of("How long cases wait for it", &app.wait_spread(asked, None, &first).await?);
    if let Some(second) = state.until.as_deref().and_then(name) {
        inspector.between = Some(time_between(ask, asked, state, &first, &second).await?);
    }
    let mut choices: Vec<Way> = graph.nodes[2..]
        .iter()
        .map(|node| (node_id(node), node.name.clone()))
        .map(|(id, name)| Way { on: state.until.as_deref() == Some(id.as_str()), id, name })
        .collect();
    choices.sort_by(|a, b| a.name.cmp(&b.name));
    let kept = state.address.without("until").parameters().to_vec();
    inspector.ways = Some(Ways { kept, choices });
    Ok(())
}

fn of_node(state: &MapState, graph: &Graph, at: usize, asked: &Asked) -> (Inspector, Filter) {
    let node = &graph.nodes[at];
    let mut filter = asked.filter.clone();
    let mut facts = vec![
        Fact { name: "Cases", value: count(node.cases) },
        Fact { name: "% of cases", value: percent(node.cases as f64 / graph.cases.max(1) as f64) },
    ];
    let mut filters = Vec::new();
    if node.kind == Kind::Activity {
        facts.insert(1, Fact { name: "Events", value: count(node.events) });
        if let Some(waits) = &node.waits {
            facts.push(Fact { name: "Median wait before", value: duration(waits.durations.median) });
            facts.push(Fact { name: "p90 wait before", value: duration(waits.durations.p90) });
            facts.push(Fact { name: "Total wait", value: duration(waits.durations.mean * waits.count as f64) });
        }
        if let Some(cost) = node.cost {
            facts.push(Fact { name: "Cost", value: money(cost, graph.currency.as_deref()) });
        }
        if let Some(share) = node.automated {
            facts.push(Fact { name: "By programs", value: percent(share) });
        }
        filter.with.push(vec![node.name.clone()]);
        filters = node_filters(state, asked, &node.name);
    }
    let item = |edge: &Edge, other: usize, most: i64| {
        let pick = format!("{}>{}", node_id(&graph.nodes[edge.from]), node_id(&graph.nodes[edge.to]));
        let share = (100 * edge.count / most.max(1)) as u32;
        Item { href: state.pick(&pick), pick, name: graph.nodes[other].name.clone(), value: count(edge.count), share }
    };
    let list = |title, coming: bool| {
        let mut edges: Vec<&Edge> =
            graph.edges.iter().filter(|edge| if coming { edge.to == at } else { edge.from == at }).collect();
        edges.sort_by_key(|edge| (-edge.count, edge.from, edge.to));
        let most = edges.first().map_or(1, |edge| edge.count);
        let other = |edge: &Edge| if coming { edge.from } else { edge.to };
        let rows = edges.iter().take(SHOWN).map(|edge| item(edge, other(edge), most)).collect();
        List { title, rows }
    };
    let mut lists = Vec::new();
    if at != START {
        lists.push(list("Comes from", true));
    }
    if at != END {
        lists.push(list("Goes to", false));
    }
    let kind = if node.kind == Kind::Activity { "Activity" } else { "Border of the process" };
    let mut inspector = base(kind, node.name.clone(), state, facts, filters, lists);
    if node.kind == Kind::Activity && state.wish.focus.as_ref() != Some(&node.name) {
        inspector.focus = Some(state.address.with("focus", &node.name).href());
    }
    (inspector, filter)
}

fn node_filters(state: &MapState, asked: &Asked, name: &str) -> Vec<Keep> {
    let keep = |title: &str, main: bool, change: &dyn Fn(&mut Filter)| {
        let mut filter = asked.filter.clone();
        change(&mut filter);
        let href = state.unpicked().with("filter", filter.canonical().to_string()).href();
        Keep { href, title: title.to_owned(), wide: false, main }
    };
    vec![
        keep("with it", true, &|filter| filter.with.push(vec![name.to_owned()])),
        keep("without it", false, &|filter| filter.without.push(name.to_owned())),
        keep("that begin with it", false, &|filter| filter.starts_with = vec![name.to_owned()]),
        keep("that end with it", false, &|filter| filter.ends_with = vec![name.to_owned()]),
    ]
}

fn of_edge(state: &MapState, graph: &Graph, edge: &Edge, asked: &Asked) -> (Inspector, Filter) {
    let name = |at: usize| graph.nodes[at].name.clone();
    let mut facts = vec![
        Fact { name: "Cases", value: count(edge.cases) },
        Fact { name: "Times", value: count(edge.count) },
        Fact { name: "% of cases", value: percent(edge.cases as f64 / graph.cases.max(1) as f64) },
    ];
    if let Some(waits) = &edge.duration {
        facts.push(Fact { name: "Median wait", value: duration(waits.median) });
        facts.push(Fact { name: "p90 wait", value: duration(waits.p90) });
        facts.push(Fact { name: "Total wait", value: duration(waits.mean * edge.count as f64) });
    }
    let mut filter = asked.filter.clone();
    match (edge.from, edge.to) {
        (START, to) => filter.starts_with = vec![name(to)],
        (from, END) => filter.ends_with = vec![name(from)],
        (from, to) => filter.directly_follows.push(Pair { from: name(from), to: name(to) }),
    }
    let filters = edge_filters(state, graph, edge, asked, &filter);
    let title = format!("{} → {}", name(edge.from), name(edge.to));
    (base("Path", title, state, facts, filters, Vec::new()), filter)
}

/// With the path, without it, and those that waited longest on it.
fn edge_filters(state: &MapState, graph: &Graph, edge: &Edge, asked: &Asked, with: &Filter) -> Vec<Keep> {
    let keep = |title: String, main: bool, filter: &Filter| {
        let href = state.unpicked().with("filter", filter.clone().canonical().to_string()).href();
        Keep { href, title, wide: false, main }
    };
    let mut filters = vec![Keep { wide: true, ..keep("that take this path".to_owned(), true, with) }];
    if graph.is_between_activities(edge) {
        let (from, to) = (graph.nodes[edge.from].name.clone(), graph.nodes[edge.to].name.clone());
        let mut without = asked.filter.clone();
        without.not_directly_follows.push(Pair { from: from.clone(), to: to.clone() });
        filters[0].wide = false;
        filters.push(keep("without it".to_owned(), false, &without));
        let tail = |waits: &&Durations| waits.max.is_some_and(|max| max > waits.p90);
        if let Some(p90) = edge.duration.as_ref().filter(tail).map(|waits| waits.p90) {
            let mut slower = asked.filter.clone();
            slower.slower.push(Slow { from, to, than_s: p90 });
            let title = format!("slower than nine in ten: over {}", duration(p90));
            filters.push(Keep { wide: true, ..keep(title, false, &slower) });
        }
    }
    filters
}

fn base(
    kind: &'static str,
    title: String,
    state: &MapState,
    facts: Vec<Fact>,
    filters: Vec<Keep>,
    lists: Vec<List>,
) -> Inspector {
    let close = state.unpicked().href();
    Inspector {
        kind,
        title,
        close,
        facts,
        filters,
        spark: None,
        between: None,
        ways: None,
        focus: None,
        lists,
        cases: Vec::new(),
        all_cases: String::new(),
        case_count: String::new(),
    }
}
