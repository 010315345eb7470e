//! `throughline compare`.

use crate::app::{MapOfTwo, MapWish};
use crate::cli::asked::{Opened, Source};
use crate::cli::{CliError, Common, print};
use crate::draw::theme::Theme;
use crate::map::abstraction::Sliders;
use crate::map::compare::{METRICS, difference, figure, label, relative};
use crate::map::metric::Metric;
use crate::model::comparison::{Compared, Comparison};
use crate::model::kind::Kind;
use clap::Args;
use comfy_table::Cell;
use std::path::{Path, PathBuf};

/// See the command's help.
#[derive(Debug, Args)]
pub struct Compare {
    /// A stored flow, or a file
    target: String,
    /// Side B: a filter, e.g. 'region=South' or 'start=2024-01-01..2024-04-01'; or all, rest (all cases that are not in A)
    /// or previous (the period of equal length before). Side A are the cases of --filter, --from, --to and --where
    #[arg(long, value_name = "FILTER")]
    with: String,
    /// Write the comparison to a file: .svg, .png, .csv or .json
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Figures on the picture: share, cases, events, median_wait or p90_wait
    #[arg(long, value_name = "METRIC", default_value = "share", value_parser = metric_of)]
    metric: Metric,
    /// How many of the activities the picture shows, in per cent; the rarest are left out
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    activities: Option<u8>,
    /// How many of the paths the picture shows, in per cent; the rarest are left out
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    paths: Option<u8>,
    /// Light signs on dark ground
    #[arg(long)]
    dark: bool,
    #[command(flatten)]
    source: Source,
}

fn metric_of(text: &str) -> Result<Metric, String> {
    let names = METRICS.map(Metric::name).join(", ");
    METRICS.into_iter().find(|metric| metric.name() == text).ok_or_else(|| format!("there are {names}"))
}

/// How many paths the summary shows.
const PATHS_SHOWN: usize = 15;

#[derive(Clone, Copy)]
enum Form {
    Json,
    Csv,
    Svg,
    Png,
}

impl Compare {
    /// Prints or writes the comparison.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // A wrong name of the output is said before the work, not after it.
        let form = self.output.as_ref().map(|path| form_of(path)).transpose()?;
        let Opened { app, asked, .. } = &self.source.open(common, &self.target)?;
        let (a, b) = (asked.clone(), app.other_side(asked, &self.with)?);
        let both = app.both_sides(a, b).await?;
        let comparison = both.comparison();
        if let (Some(path), Some(form)) = (&self.output, form) {
            let fault = |step: &str| CliError::io(format!("write the comparison as {step}"));
            let bytes = match form {
                Form::Json => serde_json::to_vec_pretty(&comparison).map_err(|error| fault("JSON")(error.into()))?,
                Form::Csv => comparison.csv().map_err(fault("CSV"))?,
                Form::Svg | Form::Png => self.draw(&both.on_map(&self.wish()).await?, &asked.target.flow, form)?,
            };
            std::fs::write(path, bytes).map_err(CliError::io(format!("write {}", path.display())))?;
        }
        if common.json {
            return print::json(&comparison);
        }
        if self.output.is_some() {
            return Ok(());
        }
        summary(&comparison)
    }

    fn wish(&self) -> MapWish {
        let sliders = Sliders { activities: self.activities.map(f64::from), paths: self.paths.map(f64::from) };
        MapWish { sliders, metric: self.metric, ..MapWish::default() }
    }

    fn draw(&self, map: &MapOfTwo, title: &str, form: Form) -> Result<Vec<u8>, CliError> {
        let theme = if self.dark { Theme::Dark } else { Theme::Light };
        print::message(&map.sentence())?;
        Ok(match form {
            Form::Png => map.png(title, theme)?,
            _ => map.svg(title, theme).into_bytes(),
        })
    }
}

fn form_of(path: &Path) -> Result<Form, CliError> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(Form::Json),
        Some("csv") => Ok(Form::Csv),
        Some("svg") => Ok(Form::Svg),
        Some("png") => Ok(Form::Png),
        _ => Err(CliError::Usage {
            what: format!("cannot write a comparison to {}", path.display()),
            hint: "name a file that ends in .svg, .png, .csv or .json".to_owned(),
        }),
    }
}

/// What a person wants to know first: which sides, the headline figures, and which paths differ most.
fn summary(comparison: &Comparison) -> Result<(), CliError> {
    for (name, side) in [("A", &comparison.a), ("B", &comparison.b)] {
        let words = side.filters.words();
        let which = if words.is_empty() { "all cases".to_owned() } else { format!("cases {words}") };
        print::line(&format!("{name}: {}, {which}", print::count(side.cases)))?;
    }
    let mut table = print::table(&["", "A", "B", "A minus B", "of B"]);
    for one in &comparison.figures {
        table.add_row(row(Cell::new(one.title()), one.kind, &one.compared));
    }
    print::line(&format!("\n{table}"))?;
    let mut table = print::table(&["from", "to", "A", "B", "difference"]);
    for one in comparison.edges.iter().take(PATHS_SHOWN) {
        let share = &one.cases_share;
        table.add_row([
            Cell::new(one.from.as_deref().unwrap_or("(start)")),
            Cell::new(one.to.as_deref().unwrap_or("(end)")),
            print::number(figure(Kind::Share, share.a)),
            print::number(figure(Kind::Share, share.b)),
            print::number(label(Kind::Share, share)),
        ]);
    }
    print::line(&format!("\nPaths that differ most, in % of cases\n{table}"))?;
    let more = comparison.edges.len().saturating_sub(PATHS_SHOWN);
    if more > 0 {
        print::line(&format!("… and {more} more paths; --json has all, -o compare.svg draws them"))?;
    }
    if comparison.a.cases == 0 || comparison.b.cases == 0 {
        return print::line("a side has no case: there are no comparable data");
    }
    let few = comparison.figures.iter().any(|one| one.compared.indicative);
    if few { print::line("a side has fewer than 30 cases: the figures are indicative") } else { Ok(()) }
}

fn row(name: Cell, kind: Kind, compared: &Compared) -> [Cell; 5] {
    let none = || "no comparable data".to_owned();
    [
        name,
        print::number(figure(kind, compared.a)),
        print::number(figure(kind, compared.b)),
        print::number(difference(kind, compared).unwrap_or_else(none)),
        print::number(relative(compared).unwrap_or_default()),
    ]
}
