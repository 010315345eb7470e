//! A broken demand in plain words, in the manner of all differences.

use crate::app::deviations::sentence::{Facts, counted, figures, listed, rest_english, rest_spanish};
use crate::draw::figure::{count, duration};
use crate::mining::official::{Check, Demand};
use crate::mining::rules::{Breach, Kind};
use crate::model::official::Clock;

/// In English.
pub(super) fn english(check: &Check, breach: &Breach, facts: &Facts<'_>) -> String {
    let cases = counted(facts, "of", if facts.of == 1 { "such case" } else { "such cases" }, "95 % interval");
    let (name, other) =
        (format!("“{}”", breach.activity), format!("“{}”", breach.other.as_deref().unwrap_or_default()));
    let found = breach.found.as_deref().unwrap_or_default();
    let limit = limit(&check.demand, ["business hour", "business hours", "business day", "business days"]);
    let allowed = |names: &[String]| listed(names, ['“', '”'], "or");
    let said = match (breach.kind, &check.demand) {
        (Kind::Skipped, Demand::Guard(when)) => {
            format!("{name} is required where {when} but was not recorded in {cases}")
        }
        (Kind::Skipped, _) if breach.other.is_some() => format!("{name} was not done in {cases} although {other} was"),
        (Kind::Skipped, _) => format!("{name} was done less often than the rule demands in {cases}"),
        (Kind::OutOfOrder, _) => {
            format!("{name} came before {other} in {cases}; the rule has them the other way round")
        }
        (Kind::Extra, _) => format!("{name} must not happen; it was recorded in {cases}"),
        (Kind::RepeatedTooOften, _) => format!("{name} was done more often than the rule allows in {cases}"),
        (Kind::WrongRole, Demand::Role(roles)) => {
            format!("{name} was done by “{found}” instead of {} in {cases}", allowed(roles))
        }
        (Kind::WrongSystem, Demand::System(system)) => {
            format!("{name} was done in “{found}”, not in “{system}”, in {cases}")
        }
        (Kind::WrongRole | Kind::WrongSystem, _) => format!("{name} was done by or in “{found}” in {cases}"),
        (Kind::SamePerson, _) => format!("{other} and {name} were done by one person in {cases}; the rule wants two"),
        (Kind::DifferentPerson, _) => {
            format!("{other} and {name} were done by several people in {cases}; the rule wants one")
        }
        (Kind::TooLate, Demand::Due { day, .. }) => {
            let end = if *day < 0 { ", counted from its end," } else { "" };
            format!("{name} was done after working day {} of the month{end} in {cases}", day.unsigned_abs())
        }
        (Kind::TooLate, Demand::Until { minute, zone, .. }) => {
            format!("{name} was done after {:02}:{:02} ({zone}) in {cases}", minute / 60, minute % 60)
        }
        (Kind::TooLate, _) if breach.other.is_some() => {
            format!("{name} came more than {limit} after {other} in {cases}")
        }
        (Kind::TooLate, _) => format!("{name} took more than {limit} in {cases}"),
        (Kind::TooEarly, _) => format!("{name} came less than {limit} after {other} in {cases}"),
        (Kind::MissingData, _) => format!("“{found}” was empty when {name} was done in {cases}"),
        (Kind::WrongBranch, Demand::Guard(when)) => {
            format!("{name} was done in {cases}, in which “{when}” does not hold")
        }
        (Kind::WrongBranch, _) => format!("{name} was done in {cases} although {other} was, too"),
        (Kind::UndeclaredStart, _) => {
            format!("{cases} do not begin with {}", allowed(&check.activities))
        }
        (Kind::UndeclaredEnd, Demand::Path(crate::model::official::RuleKind::Ends, ..)) => {
            format!("{cases} do not end with {}", allowed(&check.activities))
        }
        (Kind::UndeclaredEnd, _) => format!("something happened after {name} in {cases}"),
    };
    let told: Vec<String> = std::iter::once(said).chain(rest_english(facts, false)).collect();
    told.join("; ") + "."
}

/// In Spanish.
pub(super) fn spanish(check: &Check, breach: &Breach, facts: &Facts<'_>) -> String {
    let cases = counted(facts, "de", if facts.of == 1 { "caso así" } else { "casos así" }, "intervalo del 95 %");
    let cases = figures(&cases);
    let (name, other) =
        (format!("«{}»", breach.activity), format!("«{}»", breach.other.as_deref().unwrap_or_default()));
    let found = breach.found.as_deref().unwrap_or_default();
    let words = ["hora laborable", "horas laborables", "día laborable", "días laborables"];
    let limit = figures(&limit(&check.demand, words));
    let allowed = |names: &[String]| listed(names, ['«', '»'], "o");
    let said = match (breach.kind, &check.demand) {
        (Kind::Skipped, Demand::Guard(when)) => {
            format!("{name} es obligatorio cuando {when}, pero no se registró en {cases}")
        }
        (Kind::Skipped, _) if breach.other.is_some() => format!("{name} no se hizo en {cases}, aunque sí {other}"),
        (Kind::Skipped, _) => format!("{name} se hizo menos veces de las que exige la regla en {cases}"),
        (Kind::OutOfOrder, _) => format!("{name} ocurrió antes que {other} en {cases}; la regla los tiene al revés"),
        (Kind::Extra, _) => format!("{name} no debe ocurrir; se registró en {cases}"),
        (Kind::RepeatedTooOften, _) => format!("{name} se hizo más veces de las que permite la regla en {cases}"),
        (Kind::WrongRole, Demand::Role(roles)) => {
            format!("{name} lo hizo «{found}» en lugar de {} en {cases}", allowed(roles))
        }
        (Kind::WrongSystem, Demand::System(system)) => {
            format!("{name} se hizo en «{found}», no en «{system}», en {cases}")
        }
        (Kind::WrongRole | Kind::WrongSystem, _) => format!("{name} se hizo por o en «{found}» en {cases}"),
        (Kind::SamePerson, _) => format!("{other} y {name} los hizo una sola persona en {cases}; la regla pide dos"),
        (Kind::DifferentPerson, _) => {
            format!("{other} y {name} los hicieron varias personas en {cases}; la regla pide una")
        }
        (Kind::TooLate, Demand::Due { day, .. }) => {
            let end = if *day < 0 { ", contado desde el final," } else { "" };
            format!("{name} se hizo después del día laborable {} del mes{end} en {cases}", day.unsigned_abs())
        }
        (Kind::TooLate, Demand::Until { minute, zone, .. }) => {
            format!("{name} se hizo después de las {:02}:{:02} ({zone}) en {cases}", minute / 60, minute % 60)
        }
        (Kind::TooLate, _) if breach.other.is_some() => {
            format!("{name} llegó más de {limit} después de {other} en {cases}")
        }
        (Kind::TooLate, _) => format!("{name} tardó más de {limit} en {cases}"),
        (Kind::TooEarly, _) => format!("{name} llegó menos de {limit} después de {other} en {cases}"),
        (Kind::MissingData, _) => format!("«{found}» estaba vacío cuando se hizo {name} en {cases}"),
        (Kind::WrongBranch, Demand::Guard(when)) => {
            format!("{name} se hizo en {cases}, en los que no se cumple «{when}»")
        }
        (Kind::WrongBranch, _) => format!("{name} se hizo en {cases} aunque también {other}"),
        (Kind::UndeclaredStart, _) => format!("{cases} no empiezan con {}", allowed(&check.activities)),
        (Kind::UndeclaredEnd, Demand::Path(crate::model::official::RuleKind::Ends, ..)) => {
            format!("{cases} no terminan con {}", allowed(&check.activities))
        }
        (Kind::UndeclaredEnd, _) => format!("algo ocurrió después de {name} en {cases}"),
    };
    let told: Vec<String> = std::iter::once(said).chain(rest_spanish(facts, false)).collect();
    told.join("; ") + "."
}

/// How long something may take; the words are those for an hour, hours, a day and days of work.
fn limit(demand: &Demand, words: [&str; 4]) -> String {
    let (Demand::Time { limit, .. } | Demand::Within(limit)) = demand else { return String::new() };
    let (length, [one, several]) = match limit.span.clock {
        Clock::Wall => return duration(limit.span.seconds as f64),
        Clock::BusinessHours => (3_600, [words[0], words[1]]),
        Clock::BusinessDays => (86_400, [words[2], words[3]]),
    };
    let n = limit.span.seconds / length;
    format!("{} {}", count(n as i64), if n == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mining::official::checks;
    use crate::mining::official::read;

    /// One breach of each kind, told in both languages.
    #[test]
    fn every_kind_has_its_sentence() {
        let text = "calendar: {zone: UTC, week: {mon-fri: [\"09:00-17:00\"]}}\nsteps:\n  pay: {role: [finance], system: erp, sla: 2h, cutoff: \"16:00\", needs: [amount], due: bd-2_of_month}\n  \
            approve: {when: \"discount > 0.10\"}\npath: [pay, approve]\nrules:\n  \
            - {id: four, kind: different_person, steps: [approve, pay]}\n  \
            - {id: one, kind: same_person, steps: [approve, pay]}\n  \
            - {id: soon, kind: max_time, from: approve, to: pay, limit: 3d}\n  \
            - {id: late, kind: min_time, from: approve, to: pay, limit: 1d}\n  \
            - {id: days, kind: max_time, from: approve, to: pay, limit: 1bd}\n  \
            - {id: hours, kind: min_time, from: approve, to: pay, limit: 8bh}\n  \
            - {id: first, kind: precedence, first: approve, then: pay}\n  - {id: xor, kind: xor, steps: [approve, pay]}\n  \
            - {id: never, kind: absent, step: pay}\n  - {id: end, kind: ends, step: pay}\n  \
            - {id: last, kind: no_event_after, step: pay}\n";
        let (_, definition) = read("f.yaml", text).unwrap_or_else(|faults| panic!("{faults}"));
        let checks = checks(&definition);
        let facts = Facts {
            cases: 132,
            of: 1_450,
            interval: (0.0773, 0.1070),
            unknown: 0,
            not_observable: 0,
            median_difference_s: None,
            matched: None,
            instead: &[],
        };
        let told = |id: &str, kind: Kind, activity: &str, other: Option<&str>, found: Option<&str>| {
            let check = checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no {id}"));
            let breach = Breach {
                kind,
                activity: activity.to_owned(),
                other: other.map(str::to_owned),
                found: found.map(str::to_owned),
            };
            (english(check, &breach, &facts), spanish(check, &breach, &facts))
        };
        let n = "132 of 1,450 such cases (9.1 %, 95 % interval 7.7 %–10.7 %)";
        let es = "132 de 1.450 casos así (9,1 %, intervalo del 95 % 7,7 %–10,7 %)";
        let check = |found: (String, String), english: String, spanish: String| assert_eq!(found, (english, spanish));
        check(
            told("approve.when", Kind::Skipped, "approve", None, None),
            format!("“approve” is required where discount > 0.10 but was not recorded in {n}."),
            format!("«approve» es obligatorio cuando discount > 0.10, pero no se registró en {es}."),
        );
        check(
            told("approve.when", Kind::WrongBranch, "approve", None, None),
            format!("“approve” was done in {n}, in which “discount > 0.10” does not hold."),
            format!("«approve» se hizo en {es}, en los que no se cumple «discount > 0.10»."),
        );
        check(
            told("pay.role", Kind::WrongRole, "pay", None, Some("Sales")),
            format!("“pay” was done by “Sales” instead of “finance” in {n}."),
            format!("«pay» lo hizo «Sales» en lugar de «finance» en {es}."),
        );
        check(
            told("pay.system", Kind::WrongSystem, "pay", None, Some("chat")),
            format!("“pay” was done in “chat”, not in “erp”, in {n}."),
            format!("«pay» se hizo en «chat», no en «erp», en {es}."),
        );
        check(
            told("pay.needs", Kind::MissingData, "pay", None, Some("amount")),
            format!("“amount” was empty when “pay” was done in {n}."),
            format!("«amount» estaba vacío cuando se hizo «pay» en {es}."),
        );
        check(
            told("pay.sla", Kind::TooLate, "pay", None, None),
            format!("“pay” took more than 2 h in {n}."),
            format!("«pay» tardó más de 2 h en {es}."),
        );
        check(
            told("pay.cutoff", Kind::TooLate, "pay", None, None),
            format!("“pay” was done after 16:00 (UTC) in {n}."),
            format!("«pay» se hizo después de las 16:00 (UTC) en {es}."),
        );
        check(
            told("four", Kind::SamePerson, "pay", Some("approve"), None),
            format!("“approve” and “pay” were done by one person in {n}; the rule wants two."),
            format!("«approve» y «pay» los hizo una sola persona en {es}; la regla pide dos."),
        );
        check(
            told("one", Kind::DifferentPerson, "pay", Some("approve"), None),
            format!("“approve” and “pay” were done by several people in {n}; the rule wants one."),
            format!("«approve» y «pay» los hicieron varias personas en {es}; la regla pide una."),
        );
        check(
            told("soon", Kind::TooLate, "pay", Some("approve"), None),
            format!("“pay” came more than 3 d after “approve” in {n}."),
            format!("«pay» llegó más de 3 d después de «approve» en {es}."),
        );
        check(
            told("late", Kind::TooEarly, "pay", Some("approve"), None),
            format!("“pay” came less than 24 h after “approve” in {n}."),
            format!("«pay» llegó menos de 24 h después de «approve» en {es}."),
        );
        check(
            told("days", Kind::TooLate, "pay", Some("approve"), None),
            format!("“pay” came more than 1 business day after “approve” in {n}."),
            format!("«pay» llegó más de 1 día laborable después de «approve» en {es}."),
        );
        check(
            told("hours", Kind::TooEarly, "pay", Some("approve"), None),
            format!("“pay” came less than 8 business hours after “approve” in {n}."),
            format!("«pay» llegó menos de 8 horas laborables después de «approve» en {es}."),
        );
        check(
            told("pay.due", Kind::TooLate, "pay", None, None),
            format!("“pay” was done after working day 2 of the month, counted from its end, in {n}."),
            format!("«pay» se hizo después del día laborable 2 del mes, contado desde el final, en {es}."),
        );
        check(
            told("first", Kind::Skipped, "approve", Some("pay"), None),
            format!("“approve” was not done in {n} although “pay” was."),
            format!("«approve» no se hizo en {es}, aunque sí «pay»."),
        );
        check(
            told("first", Kind::OutOfOrder, "pay", Some("approve"), None),
            format!("“pay” came before “approve” in {n}; the rule has them the other way round."),
            format!("«pay» ocurrió antes que «approve» en {es}; la regla los tiene al revés."),
        );
        check(
            told("xor", Kind::WrongBranch, "pay", Some("approve"), None),
            format!("“pay” was done in {n} although “approve” was, too."),
            format!("«pay» se hizo en {es} aunque también «approve»."),
        );
        check(
            told("never", Kind::Extra, "pay", None, None),
            format!("“pay” must not happen; it was recorded in {n}."),
            format!("«pay» no debe ocurrir; se registró en {es}."),
        );
        check(
            told("end", Kind::UndeclaredEnd, "pay", None, None),
            format!("{n} do not end with “pay”."),
            format!("{es} no terminan con «pay»."),
        );
        check(
            told("last", Kind::UndeclaredEnd, "pay", None, None),
            format!("something happened after “pay” in {n}."),
            format!("algo ocurrió después de «pay» en {es}."),
        );
    }
}
