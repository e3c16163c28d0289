//! `nsc generate creds`.

mod short_lived;

use std::path::PathBuf;

use nsc_core::creds::{self, Variables};
use nsc_core::keys::PublicKey;
use nsc_store::{Context, Keystore, OperatorStore, StoredUser};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::App;
use crate::args::entity::{AccountArg, given, resolve_user};
use crate::args::secret::SecretArg;
use crate::entity::EntityKind;
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

    /// A creds file, or NATS_JWT and NATS_NKEY_SEED apart: lines for a shell, JSON, or a secret of Kubernetes
    #[arg(long, value_name = "FORMAT", default_value = "creds")]
    format: Format,

    #[command(flatten)]
    secret: SecretArg,

    /// Sign a JWT for these creds alone that is valid until: `1h`, `30d` (m h d w M y), or a date; the stored one
    /// stays as it is
    #[arg(long, value_name = "WHEN")]
    expire: Option<String>,

    #[command(flatten)]
    account: AccountArg,
}

/// The shape of creds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A creds file.
    Creds,
    /// Lines `NAME=value`.
    Env,
    /// One JSON object.
    Json,
    /// A secret of Kubernetes.
    K8sSecret,
}

impl Creds {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        self.secret.check(self.format == Format::K8sSecret)?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let name = resolve_user(app, &store, &account, given(&self.name))?;
        let user = store.user(&account, &name)?;
        let file = outfile::target(app, &self.output_file);
        if let Some(path) = &file {
            outfile::check(app, path, Existing::Replace)?;
        }
        let (user, expires, mut steps) = match given(&self.expire) {
            None => (user, None, Vec::new()),
            Some(when) => {
                let short = short_lived::reissue(app, &context, &store, &account, user, when)?;
                (short.user, Some(short.expires), short.steps)
            }
        };
        let creds = self.text(&context, &store, &user)?;
        let result = |creds| Made {
            user: user.name.clone(),
            account: account.clone(),
            public_key: user.claims.sub.clone(),
            expiry: expires,
            creds,
            file: file.clone(),
        };
        let Some(path) = &file else {
            return Ok(Report::new(result(Some(creds))).with_steps(steps).aside());
        };
        let written = outfile::write(app, path, creds.as_bytes(), Existing::Replace)?;
        steps.push(Step::ok(format!(
            "wrote creds of user `{name}` to `{}`",
            written.short_path(app)
        )));
        Ok(Report::new(result(None))
            .with_steps(steps)
            .with_written(&written))
    }

    fn text(
        &self,
        context: &Context,
        store: &OperatorStore,
        user: &StoredUser,
    ) -> Result<Zeroizing<String>, CliError> {
        let seed = seed(&context.keystore(), user)?;
        // Whether token and seed are of one user is the same question in all formats.
        let creds = creds::format_creds(&user.token, &seed).map_err(|error| {
            CliError::failed(format!("cannot make creds of user `{}`", user.name))
                .about(EntityKind::User, user.name.to_string())
                .caused_by(&error)
        })?;
        if self.format == Format::Creds {
            return Ok(creds);
        }
        let operator = store.operator()?.claims;
        let urls = operator.nats.operator_service_urls.join(",");
        let variables = Variables {
            token: &user.token,
            seed: &seed,
            url: Some(urls.as_str()).filter(|urls| !urls.is_empty()),
        };
        Ok(match self.format {
            Format::Json => variables.json(),
            Format::K8sSecret => {
                let name = self
                    .secret
                    .name(&["nats", &operator.name, &user.name, "creds"]);
                variables.secret(&name)
            }
            Format::Creds | Format::Env => variables.env(),
        })
    }
}

/// The stored seed of a user.
fn seed(keystore: &Keystore, user: &StoredUser) -> Result<Zeroizing<String>, CliError> {
    let key = PublicKey::parse(&user.claims.sub)?;
    match keystore.seed(&key)? {
        Some(seed) => Ok(seed.expose()),
        None => {
            let message = format!("the seed of user `{}` (`{key}`) is not stored", user.name);
            Err(CliError::new(Kind::NoKey, message)
                .about(EntityKind::User, user.name.to_string())
                .hint("nsc import keys --dir DIR"))
        }
    }
}

/// Creds that were made.
#[derive(JsonSchema, Serialize)]
pub(super) struct Made {
    /// Name of the user.
    user: String,
    /// Name of its account.
    account: String,
    /// Public key of the user.
    public_key: String,
    /// When the JWT made for these creds expires, in unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<i64>,
    /// The creds, unless they went into a file.
    #[serde(
        serialize_with = "super::reveal",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>")]
    creds: Option<Zeroizing<String>>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl Show for Made {
    fn show(&self, page: &mut Page) {
        if let Some(creds) = &self.creds {
            page.raw(creds);
        }
    }
}
