//! Text that goes into YAML documents, whatever it holds.
//!
//! Only scalars are written here; the few documents that there are have a fixed shape.

use zeroize::Zeroizing;

/// A text as a double-quoted scalar on one line. YAML 1.1 and 1.2 read it the same way, and so does JSON.
pub fn quoted(text: &str) -> Zeroizing<String> {
    // Room for all of it, since a secret must not stay behind in a smaller buffer.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 6 + 2));
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => escape(c, &mut out),
        }
    }
    out.push('"');
    out
}

/// A text of lines as a literal block, each line indented, from the `|` on; one with letters that
/// cannot stand in a block is quoted. What follows begins on a line of its own.
pub fn block(text: &str, indent: usize) -> Zeroizing<String> {
    let fits = |c: char| is_plain(c) || matches!(c, '\n' | '\t');
    // A first line that begins with a blank would set the indentation.
    let is_block = text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(fits);
    if !is_block {
        let mut out = quoted(text);
        out.push('\n');
        return out;
    }
    let lines = text.lines().count();
    let mut out = Zeroizing::new(String::with_capacity(text.len() + lines * indent + 2));
    out.push_str("|\n");
    for line in text.lines() {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Letters that every YAML reader takes as they are: no controls, no line separators, no byte order mark.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// All of those that are not plain have four hexadecimal digits at most.
fn escape(c: char, out: &mut String) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(c) >> shift) & 0xf;
        out.extend(char::from_digit(digit, 16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_letters_are_spelled_out() {
        assert_eq!(&*quoted("a\"\\\n\t#: {é}"), r#""a\"\\\n\t#: {é}""#);
        assert_eq!(
            &*quoted("\u{1b}\u{85}\u{2028}\u{feff}"),
            r#""\u001b\u0085\u2028\ufeff""#
        );
        assert_eq!(&*quoted("😀"), "\"😀\"");
    }

    #[test]
    fn lines_stand_in_a_block_where_they_can() {
        assert_eq!(&*block("a: 1\n\n\tb\n", 4), "|\n    a: 1\n\n    \tb\n");
        for odd in ["a", " a\n", "a\n\n", "a\u{7f}\n", "", "\n"] {
            assert_eq!(*block(odd, 2), format!("{}\n", &*quoted(odd)), "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn quoted_text_is_that_of_json(text in any::<String>()) {
            let read: String = serde_json::from_str(&quoted(&text)).unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
