//! A diagram that is to be written: shapes and arrows with their places, in the sizes that modelling tools use.

/// What a shape is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
    /// A step with its name.
    Task(String),
    /// A gateway of which one way is taken.
    Exclusive,
    /// A gateway of which all ways are taken.
    Parallel,
}

impl Shape {
    /// Width and height.
    pub fn size(&self) -> (i32, i32) {
        match self {
            Self::Start | Self::End => (36, 36),
            Self::Task(_) => (100, 80),
            Self::Exclusive | Self::Parallel => (50, 50),
        }
    }
}

/// A shape in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// What it is.
    pub shape: Shape,
    /// Left edge.
    pub x: i32,
    /// Middle, from the top.
    pub middle: i32,
}

/// An arrow between two shapes, by their position in the drawing, and the points that it runs through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// Where it comes from.
    pub from: usize,
    /// Where it leads to.
    pub to: usize,
    /// Its corners, ends included.
    pub points: Vec<(i32, i32)>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    /// The shapes.
    pub shapes: Vec<Placed>,
    /// The arrows.
    pub arrows: Vec<Arrow>,
}
