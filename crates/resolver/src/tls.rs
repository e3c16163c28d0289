//! TLS settings for connections to NATS servers, and the one cryptography provider.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, Error, InconsistentKeys, RootCertStore};

use crate::error::ResolverError;
use crate::pinned::PinnedVerifier;

/// How to secure connections to NATS servers. Files are read when a connection is made.
///
/// Without any setting TLS is used when the server asks for it, checked against the trust store
/// of the system. A CA file makes TLS required, as does a `tls` or `wss` URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// PEM file with the certificates to trust instead of the system's.
    pub ca_cert: Option<PathBuf>,
    /// PEM file with the client's certificate chain. Needs `client_key`.
    pub client_cert: Option<PathBuf>,
    /// PEM file with the client's private key. Needs `client_cert`.
    pub client_key: Option<PathBuf>,
    /// Starts TLS before the server says anything. Server and client must agree on this.
    pub tls_first: bool,
    /// The key exchange curves to offer, best first. Empty: the usual ones.
    ///
    /// P521 is not available here and is left out; if nothing else is listed, connecting fails.
    pub curves: Vec<Curve>,
}

impl TlsOptions {
    /// Tells whether a server without TLS must be refused whatever its URL.
    pub fn requires_tls(&self) -> bool {
        self.ca_cert.is_some() || self.tls_first
    }

    /// Checks what can be checked without reading files.
    ///
    /// # Errors
    /// [`ResolverError::ClientCertificateHalf`] and [`ResolverError::CurvesUnsupported`].
    pub fn check(&self) -> Result<(), ResolverError> {
        self.client_pair()?;
        self.groups().map(drop)
    }

    /// Reads the files and builds the configuration, or gives none when nothing is set.
    pub(crate) fn client_config(&self) -> Result<Option<ClientConfig>, ResolverError> {
        let pair = self.client_pair()?;
        if self.ca_cert.is_none() && pair.is_none() && self.curves.is_empty() {
            return Ok(None);
        }
        let provider = Arc::new(CryptoProvider {
            kx_groups: self.groups()?,
            ..ring::default_provider()
        });
        let (roots, trusted) = self.roots()?;
        let verifier = PinnedVerifier::new(roots, trusted, Arc::clone(&provider))
            .map_err(|problem| ResolverError::TlsSetup { problem })?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|e| set_up(&e))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let config = match pair {
            None => builder.with_no_client_auth(),
            Some((cert, key)) => {
                let pair = certified(certificates(cert)?, private_key(key)?, &provider)?;
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair)))
            }
        };
        Ok(Some(config))
    }

    fn client_pair(&self) -> Result<Option<(&Path, &Path)>, ResolverError> {
        let half = |given, missing, path: &Path| ResolverError::ClientCertificateHalf {
            given,
            missing,
            path: path.to_owned(),
        };
        match (&self.client_cert, &self.client_key) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            (Some(cert), None) => Err(half("certificate", "key", cert)),
            (None, Some(key)) => Err(half("key", "certificate", key)),
        }
    }

    fn groups(&self) -> Result<Vec<&'static dyn SupportedKxGroup>, ResolverError> {
        if self.curves.is_empty() {
            return Ok(ring::default_provider().kx_groups);
        }
        let groups: Vec<_> = self
            .curves
            .iter()
            .filter_map(|curve| curve.group())
            .collect();
        if groups.is_empty() {
            Err(ResolverError::CurvesUnsupported)
        } else {
            Ok(groups)
        }
    }

    /// The trust anchors, and the certificates that a file named.
    fn roots(&self) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), ResolverError> {
        let mut roots = RootCertStore::empty();
        let Some(path) = &self.ca_cert else {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            return Ok((roots, Vec::new()));
        };
        let named = certificates(path)?;
        for certificate in &named {
            roots
                .add(certificate.clone())
                .map_err(|e| bad_pem(path, CERTIFICATE, &e))?;
        }
        Ok((roots, named))
    }
}

/// A curve for the TLS key exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521. Known by name only.
    P521,
    /// Curve25519.
    X25519,
}

impl Curve {
    /// Reads a comma separated list of names in any case, each with or without the prefix
    /// `curve`. Blank entries are dropped.
    ///
    /// # Errors
    /// [`ResolverError::CurveName`] names the first entry that is no curve.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ResolverError> {
        text.split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::parse)
            .collect()
    }

    fn group(self) -> Option<&'static dyn SupportedKxGroup> {
        match self {
            Self::P256 => Some(ring::kx_group::SECP256R1),
            Self::P384 => Some(ring::kx_group::SECP384R1),
            Self::P521 => None,
            Self::X25519 => Some(ring::kx_group::X25519),
        }
    }
}

impl FromStr for Curve {
    type Err = ResolverError;

    fn from_str(text: &str) -> Result<Self, ResolverError> {
        let upper = text.trim().to_ascii_uppercase();
        match upper.strip_prefix("CURVE").unwrap_or(&upper) {
            "P256" => Ok(Self::P256),
            "P384" => Ok(Self::P384),
            "P521" => Ok(Self::P521),
            "X25519" => Ok(Self::X25519),
            _ => Err(ResolverError::CurveName {
                name: text.trim().to_owned(),
            }),
        }
    }
}

/// Installs the process wide cryptography provider that HTTP and default TLS use.
///
/// It may be called any number of times; a provider that is already there stays.
pub(crate) fn install_provider() {
    if CryptoProvider::get_default().is_none() {
        // Losing the race against another thread leaves an equal provider in place.
        let _ = ring::default_provider().install_default();
    }
}

/// A chain with its key. Servers judge the certificate: one of X.509 version 1, which is no good for
/// a server, does for a client, so only a key of another certificate is refused.
fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, ResolverError> {
    let key = provider.key_provider.load_private_key(key);
    let pair = CertifiedKey::new(chain, key.map_err(|e| set_up(&e))?);
    match pair.keys_match() {
        Err(error @ Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(set_up(&error)),
        _ => Ok(pair),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ResolverError> {
    let found: Vec<_> = CertificateDer::pem_reader_iter(open(path)?)
        .collect::<Result<_, pem::Error>>()
        .map_err(|e| bad_pem(path, CERTIFICATE, &e))?;
    if found.is_empty() {
        return Err(bad_pem(path, CERTIFICATE, &"none found"));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, ResolverError> {
    PrivateKeyDer::from_pem_reader(open(path)?).map_err(|e| match e {
        pem::Error::NoItemsFound => bad_pem(path, PRIVATE_KEY, &"none found"),
        other => bad_pem(path, PRIVATE_KEY, &other),
    })
}

fn open(path: &Path) -> Result<BufReader<File>, ResolverError> {
    let file = File::open(path).map_err(|source| ResolverError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(BufReader::new(file))
}

fn bad_pem(path: &Path, wanted: &'static str, problem: &dyn std::fmt::Display) -> ResolverError {
    ResolverError::Pem {
        path: path.to_owned(),
        wanted,
        problem: problem.to_string(),
    }
}

fn set_up(problem: &rustls::Error) -> ResolverError {
    ResolverError::TlsSetup {
        problem: problem.to_string(),
    }
}

const CERTIFICATE: &str = "certificate";
const PRIVATE_KEY: &str = "private key";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_names_have_any_case_and_an_optional_prefix() {
        let curves = Curve::parse_list("p256, CurveP384,,x25519,CURVEp521 ").unwrap();
        assert_eq!(
            curves,
            [Curve::P256, Curve::P384, Curve::X25519, Curve::P521]
        );
        let error = Curve::parse_list("P256,P111").unwrap_err();
        assert!(matches!(&error, ResolverError::CurveName { name } if name == "P111"));
    }

    #[test]
    fn p521_is_left_out_and_alone_refused() {
        let with = |curves: &[Curve]| TlsOptions {
            curves: curves.to_vec(),
            ..Default::default()
        };
        let config = with(&[Curve::P521, Curve::P384])
            .client_config()
            .unwrap()
            .unwrap();
        let names: Vec<_> = config
            .crypto_provider()
            .kx_groups
            .iter()
            .map(|group| group.name())
            .collect();
        assert_eq!(names, [rustls::NamedGroup::secp384r1]);
        let error = with(&[Curve::P521]).check().unwrap_err();
        assert!(matches!(error, ResolverError::CurvesUnsupported));
    }

    #[test]
    fn half_a_client_pair_is_refused() {
        let options = TlsOptions {
            client_key: Some("k.pem".into()),
            ..Default::default()
        };
        assert_eq!(
            options.check().unwrap_err().to_string(),
            "the client key `k.pem` needs its certificate; give both files"
        );
    }

    #[test]
    fn files_are_named_when_they_are_missing_or_hold_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let options = TlsOptions {
            ca_cert: Some(path.clone()),
            ..Default::default()
        };
        assert!(options.requires_tls());
        let error = options.client_config().unwrap_err();
        assert!(matches!(&error, ResolverError::File { path: p, .. } if *p == path));
        std::fs::write(&path, "not a certificate").unwrap();
        let error = options.client_config().unwrap_err();
        assert!(matches!(&error, ResolverError::Pem { path: p, .. } if *p == path));
    }

    #[test]
    fn no_setting_leaves_the_defaults() {
        assert!(TlsOptions::default().client_config().unwrap().is_none());
        assert!(!TlsOptions::default().requires_tls());
    }
}
