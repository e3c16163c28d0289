//! Keys given as text: seeds, public keys, or files with one.

use nsc_core::keys::{KeyKind, PublicKey, Seed};

use super::SignerError;
use crate::env::Environment;
use crate::error::StoreError;
use crate::keystore;

/// Longest file that can be a key: a seed has 58 characters.
const MAX_KEY_FILE: usize = 4096;

/// A key given as text.
#[derive(Debug)]
pub enum KeyMaterial {
    /// A seed.
    Seed(Seed),
    /// Only a public key.
    Public(PublicKey),
}

impl KeyMaterial {
    /// Reads a key argument (`-K`, `-k`, `--sk` ...): a seed, a public key, or the path of a file that holds one and
    /// nothing else. `kinds` are those that will do.
    ///
    /// # Errors
    /// [`SignerError::Unknown`], [`SignerError::NotAKeyFile`] and [`SignerError::WrongKind`] as [`StoreError::Signer`];
    /// [`StoreError::Io`] for a file that cannot be read.
    pub fn parse(env: &Environment, value: &str, kinds: &[KeyKind]) -> Result<Self, StoreError> {
        let material = match Self::from_text(value.trim().as_bytes()) {
            Some(material) => material,
            None => Self::from_file(env, value)?,
        };
        let key = material.public_key();
        if kinds.contains(&key.kind()) {
            return Ok(material);
        }
        Err(SignerError::WrongKind {
            key,
            found: key.kind(),
            wanted: kinds.to_vec(),
        }
        .into())
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Seed(seed) => seed.public_key(),
            Self::Public(key) => *key,
        }
    }

    fn from_text(text: &[u8]) -> Option<Self> {
        let public = || {
            PublicKey::parse(std::str::from_utf8(text).ok()?)
                .ok()
                .map(Self::Public)
        };
        keystore::parse_seed(text).map(Self::Seed).or_else(public)
    }

    fn from_file(env: &Environment, value: &str) -> Result<Self, StoreError> {
        let unknown = || SignerError::Unknown {
            value: hide_secret(value),
        };
        if value.is_empty() || value.contains('\0') {
            return Err(unknown().into());
        }
        let path = env.expand(value);
        if path.is_dir() {
            return Err(SignerError::NotAKeyFile { path }.into());
        }
        let content = env.files().read(&path)?.ok_or_else(unknown)?;
        let fits = content.len() <= MAX_KEY_FILE;
        fits.then(|| Self::from_text(content.trim_ascii()))
            .flatten()
            .ok_or_else(|| SignerError::NotAKeyFile { path }.into())
    }
}

/// A mistyped seed must not appear in an error.
fn hide_secret(value: &str) -> String {
    let letters = value.trim().trim_start_matches(['"', '\'']);
    let looks_secret = letters.len() >= 20
        && letters.starts_with(['S', 's', 'P', 'p'])
        && !letters.contains(['/', '\\', '.', ' ']);
    if looks_secret {
        "(hidden: it looks like a seed)".to_owned()
    } else {
        value.escape_debug().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn environment(dir: &std::path::Path) -> Environment {
        Environment::new(dir.join("home"), dir, [("A", "b")])
    }

    #[test]
    fn keys_come_as_text_or_in_files() {
        let dir = tempfile::tempdir().unwrap();
        let env = environment(dir.path());
        let seed = Seed::from_entropy(KeyKind::Account, [7; 32]);
        let public = seed.public_key();
        std::fs::create_dir(dir.path().join("home")).unwrap();
        std::fs::write(
            dir.path().join("home/a.nk"),
            format!("{}\n", *seed.expose()),
        )
        .unwrap();
        std::fs::write(dir.path().join("a.pub"), format!("\n{public}\n")).unwrap();

        let parse = |value: &str| KeyMaterial::parse(&env, value, &[KeyKind::Account]).unwrap();
        assert!(matches!(parse(&seed.expose()), KeyMaterial::Seed(s) if s.same_secret(&seed)));
        assert!(matches!(parse("~/a.nk"), KeyMaterial::Seed(s) if s.same_secret(&seed)));
        assert!(matches!(parse("a.pub"), KeyMaterial::Public(key) if key == public));
        assert!(matches!(parse(&public.to_text()), KeyMaterial::Public(key) if key == public));
    }

    #[test]
    fn other_things_are_refused_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let env = environment(dir.path());
        let seed = Seed::from_entropy(KeyKind::User, [7; 32]);
        std::fs::write(dir.path().join("junk"), "nothing").unwrap();
        let refuse = |value: &str| match KeyMaterial::parse(&env, value, &[KeyKind::Account]) {
            Err(StoreError::Signer(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            refuse("misspelt"),
            SignerError::Unknown {
                value: "misspelt".to_owned()
            }
        );
        assert_eq!(
            refuse(""),
            SignerError::Unknown {
                value: String::new()
            }
        );
        assert_eq!(
            refuse("junk"),
            SignerError::NotAKeyFile {
                path: dir.path().join("junk")
            }
        );
        assert_eq!(
            refuse("."),
            SignerError::NotAKeyFile {
                path: dir.path().to_owned()
            }
        );
        assert!(matches!(
            refuse(&seed.expose()),
            SignerError::WrongKind {
                found: KeyKind::User,
                ..
            }
        ));

        let damaged = seed.expose().replace('A', "B");
        assert!(!refuse(&damaged).to_string().contains(&damaged[..20]));
    }

    proptest! {
        #[test]
        fn any_value_is_read_without_panic(value in "\\PC*") {
            let dir = std::path::Path::new("/nonexistent");
            let _ = KeyMaterial::parse(&environment(dir), &value, &[KeyKind::User]);
        }
    }
}
