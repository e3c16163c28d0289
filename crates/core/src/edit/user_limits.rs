//! What restricts a user apart from subjects: numbers, networks, times, kinds of connection.

use thiserror::Error;

use crate::claims::{CONNECTION_TYPES, TimeRange, UserPermissionLimits};
use crate::edit::lists::difference;
use crate::edit::{Change, ListEdit, NatsLimitEdit, limits};
use crate::lists::{strings, tags};
use crate::value::{self, ValueError};

/// A kind of connection that servers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionType(&'static str);

impl ConnectionType {
    /// Reads a kind of connection in any letter case.
    ///
    /// # Errors
    /// [`UserLimitError::ConnectionType`] for one that servers do not know.
    ///
    /// # Examples
    /// ```
    /// use nsc_core::edit::ConnectionType;
    ///
    /// assert_eq!(ConnectionType::parse("mqtt_ws").unwrap().name(), "MQTT_WS");
    /// assert!(ConnectionType::parse("carrier pigeon").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, UserLimitError> {
        CONNECTION_TYPES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(text))
            .map(Self)
            .ok_or_else(|| UserLimitError::ConnectionType {
                name: text.to_owned(),
            })
    }

    /// All kinds that servers know.
    pub fn all() -> impl Iterator<Item = Self> {
        CONNECTION_TYPES.into_iter().map(Self)
    }

    /// The name as claims hold it.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// What restricts a user, or the users of a scope; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserLimitEdit {
    /// Subscriptions, data, payload.
    pub limits: NatsLimitEdit,
    /// Whether the token alone is enough to connect.
    pub bearer: Option<bool>,
    /// Whether connections must come through a trusted proxy.
    pub proxy_required: Option<bool>,
    /// Kinds of connection to allow.
    pub connection_types: Vec<ConnectionType>,
    /// Kinds of connection to take off the list.
    pub remove_connection_types: Vec<ConnectionType>,
    /// Networks from which connections come.
    pub networks: ListEdit,
    /// Daily ranges to append.
    pub times: Vec<TimeRange>,
    /// Ranges to remove, by their start, one for each; unknown ones are no error.
    pub remove_times: Vec<String>,
    /// Time zone of the ranges; empty removes it.
    pub location: Option<String>,
}

/// Why limits of a user cannot be set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserLimitError {
    /// Servers do not know such connections.
    #[error("connection type `{name}` is not known; there are {}", CONNECTION_TYPES.join(", "))]
    ConnectionType {
        /// What was given.
        name: String,
    },
    /// A network that is none; servers would turn the user away.
    #[error("source network {0}")]
    Network(ValueError),
}

impl UserLimitEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes the limits. Additions come first, so what is added and removed at once is gone.
    ///
    /// # Errors
    /// [`UserLimitError::Network`].
    pub fn apply(&self, limits: &mut UserPermissionLimits) -> Result<Vec<Change>, UserLimitError> {
        self.check_networks()?;
        let mut changes = self.limits.apply(&mut limits.limits);
        changes.extend(limits::switch(
            "bearer token",
            &mut limits.bearer_token,
            self.bearer,
        ));
        changes.extend(limits::switch(
            "proxy required",
            &mut limits.proxy_required,
            self.proxy_required,
        ));
        changes.extend(self.apply_connection_types(&mut limits.allowed_connection_types));
        changes.extend(self.networks.apply(&mut limits.src, "source network"));
        changes.extend(self.apply_times(&mut limits.times));
        if let Some(zone) = &self.location {
            changes.extend(Change::of_text(
                "time zone",
                &mut limits.times_location,
                zone,
            ));
        }
        Ok(changes)
    }

    fn check_networks(&self) -> Result<(), UserLimitError> {
        let networks = self.networks.add.iter().map(|text| tags::normal_form(text));
        for network in networks.filter(|network| !network.is_empty()) {
            value::parse_cidr(&network).map_err(UserLimitError::Network)?;
        }
        Ok(())
    }

    fn apply_connection_types(&self, list: &mut Vec<String>) -> Vec<Change> {
        let before = list.clone();
        for kind in &self.connection_types {
            if !list.iter().any(|known| known.eq_ignore_ascii_case(kind.0)) {
                strings::add(list, kind.0);
            }
        }
        // Tokens of other tools may hold them in lower case.
        list.retain(|known| {
            let is_it = |kind: &ConnectionType| known.eq_ignore_ascii_case(kind.0);
            !self.remove_connection_types.iter().any(is_it)
        });
        difference(&before, list, "connection type")
    }

    fn apply_times(&self, list: &mut Vec<TimeRange>) -> Vec<Change> {
        let added = self.times.iter().cloned();
        let mut changes: Vec<_> = added
            .clone()
            .map(|range| Change::added("time range", shown(&range)))
            .collect();
        list.extend(added);
        for start in &self.remove_times {
            if let Some(place) = list.iter().position(|range| range.start == *start) {
                let range = list.remove(place);
                changes.push(Change::removed("time range", shown(&range)));
            }
        }
        changes
    }
}

fn shown(range: &TimeRange) -> String {
    format!("{}-{}", range.start, range.end)
}
