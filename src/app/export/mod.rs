//! The events of the asked cases as a file that other programs read, and this one again: CSV or XES.
//!
//! It is written into a folder of its own before anybody gets it: a query that fails half way is a failure and no cut
//! file. Parts of the answer come and go, so memory does not grow with the log. Cases are written first, each as what
//! its events need of it, and then read beside the events, which come in the same order.

mod csv;
mod fields;
mod xes;

use crate::app::{App, AppError, Asked};
use crate::query::Frames;
use crate::store::Work;
use fields::{Fields, Head};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// What such a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// One row per event, with a header.
    Csv,
    /// IEEE 1849, without compression.
    Xes,
}

/// A file that was written; it is removed when this goes away.
#[derive(Debug)]
pub struct ExportedLog {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    _work: Work,
}

/// How a form writes what it is given.
trait Form {
    /// What stands before all events.
    fn begin(&self, out: &mut dyn Write) -> std::io::Result<()>;
    /// What the events of a case need of it.
    fn case(&self, cells: &[Option<String>]) -> Vec<u8>;
    /// Before the first event of a case.
    fn open_case(&self, case: &[u8], out: &mut dyn Write) -> std::io::Result<()>;
    /// An event.
    fn event(&self, case: &[u8], cells: &[Option<String>], out: &mut dyn Write) -> std::io::Result<()>;
    /// After the last event of a case.
    fn close_case(&self, out: &mut dyn Write) -> std::io::Result<()>;
    /// What stands behind all events.
    fn end(&self, out: &mut dyn Write) -> std::io::Result<()>;
}

impl App {
    /// Writes the events of the asked cases.
    ///
    /// # Errors
    /// Those of the queries; `Store` or `Internal` if the file cannot be written.
    pub async fn export(&self, asked: &Asked, form: LogForm) -> Result<ExportedLog, AppError> {
        let snapshot = &asked.target.snapshot;
        let fields = Fields::of(snapshot);
        let head = Head { title: self.flow(&asked.target.flow)?.title, unfinished: snapshot.manifest.unfinished > 0 };
        let work = self.store.begin_work()?;
        let folder = work.folder("export")?;
        let writer: Box<dyn Form + Send> = match form {
            LogForm::Csv => Box::new(csv::Csv::new(&fields)),
            LogForm::Xes => Box::new(xes::Xes::new(&fields, head)),
        };
        let (engine, filter) = (self.engine(), &asked.filter);
        let cases = engine.stream(snapshot, filter, "cases", &fields.case_columns(), &["case_idx"]).await?;
        let aside = folder.join("cases");
        let (writer, aside) = blocking(move || {
            let kept = keep_cases(cases, writer.as_ref(), &aside);
            kept.map(|()| (writer, aside))
        })
        .await?;
        let columns = fields.event_columns();
        let events = engine.stream(snapshot, filter, "events", &columns, &["case_idx", "position"]).await?;
        let path = folder.join("log");
        let (path, bytes) = blocking(move || {
            let bytes = write_events(events, writer.as_ref(), &aside, &path)?;
            Ok((path, bytes))
        })
        .await?;
        Ok(ExportedLog { path, bytes, _work: work })
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?
}

fn fault(error: std::io::Error) -> AppError {
    AppError::Internal(format!("the file could not be written: {error}"))
}

/// Writes what events need of each case, with its length before it.
fn keep_cases(mut cases: Frames, form: &dyn Form, aside: &Path) -> Result<(), AppError> {
    let mut out = BufWriter::new(File::create(aside).map_err(fault)?);
    while let Some(frame) = cases.next_part()? {
        for row in 0..frame.rows {
            let kept = form.case(&fields::cells(&frame, row));
            out.write_all(&(kept.len() as u64).to_le_bytes()).map_err(fault)?;
            out.write_all(&kept).map_err(fault)?;
        }
    }
    out.flush().map_err(fault)
}

fn next_case(aside: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 8];
    aside.read_exact(&mut length)?;
    let mut kept = vec![0; usize::try_from(u64::from_le_bytes(length)).unwrap_or_default()];
    aside.read_exact(&mut kept)?;
    Ok(kept)
}

fn write_events(mut events: Frames, form: &dyn Form, aside: &Path, path: &Path) -> Result<u64, AppError> {
    let mut aside = BufReader::new(File::open(aside).map_err(fault)?);
    let mut out = BufWriter::with_capacity(1 << 16, File::create(path).map_err(fault)?);
    let mut now: Option<(i64, Vec<u8>)> = None;
    form.begin(&mut out).map_err(fault)?;
    while let Some(frame) = events.next_part()? {
        for row in 0..frame.rows {
            let number = fields::case_number(&frame, row);
            if now.as_ref().is_none_or(|(known, _)| *known != number) {
                if now.is_some() {
                    form.close_case(&mut out).map_err(fault)?;
                }
                let case = next_case(&mut aside).map_err(fault)?;
                form.open_case(&case, &mut out).map_err(fault)?;
                now = Some((number, case));
            }
            if let Some((_, case)) = &now {
                form.event(case, &fields::cells(&frame, row), &mut out).map_err(fault)?;
            }
        }
    }
    if now.is_some() {
        form.close_case(&mut out).map_err(fault)?;
    }
    form.end(&mut out).map_err(fault)?;
    out.flush().map_err(fault)?;
    Ok(std::fs::metadata(path).map_err(fault)?.len())
}
