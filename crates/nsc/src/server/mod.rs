//! What push, pull and the tools share: which accounts go out, who connects, and how what servers
//! answered is told.

pub mod accounts;
pub mod report;
pub mod system;
pub mod url;
