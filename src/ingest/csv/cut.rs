//! Cuts a stream of text into blocks that begin and end at record borders, quote-aware, so that blocks can be
//! parsed independently. A quote that is never closed costs its own line, not the rest of the file.

use crate::ingest::detect::TextShape;
use encoding_rs::{Decoder, UTF_8};
use memchr::{memchr, memchr_iter, memchr3};
use std::io::Read;

/// A record longer than this is taken for the consequence of an unclosed quote.
const MAX_RECORD: usize = 1 << 20;

/// Whole records, in the text's own order.
#[derive(Debug)]
pub struct Block {
    /// Position among the blocks, from 0.
    pub number: usize,
    /// Line of the file on which the block starts, from 1.
    pub first_line: u64,
    /// UTF-8 unless the file lied about itself.
    pub bytes: Vec<u8>,
    /// A line whose opening quote is never closed: to be rejected as a whole.
    pub broken: bool,
}

/// See the module.
pub struct Cutter<'a> {
    stream: &'a mut (dyn Read + Send),
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// Text that was read and not yet handed out.
    text: Vec<u8>,
    block_bytes: usize,
    delimiter: u8,
    quote: Option<u8>,
    escape: Option<u8>,
    /// Old Macintosh text: carriage returns alone end lines; they become line feeds on the way in.
    lone_returns: bool,
    bom_left: usize,
    header_left: bool,
    header_line: u64,
    has_header: bool,
    line: u64,
    number: usize,
    ended: bool,
}

/// Where the last complete record of a text ends, and how the text stands after it.
#[derive(Debug, PartialEq, Eq)]
struct Border {
    end: usize,
    /// The rest begins a record whose quote is still open.
    open_quote: bool,
}

impl<'a> Cutter<'a> {
    /// Starts before the first record after the header of `shape`.
    pub fn new(stream: &'a mut (dyn Read + Send), shape: &TextShape, block_bytes: usize) -> Self {
        let decoder = (shape.encoding != UTF_8).then(|| shape.encoding.new_decoder_without_bom_handling());
        Self {
            stream,
            decoder,
            raw: vec![0; 1 << 18],
            text: Vec::with_capacity(block_bytes + (1 << 19)),
            block_bytes,
            delimiter: shape.dialect.delimiter,
            quote: shape.dialect.quote,
            escape: shape.dialect.escape,
            lone_returns: shape.dialect.terminator == crate::ingest::detect::Terminator::Cr,
            bom_left: shape.bom_len,
            header_left: true,
            header_line: shape.dialect.header_line,
            has_header: shape.dialect.has_header,
            line: 1,
            number: 0,
            ended: false,
        }
    }

    /// The next block, or nothing at the end.
    pub fn next_block(&mut self) -> std::io::Result<Option<Block>> {
        self.fill()?;
        if self.header_left {
            self.skip_header();
        }
        loop {
            if self.text.is_empty() {
                if self.ended {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            }
            let border = self.border(&self.text);
            if self.ended && !border.open_quote {
                let bytes = std::mem::take(&mut self.text);
                return Ok(Some(self.block(bytes, false)));
            }
            if border.end > 0 {
                let rest = self.text.split_off(border.end);
                let bytes = std::mem::replace(&mut self.text, rest);
                self.text.reserve(self.block_bytes + (1 << 19));
                return Ok(Some(self.block(bytes, false)));
            }
            if self.ended || self.text.len() > MAX_RECORD.max(self.block_bytes) {
                // Nothing but one endless record: its first line is at fault.
                let line_end = memchr(b'\n', &self.text).map_or(self.text.len(), |at| at + 1);
                let rest = self.text.split_off(line_end);
                let bytes = std::mem::replace(&mut self.text, rest);
                return Ok(Some(self.block(bytes, true)));
            }
            self.block_bytes += BLOCK_GROWTH;
            self.fill()?;
            self.block_bytes -= BLOCK_GROWTH;
        }
    }

    fn block(&mut self, bytes: Vec<u8>, broken: bool) -> Block {
        let first_line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        let number = self.number;
        self.number += 1;
        Block { number, first_line, bytes, broken }
    }

    /// Reads until there is a block's worth of text or the stream has ended.
    fn fill(&mut self) -> std::io::Result<()> {
        while !self.ended && self.text.len() < self.block_bytes {
            let got = match self.stream.read(&mut self.raw) {
                Ok(got) => got,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
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
                for byte in &mut self.text[from..] {
                    if *byte == b'\r' {
                        *byte = b'\n';
                    }
                }
            }
        }
        Ok(())
    }

    /// Drops title lines and the header record, if there is one.
    fn skip_header(&mut self) {
        self.header_left = false;
        for _ in 1..self.header_line {
            let end = memchr(b'\n', &self.text).map_or(self.text.len(), |at| at + 1);
            self.text.drain(..end);
            self.line += 1;
        }
        if self.has_header {
            let end = self.record_end(&self.text, 0).unwrap_or(self.text.len());
            self.line += memchr_iter(b'\n', &self.text[..end]).count() as u64;
            self.text.drain(..end);
        }
    }

    /// Where the last complete record ends.
    fn border(&self, text: &[u8]) -> Border {
        let last_line = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
        let quoteless = self.quote.is_none_or(|quote| memchr(quote, text).is_none());
        if quoteless {
            return Border { end: last_line, open_quote: false };
        }
        let mut end = 0;
        while let Some(next) = self.record_end(text, end) {
            end = next;
        }
        Border { end, open_quote: self.opens_quote(&text[end..]) }
    }

    /// One past the line end that closes the record starting at `from`, if the text has it.
    fn record_end(&self, text: &[u8], from: usize) -> Option<usize> {
        let Some(quote) = self.quote else {
            return memchr(b'\n', &text[from..]).map(|at| from + at + 1);
        };
        let mut at = from;
        let mut field_starts = true;
        loop {
            if field_starts && text.get(at) == Some(&quote) {
                at = self.quoted_end(text, at + 1, quote)?;
            }
            let next = at + memchr3(b'\n', self.delimiter, b'\r', &text[at..])?;
            if text[next] == b'\n' {
                return Some(next + 1);
            }
            at = next + 1;
            field_starts = true;
        }
    }

    /// One past the quote that closes a field whose content starts at `at`.
    fn quoted_end(&self, text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
        loop {
            let hit = match self.escape {
                Some(escape) => memchr::memchr2(quote, escape, text.get(at..)?)?,
                None => memchr(quote, text.get(at..)?)?,
            } + at;
            let escapes = self.escape == Some(text[hit]) && text[hit] != quote;
            if escapes || text.get(hit + 1) == Some(&quote) {
                at = hit + 2;
            } else {
                return Some(hit + 1);
            }
        }
    }

    /// Whether a text without a complete record lacks it because a quote is open.
    fn opens_quote(&self, text: &[u8]) -> bool {
        memchr(b'\n', text).is_some() || {
            let quote = self.quote.unwrap_or(b'"');
            let mut probe = text.to_vec();
            probe.push(b'\n');
            memchr(quote, text).is_some() && self.record_end(&probe, 0).is_none()
        }
    }
}

/// How much further to look for the end of a long record.
const BLOCK_GROWTH: usize = 4 << 20;

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
