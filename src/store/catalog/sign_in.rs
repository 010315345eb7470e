//! Signing in with a browser: a one-time code becomes a session, and the session stays alive while it is used.
//!
//! The code travels in an address, where histories and logs may keep it; it is therefore good for one use and a short
//! time. The session's secret travels only in a cookie.

use super::access::{Identity, find_token, log_unwritten, read_identity};
use super::audit::{self, AuditEntry};
use super::connection::Catalog;
use super::error::{CatalogError, Step};
use super::secret::{self, Secret};
use rusqlite::{OptionalExtension, params};
use std::time::Duration;

/// The end of a session is moved at most this often, in microseconds, so that a page of ten requests writes once.
const END_MOVED_EVERY: i64 = 60_000_000;

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// It ends when it was not used for so long.
    pub idle: Duration,
    /// It ends after so long in any case.
    pub longest: Duration,
}

/// A fresh one-time code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCode {
    /// `tlc_` and 43 characters; shown once, then forgotten.
    pub code: Secret,
    /// Until when it can be used, in microseconds since 1970 in UTC.
    pub expires_at: i64,
}

impl Catalog {
    /// Makes a code by which a browser can sign in once, within `lifetime`, as this token.
    ///
    /// # Errors
    /// `NotFound` for the token; `Invalid` if it has expired or the lifetime is nothing; `Busy` or `Storage`.
    pub fn create_sign_in_code(
        &self,
        actor: &str,
        token_id: &str,
        lifetime: Duration,
    ) -> Result<SignInCode, CatalogError> {
        let code = Secret::random("tlc_")?;
        self.write(|transaction| {
            let token = find_token(transaction, token_id)?;
            let now = self.now();
            if token.expires_at.is_some_and(|end| end <= now) {
                let message = format!("\"{}\" has expired", token.name);
                return Err(CatalogError::invalid("the token", message, "make a new token"));
            }
            let expires_at = now.saturating_add(micros(lifetime));
            if expires_at <= now {
                return Err(CatalogError::invalid("the lifetime", "of a sign-in code is nothing", "give some minutes"));
            }
            let sql = "INSERT INTO sign_in_codes (hash, token_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![code.hash(), token_id, now, expires_at]).step("make the sign-in code")?;
            let after = serde_json::json!({"token": token.name, "expires_at": expires_at}).to_string();
            let entry = AuditEntry {
                actor,
                action: "sign_in_code.create",
                subject: token_id,
                after: Some(&after),
                ..AuditEntry::default()
            };
            audit::append(transaction, now, entry)?;
            Ok(SignInCode { code, expires_at })
        })
    }

    /// Exchanges a code for the secret of a new session (`tls_` and 43 characters). `None` if the code is unknown, used
    /// or expired. Of several that try the same code, one succeeds.
    ///
    /// # Errors
    /// `Invalid` if the session would last no time; `Busy` or `Storage`.
    pub fn redeem_sign_in_code(&self, code: &str, times: SessionTimes) -> Result<Option<Secret>, CatalogError> {
        let (idle, longest) = (micros(times.idle), micros(times.longest));
        if idle == 0 || longest == 0 {
            return Err(CatalogError::invalid("the session", "would last no time", "set server.session_hours above 0"));
        }
        let session = Secret::random("tls_")?;
        self.write(|transaction| {
            let step = "redeem the sign-in code";
            let now = self.now();
            // The write lock is held from the first statement on, so nobody can come between question and answer.
            let sql = "UPDATE sign_in_codes SET used_at = ?2
                       WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
                         AND EXISTS (SELECT 1 FROM tokens WHERE tokens.id = sign_in_codes.token_id
                                     AND (tokens.expires_at IS NULL OR tokens.expires_at > ?2))
                       RETURNING token_id";
            let values = params![secret::hash_of(code), now];
            let used: Option<String> = transaction.query_row(sql, values, |row| row.get(0)).optional().step(step)?;
            let Some(token_id) = used else { return Ok(None) };
            let token = find_token(transaction, &token_id)?;
            let ends_at = now.saturating_add(longest);
            let expires_at = now.saturating_add(idle).min(ends_at);
            let sql = "INSERT INTO sessions (hash, token_id, created_at, expires_at, idle, ends_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![session.hash(), token_id, now, expires_at, idle, ends_at];
            transaction.execute(sql, values).step(step)?;
            let entry =
                AuditEntry { actor: &token.name, action: "session.start", subject: &token_id, ..AuditEntry::default() };
            audit::append(transaction, now, entry)?;
            Ok(Some(session))
        })
    }

    /// Who this session belongs to, and moves its end; `None` if it is unknown, has ended, or its token has.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn verify_session(&self, session: &str) -> Result<Option<Identity>, CatalogError> {
        let now = self.now();
        let hash = secret::hash_of(session);
        let sql = "SELECT tokens.id, tokens.name, tokens.role,
                          sessions.expires_at, min(?2 + sessions.idle, sessions.ends_at)
                   FROM sessions JOIN tokens ON tokens.id = sessions.token_id
                   WHERE sessions.hash = ?1 AND sessions.expires_at > ?2
                     AND (tokens.expires_at IS NULL OR tokens.expires_at > ?2)";
        let found = self.read(|connection| {
            let read =
                |row: &rusqlite::Row<'_>| Ok((read_identity(row)?, row.get::<_, i64>(3)?, row.get::<_, i64>(4)?));
            connection.query_row(sql, params![hash, now], read).optional().step("check the session")
        })?;
        let Some((identity, end, new_end)) = found else { return Ok(None) };
        if new_end.saturating_sub(end) >= END_MOVED_EVERY {
            self.move_session_end(&hash, new_end);
        }
        Ok(Some(identity))
    }

    /// Ends a session. One that has ended, or never was, is no error: the wish is fulfilled.
    ///
    /// # Errors
    /// `Busy` or `Storage`.
    pub fn end_session(&self, session: &str) -> Result<(), CatalogError> {
        self.write(|transaction| {
            let sql = "DELETE FROM sessions WHERE hash = ?1 RETURNING token_id";
            let ended =
                transaction.query_row(sql, [secret::hash_of(session)], |row| row.get::<_, String>(0)).optional();
            let Some(token_id) = ended.step("end the session")? else { return Ok(()) };
            let token = find_token(transaction, &token_id)?;
            let entry =
                AuditEntry { actor: &token.name, action: "session.end", subject: &token_id, ..AuditEntry::default() };
            audit::append(transaction, self.now(), entry)
        })
    }

    /// A session that was not prolonged, whatever the reason, is prolonged by its next use: nobody is turned away.
    fn move_session_end(&self, hash: &str, end: i64) {
        // `max`, since two requests at once may arrive here in either order.
        let sql = "UPDATE sessions SET expires_at = max(expires_at, ?2) WHERE hash = ?1";
        let moved = self.write(|transaction| transaction.execute(sql, params![hash, end]).step("prolong the session"));
        if let Err(error) = moved {
            log_unwritten("a session was not prolonged", &error);
        }
    }
}

/// Whole microseconds; centuries are cut, so that adding them to a moment cannot leave the range of SQLite's numbers.
fn micros(duration: Duration) -> i64 {
    const HUNDRED_YEARS: i64 = 100 * 366 * 86_400 * 1_000_000;
    i64::try_from(duration.as_micros()).unwrap_or(HUNDRED_YEARS).min(HUNDRED_YEARS)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{ManualClock, clocked_catalog};
    use super::super::{AuditFilter, NewToken, Role};
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const TIMES: SessionTimes = SessionTimes { idle: HOUR, longest: Duration::from_secs(4 * 3600) };

    fn with_token() -> (Catalog, ManualClock, NewToken, tempfile::TempDir) {
        let (catalog, clock, folder) = clocked_catalog();
        let end = catalog.now() + micros(HOUR * 24);
        let token = catalog.create_token("setup", "ann", Role::Editor, Some(end)).unwrap();
        (catalog, clock, token, folder)
    }

    fn sign_in(catalog: &Catalog, token: &NewToken) -> Secret {
        let code = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        catalog.redeem_sign_in_code(code.code.expose(), TIMES).unwrap().unwrap()
    }

    #[test]
    fn a_code_signs_in_once() {
        let (catalog, _clock, token, _folder) = with_token();
        let code = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        assert!(code.code.expose().starts_with("tlc_"));
        let session = catalog.redeem_sign_in_code(code.code.expose(), TIMES).unwrap().unwrap();
        assert_eq!(catalog.redeem_sign_in_code(code.code.expose(), TIMES).unwrap(), None);
        assert_eq!(catalog.redeem_sign_in_code("tlc_guess", TIMES).unwrap(), None);
        let identity = catalog.verify_session(session.expose()).unwrap().unwrap();
        assert_eq!((identity.token_id, identity.role), (token.id, Role::Editor));
        // A session is no token, and a token is no session.
        assert_eq!(catalog.verify_token(session.expose()).unwrap(), None);
        assert_eq!(catalog.verify_session(token.secret.expose()).unwrap(), None);
    }

    #[test]
    fn codes_expire_and_need_a_living_token() {
        let (catalog, clock, token, _folder) = with_token();
        let late = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        clock.advance(HOUR);
        assert_eq!(catalog.redeem_sign_in_code(late.code.expose(), TIMES).unwrap(), None);
        let long = catalog.create_sign_in_code("ann", &token.id, HOUR * 48).unwrap();
        clock.advance(HOUR * 24);
        assert_eq!(catalog.redeem_sign_in_code(long.code.expose(), TIMES).unwrap(), None);
        let refused = catalog.create_sign_in_code("ann", &token.id, HOUR);
        assert!(matches!(refused, Err(CatalogError::Invalid { .. })));
        assert!(matches!(catalog.create_sign_in_code("ann", "none", HOUR), Err(CatalogError::NotFound { .. })));
    }

    #[test]
    fn lifetimes_of_nothing_and_of_ages_are_handled() {
        let (catalog, _clock, token, _folder) = with_token();
        assert!(catalog.create_sign_in_code("ann", &token.id, Duration::ZERO).is_err());
        let code = catalog.create_sign_in_code("ann", &token.id, Duration::MAX).unwrap();
        let nothing = SessionTimes { idle: Duration::ZERO, longest: HOUR };
        assert!(catalog.redeem_sign_in_code(code.code.expose(), nothing).is_err());
        let ages = SessionTimes { idle: Duration::MAX, longest: Duration::MAX };
        let session = catalog.redeem_sign_in_code(code.code.expose(), ages).unwrap().unwrap();
        assert!(catalog.verify_session(session.expose()).unwrap().is_some());
    }

    #[test]
    fn use_keeps_a_session_alive_up_to_its_last_hour() {
        let (catalog, clock, token, _folder) = with_token();
        let session = sign_in(&catalog, &token);
        // Every 50 minutes: each use moves the end of the idle hour, until four hours are over.
        for _ in 0..4 {
            clock.advance(Duration::from_secs(50 * 60));
            assert!(catalog.verify_session(session.expose()).unwrap().is_some());
        }
        clock.advance(Duration::from_secs(50 * 60));
        assert_eq!(catalog.verify_session(session.expose()).unwrap(), None);
        let unused = sign_in(&catalog, &token);
        clock.advance(HOUR);
        assert_eq!(catalog.verify_session(unused.expose()).unwrap(), None);
    }

    #[test]
    fn a_disk_that_takes_nothing_turns_nobody_away() {
        let (catalog, clock, token, _folder) = with_token();
        let session = sign_in(&catalog, &token);
        let fail = |table: &str, change: &str| {
            let sql = format!(
                "CREATE TRIGGER full_{table} BEFORE {change} ON {table}
                 BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
            );
            catalog.write(|transaction| transaction.execute_batch(&sql).step("fail from now on")).unwrap();
        };
        fail("sessions", "UPDATE");
        fail("tokens", "UPDATE");
        clock.advance(Duration::from_secs(30 * 60));
        assert!(catalog.verify_session(session.expose()).unwrap().is_some());
        assert!(catalog.verify_token(token.secret.expose()).unwrap().is_some());
        assert_eq!(catalog.list_tokens().unwrap()[0].last_used_at, None);
        // The session was not prolonged, and what was promised at first still holds.
        clock.advance(Duration::from_secs(31 * 60));
        assert_eq!(catalog.verify_session(session.expose()).unwrap(), None);
    }

    #[test]
    fn sessions_end_by_wish_and_with_their_token() {
        let (catalog, _clock, token, _folder) = with_token();
        let first = sign_in(&catalog, &token);
        let second = sign_in(&catalog, &token);
        catalog.end_session(first.expose()).unwrap();
        catalog.end_session(first.expose()).unwrap();
        assert_eq!(catalog.verify_session(first.expose()).unwrap(), None);
        assert!(catalog.verify_session(second.expose()).unwrap().is_some());
        let waiting = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        catalog.revoke_token("setup", &token.id).unwrap();
        assert_eq!(catalog.verify_session(second.expose()).unwrap(), None);
        assert_eq!(catalog.redeem_sign_in_code(waiting.code.expose(), TIMES).unwrap(), None);
        let audit = catalog.list_audit(AuditFilter::default()).unwrap();
        let ended = audit.iter().filter(|row| row.action == "session.end").count();
        assert_eq!(ended, 1);
        assert!(!format!("{audit:?}").contains("tls_") && !format!("{audit:?}").contains("tlc_"));
    }

    #[test]
    fn purging_removes_what_is_over_and_nothing_else() {
        let (catalog, clock, token, _folder) = with_token();
        let old = sign_in(&catalog, &token);
        let _unused = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        clock.advance(HOUR);
        let young = sign_in(&catalog, &token);
        let waiting = catalog.create_sign_in_code("ann", &token.id, HOUR).unwrap();
        // Two used codes, one expired code, one expired session.
        assert_eq!(catalog.purge_expired("service").unwrap(), 4);
        assert_eq!(catalog.purge_expired("service").unwrap(), 0);
        assert_eq!(catalog.verify_session(old.expose()).unwrap(), None);
        assert!(catalog.verify_session(young.expose()).unwrap().is_some());
        assert!(catalog.redeem_sign_in_code(waiting.code.expose(), TIMES).unwrap().is_some());
    }
}
