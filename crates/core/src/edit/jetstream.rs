//! JetStream limits: of an account as a whole, or by tier, never both.

use std::fmt;

use thiserror::Error;

use crate::claims::{JetStreamLimits, NO_LIMIT, OperatorLimits};
use crate::edit::Change;
use crate::edit::limits::{number, switch};

/// What is to become of the JetStream limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JetStreamEdit {
    /// All limits go, those of the account and of all tiers: JetStream is off.
    Disable,
    /// Unlimited storage, and no other limit.
    Enable(Tier),
    /// Single limits, of one tier.
    Limits(Tier, JetStreamLimitEdit),
    /// The limits of a tier go.
    Remove(Tier),
}

impl Default for JetStreamEdit {
    /// Asks for nothing.
    fn default() -> Self {
        Self::Limits(Tier::ACCOUNT, JetStreamLimitEdit::default())
    }
}

/// What limits hold for: the whole account, or the streams with a number of replicas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tier(u64);

impl Tier {
    /// The whole account.
    pub const ACCOUNT: Self = Self(0);

    /// The streams with `replicas` replicas; 0 stands for the whole account.
    pub fn new(replicas: u64) -> Self {
        Self(replicas)
    }

    /// The name of the tier in claims, such as `R3`; the whole account has none.
    pub fn name(self) -> Option<String> {
        (self != Self::ACCOUNT).then(|| format!("R{}", self.0))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "tier `{name}`"),
            None => f.write_str("the whole account"),
        }
    }
}

/// Single limits; `None` keeps one.
///
/// Where there was no limit at all, those that are not given become what a fresh account has: no
/// storage, everything else unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JetStreamLimitEdit {
    /// Bytes in memory; 0 disables memory streams.
    pub mem_storage: Option<i64>,
    /// Bytes on disk; 0 disables file streams.
    pub disk_storage: Option<i64>,
    /// Streams.
    pub streams: Option<i64>,
    /// Consumers.
    pub consumer: Option<i64>,
    /// Pending acknowledgements of one stream.
    pub max_ack_pending: Option<i64>,
    /// Bytes of one memory stream.
    pub mem_max_stream_bytes: Option<i64>,
    /// Bytes of one file stream.
    pub disk_max_stream_bytes: Option<i64>,
    /// Whether every stream must name its maximum size.
    pub max_bytes_required: Option<bool>,
}

/// Why JetStream limits cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum JetStreamError {
    /// Limits of the whole account and of tiers exclude each other.
    #[error("the account has JetStream limits as a whole, which exclude tiers")]
    AccountLimits,
    /// The tier has limits, so it is enabled already, or was turned off on purpose.
    #[error("{0} has JetStream limits already")]
    HasLimits(Tier),
    /// Servers run no JetStream in the system account.
    #[error("the system account cannot have JetStream")]
    SystemAccount,
    /// Limits of the whole account and of tiers exclude each other.
    #[error(
        "the account has JetStream limits by tier ({0}), which exclude limits of the whole account"
    )]
    Tiers(String),
    /// There is no such tier to remove.
    #[error("the account has no JetStream limits of {0}")]
    UnknownTier(Tier),
}

impl JetStreamEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes the limits; `is_system` says that they are those of the system account, where they
    /// are all taken away.
    ///
    /// # Errors
    /// [`JetStreamError`]; the limits are as they were then.
    pub fn apply(
        &self,
        limits: &mut OperatorLimits,
        is_system: bool,
    ) -> Result<Vec<Change>, JetStreamError> {
        if is_system {
            self.check_system(limits)?;
            return Ok(disable(limits));
        }
        match self {
            Self::Disable => Ok(disable(limits)),
            Self::Enable(tier) => enable(*tier, limits),
            Self::Limits(tier, edit) => edit.apply(*tier, limits),
            Self::Remove(tier) => remove(*tier, limits),
        }
    }

    fn check_system(&self, limits: &OperatorLimits) -> Result<(), JetStreamError> {
        let harmless = match self {
            Self::Disable => return Ok(()),
            Self::Enable(_) => false,
            Self::Limits(tier, edit) => *tier == Tier::ACCOUNT && !edit.gives_something(),
            Self::Remove(Tier::ACCOUNT) => true,
            Self::Remove(tier) => return Err(JetStreamError::UnknownTier(*tier)),
        };
        if harmless && limits.tiered_limits.is_empty() {
            Ok(())
        } else {
            Err(JetStreamError::SystemAccount)
        }
    }
}

impl JetStreamLimitEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn gives_something(&self) -> bool {
        let numbers = [
            self.mem_storage,
            self.disk_storage,
            self.streams,
            self.consumer,
            self.max_ack_pending,
            self.mem_max_stream_bytes,
            self.disk_max_stream_bytes,
        ];
        numbers.into_iter().flatten().any(|limit| limit > 0)
            || self.max_bytes_required == Some(true)
    }

    fn apply(
        &self,
        tier: Tier,
        limits: &mut OperatorLimits,
    ) -> Result<Vec<Change>, JetStreamError> {
        let mut changes = Vec::new();
        let target = match tier.name() {
            None => {
                if !limits.tiered_limits.is_empty() {
                    return if self.is_empty() {
                        Ok(changes)
                    } else {
                        Err(JetStreamError::Tiers(tier_names(limits)))
                    };
                }
                &mut limits.jetstream
            }
            Some(name) => {
                changes.extend(make_way_for_tiers(limits)?);
                if !limits.tiered_limits.contains_key(&name) {
                    changes.push(Change::added("JetStream tier", &name));
                }
                limits.tiered_limits.entry(name).or_default()
            }
        };
        if target.is_empty() {
            fill_in(target);
        }
        changes.extend(self.set(tier, target));
        Ok(changes)
    }

    fn set(&self, tier: Tier, limits: &mut JetStreamLimits) -> Vec<Change> {
        let what = |limit: &str| named(limit, tier);
        let numbers = [
            ("memory storage", &mut limits.mem_storage, self.mem_storage),
            ("disk storage", &mut limits.disk_storage, self.disk_storage),
            ("max streams", &mut limits.streams, self.streams),
            ("max consumers", &mut limits.consumer, self.consumer),
            (
                "max ack pending",
                &mut limits.max_ack_pending,
                self.max_ack_pending,
            ),
            (
                "max memory stream",
                &mut limits.mem_max_stream_bytes,
                self.mem_max_stream_bytes,
            ),
            (
                "max disk stream",
                &mut limits.disk_max_stream_bytes,
                self.disk_max_stream_bytes,
            ),
        ];
        let mut changes: Vec<Change> = numbers
            .into_iter()
            .filter_map(|(limit, member, value)| number(what(limit), member, value))
            .collect();
        changes.extend(switch(
            what("max bytes required"),
            &mut limits.max_bytes_required,
            self.max_bytes_required,
        ));
        changes
    }
}

fn enable(tier: Tier, limits: &mut OperatorLimits) -> Result<Vec<Change>, JetStreamError> {
    let mut changes = Vec::new();
    let target = match tier.name() {
        None if !limits.tiered_limits.is_empty() => {
            return Err(JetStreamError::Tiers(tier_names(limits)));
        }
        None => &mut limits.jetstream,
        Some(name) => {
            let existing = limits.tiered_limits.get(&name);
            if existing.is_some_and(JetStreamLimits::is_enabled) {
                return Err(JetStreamError::HasLimits(tier));
            }
            changes.extend(make_way_for_tiers(limits)?);
            limits.tiered_limits.entry(name).or_default()
        }
    };
    // Limits without storage are what other edits leave behind.
    if target.is_enabled() {
        return Err(JetStreamError::HasLimits(tier));
    }
    *target = JetStreamLimits {
        mem_storage: NO_LIMIT,
        disk_storage: NO_LIMIT,
        ..JetStreamLimits::default()
    };
    changes.push(Change::set(named("storage", tier), "unlimited").from("disabled"));
    Ok(changes)
}

fn remove(tier: Tier, limits: &mut OperatorLimits) -> Result<Vec<Change>, JetStreamError> {
    let removed = match tier.name() {
        None => Some(std::mem::take(&mut limits.jetstream)).filter(|limits| !limits.is_empty()),
        Some(name) => {
            let removed = limits.tiered_limits.remove(&name);
            Some(removed.ok_or(JetStreamError::UnknownTier(tier))?)
        }
    };
    let change = removed.map(|was| Change::removed(named("limits", tier), summary(&was)));
    Ok(change.into_iter().collect())
}

fn disable(limits: &mut OperatorLimits) -> Vec<Change> {
    let account = std::mem::take(&mut limits.jetstream);
    let tiers = std::mem::take(&mut limits.tiered_limits);
    let whole = (!account.is_empty()).then(|| summary(&account));
    let tiers = tiers
        .iter()
        .map(|(tier, limits)| format!("{tier}: {}", summary(limits)));
    let was: Vec<String> = whole.into_iter().chain(tiers).collect();
    let change = (!was.is_empty()).then(|| Change::removed("JetStream limits", was.join("; ")));
    change.into_iter().collect()
}

/// The limits that restrict or give something, on one line.
fn summary(limits: &JetStreamLimits) -> String {
    let storage = |bytes: i64| match bytes {
        NO_LIMIT => "unlimited".to_owned(),
        bytes => bytes.to_string(),
    };
    let mut parts = vec![
        format!("memory {}", storage(limits.mem_storage)),
        format!("disk {}", storage(limits.disk_storage)),
    ];
    let others = [
        ("streams", limits.streams),
        ("consumers", limits.consumer),
        ("ack pending", limits.max_ack_pending),
        ("memory stream", limits.mem_max_stream_bytes),
        ("disk stream", limits.disk_max_stream_bytes),
    ];
    let others = others.into_iter().filter(|(_, limit)| *limit > 0);
    parts.extend(others.map(|(what, limit)| format!("{what} {limit}")));
    if limits.max_bytes_required {
        parts.push("max bytes required".to_owned());
    }
    parts.join(", ")
}

/// Limits of the whole account without storage give nothing, and go when tiers come.
fn make_way_for_tiers(limits: &mut OperatorLimits) -> Result<Option<Change>, JetStreamError> {
    if limits.jetstream.is_enabled() {
        return Err(JetStreamError::AccountLimits);
    }
    let idle = std::mem::take(&mut limits.jetstream);
    let mut default = JetStreamLimits::default();
    fill_in(&mut default);
    let restricts = !idle.is_empty() && idle != default;
    Ok(restricts.then(|| Change::removed(named("limits", Tier::ACCOUNT), summary(&idle))))
}

/// What limits hold where none are given.
fn fill_in(limits: &mut JetStreamLimits) {
    limits.streams = NO_LIMIT;
    limits.consumer = NO_LIMIT;
    limits.max_ack_pending = NO_LIMIT;
    limits.mem_max_stream_bytes = NO_LIMIT;
    limits.disk_max_stream_bytes = NO_LIMIT;
}

fn named(limit: &str, tier: Tier) -> String {
    match tier.name() {
        Some(name) => format!("JetStream {limit} of tier {name}"),
        None => format!("JetStream {limit}"),
    }
}

fn tier_names(limits: &OperatorLimits) -> String {
    let names: Vec<&str> = limits.tiered_limits.keys().map(String::as_str).collect();
    names.join(", ")
}
