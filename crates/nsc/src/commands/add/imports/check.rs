//! What the store knows of the exporting account.

use nsc_core::claims::{AccountClaims, Import};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::validate::across::{self, Exporters};
use nsc_store::OperatorStore;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Step;

/// What keeps a new import from working, as far as its exporting account is in the store.
///
/// Exports may be made after their imports, so that most of it is a warning.
///
/// # Errors
/// An activation token that no key of the exporting account signed.
pub(super) fn exporter(
    app: &App,
    store: &OperatorStore,
    importer: &AccountClaims,
    import: &Import,
) -> Result<Vec<Step>, CliError> {
    let Ok(key) = PublicKey::parse_kind(&import.account, KeyKind::Account) else {
        return Ok(Vec::new());
    };
    let Some(account) = store.account_by_key(&key)? else {
        return Ok(Vec::new());
    };
    let exporters: Exporters<'_> = [&account.claims].into_iter().collect();
    let issues = exporters.judge_import(importer, import, app.now());
    if let Some(issue) = issues.iter().find(|i| i.topic == across::TOKEN_ISSUER) {
        let hint = format!(
            "nsc describe account '{}' (shows its signing keys)",
            account.name
        );
        return Err(CliError::failed(&issue.text).hint(hint));
    }
    Ok(issues
        .iter()
        // The token's own times are told with it.
        .filter(|issue| ![across::TOKEN_EXPIRED, across::TOKEN_EARLY].contains(&issue.topic))
        .map(
            |issue| match remedy(issue.topic, &account.name, &importer.name, import) {
                Some(remedy) => Step::warning(format!("{}: {remedy}", issue.text)),
                None => Step::warning(&issue.text),
            },
        )
        .collect())
}

/// What makes the import work.
fn remedy(topic: &str, exporter: &str, importer: &str, import: &Import) -> Option<String> {
    let subject = &import.subject;
    let service = if import.is_service() {
        " --service"
    } else {
        ""
    };
    Some(match topic {
        across::NO_EXPORT => format!("nsc add export -a '{exporter}' -s '{subject}'{service}"),
        across::NO_TOKEN | across::TOKEN_REVOKED => format!(
            "nsc generate activation -a '{exporter}' -t '{importer}' -s '{subject}' -o FILE, and import with --token FILE"
        ),
        across::OTHER_KIND if import.is_service() => "import it without --service".to_owned(),
        across::OTHER_KIND => "import it with --service".to_owned(),
        _ => return None,
    })
}
