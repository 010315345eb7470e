//! The list of variants as the page shows it: single paths or groups of them, searched and cut, with what they cover.

use crate::app::{Asked, Grouping, VariantGroup};
use crate::draw::figure::{count, percent};
use crate::model::answers::{Durations, Variant};
use crate::model::filter::Filter;
use crate::web::ask::Ask;
use crate::web::error::ApiError;

/// The share of the cases that the title speaks of.
const COVERED: f64 = 0.8;
/// Above this share of variants that only one case took, counting paths says little …
const UNIQUE: f64 = 0.8;
/// … unless there are so few that anybody can read them.
const FEW: usize = 10;
/// A filter names so many variants; more of them would make an address too long.
const NAMED: usize = 60;

/// A variant or a group of them.
pub struct Entry {
    /// Position by number of cases, from 1.
    pub rank: i64,
    /// The path, or what the paths of the group have in common.
    pub path: Vec<String>,
    /// Ids of its variants.
    pub variants: Vec<String>,
    /// How many cases took it.
    pub cases: i64,
    /// Their share of all cases.
    pub share: f64,
    /// How long they took.
    pub cycle: Option<Durations>,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Exact paths.
    Path,
    /// Groups of paths.
    Alike(Grouping),
}

impl Group {
    /// All of them: name in the address, and title.
    pub const ALL: [(&str, &str, Self); 3] = [
        ("", "Exact paths", Self::Path),
        ("repeats", "Without repeats", Self::Alike(Grouping::Repeats)),
        ("set", "Same activities", Self::Alike(Grouping::Set)),
    ];

    /// What the request says.
    ///
    /// # Errors
    /// 400 for groups that there are not.
    pub fn of(ask: &Ask) -> Result<Self, ApiError> {
        let name = ask.rest.get("group").map(String::as_str).unwrap_or_default();
        Self::ALL.iter().find(|(known, _, _)| *known == name).map(|(_, _, group)| *group).ok_or_else(|| {
            ApiError::bad_request("bad_parameter", format!("there are no groups `{name}`"), "there are repeats and set")
        })
    }

    /// What one row is called, and several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Path => ("variant", "variants"),
            Self::Alike(_) => ("group", "groups"),
        }
    }
}

/// All rows, most cases first.
///
/// # Errors
/// Those of the queries.
pub async fn entries(ask: &Ask, asked: &Asked, group: Group) -> Result<Vec<Entry>, ApiError> {
    let app = &ask.web.app;
    let of_variant = |variant: Variant| Entry {
        rank: variant.rank,
        path: variant.activities,
        variants: vec![variant.id],
        cases: variant.cases,
        share: variant.share,
        cycle: variant.cycle_time_s,
    };
    let of_group = |(at, group): (usize, VariantGroup)| Entry {
        rank: at as i64 + 1,
        path: group.activities,
        variants: group.variants,
        cases: group.cases,
        share: group.share,
        cycle: group.cycle_time_s,
    };
    Ok(match group {
        Group::Path => app.variants(asked, None).await?.variants.into_iter().map(of_variant).collect(),
        Group::Alike(by) => app.variant_groups(asked, by).await?.into_iter().enumerate().map(of_group).collect(),
    })
}

impl Entry {
    /// The asked cases that took it; none if its variants are too many to be named.
    pub fn filter(&self, asked: &Asked, group: Group) -> Option<Filter> {
        let own = match group {
            Group::Alike(Grouping::Set) if self.variants.len() > NAMED => {
                let all = asked.target.snapshot.names("activity");
                let others = all.iter().flatten().filter(|name| !self.path.iter().any(|own| own == name));
                Filter {
                    with: self.path.iter().map(|name| vec![name.clone()]).collect(),
                    without: others.map(str::to_owned).collect(),
                    ..Filter::default()
                }
            }
            _ if self.variants.len() > NAMED => return None,
            _ => Filter { variants: self.variants.clone(), ..Filter::default() },
        };
        asked.filter.and(&own)
    }
}

/// How many cases each row covers together with those before it.
pub fn cumulated(entries: &[Entry]) -> Vec<i64> {
    let mut run = 0;
    let mut add = |entry: &Entry| {
        run += entry.cases;
        run
    };
    entries.iter().map(&mut add).collect()
}

/// The share of the cases that the rows up to this one cover.
pub fn share(run: &[i64], at: usize) -> f64 {
    run[at] as f64 / run.last().copied().unwrap_or(1).max(1) as f64
}

/// How many rows, the most frequent ones, cover at least this share.
pub fn needed(run: &[i64], covered: f64) -> usize {
    // Shares end at 1, so there is always one.
    (0..run.len()).find(|at| share(run, *at) >= covered).map_or(run.len(), |at| at + 1)
}

/// Whether a path is as the query says: parts of names, joined by `->` where they follow directly, and `*` for
/// anything between.
pub fn fits(path: &[String], query: &str) -> bool {
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

/// The heading.
pub fn title(entries: &[Entry], run: &[i64], group: Group) -> String {
    let (one, several) = group.words();
    let top = match entries {
        [] => return "No case matches".to_owned(),
        [_] if group == Group::Path => return "One variant: every case took the same path".to_owned(),
        [_] => return "One group: all cases are alike".to_owned(),
        [top, ..] => percent(top.share),
    };
    let (needed, all) = (needed(run, COVERED), count(entries.len() as i64));
    let verb = if needed == 1 { "covers" } else { "cover" };
    let begin = format!("{} of {all} {several} {verb} 80 % of the cases", count(needed as i64));
    format!("{begin}; the most frequent {one} covers {top}")
}

/// What is said where nearly every case took a path of its own: how many did, of how many.
pub fn unique(entries: &[Entry]) -> Option<String> {
    let once = entries.iter().filter(|entry| entry.cases == 1).count();
    let near_unique = entries.len() >= FEW && once as f64 / entries.len() as f64 > UNIQUE;
    near_unique.then(|| {
        format!(
            "{} of {} variants were taken by one case only, so single paths say little here.",
            count(once as i64),
            count(entries.len() as i64)
        )
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn entries(cases: &[i64]) -> Vec<Entry> {
        let all: i64 = cases.iter().sum();
        let entry = |(at, cases): (usize, &i64)| Entry {
            rank: at as i64 + 1,
            path: vec![at.to_string()],
            variants: vec![at.to_string()],
            cases: *cases,
            share: *cases as f64 / all as f64,
            cycle: None,
        };
        cases.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn cumulated_shares_end_at_all_cases() {
        let many: Vec<i64> = (1..=997).rev().collect();
        let run = cumulated(&entries(&many));
        assert_eq!(percent(share(&run, run.len() - 1)), "100 %");
        assert!(percent(share(&run, run.len() - 2)).starts_with("> 99.9"));
        assert_eq!((needed(&run, 1.0), needed(&run, 0.0), needed(&[], 0.5)), (997, 1, 0));
    }

    #[test]
    fn titles_say_what_is_covered() {
        let check = |cases: &[i64], expected: &str| {
            let list = entries(cases);
            assert_eq!(title(&list, &cumulated(&list), Group::Path), expected);
        };
        check(&[50, 30, 20], "2 of 3 variants cover 80 % of the cases; the most frequent variant covers 50 %");
        check(&[90, 10], "1 of 2 variants covers 80 % of the cases; the most frequent variant covers 90 %");
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
        assert!(unique(&entries(&[1; 20])).is_some());
        assert!(unique(&entries(&[1; 5])).is_none());
        assert!(unique(&entries(&[5; 20])).is_none());
    }
}
