//! Judging imports by what the exporting accounts export.
//!
//! Servers never refuse an account for these findings: an import that its exporter does not allow is just not
//! there. So they are warnings, whatever the order in which exports and imports are made.

use std::collections::HashMap;

use crate::claims::{AccountClaims, Activation, Export, ExportKind, Import};
use crate::jwt;
use crate::revocation::{self, EVERYONE};
use crate::subject;
use crate::time::UnixTime;
use crate::validate::Issues;

/// The exporting account has no export that covers the import.
pub const NO_EXPORT: &str = "import-no-export";
/// The exporting account exports the subject as the other kind.
pub const OTHER_KIND: &str = "import-other-kind";
/// Only a part of what is imported is exported.
pub const TOO_WIDE: &str = "import-too-wide";
/// The account token of the subject is not the importing account.
pub const TOKEN_POSITION: &str = "import-token-position";
/// The export is private, and the import has no activation token.
pub const NO_TOKEN: &str = "import-no-token";
/// The activation token is signed by a key that is none of the exporting account.
pub const TOKEN_ISSUER: &str = "import-token-issuer";
/// The activation token has expired.
pub const TOKEN_EXPIRED: &str = "import-token-expired";
/// The activation token is not valid yet.
pub const TOKEN_EARLY: &str = "import-token-early";
/// The exporting account has revoked the activation token.
pub const TOKEN_REVOKED: &str = "import-token-revoked";

/// What some accounts export, ready to judge many imports by.
#[derive(Default)]
pub struct Exporters<'a> {
    accounts: HashMap<&'a str, Exporter<'a>>,
}

/// One exporting account.
struct Exporter<'a> {
    claims: &'a AccountClaims,
    exact: HashMap<(ExportKind, &'a str), &'a Export>,
    /// Only these cover other subjects than their own.
    wildcards: Vec<&'a Export>,
}

impl<'a> FromIterator<&'a AccountClaims> for Exporters<'a> {
    fn from_iter<I: IntoIterator<Item = &'a AccountClaims>>(accounts: I) -> Self {
        let accounts = accounts.into_iter();
        Self {
            accounts: accounts
                .map(|claims| (claims.sub.as_str(), Exporter::new(claims)))
                .collect(),
        }
    }
}

impl Exporters<'_> {
    /// What keeps the imports of an account from working, as far as their exporting accounts are known here.
    pub fn judge(&self, importer: &AccountClaims, now: UnixTime) -> Issues {
        let mut issues = Issues::default();
        for import in importer.imports() {
            self.judge_into(importer, import, now, &mut issues);
        }
        issues
    }

    /// What keeps one import of an account from working; nothing where its exporting account is not known here.
    pub fn judge_import(&self, importer: &AccountClaims, import: &Import, now: UnixTime) -> Issues {
        let mut issues = Issues::default();
        self.judge_into(importer, import, now, &mut issues);
        issues
    }

    fn judge_into(
        &self,
        importer: &AccountClaims,
        import: &Import,
        now: UnixTime,
        issues: &mut Issues,
    ) {
        // Without a kind the import is wrong by itself.
        let (Some(exporter), Some(kind)) =
            (self.accounts.get(import.account.as_str()), import.kind)
        else {
            return;
        };
        match exporter.find(kind, &import.subject) {
            Some(export) if export.account_token_position > 0 => {
                judge_position(exporter.claims, export, importer, import, issues);
            }
            Some(export) if export.token_req => {
                judge_token(exporter.claims, export, importer, import, now, issues);
            }
            Some(_) => {}
            None => exporter.judge_missing(kind, import, issues),
        }
    }
}

impl<'a> Exporter<'a> {
    fn new(claims: &'a AccountClaims) -> Self {
        let of_kind = |export: &'a Export| Some(((export.kind?, export.subject.as_str()), export));
        Self {
            claims,
            exact: claims.exports().filter_map(of_kind).collect(),
            wildcards: claims
                .exports()
                .filter(|export| subject::has_wildcards(&export.subject))
                .collect(),
        }
    }

    /// The export that servers take: that of the subject, or else one that covers it.
    fn find(&self, kind: ExportKind, wanted: &str) -> Option<&'a Export> {
        let covers = |export: &&&Export| {
            export.kind == Some(kind) && subject::is_subset(wanted, &export.subject)
        };
        let exact = self.exact.get(&(kind, wanted));
        exact
            .or_else(|| self.wildcards.iter().find(covers))
            .copied()
    }

    fn judge_missing(&self, kind: ExportKind, import: &Import, issues: &mut Issues) {
        let (account, wanted) = (&self.claims.name, &import.subject);
        let other = match kind {
            ExportKind::Service => ExportKind::Stream,
            ExportKind::Stream => ExportKind::Service,
        };
        if let Some(export) = self.find(other, wanted) {
            let text = format!(
                "import `{wanted}` is a {}, but account `{account}` exports `{}` as a {}",
                kind.name(),
                export.subject,
                other.name()
            );
            return issues.warning(OTHER_KIND, text);
        }
        let mut of_kind = self.claims.exports().filter(|e| e.kind == Some(kind));
        let text = match of_kind.find(|export| subject::is_subset(&export.subject, wanted)) {
            Some(part) => {
                let text = format!(
                    "import `{wanted}` is wider than the {} `{}` that account `{account}` exports",
                    kind.name(),
                    part.subject
                );
                return issues.warning(TOO_WIDE, text);
            }
            None => format!(
                "account `{account}` exports no {} that covers import `{wanted}`",
                kind.name()
            ),
        };
        issues.warning(NO_EXPORT, text);
    }
}

fn judge_position(
    exporter: &AccountClaims,
    export: &Export,
    importer: &AccountClaims,
    import: &Import,
    issues: &mut Issues,
) {
    let position = export.account_token_position;
    let index = usize::try_from(position - 1).unwrap_or(usize::MAX);
    if import.subject.split('.').nth(index) != Some(importer.sub.as_str()) {
        let text = format!(
            "import `{}` does not work: account `{}` wants the importer's key `{}` as token {position} of `{}`",
            import.subject, exporter.name, importer.sub, export.subject
        );
        issues.warning(TOKEN_POSITION, text);
    }
}

fn judge_token(
    exporter: &AccountClaims,
    export: &Export,
    importer: &AccountClaims,
    import: &Import,
    now: UnixTime,
    issues: &mut Issues,
) {
    let (wanted, account) = (&import.subject, &exporter.name);
    if import.token.is_empty() {
        let text = format!(
            "import `{wanted}` needs an activation token: the export `{}` of account `{account}` is private",
            export.subject
        );
        return issues.warning(NO_TOKEN, text);
    }
    // One that cannot be read is found with the import itself.
    let Ok(token) = jwt::decode_as::<Activation>(&import.token) else {
        return;
    };
    let of = format!("activation token of import `{wanted}`");
    if token.account() == exporter.sub
        && !exporter.did_issue(&token.iss, Some(&token.nats.issuer_account))
    {
        let text = format!(
            "{of} is signed by `{}`, no key of account `{account}`",
            token.iss
        );
        issues.warning(TOKEN_ISSUER, text);
    }
    if token.exp > 0 && now.0 > token.exp {
        let text = format!("{of} has expired at {}", UnixTime(token.exp));
        issues.warning(TOKEN_EXPIRED, text);
    }
    if token.nbf > now.0 {
        let text = format!("{of} is not valid before {}", UnixTime(token.nbf));
        issues.warning(TOKEN_EARLY, text);
    }
    if revocation::is_revoked(&export.revocations, &token.sub, token.iat) {
        let up_to = [EVERYONE, &importer.sub]
            .into_iter()
            .filter_map(|key| export.revocations.get(key).copied())
            .max()
            .unwrap_or_default();
        let text = format!(
            "{of} is revoked: account `{account}` revoked what it issued up to {}",
            UnixTime(up_to)
        );
        issues.warning(TOKEN_REVOKED, text);
    }
}

/// An import that a change of its exporting account breaks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Name of the importing account.
    pub account: String,
    /// Its public key.
    pub public_key: String,
    /// The remote subject of the import.
    pub subject: String,
    /// Keyword of what is wrong from now on.
    pub topic: &'static str,
    /// What is wrong from now on.
    pub text: String,
}

/// The imports of these accounts that worked, or had something else wrong, before their exporting account changed.
pub fn broken_imports<'a>(
    before: &AccountClaims,
    after: &AccountClaims,
    importers: impl IntoIterator<Item = &'a AccountClaims>,
    now: UnixTime,
) -> Vec<Broken> {
    let (was, is): (Exporters<'_>, Exporters<'_>) = (
        [before].into_iter().collect(),
        [after].into_iter().collect(),
    );
    let mut broken = Vec::new();
    for importer in importers {
        for import in importer.imports().filter(|i| i.account == after.sub) {
            let known = was.judge_import(importer, import, now);
            let found = is.judge_import(importer, import, now);
            let new = found
                .iter()
                .find(|issue| known.iter().all(|old| old.topic != issue.topic));
            broken.extend(new.map(|issue| Broken {
                account: importer.name.clone(),
                public_key: importer.sub.clone(),
                subject: import.subject.clone(),
                topic: issue.topic,
                text: issue.text.clone(),
            }));
        }
    }
    broken
}

#[cfg(test)]
mod tests;
