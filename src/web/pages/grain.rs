//! How long the periods of a time chart are: what the address says, or what fits the length of the log.

use crate::app::Asked;
use crate::model::filter::PeriodBy;
use crate::web::pages::address::Address;
use std::collections::BTreeMap;

/// The parameter of queries that can be asked by day, week and so on.
pub const GRANULARITY: &str = "granularity";

const DAY: f64 = 86_400.0 * 1e6;
/// Up to so many days, periods are so long; longer logs have quarters.
const FITTING: [(f64, &str); 3] = [(62.0, "day"), (1_100.0, "week"), (3_700.0, "month")];

/// A length to choose.
pub struct Choice {
    /// Its address.
    pub href: String,
    /// Its name for people.
    pub title: &'static str,
    /// Whether it is chosen.
    pub on: bool,
}

const ALL: [(&str, &str); 5] =
    [("day", "Day"), ("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")];

/// The length that shows the asked cases best.
pub fn fitting(asked: &Asked) -> &'static str {
    let manifest = &asked.target.snapshot.manifest;
    let Some((mut from, mut to)) = manifest.first_us.zip(manifest.last_us) else { return "week" };
    if let Some(period) = asked.filter.period.filter(|period| period.by != PeriodBy::Intersecting) {
        (from, to) = (period.from.unwrap_or(from).max(from), period.to.unwrap_or(to).min(to));
    }
    let days = (to - from) as f64 / DAY;
    FITTING.iter().find(|(most, _)| days <= *most).map_or("quarter", |(_, grain)| grain)
}

/// The parameter for queries: what is in the address, else what fits.
pub fn parameters(asked: &Asked, wished: Option<&String>) -> BTreeMap<String, String> {
    let grain = wished.filter(|text| !text.is_empty()).map_or_else(|| fitting(asked), String::as_str);
    [(GRANULARITY.to_owned(), grain.to_owned())].into()
}

/// The lengths as links.
pub fn choices(address: &Address, chosen: &str) -> Vec<Choice> {
    let choice = |(name, title): (&'static str, &'static str)| Choice {
        href: address.with(GRANULARITY, name).href(),
        title,
        on: name == chosen,
    };
    ALL.into_iter().map(choice).collect()
}
