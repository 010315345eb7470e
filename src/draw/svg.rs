//! Small helpers to write SVG text.

use std::fmt::Write;

/// The text with the signs of markup escaped; fit for content and for attributes in double quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML knows no other control signs, not even escaped, and no lone non-characters.
            '\n' | '\t' => escaped.push(' '),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// A coordinate with at most one decimal, without `.0` and without `-0`.
pub fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 || !rounded.is_finite() {
        return "0".to_owned();
    }
    format!("{rounded}")
}

/// An opening tag's attributes, gathered one by one.
#[derive(Debug, Default, Clone)]
pub struct Attributes(String);

impl Attributes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.0, " {name}=\"{}\"", escape(value));
        self
    }

    /// Adds a coordinate or length.
    #[must_use]
    pub fn number(mut self, name: &str, value: f64) -> Self {
        let _ = write!(self.0, " {name}=\"{}\"", number(value));
        self
    }

    /// Adds an opacity, two decimals, unless it is 1.
    #[must_use]
    pub fn opacity(mut self, name: &str, value: f64) -> Self {
        let rounded = (value * 100.0).round() / 100.0;
        if rounded < 1.0 {
            let _ = write!(self.0, " {name}=\"{rounded}\"");
        }
        self
    }

    /// The attributes, each with a space before it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An element without content.
pub fn empty(out: &mut String, name: &str, attributes: &Attributes) {
    let _ = write!(out, "<{name}{}/>", attributes.as_str());
}

/// An element with text as its content.
pub fn element(out: &mut String, name: &str, attributes: &Attributes, content: &str) {
    let _ = write!(out, "<{name}{}>{}</{name}>", attributes.as_str(), escape(content));
}

/// An opening tag.
pub fn open(out: &mut String, name: &str, attributes: &Attributes) {
    let _ = write!(out, "<{name}{}>", attributes.as_str());
}

/// A closing tag.
pub fn close(out: &mut String, name: &str) {
    let _ = write!(out, "</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [(0.0, "0"), (-0.04, "0"), (1.0, "1"), (1.25, "1.3"), (-2.5, "-2.5"), (1e6, "1000000")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(f64::NAN), "0");
    }

    #[test]
    fn markup_in_texts_is_harmless() {
        assert_eq!(escape("a<b>&\"'\u{1}\n"), "a&lt;b&gt;&amp;&quot;&#39;\u{fffd} ");
        let mut out = String::new();
        let attributes = Attributes::new().text("class", "x\"y").number("x", 1.05).opacity("fill-opacity", 0.125);
        element(&mut out, "text", &attributes, "1 < 2");
        assert_eq!(out, "<text class=\"x&quot;y\" x=\"1.1\" fill-opacity=\"0.13\">1 &lt; 2</text>");
    }
}
