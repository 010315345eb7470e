//! How an import moves from state to state, and how work is taken up again after a crash.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step, check_json};
use super::imports::{ImportRecord, ImportState, find_import, read_import, select_imports};
use rusqlite::{Transaction, params};
use std::time::Duration;

/// What a step writes besides the state.
#[derive(Default)]
struct StateChange<'a> {
    error: Option<&'a str>,
    report: Option<&'a str>,
}

impl Catalog {
    /// Takes a queued import into work. Of several that try, one succeeds.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if it is not queued; `Busy` or `Storage`.
    pub fn start_import(&self, actor: &str, id: &str) -> Result<ImportRecord, CatalogError> {
        self.change(|transaction| {
            self.step_import(transaction, actor, id, ImportState::Running, &StateChange::default())
        })
    }

    /// Says that the work on a running import goes on. To be called every few seconds.
    ///
    /// # Errors
    /// `Conflict` if the import is no longer running, e.g. because somebody cancelled it: the work is then to be given
    /// up; `NotFound`, `Busy` or `Storage`.
    pub fn beat_import(&self, id: &str) -> Result<(), CatalogError> {
        self.write(|transaction| {
            let sql = "UPDATE imports SET heartbeat_at = ?2 WHERE id = ?1 AND state = 'running'";
            let changed = transaction.execute(sql, params![id, self.now()]).step("note that the import goes on")?;
            if changed == 1 {
                return Ok(());
            }
            let state = find_import(transaction, id)?.state.as_str();
            let message = format!("import {id} is {state}, not running");
            Err(CatalogError::conflict(message, "give up the work on it"))
        })
    }

    /// Ends an import by an error. `report`, as JSON, tells what had been read until then.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if it has ended already; `Invalid` if the report is not JSON; `Busy` or `Storage`.
    pub fn fail_import(
        &self,
        actor: &str,
        id: &str,
        error: &str,
        report: Option<&str>,
    ) -> Result<ImportRecord, CatalogError> {
        if let Some(report) = report {
            check_json("the import report", report)?;
        }
        let change = StateChange { error: Some(error), report };
        self.change(|transaction| self.step_import(transaction, actor, id, ImportState::Failed, &change))
    }

    /// Ends an import because somebody wishes so. Its worker learns of it by [`Catalog::beat_import`], and could not
    /// commit it any more.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if it has ended already; `Busy` or `Storage`.
    pub fn cancel_import(&self, actor: &str, id: &str) -> Result<ImportRecord, CatalogError> {
        let change = StateChange::default();
        self.change(|transaction| self.step_import(transaction, actor, id, ImportState::Cancelled, &change))
    }

    /// All queued and running imports of which nothing was heard for `silent_for`, the oldest first: what a start has
    /// to take up again. Server and command line share the catalog, so a running import whose heart still beats belongs
    /// to another process.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn unfinished_imports(&self, silent_for: Duration) -> Result<Vec<ImportRecord>, CatalogError> {
        let step = "list the unfinished imports";
        let silent = i64::try_from(silent_for.as_micros()).unwrap_or(i64::MAX);
        let latest = self.now().saturating_sub(silent);
        self.read(|connection| {
            let sql = select_imports!(
                "WHERE imports.state IN ('queued', 'running') AND imports.heartbeat_at <= ?1 ORDER BY imports.id"
            );
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map([latest], read_import).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }

    /// All imports that are, or were, to become one version together, in the order of their files.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn imports_of_job(&self, job: &str) -> Result<Vec<ImportRecord>, CatalogError> {
        let step = "list the imports of a job";
        self.read(|connection| {
            let sql = select_imports!("WHERE imports.job_id = ?1 ORDER BY imports.id");
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map([job], read_import).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }

    /// Puts a running import whose worker has died back into the queue. `seen` is the record by which the caller
    /// judged so.
    ///
    /// # Errors
    /// `Conflict` if the import has shown a sign of life since, or is not running; `NotFound`, `Busy` or `Storage`.
    pub fn requeue_import(&self, actor: &str, seen: &ImportRecord) -> Result<ImportRecord, CatalogError> {
        self.change(|transaction| {
            let id = &seen.id;
            let current = find_import(transaction, id)?;
            if current.state == ImportState::Running && current.heartbeat_at != seen.heartbeat_at {
                let message = format!("import {id} is alive: its worker reported after it was thought dead");
                return Err(CatalogError::conflict(message, "leave it to its worker"));
            }
            self.step_import(transaction, actor, id, ImportState::Queued, &StateChange::default())
        })
    }

    fn step_import(
        &self,
        transaction: &Transaction<'_>,
        actor: &str,
        id: &str,
        next: ImportState,
        change: &StateChange<'_>,
    ) -> Result<ImportRecord, CatalogError> {
        let before = check_step(transaction, id, next)?;
        let now = self.now();
        let started_at = match next {
            ImportState::Running => Some(now),
            ImportState::Queued => None,
            _ => before.started_at,
        };
        let finished_at = next.is_final().then_some(now);
        let sql = "UPDATE imports SET state = ?2, started_at = ?3, finished_at = ?4, heartbeat_at = ?5,
                   error = ?6, report = ?7 WHERE id = ?1";
        let values = params![id, next.as_str(), started_at, finished_at, now, change.error, change.report];
        transaction.execute(sql, values).step("move the import on")?;
        let (from, to) = (before.state.as_str(), next.as_str());
        let before_value = serde_json::json!({"state": from}).to_string();
        let after_value = serde_json::json!({"state": to, "error": change.error}).to_string();
        let action = match next {
            ImportState::Running => "import.start",
            ImportState::Queued => "import.requeue",
            ImportState::Failed => "import.fail",
            ImportState::Cancelled => "import.cancel",
            ImportState::Done => "import.done",
        };
        let entry = AuditEntry {
            actor,
            action,
            flow: Some(&before.flow),
            subject: id,
            before: Some(&before_value),
            after: Some(&after_value),
        };
        audit::append(transaction, now, entry)?;
        find_import(transaction, id)
    }
}

/// The import as it is, if it may become `next`.
///
/// # Errors
/// `NotFound`, or `Conflict` that names both states.
pub(super) fn check_step(
    transaction: &Transaction<'_>,
    id: &str,
    next: ImportState,
) -> Result<ImportRecord, CatalogError> {
    let import = find_import(transaction, id)?;
    if import.state.may_become(next) {
        return Ok(import);
    }
    let message = format!("import {id} is {} and cannot become {}", import.state.as_str(), next.as_str());
    let hint = if import.state.is_final() { "start a new import of the file" } else { "start the import first" };
    Err(CatalogError::conflict(message, hint))
}

#[cfg(test)]
mod tests {
    use super::super::AuditFilter;
    use super::super::test_support::{catalog, clocked_catalog, commit, flow_name, new_import, running_import};
    use super::*;
    use ImportState::{Cancelled, Done, Failed, Queued, Running};

    /// Tries to bring an import into a state, by the function that is made for it.
    fn go(catalog: &Catalog, id: &str, next: ImportState) -> Result<(), CatalogError> {
        match next {
            Queued => catalog.requeue_import("test", &catalog.get_import(id)?).map(drop),
            Running => catalog.start_import("test", id).map(drop),
            Failed => catalog.fail_import("test", id, "disk full", Some("{}")).map(drop),
            Cancelled => catalog.cancel_import("test", id).map(drop),
            Done => {
                let newest = catalog.newest_version("orders")?.map(|version| version.number);
                commit(catalog, "orders", newest, id, &format!("dir-{id}-{}", newest.unwrap_or(0))).map(drop)
            }
        }
    }

    #[test]
    fn only_the_known_steps_are_possible() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let check = |path: &[ImportState], next: ImportState, allowed: bool| {
            let id = catalog.new_import("test", "orders", &new_import('1')).unwrap().id;
            for state in path {
                go(&catalog, &id, *state).unwrap();
            }
            let before = catalog.get_import(&id).unwrap();
            let result = go(&catalog, &id, next);
            let after = catalog.get_import(&id).unwrap();
            if allowed {
                result.unwrap();
                assert_eq!(after.state, next);
                assert_eq!(after.finished_at.is_some(), next.is_final());
            } else {
                assert!(matches!(result, Err(CatalogError::Conflict { .. })), "{path:?} -> {next:?}: {result:?}");
                assert_eq!(after, before);
            }
        };
        let all = [Queued, Running, Done, Failed, Cancelled];
        let cases: [(&[ImportState], &[ImportState]); 5] = [
            (&[], &[Running, Failed, Cancelled]),
            (&[Running], &[Queued, Done, Failed, Cancelled]),
            (&[Running, Done], &[]),
            (&[Running, Failed], &[]),
            (&[Cancelled], &[]),
        ];
        for (path, allowed) in cases {
            for next in all {
                check(path, next, allowed.contains(&next));
            }
        }
    }

    #[test]
    fn a_failure_keeps_its_reason_and_its_report() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let id = running_import(&catalog, "orders", '1');
        assert!(catalog.fail_import("ann", &id, "x", Some("{")).is_err());
        let failed = catalog.fail_import("ann", &id, "no column \"case\"", Some("{\"rows\": 3}")).unwrap();
        assert_eq!(failed.error.as_deref(), Some("no column \"case\""));
        assert_eq!(failed.report.as_deref(), Some("{\"rows\": 3}"));
        assert!(failed.started_at.is_some());
        let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
        let actions: Vec<&str> = audit.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["import.fail", "import.start", "import.create", "flow.create"]);
        assert_eq!((audit[0].actor.as_str(), audit[0].before.as_deref()), ("ann", Some("{\"state\":\"running\"}")));
    }

    #[test]
    fn only_silent_imports_are_taken_up_again() {
        let (catalog, clock, _folder) = clocked_catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let dead = running_import(&catalog, "orders", '1');
        let alive = running_import(&catalog, "orders", '2');
        let queued = catalog.new_import("ann", "orders", &new_import('3')).unwrap().id;
        let failed = running_import(&catalog, "orders", '4');
        catalog.fail_import("ann", &failed, "x", None).unwrap();
        let unfinished = |seconds| -> Vec<String> {
            let found = catalog.unfinished_imports(Duration::from_secs(seconds)).unwrap();
            found.into_iter().map(|import| import.id).collect()
        };
        assert_eq!(unfinished(0), [dead.clone(), alive.clone(), queued.clone()]);
        assert_eq!(unfinished(60), Vec::<String>::new());
        clock.advance(Duration::from_secs(61));
        catalog.beat_import(&alive).unwrap();
        assert_eq!(unfinished(60), [dead.clone(), queued]);
        let seen = catalog.get_import(&dead).unwrap();
        assert_eq!(catalog.requeue_import("start", &seen).unwrap().started_at, None);
        // A second process that saw the same silence comes too late.
        assert!(matches!(catalog.requeue_import("start", &seen), Err(CatalogError::Conflict { .. })));
        assert!(unfinished(u64::MAX).is_empty());
    }

    #[test]
    fn a_sign_of_life_keeps_an_import_with_its_worker() {
        let (catalog, _clock, _folder) = clocked_catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let id = running_import(&catalog, "orders", '1');
        let seen = catalog.get_import(&id).unwrap();
        catalog.beat_import(&id).unwrap();
        assert!(matches!(catalog.requeue_import("start", &seen), Err(CatalogError::Conflict { .. })));
        assert_eq!(catalog.get_import(&id).unwrap().state, Running);
    }

    #[test]
    fn the_worker_of_a_cancelled_import_is_told() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let id = running_import(&catalog, "orders", '1');
        catalog.beat_import(&id).unwrap();
        catalog.cancel_import("ann", &id).unwrap();
        let told = catalog.beat_import(&id).unwrap_err();
        assert_eq!(told.to_string(), format!("import {id} is cancelled, not running"));
        assert!(matches!(commit(&catalog, "orders", None, &id, "v1"), Err(CatalogError::Conflict { .. })));
        assert!(matches!(catalog.beat_import("none"), Err(CatalogError::NotFound { .. })));
    }
}
