//! Activation tokens from files, URLs and standard input.

use nsc_core::edit::ActivationToken;
use nsc_core::weburl;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::source;

/// Reads the activation token in a file, behind a URL, or on standard input (`-`).
pub(super) fn read(app: &App, place: &str) -> Result<ActivationToken, CliError> {
    let text = match place {
        source::STDIN => source::read_stdin()?,
        place => source::read(app, place)?,
    };
    ActivationToken::read(&text).map_err(|error| {
        // Passwords in a URL stay out of messages.
        let place = match place {
            source::STDIN => "standard input".to_owned(),
            place => format!("`{}`", weburl::redacted(place)),
        };
        CliError::failed(format!("{place} holds no activation token"))
            .about(EntityKind::File, place.to_string())
            .caused_by(&error)
    })
}
