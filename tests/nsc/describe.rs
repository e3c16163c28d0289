//! `nsc describe`.
