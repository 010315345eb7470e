//! Tokens: who may ask. A token has a name, a role and a secret of which only the hash is kept.
//!
//! A secret is looked up by its hash, by equality in an index. The time that takes may tell how many leading
//! characters of the *hash* agree with a stored one, but nobody can choose secrets to steer their hashes, so nothing
//! about the secret can be learnt from it; a comparison in constant time would add nothing.

use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step};
use super::secret::{self, Secret};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

const LONGEST_NAME: usize = 100;
/// The last use is written at most this often, in microseconds: a write waits for the disk, a request should not.
const USE_NOTED_EVERY: i64 = 60_000_000;

/// What somebody may do; each role includes those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads everything.
    Viewer,
    /// Imports files and changes flows and definitions.
    Editor,
    /// Makes and revokes tokens.
    Admin,
}

impl Role {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// Whether this role may do what `needed` may.
    pub fn includes(self, needed: Self) -> bool {
        self >= needed
    }
}

impl std::str::FromStr for Role {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Viewer, Self::Editor, Self::Admin].into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            let shown: String = text.chars().take(40).filter(|character| !character.is_control()).collect();
            CatalogError::invalid("the role", format!("\"{shown}\" does not exist"), "use viewer, editor or admin")
        })
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Id of the token.
    pub token_id: String,
    /// Name of the token; the actor of what is done with it.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

/// A fresh token, with the only copy of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its id, by which it is revoked.
    pub id: String,
    /// `tl_` and 43 characters; shown once, then forgotten.
    pub secret: Secret,
}

/// A token as it may be shown: without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made; this and all times here are microseconds since 1970 in UTC.
    pub created_at: i64,
    /// From when on it is no longer accepted; `None` for never.
    pub expires_at: Option<i64>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<i64>,
}

impl Catalog {
    /// Makes a token. `expires_at`, in microseconds since 1970 in UTC, ends it and all its sessions.
    ///
    /// # Errors
    /// `AlreadyExists` if the name is taken; `Invalid` if it is empty, over 100 characters or has control characters,
    /// or if the end is in the past; `Busy` or `Storage`.
    pub fn create_token(
        &self,
        actor: &str,
        name: &str,
        role: Role,
        expires_at: Option<i64>,
    ) -> Result<NewToken, CatalogError> {
        check_token_name(name)?;
        let secret = Secret::random("tl_")?;
        self.change(|transaction| {
            let step = "make the token";
            let now = self.now();
            if expires_at.is_some_and(|end| end <= now) {
                return Err(CatalogError::invalid(
                    "the end of the token",
                    "is in the past",
                    "give a later end, or none",
                ));
            }
            let taken = "SELECT 1 FROM tokens WHERE name = ?1";
            if transaction.query_row(taken, [name], |_| Ok(())).optional().step(step)?.is_some() {
                let hint = "choose another name, or revoke the token that has it".to_owned();
                return Err(CatalogError::AlreadyExists { what: "token", name: name.to_owned(), hint });
            }
            let id = secret::new_id(now)?;
            let sql = "INSERT INTO tokens (id, name, role, hash, created_at, expires_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![id, name, role.as_str(), secret.hash(), now, expires_at];
            transaction.execute(sql, values).step(step)?;
            let after = serde_json::json!({"name": name, "role": role, "expires_at": expires_at}).to_string();
            let entry = AuditEntry {
                actor,
                action: "token.create",
                subject: &id,
                after: Some(&after),
                ..AuditEntry::default()
            };
            audit::append(transaction, now, entry)?;
            Ok(NewToken { id, secret })
        })
    }

    /// Who this secret belongs to; `None` if it is unknown, revoked or expired.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn verify_token(&self, secret: &str) -> Result<Option<Identity>, CatalogError> {
        let now = self.now();
        let sql = "SELECT id, name, role, last_used_at FROM tokens
                   WHERE hash = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
        let found = self.read(|connection| {
            let read = |row: &Row<'_>| Ok((read_identity(row)?, row.get::<_, Option<i64>>(3)?));
            connection.query_row(sql, params![secret::hash_of(secret), now], read).optional().step("check the token")
        })?;
        let Some((identity, last_used_at)) = found else { return Ok(None) };
        if last_used_at.is_none_or(|last| now.saturating_sub(last) >= USE_NOTED_EVERY) {
            self.note_use(&identity.token_id, now);
        }
        Ok(Some(identity))
    }

    /// All tokens, by name.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn list_tokens(&self) -> Result<Vec<TokenRecord>, CatalogError> {
        let step = "list the tokens";
        self.read(|connection| {
            let sql = "SELECT id, name, role, created_at, expires_at, last_used_at FROM tokens ORDER BY name";
            let mut statement = connection.prepare(sql).step(step)?;
            let rows = statement.query_map([], read_token).step(step)?;
            rows.collect::<Result<_, _>>().step(step)
        })
    }

    /// Ends a token with its sessions and sign-in codes at once. Its name is free again; the audit keeps it.
    ///
    /// # Errors
    /// `NotFound`; `Busy` or `Storage`.
    pub fn revoke_token(&self, actor: &str, id: &str) -> Result<(), CatalogError> {
        self.change(|transaction| {
            let token = find_token(transaction, id)?;
            transaction.execute("DELETE FROM tokens WHERE id = ?1", [id]).step("revoke the token")?;
            let before = serde_json::json!({"name": token.name, "role": token.role}).to_string();
            let entry = AuditEntry {
                actor,
                action: "token.revoke",
                subject: id,
                before: Some(&before),
                ..AuditEntry::default()
            };
            audit::append(transaction, self.now(), entry)
        })
    }

    /// Removes expired sessions and sign-in codes, which are refused anyway; returns how many. Expired tokens stay, so
    /// that the list shows why somebody was refused.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn purge_expired(&self, actor: &str) -> Result<u64, CatalogError> {
        let step = "remove what has expired";
        self.write(|transaction| {
            let now = self.now();
            let count = |sql: &str| transaction.execute(sql, [now]).step(step);
            let sessions = count("DELETE FROM sessions WHERE expires_at <= ?1")?;
            let codes = count("DELETE FROM sign_in_codes WHERE expires_at <= ?1 OR used_at IS NOT NULL")?;
            let removed = sessions + codes;
            if removed > 0 {
                let before = serde_json::json!({"sessions": sessions, "sign_in_codes": codes}).to_string();
                let entry = AuditEntry {
                    actor,
                    action: "access.purge",
                    subject: "expired",
                    before: Some(&before),
                    ..AuditEntry::default()
                };
                audit::append(transaction, now, entry)?;
            }
            Ok(u64::try_from(removed).unwrap_or(u64::MAX))
        })
    }

    /// Nobody is turned away because the time could not be written down: with a full or read-only disk, or a busy
    /// catalog, everybody can still read.
    fn note_use(&self, token_id: &str, now: i64) {
        let sql = "UPDATE tokens SET last_used_at = ?2 WHERE id = ?1";
        let noted = self.write(|transaction| transaction.execute(sql, params![token_id, now]).step("note the use"));
        if let Err(error) = noted {
            log_unwritten("the last use of a token was not written down", &error);
        }
    }
}

/// Logs that a write failed which nobody has to wait for.
pub(super) fn log_unwritten(what: &str, error: &CatalogError) {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::warn!(%error, %cause, "{what}");
}

/// The token with this id, inside a transaction.
pub(super) fn find_token(connection: &Connection, id: &str) -> Result<TokenRecord, CatalogError> {
    let sql = "SELECT id, name, role, created_at, expires_at, last_used_at FROM tokens WHERE id = ?1";
    let found = connection.query_row(sql, [id], read_token).optional().step("read the token")?;
    found.ok_or_else(|| CatalogError::NotFound {
        what: "token",
        name: id.chars().take(64).filter(|character| !character.is_control()).collect(),
        hint: "the list of tokens shows which there are".to_owned(),
    })
}

/// Reads id, name and role from the first three columns.
pub(super) fn read_identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    Ok(Identity { token_id: row.get(0)?, name: row.get(1)?, role: read_role(row)? })
}

fn read_token(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    Ok(TokenRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        role: read_role(row)?,
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        last_used_at: row.get(5)?,
    })
}

fn read_role(row: &Row<'_>) -> rusqlite::Result<Role> {
    let text: String = row.get(2)?;
    text.parse::<Role>()
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(fault)))
}

fn check_token_name(name: &str) -> Result<(), CatalogError> {
    if name.trim() != name
        || name.is_empty()
        || name.chars().count() > LONGEST_NAME
        || name.chars().any(char::is_control)
    {
        let message = "is empty, too long, has blanks around it or control characters";
        return Err(CatalogError::invalid("the name of the token", message, "give 1 to 100 characters in one line"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::AuditFilter;
    use super::super::test_support::{catalog, clocked_catalog};
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_token_opens_the_door_and_only_its_hash_is_kept() {
        let (catalog, folder) = catalog();
        let token = catalog.create_token("setup", "ann", Role::Editor, None).unwrap();
        let secret = token.secret.expose();
        assert!(secret.starts_with("tl_") && secret.len() == 46);
        let identity = catalog.verify_token(secret).unwrap().unwrap();
        assert_eq!(identity, Identity { token_id: token.id, name: "ann".to_owned(), role: Role::Editor });
        for wrong in ["", "tl_", &secret[..45], &secret.to_lowercase(), "' OR 1=1 --", &format!("{secret} ")] {
            assert_eq!(catalog.verify_token(wrong).unwrap(), None, "{wrong:?}");
        }
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }

    #[test]
    fn names_are_unique_until_revoked_and_revoking_is_at_once() {
        let (catalog, _folder) = catalog();
        let first = catalog.create_token("setup", "ann", Role::Admin, None).unwrap();
        let taken = catalog.create_token("setup", "ann", Role::Viewer, None).unwrap_err();
        assert!(matches!(taken, CatalogError::AlreadyExists { .. }));
        catalog.revoke_token("setup", &first.id).unwrap();
        assert_eq!(catalog.verify_token(first.secret.expose()).unwrap(), None);
        assert!(matches!(catalog.revoke_token("setup", &first.id), Err(CatalogError::NotFound { .. })));
        catalog.create_token("setup", "ann", Role::Viewer, None).unwrap();
        let listed = catalog.list_tokens().unwrap();
        assert_eq!((listed.len(), listed[0].role), (1, Role::Viewer));
        let audit = catalog.list_audit(AuditFilter::default()).unwrap();
        let actions: Vec<&str> = audit.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["token.create", "token.revoke", "token.create"]);
        assert!(!format!("{audit:?}").contains("tl_"));
    }

    #[test]
    fn tokens_end_when_they_were_told_to() {
        let (catalog, clock, _folder) = clocked_catalog();
        let end = catalog.now() + 3_600_000_000;
        let token = catalog.create_token("setup", "guest", Role::Viewer, Some(end)).unwrap();
        assert!(catalog.verify_token(token.secret.expose()).unwrap().is_some());
        clock.advance(Duration::from_secs(3600));
        assert_eq!(catalog.verify_token(token.secret.expose()).unwrap(), None);
        let past = catalog.create_token("setup", "late", Role::Viewer, Some(end));
        assert!(matches!(past, Err(CatalogError::Invalid { .. })));
    }

    #[test]
    fn the_last_use_is_noted_once_a_minute() {
        let (catalog, clock, _folder) = clocked_catalog();
        let token = catalog.create_token("setup", "ann", Role::Viewer, None).unwrap();
        let last_use = || catalog.list_tokens().unwrap()[0].last_used_at;
        assert_eq!(last_use(), None);
        catalog.verify_token(token.secret.expose()).unwrap();
        let first = last_use().unwrap();
        catalog.verify_token(token.secret.expose()).unwrap();
        assert_eq!(last_use(), Some(first));
        clock.advance(Duration::from_secs(61));
        let revision = catalog.revision().unwrap();
        catalog.verify_token(token.secret.expose()).unwrap();
        assert!(last_use().unwrap() > first);
        assert_eq!(catalog.revision().unwrap(), revision);
    }

    #[test]
    fn roles_include_those_below_them() {
        let check = |role: &str, needed: Role, enough: bool| {
            assert_eq!(role.parse::<Role>().unwrap().includes(needed), enough, "{role} {needed:?}");
        };
        check("admin", Role::Editor, true);
        check("editor", Role::Editor, true);
        check("editor", Role::Admin, false);
        check("viewer", Role::Editor, false);
        assert_eq!("root".parse::<Role>().unwrap_err().to_string(), "the role \"root\" does not exist");
    }

    #[test]
    fn token_names_are_checked() {
        let (catalog, _folder) = catalog();
        for name in ["", " ", " ann", "a\nb", &"x".repeat(101)] {
            let result = catalog.create_token("setup", name, Role::Viewer, None);
            assert!(matches!(result, Err(CatalogError::Invalid { .. })), "{name:?}");
        }
    }
}
