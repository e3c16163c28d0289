//! Exports of the accounts around, to pick from.

use nsc_core::claims::{AccountClaims, Export, ExportKind, OperatorClaims};
use nsc_core::edit::{ActivationToken, DateEdit, NewActivation};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Context, Keystore, SignerQuery, Wanted};

use crate::app::App;
use crate::args::signer;
use crate::entity::EntityKind;
use crate::error::CliError;

/// An export of an account of some operator in the store.
pub(super) struct LocalExport {
    /// The exporting account.
    pub(super) claims: AccountClaims,
    /// What it exports.
    pub(super) export: Export,
    operator: OperatorClaims,
    keystore: Keystore,
    managed: bool,
}

/// Everything that other accounts export. What cannot be read is passed over.
pub(super) fn exports(
    context: &Context,
    importer: &AccountClaims,
) -> Result<Vec<LocalExport>, CliError> {
    let mut exports = Vec::new();
    for operator in context.operators()? {
        let Ok(store) = context.open_operator(&operator) else {
            continue;
        };
        let Ok(operator) = store.operator() else {
            continue;
        };
        for name in store.accounts()? {
            let Ok(account) = store.account(&name) else {
                continue;
            };
            if account.claims.sub == importer.sub {
                continue;
            }
            exports.extend(account.claims.exports().map(|export| LocalExport {
                claims: account.claims.clone(),
                export: export.clone(),
                operator: operator.claims.clone(),
                keystore: context.keystore(),
                managed: store.is_managed(),
            }));
        }
    }
    Ok(exports)
}

impl LocalExport {
    /// How the export stands in the list: an arrow shows which way the messages go.
    pub(super) fn line(&self) -> String {
        let Export {
            name,
            subject,
            description,
            info_url,
            ..
        } = &self.export;
        let account = &self.claims.name;
        let arrow = if self.export.is_service() { "<-" } else { "->" };
        let label = match name {
            name if name == subject => String::new(),
            name => format!("[{name}] "),
        };
        let lock = if self.export.token_req { " [!]" } else { "" };
        let mut line = format!("{account} {arrow} {label}{subject}{lock}");
        for more in [description, info_url] {
            if !more.is_empty() {
                line.push_str(&format!(" - {more}"));
            }
        }
        line
    }

    /// The subject to import, and the one to use for it: where a token of the subject names the importer, it is
    /// filled in, and left out of the other.
    pub(super) fn subjects(&self, importer: &AccountClaims) -> (String, Option<String>) {
        let subject = &self.export.subject;
        let position = usize::try_from(self.export.account_token_position).unwrap_or_default();
        let Some(place) = position.checked_sub(1) else {
            return (subject.clone(), None);
        };
        let mut tokens: Vec<&str> = subject.split('.').collect();
        if place >= tokens.len() {
            return (subject.clone(), None);
        }
        tokens[place] = &importer.sub;
        let remote = tokens.join(".");
        tokens.remove(place);
        (
            remote,
            Some(tokens.join(".")).filter(|local| !local.is_empty()),
        )
    }

    /// Makes the activation that a private export asks for.
    pub(super) fn activate(
        &self,
        app: &App,
        importer: &AccountClaims,
        subject: &str,
        kind: ExportKind,
    ) -> Result<ActivationToken, CliError> {
        let query = SignerQuery {
            wanted: Wanted::UserToken,
            env: &app.env,
            keystore: &self.keystore,
            operator: &self.operator,
            managed: self.managed,
            account: Some(&self.claims),
            // `-K` signs the importing account.
            private_key: None,
            previous_issuer: None,
            fresh: &[],
        };
        let mut typed = None;
        // The best key will do; without one a person has to bring it.
        let signer = match query.choose() {
            Ok(signer) => signer,
            Err(_) => signer::choose(app, query, &mut typed)?,
        };
        let new = NewActivation {
            subject: subject.to_owned(),
            kind,
            target: PublicKey::parse_kind(&importer.sub, KeyKind::Account)?,
            dates: DateEdit::default(),
        };
        let mut claims = new.claims(&self.claims, &signer.candidate.key)?;
        let token = jwt::encode(&mut claims, &signer, app.now())?;
        Ok(ActivationToken { token, claims })
    }
}

/// Reads the public key of an account.
pub(super) fn account_key(text: &str) -> Result<PublicKey, CliError> {
    PublicKey::parse_kind(text, KeyKind::Account).map_err(|error| {
        CliError::failed(format!("`{text}` is no public key of an account"))
            .about(EntityKind::Key, text.to_string())
            .caused_by(&error)
    })
}
