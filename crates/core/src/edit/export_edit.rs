//! Changing an export that is there.

use crate::claims::{AccountClaims, Export, ExportKind, SamplingRate};
use crate::edit::export::{
    self, ALLOW_TRACE, ExportError, LATENCY, RESPONSE_THRESHOLD, RESPONSE_TYPE, SINGLETON,
};
use crate::edit::{Change, ExportChoice, sharing_changes};

/// What is to be different in an export; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportEdit {
    /// Another subject.
    pub subject: Option<String>,
    /// Another name.
    pub name: Option<String>,
    /// Service or stream. What only services have is dropped when it becomes a stream.
    pub kind: Option<ExportKind>,
    /// Whether importing takes an activation token.
    pub private: Option<bool>,
    /// Subject for latency results; an empty one ends the tracking.
    pub latency: Option<String>,
    /// Which requests are measured.
    pub sampling: Option<SamplingRate>,
    /// Ends the latency tracking.
    pub remove_latency: bool,
    /// Free text; an empty one removes it.
    pub description: Option<String>,
    /// Where to read more; an empty one removes it.
    pub info_url: Option<String>,
    /// `Singleton`, `Stream` or `Chunked`.
    pub response_type: Option<String>,
    /// Nanoseconds that a responder may take.
    pub response_threshold: Option<i64>,
    /// Whether message traces may cross.
    pub allow_trace: Option<bool>,
    /// Token of the subject, counted from 1, that must be the importer's key; 0 removes it.
    pub account_token_position: Option<u64>,
    /// Whether it is listed publicly.
    pub advertise: Option<bool>,
}

/// What an [`ExportEdit`] did.
#[derive(Clone, Debug, PartialEq)]
pub struct EditedExport {
    /// The export as it is now.
    pub export: Export,
    /// What is different.
    pub changes: Vec<Change>,
    /// What importers have to follow: `subject`, `kind`, `now private`, `now public`.
    pub breaking: Vec<&'static str>,
}

impl ExportEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes the chosen export.
    ///
    /// # Errors
    /// [`ExportError`]; the claims are unchanged then. Whether the result is good is judged with the
    /// whole claims.
    #[expect(
        clippy::indexing_slicing,
        reason = "`find` gives the place of an export"
    )]
    pub fn apply(
        &self,
        choice: &ExportChoice,
        claims: &mut AccountClaims,
    ) -> Result<EditedExport, ExportError> {
        let place = choice.find(claims)?;
        let before = claims.nats.exports[place].clone().unwrap_or_default();
        let mut export = before.clone();
        self.apply_common(&mut export);
        if export.is_service() {
            self.apply_service(&mut export)?;
        } else {
            self.apply_stream(&mut export)?;
        }
        let had_both = before.token_req && before.account_token_position > 0;
        if export.token_req && export.account_token_position > 0 && !had_both {
            return Err(ExportError::PrivateTokenPosition);
        }
        claims.nats.exports[place] = Some(export.clone());
        Ok(EditedExport {
            breaking: breaking(&before, &export),
            changes: sharing_changes::of_export(Some(&before), &export),
            export,
        })
    }

    fn apply_common(&self, export: &mut Export) {
        set(&mut export.subject, self.subject.as_ref());
        set(&mut export.name, self.name.as_ref());
        set(&mut export.description, self.description.as_ref());
        set(&mut export.info_url, self.info_url.as_ref());
        set(&mut export.token_req, self.private.as_ref());
        set(&mut export.advertise, self.advertise.as_ref());
        let position = self.account_token_position.as_ref();
        set(&mut export.account_token_position, position);
        export.kind = self.kind.or(export.kind);
    }

    fn apply_service(&self, export: &mut Export) -> Result<(), ExportError> {
        if let Some(wanted) = &self.response_type {
            export::check_response_type(wanted)?;
        }
        let was_stream = self.kind.is_some() && export.response_type.is_empty();
        let default = was_stream.then(|| SINGLETON.to_owned());
        let wanted = self.response_type.clone().or(default);
        set(&mut export.response_type, wanted.as_ref());
        let threshold = self.response_threshold.as_ref();
        set(&mut export.response_threshold, threshold);
        set(&mut export.allow_trace, self.allow_trace.as_ref());
        self.apply_latency(export)
    }

    /// Latency tracking takes a subject, which is given now or was before.
    fn apply_latency(&self, export: &mut Export) -> Result<(), ExportError> {
        if self.remove_latency || self.latency.as_deref() == Some("") {
            export.service_latency = None;
            return Ok(());
        }
        let stored = export.service_latency.clone();
        let results = self.latency.clone();
        let Some(results) = results.or_else(|| stored.as_ref().map(|l| l.results.clone())) else {
            return match self.sampling {
                None => Ok(()),
                Some(_) => Err(ExportError::SamplingWithoutResults {
                    subject: export.subject.clone(),
                }),
            };
        };
        let mut latency = stored.unwrap_or_default();
        latency.results = results;
        latency.sampling = self.sampling.unwrap_or(latency.sampling);
        export.service_latency = Some(latency);
        Ok(())
    }

    fn apply_stream(&self, export: &mut Export) -> Result<(), ExportError> {
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let services_only = [
            (given(&self.response_type), RESPONSE_TYPE),
            (
                self.response_threshold.unwrap_or_default() > 0,
                RESPONSE_THRESHOLD,
            ),
            (given(&self.latency) || self.sampling.is_some(), LATENCY),
            (self.allow_trace == Some(true), ALLOW_TRACE),
        ];
        export::refuse_services_only(&export.subject, &services_only)?;
        export.response_type.clear();
        export.response_threshold = self.response_threshold.unwrap_or(0);
        export.allow_trace = false;
        export.service_latency = None;
        Ok(())
    }
}

/// How a sampling is written on the command line, with its unit.
pub fn sampling_text(sampling: SamplingRate) -> String {
    match sampling.0 {
        0 => "header".to_owned(),
        percent => format!("{percent}%"),
    }
}

fn set<T: Clone>(member: &mut T, wanted: Option<&T>) {
    if let Some(wanted) = wanted {
        member.clone_from(wanted);
    }
}

fn breaking(before: &Export, after: &Export) -> Vec<&'static str> {
    let mut breaking = Vec::new();
    if before.subject != after.subject {
        breaking.push("subject");
    }
    if before.kind != after.kind {
        breaking.push("kind");
    }
    match (before.token_req, after.token_req) {
        (false, true) => breaking.push("now private"),
        (true, false) => breaking.push("now public"),
        _ => {}
    }
    breaking
}
