//! Flows: the processes that the company runs, each with a name and a log of its own.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step};
use super::flow_name::FlowName;
use super::secret;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

const LONGEST_TITLE: usize = 200;
/// A name this similar is worth proposing.
const NEAR: f64 = 0.75;
/// So many names are listed when none is near.
const NAMES_LISTED: usize = 8;

/// One flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowRecord {
    /// Stays the same for the life of the flow; folders are named after it, so that a new name moves no file.
    pub id: String,
    /// Its name in addresses and on the command line.
    pub name: FlowName,
    /// Its name for people.
    pub title: String,
    /// When it was made, in microseconds since 1970 in UTC.
    pub created_at: i64,
}

/// What to change about a flow; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowPatch {
    /// A new name; the old one is free again afterwards.
    pub name: Option<FlowName>,
    /// A new title.
    pub title: Option<String>,
}

/// A flow that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedFlow {
    /// What it was.
    pub flow: FlowRecord,
    /// Folders of its versions, which nothing refers to any longer and which are now to be removed; sorted.
    pub directories: Vec<String>,
    /// Ids of its imports, for whose kept uploads the same holds; sorted.
    pub imports: Vec<String>,
}

impl Catalog {
    /// Makes a flow without a log.
    ///
    /// # Errors
    /// `AlreadyExists` if the name is taken; `Invalid` if the title is empty or over 200 characters; `Busy`, `Storage`.
    pub fn create_flow(&self, actor: &str, name: &FlowName, title: &str) -> Result<FlowRecord, CatalogError> {
        check_title(title)?;
        self.change(|transaction| {
            check_free(transaction, name)?;
            let now = self.now();
            let flow =
                FlowRecord { id: secret::new_id(now)?, name: name.clone(), title: title.to_owned(), created_at: now };
            let sql = "INSERT INTO flows (id, name, title, created_at) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![flow.id, name.as_str(), title, now]).step("create the flow")?;
            let after = describe(&flow);
            let name = name.as_str();
            let entry = AuditEntry {
                actor,
                action: "flow.create",
                flow: Some(name),
                subject: name,
                before: None,
                after: Some(&after),
            };
            audit::append(transaction, now, entry)?;
            Ok(flow)
        })
    }

    /// The flow of this name.
    ///
    /// # Errors
    /// `NotFound` with the nearest name, or the names that there are; `Busy` or `Storage`.
    pub fn get_flow(&self, name: &str) -> Result<FlowRecord, CatalogError> {
        self.read_together(|connection| find_flow(connection, name))
    }

    /// All flows, by name.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn list_flows(&self) -> Result<Vec<FlowRecord>, CatalogError> {
        let step = "list the flows";
        self.read(|connection| {
            let sql = "SELECT id, name, title, created_at FROM flows ORDER BY name";
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map([], read_flow).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }

    /// Gives a flow another name, title or both, and returns it as it then is.
    ///
    /// # Errors
    /// `NotFound`; `AlreadyExists` if another flow has the new name; `Invalid` for the title; `Busy` or `Storage`.
    pub fn patch_flow(&self, actor: &str, name: &str, patch: &FlowPatch) -> Result<FlowRecord, CatalogError> {
        if let Some(title) = &patch.title {
            check_title(title)?;
        }
        self.change(|transaction| {
            let old = find_flow(transaction, name)?;
            let mut new = old.clone();
            if let Some(title) = &patch.title {
                new.title.clone_from(title);
            }
            if let Some(wanted) = patch.name.as_ref().filter(|wanted| **wanted != old.name) {
                check_free(transaction, wanted)?;
                new.name.clone_from(wanted);
            }
            if new == old {
                return Ok(old);
            }
            let sql = "UPDATE flows SET name = ?2, title = ?3 WHERE id = ?1";
            transaction.execute(sql, params![new.id, new.name.as_str(), new.title]).step("change the flow")?;
            let (before, after) = (describe(&old), describe(&new));
            let entry = AuditEntry {
                actor,
                action: "flow.change",
                flow: Some(new.name.as_str()),
                subject: old.name.as_str(),
                before: Some(&before),
                after: Some(&after),
            };
            audit::append(transaction, self.now(), entry)?;
            Ok(new)
        })
    }

    /// Removes a flow with all that the catalog knows of it. The audit stays.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while one of its imports is running; `Busy` or `Storage`.
    pub fn delete_flow(&self, actor: &str, name: &str) -> Result<DeletedFlow, CatalogError> {
        let step = "delete the flow";
        self.change(|transaction| {
            let flow = find_flow(transaction, name)?;
            let running = "SELECT id FROM imports WHERE flow_id = ?1 AND state = 'running' ORDER BY id LIMIT 1";
            let running: Option<String> =
                transaction.query_row(running, [&flow.id], |row| row.get(0)).optional().step(step)?;
            if let Some(import) = running {
                let message = format!("import {import} into flow \"{name}\" is running");
                return Err(CatalogError::conflict(message, "wait for it or cancel it, then delete the flow"));
            }
            self.remove_flow(transaction, actor, flow)
        })
    }

    /// Removes a flow that was made for an import that has failed; says whether it did. A flow that somebody has begun to
    /// use meanwhile stays.
    ///
    /// # Errors
    /// `NotFound`, `Busy` or `Storage`.
    pub fn remove_unused_flow(&self, actor: &str, flow: &FlowRecord) -> Result<bool, CatalogError> {
        self.change(|transaction| {
            let found = find_flow(transaction, flow.name.as_str())?;
            let used = "SELECT EXISTS (SELECT 1 FROM versions WHERE flow_id = ?1) OR EXISTS
                        (SELECT 1 FROM imports WHERE flow_id = ?1 AND state IN ('queued', 'running'))";
            let used: bool =
                transaction.query_row(used, [&found.id], |row| row.get(0)).step("look whether the flow is used")?;
            if used || found.id != flow.id {
                return Ok(false);
            }
            self.remove_flow(transaction, actor, found).map(|_| true)
        })
    }

    fn remove_flow(
        &self,
        transaction: &Transaction<'_>,
        actor: &str,
        flow: FlowRecord,
    ) -> Result<DeletedFlow, CatalogError> {
        let step = "delete the flow";
        let directories = "SELECT directory FROM versions WHERE flow_id = ?1 ORDER BY directory";
        let directories = list_texts(transaction, directories, &flow.id, step)?;
        let imports = "SELECT id FROM imports WHERE flow_id = ?1 ORDER BY id";
        let imports = list_texts(transaction, imports, &flow.id, step)?;
        transaction.execute("DELETE FROM flows WHERE id = ?1", [&flow.id]).step(step)?;
        let before = describe(&flow);
        let entry = AuditEntry {
            actor,
            action: "flow.delete",
            flow: Some(flow.name.as_str()),
            subject: flow.name.as_str(),
            before: Some(&before),
            after: None,
        };
        audit::append(transaction, self.now(), entry)?;
        Ok(DeletedFlow { flow, directories, imports })
    }
}

/// The flow of this name, inside a transaction.
pub(super) fn find_flow(connection: &Connection, name: &str) -> Result<FlowRecord, CatalogError> {
    let sql = "SELECT id, name, title, created_at FROM flows WHERE name = ?1";
    let found = connection.query_row(sql, [name], read_flow).optional().step("read the flow")?;
    match found {
        Some(flow) => Ok(flow),
        None => {
            let hint = hint_for_missing(connection, name)?;
            // The name came from outside, and an error message is no place for a megabyte of it.
            let shown = name.chars().take(LONGEST_TITLE).filter(|character| !character.is_control()).collect();
            Err(CatalogError::NotFound { what: "flow", name: shown, hint })
        }
    }
}

fn hint_for_missing(connection: &Connection, name: &str) -> Result<String, CatalogError> {
    let step = "list the names of the flows";
    let mut statement = connection.prepare("SELECT name FROM flows ORDER BY name").step(step)?;
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).step(step)?.collect::<Result<_, _>>().step(step)?;
    // Beyond the longest name there is nothing to compare, and the comparison costs length times length.
    let wanted: String = name.chars().take(64).flat_map(char::to_lowercase).collect();
    let nearest = names
        .iter()
        .map(|candidate| (strsim::jaro_winkler(candidate, &wanted), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)));
    Ok(match (nearest, names.len()) {
        (Some((_, near)), _) => format!("did you mean \"{near}\"?"),
        (None, 0) => "there are no flows yet; `throughline import FILE --flow NAME` makes one".to_owned(),
        (None, count) if count <= NAMES_LISTED => format!("the flows are: {}", names.join(", ")),
        (None, count) => format!("there are {count} flows; `throughline flows` lists them"),
    })
}

fn check_free(connection: &Connection, name: &FlowName) -> Result<(), CatalogError> {
    let sql = "SELECT 1 FROM flows WHERE name = ?1";
    let taken = connection.query_row(sql, [name.as_str()], |_| Ok(())).optional().step("look for the flow")?;
    if taken.is_none() {
        return Ok(());
    }
    let hint = "choose another name, or import into the flow that exists".to_owned();
    Err(CatalogError::AlreadyExists { what: "flow", name: name.to_string(), hint })
}

fn check_title(title: &str) -> Result<(), CatalogError> {
    let length = title.chars().count();
    if title.trim().is_empty() || length > LONGEST_TITLE || title.chars().any(char::is_control) {
        let hint = "give 1 to 200 characters in one line";
        return Err(CatalogError::invalid("the title", "is empty, too long or has control characters", hint));
    }
    Ok(())
}

fn list_texts(connection: &Connection, sql: &str, id: &str, step: &str) -> Result<Vec<String>, CatalogError> {
    let mut statement = connection.prepare(sql).step(step)?;
    let rows = statement.query_map([id], |row| row.get(0)).step(step)?;
    rows.collect::<Result<_, _>>().step(step)
}

fn describe(flow: &FlowRecord) -> String {
    serde_json::json!({"id": flow.id, "name": flow.name, "title": flow.title}).to_string()
}

fn read_flow(row: &Row<'_>) -> rusqlite::Result<FlowRecord> {
    let name: String = row.get(1)?;
    let name = FlowName::new(&name)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(FlowRecord { id: row.get(0)?, name, title: row.get(2)?, created_at: row.get(3)? })
}

#[cfg(test)]
mod tests {
    use super::super::AuditFilter;
    use super::super::test_support::{catalog, commit, flow_name, running_import};
    use super::*;

    fn hint_of(catalog: &Catalog, name: &str) -> String {
        match catalog.get_flow(name) {
            Err(error @ CatalogError::NotFound { .. }) => error.hint().unwrap_or_default().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flows_are_made_listed_and_found() {
        let (catalog, _folder) = catalog();
        let second = catalog.create_flow("ann", &flow_name("returns"), "Returns").unwrap();
        let first = catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        assert_eq!(catalog.list_flows().unwrap(), vec![first.clone(), second]);
        assert_eq!(catalog.get_flow("orders").unwrap(), first);
        let taken = catalog.create_flow("ann", &flow_name("orders"), "Again").unwrap_err();
        assert!(matches!(taken, CatalogError::AlreadyExists { .. }));
        assert_eq!(taken.to_string(), "flow \"orders\" exists already");
    }

    #[test]
    fn a_missing_flow_is_answered_with_what_there_is() {
        let (catalog, _folder) = catalog();
        assert!(hint_of(&catalog, "orders").contains("no flows yet"));
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        catalog.create_flow("ann", &flow_name("invoices"), "Invoices").unwrap();
        assert_eq!(hint_of(&catalog, "ordesr"), "did you mean \"orders\"?");
        assert_eq!(hint_of(&catalog, "ORDERS"), "did you mean \"orders\"?");
        assert_eq!(hint_of(&catalog, "zzz"), "the flows are: invoices, orders");
        let message = catalog.get_flow(&"x\u{7}".repeat(1_000_000)).unwrap_err().to_string();
        assert!(message.len() < 300 && !message.contains('\u{7}'));
    }

    #[test]
    fn a_flow_is_renamed_and_keeps_its_id() {
        let (catalog, _folder) = catalog();
        let old = catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        catalog.create_flow("ann", &flow_name("taken"), "Taken").unwrap();
        let patch = FlowPatch { name: Some(flow_name("sales")), title: Some("Sales".to_owned()) };
        let new = catalog.patch_flow("bob", "orders", &patch).unwrap();
        assert_eq!((new.id.as_str(), new.name.as_str(), new.title.as_str()), (old.id.as_str(), "sales", "Sales"));
        assert!(catalog.get_flow("orders").is_err());
        let taken = FlowPatch { name: Some(flow_name("taken")), title: None };
        assert!(matches!(catalog.patch_flow("bob", "sales", &taken), Err(CatalogError::AlreadyExists { .. })));
        let audit = catalog.list_audit(AuditFilter { flow: Some("sales"), ..AuditFilter::default() }).unwrap();
        assert_eq!((audit.len(), audit[0].subject.as_str(), audit[0].actor.as_str()), (1, "orders", "bob"));
        // A patch that changes nothing is no change, and leaves no trace.
        catalog.patch_flow("bob", "sales", &FlowPatch::default()).unwrap();
        assert_eq!(catalog.list_audit(AuditFilter { flow: Some("sales"), ..AuditFilter::default() }).unwrap().len(), 1);
    }

    #[test]
    fn titles_are_checked() {
        let (catalog, _folder) = catalog();
        let check = |title: &str, good: bool| {
            let result = catalog.create_flow("ann", &flow_name("t"), title);
            assert_eq!(result.is_ok(), good, "{title:?}");
            if good {
                catalog.delete_flow("ann", "t").unwrap();
            }
        };
        check("Bestellung bis Zahlung – Übersicht", true);
        check("", false);
        check("  ", false);
        check("a\nb", false);
        check(&"é".repeat(200), true);
        check(&"é".repeat(201), false);
    }

    #[test]
    fn deleting_a_flow_takes_all_of_it_and_names_the_folders() {
        let (catalog, _folder) = catalog();
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        let import = running_import(&catalog, "orders", '1');
        let refused = catalog.delete_flow("ann", "orders").unwrap_err();
        assert!(matches!(refused, CatalogError::Conflict { .. }), "{refused:?}");
        commit(&catalog, "orders", None, &import, "v1").unwrap();
        let deleted = catalog.delete_flow("ann", "orders").unwrap();
        assert_eq!(deleted.directories, vec!["v1".to_owned()]);
        assert_eq!(deleted.imports, vec![import.clone()]);
        assert!(matches!(catalog.get_flow("orders"), Err(CatalogError::NotFound { .. })));
        assert!(matches!(catalog.get_import(&import), Err(CatalogError::NotFound { .. })));
        let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
        assert_eq!(audit[0].action, "flow.delete");
        // The name is free again, and nothing of the old flow shows through.
        catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        assert_eq!(catalog.newest_version("orders").unwrap(), None);
    }

    #[test]
    fn a_flow_that_somebody_uses_is_not_taken_for_one_that_nobody_does() {
        let (catalog, _folder) = catalog();
        let made = catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
        // Bob has begun to import into the flow that Ann's import made, before that import failed.
        let bobs = running_import(&catalog, "orders", '1');
        assert!(!catalog.remove_unused_flow("ann", &made).unwrap());
        commit(&catalog, "orders", None, &bobs, "v1").unwrap();
        assert!(!catalog.remove_unused_flow("ann", &made).unwrap());
        let other = catalog.create_flow("ann", &flow_name("other"), "Other").unwrap();
        let failed = running_import(&catalog, "other", '2');
        catalog.fail_import("ann", &failed, "no table", None).unwrap();
        assert!(catalog.remove_unused_flow("ann", &other).unwrap());
        assert!(matches!(catalog.get_flow("other"), Err(CatalogError::NotFound { .. })));
        // The name may be another flow's by now.
        catalog.create_flow("bob", &flow_name("other"), "Other").unwrap();
        assert!(!catalog.remove_unused_flow("ann", &other).unwrap());
    }
}
