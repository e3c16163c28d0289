//! `nsc env`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use nsc_store::env::{NKEYS_PATH, NSC_CWD_ONLY, NSC_HOME, NSC_REVOKE_ON_DELETE};
use nsc_store::env::{NSC_NO_GIT_IGNORE, NSC_NO_HISTORY, NSC_TRASH_DAYS};
use nsc_store::env::{XDG_CONFIG_HOME, XDG_DATA_HOME};
use nsc_store::{Context, Selection, Settings};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::commands::select;
use crate::error::CliError;
use crate::outfile::Written;
use crate::ui::page::Page;
use crate::ui::table::Table;
use crate::ui::text::{home_path, yes_no};
use crate::ui::{Report, Show};
use crate::variables;

/// Root certificates for connections to servers.
const NATS_CA: &str = "NATS_CA";
/// Client key for connections to servers.
const NATS_KEY: &str = "NATS_KEY";
/// Client certificate for connections to servers.
const NATS_CERT: &str = "NATS_CERT";

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Env {
    /// Use the stores in this folder from now on
    #[arg(short, long, value_name = "DIR")]
    store: Option<PathBuf>,

    /// Make this operator the current one
    #[arg(short, long, value_name = "NAME")]
    operator: Option<String>,

    /// Make this account the current one: a name or public key
    #[arg(short, long, value_name = "NAME")]
    account: Option<String>,

    /// Whether deleting a user revokes its JWT from now on, unless `--revoke` says otherwise
    #[arg(long)]
    revoke_on_delete: Option<bool>,
}

impl Env {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let selection = Selection {
            store_root: self.store,
            operator: self.operator,
            account: self.account,
        };
        let context = app.context_of_any_version()?.select(&selection)?;
        let set = match self.revoke_on_delete {
            Some(on) => Some(revoke_on_delete(app, &context, on)?),
            None => None,
        };
        let report = Report::new(Surroundings::of(app, &context)?);
        let report = select::save_if_asked(app, &context, &selection, report)?;
        Ok(match set {
            Some(written) => report.with_written(&written),
            None => report,
        })
    }
}

/// Keeps the setting.
fn revoke_on_delete(app: &App, context: &Context, on: bool) -> Result<Written, CliError> {
    let home = context.home();
    let path = Settings::path(home);
    let written = Written {
        replaced: app.env.files().exists(&path),
        dry_run: app.globals.dry_run,
        path,
    };
    if !written.dry_run || app.is_in_batch() {
        let mut settings = Settings::read(home)?;
        settings.revoke_on_delete = Some(on);
        settings.save(home)?;
    }
    Ok(written)
}

/// Where nsc works, and why.
#[derive(JsonSchema, Serialize)]
pub(super) struct Surroundings {
    /// The one folder for everything, with `--store` or `NSC_STORE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<PathBuf>,
    /// Folder of `nsc.json`.
    config_dir: PathBuf,
    /// Folder of seeds and creds.
    keystore_dir: PathBuf,
    /// Where stores go unless told otherwise.
    default_stores_dir: PathBuf,
    /// The stores in force; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    stores_dir: Option<PathBuf>,
    /// The current operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// The current account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// Whether the working directory decided on store, operator or account.
    from_cwd: bool,
    /// File of root certificates; the system's are used without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_cas: Option<String>,
    /// Whether deleting a user revokes its JWT.
    revoke_on_delete: bool,
    /// The variables that count.
    variables: Vec<Variable>,
    #[serde(skip)]
    home: PathBuf,
}

/// An environment variable.
#[derive(JsonSchema, Serialize)]
struct Variable {
    /// Its name.
    name: Cow<'static, str>,
    /// Whether it is set; empty ones are not, but for the two that count as soon as they are defined.
    set: bool,
    #[serde(skip)]
    note: &'static str,
    #[serde(skip)]
    effect: String,
}

impl Surroundings {
    fn of(app: &App, context: &Context) -> Result<Self, CliError> {
        let home = context.home();
        let root_cas = app.env.var(NATS_CA).map(|file| file.to_string_lossy());
        Ok(Self {
            store: home.one_folder.clone(),
            config_dir: home.config_dir.clone(),
            keystore_dir: home.keystore_dir.clone(),
            default_stores_dir: home.default_store_root.clone(),
            stores_dir: context.store_root().map(Path::to_owned),
            operator: context.operator().map(str::to_owned),
            account: context.account().map(str::to_owned),
            from_cwd: context.from_cwd(),
            root_cas: root_cas.map(|file| file.trim().to_owned()),
            revoke_on_delete: app.revokes_deleted(context)?,
            variables: variables(app, context),
            home: app.env.home().to_owned(),
        })
    }
}

fn variables(app: &App, context: &Context) -> Vec<Variable> {
    let short = |path: &Path| home_path(path, app.env.home());
    let value = |name| {
        let value = app.env.var(name).unwrap_or_default();
        value.to_string_lossy().into_owned()
    };
    let valued = |name: &'static str, note, effect: String| Variable {
        name: name.into(),
        set: app.env.var(name).is_some(),
        note,
        effect,
    };
    let defined = |name: &'static str, effect: &str| Variable {
        name: name.into(),
        set: app.env.is_defined(name),
        note: "",
        effect: effect.to_owned(),
    };
    let explained = |name, effect: &str| valued(name, "", effect.to_owned());
    let home = context.home();
    let mut shown = vec![
        valued(XDG_CONFIG_HOME, "", value(XDG_CONFIG_HOME)),
        valued(XDG_DATA_HOME, "", value(XDG_DATA_HOME)),
        defined(
            NSC_CWD_ONLY,
            "If set, store, operator and account come from the working directory only",
        ),
        defined(
            NSC_NO_GIT_IGNORE,
            "If set, no .gitignore is written into the keystore",
        ),
        defined(
            NSC_NO_HISTORY,
            "If set, changes are not recorded, and cannot be undone",
        ),
        explained(
            NSC_TRASH_DAYS,
            "If set, removed seeds stay in the trash for so many days, 0 is not at all\n\
             If not set, for 30 days",
        ),
        explained(
            NSC_REVOKE_ON_DELETE,
            "If 1, deleting a user revokes its JWT; if 0, it does not\n\
             If not set, as `nsc env --revoke-on-delete` said",
        ),
        valued(NKEYS_PATH, " (deprecated)", short(&home.keystore_dir)),
        valued(NSC_HOME, " (deprecated)", short(&home.config_dir)),
        explained(
            NATS_CA,
            "If set, the root CAs in this file are trusted for connections to servers\n\
             If not set, those of the system are trusted",
        ),
        explained(
            NATS_KEY,
            "If set, the key in this file is used for connections to servers",
        ),
        explained(
            NATS_CERT,
            "If set, the certificate in this file is used for connections to servers",
        ),
    ];
    shown.extend(of_flags(app));
    shown
}

/// The variables of global flags that are set. `NSC_STRICT` is told of in any case: one forgets it where it is not.
fn of_flags(app: &App) -> impl Iterator<Item = Variable> {
    variables::all().into_iter().filter_map(|known| {
        let value = app.env.var(&known.name);
        let effect = match value {
            None if known.flag == "strict" => "If 1, warnings refuse, as with --strict".to_owned(),
            None => return None,
            Some(_) if known.secret => format!("set, as --{}", known.flag),
            Some(value) => format!("{}, as --{}", value.to_string_lossy(), known.flag),
        };
        Some(Variable {
            name: known.name.into(),
            set: value.is_some(),
            note: "",
            effect,
        })
    })
}

impl Show for Surroundings {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new("NSC Environment", &["Setting", "Set", "Effective Value"]);
        for variable in &self.variables {
            let Variable {
                name,
                set,
                note,
                effect,
            } = variable;
            table.row(&[&format!("${name}{note}"), yes_no(*set), effect]);
        }
        table.separator();
        let or_not_set = |value: Option<String>| value.unwrap_or_else(|| "Not Set".to_owned());
        let short = |path: &PathBuf| home_path(path, &self.home);
        table.row(&["From CWD", yes_no(self.from_cwd), ""]);
        let mut row = |label: &str, value: String| table.row(&[label, "", &value]);
        if let Some(store) = &self.store {
            row("One Folder (--store)", short(store));
        }
        row("Default Stores Dir", short(&self.default_stores_dir));
        let stores_dir = self.stores_dir.as_ref().map(short);
        row("Current Store Dir", or_not_set(stores_dir));
        row("Current Operator", or_not_set(self.operator.clone()));
        row("Current Account", or_not_set(self.account.clone()));
        let root_cas = self.root_cas.as_ref().map(|file| format!("File: {file}"));
        row(
            "Revoke Deleted Users",
            yes_no(self.revoke_on_delete).to_owned(),
        );
        row(
            "Root CAs to trust",
            root_cas.unwrap_or_else(|| "Default: System Trust Store".to_owned()),
        );
        page.table(&table);
    }
}
