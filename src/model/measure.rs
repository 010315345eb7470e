//! What only some logs say of an event: what it cost, in which currency, and whether a program did it. The columns
//! `cost`, `currency` and `automated` of `events` are made from columns of the log; where a log has none, they are
//! empty.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// What the event cost, a number.
    Cost,
    /// Whether a program did it.
    Automated,
    /// In which currency the cost is.
    Currency,
}

impl Measure {
    /// All of them, as the view of events has them.
    pub const ALL: [Self; 3] = [Self::Cost, Self::Automated, Self::Currency];

    /// Its column in the view of events, and the name of the mapping option where there is one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Automated => "automated",
            Self::Currency => "currency",
        }
    }
}

/// Words for "a program did it", in lower case; `1` stands for them in columns of numbers.
pub const BY_PROGRAM: &[&str] = &[
    "true",
    "yes",
    "y",
    "t",
    "ja",
    "sí",
    "si",
    "oui",
    "sim",
    "wahr",
    "verdadero",
    "vrai",
    "auto",
    "automated",
    "automatic",
    "automatically",
    "robot",
    "bot",
    "rpa",
    "automático",
    "automatico",
    "automática",
    "automatica",
    "automatizado",
    "automatizada",
    "automatisch",
    "automatisiert",
    "automatique",
    "automatisé",
    "automatise",
];

/// Words for "a person did it"; `0` stands for them in columns of numbers.
pub const BY_PERSON: &[&str] = &[
    "false",
    "no",
    "n",
    "f",
    "nein",
    "non",
    "não",
    "nao",
    "falsch",
    "falso",
    "faux",
    "manual",
    "manually",
    "human",
    "person",
    "manuell",
    "händisch",
    "manuel",
    "manuelle",
    "humano",
    "persona",
];

/// Longest of the words, in bytes.
const LONGEST: usize = 13;

/// Whether a word says that a program did it, or that a person did; in any case of letters.
pub fn automated(word: &str) -> Option<bool> {
    let word = word.trim();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    // Every cell of a column is asked, so nothing is copied.
    let lower = || word.chars().flat_map(char::to_lowercase);
    let same = |known: &&str| word.eq_ignore_ascii_case(known) || (!word.is_ascii() && lower().eq(known.chars()));
    let among = |list: &[&str]| list.iter().any(same);
    if among(BY_PROGRAM) { Some(true) } else { among(BY_PERSON).then_some(false) }
}

/// A measure of the log and the attribute column that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureColumn {
    /// What it is.
    pub measure: Measure,
    /// The attribute's column in the tables.
    pub column: String,
}

/// Currencies by their code, and by what else names of columns say. The sign of the dollar is that of many.
const CODES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "BRL", "MXN", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON",
    "AUD", "CAD", "NZD", "ZAR", "SGD", "HKD", "KRW", "COP", "CLP", "ARS", "UYU", "AED", "ILS",
];
const OTHER_NAMES: &[(&str, &str)] = &[("euro", "EUR"), ("euros", "EUR"), ("pounds", "GBP"), ("francs", "CHF")];
const SIGNS: &[(char, &str)] = &[('€', "EUR"), ('£', "GBP")];

/// The currency that the name of a column says, as `cost_eur` or `Coste €` do.
pub fn currency_in(name: &str) -> Option<&'static str> {
    let of = |word: &str| {
        let code = CODES.iter().find(|code| code.eq_ignore_ascii_case(word)).copied();
        code.or_else(|| OTHER_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, code)| *code))
    };
    let by_sign = || SIGNS.iter().find(|(sign, _)| name.contains(*sign)).map(|(_, code)| *code);
    name.split(|sign: char| !sign.is_alphanumeric()).find_map(of).or_else(by_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_who_did_it() {
        let said = ["true", "Yes", " SÍ ", "Automático", "manual", "Não", "NEIN", "", "perhaps", "1"].map(automated);
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(said, [yes, yes, yes, yes, no, no, no, None, None, None]);
        let longest = BY_PROGRAM.iter().chain(BY_PERSON).map(|word| word.len()).max();
        assert_eq!(longest, Some(LONGEST));
        assert!(BY_PROGRAM.iter().all(|word| !BY_PERSON.contains(word)));
    }

    #[test]
    fn names_of_columns_say_the_currency() {
        let said = ["cost_eur", "Coste €", "Kosten (CHF)", "Price in euros", "cost", "recurring"].map(currency_in);
        assert_eq!(said, [Some("EUR"), Some("EUR"), Some("CHF"), Some("EUR"), None, None]);
    }
}
