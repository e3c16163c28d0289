//! Keys as they are listed.

use data_encoding::BASE64;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Context, KeyState, Keystore, OperatorStore};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::keys::Reference;
use crate::schema::{described_as, foreign};
use crate::ui::Show;
use crate::ui::json::{Long, Once, Shape};
use crate::ui::page::Page;
use crate::ui::table::LongTable;

/// One key.
#[derive(JsonSchema, Serialize)]
struct KeyJson<'a> {
    /// Name of the operator, account or user that it belongs to; `?` where nothing uses the key.
    name: &'a str,
    /// The public key.
    #[serde(rename = "pub")]
    key: &'a str,
    /// Public key of the operator of an account, or of the account of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    /// Whether it is a signing key.
    signing: bool,
    /// Whether it is a curve key, which auth callouts are encrypted with.
    curve: bool,
    /// File of the seed; empty when it is not stored.
    key_path: String,
    /// Whether that file holds something else.
    invalid: bool,
    /// The token about an identity key, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    jwt: Option<String>,
    /// `operator`, `account`, `user` or `x25519`.
    #[schemars(with = "foreign::KeyKind")]
    expected_kind: &'static str,
    /// The seed, where it was asked for and is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a str>,
}

/// A key that was looked up. There may be very many of them.
pub(super) struct KeyEntry {
    reference: Reference,
    state: KeyState,
    seed: Option<Zeroizing<String>>,
}

impl KeyEntry {
    /// Looks keys up in the keystore.
    pub(super) fn all(references: Vec<Reference>, keystore: &Keystore, show: bool) -> Vec<Self> {
        // A text that is no key can have no seed.
        let keys: Vec<_> = references
            .iter()
            .map(|reference| PublicKey::parse(&reference.key).ok())
            .collect();
        let known: Vec<PublicKey> = keys.iter().flatten().copied().collect();
        let mut states = keystore.states(&known).into_iter();
        let entry = |(reference, key): (Reference, Option<PublicKey>)| {
            let state = key.and_then(|_| states.next());
            let state = state.unwrap_or(KeyState::Missing);
            let shown = key.filter(|_| show && state == KeyState::Stored);
            let seed = shown.and_then(|key| keystore.seed(&key).ok().flatten());
            Self {
                reference,
                state,
                seed: seed.map(|seed| seed.expose()),
            }
        };
        references.into_iter().zip(keys).map(entry).collect()
    }

    /// For machines; the token is read from its file.
    fn json(&self, keystore: &Keystore, store: Option<&OperatorStore>) -> KeyJson<'_> {
        let Reference {
            name,
            key,
            parent,
            kind,
            is_signing,
            ..
        } = &self.reference;
        let path = PublicKey::parse(key)
            .ok()
            .filter(|_| self.state != KeyState::Missing)
            .map(|key| keystore.key_path(&key).display().to_string());
        let token = store.and_then(|store| self.reference.token(store));
        KeyJson {
            name,
            key,
            parent: parent.as_deref(),
            signing: *is_signing,
            curve: *kind == KeyKind::Curve,
            key_path: path.unwrap_or_default(),
            invalid: self.state == KeyState::Bad,
            jwt: token.map(|token| BASE64.encode(token.as_bytes())),
            expected_kind: kind.name(),
            seed: self.seed.as_ref().map(|seed| seed.as_str()),
        }
    }

    fn title(&self) -> String {
        format!(
            "{}{}",
            " ".repeat(self.reference.depth()),
            self.reference.name
        )
    }

    fn signing_mark(&self) -> &'static str {
        match self.reference {
            Reference {
                kind: KeyKind::Curve,
                ..
            } => "T",
            Reference {
                is_signing: true, ..
            } => "*",
            _ => "",
        }
    }

    fn stored_mark(&self) -> &'static str {
        match self.state {
            KeyState::Bad => "BAD",
            KeyState::Missing => "",
            KeyState::Stored => "*",
        }
    }
}

/// A list of keys.
pub(in crate::commands::list) struct KeyList {
    keys: Vec<KeyEntry>,
    keystore: Keystore,
    store: Option<OperatorStore>,
    json: bool,
    seeds: bool,
}

impl KeyList {
    /// `json` asks for the array of `-J`, `seeds` for the table with them.
    pub(super) fn new(keys: Vec<KeyEntry>, context: &Context, json: bool, seeds: bool) -> Self {
        Self {
            keys,
            keystore: context.keystore(),
            // Keys that nothing refers to can be listed without.
            store: context.operator_store().ok(),
            json,
            seeds,
        }
    }

    fn items(&self) -> impl Iterator<Item = KeyJson<'_>> {
        let store = self.store.as_ref();
        let json = move |key| KeyEntry::json(key, &self.keystore, store);
        self.keys.iter().map(json)
    }

    fn show_keys(&self, page: &mut Page) {
        page.long_table(&LongTable {
            title: "Keys",
            header: &["Entity", "Key", "Signing Key", "Stored"],
            rows: &|show| {
                for key in &self.keys {
                    let marks = (key.signing_mark(), key.stored_mark());
                    show(&[&key.title(), &key.reference.key, marks.0, marks.1]);
                }
            },
        });
    }

    fn show_seeds(&self, page: &mut Page) {
        page.long_table(&LongTable {
            title: "Seeds Keys",
            header: &["Entity", "Private Key", "Signing Key"],
            rows: &|show| {
                for key in &self.keys {
                    let missing = || Zeroizing::new(format!("{} [!]", key.reference.key));
                    let shown = key.seed.clone().unwrap_or_else(missing);
                    show(&[&key.title(), shown.as_str(), key.signing_mark()]);
                }
            },
        });
    }

    fn legend(&self) -> Vec<&'static str> {
        let any = |test: fn(&KeyEntry) -> bool| self.keys.iter().any(test);
        let mut lines = Vec::new();
        if any(|key| key.reference.is_signing) {
            lines.push("[*] in Signing Key: a signing key");
        }
        if any(|key| key.reference.kind == KeyKind::Curve) {
            lines.push("[T] in Signing Key: a curve key, for auth callouts");
        }
        if self.seeds {
            if any(|key| key.seed.is_none()) {
                lines
                    .push("[!] the seed is not stored, or its file is bad: this is the public key");
            }
            return lines;
        }
        if any(|key| key.state == KeyState::Stored) {
            lines.push("[*] in Stored: the seed is in the keystore");
        }
        if any(|key| key.state == KeyState::Bad) {
            lines.push("[BAD] in Stored: the file in the keystore holds another key, or none");
        }
        lines
    }
}

described_as!(KeyList, Vec<KeyJson<'_>>);

/// The array alone.
impl Long for KeyList {
    fn shape(&self) -> Shape<'_> {
        Shape::list(self.items())
    }
}

impl Show for KeyList {
    fn show(&self, page: &mut Page) {
        if self.json {
            page.json(&Once::new(self.items()), " ", true);
            return;
        }
        if self.keys.is_empty() {
            page.line("no keys matched");
            return;
        }
        if self.seeds {
            self.show_seeds(page);
        } else {
            self.show_keys(page);
        }
        for line in self.legend() {
            page.line(line);
        }
    }
}
