//! A difference in plain words. It is told as a difference, not as a fault: what people do may be better than the flow.
//! That cases with a difference took longer is told beside it, not as its effect.

use crate::draw::figure::{count, duration, percent};
use crate::mining::deviation::{Kind, What};

/// What is known about a difference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// Cases that have it.
    pub cases: u64,
    /// Cases that could be looked at.
    pub of: u64,
    /// Between which bounds the rate lies.
    pub interval: (f64, f64),
    /// Further cases in which nobody knows the order.
    pub unknown: u64,
    /// How much longer than the conforming ones these cases took, at the median.
    pub median_difference_s: Option<f64>,
    /// Steps that the flow begins with, or ends with, where that is the point.
    pub instead: &'a [String],
}

/// Differences below this are none, in seconds.
const SAME: f64 = 1.0;

/// In English.
pub(super) fn english(what: &What, facts: &Facts<'_>) -> String {
    let name = format!("“{}”", what.activity);
    let cases = counted(facts, "of", if facts.of == 1 { "case" } else { "cases" }, "95 % interval");
    let instead = listed(facts.instead, ['“', '”'], "or");
    let mut told = vec![match what.kind {
        Kind::Skipped => format!("{name} was skipped in {cases}, though later steps were done"),
        Kind::OutOfOrder => {
            let other = what.other.as_deref().unwrap_or_default();
            format!("{name} came before “{other}” in {cases}; the flow has them the other way round")
        }
        Kind::Extra => format!("{name} is not part of the flow; it was recorded in {cases}"),
        Kind::RepeatedTooOften => format!("{name} was done more often than the flow allows in {cases}"),
        Kind::WrongBranch => format!("{name} was done in {cases}, on a way that does not lead to it"),
        Kind::UndeclaredStart => {
            format!("{name} was the first step of {cases}{}", but("the flow begins with", &instead))
        }
        Kind::UndeclaredEnd => format!("{name} was the last step of {cases}{}", but("the flow ends with", &instead)),
    }];
    if facts.unknown > 0 {
        told.push(format!("in {} more both have the same time", count(facts.unknown as i64)));
    }
    told.extend(facts.median_difference_s.map(|difference| match duration(difference.abs()) {
        _ if difference.abs() < SAME => "these cases took as long as the conforming ones, at the median".to_owned(),
        time if difference > 0.0 => format!("these cases took {time} longer than the conforming ones, at the median"),
        time => format!("these cases took {time} less than the conforming ones, at the median"),
    }));
    told.join("; ") + "."
}

/// In Spanish.
pub(super) fn spanish(what: &What, facts: &Facts<'_>) -> String {
    let name = format!("«{}»", what.activity);
    let cases = counted(facts, "de", if facts.of == 1 { "caso" } else { "casos" }, "intervalo del 95 %");
    let cases = figures(&cases);
    let instead = listed(facts.instead, ['«', '»'], "o");
    let mut told = vec![match what.kind {
        Kind::Skipped => format!("{name} se omitió en {cases}, aunque se hicieron pasos posteriores"),
        Kind::OutOfOrder => {
            let other = what.other.as_deref().unwrap_or_default();
            format!("{name} ocurrió antes que «{other}» en {cases}; el flujo los tiene al revés")
        }
        Kind::Extra => format!("{name} no forma parte del flujo; se registró en {cases}"),
        Kind::RepeatedTooOften => format!("{name} se hizo más veces de las que permite el flujo en {cases}"),
        Kind::WrongBranch => format!("{name} se hizo en {cases}, por un camino que no conduce a ese paso"),
        Kind::UndeclaredStart => {
            format!("{name} fue el primer paso de {cases}{}", but("el flujo empieza con", &instead))
        }
        Kind::UndeclaredEnd => format!("{name} fue el último paso de {cases}{}", but("el flujo termina con", &instead)),
    }];
    if facts.unknown > 0 {
        told.push(format!("en {} más ambos tienen la misma hora", figures(&count(facts.unknown as i64))));
    }
    told.extend(facts.median_difference_s.map(|difference| match figures(&duration(difference.abs())) {
        _ if difference.abs() < SAME => "la mediana de su duración es la de los casos conformes".to_owned(),
        time if difference > 0.0 => format!("la mediana de su duración supera en {time} la de los casos conformes"),
        time => format!("la mediana de su duración es {time} menor que la de los casos conformes"),
    }));
    told.join("; ") + "."
}

/// `132 of 1,450 cases (9.1 %, 95 % interval 7.7 %–10.7 %)`.
fn counted(facts: &Facts<'_>, of: &str, cases: &str, interval: &str) -> String {
    let (low, high) = facts.interval;
    let share = facts.cases as f64 / facts.of.max(1) as f64;
    let (n, all) = (count(facts.cases as i64), count(facts.of as i64));
    format!("{n} {of} {all} {cases} ({}, {interval} {}–{})", percent(share), percent(low), percent(high))
}

fn but(words: &str, instead: &str) -> String {
    if instead.is_empty() { String::new() } else { format!("; {words} {instead}") }
}

fn listed(names: &[String], [open, close]: [char; 2], or: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{open}{name}{close}")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {or} {last}", first.join(", ")),
    }
}

/// Figures as Spanish writes them: a comma before decimals, points between thousands, years as `a`.
fn figures(text: &str) -> String {
    let swap = |(at, c): (usize, char)| {
        let between = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        match c {
            '.' | ',' if at > 0 && between(at - 1) && between(at + 1) => {
                if c == '.' {
                    ','
                } else {
                    '.'
                }
            }
            _ => c,
        }
    };
    let swapped: String = text.char_indices().map(swap).collect();
    swapped.strip_suffix(" y").map(|years| format!("{years} a")).unwrap_or(swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts<'static> {
        let interval = (0.0773, 0.1070);
        Facts { cases: 132, of: 1_450, interval, unknown: 0, median_difference_s: Some(120_960.0), instead: &[] }
    }

    fn what(kind: Kind) -> What {
        let other = (kind == Kind::OutOfOrder).then(|| "Approve discount".to_owned());
        let activity = if kind == Kind::OutOfOrder { "Invoice" } else { "Approve discount" };
        What { kind, activity: activity.to_owned(), other }
    }

    #[test]
    fn english_by_kind() {
        let cases = "132 of 1,450 cases (9.1 %, 95 % interval 7.7 %–10.7 %)";
        let longer = "; these cases took 33.6 h longer than the conforming ones, at the median.";
        let instead = ["Ship".to_owned(), "Close".to_owned(), "Pay".to_owned()];
        let told = |kind| english(&what(kind), &Facts { instead: &instead, ..facts() });
        let expected = [
            format!("“Approve discount” was skipped in {cases}, though later steps were done"),
            format!("“Invoice” came before “Approve discount” in {cases}; the flow has them the other way round"),
            format!("“Approve discount” is not part of the flow; it was recorded in {cases}"),
            format!("“Approve discount” was done more often than the flow allows in {cases}"),
            format!("“Approve discount” was done in {cases}, on a way that does not lead to it"),
            format!("“Approve discount” was the first step of {cases}; the flow begins with “Ship”, “Close” or “Pay”"),
            format!("“Approve discount” was the last step of {cases}; the flow ends with “Ship”, “Close” or “Pay”"),
        ];
        for (kind, expected) in Kind::ALL.into_iter().zip(expected) {
            assert_eq!(told(kind), expected + longer);
        }
    }

    #[test]
    fn spanish_by_kind() {
        let cases = "132 de 1.450 casos (9,1 %, intervalo del 95 % 7,7 %–10,7 %)";
        let longer = "; la mediana de su duración supera en 33,6 h la de los casos conformes.";
        let told = |kind| spanish(&what(kind), &facts());
        let expected = [
            format!("«Approve discount» se omitió en {cases}, aunque se hicieron pasos posteriores"),
            format!("«Invoice» ocurrió antes que «Approve discount» en {cases}; el flujo los tiene al revés"),
            format!("«Approve discount» no forma parte del flujo; se registró en {cases}"),
            format!("«Approve discount» se hizo más veces de las que permite el flujo en {cases}"),
            format!("«Approve discount» se hizo en {cases}, por un camino que no conduce a ese paso"),
            format!("«Approve discount» fue el primer paso de {cases}"),
            format!("«Approve discount» fue el último paso de {cases}"),
        ];
        for (kind, expected) in Kind::ALL.into_iter().zip(expected) {
            assert_eq!(told(kind), expected + longer);
        }
    }

    #[test]
    fn what_is_known_is_told_and_nothing_else() {
        let ending = |facts: Facts<'_>| {
            let text = english(&what(Kind::Skipped), &facts);
            text.split_once("done").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        };
        assert_eq!(ending(Facts { median_difference_s: None, ..facts() }), ".");
        let less = Facts { median_difference_s: Some(-7_200.0), unknown: 1_234, ..facts() };
        let expected = "; in 1,234 more both have the same time; these cases took 2 h less than the conforming ones, at the median.";
        assert_eq!(ending(less), expected);
        let same = ending(Facts { median_difference_s: Some(0.4), ..facts() });
        assert_eq!(same, "; these cases took as long as the conforming ones, at the median.");
        let one = english(&what(Kind::Extra), &Facts { cases: 1, of: 1, interval: (0.2, 1.0), ..facts() });
        assert!(one.contains("in 1 of 1 case (100 %, 95 % interval 20 %–100 %)"), "{one}");
    }
}
