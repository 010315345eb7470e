//! The sample log, built into the program: an order-to-cash process that nobody has to have a file for.

use crate::app::{App, AppError, ImportRequest, Received, SourceFile};
use crate::ingest::{IngestError, hash_file};
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{FlowName, ImportRecord};
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "sample_data/"]
#[include = "order_to_cash.csv.gz"]
struct Samples;

const FILE: &str = "order_to_cash.csv.gz";
/// The name of the flow that it becomes.
pub const DEMO_FLOW: &str = "order-to-cash";
const TITLE: &str = "Order to cash (sample)";

impl App {
    /// Whether the sample's flow has a log.
    pub fn has_demo(&self) -> bool {
        self.target(DEMO_FLOW).is_ok()
    }

    /// The sample as a file in this folder, and the wish to import it.
    ///
    /// # Errors
    /// `Ingest` if it cannot be written.
    pub fn demo_request(&self, folder: &Path, actor: &str) -> Result<ImportRequest, AppError> {
        let path = folder.join(FILE);
        write(&path)?;
        Ok(ImportRequest {
            flow: FlowName::new(DEMO_FLOW)?,
            title: TITLE.to_owned(),
            files: vec![SourceFile { path, name: FILE.to_owned() }],
            options: MappingOptions::default(),
            append: false,
            actor: actor.to_owned(),
        })
    }

    /// Registers the sample as an import that waits.
    ///
    /// # Errors
    /// As for any file that is received.
    pub fn register_demo(&self, actor: &str) -> Result<Vec<ImportRecord>, AppError> {
        let mut incoming = self.receive()?;
        let path = incoming.next_path();
        write(&path)?;
        let bytes = std::fs::metadata(&path).map_err(|error| IngestError::read(&path, error))?.len();
        let hash = hash_file(&path)?;
        incoming.files.push(Received { name: FILE.to_owned(), path, bytes, hash });
        let request = ImportRequest {
            flow: FlowName::new(DEMO_FLOW)?,
            title: TITLE.to_owned(),
            files: Vec::new(),
            options: MappingOptions::default(),
            append: false,
            actor: actor.to_owned(),
        };
        self.register_received(&incoming, &request)
    }
}

fn write(path: &Path) -> Result<(), AppError> {
    let sample = Samples::get(FILE).ok_or_else(|| AppError::Internal(format!("{FILE} is not in the program")))?;
    std::fs::write(path, &sample.data).map_err(|error| AppError::Ingest(IngestError::write(path, error)))
}
