//! `nsc upgrade-jwt`: operator JWTs of version 1.

use std::path::PathBuf;

use nsc_core::jwt;
use nsc_store::{KeyRole, Keystore, OperatorStore, SignerQuery, StoredOperator, Wanted, backup};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing, Written};
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct UpgradeJwt {
    /// Make the backup and convert without asking
    #[arg(short, long)]
    yes: bool,
}

impl UpgradeJwt {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context_of_any_version()?;
        let store = context.operator_store()?;
        let name = store.folder();
        if !store.is_version_1()? {
            let text = format!("the JWT of operator `{name}` is of version 2 already");
            return Ok(told(name, false, text));
        }
        if store.is_managed() {
            let text = format!("operator `{name}` is managed elsewhere: its key is not here");
            return Err(CliError::failed(text)
                .about(EntityKind::Operator, name.to_string())
                .hint("get its JWT of version 2, then: nsc add operator --force --url FILE"));
        }
        let keystore = context.keystore();
        // Nobody is asked for what cannot be done, and no lock is held while somebody thinks.
        sign(app, &keystore, &store.operator()?)?;
        let file = self.backup_file(app, name)?;
        let question = format!("Convert the JWT of operator `{name}` to version 2?");
        let wanted = self.is_wanted(app, &question, false)?;
        let backup = file.map(|file| back_up(app, &store, &file)).transpose()?;
        if !wanted {
            let text = format!("operator `{name}` stays as it is; `--yes` converts without asking");
            return Ok(with_backup(told(name, false, text), backup.as_ref()));
        }
        let mut tx = store.begin(&keystore, &app.begin_options("upgrade-jwt"))?;
        let operator = tx.operator()?;
        tx.put_operator(&sign(app, &keystore, &operator)?)?;
        let committed = tx.commit()?;
        let text = format!("the JWT of operator `{name}` is of version 2 now");
        Ok(with_backup(told(name, true, text), backup.as_ref()).with_commit(&committed))
    }

    /// Nobody who could say yes means no.
    fn is_wanted(&self, app: &App, question: &str, default: bool) -> Result<bool, CliError> {
        if self.yes || !app.prompter.is_at_hand() {
            return Ok(self.yes);
        }
        app.prompter.confirm(question, default)
    }

    /// Where the store is kept as it is, if that is wanted.
    fn backup_file(&self, app: &App, operator: &str) -> Result<Option<String>, CliError> {
        if !self.is_wanted(app, "Make a backup of the store?", true)? {
            return Ok(None);
        }
        let default = format!("./{operator}-jwtV1-upgrade-backup.zip");
        if self.yes {
            return Ok(Some(default));
        }
        let check = |answer: &str| {
            let path = app.env.expand(PathBuf::from(answer));
            outfile::check(app, &path, Existing::Refuse).map_err(|error| error.message)
        };
        let file = app.prompter.text("File of the backup", &default, &check)?;
        Ok(Some(file))
    }
}

fn back_up(app: &App, store: &OperatorStore, file: &str) -> Result<Written, CliError> {
    let content = backup::zip(store)?;
    let path = app.env.expand(PathBuf::from(file));
    outfile::write(app, &path, &content, Existing::Refuse)
}

/// Only the identity key can vouch for the operator as a whole.
fn sign(app: &App, keystore: &Keystore, operator: &StoredOperator) -> Result<String, CliError> {
    let query = SignerQuery {
        wanted: Wanted::OperatorToken,
        env: &app.env,
        keystore,
        operator: &operator.claims,
        managed: false,
        account: None,
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &[],
    };
    let signer = query.choose()?;
    if signer.candidate.role != KeyRole::OperatorIdentity {
        let text = format!("the identity key `{}` is not stored", operator.claims.sub);
        return Err(CliError::new(Kind::NoKey, text)
            .about(EntityKind::Key, operator.claims.sub.to_string())
            .hint("nsc upgrade-jwt -K SEED-FILE"));
    }
    let mut claims = operator.claims.clone();
    Ok(jwt::encode(&mut claims, &signer, app.now())?)
}

fn told(operator: &str, converted: bool, text: String) -> Report {
    let result = Upgraded {
        operator: operator.to_owned(),
        converted,
    };
    Report::new(result).with_steps([Step::ok(text)])
}

fn with_backup(report: Report, backup: Option<&Written>) -> Report {
    match backup {
        Some(written) => report
            .with_steps([Step::ok(format!("backup `{}`", written.path.display()))])
            .with_written(written),
        None => report,
    }
}

/// What became of the operator.
#[derive(JsonSchema, Serialize)]
pub(super) struct Upgraded {
    /// Its name.
    operator: String,
    /// Whether its JWT was converted by this command.
    converted: bool,
}

/// The steps say it all to people.
impl Show for Upgraded {
    fn show(&self, _page: &mut Page) {}
}
