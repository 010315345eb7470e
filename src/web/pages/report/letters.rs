//! What makes a report look the same everywhere: the letters within the file, and texts within its style sheet.

use crate::draw::text::{REGULAR_WEB, SEMIBOLD_WEB};
use std::fmt::Write;

/// Longer texts are cut at the top of printed pages.
const LONGEST: usize = 90;

/// Both weights of Inter as rules of a style sheet, the fonts within them.
pub fn faces() -> String {
    let face = |weight: u32, bytes: &[u8]| {
        format!(
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
            base64(bytes)
        )
    };
    face(400, REGULAR_WEB) + &face(600, SEMIBOLD_WEB)
}

/// A text as a string of a style sheet, with its quotes. Whatever means something there or in HTML is escaped.
pub fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        if sign.is_alphanumeric() || " ,.:-".contains(sign) {
            out.push(sign);
        } else {
            // The blank ends the escape and is no part of the text.
            let _ = write!(out, "\\{:x} ", u32::from(sign));
        }
    }
    out.push('"');
    out
}

/// A text of which only the beginning is wanted if it is long.
pub fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Bytes as base 64 (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let bits = part.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= part.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_standard_says() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (text, expected) in vectors {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn texts_cannot_leave_the_style_sheet() {
        assert_eq!(css_string("a \"b\"</style>\n"), "\"a \\22 b\\22 \\3c \\2f style\\3e \\a \"");
        let (text, cut) = ("é".repeat(200), short(&"é".repeat(200)));
        assert!(cut.chars().count() == LONGEST && cut.ends_with('…') && short(&text[..20]) == text[..20]);
    }
}
