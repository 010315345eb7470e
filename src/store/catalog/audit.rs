//! The audit: who changed what and when. Rows are only ever added; the tables themselves refuse anything else.

use super::connection::Catalog;
use super::error::{CatalogError, Step, check_json};
use rusqlite::{Connection, Row, params};
use serde::Serialize;

/// The most rows that one page of the audit holds.
const LARGEST_PAGE: u32 = 1000;

/// One change, as it is handed in.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditEntry<'a> {
    /// Who did it: the name of a token, or e.g. `command line`.
    pub actor: &'a str,
    /// What was done, as `thing.verb`, e.g. `flow.create`.
    pub action: &'a str,
    /// Name of the flow that it concerns.
    pub flow: Option<&'a str>,
    /// Name or id of the thing that changed.
    pub subject: &'a str,
    /// What it was before, as JSON.
    pub before: Option<&'a str>,
    /// What it is now, as JSON.
    pub after: Option<&'a str>,
}

/// One change, as it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// Number of the row; later changes have higher numbers.
    pub id: i64,
    /// When, in microseconds since 1970 in UTC.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What was done, e.g. `flow.create`.
    pub action: String,
    /// Name that the flow had then.
    pub flow: Option<String>,
    /// Name or id of the thing that changed.
    pub subject: String,
    /// What it was before, as JSON.
    pub before: Option<String>,
    /// What it was afterwards, as JSON.
    pub after: Option<String>,
}

/// Which part of the audit to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter<'a> {
    /// Only what concerns the flow of this name.
    pub flow: Option<&'a str>,
    /// Only rows older than the one with this number: the last number of the page before.
    pub before_id: Option<i64>,
    /// How many rows at most; 0 and anything above 1000 mean 1000.
    pub limit: u32,
}

impl Catalog {
    /// Adds a row for a change that was made elsewhere than in this catalog.
    ///
    /// # Errors
    /// `Invalid` if `before` or `after` is not JSON or a needed text is empty; `Busy` or `Storage`.
    pub fn append_audit(&self, entry: AuditEntry<'_>) -> Result<(), CatalogError> {
        self.write(|transaction| append(transaction, self.now(), entry))
    }

    /// A page of the audit, the newest row first.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn list_audit(&self, filter: AuditFilter<'_>) -> Result<Vec<AuditRecord>, CatalogError> {
        let step = "list the audit";
        let limit = if filter.limit == 0 { LARGEST_PAGE } else { filter.limit.min(LARGEST_PAGE) };
        let sql = "SELECT id, at, actor, action, flow, subject, before_value, after_value FROM audit
                   WHERE id < ?1 AND (?2 IS NULL OR flow = ?2) ORDER BY id DESC LIMIT ?3";
        self.read(|connection| {
            let mut statement = connection.prepare(sql).step(step)?;
            let below = filter.before_id.unwrap_or(i64::MAX);
            let rows = statement.query_map(params![below, filter.flow, limit], read_record).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }
}

/// Adds a row inside the transaction of the change itself, so that neither exists without the other.
///
/// # Errors
/// As [`Catalog::append_audit`].
pub(super) fn append(connection: &Connection, at: i64, entry: AuditEntry<'_>) -> Result<(), CatalogError> {
    let AuditEntry { actor, action, flow, subject, before, after } = entry;
    for (what, text) in [("the actor", actor), ("the action", action), ("the subject", subject)] {
        if text.is_empty() {
            return Err(CatalogError::invalid(what, "of a change is empty", "every change needs a name in the audit"));
        }
    }
    for value in [before, after].into_iter().flatten() {
        check_json("an audit value", value)?;
    }
    let sql = "INSERT INTO audit (at, actor, action, flow, subject, before_value, after_value)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let added = connection.execute(sql, params![at, actor, action, flow, subject, before, after]);
    added.step("write the audit")?;
    Ok(())
}

fn read_record(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    Ok(AuditRecord {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        flow: row.get(4)?,
        subject: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_support::catalog;
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let (catalog, _folder) = catalog();
        for number in 0..25 {
            let subject = format!("thing {number}");
            let flow = (number % 2 == 0).then_some("even");
            let entry =
                AuditEntry { actor: "ann", action: "thing.make", flow, subject: &subject, ..AuditEntry::default() };
            catalog.append_audit(entry).unwrap();
        }
        let mut seen = Vec::new();
        let mut before_id = None;
        loop {
            let page = catalog.list_audit(AuditFilter { before_id, limit: 10, ..AuditFilter::default() }).unwrap();
            let Some(last) = page.last() else { break };
            before_id = Some(last.id);
            seen.extend(page.into_iter().map(|row| row.subject));
        }
        let expected: Vec<String> = (0..25).rev().map(|number| format!("thing {number}")).collect();
        assert_eq!(seen, expected);
        let even = catalog.list_audit(AuditFilter { flow: Some("even"), ..AuditFilter::default() }).unwrap();
        assert_eq!(even.len(), 13);
    }

    #[test]
    fn rows_cannot_be_changed_or_removed() {
        let (catalog, _folder) = catalog();
        let entry =
            AuditEntry { actor: "ann", action: "a.b", subject: "c", after: Some("{}"), ..AuditEntry::default() };
        catalog.append_audit(entry).unwrap();
        for sql in ["UPDATE audit SET actor = 'bob'", "DELETE FROM audit"] {
            let result = catalog.write(|transaction| transaction.execute(sql, []).step("tamper"));
            assert!(result.is_err(), "{sql}");
        }
        let rows = catalog.list_audit(AuditFilter::default()).unwrap();
        assert_eq!((rows.len(), rows[0].actor.as_str(), rows[0].after.as_deref()), (1, "ann", Some("{}")));
    }

    #[test]
    fn nameless_changes_and_broken_json_are_refused() {
        let (catalog, _folder) = catalog();
        let good = AuditEntry { actor: "ann", action: "a.b", subject: "c", ..AuditEntry::default() };
        let refused = [
            AuditEntry { actor: "", ..good },
            AuditEntry { action: "", ..good },
            AuditEntry { subject: "", ..good },
            AuditEntry { after: Some("{"), ..good },
        ];
        for entry in refused {
            assert!(matches!(catalog.append_audit(entry), Err(CatalogError::Invalid { .. })), "{entry:?}");
        }
    }
}
