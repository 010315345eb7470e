//! The official flow of a flow, version by version, as it was given: the catalog keeps the text and does not read it.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step, check_hash};
use super::flows::find_flow;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

/// Characters of a model, at most.
const LONGEST_MODEL: usize = 8 << 20;
/// Characters of a reason or a name, at most.
const LONGEST_WORDS: usize = 2_000;

/// An official flow that is to become the newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOfficialFlow {
    /// `bpmn`, `pnml`, `yaml`, `toml`, `json` or `csv`.
    pub notation: String,
    /// Name of its file or process.
    pub name: String,
    /// The text.
    pub model: String,
    /// Hash of the text, 64 lower-case hex digits.
    pub hash: String,
    /// Why it was changed.
    pub reason: Option<String>,
    /// Cases that start from then on are judged by it, in microseconds since 1970 in UTC; all unless given.
    pub valid_from: Option<i64>,
    /// Whether somebody else has to approve it first.
    pub proposed: bool,
    /// The version that the author had before them, 0 for none; where it is not the newest, nothing is changed.
    pub replaces: Option<u32>,
}

/// One version of an official flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficialFlowRecord {
    /// 1, 2, 3 … within the flow.
    pub number: u32,
    /// When it was given, in microseconds since 1970 in UTC.
    pub created_at: i64,
    /// Who gave it.
    pub created_by: String,
    /// `bpmn`, `pnml`, `yaml`, `toml`, `json` or `csv`.
    pub notation: String,
    /// Name of its file or process.
    pub name: String,
    /// The text.
    pub model: String,
    /// Hash of the text.
    pub hash: String,
    /// Why it was changed.
    pub reason: Option<String>,
    /// Cases that start from then on are judged by it; all, if nothing is said.
    pub valid_from: Option<i64>,
    /// Whether it was only proposed.
    pub proposed: bool,
    /// Whether nobody but its author could have approved it when it was given.
    pub nobody_else: bool,
    /// What became of the proposal.
    pub decision: Option<Decision>,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// When.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// Whether it was approved.
    pub approved: bool,
    /// Whether the author decided, because there was nobody else.
    pub alone: bool,
    /// Why.
    pub reason: Option<String>,
}

impl OfficialFlowRecord {
    /// Whether cases are judged by it: it was never a proposal, or an approved one.
    pub fn is_in_force(&self) -> bool {
        !self.proposed || self.decision.as_ref().is_some_and(|decision| decision.approved)
    }

    /// `approved` by a second person; in force as `single_user` where there was none, as `unapproved` where there was one who
    /// was not asked; else `proposed` or `rejected`.
    pub fn state(&self) -> &'static str {
        match (&self.decision, self.proposed) {
            (None, false) if self.nobody_else => "single_user",
            (None, false) => "unapproved",
            (None, true) => "proposed",
            (Some(decision), _) if decision.approved && decision.alone => "single_user",
            (Some(decision), _) if decision.approved => "approved",
            (Some(_), _) => "rejected",
        }
    }
}

impl Catalog {
    /// Keeps an official flow as the newest version. The same text as the newest one makes no new version.
    ///
    /// # Errors
    /// `Conflict` where somebody else was faster; `NotFound` for the flow; `Invalid` for what cannot be kept; `Busy` or
    /// `Storage`.
    pub fn put_official_flow(
        &self,
        actor: &str,
        flow: &str,
        new: &NewOfficialFlow,
    ) -> Result<OfficialFlowRecord, CatalogError> {
        check(new)?;
        self.change(|transaction| {
            let flow = find_flow(transaction, flow)?;
            let newest = newest(transaction, &flow.id)?;
            let number = newest.as_ref().map_or(0, |newest| newest.number);
            if let Some(replaces) = new.replaces.filter(|replaces| *replaces != number) {
                let by = newest.as_ref().map_or_else(String::new, |newest| format!(", by {}", newest.created_by));
                let message =
                    format!("the official flow has moved on: its newest version is {number}{by}, and this one replaces {replaces}");
                return Err(CatalogError::conflict(message, "read the newest version, and make your change in it"));
            }
            let is_same = |newest: &&OfficialFlowRecord| {
                let open = newest.proposed && newest.decision.is_none();
                let both_open = new.proposed == open && (open || newest.is_in_force());
                newest.hash == new.hash && newest.valid_from == new.valid_from && both_open
            };
            if let Some(same) = newest.as_ref().filter(is_same) {
                return Ok(same.clone());
            }
            let record = OfficialFlowRecord {
                number: number + 1,
                created_at: self.now(),
                created_by: actor.to_owned(),
                notation: new.notation.clone(),
                name: new.name.clone(),
                model: new.model.clone(),
                hash: new.hash.clone(),
                reason: new.reason.clone(),
                valid_from: new.valid_from,
                proposed: new.proposed,
                nobody_else: !has_others(transaction, actor, self.now())?,
                decision: None,
            };
            insert(transaction, &flow.id, &record)?;
            let before = newest.as_ref().map(describe);
            let entry = AuditEntry {
                actor,
                action: if new.proposed { "official_flow.propose" } else { "official_flow.put" },
                flow: Some(flow.name.as_str()),
                subject: &record.number.to_string(),
                before: before.as_deref(),
                after: Some(&describe(&record)),
            };
            audit::append(transaction, record.created_at, entry)?;
            Ok(record)
        })
    }

    /// Whether anybody but this person may approve what they propose.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn others_may_approve(&self, actor: &str) -> Result<bool, CatalogError> {
        self.read(|connection| has_others(connection, actor, self.now()))
    }

    /// Approves or rejects a proposal, once and for good. Its author may approve it only where nobody else could.
    ///
    /// # Errors
    /// `Conflict` where there is nothing to decide, or a second person is needed; `NotFound`; `Busy` or `Storage`.
    pub fn decide_official_flow(
        &self,
        actor: &str,
        flow: &str,
        number: u32,
        approved: bool,
        reason: Option<&str>,
    ) -> Result<OfficialFlowRecord, CatalogError> {
        self.change(|transaction| {
            let flow = find_flow(transaction, flow)?;
            let record = numbered(transaction, &flow.id, number)?;
            if !record.proposed || record.decision.is_some() {
                let message = format!("version {number} of the official flow is {}, not proposed", record.state());
                return Err(CatalogError::conflict(message, "only open proposals can be decided"));
            }
            if approved && let Some(later) = replaced_by(transaction, &flow.id, &record)? {
                let message = format!(
                    "version {later} is in force since, and no case would be judged by version {number} any more"
                );
                return Err(CatalogError::conflict(message, "propose its change again, on top of the newest version"));
            }
            let alone = actor == record.created_by;
            if alone && approved && has_others(transaction, actor, self.now())? {
                let message = format!("version {number} of the official flow was proposed by {actor}");
                return Err(CatalogError::conflict(message, "a second person has to approve it"));
            }
            let at = self.now();
            let sql =
                "INSERT INTO official_flow_decisions (flow_id, number, decided_at, decided_by, approved, alone, reason)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let values = params![flow.id, number, at, actor, approved, alone, reason];
            transaction.execute(sql, values).step("keep the decision about the official flow")?;
            let decided = numbered(transaction, &flow.id, number)?;
            let entry = AuditEntry {
                actor,
                action: if approved { "official_flow.approve" } else { "official_flow.reject" },
                flow: Some(flow.name.as_str()),
                subject: &number.to_string(),
                before: Some(&describe(&record)),
                after: Some(&describe(&decided)),
            };
            audit::append(transaction, at, entry)?;
            Ok(decided)
        })
    }

    /// The official flow of a flow, the newest version in force unless a number is given; nothing where there is none yet.
    ///
    /// # Errors
    /// `NotFound` for the flow, or for the number; `Busy` or `Storage`.
    pub fn official_flow(&self, flow: &str, number: Option<u32>) -> Result<Option<OfficialFlowRecord>, CatalogError> {
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            match number {
                Some(number) => numbered(connection, &flow.id, number).map(Some),
                None => {
                    let sql = select("AND (proposed = 0 OR approved = 1) ORDER BY number DESC LIMIT 1");
                    connection.query_row(&sql, [&flow.id], read).optional().step("read the official flow in force")
                }
            }
        })
    }

    /// All versions of a flow's official flow, the newest first.
    ///
    /// # Errors
    /// `NotFound` for the flow; `Busy` or `Storage`.
    pub fn official_flow_versions(&self, flow: &str) -> Result<Vec<OfficialFlowRecord>, CatalogError> {
        let step = "list the versions of the official flow";
        self.read_together(|connection| {
            let flow = find_flow(connection, flow)?;
            let mut statement = connection.prepare(&select("ORDER BY number DESC")).step(step)?;
            let rows = statement.query_map([&flow.id], read).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }
}

fn select(rest: &str) -> String {
    let columns = "number, created_at, created_by, notation, name, model, hash, f.reason, valid_from, proposed,
                   decided_at, decided_by, approved, alone, d.reason, nobody_else";
    let tables = "official_flows AS f LEFT JOIN official_flow_decisions AS d USING (flow_id, number)";
    format!("SELECT {columns} FROM {tables} WHERE flow_id = ?1 {rest}")
}

fn numbered(connection: &Connection, flow_id: &str, number: u32) -> Result<OfficialFlowRecord, CatalogError> {
    let found = connection.query_row(&select("AND number = ?2"), params![flow_id, number], read).optional();
    found.step("read the official flow")?.ok_or_else(|| CatalogError::NotFound {
        what: "version of the official flow",
        name: number.to_string(),
        hint: "the list of versions shows what there is".to_owned(),
    })
}

/// The version that came into force after a proposal and for at least the same cases, so that the proposal is for none.
fn replaced_by(
    connection: &Connection,
    flow_id: &str,
    proposal: &OfficialFlowRecord,
) -> Result<Option<u32>, CatalogError> {
    let step = "look what is in force since";
    let sql = select("AND number > ?2 AND (proposed = 0 OR approved = 1) ORDER BY number DESC");
    let mut statement = connection.prepare(&sql).step(step)?;
    let later = statement.query_map(params![flow_id, proposal.number], read).step(step)?;
    let later: Vec<OfficialFlowRecord> = later.collect::<Result<_, _>>().step(step)?;
    // Without a day it is for all cases.
    let covers =
        |later: &&OfficialFlowRecord| later.valid_from.unwrap_or(i64::MIN) <= proposal.valid_from.unwrap_or(i64::MIN);
    Ok(later.iter().find(covers).map(|later| later.number))
}

/// Whether anybody but this person may change flows.
fn has_others(connection: &Connection, actor: &str, now: i64) -> Result<bool, CatalogError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM tokens WHERE name <> ?1 AND role IN ('admin', 'editor')
                              AND (expires_at IS NULL OR expires_at > ?2))";
    connection.query_row(sql, params![actor, now], |row| row.get(0)).step("look who else may approve")
}

fn newest(connection: &Connection, flow_id: &str) -> Result<Option<OfficialFlowRecord>, CatalogError> {
    let sql = select("ORDER BY number DESC LIMIT 1");
    connection.query_row(&sql, [flow_id], read).optional().step("read the newest official flow")
}

fn insert(connection: &Connection, flow_id: &str, record: &OfficialFlowRecord) -> Result<(), CatalogError> {
    let sql =
        "INSERT INTO official_flows (flow_id, number, created_at, created_by, notation, name, model, hash, reason,
                                     valid_from, proposed, nobody_else)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let OfficialFlowRecord { number, created_at, created_by, notation, name, model, hash, reason, .. } = record;
    let OfficialFlowRecord { valid_from, proposed, nobody_else, .. } = record;
    let values = params![
        flow_id,
        number,
        created_at,
        created_by,
        notation,
        name,
        model,
        hash,
        reason,
        valid_from,
        proposed,
        nobody_else
    ];
    connection.execute(sql, values).step("keep the official flow")?;
    Ok(())
}

/// What the audit tells: the text itself stays in its own table.
fn describe(record: &OfficialFlowRecord) -> String {
    let OfficialFlowRecord { number, notation, name, hash, reason, decision, .. } = record;
    let valid_from = record.valid_from.map(crate::model::time::rfc3339);
    serde_json::json!({"version": number, "notation": notation, "name": name, "hash": hash, "reason": reason,
        "valid_from": valid_from, "state": record.state(), "decision": decision})
    .to_string()
}

fn check(new: &NewOfficialFlow) -> Result<(), CatalogError> {
    check_hash("the hash of the model", &new.hash)?;
    if new.model.is_empty() || new.model.len() > LONGEST_MODEL {
        let message = format!("has {} bytes; it may have 1 to {LONGEST_MODEL}", new.model.len());
        return Err(CatalogError::invalid("the model", message, ""));
    }
    let words = [("the reason", new.reason.as_deref().unwrap_or_default()), ("the name of the model", &new.name)];
    match words.into_iter().find(|(_, words)| words.len() > LONGEST_WORDS) {
        Some((what, _)) => {
            Err(CatalogError::invalid(what, format!("is longer than {LONGEST_WORDS} bytes"), "shorten it"))
        }
        None => Ok(()),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<OfficialFlowRecord> {
    Ok(OfficialFlowRecord {
        number: row.get(0)?,
        created_at: row.get(1)?,
        created_by: row.get(2)?,
        notation: row.get(3)?,
        name: row.get(4)?,
        model: row.get(5)?,
        hash: row.get(6)?,
        reason: row.get(7)?,
        valid_from: row.get(8)?,
        proposed: row.get(9)?,
        nobody_else: row.get(15)?,
        decision: match row.get::<_, Option<i64>>(10)? {
            None => None,
            Some(at) => Some(Decision {
                at,
                by: row.get(11)?,
                approved: row.get(12)?,
                alone: row.get(13)?,
                reason: row.get(14)?,
            }),
        },
    })
}
