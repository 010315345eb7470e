//! The name of a flow: short, the same in an address, on the command line and in a folder.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const LONGEST: usize = 64;

/// A flow's name: 1 to 64 of `a-z`, `0-9`, `-` and `_`, not beginning with `-` (it would look like an option).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FlowName(String);

/// A text that cannot be the name of a flow, with one that can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{shown}\" is not a flow name: {reason}")]
pub struct FlowNameError {
    shown: String,
    reason: &'static str,
    /// The nearest name that would be accepted.
    pub proposal: FlowName,
}

impl FlowNameError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!("use \"{}\"; the full name belongs in the title", self.proposal)
    }
}

impl FlowName {
    /// Takes `text` as it is, or says why not.
    ///
    /// # Errors
    /// [`FlowNameError`], which proposes a name.
    pub fn new(text: &str) -> Result<Self, FlowNameError> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let reason = if text.is_empty() {
            "it is empty"
        } else if !text.bytes().all(allowed) {
            "only lower-case letters a to z, digits, \"-\" and \"_\" are allowed"
        } else if text.len() > LONGEST {
            "it is longer than 64 characters"
        } else if text.starts_with('-') {
            "it begins with \"-\", like an option"
        } else {
            return Ok(Self(text.to_owned()));
        };
        // Hostile input is not repeated at any length.
        let shown = text.chars().take(LONGEST).filter(|character| !character.is_control()).collect();
        Err(FlowNameError { shown, reason, proposal: Self::proposed_for(text) })
    }

    /// The nearest name to any text, e.g. for a file name or a title: `Aufträge 2024` becomes `auftraege-2024`.
    pub fn proposed_for(text: &str) -> Self {
        let mut name = String::new();
        for character in text.chars().flat_map(char::to_lowercase) {
            match character {
                'a'..='z' | '0'..='9' | '_' => name.push(character),
                _ => match plain_letters(character) {
                    Some(letters) => name.push_str(letters),
                    None if !name.is_empty() && !name.ends_with('-') => name.push('-'),
                    None => {}
                },
            }
            if name.len() >= LONGEST {
                break;
            }
        }
        name.truncate(LONGEST);
        let trimmed = name.trim_end_matches('-');
        Self(if trimmed.is_empty() { "flow".to_owned() } else { trimmed.to_owned() })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters of Latin alphabets, as they are commonly written without their marks.
fn plain_letters(character: char) -> Option<&'static str> {
    Some(match character {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ø' | 'ó' | 'ò' | 'ô' | 'õ' | 'ő' => "o",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' | 'ă' => "a",
        'ç' | 'č' | 'ć' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' | 'ţ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // The dot that lower-casing a Turkish capital I leaves behind.
        '\u{307}' => "",
        _ => return None,
    })
}

impl fmt::Display for FlowName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for FlowName {
    type Err = FlowNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for FlowName {
    type Error = FlowNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<FlowName> for String {
    fn from(name: FlowName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_taken_or_refused_with_a_proposal() {
        let check = |text: &str, proposal: Option<&str>| {
            let found = FlowName::new(text).err().map(|error| error.proposal.0);
            assert_eq!(found.as_deref(), proposal, "{text:?}");
        };
        check("orders", None);
        check("p2p_2024-q1", None);
        check("_x", None);
        check(&"a".repeat(64), None);
        check(&"a".repeat(65), Some(&"a".repeat(64)));
        check("", Some("flow"));
        check("---", Some("flow"));
        check("-rf", Some("rf"));
        check("Purchase to Pay", Some("purchase-to-pay"));
        check("Aufträge & Rückläufe (2024)", Some("auftraege-ruecklaeufe-2024"));
        check("İstanbul", Some("istanbul"));
        check("../../etc/passwd", Some("etc-passwd"));
        check("日本語", Some("flow"));
        check("a\nb", Some("a-b"));
    }

    #[test]
    fn the_message_says_what_and_what_to_do() {
        let error = FlowName::new("My Orders").unwrap_err();
        let expected =
            "\"My Orders\" is not a flow name: only lower-case letters a to z, digits, \"-\" and \"_\" are allowed";
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.hint(), "use \"my-orders\"; the full name belongs in the title");
        assert!(FlowName::new(&"É".repeat(100_000)).unwrap_err().to_string().len() < 400);
    }

    #[test]
    fn reading_json_checks_the_name() {
        assert_eq!(serde_json::from_str::<FlowName>("\"a-b\"").unwrap().as_str(), "a-b");
        assert!(serde_json::from_str::<FlowName>("\"A b\"").is_err());
        assert_eq!(serde_json::to_string(&FlowName::new("a").unwrap()).unwrap(), "\"a\"");
    }

    proptest! {
        #[test]
        fn every_proposal_is_itself_a_name(text in any::<String>()) {
            let proposal = FlowName::proposed_for(&text);
            prop_assert_eq!(FlowName::new(proposal.as_str()), Ok(proposal.clone()));
            // A name that is already good is its own proposal, but for dashes at its end.
            if let Ok(name) = FlowName::new(&text) && !text.ends_with('-') && !text.contains("--") {
                prop_assert_eq!(name, proposal);
            }
        }
    }
}
