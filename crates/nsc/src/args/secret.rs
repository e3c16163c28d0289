//! `--secret-name`.

use nsc_core::kubernetes;

use super::entity::given;
use crate::entity::EntityKind;
use crate::error::CliError;

/// The name of a secret of Kubernetes.
#[derive(Debug, Default, clap::Args)]
pub struct SecretArg {
    /// Name of the secret (`--format k8s-secret`)
    #[arg(long, value_name = "NAME")]
    secret_name: Option<String>,
}

impl SecretArg {
    /// Refuses a name that Kubernetes does not take, or one where no secret is made.
    ///
    /// # Errors
    /// See above.
    pub fn check(&self, is_secret: bool) -> Result<(), CliError> {
        match given(&self.secret_name) {
            Some(_) if !is_secret => Err(CliError::usage(
                "--secret-name goes with --format k8s-secret",
            )
            .about(EntityKind::Flag, "--secret-name")),
            Some(name) if !kubernetes::is_name(name) => Err(CliError::usage(format!(
                "`{name}` cannot be the name of a secret"
            ))
            .about(EntityKind::Value, name.to_string())
            .hint("use lower case letters, digits, `-` and `.`")),
            _ => Ok(()),
        }
    }

    /// The name, or one made from these words.
    pub fn name(&self, words: &[&str]) -> String {
        given(&self.secret_name).map_or_else(|| kubernetes::object_name(words), str::to_owned)
    }
}
