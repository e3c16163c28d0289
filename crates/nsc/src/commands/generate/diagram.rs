//! `nsc generate diagram`: the operator as a drawing.

use std::path::PathBuf;

use nsc_core::diagram::{
    AccountScene, ComponentOptions, DiagramFormat, ObjectOptions, Scene, component_diagram,
    object_diagram,
};
use nsc_core::keys::PublicKey;
use nsc_store::{Context, OperatorStore};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::outfile::{self, Existing};
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// What is drawn.
#[derive(Debug, clap::Subcommand)]
pub enum Diagram {
    /// Draw accounts with what they export to and import from each other
    Component(Component),
    /// Draw operator, accounts and users with their attributes, keys and issuers
    Object(Object),
}

impl Diagram {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Component(command) => command.run(app),
            Self::Object(command) => command.run(app),
        }
    }
}

/// The form of a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The language of PlantUML.
    Plantuml,
    /// The language of Mermaid.
    Mermaid,
    /// A picture.
    Svg,
}

impl From<Format> for DiagramFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Plantuml => Self::Plantuml,
            Format::Mermaid => Self::Mermaid,
            Format::Svg => Self::Svg,
        }
    }
}

/// `-o` and `--format`.
#[derive(Debug, clap::Args)]
struct OutputArg {
    /// PlantUML, Mermaid, or an SVG picture
    #[arg(long, value_name = "FORMAT", default_value = "plantuml")]
    format: Format,

    /// File to write; `--` is standard output
    #[arg(short, long, value_name = "FILE", default_value = outfile::STDOUT)]
    output_file: String,
}

/// Flags of `component`.
#[derive(Debug, clap::Args)]
pub struct Component {
    /// Add descriptions of accounts
    #[arg(long)]
    detail: bool,

    #[command(flatten)]
    output: OutputArg,
}

impl Component {
    fn run(self, app: &App) -> Result<Report, CliError> {
        let options = ComponentOptions {
            detail: self.detail,
        };
        let format = self.output.format.into();
        self.output.draw(app, false, |scene, _| {
            component_diagram(scene, options, format)
        })
    }
}

/// Flags of `object`.
#[derive(Debug, clap::Args)]
pub struct Object {
    /// Draw users
    #[arg(long)]
    users: bool,

    /// Show public keys, and whether their seeds are stored
    #[arg(long)]
    show_keys: bool,

    /// Show values that are empty or unlimited
    #[arg(long)]
    detail: bool,

    #[command(flatten)]
    output: OutputArg,
}

impl Object {
    fn run(self, app: &App) -> Result<Report, CliError> {
        self.output.draw(app, self.users, |scene, context| {
            let keystore = context.keystore();
            let is_stored = |key: &str| PublicKey::parse(key).is_ok_and(|key| keystore.has(&key));
            let options = ObjectOptions {
                show_keys: self.show_keys,
                detail: self.detail,
                is_stored: &is_stored,
            };
            object_diagram(scene, options, self.output.format.into())
        })
    }
}

impl OutputArg {
    /// Draws the whole operator.
    fn draw(
        &self,
        app: &App,
        users: bool,
        draw: impl FnOnce(&Scene<'_>, &Context) -> String,
    ) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let operator = store.operator()?.claims;
        let accounts = accounts(&store, users)?;
        let scene = Scene {
            operator: &operator,
            accounts: &accounts,
            place: &store.dir().display().to_string(),
            at: app.now(),
        };
        let diagram = draw(&scene, &context);
        let Some(path) = outfile::target(app, &self.output_file) else {
            return Ok(Report::new(Drawn {
                diagram: Some(diagram),
                file: None,
            }));
        };
        let written = outfile::write(app, &path, diagram.as_bytes(), Existing::Replace)?;
        let step = Step::ok(format!("wrote diagram to `{}`", written.short_path(app)));
        let drawn = Drawn {
            diagram: None,
            file: Some(written.path.clone()),
        };
        Ok(Report::new(drawn).with_steps([step]).with_written(&written))
    }
}

fn accounts(store: &OperatorStore, users: bool) -> Result<Vec<AccountScene>, CliError> {
    let account = |name: String| {
        let names = if users {
            store.users(&name)?
        } else {
            Vec::new()
        };
        let users = names.iter().map(|user| Ok(store.user(&name, user)?.claims));
        Ok(AccountScene {
            users: users.collect::<Result<_, CliError>>()?,
            claims: store.account(&name)?.claims,
        })
    };
    store.accounts()?.into_iter().map(account).collect()
}

/// A diagram.
#[derive(JsonSchema, Serialize)]
pub(super) struct Drawn {
    /// Its text, unless it went into a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    diagram: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl Show for Drawn {
    fn show(&self, page: &mut Page) {
        if let Some(diagram) = &self.diagram {
            page.raw(diagram);
        }
    }
}
