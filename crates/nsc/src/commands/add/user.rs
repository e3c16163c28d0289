//! `nsc add user`.

use nsc_core::edit::{ListEdit, NewUser};
use nsc_core::keys::KeyKind;
use nsc_store::{SignerQuery, Transaction, Wanted};

use super::stage;
use crate::app::App;
use crate::args::entity::AccountArg;
use crate::args::{DateArgs, NameArgs, PermissionArgs, SubjectKey, list, signer};
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddUser {
    #[command(flatten)]
    name: NameArgs,

    #[command(flatten)]
    account: AccountArg,

    /// Key of the user, instead of a new one: user key or a file with one; it is not stored
    #[arg(short = 'k', long, value_name = "KEY")]
    public_key: Option<String>,

    /// Let the JWT alone be enough to connect, without proof of the key
    #[arg(long)]
    bearer: bool,

    /// Turn the user away unless it comes through a trusted proxy
    #[arg(long)]
    proxy_required: bool,

    /// Labels
    #[arg(long, value_name = "TAGS")]
    tag: Vec<String>,

    /// Networks from which the user may connect: `10.0.0.0/8`
    #[arg(long, value_name = "NETWORKS")]
    source_network: Vec<String>,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    permissions: PermissionArgs,
}

impl AddUser {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        if app.is_interactive() {
            self.ask(app)?;
        }
        let name = self
            .name
            .of_new(app, "user", |name| store.has_user(&account, name))?;
        let new = self.new_user(app, name)?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("add user"))?;
        let report = self.add(app, &mut tx, &account, &new)?;
        Ok(report.with_commit(&tx.commit()?))
    }

    /// Questions in the order in which they have always been asked, after that for the account.
    fn ask(&mut self, app: &App) -> Result<(), CliError> {
        self.name.ask(app, "user")?;
        SubjectKey::ask(app, &mut self.public_key, KeyKind::User)?;
        self.dates.ask(app)
    }

    fn new_user(&self, app: &App, name: String) -> Result<NewUser, CliError> {
        let added = |uses| {
            let add = list::items(uses)?;
            Ok::<_, CliError>(ListEdit {
                add,
                ..ListEdit::default()
            })
        };
        Ok(NewUser {
            name,
            dates: self.dates.edit(app)?,
            permissions: self.permissions.edit()?,
            tags: added(&self.tag)?,
            networks: added(&self.source_network)?,
            bearer: self.bearer,
            proxy_required: self.proxy_required,
        })
    }

    fn add(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &str,
        new: &NewUser,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let account = tx.account(account)?;
        let keystore = tx.keystore().clone();
        let query = SignerQuery {
            wanted: Wanted::UserToken,
            env: &app.env,
            keystore: &keystore,
            operator: &operator.claims,
            managed: tx.store()?.is_managed(),
            account: Some(&account.claims),
            private_key: app.private_key(),
            previous_issuer: None,
            fresh: &[],
        };
        if query.candidates().is_empty() {
            return Err(stage::no_signing_key(&account.name));
        }
        let mut typed = None;
        let signer = signer::choose(app, query, &mut typed)?;
        let key = SubjectKey::new(app, self.public_key.as_deref(), KeyKind::User)?;
        let staged = stage::user(app, tx, &account, new, &key, &signer)?;
        Ok(Report::new(staged.result)
            .with_steps(self.permissions.warnings())
            .with_steps(staged.steps))
    }
}
