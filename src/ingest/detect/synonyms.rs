//! What the name of a column may mean, in five languages and in the words of well-known tools.
//!
//! A name is compared as a whole (squeezed, so that `Case ID`, `case_id` and `CaseID` are one) and, failing that,
//! by the words in it. The weights say how often a name means that: 1 is a name of the XES standard.

use super::vocabulary::{
    AMOUNTS, BEGINNINGS, BESIDE_COSTS, CHANGED, COSTS, CREATED, DOINGS, ENDINGS, IDS, NAMES, OBJECTS, OTHER_TIMES,
    PEOPLE, STATES, TEAMS, TIMES,
};
use Meaning::{Activity, Automated, Case, Cost, Currency, End, Lifecycle, Resource, Role, Start, System};

/// What a column may be to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Case,
    Activity,
    /// Time of the event, or of its end.
    End,
    Start,
    Lifecycle,
    Resource,
    Role,
    System,
    /// What the event cost.
    Cost,
    /// Whether a program did it.
    Automated,
    /// In which currency the cost is.
    Currency,
}

impl Meaning {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 11] =
        [Case, Activity, End, Start, Lifecycle, Resource, Role, System, Cost, Automated, Currency];
}

/// The words of a column's name.
#[derive(Debug, Clone)]
pub(super) struct Words {
    squeezed: String,
    tokens: Vec<String>,
    /// Said to belong to the case, as in `case:channel`.
    of_case: bool,
}

impl Words {
    pub fn of(name: &str) -> Self {
        let mut tokens: Vec<String> = Vec::new();
        let (mut before, mut chars) = (' ', name.chars().take(200).peekable());
        while let Some(now) = chars.next() {
            let next_small = chars.peek().is_some_and(|next| next.is_lowercase());
            // "CaseID" is "case id", "HTTPStatus" is "http status".
            let hump = now.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_small));
            if now.is_alphanumeric() || now == 'º' || now == '°' {
                if !before.is_alphanumeric() || hump || before.is_numeric() != now.is_numeric() || tokens.is_empty() {
                    let ordinal = matches!(now, 'º' | '°') && !tokens.is_empty();
                    if !ordinal {
                        tokens.push(String::new());
                    }
                }
                if let Some(token) = tokens.last_mut() {
                    plain_letters(now, token);
                }
            }
            before = now;
        }
        let lower = name.trim().to_lowercase();
        let of_case = lower.starts_with("case:") || lower.starts_with("(case)");
        Self { squeezed: tokens.concat(), tokens, of_case }
    }

    /// How well the name says that the column is that, 0 to 1.
    pub fn weight(&self, meaning: Meaning) -> f64 {
        if self.of_case && (meaning != Case || !matches!(self.squeezed.as_str(), "caseconceptname" | "caseid")) {
            return 0.0;
        }
        let whole = NAMES.iter().filter(|(known, _, names)| *known == meaning && has(names, &self.squeezed));
        let whole = whole.map(|(_, weight, _)| *weight).fold(0.0, f64::max);
        if whole > 0.0 { whole } else { self.by_words(meaning) }
    }

    /// All words together.
    pub fn squeezed(&self) -> &str {
        &self.squeezed
    }

    /// Whether the name speaks of time at all: numbers in such a column may be times.
    pub fn is_about_time(&self) -> bool {
        self.any(TIMES) || self.weight(End) > 0.0 || self.weight(Start) > 0.0
    }

    /// Whether the name is that of an id.
    pub fn is_id(&self) -> bool {
        self.any(IDS)
    }

    fn any(&self, list: &str) -> bool {
        self.tokens.iter().any(|token| has(list, token))
    }

    fn by_words(&self, meaning: Meaning) -> f64 {
        let amount = self.any(AMOUNTS);
        let doing = self.any(DOINGS) || self.tokens.iter().any(|token| token == "event" || token == "evento");
        let about_time = self.any(TIMES) || self.any(ENDINGS) || self.any(BEGINNINGS);
        let person = self.any(PEOPLE);
        match meaning {
            Case if amount || doing || self.any(STATES) || about_time || person => 0.0,
            Case if self.any(OBJECTS) && self.any(IDS) => 0.8,
            Case if self.tokens.last().is_some_and(|last| has(IDS, last)) => 0.35,
            Activity if amount || about_time || person || self.any(TEAMS) || self.tokens.len() > 5 => 0.0,
            Activity if doing && !self.any(IDS) => 0.7,
            Activity if self.any(STATES) && self.tokens.len() <= 3 => 0.5,
            End | Start if !about_time || amount || self.tokens.len() > 7 => 0.0,
            End => self.end_by_words(),
            Start if self.any(BEGINNINGS) && (self.any(TIMES) || doing) => self.planned(0.85),
            Resource if amount || about_time || self.any(TEAMS) => 0.0,
            Resource if person => 0.65,
            Role if amount || about_time => 0.0,
            Role if self.any(TEAMS) => 0.6,
            Lifecycle if self.any("lifecycle transition") => 0.8,
            Lifecycle if self.any("type tipo typ") || self.any(STATES) => 0.4,
            // Every word must fit: the cost of something else, a rate or a centre of costs is none of the event.
            Cost if self.any(COSTS)
                && self.tokens.iter().all(|token| has(COSTS, token) || has(BESIDE_COSTS, token)) =>
            {
                0.8
            }
            _ => 0.0,
        }
    }

    fn end_by_words(&self) -> f64 {
        let weight = if self.any(BEGINNINGS) {
            0.3
        } else if self.any(ENDINGS) {
            0.85
        } else if self.any(CHANGED) {
            0.7
        } else if self.any(CREATED) {
            0.45
        } else if self.tokens.iter().any(|token| token == "event" || has(DOINGS, token)) {
            0.8
        } else {
            0.5
        };
        self.planned(weight)
    }

    fn planned(&self, weight: f64) -> f64 {
        if self.any(OTHER_TIMES) { weight * 0.3 } else { weight }
    }

    /// Created, opened, planned, due: dates that cases have once, and that start no event.
    pub fn is_milestone(&self) -> bool {
        self.any(CREATED) || self.any(OTHER_TIMES) || self.any("closed resolved")
    }
}

fn has(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|known| known == word)
}

/// Adds a letter in lower case without accents.
fn plain_letters(letter: char, to: &mut String) {
    for small in letter.to_lowercase() {
        match small {
            'à'..='å' => to.push('a'),
            'ç' => to.push('c'),
            'è'..='ë' => to.push('e'),
            'ì'..='ï' => to.push('i'),
            'ñ' => to.push('n'),
            'ò'..='ö' | 'º' | '°' => to.push('o'),
            'ù'..='ü' => to.push('u'),
            'ß' => to.push_str("ss"),
            // Marks that combine with the letter before.
            '\u{300}'..='\u{36f}' => {}
            other => to.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(name: &str) -> (Option<Meaning>, f64) {
        let words = Words::of(name);
        let weights = Meaning::ALL.map(|meaning| (meaning, words.weight(meaning)));
        let best = weights.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 > 0.0);
        (best.map(|best| best.0), best.map_or(0.0, |best| best.1))
    }

    #[test]
    fn names_mean_what_people_mean() {
        for (expected, names) in [
            (
                Case,
                "case:concept:name|CaseID|CASE_ID|case id|Case Identifier|_CASE_KEY|Nº Solicitud|N° de pedido|Ticket No.|Incident Number|Order ID|Issue key|Vorgangsnummer|Número de caso|caseNum|process_id|case_tag",
            ),
            (
                Activity,
                "concept:name|Activity|activity_name|ACTIVITY_EN|Descripción actividad|Tätigkeit|Prozessschritt|Activité|Step |task_name|operation|Status|incident_state|event",
            ),
            (
                End,
                "time:timestamp|Complete Timestamp|Fecha fin|end_time|Event_end|Zeitstempel|TimeCompleted|time_of_completion|sys_updated_at|Updated|Completion_Timestamp|EVENTTIME|date de fin|Timestamp Completed|End",
            ),
            (Start, "start_timestamp|Start Timestamp|Fecha inicio|start_time|Event_start|Startzeit|Date début|start"),
            (
                Resource,
                "org:resource|Resource|Responsable|USER_NAME|assigned_to|Assignee|Bearbeiter|team_member|Employee|Usuário|personnel|staff",
            ),
            (Role, "org:role|Role|org:group|assignment_group|department|Abteilung|Team"),
            (Lifecycle, "lifecycle:transition|registration_type"),
            (System, "System|source_system"),
            (
                Cost,
                "cost|Costs|cost:total|Event_cost|amount_cost|Cost (EUR)|Coste €|Kosten|coût|Custo total|cost_eur|activityCost",
            ),
            (
                Automated,
                "automated|is_automated|Automation|automatic|Automático|Automatisiert|Automatisé|ist_automatisch|is_bot",
            ),
            (Currency, "currency|cost:currency|Währung|Moneda|devise"),
        ] {
            for name in names.split('|') {
                let (found, weight) = best(name);
                assert_eq!(found, Some(expected), "{name}");
                assert!(weight >= 0.5, "{name} {weight}");
            }
        }
    }

    #[test]
    fn names_that_mean_nothing_here() {
        for name in [
            "Labels",
            "amount",
            "case:channel",
            "",
            "effort_hours",
            "City",
            "Name",
            "resource_cost",
            "cost_center",
            "Kostenstelle",
            "cost_rate",
            "body",
            "日本語",
        ] {
            let (found, weight) = best(name);
            assert!(weight < 0.5, "{name} {found:?} {weight}");
        }
    }

    #[test]
    fn lists_are_squeezed() {
        for (_, _, names) in NAMES {
            for name in names.split_ascii_whitespace() {
                assert_eq!(Words::of(name).squeezed, name);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_name_does_not_panic(name: String) {
            let words = Words::of(&name);
            for meaning in Meaning::ALL {
                proptest::prop_assert!((0.0..=1.0).contains(&words.weight(meaning)));
            }
        }
    }
}
