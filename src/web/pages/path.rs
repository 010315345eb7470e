//! Paths as rows of chevrons: a letter code and a colour for each activity, and what a path has and lacks against the
//! happy path.

use std::collections::{BTreeMap, BTreeSet};

/// How many colours activities have, `act0` on.
const COLOURS: usize = 12;
/// Longer paths are cut; the last chevron says by how much.
const STEPS_SHOWN: usize = 60;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chevron {
    /// Three letters.
    pub code: String,
    /// Its class, which is its colour.
    pub css: String,
    /// A word below the letters.
    pub small: Option<String>,
    /// All that is to be said.
    pub say: String,
}

/// A letter code with the name that it stands for.
#[derive(Debug)]
pub struct Code {
    /// Three letters.
    pub code: String,
    /// Its colour.
    pub css: String,
    /// The activity.
    pub name: String,
}

/// The letter codes and colours of a log's activities. No filter changes them.
#[derive(Debug)]
pub struct Codes(BTreeMap<String, (String, usize)>);

impl Codes {
    /// Codes for all these names, no two alike. Colours are a hash of the name, so that an activity mostly looks the same
    /// in every log; but each twelve of these names, in their order, have twelve different ones.
    pub fn of(names: &[&str]) -> Self {
        let mut taken = BTreeSet::new();
        let mut codes = BTreeMap::new();
        for name in names.iter().copied().collect::<BTreeSet<_>>() {
            let free = proposals(name).into_iter().find(|code| !taken.contains(code));
            let code = free.unwrap_or_else(|| numbered(name, &taken));
            taken.insert(code.clone());
            codes.insert(name.to_owned(), (code, 0));
        }
        let mut used = [false; COLOURS];
        for name in names {
            if used.iter().all(|used| *used) {
                used = [false; COLOURS];
            }
            let mut colour = hash(name);
            while used[colour] {
                colour = (colour + 1) % COLOURS;
            }
            used[colour] = true;
            codes.entry((*name).to_owned()).and_modify(|(_, own)| *own = colour);
        }
        Self(codes)
    }

    /// The code of an activity.
    pub fn code(&self, activity: &str) -> String {
        self.0.get(activity).map_or_else(|| "?".to_owned(), |(code, _)| code.clone())
    }

    /// The class of an activity's colour.
    pub fn colour(&self, activity: &str) -> String {
        format!("act{}", self.0.get(activity).map_or_else(|| hash(activity), |(_, colour)| *colour))
    }

    /// An activity in its own colour.
    pub fn chevron(&self, activity: &str) -> Chevron {
        self.coloured(activity, self.colour(activity), None, activity.to_owned())
    }

    /// An activity in a colour that means something else.
    pub fn coloured(&self, activity: &str, css: String, small: Option<String>, say: String) -> Chevron {
        Chevron { code: self.code(activity), css, small, say }
    }

    /// What the letters stand for.
    pub fn legend<'a>(&self, activities: impl Iterator<Item = &'a str>) -> Vec<Code> {
        let known: BTreeSet<&str> = activities.collect();
        let entry = |name: &str| Code { code: self.code(name), css: self.colour(name), name: name.to_owned() };
        known.into_iter().map(entry).collect()
    }

    /// What a path has and lacks against the happy path.
    pub fn difference(&self, path: &[String], happy: &[String]) -> Vec<Chevron> {
        let chevron = |step: Step| {
            let (css, small, say) = match step.kind {
                Kind::Same => ("diff-same", None, step.activity.to_owned()),
                Kind::Missing => ("diff-missing", Some("missing"), format!("{}: missing", step.activity)),
                Kind::Extra => ("diff-new", Some("extra"), format!("{}: not on the happy path", step.activity)),
                Kind::Again => ("diff-again", Some("again"), format!("{}: again", step.activity)),
                Kind::Earlier => {
                    ("diff-moved", Some("earlier"), format!("{}: earlier than on the happy path", step.activity))
                }
                Kind::Later => {
                    ("diff-moved", Some("later"), format!("{}: later than on the happy path", step.activity))
                }
            };
            self.coloured(step.activity, css.to_owned(), small.map(str::to_owned), say)
        };
        aligned(path, happy).into_iter().map(chevron).collect()
    }
}

/// The row as it is shown: of long paths only the beginning.
pub fn shown(mut steps: Vec<Chevron>) -> Vec<Chevron> {
    if steps.len() > STEPS_SHOWN {
        let more = steps.len() - STEPS_SHOWN + 1;
        steps.truncate(STEPS_SHOWN - 1);
        let say = format!("and {more} more steps");
        steps.push(Chevron { code: format!("+{more}"), css: "wait0".to_owned(), small: None, say });
    }
    steps
}

/// The colour that an activity tends to have.
fn hash(activity: &str) -> usize {
    let hash = |sum: u32, byte: u8| (sum ^ u32::from(byte)).wrapping_mul(16_777_619);
    activity.bytes().fold(2_166_136_261, hash) as usize % COLOURS
}

/// Codes that remind of a name, the best first.
fn proposals(name: &str) -> Vec<String> {
    let words: Vec<Vec<char>> =
        name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(upper).collect();
    let Some(first) = words.first() else { return Vec::new() };
    let last = if words.len() > 1 { &words[words.len() - 1] } else { first };
    let mut picks: Vec<Vec<char>> = Vec::new();
    if words.len() > 2 {
        picks.push(words.iter().take(3).map(|word| word[0]).collect());
    }
    if words.len() > 1 {
        picks.push(first.iter().take(2).chain(&last[..1]).copied().collect());
        picks.push(first[..1].iter().chain(last.iter().take(2)).copied().collect());
    }
    picks.push(first.iter().take(3).copied().collect());
    // Then any other letters of the name in order, after its first.
    let rest: Vec<char> = words.concat().split_off(1);
    for (at, second) in rest.iter().enumerate().take(12) {
        picks.extend(rest[at + 1..].iter().take(12).map(|third| vec![first[0], *second, *third]));
    }
    picks.into_iter().filter(|pick| pick.len() == 3).map(String::from_iter).collect()
}

fn upper(word: &str) -> Vec<char> {
    word.chars().map(|sign| sign.to_uppercase().next().unwrap_or(sign)).collect()
}

/// The first sign of the name with the first free number.
fn numbered(name: &str, taken: &BTreeSet<String>) -> String {
    let first = name.chars().find(|sign| sign.is_alphanumeric()).map_or_else(|| "X".to_owned(), String::from);
    let code = |number: usize| format!("{}{number:02}", first.to_uppercase());
    (1..=taken.len() + 1).map(code).find(|code| !taken.contains(code)).unwrap_or(first)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same,
    Missing,
    Extra,
    Again,
    Earlier,
    Later,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step<'a> {
    activity: &'a str,
    kind: Kind,
}

/// Both paths side by side, along a longest common subsequence.
fn aligned<'a>(path: &'a [String], happy: &'a [String]) -> Vec<Step<'a>> {
    let (rows, columns) = (path.len(), happy.len());
    // common[i][j]: length of the longest common subsequence of what is left from i and from j on.
    let mut common = vec![vec![0_u32; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            common[i][j] =
                if path[i] == happy[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    let mut seen = BTreeSet::new();
    while i < rows || j < columns {
        if i < rows && j < columns && path[i] == happy[j] {
            seen.insert(path[i].as_str());
            steps.push(Step { activity: &path[i], kind: Kind::Same });
            (i, j) = (i + 1, j + 1);
        } else if j < columns && (i == rows || common[i][j + 1] > common[i + 1][j]) {
            steps.push(Step { activity: &happy[j], kind: Kind::Missing });
            j += 1;
        } else {
            let again = !seen.insert(path[i].as_str());
            steps.push(Step { activity: &path[i], kind: if again { Kind::Again } else { Kind::Extra } });
            i += 1;
        }
    }
    moved(steps)
}

/// What is extra at one place and missing at another has moved.
fn moved(mut steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let mut gone = BTreeSet::new();
    for at in 0..steps.len() {
        if steps[at].kind != Kind::Extra {
            continue;
        }
        let missing = |other: &usize| {
            let step = steps[*other];
            step.kind == Kind::Missing && step.activity == steps[at].activity && !gone.contains(other)
        };
        if let Some(other) = (0..steps.len()).find(missing) {
            steps[at].kind = if at < other { Kind::Earlier } else { Kind::Later };
            gone.insert(other);
        }
    }
    let kept = steps.into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
    kept.map(|(_, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn kinds(path: &str, happy: &str) -> Vec<(String, Kind)> {
        let (path, happy) = (words(path), words(happy));
        aligned(&path, &happy).into_iter().map(|step| (step.activity.to_owned(), step.kind)).collect()
    }

    #[test]
    fn paths_are_held_against_the_happy_path() {
        use Kind::{Again, Earlier, Extra, Missing, Same};
        let check = |path: &str, happy: &str, expected: &[(&str, Kind)]| {
            let expected: Vec<(String, Kind)> =
                expected.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
            assert_eq!(kinds(path, happy), expected, "{path} against {happy}");
        };
        check("a b c", "a b c", &[("a", Same), ("b", Same), ("c", Same)]);
        check("a c", "a b c", &[("a", Same), ("b", Missing), ("c", Same)]);
        check("a x b b", "a b", &[("a", Same), ("x", Extra), ("b", Same), ("b", Again)]);
        check("c a b", "a b c", &[("c", Earlier), ("a", Same), ("b", Same)]);
        check("", "a", &[("a", Missing)]);
        check("", "", &[]);
    }

    #[test]
    fn codes_are_unique_and_remind_of_the_name() {
        let names = ["Check credit", "Check stock", "Send invoice to customer", "Pay", "Päckchen", "A", "B", "…", ""];
        let codes = Codes::of(&names);
        assert_eq!([codes.code("Check credit"), codes.code("Send invoice to customer")], ["CHC", "SIT"]);
        assert_eq!([codes.code("Check stock"), codes.code("Pay"), codes.code("A")], ["CHS", "PAY", "A01"]);
        let distinct: BTreeSet<String> = names.iter().map(|name| codes.code(name)).collect();
        assert_eq!(distinct.len(), names.len(), "{distinct:?}");
        let many: Vec<String> = (0..500).map(|number| format!("Step {number}")).collect();
        let codes = Codes::of(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let distinct: BTreeSet<String> = many.iter().map(|name| codes.code(name)).collect();
        assert_eq!(distinct.len(), many.len());
    }

    #[test]
    fn twelve_in_a_row_have_twelve_colours() {
        let names: Vec<String> = (0..30).map(|number| format!("Step {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let codes = Codes::of(&names);
        for twelve in names.chunks_exact(COLOURS) {
            let distinct: BTreeSet<String> = twelve.iter().map(|name| codes.colour(name)).collect();
            assert_eq!(distinct.len(), COLOURS);
        }
        // The first one has the colour that it has in every log.
        assert_eq!(codes.colour("Step 0"), Codes::of(&["Step 0"]).colour("Step 0"));
    }

    #[test]
    fn long_paths_are_cut() {
        let names: Vec<String> = (0..100).map(|number| format!("s{number}")).collect();
        let codes = Codes::of(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let steps = shown(names.iter().map(|name| codes.chevron(name)).collect());
        assert_eq!((steps.len(), steps[59].code.as_str()), (60, "+41"));
    }
}
