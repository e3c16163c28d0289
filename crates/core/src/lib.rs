//! Keys, tokens and claims of NATS, with no files, network, environment or clock.
#![warn(missing_docs)]

pub mod claims;
pub mod hash_id;
pub mod json;
pub mod jwt;
pub mod keys;
pub mod lists;
pub mod revocation;
pub mod sign;
pub mod subject;
#[expect(missing_docs, reason = "replaced as soon as the real one lands")]
pub mod time {
    #[derive(Clone, Copy, Debug)]
    pub struct UnixTime(pub i64);
}
pub mod trust;
pub mod value;
pub mod weburl;
