//! One log version, opened: its tables, the names behind its numbers, its paths. Immutable; a request holds one for
//! as long as it runs.

use crate::model::judgement::{Decided, Judgement};
use crate::model::measure::Measure;
use crate::model::tables::{self, AttributeColumn, LAYOUT, Manifest, case, event, variant};
use crate::query::QueryError;
use crate::query::functions::{
    NumberSet, business_seconds, case_name, duration_stats, in_view, name_function, pair_stats, periods, week_start,
    wilson, without_repeats,
};
use crate::query::judged;
use datafusion::arrow::array::{Array, AsArray, Int32Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, SchemaRef, TimeUnit};
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::datasource::{MemTable, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::SessionContext;
use datafusion::prelude::col;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The paths of a version, for filters that speak of paths.
#[derive(Debug)]
pub struct VariantTable {
    /// Path by variant id minus one.
    pub paths: Vec<Vec<i32>>,
    /// Number of cases by variant id minus one.
    pub cases: Vec<i64>,
    /// Name-stable id by variant id minus one.
    pub ids: Vec<String>,
}

/// See the module.
pub struct Snapshot {
    /// What the version consists of.
    pub manifest: Manifest,
    folder: PathBuf,
    tables: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    names: BTreeMap<&'static str, Arc<StringArray>>,
    case_ids: Arc<OnceLock<std::result::Result<Arc<StringArray>, String>>>,
    variants: Arc<OnceLock<std::result::Result<VariantTable, String>>>,
    /// The cases held against the official flow.
    judged: Arc<judged::Tables>,
    is_judged: bool,
}

/// Stored tables that the views are made from, and their name inside a session.
const STORED: [(&str, &str); 3] =
    [(tables::EVENTS, "event_rows"), (tables::CASES, "case_rows"), (tables::VARIANTS, VARIANT_ROWS)];
/// Paths are no cases, and no filter of cases narrows them.
const VARIANT_ROWS: &str = "variant_rows";

/// Name tables and the word for one of their names.
const NAMES: [(&str, &str); 5] = [
    (tables::ACTIVITIES, "activity"),
    (tables::RESOURCES, "resource"),
    (tables::ROLES, "role"),
    (tables::SYSTEMS, "system"),
    (tables::LIFECYCLES, "lifecycle"),
];

impl Snapshot {
    /// Opens the version in a folder.
    pub fn open(folder: &Path) -> std::result::Result<Self, QueryError> {
        let damaged = |what: String| QueryError::Damaged { folder: folder.display().to_string(), what };
        let text = std::fs::read(folder.join("manifest.json")).map_err(|e| damaged(format!("manifest.json: {e}")))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| damaged(format!("manifest.json: {e}")))?;
        if manifest.layout != LAYOUT {
            let found = manifest.layout;
            return Err(damaged(format!(
                "its layout is {found}, this program reads {LAYOUT}; it was {}",
                manifest.program
            )));
        }
        let mut provided: BTreeMap<&'static str, Arc<dyn TableProvider>> = BTreeMap::new();
        for (table, _) in STORED {
            let files: Vec<PathBuf> =
                manifest.files.iter().filter(|file| file.table == table).map(|file| folder.join(&file.name)).collect();
            provided.insert(table, listing(&files).map_err(|e| damaged(format!("{table}: {e}")))?);
        }
        let mut names = BTreeMap::new();
        for (table, one) in NAMES {
            let path = folder.join(format!("{table}.parquet"));
            names.insert(one, strings(&path, one).map_err(|e| damaged(format!("{table}: {e}")))?);
        }
        let folder = folder.to_owned();
        let (case_ids, variants) = (Arc::default(), Arc::default());
        let judged = Arc::new(judged::made(&Judgement::default(), &[])?);
        Ok(Self { manifest, folder, tables: provided, names, case_ids, variants, judged, is_judged: false })
    }

    /// The same version, held against an official flow.
    ///
    /// # Errors
    /// `Engine` where the tables cannot be made, which would be a fault of the program.
    pub fn held_against(&self, judgement: &Judgement, decided: &[Decided]) -> std::result::Result<Self, QueryError> {
        Ok(Self {
            manifest: self.manifest.clone(),
            folder: self.folder.clone(),
            tables: self.tables.clone(),
            names: self.names.clone(),
            case_ids: Arc::clone(&self.case_ids),
            variants: Arc::clone(&self.variants),
            judged: Arc::new(judged::made(judgement, decided)?),
            is_judged: true,
        })
    }

    /// Whether its cases are held against an official flow; the tables about that are empty otherwise.
    pub fn is_judged(&self) -> bool {
        self.is_judged
    }

    /// Ids of the ways of differing from the official flow, by their number.
    pub fn deviations(&self) -> &[String] {
        &self.judged.ids
    }

    /// A version without rows, for checking queries.
    ///
    /// # Errors
    /// `Engine` where empty tables cannot be made, which would be a fault of the program.
    pub fn empty() -> std::result::Result<Self, QueryError> {
        let manifest = Manifest {
            layout: LAYOUT,
            program: String::new(),
            files: Vec::new(),
            attributes: Vec::new(),
            measures: Vec::new(),
            currency: None,
            imports: Vec::new(),
            events: 0,
            cases: 0,
            activities: 0,
            variants: 0,
            has_times: false,
            first_us: None,
            last_us: None,
            merged: 0,
            unfinished: 0,
        };
        let memory = |schema: SchemaRef| -> Option<Arc<dyn TableProvider>> {
            MemTable::try_new(Arc::clone(&schema), vec![vec![RecordBatch::new_empty(schema)]])
                .ok()
                .map(|table| Arc::new(table) as Arc<dyn TableProvider>)
        };
        let schemas = [event_schema(), case_schema(), variant_schema()];
        let stored = STORED.iter().zip(schemas).filter_map(|((table, _), schema)| Some((*table, memory(schema)?)));
        let none = Arc::new(StringArray::from(Vec::<&str>::new()));
        let case_ids = OnceLock::new();
        let _ = case_ids.set(Ok(Arc::clone(&none)));
        Ok(Self {
            manifest,
            folder: PathBuf::new(),
            tables: stored.collect(),
            names: NAMES.iter().map(|(_, one)| (*one, Arc::clone(&none))).collect(),
            case_ids: Arc::new(case_ids),
            variants: Arc::default(),
            judged: Arc::new(judged::made(&Judgement::default(), &[])?),
            is_judged: false,
        })
    }

    /// Makes the stored tables and the functions known to a session; with a set, only its cases show.
    pub fn register(&self, context: &SessionContext, set: Option<&Arc<NumberSet>>) -> Result<()> {
        context.register_udaf(duration_stats());
        context.register_udaf(pair_stats());
        context.register_udf(week_start());
        periods().into_iter().for_each(|function| context.register_udf(function));
        context.register_udf(business_seconds());
        context.register_udf(wilson());
        context.register_udf(without_repeats());
        for (one, names) in &self.names {
            context.register_udf(name_function(one, Arc::clone(names)));
        }
        let (cell, paths) = (Arc::clone(&self.case_ids), self.case_files());
        context.register_udf(case_name(Arc::new(move || {
            cell.get_or_init(|| case_ids(&paths).map_err(|error| error.to_string())).clone()
        })));
        let stored = STORED.iter().filter_map(|(table, name)| Some((*name, self.tables.get(table)?)));
        let judged = self.judged.provided.iter().map(|(name, provider)| (*name, provider));
        for (name, provider) in stored.chain(judged) {
            let Some(set) = set.filter(|_| ![VARIANT_ROWS, judged::WAYS, judged::PROMISED].contains(&name)) else {
                context.register_table(name, Arc::clone(provider))?;
                continue;
            };
            let narrowed = context
                .read_table(Arc::clone(provider))?
                .filter(in_view(Arc::clone(set)).call(vec![col(event::CASE)]))?;
            context.register_table(name, narrowed.into_view())?;
        }
        Ok(())
    }

    /// The columns that say this of events.
    pub fn measured_by(&self, measure: Measure) -> Vec<&AttributeColumn> {
        let columns = self.manifest.measures.iter().filter(|column| column.measure == measure);
        let attribute = |name: &str| self.manifest.attributes.iter().find(|attribute| attribute.column == name);
        columns.filter_map(|column| attribute(&column.column)).collect()
    }

    /// Attribute columns of a view.
    pub fn attributes_of(&self, view: &str) -> Vec<String> {
        let has = |attribute: &&AttributeColumn| match view {
            tables::EVENTS => attribute.in_events,
            tables::CASES => attribute.in_cases,
            _ => false,
        };
        self.manifest.attributes.iter().filter(has).map(|attribute| attribute.column.clone()).collect()
    }

    /// Whether cases have an attribute of this name, in any case of letters.
    pub fn has_case_attribute(&self, name: &str) -> bool {
        let same = |a: &AttributeColumn| a.column.eq_ignore_ascii_case(name) || a.source.eq_ignore_ascii_case(name);
        self.manifest.attributes.iter().any(|attribute| attribute.in_cases && same(attribute))
    }

    /// The names of one kind, by number.
    pub fn names(&self, one: &str) -> &StringArray {
        static NONE: OnceLock<StringArray> = OnceLock::new();
        self.names.get(one).map_or_else(|| NONE.get_or_init(|| StringArray::from(Vec::<&str>::new())), |n| n.as_ref())
    }

    /// The id of a case, by its number.
    ///
    /// # Errors
    /// `Damaged` where the cases cannot be read.
    pub fn case_id(&self, number: i64) -> std::result::Result<Option<String>, QueryError> {
        let ids = self.case_ids.get_or_init(|| case_ids(&self.case_files()).map_err(|error| error.to_string()));
        let ids = ids.as_ref().map_err(|what| QueryError::Damaged {
            folder: self.folder.display().to_string(),
            what: format!("cases: {what}"),
        })?;
        let at = usize::try_from(number).ok().filter(|at| *at < ids.len());
        Ok(at.map(|at| ids.value(at).to_owned()))
    }

    /// The paths.
    pub fn variants(&self) -> std::result::Result<&VariantTable, QueryError> {
        let loaded = self.variants.get_or_init(|| self.load_variants().map_err(|error| error.to_string()));
        loaded.as_ref().map_err(|what| QueryError::Damaged {
            folder: self.folder.display().to_string(),
            what: format!("variants: {what}"),
        })
    }

    /// Names of the activities in the order in which the paths, the most frequent first, come to them.
    ///
    /// # Errors
    /// `Damaged` where the paths cannot be read.
    pub fn activities_met(&self) -> std::result::Result<Vec<&str>, QueryError> {
        let names = self.names("activity");
        let mut met = vec![false; names.len()];
        let mut order = Vec::with_capacity(names.len());
        for activity in self.variants()?.paths.iter().flatten().map(|activity| *activity as usize) {
            if !std::mem::replace(&mut met[activity], true) {
                order.push(names.value(activity));
                if order.len() == names.len() {
                    break;
                }
            }
        }
        Ok(order)
    }

    fn load_variants(&self) -> Result<VariantTable> {
        let path = self.folder.join(format!("{}.parquet", tables::VARIANTS));
        let names = self.names("activity");
        let mut table = VariantTable { paths: Vec::new(), cases: Vec::new(), ids: Vec::new() };
        for batch in read(&path, &[variant::CASES, variant::ACTIVITY_IDS])? {
            let batch = batch?;
            let column = |name: &str| {
                batch.column_by_name(name).ok_or_else(|| DataFusionError::External(format!("no column {name}").into()))
            };
            table.cases.extend(column(variant::CASES)?.as_primitive::<Int64Type>().values());
            for path in column(variant::ACTIVITY_IDS)?.as_list::<i32>().iter().flatten() {
                let path: Vec<i32> = path.as_primitive::<Int32Type>().values().to_vec();
                table.ids.push(path_id(path.iter().map(|activity| names.value(*activity as usize))));
                table.paths.push(path);
            }
        }
        Ok(table)
    }

    fn case_files(&self) -> Vec<PathBuf> {
        let files = self.manifest.files.iter().filter(|file| file.table == tables::CASES);
        files.map(|file| self.folder.join(&file.name)).collect()
    }
}

/// An id of a path that depends on nothing but its activities: the same in every version and flow.
pub fn path_id<'a>(activities: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for activity in activities {
        hasher.update(&(activity.len() as u64).to_le_bytes());
        hasher.update(activity.as_bytes());
    }
    hasher.finalize().to_hex()[..12].to_owned()
}

/// A table of Parquet files that all have the schema of the first.
fn listing(files: &[PathBuf]) -> Result<Arc<dyn TableProvider>> {
    let first = files.first().ok_or_else(|| DataFusionError::External("no file of it is listed".into()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(first)?)?;
    let urls = files
        .iter()
        .map(|file| ListingTableUrl::parse(std::path::absolute(file)?.to_string_lossy()))
        .collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::clone(builder.schema()));
    Ok(Arc::new(ListingTable::try_new(config)?))
}

fn read(path: &Path, columns: &[&str]) -> Result<parquet::arrow::arrow_reader::ParquetRecordBatchReader> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let mask = ProjectionMask::roots(
        builder.parquet_schema(),
        columns.iter().filter_map(|name| builder.schema().index_of(name).ok()).collect::<Vec<_>>(),
    );
    Ok(builder.with_projection(mask).build()?)
}

fn strings(path: &Path, column: &str) -> Result<Arc<StringArray>> {
    let batches = read(path, &[column])?.collect::<std::result::Result<Vec<_>, _>>()?;
    let texts = batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>().iter());
    Ok(Arc::new(texts.collect()))
}

fn case_ids(files: &[PathBuf]) -> Result<Arc<StringArray>> {
    let mut all = Vec::new();
    for file in files {
        for batch in read(file, &[case::ID])? {
            all.push(batch?.column(0).as_string::<i32>().clone());
        }
    }
    Ok(Arc::new(all.iter().flat_map(|ids| ids.iter()).collect()))
}

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn schema(columns: Vec<(&str, DataType)>) -> SchemaRef {
    Arc::new(Schema::new(columns.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect::<Vec<_>>()))
}

fn event_schema() -> SchemaRef {
    let int = || DataType::Int32;
    schema(vec![
        (event::CASE, int()),
        (event::POSITION, int()),
        (event::ACTIVITY, int()),
        (event::STARTED_AT, instant()),
        (event::ENDED_AT, instant()),
        (event::NEXT_ACTIVITY, int()),
        (event::WAIT, DataType::Int64),
        (event::EDGE, DataType::Int64),
        (event::ACTIVITY_FIRST, DataType::Boolean),
        (event::EDGE_FIRST, DataType::Boolean),
        (event::RESOURCE, int()),
        (event::NEXT_RESOURCE, int()),
        (event::ROLE, int()),
        (event::NEXT_ROLE, int()),
        (event::SYSTEM, int()),
        (event::NEXT_SYSTEM, int()),
        (event::LIFECYCLE, int()),
        (event::BATCH, int()),
        (event::LINE, DataType::Int64),
    ])
}

fn case_schema() -> SchemaRef {
    schema(vec![
        (case::CASE, DataType::Int32),
        (case::ID, DataType::Utf8),
        (case::STARTED_AT, instant()),
        (case::ENDED_AT, instant()),
        (case::FIRST_EVENT_AT, instant()),
        (case::CYCLE, DataType::Int64),
        (case::EVENTS, DataType::Int32),
        (case::VARIANT, DataType::Int32),
        (case::FIRST_ACTIVITY, DataType::Int32),
        (case::LAST_ACTIVITY, DataType::Int32),
    ])
}

fn variant_schema() -> SchemaRef {
    let list = |kind| DataType::List(Arc::new(Field::new("item", kind, true)));
    schema(vec![
        (variant::VARIANT, DataType::Int32),
        (variant::PATH_RANK, DataType::Int32),
        (variant::CASES, DataType::Int64),
        (variant::ACTIVITY_IDS, list(DataType::Int32)),
        (variant::ACTIVITIES, list(DataType::Utf8)),
        (variant::REPEATED_IDS, list(DataType::Int32)),
    ])
}

/// The case numbers of a batch.
pub fn case_numbers(batch: &RecordBatch) -> &Int32Array {
    batch.column(0).as_primitive::<Int32Type>()
}
