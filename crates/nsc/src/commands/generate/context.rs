//! `nsc generate context`.

use std::path::PathBuf;

use nsc_core::json;
use nsc_store::Home;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::{AccountArg, given, resolve_user};
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::outfile::{self, Existing};
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct NatsContext {
    /// User: name or public key; the only one without this
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,

    /// Name of the context
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    #[command(flatten)]
    account: AccountArg,
}

impl NatsContext {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let name = file_name(given(&self.context))?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let user = resolve_user(app, &store, &account, given(&self.user))?;
        let creds = context.keystore().creds_path(store.name(), &account, &user);
        if !app.env.files().is_file(&creds) {
            let message = format!("user `{user}` has no creds file `{}`", creds.display());
            let hint = format!(
                "nsc generate creds -a {} -n {} -o {}",
                quoted(&account),
                quoted(&user),
                quoted(&creds.to_string_lossy())
            );
            return Err(CliError::not_found(message)
                .about(EntityKind::User, user.to_string())
                .hint(hint));
        }
        let operator = store.operator()?.claims;
        let entry = Entry {
            nsc: format!("nsc://{}/{account}/{user}", store.folder()),
            url: operator.nats.operator_service_urls.first().cloned(),
            creds: app.env.expand(creds),
        };
        let path = folder(app).join(name);
        make_folder(app)?;
        let text = json::to_text(&entry);
        let written = write(app, &path, &text)?;
        let step = Step::ok(format!("wrote context `{}`", written.short_path(app)));
        let result = MadeContext {
            context: entry,
            file: written.path.clone(),
        };
        Ok(Report::new(result)
            .with_steps([step])
            .with_written(&written))
    }
}

/// With a dry run the folder may be missing still.
fn write(app: &App, path: &std::path::Path, text: &str) -> Result<outfile::Written, CliError> {
    if app.globals.dry_run && !app.env.files().is_dir(&folder(app)) {
        return Ok(outfile::Written {
            path: path.to_owned(),
            replaced: false,
            dry_run: true,
        });
    }
    outfile::write_public(app, path, text.as_bytes(), Existing::Refuse)
}

fn file_name(context: Option<&str>) -> Result<String, CliError> {
    let name = context.ok_or_else(|| {
        CliError::usage("the context needs a name")
            .about(EntityKind::Flag, "--context")
            .hint("nsc generate context --context NAME")
    })?;
    let stem = name.strip_suffix(ENDING).unwrap_or(name);
    if name.contains(['/', '\\']) || stem.is_empty() || stem.chars().any(char::is_control) {
        return Err(
            CliError::failed(format!("`{name}` cannot be the name of a context"))
                .about(EntityKind::Value, name.to_string())
                .hint("use a name without `/` and `\\`"),
        );
    }
    Ok(format!("{stem}{ENDING}"))
}

/// Where the `nats` command looks for its contexts.
fn folder(app: &App) -> PathBuf {
    Home::resolve(&app.env, &app.globals.directories()).nats_contexts
}

fn make_folder(app: &App) -> Result<(), CliError> {
    let folder = folder(app);
    if app.is_in_batch() {
        app.env.files().put_folder(&folder);
        return Ok(());
    }
    if app.globals.dry_run {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o755);
    }
    builder.create(&folder).map_err(|error| {
        CliError::failed(format!("cannot make folder `{}`", folder.display()))
            .about(EntityKind::Folder, folder.display().to_string())
            .caused_by(&error)
    })
}

const ENDING: &str = ".json";

/// A context of the `nats` command; the order of the members is part of the format.
#[derive(JsonSchema, Serialize)]
struct Entry {
    /// Address of the user for `nsc generate profile`.
    nsc: String,
    /// Where the user connects.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The creds file.
    creds: PathBuf,
}

/// A context that was made.
#[derive(JsonSchema, Serialize)]
pub(super) struct MadeContext {
    /// Its content.
    context: Entry,
    /// Its file.
    file: PathBuf,
}

impl Show for MadeContext {
    fn show(&self, page: &mut Page) {
        page.note(&self.file.display().to_string());
    }
}
