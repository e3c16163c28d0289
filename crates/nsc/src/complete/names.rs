//! The names in the store that a line is about.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use nsc_core::claims::{AccountClaims, Export, OperatorClaims};
use nsc_core::jwt;
use nsc_core::keys::PublicKey;
use nsc_store::write::map_parallel;
use nsc_store::{Context, DirFlags, Environment, OperatorStore};
use serde::Deserialize;

use super::kinds::Kind;
use super::line::Line;
use crate::{cli, variables};

/// A name, and what it is.
type Named = (String, String);

/// More commits are not offered.
const COMMITS: usize = 50;

/// Where names come from: the store that the line is about.
pub(super) struct Source {
    line: Line,
    env: Environment,
    context: OnceLock<Option<Context>>,
}

impl Source {
    /// For a line.
    pub(super) fn new(line: Line, env: &Environment) -> Self {
        Self {
            line,
            env: env.clone(),
            context: OnceLock::new(),
        }
    }

    /// The words of the command.
    pub(super) fn path(&self) -> String {
        self.line.path.join(" ")
    }

    /// What may stand where a kind of name is asked for. Some do not begin with `current`.
    pub(super) fn candidates(&self, kind: Kind, current: &str) -> Vec<Named> {
        self.names(kind, current).unwrap_or_default()
    }

    fn names(&self, kind: Kind, current: &str) -> Option<Vec<Named>> {
        Some(match kind {
            Kind::Account => self.accounts(current)?,
            Kind::AccountKey => self.account_keys()?,
            Kind::AccountSigningKey => signing_keys(&self.account()?),
            Kind::Commit => self.commits()?,
            Kind::ExportName => exports(&self.account()?, |export| &export.name),
            Kind::ExportSubject => exports(&self.account()?, |export| &export.subject),
            Kind::File | Kind::Folder => Vec::new(),
            Kind::ImportSource => self.import_sources()?,
            Kind::ImportSubject => imports(&self.account()?),
            Kind::MappedSubject => mapped(&self.account()?),
            Kind::MappingTarget => targets(&self.account()?, self.line.value("from").as_deref()),
            Kind::Operator => described(self.context()?.operators().ok()?, "operator"),
            Kind::OperatorSigningKey => operator_keys(&self.operator()?),
            Kind::OperatorSource | Kind::WellKnownOperator => self.well_known(),
            Kind::RevokedUser => self.revoked_users()?,
            Kind::Role => roles(&self.account()?),
            Kind::RoleOrKey => self.roles_and_keys()?,
            Kind::Signer => self.signers()?,
            Kind::SourceExport => self.source_exports()?,
            Kind::SystemUser => self.users_of(&self.system_account()?, current)?,
            Kind::Tag => self.tags()?,
            Kind::TrashedKey => self.trashed()?,
            Kind::User => self.users_of(&self.account_name()?, current)?,
            Kind::UserKey => self.user_keys(&self.account_name()?)?,
            Kind::Words(words) => {
                let words = words.iter().map(|word| (*word).to_owned());
                described(words.collect(), "")
            }
        })
    }

    fn context(&self) -> Option<&Context> {
        let look = || Context::look(&self.env, &self.folders()?, 0).ok();
        self.context.get_or_init(look).as_ref()
    }

    /// The folders that the line and the variables name.
    fn folders(&self) -> Option<DirFlags> {
        let mut words = vec![OsString::from("nsc")];
        words.extend(self.line.globals.iter().cloned());
        words.push("env".into());
        let lookup = |name: &str| self.env.var(name).map(OsString::from);
        let words = variables::applied(&words, lookup).ok()?;
        if words.len() == 2 {
            return Some(DirFlags::default());
        }
        Some(cli::parse(&words).ok()?.globals.directories())
    }

    /// The operator that the line names, else the current one.
    fn store(&self) -> Option<OperatorStore> {
        let context = self.context()?;
        match self.line.value("operator") {
            Some(name) => context.peek_operator(&name).ok(),
            None => context.operator_store().ok(),
        }
    }

    fn operator(&self) -> Option<OperatorClaims> {
        Some(self.store()?.operator().ok()?.claims)
    }

    /// The account that the line names, else the current one.
    fn account_name(&self) -> Option<String> {
        let path = self.path();
        let named = self.line.value("account");
        let named = match path.as_str() {
            "edit account" => named.or_else(|| self.named()),
            "edit authcallout" => named.or_else(|| self.first_word()),
            _ => named,
        };
        let context = self.context()?;
        let store = self.store()?;
        context.resolve_account(&store, named.as_deref()).ok()
    }

    fn account(&self) -> Option<AccountClaims> {
        Some(self.store()?.account(&self.account_name()?).ok()?.claims)
    }

    fn named(&self) -> Option<String> {
        self.line.value("name").or_else(|| self.first_word())
    }

    fn first_word(&self) -> Option<String> {
        Some(self.line.words.first()?.to_string_lossy().into_owned())
    }

    fn system_account(&self) -> Option<String> {
        let store = self.store()?;
        let named = self.line.value("system_account");
        let named = named.unwrap_or_else(|| {
            let operator = self.operator();
            operator.map_or_else(String::new, |claims| claims.nats.system_account)
        });
        Some(store.account(&named).ok()?.name)
    }

    fn accounts(&self, current: &str) -> Option<Vec<Named>> {
        let names = self.store()?.accounts().ok()?;
        let fits = names.iter().any(|name| name.starts_with(current));
        if !fits && begins_key(current, 'A') {
            return self.account_keys();
        }
        Some(described(names, "account"))
    }

    fn account_keys(&self) -> Option<Vec<Named>> {
        let store = self.store()?;
        let names = store.accounts().ok()?;
        Some(keys(&names, "account", |name| store.account_path(name)))
    }

    fn users_of(&self, account: &str, current: &str) -> Option<Vec<Named>> {
        let names = self.store()?.users(account).ok()?;
        let fits = names.iter().any(|name| name.starts_with(current));
        if !fits && begins_key(current, 'U') {
            return self.user_keys(account);
        }
        Some(described(names, "user"))
    }

    fn user_keys(&self, account: &str) -> Option<Vec<Named>> {
        let store = self.store()?;
        let names = store.users(account).ok()?;
        Some(keys(&names, "user", |name| store.user_path(account, name)))
    }

    /// By name where the user is still there, else by key.
    fn revoked_users(&self) -> Option<Vec<Named>> {
        let account = self.account_name()?;
        let users = self.user_keys(&account).unwrap_or_default();
        let claims = self.account()?;
        let revoked = claims.nats.revocations.keys();
        let named = revoked.map(|key| {
            let user = users.iter().find(|(known, _)| known == key);
            let about = user.map_or_else(String::new, |(_, about)| about.clone());
            (key.clone(), about)
        });
        let by_key: Vec<Named> = named.collect();
        let by_name = by_key
            .iter()
            .filter_map(|(_, about)| about.strip_prefix("user "))
            .map(|name| (name.to_owned(), "revoked user".to_owned()));
        Some(by_name.chain(by_key.clone()).collect())
    }

    fn roles_and_keys(&self) -> Option<Vec<Named>> {
        let account = self.account()?;
        let mut found = roles(&account);
        found.extend(signing_keys(&account));
        Some(found)
    }

    fn signers(&self) -> Option<Vec<Named>> {
        let operator = self.operator()?;
        let mut found = Vec::new();
        if let Some(account) = self.account() {
            found.extend(roles(&account));
            found.extend(signing_keys(&account));
            found.push((account.sub.clone(), format!("account {}", account.name)));
        }
        found.extend(operator_keys(&operator));
        found.push((operator.sub.clone(), format!("operator {}", operator.name)));
        Some(found)
    }

    fn source_exports(&self) -> Option<Vec<Named>> {
        let source = self.line.value("src_account")?;
        let account = self.store()?.account(&source).ok()?.claims;
        Some(exports(&account, |export| &export.subject))
    }

    fn import_sources(&self) -> Option<Vec<Named>> {
        let store = self.store()?;
        let account = self.account()?;
        let sources = account.imports().map(|import| import.account.clone());
        let mut found = Vec::new();
        for key in sources {
            let stored = PublicKey::parse(&key).ok();
            let stored = stored.and_then(|key| store.account_by_key(&key).ok().flatten());
            let name = stored.map_or_else(|| key.clone(), |account| account.name);
            found.push((name, "account".to_owned()));
        }
        found.sort();
        found.dedup();
        Some(found)
    }

    fn commits(&self) -> Option<Vec<Named>> {
        let commits = self.store()?.history(COMMITS).ok()?;
        let known = commits
            .into_iter()
            .filter_map(|commit| Some((commit.id.to_string(), commit.entry.ok()?.command)));
        Some(known.collect())
    }

    fn trashed(&self) -> Option<Vec<Named>> {
        let trash = self.context()?.keystore().trash().ok()?;
        let named = trash.into_iter().map(|seed| {
            let about = format!("{} key", seed.key.kind());
            (seed.key.to_text(), about)
        });
        Some(named.collect())
    }

    fn tags(&self) -> Option<Vec<Named>> {
        let store = self.store()?;
        let path = self.path();
        let tags = match path.as_str() {
            "edit operator" | "add operator" => self.operator()?.nats.tags,
            "edit account" => self.account()?.nats.tags,
            "edit user" => {
                let account = self.account_name()?;
                let user = self.named()?;
                store.user(&account, &user).ok()?.claims.nats.tags
            }
            _ => return None,
        };
        Some(described(tags.to_vec(), "tag"))
    }

    fn well_known(&self) -> Vec<Named> {
        let known = self.env.well_known_operators().into_iter();
        known.map(|known| (known.name, known.url)).collect()
    }
}

/// Whether somebody is typing a public key: names of things that begin like one go before.
fn begins_key(current: &str, kind: char) -> bool {
    let base32 = |letter: char| letter.is_ascii_uppercase() || ('2'..='7').contains(&letter);
    current.starts_with(kind) && current.chars().all(base32)
}

fn described(names: Vec<String>, about: &str) -> Vec<Named> {
    let names = names.into_iter().map(|name| (name, about.to_owned()));
    names.collect()
}

/// The part of a token that tells whose it is.
#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// The public keys of named things, from a quick look into their JWTs.
fn keys<P: AsRef<Path>>(
    names: &[String],
    what: &str,
    path: impl Fn(&str) -> P + Sync,
) -> Vec<Named> {
    let found = map_parallel(names, |name| {
        let token = fs::read_to_string(path(name)).ok()?;
        let key = jwt::peek::<Subject>(&token)?.sub;
        Some((
            PublicKey::parse(&key).ok()?.to_text(),
            format!("{what} {name}"),
        ))
    });
    found.into_iter().flatten().collect()
}

fn roles(account: &AccountClaims) -> Vec<Named> {
    let scopes = account.nats.signing_keys.scopes();
    let named = scopes.filter(|scope| !scope.role.is_empty());
    named
        .map(|scope| (scope.role.clone(), format!("role of {}", scope.key)))
        .collect()
}

fn signing_keys(account: &AccountClaims) -> Vec<Named> {
    let keys = account.nats.signing_keys.0.iter();
    keys.map(|(key, scope)| match scope {
        Some(scope) => (key.clone(), format!("role {}", scope.role)),
        None => (
            key.clone(),
            format!("signing key of account {}", account.name),
        ),
    })
    .collect()
}

fn operator_keys(operator: &OperatorClaims) -> Vec<Named> {
    let keys = operator
        .account_signers()
        .filter(|key| *key != operator.sub);
    let about = format!("signing key of operator {}", operator.name);
    keys.map(|key| (key.to_owned(), about.clone())).collect()
}

fn exports(account: &AccountClaims, name: impl Fn(&Export) -> &String) -> Vec<Named> {
    let named = account.exports().map(|export| {
        let kind = if export.is_service() {
            "service"
        } else {
            "stream"
        };
        (name(export).clone(), format!("{kind} {}", export.name))
    });
    named.collect()
}

fn imports(account: &AccountClaims) -> Vec<Named> {
    let named = account.imports().map(|import| {
        let kind = if import.is_service() {
            "service"
        } else {
            "stream"
        };
        (import.subject.clone(), format!("{kind} {}", import.name))
    });
    named.collect()
}

fn mapped(account: &AccountClaims) -> Vec<Named> {
    let subjects = account.nats.mappings.keys().cloned();
    described(subjects.collect(), "mapped subject")
}

/// Targets of the subject, or of all.
fn targets(account: &AccountClaims, from: Option<&str>) -> Vec<Named> {
    let mappings = account.nats.mappings.iter();
    let fitting = mappings.filter(|(subject, _)| from.is_none_or(|from| from == *subject));
    fitting
        .flat_map(|(subject, targets)| {
            let targets = targets.iter().flatten();
            targets.map(move |target| (target.subject.clone(), format!("of {subject}")))
        })
        .collect()
}
