//! `nsc add operator`.

use std::path::Path;

use nsc_core::claims::OperatorClaims;
use nsc_core::edit::{Difference, NewOperator, differences};
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_store::{
    Context, KeyMaterial, OperatorStore, Selection, SignerError, StoreError, StoreInfo, Transaction,
};

use super::import::{Existing, Imported, Source};
use super::result::AddedOperator;
use super::stage::{self, SystemKeys};
use crate::app::App;
use crate::args::key::{generated, material};
use crate::args::{DateArgs, NameArgs, SubjectKey, name};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::judge;
use crate::presence::{IfAbsentArg, as_asked, make_current};
use crate::strict;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddOperator {
    #[command(flatten)]
    name: NameArgs,

    /// Import an operator: file or http(s) URL of its JWT, or name of a well-known operator
    #[arg(short, long, value_name = "SOURCE")]
    url: Option<String>,

    /// Make a signing key, too
    #[arg(long)]
    generate_signing_key: bool,

    /// Make the system account SYS with a user sys, too
    #[arg(short, long)]
    sys: bool,

    /// Replace the JWT of an operator that is there (with --url)
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    if_absent: IfAbsentArg,
}

impl AddOperator {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context_of_any_version()?;
        let mut identity = app.private_key().map(str::to_owned);
        if app.is_interactive() {
            self.ask(app, context.store_root_for_new(), &mut identity)?;
        }
        match self.url.as_deref().filter(|url| !url.is_empty()) {
            Some(source) => self.import(app, &context, source),
            None => self.create(app, &context, identity.as_deref()),
        }
    }

    /// Questions in the order in which they have always been asked.
    fn ask(
        &mut self,
        app: &App,
        root: &Path,
        identity: &mut Option<String>,
    ) -> Result<(), CliError> {
        if app
            .prompter
            .confirm("import the operator from a JWT?", true)?
        {
            let check = |answer: &str| match answer {
                "" => Err("a file, URL or name of a well-known operator is needed".to_owned()),
                _ => Source::parse(app, answer)
                    .map(drop)
                    .map_err(|error| error.message),
            };
            let default = self.url.as_deref().unwrap_or_default();
            self.url = Some(app.prompter.text("path or URL", default, &check)?);
            return Ok(());
        }
        self.url = None;
        let may_exist = self.if_absent.if_absent;
        let taken = |name: &str| !may_exist && app.env.files().exists(&root.join(name));
        self.name.ask(app, "operator", taken)?;
        self.dates.ask(app)?;
        self.sys = app.prompter.confirm("generate a system account?", true)?;
        self.generate_signing_key = app.prompter.confirm("generate a signing key?", true)?;
        if identity.is_none() {
            SubjectKey::ask(app, identity, KeyKind::Operator)?;
        }
        Ok(())
    }

    fn create(
        &self,
        app: &App,
        context: &Context,
        identity: Option<&str>,
    ) -> Result<Report, CliError> {
        if self.force {
            return Err(CliError::failed(
                "`--force` replaces an imported operator and needs `--url`",
            )
            .about(EntityKind::Flag, "--force"));
        }
        let root = context.store_root_for_new().to_owned();
        let taken = |name: &str| app.env.files().exists(&root.join(name));
        self.if_absent.check_name("operator", self.name.given())?;
        let new = NewOperator {
            name: self.name.of_new(app, "operator", taken)?,
            dates: self.dates.edit(app)?,
            ..NewOperator::default()
        };
        self.if_absent.or_add(
            || self.there(app, context, &root, &new, identity),
            || self.make(app, context, &root, new.clone(), identity),
        )
    }

    fn make(
        &self,
        app: &App,
        context: &Context,
        root: &Path,
        new: NewOperator,
        identity: Option<&str>,
    ) -> Result<Report, CliError> {
        let name = new.name.clone();
        let local = LocalOperator {
            new,
            identity: identity_key(app, identity)?,
            with_signing_key: self.generate_signing_key,
            with_system: self.sys,
        };
        let info = StoreInfo {
            managed: false,
            name: name.clone(),
        };
        let options = app.begin_options("add operator");
        let mut tx = Transaction::create_operator(root, info, &context.keystore(), &options)?;
        let made = local.stage(app, &mut tx)?;
        let account = made.result.system_account.as_ref();
        let account = account.map(|account| account.name.as_str());
        rooted(context, root)
            .with_current(&name, account.unwrap_or_default())
            .stage(&mut tx)?;
        let report = Report::new(made.result).with_steps(made.steps);
        strict::commit(app, tx, report)
    }

    /// The operator that is there, if it is as it was asked for.
    fn there(
        &self,
        app: &App,
        context: &Context,
        root: &Path,
        new: &NewOperator,
        identity: Option<&str>,
    ) -> Result<Option<Report>, CliError> {
        let Some((store, claims)) = existing(app, root, &new.name)? else {
            return Ok(None);
        };
        let held = PublicKey::parse(&claims.sub)?;
        let blank = NewOperator {
            name: new.name.clone(),
            ..NewOperator::default()
        };
        let mut blank = blank.claims(&held);
        new.dates.oppose(&mut blank);
        let key = identity_key(app, identity)?.map(|seed| seed.public_key());
        let wanted = new.claims(&key.unwrap_or(held));
        let from_now = self.dates.relative(app)?;
        let mut differences = differences(&blank, &wanted, &claims, from_now);
        let asked = |flag: &str| Difference::new(flag, "true", "");
        if self.generate_signing_key && claims.nats.signing_keys.is_empty() {
            differences.push(asked("generate-signing-key"));
        }
        if self.sys && claims.nats.system_account.is_empty() {
            differences.push(asked("sys"));
        }
        if store.is_managed() {
            differences.push(Difference::new("url", "none", "imported"));
        }
        let report = Report::new(found(&store, &claims));
        let report = report.with_steps(judge::dates(app, &claims));
        let report = as_asked(
            &format!("operator `{}`", new.name),
            Entity::new(EntityKind::Operator, &new.name),
            differences,
            report,
        )?;
        current(app, &rooted(context, root), &store, report).map(Some)
    }

    fn import(&self, app: &App, context: &Context, source: &str) -> Result<Report, CliError> {
        if self.sys {
            return Err(CliError::failed(
                "`--sys` makes a system account for a new operator, not for an imported one",
            )
            .about(EntityKind::Flag, "--sys"));
        }
        let root = context.store_root_for_new().to_owned();
        let given = self.name.given();
        let taken = |name: &str| app.env.files().exists(&root.join(name));
        let given = given
            .map(|given| name::new_name(app, "operator", given, taken))
            .transpose()?;
        let imported = Source::parse(app, source)?.read(app)?;
        let name = match given {
            Some(given) => given,
            None => name::new_name(app, "operator", imported.store_name(), taken)?,
        };
        if self.if_absent.if_absent
            && let Some((store, report)) = self.imported(app, &root, &name, &imported)?
        {
            return current(app, &rooted(context, &root), &store, report);
        }
        let existing = if self.force {
            Existing::Replace
        } else {
            Existing::Refuse
        };
        let keystore = context.keystore();
        let (mut tx, begun) =
            imported.stage(app, &root, &name, &keystore, existing, "add operator")?;
        begun
            .context(&rooted(context, &root), &name)?
            .stage(&mut tx)?;
        let managed = tx.store()?.is_managed();
        let report = Report::new(imported.result(&name, managed))
            .with_steps(self.ignored())
            .with_steps(begun.steps);
        strict::commit(app, tx, report)
    }

    /// The imported operator that is there, if its JWT is the same. `--force` replaces another one.
    fn imported(
        &self,
        app: &App,
        root: &Path,
        name: &str,
        imported: &Imported,
    ) -> Result<Option<(OperatorStore, Report)>, CliError> {
        let Some((store, claims)) = existing(app, root, name)? else {
            return Ok(None);
        };
        let wanted = &imported.claims;
        let mut differences = Vec::new();
        if wanted.sub != claims.sub {
            differences.push(Difference::new("public-key", &wanted.sub, &claims.sub));
        }
        // The ids of JWTs of the same second may be the same.
        if imported.token != store.operator()?.token {
            let held = match claims.jti == wanted.jti {
                true => "another",
                false => &claims.jti,
            };
            differences.push(Difference::new("jwt", &wanted.jti, held));
        }
        if !differences.is_empty() && self.force {
            return Ok(None);
        }
        let report = Report::new(found(&store, &claims));
        let report = as_asked(
            &format!("operator `{name}`"),
            Entity::new(EntityKind::Operator, name),
            differences,
            report,
        )?;
        Ok(Some((store, report)))
    }

    /// Flags that say nothing about an imported operator.
    fn ignored(&self) -> Vec<Step> {
        let flags = [
            ("start", self.dates.start.is_some()),
            ("expiry", self.dates.expiry.is_some()),
            ("generate-signing-key", self.generate_signing_key),
        ];
        flags
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(flag, _)| {
                Step::warning(format!("`--{flag}` is ignored: the operator is imported"))
            })
            .collect()
    }
}

/// The operator of a store that is there.
fn existing(
    app: &App,
    root: &Path,
    name: &str,
) -> Result<Option<(OperatorStore, OperatorClaims)>, CliError> {
    match OperatorStore::open_in(app.env.files(), root, name) {
        Ok(store) => {
            let claims = store.operator()?.claims;
            Ok(Some((store, claims)))
        }
        Err(StoreError::NotFound { .. } | StoreError::StoreRootMissing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes an operator that is there the current one, as adding it does.
fn current(
    app: &App,
    context: &Context,
    store: &OperatorStore,
    report: Report,
) -> Result<Report, CliError> {
    let selection = Selection {
        operator: Some(store.folder().to_owned()),
        ..Selection::default()
    };
    make_current(app, context, &selection, report)
}

fn found(store: &OperatorStore, claims: &OperatorClaims) -> AddedOperator {
    AddedOperator {
        name: store.folder().to_owned(),
        public_key: claims.sub.clone(),
        managed: store.is_managed(),
        signing_keys: claims.nats.signing_keys.clone(),
        system_account: None,
        system_user: None,
        changes: Vec::new(),
    }
}

/// The context in the store root of a new operator.
pub(crate) fn rooted(context: &Context, root: &Path) -> Context {
    if context.store_root() == Some(root) {
        context.clone()
    } else {
        context.with_store_root(root)
    }
}

/// The identity given with `-K`: it has to sign, and is not stored.
fn identity_key(app: &App, given: Option<&str>) -> Result<Option<Seed>, CliError> {
    let Some(value) = given.filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    match material(app, value, KeyKind::Operator)? {
        KeyMaterial::Seed(seed) => Ok(Some(seed)),
        KeyMaterial::Public(key) => {
            let error: StoreError = SignerError::PublicOnly { key }.into();
            Err(CliError::from(error).hint("give the operator's seed, or a file that holds it"))
        }
    }
}

/// An operator whose key is here.
pub(crate) struct LocalOperator {
    pub(crate) new: NewOperator,
    /// The identity, if it was given; it is not stored.
    pub(crate) identity: Option<Seed>,
    pub(crate) with_signing_key: bool,
    pub(crate) with_system: bool,
}

/// An operator that is staged.
pub(crate) struct MadeOperator {
    pub(crate) result: AddedOperator,
    pub(crate) steps: Vec<Step>,
    /// The key that signs its accounts.
    pub(crate) signer: Seed,
}

impl LocalOperator {
    /// Makes the keys, and stages the operator with everything that comes with it.
    pub(crate) fn stage(
        mut self,
        app: &App,
        tx: &mut Transaction<'_>,
    ) -> Result<MadeOperator, CliError> {
        let mut steps = Vec::new();
        let identity = match self.identity {
            Some(seed) => seed,
            None => new_key(app, tx, "operator", &mut steps)?,
        };
        let signing = match self.with_signing_key {
            true => Some(new_key(app, tx, "operator signing", &mut steps)?),
            false => None,
        };
        let system = match self.with_system {
            true => Some(SystemKeys::generate(app)?),
            false => None,
        };
        self.new.signing_keys = signing.iter().map(Seed::public_key).collect();
        self.new.system_account = system.as_ref().map(SystemKeys::public_key);
        let claims = self.new.claims(&identity.public_key());
        let mut result = AddedOperator {
            name: claims.name.clone(),
            public_key: claims.sub.clone(),
            managed: false,
            signing_keys: claims.nats.signing_keys.clone(),
            system_account: None,
            system_user: None,
            changes: self.new.changes(),
        };
        steps.extend(Step::changes(&result.changes));
        steps.extend(stage::operator(app, tx, claims, &identity)?);
        let signer = signing.unwrap_or(identity);
        if let Some(system) = system {
            let made = system.stage(app, tx, &signer)?;
            steps.extend(made.steps);
            result.system_account = Some(made.account);
            result.system_user = Some(made.user);
        }
        Ok(MadeOperator {
            result,
            steps,
            signer,
        })
    }
}

/// Makes an operator key and stages it.
fn new_key(
    app: &App,
    tx: &mut Transaction<'_>,
    what: &str,
    steps: &mut Vec<Step>,
) -> Result<Seed, CliError> {
    let seed = app.new_key(KeyKind::Operator)?;
    tx.put_key(&seed)?;
    steps.push(generated(what, &seed.public_key()));
    Ok(seed)
}
