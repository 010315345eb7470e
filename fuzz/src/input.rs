//! What an input of a target looks like: an optional first line of wishes, then the file itself.
//!
//! `?delimiter=;&timezone=Europe/Madrid` is such a line. It is text, so that inputs can be read and written by hand.

use super::library::{MappingOptions, TimestampFormat, XesOptions, Zone};

/// An input, taken apart.
pub struct Input<'a> {
    /// The file.
    pub file: &'a [u8],
    /// How many of its bytes detection may see.
    pub sample: usize,
    /// How many bytes a read gives at most.
    pub step: usize,
    wishes: Vec<(String, String)>,
}

impl<'a> Input<'a> {
    /// Takes the wishes off the front.
    pub fn new(bytes: &'a [u8]) -> Self {
        let (wishes, file) = match bytes.strip_prefix(b"?") {
            None => (Vec::new(), bytes),
            Some(rest) => {
                let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                let line = String::from_utf8_lossy(&rest[..end]);
                let pairs = line.split('&').filter_map(|wish| wish.split_once('='));
                let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                (pairs, rest.get(end + 1..).unwrap_or_default())
            }
        };
        let mut input = Self { file, sample: file.len(), step: 7, wishes };
        let number = |name: &str| input.wish(name).and_then(|value| value.parse::<usize>().ok());
        let (sample, step) = (number("sample"), number("step"));
        input.sample = sample.unwrap_or(file.len()).min(file.len());
        input.step = step.unwrap_or(7).max(1);
        input
    }

    fn wish(&self, name: &str) -> Option<String> {
        self.wishes.iter().find(|(wished, _)| wished == name).map(|(_, value)| value.clone())
    }

    /// The wishes as a reader of tables takes them.
    pub fn mapping(&self) -> MappingOptions {
        MappingOptions {
            case: self.wish("case"),
            activity: self.wish("activity"),
            timestamp: self.wish("timestamp"),
            start: self.wish("start"),
            resource: self.wish("resource"),
            role: self.wish("role"),
            system: self.wish("system"),
            timezone: self.wish("timezone"),
            timestamp_format: self.wish("format"),
            delimiter: self.wish("delimiter"),
            encoding: self.wish("encoding"),
            ..MappingOptions::default()
        }
    }

    /// The wishes as a reader of XES takes them.
    pub fn xes(&self) -> XesOptions {
        XesOptions {
            case: self.wish("case"),
            activity: self.wish("activity"),
            timestamp: self.wish("timestamp"),
            start: self.wish("start"),
            resource: self.wish("resource"),
            role: self.wish("role"),
            system: self.wish("system"),
            classifier: self.wish("classifier"),
            timestamp_format: self.wish("timestamp_format").and_then(|text| TimestampFormat::compile(&text).ok()),
            zone: self.wish("timezone").and_then(|name| Zone::parse(&name).ok()),
        }
    }
}

/// Bytes that come a few at a time, as they do from a network or an unpacker.
pub struct Trickle<'a> {
    /// What is still to come.
    pub rest: &'a [u8],
    /// How many at most.
    pub step: usize,
}

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.step.min(into.len()).min(self.rest.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}

impl std::io::BufRead for Trickle<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        Ok(&self.rest[..self.step.min(self.rest.len())])
    }

    fn consume(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }
}
