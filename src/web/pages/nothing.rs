//! What is said where a filter leaves no case: its conditions, each with what would be left without it.

use crate::app::Asked;
use crate::draw::figure::count;
use crate::model::answers::Stats;
use crate::model::filter::Filter;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::Address;
use std::collections::BTreeMap;

/// So many conditions are tried; each is a question of its own.
const TRIED: usize = 12;

/// See the module.
pub struct Nothing {
    /// The ways out, the nearest first: the fewest cases come closest to what was asked.
    pub ways: Vec<Way>,
    /// The page without any filter.
    pub clear: String,
    /// How many cases that shows.
    pub all: String,
}

/// A condition to take away.
pub struct Way {
    /// What it says.
    pub words: String,
    /// The page without it.
    pub href: String,
    /// How many cases that shows.
    pub cases: String,
}

impl Nothing {
    /// What is said on a page at this address, if nothing is left.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn of(ask: &Ask, asked: &Asked, address: &Address, stats: &Stats) -> Result<Option<Self>, ApiError> {
        Self::counted(ask, asked, address, stats.cases).await
    }

    /// The same where no more is known than how many cases pass.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn counted(ask: &Ask, asked: &Asked, address: &Address, cases: i64) -> Result<Option<Self>, ApiError> {
        if cases > 0 || asked.filter.is_empty() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for clause in asked.filter.clauses().into_iter().take(TRIED) {
            let Ok(filter) = clause.rest.parse::<Filter>() else { continue };
            let left = Asked { target: asked.target.clone(), filter };
            let totals = ask.web.app.ask(&left, "log_totals", &BTreeMap::new()).await?;
            let cases = totals.integer("cases", 0).unwrap_or_default();
            if cases > 0 {
                found.push((cases, clause));
            }
        }
        found.sort_by_key(|(cases, _)| *cases);
        let way = |(cases, clause): (i64, crate::model::filter::Clause)| Way {
            words: clause.words,
            href: address.with("filter", clause.rest).href(),
            cases: count(cases),
        };
        Ok(Some(Self {
            ways: found.into_iter().map(way).collect(),
            clear: address.without("filter").href(),
            all: count(asked.target.snapshot.manifest.cases as i64),
        }))
    }
}
