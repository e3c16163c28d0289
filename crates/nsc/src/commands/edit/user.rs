//! `nsc edit user`.

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::edit::{FromNow, Issuer, UserEdit, UserEditError};
use nsc_core::jwt;
use nsc_core::sign::Signer;
use nsc_store::{
    Keystore, SignerQuery, StoreError, StoredAccount, StoredUser, Transaction, Wanted,
};

use super::result::{Edited, nothing_to_edit};
use crate::app::App;
use crate::args::entity::{AccountArg, given, only_user};
use crate::args::{DateArgs, PermissionEditArgs, TagArgs, UserLimitArgs, ask, signer};
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::judge;
use crate::rewrite;
use crate::strict;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditUser {
    /// Name of the user; the only one of the account without it
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Name of the user; the only one of the account without it
    #[arg(value_name = "NAME")]
    word: Option<String>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    flags: Flags,
}

/// What is to change.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    tags: TagArgs,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    permissions: PermissionEditArgs,

    #[command(flatten)]
    limits: UserLimitArgs,
}

impl EditUser {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if !app.is_interactive() && self.flags == Flags::default() {
            return Err(nothing_to_edit("user"));
        }
        let account = self.account.resolve(app, &context, &store)?;
        let name = match given(&self.name).or(given(&self.word)) {
            Some(name) => name.to_owned(),
            None => only_user(app, &store, &account)?,
        };
        let mut typed = None;
        if app.is_interactive() {
            let user = store
                .user_by_name(&account, &name)?
                .ok_or_else(|| StoreError::no_user(&account, &name))?;
            let around = Around {
                operator: store.operator()?.claims,
                account: store.account(&account)?.claims,
                keystore: context.keystore(),
                managed: store.is_managed(),
            };
            typed = signer::ask(app, &around.query(app, &user.claims))?;
            let has_role = match &typed {
                Some(key) => around.account.scope(key).is_some(),
                None => user.claims.is_scoped(),
            };
            self.flags.ask(app, &user.claims, has_role)?;
        }
        let mut tx = store.begin(&context.keystore(), &app.begin_options("edit user"))?;
        let report = self.flags.edit(app, &mut tx, &account, &name, typed)?;
        strict::commit(app, tx, report)
    }
}

impl Flags {
    fn edit(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &str,
        name: &str,
        typed: Option<String>,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let account = tx.account(account)?;
        let before = tx
            .user_by_name(&account.name, name)?
            .ok_or_else(|| StoreError::no_user(&account.name, name))?;
        let around = Around {
            operator: operator.claims,
            account: account.claims.clone(),
            keystore: tx.keystore().clone(),
            managed: tx.store()?.is_managed(),
        };
        let query = around.query(app, &before.claims);
        let named = typed.as_deref().or(query.private_key);
        let signer = SignerQuery {
            private_key: named,
            ..query
        }
        .choose()?;
        let edit = UserEdit {
            // Who names the key that signs knows what it restricts.
            may_leave_role: named.is_some(),
            ..self.user_edit(app)?
        };
        let issuer_key = signer.candidate.key;
        let issuer = Issuer::of(&account.claims, &issuer_key)
            .map_err(|error| CliError::wrap(Kind::Failed, &error))?;
        let mut claims = before.claims.clone();
        let changes = edit
            .apply(&mut claims, &issuer)
            .map_err(|error| refused(&error, &account.name, name))?;
        let mut steps = judge::changed_user(app, &before.claims, &claims, issuer.scope())?;
        let user = stage(app, tx, &account, &signer, claims)?;
        steps.extend(judge::signed_user(
            app,
            &account.claims,
            &user.claims,
            &user.token,
        ));
        let creds = rewrite::creds(app, tx, &account.name, &user, &mut steps)?;
        let result = Edited {
            kind: "user",
            name: user.name.clone(),
            public_key: user.claims.sub.clone(),
            account: Some(account.name.clone()),
            issuer: user.claims.iss.clone(),
            changes,
            creds,
            ..Edited::default()
        };
        let told = result.steps();
        Ok(Report::new(result)
            .with_steps(self.permissions.warnings())
            .with_steps(steps)
            .with_steps(told))
    }

    /// Which dates are periods from now.
    pub(crate) fn relative_dates(&self, app: &App) -> Result<FromNow, CliError> {
        self.dates.relative(app)
    }

    /// The flags as an edit.
    pub(crate) fn user_edit(&self, app: &App) -> Result<UserEdit, CliError> {
        Ok(UserEdit {
            tags: self.tags.edit()?,
            dates: self.dates.edit(app)?,
            permissions: self.permissions.edit()?,
            limits: self.limits.edit()?,
            may_leave_role: false,
        })
    }

    /// Questions in the order in which they have always been asked, after that for the key that signs. What a role
    /// says is not asked.
    fn ask(&mut self, app: &App, current: &UserClaims, has_role: bool) -> Result<(), CliError> {
        if !has_role {
            let payload = current.nats.limits.limits.payload;
            let payload = self.limits.payload.unwrap_or(payload);
            self.limits.payload = Some(ask::size(app, "max payload", payload)?);
        }
        self.dates.ask_again(app, current)?;
        self.tags.ask(app, &current.nats.tags)
    }
}

/// What it takes to tell who may sign a user.
struct Around {
    operator: OperatorClaims,
    account: AccountClaims,
    keystore: Keystore,
    managed: bool,
}

impl Around {
    fn query<'a>(&'a self, app: &'a App, user: &'a UserClaims) -> SignerQuery<'a> {
        SignerQuery {
            wanted: Wanted::UserToken,
            env: &app.env,
            keystore: &self.keystore,
            operator: &self.operator,
            managed: self.managed,
            account: Some(&self.account),
            private_key: app.private_key(),
            previous_issuer: Some(&user.iss),
            fresh: &[],
        }
    }
}

fn stage(
    app: &App,
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    signer: &dyn Signer,
    mut claims: UserClaims,
) -> Result<StoredUser, CliError> {
    let token = jwt::encode(&mut claims, signer, app.now())?;
    Ok(tx.put_user(account, &token)?)
}

fn refused(error: &UserEditError, account: &str, user: &str) -> CliError {
    let refused = CliError::wrap(Kind::Failed, error).about(EntityKind::User, user.to_string());
    match error {
        UserEditError::BearerDisallowed { .. } => refused.hint(format!(
            "nsc edit account {} --disallow-bearer=false",
            quoted(account)
        )),
        UserEditError::LosesRole { .. } => refused
            .hint(format!(
                "nsc edit user -a {} {} -K ROLE",
                quoted(account),
                quoted(user)
            ))
            .hint(format!(
                "nsc edit user -a {} {} --subs -1",
                quoted(account),
                quoted(user)
            )),
        _ => refused,
    }
}
