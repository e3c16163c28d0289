//! Tokens: three base64url chunks, of which the middle one holds the claims.
//!
//! [`decode`] reads a token of any known type and checks its signature; [`decode_as`] wants one
//! type, and [`decode_many`] reads many of one; [`decode_generic`] finds out what a token is. [`encode`] signs claims. Whether an issuer
//! is trusted, and whether the claims make sense, is judged elsewhere ([`crate::validate`],
//! [`crate::trust`]).

mod any;
mod batch;
mod decode;
mod encode;
mod envelope;
mod foreign;
mod id;
mod peek;
mod v1;

pub use any::AnyClaims;
pub use batch::decode_many;
pub use decode::{DecodeError, Typed, decode, decode_as, decode_generic};
pub use encode::{EncodeError, Rules, encode};
pub use foreign::{ForeignToken, read_foreign};
pub use peek::{mentions, peek};

/// The largest token that is read, in bytes.
pub const MAX_TOKEN_LENGTH: usize = 1_048_576;
