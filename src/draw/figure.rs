//! How figures are written for people: one way for maps, charts and pages.

/// Seconds of the units of time, longest first.
const UNITS: [(&str, f64); 5] = [("y", 31_557_600.0), ("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0)];

/// A duration in the one unit that keeps the figure between 1 and some dozens, with one decimal.
pub fn duration(seconds: f64) -> String {
    let (name, length) = unit_of(seconds);
    format!("{} {name}", plain(seconds / length, 1))
}

/// The unit in which a duration is written, and its seconds.
pub fn unit_of(seconds: f64) -> (&'static str, f64) {
    let size = seconds.abs();
    // A unit is taken from twice its length on (years, days) or one and a half of it: "36 h" says more than "1.5 d".
    let least = |name: &str| if name == "y" || name == "d" { 2.0 } else { 1.5 };
    UNITS.iter().find(|(name, length)| size >= length * least(name)).copied().unwrap_or(("s", 1.0))
}

/// A share as a percentage with one decimal; 0 and 100 only where it is so.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 99.9 && percent < 100.0 {
        "> 99.9 %".to_owned()
    } else if percent > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else {
        format!("{} %", plain(percent, 1))
    }
}

/// An amount of money: with cents while they matter, and its currency where that is known.
pub fn money(value: f64, currency: Option<&str>) -> String {
    let figure = if value.abs() < 1_000.0 && value.fract() != 0.0 { fixed(value, 2) } else { plain(value, 0) };
    currency.map_or_else(|| figure.clone(), |currency| format!("{figure} {currency}"))
}

/// A whole number with separated thousands.
pub fn count(value: i64) -> String {
    plain(value as f64, 0)
}

/// A number with separated thousands, rounded to at most so many decimals; very large ones as powers of ten.
pub fn plain(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}").replace(".00e", "e");
    }
    let rounded = format!("{:.decimals$}", value.abs());
    let (whole, rest) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let rest = rest.trim_end_matches('0');
    let mut text = String::new();
    if value < 0.0 && (whole != "0" || !rest.is_empty()) {
        text.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// A number of exactly this many decimals, for labels of one axis that must look alike.
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 || decimals == 0 {
        return plain(value, decimals);
    }
    let (digits, wanted) = (format!("{:.decimals$}", value.abs()), plain(value, decimals));
    let Some((_, rest)) = digits.split_once('.') else { return wanted };
    let whole = wanted.split('.').next().unwrap_or_default().to_owned();
    format!("{whole}.{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_true() {
        let durations =
            [(713_000.0, "8.3 d"), (129_600.0, "36 h"), (45.26, "45.3 s"), (0.0, "0 s"), (-7_200.0, "−2 h")];
        for (seconds, text) in durations {
            assert_eq!(duration(seconds), text);
        }
        let shares = [(0.4126, "41.3 %"), (1.0, "100 %"), (0.9996, "> 99.9 %"), (0.0004, "< 0.1 %"), (0.0, "0 %")];
        for (share, text) in shares {
            assert_eq!(percent(share), text);
        }
        let amounts = [money(20.5, Some("EUR")), money(20.0, None), money(-12_345.678, Some("EUR"))];
        assert_eq!(amounts, ["20.50 EUR", "20", "−12,346 EUR"]);
        assert_eq!(
            (count(1_234_567), plain(1e18, 0), fixed(2.5, 2)),
            ("1,234,567".into(), "1e18".into(), "2.50".into())
        );
    }
}
