//! Judging claims before they are written.

use nsc_core::claims::{AccountClaims, Claims, OperatorClaims, UserClaims, UserScope};
use nsc_core::edit::doubts::{self, Doubt};
use nsc_core::effective::{Effective, Refusal};
use nsc_core::subject;
use nsc_core::time::UnixTime;
use nsc_core::validate::{Issue, Issues, Judged as Rules, Level};

use crate::app::App;
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::ui::Step;

/// Which findings stop a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Those that the change brings: what was wrong before can be mended step by step.
    Change,
    /// As [`Judged::Change`], but limits may be set below what there is: that only warns.
    Limits,
    /// All of them.
    Whole,
}

/// Findings about more imports and exports than the limits allow.
const COUNTS: [&str; 3] = ["imports-limit", "exports-limit", "wildcard-exports"];

/// Refuses operator claims that servers would refuse; tells what is doubtful.
///
/// # Errors
/// The blocking findings.
pub fn operator(app: &App, claims: &OperatorClaims) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::Operator, &claims.name);
    let steps = settle(&what, &claims.validate(app.now()))?;
    Ok(with_doubts(steps, &doubts::of_dates(claims, app.now())))
}

/// Refuses account claims that servers would refuse; tells what is doubtful.
///
/// # Errors
/// The blocking findings.
pub fn account(app: &App, claims: &AccountClaims) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::Account, &claims.name);
    let steps = settle(&what, &claims.validate(app.now()))?;
    let mut doubtful = doubts::of_dates(claims, app.now());
    doubtful.extend(doubts::of_account(claims));
    let mut steps = with_doubts(steps, &doubtful);
    steps.extend(warnings(&claims.advise()));
    Ok(steps)
}

/// What is doubtful about the validity times of claims that stay as they are.
pub fn dates<B: Rules>(app: &App, claims: &Claims<B>) -> Vec<Step> {
    with_doubts(Vec::new(), &doubts::of_dates(claims, app.now()))
}

/// Refuses user claims that servers would refuse; tells what is doubtful. `role` is that of the key that signs.
///
/// # Errors
/// The blocking findings.
pub fn user(
    app: &App,
    claims: &UserClaims,
    role: Option<&UserScope>,
) -> Result<Vec<Step>, CliError> {
    user_at(app.now(), claims, role)
}

/// As [`user`], at a moment.
///
/// # Errors
/// The blocking findings.
pub fn user_at(
    now: UnixTime,
    claims: &UserClaims,
    role: Option<&UserScope>,
) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::User, &claims.name);
    let steps = settle(&what, &claims.validate(now))?;
    let mut doubtful = doubts::of_dates(claims, now);
    doubtful.extend(doubts::of_use(claims, role));
    Ok(with_doubts(steps, &doubtful))
}

/// Refuses changed operator claims for what the change made wrong; tells what was wrong before, and
/// what is doubtful.
///
/// # Errors
/// The blocking findings that are new.
pub fn changed_operator(
    app: &App,
    before: &OperatorClaims,
    after: &OperatorClaims,
) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::Operator, &after.name);
    let steps = settle_change(app, &what, before, after)?;
    Ok(with_doubts(steps, &doubts::of_dates(after, app.now())))
}

/// Refuses changed account claims for what the change made wrong, templates of roles included, or
/// for anything wrong at all; tells what was wrong before, and what is doubtful now.
///
/// # Errors
/// The blocking findings.
pub fn changed_account(
    app: &App,
    judged: Judged,
    before: &AccountClaims,
    after: &AccountClaims,
) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::Account, &after.name);
    if judged == Judged::Whole {
        settle(&what, &after.validate(app.now()))?;
    }
    let known = before.validate(app.now());
    let found = after.validate(app.now());
    let (counts, found): (Vec<&Issue>, Vec<&Issue>) = found
        .iter()
        .partition(|issue| judged == Judged::Limits && COUNTS.contains(&issue.topic));
    let mut steps = settle_new(&what, &known, found)?;
    steps.extend(counts.into_iter().map(|issue| Step::warning(&issue.text)));
    for scope in after.nats.signing_keys.scopes() {
        let was = before.scope(&scope.key);
        if was == Some(scope) {
            continue;
        }
        let was = was.map(UserScope::judge_template).unwrap_or_default();
        let role = scope.title();
        steps.extend(settle_titled(
            &role,
            role_of(scope),
            &was,
            scope.judge_template().iter(),
        )?);
    }
    let known = before.advise();
    let advice = after.advise();
    let new = advice
        .iter()
        .filter(|issue| !known.iter().any(|old| old == *issue));
    steps.extend(new.map(|issue| Step::warning(&issue.text)));
    let mut doubtful = doubts::of_dates(after, app.now());
    doubtful.extend(new_doubts(
        doubts::of_account(before),
        doubts::of_account(after),
    ));
    Ok(with_doubts(steps, &doubtful))
}

/// Refuses changed user claims for what the change made wrong; tells what was wrong before, and
/// what is doubtful now. `role` is that of the key that signs.
///
/// # Errors
/// The blocking findings that are new.
pub fn changed_user(
    app: &App,
    before: &UserClaims,
    after: &UserClaims,
    role: Option<&UserScope>,
) -> Result<Vec<Step>, CliError> {
    let what = Entity::new(EntityKind::User, &after.name);
    let steps = settle_change(app, &what, before, after)?;
    let mut doubtful = doubts::of_dates(after, app.now());
    let (was, is) = (doubts::of_use(before, role), doubts::of_use(after, role));
    doubtful.extend(new_doubts(was, is));
    Ok(with_doubts(steps, &doubtful))
}

/// Doubts that were there before were told of then.
fn new_doubts(before: Vec<Doubt>, after: Vec<Doubt>) -> impl Iterator<Item = Doubt> {
    after
        .into_iter()
        .filter(move |doubt| !before.contains(doubt))
}

/// What is doubtful about a user that was signed: its JWT as a whole, and a role that does not fit it.
pub fn signed_user(
    app: &App,
    account: &AccountClaims,
    user: &UserClaims,
    token: &str,
) -> impl Iterator<Item = Step> + use<> {
    let doubt = doubts::of_user_token(token).map(|doubt| doubt.to_string());
    let refused = Effective::of(account, user, app.now()).refused;
    let misfits = refused
        .into_iter()
        .filter(|refusal| matches!(refusal, Refusal::Template(_)))
        .map(|refusal| format!("servers turn the user away: {refusal}"));
    doubt.into_iter().chain(misfits).map(Step::warning)
}

fn settle_change<B: Rules>(
    app: &App,
    what: &Entity,
    before: &Claims<B>,
    after: &Claims<B>,
) -> Result<Vec<Step>, CliError> {
    settle_new(
        what,
        &before.validate(app.now()),
        after.validate(app.now()).iter(),
    )
}

fn settle_new<'a>(
    what: &Entity,
    before: &Issues,
    after: impl IntoIterator<Item = &'a Issue>,
) -> Result<Vec<Step>, CliError> {
    settle_titled(&titled(what), what.clone(), before, after)
}

/// What was wrong before should not keep anybody from changing something else. `what` is what messages call it.
fn settle_titled<'a>(
    what: &str,
    entity: Entity,
    before: &Issues,
    after: impl IntoIterator<Item = &'a Issue>,
) -> Result<Vec<Step>, CliError> {
    let after: Vec<&Issue> = after.into_iter().collect();
    let is_old = |issue: &Issue| before.iter().any(|old| old == issue);
    let (old, new): (Vec<&Issue>, Vec<&Issue>) = after
        .iter()
        .copied()
        .filter(|issue| issue.level == Level::Error)
        .partition(|issue| is_old(issue));
    if !new.is_empty() {
        return Err(invalid(what, entity, &new));
    }
    let old = old
        .into_iter()
        .map(|issue| Step::warning(format!("{what} was not valid before: {}", issue.text)));
    Ok(old.chain(warnings(after)).collect())
}

fn settle(what: &Entity, issues: &Issues) -> Result<Vec<Step>, CliError> {
    let errors: Vec<&Issue> = issues
        .iter()
        .filter(|issue| issue.level == Level::Error)
        .collect();
    if errors.is_empty() {
        Ok(warnings(issues).collect())
    } else {
        Err(invalid(&titled(what), what.clone(), &errors))
    }
}

fn titled(what: &Entity) -> String {
    format!("{} `{}`", what.kind.word(), what.name)
}

/// A role, or the key of one that has no name.
fn role_of(scope: &UserScope) -> Entity {
    match scope.role.as_str() {
        "" => Entity::new(EntityKind::Key, &scope.key),
        role => Entity::new(EntityKind::Role, role),
    }
}

fn warnings<'a>(issues: impl IntoIterator<Item = &'a Issue>) -> impl Iterator<Item = Step> {
    issues
        .into_iter()
        .filter(|issue| issue.level == Level::Warning)
        // The operator of a managed store sets them when it takes the account over.
        .filter(|issue| issue.topic != "self-signed-limits")
        .map(|issue| Step::warning(&issue.text))
}

fn invalid(what: &str, entity: Entity, errors: &[&Issue]) -> CliError {
    let message = format!("{what} would not be valid");
    let mut error = CliError::failed(message).about_entity(Some(entity));
    error.causes = errors.iter().map(|issue| issue.text.clone()).collect();
    let eaten = |issue: &&&Issue| matches!(issue.topic, "subject-edge-dot" | "subject-double-dot");
    if let Some(issue) = errors.iter().find(eaten) {
        error = error.hint(quoting(&issue.text));
    }
    error
}

/// How to keep a shell from taking `$JS` for a variable. The subject is what the finding quotes last.
fn quoting(finding: &str) -> String {
    let subject = finding.rsplit('`').nth(1).unwrap_or_default();
    match subject::lost_root(subject) {
        Some(root) => format!(
            "'{root}{subject}' in single quotes, if it was `{root}{subject}`: else a shell replaces the `{root}`"
        ),
        None => "put subjects that hold a `$` into single quotes, as in '$JS.API.>': else a shell replaces what follows the `$`".to_owned(),
    }
}

fn with_doubts(mut steps: Vec<Step>, doubts: &[Doubt]) -> Vec<Step> {
    for (n, doubt) in doubts.iter().enumerate() {
        // A subject may stand in several lists.
        if !doubts[..n].contains(doubt) {
            steps.push(Step::warning(doubt.to_string()));
        }
    }
    steps
}
