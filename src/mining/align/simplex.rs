//! The dual simplex method on a dense tableau (Lemke 1954): minimise c·x with A·x = b, x ≥ 0, c ≥ 0, for one A and c and
//! many b. Since c is not negative, "no column chosen" is where every b may begin, and the basis of one b is where the
//! next begins. Whatever basis it stands at, its prices y give a lower bound y·b for **every** b: y·A ≤ c always holds.

/// Smaller numbers are rounding.
const TINY: f64 = 1e-9;
/// A pivot has to be larger.
const PIVOT: f64 = 1e-7;
/// Steps for one b, at most; the bound is valid wherever it stops.
const STEPS: usize = 2_000;
/// Steps after which the tableau is built anew, against rounding.
const FRESH: usize = 5_000;

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Simplex {
    rows: usize,
    columns: Vec<Vec<(usize, f64)>>,
    costs: Vec<f64>,
    /// Row by row: the columns, then one artificial column for each row. The latter hold the inverse of the basis.
    tableau: Vec<f64>,
    /// Reduced costs of all columns.
    reduced: Vec<f64>,
    /// The column in the basis, by row.
    basis: Vec<usize>,
    steps: usize,
}

/// What is known about one b.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bound {
    /// The prices of the best lower bound.
    Prices(Vec<f64>),
    /// No x at all.
    Impossible,
}

impl Simplex {
    /// `columns` are those of A, each as its entries that are not 0.
    pub(super) fn new(rows: usize, columns: Vec<Vec<(usize, f64)>>, costs: Vec<f64>) -> Self {
        let mut simplex =
            Self { rows, columns, costs, tableau: Vec::new(), reduced: Vec::new(), basis: Vec::new(), steps: 0 };
        simplex.restart();
        simplex
    }

    fn width(&self) -> usize {
        self.columns.len() + self.rows
    }

    fn restart(&mut self) {
        let width = self.width();
        self.tableau.clear();
        self.tableau.resize(self.rows * width, 0.0);
        for (at, column) in self.columns.iter().enumerate() {
            for (row, value) in column {
                self.tableau[row * width + at] = *value;
            }
        }
        for row in 0..self.rows {
            self.tableau[row * width + self.columns.len() + row] = 1.0;
        }
        self.reduced = self.costs.clone();
        self.reduced.resize(width, 0.0);
        self.basis = (self.columns.len()..width).collect();
        self.steps = 0;
    }

    /// The best bound for a b.
    pub(super) fn solve(&mut self, b: &[f64]) -> Bound {
        if self.steps > FRESH {
            self.restart();
        }
        let mut values = self.values(b);
        for _ in 0..STEPS {
            let Some(row) = self.leaving(&values) else { break };
            let Some(column) = self.entering(row, values[row] > 0.0) else {
                // Only a clear fault counts: else rounding would forbid what is possible.
                return if values[row].abs() > 1e-6 { Bound::Impossible } else { self.prices() };
            };
            self.pivot(row, column, &mut values);
        }
        self.prices()
    }

    fn prices(&mut self) -> Bound {
        let prices: Vec<f64> = self.reduced[self.columns.len()..].iter().map(|reduced| -reduced).collect();
        let wrong = |(column, cost): (&Vec<(usize, f64)>, &f64)| {
            column.iter().map(|(row, value)| prices[*row] * value).sum::<f64>() > cost + 1e-6
        };
        if self.columns.iter().zip(&self.costs).any(wrong) {
            // Rounding got the better of it: prices of nothing are a bound, too.
            self.restart();
            return Bound::Prices(vec![0.0; self.rows]);
        }
        Bound::Prices(prices)
    }

    fn values(&self, b: &[f64]) -> Vec<f64> {
        let (width, from) = (self.width(), self.columns.len());
        let value = |row: usize| {
            let inverse = &self.tableau[row * width + from..(row + 1) * width];
            inverse.iter().zip(b).map(|(inverse, b)| inverse * b).sum()
        };
        (0..self.rows).map(value).collect()
    }

    /// The row that is furthest from what it may be: an artificial column has to be 0, a real one at least 0.
    fn leaving(&self, values: &[f64]) -> Option<usize> {
        let fault = |row: usize| {
            if self.basis[row] >= self.columns.len() { values[row].abs() } else { -values[row] }
        };
        let worst = (0..self.rows).max_by(|a, b| fault(*a).total_cmp(&fault(*b)).then(b.cmp(a)))?;
        (fault(worst) > 1e-7).then_some(worst)
    }

    /// The column that keeps all reduced costs from falling below 0; of several, the one with the largest pivot.
    fn entering(&self, row: usize, is_positive: bool) -> Option<usize> {
        let row = &self.tableau[row * self.width()..][..self.columns.len()];
        let sign = if is_positive { 1.0 } else { -1.0 };
        let mut best: Option<(f64, f64, usize)> = None;
        for (column, value) in row.iter().enumerate() {
            let pivot = value * sign;
            if pivot <= PIVOT {
                continue;
            }
            let ratio = self.reduced[column].max(0.0) / pivot;
            let better = best.is_none_or(|(least, largest, _)| {
                ratio < least - TINY || (ratio <= least + TINY && pivot > largest + TINY)
            });
            if better {
                best = Some((ratio, pivot, column));
            }
        }
        best.map(|(_, _, column)| column)
    }

    fn pivot(&mut self, row: usize, column: usize, values: &mut [f64]) {
        self.steps += 1;
        let width = self.width();
        let scale = 1.0 / self.tableau[row * width + column];
        let (before, rest) = self.tableau.split_at_mut(row * width);
        let (pivot, after) = rest.split_at_mut(width);
        pivot.iter_mut().for_each(|value| *value *= scale);
        values[row] *= scale;
        let value = values[row];
        let subtract = |line: &mut [f64], pivot: &[f64]| {
            let factor = line[column];
            if factor.abs() > 0.0 {
                line.iter_mut().zip(pivot).for_each(|(cell, pivot)| *cell -= factor * pivot);
                line[column] = 0.0;
            }
            factor
        };
        for (at, line) in before.chunks_exact_mut(width).enumerate() {
            values[at] -= subtract(line, pivot) * value;
        }
        for (at, line) in after.chunks_exact_mut(width).enumerate() {
            values[row + 1 + at] -= subtract(line, pivot) * value;
        }
        subtract(&mut self.reduced, pivot);
        self.basis[row] = column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(simplex: &mut Simplex, b: &[f64]) -> Option<f64> {
        match simplex.solve(b) {
            Bound::Prices(prices) => Some(prices.iter().zip(b).map(|(price, b)| price * b).sum()),
            Bound::Impossible => None,
        }
    }

    #[test]
    fn one_tableau_serves_many_right_sides() {
        // min x + 3y with x + y = b1 and x - y + z = b2: y costs more, z nothing.
        let columns = vec![vec![(0, 1.0), (1, 1.0)], vec![(0, 1.0), (1, -1.0)], vec![(1, 1.0)]];
        let mut simplex = Simplex::new(2, columns, vec![1.0, 3.0, 0.0]);
        let close =
            |found: Option<f64>, wanted: f64| assert!(found.is_some_and(|f| (f - wanted).abs() < 1e-9), "{found:?}");
        close(worth(&mut simplex, &[4.0, 5.0]), 4.0);
        // z cannot help below: x - y = 0.
        close(worth(&mut simplex, &[4.0, 0.0]), 8.0);
        close(worth(&mut simplex, &[2.0, 7.0]), 2.0);
        assert_eq!(worth(&mut simplex, &[-1.0, 0.0]), None);
        close(worth(&mut simplex, &[0.0, 0.0]), 0.0);
    }
}
