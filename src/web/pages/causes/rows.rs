//! Findings and the tree as rows.

use crate::draw::figure::{count, fixed, percent};
use crate::model::causes::{CauseBranch, Finding};
use crate::web::pages::address::Address;

/// Width of the picture of a row.
const WIDTH: f64 = 200.0;

/// A finding, ready to be read.
pub struct Row {
    /// The value.
    pub words: String,
    /// Its cases, where a filter can say them.
    pub href: Option<String>,
    pub cases: String,
    /// Its cases that are of the target.
    pub target_cases: String,
    pub target_href: Option<String>,
    pub with: String,
    pub without: String,
    pub difference: String,
    pub interval: String,
    pub ratio: String,
    pub excess: String,
    pub coverage: String,
    pub q: String,
    /// Places of both shares and of the interval of their difference, from the left.
    pub with_x: String,
    pub without_x: String,
    pub low_x: String,
    pub high_x: String,
    /// The picture in words.
    pub picture: String,
}

/// A side of a split.
pub struct Leaf {
    pub depth: usize,
    pub words: String,
    pub href: Option<String>,
    pub told: String,
    /// Length of the bar, of 100.
    pub bar: String,
}

impl Row {
    /// `cases` is the page of the cases, `most` the largest share of all rows.
    pub fn of(one: &Finding, cases: &Address, most: f64) -> Self {
        let x = |share: f64| format!("{:.1}", if most > 0.0 { (share / most).clamp(0.0, 1.0) * WIDTH } else { 0.0 });
        let to = |filter: &Option<String>| filter.as_ref().map(|filter| cases.with("filter", filter).href());
        let (with, without) = (percent(one.with_share), percent(one.without_share));
        let interval = format!("{} to {}", points(one.low_share), points(one.high_share));
        Self {
            words: capital(&one.words),
            href: to(&one.filter),
            cases: count(one.cases),
            target_cases: count(one.target_cases),
            target_href: to(&one.target_filter),
            difference: points(one.difference_share),
            ratio: one.ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{} ×", fixed(ratio, 1))),
            excess: signed(one.excess_cases, fixed(one.excess_cases.abs(), 1)),
            coverage: percent(one.coverage_share),
            q: if one.q < 1e-4 { "< 0.0001".to_owned() } else { format!("{:.4}", one.q) },
            with_x: x(one.with_share),
            without_x: x(one.without_share),
            low_x: x(one.without_share + one.low_share),
            high_x: x(one.without_share + one.high_share),
            picture: format!("{with} with it, {without} without; difference {interval} points with 95 % confidence"),
            interval,
            with,
            without,
        }
    }
}

/// A share as percentage points with their sign.
fn points(share: f64) -> String {
    signed(share, fixed((share * 100.0).abs(), 1))
}

fn signed(value: f64, size: String) -> String {
    format!("{}{size}", if value < 0.0 { '−' } else { '+' })
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// The tree from top to bottom, each side below what it is a side of.
pub fn leaves(tree: &CauseBranch, cases: &Address) -> Vec<Leaf> {
    let mut found = Vec::new();
    add(&mut found, tree, "All cases", 0, cases);
    found
}

fn add(found: &mut Vec<Leaf>, branch: &CauseBranch, words: &str, depth: usize, cases: &Address) {
    found.push(Leaf {
        depth,
        words: capital(words),
        href: branch.filter.as_ref().map(|filter| cases.with("filter", filter).href()),
        told: format!(
            "{} of {} cases, {}",
            count(branch.target_cases),
            count(branch.cases),
            percent(branch.target_share)
        ),
        bar: format!("{:.1}", branch.target_share * 100.0),
    });
    if let Some(split) = &branch.split {
        add(found, &split.with, &split.words, depth + 1, cases);
        add(found, &split.without, "the others", depth + 1, cases);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::causes::CauseSplit;

    #[test]
    fn rows_say_both_shares_and_lead_to_their_cases() {
        let one = Finding {
            attribute: "region".to_owned(),
            value: Some("North".to_owned()),
            words: "with region = North".to_owned(),
            cases: 1_200,
            target_cases: 300,
            with_share: 0.25,
            without_share: 0.1,
            difference_share: 0.15,
            low_share: 0.12,
            high_share: 0.18,
            ratio: Some(2.5),
            expected_cases: 180.0,
            excess_cases: 120.0,
            coverage_share: 0.4,
            p: 1e-9,
            q: 2e-9,
            filter: Some("case.region=North".to_owned()),
            target_filter: None,
        };
        let row = Row::of(&one, &Address::new("/flows/a/cases"), 0.5);
        assert_eq!(row.words, "With region = North");
        assert_eq!(row.href.as_deref(), Some("/flows/a/cases?filter=case.region%3DNorth"));
        assert_eq!((row.difference.as_str(), row.interval.as_str()), ("+15.0", "+12.0 to +18.0"));
        assert_eq!((row.ratio.as_str(), row.excess.as_str(), row.q.as_str()), ("2.5 ×", "+120.0", "< 0.0001"));
        assert_eq!([&row.without_x, &row.with_x, &row.low_x, &row.high_x], ["40.0", "100.0", "88.0", "112.0"]);
        assert_eq!((points(-0.051), row.target_href), ("−5.1".to_owned(), None));
    }

    #[test]
    fn a_tree_is_told_from_top_to_bottom() {
        let branch = |cases, hits, split| CauseBranch {
            cases,
            target_cases: hits,
            target_share: hits as f64 / cases as f64,
            filter: None,
            split,
        };
        let split = CauseSplit {
            attribute: "region".to_owned(),
            value: None,
            words: "without region".to_owned(),
            p: 0.001,
            with: Box::new(branch(40, 30, None)),
            without: Box::new(branch(60, 3, None)),
        };
        let found = leaves(&branch(100, 33, Some(split)), &Address::new("/c"));
        let told: Vec<(usize, &str, &str)> =
            found.iter().map(|leaf| (leaf.depth, leaf.words.as_str(), leaf.told.as_str())).collect();
        let expected = [
            (0, "All cases", "33 of 100 cases, 33 %"),
            (1, "Without region", "30 of 40 cases, 75 %"),
            (1, "The others", "3 of 60 cases, 5 %"),
        ];
        assert_eq!(told, expected);
    }
}
