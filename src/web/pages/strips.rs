//! Variants as a picture of chevrons, to be taken away: the rows of the page with its looks.

use crate::app::Asked;
use crate::chart::chevrons::{Chevrons, Key, Step, Strip, draw};
use crate::draw::figure::{count, duration, percent};
use crate::draw::png::png;
use crate::draw::theme::{Theme, Token};
use crate::web::answer::Answer;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::look::{Look, Mode};
use crate::web::pages::path::{Chevron, shown};
use crate::web::pages::variant_list::{Group, cumulated, entries, share};
use serde::{Serialize, Serializer};

/// So many rows are drawn unless `top` says otherwise.
const ROWS: usize = 30;
/// More rows would make a picture that nobody can look at.
const MOST: usize = 200;

/// See the module.
pub struct Strips(String);

impl Serialize for Strips {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Answer for Strips {
    const FORMS: &'static [Form] = &[Form::Svg, Form::Png];

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn svg(&self) -> Result<String, ApiError> {
        Ok(self.0.clone())
    }

    fn png(&self) -> Result<Vec<u8>, ApiError> {
        png(&self.0, 2.0).map_err(|error| {
            ApiError::bad_request("too_large", error.to_string(), "draw fewer rows with top, or take the SVG")
        })
    }
}

/// The picture that a request asks for.
///
/// # Errors
/// 400 for parameters that mean nothing; those of the queries.
pub async fn strips(ask: &Ask, asked: &Asked) -> Result<Strips, ApiError> {
    let (mode, group) = (Mode::of(ask)?, Group::of(ask)?);
    let top = ask.number("top")?.unwrap_or(ROWS).min(MOST);
    let look = Look::of(ask, asked, mode).await?;
    let list = entries(ask, asked, group).await?;
    let run = cumulated(&list);
    let drawn = &list[..list.len().min(top)];
    let strip = |(at, entry): (usize, &crate::web::pages::variant_list::Entry)| Strip {
        name: format!("#{}", count(entry.rank)),
        steps: shown(look.steps(&entry.path)).into_iter().map(step).collect(),
        facts: vec![
            count(entry.cases),
            percent(entry.share),
            percent(share(&run, at)),
            entry.cycle.as_ref().map_or_else(|| "–".to_owned(), |cycle| duration(cycle.median)),
        ],
    };
    let names = drawn.iter().flat_map(|entry| entry.path.iter().map(String::as_str));
    let meaning = mode.legend().iter().map(|(css, words)| key(String::new(), css, words));
    let letters = look.codes.legend(names.chain(look.happy.iter().map(String::as_str)));
    let plain = |css: &str| if mode == Mode::Standard { css.to_owned() } else { "wait0".to_owned() };
    let letters = letters.into_iter().map(|code| key(code.code, &plain(&code.css), &code.name));
    let words = asked.filter.words();
    let which = if words.is_empty() { "all cases".to_owned() } else { format!("cases {words}") };
    let picture = Chevrons {
        title: format!("Paths of {}", asked.target.flow),
        subtitle: format!(
            "{}; {} of {} {}; version {} of the log; {which}",
            mode.title(),
            count(drawn.len() as i64),
            count(list.len() as i64),
            group.words().1,
            asked.target.version
        ),
        heads: ["cases", "share", "cumulative", "median"].map(str::to_owned).to_vec(),
        strips: drawn.iter().enumerate().map(strip).collect(),
        keys: meaning.chain(letters).collect(),
    };
    Ok(Strips(draw(&picture, Theme::Light)))
}

fn key(code: String, css: &str, words: &str) -> Key {
    Key { code, paint: paint(css), words: words.to_owned() }
}

fn step(chevron: Chevron) -> Step {
    let gone = chevron.css == "diff-missing";
    Step { paint: paint(&chevron.css), code: chevron.code, small: chevron.small, gone }
}

/// Ground and text of a class of the style sheet, for pictures that have none.
fn paint(css: &str) -> (Token, Token) {
    const ACTIVITIES: [Token; 12] = [
        Token::Act0,
        Token::Act1,
        Token::Act2,
        Token::Act3,
        Token::Act4,
        Token::Act5,
        Token::Act6,
        Token::Act7,
        Token::Act8,
        Token::Act9,
        Token::Act10,
        Token::Act11,
    ];
    let activity = css.strip_prefix("act").and_then(|number| number.parse::<usize>().ok());
    if let Some(ground) = activity.and_then(|number| ACTIVITIES.get(number)) {
        return (*ground, Token::OnAct);
    }
    match css {
        "wait1" => (Token::Time1, Token::OnTime1),
        "wait2" => (Token::Time2, Token::OnTime2),
        "wait3" | "diff-again" => (Token::Time3, Token::OnTime3),
        "wait4" => (Token::Time4, Token::OnTime4),
        "wait5" => (Token::Time5, Token::OnTime5),
        "diff-new" => (Token::Accent, Token::OnAccent),
        "diff-moved" => (Token::WarnSoft, Token::Warn),
        "diff-missing" => (Token::Line, Token::Fg),
        "diff-same" => (Token::Hover, Token::Muted),
        _ => (Token::Hover, Token::Fg),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_a_look_has_colours() {
        let plain = paint("wait0");
        for (css, _) in Mode::ALL.iter().flat_map(|mode| mode.legend()).filter(|(css, _)| *css != "wait0") {
            assert_ne!(paint(css), plain, "{css}");
        }
        for number in 0..12 {
            assert_eq!(paint(&format!("act{number}")).0.name(), format!("act{number}"));
        }
    }
}
