//! Who connects to a NATS based resolver: a user of the system account.
//!
//! It is made for the occasion where a key of the account is stored, and lives no longer than the
//! work may take; else it is one of the stored users.

use std::time::Duration;

use nsc_core::claims::UserClaims;
use nsc_core::creds;
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_resolver::{Access, ConnectOptions, Notice, UserCredentials};
use nsc_store::{
    Context, KeyRole, Keystore, OperatorStore, SignerQuery, StoredAccount, StoredOperator,
    StoredUser, Wanted,
};

use crate::app::App;
use crate::args::system_user::SystemUserArgs;
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::ui;

/// The store that a command about servers works from.
pub struct Ground {
    context: Context,
    store: OperatorStore,
    operator: StoredOperator,
}

impl Ground {
    /// The current operator's store.
    ///
    /// # Errors
    /// When there is none, or its JWT cannot be read.
    pub fn of(app: &App) -> Result<Self, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let operator = store.operator()?;
        Ok(Self {
            context,
            store,
            operator,
        })
    }

    /// What connecting needs to know of it.
    pub fn around<'a>(&'a self, app: &'a App) -> Surroundings<'a> {
        Surroundings {
            app,
            context: &self.context,
            store: &self.store,
            operator: &self.operator,
        }
    }
}

/// What connecting needs to know of the store.
pub struct Surroundings<'a> {
    /// The run.
    pub app: &'a App,
    /// Where it works.
    pub context: &'a Context,
    /// The operator's store.
    pub store: &'a OperatorStore,
    /// The operator.
    pub operator: &'a StoredOperator,
}

/// The options of a connection as `name`, without user.
pub fn connect_options(name: &str) -> ConnectOptions {
    ConnectOptions::new(name).on_notice(|notice| {
        ui::notice(match notice {
            Notice::Disconnected => "the connection is lost; trying to make it again",
            Notice::Reconnected => "the connection is back",
            _ => "the connection changed",
        });
    })
}

/// The system account and a user of it that may do what `access` lists for at least `lifetime`.
///
/// # Errors
/// No system account, another than the operator's, or no user of it that can be used; each says
/// what to do.
pub fn sign_in(
    around: &Surroundings<'_>,
    args: &SystemUserArgs,
    access: &Access,
    lifetime: Duration,
) -> Result<UserCredentials, CliError> {
    let system = system_account(around, args.account())?;
    if let Some(name) = args.user() {
        let user = around.store.user(&system.name, name)?;
        return stored_user(around, &system, &user)?.ok_or_else(|| no_key_of_user(&system, &user));
    }
    match temporary_user(around, &system, access, lifetime)? {
        Some(credentials) => Ok(credentials),
        None => any_user(around, &system),
    }
}

/// The system account: the one given, which must be the operator's if that names one, or the operator's.
fn system_account(
    around: &Surroundings<'_>,
    given: Option<&str>,
) -> Result<StoredAccount, CliError> {
    let operator = &around.operator.claims;
    let known = operator.nats.system_account.as_str();
    let Some(wanted) = given.or(Some(known).filter(|key| !key.is_empty())) else {
        return Err(CliError::not_found(format!(
            "operator `{}` has no system account",
            around.operator.name
        ))
        .about(EntityKind::Operator, around.operator.name.to_string())
        .hint("nsc edit operator --system-account NAME")
        .hint("give --system-account NAME here"));
    };
    let account = around.store.account(wanted).map_err(|error| {
        let wrapped = CliError::from(error);
        CliError {
            message: format!("system account: {}", wrapped.message),
            ..wrapped
        }
    })?;
    if !known.is_empty() && account.claims.sub != known {
        return Err(CliError::failed(format!(
            "account `{}` is not the system account of operator `{}`",
            account.name, around.operator.name
        ))
        .about(EntityKind::Account, account.name.to_string())
        .hint("leave out --system-account"));
    }
    Ok(account)
}

/// A user that exists for this connection only, signed with a key of the account that is stored.
fn temporary_user(
    around: &Surroundings<'_>,
    system: &StoredAccount,
    access: &Access,
    lifetime: Duration,
) -> Result<Option<UserCredentials>, CliError> {
    let keystore = around.context.keystore();
    let Some(key) = account_key(around, system, &keystore) else {
        return Ok(None);
    };
    let now = around.app.now();
    let user = around.app.new_key(KeyKind::User)?;
    let mut claims = UserClaims::new(&user.public_key());
    claims.name = "nsc temporary push user".to_owned();
    claims.nats.issuer_account.clone_from(&system.claims.sub);
    let seconds = lifetime.saturating_add(SHORTEST_LIFE).as_secs();
    claims.exp = now
        .0
        .saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
    let permissions = &mut claims.nats.limits.permissions;
    permissions.publish.allow.clone_from(&access.publish);
    permissions.subscribe.allow.clone_from(&access.subscribe);
    let token = jwt::encode(&mut claims, &key, now)?;
    Ok(Some(UserCredentials::new(token, user)))
}

/// A key of the account that may sign a user with permissions of its own, and is stored: a scoped one
/// would impose its role.
fn account_key(
    around: &Surroundings<'_>,
    system: &StoredAccount,
    keystore: &Keystore,
) -> Option<Seed> {
    let query = SignerQuery {
        wanted: Wanted::UserToken,
        env: &around.app.env,
        keystore,
        operator: &around.operator.claims,
        managed: around.store.is_managed(),
        account: Some(&system.claims),
        private_key: None,
        previous_issuer: None,
        fresh: &[],
    };
    let candidates = query.candidates().into_iter();
    candidates
        .filter(|candidate| !matches!(candidate.role, KeyRole::AccountScoped { .. }))
        // A damaged file is as good as none: another key may do.
        .find_map(|candidate| keystore.seed(&candidate.key).ok().flatten())
}

/// The first user of the account that is in force and whose key is stored.
fn any_user(
    around: &Surroundings<'_>,
    system: &StoredAccount,
) -> Result<UserCredentials, CliError> {
    let now = around.app.now().0;
    for name in around.store.users(&system.name)? {
        // One that cannot be read is not the only one.
        let Ok(user) = around.store.user(&system.name, &name) else {
            continue;
        };
        let in_force = (user.claims.exp == 0 || user.claims.exp > now) && user.claims.nbf <= now;
        if in_force && let Some(credentials) = stored_user(around, system, &user)? {
            return Ok(credentials);
        }
    }
    let account = &system.name;
    Err(CliError::new(
        Kind::NoKey,
        format!(
            "no key of system account `{account}` is stored that could sign a temporary user, and no \
             user of it can connect"
        ),
    )
    .about(EntityKind::Account, account.to_string())
    .hint(format!("nsc add user -a {} NAME", quoted(account)))
    .hint("then give --system-user NAME"))
}

/// A stored user with its seed, or with its creds file where only that is there.
fn stored_user(
    around: &Surroundings<'_>,
    system: &StoredAccount,
    user: &StoredUser,
) -> Result<Option<UserCredentials>, CliError> {
    let keystore = around.context.keystore();
    let key = PublicKey::parse(&user.claims.sub)?;
    if let Some(seed) = keystore.seed(&key)? {
        return Ok(Some(UserCredentials::new(user.token.as_str(), seed)));
    }
    let found = keystore.creds(around.store.name(), &system.name, &user.name)?;
    let Some(text) = found else {
        return Ok(None);
    };
    let (token, seed) = creds::read_pair(&text).map_err(|error| {
        let path = keystore.creds_path(around.store.name(), &system.name, &user.name);
        CliError::failed(format!("`{}` holds no usable creds", path.display()))
            .about(EntityKind::File, path.display().to_string())
            .caused_by(&error)
    })?;
    Ok(Some(UserCredentials::new(token, seed)))
}

fn no_key_of_user(system: &StoredAccount, user: &StoredUser) -> CliError {
    let message = format!(
        "neither the seed nor the creds of user `{}` of system account `{}` are stored",
        user.name, system.name
    );
    CliError::new(Kind::NoKey, message)
        .about(EntityKind::User, user.name.to_string())
        .hint("leave out --system-user, or name another user")
}

/// A temporary user lives at least this long beyond the time that its work may take.
const SHORTEST_LIFE: Duration = Duration::from_secs(120);
