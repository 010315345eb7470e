//! Opening a file: what wraps it (gzip, zip), what is inside, and a stream of its bytes that can be watched and
//! cancelled. Knows nothing of rows.

use crate::ingest::IngestError;
use crate::ingest::progress::Progress;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

/// What a file holds once it is unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text: CSV, TSV and their relatives.
    Csv,
    /// The XML event stream of the IEEE standard 1849.
    Xes,
    /// Apache Parquet.
    Parquet,
}

/// A first look at a file.
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub format: Format,
    /// What was unwrapped, outermost first, e.g. `["zip: export/log.csv"]`.
    pub wrappers: Vec<String>,
    /// The first bytes after unwrapping.
    pub sample: Vec<u8>,
    /// Whether the sample is everything.
    pub whole: bool,
}

/// How many bytes detection looks at.
const SAMPLE_BYTES: u64 = 2 << 20;
/// How many wrappers may be nested.
const MAX_WRAPPERS: usize = 3;

/// Looks at the beginning of a file and says what it is.
pub fn open(path: &Path, member: Option<&str>) -> Result<Opened, IngestError> {
    let progress = Progress::default();
    let (mut sample, wrappers) = with_stream(path, member, &progress, |stream, wrappers| {
        let mut sample = Vec::new();
        stream.take(SAMPLE_BYTES + 1).read_to_end(&mut sample).map_err(|e| IngestError::read(path, e))?;
        Ok((sample, wrappers.to_vec()))
    })?;
    let whole = sample.len() as u64 <= SAMPLE_BYTES;
    sample.truncate(SAMPLE_BYTES as usize);
    let format = format_of(path, &sample)?;
    Ok(Opened { format, wrappers, sample, whole })
}

/// Decides by content, never by the name: names of exports lie.
fn format_of(path: &Path, sample: &[u8]) -> Result<Format, IngestError> {
    let refuse = |what: &str, hint: &str| {
        Err(IngestError::Unsupported { path: path.to_owned(), what: what.to_owned(), hint: hint.to_owned() })
    };
    if sample.is_empty() {
        return refuse("the file is empty", "export it again; it must hold a header and at least one row");
    }
    if sample.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if sample.starts_with(b"PK\x03\x04") {
        return refuse("it holds an archive inside an archive", "unpack it once and import what is inside");
    }
    if sample.starts_with(b"\xD0\xCF\x11\xE0") {
        return refuse("it is an old Excel workbook (.xls)", "save the sheet as CSV and import that");
    }
    if sample.starts_with(b"SQLite format 3\0") {
        return refuse("it is an SQLite database", "export the event table as CSV and import that");
    }
    let head = first_text(sample);
    if head.starts_with('<') {
        return Ok(Format::Xes);
    }
    if head.starts_with('{') || head.starts_with("[{") || head.starts_with("[\n") {
        return refuse("it is JSON, which is not supported yet", "export the events as CSV, XES or Parquet");
    }
    Ok(Format::Csv)
}

/// The first few hundred characters without byte order mark and blanks, whatever Unicode encoding they have.
fn first_text(sample: &[u8]) -> String {
    let head = &sample[..sample.len().min(512)];
    let encoding = encoding_rs::Encoding::for_bom(head).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
    let (text, _, _) = encoding.decode(head);
    text.trim_start().to_owned()
}

/// Calls `use_stream` with the unwrapped bytes of a file. `member` chooses among several files of an archive.
pub fn with_stream<T>(
    path: &Path,
    member: Option<&str>,
    progress: &Progress,
    use_stream: impl FnOnce(&mut (dyn Read + Send), &[String]) -> Result<T, IngestError>,
) -> Result<T, IngestError> {
    let mut file = File::open(path).map_err(|e| IngestError::read(path, e))?;
    let size = file.metadata().map_err(|e| IngestError::read(path, e))?;
    if size.is_dir() {
        return Err(IngestError::Unsupported {
            path: path.to_owned(),
            what: "it is a folder".to_owned(),
            hint: "name the file inside it".to_owned(),
        });
    }
    progress.set_total(size.len());
    let mut magic = [0u8; 4];
    let got = read_up_to(&mut file, &mut magic).map_err(|e| IngestError::read(path, e))?;
    std::io::Seek::rewind(&mut file).map_err(|e| IngestError::read(path, e))?;
    let watched = progress.watch(file);
    if &magic[..got] == b"PK\x03\x04" {
        let mut archive = zip::ZipArchive::new(BufReader::with_capacity(1 << 16, watched))
            .map_err(|e| IngestError::archive(path, &e.to_string()))?;
        let index = choose_member(path, &mut archive, member)?;
        let entry = archive.by_index(index).map_err(|e| IngestError::archive(path, &e.to_string()))?;
        let name = format!("zip: {}", entry.name().unwrap_or_default());
        return unwrap_gzip(path, Box::new(entry), vec![name], use_stream);
    }
    unwrap_gzip(path, Box::new(watched), Vec::new(), use_stream)
}

fn unwrap_gzip<'a, T>(
    path: &Path,
    mut stream: Box<dyn Read + Send + 'a>,
    mut wrappers: Vec<String>,
    use_stream: impl FnOnce(&mut (dyn Read + Send), &[String]) -> Result<T, IngestError>,
) -> Result<T, IngestError> {
    loop {
        let mut magic = [0u8; 2];
        let got = read_up_to(&mut stream, &mut magic).map_err(|e| IngestError::read(path, e))?;
        let rejoined = Cursor::new(magic).take(got as u64).chain(stream);
        if magic[..got] != [0x1f, 0x8b] {
            return use_stream(&mut { rejoined }, &wrappers);
        }
        if wrappers.len() >= MAX_WRAPPERS {
            return Err(IngestError::archive(path, "it is compressed more than three times"));
        }
        wrappers.push("gzip".to_owned());
        stream = Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 18, rejoined)));
    }
}

fn choose_member<R: Read + std::io::Seek>(
    path: &Path,
    archive: &mut zip::ZipArchive<R>,
    member: Option<&str>,
) -> Result<usize, IngestError> {
    let hidden = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        name.ends_with('/') || name.starts_with("__MACOSX/") || last.starts_with('.')
    };
    let names: Vec<(usize, String)> = (0..archive.len())
        .filter_map(|i| Some((i, archive.name_for_index(i)?.ok()?.into_owned())))
        .filter(|(_, name)| !hidden(name))
        .collect();
    if names.iter().any(|(_, name)| name == "[Content_Types].xml" || name == "xl/workbook.xml") {
        return Err(IngestError::Unsupported {
            path: path.to_owned(),
            what: "it is an Excel workbook, which is not supported yet".to_owned(),
            hint: "save the sheet with the events as CSV (UTF-8) and import that".to_owned(),
        });
    }
    let list = || names.iter().map(|(_, name)| name.as_str()).take(20).collect::<Vec<_>>().join(", ");
    match (member, names.as_slice()) {
        (Some(wanted), _) => names
            .iter()
            .find(|(_, name)| name == wanted || name.rsplit('/').next() == Some(wanted))
            .map(|(index, _)| *index)
            .ok_or_else(|| IngestError::archive(path, &format!("it has no file `{wanted}`; it holds {}", list()))),
        (None, [(index, _)]) => Ok(*index),
        (None, []) => Err(IngestError::archive(path, "it holds no file")),
        (None, _) => Err(IngestError::archive(
            path,
            &format!("it holds {} files: {}; choose one with --sheet NAME", names.len(), list()),
        )),
    }
}

fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// The BLAKE3 hash of a file's bytes as they lie on disk, in hex.
pub fn hash_file(path: &Path) -> Result<String, IngestError> {
    let mut file = File::open(path).map_err(|e| IngestError::read(path, e))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0u8; 4 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => hasher.update_rayon(&buffer[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(IngestError::read(path, e)),
        };
    }
    Ok(hasher.finalize().to_hex().to_string())
}
