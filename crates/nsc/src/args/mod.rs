//! Flag groups that commands share.

pub mod ask;
pub mod dates;
pub mod entity;
pub mod expect;
pub mod jetstream;
pub mod key;
pub mod list;
pub mod name;
pub mod number;
pub mod permissions;
pub mod secret;
pub mod signer;
pub mod signing_keys;
pub mod system_user;
pub mod tags;
pub mod target;
pub mod timeout;
pub mod tls;
pub mod user_limits;

pub use dates::DateArgs;
pub use jetstream::JetStreamArgs;
pub use key::SubjectKey;
pub use name::NameArgs;
pub use permissions::{PermissionArgs, PermissionEditArgs};
pub use tags::TagArgs;
pub use target::TargetArgs;
pub use user_limits::UserLimitArgs;
