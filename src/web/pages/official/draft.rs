//! What the form of the official flow says: its text, and the fields of steps that were changed beside it.

use crate::app::{AppError, GivenFlow, OfficialModel, edited};
use crate::web::error::ApiError;
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Default, Clone)]
pub struct Draft {
    /// The definition.
    pub text: String,
    /// Name of its file; its ending says the notation.
    pub name: String,
    /// The newest version that its author had before them, 0 for none.
    pub replaces: u32,
    /// Why it changes.
    pub reason: String,
    /// From which day on cases are judged by it.
    pub valid_from: String,
    /// Which button was used.
    pub what: String,
    /// A further step.
    pub added: String,
    /// Fields of steps that differ from what the page showed: step, field, value.
    pub fields: Vec<(String, String, String)>,
}

impl Draft {
    /// Of the pairs of the form. `step:NAME:FIELD` is a field as it was sent, `was:NAME:FIELD` as the page showed it: only
    /// where they differ did somebody change it, and only then may it change the text.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut draft = Self::default();
        let mut shown: BTreeMap<(String, String), String> = BTreeMap::new();
        for (name, value) in pairs {
            match name.as_str() {
                "text" => draft.text = value.replace("\r\n", "\n"),
                "name" => draft.name = value,
                "replaces" => draft.replaces = value.parse().unwrap_or_default(),
                "reason" => draft.reason = value,
                "valid_from" => draft.valid_from = value,
                "do" => draft.what = value,
                "added" => draft.added = value,
                // The name of a step may hold colons, that of a field never does.
                _ => match (name.split_once(':'), name.rsplit_once(':')) {
                    (Some(("step", _)), Some((before, field))) if before.len() > 5 => {
                        draft.fields.push((before[5..].to_owned(), field.to_owned(), value));
                    }
                    (Some(("was", _)), Some((before, field))) if before.len() > 4 => {
                        shown.insert((before[4..].to_owned(), field.to_owned()), value);
                    }
                    _ => {}
                },
            }
        }
        draft.fields.retain(|(step, field, value)| {
            shown.get(&(step.clone(), field.clone())).is_none_or(|shown| shown.trim() != value.trim())
        });
        draft
    }

    /// The model that its text is.
    ///
    /// # Errors
    /// Those of [`OfficialModel::read`].
    pub fn model(&self) -> Result<OfficialModel, AppError> {
        OfficialModel::read(&self.name, self.text.as_bytes())
    }

    /// Puts changed fields and the further step into the text, whichever button was used. Where that fails they stay.
    ///
    /// # Errors
    /// Those of [`edited`].
    pub fn take_fields(&mut self) -> Result<(), AppError> {
        if self.fields.is_empty() && self.added.trim().is_empty() {
            return Ok(());
        }
        let made = edited(&self.name, &self.text, &self.fields, Some(&self.added))?;
        (self.name, self.text) = (made.name, made.text);
        self.fields.clear();
        self.added.clear();
        Ok(())
    }

    /// The version that it becomes.
    ///
    /// # Errors
    /// 400 for a day that is none.
    pub fn given(&self) -> Result<GivenFlow, ApiError> {
        let wrong = |what: String| ApiError::bad_request("bad_parameter", what, "write a day, e.g. 2026-01-01");
        let day = Some(self.valid_from.trim()).filter(|day| !day.is_empty());
        Ok(GivenFlow {
            name: Some(self.name.clone()).filter(|name| !name.trim().is_empty()),
            bytes: self.text.clone().into_bytes(),
            reason: Some(self.reason.clone()),
            replaces: Some(self.replaces),
            valid_from: day.map(crate::model::time::parse).transpose().map_err(wrong)?,
            proposed: self.what == "propose",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_goes_into_the_text() {
        let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let mut draft = Draft::of(pairs(&[
            ("name", "f.toml"),
            ("text", "path = [\"a:b\"]\r\n[steps.\"a:b\"]\nrole = [\"x\"]\n"),
            ("step:a:b:role", "y"),
            ("was:a:b:role", "y "),
            ("step:a:b:system", "erp"),
            ("was:a:b:system", ""),
        ]));
        assert_eq!(draft.fields, [("a:b".to_owned(), "system".to_owned(), "erp".to_owned())]);
        draft.take_fields().unwrap();
        // The role is that of the text, and what is YAML now is called so.
        assert!(draft.text.contains("role: [x]") && draft.text.contains("system: erp"), "{}", draft.text);
        assert_eq!((draft.name.as_str(), draft.fields.len()), ("f.yaml", 0));
        assert!(draft.model().is_ok());
        let mut faulty = Draft::of(pairs(&[("name", "f.yaml"), ("text", "path: ["), ("added", "c")]));
        assert!(faulty.take_fields().is_err());
        assert_eq!(faulty.added, "c");
    }
}
