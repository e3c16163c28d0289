//! What the tests of this workspace stand on: a home of their own, a way to run the binaries in
//! it, and judges of what came out.
//!
//! | module | what it gives |
//! |---|---|
//! | [`home`] | [`TestHome`]: a temp home with a cleared environment, from which `nsc` and `nk` run |
//! | [`call`] | [`Call`], [`Running`], [`Output`]: one run of a binary and what it left behind |
//! | [`tree`] | [`FileTree`]: names, modes and contents of a folder, to compare before and after |
//! | [`token`] | [`Token`]: a JWT taken apart and its signature checked |
//! | `schemas` | holds what runs print for machines against `docs/schemas` |
//! | [`secrets`] | finds seeds where none may be |
//! | [`terminal`] | [`Terminal`]: a run at a pseudo-terminal, whose questions are answered with keys |
//! | [`nats`] | [`NatsServer`]: a real server on a free loopback port |
//! | [`client`] | [`NatsClient`]: a client that shows every error of a server as it comes |
//! | [`pages`] | [`Page`]: runs the commands in the documentation |
//! | [`proxy`] | [`Proxy`]: a slow or breaking way to a server |
//! | [`http`] | [`HttpDouble`], [`account_server`]: an HTTP server that answers as told |
//!
//! The kit knows nothing of the crates it judges: tokens are decoded and signatures verified here
//! on their own, so that a mistake in the core cannot hide itself.
//!
//! Everything here panics when an expectation is not met: a panic is what fails a test.
#![deny(missing_docs)]

pub mod call;
pub mod client;
pub mod home;
pub mod http;
pub mod nats;
#[cfg(unix)]
pub mod pages;
pub mod proxy;
mod schemas;
pub mod secrets;
#[cfg(unix)]
pub mod terminal;
pub mod token;
pub mod tree;

pub use call::{Call, Output, Running};
pub use client::{Login, Message, NatsClient};
pub use home::TestHome;
pub use http::{Answer, HttpDouble, Request, account_server};
pub use nats::NatsServer;
#[cfg(unix)]
pub use pages::Page;
pub use proxy::{Fault, Proxy};
pub use secrets::{assert_no_seeds, find_secret};
#[cfg(unix)]
pub use terminal::{Key, Terminal};
pub use token::Token;
pub use tree::FileTree;
