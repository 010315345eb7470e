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
    /// Further cases in which the source of the step was silent.
    pub not_observable: u64,
    /// How much longer than the conforming ones these cases took, at the median.
    pub median_difference_s: Option<f64>,
    /// The same among cases of one group.
    pub matched: Option<Matched<'a>>,
    /// Steps that the flow begins with, or ends with, where that is the point.
    pub instead: &'a [String],
}

/// A difference among cases of one group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matched<'a> {
    /// In seconds.
    pub difference_s: f64,
    /// The attribute that makes the groups.
    pub on: &'a str,
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
        Kind::NotFinished => format!("{cases} are still under way, with {name} as their last step"),
    }];
    told.extend(rest_english(facts, what.kind == Kind::NotFinished));
    told.join("; ") + "."
}

/// What is told of every difference, once it is said what it is.
pub(super) fn rest_english(facts: &Facts<'_>, is_under_way: bool) -> Vec<String> {
    let mut told = Vec::new();
    if facts.unknown > 0 {
        told.push(format!("in {} more nobody knows which of the two was first", count(facts.unknown as i64)));
    }
    if facts.not_observable > 0 {
        let more = count(facts.not_observable as i64);
        told.push(format!("in {more} more it could not be seen, because its source recorded nothing at the time"));
    }
    if is_under_way {
        return told;
    }
    told.extend(facts.median_difference_s.map(|difference| match duration(difference.abs()) {
        _ if difference.abs() < SAME => "these cases took as long as the conforming ones, at the median".to_owned(),
        time if difference > 0.0 => format!("these cases took {time} longer than the conforming ones, at the median"),
        time => format!("these cases took {time} less than the conforming ones, at the median"),
    }));
    told.extend(facts.matched.filter(|_| facts.median_difference_s.is_some()).map(|matched| {
        let Matched { difference_s, on } = matched;
        match duration(difference_s.abs()) {
            _ if difference_s.abs() < SAME => format!("among cases of the same {on} there is no difference"),
            time if difference_s > 0.0 => format!("among cases of the same {on} it is associated with {time} more"),
            time => format!("among cases of the same {on} it is associated with {time} less"),
        }
    }));
    told
}

/// That a difference is back after it should have been gone, if it is: `back` are the starts of such cases.
pub(super) fn returned(status: &str, since: Option<i64>, back: &[i64]) -> Option<String> {
    let (since, first) = (since?, back.iter().min()?);
    let what = match status {
        "accepted" => "its acceptance ended",
        "error" => "it should have been put right",
        "to_formalise" => "it should have become part of the flow",
        _ => return None,
    };
    let day = |at: i64| crate::model::time::rfc3339(at).get(..10).unwrap_or_default().to_owned();
    let cases = if back.len() == 1 { "1 case".to_owned() } else { format!("{} cases", count(back.len() as i64)) };
    Some(format!("It is back: {cases} since {what} on {}, the first on {}.", day(since), day(*first)))
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
        Kind::NotFinished => format!("{cases} siguen en curso, con {name} como último paso"),
    }];
    told.extend(rest_spanish(facts, what.kind == Kind::NotFinished));
    told.join("; ") + "."
}

/// The same in Spanish.
pub(super) fn rest_spanish(facts: &Facts<'_>, is_under_way: bool) -> Vec<String> {
    let mut told = Vec::new();
    if facts.unknown > 0 {
        told.push(format!("en {} más no se sabe cuál de los dos fue primero", figures(&count(facts.unknown as i64))));
    }
    if facts.not_observable > 0 {
        let more = figures(&count(facts.not_observable as i64));
        told.push(format!("en {more} más no se pudo ver, porque su fuente no registró nada en ese momento"));
    }
    if is_under_way {
        return told;
    }
    told.extend(facts.median_difference_s.map(|difference| match figures(&duration(difference.abs())) {
        _ if difference.abs() < SAME => "la mediana de su duración es la de los casos conformes".to_owned(),
        time if difference > 0.0 => format!("la mediana de su duración supera en {time} la de los casos conformes"),
        time => format!("la mediana de su duración es {time} menor que la de los casos conformes"),
    }));
    told.extend(facts.matched.filter(|_| facts.median_difference_s.is_some()).map(|matched| {
        let Matched { difference_s, on } = matched;
        match figures(&duration(difference_s.abs())) {
            _ if difference_s.abs() < SAME => format!("entre casos con igual {on} no hay diferencia"),
            time if difference_s > 0.0 => format!("entre casos con igual {on} se asocia con {time} más"),
            time => format!("entre casos con igual {on} se asocia con {time} menos"),
        }
    }));
    told
}

/// `132 of 1,450 cases (9.1 %, 95 % interval 7.7 %–10.7 %)`.
pub(super) fn counted(facts: &Facts<'_>, of: &str, cases: &str, interval: &str) -> String {
    let (low, high) = facts.interval;
    let share = facts.cases as f64 / facts.of.max(1) as f64;
    let (n, all) = (count(facts.cases as i64), count(facts.of as i64));
    format!("{n} {of} {all} {cases} ({}, {interval} {}–{})", percent(share), percent(low), percent(high))
}

fn but(words: &str, instead: &str) -> String {
    if instead.is_empty() { String::new() } else { format!("; {words} {instead}") }
}

pub(super) fn listed(names: &[String], [open, close]: [char; 2], or: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{open}{name}{close}")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {or} {last}", first.join(", ")),
    }
}

/// Figures as Spanish writes them: a comma before decimals, points between thousands, years as `a`.
pub(super) fn figures(text: &str) -> String {
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
        Facts {
            cases: 132,
            of: 1_450,
            interval,
            unknown: 0,
            not_observable: 0,
            median_difference_s: Some(120_960.0),
            matched: None,
            instead: &[],
        }
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
        let open = format!("{cases} are still under way, with “Approve discount” as their last step.");
        assert_eq!(told(Kind::NotFinished), open);
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
        let open = format!("{cases} siguen en curso, con «Approve discount» como último paso.");
        assert_eq!(told(Kind::NotFinished), open);
    }

    #[test]
    fn what_is_known_is_told_and_nothing_else() {
        let ending = |facts: Facts<'_>| {
            let text = english(&what(Kind::Skipped), &facts);
            text.split_once("done").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        };
        assert_eq!(ending(Facts { median_difference_s: None, ..facts() }), ".");
        let less = Facts { median_difference_s: Some(-7_200.0), unknown: 1_234, ..facts() };
        let expected = "; in 1,234 more nobody knows which of the two was first; these cases took 2 h less than the conforming ones, at the median.";
        assert_eq!(ending(less), expected);
        let matched = Some(Matched { difference_s: 3_600.0, on: "region" });
        let expected = "; in 2 more it could not be seen, because its source recorded nothing at the time; these cases \
            took 33.6 h longer than the conforming ones, at the median; among cases of the same region it is associated \
            with 60 min more.";
        assert_eq!(ending(Facts { matched, not_observable: 2, ..facts() }), expected);
        let same = ending(Facts { median_difference_s: Some(0.4), ..facts() });
        assert_eq!(same, "; these cases took as long as the conforming ones, at the median.");
        let one = english(&what(Kind::Extra), &Facts { cases: 1, of: 1, interval: (0.2, 1.0), ..facts() });
        assert!(one.contains("in 1 of 1 case (100 %, 95 % interval 20 %–100 %)"), "{one}");
    }

    #[test]
    fn what_comes_back_is_noticed() {
        let day = |text: &str| crate::model::time::parse(text).unwrap();
        let back = [day("2024-03-05"), day("2024-03-02")];
        let told = returned("accepted", Some(day("2024-03-01")), &back);
        let expected = "It is back: 2 cases since its acceptance ended on 2024-03-01, the first on 2024-03-02.";
        assert_eq!(told.as_deref(), Some(expected));
        assert_eq!(returned("accepted", None, &back), None);
        assert_eq!(returned("error", Some(day("2024-03-01")), &[]), None);
        assert!(
            returned("error", Some(0), &back[..1]).is_some_and(|told| told.starts_with("It is back: 1 case since"))
        );
    }
}
