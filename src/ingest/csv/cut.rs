//! Cuts a stream of text into blocks that begin and end at record borders, quote-aware, so that blocks can be
//! parsed independently. A quote that is never closed costs its own line, not the rest of the file.
//!
//! Where a record ends, and whether it is broken, depends on the text alone: neither on the size of the blocks nor on
//! how many bytes a read gives. [`super::rows`] parses what is cut here, so both must see the same records.

use crate::ingest::detect::{Terminator, TextShape};
use encoding_rs::{Decoder, UTF_8};
use memchr::{memchr, memchr_iter, memchr2, memrchr};
use std::io::{ErrorKind, Read, Result};

/// How much text is taken at a time, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Of a block, about.
    pub block: usize,
    /// Of a record: what is longer is taken for the consequence of an unclosed quote.
    pub record: usize,
}

/// Records in the text's own order.
#[derive(Debug)]
pub struct Block {
    /// Position among the blocks, from 0.
    pub number: usize,
    /// Line of the file on which the block starts, from 1.
    pub first_line: u64,
    /// UTF-8 unless the file lied about itself.
    pub bytes: Vec<u8>,
    /// The front of a line whose opening quote is never closed: to be rejected as a whole.
    pub broken: bool,
}

/// See the module.
pub struct Cutter<'a> {
    stream: &'a mut (dyn Read + Send),
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// Text that was read; what lies before `from` has been handed out.
    text: Vec<u8>,
    from: usize,
    /// Bytes of text before `text`.
    passed: u64,
    sizes: Sizes,
    delimiter: u8,
    quote: Option<u8>,
    double_quote: bool,
    escape: Option<u8>,
    /// Old Macintosh text: carriage returns alone end lines; they become line feeds on the way in.
    lone_returns: bool,
    /// The last byte that came was a carriage return.
    after_return: bool,
    bom_left: usize,
    header_left: bool,
    header_line: u64,
    has_header: bool,
    line: u64,
    number: usize,
    /// Bytes that were searched in vain for the end of broken records.
    searched: u64,
    ended: bool,
}

/// What stands behind the whole records at the front of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing, or a record of which more must be read.
    Unknown,
    /// A record that has no end.
    Broken,
}

impl<'a> Cutter<'a> {
    /// Starts before the first record after the header of `shape`.
    pub fn new(stream: &'a mut (dyn Read + Send), shape: &TextShape, sizes: Sizes) -> Self {
        let decoder = (shape.encoding != UTF_8).then(|| shape.encoding.new_decoder_without_bom_handling());
        Self {
            stream,
            decoder,
            raw: vec![0; 1 << 18],
            text: Vec::new(),
            from: 0,
            passed: 0,
            sizes,
            delimiter: shape.dialect.delimiter,
            quote: shape.dialect.quote,
            double_quote: shape.dialect.double_quote,
            escape: shape.dialect.escape,
            lone_returns: shape.dialect.terminator == Terminator::Cr,
            after_return: false,
            bom_left: shape.bom_len,
            header_left: true,
            header_line: shape.dialect.header_line,
            has_header: shape.dialect.has_header,
            line: 1,
            number: 0,
            searched: 0,
            ended: false,
        }
    }

    /// The next block, or nothing at the end.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        if std::mem::take(&mut self.header_left) {
            self.skip_header()?;
        }
        let mut wanted = self.sizes.block.max(1);
        loop {
            self.fill(wanted)?;
            if self.rest().is_empty() {
                return Ok(None);
            }
            let (end, next) = self.border();
            if end > 0 {
                return Ok(Some(self.whole_records(end)));
            }
            if next == Next::Broken {
                return self.broken_line().map(Some);
            }
            wanted = self.rest().len() + self.sizes.block.max(1);
        }
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.from..]
    }

    fn whole_records(&mut self, end: usize) -> Block {
        let bytes = if self.from == 0 {
            // The usual case: only the beginning of the next record is copied.
            let mut rest = Vec::with_capacity(self.text.capacity());
            rest.extend_from_slice(&self.text[end..]);
            self.text.truncate(end);
            self.passed += end as u64;
            std::mem::replace(&mut self.text, rest)
        } else {
            let bytes = self.rest()[..end].to_vec();
            self.from += end;
            bytes
        };
        let lines = memchr_iter(b'\n', &bytes).count() as u64;
        self.block(bytes, lines, false)
    }

    /// The first line of a record without end. Of a line that is too long itself only the front is kept.
    fn broken_line(&mut self) -> Result<Block> {
        self.searched += self.patience(0) as u64;
        let end = memchr(b'\n', self.rest()).map_or(self.rest().len(), |at| at + 1).min(self.sizes.record);
        let bytes = self.rest()[..end].to_vec();
        let lines = self.drop_line()?;
        Ok(self.block(bytes, lines, true))
    }

    fn block(&mut self, bytes: Vec<u8>, lines: u64, broken: bool) -> Block {
        let (number, first_line) = (self.number, self.line);
        self.number += 1;
        self.line += lines;
        Block { number, first_line, bytes, broken }
    }

    /// Reads until there are `wanted` bytes of text or the stream has ended.
    fn fill(&mut self, wanted: usize) -> Result<()> {
        if self.from * 2 > self.text.len() {
            self.text.drain(..self.from);
            self.passed += self.from as u64;
            self.from = 0;
        }
        while !self.ended && self.rest().len() < wanted {
            let got = match self.stream.read(&mut self.raw) {
                Ok(got) => got,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            self.ended = got == 0;
            let skipped = self.bom_left.min(got);
            self.bom_left -= skipped;
            let from = self.text.len();
            match &mut self.decoder {
                None => self.text.extend_from_slice(&self.raw[skipped..got]),
                Some(decoder) => decode(decoder, &self.raw[skipped..got], self.ended, &mut self.text),
            }
            if self.lone_returns {
                self.turn_returns(from);
            }
        }
        Ok(())
    }

    /// Makes a line feed of every carriage return from `from` on, with a line feed behind it or without.
    fn turn_returns(&mut self, from: usize) {
        let mut to = from;
        for at in from..self.text.len() {
            let byte = self.text[at];
            let second = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !second {
                self.text[to] = if byte == b'\r' { b'\n' } else { byte };
                to += 1;
            }
        }
        self.text.truncate(to);
    }

    /// Drops title lines and the header record, if there is one. A header without end is a line.
    fn skip_header(&mut self) -> Result<()> {
        for _ in 1..self.header_line {
            self.line += self.drop_line()?;
        }
        if !self.has_header {
            return Ok(());
        }
        let mut wanted = self.sizes.block.max(1);
        loop {
            self.fill(wanted)?;
            match self.record_end(0) {
                Ok(end) => {
                    self.line += memchr_iter(b'\n', &self.rest()[..end]).count() as u64;
                    self.from += end;
                    return Ok(());
                }
                Err(Next::Unknown) => wanted = self.rest().len() + self.sizes.block.max(1),
                Err(Next::Broken) => {
                    self.line += self.drop_line()?;
                    return Ok(());
                }
            }
        }
    }

    /// Drops a line, however long it is; says how many line ends went with it, at most one.
    fn drop_line(&mut self) -> Result<u64> {
        loop {
            self.fill(1)?;
            if let Some(at) = memchr(b'\n', self.rest()) {
                self.from += at + 1;
                return Ok(1);
            }
            self.from = self.text.len();
            if self.ended {
                return Ok(0);
            }
        }
    }

    /// Where the last whole record ends, and what comes behind it.
    fn border(&self) -> (usize, Next) {
        let text = self.rest();
        if text.len() <= self.sizes.record && self.quote.is_none_or(|quote| memchr(quote, text).is_none()) {
            let end = if self.ended { text.len() } else { memrchr(b'\n', text).map_or(0, |at| at + 1) };
            return (end, Next::Unknown);
        }
        let mut end = 0;
        while end < text.len() {
            match self.record_end(end) {
                Ok(next) => end = next,
                Err(next) => return (end, next),
            }
        }
        (end, Next::Unknown)
    }

    /// One past the line end that closes the record starting at `from`.
    fn record_end(&self, from: usize) -> std::result::Result<usize, Next> {
        let text = self.rest();
        let line = memchr(b'\n', &text[from..]).map(|at| from + at + 1);
        let line_end = line.unwrap_or(text.len());
        if line_end - from > self.sizes.record {
            return Err(Next::Broken);
        }
        if line.is_none() && !self.ended {
            return Err(Next::Unknown);
        }
        let quote = self.quote.filter(|quote| memchr(*quote, &text[from..line_end]).is_some());
        let Some(quote) = quote else { return Ok(line_end) };
        let limit = line_end.max(from + self.patience(from));
        let complete = limit < text.len() || self.ended;
        let window = &text[..limit.min(text.len())];
        self.quoted_record_end(window, from, quote).ok_or(if complete { Next::Broken } else { Next::Unknown })
    }

    /// How far to look for the end of the record starting at `from` if a quote in it stays open. Whoever leaves a
    /// quote open on every line must not make the program read the file once for each of them.
    fn patience(&self, from: usize) -> usize {
        let credit = 8 * self.sizes.record as u64 + 2 * (self.passed + (self.from + from) as u64);
        let credit = usize::try_from(credit.saturating_sub(self.searched)).unwrap_or(usize::MAX);
        credit.clamp((self.sizes.record >> 10).max(64).min(self.sizes.record), self.sizes.record)
    }

    fn quoted_record_end(&self, text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
        loop {
            if text.get(at) == Some(&quote) {
                at = self.quoted_end(text, at + 1, quote)?;
            }
            let Some(next) = memchr2(b'\n', self.delimiter, text.get(at..)?) else {
                // A last line may lack its end.
                return (self.ended && text.len() == self.rest().len()).then_some(text.len());
            };
            at += next + 1;
            if text[at - 1] == b'\n' {
                return Some(at);
            }
        }
    }

    /// One past the quote that closes a field whose content starts at `at`.
    fn quoted_end(&self, text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
        loop {
            let hit = match self.escape {
                Some(escape) => memchr2(quote, escape, text.get(at..)?)?,
                None => memchr(quote, text.get(at..)?)?,
            } + at;
            let doubled = self.double_quote && text.get(hit + 1) == Some(&quote);
            if text[hit] != quote || doubled {
                at = hit + 2;
            } else {
                return Some(hit + 1);
            }
        }
    }
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, into: &mut Vec<u8>) {
    loop {
        let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        let from = into.len();
        into.resize(from + room, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut into[from..], last);
        into.truncate(from + written);
        bytes = &bytes[read..];
        if result == encoding_rs::CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
