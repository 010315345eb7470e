//! `ThemedSvg`: the plotting library's view of an SVG sheet.
//!
//! The library counts whole pixels, so it is given a sheet ten times as large and every number is divided by ten on
//! the way out: a tenth of a pixel is fine enough. Colours are tokens in disguise (see [`ink`]), so that the theme
//! decides last. Text is measured from the embedded font, never by the library.

use crate::draw::svg::{Attributes, empty, escape, number};
use crate::draw::text::{CAP_HEIGHT, Weight, width};
use crate::draw::theme::{Theme, Token};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write;
use std::rc::Rc;

/// Units of the library per px.
pub const UNITS: f64 = 10.0;
/// Height of a line of text as a multiple of its size.
pub const LINE: f64 = 1.25;
/// Red and green of every colour that stands for a token.
const DISGUISE: (u8, u8) = (1, 2);

/// A token as a colour that the library can carry.
pub fn ink(token: Token) -> RGBColor {
    let place = Token::ALL.iter().position(|known| *known == token).unwrap_or_default();
    RGBColor(DISGUISE.0, DISGUISE.1, place as u8)
}

/// Which corners of rectangles are round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Corners {
    /// None.
    Sharp,
    /// All.
    All(f64),
    /// Those at the upper end.
    Top(f64),
    /// Those at the lower end.
    Bottom(f64),
    /// Those at the left end.
    Left(f64),
    /// Those at the right end.
    Right(f64),
}

/// What is written so far, and how the next marks look beyond what the library can say.
#[derive(Debug)]
struct Sheet {
    out: String,
    theme: Theme,
    corners: Corners,
    dash: Option<&'static str>,
    halo: bool,
}

/// A handle on the sheet; the library owns one, the drawing code others.
#[derive(Debug, Clone)]
pub struct Pen(Rc<RefCell<Sheet>>);

impl Pen {
    /// A pen on an empty sheet.
    pub fn new(theme: Theme) -> Self {
        let sheet = Sheet { out: String::new(), theme, corners: Corners::Sharp, dash: None, halo: false };
        Self(Rc::new(RefCell::new(sheet)))
    }

    /// Corners of the rectangles from now on.
    pub fn corners(&self, corners: Corners) {
        self.0.borrow_mut().corners = corners;
    }

    /// Dashes of the lines from now on.
    pub fn dash(&self, dash: Option<&'static str>) {
        self.0.borrow_mut().dash = dash;
    }

    /// Whether texts from now on keep a rim of the ground's colour, so that they can be read on lines.
    pub fn halo(&self, halo: bool) {
        self.0.borrow_mut().halo = halo;
    }

    /// Takes all that was written.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.borrow_mut().out)
    }
}

/// See the module.
#[derive(Debug)]
pub struct ThemedSvg {
    pen: Pen,
    size: (u32, u32),
}

impl ThemedSvg {
    /// A sheet of this many px.
    pub fn new(pen: Pen, width: f64, height: f64) -> Self {
        Self { pen, size: ((width * UNITS) as u32, (height * UNITS) as u32) }
    }
}

impl Sheet {
    fn paint(&self, color: BackendColor) -> String {
        match color.rgb {
            (red, green, place) if (red, green) == DISGUISE => {
                Token::ALL.get(usize::from(place)).map(|token| self.theme.color(*token)).unwrap_or_default()
            }
            (red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        }
    }

    fn fill(&self, attributes: Attributes, color: BackendColor) -> Attributes {
        attributes.text("fill", &self.paint(color)).opacity("fill-opacity", color.alpha)
    }

    fn stroke(&self, attributes: Attributes, color: BackendColor, units: u32) -> Attributes {
        let attributes = attributes
            .text("fill", "none")
            .text("stroke", &self.paint(color))
            .opacity("stroke-opacity", color.alpha)
            .number("stroke-width", f64::from(units) / UNITS);
        match self.dash {
            Some(dash) => attributes.text("stroke-dasharray", dash),
            None => attributes,
        }
    }

    fn shape(&self, attributes: Attributes, style: &impl BackendStyle, fill: bool) -> Attributes {
        match fill {
            true => self.fill(attributes, style.color()),
            false => self.stroke(attributes, style.color(), style.stroke_width()),
        }
    }
}

fn px(units: i32) -> f64 {
    f64::from(units) / UNITS
}

fn path_of(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (at, (x, y)) in points.into_iter().enumerate() {
        let step = if at == 0 { "M" } else { "L" };
        let _ = write!(data, "{step}{} {}", number(px(x)), number(px(y)));
    }
    data
}

/// A rectangle with some round corners.
fn rounded(left: f64, top: f64, right: f64, bottom: f64, corners: Corners) -> Option<String> {
    // Clockwise from the upper left.
    let (radius, round) = match corners {
        Corners::Top(radius) => (radius, [true, true, false, false]),
        Corners::Right(radius) => (radius, [false, true, true, false]),
        Corners::Bottom(radius) => (radius, [false, false, true, true]),
        Corners::Left(radius) => (radius, [true, false, false, true]),
        Corners::Sharp | Corners::All(_) => return None,
    };
    let radius = radius.min((right - left) / 2.0).min((bottom - top) / 2.0);
    if radius < 0.1 {
        return None;
    }
    let [a, b, c, d] = round.map(|round| if round { radius } else { 0.0 });
    let arc = |radius: f64, x: f64, y: f64| match radius > 0.0 {
        true => format!("A{r} {r} 0 0 1 {} {}", number(x), number(y), r = number(radius)),
        false => String::new(),
    };
    Some(format!(
        "M{} {}H{}{}V{}{}H{}{}V{}{}Z",
        number(left + a),
        number(top),
        number(right - b),
        arc(b, right, top + b),
        number(bottom - c),
        arc(c, right - c, bottom),
        number(left + d),
        arc(d, left, bottom - d),
        number(top + a),
        arc(a, left + a, top),
    ))
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for ThemedSvg {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, one: BackendCoord, other: BackendCoord, style: &S, fill: bool) -> Drawn {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let (left, right) = (px(one.0.min(other.0)), px(one.0.max(other.0)));
        let (top, bottom) = (px(one.1.min(other.1)), px(one.1.max(other.1)));
        let mut sheet = self.pen.0.borrow_mut();
        let (name, shape) = match rounded(left, top, right, bottom, sheet.corners) {
            Some(path) => ("path", Attributes::new().text("d", &path)),
            None => {
                let place = Attributes::new().number("x", left).number("y", top);
                let place = place.number("width", right - left).number("height", bottom - top);
                let round = if let Corners::All(radius) = sheet.corners { radius } else { 0.0 };
                ("rect", if round > 0.0 { place.number("rx", round) } else { place })
            }
        };
        let shape = sheet.shape(shape, style, fill);
        empty(&mut sheet.out, name, &shape);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        if style.color().alpha == 0.0 || style.stroke_width() == 0 {
            return Ok(());
        }
        let mut sheet = self.pen.0.borrow_mut();
        let shape = Attributes::new().text("d", &path_of(path));
        let shape = sheet.stroke(shape, style.color(), style.stroke_width()).text("stroke-linejoin", "round");
        let shape = if sheet.dash.is_none() { shape.text("stroke-linecap", "round") } else { shape };
        empty(&mut sheet.out, "path", &shape);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let mut sheet = self.pen.0.borrow_mut();
        let place = Attributes::new().number("cx", px(center.0)).number("cy", px(center.1));
        let shape = sheet.shape(place.number("r", f64::from(radius) / UNITS), style, fill);
        empty(&mut sheet.out, "circle", &shape);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let mut sheet = self.pen.0.borrow_mut();
        let shape = Attributes::new().text("d", &format!("{}Z", path_of(corners)));
        let shape = sheet.fill(shape, style.color());
        empty(&mut sheet.out, "path", &shape);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        let mut sheet = self.pen.0.borrow_mut();
        let size = style.size() / UNITS;
        let (x, y) = (px(at.0), px(at.1));
        let anchor = style.anchor();
        let lines: Vec<&str> = text.lines().collect();
        let extra = lines.len().saturating_sub(1) as f64 * size * LINE;
        // From the anchor to the base line of the first line.
        let down = match anchor.v_pos {
            VPos::Top => size * CAP_HEIGHT,
            VPos::Center => (size * CAP_HEIGHT - extra) / 2.0,
            VPos::Bottom => -extra,
        };
        let side = match anchor.h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        for (number_of_line, line) in lines.iter().enumerate() {
            let base = down + number_of_line as f64 * size * LINE;
            let place = match style.transform() {
                FontTransform::None => Attributes::new().number("x", x).number("y", y + base),
                turned => turn(x, y, base, &turned),
            };
            let mut attributes = sheet.fill(place, style.color()).text("text-anchor", side).number("font-size", size);
            if weight_of(style) == Weight::Semibold {
                attributes = attributes.text("font-weight", "600");
            }
            if sheet.halo {
                let ground = sheet.theme.color(Token::Card);
                attributes = attributes.text("stroke", &ground).number("stroke-width", 3.0);
                attributes = attributes.text("stroke-linejoin", "round").text("paint-order", "stroke");
            }
            let _ = write!(sheet.out, "<text{}>{}</text>", attributes.as_str(), escape(line));
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let weight = weight_of(style);
        let widest = text.lines().map(|line| width(line, style.size(), weight)).fold(0.0, f64::max);
        Ok((widest.ceil() as u32, (text.lines().count() as f64 * style.size() * LINE).ceil() as u32))
    }
}

fn turn(x: f64, y: f64, base: f64, how: &FontTransform) -> Attributes {
    let angle = match how {
        FontTransform::Rotate90 => "90",
        FontTransform::Rotate180 => "180",
        FontTransform::Rotate270 => "270",
        FontTransform::None => "0",
    };
    let transform = format!("translate({} {}) rotate({angle})", number(x), number(y));
    Attributes::new().text("transform", &transform).number("y", base)
}

fn weight_of(style: &impl BackendTextStyle) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::Semibold,
        _ => Weight::Regular,
    }
}
