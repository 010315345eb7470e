//! A value and a target as a table of four numbers, and how likely chance alone makes it so uneven.

use super::interval::newcombe;

/// Where the smallest expected number is below this, the exact test is taken: the tails that are left after many questions
/// lie where the normal distribution is not yet near enough.
const EXACT_BELOW: f64 = 20.0;

/// Cases with a value, among all cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fourfold {
    /// Of the cases with the value, those of the target.
    pub hits: u64,
    /// Cases with the value.
    pub cases: u64,
    /// All cases of the target.
    pub all_hits: u64,
    /// All cases.
    pub all_cases: u64,
}

impl Fourfold {
    /// Cases without the value.
    pub fn rest(&self) -> u64 {
        self.all_cases - self.cases
    }

    /// Of the cases without the value, those of the target.
    pub fn rest_hits(&self) -> u64 {
        self.all_hits - self.hits
    }

    /// The target's share of the cases with the value; none where there are no such cases.
    pub fn share(&self) -> Option<f64> {
        part(self.hits, self.cases)
    }

    /// The target's share of the cases without it.
    pub fn rest_share(&self) -> Option<f64> {
        part(self.rest_hits(), self.rest())
    }

    /// The first share less the second.
    pub fn difference(&self) -> Option<f64> {
        Some(self.share()? - self.rest_share()?)
    }

    /// Where that lies with 95 % confidence.
    pub fn interval(&self) -> Option<(f64, f64)> {
        newcombe((self.hits as i64, self.cases as i64), (self.rest_hits() as i64, self.rest() as i64))
    }

    /// The first share divided by the second; none where the second is nothing.
    pub fn ratio(&self) -> Option<f64> {
        let rest = self.rest_share().filter(|share| *share > 0.0)?;
        Some(self.share()? / rest)
    }

    /// How many cases of the target the value would have if it made no difference.
    pub fn expected(&self) -> f64 {
        if self.all_cases == 0 { 0.0 } else { self.cases as f64 * self.all_hits as f64 / self.all_cases as f64 }
    }

    /// How many it has beyond that.
    pub fn excess(&self) -> f64 {
        self.hits as f64 - self.expected()
    }

    /// The share of the target's cases that have the value.
    pub fn coverage(&self) -> Option<f64> {
        part(self.hits, self.all_hits)
    }

    /// The smallest of the four numbers that chance alone would be expected to make.
    pub fn least_expected(&self) -> f64 {
        if self.all_cases == 0 {
            return 0.0;
        }
        let few = self.cases.min(self.rest()) as f64;
        few * self.all_hits.min(self.all_cases - self.all_hits) as f64 / self.all_cases as f64
    }

    /// How likely chance alone makes the shares differ at least so much, in either direction. Fisher's exact test (all
    /// tables that are no likelier than this one) where a small number is expected; else the chi-square test with Yates's
    /// correction, which comes near the exact one and errs on the side of finding too little.
    pub fn p(&self) -> f64 {
        if self.least_expected() < EXACT_BELOW { self.exact() } else { self.chi_square() }
    }

    fn chi_square(&self) -> f64 {
        let (hits, cases) = (self.hits as f64, self.cases as f64);
        let (all_hits, all) = (self.all_hits as f64, self.all_cases as f64);
        let cross = ((hits * all - cases * all_hits).abs() - all / 2.0).max(0.0);
        let margins = cases * (all - cases) * all_hits * (all - all_hits);
        let statistic = cross / margins * cross * all;
        libm::erfc((statistic / 2.0).sqrt())
    }

    fn exact(&self) -> f64 {
        let none = self.all_cases - self.all_hits;
        let (least, most) = (self.cases.saturating_sub(none), self.cases.min(self.all_hits));
        let whole = ln_ways(self.all_cases, self.cases);
        let ln_p = |hits: u64| ln_ways(self.all_hits, hits) + ln_ways(none, self.cases - hits) - whole;
        // Tables as likely as this one count, though rounding may have made them a little likelier.
        let bound = ln_p(self.hits) + 1e-7;
        let sum: f64 = (least..=most).map(ln_p).filter(|ln_p| *ln_p <= bound).map(f64::exp).sum();
        sum.min(1.0)
    }
}

fn part(hits: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| hits as f64 / all as f64)
}

/// The logarithm of the number of ways to take so many of them.
fn ln_ways(all: u64, taken: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    ln_factorial(all) - ln_factorial(taken) - ln_factorial(all - taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(hits: u64, cases: u64, rest_hits: u64, rest: u64) -> Fourfold {
        Fourfold { hits, cases, all_hits: hits + rest_hits, all_cases: cases + rest }
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-4 * expected.abs().max(1e-12), "{found} is not {expected}");
    }

    #[test]
    fn exact_tests_are_those_of_the_books() {
        // Fisher's tea: of four cups with milk first three are found. (1 + 16 + 16 + 1) / 70.
        near(of(3, 4, 1, 4).p(), 34.0 / 70.0);
        // Fisher's convictions of like-sex twins of criminals: 10 of 13 against 2 of 17.
        near(of(10, 13, 2, 17).p(), 0.000_536_7);
        // No table is likelier than an even one.
        near(of(5, 10, 5, 10).p(), 1.0);
        near(of(0, 10, 0, 10).p(), 1.0);
    }

    #[test]
    fn large_tables_are_held_against_chi_square() {
        // 60 of 100 against 40 of 100: (60 × 60 − 40 × 40 − 200 ÷ 2)² × 200 ÷ 100⁴ = 7.22.
        let table = of(60, 100, 40, 100);
        near(table.p(), 0.007_209_6);
        // Either direction alike, and so for the cases without the value.
        near(of(40, 100, 60, 100).p(), table.p());
        // The exact test says nearly the same.
        assert!((table.exact() / table.p() - 1.0).abs() < 0.03, "{}", table.exact());
        near(of(50, 100, 50, 100).p(), 1.0);
    }

    #[test]
    fn figures_follow_from_the_four_numbers() {
        let table = of(30, 50, 20, 150);
        assert_eq!((table.share(), table.rest_share()), (Some(0.6), Some(20.0 / 150.0)));
        near(table.difference().unwrap(), 0.6 - 2.0 / 15.0);
        near(table.ratio().unwrap(), 4.5);
        assert_eq!((table.expected(), table.excess(), table.coverage()), (12.5, 17.5, Some(0.6)));
        assert_eq!(table.least_expected(), 12.5);
        let (low, high) = table.interval().unwrap();
        assert!(low < table.difference().unwrap() && high > table.difference().unwrap());
        let none = Fourfold::default();
        assert_eq!((none.share(), none.ratio(), none.coverage(), none.expected()), (None, None, None, 0.0));
        assert_eq!(of(5, 10, 0, 10).ratio(), None);
    }
}
