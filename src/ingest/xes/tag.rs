//! One tag of XES: which element it is, where its key and its value stand, and what its text means.

/// Between the name of an element and its key, as nearly all exporters write it.
const KEY: &[u8] = b" key=\"";
/// Between key and value.
const VALUE: &[u8] = b"\" value=\"";

/// What an element is to XES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `string`, `date`, `int`, `float`, `boolean`, `id`.
    Plain,
    /// `list`, whose children matter by order.
    List,
    /// `container`, whose children matter by key.
    Container,
    /// `values`, which only wraps the children of a list.
    Values,
    /// `trace`.
    Trace,
    /// `event`.
    Event,
    /// Anything else.
    Other,
}

impl KeyValue {
    /// The same in a text that has the tag at another place.
    #[inline]
    pub(super) fn moved(self, from: usize, to: usize) -> Self {
        let moved = |span: Option<(usize, usize)>| span.map(|(start, end)| (start - from + to, end - from + to));
        Self { key: moved(self.key), value: moved(self.value) }
    }
}

impl Kind {
    /// By the name without its namespace prefix.
    #[inline]
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"string" | b"date" | b"int" | b"float" | b"boolean" | b"id" => Self::Plain,
            b"event" => Self::Event,
            b"trace" => Self::Trace,
            b"list" => Self::List,
            b"container" => Self::Container,
            b"values" => Self::Values,
            _ => Self::Other,
        }
    }

    /// Whether the element is an attribute of whatever it stands in.
    pub(super) fn is_attribute(self) -> bool {
        matches!(self, Self::Plain | Self::List | Self::Container)
    }
}

/// Name of an element without its namespace prefix.
#[inline]
pub(super) fn local_name(name: &[u8]) -> &[u8] {
    match memchr::memchr(b':', name) {
        Some(at) => &name[at + 1..],
        None => name,
    }
}

/// Where the key and the value stand in a text of tags, quotes excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeyValue {
    /// First and last-but-one byte of the key.
    pub key: Option<(usize, usize)>,
    /// First and last-but-one byte of the value.
    pub value: Option<(usize, usize)>,
}

/// Finds key and value among the attributes in `text[from..]`; `None` if the tag is malformed.
#[inline]
pub(super) fn key_value(text: &[u8], from: usize) -> Option<KeyValue> {
    // Nearly every tag of nearly every log has exactly this form.
    if let Some(rest) = text[from..].strip_prefix(KEY)
        && let Some(length) = memchr::memchr(b'"', rest)
        && let Some(value) = rest[length..].strip_prefix(VALUE)
        && let Some((b'"', value)) = value.trim_ascii_end().split_last()
        && memchr::memchr(b'"', value).is_none()
    {
        let key = from + KEY.len();
        let start = key + length + VALUE.len();
        return Some(KeyValue { key: Some((key, key + length)), value: Some((start, start + value.len())) });
    }
    let mut found = KeyValue::default();
    for_each_attribute(text, from, |name, span| match name {
        b"key" => found.key = Some(span),
        b"value" => found.value = Some(span),
        _ => {}
    })?;
    Some(found)
}

/// A whole tag `<string key="…" value="…"/>` in the form that nearly all tags have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlainTag {
    /// Where `<` is.
    pub start: usize,
    /// Key and value.
    pub found: KeyValue,
    /// Behind `>`.
    pub end: usize,
}

/// The tag at the front of `text`, white space aside, if it is complete and plain. Anything else is for the XML
/// reader to judge.
#[inline]
pub(super) fn plain_tag(text: &[u8]) -> Option<PlainTag> {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))?;
    let tag = &text[start..];
    let name: usize = match tag {
        [b'<', b's', b't', b'r', b'i', b'n', b'g', b' ', ..] => 7,
        [b'<', b'd', b'a', b't', b'e', b' ', ..] => 5,
        [b'<', b'i', b'n', b't', b' ', ..] => 4,
        [b'<', b'f', b'l', b'o', b'a', b't', b' ', ..] => 6,
        [b'<', b'b', b'o', b'o', b'l', b'e', b'a', b'n', b' ', ..] => 8,
        [b'<', b'i', b'd', b' ', ..] => 3,
        _ => return None,
    };
    let rest = tag[name..].strip_prefix(KEY)?;
    let key_length = memchr::memchr(b'"', rest)?;
    let rest = rest[key_length..].strip_prefix(VALUE)?;
    let value_length = memchr::memchr(b'"', rest)?;
    let rest = &rest[value_length + 1..];
    let close = if rest.starts_with(b"/>") { 2 } else { rest.starts_with(b" />").then_some(3)? };
    let key = start + name + KEY.len();
    let value = key + key_length + VALUE.len();
    let found = KeyValue { key: Some((key, key + key_length)), value: Some((value, value + value_length)) };
    Some(PlainTag { start, found, end: value + value_length + 1 + close })
}

/// Calls `visit` with the name and the place of the value of every attribute in `text[from..]`; `None` if malformed.
pub(super) fn for_each_attribute<'a>(
    text: &'a [u8],
    from: usize,
    mut visit: impl FnMut(&'a [u8], (usize, usize)),
) -> Option<()> {
    let skip_blanks = |mut at: usize| {
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let mut at = skip_blanks(from);
    while at < text.len() {
        let equals = at + memchr::memchr(b'=', &text[at..])?;
        let name = text[at..equals].trim_ascii_end();
        if name.is_empty() || name.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'')) {
            return None;
        }
        let quote_at = skip_blanks(equals + 1);
        let quote = *text.get(quote_at).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let start = quote_at + 1;
        let end = start + memchr::memchr(quote, &text[start..])?;
        visit(name, (start, end));
        at = skip_blanks(end + 1);
    }
    Some(())
}

/// Whether a value stands for itself: no entity, no line break or tab (which XML reads as a blank).
#[inline]
pub(super) fn is_literal(value: &[u8]) -> bool {
    !value.iter().fold(false, |found, &byte| found | (byte < 0x20) | (byte == b'&'))
}

/// Appends what a value means. Says whether all its entities were known; an unknown one is kept as it stands.
pub(super) fn unescape(value: &str, out: &mut String) -> bool {
    let mut known = true;
    let mut rest = value;
    while let Some(at) = rest.find(['&', '\n', '\r', '\t']) {
        out.push_str(&rest[..at]);
        let special = &rest[at..];
        if let Some(entity) = special.strip_prefix('&') {
            // No known entity is longer than `&#x10FFFF;`; leading zeros beyond that nobody writes.
            let length = entity.bytes().take(12).position(|byte| byte == b';');
            match length.and_then(|length| Some((length, character(&entity[..length])?))) {
                Some((length, character)) => {
                    out.push(character);
                    rest = &entity[length + 1..];
                }
                None => {
                    known = false;
                    out.push('&');
                    rest = entity;
                }
            }
        } else {
            // XML turns each line break or tab of an attribute value into one blank.
            out.push(' ');
            rest = special.strip_prefix("\r\n").unwrap_or(&special[1..]);
        }
    }
    out.push_str(rest);
    known
}

/// The character behind an entity name.
fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            // XML knows no control characters besides these three.
            char::from_u32(code).filter(|&character| character >= ' ' || matches!(character, '\t' | '\n' | '\r'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_and_value_are_found_in_any_form() {
        let check = |text: &str, expected: Option<(Option<&str>, Option<&str>)>| {
            let found = key_value(text.as_bytes(), 0).map(|found| {
                let cut = |span: Option<(usize, usize)>| span.map(|(from, to)| &text[from..to]);
                (cut(found.key), cut(found.value))
            });
            assert_eq!(found, expected, "{text}");
        };
        check(r#" key="a" value="b""#, Some((Some("a"), Some("b"))));
        check(r#" key="a" value="b" "#, Some((Some("a"), Some("b"))));
        check(r#" key="a" value="b" x="c""#, Some((Some("a"), Some("b"))));
        check(r#" key="" value="""#, Some((Some(""), Some(""))));
        check("\n\tvalue = 'x\"y'  key='k='", Some((Some("k="), Some("x\"y"))));
        check(r#" key="a""#, Some((Some("a"), None)));
        check("", Some((None, None)));
        check(r#" key="a" value="b"#, None);
        check(r#" key="a" value=b"#, None);
        check(r#" key"#, None);
        check(r#" ="a""#, None);
        check(r#" key="a" "b" value="c""#, None);
    }

    #[test]
    fn plain_tags_are_taken_whole_or_not_at_all() {
        let check = |text: &str, expected: Option<(&str, &str, usize)>| {
            let found = plain_tag(text.as_bytes()).map(|tag| {
                let cut = |span: Option<(usize, usize)>| span.map_or("", |(from, to)| &text[from..to]);
                // Both ways of reading must agree.
                let inside = &text.as_bytes()[..tag.end - 2];
                let name = tag.start + text[tag.start..].find(' ').unwrap_or_default();
                assert_eq!(key_value(inside, name), Some(tag.found), "{text}");
                (cut(tag.found.key), cut(tag.found.value), tag.end)
            });
            assert_eq!(found, expected, "{text}");
        };
        check(r#"<string key="a" value="b>"/>.."#, Some(("a", "b>", 28)));
        check("\r\n\t<id key=\"a\" value=\"\" />", Some(("a", "", 26)));
        for name in ["date", "int", "float", "boolean"] {
            let text = format!("<{name} key=\"a\" value=\"b\"/>");
            check(&text, Some(("a", "b", text.len())));
        }
        for text in
            [r#"<string key="a" value="b">"#, r#"<string key="a" value="b"/"#, r#"<string key="a" value="b" x="y"/>"#]
        {
            check(text, None);
        }
        for text in ["", " ", "</event>", r#"<list key="a" value="b"/>"#, r#"<string value="b" key="a"/>"#, "text"] {
            check(text, None);
        }
    }

    #[test]
    fn entities_and_blanks() {
        let check = |value: &str, expected: &str, known: bool| {
            let mut out = String::new();
            assert_eq!((unescape(value, &mut out), out.as_str()), (known, expected), "{value}");
            assert_eq!(is_literal(value.as_bytes()), value == expected && known, "{value}");
        };
        check("plain ü", "plain ü", true);
        check("&lt;a&gt; &amp; &quot;b&apos;", "<a> & \"b'", true);
        check("&#228;&#xE4;&#x1F600;", "ää😀", true);
        check("a\r\nb\tc\rd", "a b c d", true);
        check("R&D & &foo; &#0; &#xD800; &", "R&D & &foo; &#0; &#xD800; &", false);
        check("&&amp;", "&&", false);
    }

    #[test]
    fn kinds_by_local_name() {
        assert_eq!(Kind::of(local_name(b"xes:trace")), Kind::Trace);
        assert_eq!(Kind::of(local_name(b"string")), Kind::Plain);
        assert_eq!(Kind::of(local_name(b"object")), Kind::Other);
    }
}
