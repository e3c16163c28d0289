//! Account claims.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::claims::common::{Body, Claims, common_members};
use crate::claims::exports::{Export, Import, WeightedMapping};
use crate::claims::limits::OperatorLimits;
use crate::claims::object::{claims_object, read_as_is};
use crate::claims::permissions::{Permissions, UserScope};
use crate::json::{Unknown, Unset, Walk};
use crate::keys::KeyKind;

/// The claims of an account, the unit of isolation.
pub type AccountClaims = Claims<Account>;

claims_object! {
    /// The `nats` object of account claims.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Account {
        /// Subjects taken from other accounts; `None` is a `null` entry, which validation reports.
        imports: Vec<Option<Import>> = omit "imports",
        /// Subjects given to other accounts; `None` is a `null` entry, which validation reports.
        exports: Vec<Option<Export>> = omit "exports",
        /// Limits.
        limits: OperatorLimits = keep "limits",
        /// Keys that may sign users and activations, plain or with a role.
        signing_keys: SigningKeys = omit "signing_keys",
        /// User keys (or `*`) whose tokens up to a time are revoked.
        revocations: BTreeMap<String, i64> = omit "revocations",
        /// Permissions of users that have none of their own.
        default_permissions: Permissions = keep "default_permissions",
        /// Targets by source subject.
        mappings: BTreeMap<String, Option<Vec<WeightedMapping>>> = omit "mappings" via Mappings,
        /// Auth callout.
        authorization: ExternalAuthorization = keep "authorization",
        /// Message tracing.
        trace: Option<MsgTrace> = omit "trace",
        /// Whose account carries traffic between servers: empty, `system` or `owner`.
        cluster_traffic: String = omit "cluster_traffic",
        /// Free text.
        description: String = omit "description",
        /// Where to read more.
        info_url: String = omit "info_url",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for Account {
    const TYPE: &'static str = "account";
    const SUBJECT: Option<KeyKind> = Some(KeyKind::Account);
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Operator, KeyKind::Account];

    fn fill_new(claims: &mut AccountClaims) {
        claims.nats.limits = OperatorLimits::without_jetstream();
    }

    fn prepare(&mut self) {
        fn subject<T>(entry: &Option<T>, of: fn(&T) -> &String) -> &str {
            entry.as_ref().map_or("", |entry| of(entry))
        }
        self.imports
            .sort_by(|a, b| subject(a, |i| &i.subject).cmp(subject(b, |i| &i.subject)));
        self.exports
            .sort_by(|a, b| subject(a, |e| &e.subject).cmp(subject(b, |e| &e.subject)));
    }

    common_members!();
}

impl AccountClaims {
    /// The exports that are there.
    pub fn exports(&self) -> impl Iterator<Item = &Export> {
        self.nats.exports.iter().flatten()
    }

    /// The imports that are there.
    pub fn imports(&self) -> impl Iterator<Item = &Import> {
        self.nats.imports.iter().flatten()
    }

    /// The scope of a signing key, if `key` is a scoped one of this account.
    pub fn scope(&self, key: &str) -> Option<&UserScope> {
        self.nats.signing_keys.0.get(key)?.as_ref()
    }
}

/// The signing keys of an account by public key; a plain key has no scope.
///
/// As text they are a list sorted by key: a text for a plain key, an object for a scoped one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SigningKeys(pub BTreeMap<String, Option<UserScope>>);

impl SigningKeys {
    /// Whether the key is one of them, scoped or not.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The scopes, sorted by key.
    pub fn scopes(&self) -> impl Iterator<Item = &UserScope> {
        self.0.values().flatten()
    }

    /// Adds a plain key; one that is there keeps its scope. Tells whether it was added.
    pub fn add(&mut self, key: &str) -> bool {
        if self.contains(key) {
            return false;
        }
        self.0.insert(key.to_owned(), None);
        true
    }

    /// Adds or replaces a scoped key.
    pub fn set_scope(&mut self, scope: UserScope) {
        self.0.insert(scope.key.clone(), Some(scope));
    }
}

impl Walk for SigningKeys {
    fn member_paths(path: &str, found: &mut Vec<String>) {
        UserScope::member_paths(path, found);
    }

    fn walk_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.0.walk_unknown(visit);
    }
}

impl Unset for SigningKeys {
    fn is_unset(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for SigningKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (key, scope) in &self.0 {
            match scope {
                Some(scope) => list.serialize_element(scope)?,
                None => list.serialize_element(key)?,
            }
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for SigningKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = SigningKeys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of signing keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<SigningKeys, A::Error> {
                let mut keys = BTreeMap::new();
                while let Some(entry) = list.next_element::<SigningKey>()? {
                    match entry {
                        SigningKey::Plain(key) => keys.insert(key, None),
                        SigningKey::Scoped(scope) => keys.insert(scope.key.clone(), Some(*scope)),
                    };
                }
                Ok(SigningKeys(keys))
            }
        }
        deserializer.deserialize_seq(KeysVisitor)
    }
}

/// One entry of the list.
enum SigningKey {
    Plain(String),
    Scoped(Box<UserScope>),
}

impl<'de> Deserialize<'de> for SigningKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = SigningKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a public key or a scope")
            }

            fn visit_str<E>(self, key: &str) -> Result<SigningKey, E> {
                Ok(SigningKey::Plain(key.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SigningKey, A::Error> {
                let scope = UserScope::deserialize(MapAccessDeserializer::new(map))?;
                if scope.kind != UserScope::KIND {
                    return Err(serde::de::Error::custom(
                        "unknown kind of signing key scope",
                    ));
                }
                Ok(SigningKey::Scoped(Box::new(scope)))
            }
        }
        deserializer.deserialize_any(KeyVisitor)
    }
}

claims_object! {
    /// Auth callout: users that decide who may connect to the account.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ExternalAuthorization {
        /// User keys that log in directly and answer the callouts.
        auth_users: Vec<String> = omit "auth_users",
        /// Accounts that users may be placed in; `*` is any.
        allowed_accounts: Vec<String> = omit "allowed_accounts",
        /// Curve key that requests are encrypted to.
        xkey: String = omit "xkey",
    }
}

impl ExternalAuthorization {
    /// Whether callouts are made.
    pub fn is_enabled(&self) -> bool {
        !self.auth_users.is_empty()
    }
}

claims_object! {
    /// Tracing of messages that carry a trace header.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct MsgTrace {
        /// Subject for the trace events.
        dest: String = omit "dest",
        /// Percent of the messages; 0 stands for 100.
        sampling: i64 = omit "sampling",
    }
}

/// Mappings as read; a `null` list stays one.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Mappings(BTreeMap<String, Option<Vec<WeightedMapping>>>);

impl From<Mappings> for BTreeMap<String, Option<Vec<WeightedMapping>>> {
    fn from(mappings: Mappings) -> Self {
        mappings.0
    }
}

read_as_is!(OperatorLimits, SigningKeys, ExternalAuthorization);
