//! What can be said of a resolver, and in which shape its configuration comes.

use nsc_core::server_config::ResolverSettings;
use nsc_resolver::ResolverUrl;
use nsc_store::StoredOperator;

use super::Kind;
use crate::args::entity::given;
use crate::entity::EntityKind;
use crate::error::CliError;

/// The shape of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A configuration file of the server.
    Conf,
    /// Values for the Helm chart of NATS.
    Helm,
    /// A secret of Kubernetes with the configuration file.
    K8sSecret,
}

/// Settings of a resolver that takes pushed accounts.
#[derive(Debug, clap::Args)]
pub(super) struct ResolverArgs {
    /// Folder in which the server keeps pushed accounts
    #[arg(long, value_name = "DIR")]
    resolver_dir: Option<String>,

    /// Let accounts be deleted from the server (`nsc push --prune`)
    #[arg(long)]
    allow_delete: bool,

    /// How many accounts the server keeps at most
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=i64::MAX as u64))]
    resolver_limit: Option<u64>,
}

impl ResolverArgs {
    /// Refuses settings that the kind of resolver does not have.
    pub(super) fn check(&self, kind: Kind) -> Result<(), CliError> {
        let takes_pushes = matches!(kind, Kind::NatsResolver | Kind::NatsResolverCache);
        if !takes_pushes && (given(&self.resolver_dir).is_some() || self.resolver_limit.is_some()) {
            return Err(CliError::usage(
                "--resolver-dir and --resolver-limit go with --nats-resolver and --nats-resolver-cache",
            ).about(EntityKind::Flag, "--resolver-dir"));
        }
        if self.allow_delete && kind != Kind::NatsResolver {
            return Err(CliError::usage("--allow-delete goes with --nats-resolver")
                .about(EntityKind::Flag, "--allow-delete"));
        }
        if given(&self.resolver_dir).is_some_and(|dir| dir.chars().any(char::is_control)) {
            return Err(CliError::usage("--resolver-dir holds control characters")
                .about(EntityKind::Flag, "--resolver-dir"));
        }
        Ok(())
    }

    /// The settings as they stand in a configuration.
    pub(super) fn settings(&self) -> ResolverSettings {
        ResolverSettings {
            dir: given(&self.resolver_dir).map(str::to_owned),
            allow_delete: self.allow_delete,
            limit: self.resolver_limit,
        }
    }
}

/// Where the operator's account server offers accounts; their key follows.
///
/// # Errors
/// An operator without an account server that speaks HTTP.
pub(super) fn accounts_url(operator: &StoredOperator) -> Result<String, CliError> {
    let url = &operator.claims.nats.account_server_url;
    if matches!(ResolverUrl::parse(url), Ok(ResolverUrl::Http(_))) {
        return Ok(format!("{}/accounts/", url.trim_end_matches('/')));
    }
    let name = &operator.name;
    let message = match url.as_str() {
        "" => format!("operator `{name}` has no account server URL"),
        _ => format!("the account server URL of operator `{name}` is not one of HTTP"),
    };
    let hint = "nsc edit operator --account-jwt-server-url http://HOST:PORT/jwt/v1";
    Err(CliError::failed(message)
        .about(EntityKind::Operator, name.to_string())
        .hint(hint))
}
