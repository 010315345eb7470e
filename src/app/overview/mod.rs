//! A flow at a glance: six figures with their course and their change, where time is lost, the usual paths, rework.
//! Every number comes from a catalogued query that is named beside it; here they are only put together.

mod compared;
mod figures;

pub use compared::Compared;
pub use figures::{Change, Figure, Week};

use crate::app::kpi::{KpiMeta, meta};
use crate::app::{App, AppError, Asked};
use crate::model::answers::Variants;
use crate::query::Frame;
use compared::{Pairing, Reach, Side};
use serde::Serialize;
use utoipa::ToSchema;

/// So many waits, variants and activities with rework are told.
const TOLD: usize = 3;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Overview {
    /// Number of cases.
    pub cases: i64,
    /// The figures, in the order in which they are shown.
    pub figures: Vec<Figure>,
    /// Which periods their changes compare; null if there are none to compare.
    pub compared: Option<Compared>,
    /// Why there are none.
    pub not_compared: Option<String>,
    /// Where most time passes between two activities (`waiting`).
    pub waits: Vec<Wait>,
    /// The most frequent paths (`variants`).
    pub variants: Variants,
    /// What is most often done again (`rework`).
    pub rework: Vec<Repeated>,
    /// Where it comes from.
    pub meta: KpiMeta,
}

/// Time between two activities.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Wait {
    /// The earlier activity.
    pub from: String,
    /// The later one.
    pub to: String,
    /// How many times.
    pub pairs: i64,
    /// All these waits together.
    pub total_s: f64,
    /// Their share of all waiting.
    pub share: Option<f64>,
    /// Half of them are at most this.
    pub median_s: Option<f64>,
    /// Nine in ten are; null for fewer than 29.
    pub p90_s: Option<f64>,
}

/// An activity that cases repeat.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Repeated {
    /// The activity.
    pub activity: String,
    /// How many cases have it more than once.
    pub cases: i64,
    /// Their share.
    pub share: Option<f64>,
}

/// What the figures are made from.
struct Measured {
    /// Over all asked cases.
    whole: Side,
    arrivals: Frame,
    throughput: Frame,
    cycle: Frame,
    rework: Frame,
    handoffs: Frame,
}

impl App {
    /// The asked cases at a glance.
    ///
    /// # Errors
    /// Those of the queries.
    pub async fn overview(&self, asked: &Asked) -> Result<Overview, AppError> {
        let [totals, gaps, reworked, handed, arrivals, throughput, cycle, rework, handoffs, waiting, repeated] = self
            .ask_all(
                asked,
                [
                    "log_totals",
                    "event_gaps",
                    "rework_cases",
                    "handoffs_per_case",
                    "arrivals",
                    "throughput",
                    "cycle_time",
                    "rework_over_time",
                    "handoffs_over_time",
                    "waiting",
                    "rework",
                ],
            )
            .await?;
        let variants = self.variants(asked, Some(TOLD)).await?;
        let reach = Reach::of(asked, &gaps, &totals);
        let whole = Side::new(&totals, &reworked, &handed);
        let measured = Measured { whole, arrivals, throughput, cycle, rework, handoffs };
        let pairing = compared::pairing(&asked.filter, &reach, &measured.throughput);
        let sides = match &pairing {
            Ok(pairing) => Ok((pairing, self.sides(asked, pairing, &measured).await?)),
            Err(why) => Err(*why),
        };
        Ok(Overview {
            cases: measured.whole.cases,
            figures: figures::figures(&measured, &reach, &sides),
            compared: pairing.as_ref().ok().map(Pairing::told),
            not_compared: pairing.err().map(str::to_owned),
            waits: waits(&waiting),
            variants,
            rework: repetitions(&repeated),
            meta: meta(asked, &totals),
        })
    }

    /// Both sides of a comparison: now, and before.
    async fn sides(&self, asked: &Asked, pairing: &Pairing, measured: &Measured) -> Result<(Side, Side), AppError> {
        let now = match pairing.weeks {
            None => measured.whole.clone(),
            Some(_) => self.side(asked, pairing.now.clone()).await?,
        };
        Ok((now, self.side(asked, pairing.before.clone()).await?))
    }

    async fn side(&self, asked: &Asked, filter: crate::model::filter::Filter) -> Result<Side, AppError> {
        let asked = Asked { target: asked.target.clone(), filter };
        let [totals, reworked, handed] =
            self.ask_all(&asked, ["log_totals", "rework_cases", "handoffs_per_case"]).await?;
        Ok(Side::new(&totals, &reworked, &handed))
    }
}

fn waits(frame: &Frame) -> Vec<Wait> {
    let wait = |row: usize| {
        Some(Wait {
            from: frame.text("from_activity", row)?.to_owned(),
            to: frame.text("to_activity", row)?.to_owned(),
            pairs: frame.integer("pairs", row)?,
            total_s: frame.number("total_s", row).filter(|total| *total > 0.0)?,
            share: frame.number("share", row),
            median_s: frame.number("median_s", row),
            p90_s: frame.number("p90_s", row),
        })
    };
    (0..frame.rows).filter_map(wait).take(TOLD).collect()
}

fn repetitions(frame: &Frame) -> Vec<Repeated> {
    let repeated = |row: usize| {
        Some(Repeated {
            activity: frame.text("activity", row)?.to_owned(),
            cases: frame.integer("cases", row)?,
            share: frame.number("share", row),
        })
    };
    (0..frame.rows).filter_map(repeated).take(TOLD).collect()
}
