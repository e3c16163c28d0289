//! Flags that take several values.

use nsc_core::value;

use crate::error::CliError;

/// The values of a list flag: it may be repeated, and each use may hold several with commas.
///
/// # Errors
/// When a value has a stray double quote.
pub fn items(uses: &[String]) -> Result<Vec<String>, CliError> {
    let mut items = Vec::new();
    for text in uses {
        items.extend(value::parse_list(text)?);
    }
    Ok(items)
}
