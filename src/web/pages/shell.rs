//! What surrounds every page: who is here, where they are, which flows there are, which cases are looked at.

use crate::app::{AppError, Asked};
use crate::draw::figure::count;
use crate::model::answers::Stats;
use crate::model::filter::{Filter, Period};
use crate::store::catalog::ImportRecord;
use crate::web::ask::Ask;
use crate::web::auth::Known;
use crate::web::auth::identity;
use crate::web::error::ApiError;
use crate::web::pages::address::{Address, OVERVIEW, encoded};
use crate::web::state::Web;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::sync::Arc;

/// The name of the cookie that keeps the wish for light or dark.
pub const THEME_COOKIE: &str = "tl_theme";

/// See the module.
#[derive(Debug, Default)]
pub struct Shell {
    /// Whether there is anything to navigate to.
    pub signed_in: bool,
    /// `light` or `dark`, if somebody chose.
    pub theme: Option<&'static str>,
    /// Who is signed in.
    pub who: String,
    /// As what.
    pub role: &'static str,
    /// Which entry of the navigation this is.
    pub active: &'static str,
    /// The path of the page.
    pub path: String,
    /// Path and query.
    pub here: String,
    /// The flow, on its pages.
    pub flow: Option<FlowHead>,
    /// All flows.
    pub flows: Vec<FlowLink>,
    /// The pages of the flow.
    pub nav: Vec<NavItem>,
    /// The report on what is looked at, on pages of a flow.
    pub report: Option<String>,
}

/// The flow that a page is about.
#[derive(Debug)]
pub struct FlowHead {
    /// Its name in addresses.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The version of its log.
    pub version: u32,
    /// From when to when.
    pub period: String,
    /// Which cases, in words.
    pub words: String,
    /// What the log lacks.
    pub partial: Option<Partial>,
}

/// Rows that are not in the log.
#[derive(Debug)]
pub struct Partial {
    /// How many, of how many.
    pub words: String,
    /// The import that says why.
    pub href: String,
}

/// A flow to go to.
#[derive(Debug)]
pub struct FlowLink {
    /// Its name in addresses.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// How many cases it has.
    pub cases: String,
    /// Its overview; on pages of another flow, the same page of this one.
    pub href: String,
}

/// A page to go to.
#[derive(Debug)]
pub struct NavItem {
    /// Which.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its sign.
    pub icon: &'static str,
    /// The letter that leads there after `g`.
    pub key: &'static str,
    /// Its address, with the filter.
    pub href: String,
}

/// The pages of a flow: name, title, sign, key.
const PAGES: [(&str, &str, &str, &str); 10] = [
    (OVERVIEW, "Overview", "overview", "o"),
    ("map", "Map", "map", "m"),
    ("variants", "Variants", "variants", "v"),
    ("conformance", "Conformance", "conformance", "d"),
    ("official", "Official flow", "check", "f"),
    ("cases", "Cases", "cases", "c"),
    ("kpis", "KPIs", "kpi", "k"),
    ("compare", "Compare", "compare", "x"),
    ("causes", "Root causes", "link", "w"),
    ("sql", "SQL", "sql", "s"),
];

impl Shell {
    /// For pages before anybody has signed in, and for failures.
    pub fn bare(headers: &HeaderMap) -> Self {
        Self { theme: theme(headers), ..Self::default() }
    }

    /// For pages that are about no flow.
    ///
    /// # Errors
    /// Those of the catalog.
    pub async fn of(web: &Arc<Web>, parts: &Parts, active: &'static str) -> Result<Self, ApiError> {
        let Some(Known(identity)) = identity(web, parts).await? else { return Ok(Self::bare(&parts.headers)) };
        let flows = web.blocking(|web| web.app.flows()).await?.flows;
        let link = |flow: crate::app::FlowInfo| FlowLink {
            cases: count(flow.cases.unwrap_or_default() as i64),
            href: Address::of_flow(&flow.name, OVERVIEW).href(),
            name: flow.name,
            title: flow.title,
        };
        Ok(Self {
            signed_in: true,
            theme: theme(&parts.headers),
            who: identity.name.clone(),
            role: identity.role.as_str(),
            active,
            path: parts.uri.path().to_owned(),
            here: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            flows: flows.into_iter().map(link).collect(),
            ..Self::default()
        })
    }

    /// For a page of a flow.
    ///
    /// # Errors
    /// Those of the catalog.
    pub async fn of_flow(ask: &Ask, parts: &Parts, asked: &Asked, active: &'static str) -> Result<Self, ApiError> {
        let mut shell = Self::of(&ask.web, parts, active).await?;
        let (name, imports) = (asked.target.flow.clone(), asked.target.snapshot.manifest.imports.clone());
        let look_up = move |web: &Web| Ok::<_, AppError>((web.app.flow_info(&name)?, partial(web, &imports)));
        let (flow, partial) = ask.web.blocking(look_up).await?;
        let day = |time: &Option<String>| time.as_deref().and_then(|time| time.get(..10)).map(str::to_owned);
        let period = match (day(&flow.first_at), day(&flow.last_at)) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "no times".to_owned(),
        };
        // Whoever goes to another flow goes on with what they were looking at.
        let same = PAGES.iter().map(|(name, ..)| *name).find(|name| *name == active).unwrap_or(OVERVIEW);
        for other in &mut shell.flows {
            other.href = Address::of_flow(&other.name, same).href();
        }
        let words = asked.filter.words();
        let report = Address::new(&format!("/api/v1/flows/{}/report.html", encoded(&flow.name)));
        let report = report.with("filter", asked.filter.to_string()).with("version", asked.target.version);
        shell.report = Some(report.href());
        shell.nav = PAGES
            .iter()
            .map(|(name, title, icon, key)| {
                let href = Address::of_flow(&flow.name, name).with("filter", asked.filter.to_string()).href();
                NavItem { name, title, icon, key, href }
            })
            .collect();
        shell.flow = Some(FlowHead {
            name: flow.name,
            title: flow.title,
            version: asked.target.version,
            period,
            words: if words.is_empty() { "all cases".to_owned() } else { format!("only cases {words}") },
            partial,
        });
        Ok(shell)
    }
}

/// The rows that these imports left out; the page of the first that did so says why.
fn partial(web: &Web, imports: &[String]) -> Option<Partial> {
    let records = imports.iter().filter_map(|id| web.app.store.catalog.get_import(id).ok());
    let lossy: Vec<_> = records.filter(|import| import.rows_rejected.is_some_and(|rows| rows > 0)).collect();
    let first = lossy.first()?;
    let sum = |of: fn(&ImportRecord) -> Option<u64>| lossy.iter().filter_map(of).sum::<u64>();
    let (lost, kept) = (sum(|import| import.rows_rejected), sum(|import| import.rows_accepted));
    let verb = if lost == 1 { "row was" } else { "rows were" };
    Some(Partial {
        words: format!("{} of {} {verb} rejected", count(lost as i64), count((lost + kept) as i64)),
        href: format!("/flows/{}/imports/{}", encoded(&first.flow), first.id),
    })
}

fn theme(headers: &HeaderMap) -> Option<&'static str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let chosen = pairs.find(|(name, _)| *name == THEME_COOKIE)?.1;
    ["light", "dark"].into_iter().find(|theme| *theme == chosen)
}

/// The filter bar.
#[derive(Debug)]
pub struct Filters {
    /// The flow.
    pub flow: String,
    /// One for each condition.
    pub chips: Vec<Chip>,
    /// The filter in its text form.
    pub text: String,
    /// The other parameters of the page, as a query.
    pub rest: String,
    /// The page without any filter.
    pub clear: String,
    /// How many cases are left, in words.
    pub count: String,
    /// Activities to choose from.
    pub activities: Vec<String>,
    /// Attributes of cases to choose from.
    pub attributes: Vec<String>,
    /// The same page for the period before and the one after, as long as the chosen one.
    pub periods: Option<(String, String)>,
}

/// A condition that can be taken away.
#[derive(Debug)]
pub struct Chip {
    /// What it says.
    pub words: String,
    /// The page without it.
    pub without: String,
}

impl Filters {
    /// The bar of a page at this address; `stats` are those of the filtered cases.
    pub fn of(asked: &Asked, address: &Address, stats: &Stats) -> Self {
        Self::counted(asked, address, stats.cases)
    }

    /// The same where no more is known than how many cases pass.
    pub fn counted(asked: &Asked, address: &Address, cases: i64) -> Self {
        let chip = |clause: crate::model::filter::Clause| Chip {
            words: clause.words,
            without: address.with("filter", clause.rest).href(),
        };
        let snapshot = &asked.target.snapshot;
        let all = snapshot.manifest.cases;
        let text = asked.filter.to_string();
        let cases = count(cases);
        Self {
            flow: asked.target.flow.clone(),
            chips: asked.filter.clauses().into_iter().map(chip).collect(),
            rest: address
                .without("filter")
                .href()
                .split_once('?')
                .map_or_else(String::new, |(_, query)| query.to_owned()),
            clear: address.without("filter").href(),
            count: if text.is_empty() {
                format!("{cases} cases")
            } else {
                format!("{cases} of {} cases", count(all as i64))
            },
            text,
            periods: periods(&asked.filter, address),
            activities: snapshot.names("activity").iter().flatten().map(str::to_owned).collect(),
            attributes: snapshot.attributes_of("cases"),
        }
    }
}

/// The pages of the neighbouring periods, if a whole period is chosen.
fn periods(filter: &Filter, address: &Address) -> Option<(String, String)> {
    let period = filter.period?;
    let (from, to) = period.from.zip(period.to)?;
    let length = to.checked_sub(from).filter(|length| *length > 0)?;
    let at = |from: i64| {
        let period = Period { from: Some(from), to: Some(from + length), by: period.by };
        address.with("filter", Filter { period: Some(period), ..filter.clone() }.to_string()).href()
    };
    Some((at(from.checked_sub(length)?), at(to)))
}

/// Something that can be taken away as a file.
#[derive(Debug)]
pub struct Export {
    /// Its address.
    pub href: String,
    /// What it is.
    pub title: &'static str,
    /// Its form.
    pub kind: &'static str,
}
