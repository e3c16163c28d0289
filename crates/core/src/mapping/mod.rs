//! Subject mappings as a server applies them: which it accepts, and where a message goes.

mod destination;

use destination::{Part, read_token};

use crate::subject;

/// Why a server refuses a mapping or the local subject of an import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The arguments of a function have the wrong number or form.
    #[error("`{token}` has arguments that do not fit the function")]
    Args {
        /// The token of the destination.
        token: String,
    },
    /// A token of the destination is empty, holds white space or follows `>`.
    #[error("the destination has an empty token, white space, or a token after `>`")]
    Destination,
    /// The local subject of an import uses a function other than `wildcard`.
    #[error("`{token}` cannot be used in an import; only `$1` or `{{{{wildcard(1)}}}}` can")]
    FunctionNotForImports {
        /// The token of the destination.
        token: String,
    },
    /// A token names a `*` that the source does not have; they count from 1.
    #[error("`{token}` names a `*` that the source does not have; it has {stars}")]
    Index {
        /// The token of the destination.
        token: String,
        /// The number of `*` in the source.
        stars: usize,
    },
    /// Source or destination is no subject, the destination has a `*`, or only one ends in `>`.
    #[error(
        "source and destination do not fit: both must be valid, only the source may have `*`, and both or none must end in `>`"
    )]
    Subject,
    /// The function of a token is not known.
    #[error("`{token}` is no function that servers know in a mapping")]
    UnknownFunction {
        /// The token of the destination.
        token: String,
    },
    /// The local subject of an import leaves out a `*` of the subject.
    #[error("the local subject does not use every `*` of the subject")]
    WildcardsUnused,
}

impl MappingError {
    /// Returns the short word for the error, such as `unknown_function`.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Args { .. } => "args",
            Self::Destination => "destination",
            Self::FunctionNotForImports { .. } => "function_not_for_imports",
            Self::Index { .. } => "index",
            Self::Subject => "subject",
            Self::UnknownFunction { .. } => "unknown_function",
            Self::WildcardsUnused => "wildcards_unused",
        }
    }
}

/// A mapping from a source subject to a destination that a server accepts.
///
/// ```
/// use nsc_core::mapping::Transform;
/// let transform = Transform::new("orders.*.*", "o.$2.{{wildcard(1)}}").unwrap();
/// assert_eq!(transform.apply("orders.eu.new", |_| 0).as_deref(), Some("o.new.eu"));
/// ```
#[derive(Debug, Clone)]
pub struct Transform {
    source: String,
    parts: Vec<Part>,
}

impl Transform {
    /// Reads a mapping of an account, whose destination may use every function.
    ///
    /// # Errors
    ///
    /// Destination tokens come first ([`MappingError::Destination`],
    /// [`MappingError::UnknownFunction`]), then how the subjects fit together, then the use of
    /// functions, in the order of the tokens.
    pub fn new(from: &str, to: &str) -> Result<Self, MappingError> {
        destination::check_tokens(to)?;
        let source = Source::read(from, to)?;
        let read = |token: &str| source.part(token);
        let parts = to.split('.').map(read).collect::<Result<_, _>>()?;
        Ok(Self {
            source: from.to_owned(),
            parts,
        })
    }

    /// Reads the renaming of an import, from its `subject` to its `local` subject.
    ///
    /// # Errors
    ///
    /// As [`Transform::new`], except that a bad token is a [`MappingError::Subject`]; and
    /// [`MappingError::FunctionNotForImports`] and [`MappingError::WildcardsUnused`].
    pub fn for_import(subject: &str, local: &str) -> Result<Self, MappingError> {
        if destination::check_tokens(local) == Err(MappingError::Destination) {
            return Err(MappingError::Subject);
        }
        let source = Source::read(subject, local)?;
        let read = |token: &str| source.import_part(token);
        let parts: Vec<Part> = local.split('.').map(read).collect::<Result<_, _>>()?;
        let used = |place: &usize| {
            parts
                .iter()
                .any(|part| matches!(part, Part::Wildcard(used) if used == place))
        };
        if !source.stars.iter().all(used) {
            return Err(MappingError::WildcardsUnused);
        }
        Ok(Self {
            source: subject.to_owned(),
            parts,
        })
    }

    /// Returns the subject to which a message on the literal `subject` goes, `None` when the
    /// mapping does not apply to it.
    ///
    /// `random` is asked for a number below the given one, for `random` functions.
    #[expect(
        clippy::indexing_slicing,
        reason = "the subject is a subset of the source, and so no shorter"
    )]
    pub fn apply(&self, subject: &str, mut random: impl FnMut(u32) -> u32) -> Option<String> {
        if !subject::is_server_publishable(subject) || !subject::is_subset(subject, &self.source) {
            return None;
        }
        let tokens: Vec<&str> = subject.split('.').collect();
        let fixed = self.source.split('.').count() - 1;
        let mapped = self.parts.iter().map(|part| match part {
            Part::Tail => tokens[fixed..].join("."),
            part => part.apply(&tokens, &mut random),
        });
        Some(mapped.collect::<Vec<String>>().join("."))
    }
}

/// What the tokens of a destination may refer to.
struct Source {
    /// The places of the `*` among the tokens.
    stars: Vec<usize>,
}

impl Source {
    fn read(from: &str, to: &str) -> Result<Self, MappingError> {
        let has_tail = subject::has_tail_wildcard(from);
        let fits = subject::is_server_valid(from)
            && subject::star_count(to) == 0
            && has_tail == subject::has_tail_wildcard(to);
        if !fits {
            return Err(MappingError::Subject);
        }
        let stars = from
            .split('.')
            .enumerate()
            .filter(|(_, token)| *token == "*");
        Ok(Self {
            stars: stars.map(|(place, _)| place).collect(),
        })
    }

    fn part(&self, token: &str) -> Result<Part, MappingError> {
        let part = read_token(token)?;
        let out_of_range = || MappingError::Index {
            token: token.to_owned(),
            stars: self.stars.len(),
        };
        part.resolve(|number| {
            let place = usize::try_from(number).ok()?.checked_sub(1)?;
            self.stars.get(place).copied()
        })
        .ok_or_else(out_of_range)
    }

    fn import_part(&self, token: &str) -> Result<Part, MappingError> {
        if !read_token(token)?.suits_imports() {
            return Err(MappingError::FunctionNotForImports {
                token: token.to_owned(),
            });
        }
        self.part(token)
    }
}

#[cfg(test)]
mod tests;
