//! Activation tokens from files and URLs.

use nsc_core::edit::ActivationToken;
use nsc_core::weburl;

use crate::app::App;
use crate::error::CliError;
use crate::source;

/// Reads the activation token in a file or behind a URL.
pub(super) fn read(app: &App, place: &str) -> Result<ActivationToken, CliError> {
    let text = source::read(app, place)?;
    ActivationToken::read(&text).map_err(|error| {
        // Passwords in a URL stay out of messages.
        let place = weburl::redacted(place);
        CliError::failed(format!("`{place}` holds no activation token")).caused_by(&error)
    })
}
