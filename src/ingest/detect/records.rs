//! Cuts text into records and cells, aware of quotes, by bytes and without copying.

use std::borrow::Cow;

/// The signs by which a text is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    /// A carriage return alone ends a line.
    pub lone_return: bool,
}

/// A cell: the bytes between its quotes, if it has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub from: usize,
    pub to: usize,
    pub quoted: bool,
    /// Holds a doubled quote or an escape.
    pub escaped: bool,
    /// Something stands behind the closing quote.
    pub spoilt: bool,
}

/// What is known of a record besides its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    /// Byte at which it starts.
    pub offset: usize,
    /// Line on which it starts, from 1.
    pub line: u64,
    /// Its end was seen: a line end, or the end of the text outside quotes.
    pub closed: bool,
    /// It reaches the end of the text without a line end.
    pub last: bool,
}

/// Walks over the records of a text.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    signs: Signs,
    at: usize,
    line: u64,
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, signs: Signs) -> Self {
        Self { bytes: text.as_bytes(), signs, at: 0, line: 1 }
    }

    /// The next record, its cells put into `cells`; blank lines are records of one empty cell.
    pub fn next(&mut self, cells: &mut Vec<Cell>) -> Option<Record> {
        cells.clear();
        if self.at >= self.bytes.len() {
            return None;
        }
        let mut record = Record { offset: self.at, line: self.line, closed: true, last: false };
        loop {
            let (cell, closed) = self.cell();
            cells.push(cell);
            record.closed &= closed;
            match self.bytes.get(self.at) {
                None => {
                    record.last = true;
                    return Some(record);
                }
                Some(&byte) if byte == self.signs.delimiter => self.at += 1,
                Some(_) => {
                    self.at += self.line_end().max(1);
                    self.line += 1;
                    return Some(record);
                }
            }
        }
    }

    /// Bytes of the line end at the front; 0 if there is none.
    fn line_end(&self) -> usize {
        match &self.bytes[self.at..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [b'\r', ..] if self.signs.lone_return => 1,
            _ => 0,
        }
    }

    /// Reads one cell; afterwards a delimiter, a line end or the end of the text is next. Also says whether its
    /// quotes were closed.
    fn cell(&mut self) -> (Cell, bool) {
        let quoted = self.signs.quote.is_some() && self.bytes.get(self.at).copied() == self.signs.quote;
        let mut cell = Cell { from: self.at, to: self.at, quoted, escaped: false, spoilt: false };
        let closed = !quoted || self.inside_quotes(&mut cell);
        let behind = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == self.signs.delimiter || (matches!(byte, b'\n' | b'\r') && self.line_end() > 0) {
                break;
            }
            cell.escaped |= !quoted && Some(byte) == self.signs.escape;
            self.at += 1;
        }
        if quoted {
            cell.spoilt = self.bytes[behind..self.at].iter().any(|byte| *byte != b' ');
        } else {
            cell.to = self.at;
        }
        (cell, closed)
    }

    /// Goes behind the closing quote; false if the text ends before.
    fn inside_quotes(&mut self, cell: &mut Cell) -> bool {
        self.at += 1;
        cell.from = self.at;
        while let Some(&byte) = self.bytes.get(self.at) {
            if Some(byte) == self.signs.escape && self.signs.escape != self.signs.quote {
                cell.escaped = true;
                self.at = (self.at + 2).min(self.bytes.len());
                continue;
            }
            if Some(byte) == self.signs.quote {
                if self.bytes.get(self.at + 1).copied() == self.signs.quote {
                    cell.escaped = true;
                    self.at += 2;
                    continue;
                }
                cell.to = self.at;
                self.at += 1;
                return true;
            }
            let next = self.bytes.get(self.at + 1);
            self.line += u64::from(byte == b'\n' || (byte == b'\r' && self.signs.lone_return && next != Some(&b'\n')));
            self.at += 1;
        }
        cell.to = self.at;
        false
    }
}

/// The text of a cell, with doubled quotes and escapes taken away.
pub(super) fn text_of<'a>(text: &'a str, cell: &Cell, signs: &Signs) -> Cow<'a, str> {
    let raw = text.get(cell.from..cell.to).unwrap_or_default();
    if !cell.escaped {
        return Cow::Borrowed(raw);
    }
    let mut plain = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(now) = chars.next() {
        let is = |sign: Option<u8>| sign.is_some_and(|sign| now == char::from(sign));
        if is(signs.escape) || (cell.quoted && is(signs.quote)) {
            plain.extend(chars.next().or(Some(now)));
        } else {
            plain.push(now);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, signs: Signs, expected: &[&[&str]]) {
        let mut records = Records::new(text, signs);
        let mut cells = Vec::new();
        let mut found = Vec::new();
        while records.next(&mut cells).is_some() {
            found.push(cells.iter().map(|cell| text_of(text, cell, &signs).into_owned()).collect::<Vec<_>>());
        }
        assert_eq!(found, expected, "{text:?}");
    }

    const COMMA: Signs = Signs { delimiter: b',', quote: Some(b'"'), escape: None, lone_return: false };

    #[test]
    fn records_and_cells() {
        check("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n", COMMA, &[&["a", "b"], &["1", "x, \"y\"\nz"], &[""]]);
        check("a,b\r1,2", Signs { lone_return: true, ..COMMA }, &[&["a", "b"], &["1", "2"]]);
        check("a\rb,c", COMMA, &[&["a\rb", "c"]]);
        check("\"a\\\"b\",c", Signs { escape: Some(b'\\'), ..COMMA }, &[&["a\"b", "c"]]);
        check("5\",\"b\"x,", COMMA, &[&["5\"", "b", ""]]);
        check("'a;b';c", Signs { delimiter: b';', quote: Some(b'\''), ..COMMA }, &[&["a;b", "c"]]);
        check("\"open,\nend", COMMA, &[&["open,\nend"]]);
    }

    #[test]
    fn lines_and_offsets() {
        let text = "title\n\na,\"b\nc\"\nlast,\"open";
        let mut records = Records::new(text, COMMA);
        let mut cells = Vec::new();
        let mut found = Vec::new();
        while let Some(record) = records.next(&mut cells) {
            found.push((record.line, record.offset, record.closed, record.last));
        }
        assert_eq!(found, [(1, 0, true, false), (2, 6, true, false), (3, 7, true, false), (5, 15, false, true)]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_to_its_end(text: String, quote in proptest::option::of(0x20_u8..0x7f), escape in proptest::option::of(0x20_u8..0x7f), delimiter in 0x20_u8..0x7f, lone_return: bool) {
            let signs = Signs { delimiter, quote, escape, lone_return };
            let mut records = Records::new(&text, signs);
            let mut cells = Vec::new();
            let mut count = 0;
            while records.next(&mut cells).is_some() {
                count += 1;
                for cell in &cells {
                    text_of(&text, cell, &signs);
                }
            }
            proptest::prop_assert!(count <= text.len());
        }
    }
}
