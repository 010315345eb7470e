//! How the first person gets in: a start without any administrator makes one, and prints a one-time address.

use crate::app::{App, AppError};
use crate::store::catalog::{Role, Secret, TokenRecord};
use std::time::Duration;

const ACTOR: &str = "start";
/// How long a printed address is good.
const CODE_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What a start prints for the person in front of it.
#[derive(Debug, Clone)]
pub struct SignInAddress {
    /// The secret of an administrator's token, if one had to be made. Shown once.
    pub token: Option<Secret>,
    /// A one-time code for the address, `/sign-in?code=…`.
    pub code: Secret,
}

impl SignInAddress {
    /// Whether nobody could get in: there is no administrator's token that is still valid.
    ///
    /// # Errors
    /// `Store`.
    pub fn is_needed(app: &App) -> Result<bool, AppError> {
        Ok(administrator(app)?.is_none())
    }

    /// A one-time code for an administrator, who is made if there is none.
    ///
    /// # Errors
    /// `Store`.
    pub fn make(app: &App) -> Result<Self, AppError> {
        let catalog = &app.store.catalog;
        catalog.purge_expired(ACTOR)?;
        let (token, id) = match administrator(app)? {
            Some(token) => (None, token.id),
            None => {
                let made = catalog.create_token(ACTOR, &free_name(app)?, Role::Admin, None)?;
                (Some(made.secret), made.id)
            }
        };
        let code = catalog.create_sign_in_code(ACTOR, &id, CODE_LIFETIME)?.code;
        Ok(Self { token, code })
    }
}

fn administrator(app: &App) -> Result<Option<TokenRecord>, AppError> {
    let now = chrono::Utc::now().timestamp_micros();
    let valid = |token: &TokenRecord| token.role == Role::Admin && token.expires_at.is_none_or(|end| end > now);
    Ok(app.store.catalog.list_tokens()?.into_iter().find(valid))
}

/// Expired tokens keep their names.
fn free_name(app: &App) -> Result<String, AppError> {
    let taken: Vec<String> = app.store.catalog.list_tokens()?.into_iter().map(|token| token.name).collect();
    let mut name = "administrator".to_owned();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("administrator {number}");
        number += 1;
    }
    Ok(name)
}
