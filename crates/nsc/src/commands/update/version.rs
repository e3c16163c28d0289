//! Versions of the program.

use std::cmp::Ordering;
use std::fmt;

/// Semantic version; what stands behind a `+` says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: [u64; 3],
    pre_release: Option<String>,
}

impl Version {
    /// The version of this program.
    pub(super) fn current() -> Self {
        Self::parse(env!("CARGO_PKG_VERSION")).expect("cargo checks the version of a package")
    }

    /// Reads `1.2.3`, `v1.2.3-rc.1` and shorter forms: numbers that are left out are 0.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, build) = split(text, '+');
        let (text, pre_release) = split(text, '-');
        if ![build, pre_release].into_iter().flatten().all(is_suffix) {
            return None;
        }
        let mut numbers = [0; 3];
        for (index, part) in text.split('.').enumerate() {
            *numbers.get_mut(index)? = number(part)?;
        }
        Some(Self {
            numbers,
            pre_release: pre_release.map(str::to_owned),
        })
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Digits only: no sign.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn is_suffix(text: &str) -> bool {
    let is_word = |word: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !word.is_empty() && word.bytes().all(allowed)
    };
    text.split('.').all(is_word)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        match &self.pre_release {
            Some(words) => write!(f, "-{words}"),
            None => Ok(()),
        }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let pre_release = || match (&self.pre_release, &other.pre_release) {
            (None, None) => Ordering::Equal,
            // A pre-release comes before its release.
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => compare_words(a, b),
        };
        self.numbers.cmp(&other.numbers).then_with(pre_release)
    }
}

/// Numbers by value and before words, then whichever has more.
fn compare_words(a: &str, b: &str) -> Ordering {
    let key = |word: &str| match number(word) {
        Some(number) => (0, number, String::new()),
        None => (1, 0, word.to_owned()),
    };
    a.split('.').map(key).cmp(b.split('.').map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn short_forms_are_filled_up() {
        for (text, full) in [
            ("2", "2.0.0"),
            ("v2", "2.0.0"),
            ("2.1", "2.1.0"),
            ("V02.1.3", "2.1.3"),
            ("2.1.3-rc.1+build.5", "2.1.3-rc.1"),
        ] {
            assert_eq!(version(text).to_string(), full, "{text}");
        }
    }

    #[test]
    fn malformed_versions_are_refused() {
        for text in [
            "",
            "v",
            "vv1",
            "x",
            "1.",
            ".1",
            "1.2.3.4",
            "1.x",
            "-1",
            "+1",
            "1.+2",
            "1.0-",
            "1 .0",
            "1.0-a..b",
            "1.0-ä",
            "not.a.version",
            "18446744073709551616",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn versions_are_ordered() {
        let sorted = [
            "0.9.10",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-a",
            "1.0.0-a.1",
            "1.0.0",
            "1.0.1",
            "1.10.0",
        ];
        assert!(
            sorted
                .windows(2)
                .all(|pair| version(pair[0]) < version(pair[1]))
        );
    }
}
