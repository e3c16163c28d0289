//! What push, pull, status, watch and the tools share: which accounts go out, who connects, and how
//! what servers answered is told.

pub mod accounts;
pub mod difference;
pub mod operator;
pub mod past;
pub mod report;
pub mod system;
pub mod url;
