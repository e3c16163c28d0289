//! Asking servers for JWTs.

use std::collections::BTreeMap;

use nsc_resolver::{
    ConnectOptions, HttpOutcome, HttpResolver, HttpUrl, NatsResolver, NatsUrls, ProgressFn,
    ResolverError, TlsOptions, pull_access,
};
use nsc_store::StoredAccount;

use crate::args::system_user::SystemUserArgs;
use crate::args::timeout::TimeoutArg;
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::server::system::{Surroundings, connect_options, sign_in};
use crate::ui::progress::Bar;

/// What is asked for.
pub(super) enum What {
    /// One account of the store.
    One(Box<StoredAccount>),
    /// Everything there is.
    All,
}

/// What a server answered about one entity.
pub(super) struct Fetched {
    /// What it is about.
    pub(super) about: About,
    /// The JWT as it came, or why there is none.
    pub(super) answer: Answer,
}

/// What an answer is about.
#[derive(Clone, Debug)]
pub(super) enum About {
    /// The operator.
    Operator,
    /// An account with this key, and the store's name for it.
    Account { key: String, name: Option<String> },
}

/// An answer.
pub(super) enum Answer {
    /// A JWT, bare or decorated.
    Token(String),
    /// It waits to be signed.
    Later(u16),
    /// There is none.
    Failed(String),
}

/// Asks an account server.
pub(super) fn over_http(
    around: &Surroundings<'_>,
    url: &HttpUrl,
    what: &What,
    timeout: TimeoutArg,
) -> Result<Vec<Fetched>, CliError> {
    let resolver = HttpResolver::with_timeout(timeout.or(HTTP_SECONDS))?;
    let mut fetched = Vec::new();
    let mut known = Vec::new();
    match what {
        What::One(account) => known.push((account.name.clone(), account.claims.sub.clone())),
        What::All => {
            fetched.push(Fetched {
                about: About::Operator,
                answer: answer(&url.to_string(), resolver.get_operator(url)),
            });
            for listed in around.store.list_accounts()? {
                match listed.claims {
                    Ok((_, key)) => known.push((listed.name, key.to_text())),
                    // Its key is unknown, and so is what to ask for.
                    Err(error) => fetched.push(Fetched {
                        about: About::Account {
                            key: String::new(),
                            name: Some(listed.name),
                        },
                        answer: Answer::Failed(error.to_string()),
                    }),
                }
            }
        }
    }
    let ids: Vec<&str> = known.iter().map(|(_, key)| key.as_str()).collect();
    let answers = resolver.get_accounts(url, &ids);
    fetched.extend(
        known
            .iter()
            .zip(answers)
            .map(|((name, key), result)| Fetched {
                about: About::Account {
                    key: key.clone(),
                    name: Some(name.clone()),
                },
                answer: answer(&url.account(key).to_string(), result),
            }),
    );
    Ok(fetched)
}

fn answer(url: &str, result: Result<HttpOutcome, ResolverError>) -> Answer {
    match result {
        Ok(outcome) => match outcome.status {
            200 => Answer::Token(outcome.body),
            status @ (201 | 202) => Answer::Later(status),
            status => {
                let words: String = outcome.body.trim().chars().take(SHOWN).collect();
                let words = if words.is_empty() {
                    words
                } else {
                    format!(": {words}")
                };
                Answer::Failed(format!("`{url}` answered with status {status}{words}"))
            }
        },
        Err(error) => Answer::Failed(error.to_string()),
    }
}

/// Asks NATS servers: one of them for everything, or all of them for one account.
pub(super) fn over_nats(
    around: &Surroundings<'_>,
    urls: &NatsUrls,
    what: &What,
    timeout: TimeoutArg,
    tls: TlsOptions,
    system: &SystemUserArgs,
) -> Result<Vec<Fetched>, CliError> {
    let timeout = timeout.or(1);
    let connect: ConnectOptions = connect_options("nsc_pull").tls(tls);
    let access = pull_access(&connect.inbox_prefix);
    let credentials = sign_in(around, system, &access, timeout * 10)?;
    let mut resolver = NatsResolver::connect(urls, &connect.credentials(credentials))?;
    match what {
        What::All => {
            let bar = Bar::on_terminal();
            let told = bar.clone().map(|bar| {
                ProgressFn::new(move |progress| bar.show("fetching accounts", progress.done, None))
            });
            let pulled = resolver.pull(timeout, told.as_ref());
            if let Some(bar) = bar {
                bar.clear();
            }
            let mut all = pulled?;
            all.sort();
            let names: BTreeMap<String, String> = around
                .store
                .list_accounts()?
                .into_iter()
                .filter_map(|listed| Some((listed.claims.ok()?.1.to_text(), listed.name)))
                .collect();
            let fetched = all.into_iter().map(|(key, token)| Fetched {
                about: About::Account {
                    name: names.get(&key).cloned(),
                    key,
                },
                answer: Answer::Token(token),
            });
            Ok(fetched.collect())
        }
        What::One(account) => {
            let holdings = resolver.lookup(&[&account.claims.sub], timeout)?;
            let holding = holdings.first();
            let Some(token) = holding.and_then(|holding| holding.newest()) else {
                return Err(not_there(account, holding.is_some_and(|h| h.is_known())));
            };
            Ok(vec![Fetched {
                about: About::Account {
                    key: account.claims.sub.clone(),
                    name: Some(account.name.clone()),
                },
                answer: Answer::Token(token.to_owned()),
            }])
        }
    }
}

fn not_there(account: &StoredAccount, answered: bool) -> CliError {
    let name = &account.name;
    if answered {
        return CliError::not_found(format!("no server holds account `{name}`"))
            .about(EntityKind::Account, name.to_string())
            .hint(format!("nsc push -a {}", quoted(name)));
    }
    let message = format!(
        "no server answered the look-up of account `{name}`: only full NATS based resolvers do"
    );
    CliError::new(Kind::Server, message).about(EntityKind::Account, name.to_string())
}

/// How long an account server may take for one JWT.
const HTTP_SECONDS: u64 = 5;
/// Characters of a server's refusal that are shown.
const SHOWN: usize = 200;
