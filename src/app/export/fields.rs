//! Which columns an exported log has: those that every log may have, as far as this one has them, and its attributes.

use crate::model::tables::{AttributeColumn, AttributeType};
use crate::query::{Frame, Snapshot};

/// What a column means; forms name it as they are used to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// What was done.
    Activity,
    /// When it began.
    Start,
    /// When it was done.
    End,
    /// By whom.
    Resource,
    /// In which role.
    Role,
    /// In which system.
    System,
    /// What the row is in the life of an activity.
    Lifecycle,
    /// The event's place in its case.
    Position,
    /// Anything else.
    Attribute(AttributeType),
}

/// A column of the view, and what it is called in the source.
#[derive(Debug, Clone)]
pub struct Field {
    /// The column.
    pub column: String,
    /// Its name for others.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What is said about the whole log.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its name.
    pub title: String,
    /// Whether it has starts that nothing completed: they must not meet a completion when the file is read again.
    pub unfinished: bool,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Fields {
    /// Of cases, after their id.
    pub of_case: Vec<Field>,
    /// Of events.
    pub of_event: Vec<Field>,
}

impl Fields {
    /// Those of a log version.
    pub fn of(snapshot: &Snapshot) -> Self {
        let field = |column: &str, meaning| Field { column: column.to_owned(), name: column.to_owned(), meaning };
        let mut of_event = vec![field("activity", Meaning::Activity)];
        if snapshot.manifest.has_times {
            of_event.extend([field("started_at", Meaning::Start), field("ended_at", Meaning::End)]);
        }
        let named = [
            ("resource", Meaning::Resource),
            ("role", Meaning::Role),
            ("system", Meaning::System),
            ("lifecycle", Meaning::Lifecycle),
        ];
        of_event.extend(
            named
                .into_iter()
                .filter(|(name, _)| snapshot.names(name).iter().next().is_some())
                .map(|(name, of)| field(name, of)),
        );
        of_event.push(field("position", Meaning::Position));
        let attribute = |of: &AttributeColumn| Field {
            column: of.column.clone(),
            name: of.source.clone(),
            meaning: Meaning::Attribute(of.kind),
        };
        let all = &snapshot.manifest.attributes;
        // What never changes within a case is said once.
        let of_case = all.iter().filter(|of| of.in_cases).map(attribute).collect();
        of_event.extend(all.iter().filter(|of| !of.in_cases).map(attribute));
        Self { of_case, of_event }
    }

    /// Columns to ask of cases: number, id, then the fields.
    pub fn case_columns(&self) -> Vec<String> {
        columns(&["case_idx", "case_id"], &self.of_case)
    }

    /// Columns to ask of events: number of the case, then the fields.
    pub fn event_columns(&self) -> Vec<String> {
        columns(&["case_idx"], &self.of_event)
    }
}

fn columns(first: &[&str], fields: &[Field]) -> Vec<String> {
    first.iter().map(|name| (*name).to_owned()).chain(fields.iter().map(|field| field.column.clone())).collect()
}

/// The number of the case of a row.
pub fn case_number(frame: &Frame, row: usize) -> i64 {
    frame.integer("case_idx", row).unwrap_or_default()
}

/// The cells of a row behind the number of its case.
pub fn cells(frame: &Frame, row: usize) -> Vec<Option<String>> {
    let cell = |at: usize| {
        let text = frame.plain(at, row);
        (!frame.json(at, row).is_null()).then_some(text)
    };
    (1..frame.columns.len()).map(cell).collect()
}
