//! Flag groups that commands share.
