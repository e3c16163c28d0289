//! What a command wants changed, as data, applied to claims.
//!
//! An edit knows no files and no flags: the values are parsed, and what they become of is judged
//! afterwards as a whole ([`crate::validate`]). Applying one tells what it changed.
//!
//! | type | what |
//! |---|---|
//! | [`DateEdit`] | from when and until when a token is valid |
//! | [`ListEdit`] | tags and networks |
//! | [`PermissionEdit`] | subjects allowed and denied, answers |
//! | [`NewOperator`], [`NewAccount`], [`NewUser`] | claims of new entities |
//! | [`system_account`] | the account in which servers talk |
//! | [`Issuer`] | which key of an account signs a user, and what that asks of the user |
//! | [`doubts`] | what works but is rarely meant |

mod change;
mod dates;
pub mod doubts;
mod issuer;
mod lists;
mod new;
mod permissions;
mod system;

pub use change::{Action, Change};
pub use dates::DateEdit;
pub use issuer::{Issuer, IssuerError};
pub use lists::ListEdit;
pub use new::{NewAccount, NewOperator, NewUser, NewUserError};
pub use permissions::PermissionEdit;
pub use system::{SYSTEM_ACCOUNT, SYSTEM_USER, system_account};

#[cfg(test)]
mod tests;
