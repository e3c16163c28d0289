//! What a user may publish and subscribe to, and under which conditions it may connect.

use crate::claims::limits::NatsLimits;
use crate::claims::object::{claims_object, read_as_is};
use crate::lists;

claims_object! {
    /// Subjects allowed and denied in one direction; deny wins.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Permission {
        /// If not empty, only these.
        allow: Vec<String> = omit "allow",
        /// Never these.
        deny: Vec<String> = omit "deny",
    }
}

impl Permission {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }
}

claims_object! {
    /// Permission to answer on the reply subjects of received messages.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ResponsePermission {
        /// Messages for each request; servers read 0 as 1.
        max: i64 = keep "max",
        /// Nanoseconds after the request; servers read 0 as two minutes.
        ttl: i64 = keep "ttl",
    }
}

claims_object! {
    /// Permissions in both directions.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Permissions {
        /// Publishing.
        publish: Permission = keep "pub",
        /// Subscribing; entries may be `subject queue`.
        subscribe: Permission = keep "sub",
        /// Answering, if allowed beyond `publish`.
        resp: Option<ResponsePermission> = omit "resp",
    }
}

impl Permissions {
    /// Whether nothing is said, not even about responses.
    pub fn is_empty(&self) -> bool {
        self.publish.is_empty() && self.subscribe.is_empty() && self.resp.is_none()
    }
}

claims_object! {
    /// A daily range `HH:MM:SS` in which a user may be connected; it may span midnight.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct TimeRange {
        /// First moment.
        start: String = omit "start",
        /// Last moment.
        end: String = omit "end",
    }
}

claims_object! {
    /// Everything that restricts a user, either its own or given by a scoped signing key.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct UserPermissionLimits {
        /// Subjects.
        permissions: Permissions = flat,
        /// Networks (CIDR) from which the user may connect; empty is any.
        src: Vec<String> = omit "src" via NetworkList,
        /// Daily ranges in which it may be connected; empty is always.
        times: Vec<TimeRange> = omit "times",
        /// IANA time zone of `times`; the server's without one.
        times_location: String = omit "times_location",
        /// Subscriptions, data, payload.
        limits: NatsLimits = flat,
        /// Whether the token alone is enough to connect, without proof of the key.
        bearer_token: bool = omit "bearer_token",
        /// Whether the user must come through a trusted proxy.
        proxy_required: bool = omit "proxy_required",
        /// Kinds of connection (`STANDARD`, `WEBSOCKET`, ...); empty is any.
        allowed_connection_types: Vec<String> = omit "allowed_connection_types",
    }
}

impl UserPermissionLimits {
    /// What a new user has: no restriction.
    pub fn unlimited() -> Self {
        Self {
            limits: NatsLimits::unlimited(),
            ..Self::default()
        }
    }

    /// Whether every member is zero, empty or absent, as a scoped signing key demands of its
    /// users. Unlimited (-1) is not empty; neither is a member this version does not know, if it
    /// came with a template.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The connection types that servers know.
pub const CONNECTION_TYPES: [&str; 7] = [
    "STANDARD",
    "WEBSOCKET",
    "LEAFNODE",
    "LEAFNODE_WS",
    "MQTT",
    "MQTT_WS",
    "IN_PROCESS",
];

/// Networks as read: a list kept as it is, or one text with commas that is taken apart.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum NetworkList {
    List(Vec<Option<String>>),
    Text(String),
}

impl From<NetworkList> for Vec<String> {
    fn from(networks: NetworkList) -> Self {
        match networks {
            NetworkList::List(list) => list.into_iter().map(Option::unwrap_or_default).collect(),
            NetworkList::Text(text) => {
                let mut list = Self::new();
                for network in text.split(',') {
                    lists::cidrs::add(&mut list, network);
                }
                list
            }
        }
    }
}

claims_object! {
    /// A role: users signed with its key get the permissions of its template and none of their own.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UserScope {
        /// Always [`UserScope::KIND`].
        kind: String = keep "kind",
        /// Public account key that signs for this role.
        key: String = keep "key",
        /// Name of the role.
        role: String = keep "role",
        /// What its users may do; subjects may hold `{{...}}` markers.
        template: UserPermissionLimits = keep "template" via ScopeTemplate,
        /// Free text.
        description: String = keep "description",
    }
}

impl UserScope {
    /// The only kind of scope there is.
    pub const KIND: &'static str = "user_scope";

    /// What a person calls it: its role, or its key where that has no name.
    pub fn title(&self) -> String {
        match self.role.as_str() {
            "" => format!("signing key `{}`", self.key),
            role => format!("role `{role}`"),
        }
    }

    /// A scope for `key` that restricts nothing.
    pub fn new(key: &str) -> Self {
        Self {
            kind: Self::KIND.to_owned(),
            key: key.to_owned(),
            ..Self::default()
        }
    }
}

impl Default for UserScope {
    /// An unnamed scope; numbers that a template does not name are unlimited.
    fn default() -> Self {
        Self {
            kind: String::new(),
            key: String::new(),
            role: String::new(),
            template: UserPermissionLimits::unlimited(),
            description: String::new(),
            unknown: crate::json::Unknown::default(),
        }
    }
}

/// A template as read: `subs`, `data` and `payload` that are absent mean unlimited, unlike in a
/// user's own claims.
pub(crate) struct ScopeTemplate(UserPermissionLimits);

impl<'de> serde::Deserialize<'de> for ScopeTemplate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let unlimited = UserPermissionLimits::unlimited();
        deserializer
            .deserialize_map(crate::json::ObjectVisitor(unlimited))
            .map(Self)
    }
}

impl From<ScopeTemplate> for UserPermissionLimits {
    fn from(template: ScopeTemplate) -> Self {
        template.0
    }
}

read_as_is!(Permission, UserPermissionLimits, Permissions);
