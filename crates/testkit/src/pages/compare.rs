//! Compares what was printed with what a page shows.

/// Stands for any text; on a line of its own for any lines.
const ANY: &str = "…";

/// Whether `actual` is what `shown` says; blanks at the ends of lines and of the text do not count.
pub(super) fn is_as_shown(shown: &str, actual: &str) -> bool {
    lines_match(&lines(shown), &lines(actual))
}

fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn lines_match(shown: &[&str], actual: &[&str]) -> bool {
    match shown.split_first() {
        None => actual.is_empty(),
        Some((line, rest)) if line.trim() == ANY => {
            (0..=actual.len()).any(|skipped| lines_match(rest, &actual[skipped..]))
        }
        Some((line, rest)) => match actual.split_first() {
            Some((first, others)) => line_matches(line, first) && lines_match(rest, others),
            None => false,
        },
    }
}

fn line_matches(shown: &str, actual: &str) -> bool {
    let mut parts = shown.split(ANY);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = actual.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_compared_with_any_text_between() {
        for (shown, actual) in [
            ("a\nb", "a \nb\n\n"),
            ("key … of A…", "key UABC of ABC"),
            ("a\n…\nd", "a\nb\nc\nd"),
            ("a\n…\nd", "a\nd"),
            ("…", ""),
            ("", "\n"),
        ] {
            assert!(is_as_shown(shown, actual), "{shown:?} {actual:?}");
        }
        for (shown, actual) in [
            ("a", "b"),
            ("a", "a\nb"),
            ("a\nb", "a"),
            ("a…b", "ab c"),
            ("aa…aa", "aaa"),
            ("", "a"),
        ] {
            assert!(!is_as_shown(shown, actual), "{shown:?} {actual:?}");
        }
    }
}
