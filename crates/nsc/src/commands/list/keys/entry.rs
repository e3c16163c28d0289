//! Keys as they are listed.

use data_encoding::BASE64;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::Keystore;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::keys::Reference;
use crate::ui::Show;
use crate::ui::page::Page;
use crate::ui::table::Table;

/// One key.
#[derive(Serialize)]
pub(super) struct KeyEntry {
    /// Name of the operator, account or user that it belongs to; `?` where nothing uses the key.
    name: String,
    /// The public key.
    #[serde(rename = "pub")]
    key: String,
    /// Public key of the operator of an account, or of the account of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
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
    expected_kind: &'static str,
    /// The seed, where it was asked for and is stored.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    seed: Option<Zeroizing<String>>,
    #[serde(skip)]
    depth: usize,
}

impl KeyEntry {
    /// Looks a key up in the keystore.
    pub(super) fn new(
        reference: Reference,
        keystore: &Keystore,
        show_seed: bool,
        with_token: bool,
    ) -> Self {
        let mut entry = Self {
            name: reference.name,
            parent: reference.parent,
            signing: reference.is_signing,
            curve: reference.kind == KeyKind::Curve,
            key_path: String::new(),
            invalid: false,
            jwt: reference
                .token
                .filter(|_| with_token)
                .map(|token| BASE64.encode(token.as_bytes())),
            expected_kind: reference.kind.name(),
            seed: None,
            depth: reference.depth,
            key: reference.key,
        };
        // A text that is no key can have no seed.
        if let Ok(key) = PublicKey::parse(&entry.key) {
            entry.look_up(&key, keystore, show_seed);
        }
        entry
    }

    fn look_up(&mut self, key: &PublicKey, keystore: &Keystore, show_seed: bool) {
        match keystore.seed(key) {
            Ok(None) => return,
            Ok(Some(seed)) => self.seed = show_seed.then(|| seed.expose()),
            Err(_) => self.invalid = true,
        }
        self.key_path = keystore.key_path(key).display().to_string();
    }

    fn title(&self) -> String {
        format!("{}{}", " ".repeat(self.depth), self.name)
    }

    fn signing_mark(&self) -> &'static str {
        match self {
            Self { curve: true, .. } => "T",
            Self { signing: true, .. } => "*",
            _ => "",
        }
    }

    fn stored_mark(&self) -> &'static str {
        match self {
            Self { invalid: true, .. } => "BAD",
            Self { key_path, .. } if key_path.is_empty() => "",
            _ => "*",
        }
    }
}

fn as_text<S: Serializer>(
    seed: &Option<Zeroizing<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    seed.as_ref()
        .map(|seed| seed.as_str())
        .serialize(serializer)
}

/// A list of keys.
pub(super) struct KeyList {
    keys: Vec<KeyEntry>,
    json: bool,
    seeds: bool,
}

impl KeyList {
    /// `json` asks for the array of `-J`, `seeds` for the table with them.
    pub(super) fn new(keys: Vec<KeyEntry>, json: bool, seeds: bool) -> Self {
        Self { keys, json, seeds }
    }

    fn keys_table(&self) -> Table {
        let mut table = Table::new("Keys", &["Entity", "Key", "Signing Key", "Stored"]);
        for key in &self.keys {
            let title = key.title();
            table.row(&[&title, &key.key, key.signing_mark(), key.stored_mark()]);
        }
        table
    }

    fn seeds_table(&self) -> Table {
        let mut table = Table::new("Seeds Keys", &["Entity", "Private Key", "Signing Key"]);
        for key in &self.keys {
            let missing = || Zeroizing::new(format!("{} [!]", key.key));
            let shown = key.seed.clone().unwrap_or_else(missing);
            table.row(&[&key.title(), shown.as_str(), key.signing_mark()]);
        }
        table
    }

    fn legend(&self) -> Vec<&'static str> {
        let any = |test: fn(&KeyEntry) -> bool| self.keys.iter().any(test);
        let mut lines = Vec::new();
        if any(|key| key.signing) {
            lines.push("[*] in Signing Key: a signing key");
        }
        if any(|key| key.curve) {
            lines.push("[T] in Signing Key: a curve key, for auth callouts");
        }
        if self.seeds {
            if any(|key| key.seed.is_none()) {
                lines
                    .push("[!] the seed is not stored, or its file is bad: this is the public key");
            }
            return lines;
        }
        if any(|key| !key.key_path.is_empty() && !key.invalid) {
            lines.push("[*] in Stored: the seed is in the keystore");
        }
        if any(|key| key.invalid) {
            lines.push("[BAD] in Stored: the file in the keystore holds another key, or none");
        }
        lines
    }
}

/// The array alone.
impl Serialize for KeyList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.keys.serialize(serializer)
    }
}

impl Show for KeyList {
    fn show(&self, page: &mut Page) {
        if self.json {
            page.raw(&super::super::json_text(&self.keys));
            return;
        }
        if self.keys.is_empty() {
            page.line("no keys matched");
            return;
        }
        let table = if self.seeds {
            self.seeds_table()
        } else {
            self.keys_table()
        };
        page.table(&table);
        for line in self.legend() {
            page.line(line);
        }
    }
}
