//! What is looked at before a command runs: stores and keystores of old versions have to be brought up to date
//! before anything else is done with them.

use crate::app::App;
use crate::error::CliError;

/// Commands that work whatever the context is.
const WITHOUT_CONTEXT: &[&str] = &["completion"];
/// What an old keystore allows.
const WITH_OLD_KEYSTORE: &[&str] = &["keys migrate"];
/// What an operator JWT of version 1 allows; the keystore has nothing to do with it.
const WITH_OLD_OPERATOR: &[&str] = &[
    "add operator",
    "env",
    "keys migrate",
    "update",
    "upgrade-jwt",
];

/// Refuses a command, given by its words, that the context does not allow. Makes the configuration where there is none.
///
/// # Errors
/// What has to be done first; a damaged configuration.
pub fn check(app: &App, command: &str) -> Result<(), CliError> {
    if WITHOUT_CONTEXT.contains(&command) {
        return Ok(());
    }
    let context = app.context()?;
    if !WITH_OLD_KEYSTORE.contains(&command)
        && let Some(old) = context.keystore().old_layout()?
    {
        let old = old.display();
        let message = format!("the keystore has the layout of an old version: `{old}`");
        return Err(CliError::failed(message).hint("nsc keys migrate"));
    }
    if WITH_OLD_OPERATOR.contains(&command) {
        return Ok(());
    }
    // A store that cannot be opened is the business of the commands that need it.
    let Ok(store) = context.operator_store() else {
        return Ok(());
    };
    if store.is_version_1()? {
        let name = store.folder();
        let message = format!("the JWT of operator `{name}` has version 1, which is out of use");
        return Err(CliError::failed(message).hint("nsc upgrade-jwt"));
    }
    Ok(())
}
