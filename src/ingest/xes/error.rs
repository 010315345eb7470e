//! What can end the reading of a log, and what is only worth a word. Bad events are neither: they are rejects.

use std::fmt;
use std::io;

/// Why a log cannot be read, or not any further. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum XesError {
    /// The bytes did not come: disk, network or a damaged archive.
    #[error("could not read on at line {line}: check that the file is complete and not damaged")]
    Read {
        /// Line reached.
        line: u64,
        /// What the source said.
        #[source]
        source: io::Error,
    },
    /// There is not a single element.
    #[error("{what}: expected an XES log, which begins with a <log> element")]
    NoElement {
        /// `the file is empty` or what is there instead.
        what: &'static str,
    },
    /// The prolog names an encoding that nobody knows.
    #[error("unknown encoding {label:?} in line 1: save the file as UTF-8 and name that in its first line")]
    UnknownEncoding {
        /// The name as it stands in the prolog, cut short.
        label: String,
    },
    /// XML of another kind.
    #[error("not an XES log: the root element is <{root}> in line {line}, {looks_like}; give an XES file")]
    NotXes {
        /// Name of the root element, cut short.
        root: String,
        /// Line of the root element.
        line: u64,
        /// What the file seems to be.
        looks_like: String,
    },
    /// OCEL in its XML form.
    #[error(
        "object-centric logs are not supported yet: the root element is <{root}> and line {line} has {found}, which is \
         OCEL; flatten the log to one object type and export that as XES"
    )]
    ObjectCentric {
        /// Name of the root element.
        root: String,
        /// Line of the telling element.
        line: u64,
        /// The telling element.
        found: String,
    },
    /// Not well-formed XML.
    #[error("malformed XML at line {line}: {detail}; mend that line or export the log again")]
    Malformed {
        /// Line reached.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// The file stops before its root element is closed.
    #[error("the file ends at line {line} inside <{open}>: it was cut off, fetch or export it again")]
    Truncated {
        /// Last line.
        line: u64,
        /// Innermost element of the log that is still open.
        open: &'static str,
    },
    /// Attributes within attributes within attributes.
    #[error("attributes are nested deeper than {limit} at line {line}: flatten them before the export")]
    TooDeep {
        /// Line of the first element that is too deep.
        line: u64,
        /// Levels allowed.
        limit: usize,
    },
    /// One element that would fill the memory.
    #[error("the element that begins at line {line} is larger than {limit} MiB: shorten its values and export again")]
    TooLarge {
        /// Line at which the element begins.
        line: u64,
        /// Size allowed in MiB.
        limit: u64,
    },
    /// The classifier asked for is not in the log.
    #[error("no classifier {name:?} in the log: {known}")]
    UnknownClassifier {
        /// The name asked for.
        name: String,
        /// `it has "A", "B"` or `it has none`, with what to do.
        known: String,
    },
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum XesWarningKind {
    /// A trace without a name got one by its position.
    GeneratedCaseId,
    /// The name of a trace came after so many of its events that the first had to go out without it.
    LateCaseId,
    /// An attribute without a key was left out.
    MissingKey,
    /// An attribute beyond the largest number of different keys was left out.
    TooManyKeys,
    /// An entity such as `&foo;` or a lone `&` was kept as it stands.
    UnknownEntity,
    /// An element that XES does not know was left out.
    UnknownElement,
    /// Bytes that are no text in the encoding of the file, outside events, were replaced.
    ReplacedBytes,
    /// `org:role` appeared after `org:group` had been taken for the role; it is kept as an attribute.
    RoleAfterGroup,
}

/// Something odd that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XesWarning {
    /// What it is about.
    pub kind: XesWarningKind,
    /// How often it happened.
    pub count: u64,
    /// Line where it happened first, from 1.
    pub first_line: u64,
}

impl fmt::Display for XesWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            XesWarningKind::GeneratedCaseId => "traces without a name were named by their position",
            XesWarningKind::LateCaseId => {
                "traces were named after their first events had been read; the name was left out"
            }
            XesWarningKind::MissingKey => "attributes without a key were left out",
            XesWarningKind::TooManyKeys => "attributes were left out, the log has too many different keys",
            XesWarningKind::UnknownEntity => "values have an unknown entity or a lone &, kept as it stands",
            XesWarningKind::UnknownElement => "elements that XES does not know were left out",
            XesWarningKind::ReplacedBytes => "values outside events have bytes that are no text in the file's encoding",
            XesWarningKind::RoleAfterGroup => "roles came late in a log whose org:group is the role; kept as org:role",
        };
        write!(f, "{what} ({} times, first at line {})", self.count, self.first_line)
    }
}

/// Warnings by kind.
#[derive(Debug, Default)]
pub(super) struct Warnings(Vec<XesWarning>);

impl Warnings {
    /// Counts one more.
    pub(super) fn add(&mut self, kind: XesWarningKind, line: u64) {
        match self.0.iter_mut().find(|warning| warning.kind == kind) {
            Some(warning) => warning.count += 1,
            None => self.0.push(XesWarning { kind, count: 1, first_line: line }),
        }
    }

    /// All so far, in the order of their first appearance.
    pub(super) fn list(&self) -> &[XesWarning] {
        &self.0
    }
}

/// The first bytes of a text that came from the file, for an error message.
pub(super) fn cut(text: &str, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_keeps_whole_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("aäb", 2), "a…");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn warnings_are_counted_by_kind() {
        let mut warnings = Warnings::default();
        warnings.add(XesWarningKind::MissingKey, 3);
        warnings.add(XesWarningKind::UnknownEntity, 4);
        warnings.add(XesWarningKind::MissingKey, 9);
        let texts: Vec<String> = warnings.list().iter().map(XesWarning::to_string).collect();
        assert_eq!(texts[0], "attributes without a key were left out (2 times, first at line 3)");
        assert_eq!(texts.len(), 2);
    }
}
