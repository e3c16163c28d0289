//! Black-box tests of the nsc binary.

mod describe;
mod env;
mod list;
mod stock;
