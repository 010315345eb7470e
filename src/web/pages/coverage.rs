//! How much of the cases the most frequent variants cover: the curve above the list, and the way from a share to the map
//! of the variants that it takes.

use crate::app::Asked;
use crate::chart::spec::{Figure, Lines, Places, Series, Target};
use crate::chart::{Axis, Size, Spec, draw};
use crate::draw::figure::{count, percent};
use crate::draw::theme::Theme;
use crate::model::kind::Kind;
use crate::web::ask::Ask;
use crate::web::error::ApiError;
use crate::web::pages::address::Address;
use crate::web::pages::cases::flow_page;
use crate::web::pages::variant_list::{Entry, Group, cumulated, entries, needed, share};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Ranks whose coverage is told.
const RANKS: [usize; 13] = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 20_000];
/// Points of the curve at most.
const POINTS: usize = 240;
/// The share that is marked unless another one is chosen, in per cent.
const USUAL: usize = 80;

/// See the module.
pub struct Coverage {
    /// The curve.
    pub figure: String,
    /// The chosen share in per cent.
    pub percent: usize,
    /// How many rows it takes, in words.
    pub words: String,
    /// For each per cent from 1 to 100, how many rows it takes.
    pub needed: String,
    /// The ranks of the points of the curve, and their shares.
    pub ranks: String,
    /// See [`Self::ranks`].
    pub shares: String,
    /// What one row is called, and several.
    pub names: (&'static str, &'static str),
    /// The same as a table.
    pub rows: Vec<Row>,
    /// Whether the map can show the rows that it takes.
    pub has_map: bool,
}

/// A line of the table.
pub struct Row {
    /// How many rows.
    pub rank: String,
    /// How many cases they cover.
    pub cases: String,
    /// Their share.
    pub share: String,
    /// The same as a bar.
    pub bar: u32,
}

/// The curve of a list; none if there is but one row.
///
/// # Errors
/// 400 if `cover` is no whole number.
pub fn coverage(ask: &Ask, map: &Address, list: &[Entry], group: Group) -> Result<Option<Coverage>, ApiError> {
    if list.len() < 2 {
        return Ok(None);
    }
    let run = cumulated(list);
    let percent = ask.number("cover")?.unwrap_or(USUAL).clamp(1, 100);
    let points = points(run.len());
    let join = |texts: Vec<String>| texts.join(" ");
    let takes = |percent: usize| needed(&run, percent as f64 / 100.0);
    // Only paths can be drawn; what groups have in common is no path that a case took.
    let has_map = group == Group::Path;
    let links = points.iter().map(|rank| has_map.then(|| map.with("variants", rank).href())).collect();
    Ok(Some(Coverage {
        figure: draw(&spec(&run, &points, percent, links, group), Theme::Page, Size::card(1_240, 190)),
        percent,
        words: words(takes(percent), group),
        needed: join((1..=100).map(|percent| takes(percent).to_string()).collect()),
        ranks: join(points.iter().map(usize::to_string).collect()),
        shares: join(points.iter().map(|rank| format!("{:.5}", share(&run, rank - 1))).collect()),
        names: group.words(),
        rows: rows(&run),
        has_map,
    }))
}

fn words(rows: usize, group: Group) -> String {
    let (one, several) = group.words();
    if rows == 1 { format!("1 {one}") } else { format!("{} {several}", count(rows as i64)) }
}

/// All ranks, or, of many, some that are closer where the curve is steeper.
fn points(last: usize) -> Vec<usize> {
    if last <= POINTS {
        return (1..=last).collect();
    }
    let growth = (last as f64).powf(1.0 / (POINTS - 1) as f64);
    let mut ranks: Vec<usize> = (0..POINTS).map(|at| growth.powi(at as i32).round() as usize).collect();
    ranks.push(last);
    ranks.dedup();
    ranks.retain(|rank| (1..=last).contains(rank));
    ranks
}

fn spec(run: &[i64], points: &[usize], percent: usize, links: Vec<Option<String>>, group: Group) -> Spec {
    let (_, several) = group.words();
    let lines = Lines {
        places: Places::At(points.iter().map(|rank| *rank as f64).collect()),
        series: vec![Series {
            name: "cases covered".to_owned(),
            values: points.iter().map(|rank| Some(share(run, rank - 1))).collect(),
        }],
        band: None,
    };
    let axes = (Axis::new(several, Kind::Count), Axis::new("", Kind::Share));
    let target = Some(Target { value: percent as f64 / 100.0, label: String::new(), neutral: true });
    Spec { links, target, ..Spec::new("Cases covered by the most frequent ones", axes.0, axes.1, Figure::Line(lines)) }
}

fn rows(run: &[i64]) -> Vec<Row> {
    let last = run.len();
    let ranks = RANKS.into_iter().filter(|rank| *rank < last).chain((last > 0).then_some(last));
    let row = |rank: usize| Row {
        rank: count(rank as i64),
        cases: count(run[rank - 1]),
        share: percent(share(run, rank - 1)),
        bar: (share(run, rank - 1) * 100.0).round() as u32,
    };
    ranks.map(row).collect()
}

/// Leads to the map of the variants that cover the chosen share.
pub async fn cover(ask: Ask) -> Result<Response, ApiError> {
    ask.only(&["cover"])?;
    let asked: Asked = ask.open().await?;
    let percent = ask.number("cover")?.unwrap_or(USUAL).clamp(1, 100);
    let run = cumulated(&entries(&ask, &asked, Group::Path).await?);
    let map = flow_page(&ask, &asked, "map").with("variants", needed(&run, percent as f64 / 100.0).max(1));
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, map.href())]).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::variant_list::tests::entries;

    #[test]
    fn the_curve_has_few_points_and_both_ends() {
        for last in [1, 2, 240, 241, 1_000, 500_000] {
            let points = points(last);
            assert!(points.len() <= POINTS + 1 && points[0] == 1 && points[points.len() - 1] == last, "{last}");
            assert!(points.windows(2).all(|pair| pair[0] < pair[1]), "{points:?}");
        }
    }

    #[test]
    fn the_table_ends_at_all_cases() {
        let rows = rows(&cumulated(&entries(&[50, 30, 20])));
        let told: Vec<(&str, &str)> = rows.iter().map(|row| (row.rank.as_str(), row.share.as_str())).collect();
        assert_eq!(told, [("1", "50 %"), ("2", "80 %"), ("3", "100 %")]);
        assert!(super::rows(&[]).is_empty());
    }
}
