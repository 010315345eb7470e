//! The cases that are asked about: the slow ones, those with rework, those that differ from the official flow. Cases of which
//! it is not known are left out, and counted.

use super::Known;
use crate::app::{AppError, Asked};
use crate::draw::figure::duration;
use crate::model::causes::CauseTarget;
use crate::model::filter::{Filter, Period, PeriodBy, Seconds};
use crate::model::time::rfc3339;
use crate::query::{Frame, Values};
use std::str::FromStr;

/// Cases above this part of all cycle times are slow, unless it is said from when on.
const SLOW_FROM: f64 = 0.9;

/// What is asked about.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Cases that take longer than so many seconds; without, than nine in ten.
    Slow(Option<f64>),
    /// Cases that do something more than once.
    Rework,
    /// Cases that differ from the official flow, in this way or in any that is not accepted.
    Deviation(Option<String>),
}

impl FromStr for Target {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value.trim())));
        match (name.trim(), value) {
            ("" | "slow", None) => Ok(Self::Slow(None)),
            ("rework", None) => Ok(Self::Rework),
            ("deviation", None) => Ok(Self::Deviation(None)),
            ("deviation", Some(id)) if !id.is_empty() => Ok(Self::Deviation(Some(id.to_owned()))),
            ("slow", Some(seconds)) => {
                let number = seconds.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
                number.map(|number| Self::Slow(Some(number))).ok_or_else(|| AppError::Invalid {
                    what: format!("`{seconds}` is no number of seconds"),
                    hint: "e.g. slow=86400 for cases that take longer than a day".to_owned(),
                })
            }
            _ => Err(AppError::Invalid {
                what: format!("nothing is known about `{text}`"),
                hint: "ask for slow, slow=SECONDS, rework, deviation or deviation=ID".to_owned(),
            }),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Slow(None) => f.write_str("slow"),
            Self::Slow(Some(seconds)) => write!(f, "slow={seconds}"),
            Self::Rework => f.write_str("rework"),
            Self::Deviation(None) => f.write_str("deviation"),
            Self::Deviation(Some(id)) => write!(f, "deviation={id}"),
        }
    }
}

impl Target {
    /// What cannot be asked of this log is told before anything is read.
    pub(super) fn check(&self, asked: &Asked) -> Result<(), AppError> {
        let snapshot = &asked.target.snapshot;
        match self {
            Self::Slow(_) if !snapshot.manifest.has_times => Err(AppError::Invalid {
                what: "the log has no times, so no case is slow".to_owned(),
                hint: "ask for rework, or for deviation".to_owned(),
            }),
            Self::Deviation(Some(id)) if !snapshot.deviations().contains(id) => {
                Err(AppError::NoSuchDeviation { id: id.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// Which of the asked cases are looked at, and which of those are of the target.
pub(super) struct Labels {
    /// Places of the cases among the asked ones.
    pub kept: Vec<u32>,
    /// For each of them whether it is of the target.
    pub target: Vec<bool>,
    /// How many are not looked at.
    pub left_out: usize,
    /// Why.
    pub why: Option<String>,
    /// What is asked, in words.
    pub words: CauseTarget,
    /// The cases that are looked at, as a filter besides the one in force; none where none can say it.
    pub population: Option<Filter>,
    /// The target's cases among them, likewise.
    pub among: Option<Filter>,
}

impl Labels {
    pub(super) fn of(of: &Target, asked: &Asked, known: &Known, verdicts: Option<&Frame>) -> Result<Self, AppError> {
        match of {
            Target::Slow(seconds) => Ok(slow(of, *seconds, asked, known)),
            Target::Rework => rework(of, asked, known),
            Target::Deviation(id) => Ok(deviating(of, id.as_deref(), known, verdicts)),
        }
    }
}

/// Cases that started so near the end of the log that they cannot have been slow yet are left out: taken as quick, they
/// would make every late start look good.
fn slow(of: &Target, seconds: Option<f64>, asked: &Asked, known: &Known) -> Labels {
    let limit = seconds.map(|seconds| seconds * 1e6).or_else(|| percentile(&known.cycle, SLOW_FROM));
    let words = |limit: f64| format!("take longer than {}", duration(limit / 1e6));
    let Some(limit) = limit else { return Labels::none(of) };
    let last = asked.target.snapshot.manifest.last_us.map_or(f64::INFINITY, |last| last as f64);
    let horizon = last - limit;
    let (mut kept, mut target, mut least) = (Vec::new(), Vec::new(), f64::INFINITY);
    for (row, (started, cycle)) in known.started.iter().zip(&known.cycle).enumerate() {
        if cycle.is_nan() || *started > horizon {
            continue;
        }
        kept.push(row as u32);
        target.push(*cycle > limit);
        if *cycle > limit {
            least = least.min(*cycle);
        }
    }
    let left_out = known.cycle.len() - kept.len();
    // The bound of the filter belongs to it, and times are whole microseconds.
    let started = Period { from: None, to: Some((horizon.floor() as i64).saturating_add(1)), by: PeriodBy::Start };
    let population = match left_out {
        0 => Filter::default(),
        _ => Filter { period: Some(started), ..Filter::default() },
    };
    let long = Seconds { min: Some(least / 1e6), max: None };
    Labels {
        left_out,
        why: (left_out > 0).then(|| {
            let day = rfc3339(horizon as i64).get(..10).unwrap_or_default().to_owned();
            format!("started so late (from {day} on) that none of them can have taken that long yet")
        }),
        words: CauseTarget { of: of.to_string(), words: words(limit), longer_than_s: Some(limit / 1e6) },
        population: Some(population),
        among: least.is_finite().then(|| Filter { cycle_time_s: Some(long), ..Filter::default() }),
        kept,
        target,
    }
}

fn rework(of: &Target, asked: &Asked, known: &Known) -> Result<Labels, AppError> {
    let repeats = |path: &Vec<i32>| {
        let mut sorted = path.clone();
        sorted.sort_unstable();
        sorted.windows(2).any(|pair| pair[0] == pair[1])
    };
    let of_variant: Vec<bool> = asked.target.snapshot.variants()?.paths.iter().map(repeats).collect();
    // Numbers of variants begin at 1.
    let at = |variant: &u32| (*variant as usize).checked_sub(1).and_then(|at| of_variant.get(at));
    let does = |variant: &u32| at(variant).copied().unwrap_or_default();
    Ok(Labels {
        kept: (0..known.variants.len() as u32).collect(),
        target: known.variants.iter().map(does).collect(),
        left_out: 0,
        why: None,
        words: CauseTarget { of: of.to_string(), words: "do something more than once".to_owned(), longer_than_s: None },
        population: Some(Filter::default()),
        among: Some(Filter { rework: Some(true), ..Filter::default() }),
    })
}

fn deviating(of: &Target, id: Option<&str>, known: &Known, verdicts: Option<&Frame>) -> Labels {
    let most = known.numbers.iter().max().map_or(0, |most| *most as usize + 1);
    let mut differs: Vec<Option<bool>> = vec![None; most];
    if let Some(frame) = verdicts
        && let Some(Values::Boolean(values)) = frame.column("differs").map(|column| &column.values)
    {
        for (row, value) in values.iter().enumerate() {
            if let Some(place) = frame.integer("case_idx", row).and_then(|case| differs.get_mut(case as usize)) {
                *place = *value;
            }
        }
    }
    let (mut kept, mut target) = (Vec::new(), Vec::new());
    for (row, number) in known.numbers.iter().enumerate() {
        if let Some(differs) = differs[*number as usize] {
            kept.push(row as u32);
            target.push(differs);
        }
    }
    let left_out = known.numbers.len() - kept.len();
    let words = match id {
        Some(id) => format!("differ from the official flow by {id}"),
        None => "differ from the official flow".to_owned(),
    };
    Labels {
        left_out,
        why: (left_out > 0)
            .then(|| "are still under way, or the log does not say enough to know whether they differ".to_owned()),
        words: CauseTarget { of: of.to_string(), words, longer_than_s: None },
        // Filters know no finished cases.
        population: Some(Filter::default()).filter(|_| left_out == 0),
        among: id.map(|id| Filter { deviations: vec![id.to_owned()], ..Filter::default() }),
        kept,
        target,
    }
}

impl Labels {
    fn none(of: &Target) -> Self {
        Self {
            kept: Vec::new(),
            target: Vec::new(),
            left_out: 0,
            why: None,
            words: CauseTarget {
                of: of.to_string(),
                words: "take longer than nine in ten".to_owned(),
                longer_than_s: None,
            },
            population: Some(Filter::default()),
            among: None,
        }
    }
}

/// Linear interpolation between the two nearest (Hyndman-Fan type 7), as everywhere here; what is no number is left out.
fn percentile(numbers: &[f64], part: f64) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    let place = (numbers.len().checked_sub(1)?) as f64 * part;
    let below = place.floor() as usize;
    let (_, low, above) = numbers.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    Some(if high.is_finite() { *low + (high - *low) * (place - below as f64) } else { *low })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_and_written_alike() {
        for text in ["slow", "slow=86400", "slow=0.5", "rework", "deviation", "deviation=skipped-0123456789ab"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!("".parse::<Target>().unwrap(), Target::Slow(None));
        for wrong in ["luck", "slow=soon", "slow=-1", "slow=inf", "rework=2", "deviation="] {
            assert!(matches!(wrong.parse::<Target>(), Err(AppError::Invalid { .. })), "{wrong}");
        }
    }

    #[test]
    fn percentiles_lie_between_numbers() {
        assert_eq!(percentile(&[1.0, 3.0, 2.0, 4.0, f64::NAN], 0.9), Some(3.7));
        assert_eq!(percentile(&[5.0], 0.9), Some(5.0));
        assert_eq!(percentile(&[f64::NAN], 0.9), None);
    }
}
