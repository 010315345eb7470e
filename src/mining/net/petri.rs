//! A labelled Petri net (Murata 1989) with one initial and one final marking.

use std::collections::BTreeMap;

/// Tokens by place; places without tokens are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marking(BTreeMap<usize, u32>);

impl Marking {
    /// One token in a place.
    pub fn one(place: usize) -> Self {
        Self(BTreeMap::from([(place, 1)]))
    }

    /// The places with tokens, and how many.
    pub fn tokens(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.0.iter().map(|(place, count)| (*place, *count))
    }

    /// Tokens in a place.
    pub fn of(&self, place: usize) -> u32 {
        self.0.get(&place).copied().unwrap_or_default()
    }

    /// Whether no place has a token.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts tokens into a place.
    pub fn add(&mut self, place: usize, count: u32) {
        if count > 0 {
            let tokens = self.0.entry(place).or_default();
            *tokens = tokens.saturating_add(count);
        }
    }

    /// Takes tokens from a place; whether there were enough.
    #[must_use]
    pub fn take(&mut self, place: usize, count: u32) -> bool {
        if count == 0 {
            return true;
        }
        let Some(tokens) = self.0.get_mut(&place) else { return false };
        let Some(left) = tokens.checked_sub(count) else { return false };
        *tokens = left;
        if left == 0 {
            self.0.remove(&place);
        }
        true
    }
}

impl FromIterator<(usize, u32)> for Marking {
    fn from_iter<I: IntoIterator<Item = (usize, u32)>>(tokens: I) -> Self {
        let mut marking = Self::default();
        for (place, count) in tokens {
            marking.add(place, count);
        }
        marking
    }
}

/// Where tokens lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As people know it.
    pub name: String,
}

/// A step of the model, or a silent move of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// As people know it; of a silent one, where it comes from.
    pub name: String,
    /// The activity that is recorded when it happens; none for a silent one.
    pub label: Option<String>,
    /// Who is to do it, where the model says so.
    pub role: Option<String>,
    /// Places it takes tokens from, ascending, and how many.
    pub inputs: Vec<(usize, u32)>,
    /// Places it puts tokens into, ascending, and how many.
    pub outputs: Vec<(usize, u32)>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Net {
    /// As its file names it; may be empty.
    pub name: String,
    /// The places.
    pub places: Vec<Place>,
    /// The transitions.
    pub transitions: Vec<Transition>,
    /// Where the tokens lie in the beginning.
    pub initial: Marking,
    /// Where they lie when a run is complete.
    pub last: Marking,
}

impl Net {
    /// Adds a place and tells its number.
    pub fn place(&mut self, name: impl Into<String>) -> usize {
        self.places.push(Place { name: name.into() });
        self.places.len() - 1
    }

    /// Adds a transition and tells its number. Arcs that are given several times weigh as much.
    pub fn transition(
        &mut self,
        name: impl Into<String>,
        label: Option<String>,
        inputs: &[usize],
        outputs: &[usize],
    ) -> usize {
        let (inputs, outputs) = (weighed(inputs), weighed(outputs));
        self.transitions.push(Transition { name: name.into(), label, role: None, inputs, outputs });
        self.transitions.len() - 1
    }

    /// Adds a transition that is not recorded.
    pub fn silent(&mut self, name: impl Into<String>, inputs: &[usize], outputs: &[usize]) -> usize {
        self.transition(name, None, inputs, outputs)
    }

    /// The activities it knows, in alphabetical order, each once.
    pub fn labels(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = self.transitions.iter().filter_map(|t| t.label.as_deref()).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// The marking after a transition, or nothing where it may not happen.
    pub fn fire(&self, marking: &Marking, transition: usize) -> Option<Marking> {
        let transition = &self.transitions[transition];
        if transition.inputs.iter().any(|(place, count)| marking.of(*place) < *count) {
            return None;
        }
        let mut after = marking.clone();
        for &(place, count) in &transition.inputs {
            let _ = after.take(place, count);
        }
        for &(place, count) in &transition.outputs {
            after.add(place, count);
        }
        Some(after)
    }
}

fn weighed(places: &[usize]) -> Vec<(usize, u32)> {
    let tokens: Marking = places.iter().map(|place| (*place, 1)).collect();
    tokens.tokens().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_move_only_where_there_are_enough() {
        let mut net = Net::default();
        let (a, b) = (net.place("a"), net.place("b"));
        let both = net.silent("both", &[a, a], &[b]);
        assert_eq!(net.fire(&Marking::one(a), both), None);
        let two = Marking::from_iter([(a, 2)]);
        assert_eq!(net.fire(&two, both), Some(Marking::one(b)));
    }

    #[test]
    fn empty_places_are_forgotten() {
        let mut marking = Marking::one(3);
        assert!(marking.take(3, 1) && marking.is_empty());
        assert!(!marking.take(3, 1));
        assert_eq!(marking, Marking::default());
    }
}
