//! How long servers may take to answer.

use std::time::Duration;

/// `--timeout`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct TimeoutArg {
    /// Seconds to wait for the answers to one request, 1 to 60
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<i64>,
}

impl TimeoutArg {
    /// What was given, brought into bounds, or this.
    pub fn or(self, seconds: u64) -> Duration {
        let given = self.timeout.map(|given| given.clamp(1, 60).unsigned_abs());
        Duration::from_secs(given.unwrap_or(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_brought_into_bounds() {
        let of = |timeout| TimeoutArg { timeout }.or(5).as_secs();
        assert_eq!(
            [
                of(None),
                of(Some(-3)),
                of(Some(0)),
                of(Some(7)),
                of(Some(1000))
            ],
            [5, 1, 1, 7, 60]
        );
    }
}
