//! Every way in which a question or a change can fail, with a stable code, what happened and what to do.

use crate::ingest::IngestError;
use crate::mining::align::AlignError;
use crate::mining::net::NetError;
use crate::mining::official::Faults;
use crate::model::official::FlowDiff;
use crate::query::QueryError;
use crate::store::StoreError;
use crate::store::catalog::{CatalogError, FlowNameError};

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Neither a stored flow nor a file.
    #[error("there is no flow and no file `{name}`")]
    NoSuchTarget {
        /// What was asked for.
        name: String,
        /// What there is.
        hint: String,
    },
    /// The flow has no log yet.
    #[error("flow `{flow}` has no log yet")]
    NoLog {
        /// Which flow.
        flow: String,
    },
    /// The same bytes are already part of the log.
    #[error("{file} is already part of flow `{flow}`")]
    SameFile {
        /// The file.
        file: String,
        /// The flow.
        flow: String,
        /// Where it came first.
        hint: String,
        /// The import with which it came, if that is part of the log.
        first: Option<String>,
    },
    /// A log with times and one without cannot be joined.
    #[error("{file} has {has} and {other} has {other_has}; they cannot be one log")]
    Mixed {
        /// The file.
        file: String,
        /// What it was to be joined with: the flow's log, or a file given before it.
        other: String,
        /// `times` or `no times`.
        has: &'static str,
        /// The same for the other.
        other_has: &'static str,
    },
    /// No case has this id.
    #[error("there is no case `{case}`")]
    NoSuchCase {
        /// The id.
        case: String,
    },
    /// A value that a person gave cannot be used.
    #[error("{what}")]
    Invalid {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The flow has no official flow yet.
    #[error("flow `{flow}` has no official flow yet")]
    NoOfficialFlow {
        /// Which flow.
        flow: String,
    },
    /// No case differs in this way, and nobody has decided anything about it.
    #[error("there is no deviation `{id}`")]
    NoSuchDeviation {
        /// The id.
        id: String,
    },
    /// A model cannot be used as an official flow.
    #[error("{name} cannot be used as an official flow")]
    Model {
        /// Name of its file.
        name: String,
        /// The element that is at fault.
        #[source]
        source: NetError,
    },
    /// A definition of an official flow has faults.
    #[error(transparent)]
    Definition(Faults),
    /// Somebody else has changed the official flow meanwhile.
    #[error("{what}")]
    Moved {
        /// What happened.
        what: String,
        /// What to do.
        hint: String,
        /// What has changed since.
        diff: Box<FlowDiff>,
    },
    /// Nobody may change the official flow alone.
    #[error("a new version of the official flow needs a second person")]
    NeedsApproval,
    /// Nothing can be held against the model.
    #[error(transparent)]
    NoRun(AlignError),
    /// The query files cannot be used.
    #[error("{what}")]
    Queries {
        /// Every fault, one a line.
        what: String,
    },
    /// The name cannot be a flow's.
    #[error(transparent)]
    FlowName(#[from] FlowNameError),
    /// Reading a file failed.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Asking failed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The data folder failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Some part of the program ended unexpectedly.
    #[error("{0}")]
    Internal(String),
}

impl From<CatalogError> for AppError {
    fn from(error: CatalogError) -> Self {
        Self::Store(StoreError::Catalog(error))
    }
}

/// What kind of failure it is; the web turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The request is wrong.
    BadRequest,
    /// What it names does not exist.
    NotFound,
    /// It clashes with what is there.
    Conflict,
    /// The rows of a file cannot be used.
    Unusable,
    /// Not now.
    Busy,
    /// It took too long.
    TooLong,
    /// It needed too much.
    TooMuch,
    /// The disk is full or read-only.
    Storage,
    /// A fault of the program or the machine.
    Internal,
}

impl AppError {
    /// A stable word for programs, and the kind of failure.
    pub fn code(&self) -> (&'static str, Class) {
        match self {
            Self::NoSuchTarget { .. } => ("flow_not_found", Class::NotFound),
            Self::NoLog { .. } => ("no_log_yet", Class::NotFound),
            Self::SameFile { .. } => ("same_file", Class::Conflict),
            Self::Mixed { .. } => ("mixed_times", Class::Unusable),
            Self::NoSuchCase { .. } => ("case_not_found", Class::NotFound),
            Self::Invalid { .. } => ("invalid_value", Class::BadRequest),
            Self::NoOfficialFlow { .. } => ("no_official_flow", Class::NotFound),
            Self::Model { .. } | Self::Definition(_) => ("unusable_model", Class::Unusable),
            Self::Moved { .. } => ("conflict", Class::Conflict),
            Self::NeedsApproval => ("needs_approval", Class::Conflict),
            Self::NoSuchDeviation { .. } => ("deviation_not_found", Class::NotFound),
            Self::NoRun(AlignError::NoEnd { .. }) => ("model_without_end", Class::Unusable),
            Self::NoRun(AlignError::TooLarge { .. }) => ("model_too_large", Class::TooMuch),
            Self::Queries { .. } => ("faulty_queries", Class::Internal),
            Self::FlowName(_) => ("invalid_flow_name", Class::BadRequest),
            Self::Ingest(error) => ingest_code(error),
            Self::Query(error) => query_code(error),
            Self::Store(StoreError::Folder { .. }) => ("data_folder", Class::Storage),
            Self::Store(StoreError::Catalog(error)) => catalog_code(error),
            Self::Internal(_) => ("internal", Class::Internal),
        }
    }

    /// Whether a disk without room is the cause.
    pub fn is_disk_full(&self) -> bool {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            let full = |io: &std::io::Error| io.kind() == std::io::ErrorKind::StorageFull;
            // SQLite has an error of its own for it, which is known here by its words only.
            if error.downcast_ref().is_some_and(full) || error.to_string().contains("disk is full") {
                return true;
            }
            cause = error.source();
        }
        false
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchTarget { hint, .. }
            | Self::SameFile { hint, .. }
            | Self::Invalid { hint, .. }
            | Self::Moved { hint, .. } => Some(hint.clone()),
            Self::NoLog { flow } => Some(format!("import a file: throughline import FILE --flow {flow}")),
            Self::Mixed { .. } => Some("import it into a flow of its own".to_owned()),
            Self::NoSuchCase { .. } => Some("`cases` lists the ids; they are compared letter by letter".to_owned()),
            Self::NoOfficialFlow { flow } => {
                Some(format!("give one: PUT a BPMN, PNML or definition file to /api/v1/flows/{flow}/official-flow"))
            }
            Self::Definition(_) => Some("mend these places; docs/official-flow.md describes the form".to_owned()),
            Self::NeedsApproval => Some(
                "propose it (propose=true, or --propose), so that somebody else approves it; official_flow.second_person asks for it"
                    .to_owned(),
            ),
            Self::NoSuchDeviation { .. } => Some("`deviations` lists the ids; widen the filter to see more".to_owned()),
            Self::Model { .. } => Some("mend the element in the tool that drew it, and export it again".to_owned()),
            Self::NoRun(AlignError::NoEnd { .. }) => {
                Some("draw a way from the start to the end that needs no more than arrives".to_owned())
            }
            Self::NoRun(AlignError::TooLarge { .. }) => Some("split the model into parts".to_owned()),
            Self::Queries { .. } => Some("mend the query files, then run `throughline check`".to_owned()),
            Self::FlowName(error) => Some(error.hint()),
            Self::Ingest(error) => error.hint(),
            Self::Query(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Internal(_) => Some("the log has the details; please report it".to_owned()),
        }
    }
}

fn ingest_code(error: &IngestError) -> (&'static str, Class) {
    match error {
        IngestError::Read { .. } => ("cannot_read_file", Class::Unusable),
        IngestError::Write { .. } | IngestError::Columnar { .. } => ("cannot_write_data", Class::Storage),
        IngestError::Archive { .. } => ("archive", Class::Unusable),
        IngestError::TooLarge { .. } => ("unpacked_too_large", Class::TooMuch),
        IngestError::Unsupported { .. } => ("unsupported_format", Class::Unusable),
        IngestError::Meaningless { .. } => ("meaningless_option", Class::BadRequest),
        IngestError::Measure { .. } => ("unfit_column", Class::Unusable),
        IngestError::Detect { reason, .. } => (reason.code(), Class::Unusable),
        IngestError::Xes { .. } => ("broken_xes", Class::Unusable),
        IngestError::Parquet { .. } => ("broken_parquet", Class::Unusable),
        IngestError::NoRows { .. } => ("no_usable_rows", Class::Unusable),
        IngestError::Cancelled => ("cancelled", Class::Conflict),
    }
}

fn query_code(error: &QueryError) -> (&'static str, Class) {
    match error {
        QueryError::Unknown { .. } => ("kpi_not_found", Class::NotFound),
        QueryError::Parameter { .. } => ("bad_parameter", Class::BadRequest),
        QueryError::Filter { .. } => ("bad_filter", Class::BadRequest),
        QueryError::Sql { .. } => ("bad_sql", Class::BadRequest),
        QueryError::TimeLimit { .. } => ("time_limit", Class::TooLong),
        QueryError::MemoryLimit { .. } => ("memory_limit", Class::TooMuch),
        QueryError::PoolLimit { .. } => ("memory_pool_limit", Class::Busy),
        QueryError::SpillLimit { .. } => ("spill_limit", Class::TooMuch),
        QueryError::AnswerLimit { .. } => ("answer_too_large", Class::TooMuch),
        QueryError::Busy { .. } => ("busy", Class::Busy),
        QueryError::Damaged { .. } => ("damaged_version", Class::Internal),
        QueryError::Engine(_) | QueryError::Gone => ("internal", Class::Internal),
    }
}

fn catalog_code(error: &CatalogError) -> (&'static str, Class) {
    match error {
        CatalogError::NotFound { .. } => ("not_found", Class::NotFound),
        CatalogError::AlreadyExists { .. } => ("already_exists", Class::Conflict),
        CatalogError::Conflict { .. } => ("conflict", Class::Conflict),
        CatalogError::Invalid { .. } => ("invalid_value", Class::BadRequest),
        CatalogError::Busy => ("busy", Class::Busy),
        _ => ("data_folder", Class::Storage),
    }
}
