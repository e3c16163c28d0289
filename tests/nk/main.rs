//! Black-box tests of the nk binary.
