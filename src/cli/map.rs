//! `throughline map`.

use crate::app::MapWish;
use crate::cli::asked::{Opened, Source};
use crate::cli::{CliError, Common, print};
use crate::draw::theme::Theme;
use crate::map::abstraction::Sliders;
use crate::map::dot;
use crate::map::metric::Metric;
use crate::model::answers::{MapEdge, ProcessMap};
use crate::model::time::humane;
use clap::Args;
use comfy_table::Cell;
use std::path::PathBuf;

/// See the command's help.
#[derive(Debug, Args)]
pub struct Map {
    /// A stored flow, or a file
    target: String,
    /// Write the map to a file: .svg, .png, .bpmn, .dot or .json
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Figures on the picture: cases, events, share, median_wait, p90_wait, total_wait, cost or automation
    #[arg(long, value_name = "METRIC", default_value = "cases", value_parser = metric_of)]
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
    let names = Metric::ALL.map(Metric::name).join(", ");
    Metric::of(text).ok_or_else(|| format!("there is no such metric; there are {names}"))
}

/// How many pairs the summary shows.
const PAIRS_SHOWN: usize = 15;

impl Map {
    /// Prints or writes the process map.
    pub async fn run(self, common: &Common) -> Result<(), CliError> {
        // A wrong name of the output is said before the work, not after it.
        let form = self.output.as_ref().map(|path| form_of(path)).transpose()?;
        let opened = self.source.open(common, &self.target)?.judged().await?;
        let map = opened.app.map(&opened.asked).await?;
        if let (Some(path), Some(form)) = (&self.output, form) {
            let bytes = match form {
                Form::Json => serde_json::to_vec_pretty(&map)
                    .map_err(|e| CliError::Io { step: "write the map as JSON".to_owned(), source: e.into() })?,
                Form::Dot => dot(&map).into_bytes(),
                Form::Svg | Form::Png | Form::Bpmn => self.draw(&opened, form).await?,
            };
            std::fs::write(path, bytes).map_err(CliError::io(format!("write {}", path.display())))?;
        }
        if common.json {
            return print::json(&map);
        }
        if self.output.is_some() {
            return Ok(());
        }
        summary(&opened, &map).await
    }

    async fn draw(&self, opened: &Opened, form: Form) -> Result<Vec<u8>, CliError> {
        let sliders = Sliders { activities: self.activities.map(f64::from), paths: self.paths.map(f64::from) };
        let wish = MapWish { sliders, metric: self.metric, ..MapWish::default() };
        let picture = opened.app.picture(&opened.asked, &wish).await?;
        let theme = if self.dark { Theme::Dark } else { Theme::Light };
        let title = &opened.asked.target.flow;
        print::message(&picture.view.sentence())?;
        Ok(match form {
            Form::Png => picture.png(title, theme)?,
            Form::Bpmn => picture.bpmn(title).into_bytes(),
            _ => picture.svg(title, theme).into_bytes(),
        })
    }
}

#[derive(Clone, Copy)]
enum Form {
    Json,
    Dot,
    Svg,
    Png,
    Bpmn,
}

fn form_of(path: &std::path::Path) -> Result<Form, CliError> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(Form::Json),
        Some("dot" | "gv") => Ok(Form::Dot),
        Some("svg") => Ok(Form::Svg),
        Some("png") => Ok(Form::Png),
        Some("bpmn") => Ok(Form::Bpmn),
        _ => Err(CliError::Usage {
            what: format!("cannot write a map to {}", path.display()),
            hint: "name a file that ends in .svg, .png, .bpmn, .dot or .json".to_owned(),
        }),
    }
}

/// What a person wants to know first: how much, how long, the usual path, and where cases go from where.
async fn summary(opened: &Opened, map: &ProcessMap) -> Result<(), CliError> {
    let stats = opened.app.stats(&opened.asked).await?;
    let variants = opened.app.variants(&opened.asked, Some(1)).await?;
    print::line(&format!(
        "{}: {} events of {} cases, {} activities, {} different paths",
        opened.asked.target.flow,
        print::count(stats.events),
        print::count(stats.cases),
        print::count(stats.activities),
        print::count(stats.variants)
    ))?;
    if let (Some(first), Some(last), Some(cycle)) = (&stats.first_at, &stats.last_at, &stats.cycle_time_s) {
        let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
        print::line(&format!(
            "from {} to {}; half of the cases take up to {}, nine in ten up to {}",
            day(first),
            day(last),
            humane(cycle.median),
            humane(cycle.p90)
        ))?;
    }
    if let Some(usual) = variants.variants.first() {
        print::line(&format!("\nThe usual path ({} of the cases)", print::percent(usual.share)))?;
        for (at, activity) in usual.activities.iter().enumerate() {
            print::line(&format!("  {activity}"))?;
            if let Some(edge) = usual.activities.get(at + 1).and_then(|next| edge(map, activity, next)) {
                let typical = edge.duration_s.as_ref().map_or_else(String::new, |d| humane(d.median));
                print::line(&format!("    ↓ {typical}"))?;
            }
        }
    }
    let mut table = print::table(&["from", "to", "times", "cases", "median", "9 in 10 within"]);
    for edge in map.edges.iter().take(PAIRS_SHOWN) {
        let duration = |pick: fn(&crate::model::answers::Durations) -> f64| {
            edge.duration_s.as_ref().map_or_else(|| "–".to_owned(), |d| humane(pick(d)))
        };
        table.add_row([
            Cell::new(&edge.from),
            Cell::new(&edge.to),
            print::number(print::count(edge.count)),
            print::number(print::count(edge.cases)),
            print::number(duration(|d| d.median)),
            print::number(duration(|d| d.p90)),
        ]);
    }
    let more = map.edges.len().saturating_sub(PAIRS_SHOWN);
    print::line(&format!("\nWhat follows what\n{table}"))?;
    if more > 0 {
        print::line(&format!("… and {more} more pairs; --json has all, -o map.svg draws them"))?;
    }
    Ok(())
}

fn edge<'a>(map: &'a ProcessMap, from: &str, to: &str) -> Option<&'a MapEdge> {
    map.edges.iter().find(|edge| edge.from == from && edge.to == to)
}
