//! Every value of every column held against all other cases.

use super::adjust::benjamini_hochberg;
use super::table::Fourfold;

/// Fewer cases with a value, or without it, say nothing.
pub const LEAST_CASES: u64 = 30;
/// Each of the four numbers must be expected to be at least this.
pub const LEAST_EXPECTED: f64 = 5.0;
/// So large a share of the findings may be false.
pub const FALSE_DISCOVERY: f64 = 0.05;

/// A column of values as numbers from 0: one for each case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// The number of the case's value.
    pub codes: Vec<u32>,
    /// How many different values there are.
    pub values: usize,
}

/// One value held against the other cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Number of the column.
    pub column: usize,
    /// Number of its value.
    pub value: usize,
    /// The four numbers.
    pub table: Fourfold,
    /// How likely chance alone makes such a difference.
    pub p: f64,
    /// The same after all questions that were asked.
    pub q: f64,
}

/// All values of all columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contrasts {
    /// Those with enough cases: by excess, the largest first.
    pub tested: Vec<Contrast>,
    /// By column: how many values have too few cases, and how many cases have such a value.
    pub too_few: Vec<(usize, u64)>,
}

impl Contrasts {
    /// Those that chance does not explain.
    pub fn found(&self) -> impl Iterator<Item = &Contrast> {
        self.tested.iter().filter(|one| one.q <= FALSE_DISCOVERY)
    }
}

/// Holds every value against the rest. Columns are as long as the target.
pub fn contrasts(columns: &[Column], target: &[bool]) -> Contrasts {
    let mut found = Contrasts::default();
    for (at, column) in columns.iter().enumerate() {
        let (mut values, mut cases) = (0, 0);
        for (value, table) in tables(column, target, None).into_iter().enumerate() {
            if is_testable(&table) {
                found.tested.push(Contrast { column: at, value, table, p: table.p(), q: 1.0 });
            } else if table.cases > 0 && table.cases < LEAST_CASES {
                values += 1;
                cases += table.cases;
            }
        }
        found.too_few.push((values, cases));
    }
    let p: Vec<f64> = found.tested.iter().map(|one| one.p).collect();
    for (one, q) in found.tested.iter_mut().zip(benjamini_hochberg(&p)) {
        one.q = q;
    }
    found.tested.sort_by(|a, b| {
        b.table.excess().total_cmp(&a.table.excess()).then_with(|| (a.column, a.value).cmp(&(b.column, b.value)))
    });
    found
}

/// Whether there are enough cases to say anything.
pub fn is_testable(table: &Fourfold) -> bool {
    table.cases >= LEAST_CASES && table.rest() >= LEAST_CASES && table.least_expected() >= LEAST_EXPECTED
}

/// The four numbers of each value of a column, of all cases or of some.
pub fn tables(column: &Column, target: &[bool], of: Option<&[u32]>) -> Vec<Fourfold> {
    let mut counted = vec![[0u64; 2]; column.values];
    match of {
        None => {
            for (code, hit) in column.codes.iter().zip(target) {
                counted[*code as usize][usize::from(*hit)] += 1;
            }
        }
        Some(rows) => {
            for row in rows {
                counted[column.codes[*row as usize] as usize][usize::from(target[*row as usize])] += 1;
            }
        }
    }
    let all_hits = counted.iter().map(|[_, hits]| hits).sum();
    let all_cases = counted.iter().flatten().sum();
    counted.iter().map(|[others, hits]| Fourfold { hits: *hits, cases: others + hits, all_hits, all_cases }).collect()
}
