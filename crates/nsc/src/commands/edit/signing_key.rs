//! `nsc edit signing-key`.

use nsc_core::claims::AccountClaims;
use nsc_core::edit::ScopeEdit;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Keystore, SignerError, StoreError, StoredAccount, Transaction};

use super::result::{Edited, RoleKey, nothing_to_edit};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::signing_keys::NewKey;
use crate::args::{PermissionEditArgs, UserLimitArgs, list};
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::judge::{self, Judged};
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditSigningKey {
    /// Signing key: public key, seed, file with one, role, or `generate`
    #[arg(value_name = "KEY")]
    word: Option<String>,

    /// Signing key: public key, seed, file with one, role, or `generate`
    #[arg(long, value_name = "KEY")]
    sk: Vec<String>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    flags: Flags,
}

/// What is to change.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
struct Flags {
    /// Name of the role; without a key, the role that is changed
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// Description of the role; empty removes it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    permissions: PermissionEditArgs,

    #[command(flatten)]
    limits: UserLimitArgs,
}

impl EditSigningKey {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("edit signing-key"))?;
        let report = self.edit(app, &mut tx, &account)?;
        strict::commit(app, tx, report)
    }

    fn edit(&self, app: &App, tx: &mut Transaction<'_>, account: &str) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let before = tx.account(account)?;
        let key = self.key(app, tx.keystore(), &before)?;
        let public_key = key.public_key();
        let edit = self.flags.scope_edit()?;
        let mut claims = before.claims.clone();
        let changes = edit
            .apply(&mut claims, &public_key)
            .map_err(|error| CliError::wrap(Kind::Failed, &error))?;
        let mut steps = self.flags.permissions.warnings();
        let judged = Judged::Change;
        steps.extend(judge::changed_account(
            app,
            judged,
            &before.claims,
            &claims,
        )?);
        steps.extend(warnings(&claims, &public_key));
        steps.extend(key.store("signing", tx)?);
        let role = claims.scope(&public_key.to_text());
        let role = role.map(|scope| scope.role.clone()).unwrap_or_default();
        let operator = &operator.claims;
        let prefer = Prefer::Issuer;
        let exchange = rewrite::account(app, tx, operator, &before, prefer, claims, &steps)?;
        let result = Edited {
            changes,
            signing_key: Some(RoleKey {
                key: public_key.to_text(),
                role,
            }),
            generated_keys: match &key {
                NewKey::Generated(_) => vec![public_key.to_text()],
                NewKey::Given(_) => Vec::new(),
            },
            ..Edited::account(&before, &exchange)
        };
        let told = result.steps();
        let report = Report::new(result).with_steps(steps).with_steps(told);
        Ok(exchange.report(report))
    }

    /// The key that is to get a scope, or whose scope changes.
    fn key(
        &self,
        app: &App,
        keystore: &Keystore,
        account: &StoredAccount,
    ) -> Result<NewKey, CliError> {
        let listed = list::items(&self.sk)?;
        let first = listed.iter().find(|value| !value.is_empty());
        let value = given(&self.word).or(first.map(String::as_str));
        let Some(value) = value else {
            let role = given(&self.flags.role).ok_or_else(|| nothing_to_edit("signing-key"))?;
            return of_role(keystore, account, role)?.ok_or_else(|| no_role(account, role));
        };
        match NewKey::parse(app, value, KeyKind::Account) {
            Ok(key) => Ok(key),
            // What is no key may be a role.
            Err(error) if error.kind == Kind::NoKey => {
                let found = of_role(keystore, account, value)?;
                found.ok_or(error)
            }
            Err(error) => Err(error),
        }
    }
}

impl Flags {
    fn scope_edit(&self) -> Result<ScopeEdit, CliError> {
        Ok(ScopeEdit {
            role: self.role.clone(),
            description: self.description.clone(),
            permissions: self.permissions.edit()?,
            limits: self.limits.edit()?,
        })
    }
}

/// The signing key of a role whose seed is stored.
fn of_role(
    keystore: &Keystore,
    account: &StoredAccount,
    role: &str,
) -> Result<Option<NewKey>, CliError> {
    let keys: Vec<PublicKey> = account
        .claims
        .scopes_of_role(role)
        .filter_map(|scope| PublicKey::parse(&scope.key).ok())
        .collect();
    let stored: Vec<PublicKey> = keys
        .iter()
        .copied()
        .filter(|key| keystore.has(key))
        .collect();
    match (&stored[..], &keys[..]) {
        ([key], _) => Ok(Some(NewKey::Given(*key))),
        ([], []) => Ok(None),
        ([], [key, ..]) => {
            let (role, key) = (role.to_owned(), *key);
            let error = StoreError::from(SignerError::RoleNotStored { role, key });
            Err(CliError::from(error).hint(format!("nsc edit signing-key --sk {key}")))
        }
        ([first, ..], _) => Err(CliError::failed(format!(
            "account `{}` has {} signing keys of role `{role}`: say which one",
            account.name,
            stored.len()
        ))
        .about(EntityKind::Role, role.to_string())
        .hint(format!("nsc edit signing-key --sk {first}"))),
    }
}

fn no_role(account: &StoredAccount, role: &str) -> CliError {
    let name = &account.name;
    CliError::not_found(format!(
        "account `{name}` has no signing key of role `{role}`"
    ))
    .about(EntityKind::Role, role.to_string())
    .hint(format!(
        "nsc edit signing-key -a {} --sk generate --role {}",
        quoted(name),
        quoted(role)
    ))
}

/// What servers will not take as it is meant.
fn warnings(account: &AccountClaims, key: &PublicKey) -> Vec<Step> {
    let Some(scope) = account.scope(&key.to_text()) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    if !scope.role.is_empty() && account.scopes_of_role(&scope.role).count() > 1 {
        let role = &scope.role;
        texts.push(format!(
            "role `{role}` has several signing keys: `-K {role}` takes the first that is stored"
        ));
    }
    if scope.template.bearer_token && account.nats.limits.account.disallow_bearer {
        texts.push(format!(
            "users of role `{}` are bearer users, which account `{}` does not allow",
            scope.role, account.name
        ));
    }
    if scope.template.proxy_required {
        texts.push(format!(
            "role `{}` asks for a proxy, which servers of 2.14 do not see: they look for that in the claims of users only",
            scope.role
        ));
    }
    texts.into_iter().map(Step::warning).collect()
}
