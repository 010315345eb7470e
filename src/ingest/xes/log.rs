//! The root of the file and what stands directly below it, except the traces: is this XES at all, and what does it
//! say about itself.

use super::collector::{Collector, List};
use super::error::{XesError, cut};
use super::header::{XesClassifier, XesExtension, XesHeader, XesValue};
use super::keys::Keys;
use super::tag;

/// Different keys of log attributes, which some tools use as counters by name.
const MAX_LOG_KEYS: usize = 100_000;

/// Where collected attributes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Attributes of the log.
    Log,
    /// Defaults of events.
    EventGlobals,
    /// Defaults of traces.
    TraceGlobals,
    /// Globals of a scope that XES does not know.
    Nowhere,
}

/// What a child of the root is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Child {
    /// Its content is attributes.
    Globals(Target),
    /// Taken as a whole.
    Declaration,
    /// Not of XES.
    Stranger,
}

/// The header under way.
pub(super) struct LogPart {
    pub header: XesHeader,
    pub keys: Keys,
    pub collector: Collector,
    root: String,
    /// First child of the root that is not of XES.
    stranger: Option<(String, u64)>,
}

impl LogPart {
    /// Before anything was read.
    pub(super) fn new() -> Self {
        let (header, keys) = (XesHeader::default(), Keys::new(MAX_LOG_KEYS));
        Self { header, keys, collector: Collector::new(List::Outer), root: String::new(), stranger: None }
    }

    /// Takes the root element; its attributes begin at `from`.
    ///
    /// # Errors
    /// [`XesError::NotXes`] or [`XesError::ObjectCentric`] unless it is a `log`.
    pub(super) fn root(&mut self, name: &[u8], text: &[u8], from: usize, line: u64) -> Result<(), XesError> {
        self.root = cut(&String::from_utf8_lossy(name), 60);
        let local = tag::local_name(name);
        if local != b"log" {
            let local = String::from_utf8_lossy(local).to_ascii_lowercase();
            return Err(match local.starts_with("ocel") {
                true => self.object_centric(line, format!("<{}>", self.root)),
                false => self.not_xes(line, look_of_root(&local)),
            });
        }
        let version = &mut self.header.version;
        let read = tag::for_each_attribute(text, from, |name, span| {
            if name == b"xes.version" {
                *version = text_of(text, span);
            }
        });
        read.ok_or_else(|| XesError::Malformed {
            line,
            detail: "the attributes of <log> are not well formed".to_owned(),
        })
    }

    /// Takes an `extension`, `classifier` or any element that is neither a trace nor an attribute.
    ///
    /// # Errors
    /// [`XesError::ObjectCentric`] for the parts of an OCEL log.
    pub(super) fn child(&mut self, name: &[u8], text: &[u8], from: usize, line: u64) -> Result<Child, XesError> {
        let mut attributes: Vec<(&[u8], String)> = Vec::new();
        // A malformed tag here costs at most a classifier, so what can be read is taken.
        let _ = tag::for_each_attribute(text, from, |name, span| attributes.push((name, text_of(text, span))));
        let mut take = |wanted: &[u8]| {
            let found = attributes.iter_mut().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
        };
        match tag::local_name(name) {
            b"extension" => {
                let extension = XesExtension { name: take(b"name"), prefix: take(b"prefix"), uri: take(b"uri") };
                self.header.extensions.push(extension);
            }
            b"classifier" => {
                let (name, scope, keys) = (take(b"name"), take(b"scope"), take(b"keys"));
                self.header.classifiers.push(XesClassifier { name, scope, keys: vec![keys] });
            }
            b"global" => {
                self.collector.begin();
                return Ok(Child::Globals(match take(b"scope").as_str() {
                    "event" | "" => Target::EventGlobals,
                    "trace" => Target::TraceGlobals,
                    "object" => return Err(self.object_centric(line, "<global scope=\"object\">".to_owned())),
                    _ => Target::Nowhere,
                }));
            }
            b"events" | b"objects" | b"object-types" | b"event-types" => {
                let found = format!("<{}>", cut(&String::from_utf8_lossy(name), 60));
                return Err(self.object_centric(line, found));
            }
            _ => {
                self.stranger.get_or_insert_with(|| (cut(&String::from_utf8_lossy(name), 60), line));
                return Ok(Child::Stranger);
            }
        }
        Ok(Child::Declaration)
    }

    /// Moves what was collected to its place in the header.
    pub(super) fn deliver(&mut self, target: Target) {
        let values = match target {
            Target::Log => Some(&mut self.header.attributes),
            Target::EventGlobals => Some(&mut self.header.event_globals),
            Target::TraceGlobals => Some(&mut self.header.trace_globals),
            Target::Nowhere => None,
        };
        if let Some(values) = values {
            let name = |key| self.keys.name(key).to_owned();
            values.extend(
                self.collector.iter("").map(|(key, value)| XesValue { key: name(key), value: value.to_owned() }),
            );
        }
        self.collector.begin();
    }

    /// Judges a log without any trace or event: nothing of XES in it means that it is something else.
    ///
    /// # Errors
    /// [`XesError::NotXes`].
    pub(super) fn check_empty(&self) -> Result<(), XesError> {
        let header = &self.header;
        let is_bare = header.extensions.is_empty() && header.classifiers.is_empty() && header.attributes.is_empty();
        match &self.stranger {
            Some((name, line)) if is_bare => {
                Err(self.not_xes(*line, format!("but it holds <{name}> instead of traces: some other kind of log")))
            }
            _ => Ok(()),
        }
    }

    fn not_xes(&self, line: u64, looks_like: String) -> XesError {
        XesError::NotXes { root: self.root.clone(), line, looks_like }
    }

    fn object_centric(&self, line: u64, found: String) -> XesError {
        XesError::ObjectCentric { root: self.root.clone(), line, found }
    }
}

fn text_of(text: &[u8], (from, to): (usize, usize)) -> String {
    let mut value = String::new();
    tag::unescape(&String::from_utf8_lossy(&text[from..to]), &mut value);
    value
}

/// What a file with that root element seems to be.
fn look_of_root(root: &str) -> String {
    let kind = match root {
        "definitions" => "a BPMN model",
        "pnml" => "a Petri net (PNML)",
        "ptml" | "processtree" => "a process tree (PTML)",
        "dcrgraph" | "dcrgraphs" => "a DCR graph",
        "workflowlog" => "an MXML log, the forerunner of XES; convert it to XES",
        "xesextension" => "an extension of XES, not a log",
        "package" => "an XPDL model",
        "epml" => "an EPC model (EPML)",
        "mxfile" => "a drawing",
        "html" => "a web page: perhaps the download asked for a login",
        "workbook" | "worksheet" => "a spreadsheet",
        "rss" | "feed" => "a news feed",
        _ => return "which is no kind of event log known here".to_owned(),
    };
    format!("which looks like {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_named() {
        let check = |root: &str, expected: &str| {
            let error = LogPart::new().root(root.as_bytes(), b"", 0, 3).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.contains(&format!("<{root}>")) && error.contains(expected), "{error}");
        };
        check("bpmn:definitions", "BPMN");
        check("pnml", "Petri net");
        check("dcrgraph", "DCR graph");
        check("ocel:log2", "no kind of event log");
        check("ocel", "object-centric logs are not supported yet");
        check("WorkflowLog", "MXML");
        check("noise", "line 3");
    }

    #[test]
    fn root_keeps_the_version() {
        let mut part = LogPart::new();
        assert!(part.root(b"xes:log", b" xes.version='1849-2016'", 0, 1).is_ok());
        assert_eq!(part.header.version, "1849-2016");
        assert!(LogPart::new().root(b"log", b" x=", 0, 1).is_err());
    }

    #[test]
    fn parts_of_object_centric_logs_are_noticed() {
        for (name, attributes) in [("objects", ""), ("event-types", ""), ("global", " scope='object'")] {
            let mut part = LogPart::new();
            let error = part.child(name.as_bytes(), attributes.as_bytes(), 0, 7).err().map(|error| error.to_string());
            assert!(error.is_some_and(|error| error.contains("line 7") && error.contains("OCEL")), "{name}");
        }
    }
}
