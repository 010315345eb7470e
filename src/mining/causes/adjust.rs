//! What is left of many findings once it is known how many questions were asked.

/// For each p its q: the share of false findings that one accepts by accepting all that are no larger (Benjamini and
/// Hochberg, J. R. Statist. Soc. B 57, 1995, as adjusted values).
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, at) in order.into_iter().enumerate().rev() {
        least = least.min(p[at] * (p.len() as f64 / (rank + 1) as f64));
        q[at] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the paper, section 3.2: fifteen comparisons of two treatments; at 5 % the first four stand.
    #[test]
    fn the_example_of_the_paper() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p);
        assert_eq!(q.iter().filter(|q| **q <= 0.05).count(), 4);
        let near = |at: usize, expected: f64| assert!((q[at] - expected).abs() < 1e-9, "{at}: {}", q[at]);
        near(0, 0.0015);
        near(1, 0.003);
        near(2, 0.0095);
        near(3, 0.035_625);
        // The fifth would be 0.0603, the sixth 0.0695, the seventh 0.063857: it draws the sixth down with it.
        near(4, 0.0603);
        near(5, 0.063_857_142_857);
        near(14, 1.0);
    }

    #[test]
    fn order_does_not_matter_and_few_is_nothing_special() {
        assert_eq!(benjamini_hochberg(&[0.04, 0.01]), [0.04, 0.02]);
        assert_eq!(benjamini_hochberg(&[0.03]), [0.03]);
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
