//! Markers, `{{…}}`, and the functions in them.

use super::TemplateContext;

/// A piece of a template entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// A marker with its braces.
    Marker(&'a str),
}

/// Cuts an entry into text and markers.
#[expect(clippy::string_slice, reason = "`find` gives bounds of a marker")]
pub(super) fn pieces(entry: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = entry;
    std::iter::from_fn(move || {
        let piece = match find(rest) {
            _ if rest.is_empty() => return None,
            Some((0, length)) => Piece::Marker(&rest[..length]),
            Some((start, _)) => Piece::Text(&rest[..start]),
            None => Piece::Text(rest),
        };
        let (Piece::Text(text) | Piece::Marker(text)) = piece;
        rest = &rest[text.len()..];
        Some(piece)
    })
}

/// Returns the markers of an entry with their braces.
pub(super) fn markers(entry: &str) -> impl Iterator<Item = &str> {
    pieces(entry).filter_map(|piece| match piece {
        Piece::Marker(marker) => Some(marker),
        Piece::Text(_) => None,
    })
}

pub(super) fn holds_marker(entry: &str) -> bool {
    find(entry).is_some()
}

/// Finds the first marker: `{{`, at least one character other than `}`, `}}`.
#[expect(clippy::string_slice, reason = "cut at braces that were found")]
fn find(text: &str) -> Option<(usize, usize)> {
    text.match_indices('{').find_map(|(start, _)| {
        let content = text[start..].strip_prefix("{{")?;
        let length = content.find('}').filter(|length| *length > 0)?;
        content[length..]
            .starts_with("}}")
            .then_some((start, length + 4))
    })
}

/// A function of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Function {
    AccountName,
    AccountSubject,
    /// The values of the account's tags with this beginning, `name:`.
    AccountTag(String),
    /// A tag function in another case: servers accept it but find nothing.
    MiscasedTag,
    Name,
    Subject,
    /// The values of the user's tags with this beginning, `name:`.
    Tag(String),
}

impl Function {
    /// Reads the function of a marker given with its braces.
    pub(super) fn read(marker: &str) -> Option<Self> {
        let content = marker.strip_prefix("{{")?.strip_suffix("}}")?.trim();
        let (name, rest) = content.split_once('(')?;
        let argument = rest.strip_suffix(')')?;
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), argument) {
            ("name", "") => Some(Self::Name),
            ("subject", "") => Some(Self::Subject),
            ("account-name", "") => Some(Self::AccountName),
            ("account-subject", "") => Some(Self::AccountSubject),
            ("tag" | "account-tag", _) if name != lower => Some(Self::MiscasedTag),
            ("tag", _) => Some(Self::Tag(beginning(argument))),
            ("account-tag", _) => Some(Self::AccountTag(beginning(argument))),
            _ => None,
        }
    }

    pub(super) fn is_tag(&self) -> bool {
        matches!(self, Self::AccountTag(_) | Self::MiscasedTag | Self::Tag(_))
    }

    pub(super) fn values<'a>(&self, context: &TemplateContext<'a>) -> Vec<&'a str> {
        match self {
            Self::AccountName => vec![context.account_name],
            Self::AccountSubject => vec![context.account_subject],
            Self::AccountTag(beginning) => tag_values(context.account_tags, beginning),
            Self::MiscasedTag => Vec::new(),
            Self::Name => vec![context.user_name],
            Self::Subject => vec![context.user_subject],
            Self::Tag(beginning) => tag_values(context.user_tags, beginning),
        }
    }
}

fn beginning(argument: &str) -> String {
    format!("{}:", argument.to_lowercase())
}

fn tag_values<'a>(tags: &'a [String], beginning: &str) -> Vec<&'a str> {
    tags.iter()
        .filter_map(|tag| tag.strip_prefix(beginning))
        .collect()
}
