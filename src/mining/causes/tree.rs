//! A shallow tree: the value that tells the target's cases best from the others, then the same on either side of it. It
//! shows what goes with the target only together. A side is split again only where chance does not explain the split,
//! after all splits that were possible there.

use super::contrast::{Column, FALSE_DISCOVERY, is_testable, tables};
use super::table::Fourfold;

/// Some of the cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// How many.
    pub cases: u64,
    /// How many of them are of the target.
    pub hits: u64,
    /// What they are told apart by, if anything.
    pub split: Option<Split>,
}

/// Cases with a value, and those without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// Number of the column.
    pub column: usize,
    /// Number of its value.
    pub value: usize,
    /// How likely chance alone makes the best of all possible splits as good (p times their number, Bonferroni).
    pub p: f64,
    /// Cases with the value.
    pub with: Box<Branch>,
    /// Cases without it.
    pub without: Box<Branch>,
}

/// The tree of all cases, so many splits deep at most.
pub fn tree(columns: &[Column], target: &[bool], depth: usize) -> Branch {
    let rows: Vec<u32> = (0..target.len() as u32).collect();
    branch(columns, target, &rows, depth)
}

fn branch(columns: &[Column], target: &[bool], rows: &[u32], depth: usize) -> Branch {
    let hits = rows.iter().filter(|row| target[**row as usize]).count() as u64;
    let split = if depth == 0 { None } else { best(columns, target, rows) };
    let split = split.map(|(column, value, p)| {
        let codes = &columns[column].codes;
        let (with, without): (Vec<u32>, Vec<u32>) =
            rows.iter().partition(|row| codes[**row as usize] as usize == value);
        let below = |rows: &[u32]| Box::new(branch(columns, target, rows, depth - 1));
        Split { column, value, p, with: below(&with), without: below(&without) }
    });
    Branch { cases: rows.len() as u64, hits, split }
}

/// The split after which both sides are purest, if chance does not explain it.
fn best(columns: &[Column], target: &[bool], rows: &[u32]) -> Option<(usize, usize, f64)> {
    let mut possible = 0u64;
    let mut best: Option<(f64, usize, usize, Fourfold)> = None;
    for (at, column) in columns.iter().enumerate() {
        for (value, table) in tables(column, target, Some(rows)).into_iter().enumerate() {
            if !is_testable(&table) {
                continue;
            }
            possible += 1;
            let gain = gain(&table);
            // Of equals the first, so that the tree is the same every time.
            if best.as_ref().is_none_or(|(most, ..)| gain > *most) {
                best = Some((gain, at, value, table));
            }
        }
    }
    let (_, column, value, table) = best?;
    let p = (table.p() * possible as f64).min(1.0);
    (p <= FALSE_DISCOVERY).then_some((column, value, p))
}

/// By how much the split lowers Gini's impurity: twice the product of both sides' parts and the squared difference.
fn gain(table: &Fourfold) -> f64 {
    let with = table.cases as f64 / table.all_cases as f64;
    let difference = table.difference().unwrap_or_default();
    2.0 * with * (1.0 - with) * difference * difference
}
