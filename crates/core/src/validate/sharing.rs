//! Rules for exports, imports and activations.

use crate::claims::{
    AccountClaims, Activation, ActivationClaims, Export, ExportKind, Import, ServiceLatency,
};
use crate::jwt;
use crate::subject;
use crate::validate::Issues;
use crate::validate::account::judge_info;

impl Export {
    /// Everything that is wrong with the export by itself.
    pub fn validate(&self) -> Issues {
        let mut issues = Issues::default();
        judge_export(self, &mut issues);
        issues
    }
}

impl Import {
    /// Everything that is wrong with the import by itself; `importer` is the public key of its account.
    pub fn validate(&self, importer: &str) -> Issues {
        let mut issues = Issues::default();
        judge_import(self, importer, &mut issues);
        issues
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "`overlaps` gives places of these subjects"
)]
pub(super) fn judge_exports(claims: &AccountClaims, issues: &mut Issues) {
    for export in &claims.nats.exports {
        match export {
            Some(export) => judge_export(export, issues),
            None => issues.error("export-null", "an export is null".to_owned()),
        }
    }
    for kind in [ExportKind::Service, ExportKind::Stream] {
        let of_kind = claims.exports().filter(|export| export.kind == Some(kind));
        let subjects: Vec<&str> = of_kind.map(|export| export.subject.as_str()).collect();
        for index in subject::overlaps(&subjects) {
            let text = format!(
                "{} export `{}` covers another {} export",
                kind.name(),
                subjects[index],
                kind.name()
            );
            issues.error("export-overlap", text);
        }
    }
}

fn judge_export(export: &Export, issues: &mut Issues) {
    let of = format!("export `{}`", export.subject);
    if export.kind.is_none() {
        issues.error("export-type", format!("{of} is neither stream nor service"));
    }
    let response_type = export.response_type.as_str();
    if export.is_service() && !matches!(response_type, "" | "Singleton" | "Stream" | "Chunked") {
        let text = format!("{of} has the unknown response type `{response_type}`");
        issues.error("response-type", text);
    }
    if export.is_stream() && !response_type.is_empty() {
        let text = format!("{of} is a stream and cannot have a response type");
        issues.error("response-type-stream", text);
    }
    if export.is_stream() && export.allow_trace {
        let text = format!("{of} is a stream and cannot allow tracing");
        issues.error("export-trace", text);
    }
    if let Some(latency) = &export.service_latency {
        if !export.is_service() {
            let text = format!("{of} is no service and cannot track latency");
            issues.error("latency-stream", text);
        }
        judge_latency(&of, latency, issues);
    }
    if export.response_threshold < 0 {
        let text = format!("{of} has a negative response threshold");
        issues.error("response-threshold-negative", text);
    }
    if export.response_threshold > 0 && !export.is_service() {
        let text = format!("{of} is no service and cannot have a response threshold");
        issues.error("response-threshold-stream", text);
    }
    issues.subject("exported subject", &export.subject);
    judge_token_position(&of, export, issues);
    judge_info(&of, &export.description, &export.info_url, issues);
}

fn judge_latency(of: &str, latency: &ServiceLatency, issues: &mut Issues) {
    if !latency.sampling.is_valid() {
        let text = format!(
            "latency sampling {} of {of} is not 1 to 100",
            latency.sampling.0
        );
        issues.error("latency-sampling", text);
    }
    issues.subject(&format!("latency results of {of}"), &latency.results);
    if subject::has_wildcards(&latency.results) {
        let text = format!(
            "latency results `{}` of {of} have wildcards",
            latency.results
        );
        issues.error("latency-results-wildcard", text);
    }
}

fn judge_token_position(of: &str, export: &Export, issues: &mut Issues) {
    let position = export.account_token_position;
    if position == 0 {
        return;
    }
    if !subject::has_wildcards(&export.subject) {
        let text = format!("{of} has an account token position but no wildcards");
        issues.error("token-position-literal", text);
        return;
    }
    let index = usize::try_from(position - 1).unwrap_or(usize::MAX);
    match export.subject.split('.').nth(index) {
        None => {
            let text = format!("account token position {position} is beyond the end of {of}");
            issues.error("token-position-range", text);
        }
        Some("*") => {}
        Some(token) => {
            let text = format!("account token position {position} of {of} is `{token}`, not `*`");
            issues.error("token-position-not-wildcard", text);
        }
    }
}

pub(super) fn judge_imports(claims: &AccountClaims, issues: &mut Issues) {
    for import in &claims.nats.imports {
        match import {
            Some(import) => judge_import(import, &claims.sub, issues),
            None => issues.error("import-null", "an import is null".to_owned()),
        }
    }
    judge_import_overlaps(claims, issues);
}

/// Requests to two services of one exporter must not share a local subject.
#[expect(
    clippy::indexing_slicing,
    reason = "what is after a place that is there"
)]
fn judge_import_overlaps(claims: &AccountClaims, issues: &mut Issues) {
    let services: Vec<(&Import, String)> = claims
        .imports()
        .filter(|import| import.is_service())
        .map(|import| (import, occupied_subject(import)))
        .collect();
    for (index, (import, subject)) in services.iter().enumerate() {
        for (other, taken) in &services[index + 1..] {
            let overlap =
                subject::is_contained(subject, taken) || subject::is_contained(taken, subject);
            if import.account == other.account && overlap {
                let text = format!(
                    "service imports `{}` and `{}` from `{}` occupy overlapping subjects",
                    import.subject, other.subject, import.account
                );
                issues.error("import-overlap", text);
            }
        }
    }
}

/// The subject that an import takes inside its account, references as stars.
fn occupied_subject(import: &Import) -> String {
    if !import.to.is_empty() {
        import.to.clone()
    } else if !import.local_subject.is_empty() {
        subject::local_as_subject(&import.local_subject)
    } else {
        import.subject.clone()
    }
}

fn judge_import(import: &Import, importer: &str, issues: &mut Issues) {
    let of = format!("import `{}`", import.subject);
    if import.kind.is_none() {
        issues.error("import-type", format!("{of} is neither stream nor service"));
    }
    if import.is_service() && import.allow_trace {
        issues.error(
            "import-trace",
            format!("{of} is a service and cannot allow tracing"),
        );
    }
    if import.account.is_empty() {
        issues.error("import-account-missing", format!("{of} names no account"));
    }
    if !import.to.is_empty() {
        let text = format!("{of} uses the deprecated `to`; use a local subject");
        issues.warning("import-to-deprecated", text);
    }
    issues.subject("imported subject", &import.subject);
    if !import.local_subject.is_empty() {
        for problem in subject::local_problems(&import.local_subject, &import.subject) {
            let text = format!(
                "local subject `{}` of {of}: {problem}",
                import.local_subject
            );
            issues.error(problem.topic(), text);
        }
        if !import.to.is_empty() {
            let text = format!("{of} has both `to` and a local subject");
            issues.error("import-to-and-local-subject", text);
        }
    }
    if import.share && !import.is_service() {
        issues.error(
            "import-share",
            format!("{of} is no service and cannot share latency data"),
        );
    }
    if !import.token.is_empty() {
        judge_token(&of, import, importer, issues);
    }
}

/// The activation that an import carries. Its validity times are not looked at here.
fn judge_token(of: &str, import: &Import, importer: &str, issues: &mut Issues) {
    let activation = match jwt::decode_as::<Activation>(&import.token) {
        Ok(activation) => activation,
        Err(error) => {
            let text = format!("activation token of {of} cannot be used: {error}");
            issues.error("activation-token", text);
            return;
        }
    };
    if activation.iss != import.account && activation.nats.issuer_account != import.account {
        let text = format!(
            "activation token of {of} is not from account `{}`",
            import.account
        );
        issues.error("activation-issuer", text);
    }
    if activation.sub != importer {
        let text = format!(
            "activation token of {of} is for account `{}`",
            activation.sub
        );
        issues.error("activation-subject", text);
    }
    if activation.nats.kind != import.kind {
        let text = format!("activation token of {of} is for the other kind of export");
        issues.error("activation-type", text);
    }
    judge_activation(&activation, issues);
    let used = if import.is_service() && !import.to.is_empty() {
        &import.to
    } else {
        &import.subject
    };
    if !subject::is_subset(used, &activation.nats.subject) {
        let text = format!(
            "activation token of {of} allows `{}`, which does not cover `{used}`",
            activation.nats.subject
        );
        issues.error("activation-import-subject", text);
    }
}

pub(super) fn judge_activation(claims: &ActivationClaims, issues: &mut Issues) {
    if claims.nats.kind.is_none() {
        let text = "activation is neither for a stream nor for a service".to_owned();
        issues.error("import-type", text);
    }
    issues.subject("activated subject", &claims.nats.subject);
    issues.issuer_account(&claims.nats.issuer_account);
}
