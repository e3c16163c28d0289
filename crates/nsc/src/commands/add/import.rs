//! Operators that come as a JWT: their key is elsewhere, and the store becomes a managed one.

use std::path::Path;

use nsc_core::claims::OperatorClaims;
use nsc_core::jwt::AnyClaims;
use nsc_core::{creds, jwt};
use nsc_resolver::{HttpResolver, HttpUrl};
use nsc_store::{
    Context, Keystore, OperatorStore, Selection, StoreError, StoreInfo, StoredOperator, Transaction,
};

use super::result::AddedOperator;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::source;
use crate::ui::Step;

/// An operator JWT that was read.
pub(crate) struct Imported {
    /// The token, to the letter.
    pub(crate) token: String,
    /// What it says.
    pub(crate) claims: OperatorClaims,
    /// The well-known operator that it was asked for as.
    pub(crate) known_as: Option<String>,
}

/// Where an operator JWT comes from.
pub(crate) enum Source {
    /// A file.
    File(std::path::PathBuf),
    /// A URL, with the name of the well-known operator it belongs to.
    Url {
        url: HttpUrl,
        known_as: Option<String>,
    },
}

impl Source {
    /// Tells what `value` is: a file, a URL, or the name of a well-known operator.
    pub(crate) fn parse(app: &App, value: &str) -> Result<Self, CliError> {
        let path = app.env.expand(value);
        if app.env.files().exists(&path) {
            return Ok(Self::File(path));
        }
        if source::is_url(value) {
            return Self::url(app, value);
        }
        Self::well_known(app, value)
    }

    /// A URL, which may be that of a well-known operator.
    pub(crate) fn url(app: &App, value: &str) -> Result<Self, CliError> {
        let url = HttpUrl::parse(value)?;
        let known_as = app
            .env
            .well_known_operators()
            .into_iter()
            .find(|known| HttpUrl::parse(&known.url).is_ok_and(|other| other == url))
            .map(|known| known.name);
        Ok(Self::Url { url, known_as })
    }

    /// A well-known operator, by name.
    pub(crate) fn well_known(app: &App, name: &str) -> Result<Self, CliError> {
        let Some(known) = app.env.well_known_operator(name) else {
            let names: Vec<String> = app
                .env
                .well_known_operators()
                .into_iter()
                .map(|known| known.name)
                .collect();
            return Err(CliError::not_found(format!(
                "`{name}` is no file, no http(s) URL and no well-known operator"
            ))
            .about(EntityKind::Operator, name.to_string())
            .hint(format!(
                "well-known operators are: {}; more come from variables NSC_<name>_OPERATOR",
                names.join(", ")
            )));
        };
        Ok(Self::Url {
            url: HttpUrl::parse(&known.url)?,
            known_as: Some(known.name),
        })
    }

    /// Reads the JWT and checks it.
    pub(crate) fn read(self, app: &App) -> Result<Imported, CliError> {
        let (text, from, known_as) = match self {
            Self::File(path) => (
                source::read_file(app, &path)?.to_string(),
                path.display().to_string(),
                None,
            ),
            Self::Url { url, known_as } => {
                let server = HttpResolver::new()?;
                let text = server.fetch_jwt(&url)?;
                (text, url.to_string(), known_as)
            }
        };
        let token = creds::read_jwt(&text).trim().to_owned();
        let claims = operator_claims(&token, &from)?;
        Ok(Imported {
            token,
            claims,
            known_as,
        })
    }
}

fn operator_claims(token: &str, from: &str) -> Result<OperatorClaims, CliError> {
    let claims = jwt::decode(token).map_err(|error| {
        CliError::failed(format!("`{from}` holds no usable operator JWT"))
            .about(EntityKind::File, from.to_string())
            .caused_by(&error)
    })?;
    match claims {
        AnyClaims::Operator(claims) if claims.nats.version >= nsc_core::claims::VERSION => {
            Ok(*claims)
        }
        AnyClaims::Operator(_) => Err(CliError::failed(format!(
            "the operator JWT in `{from}` is of version 1"
        ))
        .about(EntityKind::File, from.to_string())
        .hint("ask the operator for a JWT of version 2")),
        other => Err(CliError::failed(format!(
            "`{from}` holds a JWT of type {}, not an operator",
            other.claim_type()
        ))
        .about(EntityKind::File, from.to_string())),
    }
}

/// What happens to a store that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It is in the way.
    Refuse,
    /// Its operator JWT is replaced.
    Replace,
    /// Its operator JWT is replaced if it is the same operator.
    Refresh,
}

impl Imported {
    /// The name of the store, unless another one is asked for.
    pub(crate) fn store_name(&self) -> &str {
        self.known_as.as_deref().unwrap_or(&self.claims.name)
    }

    /// Begins a store named `name` with this operator, or takes the one that is there.
    pub(crate) fn stage<'a>(
        &self,
        app: &'a App,
        root: &Path,
        name: &str,
        keystore: &Keystore,
        existing: Existing,
        command: &'static str,
    ) -> Result<(Transaction<'a>, Begun), CliError> {
        let options = app.begin_options(command);
        let mut steps = Vec::new();
        let (mut tx, store) = match OperatorStore::open_in(app.env.files(), root, name) {
            Ok(_) if existing == Existing::Refuse => {
                let (what, name) = ("operator", name.to_owned());
                return Err(CliError::from(StoreError::AlreadyExists { what, name })
                    .hint("use `--force` to replace its JWT, or `-n NAME` for another store"));
            }
            Ok(store) => {
                let mut tx = store.begin(keystore, &options)?;
                steps.extend(self.compare(&mut tx, name, existing)?);
                (tx, Some(store))
            }
            Err(StoreError::NotFound { .. }) => {
                let info = StoreInfo {
                    managed: true,
                    name: name.to_owned(),
                };
                let tx = Transaction::create_operator(root, info, keystore, &options)?;
                (tx, None)
            }
            Err(error) => return Err(error.into()),
        };
        let operator = tx.put_operator(&self.token)?;
        let key = &self.claims.sub;
        steps.push(Step::ok(format!("imported operator `{name}` ({key})")));
        let begun = Begun {
            operator,
            existing: store,
            steps,
        };
        Ok((tx, begun))
    }

    /// Looks whether the store is that of the same operator.
    fn compare(
        &self,
        tx: &mut Transaction<'_>,
        name: &str,
        existing: Existing,
    ) -> Result<Option<Step>, CliError> {
        let Ok(old) = tx.operator() else {
            return Ok(None);
        };
        let (old, new) = (&old.claims.sub, &self.claims.sub);
        if old == new {
            return Ok(None);
        }
        let text = format!("operator `{name}` was `{old}` and is not `{new}`");
        if existing == Existing::Refresh {
            return Err(
                CliError::new(Kind::Conflict, text).about(EntityKind::Operator, name.to_string())
            );
        }
        Ok(Some(Step::warning(format!(
            "operator `{name}` was `{old}` and is `{new}` now"
        ))))
    }

    /// What to tell.
    pub(crate) fn result(&self, name: &str, managed: bool) -> AddedOperator {
        AddedOperator {
            name: name.to_owned(),
            public_key: self.claims.sub.clone(),
            managed,
            signing_keys: self.claims.nats.signing_keys.clone(),
            system_account: None,
            system_user: None,
            changes: Vec::new(),
        }
    }
}

/// A store that has got its operator JWT staged.
pub(crate) struct Begun {
    /// The operator as it is staged.
    pub(crate) operator: StoredOperator,
    /// The store, if it was there before.
    pub(crate) existing: Option<OperatorStore>,
    /// What was done.
    pub(crate) steps: Vec<Step>,
}

impl Begun {
    /// The context with the operator as the current one. An account that is there stays current.
    pub(crate) fn context(&self, context: &Context, name: &str) -> Result<Context, CliError> {
        if self.existing.is_none() || context.is_cwd_only() {
            return Ok(context.with_current(name, ""));
        }
        let selection = Selection {
            operator: Some(name.to_owned()),
            ..Selection::default()
        };
        Ok(context.select(&selection)?)
    }
}
