//! How many servers there are meant to be.

use std::num::NonZeroUsize;

/// `--expect-servers`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct ExpectArg {
    /// So many servers must answer, instead of those that are there now
    #[arg(long, value_name = "NUMBER")]
    expect_servers: Option<NonZeroUsize>,
}

impl ExpectArg {
    /// The number, if one was given.
    pub fn number(self) -> Option<usize> {
        self.expect_servers.map(NonZeroUsize::get)
    }
}
