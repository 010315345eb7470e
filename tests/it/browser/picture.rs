//! Pictures of pages for documents: PNG with a palette, a third of the size of what the browser writes.

use flate2::{Compression, Crc, write::ZlibEncoder};
use resvg::tiny_skia::Pixmap;
use std::collections::HashMap;
use std::io::Write;

type Color = [u8; 3];

/// Colours closer than this share an entry of the palette.
const CLOSE: u32 = 100;

/// The same picture with at most 256 colours: the most frequent ones that differ, and for all others the nearest.
pub fn reduced(png: &[u8]) -> Vec<u8> {
    let picture = Pixmap::decode_png(png).unwrap();
    let pixels: Vec<Color> = picture.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut counts: HashMap<Color, usize> = HashMap::new();
    pixels.iter().for_each(|color| *counts.entry(*color).or_default() += 1);
    let mut colors: Vec<(Color, usize)> = counts.into_iter().collect();
    colors.sort_by_key(|(color, count)| (std::cmp::Reverse(*count), *color));
    let mut palette: Vec<Color> = Vec::new();
    let mut places: HashMap<Color, u8> = HashMap::new();
    for (color, _) in colors {
        let nearest = (0..palette.len()).min_by_key(|at| distance(palette[*at], color));
        let at = match nearest {
            Some(at) if palette.len() == 256 || distance(palette[at], color) < CLOSE => at,
            _ => {
                palette.push(color);
                palette.len() - 1
            }
        };
        places.insert(color, at as u8);
    }
    let width = picture.width() as usize;
    // A zero before each row says that it is as it is.
    let rows: Vec<u8> =
        pixels.chunks(width).flat_map(|row| std::iter::once(0).chain(row.iter().map(|color| places[color]))).collect();
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&rows).unwrap();
    let mut head = [picture.width().to_be_bytes(), picture.height().to_be_bytes()].concat();
    head.extend([8, 3, 0, 0, 0]); // 8 bits, palette
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"PLTE", &palette.concat());
    chunk(&mut out, b"IDAT", &packer.finish().unwrap());
    chunk(&mut out, b"IEND", &[]);
    out
}

fn distance(a: Color, b: Color) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(name);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}

#[test]
fn few_colours_stay_as_they_are() {
    let mut picture = Pixmap::new(30, 20).unwrap();
    let colors = [(0, 0, 0), (255, 255, 255), (36, 86, 214), (180, 83, 9)];
    for (at, pixel) in picture.pixels_mut().iter_mut().enumerate() {
        let (red, green, blue) = colors[at * at % 4];
        *pixel = resvg::tiny_skia::PremultipliedColorU8::from_rgba(red, green, blue, 255).unwrap();
    }
    let small = reduced(&picture.encode_png().unwrap());
    assert_eq!(Pixmap::decode_png(&small).unwrap(), picture);
}
