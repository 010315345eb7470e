//! The sample log, built into the program: an order-to-cash process that nobody has to have a file for.

use crate::app::{App, AppError, GivenFlow, ImportRequest, Received, SourceFile};
use crate::ingest::{IngestError, hash_file};
use crate::model::mapping::MappingOptions;
use crate::store::catalog::{FlowName, ImportRecord};
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "sample_data/"]
#[include = "order_to_cash.csv.gz"]
#[include = "order_to_cash.bpmn"]
struct Samples;

const FILE: &str = "order_to_cash.csv.gz";
const MODEL: &str = "order_to_cash.bpmn";
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
        let records = self.register_received(&incoming, &request)?;
        self.give_demo_model(actor)?;
        Ok(records)
    }

    /// Makes the sample's official flow that of its flow, unless it has one.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn give_demo_model(&self, actor: &str) -> Result<(), AppError> {
        if self.store.catalog.official_flow(DEMO_FLOW, None)?.is_some() {
            return Ok(());
        }
        let given = GivenFlow {
            name: Some(MODEL.to_owned()),
            bytes: sample(MODEL)?,
            reason: Some("comes with the sample".to_owned()),
            replaces: Some(0),
            ..GivenFlow::default()
        };
        self.keep_official_flow(actor, DEMO_FLOW, &given).map(drop)
    }
}

fn sample(name: &str) -> Result<Vec<u8>, AppError> {
    let found = Samples::get(name).map(|file| file.data.into_owned());
    found.ok_or_else(|| AppError::Internal(format!("{name} is not in the program")))
}

fn write(path: &Path) -> Result<(), AppError> {
    std::fs::write(path, sample(FILE)?).map_err(|error| AppError::Ingest(IngestError::write(path, error)))
}
