//! Secrets and ids: made from the operating system's random source, kept only as hashes.

use super::error::CatalogError;
use rand::TryRng;
use rand::rngs::SysRng;
use std::fmt;

/// The 64 characters of URL-safe base64; 43 of them hold a little more than 256 bits.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SECRET_CHARACTERS: usize = 43;

/// A secret in clear, shown once. It hides itself from logs: `Debug` prints no character of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh secret, `prefix` followed by 43 characters that are safe in an address and in a cookie.
    ///
    /// # Errors
    /// `Storage` if the operating system gives no random bytes.
    pub(super) fn random(prefix: &str) -> Result<Self, CatalogError> {
        let bytes = random_bytes::<SECRET_CHARACTERS>()?;
        let mut text = String::with_capacity(prefix.len() + SECRET_CHARACTERS);
        text.push_str(prefix);
        // 64 divides 256, so every character is equally likely.
        text.extend(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])));
        Ok(Self(text))
    }

    /// The secret itself, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> String {
        hash_of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}

/// What the catalog keeps of a secret. One round of a fast hash is enough, since the secret has 256 random bits: there
/// is nothing to guess, unlike with a password.
pub(super) fn hash_of(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

/// A fresh id of 32 lower-case hex digits: the microsecond of its making, then 64 random bits. Sorting ids by text
/// sorts them by time.
///
/// # Errors
/// `Storage` if the operating system gives no random bytes.
pub(super) fn new_id(now: i64) -> Result<String, CatalogError> {
    let random = u64::from_be_bytes(random_bytes::<8>()?);
    let time = u64::try_from(now).unwrap_or(0);
    Ok(format!("{time:016x}{random:016x}"))
}

fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT], CatalogError> {
    let mut bytes = [0_u8; COUNT];
    SysRng.try_fill_bytes(&mut bytes).map_err(|source| CatalogError::Storage {
        step: "read random bytes from the operating system".to_owned(),
        source: Box::new(source),
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn secrets_are_long_distinct_and_safe_in_an_address() {
        let secrets: Vec<Secret> = (0..200).map(|_| Secret::random("tl_").unwrap()).collect();
        let mut seen = BTreeSet::new();
        for secret in &secrets {
            let text = secret.expose();
            assert_eq!(text.len(), 3 + 43);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{text}");
            assert!(seen.insert(text.to_owned()));
        }
        // 200 secrets of 43 characters use the whole alphabet with overwhelming likelihood.
        let used: BTreeSet<u8> = secrets.iter().flat_map(|secret| secret.expose()[3..].bytes()).collect();
        assert_eq!(used.len(), 64);
    }

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        let secret = Secret::random("tl_").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
        assert_eq!(secret.hash().len(), 64);
    }

    #[test]
    fn ids_sort_by_time() {
        let early = new_id(1_700_000_000_000_000).unwrap();
        let late = new_id(1_700_000_000_000_001).unwrap();
        assert!(early < late);
        assert_eq!(early.len(), 32);
        assert_ne!(new_id(5).unwrap(), new_id(5).unwrap());
        assert_eq!(new_id(-5).unwrap().len(), 32);
    }
}
