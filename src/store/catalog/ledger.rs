//! The ledger of deviations: what people decided about each way of differing from the official flow, decision by
//! decision. The catalog keeps ids and words; what they mean is not its business.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step};
use super::flows::find_flow;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

/// Characters of a comment, at most.
const LONGEST_COMMENT: usize = 4_000;
/// Characters of an owner's name, or of an id, at most.
const LONGEST_NAME: usize = 200;

/// What is to be decided about a way of differing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDecision {
    /// `new`, `accepted`, `error` or `to_formalise`.
    pub status: String,
    /// It holds for cases that start before this, in microseconds since 1970 in UTC; for all without it.
    pub until: Option<i64>,
    /// Whose business it is.
    pub owner: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// The revision that its author had before them, 0 for none; where it is not the newest, nothing is changed.
    pub replaces: Option<u32>,
}

/// A decision about a way of differing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionRecord {
    /// The way of differing.
    pub deviation: String,
    /// 1, 2, 3 … within it.
    pub revision: u32,
    /// When, in microseconds since 1970 in UTC.
    pub at: i64,
    /// Who decided it.
    pub author: String,
    /// `new`, `accepted`, `error` or `to_formalise`.
    pub status: String,
    /// It holds for cases that start before this.
    pub until: Option<i64>,
    /// Whose business it is.
    pub owner: Option<String>,
    /// Why.
    pub comment: Option<String>,
}

/// What answers about a flow's deviations depend on, beside its log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficialState {
    /// Hash of the official flow; none without one.
    pub hash: Option<String>,
    /// Grows with every decision.
    pub decisions: i64,
}

impl Catalog {
    /// Keeps a decision about a way of differing. What says the same as the newest one makes no new revision.
    ///
    /// # Errors
    /// `Conflict` where somebody else was faster; `NotFound` for the flow; `Invalid` for what cannot be kept; `Busy` or
    /// `Storage`.
    pub fn decide(
        &self,
        actor: &str,
        flow: &str,
        deviation: &str,
        new: &NewDecision,
    ) -> Result<DecisionRecord, CatalogError> {
        check(deviation, new)?;
        self.change(|transaction| {
            let flow = find_flow(transaction, flow)?;
            let newest = newest(transaction, &flow.id, deviation)?;
            let revision = newest.as_ref().map_or(0, |newest| newest.revision);
            if let Some(replaces) = new.replaces.filter(|replaces| *replaces != revision) {
                let by = newest.as_ref().map_or_else(String::new, |newest| format!(" by {}", newest.author));
                let message = format!(
                    "the ledger has moved on: decision {revision}{by} is the newest, and this one replaces {replaces}"
                );
                return Err(CatalogError::conflict(message, "read the newest decision, and decide again"));
            }
            let record = DecisionRecord {
                deviation: deviation.to_owned(),
                revision: revision + 1,
                at: self.now(),
                author: actor.to_owned(),
                status: new.status.clone(),
                until: new.until,
                owner: filled(new.owner.as_deref()),
                comment: filled(new.comment.as_deref()),
            };
            if let Some(same) = newest.as_ref().filter(|newest| says(newest) == says(&record)) {
                return Ok(same.clone());
            }
            insert(transaction, &flow.id, &record)?;
            let (before, after) = (newest.as_ref().map(describe), describe(&record));
            let entry = AuditEntry {
                actor,
                action: "deviation.decide",
                flow: Some(flow.name.as_str()),
                subject: deviation,
                before: before.as_deref(),
                after: Some(&after),
            };
            audit::append(transaction, record.at, entry)?;
            Ok(record)
        })
    }

    /// The newest decision about each way of differing, by its id.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Busy` or `Storage`.
    pub fn decisions(&self, flow: &str) -> Result<Vec<DecisionRecord>, CatalogError> {
        let rest = "AND revision = (SELECT max(revision) FROM deviation_ledger AS other
                    WHERE other.flow_id = deviation_ledger.flow_id AND other.deviation_id = deviation_ledger.deviation_id)
                    ORDER BY deviation_id";
        self.list_decisions(flow, rest, None)
    }

    /// All decisions about one way of differing, the newest first.
    ///
    /// # Errors
    /// As [`Self::decisions`].
    pub fn decisions_about(&self, flow: &str, deviation: &str) -> Result<Vec<DecisionRecord>, CatalogError> {
        self.list_decisions(flow, "AND deviation_id = ?2 ORDER BY revision DESC", Some(deviation))
    }

    fn list_decisions(
        &self,
        flow: &str,
        rest: &str,
        deviation: Option<&str>,
    ) -> Result<Vec<DecisionRecord>, CatalogError> {
        let step = "list the decisions about deviations";
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let mut statement = connection.prepare(&select(rest)).step(step)?;
            let rows = match deviation {
                Some(deviation) => statement.query_map(params![flow.id, deviation], read),
                None => statement.query_map(params![flow.id], read),
            };
            rows.step(step)?.collect::<Result<_, _>>().step(step)
        })
    }

    /// What answers about a flow's deviations depend on; nothing for a flow that there is not.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn official_state(&self, flow: &str) -> Result<OfficialState, CatalogError> {
        // All versions in force judge some cases, so each of them, and the day of each, changes answers.
        let sql = "SELECT (SELECT group_concat(hash || coalesce(valid_from, '') || '#' || f.number, ' ')
                           FROM official_flows AS f LEFT JOIN official_flow_decisions AS d USING (flow_id, number)
                           WHERE flow_id = flows.id AND (proposed = 0 OR approved = 1)),
                          (SELECT coalesce(max(number), 0) FROM deviation_ledger WHERE flow_id = flows.id)
                   FROM flows WHERE name = ?1";
        self.read(|connection| {
            let read = |row: &Row<'_>| Ok(OfficialState { hash: row.get(0)?, decisions: row.get(1)? });
            let found = connection.query_row(sql, [flow], read).optional();
            Ok(found.step("read the state of the official flow")?.unwrap_or_default())
        })
    }
}

fn select(rest: &str) -> String {
    let columns = "deviation_id, revision, at, author, status, until, owner, comment";
    format!("SELECT {columns} FROM deviation_ledger WHERE flow_id = ?1 {rest}")
}

fn newest(connection: &Connection, flow: &str, deviation: &str) -> Result<Option<DecisionRecord>, CatalogError> {
    let sql = select("AND deviation_id = ?2 ORDER BY revision DESC LIMIT 1");
    connection.query_row(&sql, params![flow, deviation], read).optional().step("read the newest decision")
}

fn insert(connection: &Connection, flow: &str, record: &DecisionRecord) -> Result<(), CatalogError> {
    let sql =
        "INSERT INTO deviation_ledger (flow_id, deviation_id, revision, at, author, status, until, owner, comment)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let DecisionRecord { deviation, revision, at, author, status, until, owner, comment } = record;
    let values = params![flow, deviation, revision, at, author, status, until, owner, comment];
    connection.execute(sql, values).step("keep the decision")?;
    Ok(())
}

type Said<'a> = (&'a str, Option<i64>, Option<&'a str>, Option<&'a str>);

fn says(record: &DecisionRecord) -> Said<'_> {
    (&record.status, record.until, record.owner.as_deref(), record.comment.as_deref())
}

fn describe(record: &DecisionRecord) -> String {
    let DecisionRecord { revision, status, until, owner, comment, .. } = record;
    let until = until.map(crate::model::time::rfc3339);
    serde_json::json!({"revision": revision, "status": status, "until": until, "owner": owner, "comment": comment})
        .to_string()
}

fn filled(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn check(deviation: &str, new: &NewDecision) -> Result<(), CatalogError> {
    const STATUSES: [&str; 4] = ["new", "accepted", "error", "to_formalise"];
    if !STATUSES.contains(&new.status.as_str()) {
        let message = format!("is `{}`", new.status);
        return Err(CatalogError::invalid("the status", message, "it is new, accepted, error or to_formalise"));
    }
    let texts = [
        ("the comment", new.comment.as_deref().unwrap_or_default(), LONGEST_COMMENT),
        ("the owner", new.owner.as_deref().unwrap_or_default(), LONGEST_NAME),
        ("the id of the deviation", deviation, LONGEST_NAME),
    ];
    match texts.into_iter().find(|(_, text, most)| text.chars().count() > *most) {
        Some((what, _, most)) => {
            Err(CatalogError::invalid(what, format!("is longer than {most} characters"), "shorten it"))
        }
        None => Ok(()),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<DecisionRecord> {
    Ok(DecisionRecord {
        deviation: row.get(0)?,
        revision: row.get(1)?,
        at: row.get(2)?,
        author: row.get(3)?,
        status: row.get(4)?,
        until: row.get(5)?,
        owner: row.get(6)?,
        comment: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{catalog, flow_name};
    use super::*;
    use crate::store::catalog::AuditFilter;

    fn decision(status: &str, replaces: Option<u32>) -> NewDecision {
        NewDecision { status: status.to_owned(), owner: Some(" Ann ".to_owned()), replaces, ..NewDecision::default() }
    }

    #[test]
    fn decisions_follow_each_other_and_are_audited() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        assert_eq!(catalog.official_state("orders").unwrap(), OfficialState::default());
        let decide = |id: &str, new: &NewDecision| catalog.decide("ann", "orders", id, new);
        assert_eq!(decide("skipped-1", &decision("accepted", Some(0))).unwrap().revision, 1);
        // The same once more is no decision.
        assert_eq!(decide("skipped-1", &decision("accepted", None)).unwrap().revision, 1);
        assert_eq!(decide("skipped-1", &decision("error", Some(1))).unwrap().revision, 2);
        assert_eq!(decide("extra-1", &decision("to_formalise", None)).unwrap().revision, 1);
        let late = decide("skipped-1", &decision("new", Some(1))).unwrap_err();
        assert!(late.to_string().contains("decision 2 by ann is the newest"), "{late}");
        let newest = catalog.decisions("orders").unwrap();
        let short: Vec<(&str, &str)> = newest.iter().map(|d| (d.deviation.as_str(), d.status.as_str())).collect();
        assert_eq!(short, [("extra-1", "to_formalise"), ("skipped-1", "error")]);
        assert_eq!(newest[0].owner.as_deref(), Some("Ann"));
        let history = catalog.decisions_about("orders", "skipped-1").unwrap();
        assert_eq!(history.iter().map(|d| d.revision).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(catalog.official_state("orders").unwrap().decisions, 3);
        let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
        let of_ledger: Vec<_> = audit.iter().filter(|row| row.action == "deviation.decide").collect();
        assert_eq!(of_ledger.len(), 3);
        let second = of_ledger.iter().find(|row| row.before.is_some()).unwrap();
        assert!(second.before.as_deref().is_some_and(|before| before.contains("accepted")));
        assert!(second.after.as_deref().is_some_and(|after| after.contains("error")));
    }

    #[test]
    fn what_was_decided_cannot_be_changed_and_nonsense_is_refused() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let decide = |new: &NewDecision| catalog.decide("ann", "orders", "skipped-1", new);
        assert!(matches!(decide(&decision("fine", None)), Err(CatalogError::Invalid { .. })));
        let long = NewDecision { comment: Some("x".repeat(5_000)), ..decision("new", None) };
        assert!(matches!(decide(&long), Err(CatalogError::Invalid { .. })));
        decide(&decision("accepted", None)).unwrap();
        let sql = "UPDATE deviation_ledger SET status = 'new'";
        assert!(catalog.write(|transaction| transaction.execute(sql, []).step("tamper")).is_err());
        catalog.delete_flow("ann", "orders").unwrap();
        assert!(matches!(catalog.decisions("orders"), Err(CatalogError::NotFound { .. })));
    }
}
