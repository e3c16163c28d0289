//! Releases of the program, as GitHub lists them.

use data_encoding::HEXLOWER;
use nsc_resolver::{HttpResolver, HttpUrl};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::version::Version;
use crate::error::{CliError, Kind};

/// Where releases are listed: `OWNER/NAME` on GitHub, or the URL of a repository in an API like its.
pub(super) struct Repository {
    shown: String,
    api: HttpUrl,
}

impl Repository {
    pub(super) fn parse(text: &str) -> Result<Self, CliError> {
        let refused = || {
            CliError::failed(format!("`{text}` is no repository to update from"))
                .hint("set `github_updates` in nsc.json to OWNER/NAME")
        };
        let url = if text.contains("://") {
            text.to_owned()
        } else {
            let is_name = |name: &str| {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
            };
            let names = text
                .split_once('/')
                .filter(|(owner, name)| is_name(owner) && is_name(name));
            let (owner, name) = names.ok_or_else(refused)?;
            format!("https://api.github.com/repos/{owner}/{name}")
        };
        let api = HttpUrl::parse(&url)
            .ok()
            .filter(is_safe)
            .ok_or_else(refused)?;
        Ok(Self {
            shown: text.to_owned(),
            api,
        })
    }

    /// The release of a version, or the latest.
    pub(super) fn release(
        &self,
        server: &HttpResolver,
        version: Option<&Version>,
    ) -> Result<Release, CliError> {
        let url = match version {
            Some(version) => self.api.join(&["releases", "tags", &format!("v{version}")]),
            None => self.api.join(&["releases", "latest"]),
        };
        let bytes = server.download(&url, LARGEST_LISTING).map_err(|error| {
            let what = match version {
                Some(version) => format!("release {version}"),
                None => "the latest release".to_owned(),
            };
            let text = format!("cannot get {what} of `{}`", self.shown);
            CliError::new(Kind::Server, text).caused_by(&error)
        })?;
        let listed: Listed = serde_json::from_slice(&bytes).map_err(|error| {
            let text = format!("`{url}` lists no release");
            CliError::new(Kind::Server, text).caused_by(&error)
        })?;
        let version = Version::parse(&listed.tag_name).ok_or_else(|| {
            let text = format!(
                "the tag `{}` of `{}` is no version",
                listed.tag_name, self.shown
            );
            CliError::new(Kind::Server, text)
        })?;
        Ok(Release {
            version,
            repository: self.shown.clone(),
            files: listed.assets,
        })
    }
}

/// What is fetched will run: nobody on the way may change it.
fn is_safe(url: &HttpUrl) -> bool {
    url.is_secure() || url.is_local()
}

#[derive(Deserialize)]
struct Listed {
    tag_name: String,
    #[serde(default)]
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    name: String,
    browser_download_url: String,
    #[serde(default)]
    digest: Option<String>,
}

/// A release.
pub(super) struct Release {
    pub(super) version: Version,
    repository: String,
    files: Vec<Asset>,
}

impl Release {
    /// The program for this system.
    pub(super) fn build(&self) -> Result<Build, CliError> {
        let name = build_name();
        let (version, repository) = (&self.version, &self.repository);
        let Some(file) = self.files.iter().find(|file| file.name == name) else {
            return Err(CliError::not_found(format!(
                "release {version} of `{repository}` has no `{name}`: no build of this program for this system"
            ))
            .hint("set `github_updates` in nsc.json to a repository that has one"));
        };
        let digest = file
            .digest
            .as_deref()
            .and_then(|text| text.strip_prefix("sha256:"));
        let url = HttpUrl::parse(&file.browser_download_url)
            .ok()
            .filter(is_safe);
        match (url, digest) {
            (Some(url), Some(digest)) => Ok(Build {
                url,
                digest: digest.to_ascii_lowercase(),
            }),
            _ => Err(CliError::new(
                Kind::Server,
                format!(
                    "`{name}` of release {version} of `{repository}` has no secure URL with a SHA-256 digest"
                ),
            )),
        }
    }
}

/// A program file of a release.
pub(super) struct Build {
    url: HttpUrl,
    digest: String,
}

impl Build {
    /// The file, as it was released.
    pub(super) fn fetch(&self, server: &HttpResolver) -> Result<Vec<u8>, CliError> {
        let program = server.download(&self.url, LARGEST_PROGRAM)?;
        let found = HEXLOWER.encode(&Sha256::digest(&program));
        if found == self.digest {
            return Ok(program);
        }
        let text = format!(
            "`{}` was damaged on the way: its SHA-256 is {found}, not {}",
            self.url, self.digest
        );
        Err(CliError::new(Kind::Server, text))
    }
}

/// `nsc-rs-linux-x86_64`; with `.exe` on Windows.
fn build_name() -> String {
    use std::env::consts::{ARCH, EXE_SUFFIX, OS};
    format!("nsc-rs-{OS}-{ARCH}{EXE_SUFFIX}")
}

const LARGEST_LISTING: usize = 8 << 20;
const LARGEST_PROGRAM: usize = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_names_or_secure_urls() {
        for (text, url) in [
            ("nats-io/nsc", "https://api.github.com/repos/nats-io/nsc"),
            (
                "https://ghe/api/v3/repos/a/b",
                "https://ghe/api/v3/repos/a/b",
            ),
            ("http://127.0.0.1:1/a", "http://127.0.0.1:1/a"),
        ] {
            assert_eq!(Repository::parse(text).unwrap().api.to_string(), url);
        }
        for text in [
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "../b",
            "a/b?c",
            "http://host/a",
            "ftp://h/a",
        ] {
            assert!(Repository::parse(text).is_err(), "{text}");
        }
    }
}
