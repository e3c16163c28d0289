//! TLS flags of connections to NATS servers, and the variables that stand in for them.

use std::path::PathBuf;

use nsc_resolver::{Curve, ResolverError, TlsOptions};
use nsc_store::Environment;

/// PEM file with the certificates to trust.
const NATS_CA: &str = "NATS_CA";
/// PEM file with the client's certificate.
const NATS_CERT: &str = "NATS_CERT";
/// PEM file with the client's private key.
const NATS_KEY: &str = "NATS_KEY";

/// TLS of connections to NATS servers.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "TLS flags")]
pub struct TlsArgs {
    /// Begin with TLS, before the server says anything
    #[arg(long, global = true)]
    tls_first: bool,

    /// Certificates to trust, PEM (or `NATS_CA`)
    #[arg(long, global = true, value_name = "FILE")]
    ca_cert: Option<PathBuf>,

    /// Certificate of the client, PEM (or `NATS_CERT`)
    #[arg(long, global = true, value_name = "FILE")]
    client_cert: Option<PathBuf>,

    /// Private key of the client, PEM (or `NATS_KEY`)
    #[arg(long, global = true, value_name = "FILE")]
    client_key: Option<PathBuf>,

    /// Curves for the key exchange, best first: P256, P384, P521, X25519
    #[arg(long, global = true, value_name = "LIST")]
    tls_curves: Vec<String>,
}

impl TlsArgs {
    /// The settings; a flag counts before its variable.
    ///
    /// # Errors
    /// An unknown curve, or half of the client's pair.
    pub fn options(&self, env: &Environment) -> Result<TlsOptions, ResolverError> {
        let options = TlsOptions {
            ca_cert: file(env, &self.ca_cert, NATS_CA),
            client_cert: file(env, &self.client_cert, NATS_CERT),
            client_key: file(env, &self.client_key, NATS_KEY),
            tls_first: self.tls_first,
            curves: Curve::parse_list(&self.tls_curves.join(","))?,
        };
        options.check()?;
        Ok(options)
    }
}

fn file(env: &Environment, flag: &Option<PathBuf>, variable: &str) -> Option<PathBuf> {
    let flag = flag.clone().filter(|path| !path.as_os_str().is_empty());
    let path = flag.or_else(|| match env.var(variable)?.to_str() {
        Some(text) => Some(PathBuf::from(text.trim())).filter(|path| !path.as_os_str().is_empty()),
        None => env.var(variable).map(PathBuf::from),
    })?;
    Some(env.expand(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn environment(vars: &[(&str, &str)]) -> Environment {
        Environment::new("/home/u", "/w", vars.iter().copied())
    }

    #[test]
    fn flags_count_before_variables_one_by_one() {
        let args = TlsArgs {
            client_cert: Some("own.pem".into()),
            tls_curves: vec!["p256,X25519".into()],
            ..TlsArgs::default()
        };
        let env = environment(&[
            ("NATS_CA", " ~/ca.pem\n"),
            ("NATS_CERT", "/c.pem"),
            ("NATS_KEY", "/k.pem"),
        ]);
        let options = args.options(&env).unwrap();
        assert_eq!(
            options.ca_cert.as_deref(),
            Some(Path::new("/home/u/ca.pem"))
        );
        assert_eq!(
            options.client_cert.as_deref(),
            Some(Path::new("/w/own.pem"))
        );
        assert_eq!(options.client_key.as_deref(), Some(Path::new("/k.pem")));
        assert_eq!(options.curves, [Curve::P256, Curve::X25519]);
    }

    #[test]
    fn half_a_pair_and_unknown_curves_are_refused() {
        let args = TlsArgs::default();
        assert!(args.options(&environment(&[("NATS_KEY", "/k")])).is_err());
        assert!(args.options(&environment(&[("NATS_KEY", " ")])).is_ok());
        let args = TlsArgs {
            tls_curves: vec!["P111".into()],
            ..TlsArgs::default()
        };
        assert!(args.options(&environment(&[])).is_err());
    }
}
