//! What the address says about a comparison, and the addresses that lead on from it.

use crate::app::{Asked, BothSides, MapWish};
use crate::model::filter::{Filter, Pair};
use crate::web::api::compare::compare_wish;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::Address;
use crate::web::pages::cases::flow_page;

/// Parameters of the page besides those of all pages.
pub const PARAMETERS: [&str; 7] = ["with", "metric", "activities", "paths", "view", "node", "edge"];

/// See the module.
pub struct State {
    /// The page with all its parameters.
    pub address: Address,
    /// The second side: a filter, one of the words, or nothing yet.
    pub with: String,
    /// What is drawn.
    pub wish: MapWish,
    /// Id of the chosen node or edge.
    pub picked: Option<String>,
    /// Whether the table is shown instead.
    pub as_table: bool,
}

/// Lists of cases, one for each side.
pub struct Links {
    list: Address,
    sides: [Filter; 2],
}

/// What cases have in common that a link leads to.
#[derive(Clone, Copy)]
pub enum Having<'a> {
    /// Nothing more than the side demands.
    Nothing,
    /// An activity.
    Activity(&'a str),
    /// An activity more than once.
    Again(&'a str),
    /// Some activity more than once.
    Rework,
    /// A step; without its first activity the start of the case, without its second the end.
    Step(Option<&'a str>, Option<&'a str>),
    /// So many seconds at least.
    Long(f64),
}

impl State {
    /// What the request says.
    ///
    /// # Errors
    /// 400 for values that mean nothing.
    pub fn of(ask: &Ask, asked: &Asked) -> Result<Self, ApiError> {
        let text = |name: &str| ask.rest.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let mut address = flow_page(ask, asked, "compare");
        for name in PARAMETERS {
            address = address.with(name, text(name).unwrap_or_default());
        }
        Ok(Self {
            address,
            with: text("with").unwrap_or_default().to_owned(),
            wish: compare_wish(ask)?,
            picked: text("node").or(text("edge")).map(str::to_owned),
            as_table: text("view") == Some("table"),
        })
    }

    /// The page with this node or edge chosen.
    pub fn pick(&self, id: &str) -> String {
        let (name, other) = if id.contains('>') { ("edge", "node") } else { ("node", "edge") };
        self.address.without(other).with(name, id).href()
    }

    /// The page with nothing chosen.
    pub fn unpicked(&self) -> Address {
        self.address.without("node").without("edge")
    }

    /// The page with these two sides; nothing stays chosen.
    pub fn against(&self, a: &Filter, with: &str) -> Address {
        self.unpicked().with("filter", a.to_string()).with("with", with)
    }

    /// The page with the sides exchanged.
    pub fn swapped(&self, a: &Asked, b: &Asked) -> String {
        let with = match self.with.as_str() {
            // The rest of the rest is the beginning.
            "rest" if b.rest().as_ref() == Some(&a.filter) => "rest".to_owned(),
            _ => side_text(&a.filter),
        };
        self.address.with("filter", b.filter.to_string()).with("with", with).href()
    }

    /// What the form of the sliders must not lose.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        self.unpicked().without("activities").without("paths").parameters().to_vec()
    }

    /// Where the cases of both sides are.
    pub fn links(&self, ask: &Ask, both: &BothSides) -> Links {
        let sides = [&both.a, &both.b].map(|side| side.asked.filter.clone());
        Links { list: flow_page(ask, &both.a.asked, "cases").without("filter"), sides }
    }

    /// The page with both sides narrowed to cases that have this.
    pub fn narrowed(&self, links: &Links, having: Having<'_>) -> String {
        let [a, b] = [0, 1].map(|side| links.filter(side, having));
        self.against(&a, &side_text(&b)).href()
    }
}

/// A second side in the address: the filter, or the word for one that demands nothing.
pub fn side_text(filter: &Filter) -> String {
    if filter.is_empty() { "all".to_owned() } else { filter.to_string() }
}

impl Links {
    /// The list of the cases of a side, 0 or 1, that have this.
    pub fn cases(&self, side: usize, having: Having<'_>) -> String {
        self.list.with("filter", self.filter(side, having).to_string()).href()
    }

    /// Another page of the cases of a side.
    pub fn page(&self, side: usize, flow: &str, page: &str) -> String {
        let address = Address::of_flow(flow, page).with("filter", self.sides[side].to_string());
        let version = self.list.parameters().iter().find(|(name, _)| *name == "version");
        version.map_or_else(|| address.clone(), |(name, value)| address.with(name, value)).href()
    }

    fn filter(&self, side: usize, having: Having<'_>) -> Filter {
        let mut filter = self.sides[side].clone();
        match having {
            Having::Nothing => {}
            Having::Activity(name) => filter.with.push(vec![name.to_owned()]),
            Having::Again(name) => {
                filter.eventually_follows.push(Pair { from: name.to_owned(), to: name.to_owned() });
            }
            Having::Rework => filter.rework = Some(true),
            Having::Step(Some(from), Some(to)) => {
                filter.directly_follows.push(Pair { from: from.to_owned(), to: to.to_owned() });
            }
            Having::Step(None, Some(first)) => filter.starts_with = vec![first.to_owned()],
            Having::Step(Some(last), None) => filter.ends_with = vec![last.to_owned()],
            Having::Step(None, None) => {}
            Having::Long(seconds) => {
                let mut range = filter.cycle_time_s.unwrap_or_default();
                range.min = Some(range.min.map_or(seconds, |min| min.max(seconds)));
                filter.cycle_time_s = Some(range);
            }
        }
        filter.canonical()
    }
}
