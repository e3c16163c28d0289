//! One account of the store against what servers hold.

use nsc_core::json_diff::Difference;
use nsc_resolver::{AccountDiff, AccountToken, DiffState};
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::foreign;
use crate::server::difference;
use crate::ui::Step;

/// An account of the store.
#[derive(JsonSchema, Serialize)]
pub(super) struct AccountStatus {
    /// Its name.
    name: String,
    /// Its public key.
    public_key: String,
    /// `same`, `newer_here`, `newer_there`, `differs` (issued in the same second), `missing` or `unknown`.
    #[schemars(with = "foreign::HeldState")]
    state: &'static str,
    /// Claim by claim, from what a server holds to what is here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::JsonDifference>")]
    differences: Vec<Difference>,
}

impl AccountStatus {
    pub(super) fn new(diff: &AccountDiff, local: &AccountToken) -> Self {
        let state = match diff.state {
            DiffState::Differs { local, remote } if remote > local => "newer_there",
            DiffState::Differs { local, remote } if remote < local => "newer_here",
            DiffState::Differs { .. } => "differs",
            DiffState::Missing => "missing",
            DiffState::Same => "same",
            _ => "unknown",
        };
        let held = diff.held.first();
        Self {
            name: diff.name.clone(),
            public_key: diff.id.clone(),
            state,
            differences: held
                .map(|(held, _)| difference::between(held, &local.token))
                .unwrap_or_default(),
        }
    }

    /// The lines about it.
    pub(super) fn step(&self) -> Step {
        let name = &self.name;
        let what = match self.state {
            "same" => return Step::ok(format!("account `{name}` is the same")),
            "newer_there" => format!("is newer on a server: `nsc pull -a '{name}'`"),
            "newer_here" => format!("is newer here: `nsc push -a '{name}'`"),
            "missing" => format!("is on no server: `nsc push -a '{name}'`"),
            "differs" => {
                "differs, though issued in the same second: `nsc push` or `nsc pull`".to_owned()
            }
            _ => "could not be compared: servers did not answer the look-up".to_owned(),
        };
        let mut details = vec![Step::warning(what)];
        details.extend(difference::steps(&self.differences));
        Step::group(format!("account `{name}`"), details)
    }
}
