//! The list types of claims: tags, plain texts and networks.
//!
//! All keep the order in which values were added and hold each value once.

/// Tag lists: values are trimmed and in lower case.
pub mod tags {
    /// Returns `tag` as a list stores it: trimmed, each character in lower case.
    ///
    /// Lower case is per character (Unicode simple case mapping), as NATS JWT v2 has it, so no
    /// rule that looks at neighbours applies.
    pub fn normal_form(tag: &str) -> String {
        tag.trim().chars().map(lower).collect()
    }

    /// Adds `tag` in its normal form unless it is empty or already there.
    pub fn add(list: &mut Vec<String>, tag: &str) {
        super::strings::add(list, &normal_form(tag));
    }

    /// Removes `tag`, compared in its normal form; an unknown tag changes nothing.
    pub fn remove(list: &mut Vec<String>, tag: &str) {
        super::strings::remove(list, &normal_form(tag));
    }

    /// Tells whether `list` holds `tag`, compared in its normal form.
    pub fn contains(list: &[String], tag: &str) -> bool {
        list.contains(&normal_form(tag))
    }

    fn lower(character: char) -> char {
        let mut lowered = character.to_lowercase();
        match (lowered.next(), lowered.next()) {
            (Some(single), None) => single,
            // Only U+0130 has a longer lower case; its simple mapping is the bare letter.
            (Some(first), Some(_)) => first,
            (None, _) => character,
        }
    }
}

/// Plain text lists: values are kept as they are.
pub mod strings {
    /// Adds `text` unless it is empty or already there.
    pub fn add(list: &mut Vec<String>, text: &str) {
        if !text.is_empty() && !list.iter().any(|known| known == text) {
            list.push(text.to_owned());
        }
    }

    /// Removes the first value equal to `text`; an unknown value changes nothing.
    pub fn remove(list: &mut Vec<String>, text: &str) {
        if let Some(place) = list.iter().position(|known| known == text) {
            list.remove(place);
        }
    }

    /// Tells whether `list` holds exactly `text`.
    pub fn contains(list: &[String], text: &str) -> bool {
        list.iter().any(|known| known == text)
    }
}

/// Network (CIDR) lists: behave as tag lists; what a network looks like is not checked here.
pub mod cidrs {
    pub use super::tags::{add, contains, normal_form, remove};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_lowered_character_by_character() {
        assert_eq!(tags::normal_form(" ΑΣ\u{130}\u{a0}"), "ασi");
    }

    #[test]
    fn only_the_first_equal_text_is_removed() {
        let mut list = vec!["a".to_owned(), "b".to_owned(), "a".to_owned()];
        strings::remove(&mut list, "a");
        assert_eq!(list, ["b", "a"]);
        assert!(strings::contains(&list, "a") && !strings::contains(&list, "A"));
        assert!(tags::contains(&list, " A "));
    }
}
