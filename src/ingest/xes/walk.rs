//! What each opening and closing tag means at the place where it stands. One half of [`XesReader`]; the other,
//! `reader`, gets the tags.

use super::collector::{Collector, Fault, MAX_DEPTH};
use super::error::{XesError, XesWarningKind, cut};
use super::keys::Keys;
use super::log::{Child, Target};
use super::plan::{Plan, RoleSource, View};
use super::reader::{Level, MAX_ELEMENT, Step, Tag, Trace, XesReader};
use super::tag::Kind;
use crate::ingest::chunk::{Reject, RejectReason};
use std::io::BufRead;

/// Stands for bytes that were no text.
const REPLACEMENT: char = '\u{fffd}';
/// Bytes of a broken value that are kept.
const MAX_VALUE: usize = 4096;

impl<R: BufRead> XesReader<R> {
    /// Takes a tag inside an event.
    #[inline]
    pub(super) fn event_attribute(&mut self, tag: Tag, is_empty: bool) -> Result<(), XesError> {
        let text = &self.buffer[..tag.end];
        let taken = match is_empty {
            true => self.event.empty(&mut self.keys, tag.kind, text, tag.from),
            false => self.event.open(&mut self.keys, tag.kind, text, tag.from),
        };
        self.judge(taken)
    }

    /// Broken attributes cost an event, anything else is as elsewhere.
    #[inline]
    pub(super) fn judge(&mut self, taken: Result<(), Fault>) -> Result<(), XesError> {
        match taken {
            Ok(()) => Ok(()),
            Err(Fault::Syntax) => {
                self.event_is_malformed = true;
                Ok(())
            }
            Err(fault) => self.report(fault),
        }
    }

    /// Turns a fault into a warning or an error at the present line.
    #[cold]
    fn report(&mut self, fault: Fault) -> Result<(), XesError> {
        let line = self.line();
        match fault {
            Fault::Depth => Err(XesError::TooDeep { line, limit: MAX_DEPTH }),
            Fault::Syntax => {
                Err(XesError::Malformed { line, detail: "the attributes of an element are not well formed".to_owned() })
            }
            Fault::Warn(kind) => {
                self.warnings.add(kind, line);
                Ok(())
            }
        }
    }

    /// Takes an opening tag outside events.
    pub(super) fn outer_tag(&mut self, tag: Tag, is_empty: bool) -> Result<Step, XesError> {
        if self.skipped > 0 {
            self.skipped += usize::from(!is_empty);
            return Ok(Step::On);
        }
        match self.level {
            Level::Prolog => {
                let line = self.line_of(tag);
                let text = &self.buffer[..tag.end];
                self.log.root(&text[tag.start + 1..tag.from], text, tag.from, line)?;
                self.level = if is_empty { Level::Epilog } else { Level::Log };
                Ok(Step::On)
            }
            Level::Epilog => {
                let detail = "there is something after the end of the log, perhaps a second one".to_owned();
                Err(XesError::Malformed { line: self.line_of(tag), detail })
            }
            Level::Log if !self.log.collector.is_open() => self.log_child(tag, is_empty),
            Level::Trace if tag.kind == Kind::Event && !self.trace_attributes.is_open() => {
                self.begin_event(tag, is_empty)
            }
            Level::Log | Level::Global(_) | Level::Trace | Level::Event => self.outer_attribute(tag, is_empty),
        }
    }

    fn log_child(&mut self, tag: Tag, is_empty: bool) -> Result<Step, XesError> {
        match tag.kind {
            Kind::Trace => {
                self.begin_trace(tag)?;
                if is_empty {
                    self.end_trace();
                }
                Ok(Step::On)
            }
            Kind::Event => self.begin_event(tag, is_empty),
            Kind::Plain | Kind::List | Kind::Container => self.outer_attribute(tag, is_empty),
            Kind::Values | Kind::Other => {
                let line = self.line_of(tag);
                let text = &self.buffer[..tag.end];
                let child = self.log.child(&text[tag.start + 1..tag.from], text, tag.from, line)?;
                match child {
                    Child::Globals(target) if !is_empty => self.level = Level::Global(target),
                    Child::Globals(_) | Child::Declaration => self.skipped = usize::from(!is_empty),
                    Child::Stranger => {
                        self.skipped = usize::from(!is_empty);
                        self.warnings.add(XesWarningKind::UnknownElement, line);
                    }
                }
                Ok(Step::On)
            }
        }
    }

    fn outer_attribute(&mut self, tag: Tag, is_empty: bool) -> Result<Step, XesError> {
        let (keys, attributes): (&mut Keys, &mut Collector) = match self.level {
            Level::Trace => (&mut self.keys, &mut self.trace_attributes),
            _ => (&mut self.log.keys, &mut self.log.collector),
        };
        let text = &self.buffer[..tag.end];
        let taken = match is_empty {
            true => attributes.empty(keys, tag.kind, text, tag.from),
            false => attributes.open(keys, tag.kind, text, tag.from),
        };
        if attributes.size() as u64 > MAX_ELEMENT << 20 {
            return Err(XesError::TooLarge { line: self.line(), limit: MAX_ELEMENT });
        }
        if let Err(fault) = taken {
            self.report(fault)?;
        }
        if self.has_replaced_bytes() && String::from_utf8_lossy(&self.buffer).contains(REPLACEMENT) {
            let line = self.line();
            self.warnings.add(XesWarningKind::ReplacedBytes, line);
        }
        self.deliver_log_attribute();
        Ok(Step::On)
    }

    fn deliver_log_attribute(&mut self) {
        if self.level == Level::Log && !self.log.collector.is_open() {
            self.log.deliver(Target::Log);
        }
    }

    /// Settles the roles of the keys when the first trace or event begins.
    fn begin_body(&mut self) -> Result<(), XesError> {
        if self.plan.is_none() {
            self.log.header.split_classifier_keys();
            let plan = Plan::new(&self.options, &self.log.header, &mut self.keys)?;
            self.rows.begin(&plan, &self.keys);
            self.plan = Some(plan);
        }
        Ok(())
    }

    fn begin_trace(&mut self, tag: Tag) -> Result<(), XesError> {
        self.begin_body()?;
        let (number, line) = (self.trace.number + 1, self.line_of(tag));
        self.trace = Trace { open: true, number, line, events: 0, fixed: None };
        self.trace_attributes.begin();
        self.level = Level::Trace;
        Ok(())
    }

    fn end_trace(&mut self) {
        self.settle_rows();
        if self.trace.events == 0 {
            self.rows.add_empty_case();
        }
        if let (Some(fixed), Some(name)) = (&self.trace.fixed, self.case_name())
            && fixed != name
        {
            self.warnings.add(XesWarningKind::LateCaseId, self.trace.line);
        }
        self.trace.open = false;
        self.level = Level::Log;
    }

    /// The case id that the open trace gives itself.
    fn case_name(&self) -> Option<&str> {
        let key = self.plan.as_ref()?.case.trace?;
        self.trace_attributes.value(&self.keys, key, "").filter(|name| !name.trim().is_empty())
    }

    /// Gives all waiting rows the case id of the open trace and its attributes.
    pub(super) fn settle_rows(&mut self) {
        if self.rows.pending() == 0 {
            return;
        }
        if self.trace.fixed.is_none() {
            let name = self.case_name().map(str::to_owned);
            if name.is_none() {
                self.warnings.add(XesWarningKind::GeneratedCaseId, self.trace.line);
            }
            self.trace.fixed = Some(name.unwrap_or_else(|| format!("trace {}", self.trace.number)));
        }
        let id = self.plan.as_ref().and_then(|plan| plan.case.trace);
        let case = self.trace.fixed.as_deref().unwrap_or_default();
        self.rows.settle(&self.keys, case, Some(&self.trace_attributes), id);
    }

    fn begin_event(&mut self, tag: Tag, is_empty: bool) -> Result<Step, XesError> {
        self.begin_body()?;
        self.event_line = self.line_of(tag);
        self.event_is_malformed = false;
        self.event.begin();
        self.level = Level::Event;
        if is_empty {
            self.end_event();
            return Ok(Step::EndOfEvent);
        }
        Ok(Step::On)
    }

    /// Makes a row or a reject of the open event.
    fn end_event(&mut self) {
        self.level = if self.trace.open { Level::Trace } else { Level::Log };
        self.trace.events += 1;
        let own_case = self.own_case();
        if own_case.is_some() {
            // The waiting rows belong to the trace, this one does not.
            self.settle_rows();
        }
        let has_replaced_bytes = self.has_replaced_bytes();
        let line = self.event_line;
        let text = std::str::from_utf8(&self.buffer).unwrap_or_default();
        let trace = self.trace.open.then_some(&self.trace_attributes);
        let view = View { keys: &self.keys, event: &self.event, text, trace };
        let Some(plan) = &self.plan else { return };
        if self.event_is_malformed || (has_replaced_bytes && text.contains(REPLACEMENT)) {
            return self.rows.reject(text, malformed(view, line));
        }
        if own_case.is_none() && trace.is_none() {
            let (column, reason) = (plan.case_key.clone(), RejectReason::MissingCase);
            let reject = Reject { line, column, value: String::new(), reason, raw: String::new() };
            return self.rows.reject(text, reject);
        }
        if plan.role_source == RoleSource::Group && view.get(plan.role).is_some() {
            self.warnings.add(XesWarningKind::RoleAfterGroup, line);
        }
        self.rows.push(plan, view, line, trace.map_or(0, Collector::size));
        if let Some(case) = own_case {
            self.rows.settle(&self.keys, &case, trace, plan.case.trace);
        }
    }

    /// The case id that the open event gives itself, where the options name a key for that.
    fn own_case(&self) -> Option<String> {
        let key = self.plan.as_ref()?.case.event?;
        let text = std::str::from_utf8(&self.buffer).unwrap_or_default();
        let case = self.event.value(&self.keys, key, text)?;
        (!case.trim().is_empty()).then(|| case.to_owned())
    }

    /// Takes a closing tag.
    #[inline]
    pub(super) fn end(&mut self) -> Result<Step, XesError> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(Step::On);
        }
        match self.level {
            Level::Event if self.event.is_open() => self.event.close(&mut self.keys),
            Level::Event => {
                self.end_event();
                return Ok(Step::EndOfEvent);
            }
            Level::Trace if self.trace_attributes.is_open() => self.trace_attributes.close(&mut self.keys),
            Level::Trace => self.end_trace(),
            Level::Log | Level::Global(_) if self.log.collector.is_open() => {
                self.log.collector.close(&mut self.log.keys);
                self.deliver_log_attribute();
            }
            Level::Global(target) => {
                self.log.deliver(target);
                self.level = Level::Log;
            }
            Level::Log => self.level = Level::Epilog,
            Level::Prolog | Level::Epilog => {}
        }
        Ok(Step::On)
    }

    /// Judges the end of the file.
    pub(super) fn end_of_file(&mut self) -> Result<Step, XesError> {
        match self.level {
            Level::Epilog => {
                if self.plan.is_none() {
                    self.log.check_empty()?;
                }
                Ok(Step::EndOfFile)
            }
            Level::Prolog => {
                let what = if self.bytes_read() == 0 { "the file is empty" } else { "there is no XML in the file" };
                Err(XesError::NoElement { what })
            }
            _ => Err(XesError::Truncated { line: self.line(), open: self.open_element() }),
        }
    }
}

/// The reject of an event whose tags or bytes are broken.
fn malformed(view: View<'_>, line: u64) -> Reject {
    let broken = view.event.iter(view.text).find(|(_, value)| value.contains(REPLACEMENT));
    let (column, value) = broken.map(|(key, value)| (view.keys.name(key), value)).unwrap_or_default();
    let (column, value) = (column.to_owned(), cut(value, MAX_VALUE));
    Reject { line, column, value, reason: RejectReason::Malformed, raw: String::new() }
}
