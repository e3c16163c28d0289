//! The tokens of a mapping's destination: literals, references and functions.

use super::MappingError;
use crate::subject;

/// A token of the destination. In one that was just read a wildcard is named by its number; once
/// resolved, by its place among the tokens of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<P = usize> {
    Literal(String),
    /// The `>` at the end: what the source's `>` matched.
    Tail,
    Wildcard(P),
    Partition {
        buckets: u32,
        of: Vec<P>,
    },
    Random {
        below: u32,
    },
    Split {
        of: P,
        separator: String,
    },
    SplitAt {
        of: P,
        position: i64,
        from: Side,
    },
    Slice {
        of: P,
        size: i64,
        from: Side,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Checks the destination token by token, before it is known how it fits its source.
pub(super) fn check_tokens(to: &str) -> Result<(), MappingError> {
    let mut tokens = to.split('.').peekable();
    while let Some(token) = tokens.next() {
        if let Some(content) = function(token) {
            if Call::read(content).is_none_or(|call| call.name().is_none()) {
                return Err(MappingError::UnknownFunction {
                    token: token.to_owned(),
                });
            }
        } else if !subject::is_server_valid(token) || (token == ">" && tokens.peek().is_some()) {
            return Err(MappingError::Destination);
        }
    }
    Ok(())
}

/// Reads one token of the destination.
pub(super) fn read_token(token: &str) -> Result<Part<i64>, MappingError> {
    if token == ">" {
        return Ok(Part::Tail);
    }
    if let Some(number) = subject::reference(token) {
        return Ok(Part::Wildcard(number));
    }
    let Some(content) = function(token) else {
        return Ok(Part::Literal(token.to_owned()));
    };
    let call = Call::read(content);
    let Some((call, name)) = call.and_then(|call| call.name().map(|name| (call, name))) else {
        return Err(MappingError::UnknownFunction {
            token: token.to_owned(),
        });
    };
    call.part(name).ok_or_else(|| MappingError::Args {
        token: token.to_owned(),
    })
}

impl Part<i64> {
    /// Replaces wildcard numbers by places; `None` when one of them is not known.
    pub(super) fn resolve(self, place: impl Fn(i64) -> Option<usize>) -> Option<Part> {
        Some(match self {
            Self::Literal(text) => Part::Literal(text),
            Self::Tail => Part::Tail,
            Self::Wildcard(of) => Part::Wildcard(place(of)?),
            Self::Partition { buckets, of } => Part::Partition {
                buckets,
                of: of.into_iter().map(place).collect::<Option<_>>()?,
            },
            Self::Random { below } => Part::Random { below },
            Self::Split { of, separator } => Part::Split {
                of: place(of)?,
                separator,
            },
            Self::SplitAt { of, position, from } => Part::SplitAt {
                of: place(of)?,
                position,
                from,
            },
            Self::Slice { of, size, from } => Part::Slice {
                of: place(of)?,
                size,
                from,
            },
        })
    }

    /// Tells whether the local subject of an import may have the token.
    pub(super) fn suits_imports(&self) -> bool {
        matches!(self, Self::Literal(_) | Self::Tail | Self::Wildcard(_))
    }
}

impl Part {
    /// Returns what the token becomes for a message on the subject of these tokens.
    #[expect(
        clippy::indexing_slicing,
        reason = "places were checked against the source, and `Mapping::apply` against the subject"
    )]
    pub(super) fn apply(&self, tokens: &[&str], random: &mut impl FnMut(u32) -> u32) -> String {
        match self {
            Self::Literal(text) => text.clone(),
            Self::Tail => ">".to_owned(),
            Self::Wildcard(of) => tokens[*of].to_owned(),
            Self::Partition { buckets, of } => partition(*buckets, of, tokens).to_string(),
            Self::Random { below: 0 } => "0".to_owned(),
            Self::Random { below } => random(*below).to_string(),
            Self::Split { of, separator } => split(tokens[*of], separator),
            Self::SplitAt { of, position, from } => split_at(tokens[*of], *position, *from),
            Self::Slice { of, size, from } => slice(tokens[*of], *size, *from),
        }
    }
}

/// The content of a token that is a function as a whole: `{{…}}`.
fn function(token: &str) -> Option<&str> {
    let content = token.strip_prefix("{{")?.strip_suffix("}}")?;
    (!content.is_empty()).then_some(content)
}

#[derive(Debug, Clone, Copy)]
enum Name {
    Partition,
    Random,
    Slice(Side),
    Split,
    SplitAt(Side),
    Wildcard,
}

/// The functions with the words of their names; each word may begin in either case.
const NAMES: [(&[&str], Name); 8] = [
    (&["partition"], Name::Partition),
    (&["random"], Name::Random),
    (&["slice", "from", "left"], Name::Slice(Side::Left)),
    (&["slice", "from", "right"], Name::Slice(Side::Right)),
    (&["split"], Name::Split),
    (&["split", "from", "left"], Name::SplitAt(Side::Left)),
    (&["split", "from", "right"], Name::SplitAt(Side::Right)),
    (&["wildcard"], Name::Wildcard),
];

struct Call<'a> {
    name: &'a str,
    args: Vec<&'a str>,
}

impl<'a> Call<'a> {
    fn read(content: &'a str) -> Option<Self> {
        let (name, args) = content.trim().split_once('(')?;
        let args = args.strip_suffix(')')?;
        Some(Self {
            name: name.trim_end(),
            args: args.split(',').map(str::trim_start).collect(),
        })
    }

    fn name(&self) -> Option<Name> {
        let named = NAMES.iter().find(|(words, _)| is_spelled(self.name, words));
        named.map(|(_, name)| *name)
    }

    fn part(&self, name: Name) -> Option<Part<i64>> {
        let numbers: Option<Vec<i64>> = self
            .args
            .iter()
            .map(|arg| arg.trim_matches(' ').parse().ok())
            .collect();
        if let Name::Split = name {
            return self.split();
        }
        match (name, numbers?.as_slice()) {
            (Name::Wildcard, [number]) => Some(Part::Wildcard(*number)),
            (Name::Partition, [buckets, of @ ..]) => Some(Part::Partition {
                buckets: bound(*buckets)?,
                of: of.to_vec(),
            }),
            (Name::Random, [below]) => Some(Part::Random {
                below: bound(*below)?,
            }),
            (Name::SplitAt(from), [of, position]) => Some(Part::SplitAt {
                of: *of,
                position: *position,
                from,
            }),
            (Name::Slice(from), [of, size]) => Some(Part::Slice {
                of: *of,
                size: *size,
                from,
            }),
            _ => None,
        }
    }

    fn split(&self) -> Option<Part<i64>> {
        let [of, separator] = self.args.as_slice() else {
            return None;
        };
        let of = of.trim_matches(' ').parse().ok()?;
        let usable = !separator.is_empty() && !separator.contains(' ');
        usable.then(|| Part::Split {
            of,
            separator: (*separator).to_owned(),
        })
    }
}

/// The number of buckets, as servers keep it: at most 31 bits.
fn bound(number: i64) -> Option<u32> {
    i32::try_from(number)
        .ok()
        .and_then(|number| u32::try_from(number).ok())
}

fn is_spelled(name: &str, words: &[&str]) -> bool {
    let rest = words.iter().try_fold(name, |rest, word| {
        let (head, tail) = rest.split_at_checked(word.len())?;
        let (first, others) = head.as_bytes().split_first()?;
        let (wanted, same) = word.as_bytes().split_first()?;
        (first.eq_ignore_ascii_case(wanted) && others == same).then_some(tail)
    });
    rest == Some("")
}

#[expect(
    clippy::indexing_slicing,
    reason = "places were checked against the source, and `Mapping::apply` against the subject"
)]
fn partition(buckets: u32, of: &[usize], tokens: &[&str]) -> u32 {
    let key = if of.is_empty() {
        tokens.join(".")
    } else {
        of.iter().map(|place| tokens[*place]).collect()
    };
    fnv1a(key.as_bytes()).checked_rem(buckets).unwrap_or(0)
}

/// FNV-1a with 32 bits.
fn fnv1a(bytes: &[u8]) -> u32 {
    const BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    bytes.iter().fold(BASIS, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(PRIME)
    })
}

fn split(token: &str, separator: &str) -> String {
    let parts: Vec<&str> = token
        .split(separator)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(".")
}

/// Splits after `position` bytes; a position outside the token leaves it whole.
fn split_at(token: &str, position: i64, from: Side) -> String {
    let Some(position) = inside(token, position) else {
        return token.to_owned();
    };
    let position = match from {
        Side::Left => position,
        Side::Right => token.len() - position,
    };
    let (left, right) = token.as_bytes().split_at(position);
    joined([left, right])
}

/// Cuts into pieces of `size` bytes; a size outside the token leaves it whole.
fn slice(token: &str, size: i64, from: Side) -> String {
    let Some(size) = inside(token, size) else {
        return token.to_owned();
    };
    match from {
        Side::Left => joined(token.as_bytes().chunks(size)),
        Side::Right => {
            let pieces: Vec<&[u8]> = token.as_bytes().rchunks(size).collect();
            joined(pieces.into_iter().rev())
        }
    }
}

fn inside(token: &str, length: i64) -> Option<usize> {
    usize::try_from(length)
        .ok()
        .filter(|length| (1..token.len()).contains(length))
}

fn joined<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let pieces: Vec<_> = pieces.into_iter().map(String::from_utf8_lossy).collect();
    pieces.join(".")
}
