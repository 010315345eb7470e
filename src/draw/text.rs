//! How wide text is, measured from the embedded Inter, and how it is broken into lines.
//!
//! Kerning is left out: it nearly always narrows, so the measured width is a safe upper bound.

use std::sync::LazyLock;
use ttf_parser::Face;

/// Inter Regular, as a TrueType file.
pub const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
/// Inter SemiBold, as a TrueType file.
pub const SEMIBOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");
/// Inter Regular for pages.
pub const REGULAR_WEB: &[u8] = include_bytes!("fonts/Inter-Regular.woff2");
/// Inter SemiBold for pages.
pub const SEMIBOLD_WEB: &[u8] = include_bytes!("fonts/Inter-SemiBold.woff2");

/// Height of capital letters as a part of the size; it centres text on a line.
pub const CAP_HEIGHT: f64 = 0.727;

/// Stroke weights that the embedded fonts have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    Semibold,
}

/// Advances of one font as parts of the size.
struct Advances {
    /// Pairs of sign and advance, in the order of the signs.
    signs: Vec<(char, f64)>,
    /// What is taken for signs that the font lacks: the mean of the small Latin letters.
    average: f64,
}

static ADVANCES: LazyLock<[Advances; 2]> = LazyLock::new(|| [Advances::of(REGULAR), Advances::of(SEMIBOLD)]);

impl Advances {
    fn of(bytes: &'static [u8]) -> Self {
        let mut signs = Vec::new();
        // The files are part of the program and a test reads them; without them every sign is of average width.
        if let Ok(face) = Face::parse(bytes, 0) {
            let em = f64::from(face.units_per_em().max(1));
            for sign in ('\u{20}'..='\u{2fff}').filter(|sign| !sign.is_control()) {
                let advance = face.glyph_index(sign).and_then(|glyph| face.glyph_hor_advance(glyph));
                signs.extend(advance.map(|advance| (sign, f64::from(advance) / em)));
            }
        }
        let small: Vec<f64> = signs.iter().filter(|(sign, _)| sign.is_ascii_lowercase()).map(|(_, a)| *a).collect();
        let average = if small.is_empty() { 0.54 } else { small.iter().sum::<f64>() / small.len() as f64 };
        Self { signs, average }
    }

    fn of_sign(&self, sign: char) -> f64 {
        match self.signs.binary_search_by_key(&sign, |(sign, _)| *sign) {
            Ok(at) => self.signs[at].1,
            Err(_) if is_zero_width(sign) => 0.0,
            Err(_) if is_wide(sign) => 1.0,
            Err(_) => self.average,
        }
    }
}

/// Marks that join the letter before them, and signs without a picture.
fn is_zero_width(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}')
}

/// Signs that fill a square in every font: East Asian writing and pictographs.
fn is_wide(sign: char) -> bool {
    matches!(sign, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}')
}

/// Width of one line of text in px. Signs that the embedded font lacks (it holds Latin, Greek and basic Cyrillic)
/// count as one em where they are square by nature, else as a letter of average width.
pub fn width(text: &str, size_px: f64, weight: Weight) -> f64 {
    let advances = &ADVANCES[weight as usize];
    text.chars().map(|sign| advances.of_sign(sign)).sum::<f64>() * size_px
}

/// The text, or as much of its start as fits with `…` behind it.
pub fn shorten(text: &str, max_px: f64, size_px: f64, weight: Weight) -> String {
    if width(text, size_px, weight) <= max_px {
        return text.to_owned();
    }
    let room = max_px - width("…", size_px, weight);
    let advances = &ADVANCES[weight as usize];
    let (mut used, mut end) = (0.0, 0);
    for (at, sign) in text.char_indices() {
        used += advances.of_sign(sign) * size_px;
        if used > room {
            break;
        }
        end = at + sign.len_utf8();
    }
    format!("{}…", text[..end].trim_end())
}

/// Breaks text into at most `max_lines` lines no wider than `max_px`: at spaces, after `-`, `/`, `_` and `.`, and
/// within words that are wider than a line. What does not fit is cut off with `…`.
pub fn wrap(text: &str, max_px: f64, size_px: f64, weight: Weight, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut pieces = pieces(text).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let longer = format!("{line}{piece}");
        if line.is_empty() || width(longer.trim_end(), size_px, weight) <= max_px {
            line = longer;
        } else if lines.len() + 1 == max_lines {
            let rest: String = pieces.collect();
            line = shorten(&format!("{longer}{rest}"), max_px, size_px, weight);
            break;
        } else {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            line = piece.to_owned();
        }
        break_long(&mut line, &mut lines, max_px, size_px, weight, max_lines);
    }
    if !line.trim().is_empty() && max_lines > 0 {
        lines.push(shorten(line.trim_end(), max_px, size_px, weight));
    }
    lines
}

/// Moves full lines out of a line that consists of one word too wide for it, while lines are left.
fn break_long(line: &mut String, lines: &mut Vec<String>, max_px: f64, size_px: f64, weight: Weight, max_lines: usize) {
    let advances = &ADVANCES[weight as usize];
    while lines.len() + 1 < max_lines && width(line.trim_end(), size_px, weight) > max_px {
        let mut used = 0.0;
        let fits = |(_, sign): &(usize, char)| {
            used += advances.of_sign(*sign) * size_px;
            used <= max_px
        };
        // At least one sign goes on each line, else a very narrow box would never end.
        let end = line.char_indices().take_while(fits).count().max(1);
        let cut = line.char_indices().nth(end).map_or(line.len(), |(at, _)| at);
        let rest = line.split_off(cut);
        lines.push(std::mem::replace(line, rest));
    }
}

/// The text in pieces between which a line may end; spaces stay at the end of a piece.
fn pieces(text: &str) -> Vec<&str> {
    text.split_inclusive([' ', '\n', '-', '/', '_', '.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fonts_are_read_and_figures_are_equally_wide() {
        for weight in [Weight::Regular, Weight::Semibold] {
            let advances = &ADVANCES[weight as usize];
            assert!(advances.signs.len() > 500, "{}", advances.signs.len());
            let one = width("1", 100.0, weight);
            assert!(one > 50.0 && "023456789".chars().all(|digit| width(&digit.to_string(), 100.0, weight) == one));
        }
        let face = Face::parse(REGULAR, 0).unwrap();
        let cap = f64::from(face.capital_height().unwrap()) / f64::from(face.units_per_em());
        assert!((cap - CAP_HEIGHT).abs() < 0.001, "{cap}");
    }

    #[test]
    fn missing_signs_have_a_width() {
        assert_eq!(width("発注", 10.0, Weight::Regular), 20.0);
        assert_eq!(width("e\u{301}", 10.0, Weight::Regular), width("e", 10.0, Weight::Regular));
        assert!(width("ሀ", 10.0, Weight::Regular) > 4.0);
    }

    #[test]
    fn lines_break_where_a_reader_expects_it() {
        let lines = |text: &str, max: usize| wrap(text, 80.0, 12.0, Weight::Regular, max);
        assert_eq!(lines("Create order", 2), ["Create order"]);
        assert_eq!(lines("Approve purchase requisition", 3), ["Approve", "purchase", "requisition"]);
        assert_eq!(lines("Approve purchase requisition", 2), ["Approve", "purchase re…"]);
        assert_eq!(lines("", 2), Vec::<String>::new());
        assert_eq!(lines("Vendor_creates_invoice", 3), ["Vendor_", "creates_", "invoice"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(text in "[\\PC ]{0,80}", max_px in 20.0..200.0, max_lines in 1_usize..4) {
            let lines = wrap(&text, max_px, 12.0, Weight::Semibold, max_lines);
            prop_assert!(lines.len() <= max_lines);
            for line in lines {
                prop_assert!(width(&line, 12.0, Weight::Semibold) <= max_px + 1e-6, "{line:?}");
            }
        }
    }
}
