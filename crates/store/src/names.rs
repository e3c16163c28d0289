//! Which names operators, accounts and users may have.

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// No characters.
    #[error("a name cannot be empty")]
    Empty,
    /// Begins or ends with white space, or is nothing else.
    #[error("a name cannot begin or end with a blank")]
    Blank,
    /// Holds `/` or `\`.
    #[error("a name cannot contain `/` or `\\`")]
    Separator,
    /// Is `.` or `..`.
    #[error("a name cannot be `.` or `..`")]
    Dots,
    /// Holds a control character.
    #[error("a name cannot contain control characters")]
    Control,
    /// Longer than file names may be.
    #[error("a name cannot be longer than {MAX_NAME} bytes")]
    TooLong,
    /// Is the name of the folder for locks and journals.
    #[error("the name is reserved")]
    Reserved,
}

/// Longest name in bytes: with `.creds` it still is a file name everywhere.
pub const MAX_NAME: usize = 249;

/// Checks a name of an operator, account or user: everywhere one enters, also from a claim.
pub fn check(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.contains(['/', '\\']) {
        return Err(NameError::Separator);
    }
    if name.trim() != name {
        return Err(NameError::Blank);
    }
    if name == "." || name == ".." {
        return Err(NameError::Dots);
    }
    if name.chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    if name.len() > MAX_NAME {
        return Err(NameError::TooLong);
    }
    if name == crate::layout::SIDE {
        return Err(NameError::Reserved);
    }
    Ok(())
}

/// Whether a name read from a store stays inside its folder; weaker than [`check`], since stores written by others
/// may hold odd names.
pub fn is_single_component(name: &str) -> bool {
    !name.trim().is_empty()
        && !name.contains(['/', '\\', '\0'])
        && !matches!(name.trim(), "." | "..")
}

/// Invents a name of two lower-case words, for `*`. `entropy` is called until `taken` says no.
pub fn invent(mut entropy: impl FnMut() -> u32, taken: impl Fn(&str) -> bool) -> String {
    loop {
        let number = entropy() as usize;
        let first = FIRST[number % FIRST.len()];
        let second = SECOND[(number / FIRST.len()) % SECOND.len()];
        let name = format!("{first}_{second}");
        if !taken(&name) {
            return name;
        }
    }
}

const FIRST: [&str; 48] = [
    "amber", "bold", "brave", "bright", "calm", "clear", "clever", "cool", "copper", "crisp",
    "deep", "eager", "early", "fair", "fast", "fine", "fresh", "gentle", "glad", "golden", "grand",
    "green", "happy", "high", "jolly", "keen", "kind", "light", "lively", "lucky", "mellow",
    "merry", "mild", "neat", "noble", "proud", "quick", "quiet", "rapid", "ready", "silver",
    "smart", "steady", "sunny", "swift", "warm", "wise", "young",
];

const SECOND: [&str; 48] = [
    "badger", "bay", "bear", "birch", "brook", "cedar", "cliff", "cloud", "crane", "dale", "deer",
    "dove", "eagle", "elm", "falcon", "fern", "field", "finch", "forest", "fox", "glen", "grove",
    "harbor", "hawk", "heron", "hill", "island", "lake", "lark", "maple", "marsh", "meadow",
    "moon", "oak", "otter", "owl", "pine", "pond", "raven", "reef", "river", "robin", "shore",
    "spruce", "star", "stream", "valley", "willow",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_refusal_says_why() {
        let long = "é".repeat(125);
        for (name, error) in [
            ("", NameError::Empty),
            (" ", NameError::Blank),
            ("a\u{a0}", NameError::Blank),
            ("..", NameError::Dots),
            ("../a", NameError::Separator),
            ("a\\b", NameError::Separator),
            ("a\tb", NameError::Control),
            (".nsc-rs", NameError::Reserved),
            (long.as_str(), NameError::TooLong),
        ] {
            assert_eq!(check(name), Err(error), "{name:?}");
        }
        for name in ["a", "-a", "a b", "...", ".a", "*", "a.jwt", "日本"] {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn invented_names_are_free() {
        let mut number = 0;
        let mut next = || {
            number += 1;
            number
        };
        let first = invent(&mut next, |_| false);
        assert_eq!(check(&first), Ok(()));
        assert_eq!(first.split('_').count(), 2);
        assert_ne!(invent(|| u32::MAX - next(), |name| name == first), first);
    }

    proptest! {
        #[test]
        fn a_good_name_is_one_component(name in "\\PC*|[./\\\\ a\u{0}]*") {
            if check(&name).is_ok() {
                prop_assert!(is_single_component(&name));
                let path = std::path::Path::new("/d").join(&name);
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("/d")));
            }
        }
    }
}
