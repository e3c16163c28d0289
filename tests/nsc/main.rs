//! Black-box tests of the nsc binary.
