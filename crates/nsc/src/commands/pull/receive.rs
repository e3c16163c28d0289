//! Judging fetched JWTs and staging the good ones.
//!
//! A server may hold anything under a name, so that nothing is stored which the operator did not
//! sign, which is about another key, or whose name would be no name here.

use nsc_core::claims::{Account, AccountClaims, Body, Claims, Operator, OperatorClaims};
use nsc_core::creds;
use nsc_core::jwt::{self, AnyClaims};
use nsc_core::time::UnixTime;
use nsc_store::{StoreError, Stored, StoredOperator, Transaction, names};
use schemars::JsonSchema;
use serde::Serialize;

use super::fetch::{About, Answer, Fetched};
use crate::error::CliError;
use crate::schema::foreign;
use crate::server::past::{Past, Tie};
use crate::ui::Step;

/// What became of a fetched JWT.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Received {
    /// `operator` or `account`.
    #[schemars(with = "foreign::EntityKind")]
    kind: &'static str,
    /// Name in the store, or in the JWT.
    name: String,
    /// Public key.
    public_key: String,
    /// The JWT, if the store has it now.
    #[serde(skip)]
    token: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// What became of a fetched JWT.
#[derive(Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The store did not know the account.
    Added,
    /// It replaced the one in the store.
    Updated,
    /// The store has this very JWT.
    Unchanged,
    /// The one in the store was issued later, and stays.
    NewerHere {
        /// Issue time of the JWT in the store, Unix seconds.
        local: i64,
        /// Issue time of the fetched one, Unix seconds.
        remote: i64,
    },
    /// Both were issued in the same second, and the one in the store was not made from the fetched
    /// one before: it stays.
    Conflict {
        /// Issue time of both, Unix seconds.
        issued: i64,
        /// Whether the one in the store was made from the fetched one, or each from another.
        newer_here: bool,
    },
    /// The account server has it, but it waits to be signed.
    Later {
        /// The HTTP status.
        status: u16,
    },
    /// It is not acceptable.
    Refused {
        /// Why.
        problem: String,
    },
    /// There was none.
    Failed {
        /// Why.
        problem: String,
    },
}

impl Outcome {
    /// Whether the store has the fetched JWT now.
    fn is_here(&self) -> bool {
        matches!(self, Self::Added | Self::Updated | Self::Unchanged)
    }

    pub(super) fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::NewerHere { .. }
                | Self::Conflict { .. }
                | Self::Refused { .. }
                | Self::Failed { .. }
        )
    }
}

impl Received {
    /// Public key and JWT of an account that is the same here and there.
    pub(super) fn same(&self) -> Option<(&str, &str)> {
        Some((&self.public_key, self.token.as_deref()?))
    }

    /// The line about it.
    pub(super) fn step(&self) -> Step {
        let what = match self.kind {
            "operator" => format!("operator `{}`", self.name),
            _ if self.name.is_empty() => format!("account {}", self.public_key),
            _ => format!("account `{}`", self.name),
        };
        match &self.outcome {
            Outcome::Added => Step::ok(format!("added {what}")),
            Outcome::Updated => Step::ok(format!("stored {what}")),
            Outcome::Unchanged => Step::ok(format!("{what} is unchanged")),
            Outcome::NewerHere { local, remote } => Step::error(format!(
                "{what} was issued later here ({}) than there ({}): `nsc push` sends it, \
                 --overwrite-newer replaces it",
                UnixTime(*local),
                UnixTime(*remote)
            )),
            Outcome::Conflict {
                newer_here: true, ..
            } => Step::error(format!(
                "{what} was changed here after it was pushed, in the same second: `nsc push` sends it, \
                 --overwrite-newer replaces it"
            )),
            Outcome::Conflict { issued, .. } => Step::error(format!(
                "{what} was changed both here and there in the same second ({}): --overwrite-newer takes \
                 what is there, `nsc push --force` sends what is here",
                UnixTime(*issued)
            )),
            Outcome::Later { status } => Step::warning(format!(
                "{what} waits to be signed (status {status}): pull again later"
            )),
            Outcome::Refused { problem } => Step::error(format!("{what} was refused: {problem}")),
            Outcome::Failed { problem } => Step::error(format!("{what}: {problem}")),
        }
    }
}

/// Judges everything and stages what is good.
///
/// # Errors
/// Those of the store; what is wrong with one JWT is its outcome.
pub(super) fn all(
    transaction: &mut Transaction<'_>,
    past: &Past<'_>,
    fetched: Vec<Fetched>,
    force: bool,
) -> Result<Vec<Received>, CliError> {
    let mut operator = transaction.operator()?;
    let mut received = Vec::with_capacity(fetched.len());
    for Fetched { about, answer } in fetched {
        let outcome = match answer {
            Answer::Later(status) => Outcome::Later { status },
            Answer::Failed(problem) => Outcome::Failed { problem },
            Answer::Token(text) => {
                let token = creds::read_jwt(&text).trim();
                received.push(match &about {
                    About::Operator => {
                        take_operator(transaction, past, &mut operator, token, force)?
                    }
                    About::Account { key, name } => {
                        let known = Known {
                            key,
                            name: name.as_deref(),
                            operator: &operator,
                            past,
                        };
                        take_account(transaction, &known, token, force)?
                    }
                });
                continue;
            }
        };
        received.push(about.with(&operator, outcome));
    }
    Ok(received)
}

/// The operator JWT, signed by the operator that the store has.
fn take_operator(
    transaction: &mut Transaction<'_>,
    past: &Past<'_>,
    operator: &mut StoredOperator,
    token: &str,
    force: bool,
) -> Result<Received, CliError> {
    let outcome = match judge_operator(&operator.claims, token) {
        Err(problem) => Outcome::Refused { problem },
        Ok(_) if token == operator.token => Outcome::Unchanged,
        Ok(claims) if operator.claims.iat > claims.iat && !force => Outcome::NewerHere {
            local: operator.claims.iat,
            remote: claims.iat,
        },
        Ok(claims) => {
            let conflict = conflict(past, operator, &claims, token);
            if let Some(conflict) = conflict.filter(|_| !force) {
                return Ok(About::Operator.with(operator, conflict));
            }
            *operator = transaction.put_operator(token)?;
            Outcome::Updated
        }
    };
    Ok(About::Operator.with(operator, outcome))
}

fn judge_operator(current: &OperatorClaims, token: &str) -> Result<OperatorClaims, String> {
    let claims = jwt::decode_as::<Operator>(token).map_err(|error| error.to_string())?;
    if claims.sub != current.sub {
        return Err(format!(
            "it is about operator `{}`, not `{}`",
            claims.sub, current.sub
        ));
    }
    let claims = AnyClaims::Operator(Box::new(claims));
    let signed = current.did_sign(&claims);
    match claims {
        AnyClaims::Operator(claims) if signed => Ok(*claims),
        other => Err(format!(
            "it was signed by `{}`, which is no key of the operator",
            other.issuer()
        )),
    }
}

/// What the store knows of an account that was fetched.
struct Known<'a> {
    key: &'a str,
    name: Option<&'a str>,
    operator: &'a StoredOperator,
    past: &'a Past<'a>,
}

/// An account JWT, signed by the operator (or, in a managed store, by itself), under its own name.
fn take_account(
    transaction: &mut Transaction<'_>,
    known: &Known<'_>,
    token: &str,
    force: bool,
) -> Result<Received, CliError> {
    let managed = transaction.store()?.is_managed();
    let received = |name: &str, outcome: Outcome| Received {
        kind: "account",
        name: name.to_owned(),
        public_key: known.key.to_owned(),
        token: outcome.is_here().then(|| token.to_owned()),
        outcome,
    };
    let claims = match judge_account(known, token, managed) {
        Ok(claims) => claims,
        Err(problem) => {
            let name = known.name.unwrap_or_default();
            return Ok(received(name, Outcome::Refused { problem }));
        }
    };
    let stored = match transaction.account_by_name(&claims.name) {
        Err(StoreError::Token { path, .. }) if force => {
            tracing::debug!(path = %path.display(), "replacing a damaged account");
            None
        }
        Err(error @ StoreError::Token { .. }) => {
            let problem = format!("{error}; --overwrite-newer replaces it");
            return Ok(received(&claims.name, Outcome::Refused { problem }));
        }
        other => other?,
    };
    let outcome = match stored {
        Some(local) if local.claims.sub != claims.sub => Outcome::Refused {
            problem: format!(
                "the store has another account of that name, `{}`",
                local.claims.sub
            ),
        },
        Some(local) if local.token == token => Outcome::Unchanged,
        Some(local) if local.claims.iat > claims.iat && !force => Outcome::NewerHere {
            local: local.claims.iat,
            remote: claims.iat,
        },
        Some(local) => {
            // Servers of a managed operator sign and change what they are sent, keeping its time.
            let conflict = conflict(known.past, &local, &claims, token);
            match conflict.filter(|_| !managed && !force) {
                Some(conflict) => conflict,
                None => {
                    transaction.put_account(token)?;
                    Outcome::Updated
                }
            }
        }
        None => {
            transaction.put_account(token)?;
            Outcome::Added
        }
    };
    Ok(received(&claims.name, outcome))
}

/// Why a fetched JWT of the same second does not replace that of the store.
fn conflict<B: Body>(
    past: &Past<'_>,
    local: &Stored<Claims<B>>,
    fetched: &Claims<B>,
    token: &str,
) -> Option<Outcome> {
    if local.claims.iat != fetched.iat {
        return None;
    }
    match past.tie(&fetched.sub, &local.token, token) {
        Tie::Theirs => None,
        tie => Some(Outcome::Conflict {
            issued: fetched.iat,
            newer_here: tie == Tie::Ours,
        }),
    }
}

fn judge_account(known: &Known<'_>, token: &str, managed: bool) -> Result<AccountClaims, String> {
    let claims = jwt::decode_as::<Account>(token).map_err(|error| error.to_string())?;
    if claims.sub != known.key {
        return Err(format!(
            "it is about account `{}`, not `{}`",
            claims.sub, known.key
        ));
    }
    let issuer = claims.iss.as_str();
    let mut signers = known.operator.claims.account_signers();
    let by_itself = issuer == claims.sub || claims.nats.signing_keys.contains(issuer);
    let trusted = signers.any(|key| key == issuer) || (managed && by_itself);
    if !trusted {
        return Err(format!(
            "it was signed by `{issuer}`, which is no key that signs for operator `{}`",
            known.operator.name
        ));
    }
    if let Err(error) = names::check(&claims.name) {
        return Err(format!("its name `{}`: {error}", claims.name));
    }
    match known.name {
        Some(name) if name != claims.name => Err(format!(
            "it is named `{}`, but the store has this account as `{name}`",
            claims.name
        )),
        _ => Ok(claims),
    }
}

impl About {
    fn with(&self, operator: &StoredOperator, outcome: Outcome) -> Received {
        let (kind, name, public_key) = match self {
            Self::Operator => (
                "operator",
                operator.name.clone(),
                operator.claims.sub.clone(),
            ),
            Self::Account { key, name } => {
                ("account", name.clone().unwrap_or_default(), key.clone())
            }
        };
        Received {
            kind,
            name,
            public_key,
            token: None,
            outcome,
        }
    }
}
