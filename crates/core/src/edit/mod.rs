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
//! | [`OperatorEdit`], [`AccountEdit`], [`UserEdit`] | changes of entities |
//! | [`JetStreamEdit`] | JetStream limits of an account or its tiers |
//! | [`UserLimitEdit`] | what restricts users and roles beside subjects |
//! | [`ScopeEdit`], [`CalloutEdit`] | scoped signing keys; auth callouts |
//! | [`revoke_deleted`], [`expire_deleted`] | what deleting leaves behind |
//! | [`NewExport`], [`ExportEdit`], [`ExportChoice`] | what an account offers |
//! | [`NewImport`], [`ImportChoice`] | what it takes from others |
//! | [`NewActivation`], [`ActivatedExport`] | tokens for importers of private exports |
//! | [`NewMapping`], [`MappingRemoval`] | subjects that go elsewhere |
//! | [`revoke_user`], [`clear_user`], [`RevokedExport`] | revocations of users and activations |
//! | [`pointless_revocations`], [`drop_revocations`] | revocations that nothing depends on any more |
//! | [`doubts`] | what works but is rarely meant |
//! | [`differences`] | whether something is as it was asked for |

mod account;
mod activation;
mod authcallout;
mod change;
mod compaction;
mod compare;
mod dates;
mod deletion;
pub mod doubts;
mod export;
mod export_edit;
mod import;
mod issuer;
mod jetstream;
mod limits;
mod lists;
mod mapping;
mod new;
mod operator;
mod permissions;
mod revocation;
mod scope;
mod sharing_changes;
mod system;
mod user;
mod user_limits;

pub use account::{AccountEdit, AccountEditError, AccountLimitEdit, TraceEdit};
pub use activation::{ActivatedExport, ActivationError, NewActivation, private_exports};
pub use authcallout::{AllowedAccount, CalloutEdit, CalloutSettings};
pub use change::{Action, Change};
pub use compaction::{
    KnownTokens, Lifespan, PointlessEntry, PointlessReason, drop_revocations, pointless_revocations,
};
pub use compare::{Difference, FromNow, differences};
pub use dates::DateEdit;
pub use deletion::{expire_deleted, revoke_deleted};
pub use export::{ExportChoice, ExportError, NewExport, SINGLETON};
pub use export_edit::{EditedExport, ExportEdit, sampling_text};
pub use import::{ActivationToken, ImportChoice, ImportError, ImportSource, NewImport};
pub use issuer::{Issuer, IssuerError};
pub use jetstream::{JetStreamEdit, JetStreamError, JetStreamLimitEdit, Tier};
pub use limits::NatsLimitEdit;
pub use lists::ListEdit;
pub use mapping::{MappingEditError, MappingRemoval, NewMapping};
pub use new::{NewAccount, NewOperator, NewUser, NewUserError};
pub use operator::{
    OperatorEdit, OperatorEditError, check_strict_account, check_strict_user, check_system_account,
};
pub use permissions::PermissionEdit;
pub use revocation::{RevocationError, Revoked, RevokedExport, clear_user, revoke_user};
pub use scope::{ScopeEdit, ScopeEditError};
pub use system::{SYSTEM_ACCOUNT, SYSTEM_USER, system_account};
pub use user::{FormerRole, UserEdit, UserEditError};
pub use user_limits::{ConnectionType, UserLimitEdit, UserLimitError};
#[cfg(test)]
mod tests;
