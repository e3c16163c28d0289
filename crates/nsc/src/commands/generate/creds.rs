//! `nsc generate creds`.

use nsc_core::creds;
use nsc_core::keys::PublicKey;
use nsc_store::{Keystore, StoredUser};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::App;
use crate::args::entity::{AccountArg, given, resolve_user};
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing};
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Creds {
    /// User: name or public key; the only one without it
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// File to write; `--` is standard output
    #[arg(short, long, value_name = "FILE", default_value = outfile::STDOUT)]
    output_file: String,

    #[command(flatten)]
    account: AccountArg,
}

impl Creds {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let name = resolve_user(app, &store, &account, given(&self.name))?;
        let user = store.user(&account, &name)?;
        let creds = make(&context.keystore(), &user)?;
        let result = |creds| Made {
            user: user.name.clone(),
            account: account.clone(),
            public_key: user.claims.sub.clone(),
            creds,
        };
        let Some(path) = outfile::target(app, &self.output_file) else {
            return Ok(Report::new(result(Some(creds))));
        };
        let written = outfile::write(app, &path, creds.as_bytes(), Existing::Replace)?;
        let step = Step::ok(format!(
            "wrote creds of user `{name}` to `{}`",
            written.short_path(app)
        ));
        Ok(Report::new(result(None))
            .with_steps([step])
            .with_written(&written))
    }
}

/// The text of a creds file, from the stored JWT and seed.
fn make(keystore: &Keystore, user: &StoredUser) -> Result<Zeroizing<String>, CliError> {
    let key = PublicKey::parse(&user.claims.sub)?;
    let Some(seed) = keystore.seed(&key)? else {
        let message = format!("the seed of user `{}` (`{key}`) is not stored", user.name);
        return Err(CliError::new(Kind::NoKey, message).hint("nsc import keys --dir DIR"));
    };
    creds::format_creds(&user.token, &seed.expose()).map_err(|error| {
        CliError::failed(format!("cannot make creds of user `{}`", user.name)).caused_by(&error)
    })
}

/// Creds that were made.
#[derive(Serialize)]
struct Made {
    /// Name of the user.
    user: String,
    /// Name of its account.
    account: String,
    /// Public key of the user.
    public_key: String,
    /// The creds, unless they went into a file.
    #[serde(
        serialize_with = "super::reveal",
        skip_serializing_if = "Option::is_none"
    )]
    creds: Option<Zeroizing<String>>,
}

impl Show for Made {
    fn show(&self, page: &mut Page) {
        if let Some(creds) = &self.creds {
            page.raw(creds);
        }
    }
}
