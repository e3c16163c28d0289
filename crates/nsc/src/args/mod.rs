//! Flag groups that commands share.

pub mod entity;
pub mod system_user;
pub mod timeout;
pub mod tls;
