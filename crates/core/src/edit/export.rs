//! Exports: what an account offers to others.

use thiserror::Error;

use crate::claims::{AccountClaims, Export, ExportKind, SamplingRate, ServiceLatency};
use crate::edit::{Change, sharing_changes};

/// The response type of a service that says nothing else: one message answers a request.
pub const SINGLETON: &str = "Singleton";

/// An export to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewExport {
    /// Exported subject.
    pub subject: String,
    /// Name for people; the subject when empty.
    pub name: String,
    /// A service, not a stream.
    pub service: bool,
    /// Importing takes an activation token.
    pub private: bool,
    /// Subject for latency results; services only.
    pub latency: Option<String>,
    /// Which requests are measured; those with a tracing header when absent.
    pub sampling: Option<SamplingRate>,
    /// `Singleton`, `Stream` or `Chunked`; services only.
    pub response_type: Option<String>,
    /// Nanoseconds that a responder may take; services only.
    pub response_threshold: i64,
    /// Token of the subject, counted from 1, that must be the importer's key; 0 is none.
    pub account_token_position: u64,
    /// Message traces may cross; services only.
    pub allow_trace: bool,
    /// Listed publicly.
    pub advertise: bool,
    /// Free text.
    pub description: String,
    /// Where to read more.
    pub info_url: String,
}

/// Why exports cannot be changed as asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// Nothing is exported.
    #[error("account `{account}` has no exports")]
    None {
        /// Name of the account.
        account: String,
    },
    /// No export has this subject.
    #[error("account `{account}` does not export {}`{subject}`", kind_words(*kind))]
    NotFound {
        /// Name of the account.
        account: String,
        /// The subject.
        subject: String,
        /// The kind that was asked for.
        kind: Option<ExportKind>,
    },
    /// There are several, and none was named.
    #[error("account `{account}` has several exports: {}", list(subjects))]
    Several {
        /// Name of the account.
        account: String,
        /// Their subjects.
        subjects: Vec<String>,
    },
    /// Importers of a public export show who they are by a token of the subject; those of a
    /// private one by an activation.
    #[error("a private export cannot have an account token position")]
    PrivateTokenPosition,
    /// A setting that only services have.
    #[error("{what} is for services only, and `{subject}` is a stream")]
    ServicesOnly {
        /// The setting.
        what: &'static str,
        /// Subject of the stream.
        subject: String,
    },
    /// The response type does not exist.
    #[error("response type `{0}` is none of `Singleton`, `Stream` and `Chunked`")]
    ResponseType(String),
    /// Measurements without a place to publish them.
    #[error("latency sampling of `{subject}` needs a subject for the results")]
    SamplingWithoutResults {
        /// Subject of the export.
        subject: String,
    },
}

impl ExportError {
    /// Whether something that was named is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::None { .. } | Self::NotFound { .. })
    }
}

impl NewExport {
    /// Adds the export; tells what was added.
    ///
    /// # Errors
    /// [`ExportError`] for settings that do not fit the kind; the claims are unchanged then. Whether
    /// subjects are good and free is judged with the whole claims.
    pub fn apply(&self, claims: &mut AccountClaims) -> Result<Export, ExportError> {
        if self.private && self.account_token_position > 0 {
            return Err(ExportError::PrivateTokenPosition);
        }
        let export = if self.service {
            self.service_export()?
        } else {
            self.stream_export()?
        };
        claims.nats.exports.push(Some(export.clone()));
        Ok(export)
    }

    /// What there is to tell about an export that was added.
    pub fn changes(export: &Export) -> Vec<Change> {
        sharing_changes::of_export(None, export)
    }

    fn service_export(&self) -> Result<Export, ExportError> {
        let response_type = self.response_type.as_deref().unwrap_or(SINGLETON);
        check_response_type(response_type)?;
        Ok(Export {
            kind: Some(ExportKind::Service),
            response_type: response_type.to_owned(),
            response_threshold: self.response_threshold,
            service_latency: self.service_latency()?,
            allow_trace: self.allow_trace,
            ..self.common()
        })
    }

    fn stream_export(&self) -> Result<Export, ExportError> {
        let services_only = [
            (self.response_type.is_some(), RESPONSE_TYPE),
            (self.response_threshold > 0, RESPONSE_THRESHOLD),
            (self.latency.is_some() || self.sampling.is_some(), LATENCY),
            (self.allow_trace, ALLOW_TRACE),
        ];
        refuse_services_only(&self.subject, &services_only)?;
        Ok(Export {
            kind: Some(ExportKind::Stream),
            response_threshold: self.response_threshold,
            ..self.common()
        })
    }

    fn common(&self) -> Export {
        let name = if self.name.is_empty() {
            &self.subject
        } else {
            &self.name
        };
        Export {
            name: name.clone(),
            subject: self.subject.clone(),
            token_req: self.private,
            account_token_position: self.account_token_position,
            advertise: self.advertise,
            description: self.description.clone(),
            info_url: self.info_url.clone(),
            ..Export::default()
        }
    }

    fn service_latency(&self) -> Result<Option<ServiceLatency>, ExportError> {
        let Some(results) = &self.latency else {
            return match self.sampling {
                None => Ok(None),
                Some(_) => Err(ExportError::SamplingWithoutResults {
                    subject: self.subject.clone(),
                }),
            };
        };
        Ok(Some(ServiceLatency {
            sampling: self.sampling.unwrap_or_default(),
            results: results.clone(),
            ..ServiceLatency::default()
        }))
    }
}

/// Which export is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportChoice {
    /// Its subject, to the letter; may be absent where there is only one.
    pub subject: Option<String>,
    /// Its kind; a stream and a service may share a subject.
    pub kind: Option<ExportKind>,
}

impl ExportChoice {
    /// The place of the export in the claims: of several that fit the first.
    ///
    /// # Errors
    /// [`ExportError::None`], [`ExportError::NotFound`], [`ExportError::Several`].
    pub fn find(&self, claims: &AccountClaims) -> Result<usize, ExportError> {
        let account = || claims.name.clone();
        if claims.exports().next().is_none() {
            return Err(ExportError::None { account: account() });
        }
        let fitting: Vec<usize> = self.fitting(claims).collect();
        match (&self.subject, fitting.as_slice()) {
            (_, []) => Err(ExportError::NotFound {
                account: account(),
                subject: self.subject.clone().unwrap_or_default(),
                kind: self.kind,
            }),
            (Some(_), [first, ..]) | (None, [first]) => Ok(*first),
            (None, _) => Err(ExportError::Several {
                account: account(),
                subjects: claims.exports().map(|e| e.subject.clone()).collect(),
            }),
        }
    }

    /// Whether a stream and a service fit, so that only their order tells which one is meant.
    pub fn is_ambiguous(&self, claims: &AccountClaims) -> bool {
        self.subject.is_some() && self.fitting(claims).nth(1).is_some()
    }

    fn fitting(&self, claims: &AccountClaims) -> impl Iterator<Item = usize> {
        let fits = |export: &Export| {
            let subject = self.subject.as_ref();
            subject.is_none_or(|subject| *subject == export.subject)
                && self.kind.is_none_or(|kind| export.kind == Some(kind))
        };
        let places = claims.nats.exports.iter().enumerate();
        places.filter_map(move |(place, export)| export.as_ref().filter(|e| fits(e)).map(|_| place))
    }

    /// Takes the export out of the claims.
    ///
    /// # Errors
    /// As [`find`](Self::find); the claims are unchanged then.
    pub fn remove(&self, claims: &mut AccountClaims) -> Result<(Export, Change), ExportError> {
        let place = self.find(claims)?;
        let export = claims.nats.exports.remove(place).unwrap_or_default();
        let what = match export.kind {
            Some(ExportKind::Service) => "service export",
            Some(ExportKind::Stream) => "stream export",
            None => "export",
        };
        let change = Change::removed(what, &export.subject);
        Ok((export, change))
    }
}

pub(super) const ALLOW_TRACE: &str = "tracing";
pub(super) const LATENCY: &str = "latency tracking";
pub(super) const RESPONSE_THRESHOLD: &str = "a response threshold";
pub(super) const RESPONSE_TYPE: &str = "a response type";

pub(super) fn check_response_type(text: &str) -> Result<(), ExportError> {
    match text {
        "Singleton" | "Stream" | "Chunked" => Ok(()),
        other => Err(ExportError::ResponseType(other.to_owned())),
    }
}

/// Refuses the first setting that was given to a stream.
pub(super) fn refuse_services_only(
    subject: &str,
    settings: &[(bool, &'static str)],
) -> Result<(), ExportError> {
    match settings.iter().find(|(given, _)| *given) {
        None => Ok(()),
        Some((_, what)) => Err(ExportError::ServicesOnly {
            what,
            subject: subject.to_owned(),
        }),
    }
}

fn kind_words(kind: Option<ExportKind>) -> &'static str {
    match kind {
        Some(ExportKind::Service) => "a service ",
        Some(ExportKind::Stream) => "a stream ",
        None => "",
    }
}

pub(super) fn list(subjects: &[String]) -> String {
    let quoted: Vec<String> = subjects.iter().map(|s| format!("`{s}`")).collect();
    quoted.join(", ")
}
