//! `nsc load`: operator, account and user of a service, from the seed of the account.

use nsc_core::claims::{Account, AccountClaims, OperatorClaims};
use nsc_core::edit::NewUser;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::nsc_url::NscUrl;
use nsc_core::value::ValueError;
use nsc_core::{creds, jwt};
use nsc_resolver::{HttpResolver, HttpUrl};
use nsc_store::{StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use super::add::import::{Existing, Source};
use super::add::operator::rooted;
use super::add::result::{AddedAccount, AddedOperator, AddedUser};
use super::add::stage;
use crate::app::App;
use crate::args::SubjectKey;
use crate::args::name;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(clap::Args)]
pub struct Load {
    /// What to load, in one address: nsc://OPERATOR?secret=SEED&user=NAME, OPERATOR a well-known one
    #[arg(long, value_name = "URL")]
    profile: Option<String>,

    /// Where the operator's JWT is fetched from, instead of a profile
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Seed of the account
    #[arg(long, value_name = "SEED")]
    seed: Option<String>,

    /// Name of the user
    #[arg(long, value_name = "NAME", default_value = "default")]
    user: String,
}

/// The flags may hold a seed.
impl std::fmt::Debug for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Load").finish_non_exhaustive()
    }
}

impl Load {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let (source, who) = self.wanted(app)?;
        let imported = source.read(app)?;
        let operator = &imported.claims;
        let (token, claims) = fetch_account(operator, &who.seed)?;

        let context = app.context()?;
        let root = context.store_root_for_new().to_owned();
        let context = rooted(&context, &root);
        let folder = name::new_name(app, "operator", imported.store_name(), |_| false)?;
        let keystore = context.keystore();
        let (mut tx, begun) =
            imported.stage(app, &root, &folder, &keystore, Existing::Refresh, "load")?;
        let account = stage_account(&mut tx, &token, &claims)?;
        tx.put_key(&who.seed)?;
        let mut steps = begun.steps;
        steps.push(Step::ok(format!(
            "loaded account `{}` ({})",
            account.name, claims.sub
        )));
        let user = stage_user(app, &mut tx, &account, &who, &mut steps)?;
        context
            .with_current(&folder, &account.name)
            .stage(&mut tx)?;
        let managed = tx.store()?.is_managed();
        let report = Report::new(Loaded {
            operator: imported.result(&folder, managed),
            account: AddedAccount {
                name: account.name,
                public_key: claims.sub,
                issuer: claims.iss,
                operator: folder,
                signing_keys: claims.nats.signing_keys.keys().map(str::to_owned).collect(),
                changes: Vec::new(),
            },
            user,
        });
        strict::commit(app, tx, report.with_steps(steps))
    }

    /// What the profile says, or the flags.
    fn wanted(self, app: &App) -> Result<(Source, Who), CliError> {
        let mut seed = self.seed.map(Zeroizing::new);
        let mut user = self.user;
        let source = match (given(self.profile), given(self.url)) {
            (Some(profile), _) => {
                let profile = parse_profile(&profile)?;
                for (name, value) in profile.items() {
                    match name.as_str() {
                        "secret" => seed = Some(Zeroizing::new(value)),
                        "user" if !value.is_empty() => user = value,
                        _ => {}
                    }
                }
                Source::well_known(app, &profile.operator)?
            }
            (None, Some(url)) => Source::url(app, &url)?,
            (None, None) => {
                return Err(CliError::usage("no operator is named")
                    .hint("nsc load --profile 'nsc://OPERATOR?secret=SEED'")
                    .hint("nsc load --url URL --seed SEED"));
            }
        };
        let seed = account_seed(seed.as_deref().map_or("", |text| text.as_str()))?;
        Ok((source, Who { seed, user }))
    }
}

/// Who is to be loaded.
struct Who {
    seed: Seed,
    user: String,
}

fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

/// Services name their own scheme, which says nothing.
fn parse_profile(text: &str) -> Result<NscUrl, ValueError> {
    let location = text.split('?').next().unwrap_or_default();
    match location.split_once("://") {
        Some((scheme, _)) => {
            let rest = text.get(scheme.len()..).unwrap_or_default();
            NscUrl::parse(&Zeroizing::new(format!("nsc{rest}")))
        }
        None => NscUrl::parse(text),
    }
}

/// The text is a secret, even where it is no seed: it is not repeated.
fn account_seed(text: &str) -> Result<Seed, CliError> {
    let wanted = "the seed of an account is needed; it begins with SA";
    if text.is_empty() {
        return Err(CliError::usage(wanted)
            .about(EntityKind::Flag, "--seed")
            .hint("add `--seed SEED`, or `secret=SEED` to the profile"));
    }
    match Seed::parse(text.trim()) {
        Ok(seed) if seed.kind() == KeyKind::Account => Ok(seed),
        Ok(seed) => Err(CliError::failed(wanted)
            .about(EntityKind::Flag, "--seed")
            .hint(format!("the given seed is of type {}", seed.kind()))),
        Err(error) => Err(CliError::failed(wanted)
            .about(EntityKind::Flag, "--seed")
            .caused_by(&error)),
    }
}

/// Asks the operator's account server for the account of a seed.
fn fetch_account(
    operator: &OperatorClaims,
    seed: &Seed,
) -> Result<(String, AccountClaims), CliError> {
    let name = &operator.name;
    let server = &operator.nats.account_server_url;
    if server.is_empty() {
        let text =
            format!("operator `{name}` names no account server, which would know the account");
        return Err(CliError::failed(text).about(EntityKind::Operator, name.to_string()));
    }
    let url = HttpUrl::parse(server)?;
    let key = seed.public_key().to_text();
    let answer = HttpResolver::new()?.get_account(&url, &key)?;
    if answer.status != 200 {
        let text = format!(
            "account `{key}` is not on the account server `{url}` (status {})",
            answer.status
        );
        let kind = if answer.status == 404 {
            Kind::NotFound
        } else {
            Kind::Server
        };
        return Err(CliError::new(kind, text).about(EntityKind::Account, key.to_string()));
    }
    let token = creds::read_jwt(&answer.body).to_owned();
    let claims = jwt::decode_as::<Account>(&token).map_err(|error| {
        let text = format!("account server `{url}` returned no usable account JWT");
        CliError::new(Kind::Server, text)
            .about(EntityKind::Server, url.to_string())
            .caused_by(&error)
    })?;
    if claims.sub != key {
        let text = format!(
            "account server `{url}` returned another account: `{}`",
            claims.sub
        );
        return Err(CliError::new(Kind::Server, text).about(EntityKind::Server, url.to_string()));
    }
    Ok((token, claims))
}

/// Stages the account as the server has it; another one of that name is in the way.
fn stage_account(
    tx: &mut Transaction<'_>,
    token: &str,
    claims: &AccountClaims,
) -> Result<StoredAccount, CliError> {
    if let Some(stored) = tx.account_by_name(&claims.name)?
        && stored.claims.sub != claims.sub
    {
        let text = format!(
            "account `{}` already exists with another key: `{}`, not `{}`",
            stored.name, stored.claims.sub, claims.sub
        );
        return Err(
            CliError::new(Kind::Conflict, text).about(EntityKind::Account, stored.name.to_string())
        );
    }
    Ok(tx.put_account(token)?)
}

/// Makes the user, unless the account has it.
fn stage_user(
    app: &App,
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    who: &Who,
    steps: &mut Vec<Step>,
) -> Result<Option<AddedUser>, CliError> {
    let name = &who.user;
    if tx.user_by_name(&account.name, name)?.is_some() {
        let text = format!("user `{name}` is there already and stays as it is");
        steps.push(Step::warning(text));
        return Ok(None);
    }
    let new = NewUser {
        name: name.clone(),
        ..NewUser::default()
    };
    let key = SubjectKey::new(app, None, KeyKind::User)?;
    let staged = stage::user(app, tx, account, &new, &key, &who.seed)?;
    steps.extend(staged.steps);
    Ok(Some(staged.result))
}

/// What was loaded.
#[derive(JsonSchema, Serialize)]
pub(super) struct Loaded {
    /// The operator.
    operator: AddedOperator,
    /// The account.
    account: AddedAccount,
    /// The user that was made; absent when there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<AddedUser>,
}

/// The steps say it all to people.
impl Show for Loaded {
    fn show(&self, _page: &mut Page) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_scheme_will_do() {
        for text in ["nsc://op?secret=x", "ngs://op?secret=x"] {
            let profile = parse_profile(text).unwrap();
            assert_eq!(
                (profile.operator.as_str(), profile.query.as_str()),
                ("op", "secret=x")
            );
        }
        for text in ["", "op?secret=://", "nsc://", "nsc:op"] {
            assert!(parse_profile(text).is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_are_not_repeated() {
        let seed = Seed::from_entropy(KeyKind::User, [7; 32]).expose();
        for text in ["", "SABAD", &seed[1..], seed.as_str()] {
            let error = account_seed(text).err().unwrap();
            let shown = format!("{error:?}");
            assert!(text.is_empty() || !shown.contains(text), "{shown}");
        }
    }
}
