//! The bytes of a log as UTF-8, whatever its encoding, with the line reached. It knows nothing of XES.

use super::error::{XesError, cut};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, ErrorKind, Read};

/// Bytes decoded at a time.
const BLOCK: usize = 128 * 1024;
/// Bytes in which the prolog has to name the encoding.
const PROLOG: usize = 1024;

/// A decoding reader that counts lines only over bytes already consumed, and only when asked.
pub(super) struct Source<R> {
    input: R,
    /// Bytes read to find the encoding, still to be decoded.
    prolog: Vec<u8>,
    decoder: Decoder,
    block: Vec<u8>,
    from: usize,
    to: usize,
    /// Newlines up to `counted` in the block and in all blocks before.
    newlines: u64,
    counted: usize,
    newline: u8,
    /// Decoded bytes in the blocks before.
    passed: u64,
    /// Position at which the next block is refused.
    budget: u64,
    over_budget: bool,
    raw: u64,
    replaced: bool,
    finished: bool,
}

impl<R: BufRead> Source<R> {
    /// Finds out the encoding: byte order mark, then the look of the first bytes, then the prolog, else UTF-8.
    ///
    /// # Errors
    /// [`XesError::Read`] if the first bytes do not come, [`XesError::UnknownEncoding`].
    pub(super) fn new(mut input: R) -> Result<Self, XesError> {
        let mut prolog = Vec::new();
        (&mut input)
            .take(PROLOG as u64)
            .read_to_end(&mut prolog)
            .map_err(|source| XesError::Read { line: 1, source })?;
        let decoder = encoding_of(&prolog)?.new_decoder_with_bom_removal();
        Ok(Self {
            input,
            prolog,
            decoder,
            block: vec![0; BLOCK],
            from: 0,
            to: 0,
            newlines: 0,
            counted: 0,
            newline: b'\n',
            passed: 0,
            budget: u64::MAX,
            over_budget: false,
            raw: 0,
            replaced: false,
            finished: false,
        })
    }

    /// Line of the next byte, from 1.
    pub(super) fn line(&mut self) -> u64 {
        self.count_to(self.from);
        self.newlines + 1
    }

    /// What can be consumed without reading on.
    #[inline]
    pub(super) fn at_hand(&self) -> &[u8] {
        &self.block[self.from..self.to]
    }

    /// How many newlines a text has, by the kind of newline of this file.
    pub(super) fn newlines_in(&self, text: &[u8]) -> u64 {
        memchr::memchr_iter(self.newline, text).count() as u64
    }

    /// Lets at most about `bytes` more pass; beyond them reading fails and [`Self::over_budget`] is set.
    pub(super) fn allow(&mut self, bytes: u64) {
        self.budget = self.passed + self.from as u64 + bytes;
    }

    /// Whether reading failed because of the allowance.
    pub(super) fn over_budget(&self) -> bool {
        self.over_budget
    }

    /// Bytes taken from the input, before decoding.
    pub(super) fn raw_bytes(&self) -> u64 {
        self.raw
    }

    /// Whether any byte so far was no text in the encoding and stands as U+FFFD.
    pub(super) fn replaced(&self) -> bool {
        self.replaced
    }

    fn count_to(&mut self, end: usize) {
        self.newlines += memchr::memchr_iter(self.newline, &self.block[self.counted..end]).count() as u64;
        self.counted = end;
    }

    fn refill(&mut self) -> io::Result<()> {
        self.count_to(self.to);
        self.passed += self.to as u64;
        (self.from, self.to, self.counted) = (0, 0, 0);
        if self.passed > self.budget {
            self.over_budget = true;
            return Err(io::Error::other("element too large"));
        }
        while self.to == 0 && !self.finished {
            let early = !self.prolog.is_empty();
            let bytes = match early {
                true => self.prolog.as_slice(),
                false => match self.input.fill_buf() {
                    Ok(bytes) => bytes,
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                },
            };
            let last = bytes.is_empty();
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(bytes, &mut self.block, last);
            self.to = written;
            self.replaced |= replaced;
            self.finished = last && result == CoderResult::InputEmpty;
            match early {
                true => drop(self.prolog.drain(..read)),
                false => self.input.consume(read),
            }
            if self.raw == 0 {
                // Old files may end their lines in a carriage return alone.
                let text = &self.block[..self.to];
                let carriage = memchr::memchr(b'\n', text).is_none() && memchr::memchr(b'\r', text).is_some();
                self.newline = if carriage { b'\r' } else { b'\n' };
            }
            self.raw += read as u64;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(out.len());
        out[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            self.refill()?;
        }
        Ok(&self.block[self.from..self.to])
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }
}

fn encoding_of(start: &[u8]) -> Result<&'static Encoding, XesError> {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return Ok(encoding);
    }
    // XML without a mark begins with `<`, so two bytes tell the UTF-16 kinds apart.
    match start {
        [b'<', 0, ..] => return Ok(UTF_16LE),
        [0, b'<', ..] => return Ok(UTF_16BE),
        _ => {}
    }
    let Some(label) = declared_encoding(start) else { return Ok(UTF_8) };
    match Encoding::for_label(label) {
        // Its prolog was readable byte by byte, so UTF-16 it is not: somebody converted the file and left the word.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(XesError::UnknownEncoding { label: cut(&String::from_utf8_lossy(label), 64) }),
    }
}

/// The word in `<?xml … encoding="word"?>`.
fn declared_encoding(start: &[u8]) -> Option<&[u8]> {
    let prolog = start.trim_ascii_start().strip_prefix(b"<?xml")?;
    let prolog = &prolog[..memchr::memmem::find(prolog, b"?>")?];
    let after = &prolog[memchr::memmem::find(prolog, b"encoding")? + b"encoding".len()..];
    let quoted = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *quoted.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let word = &quoted[1..];
    Some(&word[..memchr::memchr(quote, word)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn decoded(bytes: &[u8]) -> String {
        // Blocks of three bytes cut through every character there is.
        let mut source = Source::new(BufReader::with_capacity(3, bytes)).unwrap();
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        assert_eq!(source.raw_bytes(), bytes.len() as u64);
        text
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn decodes_by_mark_look_and_prolog() {
        assert_eq!(decoded("<a>ü€😀</a>".as_bytes()), "<a>ü€😀</a>");
        assert_eq!(decoded("\u{feff}<a/>".as_bytes()), "<a/>");
        assert_eq!(decoded(&utf16("<a>ü€😀</a>", true)), "<a>ü€😀</a>");
        assert_eq!(decoded(&utf16("\u{feff}<a>ü€😀</a>", false)), "<a>ü€😀</a>");
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xfc</a>";
        assert_eq!(decoded(latin), "<?xml version='1.0' encoding='ISO-8859-1'?><a>ü</a>");
        let left_over = "<?xml version=\"1.0\" encoding = \"UTF-16\"?>ü";
        assert_eq!(decoded(left_over.as_bytes()), left_over);
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn broken_bytes_are_replaced_and_told() {
        let mut source = Source::new(&b"a\xffb"[..]).unwrap();
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), source.replaced()), ("a\u{fffd}b", true));
    }

    #[test]
    fn unknown_encoding_is_an_error() {
        let error = Source::new(&b"<?xml version='1.0' encoding='klingon'?><log/>"[..]).err().unwrap();
        assert!(error.to_string().starts_with("unknown encoding \"klingon\" in line 1"), "{error}");
    }

    #[test]
    fn lines_are_counted_over_consumed_bytes() {
        for newline in ["\n", "\r\n", "\r"] {
            let text = ["a", "b", "c"].join(newline);
            let mut source = Source::new(BufReader::with_capacity(2, text.as_bytes())).unwrap();
            let mut lines = Vec::new();
            while let Some(&byte) = source.fill_buf().unwrap().first() {
                if byte.is_ascii_alphabetic() {
                    lines.push(source.line());
                }
                source.consume(1);
            }
            assert_eq!(lines, [1, 2, 3], "{newline:?}");
        }
    }

    #[test]
    fn allowance_ends_the_reading() {
        let text = vec![b'x'; 4 * BLOCK];
        let mut source = Source::new(&text[..]).unwrap();
        source.allow(BLOCK as u64);
        let error = io::copy(&mut source, &mut io::sink());
        assert!(error.is_err() && source.over_budget());
    }
}
