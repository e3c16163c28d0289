//! Activation tokens from files and URLs.

use nsc_core::edit::ActivationToken;
use nsc_resolver::{HttpResolver, HttpUrl};

use crate::app::App;
use crate::error::{CliError, Kind};

/// Reads the activation token in a file or behind a URL.
pub(super) fn read(app: &App, place: &str) -> Result<ActivationToken, CliError> {
    let text = if is_url(place) {
        fetch(place)?
    } else {
        read_file(app, place)?
    };
    ActivationToken::read(&text).map_err(|error| {
        let message = format!("`{}` holds no activation token", shown(place));
        CliError::failed(message).caused_by(&error)
    })
}

fn is_url(place: &str) -> bool {
    let lower = place.trim_start().to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

fn fetch(place: &str) -> Result<String, CliError> {
    let url = HttpUrl::parse(place)?;
    Ok(HttpResolver::new()?.fetch_jwt(&url)?)
}

fn read_file(app: &App, place: &str) -> Result<String, CliError> {
    let path = app.env.expand(place);
    let bytes = std::fs::read(&path).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => Kind::NotFound,
            _ => Kind::Failed,
        };
        CliError::new(kind, format!("cannot read `{}`", path.display())).caused_by(&error)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Passwords in a URL stay out of messages.
fn shown(place: &str) -> String {
    nsc_core::weburl::redacted(place).into_owned()
}
