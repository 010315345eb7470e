//! The variants page: which paths cases really take, the most frequent first, and how much they cover.

use crate::app::Asked;
use crate::draw::figure::{count, duration, percent};
use crate::model::answers::{Variant, Variants};
use crate::model::filter::Filter;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, encoded};
use crate::web::pages::cases::{Pages, flow_page};
use crate::web::pages::filter::BOX;
use crate::web::pages::look::{Look, Mode};
use crate::web::pages::page;
use crate::web::pages::path::{Chevron, Code, shown};
use crate::web::pages::shell::{Export, Filters, Shell};
use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;

/// So many variants are on a page.
const SHOWN: usize = 50;
/// The share of the cases that the title speaks of.
const COVERED: f64 = 0.8;
/// Above this share of variants that only one case took, counting paths says little …
const UNIQUE: f64 = 0.8;
/// … unless there are so few that anybody can read them.
const FEW: usize = 10;
/// Ranks whose coverage is told.
const RANKS: [usize; 13] = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 20_000];
#[derive(Template)]
#[template(path = "variants.html")]
struct VariantsPage {
    shell: Shell,
    flow: String,
    title: String,
    exports: Vec<Export>,
    filters: Filters,
    modes: Vec<Choice>,
    tall: bool,
    colours: &'static [(&'static str, &'static str)],
    legend: Vec<Code>,
    unique: Option<String>,
    coverage: Vec<Coverage>,
    q: String,
    kept: Vec<(&'static str, String)>,
    found: String,
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

/// How much of the cases the first so many variants cover.
struct Coverage {
    rank: String,
    cases: String,
    share: String,
    bar: u32,
}

struct Row {
    field: String,
    rank: String,
    steps: Vec<Chevron>,
    href: String,
    cases: String,
    share: String,
    bar: u32,
    cumulative: String,
    median: String,
}

/// The page.
pub async fn variants(parts: Parts, ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["mode", "q", "page"])?;
    let asked = ask.open().await?;
    let mode = Mode::of(&ask)?;
    let q = ask.rest.get("q").map(|text| text.trim().to_owned()).unwrap_or_default();
    let number = ask.number("page")?.unwrap_or(1).max(1);
    let plain = flow_page(&ask, &asked, "variants");
    let address = plain.with("mode", if mode == Mode::Standard { "" } else { mode.name() }).with("q", &q);
    let shell = Shell::of_flow(&ask, &parts, &asked, "variants").await?;
    let app = &ask.web.app;
    let (stats, all) = (app.stats(&asked).await?, app.variants(&asked, None).await?);
    let look = Look::of(&ask, &asked, mode).await?;
    let run = cumulated(&all.variants);
    let fitting: Vec<usize> = (0..all.variants.len()).filter(|at| fits(&all.variants[*at].activities, &q)).collect();
    let first = (number - 1).saturating_mul(SHOWN).min(fitting.len());
    let here = &fitting[first..fitting.len().min(first + SHOWN)];
    let list = flow_page(&ask, &asked, "cases");
    let row = |at: &usize| row(&look, &asked, &list, &all, &run, *at);
    let activities = here.iter().flat_map(|at| all.variants[*at].activities.iter().map(String::as_str));
    let legend = look.codes.legend(activities.chain(look.happy.iter().map(String::as_str)));
    page(&VariantsPage {
        flow: shell.flow.as_ref().map_or_else(String::new, |flow| flow.title.clone()),
        title: title(&all, &run),
        exports: exports(&asked),
        filters: Filters::of(&asked, &address, &stats),
        modes: modes(&address, mode, stats.cycle_time_s.is_some()),
        tall: mode != Mode::Standard,
        colours: mode.legend(),
        legend,
        unique: unique(&all.variants),
        coverage: coverage(&run),
        kept: address.without("q").parameters().to_vec(),
        found: found(&all, &fitting),
        rows: here.iter().map(row).collect(),
        chosen: format!("/flows/{}/variants/chosen", encoded(&asked.target.flow)),
        kept_chosen: plain.parameters().to_vec(),
        pages: pages(&address, number, first, here.len(), fitting.len()),
        shell,
        q,
    })
}

/// How many cases each variant covers together with those before it.
fn cumulated(variants: &[Variant]) -> Vec<i64> {
    let mut run = 0;
    let mut add = |variant: &Variant| {
        run += variant.cases;
        run
    };
    variants.iter().map(&mut add).collect()
}

/// Whether a path is as the query says: parts of names, joined by `->` where they follow directly, and `*` for
/// anything between.
fn fits(path: &[String], query: &str) -> bool {
    let names: Vec<String> = path.iter().map(|name| name.to_lowercase()).collect();
    let query = query.to_lowercase();
    let parts: Vec<&str> = query.split("->").map(str::trim).collect();
    // Groups of parts that follow directly, with anything between the groups.
    let groups: Vec<&[&str]> =
        parts.split(|part| *part == "*" || part.is_empty()).filter(|group| !group.is_empty()).collect();
    let mut rest = names.as_slice();
    for group in groups {
        let is_here = |window: &[String]| window.iter().zip(group).all(|(name, part)| name.contains(part));
        let Some(at) = rest.windows(group.len()).position(is_here) else { return false };
        rest = &rest[at + group.len()..];
    }
    true
}

fn row(look: &Look, asked: &Asked, list: &Address, all: &Variants, run: &[i64], at: usize) -> Row {
    let variant = &all.variants[at];
    let filter = Filter { variants: vec![variant.id.clone()], ..asked.filter.clone() };
    let most = all.variants.first().map_or(1, |first| first.cases.max(1));
    Row {
        field: format!("{BOX}{}", variant.id),
        rank: count(variant.rank),
        steps: shown(look.steps(&variant.activities)),
        href: list.with("filter", filter.canonical().to_string()).href(),
        cases: count(variant.cases),
        share: percent(variant.share),
        bar: (100 * variant.cases / most) as u32,
        cumulative: percent(share(run, at)),
        median: variant.cycle_time_s.as_ref().map_or_else(|| "–".to_owned(), |cycle| duration(cycle.median)),
    }
}

/// The share of the cases that the variants up to this one cover.
fn share(run: &[i64], at: usize) -> f64 {
    run[at] as f64 / run.last().copied().unwrap_or(1).max(1) as f64
}

fn title(all: &Variants, run: &[i64]) -> String {
    let top = match all.variants.as_slice() {
        [] => return "No case matches".to_owned(),
        [_] => return "One variant: every case took the same path".to_owned(),
        [top, ..] => percent(top.share),
    };
    // Shares end at 1, so there is always one.
    let needed = (0..run.len()).find(|at| share(run, *at) >= COVERED).map_or(run.len(), |at| at + 1);
    let verb = if needed == 1 { "covers" } else { "cover" };
    let begin = format!("{} of {} variants {verb} 80 % of the cases", count(needed as i64), count(all.total));
    format!("{begin}; the most frequent one covers {top}")
}

fn unique(variants: &[Variant]) -> Option<String> {
    let once = variants.iter().filter(|variant| variant.cases == 1).count();
    let near_unique = variants.len() >= FEW && once as f64 / variants.len() as f64 > UNIQUE;
    near_unique.then(|| {
        format!(
            "{} of {} variants were taken by one case only, so single paths say little here. Filter the cases, search for a \
             part of a path, or look at the map, which shows what the paths have in common.",
            count(once as i64),
            count(variants.len() as i64)
        )
    })
}

fn coverage(run: &[i64]) -> Vec<Coverage> {
    let last = run.len();
    let ranks = RANKS.into_iter().filter(|rank| *rank < last).chain((last > 0).then_some(last));
    let entry = |rank: usize| Coverage {
        rank: count(rank as i64),
        cases: count(run[rank - 1]),
        share: percent(share(run, rank - 1)),
        bar: (share(run, rank - 1) * 100.0).round() as u32,
    };
    ranks.map(entry).collect()
}

fn found(all: &Variants, fitting: &[usize]) -> String {
    let cases: i64 = fitting.iter().map(|at| all.variants[*at].cases).sum();
    let variants =
        if fitting.len() == 1 { "1 variant".to_owned() } else { format!("{} variants", count(fitting.len() as i64)) };
    format!("{variants}, {} cases", count(cases))
}

fn modes(address: &Address, now: Mode, timed: bool) -> Vec<Choice> {
    let choice = |mode: Mode| {
        let name = if mode == Mode::Standard { "" } else { mode.name() };
        Choice { href: address.with("mode", name).href(), title: mode.title(), on: mode == now }
    };
    Mode::ALL.into_iter().filter(|mode| timed || *mode != Mode::Time).map(choice).collect()
}

fn pages(address: &Address, number: usize, first: usize, shown: usize, total: usize) -> Pages {
    let to = |page: usize| address.with("page", if page == 1 { String::new() } else { page.to_string() }).href();
    let last = total.div_ceil(SHOWN).max(1);
    Pages {
        words: match shown {
            0 => "no variants".to_owned(),
            _ => format!(
                "{} to {} of {} variants",
                count(first as i64 + 1),
                count((first + shown) as i64),
                count(total as i64)
            ),
        },
        previous: (number > 1).then(|| to((number - 1).min(last))),
        next: (number < last).then(|| to(number + 1)),
    }
}

fn exports(asked: &Asked) -> Vec<Export> {
    let data = Address::new("").with("filter", asked.filter.to_string()).with("version", asked.target.version);
    let export = |title, kind: &'static str| {
        let path = format!("/api/v1/flows/{}/variants.{}", encoded(&asked.target.flow), kind.to_lowercase());
        Export { href: data.at(&path).href(), title, kind }
    };
    vec![export("Variants as a table", "CSV"), export("Variants", "JSON")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants(cases: &[i64]) -> Vec<Variant> {
        let all: i64 = cases.iter().sum();
        let variant = |(at, cases): (usize, &i64)| Variant {
            rank: at as i64 + 1,
            id: at.to_string(),
            activities: vec![at.to_string()],
            cases: *cases,
            share: *cases as f64 / all as f64,
            cycle_time_s: None,
        };
        cases.iter().enumerate().map(variant).collect()
    }

    #[test]
    fn cumulated_shares_end_at_all_cases() {
        let many: Vec<i64> = (1..=997).rev().collect();
        let run = cumulated(&variants(&many));
        assert_eq!(percent(share(&run, run.len() - 1)), "100 %");
        assert!(percent(share(&run, run.len() - 2)).starts_with("> 99.9"));
        let rows = coverage(&run);
        assert_eq!((rows[0].rank.as_str(), rows[rows.len() - 1].share.as_str()), ("1", "100 %"));
        assert!(coverage(&[]).is_empty());
    }

    #[test]
    fn titles_say_what_is_covered() {
        let check = |cases: &[i64], expected: &str| {
            let list = variants(cases);
            let all = Variants { cases: cases.iter().sum(), total: cases.len() as i64, variants: list };
            assert_eq!(title(&all, &cumulated(&all.variants)), expected);
        };
        check(&[50, 30, 20], "2 of 3 variants cover 80 % of the cases; the most frequent one covers 50 %");
        check(&[90, 10], "1 of 2 variants covers 80 % of the cases; the most frequent one covers 90 %");
        check(&[7], "One variant: every case took the same path");
        check(&[], "No case matches");
    }

    #[test]
    fn paths_are_searched() {
        let path: Vec<String> = ["Create", "Check credit", "Ship", "Cancel order"].map(str::to_owned).to_vec();
        for query in ["", "ship", "check -> ship", "CHECK -> * -> cancel", "* -> order", "create->check->ship"] {
            assert!(fits(&path, query), "{query}");
        }
        for query in ["pay", "create -> ship", "ship -> * -> check", "cancel -> ship"] {
            assert!(!fits(&path, query), "{query}");
        }
    }

    #[test]
    fn many_single_variants_are_told() {
        assert!(unique(&variants(&[1; 20])).is_some());
        assert!(unique(&variants(&[1; 5])).is_none());
        assert!(unique(&variants(&[5; 20])).is_none());
    }
}
