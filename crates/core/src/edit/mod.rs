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
//! | [`NewExport`], [`ExportEdit`], [`ExportChoice`] | what an account offers |
//! | [`NewImport`], [`ImportChoice`] | what it takes from others |
//! | [`NewActivation`], [`ActivatedExport`] | tokens for importers of private exports |
//! | [`NewMapping`], [`MappingRemoval`] | subjects that go elsewhere |
//! | [`revoke_user`], [`clear_user`], [`RevokedExport`] | revocations of users and activations |
//! | [`doubts`] | what works but is rarely meant |

mod activation;
mod change;
mod dates;
pub mod doubts;
mod export;
mod export_edit;
mod import;
mod issuer;
mod lists;
mod mapping;
mod new;
mod permissions;
mod revocation;
mod system;

pub use activation::{ActivatedExport, ActivationError, NewActivation, private_exports};
pub use change::{Action, Change};
pub use dates::DateEdit;
pub use export::{ExportChoice, ExportError, NewExport, SINGLETON};
pub use export_edit::{EditedExport, ExportEdit, sampling_text};
pub use import::{ActivationToken, ImportChoice, ImportError, ImportSource, NewImport};
pub use issuer::{Issuer, IssuerError};
pub use lists::ListEdit;
pub use mapping::{MappingEditError, MappingRemoval, NewMapping};
pub use new::{NewAccount, NewOperator, NewUser, NewUserError};
pub use permissions::PermissionEdit;
pub use revocation::{RevocationError, Revoked, RevokedExport, clear_user, revoke_user};
pub use system::{SYSTEM_ACCOUNT, SYSTEM_USER, system_account};

#[cfg(test)]
mod tests;
