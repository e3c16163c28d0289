//! Judging claims before they are written.

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::edit::doubts;
use nsc_core::validate::{Issues, Level};

use crate::app::App;
use crate::error::CliError;
use crate::ui::Step;

/// Refuses operator claims that servers would refuse; tells what is doubtful.
///
/// # Errors
/// The blocking findings.
pub fn operator(app: &App, claims: &OperatorClaims) -> Result<Vec<Step>, CliError> {
    let what = format!("operator `{}`", claims.name);
    let steps = settle(&what, &claims.validate(app.now()))?;
    Ok(with_doubts(steps, &doubts::of_dates(claims, app.now())))
}

/// Refuses account claims that servers would refuse; tells what is doubtful.
///
/// # Errors
/// The blocking findings.
pub fn account(app: &App, claims: &AccountClaims) -> Result<Vec<Step>, CliError> {
    let what = format!("account `{}`", claims.name);
    let steps = settle(&what, &claims.validate(app.now()))?;
    let mut doubtful = doubts::of_dates(claims, app.now());
    doubtful.extend(doubts::of_permissions(&claims.nats.default_permissions));
    Ok(with_doubts(steps, &doubtful))
}

/// Refuses user claims that servers would refuse; tells what is doubtful.
///
/// # Errors
/// The blocking findings.
pub fn user(app: &App, claims: &UserClaims) -> Result<Vec<Step>, CliError> {
    let what = format!("user `{}`", claims.name);
    let steps = settle(&what, &claims.validate(app.now()))?;
    Ok(with_doubts(steps, &doubts::of_user(claims, app.now())))
}

fn settle(what: &str, issues: &Issues) -> Result<Vec<Step>, CliError> {
    if !issues.is_blocked(false) {
        let warnings = issues
            .iter()
            .filter(|issue| issue.level == Level::Warning)
            // The operator of a managed store sets them when it takes the account over.
            .filter(|issue| issue.topic != "self-signed-limits");
        return Ok(warnings.map(|issue| Step::warning(&issue.text)).collect());
    }
    let mut error = CliError::failed(format!("{what} would not be valid"));
    error.causes = issues
        .iter()
        .filter(|issue| issue.level == Level::Error)
        .map(|issue| issue.text.clone())
        .collect();
    if issues.iter().any(|issue| issue.topic == "subject-edge-dot") {
        error = error.hint("put subjects that begin with `$` into single quotes");
    }
    Err(error)
}

fn with_doubts(mut steps: Vec<Step>, doubts: &[doubts::Doubt]) -> Vec<Step> {
    steps.extend(doubts.iter().map(|doubt| Step::warning(doubt.to_string())));
    steps
}
