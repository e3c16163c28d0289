//! placeholder

pub mod keys;
pub mod sign;
