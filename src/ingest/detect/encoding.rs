//! The character encoding of a file, from its first bytes.

use super::DetectError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Names that are offered when a wrong one was given.
const COMMON: &[&str] = &[
    "utf-8",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-15",
    "iso-8859-2",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "macintosh",
    "utf-16le",
    "utf-16be",
    "utf-16",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gbk",
    "gb18030",
    "big5",
    "koi8-r",
    "ibm866",
    "latin1",
    "ascii",
];

/// The encoding of a file and how it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodingGuess {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark, to be skipped before decoding.
    pub bom_len: usize,
    /// How sure this is, 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reason: &'static str,
}

/// Finds the encoding of the file that begins with `sample`, which may end inside a character unless it is the
/// `whole_file`. `label` is a WHATWG name that overrides the guess.
pub fn guess_encoding(sample: &[u8], whole_file: bool, label: Option<&str>) -> Result<EncodingGuess, DetectError> {
    if sample.starts_with(&[0xFF, 0xFE, 0, 0]) || sample.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(DetectError::Utf32);
    }
    let mark = Encoding::for_bom(sample);
    if let Some(label) = label {
        let encoding = by_label(label)?;
        // A mark of another encoding is not text, so it is left alone and shows up in the first column's name.
        let bom_len = mark.filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
        return Ok(EncodingGuess { encoding, bom_len, confidence: 1.0, reason: "given" });
    }
    if let Some((encoding, bom_len)) = mark {
        return Ok(EncodingGuess {
            encoding,
            bom_len,
            confidence: 1.0,
            reason: "the file starts with a byte order mark",
        });
    }
    let found = |encoding, confidence, reason| Ok(EncodingGuess { encoding, bom_len: 0, confidence, reason });
    match zeros(sample) {
        Zeros::Utf32 => return Err(DetectError::Utf32),
        Zeros::Odd => return found(UTF_16LE, 0.95, "every second byte is zero, beginning with the second"),
        Zeros::Even => return found(UTF_16BE, 0.95, "every second byte is zero, beginning with the first"),
        Zeros::None => {}
    }
    if sample.is_ascii() {
        return match whole_file {
            true => found(UTF_8, 1.0, "the file has only ASCII characters"),
            false => found(UTF_8, 0.9, "the part that was looked at has only ASCII characters"),
        };
    }
    match utf8_damage(sample, whole_file) {
        (_, 0) => found(UTF_8, 0.99, "the bytes are valid UTF-8"),
        (good, bad) if good >= 20 * bad => found(UTF_8, 0.8, "the bytes are UTF-8 but for a few damaged characters"),
        _ => {
            let (encoding, confidence, reason) = legacy(sample, whole_file);
            found(encoding, confidence, reason)
        }
    }
}

fn by_label(label: &str) -> Result<&'static Encoding, DetectError> {
    let wanted = label.trim().to_ascii_lowercase();
    let alias = match wanted.as_str() {
        "cp1252" => "windows-1252",
        "macroman" | "mac-roman" | "mac roman" => "macintosh",
        "utf16" => "utf-16",
        other => other,
    };
    // A short name such as "1252" is meant more often than it is written in full.
    let by_number = format!("windows-{alias}");
    let found = Encoding::for_label_no_replacement(alias.as_bytes())
        .or_else(|| Encoding::for_label_no_replacement(by_number.as_bytes()));
    found.ok_or_else(|| {
        let wanted: String = wanted.chars().take(40).collect();
        let mut near: Vec<(f64, &str)> =
            COMMON.iter().map(|name| (strsim::jaro_winkler(name, &wanted), *name)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near: Vec<&str> = near.into_iter().take(3).map(|(_, name)| name).collect();
        DetectError::UnknownEncoding { label: label.to_owned(), near: near.join(", ") }
    })
}

enum Zeros {
    None,
    Odd,
    Even,
    Utf32,
}

/// Where the zero bytes lie: text in UTF-16 without a mark has them at every second place.
fn zeros(sample: &[u8]) -> Zeros {
    let sample = &sample[..sample.len().min(4096)];
    if sample.len() < 4 {
        return Zeros::None;
    }
    let mut counts = [0_usize; 4];
    for (at, _) in sample.iter().enumerate().filter(|(_, byte)| **byte == 0) {
        counts[at % 4] += 1;
    }
    let quarter = sample.len() / 4;
    let printable = sample.iter().filter(|byte| matches!(**byte, 0x20..0x7F | b'\n' | b'\r' | b'\t')).count();
    // Programs and pictures have zeros at regular places, too, but little between them that can be read.
    if printable * 10 < sample.iter().filter(|byte| **byte != 0).count() * 7 {
        return Zeros::None;
    }
    let mostly = |count: usize| count * 10 >= quarter * 7;
    let hardly = |count: usize| count * 20 <= quarter;
    let [a, b, c, d] = counts.map(mostly);
    if b && c && (a || d) {
        return Zeros::Utf32;
    }
    match counts {
        [even, _, also_even, _] if b && d && hardly(even) && hardly(also_even) => Zeros::Odd,
        [_, odd, _, also_odd] if a && c && hardly(odd) && hardly(also_odd) => Zeros::Even,
        _ => Zeros::None,
    }
}

/// How many characters beyond ASCII are good UTF-8, and how many places are not.
fn utf8_damage(sample: &[u8], whole_file: bool) -> (usize, usize) {
    let (mut good, mut bad, mut rest) = (0, 0, sample);
    loop {
        let count = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
        match std::str::from_utf8(rest) {
            Ok(text) => return (good + count(text), bad),
            Err(error) => {
                let valid = &rest[..error.valid_up_to()];
                good += std::str::from_utf8(valid).map(count).unwrap_or_default();
                match error.error_len() {
                    Some(length) => {
                        bad += 1;
                        rest = &rest[error.valid_up_to() + length..];
                    }
                    // The sample ends inside a character, which is a fault only at the end of the file.
                    None => return (good, bad + usize::from(whole_file)),
                }
            }
        }
    }
}

/// One of the encodings from before Unicode.
fn legacy(sample: &[u8], whole_file: bool) -> (&'static Encoding, f64, &'static str) {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, whole_file);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if !guess.is_single_byte() {
        return (guess, 0.7, "the bytes occur in this encoding as they do in real texts");
    }
    let mac = plausibility(sample, MACINTOSH);
    let western = plausibility(sample, WINDOWS_1252);
    let guessed = plausibility(sample, guess);
    // Signs inside words speak against an encoding; the Mac must be free of them where the others are not.
    if mac.oddities == 0 && mac.letters > 0 && western.oddities > 0 && guessed.oddities > 0 {
        return (MACINTOSH, 0.75, "read as Mac Roman the words have accented letters, otherwise signs");
    }
    let reads_as = |encoding: &'static Encoding| encoding.decode_without_bom_handling(sample).0;
    if guess != WINDOWS_1252 && reads_as(guess) == reads_as(WINDOWS_1252) {
        return (WINDOWS_1252, 0.8, "the text reads the same in several encodings, this is the commonest");
    }
    (guess, 0.8, "the bytes occur in this encoding as they do in real texts")
}

/// How text reads in an encoding.
#[derive(Default)]
struct Plausibility {
    /// Lower-case accented letters within words.
    letters: usize,
    /// Signs within words, capitals after small letters.
    oddities: usize,
}

fn plausibility(sample: &[u8], encoding: &'static Encoding) -> Plausibility {
    let (text, _) = encoding.decode_without_bom_handling(&sample[..sample.len().min(1 << 16)]);
    let mut found = Plausibility::default();
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(now) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        if !now.is_ascii() {
            let inside = before.is_alphabetic() && next.is_alphabetic();
            if now.is_alphabetic() && (!now.is_uppercase() || !before.is_lowercase()) {
                found.letters += usize::from(before.is_alphabetic() || next.is_alphabetic());
            } else if (now.is_alphabetic() && before.is_lowercase()) || now.is_control() || (inside && now != '’') {
                found.oddities += 1;
            }
        }
        before = now;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &'static Encoding, bom_len: usize) {
        let found = guess_encoding(bytes, true, None).unwrap();
        assert_eq!((found.encoding, found.bom_len), (expected, bom_len), "{bytes:?}");
    }

    #[test]
    fn marks_and_patterns() {
        check(b"case,activity", UTF_8, 0);
        check(b"\xEF\xBB\xBFcase", UTF_8, 3);
        check(b"\xFF\xFEc\0a\0", UTF_16LE, 2);
        check(b"\xFE\xFF\0c\0a", UTF_16BE, 2);
        check(b"c\0a\0s\0e\0,\0a\0", UTF_16LE, 0);
        check(b"\0c\0a\0s\0e\0,\0a", UTF_16BE, 0);
        check("Usuário".as_bytes(), UTF_8, 0);
        for utf32 in [&b"\xFF\xFE\0\0c\0\0\0"[..], b"\0\0\xFE\xFF\0\0\0c", b"c\0\0\0a\0\0\0s\0\0\0"] {
            assert_eq!(guess_encoding(utf32, true, None), Err(DetectError::Utf32));
        }
    }

    #[test]
    fn encodings_before_unicode() {
        let text = "Nº Solicitud;Descripción;Coste €\n1;Traer información estudiante;0,50\n2;Evaluación señal;1,75\n";
        let german = "Vorgang;Tätigkeit\n1;Prüfung der Maßnahme\n2;Über Höhe entscheiden\n3;don’t\n";
        for text in [text, german] {
            let (western, _, _) = WINDOWS_1252.encode(text);
            check(&western, WINDOWS_1252, 0);
            // Encoding into Mac Roman has no function here: turn each character over by its table.
            let mac: Vec<u8> = text.chars().map(mac_byte).collect();
            check(&mac, MACINTOSH, 0);
        }
    }

    fn mac_byte(wanted: char) -> u8 {
        (0..=255_u8).find(|byte| MACINTOSH.decode_without_bom_handling(&[*byte]).0.starts_with(wanted)).unwrap()
    }

    #[test]
    fn cut_and_damaged_samples() {
        let text = "Usuário ".repeat(40).into_bytes();
        let cut = &text[..text.len() - 5];
        assert!(std::str::from_utf8(cut).is_err());
        assert_eq!(guess_encoding(cut, false, None).unwrap().encoding, UTF_8);
        let mut damaged = text.clone();
        damaged.extend(b"caf\xE9 and more");
        assert_eq!(guess_encoding(&damaged, true, None).unwrap().encoding, UTF_8);
        assert!(guess_encoding(&damaged, true, None).unwrap().confidence < 0.9);
    }

    #[test]
    fn given_labels() {
        for (label, expected) in
            [(" Latin1 ", WINDOWS_1252), ("cp1252", WINDOWS_1252), ("macroman", MACINTOSH), ("UTF-8", UTF_8)]
        {
            assert_eq!(guess_encoding(b"abc", true, Some(label)).unwrap().encoding, expected, "{label}");
        }
        let error = guess_encoding(b"abc", true, Some("windows1253x")).unwrap_err().to_string();
        assert!(error.contains("windows-1253"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_do_not_panic(bytes: Vec<u8>, whole: bool, label in "[a-z0-9-]{0,12}") {
            let _ = guess_encoding(&bytes, whole, None);
            let _ = guess_encoding(&bytes, whole, Some(&label));
        }
    }
}
