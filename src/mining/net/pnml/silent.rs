//! Which transitions are silent. PNML has no word for it, so tools have their own: a mark of the tool, an attribute, no
//! name at all, or a name by custom.

use crate::mining::net::xml::Element;

/// How a transition is known to be silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The file says so.
    Marked,
    /// It has no name that could be recorded.
    Nameless,
    /// Only its name says so.
    Named,
}

/// Whether a transition is silent, and how that is known.
pub fn silence(transition: &Element, name: Option<&str>) -> Option<Silence> {
    let is_mark = |tool: &Element| tool.attribute("activity") == Some("$invisible$");
    let said = ["invisible", "silent"].iter().any(|word| transition.attribute(word) == Some("true"));
    if said || transition.all("toolspecific").any(is_mark) {
        return Some(Silence::Marked);
    }
    match name {
        None => Some(Silence::Nameless),
        Some(name) => is_silent_name(name).then_some(Silence::Named),
    }
}

/// Words that tools call silent transitions by. What may follow is a number, or one of [`PARTS`].
const WORDS: [&str; 8] = ["tau", "τ", "inv", "invisible", "silent", "skip", "init_loop", "loop"];
/// What a part of a block is called.
const PARTS: [&str; 6] = ["split", "join", "start", "end", "skip", "loop"];

/// `Inv1`, `tau`, `τ_3`, `tau split`, `tauJoin_17`, `skip_5`, `init_loop_2`, `invisible`; not `Invoice`, not `skip`.
fn is_silent_name(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_number = stem.len() < lower.len();
    let stem = stem.trim_end_matches(['_', '-', ' ', '#']);
    let Some(word) = WORDS.iter().filter(|word| stem.starts_with(**word)).max_by_key(|word| word.len()) else {
        return false;
    };
    let part = stem[word.len()..].trim_start_matches(['_', '-', ' ']);
    match part {
        // A bare "skip" or "loop" may well be a step that people record.
        "" => has_number || !matches!(*word, "skip" | "loop" | "inv" | "silent"),
        part => matches!(*word, "tau" | "τ") && PARTS.contains(&part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_custom() {
        for name in
            ["Inv1", "inv_12", "tau", "τ", "tau split", "tauJoin_17", "Tau 3", "skip_5", "init_loop_2", "Invisible"]
        {
            assert!(is_silent_name(name), "{name}");
        }
        for name in ["Invoice", "inv", "skip", "Skip lunch", "loop", "tauben", "Invite reviewers", "init", "step 1", ""]
        {
            assert!(!is_silent_name(name), "{name}");
        }
    }
}
