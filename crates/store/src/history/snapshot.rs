//! What a file held, without what must not be kept in plain.

use data_encoding::{BASE64, HEXLOWER};
use nsc_core::creds;
use nsc_core::keys::PublicKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::secrets::holds_secret;
use crate::write::digest;

/// Stands where a seed was.
const SEED: &str = "{seed}";

/// The content of a file at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Snapshot {
    /// A seed, of which only the place is known.
    Seed,
    /// Text, such as a token.
    Text(String),
    /// Something that is no text.
    Base64(String),
    /// A creds file whose seed was cut out.
    Creds {
        /// SHA-256 of the whole.
        sha256: String,
        /// The rest.
        text: String,
        /// Public key of the seed.
        key: String,
    },
    /// Something of which only the digest is kept.
    Hidden {
        /// SHA-256 of the whole.
        sha256: String,
    },
}

impl Snapshot {
    pub(super) fn of(content: &[u8]) -> Self {
        if holds_secret(content) {
            return Self::without_seed(content).unwrap_or_else(|| Self::only_known(content));
        }
        match std::str::from_utf8(content) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(BASE64.encode(content)),
        }
    }

    /// Just enough to know the content when it is seen again.
    pub(super) fn only_known(content: &[u8]) -> Self {
        Self::Hidden {
            sha256: sha256(content),
        }
    }

    fn without_seed(content: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(content).ok()?;
        let seed = creds::read_seed(text).ok()?;
        let secret = seed.expose();
        if text.contains(SEED) || text.matches(secret.as_str()).count() != 1 {
            return None;
        }
        let text = text.replace(secret.as_str(), SEED);
        (!holds_secret(text.as_bytes())).then(|| Self::Creds {
            sha256: sha256(content),
            text,
            key: seed.public_key().to_text(),
        })
    }

    /// Whether `content` is what was there.
    pub(super) fn is(&self, content: &[u8]) -> bool {
        match self {
            Self::Seed => true,
            Self::Text(text) => text.as_bytes() == content,
            Self::Base64(text) => *text == BASE64.encode(content),
            Self::Creds { sha256: known, .. } | Self::Hidden { sha256: known } => {
                *known == sha256(content)
            }
        }
    }

    /// What was there, with a cut-out seed from `seed_of`; `None` when that cannot be told.
    pub(super) fn content(
        &self,
        seed_of: impl FnOnce(&PublicKey) -> Option<Zeroizing<String>>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let content = match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Base64(text) => BASE64.decode(text.as_bytes()).ok()?,
            Self::Creds { text, key, .. } => {
                let seed = seed_of(&PublicKey::parse(key).ok()?)?;
                let (before, after) = text.split_once(SEED)?;
                [before, seed.as_str(), after].concat().into_bytes()
            }
            Self::Seed | Self::Hidden { .. } => return None,
        };
        Some(Zeroizing::new(content)).filter(|content| self.is(content))
    }

    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }
}

fn sha256(content: &[u8]) -> String {
    HEXLOWER.encode(&digest(content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nsc_core::keys::{KeyKind, Seed};
    use proptest::prelude::*;

    fn seed() -> Seed {
        Seed::from_entropy(KeyKind::User, [3; 32])
    }

    #[test]
    fn a_creds_file_comes_back_with_its_seed() {
        let secret = seed().expose();
        let content = format!("a.b.c\n{}\n***\n", secret.as_str());
        let snapshot = Snapshot::of(content.as_bytes());
        let kept = serde_json::to_string(&snapshot).unwrap();
        assert!(
            !kept.contains(secret.as_str()) && kept.contains("a.b.c"),
            "{kept}"
        );
        assert!(snapshot.is(content.as_bytes()) && !snapshot.is(b"other"));
        let back = snapshot.content(|key| (*key == seed().public_key()).then(|| seed().expose()));
        assert_eq!(back.unwrap().as_slice(), content.as_bytes());
        assert!(snapshot.content(|_| None).is_none());
        let wrong = Seed::from_entropy(KeyKind::User, [4; 32]);
        assert!(snapshot.content(|_| Some(wrong.expose())).is_none());
    }

    #[test]
    fn what_holds_more_secrets_is_not_kept() {
        let secret = seed().expose();
        let twice = format!("{0} {0}", secret.as_str());
        let private = format!("{} {}", secret.as_str(), seed().expose_private().as_str());
        for content in [twice, private] {
            let snapshot = Snapshot::of(content.as_bytes());
            assert!(matches!(snapshot, Snapshot::Hidden { .. }));
            assert!(snapshot.is(content.as_bytes()));
        }
    }

    proptest! {
        #[test]
        fn anything_else_comes_back_as_it_was(content in any::<Vec<u8>>()) {
            let snapshot = Snapshot::of(&content);
            prop_assert!(snapshot.is(&content));
            let back = snapshot.content(|_| None).unwrap();
            prop_assert_eq!(back.as_slice(), content.as_slice());
        }
    }
}
