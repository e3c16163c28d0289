//! What the core wants handed: the time, random bytes, the text of files.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use nsc_core::time::UnixTime;

/// The present, in whole seconds.
pub(crate) fn now() -> Result<UnixTime, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(UnixTime(i64::try_from(since.as_secs())?))
}

/// Random bytes of the operating system, fit for keys and nonces.
#[allow(
    dead_code,
    clippy::allow_attributes,
    reason = "not every example makes keys"
)]
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Box<dyn Error>> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file; the error names it.
pub(crate) fn read(path: &str) -> Result<zeroize::Zeroizing<String>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("`{path}`: {error}"))?;
    Ok(zeroize::Zeroizing::new(text))
}
