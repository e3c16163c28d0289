//! Releases of the program, as GitHub lists them.

use std::env::consts::{ARCH, OS};

use data_encoding::HEXLOWER;
use nsc_resolver::{HttpResolver, HttpUrl};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::version::Version;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::release::{CHECKSUMS, listed_digest, program_name};

/// Where releases are listed: `OWNER/NAME` on GitHub, or the URL of a repository in an API like its.
pub(super) struct Repository {
    shown: String,
    api: HttpUrl,
}

impl Repository {
    pub(super) fn parse(text: &str) -> Result<Self, CliError> {
        let refused = || {
            CliError::failed(format!("`{text}` is no repository to update from"))
                .about(EntityKind::Value, text.to_string())
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
            CliError::new(Kind::Server, text)
                .about(EntityKind::Server, url.to_string())
                .caused_by(&error)
        })?;
        let version = Version::parse(&listed.tag_name).ok_or_else(|| {
            let text = format!(
                "the tag `{}` of `{}` is no version",
                listed.tag_name, self.shown
            );
            CliError::new(Kind::Server, text)
                .about(EntityKind::Release, listed.tag_name.to_string())
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

impl Asset {
    fn url(&self) -> Option<HttpUrl> {
        let url = HttpUrl::parse(&self.browser_download_url);
        url.ok().filter(is_safe)
    }
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
        let name = program_name(OS, ARCH);
        let (version, repository) = (&self.version, &self.repository);
        let Some(file) = self.file(&name) else {
            return Err(CliError::not_found(format!(
                "release {version} of `{repository}` has no `{name}`: no build of this program for this system"
            )).about(EntityKind::Release, version.to_string())
            .hint("set `github_updates` in nsc.json to a repository that has one"));
        };
        match (file.url(), self.digest(file)) {
            (Some(url), Some(digest)) => Ok(Build { name, url, digest }),
            _ => Err(CliError::new(
                Kind::Server,
                format!(
                    "`{name}` of release {version} of `{repository}` has no secure URL with a SHA-256 digest"
                ),
            ).about(EntityKind::Release, version.to_string())),
        }
    }

    fn file(&self, name: &str) -> Option<&Asset> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The digest that the listing tells; listings of older servers tell none, and the list of the release does.
    fn digest(&self, file: &Asset) -> Option<Digest> {
        match &file.digest {
            Some(text) => {
                let digest = text.strip_prefix("sha256:")?;
                Some(Digest::Told(digest.to_ascii_lowercase()))
            }
            None => self.file(CHECKSUMS)?.url().map(Digest::Listed),
        }
    }
}

/// A program file of a release.
pub(super) struct Build {
    name: String,
    url: HttpUrl,
    digest: Digest,
}

/// Where the digest of a file is found.
enum Digest {
    /// In the list of digests at this URL.
    Listed(HttpUrl),
    /// Here.
    Told(String),
}

impl Build {
    /// The file, as it was released.
    pub(super) fn fetch(&self, server: &HttpResolver) -> Result<Vec<u8>, CliError> {
        let wanted = self.wanted_digest(server)?;
        let program = server.download(&self.url, LARGEST_PROGRAM)?;
        let found = HEXLOWER.encode(&Sha256::digest(&program));
        if found == wanted {
            return Ok(program);
        }
        let text = format!(
            "`{}` was damaged on the way: its SHA-256 is {found}, not {wanted}",
            self.url
        );
        Err(CliError::new(Kind::Server, text).about(EntityKind::File, self.url.to_string()))
    }

    fn wanted_digest(&self, server: &HttpResolver) -> Result<String, CliError> {
        let url = match &self.digest {
            Digest::Told(digest) => return Ok(digest.clone()),
            Digest::Listed(url) => url,
        };
        let list = server.download(url, LARGEST_LISTING)?;
        let digest = listed_digest(&String::from_utf8_lossy(&list), &self.name);
        digest.ok_or_else(|| {
            let text = format!("`{url}` lists no SHA-256 of `{}`", self.name);
            CliError::new(Kind::Server, text)
        })
    }
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
