//! What follows the text of a definition: its faults, its picture, its steps as fields; and what a trial on the log found.

use super::draft::Draft;
use crate::app::{AppError, OfficialModel, Trial, listed};
use crate::draw::figure::{count, percent};
use crate::draw::theme::Theme;
use crate::model::official::{RuleState, Step};

/// See the module.
#[derive(Debug, Default)]
pub struct Preview {
    /// Each with its place.
    pub faults: Vec<String>,
    /// What the picture is of.
    pub title: String,
    /// The picture, where there is a path.
    pub svg: Option<String>,
    /// Said where there is none.
    pub no_picture: &'static str,
    /// The steps as fields.
    pub steps: Vec<StepRow>,
    /// Changed fields of steps that wait until the text is sound: name in the form, value.
    pub waiting: Vec<(String, String)>,
    /// A further step that is to be added.
    pub added: String,
    /// How many rules there are besides.
    pub rules: usize,
}

/// A step as fields of a form.
#[derive(Debug)]
pub struct StepRow {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<FieldRow>,
}

/// A field of a step.
#[derive(Debug)]
pub struct FieldRow {
    /// Not twice on a page.
    pub id: String,
    /// Its name in the form.
    pub name: String,
    /// Its name for people.
    pub title: &'static str,
    /// What is in it: what the text says, or what somebody has written over it.
    pub value: String,
    /// Name in the form of what the text says.
    pub was: String,
    /// What the text says.
    pub said: String,
    /// What could be in it.
    pub example: &'static str,
}

impl Preview {
    /// Of a draft that can be read or not; of no text there is nothing to say. Takes as long as drawing does.
    ///
    /// # Errors
    /// Those of drawing.
    pub fn of(draft: &Draft) -> Result<Self, AppError> {
        let field = |(step, field, value): &(String, String, String)| (format!("step:{step}:{field}"), value.clone());
        let waiting = || draft.fields.iter().map(field).collect();
        let added = draft.added.clone();
        if draft.text.trim().is_empty() {
            let no_picture = "The picture follows the text.";
            return Ok(Self { title: as_written(), no_picture, waiting: waiting(), added, ..Self::default() });
        }
        let model = match draft.model() {
            Ok(model) => model,
            Err(error) => {
                let faults = match error {
                    AppError::Definition(faults) => faults.to_string().lines().map(str::to_owned).collect(),
                    error => vec![super::said(&error)],
                };
                let no_picture = "The picture follows once the text is sound.";
                let title = as_written();
                return Ok(Self { title, faults, no_picture, waiting: waiting(), added, ..Self::default() });
            }
        };
        let drawn = model.drawn()?;
        let definition = model.definition();
        let steps = definition.map(|definition| definition.steps.as_slice()).unwrap_or_default();
        Ok(Self {
            title: as_written(),
            faults: Vec::new(),
            svg: drawn.map(|drawn| drawn.svg(&as_written(), Theme::Page, None)),
            no_picture: "There are rules only, and no path to draw; or the path is too tangled, or has more than the 300 shapes that are drawn here.",
            steps: steps.iter().enumerate().map(|(at, step)| StepRow::of(at, step, &draft.fields)).collect(),
            waiting: Vec::new(),
            added,
            rules: definition.map(|definition| definition.rules.len()).unwrap_or_default(),
        })
    }
}

impl Preview {
    /// Shows a version that no text stands for here.
    ///
    /// # Errors
    /// Those of drawing.
    pub fn of_version(mut self, model: &OfficialModel, version: u32) -> Result<Self, AppError> {
        self.title = format!("Version {version} as it is drawn");
        self.svg = model.drawn()?.map(|drawn| drawn.svg(&self.title, Theme::Page, None));
        self.no_picture = "The flow is too tangled to be drawn here, or has more than the 300 shapes that are.";
        Ok(self)
    }
}

fn as_written() -> String {
    "The flow as it is written".to_owned()
}

impl StepRow {
    fn of(at: usize, step: &Step, changed: &[(String, String, String)]) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let fields: Vec<(&str, &'static str, String, &'static str)> = vec![
            ("activity", "In the log", text(&step.activity), ""),
            ("role", "Roles", listed(&step.role), "sales, desk"),
            ("system", "System", text(&step.system), "erp"),
            ("sla", "At most", step.sla.as_ref().map(ToString::to_string).unwrap_or_default(), "8h"),
            ("cutoff", "Until", text(&step.cutoff), "16:00"),
            ("needs", "Needs", listed(&step.needs), "amount"),
            ("when", "Only where", step.when.as_ref().map(ToString::to_string).unwrap_or_default(), "discount > 0.1"),
        ];
        let row = |(field, title, said, example): (&str, &'static str, String, &'static str)| {
            let changed = changed.iter().find(|(of, own, _)| *of == step.name && own == field);
            FieldRow {
                id: format!("step-{at}-{field}"),
                name: format!("step:{}:{field}", step.name),
                title,
                value: changed.map_or_else(|| said.clone(), |(_, _, value)| value.clone()),
                was: format!("was:{}:{field}", step.name),
                said,
                example,
            }
        };
        Self { name: step.name.clone(), fields: fields.into_iter().map(row).collect() }
    }
}

/// What a trial found.
#[derive(Debug)]
pub struct TrialView {
    /// `312 cases would differ`.
    pub title: String,
    /// Of how many, and how many differ now.
    pub told: String,
    /// Kind, cases, sentence.
    pub rows: Vec<(String, String, String)>,
    /// What could not be looked at.
    pub remarks: Vec<String>,
    /// Rule in words, cases that kept it, that broke it, with nothing to keep, of which nobody knows.
    pub rules: Vec<[String; 5]>,
}

impl TrialView {
    /// In words.
    pub fn of(trial: &Trial) -> Self {
        let cases = |n: i64| if n == 1 { "1 case".to_owned() } else { format!("{} cases", count(n)) };
        let share = |n: i64, of: i64| if of > 0 { percent(n as f64 / of as f64) } else { "–".to_owned() };
        let now = match trial.now {
            Some((now, of)) => format!("; {} of {} differ from what is in force now", count(now), cases(of)),
            None => "; nothing is in force now".to_owned(),
        };
        let lost = match trial.not_evaluated {
            0 => String::new(),
            n => format!("; {} could not be evaluated", cases(n)),
        };
        Self {
            title: format!("{} would differ", cases(trial.differ)),
            told: format!("Of {} ({}){now}{lost}.", cases(trial.cases), share(trial.differ, trial.cases)),
            rows: trial
                .deviations
                .iter()
                .map(|one| (one.kind.replace('_', " "), count(one.cases), one.sentence.clone()))
                .collect(),
            remarks: trial.remarks.clone(),
            rules: trial
                .rules
                .iter()
                .filter(|rule| rule.state == RuleState::Evaluated)
                .map(|rule| {
                    let [kept, broken, nothing, unknown] =
                        [rule.satisfied, rule.violated, rule.vacuous, rule.unknown].map(count);
                    [rule.words.clone(), kept, broken, nothing, unknown]
                })
                .collect(),
        }
    }
}
