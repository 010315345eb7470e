//! Changing a definition by a form: fields of steps are put into its text.

use crate::app::AppError;
use crate::mining::official::{self, write};
use crate::model::official::{Block, Condition, Span, Step};

/// A field of a step, as a form has it: the step, the field, what is in it.
pub type Field = (String, String, String);

/// A definition that was changed by a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Name of its file, which says that it is YAML.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The text of a definition with these fields put in, and a step added at the end of the path. It is laid out anew, as YAML:
/// comments do not stay. Fields of steps that the text does not have go with the step.
///
/// # Errors
/// `Definition` for a text with faults; `Invalid` for a field that cannot be read.
pub fn edited(name: &str, text: &str, fields: &[Field], added: Option<&str>) -> Result<Edited, AppError> {
    let (_, mut definition) = official::read(name, text).map_err(AppError::Definition)?;
    for (step, field, value) in fields {
        let Some(step) = definition.steps.iter_mut().find(|own| own.name == *step) else { continue };
        put(step, field, value.trim())?;
    }
    if let Some(added) = added.map(str::trim).filter(|added| !added.is_empty()) {
        if definition.step(added).is_some() {
            return Err(invalid(format!("there is a step `{added}` already"), "give it another name"));
        }
        if definition.steps.is_empty() && !definition.rules.is_empty() {
            return Err(invalid(
                "these are rules alone, without steps and a path".to_owned(),
                "add the steps that the rules speak of to the text, and a path; or add a rule there",
            ));
        }
        definition.steps.push(Step { name: added.to_owned(), ..Step::default() });
        let step = Block::Step(added.to_owned());
        definition.path = Some(match definition.path.take() {
            Some(Block::Seq(mut parts)) => {
                parts.push(step);
                Block::Seq(parts)
            }
            Some(other) => Block::Seq(vec![other, step]),
            None => Block::Seq(vec![step]),
        });
    }
    Ok(Edited { name: as_yaml(name), text: write(&definition) })
}

/// A name whose ending says YAML.
fn as_yaml(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, ending)) if ["yaml", "yml"].contains(&ending.to_lowercase().as_str()) => name.to_owned(),
        Some((stem, ending)) if ["toml", "json", "csv", "tsv"].contains(&ending.to_lowercase().as_str()) => {
            format!("{stem}.yaml")
        }
        _ => format!("{name}.yaml"),
    }
}

/// Words as a field of a form has them: joined by commas; what has a comma of its own stands in quotes.
pub fn listed(words: &[String]) -> String {
    let one = |word: &String| match word.contains([',', '"']) {
        true => format!("\"{}\"", word.replace('"', "\"\"")),
        false => word.clone(),
    };
    words.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The words of such a field.
fn unlisted(text: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => word.extend(signs.next()),
            '"' if is_quoted || word.trim().is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => words.push(std::mem::take(&mut word)),
            sign => word.push(sign),
        }
    }
    words.push(word);
    words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn put(step: &mut Step, field: &str, value: &str) -> Result<(), AppError> {
    let text = || (!value.is_empty()).then(|| value.to_owned());
    let name = step.name.clone();
    match field {
        "activity" => step.activity = text(),
        "system" => step.system = text(),
        "role" => step.role = unlisted(value),
        "needs" => step.needs = unlisted(value),
        "cutoff" => step.cutoff = text(),
        "sla" => {
            let span = text().map(|text| Span::parse(&text)).transpose();
            step.sla = span.map_err(|what| invalid(format!("step {name}: {what}"), "e.g. 30m, 8h, 2d, 8bh or 3bd"))?;
        }
        "when" => {
            let condition = text().map(|text| Condition::parse(&text)).transpose();
            step.when = condition.map_err(|(at, what)| {
                invalid(format!("step {name}, condition, at its character {}: {what}", at + 1), "e.g. discount > 0.10")
            })?;
        }
        _ => {}
    }
    Ok(())
}

fn invalid(what: String, hint: &str) -> AppError {
    AppError::Invalid { what, hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_put_into_the_text() {
        let text = "flow: o\nsteps:\n  a: {system: crm, role: [x]}\n  b: {}\npath: [a, b]\n";
        let field = |step: &str, field: &str, value: &str| (step.to_owned(), field.to_owned(), value.to_owned());
        let fields =
            [field("a", "role", "x, z"), field("a", "system", ""), field("b", "sla", "2d"), field("z", "sla", "1h")];
        let made = edited("f.yaml", text, &fields, Some("c")).unwrap();
        let expected = "flow: o\nsteps:\n  a: {role: [x, z]}\n  b: {sla: 2d}\n  c: {}\npath:\n  - a\n  - b\n  - c\n";
        // A length of time begins with a digit, so it stands in quotes.
        assert_eq!((made.name.as_str(), made.text), ("f.yaml", expected.replace("sla: 2d", "sla: \"2d\"")));
        let wrong = edited("f.yaml", text, &[field("b", "sla", "soon")], None).unwrap_err();
        assert!(wrong.to_string().contains("step b: `soon` is no length of time"), "{wrong}");
        assert!(edited("f.yaml", text, &[], Some("a")).is_err());
        assert!(edited("f.yaml", "path: [", &[], None).is_err());
    }

    #[test]
    fn words_with_commas_stay_whole() {
        let words = ["sales, north", "the \"desk\"", "x"].map(str::to_owned);
        assert_eq!(listed(&words), "\"sales, north\", \"the \"\"desk\"\"\", x");
        assert_eq!(unlisted(&listed(&words)), words);
        assert_eq!(unlisted(" a,, b c ,"), ["a", "b c"]);
    }

    #[test]
    fn what_becomes_yaml_is_called_so() {
        let rules = "rule,step,other\nabsent,a,\n";
        for (name, text, added, expected) in [
            ("flow.toml", "path = [\"a\"]\n[steps.a]\n", Some("c"), "flow.yaml"),
            ("rules.csv", rules, None, "rules.yaml"),
            ("flow.v2", "steps: {a: {}}\npath: [a]\n", Some("c"), "flow.v2.yaml"),
        ] {
            let made = edited(name, text, &[], added).unwrap();
            assert_eq!(made.name, expected);
            assert!(official::read(&made.name, &made.text).is_ok(), "{}", made.text);
        }
        // A first step would leave those that the rules speak of unknown.
        assert!(edited("rules.csv", rules, &[], Some("c")).unwrap_err().to_string().contains("rules alone"));
    }
}
