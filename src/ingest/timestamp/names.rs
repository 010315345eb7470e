//! Names of months and weekdays in English, Spanish, German, French and Portuguese, and the marks of half days.

/// Longest name that is looked up, in letters without accents; longer words are no month.
const LONGEST: usize = 12;

/// Names in lower case without accents, with the number of the month. Sorted, for the binary search.
const MONTHS: &[(&str, u32)] = &[
    ("abr", 4),
    ("abril", 4),
    ("ago", 8),
    ("agosto", 8),
    ("aout", 8),
    ("apr", 4),
    ("april", 4),
    ("aug", 8),
    ("august", 8),
    ("avr", 4),
    ("avril", 4),
    ("dec", 12),
    ("december", 12),
    ("decembre", 12),
    ("dez", 12),
    ("dezember", 12),
    ("dezembro", 12),
    ("dic", 12),
    ("diciembre", 12),
    ("ene", 1),
    ("enero", 1),
    ("feb", 2),
    ("febrero", 2),
    ("februar", 2),
    ("february", 2),
    ("fev", 2),
    ("fevereiro", 2),
    ("fevr", 2),
    ("fevrier", 2),
    ("jaen", 1),
    ("jan", 1),
    ("janeiro", 1),
    ("janner", 1),
    ("januar", 1),
    ("january", 1),
    ("janv", 1),
    ("janvier", 1),
    ("juil", 7),
    ("juillet", 7),
    ("juin", 6),
    ("jul", 7),
    ("julho", 7),
    ("juli", 7),
    ("julio", 7),
    ("july", 7),
    ("jun", 6),
    ("june", 6),
    ("junho", 6),
    ("juni", 6),
    ("junio", 6),
    ("maerz", 3),
    ("mai", 5),
    ("maio", 5),
    ("mar", 3),
    ("march", 3),
    ("marco", 3),
    ("mars", 3),
    ("marz", 3),
    ("marzo", 3),
    ("may", 5),
    ("mayo", 5),
    ("mrz", 3),
    ("nov", 11),
    ("november", 11),
    ("novembre", 11),
    ("novembro", 11),
    ("noviembre", 11),
    ("oct", 10),
    ("october", 10),
    ("octobre", 10),
    ("octubre", 10),
    ("okt", 10),
    ("oktober", 10),
    ("out", 10),
    ("outubro", 10),
    ("sep", 9),
    ("sept", 9),
    ("september", 9),
    ("septembre", 9),
    ("septiembre", 9),
    ("set", 9),
    ("setembro", 9),
    ("setiembre", 9),
];

/// Names of weekdays, sorted. Which day it is does not matter: the date says it already.
const WEEKDAYS: &[&str] = &[
    "di",
    "dienstag",
    "dim",
    "dimanche",
    "do",
    "dom",
    "domingo",
    "donnerstag",
    "fr",
    "freitag",
    "fri",
    "friday",
    "jeu",
    "jeudi",
    "jue",
    "jueves",
    "lun",
    "lundi",
    "lunes",
    "mar",
    "mardi",
    "martes",
    "mer",
    "mercredi",
    "mi",
    "mie",
    "miercoles",
    "mittwoch",
    "mo",
    "mon",
    "monday",
    "montag",
    "qua",
    "quarta",
    "qui",
    "quinta",
    "sa",
    "sab",
    "sabado",
    "sam",
    "samedi",
    "samstag",
    "sat",
    "saturday",
    "seg",
    "segunda",
    "sex",
    "sexta",
    "so",
    "sonnabend",
    "sonntag",
    "sun",
    "sunday",
    "ter",
    "terca",
    "thu",
    "thur",
    "thurs",
    "thursday",
    "tue",
    "tues",
    "tuesday",
    "ven",
    "vendredi",
    "vie",
    "viernes",
    "wed",
    "wednesday",
];

/// A word without case and accents, and the bytes it took of the cell.
struct Word {
    letters: [u8; LONGEST],
    length: usize,
    taken: usize,
}

/// The letters at the front: ASCII, and the accented ones of Western Europe.
fn word(bytes: &[u8]) -> Option<Word> {
    let mut word = Word { letters: [0; LONGEST], length: 0, taken: 0 };
    while let Some((letter, width)) = letter(&bytes[word.taken..]) {
        *word.letters.get_mut(word.length)? = letter;
        word.length += 1;
        word.taken += width;
    }
    (word.length > 0).then_some(word)
}

/// The letter at the front, in lower case and without its accent, and its width in bytes.
#[inline]
pub(super) fn letter(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [byte, ..] if byte.is_ascii_alphabetic() => Some((byte.to_ascii_lowercase(), 1)),
        // U+00C0 to U+00FF; upper and lower case differ by one bit.
        [0xC3, second, ..] => {
            let plain = match second | 0x20 {
                0xA0..=0xA5 => b'a',
                0xA7 => b'c',
                0xA8..=0xAB => b'e',
                0xAC..=0xAF => b'i',
                0xB1 => b'n',
                0xB2..=0xB6 => b'o',
                0xB9..=0xBC => b'u',
                _ => return None,
            };
            Some((plain, 2))
        }
        _ => None,
    }
}

/// The month whose name stands at the front (1 to 12) and the bytes it takes.
pub(super) fn month(bytes: &[u8]) -> Option<(u32, usize)> {
    let word = word(bytes)?;
    let letters = &word.letters[..word.length];
    if let Some(month) = english_month(letters) {
        return Some((month, word.taken));
    }
    let at = MONTHS.binary_search_by(|(name, _)| name.as_bytes().cmp(letters)).ok()?;
    Some((MONTHS[at].1, word.taken))
}

/// The short English names are by far the commonest and worth a way of their own.
#[inline]
fn english_month(letters: &[u8]) -> Option<u32> {
    Some(match letters {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// The bytes that the name of a weekday at the front takes.
pub(super) fn weekday(bytes: &[u8]) -> Option<usize> {
    let word = word(bytes)?;
    let letters = &word.letters[..word.length];
    if matches!(letters, b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun") {
        return Some(word.taken);
    }
    WEEKDAYS.binary_search_by(|name| name.as_bytes().cmp(letters)).ok()?;
    Some(word.taken)
}

/// `AM` or `PM` at the front, also `a.m.` and `p. m.`: whether it is afternoon and the bytes it takes.
pub(super) fn half_day(bytes: &[u8]) -> Option<(bool, usize)> {
    let afternoon = match bytes.first()? {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return None,
    };
    let mut at = 1;
    let dotted = bytes.get(at) == Some(&b'.');
    at += usize::from(dotted);
    if dotted {
        at += blanks(&bytes[at..]);
    }
    if !matches!(bytes.get(at), Some(b'm' | b'M')) {
        return None;
    }
    at += 1;
    at += usize::from(dotted && bytes.get(at) == Some(&b'.'));
    letter(&bytes[at..]).is_none().then_some((afternoon, at))
}

/// `GMT`, `UTC` or `Z` at the front: the bytes it takes. Other names of zones mean different offsets in different
/// countries, so they are not read.
pub(super) fn zone(bytes: &[u8]) -> Option<usize> {
    let is = |name: &[u8]| bytes.get(..name.len()).is_some_and(|front| front.eq_ignore_ascii_case(name));
    let taken = [&b"GMT"[..], b"UTC", b"Z"].into_iter().find(|name| is(name))?.len();
    letter(&bytes[taken..]).is_none().then_some(taken)
}

/// How many bytes of blanks stand at the front: blank, tab, no-break space, narrow no-break space.
#[inline]
pub(super) fn blanks(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &bytes[at..] {
            [b' ' | b'\t', ..] => 1,
            [0xC2, 0xA0, ..] => 2,
            [0xE2, 0x80, 0xAF, ..] => 3,
            _ => return at,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(MONTHS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(WEEKDAYS.is_sorted_by(|a, b| a < b));
        assert!(MONTHS.iter().all(|(name, _)| name.len() <= LONGEST));
    }

    #[test]
    fn months_by_name() {
        for (text, expected) in [
            ("January", Some((1, 7))),
            ("MÄRZ 2", Some((3, 5))),
            ("août", Some((8, 5))),
            ("Décembre", Some((12, 9))),
            ("sept. 3", Some((9, 4))),
            ("Januarius", None),
            ("", None),
            ("4", None),
        ] {
            assert_eq!(month(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn half_days() {
        for (text, expected) in [
            ("AM", Some((false, 2))),
            ("pm", Some((true, 2))),
            ("p.m.", Some((true, 4))),
            ("a.\u{a0}m. ", Some((false, 6))),
            ("amok", None),
            ("p", None),
            ("a.x", None),
        ] {
            assert_eq!(half_day(text.as_bytes()), expected, "{text}");
        }
    }
}
