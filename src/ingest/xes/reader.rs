//! The reader as its callers see it, and how it gets its tags. What they mean is said in `walk`.

use super::collector::{Collector, List};
use super::error::{Warnings, XesError, XesWarning, cut};
use super::header::XesHeader;
use super::keys::Keys;
use super::log::{LogPart, Target};
use super::options::XesOptions;
use super::plan::Plan;
use super::rows::Rows;
use super::source::Source;
use super::tag::{self, Kind};
use crate::ingest::chunk::Chunk;
use quick_xml::errors::SyntaxError;
use quick_xml::events::Event;
use quick_xml::{Error, Reader};
use std::io::{self, BufRead};

/// Different keys of event and trace attributes; each is a column.
const MAX_KEYS: usize = 2_000;
/// Size of one event, or of the attributes of a trace, in MiB.
pub(super) const MAX_ELEMENT: u64 = 64;

/// Where in the file the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Prolog,
    Log,
    Global(Target),
    Trace,
    Event,
    Epilog,
}

/// What the XML reader found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Start,
    Empty,
    End,
    Other,
    Eof,
}

/// What a step of the walk led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    On,
    EndOfEvent,
    EndOfFile,
}

/// A tag in the buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub kind: Kind,
    /// Where it begins, with `<`.
    pub start: usize,
    /// Where its attributes begin.
    pub from: usize,
    /// Where its attributes end.
    pub end: usize,
}

/// The open trace.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub open: bool,
    /// Position among all traces of the file, from 1.
    pub number: u64,
    pub line: u64,
    pub events: u64,
    /// Its case id, once rows were handed over with it.
    pub fixed: Option<String>,
}

/// A streaming reader of one XES log.
pub struct XesReader<R: BufRead> {
    pub(super) xml: Reader<Source<R>>,
    /// Tags read since the open event began; else the last one.
    pub(super) buffer: Vec<u8>,
    pub(super) level: Level,
    /// Whether the XML reader stands right behind a tag.
    after_tag: bool,
    /// Open elements of a part of the log that is left out.
    pub(super) skipped: usize,
    pub(super) log: LogPart,
    pub(super) options: XesOptions,
    pub(super) plan: Option<Plan>,
    pub(super) keys: Keys,
    pub(super) event: Collector,
    pub(super) event_line: u64,
    pub(super) event_is_malformed: bool,
    pub(super) trace: Trace,
    pub(super) trace_attributes: Collector,
    pub(super) rows: Rows,
    pub(super) warnings: Warnings,
    failed: bool,
}

impl<R: BufRead> XesReader<R> {
    /// Reads up to the first trace, so that the header is known.
    ///
    /// # Errors
    /// Any [`XesError`]: most of all, that the file is no XES log.
    pub fn new(input: R, options: &XesOptions) -> Result<Self, XesError> {
        let mut xml = Reader::from_reader(Source::new(input)?);
        let config = xml.config_mut();
        config.trim_text_start = true;
        config.allow_dangling_amp = true;
        let mut reader = Self {
            xml,
            buffer: Vec::new(),
            level: Level::Prolog,
            after_tag: false,
            skipped: 0,
            log: LogPart::new(),
            options: options.clone(),
            plan: None,
            keys: Keys::new(MAX_KEYS),
            event: Collector::new(List::Event),
            event_line: 0,
            event_is_malformed: false,
            trace: Trace::default(),
            trace_attributes: Collector::new(List::Outer),
            rows: Rows::new(options.zone.clone(), options.timestamp_format.clone()),
            warnings: Warnings::default(),
            failed: false,
        };
        while reader.plan.is_none() && reader.step()? != Step::EndOfFile {}
        Ok(reader)
    }

    /// What the log says about itself, as far as it has been read: usually all of it stands before the first trace.
    pub fn header(&self) -> &XesHeader {
        &self.log.header
    }

    /// Bytes taken from the input so far.
    pub fn bytes_read(&self) -> u64 {
        self.xml.get_ref().raw_bytes()
    }

    /// Oddities met so far, by kind.
    pub fn warnings(&self) -> &[XesWarning] {
        self.warnings.list()
    }

    /// The next rows, at most `max_rows` of them with the rejected ones; fewer if they are large. A trace may span two
    /// chunks. A chunk without rows tells of rejects or empty traces; `None` means the end.
    ///
    /// # Errors
    /// Any [`XesError`] that ends the reading. Chunks handed over before stay true; the rows since are lost, and `None`
    /// follows.
    pub fn next_chunk(&mut self, max_rows: usize) -> Result<Option<Chunk>, XesError> {
        if self.failed {
            return Ok(None);
        }
        let max_rows = max_rows.max(1);
        // An event without content is whole as soon as the log's header is known to have ended.
        while self.level == Level::Event || !self.rows.is_full(max_rows) {
            match self.step() {
                Ok(Step::On) => {}
                Ok(Step::EndOfEvent) if !self.rows.is_full(max_rows) => {}
                Ok(Step::EndOfEvent | Step::EndOfFile) => break,
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            }
        }
        self.settle_rows();
        let Some(plan) = &mut self.plan else { return Ok(None) };
        Ok(self.rows.take(plan, &self.keys))
    }

    /// Takes one piece of XML.
    #[inline]
    fn step(&mut self) -> Result<Step, XesError> {
        if self.level == Level::Event && self.after_tag && !self.event.is_open() {
            self.take_plain_tags()?;
        }
        let (token, start) = self.read()?;
        match token {
            Token::Other if self.level == Level::Prolog => self.prolog_text(start),
            Token::Other => Ok(Step::On),
            Token::Eof => self.end_of_file(),
            Token::End => self.end(),
            Token::Start | Token::Empty => {
                let is_empty = token == Token::Empty;
                let tag = self.tag(start, is_empty);
                if self.level == Level::Event {
                    self.event_attribute(tag, is_empty)?;
                    return Ok(Step::On);
                }
                self.outer_tag(tag, is_empty)
            }
        }
    }

    /// Takes plain attributes of the open event past the XML reader, as many as are at hand. They are the bulk of every
    /// log and leave no trace in the state of that reader, which costs several times as much for each.
    #[inline]
    fn take_plain_tags(&mut self) -> Result<(), XesError> {
        while let Some(tag) = tag::plain_tag(self.xml.get_ref().at_hand()) {
            let place = self.buffer.len();
            let source = self.xml.get_mut();
            self.buffer.extend_from_slice(&source.at_hand()[tag.start..tag.end]);
            source.consume(tag.end);
            let taken = self.event.plain(&mut self.keys, &self.buffer, tag.found.moved(tag.start, place));
            self.judge(taken)?;
        }
        Ok(())
    }

    /// Before the root there may be comments and the like, which begin with `<`, and white space, but no text.
    fn prolog_text(&self, start: usize) -> Result<Step, XesError> {
        let text = self.buffer[start..].trim_ascii_start();
        match text.first() {
            None | Some(b'<') => Ok(Step::On),
            Some(_) => Err(XesError::NoElement { what: "the file begins with text that is no XML" }),
        }
    }

    #[inline]
    fn read(&mut self) -> Result<(Token, usize), XesError> {
        if self.level != Level::Event {
            self.buffer.clear();
            self.xml.get_mut().allow(MAX_ELEMENT << 20);
        }
        let start = self.buffer.len();
        let token = match self.xml.read_event_into(&mut self.buffer) {
            Ok(Event::Empty(_)) => Token::Empty,
            Ok(Event::Start(_)) => Token::Start,
            Ok(Event::End(_)) => Token::End,
            Ok(Event::Eof) => Token::Eof,
            Ok(_) => Token::Other,
            Err(error) => return Err(self.xml_error(error)),
        };
        // After text the XML reader has already looked at what follows.
        self.after_tag = matches!(token, Token::Start | Token::Empty | Token::End);
        Ok((token, start))
    }

    /// The tag that begins at `start`. What the XML reader appends to its buffer is the tag as it stands in the file.
    #[inline]
    fn tag(&self, start: usize, is_empty: bool) -> Tag {
        let end = self.buffer.len().saturating_sub(if is_empty { 2 } else { 1 });
        let text = &self.buffer[..end.max(start + 1)];
        let from = text[start + 1..].iter().position(u8::is_ascii_whitespace).map_or(text.len(), |at| start + 1 + at);
        let name = &text[start + 1..from];
        let mut kind = Kind::of(name);
        if kind == Kind::Other {
            kind = Kind::of(tag::local_name(name));
        }
        Tag { kind, start, from, end: text.len() }
    }

    /// Line on which a tag begins that was just read.
    pub(super) fn line_of(&mut self, tag: Tag) -> u64 {
        let source = self.xml.get_mut();
        source.line() - source.newlines_in(&self.buffer[tag.start..])
    }

    /// Line reached.
    pub(super) fn line(&mut self) -> u64 {
        self.xml.get_mut().line()
    }

    /// Whether the file has bytes that are no text in its encoding.
    pub(super) fn has_replaced_bytes(&self) -> bool {
        self.xml.get_ref().replaced()
    }

    #[cold]
    fn xml_error(&mut self, error: Error) -> XesError {
        let line = self.line();
        match error {
            Error::Io(_) if self.xml.get_ref().over_budget() => match self.level {
                Level::Prolog => XesError::NoElement { what: "the file does not begin like XML" },
                Level::Event => XesError::TooLarge { line: self.event_line, limit: MAX_ELEMENT },
                _ => {
                    let inside = self.xml.get_ref().newlines_in(&self.buffer);
                    XesError::TooLarge { line: line.saturating_sub(inside).max(1), limit: MAX_ELEMENT }
                }
            },
            Error::Io(source) => XesError::Read { line, source: io::Error::new(source.kind(), source) },
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                XesError::Malformed { line, detail: "<! begins neither a comment nor CDATA".to_owned() }
            }
            // All other errors of syntax mean that the file ended before something was closed.
            Error::Syntax(_) => match self.level {
                Level::Prolog => XesError::NoElement { what: "the file has only the beginning of an element" },
                Level::Epilog => XesError::Malformed { line, detail: "the text after the log is broken".to_owned() },
                _ => XesError::Truncated { line, open: self.open_element() },
            },
            error => XesError::Malformed { line, detail: cut(&error.to_string(), 300) },
        }
    }

    /// Innermost element of the log that is open.
    pub(super) fn open_element(&self) -> &'static str {
        match self.level {
            Level::Prolog | Level::Log | Level::Epilog => "log",
            Level::Global(_) => "global",
            Level::Trace => "trace",
            Level::Event => "event",
        }
    }
}
