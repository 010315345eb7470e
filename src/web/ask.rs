//! What a reading request says: which flow and version, which cases, in which form, and further parameters.

use crate::app::{App, AppError, Asked, FilterWords, KnownDeviation};
use crate::web::answer::{Answer, Tagged, encode, etag, is_known, not_modified, respond};
use crate::web::auth::Viewer;
use crate::web::error::ApiError;
use crate::web::extract::{Places, pairs};
use crate::web::form::{Form, Wish};
use crate::web::state::Web;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;

/// See the module.
pub struct Ask {
    /// What all handlers share.
    pub web: Arc<Web>,
    /// The parts of the address.
    pub places: Places,
    /// Which cases.
    pub words: FilterWords,
    /// Which version; the newest unless given.
    pub version: Option<u32>,
    /// What else is in the query.
    pub rest: BTreeMap<String, String>,
    wish: Wish,
    headers: HeaderMap,
}

impl FromRequestParts<Arc<Web>> for Ask {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, ApiError> {
        Viewer::from_request_parts(parts, web).await?;
        let places = Places::from_request_parts(parts, web).await?;
        let (words, version, rest) = words(pairs(&parts.uri)?)?;
        let wish = Wish::of(parts);
        Ok(Self { web: Arc::clone(web), places, words, version, rest, wish, headers: parts.headers.clone() })
    }
}

impl Ask {
    /// A whole number among the parameters.
    ///
    /// # Errors
    /// 400 if it is none.
    pub fn number(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let parse = |text: &String| {
            let wrong = || ApiError::bad_request("bad_parameter", format!("`{name}` is no whole number"), "e.g. 20");
            text.parse::<usize>().map_err(|_| wrong())
        };
        self.rest.get(name).map(parse).transpose()
    }

    /// Whether the answer is wanted as a picture or as what is drawn on it, among these forms.
    ///
    /// # Errors
    /// 406 if none of the forms is wanted.
    pub fn wants_picture(&self, forms: &[Form]) -> Result<bool, ApiError> {
        Ok(matches!(self.wish.choose(forms)?, Form::Svg | Form::Png | Form::Bpmn))
    }

    /// The form in which the answer is wanted, among these.
    ///
    /// # Errors
    /// 406 if none of them is wanted.
    pub fn form(&self, forms: &[Form]) -> Result<Form, ApiError> {
        self.wish.choose(forms)
    }

    /// Refuses parameters that this address does not have.
    ///
    /// # Errors
    /// 400, which names those that there are.
    pub fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        let Some(unknown) = self.rest.keys().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
        let all: Vec<&str> = ["from", "to", "where", "filter", "version"].iter().chain(known).copied().collect();
        let detail = format!("there is no parameter `{unknown}`");
        Err(ApiError::bad_request("bad_parameter", detail, format!("the parameters here are {}", all.join(", "))))
    }

    /// The log version and its cases.
    ///
    /// # Errors
    /// 404 for flow or version, 400 for the filter.
    pub async fn open(&self) -> Result<Asked, ApiError> {
        let (flow, version, words) = (self.places.flow()?, self.version, self.words.clone());
        let open = move |web: &Web| -> Result<Asked, AppError> {
            let target = match version {
                Some(number) => web.app.target_version(&flow, number)?,
                None => web.app.target(&flow)?,
            };
            let filter = words.filter(&target.snapshot)?;
            Ok(Asked { target, filter })
        };
        let asked = self.web.blocking(open).await?;
        match asked.filter.deviations.is_empty() {
            true => Ok(asked),
            false => Ok(self.web.app.with_judgement(&asked).await?),
        }
    }

    /// Answers a question that depends on nothing but the log, the filter and the parameters.
    ///
    /// # Errors
    /// Those of the question.
    pub async fn answer<A: Answer, F: Future<Output = Result<A, AppError>>>(
        self,
        question: &str,
        work: impl FnOnce(Arc<App>, Asked) -> F,
    ) -> Result<Response, ApiError> {
        let form = self.wish.choose(A::FORMS)?;
        let asked = self.open().await?;
        let tag = self.tag(question, &asked, form);
        let app = Arc::clone(&self.web.app);
        self.kept(&tag, form, async { encode(work(app, asked).await?, form).await }).await
    }

    /// A difference of the flow by its id, for a decision about it.
    ///
    /// # Errors
    /// 404 where no case of the log has it and nobody has decided about it; those of judging.
    pub async fn known_deviation(&self, id: &str) -> Result<KnownDeviation, ApiError> {
        self.only(&[])?;
        let asked = self.open().await?;
        let flow = asked.target.flow.clone();
        let in_force = self.web.blocking(move |web| web.app.in_force(&flow, None)).await?;
        Ok(self.web.app.known_deviation(&asked, &in_force, id).await?)
    }

    /// The tag of an answer about these cases.
    pub fn tag(&self, question: &str, asked: &Asked, form: Form) -> String {
        etag(&Tagged {
            log: &asked.target.key,
            queries: &self.web.fingerprint,
            question,
            filter: &asked.filter.to_string(),
            parameters: &self.rest,
            form,
        })
    }

    /// The answer with this tag: the asker has it, or it is kept, or it is computed.
    ///
    /// # Errors
    /// Those of `compute`.
    pub async fn kept(
        &self,
        tag: &str,
        form: Form,
        compute: impl Future<Output = Result<Bytes, ApiError>>,
    ) -> Result<Response, ApiError> {
        if is_known(&self.headers, tag) {
            return Ok(not_modified(tag));
        }
        let body = if self.wants_fresh() { compute.await? } else { self.web.answers.get(tag, compute).await? };
        Ok(respond(body, form, Some(tag)))
    }

    /// Answers without keeping anything.
    ///
    /// # Errors
    /// 406, or those of the encoder.
    pub async fn answer_once<A: Answer>(
        &self,
        work: impl Future<Output = Result<A, AppError>>,
    ) -> Result<Response, ApiError> {
        let form = self.wish.choose(A::FORMS)?;
        Ok(respond(encode(work.await?, form).await?, form, None))
    }

    /// `Cache-Control: no-store` in a request asks for an answer that is computed anew and not kept.
    fn wants_fresh(&self) -> bool {
        let values = self.headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case("no-store"))
    }
}

type Words = (FilterWords, Option<u32>, BTreeMap<String, String>);

fn words(pairs: Vec<(String, String)>) -> Result<Words, ApiError> {
    let mut words = FilterWords::default();
    let mut version = None;
    let mut rest = BTreeMap::new();
    for (name, value) in pairs {
        let before = match name.as_str() {
            "where" => {
                words.conditions.push(value);
                None
            }
            "from" => words.from.replace(value),
            "to" => words.to.replace(value),
            "filter" => words.filter.replace(value),
            "version" => version.replace(value),
            _ => rest.insert(name.clone(), value),
        };
        if before.is_some() {
            let hint = "give it once; only `where` may be repeated";
            return Err(ApiError::bad_request("bad_parameter", format!("`{name}` is given twice"), hint));
        }
    }
    let number = |text: String| {
        let wrong = |_| ApiError::bad_request("bad_parameter", "`version` is no whole number", "e.g. version=3");
        text.parse::<u32>().map_err(wrong)
    };
    Ok((words, version.map(number).transpose()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Words, ApiError> {
        words(pairs(&format!("/x?{query}").parse().unwrap()).unwrap())
    }

    #[test]
    fn words_are_sorted_out() {
        let (filter, version, rest) = read("where=a%3D1&where=b%3D2&from=2024&version=3&top=5").unwrap();
        assert_eq!(filter.conditions, ["a=1", "b=2"]);
        assert_eq!((filter.from.as_deref(), filter.to, filter.filter), (Some("2024"), None, None));
        assert_eq!((version, rest.get("top").map(String::as_str)), (Some(3), Some("5")));
        for wrong in ["from=1&from=2", "version=x", "version=-1", "top=1&top=1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
