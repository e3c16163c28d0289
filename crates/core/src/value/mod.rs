//! Values as they are typed on a command line: numbers, lists, networks, addresses.
//!
//! Dates, times and durations are in [`crate::time`]. All of these report a [`ValueError`].

mod address;
mod list;
mod network;
mod number;

pub use address::{
    ServerVersion, check_account_server_url, check_info_url, check_service_url,
    parse_server_version,
};
pub use list::parse_list;
pub use network::{Cidr, parse_cidr};
pub use number::{
    format_size, parse_bool, parse_integer, parse_number, parse_sampling, parse_unsigned,
};

/// A typed value that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("`{}` {problem}; expected {expected}", shown(input))]
pub struct ValueError {
    /// What was typed; never a secret, and addresses come without their credentials.
    pub input: String,
    /// What is wrong with it.
    pub problem: ValueProblem,
    /// What would be right, with an example.
    pub expected: &'static str,
}

/// Why a typed value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ValueProblem {
    /// The address carries a user name or a password.
    #[error("carries credentials")]
    Credentials,
    /// The address has no host.
    #[error("names no host")]
    NoHost,
    /// The address has no scheme.
    #[error("has no scheme")]
    NoScheme,
    /// The address has a path where none is allowed.
    #[error("has a path")]
    Path,
    /// The value is understood but too large, too small or not in the calendar.
    #[error("is out of range")]
    Range,
    /// The scheme of the address is none that works here.
    #[error("has an unsuitable scheme")]
    Scheme,
    /// The value is not of the expected form.
    #[error("is not understood")]
    Syntax,
    /// The value has an unknown unit.
    #[error("has an unknown unit")]
    Unit,
    /// The name is not known.
    #[error("is not known")]
    Unknown,
    /// The moment is the first of 1970, which claims use to say never.
    #[error("is the moment that stands for never")]
    Never,
}

impl ValueError {
    pub(crate) fn new(input: &str, problem: ValueProblem, expected: &'static str) -> Self {
        Self {
            input: input.to_owned(),
            problem,
            expected,
        }
    }

    pub(crate) fn syntax(input: &str, expected: &'static str) -> Self {
        Self::new(input, ValueProblem::Syntax, expected)
    }

    pub(crate) fn range(input: &str, expected: &'static str) -> Self {
        Self::new(input, ValueProblem::Range, expected)
    }
}

/// The input without control characters, and cut when it is very long.
fn shown(input: &str) -> String {
    const LONGEST: usize = 80;
    let mut text: String = input
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if input.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
