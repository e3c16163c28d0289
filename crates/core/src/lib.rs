#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod callout;
pub mod claims;
pub mod creds;
pub mod diagram;
pub mod edit;
pub mod effective;
pub mod hash_id;
pub mod json;
pub mod json_diff;
pub mod json_path;
pub mod jwt;
pub mod keys;
pub mod kubernetes;
pub mod lists;
pub mod mapping;
pub mod nsc_url;
pub mod revocation;
pub mod server_config;
pub mod sign;
pub mod subject;
pub mod template;
pub mod time;
pub mod trust;
pub mod validate;
pub mod value;
pub mod weburl;
pub mod yaml;

/// What the page of the book about embedding shows, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/tasks/embed.md")]
pub struct Embedding;
