//! Whom a change of an account's exports concerns: the accounts of the store that import them.

use nsc_core::claims::{AccountClaims, ExportKind};
use nsc_core::validate::across::{Broken, broken_imports};
use nsc_store::OperatorStore;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Step;

/// An account before and after a change.
#[derive(Clone)]
pub(crate) struct Exporter {
    /// As it was.
    pub(crate) before: AccountClaims,
    /// As it is now.
    pub(crate) after: AccountClaims,
}

impl Exporter {
    /// The imports of other accounts that the change breaks.
    pub(crate) fn broken(&self, app: &App, store: &OperatorStore) -> Result<Vec<Broken>, CliError> {
        // Names and descriptions concern nobody, and accounts are many.
        if offers(&self.before).eq(offers(&self.after)) {
            return Ok(Vec::new());
        }
        let importers = store.importers(&self.after.sub)?;
        let (before, after) = (&self.before, &self.after);
        Ok(broken_imports(before, after, &importers, app.now()))
    }
}

/// What importers depend on.
fn offers(claims: &AccountClaims) -> impl Iterator<Item = (&str, Option<ExportKind>, bool, u64)> {
    claims.exports().map(|export| {
        let position = export.account_token_position;
        (
            export.subject.as_str(),
            export.kind,
            export.token_req,
            position,
        )
    })
}

/// A warning that names the importing accounts; nothing where there are none.
pub(crate) fn step(broken: &[Broken]) -> Option<Step> {
    if broken.is_empty() {
        return None;
    }
    let mut accounts: Vec<&str> = broken.iter().map(|b| b.account.as_str()).collect();
    accounts.dedup();
    let text = match accounts.as_slice() {
        [account] => format!("this breaks imports of account `{account}`"),
        several => format!("this breaks imports of {} accounts", several.len()),
    };
    let details = broken
        .iter()
        .map(|Broken { account, text, .. }| Step::warning(format!("account `{account}`: {text}")));
    Some(Step::group(text, details.collect()))
}
