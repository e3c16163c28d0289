//! `nsc describe jwt`.

use nsc_core::claims::ActivationClaims;
use nsc_core::jwt::{self, AnyClaims, DecodeError};
use nsc_core::{creds, hash_id};
use nsc_store::Context;

use super::form::{self, Details, Form, Subject};
use super::{account, names, tables, user};
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::source;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Jwt {
    /// File or http(s) URL with a JWT, bare or decorated; a creds file will do
    #[arg(short, long, value_name = "FILE|URL")]
    file: Option<String>,

    #[command(flatten)]
    form: Form,
}

impl Jwt {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let source = match self.file {
            Some(source) => source,
            None if app.is_interactive() => ask_for_file(app)?,
            None => {
                return Err(CliError::usage("no JWT is named").hint("nsc describe jwt --file FILE"));
            }
        };
        let text = source::read(app, &source)?;
        let token = creds::read_jwt(&text).to_owned();
        let claims =
            jwt::decode_generic(&token).map_err(|error| refusal(&source, &token, error))?;
        let subject = Subject {
            kind: match claims.claim_type() {
                "" => "generic".to_owned(),
                known => known.to_owned(),
            },
            name: claims.name.clone(),
            token: token.clone(),
        };
        let (kind, long_ids) = (subject.kind.clone(), self.form.long_ids);
        self.form.report(app, subject, || {
            if kind == "generic" {
                // Their signature can be of a scheme that only the generic reader tries.
                return Err(no_table(&kind));
            }
            details(&context, &token, long_ids)
        })
    }
}

fn ask_for_file(app: &App) -> Result<String, CliError> {
    app.prompter.text("File or URL of the JWT", "", &|answer| {
        if answer.trim().is_empty() {
            return Err("a file or URL is needed".to_owned());
        }
        Ok(())
    })
}

/// Why a token is not shown; one of somebody else is at least recognised.
fn refusal(source: &str, token: &str, error: DecodeError) -> CliError {
    let is_foreign = matches!(
        error,
        DecodeError::HeaderType(_) | DecodeError::HeaderAlgorithm(_)
    );
    let foreign = jwt::read_foreign(token).filter(|_| is_foreign);
    let Some(foreign) = foreign else {
        return CliError::failed(format!("`{source}` holds no JWT that can be trusted"))
            .about(EntityKind::File, source.to_string())
            .caused_by(&error);
    };
    let says = |member: &str| {
        let value = foreign.claims.get(member)?;
        Some(format!("it says, unverified: {member} {value}"))
    };
    let mut refusal = CliError::failed(format!("`{source}` holds a JWT that is not one of NATS"))
        .about(EntityKind::File, source.to_string())
        .caused_by(&error);
    refusal
        .causes
        .extend(["iss", "sub"].into_iter().filter_map(says));
    refusal
}

fn details(context: &Context, token: &str, long_ids: bool) -> Result<Details, CliError> {
    let store = context.operator_store().ok();
    Ok(match jwt::decode(token)? {
        AnyClaims::Account(claims) => account::details(context, store.as_ref(), &claims, long_ids),
        AnyClaims::Activation(claims) => activation(&claims),
        AnyClaims::Operator(claims) => {
            let system_account = claims.nats.system_account.clone();
            let account_names = names::of_accounts(context, store.as_ref(), [system_account]);
            Details {
                tables: vec![tables::operator::details(&claims, &account_names)],
                context: form::Context {
                    account_names,
                    ..form::Context::default()
                },
                ..Details::default()
            }
        }
        AnyClaims::User(claims) => user::details(&claims, None),
        other => return Err(no_table(other.claim_type())),
    })
}

fn no_table(kind: &str) -> CliError {
    CliError::failed(format!("there is no table for claims of type `{kind}`"))
        .hint("give --json to see its claims")
}

fn activation(claims: &ActivationClaims) -> Details {
    let id = hash_id::activation_id(&claims.iss, &claims.sub, &claims.nats.subject).ok();
    Details {
        tables: vec![tables::activation::details(claims, id.as_deref())],
        context: form::Context {
            hash_id: id,
            ..form::Context::default()
        },
        ..Details::default()
    }
}
