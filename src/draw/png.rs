//! Pictures as PNG: the finished SVG, rasterised with the embedded fonts alone.

use crate::draw::text;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// A picture may have at most this many pixels: 100 MB while it is made.
pub const MAX_PIXELS: u64 = 25_000_000;

/// Why there is no PNG.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The text is no SVG picture.
    #[error("the picture could not be read as SVG")]
    Unreadable(#[source] resvg::usvg::Error),
    /// The scale is no positive number.
    #[error("the scale {0} is not between 0 and 16")]
    Scale(f64),
    /// It would need too much memory.
    #[error("a picture of {width} x {height} pixels is larger than {MAX_PIXELS} pixels")]
    TooLarge {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
    },
    /// The pixels could not be packed.
    #[error("the PNG could not be written")]
    Packing(#[source] Box<dyn std::error::Error + Send + Sync>),
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(text::REGULAR.to_vec());
    fonts.load_font_data(text::SEMIBOLD.to_vec());
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});

/// Rasterises an SVG of plain colours (no `var()`: draw it for [`Light`](super::theme::Theme::Light) or
/// [`Dark`](super::theme::Theme::Dark)). Signs that the embedded font lacks stay blank; pictures within the SVG are
/// never fetched.
pub fn png(svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
    if !(scale > 0.0 && scale <= 16.0) {
        return Err(PngError::Scale(scale));
    }
    let options = Options {
        font_family: "Inter".to_owned(),
        fontdb: Arc::clone(&FONTS),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(PngError::Unreadable)?;
    let side = |length: f32| (f64::from(length) * scale).round().max(1.0) as u64;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let too_large = PngError::TooLarge { width, height };
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(too_large);
    }
    let (Ok(across), Ok(down)) = (u32::try_from(width), u32::try_from(height)) else { return Err(too_large) };
    let Some(mut pixels) = Pixmap::new(across, down) else { return Err(too_large) };
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Packing(Box::new(error)))
}

/// Width and height of a PNG file, from its header.
pub fn size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let side = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_be_bytes);
    Some((side(&header[..4])?, side(&header[4..])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\">\
        <rect width=\"40\" height=\"20\" fill=\"#ffffff\"/><text x=\"2\" y=\"15\" fill=\"#000\">Ag</text></svg>";

    #[test]
    fn size_follows_scale_and_text_is_drawn() {
        let picture = png(SQUARE, 2.0).unwrap();
        assert_eq!(size(&picture), Some((80, 40)));
        let pixels = Pixmap::decode_png(&picture).unwrap();
        let dark = pixels.pixels().iter().filter(|pixel| pixel.red() < 100).count();
        assert!(dark > 50, "{dark} dark pixels");
        assert_eq!(png(SQUARE, 2.0).unwrap(), picture);
    }

    #[test]
    fn refusals_say_why() {
        assert!(matches!(png("<svg", 1.0), Err(PngError::Unreadable(_))));
        assert!(matches!(png(SQUARE, 0.0), Err(PngError::Scale(_))));
        assert!(matches!(png(SQUARE, f64::NAN), Err(PngError::Scale(_))));
        let wide = SQUARE.replace("0 0 40 20", "0 0 90000 90000");
        assert!(matches!(png(&wide, 1.0), Err(PngError::TooLarge { width: 90_000, .. })));
        assert_eq!(size(b"no picture"), None);
    }
}
