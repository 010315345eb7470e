//! Everything that can keep a question from being answered.

use crate::query::engine::Limits;
use crate::query::memory::ALL_QUERIES;
use datafusion::error::DataFusionError;

/// By this the engine's own message about the disk is known; it has no error of its own for it.
const SPILL: &str = "disk space during the spilling process";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// No query has this id.
    #[error("no KPI `{id}`")]
    Unknown {
        /// What was asked for.
        id: String,
        /// What there is.
        hint: String,
    },
    /// A parameter is missing, unknown or of the wrong type.
    #[error("parameter `{name}` of `{query}`: {what}")]
    Parameter {
        /// Which query.
        query: String,
        /// Which parameter.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// The filter names something that the log does not have.
    #[error("{what}")]
    Filter {
        /// What is wrong.
        what: String,
        /// What there is instead.
        hint: String,
    },
    /// The SQL is wrong or not allowed.
    #[error("{what}")]
    Sql {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
        /// Line and column, from 1, where the engine says them.
        at: Option<(usize, usize)>,
    },
    /// It took too long.
    #[error("the query was stopped after {seconds} s")]
    TimeLimit {
        /// limits.query_seconds
        seconds: u64,
    },
    /// It needed too much memory.
    #[error("the query needs more than its {megabytes} MB of memory")]
    MemoryLimit {
        /// limits.query_memory_mb
        megabytes: u64,
    },
    /// All queries together need too much memory.
    #[error("all queries together need more than {megabytes} MB of memory")]
    PoolLimit {
        /// limits.memory_pool_mb
        megabytes: u64,
    },
    /// It had to put too much aside on disk.
    #[error("queries need more than {megabytes} MB of disk for what memory cannot hold")]
    SpillLimit {
        /// limits.spill_disk_mb
        megabytes: u64,
    },
    /// Its answer is too large to be given.
    #[error("the answer is larger than {megabytes} MB")]
    AnswerLimit {
        /// limits.answer_mb
        megabytes: u64,
    },
    /// Too many others were before it.
    #[error("the server is busy: no query could start within {seconds} s")]
    Busy {
        /// limits.queue_seconds
        seconds: u64,
    },
    /// A version that is damaged, or was written by a newer program.
    #[error("cannot open the log version in {folder}: {what}")]
    Damaged {
        /// Where it lies.
        folder: String,
        /// What is wrong.
        what: String,
    },
    /// A fault of the program or of the machine.
    #[error("the query failed")]
    Engine(#[source] Box<DataFusionError>),
    /// The engine's threads are gone.
    #[error("the query engine ended unexpectedly")]
    Gone,
}

impl QueryError {
    /// Sorts the engine's errors into those that the asker can do something about and the others.
    pub fn from_engine(error: DataFusionError, limits: &Limits) -> Self {
        let root = error.find_root();
        match root {
            DataFusionError::ResourcesExhausted(what) if what.contains(ALL_QUERIES) => {
                Self::PoolLimit { megabytes: limits.pool_mb }
            }
            // While data are written it comes as an error of input and output.
            DataFusionError::ResourcesExhausted(_) | DataFusionError::ArrowError(..) | DataFusionError::IoError(_)
                if root.to_string().contains(SPILL) =>
            {
                Self::SpillLimit { megabytes: limits.spill_mb }
            }
            DataFusionError::ResourcesExhausted(_) => Self::MemoryLimit { megabytes: limits.memory_mb },
            DataFusionError::SQL(..)
            | DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::ArrowError(..)
            | DataFusionError::Execution(_) => {
                let (what, at) = (first_line(&error.strip_backtrace()), place(&error));
                // The parser says it in its own words.
                let where_ = at.filter(|_| !what.contains("Line: "));
                let where_ =
                    where_.map_or_else(String::new, |(line, column)| format!(" (line {line}, column {column})"));
                Self::Sql {
                    what: format!("{what}{where_}"),
                    hint: "the tables are events, cases and variants; the page for SQL and ARCHITECTURE.md list their columns".to_owned(),
                    at,
                }
            }
            _ => Self::Engine(Box::new(error)),
        }
    }

    /// Name of the limit in the configuration that was reached.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::TimeLimit { .. } => Some("limits.query_seconds"),
            Self::MemoryLimit { .. } => Some("limits.query_memory_mb"),
            Self::PoolLimit { .. } => Some("limits.memory_pool_mb"),
            Self::SpillLimit { .. } => Some("limits.spill_disk_mb"),
            Self::AnswerLimit { .. } => Some("limits.answer_mb"),
            Self::Busy { .. } => Some("limits.parallel_queries"),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { hint, .. } | Self::Filter { hint, .. } | Self::Sql { hint, .. } => Some(hint.clone()),
            Self::TimeLimit { .. } => Some("narrow it by a filter, or raise limits.query_seconds".to_owned()),
            Self::MemoryLimit { .. } => Some("narrow it by a filter, or raise limits.query_memory_mb".to_owned()),
            Self::PoolLimit { .. } => Some("try again in a moment, or raise limits.memory_pool_mb".to_owned()),
            Self::SpillLimit { .. } => {
                Some("narrow it by a filter, or raise limits.spill_disk_mb or limits.query_memory_mb".to_owned())
            }
            Self::AnswerLimit { .. } => {
                Some("ask for fewer rows or columns, narrow it by a filter, or raise limits.answer_mb".to_owned())
            }
            Self::Busy { .. } => Some("try again in a moment, or raise limits.parallel_queries".to_owned()),
            Self::Damaged { .. } => Some("restore the folder from a backup, or import the files again".to_owned()),
            _ => None,
        }
    }
}

/// Where in the SQL the fault is: the planner marks it, the parser writes `Line: 2, Column: 8`.
fn place(error: &DataFusionError) -> Option<(usize, usize)> {
    let marked = error.diagnostic().and_then(|found| found.span).map(|span| span.start);
    if let Some(start) = marked.filter(|start| start.line > 0) {
        return Some((usize::try_from(start.line).ok()?, usize::try_from(start.column).ok()?));
    }
    let text = error.to_string();
    let number = |before: &str| {
        let rest = text.split(before).nth(1)?;
        rest.split(|sign: char| !sign.is_ascii_digit()).next()?.parse::<usize>().ok()
    };
    Some((number("Line: ")?, number("Column: ")?)).filter(|(line, _)| *line > 0)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
