//! What stands behind a number: formula, population, n, data version and the file that computes it. One template piece
//! for all pages: `{% let definition = … %}{% include "_definition.html" %}` puts the button and what it opens.

use crate::app::{Asked, KpiInfo};
use crate::draw::figure::count;
use crate::web::pages::address::Address;

/// What one button opens.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Not twice on a page.
    pub id: String,
    /// What is defined.
    pub title: String,
    /// The formula in words.
    pub formula: String,
    /// Which cases it is about.
    pub population: String,
    /// How many of them, or of what else it rests on.
    pub n: String,
    /// What one row of the answer is.
    pub grain: String,
    /// In what it is measured.
    pub unit: String,
    /// Version and age of the log.
    pub data: String,
    /// The file that computes it.
    pub file: String,
    /// What that file says.
    pub sql: String,
    /// The list of the cases that it is about, where there is one.
    pub cases: Option<String>,
    /// The page that opens the query as free SQL, where everybody may ask it.
    pub open: Option<String>,
}

/// What all definitions of a page have in common.
#[derive(Debug, Clone)]
pub struct Population {
    words: String,
    n: String,
    data: String,
    cases: String,
    sql: Address,
}

impl Population {
    /// The asked cases, so many.
    pub fn of(asked: &Asked, cases: i64) -> Self {
        let filter = asked.filter.to_string();
        let version = asked.target.version;
        let last = asked.target.snapshot.manifest.last_us.map(crate::model::time::rfc3339);
        let upto = last.as_deref().and_then(|time| time.get(..10)).map(|day| format!(", up to {day}"));
        Self {
            words: if filter.is_empty() { "all cases".to_owned() } else { format!("cases {}", asked.filter.words()) },
            n: if cases == 1 { "1 case".to_owned() } else { format!("{} cases", count(cases)) },
            data: format!("version {version} of {}{}", asked.target.flow, upto.unwrap_or_default()),
            cases: Address::of_flow(&asked.target.flow, "cases").with("filter", &filter).href(),
            sql: Address::of_flow(&asked.target.flow, "sql").with("filter", filter),
        }
    }
}

impl Definition {
    /// The definition of what a query answers, under an id of its own on the page.
    pub fn of(id: impl Into<String>, query: &KpiInfo, population: &Population) -> Self {
        Self {
            id: id.into(),
            title: query.title.clone(),
            formula: query.definition.clone(),
            population: population.words.clone(),
            n: population.n.clone(),
            grain: query.grain.clone(),
            unit: query.unit.clone(),
            data: population.data.clone(),
            file: format!("queries/{}/{}.sql", query.section, query.id),
            sql: query.sql.clone(),
            cases: Some(population.cases.clone()),
            open: query.is_free.then(|| population.sql.with("example", &query.id).href()),
        }
    }

    /// The same under the name that the number has on its page.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }
}
