//! Flag groups that commands share.

pub mod dates;
pub mod key;
pub mod list;
pub mod name;
pub mod permissions;
pub mod signer;

pub use dates::DateArgs;
pub use key::SubjectKey;
pub use name::NameArgs;
pub use permissions::PermissionArgs;
pub mod entity;
pub mod system_user;
pub mod timeout;
pub mod tls;
