//! Types of the core crate that are not there yet.
#![allow(missing_docs, dead_code, clippy::allow_attributes, unreachable_pub)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    User,
}
pub struct Seed;
pub trait Signer {}
#[derive(Debug, Clone)]
pub struct OperatorClaims;
#[derive(Debug, Clone)]
pub struct AccountClaims;
#[derive(Debug, Clone)]
pub struct UserClaims;
