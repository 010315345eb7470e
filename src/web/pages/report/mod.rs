//! The report: one HTML file that needs nothing else, with pictures, tables, definitions, and what the log is made of.
//! The same version and filter give the same bytes: no clock but the log's is in it.
//!
//! `blocks` has the KPIs, `facts` the files that the log came from, `letters` what makes it look the same everywhere.

mod blocks;
mod facts;
mod letters;

use crate::app::{App, AppError, Asked, ImportInfo, KpiList, MapPicture, MapWish, Overview};
use crate::draw::figure::{count, duration, percent};
use crate::draw::theme::{self, Theme};
use crate::model::answers::{Variant, Variants};
use crate::web::answer::Answer;
use crate::web::error::ApiError;
use crate::web::form::Form;
use crate::web::pages::cases::stamp;
use crate::web::pages::grain;
use crate::web::pages::overview::{NEWEST_LEFT_OUT, sub, title};
use crate::web::pages::path::{Chevron, Code, Codes, shown};
use crate::web::pages::tiles::{Tile, period, tiles};
use askama::Template;
use blocks::{Defined, Section};
use facts::FileFacts;
use serde::{Serialize, Serializer};

/// So many variants are listed.
const VARIANTS: usize = 10;
/// So many waits are listed.
const WAITS: usize = 5;

/// See the module.
pub struct Report {
    flow: String,
    name: String,
    version: u32,
    as_of: Option<String>,
    reach: Option<(String, String)>,
    all_cases: i64,
    filter: String,
    words: String,
    overview: Overview,
    tiles: Vec<Tile>,
    map: Result<MapPicture, String>,
    variants: Variants,
    codes: Codes,
    kpis: KpiList,
    imports: Vec<ImportInfo>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    tokens: String,
    letters: String,
    running: [String; 3],
    program: &'static str,
    report: &'a Report,
    title: String,
    sub: String,
    cases: String,
    period: String,
    as_of: String,
    tiles: Vec<(&'a Tile, &'static str)>,
    compared: String,
    map: String,
    map_words: String,
    waits: Vec<WaitRow>,
    variants: Vec<VariantRow>,
    variants_note: String,
    legend: Vec<Code>,
    sections: Vec<Section>,
    files: Vec<FileFacts>,
    definitions: Vec<Defined>,
    command: String,
}

struct WaitRow {
    pair: String,
    total: String,
    share: String,
    median: String,
    p90: String,
    pairs: String,
}

struct VariantRow {
    rank: i64,
    steps: Vec<Chevron>,
    cases: String,
    share: String,
    cumulative: String,
    median: String,
}

impl Report {
    /// Asks everything that the report says.
    ///
    /// # Errors
    /// Those of the queries and of the catalog.
    pub async fn gather(app: &App, asked: &Asked) -> Result<Self, AppError> {
        let overview = app.overview(asked).await?;
        let map = match app.picture(asked, &MapWish::default()).await {
            Ok(picture) => Ok(picture),
            Err(AppError::Invalid { what, .. }) => Err(what),
            Err(error) => return Err(error),
        };
        let manifest = &asked.target.snapshot.manifest;
        let day = |micros: i64| crate::model::time::rfc3339(micros).chars().take_while(|sign| *sign != 'T').collect();
        Ok(Self {
            flow: app.flow(&asked.target.flow)?.title,
            name: asked.target.flow.clone(),
            version: asked.target.version,
            as_of: overview.meta.as_of.clone(),
            reach: manifest.first_us.zip(manifest.last_us).map(|(first, last)| (day(first), day(last))),
            all_cases: manifest.cases as i64,
            filter: asked.filter.to_string(),
            words: asked.filter.words(),
            tiles: tiles(app, asked, &overview)?,
            variants: app.variants(asked, Some(VARIANTS)).await?,
            codes: Codes::of(&asked.target.snapshot.activities_met()?),
            kpis: app.kpis_with(asked, &grain::parameters(asked, None), None).await?,
            imports: app.imports_of(&asked.target)?,
            overview,
            map,
        })
    }

    /// The numbers in it, as data.
    pub fn overview(&self) -> &Overview {
        &self.overview
    }

    /// The file.
    ///
    /// # Errors
    /// `Internal` if the template cannot be filled.
    pub fn to_html(&self) -> Result<String, AppError> {
        let (map, map_words) = match &self.map {
            Ok(picture) => (picture.svg(&self.flow, Theme::Light), picture.view.sentence()),
            Err(what) => (String::new(), what.clone()),
        };
        let page = Page {
            tokens: theme::light_css(),
            letters: letters::faces(),
            running: self.running(),
            program: env!("CARGO_PKG_VERSION"),
            report: self,
            title: title(&self.overview),
            sub: sub(&self.overview),
            cases: self.cases(),
            period: self.reach.as_ref().map_or("no times".to_owned(), |(first, last)| format!("{first} to {last}")),
            as_of: self.as_of(),
            tiles: self.tiles.iter().zip(self.overview.figures.iter().map(|figure| figure.query)).collect(),
            compared: self.compared(),
            map,
            map_words,
            waits: self.waits(),
            variants: self.variants(),
            variants_note: self.variants_note(),
            legend: self.legend(),
            sections: blocks::sections(&self.kpis),
            files: self.imports.iter().map(FileFacts::of).collect(),
            definitions: blocks::definitions(&self.kpis),
            command: self.command(),
        };
        page.render().map_err(|error| AppError::Internal(error.to_string()))
    }

    /// What stands on each printed page: flow and version, which cases, program and data.
    fn running(&self) -> [String; 3] {
        let as_of = self.reach.as_ref().map(|(_, last)| format!(", data up to {last}")).unwrap_or_default();
        [
            letters::css_string(&format!("{}, version {}", self.flow, self.version)),
            letters::css_string(&letters::short(if self.words.is_empty() { "all cases" } else { &self.words })),
            letters::css_string(&format!("Throughline {}{as_of}", env!("CARGO_PKG_VERSION"))),
        ]
    }

    fn cases(&self) -> String {
        let (cases, all) = (count(self.overview.cases), count(self.all_cases));
        if self.filter.is_empty() { format!("all {all}") } else { format!("{cases} of {all}") }
    }

    fn as_of(&self) -> String {
        match &self.as_of {
            Some(time) => format!("{} UTC, the latest event of the log", stamp(Some(time))),
            None => "the log has no times".to_owned(),
        }
    }

    fn compared(&self) -> String {
        match (&self.overview.compared, &self.overview.not_compared) {
            (Some(compared), _) => {
                let weeks = compared.weeks.map(|weeks| format!("cases that ended in {weeks} full weeks, "));
                format!(
                    "Changes compare {}{}, with {}. {}",
                    weeks.unwrap_or_default(),
                    period(&compared.now_from, &compared.now_to),
                    period(&compared.before_from, &compared.now_from),
                    compared.weeks.map_or("", |_| NEWEST_LEFT_OUT)
                )
            }
            (None, Some(why)) => format!("There is no change to tell: {why}."),
            (None, None) => String::new(),
        }
    }

    fn waits(&self) -> Vec<WaitRow> {
        let Some(answer) = self.kpis.kpis.iter().find(|answer| answer.kpi.id == "waiting") else { return Vec::new() };
        let frame = &answer.frame;
        let time = |name: &str, row: usize| frame.number(name, row).map_or_else(|| "–".to_owned(), duration);
        let name = |name: &str, row: usize| frame.text(name, row).unwrap_or_default().to_owned();
        let row = |row: usize| WaitRow {
            pair: format!("{} → {}", name("from_activity", row), name("to_activity", row)),
            total: time("total_s", row),
            share: frame.number("share", row).map(percent).unwrap_or_default(),
            median: time("median_s", row),
            p90: time("p90_s", row),
            pairs: frame.integer("pairs", row).map(count).unwrap_or_default(),
        };
        (0..frame.rows.min(WAITS)).map(row).collect()
    }

    fn variants(&self) -> Vec<VariantRow> {
        let mut covered = 0;
        let mut row = |variant: &Variant| {
            covered += variant.cases;
            VariantRow {
                rank: variant.rank,
                steps: shown(variant.activities.iter().map(|activity| self.codes.chevron(activity)).collect()),
                cases: count(variant.cases),
                share: percent(variant.share),
                cumulative: percent(covered as f64 / self.variants.cases.max(1) as f64),
                median: variant.cycle_time_s.as_ref().map_or_else(|| "–".to_owned(), |cycle| duration(cycle.median)),
            }
        };
        self.variants.variants.iter().map(&mut row).collect()
    }

    fn variants_note(&self) -> String {
        match self.variants.variants.len() as i64 {
            listed if listed < self.variants.total => {
                format!("The first {} of {}, by their number of cases.", count(listed), count(self.variants.total))
            }
            _ => "All of them, by their number of cases.".to_owned(),
        }
    }

    fn legend(&self) -> Vec<Code> {
        self.codes.legend(self.variants.variants.iter().flat_map(|variant| &variant.activities).map(String::as_str))
    }

    /// How the same report is made again.
    fn command(&self) -> String {
        let filter = if self.filter.is_empty() {
            String::new()
        } else {
            format!(" --filter '{}'", self.filter.replace('\'', "'\\''"))
        };
        format!("throughline report {}{filter} -o report.html", self.name)
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.overview.serialize(serializer)
    }
}

impl Answer for Report {
    const FORMS: &'static [Form] = &[Form::Html];

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn html(&self) -> Result<String, ApiError> {
        Ok(self.to_html()?)
    }
}
