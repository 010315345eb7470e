//! Why a text cannot be used as a model. The element is always named, as its file names it.

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// No well-formed XML.
    #[error("line {line}: {what}")]
    Xml {
        /// Line of the file, from 1.
        line: usize,
        /// What the XML reader says.
        what: String,
    },
    /// Well-formed, but another kind of file.
    #[error("the file begins with <{root}>; {expected}")]
    OtherFile {
        /// The outermost element.
        root: String,
        /// What would have been read.
        expected: String,
    },
    /// One element cannot be used.
    #[error("`{element}` {what}")]
    Element {
        /// Name or id of the element.
        element: String,
        /// What is wrong with it.
        what: String,
    },
    /// There is no model in it.
    #[error("{what}")]
    Empty {
        /// What is missing.
        what: String,
    },
}

impl NetError {
    pub(crate) fn element(element: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Element { element: element.into(), what: what.into() }
    }
}
