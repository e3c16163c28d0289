//! What the commands about exports and imports share: words and questions.

use nsc_core::claims::{AccountClaims, Export, ExportKind};
use nsc_core::edit::ExportChoice;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::{subject, time, value};
use nsc_store::{OperatorStore, StoreError};

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::Step;

/// `public` or `private`.
pub(crate) fn visibility(private: bool) -> &'static str {
    if private { "private" } else { "public" }
}

/// `subject`, and the name where it is another: for messages.
pub(crate) fn subject_and_name(subject: &str, name: &str) -> String {
    if name.is_empty() || name == subject {
        format!("`{subject}`")
    } else {
        format!("`{subject}` (`{name}`)")
    }
}

/// `stream` or `service`.
pub(crate) fn kind_name(kind: Option<ExportKind>) -> &'static str {
    kind.map_or("nameless", ExportKind::name)
}

/// The kind that `--service` and `--service=false` ask for.
pub(crate) fn kind_of(service: bool) -> ExportKind {
    if service {
        ExportKind::Service
    } else {
        ExportKind::Stream
    }
}

/// Whether an answer is a subject.
pub(crate) fn check_subject(answer: &str) -> Result<(), String> {
    match subject::problems(answer).first() {
        None => Ok(()),
        Some(problem) => Err(problem.to_string()),
    }
}

/// Whether an answer is a subject that messages can be published on.
pub(crate) fn check_concrete(answer: &str) -> Result<(), String> {
    check_subject(answer)?;
    if subject::has_wildcards(answer) {
        return Err(format!(
            "`{answer}` has wildcards: nothing can be published on it"
        ));
    }
    Ok(())
}

/// Stream or service? Tells whether it is a service.
pub(crate) fn ask_kind(app: &App, question: &str, service: bool) -> Result<bool, CliError> {
    let kinds = [ExportKind::Stream, ExportKind::Service].map(|kind| kind.name().to_owned());
    let chosen = app
        .prompter
        .choose(question, &kinds, usize::from(service))?;
    Ok(chosen == 1)
}

/// Asks which requests are measured.
pub(crate) fn ask_sampling(app: &App, default: &str) -> Result<String, CliError> {
    let check = |answer: &str| {
        value::parse_sampling(answer)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let question = "sampling (1 to 100 percent, or header)";
    app.prompter.text(question, default, &check)
}

/// Asks how a service answers.
pub(crate) fn ask_response_type(app: &App, default: &str) -> Result<String, CliError> {
    let types = ["Singleton", "Stream", "Chunked"].map(str::to_owned);
    let current = types.iter().position(|one| one == default).unwrap_or(0);
    let chosen = app.prompter.choose("response type", &types, current)?;
    Ok(types[chosen].clone())
}

/// Asks how long a service may take.
pub(crate) fn ask_threshold(app: &App, default: &str) -> Result<String, CliError> {
    let check = |answer: &str| match time::parse_duration(answer) {
        Ok(0..) => Ok(()),
        Ok(_) => Err("it cannot be negative".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    app.prompter
        .text("response threshold (0 is none)", default, &check)
}

/// Asks which export is meant; nothing where there is one, or none to ask about.
pub(crate) fn ask_export(
    app: &App,
    claims: &AccountClaims,
    subject: Option<&str>,
) -> Result<Export, CliError> {
    let exports: Vec<&Export> = claims
        .exports()
        .filter(|export| subject.is_none_or(|subject| subject == export.subject))
        .collect();
    if let [] | [_] = exports.as_slice() {
        let choice = ExportChoice {
            subject: subject.map(str::to_owned),
            kind: None,
        };
        let place = choice.find(claims)?;
        return Ok(claims.nats.exports[place].clone().unwrap_or_default());
    }
    let lines: Vec<String> = exports.iter().map(|export| export_line(export)).collect();
    Ok(exports[app.prompter.choose("export", &lines, 0)?].clone())
}

fn export_line(export: &Export) -> String {
    let visibility = visibility(export.token_req);
    let kind = kind_name(export.kind);
    format!("{visibility} {kind} {} [{}]", export.subject, export.name)
}

/// A warning that of a stream and a service with one subject the first was taken.
pub(crate) fn first_of_two(what: &str, subject: &str, kind: &str) -> Step {
    Step::warning(format!(
        "a stream and a service {what} have the subject `{subject}`: took the {kind}; `--service` or `--service=false` chooses"
    ))
}

/// The key of an account that is given by name or public key; a key need not be in the store.
pub(crate) fn account_key(store: &OperatorStore, name_or_key: &str) -> Result<PublicKey, CliError> {
    if let Some(account) = store.account_by_name(name_or_key)? {
        return Ok(PublicKey::parse_kind(
            &account.claims.sub,
            KeyKind::Account,
        )?);
    }
    match PublicKey::parse(name_or_key) {
        Ok(key) if key.kind() == KeyKind::Account => Ok(key),
        Ok(key) => {
            let kind = key.kind();
            Err(
                CliError::failed(format!("`{key}` is no account key; it is of kind {kind}"))
                    .about(EntityKind::Key, key.to_string()),
            )
        }
        Err(_) => Err(StoreError::missing("account", name_or_key).into()),
    }
}
