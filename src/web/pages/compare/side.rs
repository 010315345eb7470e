//! The second side of a comparison as the page shows it: its conditions, what it may be held against instead, and forms
//! to say it.

use crate::app::{Asked, Suggestion};
use crate::draw::figure::count;
use crate::model::answers::Stats;
use crate::model::filter::{Clause, Filter};
use crate::web::pages::compare::state::{State, side_text};
use crate::web::pages::shell::Chip;

/// See the module.
pub struct OtherSide {
    /// One for each condition.
    pub chips: Vec<Chip>,
    /// How many cases it has; empty before it is chosen.
    pub count: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// What it is in a word, where it follows from the first side.
    pub word: Option<&'static str>,
    /// Ready second sides.
    pub ready: Vec<Ready>,
    /// Its text form, for the form that takes a filter as text.
    pub text: String,
    /// The text that conditions are added to.
    pub base: String,
    /// The text that a period is added to: the conditions of the first side without its period.
    pub base_of_period: String,
    /// The other parameters, as a query.
    pub rest: String,
    /// The same one by one.
    pub kept: Vec<(&'static str, String)>,
}

/// A second side that follows from the first.
pub struct Ready {
    /// What it is.
    pub title: &'static str,
    /// The page with it; `None` where there is no such side.
    pub href: Option<String>,
    /// What is in it, or why it is not there.
    pub words: String,
    /// Whether it is the one that is shown.
    pub on: bool,
}

/// A comparison that is proposed.
pub struct Proposal {
    pub title: &'static str,
    pub reason: &'static str,
    pub href: String,
    pub a: String,
    pub b: String,
}

impl OtherSide {
    /// As the address says; the second side with its figures, once it is known.
    pub fn of(asked: &Asked, found: Option<(&Asked, &Stats)>, state: &State) -> Self {
        let filter = found.map(|(other, _)| other.filter.clone()).unwrap_or_default();
        let chip = |clause: Clause| {
            let with = if clause.rest.is_empty() { "all" } else { &clause.rest };
            Chip { words: clause.words, without: state.unpicked().with("with", with).href() }
        };
        let others = state.unpicked().without("with");
        let all = count(asked.target.snapshot.manifest.cases as i64);
        Self {
            chips: filter.clauses().into_iter().map(chip).collect(),
            count: found.map_or_else(String::new, |(other, stats)| {
                let cases = count(stats.cases);
                if other.filter.is_empty() { format!("{cases} cases") } else { format!("{cases} of {all} cases") }
            }),
            chosen: found.is_some(),
            word: match state.with.as_str() {
                "rest" => Some("all other cases"),
                "previous" => Some("the period before"),
                _ if found.is_some() && filter.is_empty() => Some("all cases"),
                _ => None,
            },
            ready: ready(asked, state),
            text: match found {
                Some((other, _)) => other.filter.to_string(),
                None => state.with.clone(),
            },
            base: side_text(&filter),
            base_of_period: side_text(&Filter { period: None, ..asked.filter.clone() }),
            rest: others.href().split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()),
            kept: others.parameters().to_vec(),
        }
    }
}

fn ready(asked: &Asked, state: &State) -> Vec<Ready> {
    let one = |title, word: &str, there: Option<String>, why: &str| {
        let href = there.as_ref().map(|_| state.unpicked().with("with", word).href());
        Ready { title, href, words: there.unwrap_or_else(|| why.to_owned()), on: state.with == word }
    };
    let words = |filter: Filter| {
        let words = filter.words();
        if words.is_empty() { "every case of the log".to_owned() } else { words }
    };
    vec![
        one(
            "The period before",
            "previous",
            asked.previous().map(words),
            "for a side A that is filtered by a period with a beginning",
        ),
        one(
            "All other cases",
            "rest",
            asked.rest().map(words),
            "for a side A of a single condition that has an opposite",
        ),
        one("All cases", "all", (!asked.filter.is_empty()).then(|| words(Filter::default())), "side A has all cases"),
    ]
}

/// A proposal with the words for both sides.
pub fn proposal(asked: &Asked, state: &State, suggestion: Suggestion) -> Proposal {
    let Suggestion { title, reason, a, with } = suggestion;
    let side = Asked { target: asked.target.clone(), filter: a.clone() };
    let b = match with.as_str() {
        "rest" => side.rest(),
        "previous" => side.previous(),
        "all" => Some(Filter::default()),
        text => text.parse().ok(),
    };
    let words = |filter: &Filter| {
        let words = filter.words();
        if words.is_empty() { "all cases".to_owned() } else { words }
    };
    Proposal {
        title,
        reason,
        href: state.against(&a, &with).href(),
        a: words(&a),
        b: b.as_ref().map(words).unwrap_or_default(),
    }
}
