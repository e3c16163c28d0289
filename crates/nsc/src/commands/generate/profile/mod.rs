//! `nsc generate profile`: what other tools ask about a user.
//!
//! The `nats` command reads both output streams together as one JSON text, so nothing else may be printed.

mod query;

use std::path::PathBuf;

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::json;
use nsc_core::keys::PublicKey;
use nsc_core::nsc_url::{NscUrl, decoded};
use nsc_store::{Context, Keystore, OperatorStore, StoreError};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

use self::query::{SeedOf, Wish, Wishes};
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing};
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Profile {
    /// Address: `nsc://OPERATOR[/ACCOUNT[/USER]][?names&keys&seeds...]`
    #[arg(value_name = "URL")]
    url: String,

    /// File to write; `--` is standard output
    #[arg(short, long, value_name = "FILE", default_value = outfile::STDOUT)]
    output_file: String,
}

impl Profile {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let url = NscUrl::parse(&self.url)?;
        let wishes = Wishes::of(&url);
        let context = context(app, &wishes)?;
        let profile = Entities::find(&context, &url)?.profile(&context, &wishes)?;
        let Some(path) = outfile::target(app, &self.output_file) else {
            return Ok(Report::new(profile));
        };
        let text = profile.text();
        let write = if profile.has_seeds() {
            outfile::write
        } else {
            outfile::write_public
        };
        let written = write(app, &path, text.as_bytes(), Existing::Refuse)?;
        let result = WrittenProfile {
            file: written.path.clone(),
        };
        Ok(Report::new(result).with_written(&written))
    }
}

/// The context, with store and keystore as the query says.
fn context(app: &App, wishes: &Wishes) -> Result<Context, CliError> {
    let mut flags = app.globals.directories();
    let given = |value: &Option<String>| value.as_ref().map(|dir| app.env.expand(dir));
    if wishes.store.is_some() || wishes.keystore.is_some() {
        // An address names single folders, and is nearer than one for everything.
        let one_folder = flags.store.take();
        flags.all_dirs = flags.all_dirs.or(one_folder);
    }
    flags.data_dir = given(&wishes.store).or(flags.data_dir);
    flags.keystore_dir = given(&wishes.keystore).or(flags.keystore_dir);
    Ok(Context::load(&app.env, &flags, app.now().0)?)
}

/// The entities that an address names.
struct Entities {
    store: OperatorStore,
    operator: OperatorClaims,
    account: Option<(String, AccountClaims)>,
    user: Option<(String, UserClaims)>,
}

impl Entities {
    fn find(context: &Context, url: &NscUrl) -> Result<Self, CliError> {
        let store = either(&url.operator, |name| open_operator(context, name))?;
        let operator = store.operator()?.claims;
        let mut entities = Self {
            store,
            operator,
            account: None,
            user: None,
        };
        if !url.account.is_empty() {
            let account = either(&url.account, |name| entities.find_account(name))?;
            entities.account = Some(account);
        }
        if !url.user.is_empty() {
            entities.user = Some(either(&url.user, |name| entities.find_user(name))?);
        }
        Ok(entities)
    }

    /// By name, name in another letter case, or public key.
    fn find_account(&self, name: &str) -> Result<(String, AccountClaims), StoreError> {
        let name = match self.store.account_like(name)? {
            Some(like) if !self.store.has_account(name) => like,
            _ => name.to_owned(),
        };
        let account = self.store.account(&name)?;
        Ok((account.name, account.claims))
    }

    fn find_user(&self, name: &str) -> Result<(String, UserClaims), StoreError> {
        let Some((account, _)) = &self.account else {
            return Err(StoreError::NoAccount);
        };
        let users = self.store.users(account)?;
        let like = users
            .iter()
            .find(|user| *user == name)
            .or_else(|| users.iter().find(|user| same(user, name)));
        let user = self
            .store
            .user(account, like.map_or(name, String::as_str))?;
        Ok((user.name, user.claims))
    }

    fn profile(&self, context: &Context, wishes: &Wishes) -> Result<ProfileData, CliError> {
        let keystore = context.keystore();
        let signing = &self.operator.nats.signing_keys;
        let keys = std::iter::once(&self.operator.sub).chain(signing);
        let operator = Subject {
            what: "operator",
            name: self.store.folder(),
            keys: keys.map(String::as_str).collect(),
        };
        let mut operator = operator.entity(&keystore, &wishes.operator)?;
        operator
            .service
            .clone_from(&self.operator.nats.operator_service_urls);
        let account = self.account.as_ref().map(|(name, claims)| Subject {
            what: "account",
            name,
            keys: std::iter::once(claims.sub.as_str())
                .chain(claims.nats.signing_keys.keys())
                .collect(),
        });
        let user = self.user.as_ref().map(|(name, claims)| Subject {
            what: "user",
            name,
            keys: vec![&claims.sub],
        });
        Ok(ProfileData {
            user_creds: self.creds(&keystore),
            operator,
            account: asked(account, &keystore, &wishes.account)?,
            user: asked(user, &keystore, &wishes.user)?,
        })
    }

    fn creds(&self, keystore: &Keystore) -> Option<PathBuf> {
        let ((account, _), (user, _)) = (self.account.as_ref()?, self.user.as_ref()?);
        let path = keystore.creds_path(self.store.name(), account, user);
        keystore.files().is_file(&path).then_some(path)
    }
}

/// Names in an address are literal; those that do not exist may have been escaped.
fn either<T>(name: &str, find: impl Fn(&str) -> Result<T, StoreError>) -> Result<T, CliError> {
    let literal = find(name);
    match (&literal, decoded(name)) {
        (Err(StoreError::NotFound { .. }), plain) if plain != name => {
            find(&plain).or(literal).map_err(CliError::from)
        }
        _ => literal.map_err(CliError::from),
    }
}

/// By name, name in another letter case, or public key.
fn open_operator(context: &Context, name: &str) -> Result<OperatorStore, StoreError> {
    let not_found = match context.open_operator(name) {
        Err(error @ StoreError::NotFound { .. }) => error,
        other => return other,
    };
    let operators = context.operators()?;
    if let Some(like) = operators.iter().find(|operator| same(operator, name)) {
        return context.open_operator(like);
    }
    if PublicKey::parse(name).is_err() {
        return Err(not_found);
    }
    let has_key = |store: &OperatorStore| store.operator().is_ok_and(|o| o.claims.sub == name);
    operators
        .iter()
        .filter_map(|operator| context.open_operator(operator).ok())
        .find(has_key)
        .ok_or(not_found)
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// An account or user only stands in the profile when something of it is asked for.
fn asked(
    subject: Option<Subject<'_>>,
    keystore: &Keystore,
    wish: &Wish,
) -> Result<Option<Entity>, CliError> {
    subject
        .filter(|_| !wish.is_empty())
        .map(|subject| subject.entity(keystore, wish))
        .transpose()
}

/// An entity that can be asked about.
struct Subject<'a> {
    what: &'static str,
    name: &'a str,
    /// Public keys, the identity first.
    keys: Vec<&'a str>,
}

impl Subject<'_> {
    fn entity(&self, keystore: &Keystore, wish: &Wish) -> Result<Entity, CliError> {
        let seed = wish.seed.as_ref().map(|seed| self.seed(keystore, seed));
        Ok(Entity {
            service: Vec::new(),
            name: wish.name.then(|| self.name.to_owned()),
            seed: seed.transpose()?,
            id: wish.key.then(|| self.keys[0].to_owned()),
        })
    }

    fn seed(&self, keystore: &Keystore, wanted: &SeedOf) -> Result<SecretString, CliError> {
        let Self { what, name, keys } = self;
        let keys: Vec<&str> = match wanted {
            SeedOf::Any => keys.clone(),
            SeedOf::Key(key) => {
                let found = keys.iter().find(|own| own.eq_ignore_ascii_case(key));
                let own = found.ok_or_else(|| {
                    CliError::failed(format!("`{key}` is no key of {what} `{name}`"))
                        .about(EntityKind::Key, key.to_string())
                })?;
                vec![own]
            }
        };
        for key in &keys {
            if let Some(seed) = keystore.seed(&PublicKey::parse(key)?)? {
                return Ok(SecretString::from(seed.expose().as_str()));
            }
        }
        let message = format!("no seed of {what} `{name}` is stored");
        let mut error = CliError::new(Kind::NoKey, message);
        error.causes = vec![format!("looked for {}", keys.join(", "))];
        Err(error)
    }
}

/// What the profile says; the order of the members is part of the format.
#[derive(JsonSchema, Serialize)]
pub(super) struct ProfileData {
    /// The user's creds file.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_creds: Option<PathBuf>,
    /// About the operator.
    operator: Entity,
    /// About the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Entity>,
    /// About the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Entity>,
}

/// What the profile says about an entity.
#[derive(JsonSchema, Serialize)]
struct Entity {
    /// Where clients connect; operators only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service: Vec<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Seed.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "reveal")]
    #[schemars(with = "Option<String>")]
    seed: Option<SecretString>,
    /// Public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// Writes a secret that was asked for.
fn reveal<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => to.serialize_str(secret.expose_secret()),
        None => to.serialize_none(),
    }
}

impl ProfileData {
    fn has_seeds(&self) -> bool {
        [
            Some(&self.operator),
            self.account.as_ref(),
            self.user.as_ref(),
        ]
        .into_iter()
        .flatten()
        .any(|entity| entity.seed.is_some())
    }

    fn text(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(json::to_pretty_text(self, "  ", false) + "\n")
    }
}

impl Show for ProfileData {
    fn show(&self, page: &mut Page) {
        page.raw(&self.text());
    }
}

/// A profile that was written into a file.
#[derive(JsonSchema, Serialize)]
pub(super) struct WrittenProfile {
    /// The file.
    file: PathBuf,
}

impl Show for WrittenProfile {
    fn show(&self, _page: &mut Page) {}
}
