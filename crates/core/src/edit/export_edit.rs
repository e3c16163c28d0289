//! Changing an export that is there.

use crate::claims::{AccountClaims, Export, ExportKind, SamplingRate, ServiceLatency};
use crate::edit::export::{
    self, ALLOW_TRACE, ExportError, LATENCY, RESPONSE_THRESHOLD, RESPONSE_TYPE, SINGLETON,
};
use crate::edit::{Change, ExportChoice};
use crate::time;

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
    pub fn apply(
        &self,
        choice: &ExportChoice,
        claims: &mut AccountClaims,
    ) -> Result<EditedExport, ExportError> {
        let place = choice.find(claims)?;
        let before = claims.nats.exports[place].clone().unwrap_or_default();
        let mut export = before.clone();
        let mut changes = self.apply_common(&mut export);
        changes.extend(if export.is_service() {
            self.apply_service(&mut export)?
        } else {
            self.apply_stream(&mut export)?
        });
        if export.token_req && !before.token_req && export.account_token_position > 0 {
            return Err(ExportError::PrivateTokenPosition);
        }
        claims.nats.exports[place] = Some(export.clone());
        Ok(EditedExport {
            breaking: breaking(&before, &export),
            export,
            changes,
        })
    }

    fn apply_common(&self, export: &mut Export) -> Vec<Change> {
        let mut changes = Vec::new();
        for (wanted, member, what) in [
            (&self.subject, &mut export.subject, "subject"),
            (&self.name, &mut export.name, "name"),
            (&self.description, &mut export.description, "description"),
            (&self.info_url, &mut export.info_url, "info url"),
        ] {
            changes.extend(set_text(member, wanted.as_ref(), what));
        }
        if let Some(kind) = self.kind.filter(|kind| export.kind != Some(*kind)) {
            export.kind = Some(kind);
            changes.push(Change::set("kind", kind.name()));
        }
        if let Some(private) = self.private.filter(|private| *private != export.token_req) {
            export.token_req = private;
            let visibility = if private { "private" } else { "public" };
            changes.push(Change::set("visibility", visibility));
        }
        changes
    }

    fn apply_service(&self, export: &mut Export) -> Result<Vec<Change>, ExportError> {
        let mut changes = Vec::new();
        if let Some(wanted) = &self.response_type {
            export::check_response_type(wanted)?;
        }
        let was_stream = self.kind.is_some() && export.response_type.is_empty();
        let default = was_stream.then(|| SINGLETON.to_owned());
        let wanted = self.response_type.clone().or(default);
        let response_type = &mut export.response_type;
        changes.extend(set_text(response_type, wanted.as_ref(), "response type"));
        changes.extend(set_threshold(export, self.response_threshold));
        changes.extend(set_flag(
            &mut export.allow_trace,
            self.allow_trace,
            "allow trace",
        ));
        changes.extend(self.apply_latency(export)?);
        Ok(changes)
    }

    /// Latency tracking takes a subject, which is given now or was before.
    fn apply_latency(&self, export: &mut Export) -> Result<Vec<Change>, ExportError> {
        if self.remove_latency || self.latency.as_deref() == Some("") {
            return Ok(drop_latency(export).into_iter().collect());
        }
        let stored = export.service_latency.clone();
        let results = self.latency.clone();
        let Some(results) = results.or_else(|| stored.as_ref().map(|l| l.results.clone())) else {
            return match self.sampling {
                None => Ok(Vec::new()),
                Some(_) => Err(ExportError::SamplingWithoutResults {
                    subject: export.subject.clone(),
                }),
            };
        };
        let mut latency = stored.clone().unwrap_or_default();
        let mut changes = Vec::new();
        changes.extend(set_text(
            &mut latency.results,
            Some(&results),
            "latency results",
        ));
        let sampling = self.sampling.unwrap_or(latency.sampling);
        if stored.is_none() || sampling != latency.sampling {
            latency.sampling = sampling;
            changes.push(Change::set("latency sampling", sampling_text(sampling)));
        }
        export.service_latency = Some(latency);
        Ok(changes)
    }

    fn apply_stream(&self, export: &mut Export) -> Result<Vec<Change>, ExportError> {
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
        let mut changes = Vec::new();
        let response_type = std::mem::take(&mut export.response_type);
        if !response_type.is_empty() {
            changes.push(Change::removed("response type", response_type));
        }
        changes.extend(set_threshold(
            export,
            Some(self.response_threshold.unwrap_or(0)),
        ));
        changes.extend(set_flag(
            &mut export.allow_trace,
            Some(false),
            "allow trace",
        ));
        changes.extend(drop_latency(export));
        Ok(changes)
    }
}

/// How a sampling is written on the command line, with its unit.
pub fn sampling_text(sampling: SamplingRate) -> String {
    match sampling.0 {
        0 => "header".to_owned(),
        percent => format!("{percent}%"),
    }
}

fn set_text(member: &mut String, wanted: Option<&String>, what: &'static str) -> Option<Change> {
    let wanted = wanted.filter(|wanted| *wanted != member)?;
    member.clone_from(wanted);
    Some(if wanted.is_empty() {
        Change::removed(what, "")
    } else {
        Change::set(what, wanted)
    })
}

fn set_flag(member: &mut bool, wanted: Option<bool>, what: &'static str) -> Option<Change> {
    let wanted = wanted.filter(|wanted| wanted != member)?;
    *member = wanted;
    Some(Change::set(what, wanted.to_string()))
}

fn set_threshold(export: &mut Export, wanted: Option<i64>) -> Option<Change> {
    let wanted = wanted.filter(|wanted| *wanted != export.response_threshold)?;
    export.response_threshold = wanted;
    Some(match wanted {
        0 => Change::removed("response threshold", ""),
        _ => Change::set("response threshold", time::format_duration(wanted)),
    })
}

fn drop_latency(export: &mut Export) -> Option<Change> {
    let ServiceLatency { results, .. } = export.service_latency.take()?;
    Some(Change::removed("latency tracking", results))
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
