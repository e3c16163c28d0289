//! Scope templates: the permissions of a user signed by a scoped key, as a server expands them.

mod marker;

use marker::{Function, Piece};

use crate::subject;

/// What the markers of a template stand for: facts of the user and of its account.
#[derive(Debug, Clone, Copy)]
pub struct TemplateContext<'a> {
    /// The user's name.
    pub user_name: &'a str,
    /// The user's public key.
    pub user_subject: &'a str,
    /// The user's tags, in their order.
    pub user_tags: &'a [String],
    /// The account's name.
    pub account_name: &'a str,
    /// The account's public key, which is the user's issuer account.
    pub account_subject: &'a str,
    /// The account's tags, in their order.
    pub account_tags: &'a [String],
}

/// The four permission lists of a template or of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateLists {
    /// Where the user may publish.
    pub pub_allow: Vec<String>,
    /// Where the user may not publish.
    pub pub_deny: Vec<String>,
    /// Where the user may subscribe.
    pub sub_allow: Vec<String>,
    /// Where the user may not subscribe.
    pub sub_deny: Vec<String>,
}

/// Why a server refuses the user: the template cannot be expanded for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A deny entry became no valid subject.
    #[error("the deny entry `{entry}` becomes `{subject}`, which is no valid subject")]
    DenySubject {
        /// The entry of the template.
        entry: String,
        /// What it became.
        subject: String,
    },
    /// A deny entry names a tag that has no value.
    #[error("the deny entry `{entry}` needs a tag for `{marker}`, and there is none")]
    DenyTag {
        /// The entry of the template.
        entry: String,
        /// The marker with the tag.
        marker: String,
    },
    /// A list becomes longer than servers allow.
    #[error("the entry `{entry}` brings its list beyond {MOST_SUBJECTS} subjects")]
    TooMany {
        /// The entry of the template.
        entry: String,
    },
    /// A marker holds something that is no function.
    #[error("`{marker}` in `{entry}` is no function that servers know in a template")]
    UnknownFunction {
        /// The entry of the template.
        entry: String,
        /// The marker.
        marker: String,
    },
}

impl TemplateError {
    /// Returns the short word for the error, such as `deny_tag`.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::DenySubject { .. } => "deny_subject",
            Self::DenyTag { .. } => "deny_tag",
            Self::TooMany { .. } => "too_many",
            Self::UnknownFunction { .. } => "unknown_function",
        }
    }
}

/// The most subjects that a list may grow to when entries with tags are expanded.
pub const MOST_SUBJECTS: usize = 4096;

/// Returns the permissions a user ends up with, or why it cannot connect.
///
/// A list without any marker stays as it is. In other lists every entry is expanded and must be
/// a valid subject; bad ones are dropped from allow lists and refused in deny lists. An allow
/// list that loses all its entries becomes a deny of `>`.
///
/// Replaced text is not searched for markers again.
///
/// # Errors
///
/// The first [`TemplateError`], looking at sub allow, sub deny, pub allow, pub deny.
pub fn expand(
    template: &TemplateLists,
    context: &TemplateContext<'_>,
) -> Result<TemplateLists, TemplateError> {
    let mut lists = TemplateLists {
        sub_allow: expand_list(&template.sub_allow, Rule::Allow, context)?,
        sub_deny: expand_list(&template.sub_deny, Rule::Deny, context)?,
        pub_allow: expand_list(&template.pub_allow, Rule::Allow, context)?,
        pub_deny: expand_list(&template.pub_deny, Rule::Deny, context)?,
    };
    if lists.pub_allow.is_empty() && !template.pub_allow.is_empty() {
        lists.pub_deny.push(">".to_owned());
    }
    if lists.sub_allow.is_empty() && !template.sub_allow.is_empty() {
        lists.sub_deny.push(">".to_owned());
    }
    Ok(lists)
}

/// What will go wrong with an entry of a template, whoever the user is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateProblem {
    /// The entry has a queue beside markers in its list, so it is lost or refused.
    #[error("`{entry}` has a queue, which does not work in a list with `{{{{…}}}}` markers")]
    Queue {
        /// The entry of the template.
        entry: String,
    },
    /// The entry is no valid subject, whatever its markers stand for.
    #[error("`{entry}` is no valid subject, whatever its markers stand for")]
    Subject {
        /// The entry of the template.
        entry: String,
    },
    /// A tag function is not in lower case, so it never finds a tag.
    #[error("`{marker}` in `{entry}` never finds a tag; write the function in lower case")]
    TagFunctionCase {
        /// The entry of the template.
        entry: String,
        /// The marker.
        marker: String,
    },
    /// A marker holds something that is no function, so no user can connect.
    #[error("`{marker}` in `{entry}` is no function that servers know in a template")]
    UnknownFunction {
        /// The entry of the template.
        entry: String,
        /// The marker.
        marker: String,
    },
}

/// Lists what will go wrong with one permission list of a template.
pub fn problems(list: &[String]) -> Vec<TemplateProblem> {
    let has_markers = list.iter().any(|entry| marker::holds_marker(entry));
    let mut found = Vec::new();
    for entry in list {
        let mut sample = String::new();
        for piece in marker::pieces(entry) {
            match piece {
                Piece::Text(text) => sample.push_str(text),
                Piece::Marker(marker) => {
                    sample.push('x');
                    found.extend(marker_problem(entry, marker));
                }
            }
        }
        let queued = sample.split_once(' ').filter(|(subject, queue)| {
            subject::is_server_valid(subject) && subject::is_server_valid(queue)
        });
        let entry = entry.clone();
        match queued {
            Some(_) if has_markers => found.push(TemplateProblem::Queue { entry }),
            None if !subject::is_server_valid(&sample) => {
                found.push(TemplateProblem::Subject { entry });
            }
            _ => {}
        }
    }
    found
}

fn marker_problem(entry: &str, marker: &str) -> Option<TemplateProblem> {
    let (entry, named) = (entry.to_owned(), marker.to_owned());
    match Function::read(marker) {
        None => Some(TemplateProblem::UnknownFunction {
            entry,
            marker: named,
        }),
        Some(Function::MiscasedTag) => Some(TemplateProblem::TagFunctionCase {
            entry,
            marker: named,
        }),
        Some(_) => None,
    }
}

/// What a list of a template says about its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Allow,
    Deny,
}

fn expand_list(
    list: &[String],
    rule: Rule,
    context: &TemplateContext<'_>,
) -> Result<Vec<String>, TemplateError> {
    let expanded = expand_entries(list, rule, context)?;
    Ok(expanded.into_iter().map(|(_, subject)| subject).collect())
}

/// The subjects that a list becomes, each with the entry it comes from.
pub(crate) fn expand_entries<'a>(
    list: &'a [String],
    rule: Rule,
    context: &TemplateContext<'_>,
) -> Result<Vec<(&'a str, String)>, TemplateError> {
    if !list.iter().any(|entry| marker::holds_marker(entry)) {
        return Ok(list
            .iter()
            .map(|entry| (entry.as_str(), entry.clone()))
            .collect());
    }
    let mut expanded = Vec::new();
    for entry in list {
        let values = Values::of(entry, rule, context)?;
        if values.has_tags && expanded.len().saturating_add(values.count()) > MOST_SUBJECTS {
            return Err(TemplateError::TooMany {
                entry: entry.clone(),
            });
        }
        for combination in 0..values.count() {
            let subject = values.fill(entry, combination);
            if subject::is_server_valid(&subject) {
                expanded.push((entry.as_str(), subject));
            } else if rule == Rule::Deny {
                return Err(TemplateError::DenySubject {
                    entry: entry.clone(),
                    subject,
                });
            }
        }
    }
    Ok(expanded)
}

/// The values of the markers of one entry, in the order of the markers.
struct Values<'a> {
    markers: Vec<(&'a str, Vec<&'a str>)>,
    has_tags: bool,
}

impl<'a> Values<'a> {
    fn of(
        entry: &'a str,
        rule: Rule,
        context: &TemplateContext<'a>,
    ) -> Result<Self, TemplateError> {
        let mut values = Self {
            markers: Vec::new(),
            has_tags: false,
        };
        for marker in marker::markers(entry) {
            let (entry, named) = (entry.to_owned(), marker.to_owned());
            let Some(function) = Function::read(marker) else {
                return Err(TemplateError::UnknownFunction {
                    entry,
                    marker: named,
                });
            };
            let found = function.values(context);
            if found.is_empty() && rule == Rule::Deny {
                return Err(TemplateError::DenyTag {
                    entry,
                    marker: named,
                });
            }
            values.has_tags |= function.is_tag();
            values.markers.push((marker, found));
        }
        Ok(values)
    }

    /// The number of combinations, 0 as soon as one marker has no value.
    fn count(&self) -> usize {
        if self.markers.iter().any(|(_, values)| values.is_empty()) {
            return 0;
        }
        self.markers.iter().fold(1, |count: usize, (_, values)| {
            count.saturating_mul(values.len())
        })
    }

    /// Fills in one combination; the last marker varies fastest. A marker written twice is filled
    /// with the value of its first place, as servers do.
    #[expect(
        clippy::indexing_slicing,
        reason = "one chosen value for each marker, and no combination where a marker has no values"
    )]
    fn fill(&self, entry: &str, mut combination: usize) -> String {
        let mut chosen = vec![""; self.markers.len()];
        for ((_, values), chosen) in self.markers.iter().zip(&mut chosen).rev() {
            *chosen = values[combination % values.len()];
            combination /= values.len();
        }
        let value_of = |marker: &str| {
            let place = self.markers.iter().position(|(known, _)| *known == marker);
            place.map_or("", |place| chosen[place])
        };
        marker::pieces(entry)
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Marker(marker) => value_of(marker),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
