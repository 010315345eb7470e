//! The words of lifecycle columns: those of the XES standard, and what tools and people write for them. One list for
//! both who asks whether a column is one of transitions and who joins starts with completions.

use crate::ingest::detect::squeezed;

const STARTS: &str = "start started starting begin began begun inicio iniciar iniciado iniciada comienzo beginn \
    begonnen gestartet debut debute demarre";
const COMPLETIONS: &str = "complete completed end ended finish finished fin finalizado finalizada completado completada \
    completo terminado ende beendet abgeschlossen termine termino fim concluido";
const OTHERS: &str = "schedule scheduled assign assigned reassign reassigned withdraw withdrawn suspend suspended resume \
    resumed autoskip manualskip piabort ateabort abort aborted unknown asignado programado suspendido reanudado \
    zugewiesen geplant unterbrochen fortgesetzt";

/// Whether a value, in any spelling and case, says that an activity began.
pub fn is_start(value: &str) -> bool {
    among(STARTS, value)
}

/// Whether it says that an activity ended as it should.
pub fn is_completion(value: &str) -> bool {
    among(COMPLETIONS, value)
}

/// Whether it says anything about the lifecycle of an activity.
pub fn is_transition(value: &str) -> bool {
    is_start(value) || is_completion(value) || among(OTHERS, value)
}

fn among(list: &str, value: &str) -> bool {
    let word = squeezed(value);
    list.split_ascii_whitespace().any(|known| known == word)
}

/// A sentence about the transitions of a log of which none was joined, where that is odd: there are starts, or words
/// that may mean one.
pub fn why_not_joined<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    const LISTED: usize = 8;
    let odd = values.clone().any(|value| is_start(value) || !is_transition(value));
    let several = values.clone().nth(1).is_some();
    let names: Vec<String> = values.take(LISTED).map(|value| format!("\"{value}\"")).collect();
    (odd && several).then(|| {
        format!(
            "no start was joined with its completion: the lifecycle column says {}; words such as start and complete \
             are known, and --lifecycle keep makes every row an event of its own",
            names.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_spelling() {
        for (value, start, completion, transition) in [
            ("start", true, false, true),
            ("STARTED", true, false, true),
            ("Inicio", true, false, true),
            ("Début", true, false, true),
            ("complete", false, true, true),
            ("Terminé", false, true, true),
            ("ende", false, true, true),
            ("ate_abort", false, false, true),
            ("Pi-Abort", false, false, true),
            ("Order", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!((is_start(value), is_completion(value), is_transition(value)), (start, completion, transition));
        }
    }

    #[test]
    fn what_was_not_joined_is_told_where_it_is_odd() {
        let check = |values: &[&str], odd: bool| {
            assert_eq!(why_not_joined(values.iter().copied()).is_some(), odd, "{values:?}");
        };
        check(&["complete"], false);
        check(&["complete", "schedule"], false);
        check(&["los", "fertig"], true);
        check(&["start", "schedule"], true);
        check(&[], false);
    }
}
