//! Texts that a command is given: files, and what lies behind http(s) URLs.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use nsc_core::jwt;
use nsc_resolver::{HttpResolver, HttpUrl};
use zeroize::Zeroizing;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};

/// A token, and room for the decoration around it.
const LARGEST_FILE: u64 = 2 * jwt::MAX_TOKEN_LENGTH as u64;

/// The flag value that stands for standard input.
pub const STDIN: &str = "-";

/// Whether a value is meant as a URL.
pub fn is_url(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// The text of a file, or what an http(s) URL answers; it may hold a seed.
///
/// # Errors
/// A file that cannot be read, or is no text; a server that does not answer with a text.
pub fn read(app: &App, value: &str) -> Result<Zeroizing<String>, CliError> {
    if is_url(value) {
        let url = HttpUrl::parse(value)?;
        return Ok(HttpResolver::new()?.fetch_jwt(&url).map(Zeroizing::new)?);
    }
    read_file(app, &app.env.expand(value))
}

/// The text of a file of any length, or of standard input (`-`); it may hold seeds.
///
/// # Errors
/// A file that cannot be read, or is no text.
pub fn read_input(app: &App, value: &str) -> Result<Zeroizing<String>, CliError> {
    if value != STDIN {
        return read_long_file(app, &app.env.expand(value));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::failed("cannot read standard input").caused_by(&error))?;
    text("standard input", &bytes)
}

/// The text of a file with a token; it may hold a seed. What is too long for one is cut off.
///
/// # Errors
/// A file that cannot be read, or is no text.
pub fn read_file(app: &App, path: &Path) -> Result<Zeroizing<String>, CliError> {
    read_limited(app, path, LARGEST_FILE)
}

/// The text of a file of any length.
///
/// # Errors
/// A file that cannot be read, or is no text.
pub fn read_long_file(app: &App, path: &Path) -> Result<Zeroizing<String>, CliError> {
    read_limited(app, path, u64::MAX)
}

/// The text on standard input; it may hold a seed. What is too long for a token is cut off.
///
/// # Errors
/// Input that cannot be read, or is no text.
pub fn read_stdin() -> Result<Zeroizing<String>, CliError> {
    // With room for a token no copies are left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    std::io::stdin()
        .lock()
        .take(LARGEST_FILE)
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::failed("cannot read standard input").caused_by(&error))?;
    text("standard input", &bytes)
}

fn text(what: &str, bytes: &[u8]) -> Result<Zeroizing<String>, CliError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| CliError::failed(format!("{what} is no text")).caused_by(&error))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn read_limited(app: &App, path: &Path, limit: u64) -> Result<Zeroizing<String>, CliError> {
    let what = format!("`{}`", path.display());
    if let Some(content) = app.env.files().staged_content(path) {
        return text(&what, &content);
    }
    let failed = |error: &std::io::Error| {
        let kind = match error.kind() {
            ErrorKind::NotFound => Kind::NotFound,
            _ => Kind::Failed,
        };
        CliError::new(kind, format!("cannot read {what}"))
            .about(EntityKind::File, path.display().to_string())
            .caused_by(error)
    };
    let file = File::open(path).map_err(|error| failed(&error))?;
    // With room for all of it no copies are left behind.
    let length = file.metadata().map_or(0, |about| about.len()).min(limit);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    text(&what, &bytes)
}
