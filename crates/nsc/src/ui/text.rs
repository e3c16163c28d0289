//! Texts as people read them.

use std::path::Path;

use nsc_core::time::UnixTime;

/// Makes control characters visible, so that foreign text cannot play with a terminal. Line ends
/// and tabs count as such.
pub fn escape(text: &str) -> String {
    if !text.contains(is_hostile) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_hostile(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Control characters, and those that turn the direction of text around.
fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A path with the home folder as `~`.
pub fn home_path(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(rest) if home.parent().is_some() => Path::new("~").join(rest).display().to_string(),
        _ => path.display().to_string(),
    }
}

/// A moment (Unix seconds) as people read it, in UTC.
pub fn time_text(seconds: i64) -> String {
    UnixTime(seconds).to_string()
}

/// A moment (Unix seconds) as RFC 3339 has it, in UTC.
pub fn timestamp(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// `Yes` or `No`.
pub fn yes_no(yes: bool) -> &'static str {
    if yes { "Yes" } else { "No" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(escape("a\x1b[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(escape("ü \u{202e}x"), "ü \\u{202e}x");
        assert_eq!(escape("plain"), "plain");
    }

    #[test]
    fn the_home_folder_is_a_tilde() {
        let home = Path::new("/home/u");
        assert_eq!(home_path(Path::new("/home/u/a/b"), home), "~/a/b");
        assert_eq!(home_path(Path::new("/home/user/a"), home), "/home/user/a");
    }
}
