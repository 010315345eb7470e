//! From a filter to the set of cases that it lets through. What it says about paths is decided once per variant, by
//! plain loops; what it says about cases and events becomes predicates on the stored tables.

use crate::model::filter::{Comparison, Condition, Filter, Pair, Period, PeriodBy, Slow, WEEKDAYS};
use crate::model::judgement::Verdict;
use crate::model::tables::{AttributeColumn, AttributeType, case, event};
use crate::model::time;
use crate::query::QueryError;
use crate::query::functions::{NumberSet, on_path};
use crate::query::judged;
use crate::query::near::near_name;
use crate::query::snapshot::{Snapshot, VariantTable, case_numbers};
use datafusion::arrow::array::{Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::functions::datetime::expr_fn::date_part;
use datafusion::logical_expr::{Expr, cast, col, lit};
use datafusion::scalar::ScalarValue;
use futures::TryStreamExt;
use std::collections::HashSet;
use std::sync::Arc;

/// Computes the set of cases in a session that has the stored tables of the snapshot, not narrowed.
pub async fn case_set(
    context: &SessionContext,
    snapshot: &Snapshot,
    filter: &Filter,
) -> Result<Result<NumberSet, DataFusionError>, QueryError> {
    let predicate = case_predicate(snapshot, filter)?;
    let mut event_predicates = Vec::new();
    for condition in &filter.event_attributes {
        event_predicates.push(attribute_predicate(condition, snapshot, false)?);
    }
    for condition in &filter.first_event {
        let first = col(event::POSITION).eq(lit(0));
        event_predicates.push(first.and(attribute_predicate(condition, snapshot, false)?));
    }
    for slow in &filter.slower {
        event_predicates.push(slow_predicate(slow, snapshot.names("activity"))?);
    }
    let mut others: Vec<(&str, Expr)> = event_predicates.into_iter().map(|one| ("event_rows", one)).collect();
    if !filter.deviations.is_empty() {
        others.push((judged::FOUND, deviation_predicate(snapshot, &filter.deviations)?));
    }
    Ok(collect(context, snapshot, predicate, others).await)
}

/// Cases that differ in one of these ways, for certain or as far as they have come.
fn deviation_predicate(snapshot: &Snapshot, wanted: &[String]) -> Result<Expr, QueryError> {
    let wrong = |what: String, hint: &str| QueryError::Filter { what, hint: hint.to_owned() };
    if !snapshot.is_judged() {
        return Err(wrong(
            "nothing is known of deviations here".to_owned(),
            "give the flow an official flow; of a file, ask `deviations`",
        ));
    }
    let known = snapshot.deviations();
    let number = |id: &String| {
        let at = known.iter().position(|known| known == id);
        let at = at.ok_or_else(|| wrong(format!("there is no deviation `{id}`"), "`deviations` lists the ids"))?;
        Ok(lit(at as i32))
    };
    let numbers = wanted.iter().map(number).collect::<Result<Vec<_>, QueryError>>()?;
    let told = [Verdict::Differs, Verdict::Open].map(|verdict| lit(verdict as i32));
    Ok(col("way_idx").in_list(numbers, false).and(col("verdict").in_list(told.to_vec(), false)))
}

async fn collect(
    context: &SessionContext,
    snapshot: &Snapshot,
    predicate: Option<Expr>,
    others: Vec<(&str, Expr)>,
) -> Result<NumberSet, DataFusionError> {
    let cases = snapshot.manifest.cases as usize;
    let mut set = select(context, "case_rows", predicate, cases).await?;
    for (table, predicate) in others {
        let matching = select(context, table, Some(predicate), cases).await?;
        let mut both = NumberSet::new(cases);
        (0..cases as i32).filter(|case| set.contains(*case) && matching.contains(*case)).for_each(|c| both.insert(c));
        set = both;
    }
    Ok(set)
}

async fn select(
    context: &SessionContext,
    table: &str,
    predicate: Option<Expr>,
    cases: usize,
) -> Result<NumberSet, DataFusionError> {
    let mut rows = context.table(table).await?;
    if let Some(predicate) = predicate {
        rows = rows.filter(predicate)?;
    }
    let mut stream = rows.select(vec![col(event::CASE)])?.execute_stream().await?;
    let mut set = NumberSet::new(cases);
    while let Some(batch) = stream.try_next().await? {
        case_numbers(&batch).iter().flatten().for_each(|case| set.insert(case));
    }
    Ok(set)
}

/// Everything that one row of `cases` can answer.
fn case_predicate(snapshot: &Snapshot, filter: &Filter) -> Result<Option<Expr>, QueryError> {
    let mut all = Vec::new();
    if let Some(period) = &filter.period {
        all.extend(period_predicate(period));
    }
    for condition in &filter.case_attributes {
        all.push(attribute_predicate(condition, snapshot, true)?);
    }
    if !filter.weekdays.is_empty() {
        all.push(weekday_predicate(&filter.weekdays)?);
    }
    if let Some(range) = filter.cycle_time_s {
        let micros = |seconds: f64| lit((seconds * 1e6).round() as i64);
        all.extend(range.min.map(|min| col(case::CYCLE).gt_eq(micros(min))));
        all.extend(range.max.map(|max| col(case::CYCLE).lt_eq(micros(max))));
    }
    if !filter.cases.is_empty() {
        all.push(col(case::ID).in_list(filter.cases.iter().map(lit).collect(), false));
    }
    if filter.is_about_paths() {
        let variants = snapshot.variants()?;
        let chosen = matching_variants(variants, snapshot.names("activity"), filter)?;
        all.push(on_path(Arc::new(chosen)).call(vec![col(case::VARIANT)]));
    }
    Ok(all.into_iter().reduce(Expr::and))
}

/// Days of the week by their English names, by UTC.
fn weekday_predicate(wanted: &[String]) -> Result<Expr, QueryError> {
    let number = |name: &String| {
        // `date_part('dow')` counts them in this order.
        let at = WEEKDAYS.iter().position(|known| known == name);
        at.map(|at| lit(at as i32)).ok_or_else(|| QueryError::Filter {
            what: format!("there is no day `{name}`"),
            hint: format!("the days are {}", WEEKDAYS.join(", ")),
        })
    };
    let numbers = wanted.iter().map(number).collect::<Result<Vec<_>, _>>()?;
    Ok(date_part(lit("dow"), col(case::STARTED_AT)).in_list(numbers, false))
}

fn period_predicate(period: &Period) -> Vec<Expr> {
    let instant = |micros: i64| lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())));
    let (started, ended) = (|| col(case::STARTED_AT), || col(case::ENDED_AT));
    let from = period.from.map(instant);
    let to = period.to.map(instant);
    let (from, to) = match period.by {
        PeriodBy::Start => (from.map(|at| started().gt_eq(at)), to.map(|at| started().lt(at))),
        PeriodBy::End => (from.map(|at| ended().gt_eq(at)), to.map(|at| ended().lt(at))),
        PeriodBy::Contained => (from.map(|at| started().gt_eq(at)), to.map(|at| ended().lt(at))),
        PeriodBy::Intersecting => (from.map(|at| ended().gt_eq(at)), to.map(|at| started().lt(at))),
    };
    from.into_iter().chain(to).collect()
}

/// A wait that was longer, between two activities that follow each other directly.
fn slow_predicate(slow: &Slow, names: &StringArray) -> Result<Expr, QueryError> {
    let number = |name: &str| number_of(names, name, "activity").map(i64::from);
    let edge = (number(&slow.from)? << 32) | number(&slow.to)?;
    let least = (slow.than_s * 1e6).round() as i64;
    Ok(col(event::EDGE).eq(lit(edge)).and(col(event::WAIT).gt(lit(least))))
}

/// Columns of events whose names are kept as numbers: `event.system=ERP` asks for one of them.
const NAMED: [(&str, &str); 5] = [
    ("activity", event::ACTIVITY),
    ("resource", event::RESOURCE),
    ("role", event::ROLE),
    ("system", event::SYSTEM),
    ("lifecycle", event::LIFECYCLE),
];

/// A condition on such a column, as numbers.
fn name_predicate(condition: &Condition, kind: &str, column: &str, names: &StringArray) -> Result<Expr, QueryError> {
    if !matches!(condition.comparison, Comparison::Is | Comparison::IsNot) {
        return Err(QueryError::Filter {
            what: format!("{kind} has no order"),
            hint: format!("write {kind}=NAME or {kind}!=NAME"),
        });
    }
    let filled: Vec<&String> = condition.values.iter().filter(|value| !value.is_empty()).collect();
    let mut numbers = Vec::with_capacity(filled.len());
    for name in &filled {
        numbers.push(lit(number_of(names, name, kind)?));
    }
    let empty = (filled.len() < condition.values.len()).then(|| col(column).is_null());
    let listed = (!numbers.is_empty()).then(|| col(column).in_list(numbers, false));
    let is = empty.into_iter().chain(listed).reduce(Expr::or).unwrap_or_else(|| lit(false));
    Ok(if condition.comparison == Comparison::Is { is } else { is.is_not_true() })
}

fn attribute_predicate(condition: &Condition, snapshot: &Snapshot, of_case: bool) -> Result<Expr, QueryError> {
    let named = NAMED.iter().find(|(kind, _)| !of_case && condition.attribute.eq_ignore_ascii_case(kind));
    if let Some((kind, column)) = named {
        return name_predicate(condition, kind, column, snapshot.names(kind));
    }
    let (kind, column) = find_attribute(&condition.attribute, snapshot, of_case)?;
    let cell = || Expr::Column(Column::new_unqualified(column.clone()));
    let sides = |text: &String| {
        // Whole numbers are compared as such: past 15 digits two of them may be the same floating-point number. Held
        // against another number they become one, so that `>= 2.5` means what it says.
        let whole = (kind == AttributeType::Integer).then(|| text.parse::<i64>().ok()).flatten();
        Ok(match (whole, kind) {
            (Some(whole), _) => (cast(cell(), DataType::Int64), lit(whole)),
            (None, AttributeType::Integer | AttributeType::Number) => {
                (cast(cell(), DataType::Float64), literal(text, kind, &condition.attribute)?)
            }
            _ => (cell(), literal(text, kind, &condition.attribute)?),
        })
    };
    let one = || sides(&condition.values[0]);
    Ok(match condition.comparison {
        Comparison::Less => one().map(|(cell, value)| cell.lt(value))?,
        Comparison::AtMost => one().map(|(cell, value)| cell.lt_eq(value))?,
        Comparison::Greater => one().map(|(cell, value)| cell.gt(value))?,
        Comparison::AtLeast => one().map(|(cell, value)| cell.gt_eq(value))?,
        Comparison::Is | Comparison::IsNot => {
            // One list for each type that the values are compared as.
            let mut lists: Vec<(Expr, Vec<Expr>)> = Vec::new();
            for text in condition.values.iter().filter(|text| !text.is_empty()) {
                let (cell, value) = sides(text)?;
                match lists.iter_mut().find(|(known, _)| *known == cell) {
                    Some((_, values)) => values.push(value),
                    None => lists.push((cell, vec![value])),
                }
            }
            let empty = condition.values.iter().any(String::is_empty).then(|| cell().is_null());
            let listed = lists.into_iter().map(|(cell, values)| cell.in_list(values, false));
            let is = empty.into_iter().chain(listed).reduce(Expr::or).unwrap_or_else(|| lit(false));
            // An empty cell is none of the values, hence "is not true" instead of "not".
            if condition.comparison == Comparison::Is { is } else { is.is_not_true() }
        }
    })
}

fn literal(text: &str, kind: AttributeType, attribute: &str) -> Result<Expr, QueryError> {
    let wrong = |expected: &str| QueryError::Filter {
        what: format!("`{text}` cannot be compared with attribute `{attribute}`"),
        hint: format!("its values are {expected}"),
    };
    Ok(match kind {
        AttributeType::Boolean => {
            lit(text.to_ascii_lowercase().parse::<bool>().map_err(|_| wrong("true and false"))?)
        }
        AttributeType::Integer | AttributeType::Number => {
            lit(text.replace(',', ".").parse::<f64>().map_err(|_| wrong("numbers"))?)
        }
        AttributeType::Time => {
            let micros = time::parse(text).map_err(|_| wrong("times; write 2024-05-31 or 2024-05-31T13:00:00Z"))?;
            lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
        }
        AttributeType::Text => lit(text),
    })
}

/// The column that an attribute name means: the column of this name, else the one that had it in the source, else the
/// only one that has it in any case of letters.
fn find_attribute(name: &str, snapshot: &Snapshot, of_case: bool) -> Result<(AttributeType, String), QueryError> {
    let usable = |a: &&AttributeColumn| if of_case { a.in_cases } else { a.in_events };
    let all: Vec<&AttributeColumn> = snapshot.manifest.attributes.iter().filter(usable).collect();
    let with = |same: &dyn Fn(&AttributeColumn) -> bool| -> Vec<&AttributeColumn> {
        all.iter().copied().filter(|attribute| same(attribute)).collect()
    };
    let named = [
        with(&|a| a.column == name),
        with(&|a| a.source == name),
        with(&|a| a.column.eq_ignore_ascii_case(name) || a.source.eq_ignore_ascii_case(name)),
    ];
    let found = named.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [attribute] => Ok((attribute.kind, attribute.column.clone())),
        [_, ..] => {
            let names: Vec<&str> = found.iter().map(|attribute| attribute.column.as_str()).collect();
            Err(QueryError::Filter {
                what: format!("`{name}` may mean {}", names.join(" or ")),
                hint: "write the one that you mean, letter by letter".to_owned(),
            })
        }
        [] => {
            let (level, there) = if of_case { ("cases", "event.NAME") } else { ("events", "case.NAME") };
            let names: Vec<&str> = all.iter().map(|attribute| attribute.column.as_str()).collect();
            let hint = if names.is_empty() {
                format!("{level} of this log have no attributes; {there} asks the other kind")
            } else {
                format!("{level} have {}; {there} asks the other kind", names.join(", "))
            };
            Err(QueryError::Filter { what: format!("{level} have no attribute `{name}`"), hint })
        }
    }
}

/// The numbers of all paths that satisfy the filter.
fn matching_variants(variants: &VariantTable, names: &StringArray, filter: &Filter) -> Result<NumberSet, QueryError> {
    let number = |name: &String| number_of(names, name, "activity");
    let numbers = |list: &[String]| list.iter().map(number).collect::<Result<Vec<i32>, _>>();
    let pairs = |list: &[Pair]| {
        list.iter().map(|pair| Ok((number(&pair.from)?, number(&pair.to)?))).collect::<Result<Vec<_>, QueryError>>()
    };
    let with = filter.with.iter().map(|group| numbers(group)).collect::<Result<Vec<_>, _>>()?;
    let (without, starts, ends) =
        (numbers(&filter.without)?, numbers(&filter.starts_with)?, numbers(&filter.ends_with)?);
    let (directly, eventually) = (pairs(&filter.directly_follows)?, pairs(&filter.eventually_follows)?);
    let never = pairs(&filter.not_directly_follows)?;
    let neighbours = |path: &[i32], (a, b): (i32, i32)| path.windows(2).any(|pair| pair == [a, b]);
    let wanted: HashSet<&String> = filter.variants.iter().collect();
    let known: HashSet<&String> = variants.ids.iter().filter(|id| wanted.contains(id)).collect();
    if let Some(id) = filter.variants.iter().find(|id| !known.contains(id)) {
        return Err(QueryError::Filter {
            what: format!("there is no variant `{id}`"),
            hint: "the answer of `variants` has the ids".to_owned(),
        });
    }
    let matches = |(path, id): &(&Vec<i32>, &String)| {
        with.iter().all(|group| path.iter().any(|activity| group.contains(activity)))
            && !path.iter().any(|activity| without.contains(activity))
            && (starts.is_empty() || path.first().is_some_and(|first| starts.contains(first)))
            && (ends.is_empty() || path.last().is_some_and(|last| ends.contains(last)))
            && directly.iter().all(|pair| neighbours(path, *pair))
            && !never.iter().any(|pair| neighbours(path, *pair))
            && eventually.iter().all(|(a, b)| follows(path, *a, *b))
            && filter.rework.is_none_or(|rework| repeats(path) == rework)
            && (wanted.is_empty() || wanted.contains(id))
    };
    // Numbers of paths begin at 1.
    let mut chosen = NumberSet::new(variants.paths.len() + 1);
    for (at, variant) in variants.paths.iter().zip(&variants.ids).enumerate() {
        if matches(&variant) {
            chosen.insert(at as i32 + 1);
        }
    }
    Ok(chosen)
}

/// Whether `b` comes some time after `a`.
fn follows(path: &[i32], a: i32, b: i32) -> bool {
    let first = path.iter().position(|activity| *activity == a);
    first.is_some_and(|first| path[first + 1..].contains(&b))
}

/// Whether some activity comes more than once.
fn repeats(path: &[i32]) -> bool {
    let mut seen = HashSet::with_capacity(path.len());
    !path.iter().all(|activity| seen.insert(activity))
}

fn number_of(names: &StringArray, name: &str, kind: &str) -> Result<i32, QueryError> {
    let exact = (0..names.len()).find(|at| names.value(*at) == name);
    exact.map(|at| at as i32).ok_or_else(|| {
        let near = near_name(name, names.iter().flatten());
        QueryError::Filter {
            what: format!("there is no {kind} `{name}`"),
            hint: near.map_or_else(
                || "`stats` and `map` list the names".to_owned(),
                |known| format!("did you mean `{known}`?"),
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eventually_follows_allows_anything_in_between() {
        assert!(follows(&[1, 2, 3], 1, 3));
        assert!(!follows(&[3, 2, 1], 1, 3));
        assert!(!follows(&[1], 1, 1));
        assert!(follows(&[1, 1], 1, 1));
    }

    #[test]
    fn paths_are_chosen_by_activities_and_ids() {
        let names = StringArray::from(vec!["A", "B"]);
        let variants = VariantTable {
            paths: vec![vec![0], vec![0, 1], vec![1, 0, 1]],
            cases: vec![3, 2, 1],
            ids: ["x", "y", "z"].map(str::to_owned).to_vec(),
        };
        let chosen = |text: &str| {
            let set = matching_variants(&variants, &names, &text.parse().unwrap())?;
            Ok::<_, QueryError>((0..5).filter(|number| set.contains(*number)).collect::<Vec<i32>>())
        };
        assert_eq!(chosen("with=B").unwrap(), [2, 3]);
        assert_eq!(chosen("rework=yes").unwrap(), [3]);
        assert_eq!(chosen("rework=no;with=A").unwrap(), [1, 2]);
        assert_eq!(chosen("variant=x|z").unwrap(), [1, 3]);
        assert_eq!(chosen("notdirectly=A>B").unwrap(), [1]);
        assert_eq!(chosen("notdirectly=B>A").unwrap(), [1, 2]);
        assert_eq!(chosen("variant=x|y;with=B").unwrap(), [2]);
        assert!(chosen("variant=x|w").unwrap_err().to_string().contains("`w`"));
    }

    #[test]
    fn an_unknown_activity_gets_a_near_name() {
        let names = StringArray::from(vec!["Pay invoice", "Ship order"]);
        let error = number_of(&names, "Pay invoce", "activity").unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `Pay invoice`?"));
    }
}
