//! Diagrams of an operator in the language of PlantUML.
//!
//! | function | what it draws |
//! |---|---|
//! | [`component_diagram`] | accounts with what they export to and import from each other |
//! | [`object_diagram`] | operator, accounts and users with their attributes, keys and issuers |

mod component;
mod lines;
mod object;

pub use component::{ComponentOptions, component_diagram};
pub use object::{ObjectOptions, object_diagram};

use crate::claims::{AccountClaims, OperatorClaims, UserClaims};
use crate::time::UnixTime;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The operator.
    pub operator: &'a OperatorClaims,
    /// Its accounts, in the order in which they are drawn.
    pub accounts: &'a [AccountScene],
    /// Where this was found, for the footer.
    pub place: &'a str,
    /// When, for the footer and for findings about time.
    pub at: UnixTime,
}

/// An account with its users.
#[derive(Clone, Debug)]
pub struct AccountScene {
    /// The account.
    pub claims: AccountClaims,
    /// Its users; empty where they are not drawn.
    pub users: Vec<UserClaims>,
}

#[cfg(test)]
mod tests;
