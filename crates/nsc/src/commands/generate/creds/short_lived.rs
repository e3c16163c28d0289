//! Creds that expire soon, of a user that goes on.

use nsc_core::edit::{DateEdit, Issuer, UserEdit};
use nsc_core::jwt;
use nsc_core::revocation;
use nsc_core::time::{self, UnixTime};
use nsc_store::{Context, OperatorStore, SignerQuery, StoredUser, Wanted};

use crate::app::App;
use crate::args::signer;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::judge;
use crate::strict;
use crate::ui::Step;

/// A user whose JWT was signed for a short time.
pub(super) struct ShortLived {
    /// The user with that JWT.
    pub(super) user: StoredUser,
    /// When it expires, in unix seconds.
    pub(super) expires: i64,
    /// What is to be told.
    pub(super) steps: Vec<Step>,
}

/// Signs the stored user anew for a shorter time, with the key that signed it before if it is at hand; tells when it
/// expires. Nothing is stored.
///
/// # Errors
/// A moment that is past or beyond the user's own expiry; a user that is revoked, since a new token would end that;
/// no key that may sign.
pub(super) fn reissue(
    app: &App,
    context: &Context,
    store: &OperatorStore,
    account: &str,
    mut user: StoredUser,
    when: &str,
) -> Result<ShortLived, CliError> {
    let expires = moment(app, &user, when)?;
    let operator = store.operator()?.claims;
    let account = store.account(account)?.claims;
    let before = user.claims.clone();
    if revocation::is_revoked(&account.nats.revocations, &before.sub, before.iat) {
        let name = &user.name;
        let message = format!("user `{name}` is revoked; a JWT signed now would be valid again");
        let hint = format!(
            "nsc edit user -a '{}' '{name}' (to renew the user)",
            account.name
        );
        return Err(CliError::failed(message)
            .about(EntityKind::User, name.to_string())
            .hint(hint));
    }
    let keystore = context.keystore();
    let query = SignerQuery {
        wanted: Wanted::UserToken,
        env: &app.env,
        keystore: &keystore,
        operator: &operator,
        managed: store.is_managed(),
        account: Some(&account),
        private_key: app.private_key(),
        previous_issuer: Some(&before.iss),
        fresh: &[],
    };
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    let issuer_key = signer.candidate.key;
    let issuer =
        Issuer::of(&account, &issuer_key).map_err(|error| CliError::wrap(Kind::Failed, &error))?;
    let edit = UserEdit {
        dates: DateEdit {
            start: None,
            expiry: Some(expires),
        },
        ..UserEdit::default()
    };
    edit.apply(&mut user.claims, &issuer)
        .map_err(|error| CliError::wrap(Kind::Failed, &error))?;
    let mut steps = judge::changed_user(app, &before, &user.claims, issuer.scope())?;
    strict::check(app, &steps)?;
    user.token = jwt::encode(&mut user.claims, &signer, app.now())?;
    let at = UnixTime(expires);
    steps.push(Step::ok(format!("signed a JWT that expires at {at}")));
    Ok(ShortLived {
        user,
        expires,
        steps,
    })
}

fn moment(app: &App, user: &StoredUser, when: &str) -> Result<i64, CliError> {
    let at = time::parse_expiry(when, app.now(), &app.zone())?;
    if at == 0 {
        return Err(CliError::usage("`--expire` needs a time")
            .about(EntityKind::Flag, "--expire")
            .hint("leave it out for creds that are valid as long as the user"));
    }
    if at <= app.now().0 {
        let text = format!("`--expire` is in the past: {}", UnixTime(at));
        return Err(CliError::failed(text).about(EntityKind::Flag, "--expire"));
    }
    let end = user.claims.exp;
    if end > 0 && at > end {
        return Err(CliError::failed(format!(
            "user `{}` expires at {}, before {}",
            user.name,
            UnixTime(end),
            UnixTime(at)
        ))
        .about(EntityKind::User, user.name.to_string())
        .hint("take an earlier time, or give the user more with `nsc edit user --expiry`"));
    }
    Ok(at)
}
