//! Operator, accounts and users with their attributes, keys and issuers.

mod limits;
mod sheet;

use crate::claims::{AccountClaims, Body, Claims, OperatorClaims, Permissions, UserClaims};
use crate::diagram::lines::{self, plain};
use crate::diagram::{AccountScene, Scene};
use crate::time::UnixTime;
use crate::validate::Judged;

pub(super) use sheet::object_sheet;

/// What an object diagram shows.
#[derive(Clone, Copy)]
pub struct ObjectOptions<'a> {
    /// Public keys, and whether their seeds are stored.
    pub show_keys: bool,
    /// Values that are empty or unlimited.
    pub detail: bool,
    /// Tells whether the seed of a public key is stored.
    pub is_stored: &'a dyn Fn(&str) -> bool,
}

/// Draws operator, accounts and their users, and who signed whom.
pub(super) fn object_diagram(scene: &Scene<'_>, options: ObjectOptions<'_>) -> String {
    let mut drawing = Drawing {
        scene,
        options,
        lines: lines::begin(scene, "Object Diagram"),
    };
    drawing.operator(scene.operator);
    for account in scene.accounts {
        drawing.account(account);
    }
    lines::end(scene, &LEGEND, drawing.lines)
}

const LEGEND: [&str; 2] = [
    "signing keys: `true` means that the seed is stored",
    "`signed >` leads from the issuer",
];

struct Drawing<'a> {
    scene: &'a Scene<'a>,
    options: ObjectOptions<'a>,
    lines: Vec<String>,
}

impl Drawing<'_> {
    fn operator(&mut self, claims: &OperatorClaims) {
        let nats = &claims.nats;
        let rows = self.operator_rows(claims);
        self.object(claims, "operator", rows);
        let keys: Vec<&str> = nats.signing_keys.iter().map(String::as_str).collect();
        self.signing_keys(claims, "operator", &keys);
        self.lines.push(String::new());
    }

    fn operator_rows(&self, claims: &OperatorClaims) -> Rows {
        let nats = &claims.nats;
        let mut rows = self.common(claims, &nats.tags, nats.version);
        rows.text("System Account", &self.account_name(&nats.system_account));
        rows.text("Account JWT Server", &nats.account_server_url);
        rows.list("Operator Service URLs", &nats.operator_service_urls);
        rows.flag("Require Signing Keys", nats.strict_signing_key_usage);
        rows.extend(self.findings(claims));
        rows
    }

    fn account(&mut self, account: &AccountScene) {
        let AccountScene { claims, users } = account;
        let nats = &claims.nats;
        let (sort, rows) = (self.account_sort(claims), self.account_rows(claims));
        self.object(claims, sort, rows);
        let keys: Vec<&str> = nats.signing_keys.keys().collect();
        self.signing_keys(claims, "account", &keys);
        let operator = &self.scene.operator.sub;
        let signers = &self.scene.operator.nats.signing_keys;
        let listed = signers.contains(&claims.iss);
        self.signed(&claims.iss, operator, listed, &claims.sub);
        for user in users {
            self.user(claims, user);
        }
        self.lines.push(String::new());
    }

    fn account_sort(&self, claims: &AccountClaims) -> &'static str {
        if self.scene.operator.nats.system_account == claims.sub {
            "system account"
        } else {
            "account"
        }
    }

    fn account_rows(&self, claims: &AccountClaims) -> Rows {
        let nats = &claims.nats;
        let mut rows = self.common(claims, &nats.tags, nats.version);
        rows.text("Description", &nats.description);
        rows.text("Info Url", &nats.info_url);
        rows.extend(limits::of_account(&nats.limits, self.options.detail));
        rows.extend(self.findings(claims));
        rows
    }

    fn user(&mut self, account: &AccountClaims, claims: &UserClaims) {
        let limits = &claims.nats.limits;
        let rows = self.user_rows(claims);
        self.object(claims, "user", rows);
        let listed = account.nats.signing_keys.contains(&claims.iss);
        self.signed(&claims.iss, &account.sub, listed, &claims.sub);
        self.permissions(claims, &limits.permissions);
    }

    fn user_rows(&self, claims: &UserClaims) -> Rows {
        let limits = &claims.nats.limits;
        let mut rows = self.common(claims, &claims.nats.tags, claims.nats.version);
        rows.flag("Bearer Token", limits.bearer_token);
        // Of a scoped user the signing key decides.
        if !claims.is_scoped() {
            rows.extend(limits::of_user(limits, self.options.detail));
        }
        rows.extend(self.findings(claims));
        rows
    }

    /// The rows that every entity has.
    fn common<B: Body>(&self, claims: &Claims<B>, tags: &[String], version: i64) -> Rows {
        let mut rows = Rows::new(self.options.detail);
        if self.options.show_keys {
            rows.text("Identity Key", &claims.sub);
            let stored = (self.options.is_stored)(&claims.sub);
            rows.text("Identity Key Present", &stored.to_string());
        }
        rows.list("Tags", tags);
        rows.text("Issued At", &UnixTime(claims.iat).to_string());
        rows.text("Valid From", &UnixTime(claims.nbf).to_string());
        rows.text("Expires", &UnixTime(claims.exp).to_string());
        rows.text("JWT Version", &version.to_string());
        rows
    }

    fn findings<B: Judged>(&self, claims: &Claims<B>) -> Rows {
        let mut rows = Rows::new(self.options.detail);
        let issues = claims.validate(self.scene.at);
        for issue in &issues {
            let level = issue.level.name();
            rows.line(&format!("{level}: {}", issue.text));
        }
        rows.under("Validation")
    }

    fn object<B: Body>(&mut self, claims: &Claims<B>, sort: &str, rows: Rows) {
        let name = plain(&claims.name);
        let head = format!("object \"{name}\" as {} << {sort} >> {{", claims.sub);
        self.block(head, rows);
    }

    fn block(&mut self, head: String, rows: Rows) {
        self.lines.push(head);
        self.lines.extend(rows.lines);
        self.lines.push("}".to_owned());
    }

    fn signing_keys<B: Body>(&mut self, claims: &Claims<B>, sort: &str, keys: &[&str]) {
        if keys.is_empty() {
            return;
        }
        let (name, key) = (plain(&claims.name), &claims.sub);
        self.lines.push(format!(
            "map \"{name}\" as {key}_sk << {sort} signing keys >> {{"
        ));
        for sk in keys {
            let stored = (self.options.is_stored)(sk);
            self.lines.push(format!("{} => {stored}", plain(sk)));
        }
        self.lines.push("}".to_owned());
        self.lines.push(format!("{key} *-- {key}_sk"));
    }

    /// `owner` is the entity that the issuer belongs to.
    fn signed(&mut self, issuer: &str, owner: &str, is_signing_key: bool, subject: &str) {
        let from = if !is_signing_key {
            plain(issuer)
        } else if self.options.show_keys {
            format!("{owner}_sk::{issuer}")
        } else {
            owner.to_owned()
        };
        // Self-signed ones have no place for an arrow.
        if from != subject {
            self.lines
                .push(format!("{from} -- {subject} : \"signed >\""));
        }
    }

    fn permissions(&mut self, user: &UserClaims, permissions: &Permissions) {
        let Some(rows) = self.permission_rows(permissions) else {
            return;
        };
        let (name, key) = (plain(&user.name), &user.sub);
        let head = format!("object \"{name}\" as {key}_permissions << user permissions >> {{");
        self.block(head, rows);
        self.lines.push(format!(
            "{key} *-- {key}_permissions : \"API restricted by >\""
        ));
    }

    fn permission_rows(&self, permissions: &Permissions) -> Option<Rows> {
        let lists = [
            ("Publish Deny", &permissions.publish.deny),
            ("Publish Allow", &permissions.publish.allow),
            ("Subscribe Deny", &permissions.subscribe.deny),
            ("Subscribe Allow", &permissions.subscribe.allow),
        ];
        if lists.iter().all(|(_, list)| list.is_empty()) {
            return None;
        }
        let mut rows = Rows::new(self.options.detail);
        for (title, subjects) in lists {
            if !subjects.is_empty() || self.options.detail {
                rows.line(&format!("--- {title} ---"));
            }
            for subject in subjects {
                rows.lines.push(format!(" \"\"{}\"\"", plain(subject)));
            }
        }
        Some(rows)
    }

    fn account_name(&self, key: &str) -> String {
        let mut accounts = self.scene.accounts.iter().map(|account| &account.claims);
        let found = accounts.find(|claims| claims.sub == key);
        found.map_or(key, |claims| claims.name.as_str()).to_owned()
    }
}

/// `Label = value` lines of an object.
struct Rows {
    lines: Vec<String>,
    /// Empty values are shown.
    detail: bool,
}

impl Rows {
    fn new(detail: bool) -> Self {
        Self {
            lines: Vec::new(),
            detail,
        }
    }

    fn line(&mut self, text: &str) {
        self.lines.push(plain(text));
    }

    fn text(&mut self, label: &str, value: &str) {
        if self.detail || !value.is_empty() {
            self.line(&format!("{label} = {value}"));
        }
    }

    fn flag(&mut self, label: &str, value: bool) {
        if self.detail || value {
            self.line(&format!("{label} = {value}"));
        }
    }

    fn list(&mut self, label: &str, values: &[String]) {
        let quoted: Vec<String> = values.iter().map(|v| format!("\"{}\"", plain(v))).collect();
        if self.detail || !values.is_empty() {
            self.lines.push(format!("{label} = {}", quoted.join(", ")));
        }
    }

    /// A limit; -1 is none.
    fn limit(&mut self, label: &str, value: i64) {
        match value {
            -1 if self.detail => self.line(&format!("{label} = -1 (unlimited)")),
            -1 => {}
            value => self.line(&format!("{label} = {value}")),
        }
    }

    /// The rows below a title, which stands only where there are some.
    fn under(mut self, title: &str) -> Self {
        if !self.lines.is_empty() {
            self.lines.insert(0, format!("--- {title} ---"));
        }
        self
    }

    fn extend(&mut self, more: Self) {
        self.lines.extend(more.lines);
    }
}
