//! The variants page: which paths cases really take, the most frequent first, and how much they cover.

use crate::app::Asked;
use crate::draw::figure::{count, duration, percent};
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::{Pages, flow_page};
use crate::web::pages::coverage::{Coverage, coverage};
use crate::web::pages::definition::{Definition, Population};
use crate::web::pages::filter::BOX;
use crate::web::pages::look::{Look, Mode};
use crate::web::pages::nothing::Nothing;
use crate::web::pages::page;
use crate::web::pages::path::{Chevron, Code, shown};
use crate::web::pages::shell::{Export, Filters, Shell};
use crate::web::pages::variant_list::{Entry, Group, cumulated, entries, fits, share, title, unique};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;

/// So many variants are on a page.
const SHOWN: usize = 50;
/// A box stands for so many variants at most; names of forms are not endless.
const BOXED: usize = 100;

#[derive(Template)]
#[template(path = "variants.html")]
struct VariantsPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    nothing: Option<Nothing>,
    definition: Definition,
    modes: Vec<Choice>,
    groups: Vec<Choice>,
    tall: bool,
    colours: &'static [(&'static str, &'static str)],
    legend: Vec<Code>,
    unique: Option<String>,
    coverage: Option<Coverage>,
    cover: String,
    q: String,
    least: String,
    kept: Vec<(&'static str, String)>,
    found: String,
    names: (&'static str, &'static str),
    rows: Vec<Row>,
    chosen: String,
    kept_chosen: Vec<(&'static str, String)>,
    pages: Pages,
}

struct Choice {
    href: String,
    title: &'static str,
    on: bool,
}

struct Row {
    field: Option<String>,
    rank: String,
    steps: Vec<Chevron>,
    href: Option<String>,
    cases: String,
    variants: String,
    share: String,
    bar: u32,
    cumulative: String,
    median: String,
}

/// The page.
pub async fn variants(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["mode", "q", "page", "group", "min", "cover"])?;
    let asked = ask.open().await?;
    let (mut mode, group) = (Mode::of(&ask)?, Group::of(&ask)?);
    // What has no order has neither waits nor a difference to a path.
    if group == Group::Alike(crate::app::Grouping::Set) {
        mode = Mode::Standard;
    }
    let parameter = |name: &str| ask.rest.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (q, least) = (parameter("q"), ask.number("min").unwrap_or_default().unwrap_or_default() as i64);
    let number = ask.number("page")?.unwrap_or(1).max(1);
    let plain = flow_page(&ask, &asked, "variants");
    let address = plain.with("mode", mode.parameter()).with("group", parameter("group"));
    let address = address.with("q", &q).with("min", parameter("min")).with("cover", parameter("cover"));
    let shell = Shell::of_flow(&ask, &parts, &asked, "variants").await?;
    let (stats, all) = (ask.web.app.stats(&asked).await?, entries(&ask, &asked, group).await?);
    let look = Look::of(&ask, &asked, mode).await?;
    let run = cumulated(&all);
    let is_wanted = |at: &usize| all[*at].cases >= least && fits(&all[*at].path, &q);
    let fitting: Vec<usize> = (0..all.len()).filter(is_wanted).collect();
    let first = (number - 1).saturating_mul(SHOWN).min(fitting.len());
    let here = &fitting[first..fitting.len().min(first + SHOWN)];
    let row = |at: &usize| row(&look, &asked, &flow_page(&ask, &asked, "cases"), (&all, &run, group), *at);
    let activities = here.iter().flat_map(|at| all[*at].path.iter().map(String::as_str));
    let legend = look.codes.legend(activities.chain(look.happy.iter().map(String::as_str)));
    page(&VariantsPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&all, &run, group),
        exports: exports(&asked, mode, &parameter("group")),
        filters: Filters::of(&asked, &address, &stats),
        nothing: Nothing::of(&ask, &asked, &plain, &stats).await?,
        definition: definition(&ask, &asked, group, stats.cases)?,
        modes: modes(&address, mode, stats.cycle_time_s.is_some(), group),
        groups: groups(&address, group),
        tall: mode != Mode::Standard,
        colours: mode.legend(),
        legend,
        unique: if group == Group::Path { unique(&all) } else { None },
        coverage: coverage(&ask, &flow_page(&ask, &asked, "map"), &all, group)?,
        cover: format!("/flows/{}/variants/cover", encoded(&asked.target.flow)),
        kept: address.without("q").without("min").parameters().to_vec(),
        least: parameter("min"),
        found: found(&all, &fitting, group),
        names: group.words(),
        rows: here.iter().map(row).collect(),
        chosen: format!("/flows/{}/variants/chosen", encoded(&asked.target.flow)),
        kept_chosen: plain.parameters().to_vec(),
        pages: pages(&address, number, (first, here.len(), fitting.len()), group),
        shell,
        q,
    })
}

fn definition(ask: &Ask, asked: &Asked, group: Group, cases: i64) -> Result<Definition, ApiError> {
    let query = if group == Group::Path { "variants" } else { "variant_groups" };
    Ok(Definition::of("variants", &ask.web.app.about(query)?, &Population::of(asked, cases)))
}

fn row(look: &Look, asked: &Asked, list: &Address, (all, run, group): (&[Entry], &[i64], Group), at: usize) -> Row {
    let entry = &all[at];
    let most = all.first().map_or(1, |first| first.cases.max(1));
    let variants = match (group, entry.variants.len()) {
        (Group::Path, _) => String::new(),
        (_, 1) => "1 variant".to_owned(),
        (_, many) => format!("{} variants", count(many as i64)),
    };
    Row {
        field: (entry.variants.len() <= BOXED).then(|| format!("{BOX}{}", entry.variants.join("."))),
        rank: count(entry.rank),
        steps: shown(look.steps(&entry.path)),
        href: entry.filter(asked, group).map(|filter| list.with("filter", filter.to_string()).href()),
        cases: count(entry.cases),
        variants,
        share: percent(entry.share),
        bar: (100 * entry.cases / most) as u32,
        cumulative: percent(share(run, at)),
        median: entry.cycle.as_ref().map_or_else(|| "–".to_owned(), |cycle| duration(cycle.median)),
    }
}

fn found(all: &[Entry], fitting: &[usize], group: Group) -> String {
    let cases: i64 = fitting.iter().map(|at| all[*at].cases).sum();
    let (one, several) = group.words();
    let rows =
        if fitting.len() == 1 { format!("1 {one}") } else { format!("{} {several}", count(fitting.len() as i64)) };
    format!("{rows}, {} cases", count(cases))
}

fn modes(address: &Address, now: Mode, timed: bool, group: Group) -> Vec<Choice> {
    let has_order = group != Group::Alike(crate::app::Grouping::Set);
    let fits = |mode: &Mode| *mode == Mode::Standard || (has_order && (timed || *mode != Mode::Time));
    let choice = |mode: Mode| Choice {
        href: address.with("mode", mode.parameter()).href(),
        title: mode.title(),
        on: mode == now,
    };
    Mode::ALL.into_iter().filter(fits).map(choice).collect()
}

fn groups(address: &Address, now: Group) -> Vec<Choice> {
    let choice = |(name, title, group): (&'static str, &'static str, Group)| Choice {
        href: address.with("group", name).href(),
        title,
        on: group == now,
    };
    Group::ALL.into_iter().map(choice).collect()
}

fn pages(address: &Address, number: usize, (first, shown, total): (usize, usize, usize), group: Group) -> Pages {
    let to = |page: usize| address.with("page", if page == 1 { String::new() } else { page.to_string() }).href();
    let last = total.div_ceil(SHOWN).max(1);
    let several = group.words().1;
    Pages {
        words: match shown {
            0 => format!("no {several}"),
            _ => format!(
                "{} to {} of {} {several}",
                count(first as i64 + 1),
                count((first + shown) as i64),
                count(total as i64)
            ),
        },
        previous: (number > 1).then(|| to((number - 1).min(last))),
        next: (number < last).then(|| to(number + 1)),
    }
}

fn exports(asked: &Asked, mode: Mode, group: &str) -> Vec<Export> {
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let drawn = data.with("mode", mode.parameter()).with("group", group);
    let export = |title, kind: &'static str, data: &Address| {
        let path = format!("/api/v1/flows/{}/variants.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    vec![
        export("Variants as a table", "CSV", &data),
        export("Variants", "JSON", &data),
        export("Paths as a picture, to be scaled", "SVG", &drawn),
        export("Paths as an image", "PNG", &drawn),
    ]
}
