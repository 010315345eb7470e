//! Paths as rows of chevrons in a picture of its own: a letter code and a colour for each step, and beside each row what
//! is known of it. Pages show the same rows as text; this is what is taken away as a file.

use crate::draw::svg::{Attributes, close, element, empty, open};
use crate::draw::text::{CAP_HEIGHT, Weight, shorten};
use crate::draw::theme::{Theme, Token};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Three letters.
    pub code: String,
    /// Ground and text.
    pub paint: (Token, Token),
    /// A word below the letters.
    pub small: Option<String>,
    /// Whether it is struck through: it is not there.
    pub gone: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// What stands before it.
    pub name: String,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What stands behind it, a cell for each head.
    pub facts: Vec<String>,
}

/// What a colour or a code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Letters in the colour's field; may be empty.
    pub code: String,
    /// Ground and text.
    pub paint: (Token, Token),
    /// What it means.
    pub words: String,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chevrons {
    /// What it is.
    pub title: String,
    /// A line below.
    pub subtitle: String,
    /// Heads of the cells behind the rows.
    pub heads: Vec<String>,
    /// The rows.
    pub strips: Vec<Strip>,
    /// What colours and letters mean.
    pub keys: Vec<Key>,
}

const WIDTH: f64 = 1_280.0;
const MARGIN: f64 = 24.0;
const NAME: f64 = 56.0;
const FACT: f64 = 92.0;
const STEP: f64 = 48.0;
const POINT: f64 = 9.0;
const LOW: f64 = 28.0;
const HIGH: f64 = 40.0;
const GAP: f64 = 4.0;
const KEY: f64 = 236.0;

/// The picture as SVG, plain colours.
pub fn draw(chevrons: &Chevrons, theme: Theme) -> String {
    let pen = Pen { theme, facts: chevrons.heads.len() };
    let mut body = String::new();
    let mut y = MARGIN + 18.0;
    let title = shorten(&chevrons.title, WIDTH - 2.0 * MARGIN, 18.0, Weight::Semibold);
    pen.text(&mut body, &title, (MARGIN, y), 18.0, Token::Fg, "start");
    y += 22.0;
    let subtitle = shorten(&chevrons.subtitle, WIDTH - 2.0 * MARGIN, 13.0, Weight::Regular);
    pen.text(&mut body, &subtitle, (MARGIN, y), 13.0, Token::Muted, "start");
    y += 26.0;
    for (at, head) in chevrons.heads.iter().enumerate() {
        pen.text(&mut body, head, (pen.fact(at), y), 12.0, Token::Muted, "end");
    }
    y += 10.0;
    for strip in &chevrons.strips {
        y = pen.strip(&mut body, strip, y);
    }
    y = pen.keys(&mut body, &chevrons.keys, y + 20.0) + MARGIN;
    let mut out = String::with_capacity(body.len() + 400);
    let root = Attributes::new()
        .text("xmlns", "http://www.w3.org/2000/svg")
        .text("viewBox", &format!("0 0 {WIDTH} {y}"))
        .text("width", &WIDTH.to_string())
        .text("height", &y.to_string())
        .text("font-family", "Inter, system-ui, sans-serif")
        .text("role", "img")
        .text("aria-label", &chevrons.title);
    open(&mut out, "svg", &root);
    element(&mut out, "title", &Attributes::new(), &chevrons.title);
    let ground = Attributes::new().number("width", WIDTH).number("height", y).text("fill", &theme.color(Token::Card));
    empty(&mut out, "rect", &ground);
    out.push_str(&body);
    close(&mut out, "svg");
    out
}

struct Pen {
    theme: Theme,
    facts: usize,
}

impl Pen {
    /// The right edge of a cell behind the rows.
    fn fact(&self, at: usize) -> f64 {
        WIDTH - MARGIN - (self.facts - 1 - at) as f64 * FACT
    }

    fn text(&self, out: &mut String, text: &str, (x, y): (f64, f64), size: f64, token: Token, anchor: &str) {
        let place = Attributes::new().number("x", x).number("y", y).number("font-size", size);
        let look = place.text("fill", &self.theme.color(token)).text("text-anchor", anchor);
        let look = if size > 16.0 { look.text("font-weight", "600") } else { look };
        element(out, "text", &look, text);
    }

    /// A row, broken into lines; the answer is where the next one begins.
    fn strip(&self, out: &mut String, strip: &Strip, top: f64) -> f64 {
        let height = if strip.steps.iter().any(|step| step.small.is_some()) { HIGH } else { LOW };
        let room = WIDTH - 2.0 * MARGIN - NAME - self.facts as f64 * FACT;
        let a_line = ((room / (STEP - POINT + GAP)) as usize).max(1);
        let middle = top + height / 2.0 + 12.0 * CAP_HEIGHT / 2.0;
        self.text(out, &strip.name, (MARGIN + NAME - 16.0, middle), 12.0, Token::Muted, "end");
        for (at, fact) in strip.facts.iter().enumerate() {
            self.text(out, fact, (self.fact(at), middle), 12.0, Token::Fg, "end");
        }
        for (at, step) in strip.steps.iter().enumerate() {
            let x = MARGIN + NAME + (at % a_line) as f64 * (STEP - POINT + GAP);
            let y = top + (at / a_line) as f64 * (height + GAP);
            self.step(out, step, (x, y), height, at == 0);
        }
        let lines = strip.steps.len().div_ceil(a_line).max(1);
        let bottom = top + lines as f64 * (height + GAP) + 6.0;
        let rule = Attributes::new().text("d", &format!("M{MARGIN} {bottom}H{}", WIDTH - MARGIN));
        empty(out, "path", &rule.text("stroke", &self.theme.color(Token::Line)));
        bottom + 10.0
    }

    fn step(&self, out: &mut String, step: &Step, (x, y): (f64, f64), height: f64, is_first: bool) {
        let (right, bottom, half) = (x + STEP, y + height, y + height / 2.0);
        let notch = if is_first { String::new() } else { format!("L{} {half}", x + POINT) };
        let path = format!("M{x} {y}H{}L{right} {half}L{} {bottom}H{x}{notch}Z", right - POINT, right - POINT);
        empty(out, "path", &Attributes::new().text("d", &path).text("fill", &self.theme.color(step.paint.0)));
        let middle = x + STEP / 2.0 + if is_first { -2.0 } else { 1.0 };
        let base = half + 12.0 * CAP_HEIGHT / 2.0 - if step.small.is_some() { 7.0 } else { 0.0 };
        self.text(out, &step.code, (middle, base), 12.0, step.paint.1, "middle");
        if step.gone {
            let line = Attributes::new().text("d", &format!("M{} {}h26", middle - 13.0, base - 4.0));
            empty(out, "path", &line.text("stroke", &self.theme.color(step.paint.1)));
        }
        if let Some(small) = &step.small {
            let small = shorten(small, STEP - POINT, 10.0, Weight::Regular);
            self.text(out, &small, (middle, base + 14.0), 10.0, step.paint.1, "middle");
        }
    }

    fn keys(&self, out: &mut String, keys: &[Key], top: f64) -> f64 {
        let columns = ((WIDTH - 2.0 * MARGIN) / KEY) as usize;
        for (at, key) in keys.iter().enumerate() {
            let (x, y) = (MARGIN + (at % columns) as f64 * KEY, top + (at / columns) as f64 * 26.0);
            let field = Attributes::new().number("x", x).number("y", y).number("width", 38.0).number("height", 20.0);
            let field = field.number("rx", 4.0).text("fill", &self.theme.color(key.paint.0));
            empty(out, "rect", &field);
            let base = y + 10.0 + 12.0 * CAP_HEIGHT / 2.0;
            self.text(out, &key.code, (x + 19.0, base), 12.0, key.paint.1, "middle");
            let words = shorten(&key.words, KEY - 60.0, 12.0, Weight::Regular);
            self.text(out, &words, (x + 46.0, base), 12.0, Token::Fg, "start");
        }
        top + keys.len().div_ceil(columns) as f64 * 26.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::png::{png, size};

    fn picture(steps: usize) -> Chevrons {
        let step = |at: usize| Step {
            code: format!("A{at}"),
            paint: (Token::Act1, Token::OnAct),
            small: (at == 1).then(|| "3 d".to_owned()),
            gone: at == 2,
        };
        let strip = Strip {
            name: "#1".to_owned(),
            steps: (0..steps).map(step).collect(),
            facts: vec!["12".to_owned(), "40 %".to_owned()],
        };
        Chevrons {
            title: "Paths <of> orders".to_owned(),
            subtitle: "2 of 9".to_owned(),
            heads: vec!["cases".to_owned(), "share".to_owned()],
            strips: vec![strip.clone(), strip],
            keys: vec![Key { code: "A0".to_owned(), paint: (Token::Act1, Token::OnAct), words: "Receive".to_owned() }],
        }
    }

    #[test]
    fn rows_become_a_picture_that_stands_alone() {
        let svg = draw(&picture(3), Theme::Light);
        assert_eq!(svg.matches(Token::Act1.light()).count(), 7);
        assert!(svg.contains("Paths &lt;of&gt; orders") && svg.contains(">40 %<") && svg.contains(">3 d<"), "{svg}");
        assert!(!svg.contains("var(") && !svg.contains("style="));
        let (wide, high) = size(&png(&svg, 1.0).unwrap()).unwrap();
        assert!(wide == 1_280 && high > 150, "{high}");
    }

    #[test]
    fn long_paths_are_broken_into_lines() {
        let height = |steps: usize| {
            let svg = draw(&picture(steps), Theme::Light);
            svg.split(" height=\"").nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap()
        };
        assert!(height(60) > height(20) + 80.0, "{} {}", height(60), height(20));
    }
}
