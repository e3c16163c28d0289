//! Colours by meaning. They are never the only sign: what they say is said in words, too.

use anstyle::{AnsiColor, Style};

/// Done, valid, in force.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Worth a look: expires soon, differs.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Failed, expired, revoked.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What a server said.
pub const SERVER: Style = AnsiColor::Cyan.on_default();
/// What people look for first.
pub const EMPHASIS: Style = Style::new().bold();
/// What is read last.
pub const DIM: Style = Style::new().dimmed();

/// Text in a style; the streams drop it where colours are not wanted.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
