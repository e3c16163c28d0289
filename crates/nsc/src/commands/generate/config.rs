//! `nsc generate config`.

mod folder;
mod resolver;

use std::path::PathBuf;

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::kubernetes;
use nsc_core::server_config::{
    NamedAccount, NamedToken, NatsResolverKind, ResolverSettings, helm_memory_resolver,
    helm_nats_resolver, helm_url_resolver, memory_resolver, nats_resolver, static_accounts,
    url_resolver,
};
use nsc_store::{OperatorStore, StoreError, StoredAccount, StoredOperator};
use schemars::JsonSchema;
use serde::Serialize;

use self::resolver::{Format, ResolverArgs};
use crate::app::App;
use crate::args::entity::given;
use crate::args::secret::SecretArg;
use crate::entity::EntityKind;
use crate::error::{self, CliError};
use crate::outfile::{self, Existing};
use crate::server::accounts::load_accounts;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Config {
    /// All accounts in the file, in a resolver that takes no others
    #[arg(long)]
    mem_resolver: bool,

    /// A resolver that keeps all accounts pushed to it; the file holds the system account
    #[arg(long)]
    nats_resolver: bool,

    /// A resolver that keeps the pushed accounts in use, beside servers that keep all
    #[arg(long)]
    nats_resolver_cache: bool,

    /// A resolver that asks the operator's account server, over HTTP
    #[arg(long)]
    url_resolver: bool,

    #[command(flatten)]
    resolver: ResolverArgs,

    /// A server configuration, values for the Helm chart of NATS, or a secret with the configuration
    #[arg(long, value_name = "FORMAT", default_value = "conf")]
    format: Format,

    #[command(flatten)]
    secret: SecretArg,

    /// Accounts and users written out by their keys, for a server that knows no operator
    #[arg(long, hide = true)]
    nkey: bool,

    /// File to write; `--` is standard output
    #[arg(long, value_name = "FILE", default_value = outfile::STDOUT)]
    config_file: String,

    /// Replace a file that exists
    #[arg(short = 'F', long)]
    force: bool,

    /// System account: name or public key; the operator's without it
    #[arg(long, value_name = "NAME")]
    sys_account: Option<String>,

    /// Folder for the configuration with a file for each JWT beside it
    #[arg(long, value_name = "DIR", hide = true)]
    dir: Option<String>,
}

/// What kind of configuration is made.
#[derive(Clone, Copy, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    MemResolver,
    NatsResolver,
    NatsResolverCache,
    UrlResolver,
    Nkey,
}

impl Config {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let kind = self.kind()?;
        self.resolver.check(kind)?;
        self.secret.check(self.format == Format::K8sSecret)?;
        let context = app.context()?;
        let source = Source::load(&context.operator_store()?, given(&self.sys_account))?;
        let text = self.text(&source, kind)?;
        let result = |config| Made {
            kind,
            operator: source.operator.name.clone(),
            system_account: source.system.as_ref().map(|s| s.key().to_owned()),
            config,
            file: None,
        };
        if let Some(dir) = given(&self.dir) {
            let written = folder::write(app, &app.env.expand(dir), self.force, &source, &text)?;
            let step = Step::ok(format!("wrote the configuration and its JWTs to `{dir}`"));
            let report = Report::new(result(None)).with_steps([step]);
            return Ok(written.iter().fold(report, Report::with_written));
        }
        let Some(path) = outfile::target(app, &self.config_file) else {
            return Ok(Report::new(result(Some(text))));
        };
        let written = outfile::write(app, &path, text.as_bytes(), self.existing());
        let written = written.map_err(|error| match error.kind {
            error::Kind::Conflict => {
                error.hint("add `--force` to replace it, or take another name")
            }
            _ => error,
        })?;
        let step = Step::ok(format!(
            "wrote the server configuration to `{}`",
            written.short_path(app)
        ));
        let made = Made {
            file: Some(written.path.clone()),
            ..result(None)
        };
        Ok(Report::new(made).with_steps([step]).with_written(&written))
    }

    fn text(&self, source: &Source, kind: Kind) -> Result<String, CliError> {
        let settings = self.resolver.settings();
        match self.format {
            Format::Conf => source.text(kind, &settings),
            Format::Helm => source.helm(kind, &settings),
            Format::K8sSecret => {
                let config = source.text(kind, &settings)?;
                let name = self.secret.name(&["nats", &source.operator.name, "config"]);
                Ok(kubernetes::secret(&name, &[("resolver.conf", &config)]).to_string())
            }
        }
    }

    fn kind(&self) -> Result<Kind, CliError> {
        let kinds = [
            (self.mem_resolver, Kind::MemResolver),
            (self.nats_resolver, Kind::NatsResolver),
            (self.nats_resolver_cache, Kind::NatsResolverCache),
            (self.url_resolver, Kind::UrlResolver),
            (self.nkey, Kind::Nkey),
        ];
        let mut asked = kinds.iter().filter(|(asked, _)| *asked);
        let kind = match (asked.next(), asked.next()) {
            (Some((_, kind)), None) => *kind,
            _ => {
                return Err(CliError::usage(
                    "give one of --mem-resolver, --nats-resolver, --nats-resolver-cache and --url-resolver",
                )
                .hint("nsc generate config --nats-resolver"));
            }
        };
        if given(&self.dir).is_some() {
            if kind != Kind::MemResolver {
                return Err(CliError::usage("--dir goes with --mem-resolver only")
                    .about(EntityKind::Flag, "--dir"));
            }
            if self.format != Format::Conf {
                return Err(CliError::usage("--dir goes with --format conf only")
                    .about(EntityKind::Flag, "--dir"));
            }
            if self.config_file != outfile::STDOUT {
                return Err(CliError::usage("give either --dir or --config-file")
                    .about(EntityKind::Flag, "--dir"));
            }
        }
        Ok(kind)
    }

    fn existing(&self) -> Existing {
        if self.force {
            Existing::Replace
        } else {
            Existing::Refuse
        }
    }
}

/// What a configuration is made from.
struct Source {
    store: OperatorStore,
    operator: StoredOperator,
    accounts: Vec<StoredAccount>,
    system: Option<System>,
}

/// The system account.
enum System {
    /// One of the store.
    Stored(Box<StoredAccount>),
    /// Known by its public key only.
    Key(String),
}

impl System {
    fn key(&self) -> &str {
        match self {
            Self::Stored(account) => &account.claims.sub,
            Self::Key(key) => key,
        }
    }
}

impl Source {
    fn load(store: &OperatorStore, system: Option<&str>) -> Result<Self, CliError> {
        let operator = store.operator()?;
        let accounts = load_accounts(store)?;
        if accounts.is_empty() {
            let message = format!("operator `{}` has no accounts", operator.name);
            return Err(CliError::not_found(message)
                .about(EntityKind::Operator, operator.name.to_string())
                .hint("nsc add account NAME"));
        }
        let known =
            Some(operator.claims.nats.system_account.as_str()).filter(|key| !key.is_empty());
        let system = system
            .or(known)
            .map(|system| find_system(&accounts, system))
            .transpose()?;
        Ok(Self {
            store: store.clone(),
            operator,
            accounts,
            system,
        })
    }

    fn text(&self, kind: Kind, settings: &ResolverSettings) -> Result<String, CliError> {
        let operator = self.operator_token();
        let system = self.system.as_ref().map(System::key);
        Ok(match kind {
            Kind::MemResolver => memory_resolver(&operator, system, &self.tokens()),
            Kind::NatsResolver | Kind::NatsResolverCache => {
                nats_resolver(nats_kind(kind), &operator, &self.system_token()?, settings)
            }
            Kind::UrlResolver => {
                url_resolver(&operator, system, &resolver::accounts_url(&self.operator)?)
            }
            Kind::Nkey => self.nkey()?,
        })
    }

    fn helm(&self, kind: Kind, settings: &ResolverSettings) -> Result<String, CliError> {
        let operator = self.operator_token();
        let system = self.system.as_ref().map(System::key);
        Ok(match kind {
            Kind::MemResolver => helm_memory_resolver(&operator, system, &self.tokens()),
            Kind::NatsResolver | Kind::NatsResolverCache => {
                helm_nats_resolver(nats_kind(kind), &operator, &self.system_token()?, settings)
            }
            Kind::UrlResolver => {
                helm_url_resolver(&operator, system, &resolver::accounts_url(&self.operator)?)
            }
            Kind::Nkey => {
                return Err(CliError::usage("--format helm goes with resolvers only")
                    .about(EntityKind::Flag, "--format"));
            }
        })
    }

    fn tokens(&self) -> Vec<NamedToken> {
        self.accounts.iter().map(account_token).collect()
    }

    fn system_token(&self) -> Result<NamedToken, CliError> {
        match &self.system {
            Some(System::Stored(system)) => Ok(account_token(system)),
            Some(System::Key(key)) => Err(CliError::not_found(format!(
                "system account `{key}` is not in the store; its JWT goes into the configuration"
            ))
            .about(EntityKind::Account, key.to_string())
            .hint("nsc pull --all")),
            None => Err(CliError::not_found(format!(
                "operator `{}` has no system account",
                self.operator.name
            ))
            .about(EntityKind::Operator, self.operator.name.to_string())
            .hint("nsc edit operator --system-account NAME")
            .hint("give --sys-account NAME here")),
        }
    }

    fn nkey(&self) -> Result<String, CliError> {
        if let Some(system) = &self.system {
            return Err(CliError::usage(format!(
                "a configuration of nkeys has no system account, but `{}` is set",
                system.key()
            ))
            .about(EntityKind::Account, system.key().to_string()));
        }
        let accounts: Vec<NamedAccount> = self
            .accounts
            .iter()
            .map(|account| self.named_account(account))
            .collect::<Result<_, _>>()?;
        static_accounts(&accounts)
            .map_err(|error| CliError::failed("cannot write the accounts out").caused_by(&error))
    }

    fn named_account(&self, account: &StoredAccount) -> Result<NamedAccount, StoreError> {
        let names = self.store.users(&account.name)?;
        let users = names.iter().map(|name| {
            let user = self.store.user(&account.name, name)?;
            Ok(user.claims.sub)
        });
        Ok(NamedAccount {
            name: account.name.clone(),
            claims: account.claims.clone(),
            users: users.collect::<Result<_, StoreError>>()?,
        })
    }

    fn operator_token(&self) -> NamedToken {
        NamedToken {
            name: self.operator.name.clone(),
            key: self.operator.claims.sub.clone(),
            token: self.operator.token.clone(),
        }
    }
}

fn nats_kind(kind: Kind) -> NatsResolverKind {
    match kind {
        Kind::NatsResolverCache => NatsResolverKind::Cache,
        _ => NatsResolverKind::Full,
    }
}

/// The account of this name or key; a key that no account has is taken as it is.
fn find_system(accounts: &[StoredAccount], system: &str) -> Result<System, CliError> {
    let named = accounts.iter().find(|account| account.name == system);
    let found = named.or_else(|| accounts.iter().find(|account| account.claims.sub == system));
    match found {
        Some(account) => Ok(System::Stored(Box::new(account.clone()))),
        None if PublicKey::parse_kind(system, KeyKind::Account).is_ok() => {
            Ok(System::Key(system.to_owned()))
        }
        None => Err(StoreError::missing("account", system).into()),
    }
}

fn account_token(account: &StoredAccount) -> NamedToken {
    NamedToken {
        name: account.name.clone(),
        key: account.claims.sub.clone(),
        token: account.token.clone(),
    }
}

/// A configuration that was made.
#[derive(JsonSchema, Serialize)]
pub(super) struct Made {
    /// What kind it is.
    kind: Kind,
    /// Name of the operator.
    operator: String,
    /// Public key of the system account.
    #[serde(skip_serializing_if = "Option::is_none")]
    system_account: Option<String>,
    /// The text, unless it went into a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<String>,
    /// The file of the text, if it went into one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl Show for Made {
    fn show(&self, page: &mut Page) {
        if let Some(config) = &self.config {
            page.raw(config);
            page.raw("\n");
        }
    }
}
