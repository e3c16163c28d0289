//! placeholder

pub mod hash_id;
pub mod lists;
pub mod revocation;
pub mod subject;
pub mod value;
pub mod weburl;
