//! Columns that a person named: by name in any case, or by number from 1.

use super::DetectError;
use super::columns::Column;
use super::synonyms::Meaning;
use crate::model::mapping::MappingOptions;

/// Columns listed in an error at most.
const LISTED: usize = 40;

/// What no column is to be: an empty name says so.
pub(super) fn unwanted(options: &MappingOptions) -> Vec<Meaning> {
    let is_empty = |(_, _, wish): &(_, _, &Option<String>)| wish.as_ref().is_some_and(|name| name.trim().is_empty());
    wishes(options).into_iter().filter(is_empty).map(|(meaning, _, _)| meaning).collect()
}

fn wishes(options: &MappingOptions) -> [(Meaning, &'static str, &Option<String>); 9] {
    [
        (Meaning::Case, "case", &options.case),
        (Meaning::Activity, "activity", &options.activity),
        (Meaning::End, "timestamp", &options.timestamp),
        (Meaning::Start, "start", &options.start),
        (Meaning::Resource, "resource", &options.resource),
        (Meaning::Role, "role", &options.role),
        (Meaning::System, "system", &options.system),
        (Meaning::Cost, "cost", &options.cost),
        (Meaning::Automated, "automated", &options.automated),
    ]
}

/// The columns that were named, by what they are to be.
pub(super) fn named_columns(
    options: &MappingOptions,
    columns: &[Column],
    header_line: u64,
) -> Result<Vec<(Meaning, usize)>, DetectError> {
    let mut found = Vec::new();
    for (meaning, role, wish) in wishes(options) {
        if let Some(given) = wish.as_ref().filter(|given| !given.trim().is_empty()) {
            found.push((meaning, find(given, role, columns, header_line)?));
        }
    }
    Ok(found)
}

fn find(given: &str, role: &'static str, columns: &[Column], line: u64) -> Result<usize, DetectError> {
    let wanted = given.trim().to_lowercase();
    // Headers that come twice mean their first column; the others have a name of their own.
    let exact = columns.iter().position(|column| column.name == given.trim());
    let by_name = exact.or_else(|| columns.iter().position(|column| column.name.to_lowercase() == wanted));
    let by_number = || wanted.parse::<usize>().ok().filter(|number| (1..=columns.len()).contains(number));
    if let Some(at) = by_name.or_else(|| by_number().map(|number| number - 1)) {
        return Ok(at);
    }
    let short: String = wanted.chars().take(100).collect();
    let near = columns
        .iter()
        .map(|column| {
            (strsim::jaro_winkler(&column.name.chars().take(100).collect::<String>().to_lowercase(), &short), column)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.8);
    let cure = match near {
        Some((_, column)) => format!("did you mean \"{}\"", column.name),
        None => format!("give one of these names, or a number from 1 to {}", columns.len()),
    };
    Err(DetectError::UnknownColumn { role, given: given.to_owned(), line, columns: list(columns), cure })
}

/// The names of the columns for an error.
pub(super) fn list(columns: &[Column]) -> String {
    let names: Vec<String> =
        columns.iter().take(LISTED).map(|column| column.name.chars().take(60).collect::<String>()).collect();
    let more = columns.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("\"{}\"{more}", names.join("\", \""))
}
