//! Accounts of imported operators: what was signed here goes to the operator's account server, and
//! what comes back is stored.
//!
//! The operator's key is elsewhere, so an account JWT is self-signed until its operator has taken it
//! over. An account server does that at once; without one it is done by hand.

use std::collections::BTreeSet;

use nsc_core::claims::{Account, AccountClaims, OperatorClaims};
use nsc_core::{creds, jwt};
use nsc_resolver::{HttpOutcome, HttpResolver, HttpUrl, ResolverError, ResolverUrl};
use nsc_store::{StoredAccount, Transaction};
use serde_json::Value;

use crate::app::App;
use crate::error::{CliError, Kind};
use crate::strict;
use crate::ui::{Report, Step};

/// What became of a staged account JWT.
pub struct Exchange {
    /// The account as it is staged now.
    pub account: StoredAccount,
    /// What was done; none in a store that is not managed.
    pub steps: Vec<Step>,
    /// Whether the account server failed: the JWT is stored as it was signed here.
    pub failed: bool,
    /// Whether it was sent to the account server.
    pub sent: bool,
}

impl Exchange {
    /// Adds the steps to a report, which becomes a failure if the server failed.
    pub fn report(self, report: Report) -> Report {
        let mut report = report.with_steps(self.steps);
        if self.sent {
            report = report.beyond_refusal();
        }
        if self.failed {
            report.with_failure(Kind::Server)
        } else {
            report
        }
    }
}

/// Exchanges an account JWT that was signed and staged, and stages what the account server returns.
///
/// Does nothing in a store that is not managed. Since a server cannot forget what it was sent, this
/// comes last, just before the commit; a dry run sends nothing. `told` are the steps so far.
///
/// # Errors
/// For what has nothing to do with the server: its failures are steps of the result. With `--strict`, a warning in
/// `told`.
pub fn exchange(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    signed: StoredAccount,
    told: &[Step],
) -> Result<Exchange, CliError> {
    strict::check(app, told)?;
    if !tx.store()?.is_managed() {
        return Ok(settled(signed, Vec::new()));
    }
    let server = ResolverUrl::parse(&operator.nats.account_server_url);
    let Ok(ResolverUrl::Http(url)) = server else {
        let steps = by_hand(operator, &signed.claims);
        return Ok(settled(signed, steps));
    };
    if app.is_in_batch() {
        let message = format!(
            "account server `{url}` would take account `{}` before the batch is complete",
            signed.name
        );
        return Err(CliError::failed(message).hint("give this command on its own, not in a batch"));
    }
    if app.globals.dry_run {
        let text = format!("would send account `{}` to `{url}`", signed.name);
        return Ok(settled(signed, vec![Step::ok(text)]));
    }
    let talk = Talk::with(&url, &signed);
    let mut exchange = Exchange {
        failed: talk.failed,
        sent: true,
        steps: Vec::new(),
        account: signed,
    };
    let mut details = talk.details;
    if let Some(token) = talk.returned {
        details.extend(limit_changes(&exchange.account.claims, &token));
        exchange.account = tx.put_account(&token)?;
    }
    let name = &exchange.account.name;
    let text = format!("account server `{url}`, account `{name}`");
    exchange.steps.push(Step::group(text, details));
    if exchange.failed {
        exchange.steps.push(Step::warning(format!(
            "account `{name}` is stored as signed here; repeat the exchange with `nsc push -a {name}` and `nsc pull -a {name}`"
        )));
    }
    Ok(exchange)
}

fn settled(account: StoredAccount, steps: Vec<Step>) -> Exchange {
    Exchange {
        account,
        steps,
        failed: false,
        sent: false,
    }
}

/// What to tell of a self-signed account when there is no account server, or none was asked.
pub fn by_hand(operator: &OperatorClaims, account: &AccountClaims) -> Vec<Step> {
    if operator.account_signers().any(|key| key == account.iss) {
        return Vec::new();
    }
    let name = &account.name;
    let text = if operator.nats.account_server_url.is_empty() {
        format!(
            "account `{name}` is self-signed: its operator has to sign it before servers take it"
        )
    } else {
        format!(
            "account `{name}` is self-signed: its operator has to sign it and push it to the servers"
        )
    };
    vec![Step::warning(text)]
}

/// One exchange with an account server.
struct Talk {
    details: Vec<Step>,
    returned: Option<String>,
    failed: bool,
}

impl Talk {
    /// Posts the JWT; where the server took it, gets what became of it.
    fn with(url: &HttpUrl, account: &StoredAccount) -> Self {
        let mut talk = Self {
            details: Vec::new(),
            returned: None,
            failed: false,
        };
        let posted = HttpResolver::new().and_then(|server| {
            let outcome = server.post_account(url, &account.claims.sub, &account.token)?;
            Ok((server, outcome))
        });
        match posted {
            Err(error) => talk.fail("cannot send the JWT", Some(&error)),
            Ok((server, outcome)) => {
                if talk.hear(&outcome) {
                    talk.fetch(&server, url, account);
                }
            }
        }
        talk
    }

    /// Takes the answer to the post; tells whether the account can be fetched.
    fn hear(&mut self, outcome: &HttpOutcome) -> bool {
        let status = outcome.status;
        match status {
            200 => self.details.push(Step::ok("sent the JWT")),
            201 | 202 => self.details.push(Step::warning(format!(
                "sent the JWT, which waits to be signed (status {status}); fetch it later with `nsc pull`"
            ))),
            _ => self.fail(&format!("the server refused the JWT (status {status})"), None),
        }
        let said = outcome.body.trim();
        if !said.is_empty() {
            self.details.extend(said.lines().map(Step::server));
        }
        status == 200
    }

    fn fetch(&mut self, server: &HttpResolver, url: &HttpUrl, account: &StoredAccount) {
        match server.get_account(url, &account.claims.sub) {
            Err(error) => self.fail("cannot fetch the JWT", Some(&error)),
            Ok(outcome) if outcome.status > 299 => {
                let text = format!(
                    "the server did not return the JWT (status {})",
                    outcome.status
                );
                self.fail(&text, None);
            }
            Ok(outcome) => match same_account(&outcome.body, &account.claims) {
                Ok(token) => {
                    self.details.push(Step::ok("fetched the JWT"));
                    self.returned = Some(token);
                }
                Err(why) => self.fail(&format!("the server returned something else: {why}"), None),
            },
        }
    }

    fn fail(&mut self, text: &str, error: Option<&ResolverError>) {
        let text = match error {
            Some(error) => format!("{text}: {error}"),
            None => text.to_owned(),
        };
        self.details.push(Step::error(text));
        self.failed = true;
    }
}

/// The token in an answer, if it is about the account.
fn same_account(answer: &str, sent: &AccountClaims) -> Result<String, String> {
    let token = creds::read_jwt(answer).trim();
    let claims = jwt::decode_as::<Account>(token).map_err(|error| error.to_string())?;
    if claims.sub != sent.sub {
        return Err(format!("account `{}`", claims.sub));
    }
    if claims.name != sent.name {
        return Err(format!("the account under the name `{}`", claims.name));
    }
    Ok(token.to_owned())
}

/// Limits that the server set, as messages of the server.
fn limit_changes(sent: &AccountClaims, returned: &str) -> Vec<Step> {
    let Ok(claims) = jwt::decode_as::<Account>(returned) else {
        return Vec::new();
    };
    let members = |claims: &AccountClaims| match nsc_core::json::sorted(&claims.nats.limits) {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (members(sent), members(&claims));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let shown = |value: Option<&Value>| value.map_or_else(|| "0".to_owned(), Value::to_string);
    names
        .into_iter()
        .map(|name| (name, before.get(name), after.get(name)))
        .filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| {
            let text = format!("limit {name}: {} became {}", shown(before), shown(after));
            Step::server(text)
        })
        .collect()
}
