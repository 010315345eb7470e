//! The versions of the official flow, and what changed from one to the next.

use crate::model::deviations::OfficialFlow;
use crate::model::official::FlowDiff;
use crate::web::pages::address::{Address, encoded};

/// A version in the list.
#[derive(Debug)]
pub struct VersionRow {
    /// Its number.
    pub number: u32,
    /// What it is, with its notation.
    pub name: String,
    /// `in force, single user` and the like.
    pub state: &'static str,
    /// How the state is coloured.
    pub tone: &'static str,
    /// Who gave it when.
    pub given: String,
    /// Why.
    pub reason: String,
    /// Who decided about it, when and why.
    pub decided: Option<String>,
    /// From when on cases are judged by it.
    pub valid: String,
    /// The page with what it changed.
    pub diff: String,
    /// Its text.
    pub text: String,
    /// Where it is decided about, if it waits for that.
    pub decide: Option<String>,
}

impl VersionRow {
    /// Of a version and the one before it.
    pub fn of(version: &OfficialFlow, before: Option<&OfficialFlow>, page: &Address, flow: &str) -> Self {
        let (state, tone) = match version.state.as_str() {
            "approved" => ("approved by a second person", "good"),
            "proposed" => ("proposed, waits for a second person", "warn"),
            "rejected" => ("rejected", "bad"),
            "unapproved" => ("in force without a second person’s approval", "warn"),
            _ => ("in force by its author alone", "accent"),
        };
        let decided = version.decided_by.as_ref().map(|by| {
            let why = version.decision_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            format!("decided by {by}, {}{why}", day(version.decided_at.as_deref()))
        });
        let from = before.map_or(0, |before| before.version);
        Self {
            number: version.version,
            name: format!("{} ({})", version.name, version.notation),
            state,
            tone,
            given: format!("{}, {}", version.created_by, day(Some(&version.created_at))),
            reason: version.reason.clone().unwrap_or_else(|| "no reason given".to_owned()),
            decided,
            valid: match &version.valid_from {
                Some(from) => format!("for cases from {} on", day(Some(from))),
                None => "for all cases".to_owned(),
            },
            diff: format!("{}#diff", page.with("before", from.to_string()).with("after", version.version).href()),
            text: format!("/api/v1/flows/{}/official-flow.json?version={}", encoded(flow), version.version),
            decide: (version.state == "proposed")
                .then(|| format!("/flows/{}/official/versions/{}", encoded(flow), version.version)),
        }
    }
}

/// What changed between two versions.
#[derive(Debug)]
pub struct DiffView {
    /// In words.
    pub title: String,
    /// Part, before, after.
    pub rows: Vec<(String, String, String)>,
}

impl DiffView {
    /// In words.
    pub fn of(diff: &FlowDiff) -> Self {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let rows: Vec<_> = diff
            .changes
            .iter()
            .map(|change| (change.part.clone(), side(&change.before), side(&change.after)))
            .collect();
        let title = match (diff.from, rows.len()) {
            (0, _) => format!("What version {} says", diff.to),
            (from, 0) => format!("Versions {from} and {} say the same", diff.to),
            (from, _) => format!("What changed from version {from} to {}", diff.to),
        };
        Self { title, rows }
    }
}

/// The proposals that wait for a decision, besides the version that the text begins with: in words, and where it begins with
/// them.
pub fn open(all: &[OfficialFlow], begun: Option<&OfficialFlow>, page: &Address) -> Vec<(String, String)> {
    let begun = begun.map(|begun| begun.version);
    let here = begun.map_or_else(|| "an empty text".to_owned(), |number| format!("version {number}"));
    let waits = |version: &&OfficialFlow| version.state == "proposed" && Some(version.version) != begun;
    all.iter()
        .filter(waits)
        .map(|version| {
            let OfficialFlow { version: number, created_by, .. } = version;
            let told = format!(
                "Version {number}, proposed by {created_by}, waits for a decision; this page begins with {here}."
            );
            (told, page.with("start", number).href())
        })
        .collect()
}

/// The version in force, in a sentence.
pub fn sub(in_force: Option<&OfficialFlow>, all: &[OfficialFlow]) -> String {
    let waiting = all.iter().filter(|version| version.state == "proposed").count();
    let waiting = match waiting {
        0 => String::new(),
        1 => " One proposal waits for a decision.".to_owned(),
        n => format!(" {n} proposals wait for a decision."),
    };
    match in_force {
        Some(version) => {
            let valid = version.valid_from.as_deref().map(|from| format!(", for cases from {} on", day(Some(from))));
            let valid = valid.unwrap_or_default();
            format!(
                "{}, given by {} on {}{valid}.{waiting}",
                version.name,
                version.created_by,
                day(Some(&version.created_at))
            )
        }
        None => format!("Write how the work should go, or begin with what the cases do.{waiting}"),
    }
}

fn day(time: Option<&str>) -> &str {
    time.and_then(|time| time.get(..10)).unwrap_or("–")
}
